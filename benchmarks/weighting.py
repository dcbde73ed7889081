"""Speed of raking and coverage of weighted intervals in one run: `python -m benchmarks.weighting`.

Speed: a million respondents raked to 342 x 6 x 2 x 4 levels, against the usual loop over rows in pandas; the two take
turns, times are medians. Both stop at the same distance to the margins.
Coverage: share of invented surveys in which the 95 % interval holds the population's reach. The old answer three times
as often as the young. `raked`: our linearised interval; `kish`: the same weights, interval from Kish's effective n
only; `plain`: no weights. `n*` is the number of voters in a simple sample that would give our interval.
The tables are written into docs/methode.md; `--print` only prints them.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from benchmarks.coverage import Row, percent, table, written
from benchmarks.rank_sets import DOCUMENT, comma
from toptaak.core.settings import Settings
from toptaak.stats.intervals import kish_effective_n, wilson
from toptaak.stats.raking import occupied_cells, rake
from toptaak.surveys.weighted_shares import weighted_shares
from toptaak.surveys.weighting import weigh

SIZES = (342, 6, 2, 4)
TOLERANCE = 1e-6


def respondents_and_margins(rng: np.random.Generator) -> tuple[np.ndarray, list[np.ndarray]]:
    """Codes of a million respondents, answers hanging together, and margins that differ from theirs."""
    tilt = rng.normal(size=1_000_000)
    codes = np.column_stack(
        [np.clip(((tilt + rng.normal(size=len(tilt))) / 5 + 0.5) * size, 0, size - 1).astype(int) for size in SIZES]
    )
    margins = []
    for variable, size in enumerate(SIZES):
        counts = np.bincount(codes[:, variable], minlength=size) * rng.uniform(0.5, 1.5, size)
        margins.append(counts / counts.sum() * len(tilt))
    return codes, margins


def by_cells(codes: np.ndarray, margins: list[np.ndarray]) -> np.ndarray:
    cells = occupied_cells(codes, SIZES)
    raked = rake(np.bincount(cells.of).astype(float), cells.levels, margins, TOLERANCE)
    return raked.factors[cells.of]


def by_rows(table: pd.DataFrame, margins: list[np.ndarray]) -> np.ndarray:
    """The loop everybody writes: scale the rows of each level, variable after variable."""
    weights = pd.Series(1.0, index=table.index)
    for _ in range(1000):
        for name, margin in zip(table.columns, margins, strict=True):
            found = weights.groupby(table[name], observed=True).sum()
            weights = weights * table[name].map(pd.Series(margin) / found)
        gaps = [
            (weights.groupby(table[name], observed=True).sum() - pd.Series(margin)).abs().max() / margin.sum()
            for name, margin in zip(table.columns, margins, strict=True)
        ]
        if max(gaps) <= TOLERANCE:
            break
    return weights.to_numpy()


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def speed(rounds: int) -> Iterator[Row]:
    codes, margins = respondents_and_margins(np.random.default_rng(20260711))
    frame = pd.DataFrame(codes, columns=[*"abcd"])
    rows, cells = [], []
    for _ in range(rounds):
        rows.append(seconds(lambda: by_rows(frame, margins)))
        cells.append(seconds(lambda: by_cells(codes, margins)))
    difference = np.abs(by_rows(frame, margins) / by_cells(codes, margins) - 1).max()
    slow, fast = statistics.median(rows), statistics.median(cells)
    yield ("pandas, rij voor rij", comma(slow, 3), "1", "")
    yield ("tabel van cellen", comma(fast, 3), comma(slow / fast, 0), f"{difference:.0e}")


AGES = np.array(["young", "middle", "old"])
HERE, ANSWERING = np.array([0.3, 0.4, 0.3]), np.array([0.15, 0.4, 0.45])
REACH = {
    "hangt af van leeftijd": (0.6, 0.4, 0.2),
    "voor iedereen gelijk": (0.3, 0.3, 0.3),
    "zeldzaam": (0.01, 0.03, 0.06),
}


def coverage(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(20260712)
    margins = pd.DataFrame({"variable": "age", "level": AGES, "count": HERE * 100_000})
    tasks = pd.DataFrame({"task_id": [*REACH, "any"]})
    for size in (100, 400, 1500):
        held = {task: np.zeros(3) for task in REACH}
        effective = {task: np.zeros(2) for task in REACH}
        for _ in range(runs):
            one_survey(rng, size, margins, tasks, held, effective)
        for task in REACH:
            sizes = (comma(one, 0) for one in effective[task] / runs)
            yield (task, str(size), *map(percent, held[task] / runs), *sizes)


def one_survey(
    rng: np.random.Generator,
    size: int,
    margins: pd.DataFrame,
    tasks: pd.DataFrame,
    held: dict[str, np.ndarray],
    effective: dict[str, np.ndarray],
) -> None:
    age = rng.choice(3, size, p=ANSWERING)
    sample = pd.DataFrame({"survey": "1", "respondent": range(size), "age": AGES[age]})
    people = sample[["survey", "respondent"]]
    picked = {task: rng.random(size) < np.array(chance)[age] for task, chance in REACH.items()}
    ballots = pd.concat([people[chosen].assign(task_id=task) for task, chosen in picked.items()])
    weighting = weigh(sample, margins)
    frame = weighted_shares(pd.concat([ballots, people.assign(task_id="any")]), weighting, tasks, Settings())
    frame = frame[frame["measure"] == "vote_reach"].set_index("task_id")
    kish = kish_effective_n(weighting.weights)
    for task, chances in REACH.items():
        row, truth = frame.loc[task], HERE @ np.array(chances)
        intervals = (
            (row["ci_low"], row["ci_high"]),
            wilson(row["estimate"] * kish, kish),
            wilson(picked[task].sum(), size),
        )
        held[task] += [low <= truth <= high for low, high in intervals]
        width = row["ci_high"] - row["ci_low"]
        effective[task] += (kish, 4 * 1.96**2 * row["estimate"] * (1 - row["estimate"]) / width**2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--print", action="store_true", help="print the tables, write nothing")
    parser.add_argument("--runs", type=int, default=500, help="invented surveys per line of the coverage table")
    parser.add_argument("--rounds", type=int, default=3, help="times each way of raking is timed")
    options = parser.parse_args()
    made = {
        "weighting_speed": table(("werkwijze", "seconden", "keer sneller", "grootste verschil"), speed(options.rounds)),
        "weighting": table(("taak", "stemmers", "gewogen", "Kish", "ongewogen", "n_eff", "n*"), coverage(options.runs)),
    }
    document = DOCUMENT.read_text(encoding="utf-8") if not options.print else ""
    for name, content in made.items():
        print(f"{name}\n{content}\n")
        document = document if options.print else written(document, name, content)
    if not options.print:
        DOCUMENT.write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
