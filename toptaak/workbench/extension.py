"""`%load_ext toptaak`: Dutch numbers, our style and the text beside a figure, in a notebook of one's own."""

from __future__ import annotations

from typing import Any

from toptaak.core.wording import DEFAULT_LANGUAGE
from toptaak.printing.own_numbers import cell_text
from toptaak.printing.svg import report_style


def load(shell: Any) -> None:
    """Set up a notebook: its frames in Dutch numbers, its figures in our colours and font.

    A figure that is shown without `tt.Figure.of` keeps its title as its text (`alt`).
    """
    import pandas as pd

    report_style()
    pd.set_option("display.float_format", lambda value: cell_text(value, DEFAULT_LANGUAGE))
    # not the formatter of pictures: pyplot puts its own in that place when it draws for the first time
    formatter = shell.display_formatter.mimebundle_formatter
    formatter.for_type_by_name("matplotlib.figure", "Figure", _with_alt)


def _with_alt(figure: Any) -> Any:
    """Give the picture of a figure with its title as the text that stands for it."""
    import io

    from toptaak.printing.own_numbers import title_of

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight")
    kind = "image/png"
    return {kind: buffer.getvalue()}, {kind: {"alt": title_of(figure) or "Figuur zonder titel"}}
