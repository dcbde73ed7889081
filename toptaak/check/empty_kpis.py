"""Which of the board's numbers stay empty in a report, and what to deliver for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toptaak.kpi.declaration import Measure
from toptaak.kpi.measures import board_measures, declaration

_ALSO = ("vote_share", "form_completion_rate", "repeat_contact_rate")
Columns = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class EmptyKpis:
    """Measures that nothing in the data gives, and the columns that would.

    Attributes
    ----------
    labels
        Source texts: what the measures are called.
    needed
        Tables with their columns, as `attempts: verified_success`.
    """

    labels: tuple[str, ...]
    needed: str


def empty_kpis(filled: Columns) -> list[EmptyKpis]:
    """List what stays empty, measures that lack the same columns together.

    Parameters
    ----------
    filled
        Per table that is there the columns with any value.

    Examples
    --------
    >>> attempts = {"attempts": frozenset({"verified_success", "believed_success"})}
    >>> [(empty.labels[:1], empty.needed) for empty in empty_kpis(attempts)][0]
    (('Vote share',), 'ballots: respondent, task_id; tasks: task_id')
    """
    lacking: dict[str, list[str]] = {}
    for measure in (*map(declaration, _ALSO[:1]), *board_measures(), *map(declaration, _ALSO[1:])):
        if needed := _lacking(measure, filled):
            lacking.setdefault(needed, []).append(measure.label)
    return [EmptyKpis(tuple(labels), needed) for needed, labels in lacking.items()]


def _lacking(measure: Measure, filled: Columns) -> str:
    """Name the fewest columns that would give a measure; none where it is given."""
    ways = [
        {
            table: absent
            for table, columns in way.items()
            if (absent := _absent(columns, filled.get(table, frozenset())))
        }
        for way in (measure.needs, measure.alternative, measure.registered)
        if way
    ]
    fewest = min(ways, key=lambda way: sum(map(len, way.values())))
    return "; ".join(f"{table}: {', '.join(columns)}" for table, columns in fewest.items())


def _absent(columns: tuple[str, ...], there: frozenset[str]) -> list[str]:
    return [column for column in columns if column not in there]
