"""A municipality's own look: the colours of its design tokens on every page, and its logo on the cover.

Design tokens are CSS custom properties, as packages in the style of NL Design System hold them: on `:root` or on a
class, often one in terms of another. Of such a file only colours are taken, and nothing of it stands on a page. A style
sheet that names our own tokens (`--tt-accent`) may hold rules besides, which come after ours.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from toptaak.core.errors import ToptaakError
from toptaak.core.settings import Settings
from toptaak.core.wording import Message, message
from toptaak.printing import theme
from toptaak.printing.blocks import Cover, Figure
from toptaak.printing.document import Document

LEAST_CONTRAST: Final = 4.5  # of text, WCAG 2.2 success criterion 1.4.3
# where a colour of ours is looked for in others' tokens, the first that is an opaque colour counts
TOKENS: Final = {
    "accent": (
        "--utrecht-link-color", "--ams-color-interactive", "--ams-link-color", "--denhaag-link-color",
        "--basis-color-action-2-color-default", "--utrecht-button-primary-action-background-color",
    ),
    "ink": (
        "--utrecht-document-color", "--ams-color-text", "--basis-color-default-color-document", "--utrecht-page-color",
    ),
}  # fmt: skip
# what is lighter than the accent, with the share of the accent in it
_TINTS: Final = {"accent-wash": 0.12, "figure-band-medium": 0.75, "figure-light": 0.5, "figure-band-small": 0.4}
_TEXT_ON_GROUND: Final = (
    ("ink", "paper"), ("muted", "paper"), ("accent", "paper"), ("ink", "wash"), ("muted", "wash"),
    ("ink", "accent-wash"), ("better", "better-wash"), ("worse", "worse-wash"), ("notice", "notice-wash"),
)  # fmt: skip
_OWN: Final = "--tt-"
MOST_LOGO_BYTES: Final = 200_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SVG: Final = re.compile(rb"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<svg\b", re.DOTALL)
_MORE_THAN_A_PICTURE: Final = re.compile(
    rb"<script|<foreignobject|<!entity|<image|\son\w+\s*=|@import|href\s*=\s*[\"'](?!#)|url\(\s*[\"']?\s*[^#\"'\s]",
    re.IGNORECASE,
)
_HEX: Final = re.compile(r"#[0-9a-f]{6}")


def read_theme(path: str | Path) -> str:
    """Read a municipality's style sheet or design tokens; empty for an empty path.

    Returns
    -------
    str
        Our colours as `--tt-NAME: #rrggbb;`, after them the whole file where it is written for us.

    Raises
    ------
    ToptaakError
        where the file is absent, would fetch something from elsewhere, or holds no colour for us; and with every pair
        of colours that is too hard to read.
    """
    if not path:
        return ""
    file = Path(path)
    if not file.is_file():
        raise ToptaakError(message("The theme file {name} does not exist.", name=file.name))
    css = file.read_text(encoding="utf-8-sig")
    values = dict(_custom_properties(css))
    ours = any(name.startswith(_OWN) for name in values)
    if re.search(r"url\s*\(|@import|<|\\" if ours or not values else r"@import", css, re.IGNORECASE):
        raise ToptaakError(_fetches(file.name))
    colours = _colours(values)
    if not colours:
        raise ToptaakError(_no_colour(file.name))
    if hard := list(_hard_to_read(theme.colours() | colours, colours)):
        raise ToptaakError(*hard)
    root = theme.style_of(colours.items())
    return f"{root}\n{css}" if ours else root


def in_house_style(cover: Cover, settings: Settings) -> Cover:
    """Give a cover with the municipality's colours and logo, where its settings name them.

    Raises
    ------
    ToptaakError
        as `read_theme`; and for a logo that is absent, too large, no SVG or PNG, or more than a picture.
    """
    own, themed = theme.colours(), theme.colours(read_theme(settings.theme))
    changed = [(name, colour) for name, colour in themed.items() if colour != own[name]]
    return replace(cover, colours=changed, logo=read_logo(settings.logo), logo_alt=settings.logo_alt)


def read_logo(path: str) -> str:
    """Give a logo as a data address; empty for an empty path.

    Raises
    ------
    ToptaakError
        where it is absent, too large, no SVG or PNG, or more than a picture.
    """
    if not path:
        return ""
    file = Path(path)
    if not file.is_file():
        raise ToptaakError(message("The logo {name} does not exist.", name=file.name))
    content = file.read_bytes()
    if content.startswith(_PNG):
        kind = "png"
    elif _SVG.search(content) and not _MORE_THAN_A_PICTURE.search(content):
        kind = "svg+xml"
    else:
        kind = ""
    if not kind or len(content) > MOST_LOGO_BYTES:
        raise ToptaakError(_no_logo(file.name))
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _no_logo(name: str) -> Message:
    return message(
        "The logo {name} cannot be used. It has to be a PNG or SVG of at most {most} kB, and an SVG without scripts "
        "and without anything from elsewhere.",
        name=name, most=MOST_LOGO_BYTES // 1000,
    )  # fmt: skip


def _fetches(name: str) -> Message:
    return message(
        "The theme file {name} holds url(), @import, < or a backslash. "
        "A report fetches nothing from elsewhere: leave colours and sizes only.",
        name=name,
    )


def _no_colour(name: str) -> Message:
    looked_for = ", ".join([f"{_OWN}accent", *TOKENS["accent"]])
    text = "The theme file {name} holds no colour that a report can take. It looks for: {names}."
    return message(text, name=name, names=looked_for)


# --- tokens


def _custom_properties(css: str) -> Iterator[tuple[str, Sequence[Any]]]:
    """Give the custom properties of `:root` and of the first class that has any; those of a dark theme stay out."""
    import tinycss2

    of_class = ""
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        selector = tinycss2.serialize(rule.prelude).strip()
        if selector not in (":root", "html", of_class) and of_class:
            continue
        declared = [
            (entry.name, entry.value)
            for entry in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            if entry.type == "declaration" and entry.name.startswith("--")
        ]
        if declared and selector not in (":root", "html"):
            of_class = selector
        yield from declared


def _colours(values: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """Give those of our colours that tokens tell, and what follows from the accent."""
    known = theme.colours()
    taken = {name: colour for name in known if (colour := _colour(values, (f"{_OWN}{name}", *TOKENS.get(name, ()))))}
    if "accent" in taken:
        tints = {name: _tint(taken["accent"], share) for name, share in _TINTS.items()}
        taken = tints | taken
    return taken


def _colour(values: Mapping[str, Sequence[Any]], names: Sequence[str]) -> str | None:
    """Give the first of these tokens that is an opaque colour."""
    from tinycss2.color4 import parse_color

    for name in names:
        colour = parse_color(_resolved(values, name).strip()) if name in values else None
        if colour is None or isinstance(colour, str) or colour.alpha is None or colour.alpha < 1:
            continue
        try:
            return _hexadecimal(tuple(colour.to("srgb").coordinates[:3]))
        except NotImplementedError:  # a colour space that cannot be turned into that of screens
            continue
    return None


def _resolved(values: Mapping[str, Sequence[Any]], name: str, within: frozenset[str] = frozenset()) -> str:
    """Write a token out with the values of others in it; empty where one is absent or goes round in a circle."""
    import tinycss2

    if name in within or name not in values:
        return ""
    texts = []
    for token in values[name]:
        if token.type == "function" and token.lower_name == "var":
            named = [entry for entry in token.arguments if entry.type == "ident"][:1]
            own = _resolved(values, named[0].value, within | {name}) if named else ""
            texts.append(own or _fallback(values, token.arguments, within | {name}))
        else:
            texts.append(tinycss2.serialize([token]))
    return "".join(texts)


def _fallback(values: Mapping[str, Sequence[Any]], arguments: Sequence[Any], within: frozenset[str]) -> str:
    """Write out what stands after the comma of a `var()`."""
    commas = [at for at, entry in enumerate(arguments) if entry.type == "literal" and entry.value == ","]
    return _resolved({**values, "": arguments[commas[0] + 1 :]}, "", within) if commas else ""


# --- colours


def _channels(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))


def _hexadecimal(channels: Sequence[float]) -> str:
    return "#" + "".join(f"{round(255 * min(max(channel, 0), 1)):02x}" for channel in channels)


def _tint(colour: str, share: float) -> str:
    return _hexadecimal([share * channel + (1 - share) for channel in _channels(colour)])


def contrast(text: str, ground: str) -> float:
    """Give the contrast ratio of two colours, from 1 to 21 (WCAG 2.2).

    Examples
    --------
    >>> contrast("#000000", "#ffffff"), round(contrast("#767676", "#ffffff"), 2)
    (21.0, 4.54)
    """
    low, high = sorted(map(_luminance, (text, ground)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _channels(colour)]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _hard_to_read(colours: Mapping[str, str], changed: Mapping[str, str]) -> Iterator[Message]:
    for text, ground in _TEXT_ON_GROUND:
        ratio = contrast(colours[text], colours[ground])
        if ratio < LEAST_CONTRAST and changed.keys() & {text, ground}:
            yield message(
                "The theme cannot be read well: {text} ({first}) on {ground} ({second}) has a contrast of {ratio} "
                "to 1. Text needs at least {least} to 1: choose a darker or a lighter colour.",
                text=text, first=colours[text], ground=ground, second=colours[ground],
                ratio=f"{ratio:.1f}", least=str(LEAST_CONTRAST),
            )  # fmt: skip


def recoloured(document: Document, theme_css: str) -> Document:
    """Give a document whose figures are drawn in the colours of a theme.

    A figure takes its colours from our tokens, nowhere else, so that each can be put in another's place.
    """
    own, themed = theme.colours(), theme.colours(theme_css)
    changed = {own[name]: themed[name] for name in own if own[name] != themed[name]}
    if not changed:
        return document
    nodes = (
        replace(node, svg=_HEX.sub(lambda colour: changed.get(colour[0], colour[0]), node.svg))
        if isinstance(node, Figure)
        else node
        for node in document.nodes
    )
    return replace(document, nodes=tuple(nodes))
