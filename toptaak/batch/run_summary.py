"""What a batch tells at its end: how many reports, and for each that failed what to do."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from toptaak.batch.job import NAME
from toptaak.batch.run_outcomes import Outcome, RunStatus
from toptaak.core.municipalities import name_of
from toptaak.core.wording import translator

_WIDTHS = (26, 44, 40)


def counts(outcomes: Sequence[Outcome], language: str) -> str:
    """Say in one line how many reports were made, unchanged, failed, or without data."""
    t = translator(language)
    times = Counter(outcome.status for outcome in outcomes)
    texts = {
        RunStatus.MADE: t("made: {n}", n=times[RunStatus.MADE]),
        RunStatus.UNCHANGED: t("unchanged: {n}", n=times[RunStatus.UNCHANGED]),
        RunStatus.NO_DATA: t("without data: {n}", n=times[RunStatus.NO_DATA]),
        RunStatus.FAILED: t("failed: {n}", n=times[RunStatus.FAILED]),
    }
    return t("Reports {counts}.", counts=", ".join(texts[status] for status in texts if times[status]))


def failures(outcomes: Sequence[Outcome], language: str) -> str:
    """Make a table of what failed: municipality, what, what to do; empty when nothing failed."""
    t = translator(language)
    rows = [_row(outcome, language) for outcome in outcomes if outcome.failure]
    if not rows:
        return ""
    head = (t("Municipality"), t("What went wrong"), t("What to do"))
    return "\n".join(_lines(row) for row in (head, tuple("-" * width for width in _WIDTHS), *rows))


def _row(outcome: Outcome, language: str) -> tuple[str, str, str]:
    code = outcome.parameters.municipality
    if outcome.failure is None:
        raise ValueError(f"{code} did not fail")
    name = f"{code} {name_of(code)}"
    repair = outcome.failure.repair.say(language)
    if outcome.log:
        repair += "\n" + translator(language)("Log file: {path}", path=outcome.log)
    return name if outcome.name == NAME else f"{name}: {outcome.name}", outcome.failure.what.say(language), repair


def _lines(row: tuple[str, ...]) -> str:
    cells = [
        [piece for line in text.splitlines() for piece in textwrap.wrap(line, width, break_on_hyphens=False)]
        for text, width in zip(row, _WIDTHS, strict=True)
    ]
    lines = [
        "  ".join(piece.ljust(width) for piece, width in zip(parts, _WIDTHS, strict=True)).rstrip()
        for parts in zip_longest(*cells, fillvalue="")
    ]
    return "\n".join(lines)
