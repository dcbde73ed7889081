"""The pages of the comparison: how to read it, who stands out, and per KPI the funnel and what is most likely."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.municipalities import find, name_of
from toptaak.core.results import NO_SPREAD
from toptaak.core.wording import message
from toptaak.figures import basic as figures
from toptaak.figures.charts import pairs, round_times
from toptaak.figures.funnels import funnel_plot, only_shares
from toptaak.kpi.compare_municipalities import LEAST_PEERS, SIGNALS
from toptaak.kpi.measures import declaration
from toptaak.numbers.comparison import ComparisonSource, fictional
from toptaak.numbers.funnel import funnel_of
from toptaak.printing.blocks import Block, Column, Cover, Figure, Heading, Items, Table, Text
from toptaak.printing.house_style import in_house_style
from toptaak.privacy.disclosure import Publishable
from toptaak.report.phrases import figure, interval_label, listed, name_within, row_note, value_cell
from toptaak.report.quarterly.quality import foundation
from toptaak.stats.shrinkage import ALARM_LEVEL

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

MOST_DRAWN: Final = 25  # lines in one figure
_SIZES: Final = {
    "< 20.000": message("fewer than 20,000 inhabitants"),
    "20.000-50.000": message("20,000 to 50,000 inhabitants"),
    "50.000-100.000": message("50,000 to 100,000 inhabitants"),
    ">= 100.000": message("100,000 inhabitants or more"),
}
_SPREAD: Final = {
    "none": message("{measure}: all {count} municipalities may differ by chance alone."),
    "some": message(
        "{measure}: {n} of {count} municipalities differs more from the mean than chance explains.",
        "{measure}: {n} of {count} municipalities differ more from the mean than chance explains.",
    ),
}
# where a municipality stands, as the table and the figure call it
_STANDINGS: Final = {
    "chance": message("may be chance"),
    "usual": message("more than chance, not exceptional"),
    "better": message("exceptionally better"),
    "worse": message("exceptionally less good"),
    "different": message("exceptionally different"),
}


def cover(source: ComparisonSource) -> list[Block]:
    """Title, period and number of municipalities."""
    say, quarter = source.say, source.quarter
    banner = say("Fictional example: these municipalities do not exist and all numbers are made up.")
    days = f"{source.say.date(quarter.start)} – {source.say.date(quarter.end)}"
    return [
        in_house_style(
            Cover(
                title=say("Municipalities compared"),
                subtitle=say("Fair to their size, and without a ranking"),
                municipality=source.municipality.name,
                period=quarter.label(source.language),
                language=source.language,
                date=quarter.end.isoformat(),
                banner=banner if fictional(source) else "",
                facts=[(say("Municipalities"), source.say.number(len(source.codes))), (say("Period"), days)],
            ),
            source.settings,
        )
    ]


def reading(source: ComparisonSource) -> list[Block]:
    """Say what a funnel tells and what it does not, and how many false signals to expect."""
    say = source.say
    sentences = [
        say("With few observations a municipality differs from the mean by chance alone. So the funnel is wide on the "
            "left, where few observations are, and narrow on the right."),
        say("In the dark ground a difference with the mean may be chance. It does not say that the municipality is "
            "just as good as the others."),
        say("In the light ground a difference is more than chance, but municipalities differ this much more often."),
        say("Outside the funnel a difference is exceptional. The funnel does not say why: residents, tasks or the way "
            "of measuring may differ. It is a reason to look together, no verdict on a municipality."),
        say("The most likely value lies closer to the mean than the result itself, most of all with few observations. "
            "Who looks at one municipality does best to go by that value."),
        say("There is no ranking: the order of municipalities would be mostly chance."),
        *_false_signals(source),
    ]  # fmt: skip
    return [Heading(2, say("How to read this comparison")), Items(sentences)]


def _false_signals(source: ComparisonSource) -> list[str]:
    compared = sum(int(source.compared(name).frame["centre"].notna().sum()) for name in source.measures)
    if not compared:
        return []
    return [
        source.say(
            "If all municipalities were equal, a report with {count} points would still have one outside a funnel in "
            "at most about {share} of the quarters.",
            count=source.say.number(compared),
            share=source.say.percent(1 - ALARM_LEVEL**compared, 0),
        )
    ]


def standing_out(source: ComparisonSource) -> list[Block]:
    """List for each KPI the municipalities outside its funnel."""
    say, title = source.say, source.say("Who stands out?")
    if len(source.codes) < LEAST_PEERS or not source.measures:
        few = say(
            "There is nothing to compare: at least {least} municipalities with observations in this quarter are "
            "needed, and there are {count}.",
            least=LEAST_PEERS,
            count=len(source.codes),
        )
        return [Heading(2, title), Text([few], kind="note")]
    lines = [line for name in source.measures for line in (*_spread(source, name), *_outside(source, name))]
    if not lines:
        return [Heading(2, title), Text([_why_nothing(source, source.measures[0])], kind="note")]
    return [Heading(2, title), Items(lines)]


def _why_nothing(source: ComparisonSource, name: str) -> str:
    if (source.compared(name).frame["note"] == NO_SPREAD).any():
        return source.say("Within every municipality all observations are equal: there is nothing to compare.")
    return source.say("Fewer than three municipalities have enough observations to compare.")


def standing_of(row: pd.Series) -> str:
    """Tell where a compared municipality stands: in the funnel of chance, of usual differences, or outside."""
    if row.signal:
        return str(row.signal)
    return "chance" if row.chance_low <= row.estimate <= row.chance_high else "usual"


def _spread(source: ComparisonSource, name: str) -> list[str]:
    """Say whether municipalities differ more than chance explains at all."""
    frame = source.compared(name).frame.dropna(subset="centre")
    if frame.empty:
        return []
    beyond = sum(standing_of(row) != "chance" for _, row in frame.iterrows())
    values = {
        "measure": source.say(declaration(name).label),
        "n": beyond,
        "count": source.say.number(len(frame)),
    }
    return [source.say(_SPREAD["some" if beyond else "none"], **values)]


def _outside(source: ComparisonSource, name: str) -> list[str]:
    """Name the municipalities outside the funnel, by the way in which they differ."""
    rows = source.compared(name).frame
    lines = []
    for signal in SIGNALS:
        outside = rows[rows["signal"] == signal]
        if len(outside):
            names = listed([_with_value(source, row) for _, row in outside.iterrows()], source)
            lines.append(
                source.say(
                    "{measure}, {standing}: {names}. The mean of all is {mean}.",
                    measure=source.say(declaration(name).label), standing=source.say(_STANDINGS[signal]),
                    names=names, mean=source.say.value(name, outside["centre"].iloc[0]),
                )
            )  # fmt: skip
    return lines


def _with_value(source: ComparisonSource, row: pd.Series) -> str:
    return f"{name_of(row.municipality)} ({source.say.value(row.measure, row.estimate)})"


def per_measure(source: ComparisonSource) -> list[Block]:
    """For each KPI the funnel with all municipalities, and the most likely value behind each."""
    return [block for name in source.measures for block in _of_measure(source, name)]


def _of_measure(source: ComparisonSource, name: str) -> list[Block]:
    compared = source.compared(name)
    frame = compared.frame.dropna(subset="centre")
    heading, table = Heading(2, source.say(declaration(name).label)), _values_table(source, name)
    if frame.empty:
        return [heading, Text([_why_nothing(source, name)], kind="note"), table]
    kept = compared.along("municipality", frame["municipality"].tolist())
    return [heading, _funnel(source, name, kept, table), _likely(source, name)]


def _funnel(source: ComparisonSource, name: str, rows: Publishable, table: Table) -> Figure:
    say, frame = source.say, rows.frame
    outside = [name_of(code) for code in frame.loc[frame["signal"] != "", "municipality"]]
    values = {
        "count": source.say.number(len(frame)),
        "mean": source.say.value(name, frame["centre"].iloc[0]),
    }
    if outside:
        finding = say("Outside the funnel: {names}", names=listed(outside, source))
    else:
        finding = say("None of the {count} municipalities lies outside the funnel", count=values["count"])
    alt = say(
        "Funnel plot of {measure}: {count} municipalities by number of observations, around a mean of {mean}. "
        "{finding}. The table below the figure has all values.",
        measure=name_within(name, source), finding=finding, **values,
    )  # fmt: skip
    note = say(
        "A point is a municipality. Dark: where {level} of the municipalities would lie if they were equal. Light: the "
        "same, with the usual differences between municipalities.",
        level=source.say.percent(ALARM_LEVEL),
    )
    return figure(finding, alt, table, partial(_draw_funnel, source, name, rows), note)


def _draw_funnel(source: ComparisonSource, name: str, rows: Publishable) -> Drawing:
    say = source.say
    drawing, scale = figures.new_figure(3.9), declaration(name).scale
    standings = {key: source.say(text) for key, text in _STANDINGS.items()}
    words = standings | {
        "centre": say("mean of all"),
        "in_chance": say("chance"),
        "in_usual": say("usual differences"),
        "sizes": say("number of observations"),
    }
    frame = rows.frame
    ax = funnel_plot(
        drawing.subplots(), rows, (funnel_of(frame, scale, "chance"), funnel_of(frame, scale, "limit")),
        [standing_of(row) for _, row in frame.iterrows()], [name_of(code) for code in frame["municipality"]], words,
        partial(source.say.value, name), partial(source.say.number),
    )  # fmt: skip
    if declaration(name).unit == "ratio":
        only_shares(ax, "y")
    if declaration(name).unit == "seconds":
        round_times(ax)
    return drawing


def _values_table(source: ComparisonSource, name: str) -> Table:
    """Show every municipality with its value, and how it stands to all and to those of its size."""
    say = source.say
    whole, peers = (
        {row.municipality: row for _, row in source.compared(name, same_size=same).frame.iterrows()}
        for same in (False, True)
    )
    columns = [
        Column(say("Municipality")), Column(say("Value"), "right"),
        Column(say("Against all")), Column(say("Against its own size class")),
    ]  # fmt: skip
    rows = [
        (
            _with_size(source, row.municipality),
            value_cell(row, source),
            _position(source, whole.get(row.municipality)),
            _position(source, peers.get(row.municipality)),
        )
        for _, row in source.values(name).frame.iterrows()
    ]
    note = say("Below each value: {margin} and number of observations. In alphabetical order: this is no ranking.",
               margin=interval_label(source))  # fmt: skip
    caption = say("{measure} per municipality", measure=say(declaration(name).label))
    return Table(caption, columns, rows, note=note)


def _with_size(source: ComparisonSource, code: str) -> str:
    municipality = find(code)
    size = source.say(_SIZES[municipality.size_class]) if municipality and municipality.inhabitants else ""
    return "\n".join(line for line in (name_of(code), size) if line)


def _position(source: ComparisonSource, row: pd.Series | None) -> str:
    """Say how a municipality stands to those it is compared with, and their mean; or why it cannot be said."""
    if row is None:
        return source.say("not compared: too few observations")
    if pd.isna(row.centre):
        return row_note(row, source)
    mean = source.say("mean {mean}", mean=source.say.value(row.measure, row.centre))
    return f"{source.say(_STANDINGS[standing_of(row)])}\n{mean}"


def _likely(source: ComparisonSource, name: str) -> Block:
    say, rows = source.say, source.shrunken(name)
    own = source.compared(name).along("municipality", rows.frame["municipality"].tolist())
    table = _likely_table(source, own, rows)
    if len(rows) > MOST_DRAWN:
        return table
    first = rows.frame.iloc[0]
    values = {
        "name": name_of(first.municipality),
        "own": source.say.value(name, own.frame["estimate"].iloc[0]),
        "likely": source.say.value(name, first.estimate),
    }
    finding = say("Most likely value: of {name} {likely} instead of {own}", **values)
    alt = say(
        "Two marks with margins per municipality: its own value and the most likely one. {name}, with the fewest "
        "observations, goes from {own} to {likely}. The table below the figure has all values.",
        **values,
    )
    note = say("Fewest observations on top: there a value is drawn furthest to the mean.")
    return figure(finding, alt, table, partial(_draw_likely, source, name, own, rows), note)


def _likely_table(source: ComparisonSource, own: Publishable, likely: Publishable) -> Table:
    say = source.say
    columns = [
        Column(say("Municipality")), Column(say("Own value"), "right"), Column(say("Most likely"), "right"),
        Column(interval_label(source), "right"),
    ]  # fmt: skip
    both = zip(own.frame.iterrows(), likely.frame.iterrows(), strict=True)
    rows = [
        (
            name_of(row.municipality),
            say.value(row.measure, before.estimate),
            say.value(row.measure, row.estimate),
            say.interval(row.measure, row.ci_low, row.ci_high),
        )
        for (_, before), (_, row) in both
    ]
    return Table(say("The most likely value behind the result"), columns, rows)


def _draw_likely(source: ComparisonSource, name: str, own: Publishable, likely: Publishable) -> Drawing:
    drawing = figures.new_figure(0.9 + 0.46 * len(likely))
    names = [f"{name_of(row.municipality)} ({source.say.number(row.n)})" for _, row in likely.frame.iterrows()]
    keys = [source.say("most likely value"), source.say("own value")]
    value = partial(source.say.value, name)
    ax = pairs(drawing.subplots(), (likely, own), names, keys, value)
    if declaration(name).unit == "ratio":
        only_shares(ax, "x")
    return drawing


def quality(source: ComparisonSource) -> list[Block]:
    """What the numbers rest on, and what the measures mean."""
    return foundation(source, source.measures)
