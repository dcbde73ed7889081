"""How sure is the order? Places that each task may have, who stands equal, and the chance of each band."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from toptaak.core.wording import DASH
from toptaak.figures import basic as figures
from toptaak.figures.rankings import band_chances, equals, height_of, possible_ranks
from toptaak.numbers.rank_groups import group_letters, possible_places, shown_groups
from toptaak.numbers.survey import SurveySource
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.report.phrases import figure
from toptaak.report.research.survey_phrases import band_colours, chance, head_tasks, label_of, name_of, no_vote
from toptaak.report.vote_words import in_votes
from toptaak.surveys.ranking import BAND_LABELS, BANDS

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


def order(source: SurveySource) -> list[Block]:
    """Rank sets, groups of equals and band probabilities of the head of the vote."""
    say = source.say
    title = say("How sure is the order?")
    if why := no_vote(source, title):
        return why
    assert source.rank_groups is not None
    tasks = head_tasks(source)
    places, letters = possible_places(source.rank_groups), group_letters(source.rank_groups)
    settled = [task for task in tasks if task not in letters]
    lead = say(
        "With other voters the order would be a little different. For each task this is the range of places it may "
        "have; all ranges hold together with {level}% confidence. Tasks with the same letter stand equal.",
        level=say.number(source.settings.confidence * 100),
    )
    finding = say(
        "Settled place: {settled} of the first {shown} tasks",
        settled=say.number(len(settled)), shown=say.number(len(tasks)),
    )  # fmt: skip
    watched, band = _least_certain(source, [task for task in tasks if task in letters] or tasks)
    values = {
        "task": name_of(source, watched), "places": places[watched], "band": in_votes(source)(BAND_LABELS[band]),
        "chance": chance(_chances(source)[watched][band], say),
    }  # fmt: skip
    alt = say(
        "Lines with the possible places of the first {shown} tasks; {n} of them has a settled place. ‘{task}’ "
        "may have place {places}. The table below the figure has all values.",
        "Lines with the possible places of the first {shown} tasks; {n} of them have a settled place. ‘{task}’ "
        "may have place {places}. The table below the figure has all values.",
        shown=len(tasks), n=len(settled), **values,
    )  # fmt: skip
    reading = (
        say("‘{task}’ may have place {places}. The chance that it belongs to the band ‘{band}’ is {chance}.", **values)
        if len(settled) < len(tasks)
        else say("Every task shown has its place: other voters would hardly change the order.")
    )
    return [
        Heading(2, title),
        Text([lead]),
        figure(finding, alt, _table(source, tasks), partial(_draw, source, tasks), reading),
    ]


def _chances(source: SurveySource) -> dict[str, dict[str, float]]:
    chances: dict[str, dict[str, float]] = {}
    for _, row in source.bands.frame.iterrows():
        chances.setdefault(str(row["task_id"]), {})[str(row["band"])] = float(row["estimate"])
    return chances


def _least_certain(source: SurveySource, tasks: list[str]) -> tuple[str, str]:
    """Choose the task and band of which the chance is nearest to one half; of two as near the likelier."""
    chances = _chances(source)

    def doubt(pair: tuple[str, str]) -> tuple[float, float]:
        likely = chances[pair[0]][pair[1]]
        return round(abs(likely - 0.5), 9), -likely

    return min(((task, band) for task in tasks for band in chances[task]), key=doubt)


def _table(source: SurveySource, tasks: list[str]) -> Table:
    say = source.say
    assert source.rank_groups is not None
    frame = source.rank_groups.frame.drop_duplicates("task_id").set_index("task_id")
    places, letters = possible_places(source.rank_groups), group_letters(source.rank_groups)
    bands = [name for _, name in BANDS[source.settings.band_cut]]
    columns = [
        Column(say("Task")), Column(say("Rank"), "right"), Column(say("Possible places"), "right"),
        Column(say("Equal")), *(Column(in_votes(source)(BAND_LABELS[band]), "right") for band in bands),
    ]  # fmt: skip
    chances = _chances(source)
    rows = [
        (
            name_of(source, task),
            say.count(frame.loc[task, "rank"]),
            places[task],
            letters.get(task, DASH),
            *(chance(chances[task][band], say) for band in bands),
        )
        for task in tasks
    ]
    note = say(
        "The last columns: the chance that a task belongs to the band, over votes drawn again from these voters."
    )
    return Table(
        say("Possible places and bands of the first {shown} tasks", shown=len(tasks)), columns, rows, note=note
    )


def _draw(source: SurveySource, tasks: list[str]) -> Drawing:
    assert source.rank_groups is not None
    labels = [label_of(source, task) for task in tasks]
    drawing = figures.new_figure(height_of(labels, around=1.1))
    groups = shown_groups(source.rank_groups, tasks)
    ax, beside, chances = drawing.subplots(1, 3, sharey=True, width_ratios=[5, 1.2, 2.6])
    possible_ranks(ax, source.rank_groups.where(task_id=tasks), tasks, labels)
    ax.set_title(source.say("Place and possible places"))
    equals(beside, groups, source.say("Equal"))
    colours = band_colours(source)
    names = {band: in_votes(source)(BAND_LABELS[band]) for band in colours}
    band_chances(chances, source.bands, tasks, colours, names, partial(chance, say=source.say))
    chances.set_title(source.say("Chance per band"))
    return drawing
