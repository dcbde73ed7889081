"""Enough voters? `python -m benchmarks.planning` (about a minute): McGovern's pattern, and what a pilot is worth.

The first table gives the stability of McGovern's pattern (`survey.electorate.assumed_curve`, 100 tasks, five picks).
The second takes many pilots from that pattern, asks each how many voters it takes to fix the top with probability 0.9,
and shows the middle 80% of the answers beside the right one.
The tables are written into docs/methode.md; `--print` only prints them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

from benchmarks.coverage import Row, percent, table, written
from benchmarks.rank_sets import DOCUMENT, comma
from toptaak.core.settings import Settings
from toptaak.surveys.electorate import Electorate, assumed_curve, assumed_electorate
from toptaak.surveys.planning import stability_curve, voters_needed

SETTINGS = Settings()


def pattern(whole: Electorate, rng: np.random.Generator) -> Iterator[Row]:
    frame = stability_curve(whole, SETTINGS, rng, [3, 5, 15], [30, 100, 400, 1500, 5000], 2000)
    frame = frame.set_index(["voters", "top", "measure"])
    for voters in (30, 100, 400, 1500, 5000):
        exact = (percent(frame.loc[(voters, top, "top_exact"), "estimate"]) for top in (3, 5, 15))
        overlap = comma(15 * frame.loc[(voters, 15, "top_overlap"), "estimate"], 1)
        places = (frame.loc[(voters, top, "last_place"), ["ci_low", "ci_high"]] for top in (5, 15))
        yield (str(voters), *exact, overlap, *(f"{low:.0f}–{high:.0f}" for low, high in places))


def pilots(whole: Electorate, rng: np.random.Generator, count: int) -> Iterator[Row]:
    right = voters_needed(whole, SETTINGS, rng, [5, 15], 0.9, 2000).set_index("top")["estimate"]
    for size in (100, 400, 1500):
        for top in (5, 15):
            answers = [guess(whole, rng, size, top) for _ in range(count)]
            known = np.array([one for one in answers if np.isfinite(one)])
            low, middle, high = np.quantile(known, [0.1, 0.5, 0.9])
            missing = percent(1 - len(known) / count)
            yield (str(size), str(top), comma(right[top], 0), comma(middle, 0), f"{low:.0f}–{high:.0f}", missing)


def guess(whole: Electorate, rng: np.random.Generator, size: int, top: int) -> float:
    drawn = rng.integers(0, len(whole.cells), size)
    cells = whole.cells[drawn]
    scores = np.bincount(cells.ravel(), minlength=whole.width)[: len(whole.truth)] / size
    pilot = Electorate(cells, whole.worth[drawn], scores, whole.width, size)
    return float(voters_needed(pilot, SETTINGS, rng, [top], 0.9, 200)["estimate"].iloc[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--print", action="store_true", help="print the tables, write nothing")
    parser.add_argument("--pilots", type=int, default=100, help="pilots per line of the second table")
    options = parser.parse_args()
    rng = np.random.default_rng(20260713)
    whole = assumed_electorate(assumed_curve(), 5, rng)
    made = {
        "planning": table(
            (
                "stemmers",
                "top 3 precies",
                "top 5 precies",
                "top 15 precies",
                "van de 15 goed",
                "plaats van nr. 5",
                "van nr. 15",
            ),
            pattern(whole, rng),
        ),
        "pilots": table(
            (
                "stemmers in de proef",
                "top",
                "juiste aantal",
                "midden van de schattingen",
                "80% van de schattingen",
                "geen antwoord",
            ),
            pilots(whole, rng, options.pilots),
        ),
    }
    document = DOCUMENT.read_text(encoding="utf-8") if not options.print else ""
    for name, content in made.items():
        print(f"{name}\n{content}\n")
        document = document if options.print else written(document, name, content)
    if not options.print:
        DOCUMENT.write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
