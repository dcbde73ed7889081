"""How attempts ended and why they failed, with a warning where only successes were recorded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from toptaak.core.periods import quarter_column
from toptaak.core.results import NO_OBSERVATIONS
from toptaak.core.wording import message
from toptaak.figures import basic as figures
from toptaak.kpi.endings import OTHER, end_points, failure_reasons
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import of_year
from toptaak.printing.blocks import Block, Heading, Text
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.phrases import figure, missing, numbers_table, row_note

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

ENDS: Final = {
    "completed": message("completed"),
    "not_eligible": message("not eligible, and told so"),
    "partial": message("partly completed"),
    "failed": message("failed"),
    "gave_up": message("gave up"),
}
SUCCESSFUL: Final = {"completed", "not_eligible"}


def endings(source: Source) -> list[Block]:
    """Every way in which attempts of this quarter ended, and the reasons why they failed."""
    say, title = source.say, source.say("How attempts end")
    attempts = source.tables.get("attempts")
    if attempts is None:
        return missing(source, title, "attempts")
    now = attempts[(quarter_column(attempts["date"]) == str(source.quarter)).to_numpy()]
    ends = publish(end_points(now, (), source.settings), source.settings)
    failed = of_year(source, "attempts")
    reasons = publish(failure_reasons(now if failed is None else failed, (), source.settings), source.settings)
    return [
        Heading(2, title),
        *_shares(source, ends, "outcome", say("Ending"), say("How attempts ended this quarter")),
        *_only_successes(source, ends),
        *_shares(source, reasons, "reason", say("Reason"), say("Why attempts failed, last four quarters")),
    ]


def _shares(source: Source, rows: Publishable, column: str, first: str, caption: str) -> list[Block]:
    """Draw a share per ending or reason, the commonest first; or say why there is none."""
    known = rows.frame.dropna(subset="estimate")
    known = known.iloc[(known[column] == OTHER).argsort(kind="stable")]
    if known.empty:
        reason = row_note(rows.frame.iloc[0], source) if len(rows) else source.say(NO_OBSERVATIONS)
        text = source.say("{title}: {reason}.", title=caption, reason=reason)
        return [Text([text], kind="note")]
    names = [_name(source, str(ending)) for ending in known[column]]
    values = [source.say.percent(value) for value in known["estimate"]]
    listed_shares = "; ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
    alt = source.say(
        "Bars with margins: {title}. {values}. The table below the figure has margins.",
        title=caption,
        values=listed_shares,
    )
    finding = source.say("Most often: {name} ({value})", name=names[0], value=values[0])
    shown = rows.along(column, known[column].tolist())
    data = numbers_table(source, shown, names, first, caption)
    note = source.say("Of {n} attempts.", n=source.say.number(int(known["n"].iloc[0])))
    return [figure(finding, alt, data, partial(_draw, source, shown, names), note)]


def _name(source: Source, value: str) -> str:
    if value == OTHER:
        return source.say("other reasons")
    return source.say(ENDS[value]) if value in ENDS else value


def _only_successes(source: Source, ends: Publishable) -> list[Block]:
    """Warn where nothing but successes was recorded: a success rate says little then."""
    seen = set(ends.frame.dropna(subset="estimate")["outcome"])
    if not seen or seen - SUCCESSFUL:
        return []
    text = source.say(
        "Only successes were recorded this quarter. Were those who gave up asked as well? If not, the success rate is "
        "too high."
    )
    return [Text([text], kind="warning")]


def _draw(source: Source, shown: Publishable, names: list[str]) -> Drawing:
    drawing = figures.new_figure(0.7 + 0.32 * len(names))
    whole = partial(source.say.percent, decimals=0)
    figures.shares(drawing.subplots(), shown, names, whole, [figures.BAND_COLOURS["medium"]] * len(names))
    return drawing
