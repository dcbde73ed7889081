"""How often does a report tell a change that is none, for each shape of what municipalities deliver?

`python -m benchmarks.shapes [--runs 300] [--print]`, some minutes.

In each world nothing changes. A folder of 300 municipalities goes through intake, is cut at the end of the quarter and
measured; the sentences of each report are written. Counted: reports with any false "aantoonbaar" on the board (to be
held at 5 %, and at 7.5 % with the uncertainty of the simulation), reports with any false discovery elsewhere, and
beside it the smallest true change that 80 % of reports tell. The table goes into docs/methode.md.
"""

from __future__ import annotations

import argparse
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.coverage import SEED, Row, percent, table, written
from toptaak.core.municipalities import fictional_code, find
from toptaak.core.periods import AMSTERDAM, Quarter
from toptaak.core.settings import Settings
from toptaak.intake.known import known_on
from toptaak.intake.store import refresh
from toptaak.kpi.compare import compare_quarters
from toptaak.kpi.discoveries import hold_discoveries
from toptaak.kpi.measures import OBSERVED, declaration
from toptaak.numbers.quarter import TABLES, Source
from toptaak.privacy.disclosure import publish
from toptaak.report.quarterly.summary import changes
from toptaak.stats.intervals import wilson

DOCUMENT = Path(__file__).parents[1] / "docs" / "methode.md"
NOW = Quarter(2026, 3)
QUARTERS = [NOW.shift(back) for back in (-3, -2, -1, 0)]
BEFORE = QUARTERS[-2]
TOLD = ["better", "worse", "changed"]
SEEN, POWER_RUNS = 0.8, 100
_STEPS = (0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6)

Drawn = dict[str, pd.DataFrame]
Draw = Callable[[np.random.Generator, int, float], Drawn]


@dataclass(frozen=True)
class World:
    """One shape: how its tables are drawn (chance, municipalities, true change), what changes, and its settings."""

    name: str
    draw: Draw
    change: str
    settings: str = ""


# --- what worlds are made of


def codes(numbers: np.ndarray) -> np.ndarray:
    """Name fictional municipalities by number, from 0."""
    return np.array([fictional_code(one + 1) for one in range(int(numbers.max()) + 1 if len(numbers) else 0)])[numbers]


def days(towns: int, a_day: float, rng: np.random.Generator) -> pd.DataFrame:
    """Draw on how many occasions each working day of the quarters has; one row is an occasion."""
    every = np.concatenate([pd.bdate_range(one.start, one.end).to_numpy() for one in QUARTERS])
    count = rng.poisson(a_day, (towns, len(every)))
    town, day = (index.ravel() for index in np.indices(count.shape))
    each = pd.DataFrame({"town": town, "day": every[day]})
    return each.loc[each.index.repeat(count.ravel())].reset_index(drop=True)


def changed(days_: pd.Series) -> np.ndarray:
    """Tell which days lie in the report's quarter."""
    return (days_ >= pd.Timestamp(NOW.start)).to_numpy()


def local(moments: pd.Series) -> pd.Series:
    """Give moments of a wall clock their place."""
    return moments.dt.tz_localize(AMSTERDAM, nonexistent="shift_forward", ambiguous=np.ones(len(moments), dtype=bool))


def at_work(rng: np.random.Generator, days_: pd.Series) -> pd.Series:
    """Draw a moment between nine and five on each day."""
    return days_ + pd.to_timedelta(rng.integers(9 * 3600, 17 * 3600, len(days_)), unit="s")


def by_day(rng: np.random.Generator, rows: pd.DataFrame, spread: float) -> np.ndarray:
    """Draw how busy each day of each municipality is: one deviate for all that happens on it."""
    number = rows.groupby(["town", "day"]).ngroup().to_numpy()
    return (spread * rng.normal(size=number.max() + 1))[number]


def case_numbers(rows: pd.DataFrame) -> np.ndarray:
    return np.char.add("Z", np.arange(len(rows)).astype(str))


# --- the shapes


def contact_log(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """A tidy log: cases of one to four contacts over channels, the last of which mostly resolves the case."""
    cases = days(towns, 3.0, rng)
    number = np.minimum(rng.geometric(0.6, len(cases)), 4)
    case = np.repeat(np.arange(len(cases)), number)
    place = np.arange(len(case)) - np.repeat(np.cumsum(number) - number, number)
    started = at_work(rng, cases["day"])
    gap = 6 * 86_400 * np.exp(rng.normal(0, 0.8, len(case))) * (1 + change * changed(cases["day"]))[case]
    moment = started.to_numpy()[case] + pd.to_timedelta(pd.Series(gap * (place > 0)).groupby(case).cumsum(), unit="s")
    last = place == number[case] - 1
    long = pd.to_timedelta(rng.integers(60, 900, len(case)), unit="s")
    begin = pd.Series(moment).dt.floor("s")
    log = pd.DataFrame(
        {
            "municipality": codes(cases["town"].to_numpy())[case],
            "case": case_numbers(cases)[case],
            "customer": case_numbers(cases)[case],
            "channel": rng.choice(["phone", "desk", "e-mail"], len(case)),
            "started_at": local(begin),
            "ended_at": local(begin + long),
            "resolved": last & (rng.random(len(cases)) < 0.9)[case],
        }
    )
    return {"contacts": log}


def step_log(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """Cases behind the counter: received, in hand, sometimes asked for more, done."""
    cases = days(towns, 1.5, rng)
    cases = cases.assign(case=case_numbers(cases))
    longer = 1 + change * changed(cases["day"])
    received = at_work(rng, cases["day"])
    middles = {"in behandeling": 2.0, "aanvulling": 4.0, "besluit": 8.0}
    draws = {name: middle * np.exp(rng.normal(0, 0.7, len(cases))) for name, middle in middles.items()}
    wait = pd.DataFrame(draws).mul(longer, axis=0)
    wait["aanvulling"] = wait["aanvulling"].where(rng.random(len(cases)) < 0.3)
    at = {"ontvangen": received}
    passed = pd.Series(0.0, cases.index)
    for name in wait:
        passed = passed + wait[name].fillna(0)
        at[name] = (received + pd.to_timedelta(passed, unit="D")).dt.floor("s").where(wait[name].notna())
    parts = [cases.assign(step=name, at=moments) for name, moments in at.items()]
    steps = pd.concat(parts, ignore_index=True).dropna(subset="at")
    return {"steps": steps.assign(municipality=codes(steps["town"].to_numpy()), at=local(steps["at"]))[
        ["municipality", "case", "step", "at"]]}  # fmt: skip


def case_export(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """The export of a case system: one row a case, one in ten never closed."""
    cases = days(towns, 1.5, rng)
    opened = at_work(rng, cases["day"])
    length = 12 * np.exp(rng.normal(0, 0.8, len(cases))) * (1 + change * changed(cases["day"]))
    closed = (opened + pd.to_timedelta(length, unit="D")).dt.floor("s").where(rng.random(len(cases)) < 0.9)
    return {
        "cases": pd.DataFrame(
            {
                "municipality": codes(cases["town"].to_numpy()),
                "case": case_numbers(cases),
                "channel": rng.choice(["web", "desk"], len(cases)),
                "opened_at": local(opened),
                "closed_at": local(closed),
            }
        )
    }


def calls(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """Telephone calls, with days on which everybody waits longer."""
    rows = days(towns, 12.0, rng)
    busy = by_day(rng, rows, 0.5)
    return {"contacts": _called(rng, rows, busy, change)}


def _called(rng: np.random.Generator, rows: pd.DataFrame, busy: np.ndarray, change: float) -> pd.DataFrame:
    more = changed(rows["day"]) * change
    answered = rng.random(len(rows)) >= np.minimum(0.1 * np.exp(busy - 0.125), 0.9) + more
    wait = 90 * np.exp(busy + rng.normal(0, 0.8, len(rows)))
    begin = at_work(rng, rows["day"])
    took = np.where(answered, 240 * np.exp(rng.normal(0, 0.6, len(rows))), 0).round()
    return pd.DataFrame(
        {
            "municipality": codes(rows["town"].to_numpy()),
            "channel": "phone",
            "started_at": local(begin),
            "ended_at": local(begin + pd.to_timedelta(took, unit="s")).where(answered),
            "wait_s": wait.round(),
            "answered": answered,
        }
    )


def day_totals(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """The same telephone as a switch counts it, ten times as busy."""
    rows = days(towns, 12.0, rng).groupby(["town", "day"]).size().rename("tenth").reset_index()
    busy = by_day(rng, rows, 0.5)
    offered = rng.poisson(10 * rows["tenth"])
    lost = rng.binomial(offered, np.clip(0.1 * np.exp(busy - 0.125) + change * changed(rows["day"]), 0, 0.9))
    answered = offered - lost
    wait = 120 * np.exp(busy)
    return {
        "service_totals": pd.DataFrame(
            {
                "municipality": codes(rows["town"].to_numpy()),
                "date": rows["day"],
                "channel": "phone",
                "offered": offered,
                "answered": answered,
                "abandoned": lost,
                "within_norm": rng.binomial(answered, np.exp(-wait / 600)),
                "wait_s_mean": wait.round(1),
                "talk_s_mean": (250 + 20 * rng.normal(size=len(rows))).round(1),
            }
        )
    }


def late_start(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """The log of steps begins in the middle of the quarter compared with."""
    steps = step_log(rng, towns, change)["steps"]
    begins = pd.Timestamp(BEFORE.start, tz=AMSTERDAM) + pd.Timedelta(days=45)
    return {"steps": steps[steps["at"] >= begins]}


def bursts(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """Telephone calls with a busy week now and then, in any quarter alike."""
    rows = days(towns, 12.0, rng)
    week = rows.groupby(["town", rows["day"].dt.to_period("W")]).ngroup().to_numpy()
    burst = (rng.random(week.max() + 1) < 0.15)[week]
    again = rows[burst].assign(extra=1.0)
    rows = pd.concat([rows.assign(extra=burst.astype(float)), again], ignore_index=True)
    return {"contacts": _called(rng, rows, by_day(rng, rows, 0.3) + 0.7 * rows["extra"].to_numpy(), change)}


def missing_weeks(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """Telephone calls of which three weeks of each quarter were lost."""
    log = calls(rng, towns, change)["contacts"]
    week = log["started_at"].dt.isocalendar().week
    return {"contacts": log[~(week % 13).isin([3, 4, 9])]}


def clustered_answers(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """Fifteen respondents a quarter who each try ten tasks; some people succeed at everything."""
    return _tried(rng, towns, change, people=15, tasks=10, spread=1.2)


def tiny(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """A dozen attempts and marks a quarter."""
    return _tried(rng, towns, change, people=12, tasks=1, spread=0.0)


def weighted_answers(rng: np.random.Generator, towns: int, change: float) -> Drawn:
    """Two hundred respondents a quarter with weights from a third to three."""
    drawn = _tried(rng, towns, change, people=200, tasks=1, spread=0.0)
    for name in ("attempts", "ratings"):
        weight = np.exp(rng.normal(0, 0.5, len(drawn[name]))).clip(1 / 3, 3)
        drawn[name] = drawn[name].assign(weight=weight.round(3))
    return drawn


def _tried(rng: np.random.Generator, towns: int, change: float, *, people: int, tasks: int, spread: float) -> Drawn:
    town, quarter, person, task = (one.ravel() for one in np.indices((towns, len(QUARTERS), people, tasks)))
    who = (town * len(QUARTERS) + quarter) * people + person
    able = (spread * rng.normal(size=towns * len(QUARTERS) * people))[who]
    chance = 1 / (1 + np.exp(-(1.1 + able))) + change * (quarter == len(QUARTERS) - 1)
    verified = rng.random(len(who)) < chance
    start = np.array([np.datetime64(one.start) for one in QUARTERS])[quarter]
    rows = pd.DataFrame(
        {
            "municipality": codes(town),
            "date": start + pd.to_timedelta(rng.integers(0, 85, len(who)), unit="D"),
            "respondent": np.char.add("R", who.astype(str)),
            "task_id": np.char.add("T", task.astype(str)),
            "channel": rng.choice(["web", "phone"], len(who)),
        }
    )
    believed = verified | (rng.random(len(who)) < 0.3)
    marks = np.clip(np.rint(7 + able + 1.3 * rng.normal(size=len(who))), 1, 10)
    questions = {"question": ["mark"], "version": ["1"], "kind": ["mark"], "minimum": [1], "maximum": [10]}
    return {
        "attempts": rows.assign(verified_success=verified, believed_success=believed),
        "ratings": rows.assign(question="mark", question_version="1", score=marks),
        "questions": pd.DataFrame(questions | {"higher_is": ["better"]}),
    }


_TIME, _POINTS = "tijd +{}%", "{} punten"
WORLDS = (
    World("contacten", contact_log, _TIME),
    World("stappen, met closing_steps", step_log, _TIME, 'closing_steps = ["besluit"]\n'),
    World("stappen, zonder closing_steps", step_log, _TIME),
    World("zaken", case_export, _TIME),
    World("telefoongesprekken", calls, _POINTS),
    World("dagtotalen", day_totals, _POINTS),
    World("log begint laat", late_start, _TIME, 'closing_steps = ["besluit"]\n'),
    World("drukke weken", bursts, _POINTS),
    World("weken kwijt", missing_weeks, _POINTS),
    World("15 respondenten × 10 taken", clustered_answers, _POINTS),
    World("heel kleine gemeente", tiny, _POINTS),
    World("gewogen enquête", weighted_answers, _POINTS),
)


# --- from folder to sentences


@dataclass(frozen=True)
class Told:
    """What the reports of a world tell: how many KPIs there are, and per report whether anything is told."""

    kpis: int
    board: np.ndarray
    elsewhere: np.ndarray


def taken_in(drawn: Mapping[str, pd.DataFrame], settings: str) -> tuple[dict[str, pd.DataFrame | None], Settings]:
    """Write a folder, let intake read it, and cut it at the last day of the quarter."""
    with tempfile.TemporaryDirectory() as place:
        for name, rows in drawn.items():
            rows.to_parquet(Path(place) / f"{name}.parquet", index=False)
        (Path(place) / "settings.toml").write_text(settings, encoding="utf-8")
        store = refresh(Path(place))
        return known_on({name: store.table(name) for name in TABLES}, NOW.end), store.settings


def told(
    tables: Mapping[str, pd.DataFrame | None], settings: Settings, towns: int, *, board_only: bool = False
) -> Told:
    """Compare the quarter of all municipalities with the one before, and write the sentences of each report."""
    everybody = Source(_town(0), NOW, "nl", tables, settings, pd.DataFrame())
    names = everybody.kpis
    frame = compare_quarters(tables, NOW, BEFORE, names, settings, ["municipality"])
    sentences = [_demonstrable(everybody, frame[frame["municipality"] == _town(one).code]) for one in range(towns)]
    if board_only:
        return Told(len(names), np.array(sentences), np.zeros(towns))
    others = [name for name in OBSERVED if name not in names and declaration(name).direction != "none"]
    return Told(len(names), np.array(sentences), _discovered(tables, settings, others, towns))


def _demonstrable(source: Source, changes_: pd.DataFrame) -> bool:
    """Tell whether the board's sentences call anything demonstrably better or worse."""
    report = Source(source.municipality, NOW, "nl", source.tables, source.settings, source.account)
    # what a report computes of its own tables was computed for all municipalities at once
    report.__dict__["changes"] = publish(changes_.drop(columns="municipality").reset_index(drop=True), source.settings)
    return any("antoonbaar beter" in text or "antoonbaar slechter" in text for text in changes(report))


def _discovered(
    tables: Mapping[str, pd.DataFrame | None], settings: Settings, names: list[str], towns: int
) -> np.ndarray:
    """Tell of each report whether any of its details is told, overall and per channel, held together per report."""
    parts = [compare_quarters(tables, NOW, BEFORE, names, settings, by, family=1)
             for by in (["municipality"], ["municipality", "channel"])]  # fmt: skip
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    found = dict.fromkeys([_town(one).code for one in range(towns)], False)
    for code, report in rows.groupby("municipality", observed=True):
        found[str(code)] = bool(hold_discoveries(report, settings)["verdict"].isin(TOLD).any())
    return np.array(list(found.values()))


@cache
def _town(number: int):  # type: ignore[no-untyped-def]
    return find(fictional_code(number + 1))


# --- the table


def smallest_seen(world: World, number: int, runs: int) -> str:
    """Give the smallest true change of the grid that 80 % of reports tell on the board; by halving."""
    steps = range(len(_STEPS))
    place = bisect_left(steps, SEEN, key=lambda step: _told_share(world, number, runs, _STEPS[step]))
    beyond = "> " if place == len(steps) else ""
    return beyond + world.change.format(f"{_STEPS[min(place, len(steps) - 1)] * 100:.0f}")


def _told_share(world: World, number: int, runs: int, change: float) -> float:
    tables, settings = taken_in(world.draw(np.random.default_rng([SEED, number, 1]), runs, change), world.settings)
    return float(told(tables, settings, runs, board_only=True).board.mean())


def rows(runs: int) -> Iterator[Row]:
    """Simulate each world: KPIs, false verdicts on the board with their upper limit, elsewhere, and what is seen."""
    for number, world in enumerate(WORLDS):
        tables, settings = taken_in(world.draw(np.random.default_rng([SEED, number]), runs, 0.0), world.settings)
        found = told(tables, settings, runs)
        if not found.kpis:
            yield world.name, "0", "–", "–", percent(found.elsewhere.mean()), "–"
            continue
        upper = float(wilson(found.board.sum(), runs).high)
        seen = smallest_seen(world, number, min(runs, POWER_RUNS))
        yield (
            world.name, str(found.kpis), percent(found.board.mean()), percent(upper), percent(found.elsewhere.mean()),
            seen,
        )  # fmt: skip


HEAD = ("wat er is aangeleverd", "KPI's", "vals op het bord", "hoogstens", "vals elders", "80% ziet")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300, help="municipalities of each world")
    parser.add_argument("--print", action="store_true", help="print the table, write nothing")
    asked = parser.parse_args()
    content = table(HEAD, rows(asked.runs))
    print(content, flush=True)
    if not asked.print:
        DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), "shapes", content), encoding="utf-8")


if __name__ == "__main__":
    main()
