"""The interrupted series against R (frozen), statsmodels and simulation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import toeplitz

from toptaak.stats import segmented
from toptaak.stats.segmented import interrupted_series, whiten

ORACLE = Path(__file__).parents[1] / "oracle" / "kpi"
SERIES = pd.read_csv(ORACLE / "series.csv").y.to_numpy(dtype=float)
FROZEN = pd.read_csv(ORACLE / "segmented.csv").set_index("effect")


@pytest.mark.parametrize("name", ["level", "slope", "end"])
def test_effects_equal_numerical_integration_in_r(name: str) -> None:
    ours = getattr(interrupted_series(SERIES, 13), name)
    # ours is a sum over 50 autocorrelations, R's an integral
    assert ours.estimate == pytest.approx(FROZEN.estimate[name], rel=1e-3)
    assert ours.error == pytest.approx(FROZEN.error[name], rel=1e-2)


def test_one_autocorrelation_equals_r_and_statsmodels(monkeypatch: pytest.MonkeyPatch) -> None:
    import statsmodels.api as sm

    monkeypatch.setattr(segmented, "AUTOCORRELATIONS", np.array([0.4]))
    ours = interrupted_series(SERIES, 13).level
    assert ours.estimate == pytest.approx(FROZEN.estimate["level at 0.4"], rel=1e-9)
    assert ours.error == pytest.approx(FROZEN.error["level at 0.4"], rel=1e-9)
    time = np.arange(26.0)
    after = (time >= 13).astype(float)
    design = np.column_stack([np.ones(26), time, after, after * (time - 13)])
    fitted = sm.GLS(SERIES, design, sigma=toeplitz(0.4 ** np.arange(26))).fit()
    assert ours.estimate == pytest.approx(fitted.params[2], rel=1e-9)
    assert ours.error == pytest.approx(fitted.bse[2], rel=1e-9)


def test_without_autocorrelation_coefficients_equal_lm(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = pd.read_csv(ORACLE / "counts.csv")
    expected = counts[counts.test == "lm"].set_index("quantity").value
    monkeypatch.setattr(segmented, "AUTOCORRELATIONS", np.array([0.0]))
    change = interrupted_series(SERIES, 13)
    assert change.level.estimate == pytest.approx(expected["level"], rel=1e-9)
    assert change.slope.estimate == pytest.approx(expected["slope"], rel=1e-9)
    assert change.level.error == pytest.approx(expected["level_se"], rel=1e-9)
    assert change.end.estimate == pytest.approx(expected["level"] + 12 * expected["slope"], rel=1e-9)


def test_whitening_leaves_no_autocorrelation() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=20_000)
    for at in range(1, noise.size):
        noise[at] += 0.6 * noise[at - 1]
    white = whiten(noise, 0.6)
    assert abs(np.corrcoef(white[1:], white[:-1])[0, 1]) < 0.02


@pytest.mark.parametrize("start", [7, 19])
def test_too_short_a_side_is_refused(start: int) -> None:
    with pytest.raises(ValueError, match="at least 8"):
        interrupted_series(SERIES, start)


def test_a_series_without_noise_is_told_exactly() -> None:
    change = interrupted_series(np.r_[np.full(10, 5.0), np.full(10, 3.0)], 10)
    assert (change.level.estimate, change.slope.estimate) == pytest.approx((-2, 0), abs=1e-9)


@pytest.mark.parametrize(("weeks", "autocorrelation"), [(26, 0.0), (26, 0.4), (52, 0.4), (52, 0.7)])
def test_interval_covers(weeks: int, autocorrelation: float) -> None:
    rng = np.random.default_rng(6)
    hits = 0
    for _ in range(300):
        noise = rng.normal(size=weeks + 30)
        for at in range(1, noise.size):
            noise[at] += autocorrelation * noise[at - 1]
        series = 20 + 0.1 * np.arange(weeks) + noise[30:]
        series[weeks // 2 :] -= 3
        level = interrupted_series(series, weeks // 2).level
        hits += int(level.low <= -3 <= level.high)
    assert 0.91 <= hits / 300 <= 0.985


def test_a_gap_in_time_equals_statsmodels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Generalised least squares with the correlation of points as far apart as they are."""
    import statsmodels.api as sm

    monkeypatch.setattr(segmented, "AUTOCORRELATIONS", np.array([0.4]))
    gappy = SERIES.copy()
    gappy[[6, 7, 8, 9, 20]] = np.nan
    time = np.flatnonzero(np.isfinite(gappy)).astype(float)
    after = (time >= 13).astype(float)
    design = np.column_stack([np.ones(len(time)), time, after, after * (time - 13)])
    sigma = 0.4 ** np.abs(np.subtract.outer(time, time))
    fitted = sm.GLS(gappy[np.isfinite(gappy)], design, sigma=sigma).fit()
    ours = interrupted_series(gappy, 13).level
    assert (ours.estimate, ours.error) == pytest.approx((fitted.params[2], fitted.bse[2]), rel=1e-9)


@pytest.mark.parametrize("value", [1.0, 0.1, 0.7, 7.3, 3600.0])
def test_equal_points_change_nothing(value: float) -> None:
    for effect in interrupted_series([value] * 24, 12):
        assert effect.estimate == 0
        assert np.isnan([effect.error, effect.low, effect.high]).all()
