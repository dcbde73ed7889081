"""How often does a report tell a change that is none, and how often does it see one that is?

`python -m benchmarks.false_alarms [--reports 1000] [--print]`, about five minutes.

Whole tables are drawn for two quarters and go through the same functions as a report: the share of reports with a
false "aantoonbaar" among the board's KPIs where nothing changed (to be held at 5 %); the share of false ones among the
details that are told (to be held at 5 %); and the power beside both. The tables go into docs/methode.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.coverage import Row, percent, table, written
from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings
from toptaak.kpi.compare import compare_quarters
from toptaak.kpi.discoveries import compare_details
from toptaak.kpi.measures import OBSERVED, board_measures

DOCUMENT = Path(__file__).parents[1] / "docs" / "methode.md"
NOW, BEFORE = Quarter(2026, 3), Quarter(2026, 2)
_NOT_DRAWN = {"ces1", "abandoned_rate", "service_level", "speed_of_answer"}
BOARD = [one.id for one in board_measures() if one.id in OBSERVED and one.id not in _NOT_DRAWN]
TOLD = ["better", "worse"]
TASKS, CHANNELS = 12, ("web", "phone", "desk", "mail", "e-mail", "chat")
SETTINGS = Settings()


@dataclass(frozen=True)
class Change:
    """What really changed: points of success and disaster, a factor of time and contacts, points of score."""

    success: float = 0.0
    disaster: float = 0.0
    time: float = 1.0
    contacts: float = 1.0
    score: float = 0.0


NOTHING = Change()
CHANGES = {
    "succes + 5 punten": Change(success=0.05),
    "succes + 10 punten": Change(success=0.10),
    "ramp - 5 punten": Change(disaster=-0.05),
    "tijd - 20%": Change(time=0.8),
    "contacten - 10%": Change(contacts=0.9),
    "cijfers + 0,3": Change(score=0.3),
}


def attempts(rng: np.random.Generator, town: np.ndarray, quarter: Quarter, change: Change) -> pd.DataFrame:
    n = len(town)
    verified = rng.random(n) < 0.75 + change.success
    unaware = rng.random(n) < (0.10 + change.disaster) / 0.25
    return pd.DataFrame(
        {
            "municipality": town,
            "date": pd.Timestamp(quarter.start),
            "verified_success": verified,
            "believed_success": verified | unaware,
        }
    )


def contacts(rng: np.random.Generator, town: np.ndarray, quarter: Quarter, change: Change) -> pd.DataFrame:
    """Draw cases of one or more contacts; the last one ends the case, the others lie between."""
    n = len(town)
    number = rng.geometric(1 / (1 + 0.9 * change.contacts), n)
    case = np.repeat(np.arange(n), number)
    place = np.arange(len(case)) - np.repeat(np.cumsum(number) - number, number)
    last = place == number[case] - 1
    length = change.time * 300 * np.exp(rng.normal(0, 1.1, n))
    start = pd.Timestamp(quarter.start, tz="Europe/Amsterdam") + pd.Timedelta(hours=12)
    began = start + pd.to_timedelta(length[case] * place / number[case], unit="s")
    ended = start + pd.to_timedelta(length[case] * (place + 1) / number[case], unit="s")
    return pd.DataFrame(
        {
            "municipality": town[case],
            "case": np.char.add(f"{quarter}-", case.astype(str)),
            "channel": "phone",
            "started_at": began,
            "ended_at": ended,
            "resolved": last,
        }
    )


def ratings(rng: np.random.Generator, town: np.ndarray, quarter: Quarter, change: Change) -> pd.DataFrame:
    n = len(town)
    liking = rng.normal(0, 1, n)
    parts = [("mark", 7.2 + change.score, 1.4, 1, 10), ("ces2", 5.2 + change.score, 1.3, 1, 7)]
    parts.append(("nps", 7.1 + change.score, 2.0, 0, 10))
    rows = [
        pd.DataFrame(
            {
                "municipality": town,
                "question": name,
                "question_version": "1",
                "score": np.clip(np.rint(mean + spread * (0.7 * liking + 0.7 * rng.normal(0, 1, n))), low, high),
            }
        )
        for name, mean, spread, low, high in parts
    ]
    return pd.concat(rows, ignore_index=True).assign(date=pd.Timestamp(quarter.start))


QUESTIONS = pd.DataFrame({"question": ["mark", "ces2", "nps"], "version": "1", "kind": ["mark", "ces2", "nps"]})
MAKERS = {"attempts": attempts, "contacts": contacts, "ratings": ratings}


def tables(rng: np.random.Generator, n: int, reports: int, change: Change) -> dict[str, pd.DataFrame]:
    """Draw the tables of many municipalities at once; each is one report."""
    town = np.repeat([f"GM{number:04d}" for number in range(reports)], n)
    drawn = {
        name: pd.concat([make(rng, town, BEFORE, NOTHING), make(rng, town, NOW, change)], ignore_index=True)
        for name, make in MAKERS.items()
    }
    return drawn | {"questions": QUESTIONS}


def board(reports: int) -> Iterator[Row]:
    for n in (30, 100, 400):
        yield str(n), *(percent(told_share(n, change, reports)) for change in (NOTHING, *CHANGES.values()))


def told_share(n: int, change: Change, reports: int) -> float:
    """Give the share of reports in which at least one KPI is told to have changed."""
    drawn = tables(np.random.default_rng([n, reports]), n, reports, change)
    frame = compare_quarters(drawn, NOW, BEFORE, BOARD, SETTINGS, ["municipality"])
    told = frame["verdict"].isin(TOLD).groupby(frame["municipality"]).any()
    return float(told.mean())


def details(reports: int) -> Iterator[Row]:
    """Compare every task and channel; in none, or in a fifth, of the tasks success really rose."""
    for n, rise in ((40, 0.0), (40, 0.2), (100, 0.2), (400, 0.1)):
        rng = np.random.default_rng([n, int(rise * 100)])
        told, false_share, seen = [], [], []
        for _ in range(reports):
            frame = compare_details(cells(rng, n, rise), NOW, BEFORE, ["success_rate"], ["task_id", "channel"])
            is_told, truth = frame["verdict"].isin(TOLD).to_numpy(), (frame["task_id"].astype(int) < 3).to_numpy()
            truth = truth & (rise > 0)
            told.append(is_told.sum())
            false_share.append((is_told & ~truth).sum() / max(1, is_told.sum()))
            seen.append((is_told & truth).sum() / max(1, truth.sum()))
        power = percent(np.mean(seen)) if rise else "–"
        yield (
            str(n),
            f"{rise * 100:.0f}",
            f"{np.mean(told):.2f}".replace(".", ","),
            percent(np.mean(false_share)),
            power,
        )


def cells(rng: np.random.Generator, n: int, rise: float) -> dict[str, pd.DataFrame]:
    grid = pd.MultiIndex.from_product([range(TASKS + 3), CHANNELS], names=["task_id", "channel"]).to_frame(index=False)
    each = grid.loc[grid.index.repeat(n)].reset_index(drop=True)
    parts = []
    for quarter in (BEFORE, NOW):
        higher = rise * ((each["task_id"] < 3) & (quarter == NOW))
        drawn = rng.random(len(each)) < 0.6 + higher
        parts.append(each.assign(date=pd.Timestamp(quarter.start), verified_success=drawn))
    return {"attempts": pd.concat(parts, ignore_index=True)}


TABLES: dict[str, tuple[Row, Callable[[int], Iterator[Row]]]] = {
    "board": (("n per kwartaal", "niets veranderd", *CHANGES), board),
    "details": (("n per vergelijking", "stijging in punten", "genoemd", "waarvan vals", "stijging gezien"), details),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--print", action="store_true", help="print the tables, write nothing")
    asked = parser.parse_args()
    for name, (head, rows) in TABLES.items():
        content = table(head, rows(asked.reports))
        print(f"{name}\n{content}\n", flush=True)
        if not asked.print:
            DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), name, content), encoding="utf-8")


if __name__ == "__main__":
    main()
