"""One measure on a researcher's own tables, or on the tables of a data folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.settings import Settings
from toptaak.core.wording import DEFAULT_LANGUAGE, message, translator
from toptaak.intake.store import refresh
from toptaak.kpi import measures as kpi_measures
from toptaak.kpi.measures import CATALOGUE, OBSERVED
from toptaak.numbers.quarter import TABLES, Source
from toptaak.privacy.disclosure import publish
from toptaak.workbench.result_frames import ResultFrame, as_result

Tables = Mapping[str, pd.DataFrame | None]


def measure(
    name: str,
    tables: Tables | Source | str | Path,
    by: Sequence[str] | str = (),
    settings: Settings | None = None,
    language: str = DEFAULT_LANGUAGE,
) -> ResultFrame:
    """Compute one measure with its interval (een maat berekenen).

    Parameters
    ----------
    name
        Name of the measure, `success_rate`; `tt.measures()` lists them.
    tables
        Tables by name, what `tt.read` or `tt.quarter` gave, or a data folder.
    by
        Columns to group by: `municipality`, `quarter`, `task_id`, `channel`, or any other column of the table.
    settings
        Confidence level, cut-offs, smallest number that is shown.

    Returns
    -------
    ResultFrame
        One row per group: group columns, measure, n, estimate (ratios 0-1, times in seconds), ci_low, ci_high, method,
        note. Small groups are hidden.

    Raises
    ------
    ToptaakError
        for a measure that does not exist, with the nearest.

    Examples
    --------
    >>> channels, successes = ["web"] * 40 + ["desk"] * 20, [True] * 33 + [False] * 7 + [True] * 14 + [False] * 6
    >>> attempts = pd.DataFrame({"channel": channels, "verified_success": successes})
    >>> measure("success_rate", {"attempts": attempts}, by="channel")[["channel", "n", "estimate"]].values.tolist()
    [['desk', 20, 0.7], ['web', 40, 0.825]]
    """
    known, chosen = _tables(tables)
    settings = settings or chosen or Settings()
    if name not in OBSERVED:
        near = get_close_matches(name, OBSERVED, n=3, cutoff=0.3)
        raise ToptaakError(
            message("There is no measure {name}. Nearest: {near}.", name=name, near=", ".join(near)).say(language)
        )
    groups = [by] if isinstance(by, str) else list(by)
    frame = kpi_measures.measure(name, known, groups, settings)
    return as_result(publish(frame, settings).frame, translator(language)(CATALOGUE[name].label), language)


def _tables(given: Tables | Source | str | Path) -> tuple[Tables, Settings | None]:
    if isinstance(given, Source):
        return given.tables, given.settings
    if isinstance(given, str | Path):
        store = refresh(Path(given))
        return {name: store.table(name) for name in TABLES}, store.settings
    return given, None


def measures(language: str = DEFAULT_LANGUAGE) -> pd.DataFrame:
    """List the measures by name (overzicht van de maten).

    Returns
    -------
    pandas.DataFrame
        One row is a measure: its name, label, unit, which way is better, definition and source.

    Examples
    --------
    >>> measures().set_index("measure").loc["success_rate", "label"]
    'Succesratio'
    """
    say = translator(language)
    rows = [
        (name, say(entry.label), entry.unit, entry.direction, say(entry.definition), entry.source)
        for name, entry in CATALOGUE.items()
        if name in OBSERVED
    ]
    return pd.DataFrame(rows, columns=["measure", "label", "unit", "better", "definition", "source"])
