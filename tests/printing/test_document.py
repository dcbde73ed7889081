from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat.v4 as v4
import pytest

from toptaak.core.errors import ToptaakError
from toptaak.numbers.handover import RESULTS_MIME
from toptaak.printing.blocks import MIME, Block, Column, Figure, Heading, Items, Table, Text, Tile, Tiles
from toptaak.printing.document import Document, read_notebook, warnings_of
from toptaak.printing.markdown import Listing, Prose, Span, markdown_blocks
from toptaak.printing.svg import clean_svg

ALT = "Een staafdiagram met vijf staven van verschillende lengte."
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text x="1">kort 👍</text></svg>'
DATA = Table("Cijfers", [Column("Taak"), Column("n", "right")], [["Paspoort", "12"]])


def test_the_sample_becomes_one_document(sample_document: Document, sample: ModuleType) -> None:
    kinds = [node.block for node in sample_document.nodes]
    assert sample_document.cover == sample.cover()
    assert kinds[:5] == ["prose", "tiles", "heading", "prose", "listing"]
    assert kinds.count("figure") == 2 and kinds.count("table") == 2
    assert json.loads(json.dumps(sample_document.to_data()))["cover"]["language"] == "nl"


def test_reading_leaves_the_notebook_alone_and_gives_the_same_again(sample: ModuleType) -> None:
    notebook = sample.notebook()
    before = json.dumps(notebook)
    assert read_notebook(notebook) == read_notebook(notebook)
    assert json.dumps(notebook) == before


# --- what stops a report


OUTPUTS = {
    "stream": v4.new_output("stream", name="stdout", text="/home/x"),
    "error": v4.new_output("error", ename="ValueError", evalue="x", traceback=[]),
    "image/png": v4.new_output("display_data", data={"image/png": "aaaa"}),
    "text/html": v4.new_output("execute_result", data={"text/html": "<b>x</b>", "text/plain": "x"}),
    "text/plain": v4.new_output("execute_result", data={"text/plain": "3"}),
    "widget": v4.new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}}),
    "javascript": v4.new_output("display_data", data={"application/javascript": "alert(1)"}),
}


@pytest.mark.parametrize("found", OUTPUTS)
def test_any_other_output_stops_with_the_cell_and_what_was_found(sample: ModuleType, found: str) -> None:
    notebook = sample.notebook([[sample.cover()], "tekst"])
    notebook.cells.append(v4.new_code_cell("", outputs=[OUTPUTS[found]]))
    with pytest.raises(ToptaakError, match=rf"(?s)Cel 3: .*{found.split('/')[-1]}"):
        read_notebook(notebook)


def test_what_a_library_warns_of_is_no_part_of_the_report_and_does_not_stop_it(sample: ModuleType) -> None:
    notebook = sample.notebook([[sample.cover()], "tekst"])
    bare = read_notebook(notebook)
    warned = v4.new_output("stream", name="stderr", text="UserWarning: /home/x\n")
    notebook.cells.append(v4.new_code_cell("", outputs=[warned]))
    assert read_notebook(notebook) == bare
    assert warnings_of(notebook) == "UserWarning: /home/x\n"


def test_results_handed_over_are_no_part_of_the_report(sample: ModuleType) -> None:
    notebook = sample.notebook([[sample.cover()]])
    alone, beside = (
        {RESULTS_MIME: [{"n": 1}], "text/plain": "x"} | more for more in ({}, {MIME: Text(["t"]).to_data()})
    )
    for data in (alone, beside):
        notebook.cells.append(v4.new_code_cell("", outputs=[v4.new_output("display_data", data=data)]))
    assert [node.block for node in read_notebook(notebook).nodes] == ["prose"]


def test_an_error_message_shows_no_path_and_no_output_text(sample: ModuleType) -> None:
    notebook = sample.notebook([[sample.cover()]])
    notebook.cells.append(v4.new_code_cell("", outputs=[OUTPUTS["stream"]]))
    with pytest.raises(ToptaakError) as caught:
        read_notebook(notebook)
    assert "/home" not in str(caught.value)


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (Figure("", ALT, DRAWING, DATA), "figuur zonder titel"),
        (Figure("t", "kort", DRAWING, DATA), "minder dan 30 tekens"),
        (Figure("t", " " * 40, DRAWING, DATA), "minder dan 30 tekens"),
        (Figure("t", ALT, DRAWING, Table("Cijfers", [], [])), "kolom zonder kop"),
        (Table("", DATA.columns, DATA.rows), "tabel zonder titel"),
        (Table("t", [], []), "kolom zonder kop"),
        (Table("t", [Column("a"), Column(" ")], [["x", "y"]]), "kolom zonder kop"),
        (Table("t", [Column("a"), Column("b")], [["x"]]), "meer of minder cellen"),
        (Table("t", [Column("a")], [[" "]]), "rij zonder naam"),
        (Heading(2, " "), "kop zonder tekst"),
        (Heading(3, "Diep"), "niveau 3 na niveau 1"),
        (Heading(1, "Hoog"), "niveau 1 na niveau 1"),
        (Tiles([Tile("", "3")]), "zonder naam of waarde"),
        (Tiles([Tile("a", "3", status="worse")]), "alleen met een kleur"),
    ],
)
def test_a_block_some_reader_could_not_use_stops(sample: ModuleType, block: Block, told: str) -> None:
    with pytest.raises(ToptaakError, match=f"Cel 2: .*{told}"):
        read_notebook(sample.notebook([[sample.cover()], [block]]))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": ""}, "geen title"),
        ({"municipality": " "}, "geen municipality"),
        ({"language": ""}, "taal"),
        ({"language": "fy"}, "'fy'"),
        ({"date": "30-09-2026"}, "datum"),
        ({"date": ""}, "datum"),
    ],
)
def test_a_cover_without_what_it_needs_stops(sample: ModuleType, change: dict[str, str], told: str) -> None:
    with pytest.raises(ToptaakError, match=told):
        read_notebook(sample.notebook([[sample.cover(**change)]]))


@pytest.mark.parametrize("count", [0, 2])
def test_there_is_one_cover(sample: ModuleType, count: int) -> None:
    with pytest.raises(ToptaakError, match=f"toont er {count}"):
        read_notebook(sample.notebook([[sample.cover()] * count, "tekst"]))


def test_all_faults_are_told_at_once(sample: ModuleType) -> None:
    notebook = sample.notebook([[Heading(4, "x")], [Table("", [], [])], "![plaatje](x.png)"])
    with pytest.raises(ToptaakError) as caught:
        read_notebook(notebook)
    assert len(str(caught.value).splitlines()) == 5


def test_a_hostile_drawing_stops_in_its_cell(sample: ModuleType) -> None:
    bad = v4.new_output(
        "display_data", data={"application/vnd.toptaak.block+json": Figure("t", ALT, "<svg/>", DATA).to_data()}
    )
    notebook = sample.notebook([[sample.cover()]])
    notebook.cells.append(v4.new_code_cell("", outputs=[bad]))
    with pytest.raises(ToptaakError, match=r"Cel 2: .*tekening"):
        read_notebook(notebook)


# --- Markdown


def shown(source: str) -> list[Block]:
    return list(markdown_blocks(source))


def test_markdown_marks_become_spans() -> None:
    (paragraph,) = shown("Gewoon, **vet**, *schuin*, ***beide***, `code`, [link **vet**](https://example.org/ë?a=b&c)")
    assert isinstance(paragraph, Prose)
    spans = {span.text: span for span in paragraph.paragraphs[0]}
    assert spans["vet"].strong and spans["schuin"].emphasis
    assert spans["beide"].strong and spans["beide"].emphasis
    assert spans["code"] == Span("code")
    assert spans["link "].link == "https://example.org/%C3%AB?a=b&c"


def test_markdown_lists_nest() -> None:
    (listing,) = shown("1. een\n2. twee\n   - a\n   - b\n")
    assert isinstance(listing, Listing) and listing.ordered
    inner = listing.items[1][1]
    assert isinstance(inner, Listing) and not inner.ordered
    assert [item[0].paragraphs[0][0].text for item in inner.items] == ["a", "b"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "html", ["<script>alert(1)</script>", "tekst <b onclick='x'>vet</b>", "<!-- weg -->", "<div>\nx\n</div>"]
)
def test_html_in_markdown_is_text(html: str) -> None:
    texts = "".join(span.text for node in shown(html) for part in node.paragraphs for span in part)  # type: ignore[attr-defined]
    assert texts.strip() == html


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "file.html", "JaVaScRiPt:x", "vbscript:x", "//example.org"]
)
def test_a_link_goes_to_the_web_or_nowhere(target: str) -> None:
    (paragraph,) = shown(f"[klik]({target})")
    assert paragraph == Prose([[Span("klik")]])


def test_entities_quotes_code_and_rules() -> None:
    assert shown("a &lt;b&gt; &amp;") == [Prose([[Span("a <b> &")]])]
    assert shown("> citaat") == [Prose([[Span("citaat")]])]
    assert shown("```python\nx = 1\n```") == [Prose([[Span("x = 1\n")]])]
    assert shown("---") == []
    assert shown("") == []


def test_a_cell_tagged_for_removal_is_dropped(sample: ModuleType) -> None:
    notebook = sample.notebook([[sample.cover()], "# Voor wie hieraan werkt", "blijft"])
    notebook.cells[1].metadata["tags"] = ["remove-cell"]
    assert read_notebook(notebook).nodes == (Prose([[Span("blijft")]]),)


# --- what the font cannot show


def test_replacements_are_made_everywhere_counted_and_told(sample: ModuleType) -> None:
    blocks: list[Block] = [
        sample.cover(title="T 👍", facts=[("a 👍", "b 👍")]),
        Heading(2, "H 👍"),
        Text(["a 👍"], "warning"),
        Items(["i 👍"]),
        Tiles([Tile("l 👍", "v 👍", "d 👍", "worse", "w 👍")]),
        Figure("t 👍", ALT + " 👍", DRAWING, Table("c 👍", [Column("k 👍")], [["r 👍"]], note="n 👍"), "f 👍"),
    ]
    document = read_notebook(sample.notebook([blocks, "m 👍"]))
    assert document.replaced == 19
    assert "👍" not in json.dumps(document.to_data(), ensure_ascii=False)
    last = document.nodes[-1]
    assert isinstance(last, Prose) and last.kind == "note" and last.paragraphs[0][0].text.endswith(": 19.")


def test_without_replacements_there_is_no_note(sample: ModuleType) -> None:
    document = read_notebook(sample.notebook([[sample.cover()], "tekst"]))
    assert document.replaced == 0
    assert len(document.nodes) == 1


def test_drawings_get_ids_of_their_own(sample: ModuleType) -> None:
    drawing = clean_svg(sample.bars(), "same-")
    figures: list[Block] = [Figure(f"t{number}", f"{ALT} {number}", drawing, DATA) for number in (1, 2)]
    document = read_notebook(sample.notebook([[sample.cover(), *figures]]))
    first, second = (node.svg for node in document.nodes if isinstance(node, Figure))
    assert first != second
    assert first.replace("f1-", "f2-") == second


def test_the_sample_holds_no_path_of_this_machine(sample_notebook: Any) -> None:
    assert str(Path.home()) not in json.dumps(sample_notebook)
