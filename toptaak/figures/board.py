"""The board's matrix: a row for each task, a column for each measure; in each cell a value, a small line, two marks."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from toptaak.figures.basic import ACCENT, COLOURS, GRID, INK, MUTED, PAPER, TARGET
from toptaak.figures.charts import Mark
from toptaak.numbers.board_matrix import BoardMatrix, MatrixCell

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHANGES: Final = {
    "better": Mark("^", COLOURS["better"], 7.0),
    "worse": Mark("v", COLOURS["worse"], 7.0),
    "no_difference": Mark("_", MUTED, 6.0),
}
AIMS: Final = {
    "met": Mark("o", COLOURS["better"], 6.5),
    "not_met": Mark("X", COLOURS["worse"], 7.0),
    "undecided": Mark("D", PAPER, 5.5),
}
ROW_HEIGHT: Final = 0.38  # inches
NAME_WIDTH: Final = 1.5  # columns of a measure wide
NAME_LENGTH: Final = 30  # characters of a line
_VALUE, _LINE, _LINE_WIDTH, _CHANGE, _AIM = 0.02, 0.51, 0.26, 0.85, 0.95  # places in a cell, in its width
_HIGH, _LOW = -0.24, 0.24  # where the ends of a line stand around the middle of its row

Say = Callable[[str, float], str]


def matrix(ax: Axes, board: BoardMatrix, names: Sequence[str], heads: Sequence[str], say: Say) -> Axes:
    """Draw the matrix.

    Parameters
    ----------
    names, heads
        Names of the tasks and of the measures.
    say
        Writes a value of a measure.
    """
    ax.set_axis_off()
    ax.set_xlim(0, NAME_WIDTH + len(heads))
    ax.set_ylim(len(names) - 0.45, -0.95)
    for place, head in enumerate(heads):
        ax.text(NAME_WIDTH + place + _VALUE, -0.68, head, color=INK, fontweight="bold", fontsize=9, va="center")
    for row, name in enumerate(names):
        ax.axhline(row - 0.5, color=GRID, linewidth=0.8, zorder=0)
        ax.text(0, row, _in_two_lines(name), color=INK, fontsize=8.5, va="center")
    for column, measure in enumerate(board.measures):
        low, high = _range(board, measure)
        for row, task in enumerate(board.tasks):
            _cell(ax, board.cells[task, measure], NAME_WIDTH + column, row, (low, high), measure, say)
    return ax


def _in_two_lines(name: str) -> str:
    return "\n".join(textwrap.wrap(name, NAME_LENGTH, max_lines=2, placeholder=" …"))


def _range(board: BoardMatrix, measure: str) -> tuple[float, float]:
    """Give one scale for all lines of a measure, so that they can be compared from row to row."""
    cells = [board.cells[task, measure] for task in board.tasks]
    values = np.concatenate([cell.series.frame["estimate"].to_numpy(dtype=float) for cell in cells])
    values = np.append(values, [cell.target for cell in cells])
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)


def _cell(
    ax: Axes, cell: MatrixCell, left: float, row: int, scale: tuple[float, float], measure: str, say: Say
) -> None:
    values = cell.series.frame["estimate"].to_numpy(dtype=float)
    ax.text(left + _VALUE, row, say(measure, values[-1]), color=INK, fontsize=8.5, fontweight="bold", va="center")
    if not np.isfinite(values).any():
        return
    x = left + _LINE + np.linspace(0, _LINE_WIDTH, len(values))
    if np.isfinite(cell.target):
        at = _height(np.array([cell.target]), row, scale)[0]
        ax.plot([x[0], x[-1]], [at, at], color=TARGET, linestyle=(0, (3, 2)), linewidth=1, zorder=1)
    y = _height(values, row, scale)
    ax.plot(x, y, color=ACCENT, linewidth=1.4, zorder=2)
    last = cell.series.frame.iloc[-1]
    ends = np.clip(_height(np.array([last["ci_low"], last["ci_high"]], dtype=float), row, scale), row - 0.4, row + 0.4)
    ax.plot([x[-1], x[-1]], ends, color=ACCENT, linewidth=0.8, zorder=2)
    ax.plot(x[-1:], y[-1:], "o", color=ACCENT, markersize=3.4, zorder=3)
    for place, mark in ((_CHANGE, CHANGES.get(cell.change)), (_AIM, AIMS.get(cell.aim))):
        if mark is not None:
            ax.plot(
                [left + place], [row], mark.shape, color=mark.colour, markersize=mark.size, markeredgewidth=1.2,
                markeredgecolor=MUTED if mark.colour == PAPER else mark.colour,
            )  # fmt: skip


def _height(values: np.ndarray, row: int, scale: tuple[float, float]) -> np.ndarray:
    low, high = scale
    share = (values - low) / (high - low) if high > low else np.full(len(values), 0.5)
    return row + _LOW + share * (_HIGH - _LOW)
