"""A report on a quarter is the same whenever it is made: what came after the quarter changes no number in it."""

from __future__ import annotations

import inspect
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from toptaak.core.periods import Quarter, parse_week
from toptaak.core.results import RESULT_COLUMNS
from toptaak.example import write_example
from toptaak.intake.store import Store, refresh
from toptaak.report.governing.weekly import signals_of_week
from toptaak.report.publications import PUBLICATIONS, pages

QUARTER = Quarter(2025, 4)
TOWN = "GM9901"
END = pd.Timestamp("2026-01-01")
# the export as it would have been made on the last evening of the quarter, written out by hand
ROW_DATES = {
    "respondents": "date", "attempts": "date", "contacts": "started_at", "steps": "at", "ratings": "date",
    "open_answers": "date", "interventions": "date", "wishes": "date", "signals": "date",
    "staff_feedback": "submitted_on", "cases": "opened_at",
}  # fmt: skip
FILLED_LATER = {
    "contacts": {"ended_at": ["ended_at", "resolved"]},
    "cases": {"closed_at": ["closed_at", "status", "outcome"]},
    "wishes": {"decided_on": ["decision", "reason", "alternative", "decided_on", "decided_by"]},
    "signals": {"followed_up_on": ["followed_up_on"]},
    "staff_feedback": {
        "routed_on": ["routed_on", "routed_to"],
        "solved_on": ["solved_on", "led_to_change"],
        "thanked_on": ["thanked_on"],
    },
}
# what is told of the files themselves: how many rows they hold
OF_THE_FILES = {"quality", "foundation"}


def _before(moments: pd.Series) -> pd.Series:
    local = moments if moments.dt.tz is None else moments.dt.tz_convert("Europe/Amsterdam").dt.tz_localize(None)
    return local.isna() | (local < END)


def _then(name: str, table: pd.DataFrame, voters: pd.DataFrame | None) -> pd.DataFrame:
    if name in ROW_DATES:
        table = table[_before(table[ROW_DATES[name]])]
    if name in ("channel_lists", "effort"):
        table = table[table["quarter"] <= str(QUARTER)]
    if name == "forms":
        thursdays = table["week"].map(lambda week: pd.Timestamp(parse_week(week)) + pd.Timedelta(days=3))
        table = table[thursdays < END]
    if name in ("ballots", "offered") and voters is not None:
        who = ["municipality", "survey", "respondent"]
        table = table.merge(voters.loc[_before(voters["date"]), who], on=who)
    for date, columns in FILLED_LATER.get(name, {}).items():
        table = table.assign(**{column: table[column].where(_before(table[date])) for column in columns})
    return table


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six quarters, the last three after the quarter that is reported on; letters and wishes lie across its end."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    write_example(folder, 1, 6)
    contacts = pd.read_parquet(folder / "contacts.parquet")
    last = contacts.index[_before(contacts["started_at"])][-60:]
    contacts.loc[last, "ended_at"] = contacts.loc[last, "started_at"] + pd.Timedelta("40D")
    contacts.to_parquet(folder / "contacts.parquet", index=False)
    wishes = pd.read_csv(folder / "wishes.csv", sep=";", dtype="str")
    asked = wishes["date"].between("2025-10-01", "2025-12-31")
    decided = {"decision": "no", "reason": "later", "decided_on": "2026-02-01", "decided_by": "manager"}
    wishes.loc[asked, [*decided]] = [*decided.values()]
    wishes.to_csv(folder / "wishes.csv", sep=";", index=False)
    _write_canvas(folder)
    return folder


def _write_canvas(folder: Path) -> None:
    """Give the quarter that is reported on the canvas of the last one, with days of its own."""
    last = next(folder.glob(f"canvas/*/{TOWN}/canvas.toml"))
    own = folder / "canvas" / str(QUARTER) / TOWN / "canvas.toml"
    own.parent.mkdir(parents=True)
    text = last.read_text("utf-8").replace(last.parents[1].name, str(QUARTER))
    own.write_text(re.sub(r"2026-0[789]", "2025-11", text).replace("2026", "2025"), "utf-8")


@pytest.fixture(scope="module")
def then(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as it stood when the quarter ended."""
    store, folder = refresh(whole), tmp_path_factory.mktemp("then") / "data"
    shutil.copytree(whole, folder, ignore=shutil.ignore_patterns("checked", "truth", "*.csv", "*.parquet", "*.xlsx"))
    voters = store.table("respondents")
    for name in _tables(store):
        table = store.table(name)
        assert table is not None
        _then(name, table, voters).to_parquet(folder / f"{name}.parquet", index=False)
    return folder


def _tables(store: Store) -> list[str]:
    return sorted({str(name) for name in store.account()["table"]})


def _opened(name: str, folder: Path) -> Any:
    given = {"municipality": TOWN, "quarter": str(QUARTER), "language": "nl", "data": str(folder), "task": "T01",
             "survey": "", "measures": (), "team": ""}  # fmt: skip
    wanted = PUBLICATIONS[name].parameters
    return pages(name).open(**{key: value for key, value in given.items() if key in wanted})


def _shown(section: Any) -> Any:
    """Give the blocks of a section; of a poster the page."""
    return section._repr_mimebundle_() if hasattr(section, "_repr_mimebundle_") else list(section)


OF_A_QUARTER = [one.name for one in PUBLICATIONS.values() if "quarter" in one.parameters]


@pytest.mark.parametrize("name", OF_A_QUARTER)
def test_no_section_tells_what_came_after_the_quarter(name: str, whole: Path, then: Path) -> None:
    late, early = _opened(name, whole), _opened(name, then)
    for section in PUBLICATIONS[name].sections.keys() - OF_THE_FILES - {"results", "cover"}:
        write = getattr(pages(name), section)
        more = [[folder] if "data" in inspect.signature(write).parameters else [] for folder in (whole, then)]
        assert _shown(write(late, *more[0])) == _shown(write(early, *more[1])), section


@pytest.mark.parametrize("grouping", ["by_quarter", "by_channel", "by_task", "by_task_and_channel", "changes"])
def test_no_number_of_a_quarter_depends_on_later_rows(grouping: str, whole: Path, then: Path) -> None:
    late, early = (getattr(_opened("quarterly", folder), grouping).frame for folder in (whole, then))
    assert len(late) > 5
    assert set(RESULT_COLUMNS) <= set(late.columns)
    pd.testing.assert_frame_equal(late, early, check_dtype=False, check_exact=True)


def test_the_example_has_what_was_filled_in_after_the_quarter(whole: Path) -> None:
    store = refresh(whole)
    for name, dates in FILLED_LATER.items():
        table = store.table(name)
        assert table is not None
        for date in dates:
            late = ~_before(table[date]) & _before(table[ROW_DATES[name]])
            assert late.any(), f"{name}.{date}"


def test_the_signals_of_a_week_are_those_that_could_be_given_then(whole: Path, then: Path) -> None:
    late, early = (signals_of_week(folder, TOWN, "2025W52", refresh, "nl").text() for folder in (whole, then))
    assert late == early
