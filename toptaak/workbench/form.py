"""A form without code: choose municipality, quarter, language and task, and read the pages below it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from toptaak.core.errors import MissingExtra, ToptaakError
from toptaak.core.municipalities import name_of
from toptaak.core.wording import DEFAULT_LANGUAGE, LANGUAGES, message, translator
from toptaak.printing.blocks import Block, Text
from toptaak.report.publications import PUBLICATIONS, pages

if TYPE_CHECKING:
    from toptaak.intake.store import Store

_CHOSEN: Final = ("municipality", "quarter", "language", "task")
FORMS: Final = tuple(
    name
    for name, entry in PUBLICATIONS.items()
    if "municipality" in entry.parameters and "quarter" in entry.parameters
    if set(entry.parameters) <= {*_CHOSEN, "data"}
)
_NOT_SHOWN: Final = ("results",)  # the numbers themselves, which a report hands over to its files
_WIDE: Final = {"description_width": "8em"}


class PublicationForm:
    """The pages of one publication with a choice above them; a change of a choice draws them anew.

    Attributes
    ----------
    choices : dict of str to ipywidgets.Dropdown
        By name of the parameter.
    page : ipywidgets.Output
        What was drawn last.
    """

    def __init__(self, publication: str, data: Path, language: str) -> None:
        from toptaak.intake.store import refresh

        self._publication, self._data, self._store = publication, data, refresh(data)
        self.choices = _dropdowns(publication, self._store, language)
        self.page = _widgets().Output()
        for name, choice in self.choices.items():
            choice.observe(self._on_municipality if name == "municipality" else self._draw, "value")
        self._draw()

    def _on_municipality(self, change: Mapping[str, Any]) -> None:
        """Offer the quarters of another municipality; the same one stays chosen where it is there."""
        quarters, choice = _quarters(self._store, change["new"]), self.choices["quarter"]
        kept = choice.value if choice.value in quarters else quarters[0]
        with choice.hold_trait_notifications():
            choice.options = quarters
            choice.value = kept
        self._draw()

    def _draw(self, _: object = None) -> None:
        chosen = {name: choice.value for name, choice in self.choices.items()}
        # each output is given as a whole: nothing is left of the page before
        self.page.outputs = tuple(
            {"output_type": "display_data", "data": block._repr_mimebundle_(), "metadata": {}}
            for block in self._blocks(chosen)
        )

    def _blocks(self, chosen: Mapping[str, str]) -> list[Any]:
        """Give the pages, or the sentences that say why there are none."""
        try:
            return list(_sections(self._publication, dict(chosen, data=str(self._data))))
        except ToptaakError as refused:
            return [Text(refused.say(chosen["language"]).split("\n"), "warning")]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return _widgets().VBox([*self.choices.values(), self.page])._repr_mimebundle_()


def form(
    publication: str = "quarterly", data: str | Path = "data/example", language: str = DEFAULT_LANGUAGE
) -> PublicationForm:
    """Show a form to choose from what a data folder has, with the pages of a publication below it (formulier).

    Parameters
    ----------
    publication
        `quarterly`, `board`, `team`, `frontline`, `journeys` or `drivers`.
    data
        Data folder.
    language
        Language to begin with.

    Raises
    ------
    ToptaakError
        for a publication that no form is for, and where `ipywidgets` is absent.
    InputRefused
        for data that cannot be used.
    """
    if publication not in FORMS:
        known = ", ".join(FORMS)
        raise ToptaakError(message("There is no form for {name}. There are: {known}.", name=publication, known=known))
    _widgets()
    return PublicationForm(publication, Path(data), language)


def _widgets() -> Any:
    try:
        import ipywidgets
    except ImportError:
        raise MissingExtra("ipywidgets", "widgets") from None
    return ipywidgets


def _dropdowns(publication: str, store: Store, language: str) -> dict[str, Any]:
    """Make a dropdown of each parameter that is chosen, the newest quarter first."""
    say, towns = translator(language), sorted(store.municipalities(), key=name_of)
    if not towns:
        raise ToptaakError(message("There are no data of a municipality in this folder."))
    tasks = store.table("tasks")
    labels = [] if tasks is None else sorted(zip(tasks["label"], tasks["task_id"], strict=True))
    offered = {
        "municipality": (say("Municipality"), [(name_of(code), code) for code in towns]),
        "quarter": (say("Quarter"), _quarters(store, towns[0])),
        "language": (say("Language"), list(LANGUAGES)),
        "task": (say("Task"), labels),
    }
    asked = PUBLICATIONS[publication].parameters
    made = {
        name: _widgets().Dropdown(description=label, options=options, style=_WIDE)
        for name, (label, options) in offered.items()
        if name in asked
    }
    made["language"].value = language
    return made


def _quarters(store: Store, municipality: str) -> list[str]:
    return [str(quarter) for quarter in sorted(store.quarters(municipality), reverse=True)]


def _sections(publication: str, parameters: Mapping[str, str]) -> Iterator[Any]:
    """Give what each section of a publication shows, in reading order."""
    report, entry = pages(publication), PUBLICATIONS[publication]
    source = report.open(**parameters)
    for name in entry.sections:
        if name not in _NOT_SHOWN:
            write = getattr(report, name)
            more = [parameters["data"]] if "data" in inspect.signature(write).parameters else []
            shown: list[Block] = list(write(source, *more))
            yield from shown
