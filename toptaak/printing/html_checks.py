"""What the public checkers let pass and a reader would not: our own checks of a finished page.

axe-core accepts a placeholder as alternative text.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from toptaak.printing.blocks import SHORTEST_ALT

_PLACEHOLDER = re.compile(
    r"(image|figure|picture|chart|afbeelding|figuur|plaatje|grafiek)?\W*\d*|no description.*|.*\.(svg|png|jpe?g)",
    re.IGNORECASE,
)
_FETCHING = ("src", "srcset", "poster", "data", "action", "formaction", "background", "xlink:href")
_FORBIDDEN = ["script", "iframe", "object", "embed", "form", "base", "link", "foreignobject"]
_SAFE_HREF = re.compile(r"#|https?://|mailto:", re.IGNORECASE)
_HEADING = re.compile("h[1-6]")
_NONE = "'none'"
_POLICY = {
    "default-src": _NONE,
    "base-uri": _NONE,
    "form-action": _NONE,
    "img-src": "data:",
    "font-src": "data:",
}


def check_html(text: str, language: str) -> list[str]:
    """List what is wrong with a report in HTML; empty when nothing is.

    Parameters
    ----------
    text
        the whole file.
    language
        the language it should declare.

    Examples
    --------
    >>> check_html("<!DOCTYPE html><html lang='nl'><title>T</title><main><h1>Kop</h1></main>", "nl")
    ['no content security policy']
    """
    from bs4 import BeautifulSoup

    page = _Page(BeautifulSoup(text, "html.parser"))
    checks = (_frame, _headings, _drawings, _pictures, _tables, _nothing_active, _policy)
    return [problem for check in checks for problem in check(page, language)]


class _Page:
    """A page whose elements are looked up once, in their order, and then by name."""

    def __init__(self, soup: Any) -> None:
        self.title = soup.title
        self.elements: list[Any] = soup.find_all(True)
        self._named: dict[str, list[Any]] = {}
        for element in self.elements:
            self._named.setdefault(element.name, []).append(element)

    def named(self, name: str) -> list[Any]:
        return self._named.get(name, [])


def _frame(page: _Page, language: str) -> Iterator[str]:
    language_of_page = next((element.get("lang") for element in page.named("html")), None)
    if language_of_page != language:
        yield f"language is {language_of_page!r}, not {language!r}"
    if not (page.title and page.title.get_text(strip=True)):
        yield "no title"
    for name in ("h1", "main"):
        if (count := len(page.named(name))) != 1:
            yield f"{count} elements {name}, not one"
    ids = Counter(element["id"] for element in page.elements if "id" in element.attrs)
    for name in sorted(name for name, count in ids.items() if count > 1):
        yield f"id {name!r} occurs more than once"


def _headings(page: _Page, _: str) -> Iterator[str]:
    level = 0
    for heading in (element for element in page.elements if _HEADING.fullmatch(element.name)):
        new = int(heading.name[1])
        if new > level + 1:
            yield f"heading {heading.get_text(strip=True)!r} jumps from level {level} to {new}"
        if not heading.get_text(strip=True):
            yield "heading without text"
        level = new


def _drawings(page: _Page, _: str) -> Iterator[str]:
    seen: set[str] = set()
    for drawing in page.named("svg"):
        alt = (drawing.get("aria-label") or "").strip()
        if drawing.get("role") != "img" or not alt:
            yield "drawing without alternative text"
        elif len(alt) < SHORTEST_ALT or _PLACEHOLDER.fullmatch(alt):
            yield f"alternative text says too little: {alt!r}"
        elif alt in seen:
            yield f"alternative text occurs twice: {alt[:40]!r}"
        seen.add(alt)
        if not _table_follows(drawing):
            yield f"no table with the numbers of drawing {alt[:40]!r}"


def _pictures(page: _Page, _: str) -> Iterator[str]:
    for picture in page.named("img"):
        if not (picture.get("alt") or "").strip():
            yield "picture without alternative text"


def _table_follows(drawing: Any) -> bool:
    following = drawing.find_next(["table", "svg", "h2", "h3", "h4"])
    return following is not None and following.name == "table"


def _tables(page: _Page, _: str) -> Iterator[str]:
    for table in page.named("table"):
        caption = table.caption.get_text(strip=True) if table.caption else ""
        if not caption:
            yield "table without caption"
        head = table.thead.find_all("th") if table.thead else []
        if not head or not all(cell.get_text(strip=True) for cell in head):
            yield f"table {caption!r} has no full header row"
        if not all(cell.get("scope") in {"col", "row"} for cell in table.find_all("th")):
            yield f"table {caption!r} has a header without scope"


def _nothing_active(page: _Page, _: str) -> Iterator[str]:
    for element in page.elements:
        if element.name in _FORBIDDEN:
            yield f"element {element.name}"
        for name, value in element.attrs.items():
            text = " ".join(value) if isinstance(value, list) else str(value)
            if name.startswith("on") or name == "style":
                yield f"attribute {name} on {element.name}"
            of_page = element.name == "img" and name == "src" and text.startswith("data:image/")
            if (name in _FETCHING and not of_page) or (name == "href" and not _SAFE_HREF.match(text)):
                yield f"{element.name} refers to {text[:40]!r}"
    for style in page.named("style"):
        if re.search(r"@import|url\((?!\s*['\"]?data:)", style.get_text(), re.IGNORECASE):
            yield "style sheet fetches something"


def _policy(page: _Page, _: str) -> Iterator[str]:
    metas = (meta for meta in page.named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    meta = next(metas, None)
    if meta is None:
        yield "no content security policy"
        return
    entries = [entry.split(None, 1) for entry in str(meta.get("content", "")).split(";") if entry.strip()]
    policy = {name: rest[0].strip() if rest else "" for name, *rest in entries}
    for name, wanted in _POLICY.items():
        if policy.get(name) != wanted:
            yield f"security policy: {name} is {policy.get(name)!r}, not {wanted!r}"
    digests = (hashlib.sha256(style.get_text().encode()).digest() for style in page.named("style"))
    wanted = " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)
    if policy.get("style-src", "") != wanted:
        yield "security policy does not fit the style sheet"
    if extra := sorted(policy.keys() - _POLICY.keys() - {"style-src"}):
        yield f"security policy allows more: {', '.join(extra)}"
