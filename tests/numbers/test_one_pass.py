"""What all municipalities are measured together gives each of them what its own tables give."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings
from toptaak.intake.known import known_on
from toptaak.intake.store import refresh
from toptaak.kpi.measures import MEASURED, OBSERVED, MeasuredTables, measure_all
from toptaak.kpi.summaries import Summary, estimates
from toptaak.numbers.one_pass import GROUPINGS, known_of_all, summaries_of_each

QUARTER = Quarter(2026, 3)
OTHER_GROUPINGS = (("quarter",), ("week",), ("quarter", "task_id", "channel"))
RICH, POOR = "GM9901", "GM9902"


def assert_same(summary: Summary, own: Summary) -> None:
    assert summary.by == own.by and summary.measure is own.measure
    kinds = dict.fromkeys([*own.by, "wording", "ways", "note"], "string")
    columns = own.groups.columns.tolist()
    assert_frame_equal(
        summary.groups[columns].astype(kinds), own.groups.astype(kinds), rtol=1e-9, atol=1e-12, check_dtype=False
    )
    settings = Settings()
    assert estimates(summary, settings).columns.tolist() == estimates(own, settings).columns.tolist()


def test_of_the_example_every_measure_is_equal(example_data: Path) -> None:
    store, codes = refresh(example_data), ("GM9901", "GM9902", "GM9903", "GM9907")
    known = dict(known_of_all(store, codes, QUARTER.end))
    assert tuple(known) == codes
    for code in codes:
        tables = known_on({name: store.table(name, code) for name in MEASURED}, QUARTER.end)
        alone = MeasuredTables(tables, store.settings)
        assert set(known[code]) == {(name, by) for name in OBSERVED for by in GROUPINGS}
        for (name, by), summary in known[code].items():
            assert_same(summary, alone.summary(name, by))
        taken_over = MeasuredTables(tables, store.settings, known[code])
        assert taken_over.summary("success_rate", ["quarter"]) is known[code]["success_rate", ("quarter",)]
        assert len(measure_all(taken_over, ["quarter"], store.settings)) > 100


def moments(rng: np.random.Generator, n: int) -> pd.DatetimeIndex:
    days = pd.to_timedelta(rng.integers(0, 180, n), unit="D") + pd.to_timedelta(rng.integers(8, 17, n), unit="h")
    return (pd.Timestamp("2026-03-01") + days).tz_localize("Europe/Amsterdam")


def attempts_of(code: str, rng: np.random.Generator, n: int = 60) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "municipality": code,
            "date": moments(rng, n).tz_localize(None).normalize(),
            "respondent": rng.integers(0, 25, n).astype(str),
            "task_id": rng.choice(["T01", "T02"], n),
            "channel": rng.choice(["web", "phone"], n),
            "believed_success": pd.array(rng.random(n) < 0.8, dtype="boolean"),
            "verified_success": pd.array(rng.random(n) < 0.7, dtype="boolean"),
            "duration_s": rng.gamma(2, 300, n),
            "weight": rng.uniform(0.5, 2, n),
        }
    )


def contacts_of(code: str, rng: np.random.Generator, n: int = 90) -> pd.DataFrame:
    started = moments(rng, n)
    return pd.DataFrame(
        {
            "municipality": code,
            "case": rng.integers(0, 40, n).astype(str),
            "customer": rng.integers(0, 30, n).astype(str),
            "task_id": rng.choice(["T01", "T02"], n),
            "channel": rng.choice(["desk", "phone"], n),
            "started_at": started,
            "ended_at": (started + pd.Timedelta(minutes=9)).where(rng.random(n) < 0.8),
            "resolved": pd.array(rng.random(n) < 0.6, dtype="boolean"),
            "answered": pd.array(rng.random(n) < 0.9, dtype="boolean"),
            "wait_s": rng.gamma(2, 100, n),
        }
    )


def ratings_of(code: str, rng: np.random.Generator, n: int = 50) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "municipality": code,
            "date": moments(rng, n).tz_localize(None).normalize(),
            "respondent": rng.integers(0, 25, n).astype(str),
            "task_id": rng.choice(["T01", "T02"], n),
            "channel": rng.choice(["web", "phone"], n),
            "question": "mark",
            "question_version": rng.choice(["1", "2"], n),
            "score": rng.integers(1, 11, n).astype(float),
        }
    )


def cases_of_town(code: str, rng: np.random.Generator, n: int = 40) -> pd.DataFrame:
    opened = moments(rng, n)
    return pd.DataFrame(
        {
            "municipality": code,
            "case": np.arange(n).astype(str),
            "task_id": rng.choice(["T01", "T02"], n),
            "channel": "web",
            "opened_at": opened,
            "closed_at": (opened + pd.Timedelta(days=11)).where(rng.random(n) < 0.8),
            "due_at": opened + pd.Timedelta(days=10),
        }
    )


QUESTIONS = pd.DataFrame({"question": "mark", "version": ["1", "2"], "kind": "mark", "wording": ["a", "b"]})


@pytest.mark.parametrize(
    "unrecorded",
    [
        {"attempts": ["weight", "respondent"], "contacts": ["customer", "resolved"]},
        {"attempts": ["verified_success"], "contacts": ["case"], "cases": ["due_at"]},
        {"attempts": None, "cases": None, "ratings": ["question_version"], "contacts": ["ended_at"]},
        {"ratings": None, "contacts": None},
    ],
    ids=str,
)
def test_what_one_municipality_does_not_record_changes_nothing_for_another(
    unrecorded: Mapping[str, list[str] | None],
) -> None:
    """Of weights, persons, outcomes, terms, wordings or whole tables one records what another does not."""
    rng, settings = np.random.default_rng(20261201), Settings(pool_wordings=True)
    makers = {"attempts": attempts_of, "contacts": contacts_of, "ratings": ratings_of}
    makers |= {"cases": cases_of_town} if "cases" in unrecorded else {}
    towns = {code: {name: make(code, rng) for name, make in makers.items()} for code in (RICH, POOR)}
    towns[POOR] = {name: poorer(table, unrecorded.get(name, [])) for name, table in towns[POOR].items()}
    whole = {name: pd.concat([towns[code][name] for code in towns], ignore_index=True) for name in makers}
    together = MeasuredTables(whole | {"questions": QUESTIONS}, settings)
    known = summaries_of_each(together, list(towns), together, OTHER_GROUPINGS)
    for code, tables in towns.items():
        delivered = {name: rows for name, rows in tables.items() if len(rows)}
        alone = MeasuredTables(delivered | {"questions": QUESTIONS}, settings)
        for (name, by), summary in known[code].items():
            assert_same(summary, alone.summary(name, by))


def poorer(table: pd.DataFrame, columns: list[str] | None) -> pd.DataFrame:
    """Empty some columns, of wordings the number of versions; without any, all rows go."""
    if columns is None:
        return table.iloc[:0]
    emptied = {name: "1" if name == "question_version" else table[name].mask(table[name].notna()) for name in columns}
    return table.assign(**emptied)
