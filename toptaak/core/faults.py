"""One type for everything that is wrong with an input, told all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from toptaak.core.visible_signs import visible_in_line
from toptaak.core.wording import Message, translator

SHOWN_PER_CODE = 20
FOUND_LENGTH = 40


class Severity(StrEnum):
    """What a fault does to the file it stands in."""

    STOP = "stop"  # the file or setting cannot be used
    SET_ASIDE = "set_aside"  # this row is left out, and counted
    LEFT_OUT = "left_out"  # a person said in the mapping that it does not count
    REPAIRED = "repaired"  # unambiguous, mended, and counted
    WARNING = "warning"  # used as it is; the report says so


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one place.

    `row` is the row as seen in Excel (header = 1) or the line of a TOML file. `found` must already be safe to
    show: pass it through `shown` so that control characters are escaped and long values cut; personal data
    never goes in.
    """

    code: str
    severity: Severity
    file: str
    expected: Message
    repair: Message
    found: str = ""
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    count: int = 1

    def place(self, language: str) -> str:
        """Say where: file, sheet, row and column, as far as known."""
        translate = translator(language)
        parts = [self.file]
        if self.sheet:
            parts.append(translate("sheet {name}", name=self.sheet))
        in_text = self.file.endswith(".toml")
        if self.row is not None:
            parts.append(translate("line {row}", row=self.row) if in_text else translate("row {row}", row=self.row))
        if self.column:
            name = self.column
            parts.append(translate("at {name}", name=name) if in_text else translate("column {name}", name=name))
        return visible_in_line(", ".join(parts))

    def describe(self, language: str) -> str:
        """Tell the whole fault in one or two sentences."""
        translate = translator(language)
        value = translate("Found: {found}. ", found=self.found) if self.found else ""
        expected = translate("Expected: {expected}. ", expected=self.expected.say(language))
        times = translate(" ({count} times)", count=self.count) if self.count > 1 else ""
        return f"{self.code} {self.place(language)}: {value}{expected}{self.repair.say(language)}{times}"


def shown(value: object) -> str:
    """Make a value safe and short enough to stand in a message.

    Examples
    --------
    >>> shown("a\\x00b")
    "'a\\\\x00b'"
    """
    text = str(value)
    cut = text if len(text) <= FOUND_LENGTH else text[: FOUND_LENGTH - 1] + "…"
    return repr(cut)


def describe_faults(faults: Sequence[Fault], language: str) -> str:
    """List all faults, the first twenty of each code and column, then how many more there are."""
    translate = translator(language)
    listed: Counter[tuple[object, ...]] = Counter()
    left: Counter[str] = Counter()
    lines = []
    for fault in faults:
        kind = (fault.code, fault.file, fault.sheet, fault.column)
        if listed[kind] < SHOWN_PER_CODE:
            listed[kind] += 1
            lines.append(fault.describe(language))
        else:
            left[fault.code] += fault.count
    for code, more in left.items():
        lines.append(translate("{code}: {more} more of the same kind", code=code, more=more))
    return "\n".join(lines)


def stopping(faults: Iterable[Fault]) -> list[Fault]:
    """Keep the faults that make an input unusable."""
    return [fault for fault in faults if fault.severity is Severity.STOP]
