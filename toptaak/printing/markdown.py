"""Running text: spans, prose and lists, and how Markdown becomes them. HTML in Markdown is shown as text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar
from urllib.parse import quote

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message
from toptaak.printing.blocks import Block, BlockPart, Heading, TextKind

_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_URL_CHARACTERS = "%/:?#[]@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class Span(BlockPart):
    """A piece of running text with one look."""

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str = ""


@dataclass(frozen=True)
class Prose(Block):
    """Paragraphs of spans: what `Text` blocks and Markdown paragraphs become."""

    block: ClassVar[str] = "prose"
    paragraphs: Sequence[Sequence[Span]]
    kind: TextKind = "body"


@dataclass(frozen=True)
class Listing(Block):
    """A list whose items are prose or further lists: what `Items` blocks and Markdown lists become."""

    block: ClassVar[str] = "listing"
    items: Sequence[Sequence[Prose | Listing]]
    ordered: bool = False


@cache
def _parser() -> Any:
    import mistune

    return mistune.create_markdown(renderer="ast")


def markdown_blocks(source: str) -> Iterator[Block]:
    """Turn Markdown into blocks.

    Raises
    ------
    ToptaakError
        for an image, which would come without alternative text and numbers.

    Examples
    --------
    >>> [block.block for block in markdown_blocks("## Kop\\n\\nTekst met **nadruk**.")]
    ['heading', 'prose']
    """
    yield from _blocks(_parser()(source))


def _blocks(tokens: Sequence[dict[str, Any]]) -> Iterator[Block]:
    for token in tokens:
        if token["type"] == "heading":
            text = "".join(span.text for span in _spans(token["children"]))
            yield Heading(token["attrs"]["level"], text)
        else:
            yield from _content(token)


def _content(token: dict[str, Any]) -> Iterator[Prose | Listing]:
    kind = token["type"]
    if kind in {"paragraph", "block_text", "heading"}:
        yield Prose([list(_spans(token["children"]))])
    elif kind == "list":
        items = [_contents(item["children"]) for item in token["children"]]
        yield Listing(items, bool(token["attrs"]["ordered"]))
    elif kind == "block_quote":
        yield from _contents(token["children"])
    elif "raw" in token:
        yield Prose([[Span(token["raw"])]])


def _contents(tokens: Sequence[dict[str, Any]]) -> list[Prose | Listing]:
    return [node for token in tokens for node in _content(token)]


def _spans(tokens: Sequence[dict[str, Any]]) -> Iterator[Span]:
    for token in tokens:
        kind = token["type"]
        if kind == "image":
            raise ToptaakError(message("an image in Markdown; show a Figure block instead"))
        if kind in {"linebreak", "softbreak"}:
            yield Span(" ")
        elif kind == "text":
            yield Span(html.unescape(token["raw"]))
        elif "raw" in token:
            yield Span(token["raw"])
        else:
            yield from (_dressed(span, token) for span in _spans(token["children"]))


def _dressed(span: Span, token: dict[str, Any]) -> Span:
    if token["type"] == "strong":
        return replace(span, strong=True)
    if token["type"] == "emphasis":
        return replace(span, emphasis=True)
    url = token.get("attrs", {}).get("url", "")
    return replace(span, link=quote(url, _URL_CHARACTERS)) if _LINK.match(url) else span
