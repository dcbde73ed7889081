"""Figures on performance: published rows and an `ax` in, the same `ax` out, as in `figures.basic`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from toptaak.figures.basic import (
    ACCENT,
    ACCENT_LIGHT,
    COLOURS,
    INK,
    MUTED,
    PAPER,
    TARGET,
    Say,
    categories,
    name_places,
    plain_axis,
    widen,
    write_values,
)
from toptaak.privacy.disclosure import Publishable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEGEND_SIZE: Final = 8.5
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_ROUND_TIMES: Final = (
    *(1, 5, 10, 30),
    *(_MINUTE * count for count in (1, 2, 5, 10, 20, 30)),
    *(_HOUR * count for count in (1, 2, 3, 6, 12)),
    *(_DAY * count for count in (1, 2, 5, 10, 20, 50, 100)),
)


class Mark(NamedTuple):
    """How a point is drawn: shape and colour differ together, so that neither is needed to tell them apart."""

    shape: str
    colour: str
    size: float


MARKS: Final = {
    "": Mark("o", COLOURS["figure-usual"], 3.2),
    "improvement": Mark("D", COLOURS["figure-improvement"], 4.6),
    "concern": Mark("s", COLOURS["figure-concern"], 5.0),
    "neutral": Mark("^", COLOURS["figure-neutral"], 5.4),
}


# How the lines of a control chart are drawn.
LINES: Final[Mapping[str, Mapping[str, Any]]] = {
    "centre": {"color": INK, "linewidth": 1},
    "limit": {"color": MUTED, "linewidth": 0.9, "linestyle": (0, (2, 2))},
    "target": {"color": TARGET, "linewidth": 1.2, "linestyle": (0, (6, 3))},
    "rebase": {"color": COLOURS["figure-second"], "linewidth": 1.3},
}


def control_chart(
    ax: Axes, rows: Publishable, quarters: Sequence[int], names: Sequence[str], say: Say, target: float | None = None
) -> Axes:
    """Draw a control chart, one row a week: points, centre, limits and target; a line where the limits start anew.

    Parameters
    ----------
    quarters
        Position of the first week of each quarter; the last quarter gets a ground of its own.
    names
        Name of each quarter.
    """
    frame = rows.frame
    x, value = np.arange(len(frame)), frame["estimate"].to_numpy(dtype=float)
    ax.axvspan(quarters[-1] - 0.5, len(frame) - 0.5, color=COLOURS["figure-now"], linewidth=0, zorder=0)
    phases = frame.assign(place=x - 0.5).dropna(subset="phase").groupby("phase")
    lines = phases[["centre", "limit_low", "limit_high"]].last()
    starts = [-1.0, *phases["place"].min().iloc[1:]]
    for name, style in (("centre", "centre"), ("limit_low", "limit"), ("limit_high", "limit")):
        ax.hlines(lines[name], starts, [*starts[1:], len(frame)], **LINES[style], zorder=2)
    for start in starts[1:]:
        ax.axvline(start, **LINES["rebase"], zorder=1)
    if target is not None:
        ax.axhline(target, **LINES["target"], zorder=2)
    ax.plot(x, value, color=COLOURS["figure-thread"], linewidth=0.9, zorder=1)
    judgement = frame["judgement"].fillna("").to_numpy()
    for name, mark in MARKS.items():
        there = (judgement == name) & np.isfinite(value)
        ax.plot(x[there], value[there], mark.shape, color=mark.colour, markersize=mark.size, zorder=3)
    ends = np.array([*lines["limit_low"], *lines["limit_high"], *value, *([target] if target is not None else [])])
    widen(ax, ends[np.isfinite(ends)], "y")
    ax.set_xlim(-1, len(frame))
    name_places(ax, "x", quarters, names)
    return plain_axis(ax, "y", say)


def round_times(ax: Axes, most: int = 4) -> Axes:
    """Put the ticks of an upright axis of seconds at times a reader counts in, such as 30 minutes or 2 days."""
    from matplotlib.ticker import FixedLocator

    low, high = ax.get_ylim()
    step = next((length for length in _ROUND_TIMES if (high - low) / length <= most), _ROUND_TIMES[-1])
    places = np.arange(max(0.0, np.ceil(low / step)), high / step + 1e-9) * step
    ax.yaxis.set_major_locator(FixedLocator(places.tolist()))
    return ax


def mark_changes(ax: Axes, places: Sequence[float]) -> Axes:
    """Mark where something was changed with a line and its number, in order of time."""
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
        Which of `LINES`, and what the line is called.
    """
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=MARKS[kind].colour, marker=MARKS[kind].shape, markersize=MARKS[kind].size, linewidth=0)
        for kind, _ in names
    ] + [Line2D([], [], **LINES[kind]) for kind, _ in lines]
    labels = [name for _, name in (*names, *lines)]
    drawing.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=LEGEND_SIZE)
    return drawing


def pairs(
    ax: Axes, both: tuple[Publishable, Publishable], labels: Sequence[str], keys: Sequence[str], say: Say
) -> Axes:
    """Draw two marks with margins on each line: filled for the first frame, open for the second."""
    ends = []
    looks = ((-0.2, "o", ACCENT, ACCENT), (0.2, "D", COLOURS["figure-second"], PAPER))
    for rows, key, (shift, shape, colour, fill) in zip(both, keys, looks, strict=True):
        frame = rows.frame
        y = np.arange(len(frame)) + shift
        value, low, high = (frame[name].to_numpy(dtype=float) for name in ("estimate", "ci_low", "ci_high"))
        ax.hlines(y, low, high, color=colour, linewidth=1.4, zorder=2)
        ax.plot(value, y, shape, color=colour, markerfacecolor=fill, markersize=5.5, zorder=3, label=key)
        seen = np.isfinite(value)
        write_values(ax, y[seen], np.fmax(value, high)[seen], [say(amount) for amount in value[seen]])
        ends += [low, high, value]
    categories(ax, labels)
    together = np.concatenate(ends)
    widen(ax, together[np.isfinite(together)])
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=LEGEND_SIZE)
    return plain_axis(ax, "x", say)


def survival_curve(
    ax: Axes, rows: Publishable, unit: float, followed: Sequence[tuple[float, str]], say: Say, name: str
) -> Axes:
    """Draw what is left over time as a falling step line with its margin.

    Parameters
    ----------
    unit
        Seconds of one step of the axis.
    followed
        Places on the axis and how many cases are still followed there, written under the axis.
    name
        What the axis tells.
    """
    frame = rows.frame.sort_values("time")
    x = frame["time"].to_numpy(dtype=float) / unit
    value, low, high = (frame[column].to_numpy(dtype=float) for column in ("estimate", "ci_low", "ci_high"))
    ax.fill_between(x, low, high, step="post", color=ACCENT_LIGHT, alpha=0.4, linewidth=0, zorder=1)
    ax.step(x, value, where="post", color=ACCENT, linewidth=1.8, zorder=3)
    ax.set_ylim(0, min(1.0, float(np.nanmax(high)) * 1.15))
    ax.set_xlim(0, float(x.max()))
    name_places(ax, "x", [place for place, _ in followed], [f"{place:.0f}\n({text})" for place, text in followed])
    ax.set_xlabel(name)
    return plain_axis(ax, "y", say)


def hazard_by_day(
    ax: Axes, rows: Publishable, unit: float, spans: Sequence[tuple[int, int, str]], say: Say, name: str
) -> Axes:
    """Draw a chance per day with its margin; `spans`: first and last day of a period, and its name."""
    frame = rows.frame.sort_values("time")
    x = frame["time"].to_numpy(dtype=float) / unit
    value, low, high = (frame[column].to_numpy(dtype=float) for column in ("estimate", "ci_low", "ci_high"))
    for place, (first, last, text) in enumerate(spans):
        ax.axvspan(first - 0.5, last + 0.5, color=ACCENT_LIGHT, alpha=0.18 + 0.16 * place, linewidth=0, zorder=0)
        ax.annotate(
            text, ((first + last) / 2, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 3),
            textcoords="offset points", ha="center", va="bottom", fontsize=8.5, color=MUTED,
        )  # fmt: skip
    ax.vlines(x, low, high, color=MUTED, linewidth=1.2, zorder=2)
    ax.plot(x, value, "o", color=ACCENT, markersize=4.5, zorder=3)
    ax.set_ylim(0, float(np.nanmax(high)) * 1.12)
    ax.set_xlim(0.2, float(x.max()) + 0.8)
    ax.set_xlabel(name)
    days = [day for day in range(1, int(x.max()) + 1) if day == 1 or day % 5 == 0]
    name_places(ax, "x", days, [str(day) for day in days])
    return plain_axis(ax, "y", say)


_FLOWS: Final = ("concern", "flow-green", "second", "flow-ochre")
_FLOW_COLOURS: Final = (ACCENT, *(COLOURS[f"figure-{name}"] for name in _FLOWS), MUTED, COLOURS["figure-thread"])
_GAP: Final = 0.025  # between two bars, as a share of the height
_BAR: Final = 0.025


def channel_flows(
    ax: Axes,
    rows: Publishable,
    orders: tuple[Sequence[str], Sequence[str]],
    names: Mapping[str, str],
    headings: tuple[str, str],
    say: Say,
) -> Axes:
    """Draw bands from the channels on the left to those on the right, as wide as the number of contacts.

    Parameters
    ----------
    orders
        Channels on the left and on the right, from top to bottom.
    names
        Name of each channel.
    headings
        What stands above the left and the right side.
    """
    from matplotlib.patches import PathPatch, Rectangle
    from matplotlib.path import Path

    frame = rows.frame.dropna(subset="estimate")
    frame = frame.assign(contacts=frame["n"].astype(float) * frame["estimate"])
    amounts = frame.set_index(["from_channel", "to_channel"])["contacts"]
    sides = [amounts.groupby(level=side).sum().reindex(list(orders[side])) for side in (0, 1)]
    tops = [_stacked(side.to_numpy(dtype=float)) for side in sides]
    colours = dict(zip(orders[0], _FLOW_COLOURS, strict=False))
    used = [dict.fromkeys(order, 0.0) for order in orders]
    scale = (1 - _GAP * (max(len(members) for members in orders) - 1)) / float(amounts.sum())
    for left in orders[0]:
        for right in orders[1]:
            width = float(amounts.get((left, right), 0.0)) * scale
            if not width:
                continue
            start = tops[0][orders[0].index(left)] - used[0][left]
            end = tops[1][orders[1].index(right)] - used[1][right]
            used[0][left] += width
            used[1][right] += width
            points = [
                (_BAR, start), (0.5, start), (0.5, end), (1 - _BAR, end),
                (1 - _BAR, end - width), (0.5, end - width), (0.5, start - width), (_BAR, start - width), (_BAR, start),
            ]  # fmt: skip
            codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
            ax.add_patch(PathPatch(Path(points, codes), facecolor=colours[left], alpha=0.45, linewidth=0, zorder=2))
    for side, (order, place, align) in enumerate(zip(orders, (0.0, 1 - _BAR), ("right", "left"), strict=True)):
        for at, channel in enumerate(order):
            height = used[side][channel]
            ax.add_patch(Rectangle((place, tops[side][at] - height), _BAR, height, color=INK, linewidth=0, zorder=3))
            x = place - 0.015 if side == 0 else place + _BAR + 0.015
            text = f"{names[channel]} ({say(float(sides[side].iloc[at]))})"
            ax.text(x, tops[side][at] - height / 2, text, ha=align, va="center", fontsize=9, color=INK)
    for x, text, align in ((_BAR, headings[0], "right"), (1 - _BAR, headings[1], "left")):
        ax.text(x, 1.04, text, ha=align, va="bottom", fontsize=8.5, color=MUTED)
    ax.set_xlim(-0.35, 1.42)
    ax.set_ylim(-0.02, 1.08)
    ax.set_axis_off()
    return ax


def _stacked(amounts: np.ndarray) -> np.ndarray:
    """Give the top of each bar when bars stand under each other from 1 down, with a gap between them."""
    scale = 1 - _GAP * (len(amounts) - 1)
    heights = amounts / amounts.sum() * scale
    tops: np.ndarray = 1 - np.concatenate([[0.0], np.cumsum(heights + _GAP)[:-1]])
    return tops
