"""What the comparison is made from: all municipalities of one quarter, and their published numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from toptaak.core.errors import ToptaakError
from toptaak.core.municipalities import Municipality, find, name_of
from toptaak.core.periods import Quarter
from toptaak.core.wording import message, translator
from toptaak.intake.known import known_on
from toptaak.kpi.compare_municipalities import compare_municipalities
from toptaak.kpi.measures import OBSERVED, board_measures, summarise_all
from toptaak.kpi.summaries import Summary, estimates
from toptaak.numbers.parameters import ComparisonParameters, checked_parameters
from toptaak.numbers.presence import refuse_empty_quarter
from toptaak.numbers.quarter import Source
from toptaak.privacy.disclosure import Publishable, publish

TABLES: Final = ("attempts", "cases", "contacts", "steps", "forms", "ratings", "questions")
_EVERYBODY: Final = "GM0000"


@dataclass(frozen=True, eq=False, repr=False)
class ComparisonSource(Source):
    """A source whose tables hold every municipality; `municipality` stands for all of them together."""

    codes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @cached_property
    def summaries(self) -> dict[str, Summary]:
        """Give the summary by municipality of each measure that has observations in the quarter."""
        summaries = summarise_all(self.tables, ["municipality", "quarter"], self.settings, self.asked)
        of_quarter = {name: self._of_quarter(summary) for name, summary in summaries.items()}
        return {name: of_quarter[name] for name in self.asked if (of_quarter[name].groups["n"] > 0).any()}

    def _of_quarter(self, summary: Summary) -> Summary:
        groups = summary.groups
        rows = groups[(groups["quarter"].astype(str) == str(self.quarter)).to_numpy()].drop(columns="quarter")
        rows = rows.astype({"municipality": str})
        return replace(
            summary, by=("municipality",), groups=rows[rows["municipality"].isin(self.codes)].reset_index(drop=True)
        )

    @property
    def measures(self) -> list[str]:
        """Name the measures that can be shown, in the order asked."""
        return list(self.summaries)

    def values(self, name: str) -> Publishable:
        """Give the number of each municipality for one measure, in the order of their names."""
        frame = estimates(self.summaries[name], self.settings)
        order = sorted(frame["municipality"], key=name_of)
        return publish(frame, self.settings).along("municipality", order)

    def compared(self, name: str, *, same_size: bool = False) -> Publishable:
        """Compare the municipalities that have enough observations to be shown; the others count nowhere."""
        return (self._compared_by_size if same_size else self._compared)[name]

    @cached_property
    def _compared(self) -> dict[str, Publishable]:
        return {name: self._comparison(name, same_size=False) for name in self.summaries}

    @cached_property
    def _compared_by_size(self) -> dict[str, Publishable]:
        return {name: self._comparison(name, same_size=True) for name in self.summaries}

    def _comparison(self, name: str, *, same_size: bool) -> Publishable:
        summary = self.summaries[name]
        enough = summary.groups["n"] >= self.settings.minimum_n
        shown = replace(summary, groups=summary.groups[enough].reset_index(drop=True))
        return publish(compare_municipalities(shown, self.settings, same_size=same_size), self.settings)

    def shrunken(self, name: str) -> Publishable:
        """Give the most likely number behind that of each municipality, smallest number of observations first."""
        frame = self.compared(name).frame.dropna(subset="shrunken").sort_values(["n", "municipality"])
        likely = {"estimate": "shrunken", "ci_low": "shrunken_low", "ci_high": "shrunken_high"}
        return publish(frame.assign(**{ours: frame[theirs] for ours, theirs in likely.items()}), self.settings)


def open_comparison(quarter: str, language: str, data: str, measures: Sequence[str] = ()) -> ComparisonSource:
    """Check the parameters and read what all municipalities delivered up to a quarter.

    Parameters
    ----------
    measures
        Measures of the catalogue; the board KPIs if empty.

    Raises
    ------
    ToptaakError
        for a quarter that is none or an unknown measure; `InputRefused` for data that cannot be used.
    """
    from toptaak.intake.store import refresh

    values = {"quarter": quarter, "language": language, "data": data, "measures": measures}
    asked = checked_parameters(values, ComparisonParameters)
    names = asked.measures or tuple(entry.id for entry in board_measures())
    if unknown := [name for name in names if name not in OBSERVED]:
        near = [close for name in unknown for close in get_close_matches(name, OBSERVED, n=1, cutoff=0.3)]
        text = "Unknown measures: {names}. Nearest: {near}. Known: {known}."
        listed = {"names": ", ".join(unknown), "near": ", ".join(near), "known": ", ".join(OBSERVED)}
        raise ToptaakError(message(text, **listed).say(asked.language))
    store, period = refresh(asked.data), Quarter.parse(asked.quarter)
    refuse_empty_quarter(store, period)
    codes = tuple(sorted(code for code in store.municipalities() if period in store.quarters(code)))
    tables = known_on({name: store.table(name) for name in TABLES}, period.end)
    everybody = Municipality(_EVERYBODY, _together(len(codes), language), "", None, None, ())
    return ComparisonSource(
        everybody, period, language, tables, store.settings, store.account(), store.faults, codes=codes, asked=names
    )


def _together(count: int, language: str) -> str:
    say = translator(language)
    return say("{n} municipality", "{n} municipalities", n=count)


def fictional(source: ComparisonSource) -> bool:
    """Tell whether any of the municipalities does not exist."""
    return any(municipality.fictional for municipality in map(find, source.codes) if municipality)
