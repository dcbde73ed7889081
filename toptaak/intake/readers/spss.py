"""SPSS: value labels stand in the cells, so a mapping names what a person reads; codes without label stay numbers."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toptaak.core.errors import MissingExtra
from toptaak.intake.readers.raw import Raw, find_header, header_faults, refuse, without_furniture

SAV = (b"$FL2", b"$FL3")
_MOMENTS = frozenset(["DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR", "DATETIME", "YMDHMS"])
_DURATIONS = frozenset(["TIME", "DTIME", "MTIME"])
_SPSS_ZERO = pd.Timestamp("1582-10-14").as_unit("us")


def read_spss(data: bytes, file: str, wanted: Sequence[str]) -> Raw:
    """Read a `.sav` or `.zsav`; the first row counts as row 2, as it would in Excel.

    Values that the file declares as missing are empty cells.

    Parameters
    ----------
    data, file, wanted
        As for `read_delimited`.

    Raises
    ------
    InputRefused
        for a damaged file, or one without any of the wanted columns.
    MissingExtra
        where the extra `spss` is not installed.
    """
    _, meta = open_spss(data, file, metadataonly=True)
    header = find_header(file, [meta.column_names], wanted)
    names = {name: header.names[spot] for name, spot in header.columns.items()}
    frame, meta = open_spss(data, file, usecols=sorted(set(names.values())))
    raw = Raw(file, pd.DataFrame(), np.arange(2, len(frame) + 2), header.names)
    raw.faults = header_faults(file, header, 1)
    labels = meta.variable_value_labels
    raw.cells = pd.DataFrame({ours: _cells(frame[name], labels.get(name, {})) for ours, name in names.items()})
    return without_furniture(raw, header, raw.cells.iloc[:, 0])


def open_spss(data: bytes, file: str, **options: Any) -> tuple[pd.DataFrame, Any]:
    """Open an SPSS file: its cells, and what it tells about its variables.

    Raises
    ------
    InputRefused
        for a damaged file.
    MissingExtra
        where the extra `spss` is not installed.
    """
    try:
        import pyreadstat
    except ImportError:
        raise MissingExtra("pyreadstat", "spss") from None
    try:
        frame, meta = pyreadstat.read_sav(io.BytesIO(data), disable_datetime_conversion=True, **options)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError):
        raise refuse("TT-014", file) from None
    for name in frame:
        frame[name] = _in_time(frame[name], meta.original_variable_types[name])
    return frame, meta


def _in_time(column: pd.Series, shown: str) -> pd.Series:
    """Take seconds for the moments or the durations that their format shows them as.

    pyreadstat 1.3.7 itself drops the days of a duration, and leaves a date that is shown as a quarter, month or week
    a number of seconds.
    """
    form = shown.rstrip("0123456789.")
    if form not in _MOMENTS | _DURATIONS or not pd.api.types.is_numeric_dtype(column.dtype):
        return column
    elapsed = pd.to_timedelta((column * 1e6).round(), unit="us").astype("timedelta64[us]")
    return elapsed if form in _DURATIONS else elapsed + _SPSS_ZERO


def written(code: Any) -> str:
    """Write a code as people do: 3 and not 3.0.

    Examples
    --------
    >>> written(3.0), written(2.5), written("A")
    ('3', '2.5', 'A')
    """
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


def label_words(labels: Mapping[Any, str]) -> dict[Any, str]:
    """Give what each code means; labels that have become equal, as cut ones do, keep their code with them.

    Examples
    --------
    >>> label_words({1.0: "Paspoort", 2.0: "Bouwen van een", 3.0: "Bouwen van een"})
    {1.0: 'Paspoort', 2.0: 'Bouwen van een [2]', 3.0: 'Bouwen van een [3]'}
    """
    words = {code: " ".join(str(label).split()) for code, label in labels.items()}
    times = Counter(words.values())
    return {code: f"{word} [{written(code)}]" if times[word] > 1 else word for code, word in words.items()}


def _cells(column: pd.Series, labels: Mapping[Any, str]) -> pd.Series:
    """Put labels for codes; what has no labels at all keeps the type it has."""
    if not labels:
        return column
    words = label_words(labels)
    distinct = pd.Series(column.unique()).dropna()
    return column.map({code: words.get(code, written(code)) for code in distinct}).astype("str")
