"""One reader per kind of file; each gives cells with the place of every row."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from toptaak.intake.readers.delimited import head_of_text, read_delimited
from toptaak.intake.readers.excel import OLE, ZIP, heads_of_workbook, read_excel
from toptaak.intake.readers.parquet import read_parquet
from toptaak.intake.readers.raw import MAX_RATIO, SMALL, Layout, Raw, refuse
from toptaak.intake.readers.spss import SAV, read_spss

SPSS = (".sav", ".zsav")
ENDINGS = (".csv", ".csv.gz", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet", *SPSS)
NEVER = (".pkl", ".pickle", ".rdata", ".rds", ".joblib")
_PROMISED = dict.fromkeys((".xlsx", ".xlsm", ".xls"), "Excel") | {".parquet": "Parquet"}
_PROMISED |= dict.fromkeys(SPSS, "SPSS")
MAX_UNPACKED = 4 << 30  # bytes of text in a .csv.gz


def ending(file: str) -> str | None:
    """Give the ending by which a file is read, or None.

    Examples
    --------
    >>> ending("Stemmen.CSV.gz"), ending("README.md")
    ('.csv.gz', None)
    """
    return next((ending for ending in (*ENDINGS, *NEVER) if file.lower().endswith(ending)), None)


def read(data: bytes, file: str, wanted: Sequence[str], sheet: str | None = None, layout: Layout | None = None) -> Raw:
    """Read a file with the reader for its ending.

    Parameters
    ----------
    data
        Content of the file.
    file
        Its name inside the data folder.
    wanted
        Column names that may be used; others are not kept.
    sheet
        The sheet of a workbook; empty: the one that fits.
    layout
        How the header of a survey platform is read.

    Raises
    ------
    InputRefused
        for a file that cannot be used at all.
    """
    data, nature = _opened(data, file)
    if nature == "Excel":
        return read_excel(data, file, wanted, sheet, layout)
    if nature == "SPSS":
        return read_spss(data, file, wanted)
    return read_parquet(data, file, wanted) if nature == "Parquet" else read_delimited(data, file, wanted, layout)


def head(data: bytes, file: str) -> list[list[Any]]:
    """Give the first records of a text file or workbook, to see what kind of export it is; of others none.

    Raises
    ------
    InputRefused
        for a file that cannot be used at all.
    """
    return next(iter(heads(data, file).values()), [])


def heads(data: bytes, file: str, wanted: Sequence[str] = ()) -> Mapping[str | None, list[list[Any]]]:
    """Give the first records of every sheet of a workbook that has any, and of a text file under no name.

    Parameters
    ----------
    wanted
        Names that a header may hold, by which the separator of a text is recognised.

    Raises
    ------
    InputRefused
        for a file that cannot be used at all.
    """
    data, nature = _opened(data, file)
    if nature == "Excel":
        return heads_of_workbook(data, file)
    return {None: head_of_text(data, file, wanted)} if nature == "CSV" else {}


def _opened(data: bytes, file: str) -> tuple[bytes, str]:
    """Unpack a file and make sure it is what its name says."""
    kind = ending(file)
    if kind in NEVER:
        raise refuse("TT-016", file)
    if not data:
        raise refuse("TT-001", file)
    if kind == ".csv.gz":
        data, kind = _unpacked(data, file), ".csv"
    nature = _nature(data)
    if nature != _PROMISED.get(str(kind), "CSV"):
        raise refuse("TT-010", file, found=nature)
    return data, nature


def _nature(data: bytes) -> str:
    """Say by its first bytes what a file really is."""
    if data.startswith((ZIP, OLE)):
        return "Excel"
    if data.startswith(b"PAR1"):
        return "Parquet"
    if data.startswith(SAV):
        return "SPSS"
    return "HTML" if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else "CSV"


def _unpacked(data: bytes, file: str) -> bytes:
    """Unpack a file, as far as it may grow: what grows more is no table, and would fill the memory."""
    limit = min(MAX_UNPACKED, max(SMALL, MAX_RATIO * len(data)))
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            content = packed.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise refuse("TT-014", file) from None
    if len(content) > limit:
        raise refuse("TT-013", file, values={"limit": f"{limit // 1_000_000} MB"})
    return content
