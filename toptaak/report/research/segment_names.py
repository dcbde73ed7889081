"""What segments and their levels are called; a name from a municipality's own file is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from toptaak.core.wording import Message, Reader, message

SEGMENTS: Final[Mapping[str, Message]] = {
    "age": message("Age"),
    "age_group": message("Age"),
    "district": message("District"),
    "education": message("Education"),
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
MEASURES: Final[Mapping[str, Message]] = {
    "band_membership": message("Chance per band"),
    "borda": message("Borda"),
    "channel_agreement": message("Agreement"),
    "design_effect": message("Design effect"),
    "effective_n": message("Effective number"),
    "kemeny": message("Kemeny"),
    "largest_weight": message("Largest weight"),
    "last_place": message("Place of the last of the top"),
    "rank_agreement": message("Agreement"),
    "reciprocal_rank": message("Reciprocal rank"),
    "sample_share": message("Share before"),
    "smallest_weight": message("Smallest weight"),
    "top_exact": message("Chance of exactly this top"),
    "top_overlap": message("Part of the top in common"),
    "unweighable": message("Without all characteristics"),
    "volume_share": message("Share of the volume"),
    "vote_against_volume": message("Vote minus volume"),
    "vote_reach": message("Voters who chose it"),
    "vote_share": message("Share of the votes"),
    "voters_needed": message("Number of voters"),
    "weighted_share": message("Share after"),
}


def measure_name(measure: str, say: Reader) -> str:
    """Name what a number of the workbook measures.

    Examples
    --------
    >>> reader = Reader("en")
    >>> measure_name("top_exact", reader)
    'Chance of exactly this top'
    """
    return say(MEASURES[measure])


def segment_name(segment: str, say: Reader) -> str:
    """Name a segment; a crossed one (`age_group:sex`) part by part.

    Examples
    --------
    >>> reader = Reader("en")
    >>> segment_name("sex", reader), segment_name("soort_bedrijf", reader), segment_name("age_group:sex", reader)
    ('Sex', 'Soort bedrijf', 'Age × sex')
    """
    if ":" in segment:
        first, *others = (segment_name(name, say) for name in segment.split(":"))
        return " × ".join([first, *(name.lower() for name in others)])
    if segment in SEGMENTS:
        return say(SEGMENTS[segment])
    words = segment.replace("_", " ")
    return words[:1].upper() + words[1:]


def level_name(level: str, say: Reader) -> str:
    """Name a level of a segment; a crossed level (`18-34:female`) part by part."""
    return ", ".join(say(LEVELS[name]) if name in LEVELS else name for name in level.split(":"))
