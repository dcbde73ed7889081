"""How well a column of a file reads as a column of ours, judged by the reader itself: both know the same forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from toptaak.check.head_words import ANSWERED, CHANNEL_GUESSES, NOT_ANSWERED, head_word, unit_of
from toptaak.core.faults import Severity
from toptaak.core.settings import Settings
from toptaak.core.wording import Message, message
from toptaak.intake.codes import CODES
from toptaak.intake.columns import ContractColumn, Kind
from toptaak.intake.date_texts import as_clock
from toptaak.intake.gather import folded
from toptaak.intake.mapping import UNDECIDED
from toptaak.intake.parsed import Options, fits
from toptaak.intake.platforms.date_order import month_first
from toptaak.intake.readers.raw import plain, spaced
from toptaak.intake.repair import parse

MISSING: Final = frozenset(word.casefold() for word in Settings().missing_words)
_FEWEST_READ: Final = 0.98  # share of the filled cells of a column that must be read
_MANY_SECONDS: Final = 45  # a usual duration above this is in seconds, not in minutes
_LONGEST_CLOCK: Final = 24  # hours
_MOST_LABELS, _LONGEST_LABEL = 300, 80
_MARKED: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}")


@dataclass(frozen=True)
class Doubt:
    """A place where a person decides: the key it stands under, what it may be, and why."""

    key: str
    reason: Message


@dataclass(frozen=True)
class Fit:
    """How a column of theirs becomes one of ours.

    Attributes
    ----------
    share
        Share of the filled cells that the reader reads.
    unit, words
        What the mapping has to say for that: `units` and `values`; an undecided one begins with a question mark.
    doubts
        What a person has to decide.
    """

    share: float
    unit: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()

    @property
    def good(self) -> bool:
        """Tell whether the column may be proposed."""
        return self.share >= _FEWEST_READ


NO_FIT: Final = Fit(0.0)


def filled(cells: pd.Series) -> pd.Series:
    """Give the cells of a column that hold something."""
    said = cells.map(folded)
    return cells[~said.isin({"", *MISSING})].reset_index(drop=True)


def readable(column: ContractColumn, cells: pd.Series, options: Options, words: Mapping[str, str]) -> float:
    """Give the share of filled cells that the reader takes."""
    if cells.empty:
        return 0.0
    unread = np.zeros(len(cells), dtype=bool)
    for note in parse(column, cells, options, words)[1]:
        if CODES[note.code].severity in (Severity.STOP, Severity.SET_ASIDE):
            unread |= note.mask
    return 1 - float(unread.mean())


def fit(column: ContractColumn, head: str, cells: pd.Series, options: Options) -> Fit:
    """Judge a column of theirs for one of ours.

    Parameters
    ----------
    column
        Of ours.
    head, cells
        Of theirs; the cells as the reader delivers them.
    options
        How dates are written, and whether numbers may be days.

    Examples
    --------
    >>> from toptaak.intake.tables import TABLES
    >>> wait = TABLES["contacts"].column("wait_s")
    >>> fit(wait, "Wachttijd (mm:ss)", pd.Series(["01:30", "00:10"]), Options()).unit
    'mm:ss'
    >>> fit(wait, "Wachttijd", pd.Series(["03:10", "00:10"]), Options()).unit
    '? mm:ss'
    """
    cells = filled(cells)
    if cells.empty:
        return NO_FIT
    if column.kind is Kind.DURATION:
        return _duration(column, head, cells, options)
    if column.kind is Kind.BOOL:
        return _yes_or_no(column, cells)
    if column.name == "hour":
        return _hour(cells)
    if column.choices:
        return _choice(column, cells)
    if column.kind is Kind.TEXT:
        return Fit(1.0 if _is_label(cells) else 0.0)
    if column.kind in (Kind.DATE, Kind.TIME) and _are_small_numbers(cells):
        return NO_FIT
    return Fit(readable(column, cells, options, {}))


def _are_small_numbers(cells: pd.Series) -> bool:
    """Tell whether cells are bare numbers of which few are days in Excel: a count, a number of a row."""
    numbers = pd.to_numeric(cells.astype("str"), errors="coerce")
    return bool(numbers.notna().all() and (numbers < 20_000).any())


def _is_label(cells: pd.Series) -> bool:
    """Tell whether a column holds labels that come back, and no sentences."""
    texts = cells.astype("str")
    distinct = texts.nunique()
    return (
        distinct <= max(_MOST_LABELS if len(texts) > 2 * _MOST_LABELS else len(texts) / 2, 12)
        and float(texts.str.len().median()) <= _LONGEST_LABEL
        and pd.to_numeric(texts, errors="coerce").isna().mean() > 0.5
    )


def are_clocks(cells: pd.Series) -> bool:
    """Tell whether a column holds times of the day without a date."""
    given = filled(cells)
    return bool(len(given)) and sum(as_clock(cell) is not None for cell in given.unique()) > 0.9 * given.nunique()


def has_times(cells: pd.Series) -> bool:
    """Tell whether days in a column have a time beside them that is not always midnight."""
    texts = filled(cells).astype("str")
    return bool(texts.str.contains(r"\d:\d\d", regex=True).any() and not texts.str.contains(r"[ T]0?0:00").all())


def _duration(column: ContractColumn, head: str, cells: pd.Series, options: Options) -> Fit:
    if cells.map(lambda cell: isinstance(cell, (bool, str, int, float))).all():
        return _written_duration(column, head, cells, options)
    return Fit(readable(column, cells, options, {}))  # Excel's own clock


def _written_duration(column: ContractColumn, head: str, cells: pd.Series, options: Options) -> Fit:
    named = unit_of(head)
    texts = cells.astype("str").str.strip()
    two = fits(texts, r"\d{1,4}:\d{2}(?:[.,]\d+)?")
    if two.any():
        unit, doubts = _unit_of_two_parts(column, named, texts[two])
        clock = named if named in ("mm:ss", "hh:mm") else unit.removeprefix(f"{UNDECIDED} ")
        return Fit(_share(column, cells, options, clock), unit, doubts=doubts)
    numbers = pd.to_numeric(texts.str.replace(",", "."), errors="coerce")
    if numbers.isna().mean() > 0.5:
        return Fit(readable(column, cells, options, {}))
    unit, doubts = _unit_of_numbers(column, named, numbers.dropna())
    plain_unit = unit.removeprefix(f"{UNDECIDED} ")
    return Fit(_share(column, cells, options, plain_unit), unit, doubts=doubts)


def _share(column: ContractColumn, cells: pd.Series, options: Options, unit: str) -> float:
    return readable(column, cells, Options(MISSING, options.decimal, options.month_first, unit), {})


def _unit_of_two_parts(column: ContractColumn, named: str | None, texts: pd.Series) -> tuple[str, tuple[Doubt, ...]]:
    if named in ("mm:ss", "hh:mm"):
        return named, ()
    first = texts.str.split(":").str[0].astype(int)
    if (first >= _LONGEST_CLOCK).any():
        return "mm:ss", ()
    reason = message(
        "{example} may be minutes and seconds, or hours and minutes: mm:ss or hh:mm.", example=texts.iloc[0]
    )
    return f"{UNDECIDED} mm:ss", (Doubt(f"units.{column.name}", reason),)


def _unit_of_numbers(column: ContractColumn, named: str | None, numbers: pd.Series) -> tuple[str, tuple[Doubt, ...]]:
    if named in ("seconds", "minutes", "hours", "days"):
        return named, ()
    usual = float(numbers[numbers > 0].median()) if (numbers > 0).any() else 0.0
    if usual > _MANY_SECONDS or not usual:
        return "seconds", ()
    broken = bool((numbers % 1 > 0).any())
    if broken and float(numbers.max()) < 1:
        return "days", ()
    likely = "minutes" if broken else "seconds"
    reason = message("The unit of {example} is not told: seconds, minutes, hours or days.", example=f"{usual:g}")
    return f"{UNDECIDED} {likely}", (Doubt(f"units.{column.name}", reason),)


def _yes_or_no(column: ContractColumn, cells: pd.Series) -> Fit:
    share = readable(column, cells, Options(MISSING), {})
    if share == 1:
        return Fit(share)
    texts = sorted({spaced(cell) for cell in cells})
    words = {text: _said_yes(text) for text in texts if _said_yes(text)}
    if not words or len(texts) > 12 or len(words) * 2 < len(texts):
        return NO_FIT
    open_words = [text for text in texts if text not in words]
    return Fit(
        1.0, words=words | dict.fromkeys(open_words, f"{UNDECIDED} nee"), doubts=_asked(column, open_words, "ja, nee")
    )


def _said_yes(text: str) -> str:
    word = head_word(text)
    return "nee" if word in NOT_ANSWERED else "ja" if word in ANSWERED else ""


def _asked(column: ContractColumn, words: list[str], choices: str) -> tuple[Doubt, ...]:
    reason = message('Choose from: {choices}, or "" for none.', choices=choices)
    return tuple(Doubt(f"values.{column.name}.{word}", reason) for word in words)


def _hour(cells: pd.Series) -> Fit:
    """Read hours of a day from whatever tells one: `9`, `09:00`, `09:00 - 10:00`."""
    words: dict[str, str] = {}
    for cell in cells.unique():
        text = as_clock(cell) if not isinstance(cell, (str, int)) else str(cell)
        match = re.match(r"(\d{1,2})(?:[:.](\d{2}))?", str(text or cell).strip())
        if match is None or int(match[1]) > 23 or match[2] not in (None, "00"):
            return NO_FIT
        words[spaced(cell)] = str(int(match[1]))
    changed = {theirs: ours for theirs, ours in words.items() if theirs != ours}
    return Fit(1.0, words=changed)


def _choice(column: ContractColumn, cells: pd.Series) -> Fit:
    texts = sorted({spaced(cell) for cell in cells})
    if len(texts) > 40:
        return NO_FIT
    known = {plain(word) for word in (*column.words, *column.choices)}
    doubtful = [text for text in texts if plain(text) not in known or _may_be_e_mail(column, text)]
    if len(doubtful) == len(texts) and not any(head_word(text) in CHANNEL_GUESSES for text in texts):
        return NO_FIT
    if doubtful == ["Mail"] and {"post", "brief"} & {plain(text) for text in texts}:
        return Fit(1.0, words={"Mail": "e-mail"})
    words = {text: f"{UNDECIDED} {CHANNEL_GUESSES.get(head_word(text), '')}".rstrip() for text in doubtful}
    return Fit(1.0, words=words, doubts=_asked(column, doubtful, ", ".join(column.choices)))


def _may_be_e_mail(column: ContractColumn, text: str) -> bool:
    """Tell whether a word is ours for post, but in Dutch most often means e-mail."""
    return column.name == "channel" and plain(text) == "mail" and text != "mail"


def dates_of(columns: Mapping[str, pd.Series]) -> tuple[str, tuple[Doubt, ...]]:
    """Say how the days of a table are written: `day first`, `month first`, or an open choice where nothing tells.

    Examples
    --------
    >>> dates_of({"Created": pd.Series(["7/1/2026 9:00 AM", "7/13/2026 9:00 AM"])})[0]
    'month first'
    >>> dates_of({"Created": pd.Series(["7/1/2026 9:00 AM", "7/2/2026 9:00 AM"])})[0]
    '? month first'
    """
    texts = [spaced(cell) for cells in columns.values() for cell in filled(cells).unique() if isinstance(cell, str)]
    marked = [text for text in texts if _MARKED.match(text)]
    likely = month_first("", texts) or any(re.search(r"\d\s?[ap]\.?m\b", text, re.I) for text in marked)
    sure = any(int(number) > 12 for text in marked for number in re.findall(r"\d+", text)[:2])
    if sure:
        return ("month first" if month_first("", texts) else "day first"), ()
    if not (likely and marked):
        return "day first", ()
    reason = message(
        "No day is above 12: {example} may have the month first or the day first. Choose: month first or day first.",
        example=marked[0],
    )
    return f"{UNDECIDED} month first", (Doubt("dates", reason),)
