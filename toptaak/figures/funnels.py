"""The figure of the funnels: published rows and an `ax` in, the same `ax` out, as in `figures.basic`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from toptaak.figures.basic import ACCENT, ACCENT_LIGHT, BLANK, COLOURS, INK, Say, plain_axis, widen
from toptaak.figures.charts import LEGEND_SIZE, MARKS, Mark
from toptaak.numbers.funnel import Funnel
from toptaak.privacy.disclosure import Publishable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE_RANGE: Final = 20  # from the smallest to the largest: more than this needs a logarithmic axis
POINTS: Final[Mapping[str, Mark]] = {
    "chance": Mark("o", COLOURS["figure-usual"], 4.6),
    "usual": Mark("o", ACCENT, 4.6),
    "better": MARKS["improvement"],
    "worse": MARKS["concern"],
    "different": MARKS["neutral"],
}


def funnel_plot(
    ax: Axes,
    rows: Publishable,
    funnels: tuple[Funnel, Funnel],
    standings: Sequence[str],
    names: Sequence[str],
    words: Mapping[str, str],
    say: Say,
    say_size: Say,
) -> Axes:
    """Draw every municipality by its size and value on the funnels of chance and of usual differences.

    Parameters
    ----------
    funnels
        By chance alone, and with the usual differences.
    standings
        Where each municipality stands: a key of `POINTS`. Who lies outside both funnels is named.
    names
        Name of each municipality.
    words
        What marks mean by their key, and under `centre`, `in_chance`, `in_usual` and `sizes` the line, the grounds and
        the axis.
    """
    frame = rows.frame
    x, y = (frame[name].to_numpy(dtype=float) for name in ("n", "estimate"))
    chance, usual = funnels
    for funnel, name, depth in ((usual, "in_usual", 0.22), (chance, "in_chance", 0.45)):
        ax.fill_between(
            funnel.sizes, funnel.low, funnel.high, color=ACCENT_LIGHT, alpha=depth, linewidth=0, label=words[name]
        )
    ax.axhline(float(frame["centre"].iloc[0]), color=INK, linewidth=1, label=words["centre"])
    where = np.asarray(standings)
    for position, mark in POINTS.items():
        there = where == position
        if there.any():
            ax.plot(
                x[there], y[there], mark.shape, color=mark.colour, markersize=mark.size, zorder=3, label=words[position]
            )
    ax.set_xlim(chance.sizes[0], chance.sizes[-1])
    # the funnel of the very smallest would flatten all the rest, so it may run off the page
    ends = [np.interp(np.median(x), usual.sizes, limits) for limits in (usual.low, usual.high)]
    widen(ax, np.array([*ends, *y]), "y")
    for at in np.flatnonzero(~np.isin(where, ["chance", "usual"])).tolist():
        side = 1 if x[at] < np.median(x) else -1
        ax.annotate(
            names[at], (x[at], y[at]), xytext=(7 * side, 0), textcoords="offset points",
            ha="left" if side > 0 else "right", va="center", fontsize=8.5, color=INK, bbox=BLANK, zorder=4,
        )  # fmt: skip
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, fontsize=LEGEND_SIZE)
    plain_axis(ax, "y", say)
    return _sizes_axis(ax, x, words["sizes"], say_size)


def _sizes_axis(ax: Axes, sizes: np.ndarray, name: str, say: Say) -> Axes:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    if sizes.max() / sizes.min() > WIDE_RANGE:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: say(value)))
    ax.set_xlabel(name)
    return ax


def only_shares(ax: Axes, axis: str) -> Axes:
    """Take away what is written along an axis below 0 and above 1."""
    from matplotlib.ticker import FixedLocator

    low, high = ax.get_xlim() if axis == "x" else ax.get_ylim()
    line = ax.xaxis if axis == "x" else ax.yaxis
    kept = [tick for tick in line.get_majorticklocs() if max(low, 0.0) <= tick <= min(high, 1.0)]
    line.set_major_locator(FixedLocator(kept))
    return ax
