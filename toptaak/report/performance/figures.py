"""Figures on performance: published rows and an `ax` in, the same `ax` out, as in `report.figures`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from toptaak.privacy.disclosure import Publishable
from toptaak.report.figures import (
    ACCENT,
    ACCENT_LIGHT,
    INK,
    MUTED,
    TARGET,
    Say,
    categories,
    plain_axis,
    widen,
    write_values,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEGEND_SIZE: Final = 8.5
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_ROUND_TIMES: Final = (
    *(1, 5, 10, 30),
    *(_MINUTE * one for one in (1, 2, 5, 10, 20, 30)),
    *(_HOUR * one for one in (1, 2, 3, 6, 12)),
    *(_DAY * one for one in (1, 2, 5, 10, 20, 50, 100)),
)


class Mark(NamedTuple):
    """How a point is drawn: shape and colour differ together, so that neither is needed to tell them apart."""

    shape: str
    colour: str
    size: float


MARKS: Final = {
    "": Mark("o", "#7d8a94", 3.2),
    "improvement": Mark("D", "#0072b2", 4.6),
    "concern": Mark("s", "#c4500c", 5.0),
    "neutral": Mark("^", "#6b4fa0", 5.4),
}


def control_chart(
    ax: Axes, rows: Publishable, quarters: Sequence[int], names: Sequence[str], say: Say, target: float | None = None
) -> Axes:
    """Draw a control chart, one row a week: points, centre, limits and target.

    Parameters
    ----------
    quarters
        Position of the first week of each quarter; the last quarter gets a ground of its own.
    names
        Name of each quarter.
    """
    frame = rows.frame
    x, value = np.arange(len(frame)), frame["estimate"].to_numpy(dtype=float)
    ax.axvspan(quarters[-1] - 0.5, len(frame) - 0.5, color="#eef3f6", linewidth=0, zorder=0)
    lines = frame[["centre", "limit_low", "limit_high"]].dropna()
    centre, low, high = (float(one) for one in lines.iloc[-1])
    ax.axhline(centre, color=INK, linewidth=1, zorder=2)
    for limit in (low, high):
        ax.axhline(limit, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)), zorder=2)
    if target is not None:
        ax.axhline(target, color=TARGET, linewidth=1.2, linestyle=(0, (6, 3)), zorder=2)
    ax.plot(x, value, color="#b4bec6", linewidth=0.9, zorder=1)
    judgement = frame["judgement"].fillna("").to_numpy()
    for name, mark in MARKS.items():
        there = (judgement == name) & np.isfinite(value)
        ax.plot(x[there], value[there], mark.shape, color=mark.colour, markersize=mark.size, zorder=3)
    ends = np.array([low, high, *value[np.isfinite(value)], *([target] if target is not None else [])])
    widen(ax, ends[np.isfinite(ends)], "y")
    ax.set_xlim(-1, len(frame))
    ax.set_xticks(list(quarters), list(names))
    return plain_axis(ax, "y", say)


def round_times(ax: Axes, most: int = 4) -> Axes:
    """Put the ticks of an upright axis of seconds at times a reader counts in, such as 30 minutes or 2 days."""
    from matplotlib.ticker import MultipleLocator

    low, high = ax.get_ylim()
    step = next((one for one in _ROUND_TIMES if (high - low) / one <= most), _ROUND_TIMES[-1])
    ax.yaxis.set_major_locator(MultipleLocator(step))
    return ax


def mark_changes(ax: Axes, places: Sequence[int]) -> Axes:
    """Mark the weeks in which something was changed with a line and its number, in order of time."""
    for number, place in enumerate(places, start=1):
        ax.axvline(place, color=INK, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=1)
        ax.annotate(
            str(number), (place, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 1), textcoords="offset points",
            ha="center", va="bottom", fontsize=7.5, color=INK,
        )  # fmt: skip
    return ax


def explain_marks(drawing: Figure, names: Sequence[tuple[str, str]], lines: Sequence[tuple[str, str]]) -> Figure:
    """Write what shapes and lines mean under a figure of control charts.

    Parameters
    ----------
    names
        Judgement of the marks drawn, and what it is called.
    lines
        `centre`, `limit` or `target`, and what the line is called.
    """
    from matplotlib.lines import Line2D

    styles = {
        "centre": {"color": INK, "linewidth": 1},
        "limit": {"color": MUTED, "linewidth": 0.9, "linestyle": (0, (2, 2))},
        "target": {"color": TARGET, "linewidth": 1.2, "linestyle": (0, (6, 3))},
    }
    handles = [
        Line2D([], [], color=MARKS[one].colour, marker=MARKS[one].shape, markersize=MARKS[one].size, linewidth=0)
        for one, _ in names
    ] + [Line2D([], [], **styles[one]) for one, _ in lines]  # type: ignore[arg-type]
    labels = [name for _, name in (*names, *lines)]
    drawing.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=LEGEND_SIZE)
    return drawing


def shortfalls(ax: Axes, rows: Publishable, labels: Sequence[str], say: Say) -> Axes:
    """Draw the weighed shortfall of each task with its margin, the first on top; a line marks zero.

    Filled where the target is demonstrably missed, open elsewhere.
    """
    frame = rows.frame
    y = np.arange(len(frame))
    value, low, high = (frame[name].to_numpy(dtype=float) for name in ("shortfall", "shortfall_low", "shortfall_high"))
    missed = (frame["verdict"] == "not_met").to_numpy()
    ax.axvline(0, color=INK, linewidth=1, zorder=1)
    ax.hlines(y, low, high, color=ACCENT_LIGHT, linewidth=4, zorder=2)
    ax.plot(value[missed], y[missed], MARKS["concern"].shape, color=MARKS["concern"].colour, markersize=7, zorder=3)
    ax.plot(value[~missed], y[~missed], "o", color=ACCENT, markerfacecolor="white", markersize=6, zorder=3)
    write_values(ax, y, np.fmax(value, high), [say(one) for one in value])
    categories(ax, labels)
    ends = np.concatenate([low, high, [0.0]])
    widen(ax, ends[np.isfinite(ends)])
    return plain_axis(ax, "x", say)
