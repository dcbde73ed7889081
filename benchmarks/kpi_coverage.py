"""How often do the margins of the KPIs hold, ours and those we chose not to use: `python -m benchmarks.kpi_coverage`.

All with a fixed seed, in about five minutes. The tables are written into docs/methode.md and docs/afwijkingen.md,
which quote nothing else; `--print` only prints them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.coverage import SEED, Row, percent, table, written
from toptaak.core.settings import Settings
from toptaak.kpi.composite import toptaak_tpi
from toptaak.stats.control_chart import signals, xmr_limits
from toptaak.stats.counts import clustered_n, dispersion, rate_ratio
from toptaak.stats.intervals import t_quantile, wilson
from toptaak.stats.lmg import adjusted_r2, bootstrap_correlations, group_moments, lmg
from toptaak.stats.segmented import interrupted_series
from toptaak.stats.shrinkage import shrink_shares
from toptaak.stats.survival import kaplan_meier

DOCS = Path(__file__).parents[1] / "docs"
DAYS = 91


def charts(runs: int) -> Iterator[Row]:
    """Share of charts with any signal: nothing changed, or the last quarter of points moved by 1 or 2 sd."""
    rng = np.random.default_rng(SEED)
    for points in (13, 26, 52):
        row = [str(points)]
        for step in (0.0, 1.0, 2.0):
            y = rng.normal(size=(runs, points))
            y[:, -(points // 4) :] += step
            row.append(percent(np.mean([any(signals(one, xmr_limits(one))[0]) for one in y])))
        yield tuple(row)


def _driver_model() -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    shared = np.full((6, 6), 0.4)
    np.fill_diagonal(shared, 1)
    slopes = np.array([0.35, 0.05, 0.15, 0.1, 0.0, 0.1])
    explained = slopes @ shared @ slopes
    noise = np.sqrt(explained * 0.45 / 0.55)
    with_outcome = np.ones((7, 7))
    with_outcome[:6, :6] = shared
    with_outcome[:6, 6] = with_outcome[6, :6] = shared @ slopes / np.sqrt(explained + noise**2)
    return np.linalg.cholesky(shared), slopes, noise, lmg(with_outcome)


def drivers(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(SEED)
    root, slopes, noise, truth = _driver_model()
    for n in (60, 100, 200, 400, 1000):
        shares, total, plain = [], [], []
        for _ in range(runs):
            x = rng.normal(size=(n, 6)) @ root.T
            data = np.column_stack([x, x @ slopes + noise * rng.normal(size=n)])
            drawn = lmg(bootstrap_correlations(group_moments(data, np.arange(n)), 400, rng))
            low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
            shares.append(np.mean((low <= truth) & (truth <= high)))
            for replicates, kept in ((adjusted_r2(drawn.sum(axis=1), n, 6), total), (drawn.sum(axis=1), plain)):
                low, high = np.quantile(replicates, [0.025, 0.975])
                kept.append(low <= truth.sum() <= high)
        yield str(n), percent(np.mean(shares)), percent(np.mean(total)), percent(np.mean(plain))


def survival(runs: int) -> Iterator[Row]:
    """Exponential cases of 30 days on average; what a quarter says of the share open after 30 days."""
    rng = np.random.default_rng(SEED)
    truth, half = np.exp(-1), 30 * np.log(2)
    for per_quarter in (30, 100, 400):
        holds, ours, rule = [], [], []
        for _ in range(runs):
            start = rng.uniform(-3 * DAYS, DAYS, 4 * per_quarter)
            length = rng.exponential(30, start.size)
            seen, done = start + length > 0, start + length <= DAYS
            leave = np.minimum(length, DAYS - start)
            curve = kaplan_meier(leave[seen], done[seen], np.maximum(0, -start)[seen])
            _, low, high = curve.at(30)
            holds.append(low <= truth <= high)
            ours.append(curve.quantile()[0] / half)
            counted = seen & (done | (start >= 0))  # done this quarter, or begun this quarter and still open
            rule.append(kaplan_meier(leave[counted], done[counted]).quantile()[0] / half)
        yield str(per_quarter), percent(np.mean(holds)), percent(np.nanmedian(ours)), percent(np.nanmedian(rule))


def _newey_west(points: np.ndarray, start: int) -> tuple[float, float]:
    n = points.size
    time = np.arange(n, dtype=float)
    after = (time >= start).astype(float)
    x = np.column_stack([np.ones(n), time, after, after * (time - start)])
    slopes = np.linalg.lstsq(x, points, rcond=None)[0]
    scores = x * (points - x @ slopes)[:, None]
    middle, lags = scores.T @ scores, int(4 * (n / 100) ** (2 / 9))
    for lag in range(1, lags + 1):
        product = scores[lag:].T @ scores[:-lag]
        middle = middle + (1 - lag / (lags + 1)) * (product + product.T)
    bread = np.linalg.inv(x.T @ x)
    half = float(t_quantile(0.95, n - 4)) * np.sqrt((bread @ middle @ bread)[2, 2] * n / (n - 4))
    return slopes[2] - half, slopes[2] + half


def interrupted(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(SEED)
    for weeks in (26, 52):
        for carried in (0.0, 0.4, 0.7):
            ours, usual = [], []
            for _ in range(runs):
                noise = rng.normal(size=weeks + 30)
                for at in range(1, noise.size):
                    noise[at] += carried * noise[at - 1]
                y = 20 + 0.1 * np.arange(weeks) + noise[30:]
                y[weeks // 2 :] -= 3
                level = interrupted_series(y, weeks // 2).level
                ours.append(level.low <= -3 <= level.high)
                low, high = _newey_west(y, weeks // 2)
                usual.append(low <= -3 <= high)
            yield f"{weeks} · {carried:.1f}".replace(".", ","), percent(np.mean(ours)), percent(np.mean(usual))


def _method_of_moments(x: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.special import betaincinv

    mean = x.sum() / n.sum()
    between = (n * (x / n - mean) ** 2).sum() / (mean * (1 - mean)) - (len(n) - 1)
    rho = np.clip(between / ((n - 1).sum() - (n * (n - 1)).sum() / n.sum()), 1e-6, 0.99)
    a, b = x + mean * (1 / rho - 1), n - x + (1 - mean) * (1 / rho - 1)
    return betaincinv(a, b, 0.025), betaincinv(a, b, 0.975)


def shrunken(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(SEED)
    for units in (6, 12, 40, 342):
        for rho in (0.0, 0.005, 0.03):
            ours, usual = [], []
            for _ in range(max(20, runs // max(1, units // 12))):
                n = np.round(np.exp(rng.normal(4.5, 0.9, units))).clip(10)
                prior = 1 / rho - 1 if rho else 0.0
                truth = rng.beta(0.8 * prior, 0.2 * prior, units) if rho else np.full(units, 0.8)
                x = rng.binomial(n.astype(int), truth)
                for low, high, kept in ((*shrink_shares(x, n)[1:3], ours), (*_method_of_moments(x, n), usual)):
                    kept.append(np.mean((low <= truth) & (truth <= high)))
            spread = percent(np.sqrt(rho * 0.16))
            yield f"{units} · {spread}", percent(np.mean(ours)), percent(np.mean(usual))


def composite(runs: int) -> Iterator[Row]:
    rng, settings = np.random.default_rng(SEED), Settings(bootstrap_replicates=1000)
    cases = ((0.8, 0.05, 120.0), (0.95, 0.01, 120.0), (0.6, 0.2, 80.0))
    for n in (12, 20, 50, 200):
        row = [str(n)]
        for success, disaster, time in cases:
            truth, hits = 100 * success * (1 - disaster) * min(1, 90 / time), []
            for _ in range(runs):
                draw = rng.random(n)
                attempts = pd.DataFrame(
                    {
                        "verified_success": draw < success,
                        "believed_success": (draw < success) | (draw > 1 - disaster),
                        "duration_s": time * np.exp(rng.normal(0, 0.5, n)),
                    }
                )
                one = toptaak_tpi(attempts, 90.0, settings=settings, rng=rng).iloc[0]
                hits.append(one.ci_low <= truth <= one.ci_high)
            row.append(percent(np.mean(hits)))
        yield tuple(row)


def ratios(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(SEED)
    for scatter in (1, 2, 3):
        ours, plain = [], []
        for _ in range(runs):
            after, before = (_counts(rng, mean, scatter) for mean in (12.0, 20.0))
            seen = float(np.nanmean([dispersion(after), dispersion(before)]))
            for factor, kept in ((seen, ours), (1.0, plain)):
                _, low, high, _ = rate_ratio(after.sum(), 13, before.sum(), 13, scatter=factor)
                kept.append(low <= 0.6 <= high)
        yield str(scatter), percent(np.mean(ours)), percent(np.mean(plain))


def _counts(rng: np.random.Generator, mean: float, scatter: int) -> np.ndarray:
    if scatter == 1:
        return rng.poisson(mean, 13)
    return rng.negative_binomial(mean / (scatter - 1), 1 / scatter, 13)


def repeats(runs: int) -> Iterator[Row]:
    """Customers with one to seven contacts each; how likely a repeat is differs between them."""
    rng = np.random.default_rng(SEED)
    for customers in (30, 100, 400):
        ours, plain = [], []
        for _ in range(runs):
            sizes = rng.integers(1, 8, customers)
            clusters = np.repeat(np.arange(customers), sizes)
            came_back = rng.random(len(clusters)) < rng.beta(1.2, 2.8, customers)[clusters]
            size = clustered_n(came_back, clusters, np.zeros(len(clusters), dtype=int), 1)[0]
            for n, kept in ((size, ours), (len(clusters), plain)):
                low, high = wilson(came_back.mean() * n, n)
                kept.append(low <= 0.3 <= high)
        yield str(customers), percent(np.mean(ours)), percent(np.mean(plain))


TABLES: dict[str, tuple[str, Row, Callable[[int], Iterator[Row]], int]] = {
    "charts": ("methode", ("weken", "niets veranderd", "1 sd verschoven", "2 sd verschoven"), charts, 2000),
    "drivers": ("methode", ("volledige antwoorden", "gewichten", "R²", "R² zonder correctie"), drivers, 200),
    "survival": (
        "afwijkingen",
        ("zaken per kwartaal", "marge klopt", "onze mediaan / ware", "mediaan zonder late instap / ware"),
        survival,
        400,
    ),
    "interrupted": ("afwijkingen", ("weken · doorwerking", "onze marge", "Newey-West"), interrupted, 400),
    "shrunken": ("afwijkingen", ("gemeenten · echte spreiding", "onze marge", "momentenmethode"), shrunken, 200),
    "composite": ("methode", ("pogingen", "index 57", "index 71", "index 48"), composite, 300),
    "ratios": ("methode", ("spreiding / toeval", "onze marge", "zonder spreiding"), ratios, 1000),
    "repeats": ("methode", ("klanten", "onze marge", "zonder samenhang"), repeats, 1000),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", action="store_true", help="print the tables, write nothing")
    only_print = parser.parse_args().print
    for name, (document, head, rows, runs) in TABLES.items():
        content = table(head, rows(runs))
        print(f"{name}\n{content}\n", flush=True)
        if not only_print:
            path = DOCS / f"{document}.md"
            path.write_text(written(path.read_text(encoding="utf-8"), name, content), encoding="utf-8")


if __name__ == "__main__":
    main()
