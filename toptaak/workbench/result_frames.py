"""Results as frames to compute with that show themselves well in a notebook."""

from __future__ import annotations

from typing import Any, Self

import pandas as pd

from toptaak.core.results import ALL, RESULT_COLUMNS, TOO_FEW, is_results
from toptaak.core.wording import DASH, DEFAULT_LANGUAGE
from toptaak.kpi.measure_reader import measure_reader
from toptaak.kpi.measures import CATALOGUE
from toptaak.printing.blocks import Column, Table

MOST_SHOWN = 30
_RANK = "rank"


class ResultFrame(pd.DataFrame):
    """A result frame: one row is a group and a measure; ratios 0-1, times in seconds, nothing rounded.

    It is a pandas DataFrame in every other way. In a notebook it shows itself as a table with a caption, Dutch numbers,
    the interval, n and the reason where there is no number. `in_english()` shows it in English.
    """

    _metadata = ("caption", "language")  # pandas keeps these over its operations
    caption: str = ""
    language: str = DEFAULT_LANGUAGE

    @property
    def _constructor(self) -> type[ResultFrame]:
        return ResultFrame

    def titled(self, caption: str) -> Self:
        """Give the same frame with another caption."""
        shown = self.copy()
        shown.caption = caption
        return shown

    def in_english(self) -> Self:
        """Give the same frame, shown in English."""
        shown = self.copy()
        shown.language = "en"
        return shown

    def table(self) -> Table:
        """Give the table that a notebook and a report show."""
        return result_table(self, self.caption, self.language)

    def _repr_html_(self) -> str | None:
        if not is_results(self):
            return str(pd.DataFrame(self)._repr_html_())  # type: ignore[operator]
        return str(self.table()._repr_mimebundle_()["text/html"])


def result_table(frame: pd.DataFrame, caption: str, language: str) -> Table:
    """Make a table of a result frame: group, measure, value, interval, n, and why a number is missing."""
    say = measure_reader(language)
    groups = [str(name) for name in frame.columns[: list(frame.columns).index("measure")]]
    groups = [name for name in groups if frame[name].nunique() > 1]
    ranked = [_RANK] if _RANK in frame else []
    several = frame["measure"].nunique() > 1
    head = [say(_HEADS.get(name, name)) for name in (*ranked, *groups)]
    columns = [
        *(Column(text, "right" if text == say(_HEADS[_RANK]) else "left") for text in head),
        *([Column(say("Measure"))] if several else []),
        Column(say("Value"), "right"),
        Column(say("Margin"), "right"),
        Column("n", "right"),
        Column(say("Note")),
    ]
    shown = frame.head(MOST_SHOWN)
    rows = [
        [
            *(_whole(row[name], language) for name in ranked),
            *(say("all") if row[name] == ALL else str(row[name]) for name in groups),
            *([say(CATALOGUE[row["measure"]].label)] if several else []),
            *_numbers(row, language),
        ]
        for row in shown.to_dict("records")
    ]
    return Table(_caption(frame, caption, language), columns, rows, row_header=False, note=_rest(frame, language))


_HEADS = {
    _RANK: "Place", "task_id": "Task", "task": "Task", "channel": "Channel", "quarter": "Quarter", "level": "Group",
    "other_level": "Other group", "municipality": "Municipality",
}  # fmt: skip


def _caption(frame: pd.DataFrame, caption: str, language: str) -> str:
    names = list(dict.fromkeys(frame["measure"]))
    label = measure_reader(language)(CATALOGUE[names[0]].label) if len(names) == 1 and names[0] in CATALOGUE else ""
    return caption or label or measure_reader(language)("Results")


def _rest(frame: pd.DataFrame, language: str) -> str:
    if len(frame) <= MOST_SHOWN:
        return ""
    say = measure_reader(language)
    return say("The first {n} of {all} rows.", n=MOST_SHOWN, all=say.number(len(frame)))


def _numbers(row: dict[Any, Any], language: str) -> list[str]:
    """Write value, interval, n and note of one row."""
    name = str(row["measure"])
    say = measure_reader(language)
    interval = say.interval(name, row["ci_low"], row["ci_high"], row["estimate"])
    note = say("too few observations") if row["note"] == TOO_FEW else str(row["note"] or "")
    return [say.value(name, row["estimate"]), interval or DASH, _whole(row["n"], language), say(note) if note else ""]


def _whole(value: Any, language: str) -> str:
    return DASH if pd.isna(value) else measure_reader(language).number(float(value))


def as_result(frame: pd.DataFrame, caption: str, language: str) -> ResultFrame:
    """Make a frame of results show itself well.

    Raises
    ------
    ValueError
        where the columns of a result frame are missing.
    """
    if not is_results(frame):
        raise ValueError(f"not a result frame: it needs the columns {', '.join(RESULT_COLUMNS)}")
    shown = ResultFrame(frame)
    shown.caption, shown.language = caption, language
    return shown
