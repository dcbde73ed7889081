"""Where axes stand on a figure of a report: room for what is written around them, reckoned from widths of texts.

Matplotlib's constrained layout draws a figure twice and lays every text out ten times over; its axis makes five
artists for each place that it names. Here the names and grid lines of an axis become plain texts and one set of
lines, and each text is measured once: the drawing looks the same for a fifth of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np
from matplotlib.layout_engine import LayoutEngine

from toptaak.printing.text_sizes import line_extent, line_height, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS: Final = 72  # in an inch
PAD: Final = 3.0  # around each axes with all that is written around it, in points
APART: Final = 0.02  # between two axes, as a share of the figure over their number
ROUNDS: Final = 4  # the place of a text hangs on the width of its axes, and that on the room for texts
# how far letters reach above and below their base line, as a share of the size; the font declares more
_LETTERS: Final = (0.95, 0.25)
_HALF: Final = {"left": 0.0, "bottom": 0.0, "baseline": 0.37, "center": 0.5, "right": 1.0, "top": 1.0}


class Room(NamedTuple):
    """What must stay free at the left, right, bottom and top of axes, in points."""

    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0

    def with_more(self, other: Room) -> Room:
        """Give the room in which both fit."""
        return Room(*map(max, self, other))


class Written(NamedTuple):
    """A text beside axes: its anchor as a share of them, and how far it reaches from there, in points."""

    across: float
    up: float
    left: float
    right: float
    bottom: float
    top: float

    def room(self, width: float, height: float) -> Room:
        """Give what of this text stands outside axes of a width and height in points."""
        across, up = self.across * width, self.up * height
        return Room(
            max(self.left - across, 0.0),
            max(self.right + across - width, 0.0),
            max(self.bottom - up, 0.0),
            max(self.top + up - height, 0.0),
        )


class PageLayout(LayoutEngine):
    """Write the axes of a figure out as plain artists, and place them beside each other on its page."""

    _adjust_compatible = True
    _colorbar_gridspec = False

    def __init__(self) -> None:
        super().__init__()
        self._written: dict[Axes, list[Written]] = {}

    def execute(self, fig: Figure) -> None:
        """Place all axes of the figure; drawing it again changes nothing."""
        width, height = (float(side) * POINTS for side in fig.get_size_inches())
        for ax in fig.axes:
            if ax not in self._written and ax.get_visible():
                self._written[ax] = [*_axes_written_out(ax)]
        written = self._written
        below = sum(_legend_height(legend) for legend in fig.legends)
        cells = dict.fromkeys(written, (width, height))
        for _ in range(ROUNDS):
            needed = {ax: _room(written[ax], cells[ax]) for ax in written}
            places = dict(_places(needed, width, height, below))
            cells = {ax: (box[2], box[3]) for ax, box in places.items()}
        for ax, (left, bottom, across, up) in places.items():
            ax.set_position((left / width, bottom / height, across / width, up / height))


def _room(written: Iterable[Written], cell: tuple[float, float]) -> Room:
    room = Room()
    for text in written:
        room = room.with_more(text.room(*cell))
    return room


# --- axes beside each other


def _places(
    needed: Mapping[Axes, Room], width: float, height: float, below: float
) -> Iterator[tuple[Axes, tuple[float, float, float, float]]]:
    specs = {ax: spec for ax in needed if (spec := ax.get_subplotspec()) is not None}
    grid = next(iter(specs.values())).get_gridspec()
    columns = _tracks(
        [(spec.colspan, needed[ax].left, needed[ax].right) for ax, spec in specs.items()],
        np.asarray(grid.get_width_ratios(), dtype=float), width,
    )  # fmt: skip
    rows = _tracks(
        [(spec.rowspan, needed[ax].top, needed[ax].bottom) for ax, spec in specs.items()],
        np.asarray(grid.get_height_ratios(), dtype=float), height - below,
    )  # fmt: skip
    for ax, spec in specs.items():
        left, right = columns[spec.colspan.start][0], columns[spec.colspan.stop - 1][1]
        top, bottom = rows[spec.rowspan.start][0], rows[spec.rowspan.stop - 1][1]
        yield ax, (left, height - bottom, right - left, bottom - top)


def _tracks(
    needed: Sequence[tuple[range, float, float]], ratios: np.ndarray, length: float
) -> list[tuple[float, float]]:
    """Give where each column (or row) begins and ends, with the room that its axes need before and after it."""
    count = len(ratios)
    before, after = np.full(count, PAD), np.full(count, PAD)
    for span, first, last in needed:
        before[span.start] = max(before[span.start], PAD + first)
        after[span.stop - 1] = max(after[span.stop - 1], PAD + last)
    gap = APART * length / count
    free = max(length - before.sum() - after.sum() - gap * (count - 1), length * 0.1)
    sizes = free * ratios / ratios.sum()
    starts = np.cumsum(before) + np.concatenate([[0.0], np.cumsum(sizes + after + gap)[:-1]])
    return [(float(start), float(start + size)) for start, size in zip(starts, sizes, strict=True)]


def _legend_height(legend: Any) -> float:
    """Give how high a key is that stands below or above axes, in points."""
    size = float(legend.get_texts()[0].get_fontsize())
    lines = -(-len(legend.get_texts()) // legend._ncols)
    between: float = legend.labelspacing * (lines - 1) + 2 * (legend.borderaxespad + legend.borderpad)
    height: float = lines * line_height(size) + between * size - sum(_empty(size))
    return height


# --- what is written around axes


def _axes_written_out(ax: Axes) -> Iterator[Written]:
    texts = [*ax.texts]
    if ax.axison:
        for axis in (ax.xaxis, ax.yaxis):
            yield from _axis_written_out(ax, axis)
    yield from _titles(ax)
    legend = ax.get_legend()
    if legend is not None:
        yield Written(0.5, 1.0, 0.0, 0.0, 0.0, _legend_height(legend))
    if texts:
        yield from _hung_texts(ax, texts)


def _axis_written_out(ax: Axes, axis: Any) -> Iterator[Written]:
    """Put plain texts and lines in the place of an axis; give the texts."""
    if not axis.get_visible():
        return
    axis.set_visible(False)
    along = axis.axis_name
    style = axis.get_tick_params()
    low, high = sorted(axis.get_view_interval())
    places = [place for place in axis.get_majorticklocs() if low <= place <= high]
    if style.get("gridOn"):
        _grid(ax, along, places, style)
    names = axis.get_major_formatter().format_ticks(places)
    sides = {"x": ("labelbottom", "labeltop"), "y": ("labelleft", "labelright")}[along]
    shown = style.get(sides[0], True) or style.get(sides[1], False)
    written = [*_names(ax, along, places, names, style)] if shown else []
    yield from written
    yield from _axis_label(ax, axis, written)


def _style() -> Mapping[str, Any]:
    from matplotlib import rcParams

    return cast(Mapping[str, Any], rcParams)


def _grid(ax: Axes, along: str, places: Sequence[float], style: Mapping[str, Any]) -> None:
    from matplotlib.collections import LineCollection

    rc = _style()
    across = ax.get_xaxis_transform() if along == "x" else ax.get_yaxis_transform()
    lines = [[(place, 0.0), (place, 1.0)] if along == "x" else [(0.0, place), (1.0, place)] for place in places]
    colour = style.get("grid_color", rc["grid.color"])
    width = style.get("grid_linewidth", rc["grid.linewidth"])
    ax.add_collection(
        LineCollection(lines, colors=colour, linewidths=width, transform=across, zorder=0.5), autolim=False
    )


def _names(
    ax: Axes, along: str, places: Sequence[float], names: Sequence[str], style: Mapping[str, Any]
) -> Iterator[Written]:
    rc = _style()

    size = float(style.get("labelsize", rc[f"{along}tick.labelsize"]))
    pad = rc[f"{along}tick.major.pad"]
    far = bool(style.get("labeltop" if along == "x" else "labelright"))
    hangs = {
        ("x", False): ax.get_xaxis_text1_transform, ("x", True): ax.get_xaxis_text2_transform,
        ("y", False): ax.get_yaxis_text1_transform, ("y", True): ax.get_yaxis_text2_transform,
    }[along, far](pad)  # fmt: skip
    transform, up, across = hangs
    edge, offset, colour = float(far), pad if far else -pad, style.get("labelcolor", rc[f"{along}tick.labelcolor"])
    shares = _share(ax, np.repeat(np.asarray(places, dtype=float), 2).reshape(-1, 2)) if len(places) else ()
    for place, share, name in zip(places, shares, names, strict=True):
        if along == "x":
            ax.text(place, edge, name, transform=transform, ha=across, va=up, fontsize=size, color=colour)
            yield _written(name, size, (share[0], edge), (0.0, offset), (across, up))
        else:
            ax.text(edge, place, name, transform=transform, ha=across, va=up, fontsize=size, color=colour)
            yield _written(name, size, (edge, share[1]), (offset, 0.0), (across, up))


def _axis_label(ax: Axes, axis: Any, names: Sequence[Written]) -> Iterator[Written]:
    """Write what an axis tells, beyond the names of its places."""
    text, size = axis.label.get_text(), float(axis.label.get_fontsize())
    if not text:
        return
    beside = axis.axis_name == "y"
    reach = max([(name.left if beside else name.bottom) for name in names], default=0.0) + float(axis.labelpad)
    ax.annotate(
        text, (0, 0.5) if beside else (0.5, 0), xycoords="axes fraction", textcoords="offset points",
        xytext=(-reach, 0) if beside else (0, -reach), ha="right" if beside else "center",
        va="center" if beside else "top", rotation=90 if beside else 0, fontsize=size, color=axis.label.get_color(),
        annotation_clip=False,
    )  # fmt: skip
    long, high = text_width(text, size), line_height(size)
    if beside:
        yield Written(0.0, 0.5, reach + high, 0.0, long / 2, long / 2)
    else:
        yield Written(0.5, 0.0, long / 2, long / 2, reach + high, 0.0)


def _titles(ax: Any) -> Iterator[Written]:
    from matplotlib.text import Text

    pad = float(ax.titleOffsetTrans.get_matrix()[1, 2]) / ax.get_figure(root=True).dpi * POINTS
    hung = {*ax.texts}
    for title in ax.get_children():
        if isinstance(title, Text) and title not in hung and title.get_text():
            across = float(title.get_position()[0])
            align = (title.get_horizontalalignment(), title.get_verticalalignment())
            yield _written(title.get_text(), float(title.get_fontsize()), (across, 1.0), (0.0, pad), align, bold=True)


def _hung_texts(ax: Axes, texts: Sequence[Any]) -> Iterator[Written]:
    """Give the texts of a figure itself: at a place in the data or on the axes, some with a distance in points."""
    shares = _share(ax, np.array([_anchor(text) for text in texts], dtype=float))
    for text, share in zip(texts, shares, strict=True):
        across, up = _fractions(ax, text)
        offset = text.xyann if getattr(text, "anncoords", "") == "offset points" else (0.0, 0.0)
        yield _written(
            text.get_text(), float(text.get_fontsize()),
            (_anchor(text)[0] if across else share[0], _anchor(text)[1] if up else share[1]),
            offset, (text.get_ha(), text.get_va()), text.get_weight() == "bold",
        )  # fmt: skip


def _anchor(text: Any) -> tuple[float, float]:
    anchor: tuple[float, float] = text.xy if hasattr(text, "xy") else text.get_unitless_position()
    return anchor


def _fractions(ax: Axes, text: Any) -> tuple[bool, bool]:
    """Tell whether the place of a text is a share of its axes: across, and up."""
    coordinates = getattr(text, "xycoords", None)
    if coordinates is None:
        return (text.get_transform() == ax.transAxes,) * 2
    across, up = (coordinates, coordinates) if isinstance(coordinates, str) else coordinates
    return across == "axes fraction", up == "axes fraction"


def _share(ax: Axes, points: np.ndarray) -> np.ndarray:
    """Give places in the data as shares of the axes."""
    shares: np.ndarray = (ax.transScale + ax.transLimits).transform(points)
    return shares


def _written(
    text: str,
    size: float,
    anchor: tuple[float, float],
    offset: tuple[float, float],
    align: tuple[str, str],
    bold: bool = False,
) -> Written:
    lines = text.split("\n")
    width = max(text_width(line, size, bold) for line in lines)
    height = line_height(size) * len(lines)
    to_left, to_bottom = _HALF[align[0]] * width, _HALF[align[1].removesuffix("_baseline")] * height
    across, up = offset
    above, below = _empty(size)
    bottom, top = to_bottom - below - up, height - to_bottom - above + up
    return Written(*anchor, to_left - across, width - to_left + across, bottom, top)


def _empty(size: float) -> tuple[float, float]:
    """Give how much of a line stays empty above and below its letters, in points."""
    ascent, descent = line_extent("Regular")
    return (ascent - _LETTERS[0]) * size, (descent - _LETTERS[1]) * size
