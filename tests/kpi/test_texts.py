"""Every reason, verdict and name that a result of this room may hold has Dutch words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from toptaak.core.wording import translator
from toptaak.kpi import case_survival as survival
from toptaak.kpi import (
    compare_municipalities,
    composite,
    contact_costs,
    discoveries,
    drivers,
    endings,
    improvement,
    observations,
    paths,
    rank_changes,
    silence,
    spc,
    wordings,
)
from toptaak.kpi.measures import CATALOGUE, answers, contacts
from toptaak.kpi.methods import METHODS

ROOMS = (
    answers,
    contacts,
    compare_municipalities,
    composite,
    contact_costs,
    discoveries,
    drivers,
    endings,
    improvement,
    observations,
    paths,
    rank_changes,
    silence,
    spc,
    survival,
    wordings,
)
SOURCES = {one.source for one in CATALOGUE.values()}  # titles stay as they are in print
SAME_IN_DUTCH = {"toptaak-TPI", "Net Promoter Score (NPS)"}
# names of codes, columns and parts, not words for people
CODES = {"_other", "_all", "_end", "employee", "overall", "kaplan_meier", "phone", "GM0363"}


def texts() -> Iterator[str]:
    for room in ROOMS:
        for name, value in vars(room).items():
            if not name.isupper() or name.startswith("_"):
                continue
            if isinstance(value, str) and value not in CODES:
                yield value
            elif isinstance(value, Mapping) and name not in ("BOXES", "DEFAULT_OWNERS", "EXTENSIONS", "SCORE_KINDS"):
                yield from (text for text in value.values() if isinstance(text, str))
    for one in CATALOGUE.values():
        yield from (one.label, one.definition, one.source)
    yield from METHODS.values()


@pytest.mark.parametrize("text", sorted(set(texts())))
def test_it_has_dutch_words(text: str) -> None:
    assert translator("nl")(text) != text or text in {*SOURCES, *SAME_IN_DUTCH}


def test_there_are_texts() -> None:
    assert len(set(texts())) > 100
