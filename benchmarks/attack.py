"""Can hidden cells be worked out from what is published? `python -m benchmarks.attack` (a few minutes).

The numbers of a municipality are read back from the files of all its publications and laid out as linear equations:
a total is the sum of its parts, successes and failures make all attempts, measures of the same cases have the same
count. HiGHS then finds the least and the greatest value that each hidden count can have. The attacker is given more
than a reader has: which sums are complete, and which measures count the same cases.

A secret is a count of 1 to 9 people that is hidden, or a side of a share of 1 to 4 people. It is recovered where it
can have one value only, and narrow where its values lie closer together than the threshold.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from toptaak.core.results import ALL
from toptaak.core.settings import Settings
from toptaak.privacy.disclosure import limits_of, publish_together
from toptaak.privacy.margins import family, is_share

KEYS = ["quarter", "task_id", "channel"]
GROUPINGS = {
    "whole": ["quarter"],
    "channels": ["quarter", "channel"],
    "tasks": ["quarter", "task_id"],
    "both": ["quarter", "task_id", "channel"],
}


@dataclass(frozen=True)
class Found:
    """What an attack finds: secrets, how many of them exactly and how many within too narrow a range."""

    secrets: int = 0
    exact: int = 0
    narrow: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.secrets + other.secrets, self.exact + other.exact, self.narrow + other.narrow)


def truth_of(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put frames of several groupings under each other, `_all` where a column is absent."""
    stacked = pd.concat([frame.assign(**{key: ALL for key in KEYS if key not in frame}) for frame in frames.values()])
    kept = stacked[[*KEYS, "measure", "n", "estimate", "note"]].astype(dict.fromkeys(KEYS, str))
    return kept.drop_duplicates([*KEYS, "measure"], ignore_index=True)


def read_back(folders: Sequence[Path]) -> pd.DataFrame:
    """Read the numbers of publications from their files; a number that one of them shows is known."""
    parts = [pd.read_csv(one / "results.csv", keep_default_na=True) for one in folders]
    rows = pd.concat(parts).astype(dict.fromkeys(KEYS, str)).sort_values("n", na_position="last", kind="stable")
    return rows.drop_duplicates([*KEYS, "measure"], ignore_index=True)[[*KEYS, "measure", "n", "estimate", "note"]]


def attack(told: pd.DataFrame, truth: pd.DataFrame, settings: Settings) -> Found:
    """Try every secret of what was told about one municipality."""
    joined = truth.merge(told, on=[*KEYS, "measure"], how="left", suffixes=("", "_told"), indicator=True)
    joined = joined[joined["n"].fillna(0) > 0]
    joined["family"] = joined["measure"].map(family)
    found = Found()
    for _, rows in joined.groupby(["quarter", "family"]):
        found += _Equations(rows.reset_index(drop=True), settings).solved()
    return found


class _Equations:
    """The counts of one quarter and one family of measures as unknowns."""

    def __init__(self, rows: pd.DataFrame, settings: Settings) -> None:
        self.limits = limits_of(settings)
        self.cells = list(dict.fromkeys(zip(rows["task_id"], rows["channel"], strict=True)))
        place = {cell: at for at, cell in enumerate(self.cells)}
        self.at = np.array([place[cell] for cell in zip(rows["task_id"], rows["channel"], strict=True)])
        self.rows = rows
        self.vectors: dict[bytes, int] = {}
        self.values: list[np.ndarray] = []
        self.low: list[np.ndarray] = []
        self.high: list[np.ndarray] = []
        self.secrets: dict[tuple[int, int], int] = {}
        self.sums: list[tuple[int, int, int]] = []
        counts = {name: self._measure(name, own) for name, own in rows.groupby("measure")}
        if {"open_cases", "completion_time"} <= counts.keys() and len(counts["open_cases"]) > 1:
            closed = counts["completion_time"][0]
            if (self.values[closed] == self.values[counts["open_cases"][2]]).all():
                self.sums.append((counts["open_cases"][1], closed, counts["open_cases"][0]))

    def _measure(self, name: str, own: pd.DataFrame) -> tuple[int, ...]:
        at = self.at[own.index]
        n, seen = own["n"].to_numpy(float), own["n_told"].to_numpy(float)
        listed = (own["_merge"] == "both").to_numpy()
        people = self._vector(at, n)
        self._tell(people, at, n, seen)
        small = (n < self.limits.count) & listed
        self._keep(people, at[small], self.limits.count)
        if not is_share(name):
            return (people,)
        ones = np.round(n * own["estimate"].to_numpy(float))
        share = own["estimate_told"].to_numpy(float)
        sides = self._vector(at, ones), self._vector(at, n - ones)
        shown = np.where(np.isfinite(share) & (seen == n), ones, np.nan)
        for side, value, told in ((sides[0], ones, shown), (sides[1], n - ones, n - shown)):
            self._tell(side, at, value, told)
            few = listed & (value > 0) & (value < self.limits.side)
            self._keep(side, at[few], self.limits.side)
        self.sums.append((*sides, people))
        return (people, *sides)

    def _vector(self, at: np.ndarray, values: np.ndarray) -> int:
        """Give the unknowns with these values; measures that agree in every cell have them in common."""
        full = np.zeros(len(self.cells))
        full[at] = np.round(values)
        key = full.tobytes()
        if key not in self.vectors:
            self.vectors[key] = len(self.values)
            self.values.append(full)
            # where nobody is, nothing is listed
            self.low.append(np.zeros_like(full))
            self.high.append(np.where(full > 0, np.inf, np.inf))
            absent = np.ones(len(full), bool)
            absent[at] = False
            self.high[-1][absent] = 0
        return self.vectors[key]

    def _tell(self, vector: int, at: np.ndarray, value: np.ndarray, told: np.ndarray) -> None:
        known = np.isfinite(told)
        margin = np.where(np.abs(told - value) > 0.5, 5.0, 0.0)[known]
        self.low[vector][at[known]] = np.maximum(self.low[vector][at[known]], np.round(told[known]) - margin)
        self.high[vector][at[known]] = np.minimum(self.high[vector][at[known]], np.round(told[known]) + margin)

    def _keep(self, vector: int, at: np.ndarray, width: int) -> None:
        for cell in at:
            self.secrets.setdefault((vector, int(cell)), width)

    def solved(self) -> Found:
        if not self.secrets:
            return Found()
        low, high = np.concatenate(self.low), np.concatenate(self.high)
        size = len(self.cells)
        lines = [*self._totals(), *([(a * size + i, 1), (b * size + i, 1), (c * size + i, -1)]
                                    for a, b, c in self.sums for i in range(size))]  # fmt: skip
        matrix = _matrix(lines, len(low))
        wanted = {vector * size + cell: width for (vector, cell), width in self.secrets.items()}
        ranges = _ranges(matrix, low, high, list(wanted))
        widths = np.array([ranges[at] for at in wanted])
        return Found(len(wanted), int((widths < 0.5).sum()), int((widths < np.array([*wanted.values()]) - 0.5).sum()))

    def _totals(self) -> Iterator[list[tuple[int, int]]]:
        """Give the sums that are complete: what lies outside the listed parts would be unknown."""
        size, place = len(self.cells), {cell: at for at, cell in enumerate(self.cells)}
        for (task, channel), at in place.items():
            for parts in (
                [i for (t, c), i in place.items() if t == task and c != ALL and channel == ALL],
                [i for (t, c), i in place.items() if c == channel and t != ALL and task == ALL],
            ):
                for vector, values in enumerate(self.values):
                    if parts and abs(values[parts].sum() - values[at]) < 0.5:
                        yield [(vector * size + i, 1) for i in parts] + [(vector * size + at, -1)]


def _matrix(lines: Sequence[Sequence[tuple[int, int]]], width: int) -> csr_array:
    rows = [number for number, line in enumerate(lines) for _ in line]
    columns, values = zip(*[entry for line in lines for entry in line], strict=True) if lines else ((), ())
    return csr_array((np.array(values, float), (rows, columns)), shape=(len(lines), width))


def _ranges(matrix: csr_array, low: np.ndarray, high: np.ndarray, wanted: Sequence[int]) -> dict[int, float]:
    """Give how wide the range of each wanted unknown is, with all equations holding."""
    fixed = low == high
    free = np.nonzero(~fixed)[0]
    number = np.full(len(low), -1)
    number[free] = np.arange(len(free))
    right = -(matrix[:, np.nonzero(fixed)[0]] @ low[fixed])
    left = matrix[:, free]
    used = np.diff(left.indptr) > 0
    left, right = left[used], right[used]
    bounds = np.column_stack([low[free], high[free]])
    found: dict[int, float] = {}
    for at in wanted:
        if fixed[at]:
            found[at] = 0.0
            continue
        if left.shape[0] == 0:
            found[at] = high[at] - low[at]
            continue
        goal = np.zeros(len(free))
        goal[number[at]] = 1
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * goal, A_eq=left, b_eq=right, bounds=bounds, method="highs")
            if solved.status not in (0, 3):
                raise RuntimeError(solved.message)
            ends.append(sign * solved.fun if solved.status == 0 else np.inf * sign * -1)
        found[at] = ends[1] - ends[0]
    return found


def random_frames(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw the attempts of a small municipality and give what a report tells of them, before anything is hidden."""
    from toptaak.numbers.quarter import measured

    size = int(rng.integers(30, 800))
    tasks, channels = int(rng.integers(1, 9)), int(rng.integers(2, 9))
    table = pd.DataFrame(
        {
            "date": pd.Timestamp("2026-08-01"),
            "task_id": rng.choice([f"T{i}" for i in range(tasks)], size, p=rng.dirichlet(np.ones(tasks))),
            "channel": rng.choice([f"c{i}" for i in range(channels)], size, p=rng.dirichlet(np.ones(channels))),
            "verified_success": rng.random(size) < rng.uniform(0.5, 0.98),
            "believed_success": rng.random(size) < 0.8,
        }
    )
    tables: dict[str, pd.DataFrame | None] = {"attempts": table}
    return {name: measured(tables, by, Settings()) for name, by in GROUPINGS.items()}


def random_tables(number: int, seed: int = 20261001) -> Found:
    """Attack tables drawn by chance, published together."""
    rng, found = np.random.default_rng(seed), Found()
    for _ in range(number):
        frames = random_frames(rng)
        told = {name: one.frame for name, one in publish_together(frames, Settings()).items()}
        found += attack(truth_of(told), truth_of(frames), Settings())
    return found


def publications(reports: Path, data: Path, quarter: str) -> Found:
    """Attack all publications of a folder, one municipality after the other."""
    from toptaak.numbers.quarter import measured, open_source

    found = Found()
    folders = [one for one in sorted((reports / quarter).iterdir()) if (one / "results.csv").is_file()]
    codes = sorted({one.name.split("-")[0] for one in folders})
    for code in codes:
        source = open_source(code, quarter, "nl", str(data))
        truth = truth_of({name: measured(source.tables, by, source.settings) for name, by in GROUPINGS.items()})
        own = [one for one in folders if one.name.split("-")[0] == code]
        one = attack(read_back(own), truth[truth["quarter"] == quarter], source.settings)
        print(f"{code}: {one.exact} of {one.secrets} exactly, {one.narrow} too narrow", flush=True)
        found += one
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path, nargs="?", help="folder of published reports")
    parser.add_argument("--data", type=Path, default=Path("data/example"))
    parser.add_argument("--quarter", default="2026Q3")
    parser.add_argument("--random", type=int, default=1000)
    asked = parser.parse_args()
    found = {f"{asked.random} random tables": random_tables(asked.random)} if asked.random else {}
    if asked.reports is not None:
        found[f"publications in {asked.reports.name}"] = publications(asked.reports, asked.data, asked.quarter)
    for name, one in found.items():
        print(f"{name}: {one.exact} of {one.secrets} recovered exactly, {one.narrow} within too narrow a range")
    sys.exit(any(one.narrow for one in found.values()))


if __name__ == "__main__":
    main()
