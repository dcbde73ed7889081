"""The comparison of municipalities: small ones hidden and left out, chance told from differences, no ranking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.report.reading import tables, texts
from toptaak.core.errors import ToptaakError
from toptaak.core.municipalities import name_of
from toptaak.core.periods import Quarter
from toptaak.kpi.compare_municipalities import compare_municipalities
from toptaak.kpi.measure_reader import measure_reader
from toptaak.kpi.measures import CATALOGUE, OBSERVED
from toptaak.kpi.observations import Observations
from toptaak.kpi.summaries import summarise
from toptaak.numbers.comparison import ComparisonSource, open_comparison
from toptaak.numbers.funnel import funnel_of
from toptaak.numbers.quarter import open_source
from toptaak.printing.blocks import Block, Figure, Heading
from toptaak.report.comparison.municipalities_compared import standing_of
from toptaak.report.publications import pages

DUTCH = measure_reader("nl")

vergelijking = pages("comparison")


@pytest.fixture(scope="module")
def source(example_data: Path) -> ComparisonSource:
    return open_comparison("2026Q3", "nl", str(example_data))


def with_minimum(source: ComparisonSource, minimum: int) -> ComparisonSource:
    return replace(source, settings=source.settings.model_copy(update={"minimum_n": minimum}))


def test_each_number_is_that_of_the_municipalitys_own_report(source: ComparisonSource, example_data: Path) -> None:
    for code in ("GM9901", "GM9909"):
        own = open_source(code, "2026Q3", "nl", str(example_data)).now.frame.set_index("measure")
        for name in ("success_rate", "completion_time", "contacts_per_case", "satisfaction", "net_promoter_score"):
            row = source.values(name).frame.set_index("municipality").loc[code]
            assert row["estimate"] == pytest.approx(own.loc[name, "estimate"])
            assert row["n"] == own.loc[name, "n"]


def test_municipalities_stand_in_alphabetical_order(source: ComparisonSource) -> None:
    for name in source.measures:
        names = [name_of(code) for code in source.values(name).frame["municipality"]]
        assert names == sorted(names)


def test_a_small_municipality_is_hidden_and_counts_nowhere(source: ComparisonSource) -> None:
    strict = with_minimum(source, 20)
    values = strict.values("success_rate").frame.set_index("municipality")
    assert values.loc["GM9904", ["estimate", "n"]].isna().all(), "it has 12 attempts"
    compared = strict.compared("success_rate").frame
    assert "GM9904" not in set(compared["municipality"])
    summary = strict.summaries["success_rate"].groups
    counted = summary[summary["n"] >= 20]
    assert compared["centre"].iloc[0] == pytest.approx(np.average(counted["mean"], weights=counted["n_eff"]))
    table = tables(vergelijking.per_measure(strict))[0]
    row = next(one for one in table.rows if one[0].startswith("Duinwaard"))
    assert row[1] == "niet getoond"
    assert row[2:] == ("niet vergeleken: te weinig waarnemingen",) * 2


def test_a_threshold_nobody_reaches_leaves_no_number(source: ComparisonSource) -> None:
    hidden = with_minimum(source, 10**6)
    blocks = vergelijking.per_measure(hidden)
    assert not any(isinstance(one, Figure) for one in blocks)
    assert "%" not in texts(blocks).replace("95%-marge", "")


def test_the_funnel_passes_through_the_limits_of_every_municipality(source: ComparisonSource) -> None:
    for name in ("success_rate", "completion_time", "satisfaction"):
        frame = source.compared(name).frame.dropna(subset="centre")
        large = frame[frame["n"] > 50]
        for side in ("chance", "limit"):
            funnel = funnel_of(frame, source.summaries[name].measure.scale, side)  # type: ignore[arg-type]
            for end, drawn in (("low", funnel.low), ("high", funnel.high)):
                at = np.interp(large["n"].astype(float), funnel.sizes, drawn)
                np.testing.assert_allclose(at, large[f"{side}_{end}"].astype(float), rtol=0.02, atol=0.01)


def test_equal_municipalities_stand_within_chance_and_a_different_one_does_not() -> None:
    rng = np.random.default_rng(7)
    sizes, chances = [12, 40, 100, 300, 500, 800, 200, 60], [0.8] * 7 + [0.3]
    codes = [f"GM99{number:02d}" for number in range(1, 9)]
    rows = pd.DataFrame(
        {
            "municipality": np.repeat(codes, sizes),
            "value": (rng.random(sum(sizes)) < np.repeat(chances, sizes)).astype(float),
        }
    )
    frame = compare_municipalities(summarise(CATALOGUE["success_rate"], Observations(rows), ["municipality"]))
    standings = [standing_of(row) for _, row in frame.iterrows()]
    assert standings == ["chance"] * 7 + ["worse"]


def test_all_successes_of_a_few_are_no_exception() -> None:
    codes = ["GM9901", "GM9902", "GM9903", "GM9904"]
    rows = pd.DataFrame(
        {
            "municipality": np.repeat(codes, [12, 400, 400, 400]),
            "value": np.concatenate([np.ones(12), *[np.r_[np.ones(310), np.zeros(90)]] * 3]),
        }
    )
    frame = compare_municipalities(summarise(CATALOGUE["success_rate"], Observations(rows), ["municipality"]))
    assert standing_of(frame.iloc[0]) == "chance"


def test_the_spread_and_who_stands_out_are_told(source: ComparisonSource) -> None:
    told = texts(vergelijking.standing_out(source))
    frame = source.compared("satisfaction").frame
    for code, signal in zip(frame["municipality"], frame["signal"], strict=True):
        assert (signal != "") == (f"{name_of(code)} (" in told)
    assert "van de 11 gemeenten wijken meer af van het gemiddelde dan toeval verklaart" in told


def test_likely_values_lie_between_the_own_value_and_the_mean(source: ComparisonSource) -> None:
    for name in ("success_rate", "satisfaction"):
        likely, compared = source.shrunken(name).frame, source.compared(name).frame.set_index("municipality")
        for _, row in likely.iterrows():
            own, centre = compared.loc[row["municipality"], ["estimate", "centre"]]
            assert abs(row["estimate"] - own) <= abs(centre - own) + 0.02
        table = tables(vergelijking.per_measure(replace(source, asked=(name,))))[1]
        assert [row[2] for row in table.rows] == [DUTCH.value(name, one) for one in likely["estimate"]]


def test_peers_are_of_the_same_size_class(source: ComparisonSource) -> None:
    frame = source.compared("success_rate", same_size=True).frame
    known = frame.dropna(subset="centre")
    assert known.groupby("size_class").size().min() >= 3
    told = texts(vergelijking.per_measure(replace(source, asked=("success_rate",))))
    assert "minder dan drie gemeenten om mee te vergelijken" in told


def test_another_quarter_is_another_comparison(source: ComparisonSource, example_data: Path) -> None:
    earlier = open_comparison("2026Q2", "nl", str(example_data))
    assert "GM9907" not in earlier.codes, "it misses that quarter"
    assert "GM9907" in source.codes
    assert earlier.quarter == Quarter(2026, 2)


def test_two_municipalities_are_not_compared(source: ComparisonSource) -> None:
    few = replace(source, codes=("GM9901", "GM9903"))
    assert "Er valt niets te vergelijken" in texts(vergelijking.standing_out(few))
    assert not any(isinstance(one, Figure) for one in vergelijking.per_measure(few))


def test_any_measure_may_be_asked(example_data: Path) -> None:
    chosen = open_comparison("2026Q3", "nl", str(example_data), ["form_completion_rate", "speed_of_answer"])
    headings = [one.text for one in vergelijking.per_measure(chosen) if isinstance(one, Heading)]
    assert headings == ["Voltooiingsratio formulieren", "Gemiddelde wachttijd aan de telefoon"]


@pytest.mark.parametrize("wrong", ["succes_rate", "driver_r2"])
def test_an_unknown_measure_is_refused_with_the_known_ones(example_data: Path, wrong: str) -> None:
    with pytest.raises(ToptaakError, match=wrong) as refused:
        open_comparison("2026Q3", "nl", str(example_data), [wrong])
    assert all(name in str(refused.value) for name in OBSERVED)


def test_the_english_comparison_is_english(example_data: Path) -> None:
    english = open_comparison("2026Q3", "en", str(example_data))
    pages: list[Callable[[ComparisonSource], list[Block]]] = [
        vergelijking.reading, vergelijking.standing_out, vergelijking.per_measure,
    ]  # fmt: skip
    words = set(texts([block for page in pages for block in page(english)]).lower().split())
    assert not words & {"gemeente", "gemeenten", "toeval", "waarschijnlijkste", "inwoners", "trechter"}
