"""What people say in their own words: themes that a person gave to open answers, counted over all and per task."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from toptaak.core.errors import InputRefused
from toptaak.core.wording import DASH
from toptaak.figures import basic as figures
from toptaak.kpi.codebook import CODEBOOK_FILE, Codebook, load_codebook
from toptaak.kpi.open_answers import NOT_JUDGED, theme_shares
from toptaak.numbers.quarter import Source
from toptaak.numbers.year import of_year
from toptaak.printing.blocks import Block, Column, Figure, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.phrases import figure, interval_label, missing, numbers_table, refused, row_note, value_cell

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

TASKS_SHOWN: Final = 15
THEMES_PER_TABLE: Final = 3


def open_answers(source: Source, data: str) -> list[Block]:
    """The share of judged answers about each theme over the last four quarters, overall and per task.

    Parameters
    ----------
    data
        Folder with the files, which holds the codebook.

    A codebook that cannot be used, or a decision that is none of its themes, costs this section only.
    """
    say, title, codebook = source.say, source.say("In people's own words"), Path(data) / CODEBOOK_FILE
    answers = of_year(source, "open_answers")
    if answers is None:
        return missing(source, title, "open_answers")
    if not codebook.exists():
        text = say("There are open answers, but no codebook. Put ‘{file}’ in the data folder.", file=CODEBOOK_FILE)
        return [Heading(2, title), Text([text], kind="note")]
    try:
        return [Heading(2, title), *_themes(source, answers, load_codebook(codebook))]
    except InputRefused as why:
        return refused(source, title, why)


def _themes(source: Source, answers: pd.DataFrame, codebook: Codebook) -> list[Block]:
    say = source.say
    whole = publish(theme_shares(answers, codebook, (), source.settings), source.settings)
    known = whole.frame.dropna(subset="estimate").sort_values(["estimate", "theme"], ascending=[False, True])
    if known.empty:
        reason = row_note(whole.frame.iloc[0], source)
        return [Text([say("What people say cannot be counted ({reason}).", reason=reason)], kind="note")]
    themes = known["theme"].tolist()
    names = {theme: codebook.themes[theme].label for theme in themes}
    drawn = _figure(source, whole.along("theme", themes), names, NOT_JUDGED in set(known["note"]))
    per_task = publish(theme_shares(answers, codebook, ["task_id"], source.settings), source.settings, along="task_id")
    return [drawn, *_tables(source, per_task, names)]


def _figure(source: Source, shown: Publishable, names: dict[str, str], left_out: bool) -> Figure:
    say, labels = source.say, list(names.values())
    shares = [source.say.percent(value) for value in shown.frame["estimate"]]
    finding = say("Most often about: {theme} ({share} of the answers)", theme=labels[0], share=shares[0])
    alt = say(
        "Bars with margins: the share of the open answers about each theme. {values}. The table below the figure has "
        "margins.",
        values="; ".join(f"{label} {share}" for label, share in zip(labels, shares, strict=True)),
    )
    data = numbers_table(source, shown, labels, say("Theme"), say("Open answers by theme, last four quarters"))
    note = say("A person gave the themes. An answer may be about several, so the shares need not add up to 100%.")
    if left_out:
        note = f"{note} {say('Answers that nobody has judged yet are left out.')}"
    return figure(finding, alt, data, partial(_draw, source, shown, labels), note)


def _tables(source: Source, rows: Publishable, names: dict[str, str]) -> list[Block]:
    """Show the themes per task, the task with most answers first, a few themes a table."""
    say = source.say
    frame = rows.frame.dropna(subset="estimate")
    counts = frame.groupby("task_id", observed=True)["n"].max().sort_values(ascending=False, kind="stable")
    tasks = [str(task) for task in counts.index[:TASKS_SHOWN]]
    by_theme = {(str(row.task_id), row.theme): row for _, row in frame.iterrows()}
    if not tasks:
        return [Text([say("For no single task are there enough judged answers.")], kind="note")]
    note = say("Below each value: {margin} and number of observations.", margin=interval_label(source))
    tables: list[Block] = []
    for at in range(0, len(names), THEMES_PER_TABLE):
        themes = dict(list(names.items())[at : at + THEMES_PER_TABLE])
        columns = [Column(say("Task")), *(Column(label, "right") for label in themes.values())]
        cells = [
            (source.task_labels.get(task, task), *(_cell(source, by_theme.get((task, theme))) for theme in themes))
            for task in tasks
        ]
        caption = say("Themes per task: {themes}", themes=", ".join(themes.values()))
        tables.append(Table(caption, columns, cells, note=note))
    return tables


def _cell(source: Source, row: pd.Series | None) -> str:
    return DASH if row is None else value_cell(row, source)


def _draw(source: Source, shown: Publishable, labels: list[str]) -> Drawing:
    drawing = figures.new_figure(0.7 + 0.32 * len(labels))
    whole = partial(source.say.percent, decimals=0)
    figures.shares(drawing.subplots(), shown, labels, whole, [figures.BAND_COLOURS["medium"]] * len(labels))
    return drawing
