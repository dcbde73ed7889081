"""A canvas as a page of its own: what a municipality or team wants, how its goals stand, and the poster itself."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from toptaak.core.periods import Quarter
from toptaak.governance.canvas import Canvas
from toptaak.numbers.canvas_files import canvas_file, read_canvas
from toptaak.numbers.parameters import CanvasParameters, checked_parameters
from toptaak.numbers.quarter import open_source
from toptaak.numbers.view import View
from toptaak.printing.blocks import MIME, Block, Cover, Heading, Items, Text
from toptaak.printing.poster.poster_html import render_poster_html
from toptaak.printing.poster.poster_model import Poster
from toptaak.report.governing.goal_tables import goals as goals_of
from toptaak.report.governing.poster_text import make_poster
from toptaak.report.quarterly.cover import cover as report_cover


def open_canvas(municipality: str, quarter: str, language: str, data: str, team: str = "") -> View:
    """Read a canvas with the results of its quarter, or of the newest before it that has data.

    A poster hangs before its quarter is over: then the results are of a quarter before.

    Raises
    ------
    InputRefused
        with every fault of the data or the canvas at once.
    ToptaakError
        where there is no such canvas, municipality or quarter.
    """
    from toptaak.intake.store import refresh

    values = {"municipality": municipality, "quarter": quarter, "language": language, "data": data, "team": team}
    asked = checked_parameters(values, CanvasParameters)
    period, store, code = Quarter.parse(asked.quarter), refresh(asked.data), asked.municipality
    tasks = store.table("tasks")
    known = None if tasks is None else set(tasks["task_id"])
    canvas = read_canvas(canvas_file(asked.data, period, code, asked.team), period, code, known)
    measured = max((there for there in store.quarters(code) if there <= period), default=period)
    return View(open_source(code, str(measured), asked.language, str(asked.data)), (canvas,), None, canvas.task or "")


def poster_of(view: View) -> Poster:
    """Put the canvas of a view on a poster."""
    return make_poster(_canvas(view), view.source)


def _canvas(view: View) -> Canvas:
    assert view.canvas is not None
    return view.canvas


def cover(view: View) -> list[Block]:
    """The theme and why, for the quarter of the canvas."""
    canvas, quarter = _canvas(view), Quarter.parse(_canvas(view).period)
    (head,) = report_cover(view.source)
    assert isinstance(head, Cover)
    period, day = quarter.label(view.language), quarter.end.isoformat()
    facts = [(view.say("Team"), canvas.team)] if canvas.team else []
    title, why = canvas.theme.name, canvas.theme.why
    return [replace(head, title=title, subtitle=why, period=period, date=day, facts=facts)]


def ambition(view: View) -> list[Block]:
    """Where the organisation wants to be, and what it takes."""
    say, plan = view.say, _canvas(view).ambition
    until = say("by {date}", date=view.say.date(plan.deadline))
    lists = (
        (say("Priorities"), plan.priorities),
        (say("Core activities"), plan.core_activities),
        (say("Success factors"), plan.success_factors),
    )
    rest = [block for title, items in lists for block in (Heading(3, title), Items(items))]
    return [Heading(2, say("Our ambition")), Text([f"{until[0].upper()}{until[1:]}:"]), Items(plan.goals), *rest]


def goals(view: View) -> list[Block]:
    """The goals of quarter and year with their results, and what is done for them."""
    say, canvas = view.say, _canvas(view)
    done = [*canvas.quarter.core_activities, *canvas.year.core_activities]
    return [*goals_of(view), Heading(3, say("Core activities")), Items(list(dict.fromkeys(done)))]


class PosterPreview:
    """The poster as it hangs, to look at in JupyterLab; in a report a sentence that tells how to make it."""

    def __init__(self, view: View) -> None:
        self._view = view

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        view, canvas = self._view, _canvas(self._view)
        team = f' --team "{canvas.team}"' if canvas.team else ""
        command = f"toptaak canvas -m {canvas.municipality} -q {canvas.period}{team}"
        note = Text([view.say("The poster for the wall, A3 and A2, is made with: {command}", command=command)], "note")
        page = escape(render_poster_html(poster_of(view)))
        frame = f'<iframe srcdoc="{page}" title="{escape(canvas.theme.name)}" width="100%" height="900"></iframe>'
        return {MIME: note.to_data(), "text/html": frame, "text/plain": command}
