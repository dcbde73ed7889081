"""The measures find the truth back from which the example was drawn.

In a cell an interval of 95 % holds the truth with chance 0.95, so the number of misses over independent cells is
binomial; each test allows what happens to a right method in all but one of a thousand examples.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, chi2, norm

from toptaak.core.periods import quarter_column
from toptaak.core.settings import Settings
from toptaak.example.make import TownData
from toptaak.example.simulated_contacts import SILENCE_HAZARD
from toptaak.example.simulated_scores import make_questions, make_ratings
from toptaak.example.world import LIST_VERSION, World
from toptaak.kpi import journeys
from toptaak.kpi.compare import compare_quarters
from toptaak.kpi.measures import measure
from toptaak.stats.intervals import wilson
from toptaak.surveys.ranking import league

RARE = 0.001
CELL = ["municipality", "quarter", "channel"]


def assert_covers(low: pd.Series, high: pd.Series, true: pd.Series) -> None:
    """Check that as many intervals miss as 95 % intervals do: neither too many nor too few."""
    assert np.isfinite(low).all()
    misses = int((~true.between(low, high)).sum())
    fewest, most = binom.ppf([RARE / 2, 1 - RARE / 2], len(true), 0.05)
    assert fewest <= misses <= most, f"{misses} of {len(true)} miss; expected {fewest:.0f} to {most:.0f}"


def assert_unbiased(deviation: pd.Series) -> None:
    """Check that deviations from the truth, in standard errors, are no larger together than chance makes them."""
    assert (deviation**2).sum() <= chi2.ppf(1 - RARE, len(deviation))
    assert abs(deviation.sum()) <= norm.ppf(1 - RARE / 2) * np.sqrt(len(deviation))


def in_standard_errors(known: pd.DataFrame) -> pd.Series:
    return (known["estimate"] - known["value"]) / ((known["ci_high"] - known["ci_low"]) / (2 * norm.ppf(0.975)))


@pytest.fixture(scope="module")
def attempts(towns: list[TownData]) -> pd.DataFrame:
    rows = pd.concat([one.attempts for one in towns], ignore_index=True)
    return rows.assign(quarter=quarter_column(rows["date"]))


@pytest.fixture(scope="module")
def cases(towns: list[TownData]) -> pd.DataFrame:
    return journeys.cases(pd.concat([one.contacts for one in towns], ignore_index=True))


@pytest.fixture(scope="module")
def ratings(world: World, towns: list[TownData]) -> pd.DataFrame:
    rows = pd.concat([make_ratings(world, one.town, one.attempts) for one in towns], ignore_index=True)
    return rows.assign(quarter=quarter_column(rows["date"]))


def beside_truth(frame: pd.DataFrame, truth: pd.DataFrame, by: list[str], smallest: int = 30) -> pd.DataFrame:
    """Join results to the truth of the same cells; leave cells out in which too little was observed."""
    joined = frame.assign(**{name: "_all" for name in ("task_id", "channel") if name not in by}).merge(
        truth, on=[*by, *{"task_id", "channel"} - set(by), "measure"]
    )
    return joined[joined["n"] >= smallest]


RATES = ("success_rate", "failure_rate", "disaster_rate", "reported_success")


@pytest.mark.parametrize("name", RATES)
def test_rates_per_channel(attempts: pd.DataFrame, truth: pd.DataFrame, name: str) -> None:
    frame = measure(name, {"attempts": attempts}, CELL)
    known = beside_truth(frame, truth, CELL)
    known = known[known["value"].between(0.02, 0.98)]
    assert len(known) > 150
    assert_covers(known["ci_low"], known["ci_high"], known["value"])


@pytest.mark.parametrize("name", RATES)
def test_rates_per_municipality_and_quarter(attempts: pd.DataFrame, truth: pd.DataFrame, name: str) -> None:
    by = ["municipality", "quarter"]
    known = beside_truth(measure(name, {"attempts": attempts}, by), truth, by)
    assert len(known) >= 70
    assert_covers(known["ci_low"], known["ci_high"], known["value"])
    assert_unbiased((known["estimate"] - known["value"]) / np.sqrt(known["value"] * (1 - known["value"]) / known["n"]))


def test_success_per_task(attempts: pd.DataFrame, truth: pd.DataFrame) -> None:
    by = ["municipality", "quarter", "task_id"]
    known = beside_truth(measure("success_rate", {"attempts": attempts}, by), truth, by)
    known = known[known["value"] < 1]
    assert len(known) > 250
    assert_covers(known["ci_low"], known["ci_high"], known["value"])


def test_a_task_that_always_succeeds(attempts: pd.DataFrame, truth: pd.DataFrame) -> None:
    by = ["municipality", "quarter", "task_id"]
    known = beside_truth(measure("success_rate", {"attempts": attempts}, by), truth, by)
    sure = known[known["value"] == 1]
    assert set(sure["municipality"]) == {"GM9906"}
    assert (sure["estimate"] == 1).all()


def test_time_of_attempts(attempts: pd.DataFrame, truth: pd.DataFrame) -> None:
    known = beside_truth(measure("attempt_time", {"attempts": attempts}, CELL), truth, CELL)
    assert len(known) > 150
    assert_covers(known["ci_low"], known["ci_high"], known["value"])


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("contacts_per_case", ["municipality", "quarter"]),
        ("contacts_per_case", CELL),
        ("completion_time", ["municipality", "quarter"]),
        ("completion_time", CELL),
    ],
)
def test_cases(cases: pd.DataFrame, truth: pd.DataFrame, name: str, by: list[str]) -> None:
    known = beside_truth(measure(name, {"contacts": cases}, by), truth, by, smallest=100)
    assert len(known) > 60
    assert_covers(known["ci_low"], known["ci_high"], known["value"])


@pytest.mark.parametrize(
    "name", ["ces1", "ces2", "net_promoter_score", "net_promoter_score_government", "satisfaction"]
)
def test_scores(ratings: pd.DataFrame, truth: pd.DataFrame, name: str) -> None:
    by = ["municipality", "quarter"]
    frame = measure(name, {"ratings": ratings, "questions": make_questions()}, by)
    known = beside_truth(frame, truth[truth["part"] == "overall"].drop(columns="part"), by, 20)
    assert len(known) == {"ces1": 8, "ces2": 71}.get(name, 79)
    assert_covers(known["ci_low"], known["ci_high"], known["value"])
    assert_unbiased(in_standard_errors(known))


def test_satisfaction_with_parts(ratings: pd.DataFrame, truth: pd.DataFrame) -> None:
    by = ["municipality", "quarter", "part"]
    known = beside_truth(
        measure("satisfaction", {"ratings": ratings, "questions": make_questions()}, by), truth, by, 20
    )
    assert set(known["part"]) == set(ratings["part"])
    # the parts of one customer go together, so that misses do not spread as if they were independent
    assert_unbiased(in_standard_errors(known[known["part"] == "waiting"]))


def test_differences_between_quarters(towns: list[TownData], attempts: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Pairs of quarters that share no quarter are independent."""
    found, right = [], []
    wide = truth[(truth["task_id"] == "_all") & (truth["channel"] == "_all")].pivot_table(
        "value", ["municipality", "measure"], "quarter"
    )
    quarters = towns[0].world.quarters
    for before, now in zip(quarters[::2], quarters[1::2], strict=True):
        frame = compare_quarters({"attempts": attempts}, now, before, ["success_rate"], by=["municipality"]).query(
            "verdict in ['better', 'worse', 'no_difference']"
        )
        true = wide.xs("success_rate", level="measure")
        found.append(frame)
        right.append((true[str(now)] - true[str(before)]).reindex(frame["municipality"]))
    frame, true = pd.concat(found, ignore_index=True), pd.concat(right).reset_index(drop=True)
    assert len(frame) > 35
    assert_covers(frame["ci_low"], frame["ci_high"], true)


def test_declared_changes_are_the_only_ones(folder: Path, truth: pd.DataFrame) -> None:
    declared = pd.read_csv(folder / "truth" / "municipalities.csv").set_index("code")
    whole = truth[(truth["task_id"] == "_all") & (truth["channel"] == "_all")]
    for (code, name), one in whole.groupby(["municipality", "measure"]):
        if name != "success_rate" or code == "GM9906":
            continue
        ordered = one.sort_values("quarter")
        change = ordered["value"].diff().fillna(0).round(12)
        row = declared.loc[code]
        expected = np.where(ordered["quarter"] == row["changed_from"], row["success_change"], 0.0)
        np.testing.assert_allclose(change, expected, atol=1e-9)


@pytest.mark.parametrize("scoring", ["plain", "ranked"])
def test_vote_shares_and_reach(folder: Path, towns: list[TownData], scoring: str) -> None:
    """Intervals of tasks in one survey are nearly independent: their estimates correlate by about -1/60."""
    votes = pd.read_parquet(folder / "truth" / "votes.parquet").query("variable == '_all'")
    settings = Settings(scoring=scoring, list_version=LIST_VERSION, bootstrap_replicates=1000)  # type: ignore[arg-type]
    results = []
    for one in towns:
        if scoring == "ranked" and not one.town.ranked:
            continue
        of_citizens = one.surveys.ballots[~one.surveys.ballots["survey"].str.endswith("medewerkers")]
        tasks = one.world.tasks.assign(list_version=LIST_VERSION)
        rng = np.random.default_rng(1)
        results.append(league(of_citizens, one.surveys.respondents, tasks, settings, rng, ["survey"]))
    joined = pd.concat(results).merge(votes, on=["survey", "task_id"])
    often = joined[joined["votes"] >= 30]
    share = often[often["measure"] == "vote_share"]
    assert_covers(
        share["ci_low"],
        share["ci_high"],
        share["vote_share"] if scoring == "plain" else share["points_share"],
    )
    reach = often[often["measure"] == "vote_reach"]
    assert_covers(reach["ci_low"], reach["ci_high"], reach["vote_reach"])


def test_reach_where_only_half_was_offered(folder: Path, towns: list[TownData]) -> None:
    votes = pd.read_parquet(folder / "truth" / "votes.parquet")
    one = next(town for town in towns if town.town.employee_survey)
    survey = one.surveys.offered["survey"].iloc[0]
    ballots, respondents = (
        frame[frame["survey"] == survey] for frame in (one.surveys.ballots, one.surveys.respondents)
    )
    tasks = one.world.tasks.assign(list_version=LIST_VERSION)
    settings = Settings(list_version=LIST_VERSION, bootstrap_replicates=1000)
    frame = league(ballots, respondents, tasks, settings, np.random.default_rng(1), offered=one.surveys.offered)
    assert frame["n"].between(80, 170).all()
    joined = frame.merge(votes[votes["survey"] == survey], on="task_id")
    reach = joined[joined["measure"] == "vote_reach"]
    assert_covers(reach["ci_low"], reach["ci_high"], reach["vote_reach"])


def test_vote_shares_per_segment(folder: Path, towns: list[TownData]) -> None:
    votes = pd.read_parquet(folder / "truth" / "votes.parquet")
    picks = pd.concat(
        [one.surveys.ballots.merge(one.surveys.respondents, on=["survey", "respondent"]) for one in towns]
    )
    for variable in ("age_group", "role"):
        voters = picks.groupby(["survey", f"segment_{variable}"])["respondent"].nunique().rename("voters")
        chosen = picks.groupby(["survey", f"segment_{variable}", "task_id"]).size().rename("votes")
        counted = chosen.reset_index().merge(voters.reset_index())
        true = votes[votes["variable"] == variable].rename(columns={"level": f"segment_{variable}"})
        joined = counted.merge(true)
        often = joined[joined["votes"] >= 30]
        low, high = wilson(often["votes"].to_numpy(), often["voters"].to_numpy())
        share = pd.Series(often["vote_reach"].to_numpy())
        assert len(share) > 60
        # only cells with many votes are looked at, which favours votes above the truth a little
        misses = int((~share.between(low, high)).sum())
        assert misses <= binom.ppf(1 - RARE, len(share), 0.05)


def test_chance_of_contact_after_silence(towns: list[TownData]) -> None:
    """Compare the days between contacts with the hazard from which they were drawn."""
    contacts = pd.concat([one.contacts for one in towns if one.town.missing is None], ignore_index=True)
    contacts = contacts.assign(day=contacts["started_at"].dt.tz_localize(None).dt.normalize())
    following = contacts.groupby(["municipality", "case"])["day"].shift(-1)
    silence = (following - contacts["day"]).dt.days
    watched = (pd.Timestamp("2026-09-30") - contacts["day"]).dt.days
    low, high, hazard = [], [], []
    for day, true in enumerate(SILENCE_HAZARD, start=1):
        at_risk = ~contacts["resolved"] & (watched >= day) & ~(silence < day)
        interval = wilson(np.array([(at_risk & (silence == day)).sum()]), np.array([at_risk.sum()]))
        low.append(interval.low[0])
        high.append(interval.high[0])
        hazard.append(true)
    assert_covers(pd.Series(low), pd.Series(high), pd.Series(hazard))
    peak = int(np.argmax(low)) + 1
    assert 10 <= peak <= 12


def test_forms(folder: Path, towns: list[TownData]) -> None:
    counted = pd.concat([one.forms[0] for one in towns]).groupby(["municipality", "task_id"]).sum(numeric_only=True)
    true = pd.read_csv(folder / "truth" / "forms.csv").set_index(["municipality", "task_id"])
    low, high = wilson(counted["finished"].to_numpy(), counted["started"].to_numpy())
    known = true["form_completion_rate"].reindex(counted.index).reset_index(drop=True)
    assert_covers(pd.Series(low), pd.Series(high), known)


def test_drivers(folder: Path, ratings: pd.DataFrame) -> None:
    """The shares of waiting and employee follow from correlations, because the two are independent."""
    true = json.loads((folder / "truth" / "drivers.json").read_text())
    assert true["share_waiting"] == pytest.approx(0.29, abs=0.005)
    assert true["share_employee"] == pytest.approx(0.30, abs=0.005)
    assert true["r_squared"] == pytest.approx(true["share_waiting"] + true["share_employee"], abs=0.005)
    marks = ratings[ratings["question"].str.startswith("mark_")]
    wide = marks.pivot(index=["municipality", "respondent", "quarter", "channel"], columns="part", values="score")
    wide = wide.dropna()[true["parts"]]
    within = wide - wide.groupby(level=["municipality", "channel", "quarter"]).transform("mean")
    observed = np.arctanh(np.corrcoef(within, rowvar=False)[np.triu_indices(7, 1)])
    expected = np.arctanh(np.array(true["correlation"])[np.triu_indices(7, 1)])
    groups = wide.groupby(level=["municipality", "channel", "quarter"]).ngroups
    standard_error = 1 / np.sqrt(len(wide) - groups - 3)
    assert np.abs(observed - expected).max() < 3.9 * standard_error  # 21 correlations together, one in a thousand
