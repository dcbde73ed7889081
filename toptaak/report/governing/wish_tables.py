"""Wishes: what each would bring the top tasks, a reasoned proposal, and what was decided."""

from __future__ import annotations

from typing import Final

import pandas as pd

from toptaak.core.wording import DASH, Message, message
from toptaak.governance.wishes import effort_share
from toptaak.numbers.view import View
from toptaak.printing.blocks import Block, Column, Heading, Table, Text
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.phrases import missing

SHOWN: Final = 10
# what is proposed or was decided
ANSWERS: Final[dict[str, Message]] = {"yes": message("yes"), "no": message("no, but"), "not_now": message("not now")}
_DECIDED: Final[dict[str, Message]] = {"yes": message("yes"), "no": message("no"), "not_now": message("not now")}


def wishes(view: View) -> list[Block]:
    """The wishes that wait for a decision, ranked with a proposal, and those decided this quarter."""
    say, title = view.say, view.say("Wishes")
    if not view.source.has("wishes"):
        return missing(view.source, title, "wishes")
    if view.wishes is None:
        none = say("No wish waits for a decision and none was decided this quarter, or they cannot be weighed: that "
                   "takes votes and attempts.")  # fmt: skip
        return [Heading(2, title), Text([none], kind="note")]
    open_ones, decided = waiting(view), view.wishes.where(decision=list(ANSWERS)).frame
    blocks: list[Block] = [Heading(2, title)]
    if len(open_ones):
        blocks.append(_waiting_table(view, open_ones))
    else:
        blocks.append(Text([say("No wish waits for a decision.")]))
    if len(decided):
        blocks.append(_decided_table(view, decided))
    return blocks


def waiting(view: View) -> pd.DataFrame:
    """Give the wishes without a decision, the largest contribution first."""
    if view.wishes is None:
        return pd.DataFrame()
    frame = view.wishes.frame
    return frame[frame["decision"].isna()]


def wish_name(view: View, row: pd.Series) -> str:
    """Name a wish by its number, who asks and its task; what people typed stays out."""
    asked = [] if pd.isna(row.asked_by) else [str(row.asked_by)]
    task = [] if pd.isna(row.task_id) else [view.name(row.task_id)]
    return f"{row.wish} · {', '.join([*asked, *task])}" if asked or task else str(row.wish)


def proposal(view: View, row: pd.Series) -> str:
    """Give the reason of a proposal and, after “but”, its alternative."""
    return " ".join(sentence for sentence in (str(row.reason), str(row.alternative)) if sentence)


def _hours(view: View, row: pd.Series) -> str:
    return DASH if pd.isna(row.effort_hours) else view.say.number(float(row.effort_hours))


def _gain(view: View, row: pd.Series) -> str:
    """Write the score per thousand customers, with its interval below it."""
    if pd.isna(row.estimate):
        return DASH
    value, low, high = (view.say.number(1000 * amount, 1) for amount in (row.estimate, row.ci_low, row.ci_high))
    return f"{value}\n{view.say('{low} to {high}', low=low, high=high)}"


def _waiting_table(view: View, frame: pd.DataFrame) -> Table:
    say = view.say
    columns = [
        Column(say("Wish")), Column(say("Gain per 1,000"), "right"), Column(say("Hours"), "right"),
        Column(say("Proposal")), Column(say("Why, and what can be done")),
    ]  # fmt: skip
    rows = [
        (
            wish_name(view, row),
            _gain(view, row),
            _hours(view, row),
            view.say(ANSWERS[row.proposal]),
            proposal(view, row),
        )
        for _, row in frame.head(SHOWN).iterrows()
    ]
    more = len(frame) - len(rows)
    note = say("Gain: extra tasks that succeed per 1,000 customers, with its margin: vote share × shortfall × effect.")
    if more > 0:
        note += " " + say("And {more} more with a smaller gain.", more=more)
    return Table(say("Wishes that wait for a decision, the largest gain first"), columns, rows, note=note)


def _decided_table(view: View, frame: pd.DataFrame) -> Table:
    say = view.say
    columns = [Column(say("Wish")), Column(say("Decision")), Column(say("Date")), Column(say("Decided by"))]
    rows = [
        (
            wish_name(view, row),
            view.say(_DECIDED[row.decision]),
            DASH if pd.isna(row.decided_on) else view.say.date(pd.Timestamp(row.decided_on).date()),
            DASH if pd.isna(row.decided_by) else str(row.decided_by),
        )
        for _, row in frame.sort_values(["decided_on", "wish"]).iterrows()
    ]
    return Table(say("Decided this quarter"), columns, rows)


def effort_sentence(view: View) -> str:
    """Say which part of the hours went to the top tasks; empty where that is not known."""
    quarter = view.source.quarter
    shares = hours_on_top_tasks(view)
    now, before = (shares.get(str(period)) for period in (quarter, quarter.previous()))
    if now is None:
        return ""
    values = {"share": view.say.percent(now, 0), "n": len(view.top_tasks)}
    if before is None:
        return view.say(
            "{share} of the hours went to the top task.", "{share} of the hours went to the {n} top tasks.", **values
        )
    return view.say(
        "{share} of the hours went to the top task; in {period} it was {before}.",
        "{share} of the hours went to the {n} top tasks; in {period} it was {before}.",
        period=quarter.previous().label(view.language), before=view.say.percent(before, 0), **values,
    )  # fmt: skip


def hours_on_top_tasks(view: View) -> dict[str, float]:
    """Give the share of the hours per quarter, as far as it may be shown."""
    table = view.source.tables.get("effort")
    if table is None or not view.top_tasks:
        return {}
    rows: Publishable = publish(effort_share(table, view.top_tasks, ["quarter"]), view.source.settings)
    frame = rows.frame.dropna(subset="estimate")
    return {str(quarter): float(share) for quarter, share in zip(frame["quarter"], frame["estimate"], strict=True)}
