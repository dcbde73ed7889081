"""All parts of all tables together, so that rows of different files can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toptaak.core.faults import Fault, stopping
from toptaak.intake.codes import fault
from toptaak.intake.schema import columns_of, empty_frame
from toptaak.intake.tables import TABLES
from toptaak.intake.typed_rows import TypedRows

_DELIVERY = "_part"
_PLACE = "_place"


class Pool:
    """The parts by table; a part with a fault that stops its file takes no part in comparisons.

    `broken` names tables of which a file could not be read: what refers to them is not judged.
    """

    def __init__(self, parts: Sequence[TypedRows], broken: Sequence[str] = ()) -> None:
        self.parts = list(parts)
        self.broken = {*broken, *(delivery.table.name for delivery in parts if stopping(delivery.faults))}
        self.faults: list[Fault] = []
        self._last: tuple[object, pd.DataFrame] = (None, pd.DataFrame())

    def names(self) -> list[str]:
        """List the tables that have a part."""
        return [name for name in TABLES if any(delivery.table.name == name for delivery in self._sound())]

    def has(self, name: str) -> bool:
        """Tell whether a table is present."""
        return name in self.names()

    def complete(self, name: str) -> bool:
        """Tell whether a table is present and was read whole."""
        return self.has(name) and name not in self.broken

    def _sound(self) -> list[TypedRows]:
        return [delivery for delivery in self.parts if not stopping(delivery.faults)]

    def of(self, name: str) -> list[TypedRows]:
        """List the parts of a table."""
        return [delivery for delivery in self._sound() if delivery.table.name == name]

    def rows(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Give the rows of a table that are still in; `_part` and `_place` say where each came from.

        Parameters
        ----------
        columns
            Those that are needed, all that there are where left out: a copy of a large table costs.
        """
        state = (name, columns, [delivery.version for delivery in self.of(name)])
        if self._last[0] != state:
            self._last = (None, pd.DataFrame())  # let go of it first: a table is large
            self._last = (state, self._rows(name, columns))
        return self._last[1].copy(deep=False)

    def _rows(self, name: str, wanted: Sequence[str] | None) -> pd.DataFrame:
        segments = sorted(
            {str(header) for delivery in self.of(name) for header in delivery.frame} - set(TABLES[name].names)
        )
        frames = []
        for delivery in self.of(name):
            kept = delivery.kept
            place = np.flatnonzero(kept)
            frame = delivery.frame if wanted is None else delivery.frame[[*wanted]]
            frame = frame if kept.all() else frame.take(place)
            frames.append(frame.assign(_part=self.parts.index(delivery), _place=place))
        named = [column.name for column in columns_of(TABLES[name], tuple(segments))] if wanted is None else wanted
        columns = [*named, _DELIVERY, _PLACE]
        if not frames:
            return empty_frame(TABLES[name]).assign(_part=0, _place=0)
        joined = frames[0] if len(frames) == 1 else pd.concat(frames)
        return joined.reindex(columns=columns).reset_index(drop=True)

    def lines(self, rows: pd.DataFrame) -> np.ndarray:
        """Number the line of a file from which each row comes; rows that were not gathered share that of their file."""
        numbers = np.zeros(len(rows), dtype=np.int64)
        start = 0
        for number in rows[_DELIVERY].unique():
            delivery, here = self.parts[number], (rows[_DELIVERY] == number).to_numpy()
            numbers[here] = start + (delivery.source[rows.loc[here, _PLACE]] if delivery.wide else 0)
            start += len(delivery.aside) + 1
        return numbers

    def is_wide(self, rows: pd.DataFrame) -> np.ndarray:
        """Tell which rows were gathered from the columns of a line."""
        return np.array([delivery.wide for delivery in self.parts], dtype=bool)[rows[_DELIVERY]]

    def places(self, name: str) -> pd.DataFrame:
        """Say of the rows of a table that are still in where each stands: `_file`, `_sheet` and `_row`."""
        rows = self.rows(name)
        parts = [self.parts[number] for number in rows[_DELIVERY]]
        lines = [delivery.raw.rows[delivery.source[place]] for delivery, place in zip(parts, rows[_PLACE], strict=True)]
        origin = {
            "_file": [delivery.raw.file for delivery in parts],
            "_sheet": [delivery.raw.sheet for delivery in parts],
        }
        return pd.DataFrame(origin | {"_row": [int(line) for line in lines]}, dtype=object)

    def hand_over(self, name: str) -> pd.DataFrame:
        """Give the checked table, with the columns and types of the contract, and let go of its parts."""
        rows = self.rows(name).drop(columns=[_DELIVERY, _PLACE])
        self._last = (None, pd.DataFrame())
        for delivery in self.of(name):
            delivery.let_go()
        segments = tuple(str(column) for column in rows if column not in TABLES[name].names)
        return rows.astype({column.name: column.dtype for column in columns_of(TABLES[name], segments)})

    def set_aside(
        self,
        code: str,
        rows: pd.DataFrame,
        mask: np.ndarray | pd.Series,
        column: str | None = None,
        *,
        along: np.ndarray | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        """Set rows aside in the files they came from.

        Parameters
        ----------
        rows
            As `rows` gave them.
        mask
            The rows to blame.
        along
            Rows that go along with them without a fault of their own (the rest of a ballot).
        """
        blamed = np.asarray(mask, dtype=bool)
        if not blamed.any():
            return
        both = blamed if along is None else blamed | along
        for number in rows.loc[both, _DELIVERY].unique():
            delivery = self.parts[number]
            here = (rows[_DELIVERY] == number).to_numpy()
            secret = column is None or (declared := delivery.table.column(column)) is None or declared.secret
            delivery.set_aside(
                code,
                _marks(delivery, rows, here & blamed),
                column,
                None if secret or column is None else delivery.frame[column],
                values,
            )
            lines = delivery.source[rows.loc[here & both, _PLACE]]
            delivery.mark(lines, code)

    def warn(
        self,
        code: str,
        rows: pd.DataFrame,
        mask: pd.Series,
        column: str | None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        """Count rows that stay in and deserve a warning, per file with the first of them."""
        for number, those in rows[mask.to_numpy(bool)].groupby(_DELIVERY, sort=True):
            delivery = self.parts[int(str(number))]
            row = int(delivery.raw.rows[delivery.source[int(those[_PLACE].iloc[0])]])
            place = {"sheet": delivery.raw.sheet, "row": row, "column": column, "count": len(those)}
            delivery.faults.append(fault(code, delivery.raw.file, values=values, **place))

    def set_aside_together(
        self, code: str, rows: pd.DataFrame, mask: np.ndarray, values: Mapping[str, object] | None = None
    ) -> None:
        """Set rows aside with one fault per file: the first of them and their count."""
        self.warn(code, rows, pd.Series(mask, index=rows.index), None, values)
        self.follow(code, rows, mask)

    def follow(self, code: str, rows: pd.DataFrame, mask: np.ndarray) -> None:
        """Set rows aside without a fault of their own: another fault names the same row of the file."""
        for number in rows.loc[mask, _DELIVERY].unique():
            delivery = self.parts[number]
            lines = delivery.source[rows.loc[mask & (rows[_DELIVERY] == number), _PLACE]]
            delivery.mark(lines, code)

    def fill(self, name: str, rows: pd.DataFrame, column: str, values: pd.Series) -> None:
        """Write a column of rows that are still in."""
        for delivery in self.of(name):
            here = (rows[_DELIVERY] == self.parts.index(delivery)).to_numpy()
            filled = delivery.frame[column].copy()
            filled.iloc[rows.loc[here, _PLACE].to_numpy(dtype=int)] = values[here].to_numpy()
            delivery.put(column, filled)

    def files(self, rows: pd.DataFrame) -> np.ndarray:
        """Give the file of each row."""
        return np.array([delivery.raw.file for delivery in self.parts], dtype=object)[rows[_DELIVERY]]


def hashes(rows: pd.DataFrame) -> np.ndarray:
    """Give a number to each row of a table, the same for rows that mean the same, whatever file they come from."""
    values = rows.drop(columns=[_DELIVERY, _PLACE], errors="ignore")
    return np.asarray(pd.util.hash_pandas_object(values, index=False))


def _marks(delivery: TypedRows, rows: pd.DataFrame, chosen: np.ndarray) -> np.ndarray:
    marks = np.zeros(len(delivery.frame), dtype=bool)
    marks[rows.loc[chosen, _PLACE]] = True
    return marks
