"""From a matplotlib figure to an SVG that may stand in a report: text as text, no styles, no scripts."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from toptaak.core.errors import ToptaakError
from toptaak.core.faults import shown
from toptaak.core.wording import message
from toptaak.printing import theme
from toptaak.printing.text_sizes import style_of, text_box

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from toptaak.printing.glyphs import Legibility

POINTS: Final = 72  # in an inch
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_DROPPED = {"metadata", "style", "title", "desc"}
_ELEMENTS = {
    "svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
    "use", "clipPath", "pattern",
}  # fmt: skip
_GEOMETRY = {
    "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points",
    "transform", "viewBox", "patternUnits", "patternTransform",
}  # fmt: skip
_APPEARANCE = {
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "opacity", "font-size",
    "font-weight", "font-style", "text-anchor", "clip-path", "clip-rule",
}  # fmt: skip
_IGNORED = {"font-family", "version", "id", "type", "font-variant", "font-stretch"}
_ROOT_LOOK = {
    "stroke-linejoin": "round",
    "font-family": theme.FONT_FAMILY,
}  # what matplotlib puts in its style sheet
_NO_TURN = re.compile(r"rotate\(-?0 [^)]*\)")
_REFERENCE = re.compile(r"url\(#([^)]*)\)|#(.+)")
_SAFE_VALUE = re.compile(r"[^<>&\"\\@]*")
# what XML cannot hold, as the picture of that character, which the document replaces and counts
_PICTURED = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"} | dict.fromkeys(
    (0xFFFE, 0xFFFF), 0xFFFD
)
_BORN = re.compile(r'id="(s[0-9a-f]{10}-)\d+"')
_REMEMBERED: Final = 200
_CLEAN: dict[str, None] = {}  # drawings of which this process knows that they hold nothing but what draws
_UNCHANGED: Callable[[str], str] = str


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw inside this context: colours, sizes and font of the reports.

    Matplotlib reads its settings while artists are made: make the figure and draw in it inside.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> with figure_style():
    ...     axes = Figure().subplots()
    >>> axes.title.get_fontfamily()
    ['Toptaak Sans']
    """
    import matplotlib as mpl

    with mpl.rc_context(rc=_settings()), warnings.catch_warnings():
        # the document replaces such characters and counts them
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def report_style() -> None:
    """Draw in the style of the reports from now on, for a notebook that asks for it."""
    import matplotlib as mpl

    mpl.rcParams.update(_settings())


@cache
def _settings() -> Any:
    """Read the style once, and make our fonts known."""
    import matplotlib as mpl

    _register_fonts()
    return mpl.rc_params_from_file(theme.MATPLOTLIB_STYLE, use_default_template=False)


def _register_fonts() -> None:
    from matplotlib import font_manager

    known = {entry.name for entry in font_manager.fontManager.ttflist}
    if theme.FONT_FAMILY not in known:
        for style in ("Regular", "Bold", "Italic"):
            font_manager.fontManager.addfont(theme.font_file(style, "ttf"))


def to_svg(figure: Figure) -> str:
    """Draw a figure as SVG; figures made alike give the same bytes.

    Returns
    -------
    str
        an `<svg>` element with a `viewBox` in points and no size of its own; ids start with a hash of the
        content, so that several drawings can stand in one page.
    """
    with figure_style():
        raw = _drawn(figure).translate(_PICTURED)
    digest = hashlib.sha256(raw.encode()).hexdigest()[:10]
    drawing = clean_svg(raw, f"s{digest}-")
    _remember(drawing)
    return drawing


def refuse_unsafe(drawing: str) -> None:
    """Refuse a drawing that could do more than draw; a drawing is looked through once in a process.

    Raises
    ------
    ToptaakError
        as `clean_svg` does.
    """
    if drawing not in _CLEAN and clean_svg(drawing, _own_prefix(drawing)) == drawing:
        _remember(drawing)


def svg_in_page(drawing: str, prefix: str, legible: Legibility) -> str:
    """Give a drawing its place in a page: ids begin with `prefix`, and its texts are `legible`.

    Raises
    ------
    ToptaakError
        as `clean_svg` does.
    """
    if drawing in _CLEAN and legible.shows(drawing):
        own = _own_prefix(drawing)
        return drawing.replace(own, prefix) if own else drawing
    return clean_svg(drawing, prefix, legible)


def _own_prefix(drawing: str) -> str:
    """Give what the ids of a drawing of `to_svg` begin with: a hash, so no text of the drawing holds it by chance."""
    born = _BORN.search(drawing)
    return born[1] if born else ""


def _remember(drawing: str) -> None:
    _CLEAN[drawing] = None
    if len(_CLEAN) > _REMEMBERED:
        del _CLEAN[next(iter(_CLEAN))]


def _drawn(figure: Figure) -> str:
    """Let matplotlib write the drawing: in one go, unless its own layout has to draw first to find the places."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine

    buffer = io.StringIO()
    if isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine | TightLayoutEngine):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
        return buffer.getvalue()
    figure.dpi = POINTS
    width, height = figure.get_size_inches() * POINTS
    renderer = svg_renderer()(width, height, buffer, image_dpi=POINTS, metadata={"Date": None})
    figure.draw(renderer)
    renderer.finalize()
    return buffer.getvalue()


@cache
def svg_renderer() -> Any:
    """Give matplotlib's writer of SVG with each character measured once; made when it is first used."""
    from matplotlib.backends.backend_svg import RendererSVG

    class MeasuredOnce(RendererSVG):
        def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
            if ismath or prop.get_family() != [theme.FONT_FAMILY]:
                measured: Any = super()
                size: tuple[float, float, float] = measured.get_text_width_height_descent(s, prop, ismath)
                return size
            return text_box(s, prop.get_size_in_points(), style_of(prop.get_weight(), prop.get_style()))

    return MeasuredOnce


def clean_svg(svg: str, prefix: str, legible: Callable[[str], str] = _UNCHANGED) -> str:
    """Keep of an SVG what draws; refuse what could do anything else.

    Style declarations become attributes (a report's security policy allows no inline style), ids that nothing
    refers to go, the others are numbered after `prefix`, texts pass through `legible`.

    Raises
    ------
    ToptaakError
        naming the element, attribute or value that has no place in a report.

    Examples
    --------
    >>> drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path style="fill: red"/></svg>'
    >>> clean_svg(drawing, "a")[-24:]
    '<path fill="red"/></svg>'
    """
    root = _parse(svg)
    if root.tag != f"{_SVG}svg" or not root.get("viewBox"):
        raise _refusal("the drawing is not an SVG with a viewBox")
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    names = _new_names(root, prefix)
    return "".join(_written(root, names, legible, ' xmlns="http://www.w3.org/2000/svg"'))


def _refusal(text: str, **values: object) -> ToptaakError:
    return ToptaakError(message(text, **values))


def _parse(svg: str) -> ET.Element:
    if "<!ENTITY" in svg:
        raise _refusal("the drawing holds an entity")
    try:
        return ET.fromstring(svg)  # noqa: S314 - entities are refused above, nothing is fetched
    except ET.ParseError as error:
        raise _refusal("the drawing is not valid SVG: {error}", error=error) from None


def _new_names(root: ET.Element, prefix: str) -> dict[str, str]:
    wanted = [
        match[1] or match[2]
        for element in root.iter()
        for _, value in _attributes(element)
        if (match := _REFERENCE.fullmatch(value)) and not re.fullmatch(r"#[0-9a-fA-F]{3,8}", value)
    ]
    held = {element.get("id") for element in root.iter()}
    return {old: f"{prefix}{number}" for number, old in enumerate(dict.fromkeys(wanted)) if old in held}


def _attributes(element: ET.Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name == "style":
            for declaration in filter(str.strip, value.split(";")):
                key, _, setting = declaration.partition(":")
                yield key.strip(), setting.strip()
        else:
            yield ("href" if name == _XLINK_HREF else name), value


def _written(
    element: ET.Element, names: dict[str, str], legible: Callable[[str], str], extra: str = ""
) -> Iterator[str]:
    tag = element.tag.removeprefix(_SVG)
    if tag in _DROPPED:
        return
    if tag not in _ELEMENTS:
        raise _refusal("the drawing holds {found}, which has no place in a report", found=shown(tag))
    attributes = _kept_attributes(element, names)
    if tag == "svg":
        attributes |= _ROOT_LOOK
    content = "".join(_content(element, tag, names, legible))
    if tag in {"g", "defs"} and not (attributes and content):
        yield content if tag == "g" else f"<defs>{content}</defs>" if content else ""
        return
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    yield f"<{tag}{extra}{written}>{content}</{tag}>" if content else f"<{tag}{extra}{written}/>"


def _content(element: ET.Element, tag: str, names: dict[str, str], legible: Callable[[str], str]) -> Iterator[str]:
    holds_text = tag in {"text", "tspan"}
    if holds_text and element.text:
        yield escape(legible(element.text))
    for child in element:
        yield from _written(child, names, legible)
        if holds_text and child.tail:
            yield escape(legible(child.tail))


def _kept_attributes(element: ET.Element, names: dict[str, str]) -> dict[str, str]:
    kept = {}
    for name, value in _attributes(element):
        if name == "id" and value in names:
            kept["id"] = names[value]
        elif name in _IGNORED or (name == "transform" and _NO_TURN.fullmatch(value)):
            continue
        elif name == "href" or value.startswith("url("):
            kept[name] = _local(name, value, names)
        elif name in _GEOMETRY | _APPEARANCE and _SAFE_VALUE.fullmatch(value) and "url" not in value:
            kept[name] = _shorter_path(value) if name == "d" else value
        else:
            seen = shown(f"{name}={value}")
            raise _refusal("the drawing holds {found}, which has no place in a report", found=seen)
    return kept


def _local(name: str, value: str, names: dict[str, str]) -> str:
    match = _REFERENCE.fullmatch(value)
    target = names.get(match[1] or match[2]) if match else None
    if target is None or name not in {"href", "fill", "clip-path"}:
        raise _refusal("the drawing refers elsewhere: {found}", found=shown(f"{name}={value}"))
    return f"#{target}" if name == "href" else f"url(#{target})"


def _shorter_path(path: str) -> str:
    return re.sub(r"([A-Za-z]) ", r"\1", " ".join(path.split()))
