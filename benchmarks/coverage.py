"""How often a 95% interval holds the truth: `python -m benchmarks.coverage` (about two minutes).

Proportions, their differences and the NPS are summed exactly over every possible outcome; means, times, vote shares
and whole reports are simulated with a fixed seed. The tables are written into docs/methode.md, which quotes nothing
else; `--print` only prints them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from toptaak.core.settings import Settings
from toptaak.kpi.compare import compare
from toptaak.kpi.measures import CATALOGUE
from toptaak.kpi.observations import Observations
from toptaak.kpi.summaries import summarise
from toptaak.stats import intervals
from toptaak.stats.intervals import Interval
from toptaak.stats.tests import brunner_munzel
from toptaak.surveys.ballots import Votes
from toptaak.surveys.ranking import league_of

DOCUMENT = Path(__file__).parents[1] / "docs" / "methode.md"
SIZES = (5, 10, 20, 50, 100, 200, 400)
SHARES = np.linspace(0.02, 0.98, 97)
SEED = 20260930
# shares of promoters, passives and detractors: even, liked, much liked, disliked, few extremes
TEMPERS = ((1 / 3, 1 / 3, 1 / 3), (0.5, 0.3, 0.2), (0.8, 0.15, 0.05), (0.15, 0.25, 0.6), (0.1, 0.8, 0.1))
# chances of the marks 1 to 10, as Dutch municipalities see them: mostly 7 and 8
MARKS = np.array([0.01, 0.01, 0.02, 0.03, 0.06, 0.14, 0.31, 0.29, 0.09, 0.04])
BOARD = 8
RANKED_RUNS = 4_000

Row = tuple[str, ...]


def holds(interval: Interval, truth: float | np.ndarray) -> np.ndarray:
    return (interval.low <= truth) & (truth <= interval.high)


def proportion_coverage(method: Callable[..., Interval], n: int) -> tuple[float, float]:
    """Give mean and lowest chance, over the shares, that the interval of x out of n holds the share."""
    x = np.arange(n + 1)
    interval = method(x, n)
    chance = stats.binom.pmf(x, n, SHARES[:, None])
    covered = (chance * holds(interval, SHARES[:, None])).sum(axis=1)
    return float(covered.mean()), float(covered.min())


def difference_coverage(n: int) -> tuple[float, float, float]:
    """Give mean and lowest coverage of Newcombe's interval, and the mean chance that equal shares look different."""
    x = np.arange(n + 1)
    interval = intervals.newcombe(x[:, None], n, x[None, :], n)
    shares = np.linspace(0.05, 0.95, 19)
    chance = stats.binom.pmf(x, n, shares[:, None])
    covered = np.array([[one @ holds(interval, p - q) @ other for other, q in zip(chance, shares, strict=True)]
                        for one, p in zip(chance, shares, strict=True)])  # fmt: skip
    return float(covered.mean()), float(covered.min()), float(1 - np.diag(covered).mean())


def nps_coverage(n: int) -> list[float]:
    """Give for each temper the chance that the adjusted Wald interval holds the score."""
    up, down = (grid.ravel() for grid in np.meshgrid(np.arange(n + 1), np.arange(n + 1)))
    possible = up + down <= n
    counts = np.column_stack([up, n - up - down, down])[possible]
    interval = intervals.adjusted_wald_nps(*counts.T)
    return [
        float(stats.multinomial.pmf(counts, n, temper) @ holds(interval, temper[0] - temper[2])) for temper in TEMPERS
    ]


def mean_coverage(n: int, runs: int, rng: np.random.Generator) -> tuple[float, float]:
    """Give the coverage of the t interval of a mark, and of the log-t interval of a skewed time."""
    marks = rng.choice(np.arange(1, 11), (runs, n), p=MARKS)
    mark = intervals.mean_t(marks.mean(axis=1), marks.var(axis=1), n)
    # a gamma time is not lognormal, so that the interval has to earn its coverage
    logs = np.log(rng.gamma(1.2, 3600, (runs, n)))
    truth = np.exp(stats.loggamma.mean(1.2) + np.log(3600))
    time = intervals.log_t(logs.mean(axis=1), logs.var(axis=1), n)
    return float(holds(mark, MARKS @ np.arange(1, 11)).mean()), float(holds(time, truth).mean())


def change_coverage(n: int, runs: int, rng: np.random.Generator) -> list[float]:
    """Give the coverage of the intervals of changes: of a mark, a time (ratio), the NPS, and of the order of marks."""
    liked = np.append(0, MARKS[:-1]) + np.append(np.zeros(9), MARKS[-1])  # everybody a point higher, up to ten
    marks = [rng.choice(np.arange(1, 11), (runs, n), p=chances) for chances in (liked, MARKS)]
    welch = intervals.welch(*(part for one in marks for part in (one.mean(axis=1), one.var(axis=1), n)))
    times = [np.log(rng.gamma(1.2, scale, (runs, n))) for scale in (2700, 3600)]
    ratio = intervals.geometric_ratio(*(part for one in times for part in (one.mean(axis=1), one.var(axis=1), n)))
    now, before = (rng.multinomial(n, temper, runs).T for temper in TEMPERS[1::2])
    nps = intervals.nps_difference(now, before)
    gap, shift = (liked - MARKS) @ np.arange(1, 11), TEMPERS[1][0] - TEMPERS[1][2] - TEMPERS[3][0] + TEMPERS[3][2]
    higher = liked @ (np.tri(10, k=-1) + np.eye(10) / 2) @ MARKS
    few = zip(*(one[:RANKED_RUNS] for one in marks), strict=True)
    ranked = [brunner_munzel(one, other) for one, other in few]
    told = [holds(Interval(np.array(one.low), np.array(one.high)), higher) for one in ranked if np.isfinite(one.low)]
    return [float(np.mean(one)) for one in (holds(welch, gap), holds(ratio, 2700 / 3600), holds(nps, shift), told)]


def vote_coverage(voters: int, runs: int, rng: np.random.Generator) -> list[float]:
    """Give the coverage of the resampled share of the first, tenth and last of 50 tasks; five picks each.

    Of the votes in which the task has an interval; without a single vote it has none.
    """
    appeal = 1 / np.arange(1, 51)
    tasks = np.array([f"t{one:02d}" for one in range(50)], dtype=object)
    truth = _points(200_000, appeal, rng).mean(axis=0) / 5
    hits, given = [], []
    for _ in range(runs):
        points = _points(voters, appeal, rng)
        votes = Votes(tasks, points, None, np.ones(voters), pd.DataFrame(index=range(voters)))
        frame = league_of(votes, Settings(bootstrap_replicates=1000), rng)
        share = frame[frame["measure"] == "vote_share"].set_index("task_id").loc[tasks[[0, 9, 49]]]
        hits.append(holds(Interval(share["ci_low"].to_numpy(), share["ci_high"].to_numpy()), truth[[0, 9, 49]]))
        given.append(share["ci_low"].notna().to_numpy())
    return list(np.sum(hits, axis=0) / np.sum(given, axis=0))


def _points(voters: int, appeal: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    keys = rng.gumbel(size=(voters, len(appeal))).astype(np.float32) + np.log(appeal).astype(np.float32)
    points = np.zeros(keys.shape, dtype=np.float32)
    np.put_along_axis(points, np.argpartition(-keys, 5, axis=1)[:, :5], 1, axis=1)
    return points


def report_alarms(n: int, runs: int, rng: np.random.Generator, better: bool = False) -> tuple[float, float]:
    """Give the chance of any alarm in a report of eight KPIs and the mean chance per KPI.

    Nothing changed, or with `better` every KPI improved: success from 70% to 80%, and the others by as clear a step.
    """
    drawn = [_draw(name, n, runs, rng, changed) for changed in (better, False) for name in DRAWN]
    now, before = drawn[:BOARD], drawn[BOARD:]
    alarm = np.zeros((BOARD, runs), dtype=bool)
    for row, (name, one, other) in enumerate(zip(DRAWN, now, before, strict=True)):
        pair = (summarise(CATALOGUE[name], Observations(values), ["run"]) for values in (one, other))
        frame = compare(*pair, Settings(), family=BOARD)
        alarm[row] = frame["verdict"].isin(["better", "worse"])
    return float(alarm.any(axis=0).mean()), float(alarm.mean())


DRAWN = (
    "success_rate",
    "disaster_rate",
    "completion_time",
    "contacts_per_case",
    "ces1",
    "ces2",
    "satisfaction",
    "net_promoter_score",
)


def _draw(name: str, n: int, runs: int, rng: np.random.Generator, better: bool) -> pd.DataFrame:
    """Draw a quarter `runs` times over; one row is one observation."""
    size, step = n * runs, float(better)
    match name:
        case "success_rate":
            value = rng.random(size) < 0.7 + 0.1 * step
        case "disaster_rate":
            value = rng.random(size) < 0.08 - 0.05 * step
        case "completion_time":
            value = rng.lognormal(11 - 0.3 * step, 1, size)
        case "contacts_per_case":
            value = 1 + rng.poisson(0.8 - 0.25 * step, size)
        case "ces1":
            value = np.clip(np.rint(rng.normal(2.4 - 0.3 * step, 1, size)), 1, 5)
        case "ces2":
            value = np.clip(np.rint(rng.normal(5 + 0.4 * step, 1.4, size)), 1, 7)
        case "satisfaction":
            value = np.clip(rng.choice(np.arange(1, 11), size, p=MARKS) + (rng.random(size) < 0.4 * step), 1, 10)
        case _:
            value = rng.choice([1, 0, -1], size, p=[0.3 + 0.15 * step, 0.4, 0.3 - 0.15 * step])
    return pd.DataFrame({"run": np.repeat(np.arange(runs), n), "value": value.astype(float)})


def percent(value: float) -> str:
    return f"{value * 100:.1f}%".replace(".", ",")


def table(head: Row, rows: Iterator[Row]) -> str:
    lines = [head, tuple("---" if not at else "---:" for at in range(len(head))), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def proportions() -> Iterator[Row]:
    for n in SIZES:
        wilson, wald = proportion_coverage(intervals.wilson, n), proportion_coverage(intervals.adjusted_wald, n)
        yield (str(n), *map(percent, (*wilson, *wald)))


def differences() -> Iterator[Row]:
    for n in SIZES:
        yield (str(n), *map(percent, difference_coverage(n)))


def scores() -> Iterator[Row]:
    for n in SIZES:
        yield (str(n), *map(percent, nps_coverage(n)))


def means(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(SEED)
    for n in SIZES:
        yield (str(n), *map(percent, mean_coverage(n, runs, rng)))


def skewed(runs: int) -> Iterator[Row]:
    """Marks of which nearly all are the highest: nine tens of ten and one 1, or tens and nines with a rare 1."""
    rng = np.random.default_rng(SEED)
    draws = ([10.0, 1.0], [0.9, 0.1]), ([10.0, 9.0, 1.0], [0.75, 0.2, 0.05])
    for n in (10, 20, 30, 60, 100, 200):
        shares = []
        for scores, chances in draws:
            marks = rng.choice(scores, (runs, n), p=chances)
            low, high = intervals.mean_t(marks.mean(axis=1), marks.var(axis=1), n)
            truth = float(np.dot(scores, chances))
            shares.append(percent(float(((low <= truth) & (truth <= high)).mean())))
        yield (str(n), *shares)


def changes(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(SEED)
    for n in SIZES:
        yield (str(n), *map(percent, change_coverage(n, runs, rng)))


def votes(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(SEED)
    for voters in (25, 100, 400):
        yield (str(voters), *map(percent, vote_coverage(voters, runs, rng)))


def reports(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(SEED)
    for n in (10, 20, 50, 100, 200, 400):
        anywhere, each = report_alarms(n, runs, rng)
        _, power = report_alarms(n, runs, rng, better=True)
        yield (str(n), percent(anywhere), percent(each), percent(power))


def sections() -> dict[str, str]:
    """Make each table of docs/methode.md, by name."""
    tempers = tuple("/".join(f"{share * 100:.0f}" for share in temper) for temper in TEMPERS)
    return {
        "proportions": table(
            ("n", "Wilson gemiddeld", "Wilson laagste", "aangepast Wald gemiddeld", "aangepast Wald laagste"),
            proportions(),
        ),
        "differences": table(("n per kant", "gemiddeld", "laagste", "vals alarm bij gelijke ratio's"), differences()),
        "scores": table(("n", *tempers), scores()),
        "means": table(("n", "cijfer, t-interval", "tijd, t-interval op logaritme"), means(20_000)),
        "skewed": table(("n", "90% een 10, 10% een 1", "75% een 10, 20% een 9, 5% een 1"), skewed(20_000)),
        "changes": table(
            ("n per kant", "cijfer, verschil", "tijd, verhouding", "NPS, verschil", "cijfer, op volgorde"),
            changes(20_000),
        ),
        "votes": table(("stemmers", "eerste taak", "tiende taak", "laatste taak"), votes(1_000)),
        "reports": table(
            ("n per kwartaal", "vals alarm in het rapport", "per KPI", "verandering gezien"), reports(2_000)
        ),
    }


def written(document: str, name: str, content: str) -> str:
    """Put a table between its two marks."""
    start, end = f"<!-- coverage {name} -->\n", f"\n<!-- end {name} -->"
    before, rest = document.split(start)
    return before + start + content + end + rest.split(end)[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", action="store_true", help="print the tables, write nothing")
    only_print = parser.parse_args().print
    document = "" if only_print else DOCUMENT.read_text(encoding="utf-8")
    for name, content in sections().items():
        print(f"{name}\n{content}\n")
        document = document if only_print else written(document, name, content)
    if not only_print:
        DOCUMENT.write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
