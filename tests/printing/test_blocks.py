from __future__ import annotations

import base64
import dataclasses
import json
from types import ModuleType
from typing import Any

import nbformat.v4 as v4
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from toptaak.core.errors import ToptaakError
from toptaak.printing.blocks import BLOCKS, MIME, Block, Column, Figure, Heading, Items, Table, Text, Tile, Tiles, show


def all_kinds(sample: ModuleType) -> list[Block]:
    shown = [block for content in sample.cells() if not isinstance(content, str) for block in content]
    assert {type(block) for block in shown} == set(BLOCKS), "the sample shows every kind"
    return shown


def test_every_block_comes_back_from_json(sample: ModuleType) -> None:
    for block in all_kinds(sample):
        data = json.loads(json.dumps(block.to_data()))
        assert Block.from_data(data) == block
        assert type(block).from_data(data) == block


def test_a_block_cannot_change() -> None:
    rows = [["a"]]
    table = Table("t", [Column("k")], rows)
    rows[0].append("b")
    assert table.rows == (("a",),)
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.caption = "other"  # type: ignore[misc]
    assert hash(table) == hash(Table("t", [Column("k")], [["a"]]))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 2}, "versie 2"),
        ({"block": "html"}, "'html'"),
        ({"block": "text"}, "'text'"),
        ({"level": "two"}, "level"),
        ({"text": 5}, "text"),
        ({"onclick": "x"}, "onclick"),
    ],
)
def test_damaged_data_are_refused_by_name(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ToptaakError, match=told):
        Heading.from_data(Heading(2, "Kop").to_data() | change)


def test_a_nested_part_is_checked_too() -> None:
    data = Table("t", [Column("k")], [["a"]]).to_data()
    data["columns"] = [{"label": "k", "align": "middle"}]
    with pytest.raises(ToptaakError, match=r"columns\.0\.align"):
        Block.from_data(data)


def test_the_preview_escapes_everything(sample: ModuleType) -> None:
    for block in [*all_kinds(sample), sample.cover(title=sample.HOSTILE, facts=[(sample.HOSTILE, sample.HOSTILE)])]:
        preview = BeautifulSoup(block._repr_mimebundle_()["text/html"], "html.parser")
        assert not preview.find_all(["script", "style", "svg", "b"]), type(block)
        assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in preview.find_all("img"))
        assert not [name for tag in preview.find_all(True) for name in tag.attrs if name.startswith("on")]


def test_the_preview_shows_the_words(sample: ModuleType) -> None:
    table = Table("Bij wie", [Column("Kanaal"), Column("n", "right")], [["Balie", "12"]], note="Let op.")
    assert "Balie" in BeautifulSoup(table._repr_mimebundle_()["text/html"], "html.parser").get_text()
    figure = Figure("Titel", "x" * 30, sample.bars(), table)
    image = BeautifulSoup(figure._repr_mimebundle_()["text/html"], "html.parser").img
    assert image is not None
    assert image["alt"] == "x" * 30
    drawing = base64.b64decode(str(image["src"]).partition(",")[2]).decode()
    assert "@font-face" in drawing, "the words fit where our font is not installed"
    assert "font-family" in drawing


def test_a_preview_of_a_hostile_drawing_is_refused() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>1</script></svg>'
    figure = Figure("Titel", "x" * 30, drawing, Table("t", [Column("k")], [["a"]]))
    with pytest.raises(ToptaakError, match="script"):
        figure._repr_mimebundle_()


def test_ipython_shows_blocks_in_order_and_nothing_else() -> None:
    shell = InteractiveShell.instance()
    blocks = [Heading(2, "Een"), Text(["Twee"]), Items(["Drie"]), Tiles([Tile("a", "1")])]
    try:
        with capture_output() as captured:
            show(*blocks)
    finally:
        shell.clear_instance()
    assert captured.stdout == ""
    assert [output.data[MIME] for output in captured.outputs] == [block.to_data() for block in blocks]
    for output in captured.outputs:
        assert set(output.data) == {MIME, "text/html", "text/plain"}
        assert v4.new_output("display_data", data=output.data)
