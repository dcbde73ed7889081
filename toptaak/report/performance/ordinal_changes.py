"""The quarter against the one before by the order of observations: a second look for researchers."""

from __future__ import annotations

from typing import Final

import pandas as pd

from toptaak.core.wording import DASH
from toptaak.kpi.compare import VERDICTS
from toptaak.kpi.measures import declaration
from toptaak.kpi.rank_changes import compare_ranks
from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import publish
from toptaak.report.performance.measure_groups import groups, measurable
from toptaak.report.phrases import row_note, stacked

SCALES: Final = ("mean", "geometric_mean")


def changes_of_order(source: Source) -> list[Block]:
    """The chance that an observation of this quarter exceeds one of the quarter before, for times and scores."""
    say, before = source.say, source.quarter.previous()
    title = say("The same by order: times and scores")
    names = [
        name for _, names in groups(source) for name in measurable(source, names) if declaration(name).scale in SCALES
    ]
    frame = compare_ranks(source.tables, source.quarter, before, names, source.settings)
    rows = publish(frame, source.settings).frame
    if rows.empty:
        return [Heading(2, title), Text([say("There are no observations this quarter.")], kind="note")]
    period = before.label(source.language)
    lead = say(
        "A few very long cases weigh heavily in a mean. This looks at order only: the chance that a value of this "
        "quarter is higher than one of {period}. 50% is no difference. Each row is judged by itself, for researchers; "
        "the verdict of the report is that on the means.",
        period=period,
    )
    columns = [
        Column(say("Measure")), Column(say("Chance of a higher value"), "right"),
        Column(say("Margin"), "right"), Column(say("Observations"), "right"), Column(say("Verdict")),
    ]  # fmt: skip
    cells = [_row(source, row) for _, row in rows.iterrows()]
    return [Heading(2, title), Text([lead]), Table(say("Order against {period}", period=period), columns, cells)]


def _row(source: Source, row: pd.Series) -> tuple[str, ...]:
    label, known = source.say(declaration(row.about).label), pd.notna(row.estimate)
    return (
        label,
        source.say.percent(row.estimate, 0) if known else DASH,
        stacked(source.say.interval(row.measure, row.ci_low, row.ci_high)) or DASH,
        source.say.count(row.n),
        source.say(VERDICTS[row.verdict]) if known else row_note(row, source),
    )
