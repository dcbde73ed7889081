"""Weights and weighted shares: against R's survey, by simulation of coverage, and everything that can be refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from toptaak.cli.main import main
from toptaak.core.errors import InputRefused
from toptaak.core.settings import Settings
from toptaak.intake.store import refresh
from toptaak.stats.intervals import wilson
from toptaak.surveys.ranking import league
from toptaak.surveys.weighted_shares import weighted_shares
from toptaak.surveys.weighting import SET_BY_POPULATION, margin_check, weigh, weight_summary

ORACLE = Path(__file__).parents[1] / "oracle" / "weighting"
PICKED = ["passport", "waste", "parking", "permit"]
TASKS = pd.DataFrame({"task_id": PICKED})


@pytest.fixture(scope="module")
def respondents() -> pd.DataFrame:
    sample = pd.read_csv(ORACLE / "sample.csv").assign(survey="2026", municipality="GM9901")
    return sample.rename(columns={"age": "segment_age"})


@pytest.fixture(scope="module")
def ballots(respondents: pd.DataFrame) -> pd.DataFrame:
    long = respondents.melt(["survey", "respondent"], PICKED, "task_id", "picked")
    return long[long["picked"] == 1].drop(columns="picked")


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    return pd.read_csv(ORACLE / "population.csv")


def codes(raised: pytest.ExceptionInfo[InputRefused]) -> list[str]:
    return [fault.code for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("design", "variables"), [("rake", ["age", "sex", "district"]), ("post", ["age:sex"])], ids=["rake", "post"]
)
@pytest.mark.parametrize("before", [False, True], ids=["equal", "unequal"])
def test_weights_are_those_of_r_survey(
    respondents: pd.DataFrame, population: pd.DataFrame, design: str, variables: list[str], before: bool
) -> None:
    sample = respondents if before else respondents.drop(columns="weight")
    weights = weigh(sample, population, variables, cap=None).weights
    frozen = pd.read_csv(ORACLE / "weights.csv")[f"{design}_unequal" if before else design]
    np.testing.assert_allclose(weights, frozen / frozen.mean(), rtol=1e-11)


def test_cap_is_r_surveys_strict_trimming(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    weights = weigh(respondents, population, ["age", "sex", "district"], cap=1.6).weights
    frozen = pd.read_csv(ORACLE / "weights.csv")["trim_strict"]
    np.testing.assert_allclose(weights, frozen / frozen.mean(), rtol=1e-11)
    assert weights.max() == pytest.approx(1.6)


@pytest.mark.parametrize(("design", "before"), [("rake", False), ("calibrate_unequal", True)])
def test_reach_and_its_error_are_those_of_r_survey(
    respondents: pd.DataFrame, population: pd.DataFrame, design: str, before: bool
) -> None:
    """Everybody is made a voter by a fifth task, so that reach is a share of all respondents as in R."""
    sample = respondents if before else respondents.drop(columns="weight")
    weighting = weigh(sample, population, ["age", "sex", "district"], cap=None)
    votes = respondents.melt(["survey", "respondent"], PICKED, "task_id", "picked").query("picked == 1")
    everybody = respondents[["survey", "respondent"]].assign(task_id="all")
    tasks = pd.DataFrame({"task_id": [*PICKED, "all"]})
    frame = weighted_shares(pd.concat([votes, everybody]), weighting, tasks, Settings())
    reach = frame[frame["measure"] == "vote_reach"].iloc[:4]
    frozen = pd.read_csv(ORACLE / "values.csv").query("design == @design and statistic == 'reach'")
    np.testing.assert_allclose(reach["estimate"], frozen["value"], rtol=1e-11)
    # Wilson's interval of p with n = p (1 - p) / se²
    z = 1.959963984540054
    p, se = frozen["value"].to_numpy(), frozen["se"].to_numpy()
    n = p * (1 - p) / se**2
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    np.testing.assert_allclose(reach["ci_high"] - reach["ci_low"], 2 * half, rtol=1e-9)


def test_share_is_that_of_the_weighted_league_table(
    respondents: pd.DataFrame, ballots: pd.DataFrame, population: pd.DataFrame
) -> None:
    weighting = weigh(respondents, population)
    ours = weighted_shares(ballots, weighting, TASKS, Settings())
    table = league(ballots, weighting.respondents, TASKS, Settings(), np.random.default_rng(1))
    for measure in ("vote_share", "vote_reach"):
        one, other = (frame[frame["measure"] == measure].set_index("task_id") for frame in (ours, table))
        np.testing.assert_allclose(one["estimate"], other.loc[one.index, "estimate"], rtol=1e-6)
        np.testing.assert_allclose(one["n_eff"], other.loc[one.index, "n_eff"], rtol=1e-9)


def test_the_error_of_a_share_is_that_of_a_ratio() -> None:
    """A share divides picks by picks, and both differ from voter to voter (Cochran 1977, section 6.3)."""
    picks = np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0], [1, 1, 0], [1, 0, 0], [0, 0, 1], [1, 1, 1], [1, 0, 0]] * 5)
    voters = pd.DataFrame({"survey": "1", "respondent": [f"r{number:02d}" for number in range(len(picks))]})
    sample = voters.assign(segment_sex="woman")
    margin = pd.DataFrame({"variable": ["sex"], "level": ["woman"], "count": [500]})
    rows, columns = np.nonzero(picks)
    ballots = voters.iloc[rows].assign(task_id=[f"t{column}" for column in columns])
    frame = weighted_shares(ballots, weigh(sample, margin), pd.DataFrame({"task_id": ["t0", "t1", "t2"]}), Settings())
    share = frame[frame["measure"] == "vote_share"]
    each, n = picks.sum(axis=1), len(picks)
    p = picks.sum(axis=0) / each.sum()
    away = picks - p * each[:, None]
    error = np.sqrt(away.var(axis=0, ddof=1) / n) / each.mean()
    equivalent = p * (1 - p) / error**2
    np.testing.assert_allclose(share["estimate"], p, rtol=1e-12)
    limits = np.array([wilson(a * m, m) for a, m in zip(p, equivalent, strict=True)])
    np.testing.assert_allclose(share[["ci_low", "ci_high"]], limits, rtol=1e-9)


def test_crossed_variables_replace_their_parts(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    assert set(weigh(respondents, population).margins["variable"]) == {"age:sex", "district"}


def test_margins_are_met_and_shown_beside_the_sample(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    check = margin_check(weigh(respondents, population, cap=None), Settings())
    after = check[check["measure"] == "weighted_share"]
    np.testing.assert_allclose(after["estimate"], after["reference_estimate"], rtol=1e-9)
    assert (after["note"] == SET_BY_POPULATION).all()
    before = check[check["measure"] == "sample_share"].set_index("level")
    assert before.loc["centre", "verdict"] == "more"
    assert before.loc["south", "verdict"] == "fewer"
    assert before.groupby("variable")["estimate"].sum().to_numpy() == pytest.approx(1)


def test_summary_is_kishs(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    weighting = weigh(respondents, population)
    summary = weight_summary(weighting).set_index("measure")["estimate"]
    weights = weighting.weights
    assert summary["effective_n"] == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert summary["design_effect"] * summary["effective_n"] == pytest.approx(len(weights))
    assert summary["largest_weight"] <= 5 + 1e-9


def test_an_unknown_answer_keeps_its_weight(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    sample = respondents.drop(columns="weight").copy()
    sample.loc[:19, "district"] = None
    weighting = weigh(sample, population, ["sex", "district"], cap=None)
    assert weighting.weights[:20] == pytest.approx(1)
    assert (~weighting.known).sum() == 20
    known = sample.assign(weight=weighting.weights)[weighting.known]
    shares = known.groupby("district")["weight"].sum() / known["weight"].sum()
    assert shares["north"] == pytest.approx(0.4)
    assert weight_summary(weighting).set_index("measure").loc["unweighable", "estimate"] == pytest.approx(20 / 400)


def test_respondents_are_not_changed(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    before = respondents.copy()
    weigh(respondents, population)
    pd.testing.assert_frame_equal(respondents, before)


def test_the_last_year_and_the_own_municipality_count(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    other_year = population.assign(year=2020, count=population["count"] * 3)
    elsewhere = population.assign(municipality="GM9902", count=1)
    mixed = pd.concat([other_year, population, elsewhere])
    np.testing.assert_array_equal(weigh(respondents, mixed).weights, weigh(respondents, population).weights)


def test_two_surveys_at_once_are_refused(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    two = pd.concat([respondents, respondents.assign(survey="2025")])
    with pytest.raises(ValueError, match="one survey"):
        weigh(two, population)


def test_everything_wrong_is_told_at_once(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    sample = respondents[respondents["segment_age"] != "70+"].copy()
    sample["weight"] = [0.0, -1.0, *[1.0] * (len(sample) - 2)]
    sample.loc[sample.index[:3], "district"] = "moon"
    margins = population.copy()
    margins.loc[margins["level"] == "woman", "count"] += 5000
    with pytest.raises(InputRefused) as raised:
        weigh(sample, margins, ["age", "sex", "district", "income", "mode"])
    assert codes(raised) == ["TT-303", "TT-304", "TT-306", "TT-307", "TT-301", "TT-301"]
    faults = {fault.code: fault for fault in raised.value.faults}
    assert faults["TT-303"].count == 2
    assert faults["TT-306"].found == "'70+'"
    assert (faults["TT-307"].found, faults["TT-307"].count) == ("'moon'", 3)
    text = str(raised.value)
    assert "'70+'" in text
    assert "105000" in text


def test_a_variable_without_a_column(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    with pytest.raises(InputRefused) as raised:
        weigh(respondents.drop(columns="segment_age"), population, ["age:sex", "district"])
    assert codes(raised) == ["TT-302"]


def test_a_negative_count(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    margins = population.assign(count=population["count"].where(population["level"] != "north", -1))
    with pytest.raises(InputRefused) as raised:
        weigh(respondents, margins, ["district"])
    assert codes(raised) == ["TT-305", "TT-307"]


def test_no_population_at_all(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    with pytest.raises(InputRefused) as raised:
        weigh(respondents, population.iloc[:0])
    assert codes(raised) == ["TT-301"]


def test_nobody_answered(respondents: pd.DataFrame, population: pd.DataFrame) -> None:
    with pytest.raises(InputRefused) as raised:
        weigh(respondents.iloc[:0], population, ["sex"])
    assert codes(raised) == ["TT-306", "TT-306"]


def test_margins_that_cannot_be_met_together() -> None:
    """All men are young and all women old: no weights give 50 % men and 30 % young."""
    sample = pd.DataFrame({"survey": "1", "respondent": range(20), "sex": ["m", "w"] * 10, "age": ["y", "o"] * 10})
    margins = pd.DataFrame(
        {"variable": ["sex", "sex", "age", "age"], "level": ["m", "w", "y", "o"], "count": [50, 50, 30, 70]}
    )
    with pytest.raises(InputRefused) as raised:
        weigh(sample, margins)
    assert codes(raised) == ["TT-308"]
    assert "20" in str(raised.value)


def test_one_respondent_with_most_of_the_weight() -> None:
    sample = pd.DataFrame({"survey": "1", "respondent": range(20), "sex": ["m"] * 19 + ["w"]})
    margins = pd.DataFrame({"variable": "sex", "level": ["m", "w"], "count": [400, 600]})
    with pytest.raises(InputRefused) as raised:
        weigh(sample, margins, cap=None)
    assert codes(raised) == ["TT-309"]
    assert weigh(sample, margins).weights.max() == pytest.approx(5)


def test_one_voter_has_no_interval() -> None:
    sample = pd.DataFrame({"survey": "1", "respondent": range(4), "sex": ["m", "w"] * 2})
    margins = pd.DataFrame({"variable": "sex", "level": ["m", "w"], "count": [400, 600]})
    vote = sample[["survey", "respondent"]].iloc[:1].assign(task_id="waste")
    frame = weighted_shares(vote, weigh(sample, margins), TASKS, Settings())
    assert frame["ci_low"].isna().all()
    assert (frame["note"] != "").all()


def test_by_group_a_share_of_the_groups_vote(
    respondents: pd.DataFrame, ballots: pd.DataFrame, population: pd.DataFrame
) -> None:
    frame = weighted_shares(ballots, weigh(respondents, population), TASKS, Settings(), by=["sex"])
    shares = frame[frame["measure"] == "vote_share"].groupby("sex")["estimate"].sum()
    assert shares.to_numpy() == pytest.approx(1)


@pytest.mark.parametrize("size", [150, 600])
def test_coverage_of_weighted_intervals(size: int) -> None:
    """Voters of whom the old are far too many; the truth is that of the population."""
    rng = np.random.default_rng(20260707)
    ages = np.array(["young", "middle", "old"])
    reach = {"a": (0.6, 0.4, 0.2), "b": (0.2, 0.3, 0.5), "c": (0.05, 0.05, 0.1)}
    here, there = np.array([0.3, 0.4, 0.3]), np.array([0.15, 0.3, 0.55])
    margins = pd.DataFrame({"variable": "age", "level": ages, "count": here * 100_000})
    truth = {task: here @ np.array(chance) for task, chance in reach.items()}
    tasks = pd.DataFrame({"task_id": [*reach, "any"]})
    runs, held, biased = 200, dict.fromkeys(reach, 0), 0
    for _ in range(runs):
        age = rng.choice(3, size, p=there)
        sample = pd.DataFrame({"survey": "1", "respondent": range(size), "age": ages[age]})
        picks = [
            sample.loc[rng.random(size) < np.array(chance)[age], ["survey", "respondent"]].assign(task_id=task)
            for task, chance in reach.items()
        ]
        votes = pd.concat([*picks, sample[["survey", "respondent"]].assign(task_id="any")])
        frame = weighted_shares(votes, weigh(sample, margins), tasks, Settings(confidence=0.9))
        frame = frame[frame["measure"] == "vote_reach"].set_index("task_id")
        for task in reach:
            held[task] += frame.loc[task, "ci_low"] <= truth[task] <= frame.loc[task, "ci_high"]
        biased += abs(len(picks[0]) / size - truth["a"]) > 0.06
    error = 3 * np.sqrt(0.9 * 0.1 / runs)
    for task, times in held.items():
        assert times / runs == pytest.approx(0.9, abs=error), task
    assert biased > runs / 2


def test_real_population_by_age_and_sex_is_taken_in_and_met(shared_data: Path, tmp_path: Path) -> None:
    """A table as Statistics Netherlands gives it, turned round as the handbook says: 342 municipalities, 2021."""
    people = pd.read_csv(shared_data / "gemeenten_nl" / "bevolking_leeftijd_geslacht_2021.csv")
    start = people["leeftijd"].str.extract(r"(\d+)", expand=False).astype(int)
    people["age"] = pd.cut(start, [20, 35, 50, 65, 200], right=False, labels=["20-34", "35-49", "50-64", "65+"])
    long = people.dropna(subset="age").melt(["code", "age"], ["man", "vrouw"], "sex", "count")
    sums = long.groupby(["code", "age", "sex"], observed=True, as_index=False)["count"].sum()
    table = sums.assign(year=2021, variable="age:sex", level=sums["age"].astype(str) + ":" + sums["sex"])
    table = table.rename(columns={"code": "municipality"})[["municipality", "year", "variable", "level", "count"]]
    table.to_csv(tmp_path / "population.csv", index=False)
    told = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert told.exit_code == 0, told.output
    population = refresh(tmp_path).table("population", "GM0363")
    assert population is not None
    cells = population["level"].str.split(":", expand=True)
    sample = pd.DataFrame({"survey": "s", "municipality": "GM0363", "age": cells[0], "sex": cells[1]})
    sample = pd.concat([sample, sample[sample["age"] == "65+"]] * 30, ignore_index=True)
    weighting = weigh(sample.assign(respondent=range(len(sample))), population)
    shares = weighting.weights / weighting.weights.sum()
    met = pd.Series(shares).groupby(sample["age"] + ":" + sample["sex"]).sum()
    wanted = people[people["code"] == "GM0363"].assign(start=start).query("start >= 65")["man"].sum()
    assert met["65+:man"] == pytest.approx(wanted / population["count"].sum())
