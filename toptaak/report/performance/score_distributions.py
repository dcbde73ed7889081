"""What customers say, each number with its wording and scale; and both cut-offs of the NPS side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.settings import NpsCutoffs
from toptaak.core.wording import DASH, message
from toptaak.figures import basic as figures
from toptaak.figures.charts import pairs
from toptaak.kpi.measures import declaration, summarise_all
from toptaak.kpi.summaries import estimates
from toptaak.numbers.quarter import Source
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.performance.measure_groups import EFFORT
from toptaak.report.phrases import CHANNEL_NAMES, channel_name, figure, interval_label, missing, value_cell

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

MEASURES: Final = {"satisfaction", *EFFORT, "net_promoter_score", "net_promoter_score_government"}
NPS, NPS_GOVERNMENT = "net_promoter_score", "net_promoter_score_government"
_BETTER: Final = {"better": message("a high score is good"), "worse": message("a low score is good")}
_WORDING: Final = ["question", "question_version"]


def scores(source: Source) -> list[Block]:
    """Every question of this quarter with wording, scale and score; the NPS with both cut-offs per channel."""
    title = source.say("Effort, satisfaction and recommendation")
    if not source.has("ratings") or not source.has("questions"):
        return missing(source, title, "ratings", "questions")
    table = _questions(source)
    if table is None:
        return [Heading(2, title), Text([source.say("There are no observations this quarter.")], kind="note")]
    return [Heading(2, title), table, *_recommendation(source)]


def _questions(source: Source) -> Table | None:
    """List every wording that was asked this quarter; None where there were no answers."""
    ratings, questions = source.tables["ratings"], source.tables["questions"]
    assert ratings is not None and questions is not None
    asked = {"ratings": ratings.dropna(subset=["question_version"]), "questions": questions}
    summaries = summarise_all(asked, ["quarter", *_WORDING], source.settings, MEASURES)
    frame = pd.concat([estimates(summary, source.settings) for summary in summaries.values()], ignore_index=True)
    rows = publish(frame[frame["quarter"] == str(source.quarter)], source.settings).frame
    wordings = questions.drop_duplicates(["question", "version"]).set_index(["question", "version"])
    cells = [_question(source, row, wordings) for _, row in rows.iterrows()]
    say = source.say
    columns = [
        Column(say("Measure")), Column(say("Question")), Column(say("Scale")),
        Column(source.quarter.label(source.language), "right"),
    ]  # fmt: skip
    note = say("Below each value: {margin} and number of observations.", margin=interval_label(source))
    return Table(say("Questions with their wording, scale and score"), columns, cells, note=note) if cells else None


def _question(source: Source, row: pd.Series, wordings: pd.DataFrame) -> tuple[str, ...]:
    say, label = source.say, source.say(declaration(row.measure).label)
    known = (row.question, row.question_version) in wordings.index
    if not known:
        return label, f"{row.question} ({row.question_version})", DASH, value_cell(row, source)
    asked = wordings.loc[(row.question, row.question_version)]
    ends = {"low": source.say.number(asked.minimum), "high": source.say.number(asked.maximum)}
    scale = say("{low} to {high}", **ends)
    if asked.higher_is in _BETTER:
        scale = f"{scale}\n{source.say(_BETTER[asked.higher_is])}"
    wording = say("{wording} (version {version})", wording=asked.wording, version=row.question_version)
    return label, wording, scale, value_cell(row, source)


def _recommendation(source: Source) -> list[Block]:
    say = source.say
    whole = source.now.where(measure=[NPS, NPS_GOVERNMENT]).frame.set_index("measure")["estimate"]
    if {NPS, NPS_GOVERNMENT} - set(whole.index) or whole.isna().any():
        return [Text([say("There are too few answers for the NPS in this quarter.")], kind="note")]
    answered = source.by_channel.where(measure=[NPS, NPS_GOVERNMENT]).frame.dropna(subset="estimate")
    channels = [channel for channel in CHANNEL_NAMES if channel in set(answered["channel"])]
    standard, government = (
        source.by_channel.where(measure=name).along("channel", channels) for name in (NPS, NPS_GOVERNMENT)
    )
    values = {name: source.say.value(NPS, value) for name, value in whole.items()}
    finding = say("The same answers give an NPS of {standard} or {government}",
                  standard=values[NPS], government=values[NPS_GOVERNMENT])  # fmt: skip
    alt = say(
        "Two marks with margins per channel: the NPS with standard cut-offs (all channels {standard}) and with "
        "cut-offs for government (all channels {government}). The table below the figure has all values.",
        standard=values[NPS], government=values[NPS_GOVERNMENT],
    )  # fmt: skip
    text = say(
        "Standard: {promoter} or higher is a promoter, up to {detractor} a detractor. For government: {own_promoter} "
        "or higher and up to {own_detractor}. The difference comes from the cut-offs alone, not from the customers.",
        **_cutoffs(source.settings.nps, source.settings.nps_government),
    )
    if not channels:
        return [Text([text])]
    draw = partial(_draw, source, standard, government, channels)
    return [figure(finding, alt, _table(source, standard, government, channels), draw, text)]


def _cutoffs(standard: NpsCutoffs, government: NpsCutoffs) -> dict[str, int]:
    return {
        "promoter": standard.promoter,
        "detractor": standard.detractor,
        "own_promoter": government.promoter,
        "own_detractor": government.detractor,
    }


def _table(source: Source, standard: Publishable, government: Publishable, channels: list[str]) -> Table:
    say = source.say
    names = [channel_name(channel, source.say) for channel in channels]
    both = zip(names, standard.frame.iterrows(), government.frame.iterrows(), strict=True)
    rows = [(name, value_cell(left, source), value_cell(right, source)) for name, (_, left), (_, right) in both]
    columns = [
        Column(say("Channel")),
        *(Column(say(declaration(measure).label), "right") for measure in (NPS, NPS_GOVERNMENT)),
    ]
    note = say("Below each value: {margin} and number of observations.", margin=interval_label(source))
    return Table(say("NPS with both cut-offs, per channel"), columns, rows, note=note)


def _draw(source: Source, standard: Publishable, government: Publishable, channels: list[str]) -> Drawing:
    drawing = figures.new_figure(1.1 + 0.4 * len(channels))
    names = [channel_name(channel, source.say) for channel in channels]
    keys = [source.say("standard cut-offs"), source.say("cut-offs for government")]
    pairs(drawing.subplots(), (standard, government), names, keys, partial(source.say.value, NPS))
    return drawing
