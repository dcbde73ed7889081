"""The numbers behind a view, handed over as those of the report are; what both hold is the same."""

from __future__ import annotations

from toptaak.numbers.handover import Results, hand_over
from toptaak.numbers.view import View
from toptaak.report.quarterly.quality import results as of_report


def results(view: View) -> Results:
    """Hand over the report's numbers: of the whole municipality, or in a team's view of its task."""
    source = view.source
    if not view.task:
        return of_report(source)
    parts = [source.by_quarter_and_task.where(task_id=view.task), source.by_task_and_channel.where(task_id=view.task)]
    if source.league is not None:
        parts.append(source.league.where(task_id=view.task))
    return hand_over([rows for rows in parts if len(rows)], source.municipality.code, str(source.quarter))
