"""Figures: numbers and an `ax` in, the same `ax` out. Nothing is computed, shown or saved here.

Numbers come as `Publishable` rows, in the order in which they are to be drawn. Colour is never the only carrier:
groups differ in shape or are named beside the mark.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from toptaak.printing.theme import colours
from toptaak.privacy.disclosure import Publishable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS: Final = colours()
INK, MUTED, PAPER, ACCENT = (COLOURS[name] for name in ("ink", "muted", "paper", "accent"))
GRID, ACCENT_LIGHT, TARGET = (COLOURS[f"figure-{name}"] for name in ("grid", "light", "target"))
# head of the vote to its tail; text beside the bars names the band as well
BAND_COLOURS: Final = {"top": ACCENT} | {name: COLOURS[f"figure-band-{name}"] for name in ("medium", "small", "tiny")}
PAGE_WIDTH: Final = 6.9
LABEL_WIDTH: Final = 44  # characters of a name at the side

# what a number written over lines stands on
BLANK: Final = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}

Say = Callable[[float], str]


def new_figure(height: float, width: float = PAGE_WIDTH) -> Figure:
    """Make an empty figure in the theme's style, without pyplot's global state; sizes in inches."""
    from matplotlib.figure import Figure

    from toptaak.figures.page_layout import PageLayout

    return Figure(figsize=(width, height), layout=PageLayout())


def shares(ax: Axes, rows: Publishable, labels: Sequence[str], say: Say, colours: Sequence[str]) -> Axes:
    """Draw one horizontal bar with an interval and a written value for each row, the first on top."""
    frame = rows.frame
    y = np.arange(len(frame))
    value, low, high = (frame[name].to_numpy(dtype=float) for name in ("estimate", "ci_low", "ci_high"))
    ax.barh(y, value, color=list(colours), height=0.68, zorder=2)
    ax.hlines(y, low, high, color=INK, linewidth=1.1, zorder=3)
    write_values(ax, y, np.fmax(value, high), [say(amount) for amount in value])
    categories(ax, labels)
    ax.set_xlim(0, _top(high, value) * 1.42)
    return plain_axis(ax, "x", say)


def name_groups(ax: Axes, groups: Sequence[str], names: Mapping[str, str]) -> Axes:
    """Write the name of each run of equal `groups` at the right, where it begins, with a thin line above it."""
    for place, group in enumerate(groups):
        if place and group == groups[place - 1]:
            continue
        if place:
            ax.axhline(place - 0.5, color=MUTED, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1)
        # two lines of text hang below the thin line instead of crossing it
        height, side = (place - 0.42, "top") if "\n" in names[group] else (place, "center")
        ax.annotate(
            names[group], (0.995, height), xycoords=("axes fraction", "data"), ha="right", va=side, color=MUTED,
            fontsize=8.5, fontweight="bold",
        )  # fmt: skip
    return ax


def dots(
    ax: Axes, rows: Publishable, labels: Sequence[str], say: Say, reference: tuple[float, str] | None = None
) -> Axes:
    """Draw a dot with its interval for each row; `reference` is a vertical line and its name."""
    frame = rows.frame
    y = np.arange(len(frame))
    value, low, high = (frame[name].to_numpy(dtype=float) for name in ("estimate", "ci_low", "ci_high"))
    ax.hlines(y, low, high, color=ACCENT_LIGHT, linewidth=4, zorder=2)
    ax.plot(value, y, "o", color=ACCENT, markersize=6, zorder=3)
    hidden = np.isnan(value)
    write_values(ax, y[~hidden], np.fmax(value, high)[~hidden], [say(amount) for amount in value[~hidden]])
    categories(ax, labels)
    ends = np.concatenate([low, high, value, [reference[0]] if reference else []])
    widen(ax, ends[np.isfinite(ends)])
    if reference:
        ax.axvline(reference[0], color=MUTED, linestyle=(0, (4, 3)), linewidth=1, zorder=1)
        ax.annotate(
            reference[1],
            (reference[0], 1.02),
            xycoords=("data", "axes fraction"),
            ha="center",
            color=MUTED,
            fontsize=8,
        )
    return plain_axis(ax, "x", say, possible(rows))


def trend(ax: Axes, rows: Publishable, labels: Sequence[str], say: Say, target: float | None = None) -> Axes:
    """Draw a line with its band over periods, one row a period; a hidden or missing period breaks the line."""
    frame = rows.frame
    x = np.arange(len(frame))
    value, low, high = (frame[name].to_numpy(dtype=float) for name in ("estimate", "ci_low", "ci_high"))
    ax.fill_between(x, low, high, color=ACCENT_LIGHT, alpha=0.35, linewidth=0, zorder=1)
    ax.plot(x, value, "-o", color=ACCENT, markersize=4, linewidth=1.8, zorder=3)
    if target is not None and np.isfinite(target):
        ax.axhline(target, color=TARGET, linestyle=(0, (4, 3)), linewidth=1.2, zorder=2)
    ends = np.concatenate([low, high, value, [target if target is not None else np.nan]])
    widen(ax, ends[np.isfinite(ends)], "y")
    name_places(ax, "x", x, labels)
    ax.set_xlim(-0.35, len(frame) + 0.9)
    if np.isfinite(value).any():
        last = int(np.flatnonzero(np.isfinite(value))[-1])
        ax.annotate(
            say(value[last]), (x[last], value[last]), xytext=(7, 0), textcoords="offset points",
            va="center", fontweight="bold", color=INK, fontsize=8.5, bbox=BLANK,
        )  # fmt: skip
    return plain_axis(ax, "y", say, possible(rows))


def write_values(ax: Axes, y: np.ndarray, right: np.ndarray, texts: Sequence[str]) -> None:
    """Write a text right of each mark."""
    for height, edge, text in zip(y, right, texts, strict=True):
        if np.isfinite(edge):
            ax.annotate(
                text,
                (edge, height),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                color=INK,
                fontsize=8.5,
                bbox=BLANK,
                zorder=4,
            )


def side_label(name: str) -> str:
    """Give a name for the side of a figure: a long one over two lines of about the same length, cut if it must be.

    Examples
    --------
    >>> side_label("Verhuizing doorgeven"), len(side_label("A" * 150)) < 100
    ('Verhuizing doorgeven', True)
    """
    if len(name) <= LABEL_WIDTH or "\n" in name:
        return name
    width = min(max(len(name) // 2 + 6, LABEL_WIDTH // 2), LABEL_WIDTH)
    return "\n".join(textwrap.wrap(name, width, max_lines=2, placeholder=" …"))


def categories(ax: Axes, labels: Sequence[str]) -> None:
    """Name the lines, the first on top; a long name takes two."""
    name_places(ax, "y", np.arange(len(labels)), [side_label(label) for label in labels])
    ax.set_ylim(len(labels) - 0.45, -0.55)


def _top(high: np.ndarray, value: np.ndarray) -> float:
    ends = np.concatenate([high, value])
    ends = ends[np.isfinite(ends)]
    return float(ends.max()) if len(ends) and ends.max() > 0 else 1.0


def widen(ax: Axes, ends: np.ndarray, axis: str = "x") -> None:
    """Give the ends that are drawn some room."""
    low, high = (float(ends.min()), float(ends.max())) if len(ends) else (0.0, 1.0)
    room = (high - low) * 0.14 or max(abs(high) * 0.1, 0.05)
    (ax.set_xlim if axis == "x" else ax.set_ylim)(low - room, high + room * (1.9 if axis == "x" else 1.0))


def possible(rows: Publishable) -> tuple[float, float]:
    """Give the lowest and the highest value that the measures of these rows can have.

    Examples
    --------
    >>> from toptaak.core.results import result_row, results
    >>> from toptaak.core.settings import Settings
    >>> from toptaak.privacy.disclosure import publish
    >>> possible(publish(results([result_row("success_rate", 40, 0.9)]), Settings()))
    (0.0, 1.0)
    """
    from toptaak.kpi.measures import declaration

    units = {declaration(name).unit for name in rows.frame["measure"].dropna().unique()}
    lowest = 0.0 if units <= {"ratio", "seconds", "count", "euro"} else -math.inf
    return lowest, 1.0 if units == {"ratio"} else math.inf


def plain_axis(
    ax: Axes, along: Literal["x", "y"], say: Say, within: tuple[float, float] = (-math.inf, math.inf)
) -> Axes:
    """Take away what says nothing, and write the values `within` reach along one axis as a reader does."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    axis = ax.xaxis if along == "x" else ax.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: say(value)))
    places = MaxNLocator(nbins=5 if along == "x" else 4).tick_values(*sorted(axis.get_view_interval()))
    axis.set_major_locator(FixedLocator([place for place in places if within[0] <= place <= within[1]]))
    ax.grid(True, axis=along, color=GRID, linewidth=0.8, zorder=0)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left" if along == "x" else "bottom"):
        ax.spines[side].set_visible(False)
    return ax


def name_places(ax: Axes, along: Literal["x", "y"], places: Iterable[float], names: Iterable[str]) -> Axes:
    """Write names at places along an axis; unlike `set_xticks` no artist is made before it is drawn."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    axis = ax.xaxis if along == "x" else ax.yaxis
    axis.set_major_locator(FixedLocator(list(places)))
    axis.set_major_formatter(FixedFormatter(list(names)))
    return ax


def panels(drawing: Figure, count: int, columns: int) -> list[Axes]:
    """Give `count` axes in lines of `columns`; a last line may be shorter."""
    grid = drawing.add_gridspec(-(-count // columns), columns)
    return [drawing.add_subplot(grid[divmod(place, columns)]) for place in range(count)]
