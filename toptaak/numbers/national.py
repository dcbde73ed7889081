"""The publishable numbers of a quarter: of every municipality what its own report shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from toptaak.core.municipalities import find
from toptaak.core.periods import Quarter
from toptaak.core.results import ALL, RESULT_COLUMNS, stack
from toptaak.core.wording import LANGUAGES
from toptaak.numbers.kept import GROUPS
from toptaak.numbers.one_pass import known_of_all
from toptaak.numbers.quarter import source_of

if TYPE_CHECKING:
    from toptaak.intake.store import Store
    from toptaak.kpi.measures import Known


def national_numbers(store: Store, quarter: Quarter, codes: Sequence[str] = ()) -> pd.DataFrame:
    """Give every publishable number of a quarter, the same numbers as in each municipality's report.

    Parameters
    ----------
    codes
        municipalities; empty for all that have data in the quarter.

    Returns
    -------
    pandas.DataFrame
        One row per municipality, task or channel (`_all`: together) and measure, with `core.results.RESULT_COLUMNS`.
        Small cells are hidden per municipality. Measures of a municipality of which the table is missing have one row.
    """
    wanted = [code for code in codes or store.municipalities() if quarter in store.quarters(code)]
    known_of_each = known_of_all(store, wanted, quarter.end)
    parts = [rows for code, known in known_of_each for rows in _published(store, quarter, code, known)]
    joined = stack(parts, GROUPS)[[*GROUPS, *RESULT_COLUMNS]]
    place = {code: at for at, code in enumerate(wanted)}
    return joined.sort_values("municipality", key=lambda code: code.map(place), kind="stable", ignore_index=True)


def _published(store: Store, quarter: Quarter, code: str, known: Known) -> Iterator[pd.DataFrame]:
    """Give what the report of one municipality shows of the quarter: small cells are hidden over all of it together."""
    town = find(code)
    if town is None:
        return
    source = source_of(town, quarter, LANGUAGES[0], store, known)
    whole = source.by_quarter.frame
    for frame in (whole[whole["quarter"].isin([str(quarter), ALL])], source.by_channel.frame, source.by_task.frame):
        yield frame.assign(municipality=code, quarter=str(quarter))
    if source.league is not None:
        yield source.league.frame.assign(municipality=code, quarter=str(quarter))
