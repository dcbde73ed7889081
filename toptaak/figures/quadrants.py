"""Where to act as a picture: votes across, distance to the target upwards, volume as size, and four named quarters."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from toptaak.figures.basic import ACCENT, ACCENT_LIGHT, COLOURS, INK, MUTED, PAPER, Say, plain_axis
from toptaak.figures.charts import MARKS
from toptaak.privacy.disclosure import Publishable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALLEST, LARGEST = 5.0, 15.0  # of a mark, in points; its surface grows with the volume
NAME_LENGTH: Final = 32  # characters of a line of a name at the side
CORNER_LENGTH: Final = 26  # and of the name of a quarter
HEIGHT_OF_NAME: Final = 0.34  # inches
CORNER_ROOM: Final = 0.19  # above and below all marks, of the height
_BETWEEN: Final = 0.06  # left and right of all marks, of the width


class QuadrantNames(NamedTuple):
    """What is written around the picture: the axes, and the quarters as they stand."""

    across: str
    up: str
    top_left: str
    top_right: str
    bottom_left: str
    bottom_right: str


def height_of_quadrants(tasks: int) -> float:
    """Give the height in inches at which the name of every task has a place of its own.

    Examples
    --------
    >>> height_of_quadrants(8) > height_of_quadrants(3)
    True
    """
    return max(2.6, 0.75 + HEIGHT_OF_NAME * tasks)


def quadrants(
    ax: Axes,
    rows: Publishable,
    volumes: Sequence[float],
    names: Sequence[str],
    words: QuadrantNames,
    say: tuple[Say, Say],
) -> Axes:
    """Draw a mark for each task; its name stands at the right, at the end of a thin line.

    Parameters
    ----------
    rows
        Rows with the extension `priority`: votes, performance and target.
    volumes
        How often each task occurred; NaN where that is not known or not shown.
    say
        Write a share of the votes, and a distance to the target.
    """
    frame = rows.frame
    x, x_low, x_high = (frame[name].to_numpy(dtype=float) for name in ("vote_share", "vote_low", "vote_high"))
    target = frame["target"].to_numpy(dtype=float)
    y, y_low, y_high = (target - frame[name].to_numpy(dtype=float) for name in ("estimate", "ci_high", "ci_low"))
    ax.hlines(y, x_low, x_high, color=ACCENT_LIGHT, linewidth=1.4, zorder=2)
    ax.vlines(x, y_low, y_high, color=ACCENT_LIGHT, linewidth=2.4, zorder=2)
    _marks(ax, x, y, _sizes(volumes), (frame["verdict"] == "not_met").to_numpy())
    _limits(ax, np.concatenate([x, x_low, x_high]), np.concatenate([y, y_low, y_high, [0.0]]))
    _quarters(ax, float(np.median(x)), words)
    _names(ax, x, y, names)
    ax.set_xlabel(words.across)
    ax.set_ylabel(words.up)
    plain_axis(ax, "x", say[0])
    return plain_axis(ax, "y", say[1])


def _sizes(volumes: Sequence[float]) -> np.ndarray:
    """Give the width of each mark: its surface goes with the volume; the smallest where that is not known."""
    known = np.nan_to_num(np.asarray(volumes, dtype=float))
    share = np.sqrt(known / known.max()) if known.any() else known
    return np.asarray(SMALLEST + (LARGEST - SMALLEST) * share)


def _marks(ax: Axes, x: np.ndarray, y: np.ndarray, sizes: np.ndarray, missed: np.ndarray) -> None:
    for place in np.argsort(-sizes, kind="stable"):
        shape, colour = (MARKS["concern"].shape, MARKS["concern"].colour) if missed[place] else ("o", ACCENT)
        fill = colour if missed[place] else PAPER
        ax.plot(
            x[place], y[place], shape, color=colour, markerfacecolor=fill, markersize=sizes[place], alpha=0.9, zorder=4
        )


def _limits(ax: Axes, across: np.ndarray, up: np.ndarray) -> None:
    for ends, room, setter in ((across, _BETWEEN, ax.set_xlim), (up, CORNER_ROOM, ax.set_ylim)):
        low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
        span = (high - low) or 0.01
        around = span * room / (1 - 2 * room)
        setter(low - around, high + around)


def _quarters(ax: Axes, middle: float, words: QuadrantNames) -> None:
    ax.axhspan(0, ax.get_ylim()[1], xmin=0, xmax=1, color=COLOURS["figure-now"], linewidth=0, zorder=0)
    ax.axhline(0, color=INK, linewidth=1, zorder=1)
    ax.axvline(middle, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    corners = ((words.top_left, 0.01, 0.985), (words.top_right, 0.99, 0.985), (words.bottom_left, 0.01, 0.015),
               (words.bottom_right, 0.99, 0.015))  # fmt: skip
    for text, across, up in corners:
        ax.text(
            across, up, "\n".join(textwrap.wrap(text, CORNER_LENGTH)), transform=ax.transAxes,
            ha="left" if across < 0.5 else "right", va="bottom" if up < 0.5 else "top",
            fontsize=8, fontweight="bold", color=MUTED, zorder=3, linespacing=1.0,
        )  # fmt: skip


def _names(ax: Axes, x: np.ndarray, y: np.ndarray, names: Sequence[str]) -> None:
    """Give every name a place of its own at the right, in the order of the marks from top to bottom."""
    low, high = ax.get_ylim()
    right = ax.get_xlim()[1]
    order = np.lexsort((-x, -y))
    places = high - (np.arange(len(order)) + 0.5) * (high - low) / len(order)
    for task, place in zip(order, places, strict=True):
        ax.plot([x[task], right], [y[task], place], color=COLOURS["figure-thread"], linewidth=0.6, zorder=1)
        ax.annotate(
            _short(names[task]), (1.0, place), xycoords=("axes fraction", "data"), xytext=(4, 0),
            textcoords="offset points", ha="left", va="center", fontsize=8, color=INK, linespacing=1.0,
        )  # fmt: skip


def _short(name: str) -> str:
    return "\n".join(textwrap.wrap(name, NAME_LENGTH, max_lines=2, placeholder=" …"))
