"""Publish a canvas as a poster: `reports/2026Q3/GM0363-canvas/`, whole or not at all, beside report and views."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toptaak.batch.checked_data import CheckedData
from toptaak.batch.lock import locked
from toptaak.batch.manifest import FILE_NAME as MANIFEST
from toptaak.batch.manifest import is_unchanged, manifest_bytes, report_key
from toptaak.batch.plan import Request, appearance_of, shown_folder
from toptaak.batch.publish import new_staging, publish, recover
from toptaak.batch.run import write_index
from toptaak.batch.views import folder_name
from toptaak.core.errors import ToptaakError
from toptaak.core.periods import Quarter
from toptaak.core.wording import message, translator
from toptaak.governance.canvas import FILE_NAME as CANVAS
from toptaak.governance.canvas import template
from toptaak.governance.trials import trials_template
from toptaak.numbers.parameters import ReportParameters, read_parameters

if TYPE_CHECKING:
    from toptaak.printing.poster.poster_model import Poster


@dataclass(frozen=True)
class CanvasRequest:
    """Which canvas: of a municipality and quarter, or of one of its top-task teams."""

    data: Path
    municipality: str
    quarter: str
    language: str
    team: str = ""

    def parameters(self) -> ReportParameters:
        """Check municipality, quarter, language and folder; raise `InputRefused` for all that is wrong."""
        values = {"municipality": self.municipality, "quarter": self.quarter, "language": self.language}
        return read_parameters(values | {"data": self.data})

    def file(self) -> Path:
        """Give the place of the canvas in the data folder."""
        from toptaak.numbers.canvas_files import canvas_file

        return canvas_file(self.data, Quarter.parse(self.quarter), self.municipality, self.team)


def write_canvas(request: CanvasRequest) -> Path:
    """Write a commented canvas to fill in, and give its place.

    Raises
    ------
    ToptaakError
        where there is one already: it is never written over.
    """
    parameters, path = request.parameters(), request.file()
    text = template(request.language, parameters.municipality, Quarter.parse(parameters.quarter))
    if request.team:
        text = _for_a_team(text, request.language)
    return _write_new(path, text)


def write_trials(data: Path, municipality: str, start: dt.date, language: str) -> Path:
    """Write a commented register of trials to fill in, and give its place; an error where there is one already."""
    from toptaak.numbers.canvas_files import trials_file
    from toptaak.numbers.quarter import known_municipality

    code = known_municipality(municipality).code
    return _write_new(trials_file(data, code), trials_template(language, code, start))


def _write_new(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        raise ToptaakError(message("{path} is there already; it is left as it is.", path=path)) from None
    return path


def _for_a_team(text: str, language: str) -> str:
    """Ask for the team and its task, which the template leaves out."""
    say = translator(language)
    asked = {"team": say("FILL IN: name of the team"), "task": say("FILL IN: code of its task")}
    for name, fill_in in asked.items():
        text = re.sub(rf'^# {name} = ".*"$', f'{name} = "{fill_in}"', text, flags=re.M)
    return text


def publish_canvases(
    request: Request, codes: Collection[str], quarter: str, load: Callable[[Path], CheckedData]
) -> Iterator[ToptaakError]:
    """Publish the posters of all canvases of a quarter that some municipalities have.

    What stands there unchanged stays; a canvas that cannot be a poster stops no other, and why is given.
    """
    from toptaak.numbers.canvas_files import canvas_files

    for code in codes:
        for file in canvas_files(request.data, Quarter.parse(quarter), code):
            team = "" if file.name == CANVAS else file.stem
            canvas = CanvasRequest(request.data, code, quarter, request.language, team)
            try:
                publish_canvas(canvas, request.reports, load, again=request.again)
            except ToptaakError as refusal:
                yield refusal


def publish_canvas(
    request: CanvasRequest, reports: Path, load: Callable[[Path], CheckedData], again: bool = True
) -> Path:
    """Render a canvas with the results of its quarter, or of the newest before it, and publish it.

    Returns
    -------
    Path
        The folder with `canvas.html`, `canvas-a3.pdf` and `canvas-a2.pdf`; a team's carry its name.

    Raises
    ------
    InputRefused
        with every fault of the parameters, the data or the canvas at once; nothing was published then.
    ToptaakError
        where there is no canvas, or its texts do not fit on one page.
    """
    parameters = request.parameters()
    with locked(reports):
        recover(reports)
        staging = new_staging(reports)
        try:
            from toptaak.printing.house_style import read_theme

            store = load(parameters.data)
            name = "-".join(["canvas", *([request.file().stem] if request.team else [])])
            target = reports / parameters.quarter / folder_name(parameters.municipality, name)
            shown = parameters.model_dump(mode="json") | {"data": shown_folder(parameters.data, reports)}
            if not again and is_unchanged(target, _key(request, shown, store)):
                return target
            files = _render(_poster(request, parameters), name, read_theme(store.settings.theme))
            publish(files | {MANIFEST: manifest_bytes(_key(request, shown, store), shown, files)}, target, staging)
            write_index(reports, staging)
        finally:
            recover(reports)
    return target


def _key(request: CanvasRequest, shown: dict[str, str], store: CheckedData) -> str:
    return report_key(request.file(), shown, store.fingerprint(request.municipality), *appearance_of(store.settings))


def _poster(request: CanvasRequest, parameters: ReportParameters) -> Poster:
    from toptaak.report.governing.canvas_page import open_canvas, poster_of

    code, quarter, language = parameters.municipality, parameters.quarter, parameters.language
    return poster_of(open_canvas(code, quarter, language, str(parameters.data), request.team))


def _render(poster: Poster, name: str, theme_css: str) -> dict[str, bytes]:
    from toptaak.printing.poster.poster_html import render_poster_html
    from toptaak.printing.poster.poster_pdf import PAPERS, render_poster_pdf

    pdfs = {f"{name}-{paper}.pdf": render_poster_pdf(poster, paper, theme_css) for paper in PAPERS}
    return {f"{name}.html": render_poster_html(poster, theme_css).encode()} | pdfs
