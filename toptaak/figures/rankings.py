"""Figures of the research notebook: numbers and an `ax` in, the same `ax` out, as in `figures.basic`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from toptaak.figures.basic import (
    ACCENT,
    ACCENT_LIGHT,
    BLANK,
    COLOURS,
    GRID,
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
from toptaak.numbers.rank_groups import Group, places
from toptaak.privacy.disclosure import Publishable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# least distance between the names of two lines, as a share of the height
_APART = 0.075


class Marker(NamedTuple):
    """A number of voters that is worth a line of its own, and its name."""

    voters: int
    name: str


def height_of(labels: Sequence[str], around: float = 0.9) -> float:
    """Give the height in inches of a figure with a line for each label, of one or two lines of text."""
    per_line = 0.37 if any("\n" in label for label in labels) else 0.27
    return around + per_line * len(labels)


def cumulative(ax: Axes, rows: Publishable, bands: Sequence[tuple[float, str]], say: Say) -> Axes:
    """Draw how the vote adds up over the tasks; `bands`: the share at which each ends, and its name."""
    from matplotlib.colors import to_rgb
    from matplotlib.ticker import MaxNLocator

    share = rows.frame["estimate"].to_numpy(dtype=float)
    count = len(share)
    added = np.concatenate([[0.0], share.cumsum()])
    ax.plot([0, count], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=2)
    ax.plot(np.arange(count + 1), added, color=ACCENT, linewidth=2.2, zorder=4)
    starts = [0.0, *(end for end, _ in bands)]
    for place, ((end, name), start) in enumerate(zip(bands, starts, strict=False)):
        shade = 1 - (1 - np.array(to_rgb(ACCENT_LIGHT))) * (0.28 if place % 2 == 0 else 0.1)
        ax.axhspan(start, end, color=tuple(shade), linewidth=0, zorder=0)
        text = ax.text(
            count * 0.995, (start + end) / 2, name, ha="right", va="center", fontsize=8.5, color=INK, zorder=3
        )
        # the line of equal votes does not run through the name
        text.set_bbox({"facecolor": tuple(shade), "edgecolor": "none", "pad": 1.5})
        if end < 1:
            at = float(np.interp(end, added, np.arange(count + 1)))
            ax.plot([at, at], [0, end], color=ACCENT, linewidth=0.9, linestyle=(0, (1.5, 2)), zorder=3)
            ax.plot([at], [end], "o", color=ACCENT, markersize=5, zorder=5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlim(0, count)
    ax.set_ylim(0, 1)
    quarters = (0, 0.25, 0.5, 0.75, 1)
    name_places(ax, "y", quarters, [say(value) for value in quarters])
    return _quiet(ax)


def possible_ranks(ax: Axes, rows: Publishable, tasks: Sequence[str], labels: Sequence[str]) -> Axes:
    """Draw for each task a dot at its place and a line over the places it may have, the first on top."""
    frame = rows.frame.drop_duplicates("task_id").set_index("task_id").loc[list(tasks)]
    rank, low, high = (frame[name].to_numpy(dtype=float) for name in ("rank", "rank_low", "rank_high"))
    y = np.arange(len(tasks))
    ax.hlines(y, low, high, color=ACCENT_LIGHT, linewidth=5, zorder=2)
    ax.plot(rank, y, "o", color=ACCENT, markersize=5.5, zorder=3)
    write_values(ax, y, high, [places(row) for _, row in frame.iterrows()])
    categories(ax, labels)
    ax.set_xlim(0.3, float(high.max()) * 1.16 + 1)
    return plain_axis(ax, "x", lambda place: f"{place:.0f}")


def band_chances(
    ax: Axes, rows: Publishable, tasks: Sequence[str], colours: Mapping[str, str], names: Mapping[str, str], say: Say
) -> Axes:
    """Draw for each task a bar divided over the bands by their chances; a key with their names stands below all."""
    frame = rows.frame.pivot_table(index="task_id", columns="band", values="estimate", observed=True)
    frame = frame.reindex(index=list(tasks), columns=list(colours)).fillna(0.0)
    y, left = np.arange(len(tasks)), np.zeros(len(tasks))
    for band, colour in colours.items():
        width = frame[band].to_numpy(dtype=float)
        ax.barh(y, width, left=left, height=0.62, color=colour, edgecolor=PAPER, linewidth=0.6, label=names[band])
        left = left + width
    for line, value in enumerate(frame[next(iter(colours))]):
        if value >= 0.3:
            ax.text(value / 2, line, say(value), ha="center", va="center", fontsize=7.5, color=PAPER, zorder=4)
    ax.set_xlim(0, 1)
    _key_below(ax, len(colours))
    return _bare(ax)


def chances_by_voters(
    ax: Axes, lines: Mapping[str, Publishable], markers: Sequence[Marker], say: Say, say_count: Say
) -> Axes:
    """Draw chances with their margins against the number of voters (equal steps for doublings), named at the end."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    ends: list[tuple[float, str]] = []
    sizes = np.array([1.0])
    for number, (name, rows) in enumerate(lines.items()):
        frame = rows.frame
        sizes = frame["voters"].to_numpy(dtype=float)
        value, low, high = (frame[column].to_numpy(dtype=float) for column in ("estimate", "ci_low", "ci_high"))
        ax.fill_between(sizes, low, high, color=ACCENT_LIGHT, alpha=0.35, linewidth=0, zorder=1)
        ax.plot(sizes, value, ("-o", "--s")[number % 2], color=ACCENT, markersize=4, linewidth=1.8, zorder=3)
        if np.isfinite(value[-1]):
            ends.append((float(value[-1]), name))
    for height, name in _spread_out(ends):
        ax.annotate(name, (sizes[-1], height), xytext=(7, 0), textcoords="offset points", va="center", fontsize=8.5,
                    fontweight="bold", color=INK, annotation_clip=False)  # fmt: skip
    ax.set_xscale("log")
    ax.set_xlim(sizes[0] * 0.9, sizes[-1] * 1.9)
    ax.set_ylim(0, 1.02)
    ax.xaxis.set_major_locator(FixedLocator(sizes.tolist()))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda size, _: say_count(size)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: say(value)))
    for level, marker in enumerate(markers):
        ax.axvline(marker.voters, color=MUTED, linestyle=(0, (4, 3)), linewidth=1, zorder=1)
        ax.annotate(marker.name, (marker.voters, 1.02), xycoords=("data", "axes fraction"), xytext=(0, 2 + 11 * level),
                    textcoords="offset points", ha="center", fontsize=8.5, color=INK)  # fmt: skip
    ax.grid(True, axis="y", color=GRID, linewidth=0.8, zorder=0)
    return _quiet(ax)


def heatmap(
    ax: Axes,
    rows: Publishable,
    across: tuple[str, str],
    lines: Mapping[str, str],
    columns: Mapping[str, str],
    write: Callable[[pd.Series], str],
) -> Axes:
    """Draw a field of cells, darker for a higher estimate, with a text in each; a cell without a number is empty.

    `across`: the group columns that stand down and across; `lines` and `columns`: their values, in order, with names.
    """
    import seaborn as sns
    from matplotlib.colors import LinearSegmentedColormap

    down, along = across
    frame = rows.frame
    frame = frame[frame[down].isin(list(lines)) & frame[along].isin(list(columns))]
    texts = frame.assign(text=[write(row) for _, row in frame.iterrows()])
    value, text = (
        texts.pivot(index=down, columns=along, values=name).reindex(index=list(lines), columns=list(columns))
        for name in ("estimate", "text")
    )
    highest = frame["estimate"].max() if frame["estimate"].notna().any() else 1.0
    # light enough for dark text in every cell
    shades = LinearSegmentedColormap.from_list("toptaak", [COLOURS["figure-field"], ACCENT_LIGHT])
    sns.heatmap(
        value.astype(float), ax=ax, annot=text.fillna("").to_numpy(), fmt="", cmap=shades, cbar=False,
        vmin=0, vmax=highest, linewidths=1.2, linecolor=PAPER, annot_kws={"fontsize": 8, "color": INK},
    )  # fmt: skip
    name_places(ax, "y", np.arange(len(lines)) + 0.5, [*lines.values()])
    name_places(ax, "x", np.arange(len(columns)) + 0.5, [*columns.values()])
    ax.xaxis.tick_top()
    ax.set(xlabel="", ylabel="")
    return ax


def pairs(
    ax: Axes, rows: Publishable, labels: Sequence[str], names: tuple[str, str], say: Say, difference: bool = False
) -> Axes:
    """Draw a dot for the estimate with its margin, and a square for the reference, on one line.

    `difference`: the estimate is its difference from the reference; it is drawn where it stands.
    """
    frame = rows.frame
    y = np.arange(len(frame))
    reference = frame["reference_estimate"].to_numpy(dtype=float)
    base = reference if difference else 0.0
    value, low, high = (frame[name].to_numpy(dtype=float) + base for name in ("estimate", "ci_low", "ci_high"))
    ax.hlines(y, np.fmin(value, reference), np.fmax(value, reference), color=GRID, linewidth=2, zorder=2)
    ax.hlines(y, low, high, color=ACCENT_LIGHT, linewidth=5, zorder=3)
    ax.plot(value, y, "o", color=ACCENT, markersize=6, zorder=5, label=names[0])
    ax.plot(reference, y, "s", color=TARGET, markersize=5.5, zorder=4, label=names[1])
    categories(ax, labels)
    ends = np.concatenate([value, reference, low, high])
    widen(ax, ends[np.isfinite(ends)])
    _key_below(ax, 2)
    return plain_axis(ax, "x", say)


def two_rankings(
    ax: Axes, rows: Mapping[str, Publishable], tasks: Sequence[str], labels: Sequence[str], names: Mapping[str, str]
) -> Axes:
    """Draw for each task its place and possible places in two votes: a dot above, a square below."""
    last = 1.0
    for step, (level, row) in enumerate(rows.items()):
        frame = row.frame.set_index("task_id").reindex(list(tasks))
        y = np.arange(len(tasks)) + (-0.17, 0.17)[step]
        rank, low, high = (frame[name].to_numpy(dtype=float) for name in ("rank", "rank_low", "rank_high"))
        shade, mark = ((ACCENT_LIGHT, ACCENT), (COLOURS["figure-target-light"], TARGET))[step]
        ax.hlines(y, low, high, color=shade, linewidth=4, zorder=2)
        ax.plot(rank, y, ("o", "s")[step], color=mark, markersize=5, zorder=3, label=names[level])
        last = max(last, float(np.nanmax(high, initial=1.0)))
    categories(ax, labels)
    ax.set_xlim(0.3, last + 1)
    _key_below(ax, 2)
    return plain_axis(ax, "x", lambda place: f"{place:.0f}")


def _key_below(ax: Axes, columns: int) -> None:
    drawing = ax.get_figure(root=True)
    assert drawing is not None
    drawing.legend(loc="outside lower right", ncols=columns, handlelength=1, handleheight=1)


def _spread_out(ends: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    placed: list[tuple[float, str]] = []
    for height, name in sorted(ends, reverse=True):
        placed.append((min(height, placed[-1][0] - _APART) if placed else height, name))
    return placed


def equals(ax: Axes, groups: Sequence[Group], title: str) -> Axes:
    """Draw a line beside the tasks that stand equal, in as few columns as fit; `ax` shares y with the tasks.

    A group that goes on below the lines shown ends in an arrow.
    """
    columns: list[int] = []
    for group in groups:
        free = next((column for column, last in enumerate(columns) if last < group.first), len(columns))
        columns[free : free + 1] = [group.last]
        end = group.last + (0.55 if group.goes_on else 0.3)
        ax.plot([free, free], [group.first - 0.3, end], color=ACCENT, linewidth=1.4, solid_capstyle="butt", zorder=2)
        if group.goes_on:
            ax.plot([free], [end], "v", color=ACCENT, markersize=4, clip_on=False, zorder=3)
        ax.text(free, group.first, group.letter, ha="center", va="center", color=INK, fontsize=8, bbox=BLANK, zorder=4)
    ax.set_xlim(-0.6, max(len(columns), 2) - 0.4)
    ax.set_title(title, fontsize=8.5, color=MUTED, fontweight="normal", loc="left")
    return _bare(ax)


def _bare(ax: Axes) -> Axes:
    name_places(ax, "x", [], [])
    ax.tick_params(axis="y", labelleft=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _quiet(ax: Axes) -> Axes:
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.set_axisbelow(True)
    return ax
