"""What segments and their levels are called; a name from a municipality's own file is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from toptaak.core.wording import Message, message

SEGMENTS: Final[Mapping[str, Message]] = {
    "age_group": message("Age"),
    "district": message("District"),
    "mode": message("Way of filling in"),
    "role": message("Role"),
    "sex": message("Sex"),
}
LEVELS: Final[Mapping[str, Message]] = {
    "citizen": message("Citizen"),
    "customers": message("Customers"),
    "employee": message("Employee"),
    "entrepreneur": message("Entrepreneur"),
    "female": message("Woman"),
    "male": message("Man"),
    "organisation": message("Organisation"),
    "paper": message("On paper"),
    "phone": message("By phone"),
    "web": message("Online"),
}


def segment_name(segment: str, language: str) -> str:
    """Name a segment.

    Examples
    --------
    >>> segment_name("sex", "en"), segment_name("soort_bedrijf", "en")
    ('Sex', 'Soort bedrijf')
    """
    if segment in SEGMENTS:
        return SEGMENTS[segment].say(language)
    words = segment.replace("_", " ")
    return words[:1].upper() + words[1:]


def level_name(level: str, language: str) -> str:
    """Name a level of a segment; a crossed level (`18-34:female`) part by part."""
    return ", ".join(LEVELS[part].say(language) if part in LEVELS else part for part in level.split(":"))
