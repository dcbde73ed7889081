"""From many lists of candidate tasks to one long list, and from the decisions on it to a short list.

A long list has one row per candidate: equal texts of several sources are one row, and a row that looks like an
earlier one says so. People decide row by row; nothing is merged or dropped without a decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.spreadsheet_text import reads_as_formula
from toptaak.core.wording import message, translator
from toptaak.surveys.similarity import PROPOSE, nearest_earlier, plain_words

KEEP, MERGE, DROP = "keep", "merge", "drop"
DECISIONS: Final = (KEEP, MERGE, DROP)
LONGLIST_COLUMNS: Final = (
    "number",  # names the row for good: decisions are read back by it
    "task",
    "sources",
    "owner",
    "duplicate_of",  # number of the earlier row it looks like
    "similar_to",  # the text of that row
    "similarity",
    "decision",
    "merge_into",  # number of the row that takes its place
    "new_name",  # what the task is called on the short list
    "category",
    "reason",
    "upl_uri",
)
WHOLE_COLUMNS: Final = ("number", "duplicate_of", "merge_into")
_SEVERAL: Final = "; "
_SOURCE_NAMES: Final = {
    "web": message("web page"),
    "search": message("search term"),
    "phone": message("phone topic"),
    "desk": message("desk list"),
    "upl": message("UPL"),
}


def make_longlist(candidates: pd.DataFrame, language: str, threshold: float = PROPOSE) -> pd.DataFrame:
    """Merge the candidates of all sources into one list with duplicates proposed.

    Parameters
    ----------
    candidates
        As `read_candidates` delivers: one row per candidate.
    language
        Of the words in `sources`.
    threshold
        How alike (0–1) two rows must be to be proposed as duplicates.

    Returns
    -------
    pandas.DataFrame
        One row per different text (case, accents and signs apart) with `LONGLIST_COLUMNS`, numbered from 1 in order
        of first appearance; decisions empty.

    Raises
    ------
    MissingExtra
        where the extra `longlist` is not installed.

    Examples
    --------
    >>> rows = [("Paspoort aanvragen", "web", 900), ("paspoort  aanvragen", "search", 80), ("Paspoort", "upl", None)]
    >>> candidates = pd.DataFrame(rows, columns=["task", "source", "volume"]).assign(owner="", category="", upl_uri="")
    >>> made = make_longlist(candidates, "nl")
    >>> made["sources"].tolist(), made["duplicate_of"].tolist()
    (['webpagina 900; zoekterm 80', 'UPL'], [<NA>, 1])
    """
    keys = candidates["task"].map(plain_words)
    groups = [rows for key, rows in candidates.groupby(keys, sort=False) if key]
    rows = [_one_row(place, group, language) for place, group in enumerate(groups, 1)]
    frame = pd.DataFrame(rows, columns=list(LONGLIST_COLUMNS))
    earlier, likeness = nearest_earlier(frame["task"].tolist(), threshold)
    alike_earlier = earlier >= 0
    frame["duplicate_of"] = pd.array(np.where(alike_earlier, earlier + 1, 0), dtype="Int64")
    frame["duplicate_of"] = frame["duplicate_of"].mask(~alike_earlier)
    frame["similar_to"] = (
        frame["task"].take(np.maximum(earlier, 0)).where(alike_earlier, "").to_numpy() if len(frame) else ""
    )
    frame["similarity"] = np.where(alike_earlier, likeness.astype("float64"), np.nan)
    return as_longlist(frame)


def _one_row(place: int, rows: pd.DataFrame, language: str) -> dict[str, object]:
    first = {name: next((text for text in rows[name] if text), "") for name in ("category", "upl_uri")}
    first["owner"] = _joined(rows["owner"])
    said = (_said(source, candidates["volume"], language) for source, candidates in rows.groupby("source", sort=False))
    return {"number": place, "task": rows["task"].iloc[0], "sources": _SEVERAL.join(said)} | first


def _said(source: object, volumes: pd.Series, language: str) -> str:
    name = source_name(str(source), language)
    return f"{name} {translator(language).number(volumes.sum())}" if volumes.notna().any() else name


def source_name(source: str, language: str) -> str:
    """Name a source as a reader knows it.

    Examples
    --------
    >>> source_name("phone", "nl")
    'telefoon'
    """
    return _SOURCE_NAMES[source].say(language)


def count(longlist: pd.DataFrame) -> dict[str, int]:
    """Count the rows (`n`) and those that look like an earlier one (`doubles`).

    Examples
    --------
    >>> count(pd.DataFrame({"duplicate_of": pd.array([None, 1], dtype="Int64")}))
    {'n': 2, 'doubles': 1}
    """
    return {"n": len(longlist), "doubles": int(longlist["duplicate_of"].notna().sum())}


def short_list(longlist: pd.DataFrame) -> pd.DataFrame:
    """Take the rows that stay, with what was merged into them.

    Parameters
    ----------
    longlist
        A long list with decisions, as `read_longlist` delivers it.

    Returns
    -------
    pandas.DataFrame
        One row per kept row: number, label (the new name, or else the text), category, owner, sources, merged
        (numbers of the rows it replaces, comma-separated) and upl_uri (its own, or else of the first merged row
        that has one).

    Examples
    --------
    >>> rows = [(1, "Paspoort", "keep", None), (2, "Reisdocument", "merge", 1), (3, "Wijkfeest", "drop", None)]
    >>> decided = pd.DataFrame(rows, columns=["number", "task", "decision", "merge_into"])
    >>> short_list(decided.reindex(columns=list(LONGLIST_COLUMNS)))[["number", "label", "merged"]].values.tolist()
    [[1, 'Paspoort', '2']]
    """
    longlist = as_longlist(longlist)
    kept = longlist[longlist["decision"] == KEEP]
    merged = longlist[longlist["decision"] == MERGE]
    ends = merged["number"].map(merge_ends(longlist))
    rows = []
    for row in kept.to_dict("records"):
        into = merged[ends == row["number"]]
        rows.append(
            {
                "number": row["number"],
                "label": row["new_name"] or row["task"],
                "category": row["category"],
                "owner": _joined([row["owner"], *into["owner"]]),
                "sources": _joined([row["sources"], *into["sources"]]),
                "merged": ", ".join(str(number) for number in into["number"]),
                "upl_uri": next((text for text in [row["upl_uri"], *into["upl_uri"]] if text), ""),
            }
        )
    return pd.DataFrame(rows, columns=["number", "label", "category", "owner", "sources", "merged", "upl_uri"])


def merge_ends(longlist: pd.DataFrame) -> dict[int, int]:
    """Tell in which row each merged row ends: a row may be merged into one that is merged itself.

    Rows that are merged into each other end in one of themselves.

    Examples
    --------
    >>> columns = {"number": [1, 2, 3], "decision": ["keep", "merge", "merge"], "merge_into": [None, 1, 2]}
    >>> merge_ends(pd.DataFrame(columns).astype({"merge_into": "Int64"}))
    {2: 1, 3: 1}
    """
    merged = longlist[(longlist["decision"] == MERGE)].dropna(subset=["number", "merge_into"])
    steps = dict(zip(merged["number"].astype(int), merged["merge_into"].astype(int), strict=True))
    return {number: _end(number, steps) for number in steps}


def _end(number: int, steps: Mapping[int, int]) -> int:
    seen: set[int] = set()
    while number in steps and number not in seen:
        seen.add(number)
        number = steps[number]
    return number


def to_tasks(short: pd.DataFrame, list_version: str) -> pd.DataFrame:
    """Make the table `tasks` that intake reads from a short list.

    A task's code follows from its number on the long list, so it stays the same when the wording changes.

    Parameters
    ----------
    short
        As `short_list` delivers.
    list_version
        Name of this version of the task list, for instance `2026`.

    Returns
    -------
    pandas.DataFrame
        One row per task with the columns of the table `tasks`; `label_en` empty.

    Examples
    --------
    >>> kept = pd.DataFrame([(12, "Paspoort", "", "Burgerzaken", "", "", "")],
    ...     columns=["number", "label", "category", "owner", "sources", "merged", "upl_uri"])
    >>> to_tasks(kept, "2026")[["list_version", "task_id", "label", "owner_team"]].values.tolist()
    [['2026', 'T012', 'Paspoort', 'Burgerzaken']]
    """
    return pd.DataFrame(
        {
            "list_version": list_version,
            "task_id": [f"T{number:03d}" for number in short["number"]],
            "label": short["label"].to_numpy(),
            "label_en": "",
            "category": short["category"].to_numpy(),
            "owner_team": short["owner"].to_numpy(),
            "upl_uri": short["upl_uri"].to_numpy(),
        }
    )


def write_tasks(short: pd.DataFrame, list_version: str, path: Path) -> None:
    """Write a short list as the table `tasks`: CSV with semicolons, UTF-8.

    A label that a spreadsheet would take for a formula cannot become a task's name.

    Parameters
    ----------
    short, list_version
        As for `to_tasks`.
    path
        The file; an existing one is never overwritten.

    Raises
    ------
    ToptaakError
        where the file exists, or a name starts with =, +, - or @.
    """
    odd = [label for label in short["label"] if reads_as_formula(label)]
    if odd:
        raise ToptaakError(message("A task cannot start with {sign}: {name}", sign=odd[0].lstrip(" ")[0], name=odd[0]))
    if path.exists():
        raise ToptaakError(message("{path} exists: choose another name.", path=path.name))
    path.parent.mkdir(parents=True, exist_ok=True)
    to_tasks(short, list_version).to_csv(path, sep=";", index=False, encoding="utf-8", lineterminator="\n")


def _joined(texts: Iterable[str]) -> str:
    return _SEVERAL.join(dict.fromkeys(source for text in texts for source in text.split(_SEVERAL) if source))


def as_longlist(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame the columns and types of a long list: numbers whole, texts empty where missing.

    Examples
    --------
    >>> as_longlist(pd.DataFrame(columns=list(LONGLIST_COLUMNS))).dtypes["merge_into"]
    Int64Dtype()
    """
    kinds = {name: "Int64" if name in WHOLE_COLUMNS else "str" for name in LONGLIST_COLUMNS} | {"similarity": "float64"}
    texts = [name for name, kind in kinds.items() if kind == "str"]
    return frame[list(LONGLIST_COLUMNS)].astype(kinds).fillna(dict.fromkeys(texts, ""))
