from __future__ import annotations

import datetime as dt
import math

import pytest

from toptaak.core import wording


def test_dutch_and_english_numbers() -> None:
    dutch, english = wording.Reader("nl"), wording.Reader("en")
    assert dutch.percent(0.784) == "78,4%"
    assert english.percent(0.784) == "78.4%"
    assert dutch.number(1234567.891, 2) == "1.234.567,89"
    assert dutch.number(-0.0004, 1) == "0,0"
    assert dutch.date(dt.date(2026, 10, 1)) == "1 oktober 2026"


@pytest.mark.parametrize(
    ("seconds", "nl", "en"),
    [
        (89, "89 sec", "89 sec"),
        (90, "1,5 min", "1.5 min"),
        (5400, "1,5 uur", "1.5 hours"),
        (129600, "1,5 dagen", "1.5 days"),
        (math.nan, "–", "–"),
    ],
)
def test_a_duration_is_told_in_the_unit_a_person_would_choose(seconds: float, nl: str, en: str) -> None:
    assert wording.Reader("nl").duration(seconds) == nl
    assert wording.Reader("en").duration(seconds) == en


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="language must be one of nl, en"):
        wording.translator("de")


@pytest.mark.parametrize(
    ("one", "more", "dutch"),
    [
        ("{n} channel", "{n} channels", ["1 kanaal", "2 kanalen", "0 kanalen", "1.000 kanalen", "– kanalen"]),
        ("{n} week", "{n} weeks", ["1 week", "2 weken", "0 weken", "1.000 weken", "– weken"]),
        ("{n} day", "{n} days", ["1 dag", "2 dagen", "0 dagen", "1.000 dagen", "– dagen"]),
        (
            "{n} municipality",
            "{n} municipalities",
            ["1 gemeente", "2 gemeenten", "0 gemeenten", "1.000 gemeenten", "– gemeenten"],
        ),
    ],
)
def test_a_number_chooses_between_one_and_more(one: str, more: str, dutch: list[str]) -> None:
    counts = (1, 2, 0, 1000, None)
    assert [wording.Reader("nl")(one, more, n=n) for n in counts] == dutch
    assert [wording.message(one, more, n=n).say("nl") for n in counts] == dutch
    assert wording.Reader("en")(one, more, n=1) == one.format(n=1)
    assert wording.Reader("en")(one, more, n=2) == more.format(n=2)
