"""How often a week without any surge brings a signal: `python -m benchmarks.signals` (about ten minutes).

Twenty topics with rates from about one to sixty a week, nothing special going on. The share of weeks in which at
least one topic is signalled must stay at or below 5%, also where the world is rougher than the model: sharp yearly
peaks, counts that hang together, levels that drift. Beside it: how often a topic of about ten a week that triples is
signalled in that same week, or that doubles for four weeks; and how often the interval of the ratio holds the truth.
The table is written into docs/sturen.md; `--print` only prints it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.coverage import written
from toptaak.core.wording import translator
from toptaak.governance.signals import alarms
from toptaak.stats.intervals import Floats, wilson
from toptaak.stats.surges import Surges, surges

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "sturen.md"
TOPICS: Final = 20
RISING: Final = 9  # a topic with twice the scatter of chance
YEAR: Final = 365.25 / 7
SEED: Final = 2026


@dataclass(frozen=True)
class World:
    """How weekly counts come about.

    `scatter` of topics in turn: Poisson for 1, variance `scatter` × mean above it, and negative binomial of size
    -scatter below zero. `drift`: standard deviation of a level that wanders (weekly correlation 0.9).
    """

    name: str
    weeks: int
    season: str = "none"
    scatter: tuple[float, ...] = (1.0, 2.0, 5.0, -5.0)
    typical: float = 8.0
    trend: float = 0.0
    drift: float = 0.0

    def rates(self, rng: np.random.Generator) -> Floats:
        """Draw the expected counts, topics by weeks; the topic that will rise has ten a week on average."""
        level = self.typical * np.exp(1.2 * rng.standard_normal((TOPICS, 1)))
        level[RISING] = 10.0
        week = np.arange(self.weeks) + rng.integers(0, 52)
        of_year = (week / YEAR - rng.random((TOPICS, 1))) % 1
        growth = np.exp(self.trend * (week - week[-1]) / YEAR)
        return level * growth * self._season(of_year) * np.exp(self.drift * _wandering(rng, self.weeks))

    def _season(self, of_year: Floats) -> Floats:
        if self.season == "wave":
            return np.exp(0.5 * np.cos(2 * np.pi * of_year))
        if self.season == "peak":  # four times as much for about four weeks
            return 1 + 3 * np.exp(-0.5 * ((of_year - 0.5) * YEAR / 1.5) ** 2)
        return np.ones_like(of_year)

    def counts(self, rates: Floats, rng: np.random.Generator) -> Floats:
        """Draw counts around the rates."""
        drawn = [_counts(row, self.scatter[at % len(self.scatter)], rng) for at, row in enumerate(rates)]
        return np.array(drawn, dtype=float)


def _wandering(rng: np.random.Generator, weeks: int) -> Floats:
    steps = rng.standard_normal((TOPICS, weeks))
    for week in range(1, weeks):
        steps[:, week] = 0.9 * steps[:, week - 1] + np.sqrt(1 - 0.81) * steps[:, week]
    return steps


def _counts(rates: Floats, scatter: float, rng: np.random.Generator) -> Floats:
    if scatter == 1:
        return rng.poisson(rates).astype(float)
    size = -scatter if scatter < 0 else rates / (scatter - 1)
    return rng.negative_binomial(size, size / (size + rates)).astype(float)


WORLDS: Final = (
    World("ruim een jaar, geen seizoen", 62),
    World("ruim een jaar, scherpe pieken", 62, "peak"),
    World("anderhalf jaar, scherpe pieken", 80, "peak"),
    World("twee jaar, zuiver toeval", 105, scatter=(1.0,)),
    World("twee jaar, geen seizoen", 105),
    World("twee jaar, golvend seizoen", 105, "wave"),
    World("twee jaar, scherpe pieken", 105, "peak"),
    World("twee jaar, 35% groei per jaar", 105, trend=0.3),
    World("twee jaar, verschuivend niveau", 105, drift=0.25, scatter=(1.0,)),
    World("twee jaar, zeldzame onderwerpen", 105, typical=0.3),
    World("twee jaar, drukke onderwerpen, scherpe pieken", 105, "peak", typical=100.0),
    World("drie jaar, scherpe pieken", 157, "peak"),
    World("drie jaar, sterk verschuivend niveau, golvend seizoen", 157, "wave", drift=0.4),
    World("vier jaar, scherpe pieken, alles klontert samen", 209, "peak", scatter=(-5.0,)),
)


@dataclass
class Tally:
    """What came out of the simulated weeks of one world."""

    weeks: int = 0
    false_weeks: int = 0
    tripled: int = 0
    doubled: int = 0
    covered: int = 0

    def add(self, world: World, rng: np.random.Generator) -> None:
        """Simulate one quiet week, then the same week with one topic that rose."""
        rates = world.rates(rng)
        quiet = world.counts(rates, rng)
        self.weeks += 1
        self.false_weeks += bool(alarms(surges(quiet)).any())
        tripled = _risen(world, rates, quiet, rng, 3, 1)
        self.tripled += bool(alarms(tripled)[RISING])
        expected = rates[RISING, -tripled.weeks[RISING] :].sum()
        truth = (expected + 2 * rates[RISING, -1]) / expected
        self.covered += bool(tripled.low[RISING] <= truth <= tripled.high[RISING])
        self.doubled += bool(alarms(_risen(world, rates, quiet, rng, 2, 4))[RISING])


def _risen(world: World, rates: Floats, quiet: Floats, rng: np.random.Generator, factor: int, weeks: int) -> Surges:
    """Judge the quiet counts after one topic rose by `factor` in the last weeks."""
    risen = rates.copy()
    risen[RISING, -weeks:] *= factor
    return surges(np.where(risen > rates, world.counts(risen, rng), quiet))


def false_weeks(world: World, weeks: int, seed: int = SEED) -> int:
    """Count the simulated quiet weeks in which any topic is signalled."""
    rng = np.random.default_rng(seed)
    return sum(bool(alarms(surges(world.counts(world.rates(rng), rng))).any()) for _ in range(weeks))


def simulate(world: World, weeks: int, seed: int = SEED) -> Tally:
    """Simulate independent weeks of one world."""
    rng, tally = np.random.default_rng(seed), Tally()
    for _ in range(weeks):
        tally.add(world, rng)
    return tally


def table(weeks: int) -> Iterator[str]:
    """Yield the lines of a Markdown table, one world a line."""
    yield "| wereld | weken met vals alarm | 95%-marge | drie keer zoveel | vier weken dubbel | marge klopt |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for world in WORLDS:
        tally = simulate(world, weeks)
        low, high = wilson(tally.false_weeks, weeks)
        percent = translator("nl").percent
        shares = [percent(one / weeks, 0) for one in (tally.tripled, tally.doubled, tally.covered)]
        margin = f"{percent(float(low))} – {percent(float(high))}"
        yield f"| {world.name} | {percent(tally.false_weeks / weeks)} | {margin} | {' | '.join(shares)} |"


def main() -> None:
    """Simulate, print, and write the table into the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=400, help="simulated weeks of each world")
    parser.add_argument("--print", action="store_true", help="print the table, write nothing")
    options = parser.parse_args()
    lines = []
    for line in table(options.weeks):
        print(line, flush=True)
        lines.append(line)
    if not options.print:
        DOCUMENT.write_text(
            written(DOCUMENT.read_text(encoding="utf-8"), "signals", "\n".join(lines)), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
