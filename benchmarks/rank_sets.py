"""Coverage and speed of rank sets in one run: `python -m benchmarks.rank_sets` (some minutes).

Coverage: the share of invented surveys in which *all* tasks' true places, ties included, lie in their 95% sets. Five
picks each. `sign`: plain ballots, exact sign test with Holm. `points`, `weights`: ballots scored 5-4-3-2-1, and plain
ballots with gamma weights (deff 1.5), by sign flips of respondents. `points*`, `weights*`: the same by resampling
respondents with replacement, which we do not use because it misses its level.
`rank_sets_halves`: the same where everybody saw half of the list.
Speed: 107,000 voters, 77 tasks, five picks scored 5-4-3-2-1, 2,000 replicates, against resampling rows in pandas. The
two take turns; pandas does 60 replicates a turn, scaled up to 2,000; times are medians, ratios of processor time.
The tables are written into docs/methode.md; `--print` only prints them.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.coverage import Row, percent, table, written
from toptaak.core.settings import Settings
from toptaak.stats import ranks
from toptaak.stats.flips import step_down
from toptaak.stats.resampling import bootstrap_totals
from toptaak.surveys.ballots import Votes, collect
from toptaak.surveys.rank_sets import rank_sets_of

DOCUMENT = Path(__file__).parents[1] / "docs" / "methode.md"

TABLES = ("rank_sets_speed", "rank_sets", "rank_sets_halves")
PICKS = 5
SHAPES = {
    "patroon van McGovern, 40 taken": np.repeat([5.0, 2.5, 0.714, 0.5], [2, 4, 14, 20]),
    "dalend, niets gelijk, 30 taken": 1.12 ** -np.arange(30.0),
    "paren gelijk, 30 taken": np.repeat(1.25 ** -np.arange(15.0), 2),
    "alles gelijk, 30 taken": np.ones(30),
    "helft van 30 taken zeldzaam": np.repeat([3.0, 0.05], 15),
}
VOTERS = (30, 100, 400)


def invented_votes(rng: np.random.Generator, voters: int, curve: np.ndarray, kind: str, *, half: bool = False) -> Votes:
    """Let voters choose; with `half` each from half of the list, drawn by lot."""
    keys = rng.gumbel(size=(voters, len(curve))) + np.log(curve)
    shown = None
    if half:
        shown = np.argsort(rng.random(keys.shape), axis=1) < len(curve) // 2
        keys = np.where(shown, keys, -np.inf)
    order = np.argsort(-keys, axis=1)[:, :PICKS]
    points = np.zeros((voters, len(curve)), dtype=np.float32)
    value = np.arange(PICKS, 0, -1) if kind == "points" else np.ones(PICKS)
    np.put_along_axis(points, order, np.broadcast_to(value, order.shape).astype(np.float32), axis=1)
    weights = rng.gamma(2.0, size=voters) if kind == "weights" else np.ones(voters)
    tasks = np.array([f"t{number:03d}" for number in range(len(curve))], dtype=object)
    return Votes(tasks, points, shown, weights, pd.DataFrame(index=range(voters)))


def decided(votes: Votes, settings: Settings, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest place of each task, our way."""
    sets = rank_sets_of(votes, settings, rng).sort_values("task_id")
    return sets["rank_low"].to_numpy(), sets["rank_high"].to_numpy()


def resampled(votes: Votes, settings: Settings, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The same by the ordinary bootstrap: the largest difference in its own standard error."""
    seen = votes.weights[:, None]
    scored = seen * votes.points
    means = scored.sum(axis=0) / seen.sum()
    errors = ranks.difference_errors(ranks.influence(scored, seen))
    totals = bootstrap_totals(np.hstack([scored, seen]), rng, settings.bootstrap_replicates)
    moved = totals[:, :-1] / totals[:, -1:] - means
    rows, columns = np.nonzero(np.triu(errors > 0, 1))
    up, down = step_down(
        (means[rows] - means[columns]) / errors[rows, columns],
        (moved[:, rows] - moved[:, columns]) / errors[rows, columns],
    )
    better = np.zeros(errors.shape, dtype=bool)
    better[rows, columns], better[columns, rows] = up, down
    return ranks.rank_bounds(better)


WAYS = {
    "sign": ("plain", decided),
    "points": ("points", decided),
    "weights": ("weights", decided),
    "points*": ("points", resampled),
    "weights*": ("weights", resampled),
}
OURS = ("sign", "points", "weights")


def coverage(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(20260704)
    for shape, curve in SHAPES.items():
        for voters in VOTERS:
            held = [share_held(rng, voters, curve, way, runs) for way in WAYS]
            yield (shape, str(voters), *map(percent, held))


def coverage_of_halves(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(20261122)
    for shape, curve in SHAPES.items():
        for voters in VOTERS[1:]:
            held = [share_held(rng, voters, curve, way, runs, half=True) for way in OURS]
            yield (shape, str(voters), *map(percent, held))


def share_held(
    rng: np.random.Generator, voters: int, curve: np.ndarray, way: str, runs: int, *, half: bool = False
) -> float:
    kind, decide = WAYS[way]
    settings = Settings(bootstrap_replicates=400, scoring="ranked" if kind == "points" else "plain")
    first = 1 + (curve[None, :] > curve[:, None]).sum(axis=1)
    last = len(curve) - (curve[None, :] < curve[:, None]).sum(axis=1)
    held = 0
    for _ in range(runs):
        low, high = decide(invented_votes(rng, voters, curve, kind, half=half), settings, rng)
        held += bool((low <= first).all() and (high >= last).all())
    return held / runs


def big_vote(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    voters, tasks = 107_000, 77
    order = np.argsort(-(rng.gumbel(size=(voters, tasks)) - 0.05 * np.arange(tasks)), axis=1)[:, :PICKS]
    names = np.array([f"t{number:02d}" for number in range(tasks)], dtype=object)
    respondents = pd.DataFrame({"survey": "big", "respondent": np.arange(voters).astype(str)})
    ballots = pd.DataFrame(
        {
            "survey": "big",
            "respondent": np.repeat(respondents["respondent"].to_numpy(), PICKS),
            "task_id": names[order.ravel()],
            "position": np.tile(np.arange(1, PICKS + 1), voters),
        }
    )
    return ballots, respondents, pd.DataFrame({"task_id": names})


def pandas_way(ballots: pd.DataFrame, replicates: int) -> pd.DataFrame:
    """Resample the wide table of voters and total the points of each task, as a researcher would write it."""
    wide = ballots.pivot(index="respondent", columns="position", values="task_id")
    totals = []
    for seed in range(replicates):
        drawn = wide.sample(frac=1, replace=True, random_state=seed).melt(value_name="task_id")
        totals.append((6 - drawn["position"]).groupby(drawn["task_id"]).sum())
    return pd.DataFrame(totals)


class Time(NamedTuple):
    """Seconds by the clock and of the processor; the second hardly suffers from what else the machine does."""

    clock: float
    processor: float

    def times(self, factor: float) -> Time:
        return Time(self.clock * factor, self.processor * factor)


def seconds(run: Callable[[], object]) -> Time:
    clock, processor = time.perf_counter(), time.process_time()
    run()
    return Time(time.perf_counter() - clock, time.process_time() - processor)


def speed(rounds: int) -> Iterator[Row]:
    rng = np.random.default_rng(20260705)
    ballots, respondents, tasks = big_vote(rng)
    settings = Settings(scoring="ranked")
    votes = collect(ballots, respondents, tasks, settings)
    plain = collect(ballots, respondents, tasks, Settings())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tolerance, ranks.NORMAL_TOLERANCE = ranks.NORMAL_TOLERANCE, -1.0  # never normal draws
    ours, theirs, memory = [], [], 0.0
    for _ in range(rounds):
        ours.append(seconds(lambda: rank_sets_of(votes, settings, rng)))
        memory = memory or (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        theirs.append(seconds(lambda: pandas_way(ballots, 60)).times(settings.bootstrap_replicates / 60))
    ranks.NORMAL_TOLERANCE = tolerance
    slow = statistics.median(one.processor for one in theirs)

    def row(what: str, times: list[Time]) -> Row:
        clock = statistics.median(one.clock for one in times)
        processor = statistics.median(one.processor for one in times)
        return (what, comma(clock), comma(processor), comma(slow / processor, 0))

    def often(run: Callable[[], object]) -> list[Time]:
        return [seconds(run) for _ in range(rounds)]

    yield row("pandas: rijen trekken en optellen", theirs)
    yield row(f"rangverzamelingen met exact trekken ({memory:.0f} MB extra)", ours)
    yield row("rangverzamelingen met normale trekkingen", often(lambda: rank_sets_of(votes, settings, rng)))
    yield row("rangverzamelingen zonder punten, tekentoets", often(lambda: rank_sets_of(plain, Settings(), rng)))
    yield row("stembiljetten inlezen tot tabel", often(lambda: collect(ballots, respondents, tasks, settings)))


def comma(value: float, decimals: int = 2) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--print", action="store_true", help="print the tables, write nothing")
    parser.add_argument("--only", choices=TABLES, help="make one of the tables")
    parser.add_argument("--runs", type=int, default=400, help="invented surveys per line of the coverage table")
    parser.add_argument("--rounds", type=int, default=3, help="times each way is timed")
    options = parser.parse_args()
    makers: dict[str, Callable[[], str]] = {
        "rank_sets_speed": lambda: table(
            ("werkwijze", "seconden", "processorseconden", "keer zuiniger dan pandas"), speed(options.rounds)
        ),
        "rank_sets": lambda: table(
            ("vorm", "stemmers", "tekentoets", "punten", "gewichten", "punten*", "gewichten*"), coverage(options.runs)
        ),
        "rank_sets_halves": lambda: table(
            ("vorm", "stemmers", "tekentoets", "punten", "gewichten"), coverage_of_halves(options.runs)
        ),
    }
    for name, make in makers.items():
        if options.only in (None, name):
            content = make()
            print(f"{name}\n{content}\n")
            if not options.print:
                DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), name, content), encoding="utf-8")


if __name__ == "__main__":
    main()
