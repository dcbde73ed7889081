"""The two exporters that nbconvert, JupyterLab and the batch use; a notebook's code never appears.

What a notebook may not hold is told in its sentence, wherever the export was asked for: in the menu of JupyterLab as
the page that comes out, on the command line as one line and exit code 2, in Python as a `ToptaakError`.
"""

from __future__ import annotations

import sys
from typing import Any

from nbconvert.exporters import Exporter
from traitlets import Bool, Unicode, default

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import DEFAULT_LANGUAGE
from toptaak.printing import theme
from toptaak.printing.document import Document, read_notebook, refusal_document, warnings_of
from toptaak.printing.house_style import read_theme
from toptaak.printing.html import render_html
from toptaak.printing.pdf import render_pdf


class _ReportExporter(Exporter):
    """What both share: reading the notebook and the municipality's look."""

    theme_file = Unicode("", help="your design tokens, or a style sheet of --tt-* colours and sizes").tag(config=True)

    def from_notebook_node(  # type: ignore[override]  # the base class does not render
        self, nb: Any, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str | bytes, Any]:
        """Render an executed notebook; raise `ToptaakError` where it holds what a report may not."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        if warned := warnings_of(nb):
            self.log.warning(warned.rstrip())
        try:
            return self.render(read_notebook(nb)), resources
        except ToptaakError as error:
            return self._refused(error), resources

    def render(self, document: Document) -> str | bytes:
        """Render a document that has been read already: a batch reads its notebook once for all files."""
        return self._render(document, read_theme(self.theme_file) or theme.style_of(document.cover.colours))

    def _refused(self, error: ToptaakError) -> str | bytes:
        if _runs("nbconvert.nbconvertapp", "NbConvertApp"):
            self.log.error(str(error))
            raise SystemExit(ToptaakError.exit_code)
        if _runs("jupyter_server.serverapp", "ServerApp"):
            return self._render(refusal_document(str(error), DEFAULT_LANGUAGE), "")
        raise error

    def _render(self, document: Document, theme_css: str) -> str | bytes:
        raise NotImplementedError


def _runs(module: str, application: str) -> bool:
    """Tell whether this process is that application; what was never imported, or is being imported, does not run."""
    known = getattr(sys.modules.get(module), application, None)
    return known is not None and bool(known.initialized())


class ToptaakHTMLExporter(_ReportExporter):
    """Executed notebook to one self-contained HTML file."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "Toptaak-rapport (HTML)"

    def _render(self, document: Document, theme_css: str) -> str:
        return render_html(document, theme_css)


class ToptaakPDFExporter(_ReportExporter):
    """Executed notebook to an accessible PDF."""

    file_extension = ".pdf"
    output_mimetype = "application/pdf"
    export_from_notebook = "Toptaak-rapport (PDF)"

    def _render(self, document: Document, theme_css: str) -> bytes:
        return render_pdf(document, theme_css)


class _OldName(_ReportExporter):
    """An exporter under its name of release 0.1: there on the command line, absent from JupyterLab's menu."""

    enabled = Bool(help="whether this name can be used").tag(config=True)

    @default("enabled")
    def _on_the_command_line(self) -> bool:
        return _runs("nbconvert.nbconvertapp", "NbConvertApp")


class OldNameHTMLExporter(_OldName, ToptaakHTMLExporter):
    """`toptaak-html`, now `toptaak_html`."""


class OldNamePDFExporter(_OldName, ToptaakPDFExporter):
    """`toptaak-pdf`, now `toptaak_pdf`."""
