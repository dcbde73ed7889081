"""Can hidden cells be worked out from what is published? `python -m benchmarks.attack` (a few minutes).

The numbers of a municipality are read back from the files of all its publications (pages, notebooks, results.csv; a
number of a PDF that its page does not hold is told) and laid out as linear equations:
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
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from benchmarks.published_files import Publication
from toptaak.core.results import ALL, TOO_FEW
from toptaak.core.settings import Settings
from toptaak.privacy.cells import small_counts, small_sides
from toptaak.privacy.disclosure import limits_of, publish_together
from toptaak.privacy.margins import family
from toptaak.privacy.parts import is_share

_ENDLESS = 1e6
_AIMS = 12
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
    cells: tuple[str, ...] = ()

    def __add__(self, other: Found) -> Found:
        sums = (self.secrets + other.secrets, self.exact + other.exact, self.narrow + other.narrow)
        return Found(*sums, self.cells + other.cells)


def truth_of(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put frames of several groupings under each other, `_all` where a column is absent."""
    stacked = pd.concat([frame.assign(**{key: ALL for key in KEYS if key not in frame}) for frame in frames.values()])
    kept = stacked[[*KEYS, "measure", "n", "estimate", "note"]].astype(dict.fromkeys(KEYS, str))
    return kept.drop_duplicates([*KEYS, "measure"], ignore_index=True)


def read_back(folders: Sequence[Path], tasks: Mapping[str, str]) -> pd.DataFrame:
    """Read the numbers of publications from their files; a number that one of them shows is known."""
    publications = [Publication(folder, tasks) for folder in folders]
    for publication in publications:
        if unread := publication.only_elsewhere():
            print(f"    {publication.folder.name}: only in the PDF: {', '.join(unread)}")
    parts = [publication.readings() for publication in publications]
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
        self.names: dict[int, set[str]] = {}
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
        self.names.setdefault(people, set()).add(name)
        self._tell(people, at, n, seen)
        small = (n < self.limits.count) & listed
        self._keep(people, at[small], self.limits.count)
        if not is_share(name):
            return (people,)
        ones = np.round(n * own["estimate"].to_numpy(float))
        share = own["estimate_told"].to_numpy(float)
        sides = self._vector(at, ones), self._vector(at, n - ones)
        for side, named in zip(sides, (f"{name} (yes)", f"{name} (no)"), strict=True):
            self.names.setdefault(side, set()).add(named)
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
        # counts are rounded for a whole quarter at once
        margin = 5.0 if (np.abs(told - value)[known] > 0.5).any() else 0.0
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
        widths = _widths(matrix, low, high, wanted)
        narrow = [at for at, width in widths.items() if width < wanted[at] - 0.5]
        exact = sum(widths[at] < 0.5 for at in narrow)
        return Found(len(wanted), exact, len(narrow), tuple(self._name(at, widths[at]) for at in narrow))

    def _name(self, at: int, width: float) -> str:
        vector, cell = divmod(at, len(self.cells))
        measures = ", ".join(sorted(self.names[vector]))
        return f"{self.rows['quarter'].iloc[0]} {' '.join(self.cells[cell])}: {measures}, within {width:.0f}"

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


def _widths(matrix: csr_array, low: np.ndarray, high: np.ndarray, wanted: Mapping[int, int]) -> dict[int, float]:
    """Give how wide the range of each wanted unknown is, with all equations holding; no wider than it is worth.

    Solutions with random aims show for most unknowns at once that their range is wide enough; of the others the
    least and the greatest value are found one by one.
    """
    high = np.minimum(high, _ENDLESS)
    free = np.nonzero(low != high)[0]
    right = -(matrix[:, np.nonzero(low == high)[0]] @ low[low == high])
    left = matrix[:, free]
    used = np.diff(left.indptr) > 0
    bounds = np.column_stack([low[free], high[free]])
    solve = partial(_solved, left[used], right[used], bounds)
    places = {at: place for place, at in enumerate(free)}
    least, most = np.full(len(low), np.inf), np.full(len(low), -np.inf)
    rng, open_ = np.random.default_rng(7), [at for at in wanted if at in places]
    for _ in range(_AIMS):
        open_ = [at for at in open_ if not most[at] - least[at] >= wanted[at]]
        if not open_:
            break
        aim = np.zeros(len(free))
        aim[[places[at] for at in open_]] = rng.choice([-1.0, 1.0], len(open_))
        for sign in (1, -1):
            point = solve(sign * aim)
            least[free], most[free] = np.minimum(least[free], point), np.maximum(most[free], point)
    for at in open_:
        aim = np.zeros(len(free))
        aim[places[at]] = 1
        least[at], most[at] = solve(aim)[places[at]], solve(-aim)[places[at]]
    return {at: float(most[at] - least[at]) if at in places else 0.0 for at in wanted}


def _solved(left: csr_array, right: np.ndarray, bounds: np.ndarray, aim: np.ndarray) -> np.ndarray:
    if not left.shape[0]:
        return np.where(aim > 0, bounds[:, 0], bounds[:, 1])
    found = linprog(aim, A_eq=left, b_eq=right, bounds=bounds, method="highs")
    if found.status:
        raise RuntimeError(found.message)
    return np.asarray(found.x)


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


def hidden_cells(frames: Mapping[str, pd.DataFrame], told: Mapping[str, pd.DataFrame]) -> tuple[int, int, int]:
    """Count the cells that hold people, those that are small or have a small side, and those that were hidden."""
    limits, cells, small, gone = limits_of(Settings()), 0, 0, 0
    for name, frame in frames.items():
        n, share = frame["n"].to_numpy(float), frame["measure"].map(is_share).to_numpy(bool)
        ones = n * frame["estimate"].fillna(0).to_numpy(float)
        cells += int((n > 0).sum())
        small += int((small_counts(n, limits) | (small_sides(n, ones, limits) & share)).sum())
        gone += int((told[name]["note"] == TOO_FEW).sum())
    return cells, small, gone


def random_tables(number: int, seed: int = 20261001) -> Found:
    """Attack tables drawn by chance, published together, and print what protecting them costs."""
    rng, found, cost = np.random.default_rng(seed), Found(), np.zeros(3, dtype=int)
    for _ in range(number):
        frames = random_frames(rng)
        told = {name: one.frame for name, one in publish_together(frames, Settings()).items()}
        found += attack(truth_of(told), truth_of(frames), Settings())
        cost += hidden_cells(frames, told)
    cells, small, gone = (int(count) for count in cost)
    print(
        f"hidden: {small / cells:.1%} of {cells} cells are small, {gone / cells:.1%} are hidden ({gone / small:.2f} x)"
    )
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
        one = attack(read_back(own, source.task_labels), truth[truth["quarter"] == quarter], source.settings)
        print(f"{code}: {one.exact} of {one.secrets} exactly, {one.narrow} too narrow", flush=True)
        for cell in one.cells:
            print(f"    {cell}", flush=True)
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
