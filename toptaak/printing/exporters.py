"""The two exporters that nbconvert, JupyterLab and the batch use; a notebook's code never appears."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from traitlets import Unicode

from toptaak.printing import theme
from toptaak.printing.document import Document, read_notebook, warnings_of
from toptaak.printing.html import render_html
from toptaak.printing.pdf import render_pdf


class _ReportExporter(Exporter):
    """What both share: reading the notebook and the municipality's look."""

    theme_file = Unicode("", help="a style sheet of your own: --tt-* colours and sizes").tag(config=True)

    def from_notebook_node(  # type: ignore[override]  # the base class does not render
        self, nb: Any, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str | bytes, Any]:
        """Render an executed notebook; raise `ToptaakError` where it holds what a report may not."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        if warned := warnings_of(nb):
            self.log.warning(warned.rstrip())
        return self._render(read_notebook(nb), theme.read_theme(self.theme_file)), resources

    def _render(self, document: Document, theme_css: str) -> str | bytes:
        raise NotImplementedError


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
