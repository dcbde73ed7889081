"""What every report would do first is done once, in the process that all of them are forked from.

A forked process finds modules imported, texts translated, patterns and templates compiled, characters measured. Only
what starts no thread: a process that has compiled Typst or opened DuckDB hangs its forked children.
"""

from __future__ import annotations

import tempfile
from importlib import import_module
from typing import Any

from toptaak.core.wording import DEFAULT_LANGUAGE
from toptaak.report.publications import PUBLICATIONS, Publication

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;()%€–-+/'éëïüö"


def warm_up() -> None:
    """Load and try all that publications share; what comes of it is thrown away."""
    for publication in PUBLICATIONS.values():
        _load(publication)
    _run_a_cell()
    _render()
    _measure()


def _load(publication: Publication) -> None:
    for place in (publication.opens, *publication.sections.values()):
        import_module(place.partition(":")[0])


def _run_a_cell() -> None:
    import nbformat

    # nbformat and IPython carry no types
    v4: Any = nbformat.v4
    from toptaak.batch.shell import new_shell
    from toptaak.printing.blocks import Text

    cell = v4.new_code_cell("from toptaak.report.publications import pages\nText(['a'])")
    with tempfile.TemporaryDirectory() as folder:
        shell: Any = new_shell(folder)
        shell.user_ns["Text"] = Text
        shell.run(cell)
        shell.restore_sys_module_state()
        shell.clear_instance()


def _render() -> None:
    from toptaak.printing.blocks import Block, Column, Cover, Figure, Heading, Table, Text, Tile, Tiles
    from toptaak.printing.document import document_of
    from toptaak.printing.html import render_html
    from toptaak.printing.html_checks import check_html

    cover = Cover("Titel", "", "Gemeente", "2026-K3", DEFAULT_LANGUAGE, "2026-09-30")
    table = Table("Tabel", [Column("Naam"), Column("Waarde", "right")], [("een", "1")])
    drawing = Figure("Figuur", "Een lijn die van links naar rechts stijgt", _drawing(), table)
    heading = Heading(2, "Kop & staart")  # the names of characters are looked up once
    blocks: list[Block] = [cover, heading, Text([_LETTERS]), Tiles([Tile("label", "waarde")]), table, drawing]
    for block in blocks:
        Block.from_data(block.to_data())
        block._repr_mimebundle_()
    check_html(render_html(document_of(blocks)), DEFAULT_LANGUAGE)


def _drawing() -> str:
    from toptaak.figures import basic
    from toptaak.printing.svg import figure_style, to_svg
    from toptaak.printing.text_sizes import text_width

    for bold in (False, True):
        text_width(_LETTERS, 9, bold)
    with figure_style():
        drawing = basic.new_figure(2)
        ax = drawing.subplots()
        ax.plot([0, 1], [0, 1], label="lijn")
        ax.barh([0], [1])
        ax.annotate("tekst", (1, 1), bbox=dict(basic.BLANK))
        basic.plain_axis(ax, "x", str)
        drawing.legend(loc="outside lower center")
    return to_svg(drawing)


def _measure() -> None:
    import pandas as pd

    from toptaak.core.periods import Quarter
    from toptaak.core.settings import Settings
    from toptaak.numbers.quarter import Source, known_municipality

    dates = pd.to_datetime(["2026-08-03", "2026-08-04"])
    attempts = pd.DataFrame({"date": dates, "channel": ["web", "desk"], "verified_success": [True, False]})
    moments = dates.tz_localize("Europe/Amsterdam")
    contacts = pd.DataFrame({"municipality": "GM9901", "case": ["a", "a"], "channel": "web", "started_at": moments})
    tables = {"attempts": attempts, "contacts": contacts}
    account = pd.DataFrame()
    source = Source(known_municipality("GM9901"), Quarter(2026, 3), DEFAULT_LANGUAGE, tables, Settings(), account)
    source.now.along("measure", source.kpis)
