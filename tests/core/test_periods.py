from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.periods import Quarter, iso_week, parse_week, quarter_column

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


@pytest.mark.parametrize("text", ["2026Q3", "2026-K3", "2026-Q3", "Q3 2026", "K3-2026", "3e kwartaal 2026", " 2026q3 "])
def test_the_usual_spellings_are_one_quarter(text: str) -> None:
    assert Quarter.parse(text) == Quarter(2026, 3)


@pytest.mark.parametrize("text", ["2026", "K5 2026", "2026-13", "2026Q0", "Q3", "", "20263"])
def test_what_is_not_clearly_a_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a quarter"):
        Quarter.parse(text)


@given(DAYS)
def test_a_day_lies_in_its_quarter_and_in_no_neighbour(day: dt.date) -> None:
    quarter = Quarter.of(day)
    assert quarter.start <= day <= quarter.end
    assert quarter.next().previous() == quarter
    assert quarter.previous().end + dt.timedelta(days=1) == quarter.start


@given(st.integers(1990, 2090))
def test_every_iso_week_belongs_to_one_quarter(year: int) -> None:
    weeks = [week for number in (1, 2, 3, 4) for week in Quarter(year, number).weeks()]
    assert len(set(weeks)) == len(weeks) == dt.date(year, 12, 28).isocalendar().week
    assert all(len(Quarter(year, number).weeks()) in (12, 13, 14) for number in (1, 2, 3, 4))


def test_week_round_trip() -> None:
    assert iso_week(parse_week("2026W53")) == "2026W53"
    with pytest.raises(ValueError, match="not a week"):
        parse_week("2026-40")


def test_the_quarter_turns_at_midnight_in_amsterdam() -> None:
    moments = pd.Series(pd.to_datetime(["2025-12-31T22:59:59Z", "2025-12-31T23:00:00Z", None]))
    assert quarter_column(moments).tolist() == ["2025Q4", "2026Q1", None]


def test_labels() -> None:
    assert Quarter(2026, 3).label("nl") == "2026-K3"
    assert Quarter(2026, 3).label("en") == "2026-Q3"
