"""Does a margin of Kendall's tau hold? `python -m benchmarks.agreement` (about a minute).

Two groups vote on 40 tasks, five picks each; their true curves are the same, near each other or far apart. The table
gives the share of surveys in which the 95% interval holds the true tau: the percentile interval of resampled voters,
and ours from decided pairs (`stats.agreement.sure_tau`), with the mean width of both. It is written into
docs/methode.md; `--print` only prints it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

from benchmarks.coverage import Row, percent, table, written
from benchmarks.rank_sets import DOCUMENT, comma
from toptaak.stats.agreement import kendall_tau, sure_tau
from toptaak.stats.ranks import better_by_sign_test, discordant
from toptaak.stats.resampling import bootstrap_totals, percentile_interval

TASKS, PICKS = 40, 5
APART = {"gelijk": 0.0, "dichtbij": 0.3, "ver uiteen": 1.5}
EACH = 1 - (1 - 0.95) / 2


def ballots(rng: np.random.Generator, voters: int, chances: np.ndarray) -> np.ndarray:
    keys = rng.gumbel(size=(voters, TASKS)) + np.log(chances)
    chosen = np.zeros((voters, TASKS), dtype=np.float32)
    np.put_along_axis(chosen, np.argpartition(-keys, PICKS - 1, axis=1)[:, :PICKS], 1.0, axis=1)
    return chosen


def coverage(runs: int) -> Iterator[Row]:
    rng = np.random.default_rng(20260714)
    for name, apart in APART.items():
        for voters in (200, 1000, 5000):
            found = np.array([one_survey(rng, voters, apart) for _ in range(runs)])
            tau, held, held_by_ours, width, width_of_ours = found.mean(axis=0)
            yield (
                name,
                str(voters),
                comma(tau),
                percent(held),
                comma(width),
                percent(held_by_ours),
                comma(width_of_ours),
            )


def one_survey(rng: np.random.Generator, voters: int, apart: float) -> tuple[float, ...]:
    curve = np.exp(rng.normal(0, 0.3, TASKS)) / (np.arange(TASKS) + 5.0)
    other = curve * np.exp(rng.normal(0, apart, TASKS))
    truth = float(kendall_tau(curve, other))
    here, there = ballots(rng, voters, curve), ballots(rng, voters, other)
    drawn = kendall_tau(bootstrap_totals(here, rng, 400), bootstrap_totals(there, rng, 400))
    low, high = percentile_interval(drawn, 0.95)
    few, many = sure_tau(*(better_by_sign_test(discordant(votes), EACH) for votes in (here, there)))
    ours = few - 1e-9 <= truth <= many + 1e-9
    return truth, float(low <= truth <= high), float(ours), float(high - low), many - few


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--print", action="store_true", help="print the table, write nothing")
    parser.add_argument("--runs", type=int, default=100, help="invented surveys per line")
    options = parser.parse_args()
    head = ("meningen", "stemmers per groep", "ware tau", "percentielmarge", "breedte", "besliste paren", "breedte")
    content = table(head, coverage(options.runs))
    print(content)
    if not options.print:
        DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), "agreement", content), encoding="utf-8")


if __name__ == "__main__":
    main()
