"""What can be published: each publication once, with its notebook, files, parameters and sections.

A notebook asks for its pages by name and shows them one cell at a time; the batch asks for notebook and file name.
Sections are named here and loaded when they are first used, so that reading this list costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

_QUARTER: Final = ("municipality", "quarter", "language", "data")
_SHOW: Final = "toptaak.printing.blocks:show"
_VIEW_RESULTS: Final = "toptaak.report.governing.view_results:results"


@dataclass(frozen=True)
class Publication:
    """One publication.

    Attributes
    ----------
    name
        Name in code.
    notebook
        File in `notebooks/`; empty where no notebook makes it.
    file_name
        Name of its files, and of its folder beside the municipality's report.
    parameters
        Parameters of its notebook.
    opens
        Function that checks the parameters and gives what the sections are made from, as `module:function`.
    sections
        Name in the notebook to the function that gives its blocks, in reading order.
    """

    name: str
    notebook: str
    file_name: str
    parameters: tuple[str, ...]
    opens: str
    sections: Mapping[str, str]


def _sections(folder: str, **places: str) -> Mapping[str, str]:
    here = f"toptaak.report.{folder}"
    return MappingProxyType(
        {name: place if place.startswith("toptaak.") else here + place for name, place in places.items()}
    )


_ALL: Final = (
    Publication(
        "quarterly",
        "kwartaalrapport.ipynb",
        "kwartaalrapport",
        _QUARTER,
        "toptaak.numbers.quarter:open_source",
        _sections(
            "quarterly.",
            cover="cover:cover",
            summary="summary:summary",
            top_tasks="tasks:top_tasks",
            per_task="tasks:per_task",
            where_to_act="where_to_act:where_to_act",
            kpis="kpis:kpis",
            channels="channels:channels",
            journeys="customer_journeys:journeys",
            drivers="satisfaction_drivers:drivers",
            trend="trend:trend",
            control_charts="control_charts:control_charts",
            governing="toptaak.report.governing.governing_section:governing",
            quality="quality:quality",
            results="quality:results",
        ),
    ),
    Publication(
        "board",
        "bestuur.ipynb",
        "bestuur",
        _QUARTER,
        "toptaak.numbers.view:open_view",
        _sections(
            "governing.",
            cover="view_covers:board_cover",
            in_brief="board_view:in_brief",
            decisions="decisions:decisions",
            top_tasks="board_view:top_tasks",
            goals="board_view:goals",
            act="board_view:act",
            numbers="board_view:numbers",
            reading="board_view:reading",
            results=_VIEW_RESULTS,
        ),
    ),
    Publication(
        "team",
        "toptaakteam.ipynb",
        "toptaakteam",
        (*_QUARTER, "task"),
        "toptaak.numbers.view:open_view",
        _sections(
            "governing.",
            cover="view_covers:team_cover",
            first="focus_text:team_first",
            in_brief="team_view:in_brief",
            goals="goal_tables:goals",
            kpis="team_view:kpis",
            trend="team_view:trend",
            channels="team_view:channels",
            journeys="team_view:journeys",
            weeks="team_view:weeks",
            changes="team_view:changes",
            signals="signal_tables:for_the_meeting",
            trials="trial_tables:trials",
            wishes="wish_tables:wishes",
            teams="team_tables:teams",
            foundation="team_view:foundation",
            results=_VIEW_RESULTS,
        ),
    ),
    Publication(
        "frontline",
        "uitvoering.ipynb",
        "uitvoering",
        _QUARTER,
        "toptaak.numbers.view:open_day_view",
        _sections(
            "governing.",
            cover="view_covers:frontline_cover",
            first="focus_text:frontline_first",
            signals="signal_tables:for_the_frontline",
            failed_attempts="failure_points:failed_attempts",
            reasons="failure_points:reasons",
            forms="failure_points:forms",
            stalls="failure_points:stalls",
            experience="feedback_loop:experience",
            feedback="feedback_loop:feedback",
            foundation="frontline_foundation:foundation",
            results=_VIEW_RESULTS,
        ),
    ),
    Publication(
        "canvas",
        "canvas.ipynb",
        "canvas",
        (*_QUARTER, "team"),
        "toptaak.report.governing.canvas_page:open_canvas",
        _sections(
            "governing.",
            cover="canvas_page:cover",
            ambition="canvas_page:ambition",
            goals="canvas_page:goals",
            poster="canvas_page:PosterPreview",
            results=_VIEW_RESULTS,
        ),
    ),
    Publication(
        "survey",
        "toptaken.ipynb",
        "toptaken",
        (
            "municipality", "survey", "language", "data", "band_cut", "channel_weights", "weight_by", "weight_cap",
            "list_version", "workbook",
        ),
        "toptaak.numbers.survey:open_survey",
        _sections(
            "research.",
            cover="survey_cover:cover",
            league="league:league",
            curve="curve:curve",
            order="rank_order:order",
            enough_voters="voters:enough_voters",
            segments="segment_votes:segments",
            weights="vote_weights:weights",
            organisation="organisation:organisation",
            channel_lists="channel_lists:channel_lists",
            quality="survey_cover:quality",
            export="survey_workbook:export",
        ),
    ),
    Publication(
        "performance",
        "prestatie.ipynb",
        "prestatie",
        (*_QUARTER, "target_seconds"),
        "toptaak.numbers.quarter:open_source",
        _sections(
            "performance.",
            cover="research_covers:performance_cover",
            all_measures="overview:all_measures",
            per_task="overview:per_task",
            per_channel="overview:per_channel",
            per_quarter="overview:per_quarter",
            control_charts="toptaak.report.quarterly.control_charts:control_charts",
            improvements="improvements:improvements",
            scores="score_distributions:scores",
            changes_of_order="ordinal_changes:changes_of_order",
            composite="tpi:composite",
            endings="attempt_endings:endings",
            open_answers="answer_themes:open_answers",
            quality="research_covers:performance_quality",
        ),
    ),
    Publication(
        "journeys",
        "klantreizen.ipynb",
        "klantreizen",
        _QUARTER,
        "toptaak.numbers.quarter:open_source",
        _sections(
            "performance.",
            cover="research_covers:journeys_cover",
            journeys="toptaak.report.quarterly.customer_journeys:journeys",
            time_until_done="time_until_done:time_until_done",
            channel_routes="channel_routes:channel_routes",
            waiting_steps="channel_routes:waiting_steps",
            days_of_silence="channel_routes:days_of_silence",
            quality="research_covers:journeys_quality",
        ),
    ),
    Publication(
        "drivers",
        "drijfveren.ipynb",
        "drijfveren",
        _QUARTER,
        "toptaak.numbers.quarter:open_source",
        _sections(
            "performance.",
            cover="research_covers:drivers_cover",
            drivers="toptaak.report.quarterly.satisfaction_drivers:drivers",
            checked_weights="driver_weights:checked_weights",
            marks="driver_weights:marks",
            quality="research_covers:drivers_quality",
        ),
    ),
    Publication(
        "comparison",
        "vergelijking.ipynb",
        "vergelijking",
        ("quarter", "language", "data", "measures"),
        "toptaak.numbers.comparison:open_comparison",
        _sections(
            "comparison.",
            cover="municipalities_compared:cover",
            reading="municipalities_compared:reading",
            standing_out="municipalities_compared:standing_out",
            per_measure="municipalities_compared:per_measure",
            quality="municipalities_compared:quality",
        ),
    ),
    Publication(
        "weekly_signals",
        "",
        "signalen",
        ("municipality", "week", "language", "data"),
        "toptaak.report.governing.weekly:signals_of_week",
        _sections("governing.", signals="signal_tables:for_the_frontline"),
    ),
)  # fmt: skip
PUBLICATIONS: Final[Mapping[str, Publication]] = MappingProxyType({entry.name: entry for entry in _ALL})


class Pages:
    """The pages of one publication as its notebook calls them: `open`, `show`, and each section by its name."""

    open: Callable[..., Any]
    show: Callable[..., None]

    def __init__(self, publication: Publication) -> None:
        self._places = {"open": publication.opens, "show": _SHOW, **publication.sections}

    def __getattr__(self, name: str) -> Any:
        """Load what stands under a name; it is loaded once."""
        if name.startswith("_") or name not in self._places:
            raise AttributeError(f"no section {name!r}; there are: {', '.join(self._places)}")
        module, _, function = self._places[name].partition(":")
        loaded = getattr(import_module(module), function)
        setattr(self, name, loaded)
        return loaded

    def __dir__(self) -> list[str]:
        """List the names of the sections."""
        return [*self._places]


def pages(name: str, given: Mapping[str, Any] | None = None) -> Pages:
    """Give the pages of a publication for its notebook.

    Parameters
    ----------
    name
        one of `PUBLICATIONS`.
    given
        the variables of the notebook (`globals()`): a misspelt parameter is refused before anything is made.

    Raises
    ------
    InputRefused
        for a parameter that the notebook misses, or that papermill passed and the notebook does not know.

    Examples
    --------
    >>> report = pages("quarterly")
    >>> dir(report)[:4]
    ['channels', 'control_charts', 'cover', 'drivers']
    >>> report.summary.__module__
    'toptaak.report.quarterly.summary'
    """
    publication = PUBLICATIONS[name]
    if given is not None:
        from toptaak.numbers.parameters import refuse_misspelt

        refuse_misspelt(given, publication.parameters)
    return Pages(publication)


def notebook_file(publication: Publication) -> Path:
    """Find the notebook of a publication: in the package, or in a checkout beside it.

    Examples
    --------
    >>> notebook_file(PUBLICATIONS["quarterly"]).name
    'kwartaalrapport.ipynb'
    """
    return notebook_folder() / publication.notebook


def notebook_folder() -> Path:
    """Give the folder with the notebooks; a wheel takes it along, a checkout has it beside the package."""
    package = Path(__file__).parents[1]
    inside = package / "notebooks"
    return inside if inside.is_dir() else package.parent / "notebooks"
