"""The sections on performance of the quarterly report: they tell the example's truth, and never more than they may."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.report.reading import texts
from toptaak.core.errors import InputRefused
from toptaak.core.municipalities import fictional_code
from toptaak.core.settings import Rebase
from toptaak.kpi.compare import VERDICTS
from toptaak.numbers import year as measured
from toptaak.numbers.quarter import Source, open_source
from toptaak.printing.blocks import Block, Figure, Heading, Table
from toptaak.report.quarterly.control_charts import control_charts
from toptaak.report.quarterly.customer_journeys import journeys
from toptaak.report.quarterly.satisfaction_drivers import drivers
from toptaak.report.quarterly.where_to_act import where_to_act
from toptaak.stats.control_chart import signals, xmr_limits

CODES = [fictional_code(number) for number in range(1, 13)]
SECTIONS = (where_to_act, journeys, drivers, control_charts)
Section = Callable[[Source], list[Block]]
Build = Callable[[Section, str], list[Block]]


@pytest.fixture(scope="module")
def sources(example_data: Path) -> dict[str, Source]:
    return {code: open_source(code, "2026Q3", "nl", str(example_data)) for code in CODES}


@pytest.fixture(scope="module")
def built(sources: dict[str, Source]) -> Build:
    """Make a section of a municipality once."""
    return cache(lambda section, code: section(sources[code]))


def table_of(blocks: list[Block]) -> Table:
    return next(one.data if isinstance(one, Figure) else one for one in blocks if isinstance(one, Figure | Table))


def with_settings(source: Source, **settings: Any) -> Source:
    return replace(source, settings=source.settings.model_copy(update=settings))


@pytest.mark.parametrize("code", CODES)
def test_each_section_has_at_most_one_figure_and_one_table(built: Build, code: str) -> None:
    for section in SECTIONS:
        blocks = built(section, code)
        assert isinstance(blocks[0], Heading)
        assert sum(isinstance(one, Figure | Table) for one in blocks) <= 1
        assert "{" not in texts(blocks)
        assert "nan" not in texts(blocks).lower().split()


@pytest.mark.parametrize("section", SECTIONS)
def test_everything_missing_still_gives_a_section(sources: dict[str, Source], section: Section) -> None:
    source = sources["GM9901"]
    blocks = section(replace(source, tables=dict.fromkeys(source.tables)))
    assert len(blocks) > 1


@pytest.mark.parametrize(
    ("section", "named", "besides"), [(where_to_act, ["ballots"], []), (journeys, ["contacts", "cases"], ["steps"])]
)
def test_missing_tables_are_named(
    sources: dict[str, Source], section: Section, named: list[str], besides: list[str]
) -> None:
    source = sources["GM9901"]
    told = texts(section(replace(source, tables={**source.tables, **dict.fromkeys([*named, *besides])})))
    assert [table for table in named if f"‘{table}’" not in told] == []
    assert "niet aangeleverd" in told


@pytest.mark.parametrize("section", SECTIONS)
def test_the_english_section_is_english(example_data: Path, section: Section) -> None:
    told = texts(section(open_source("GM9909", "2026Q3", "en", str(example_data))))
    assert not re.search(r"\b(stemmen|aantoonbaar|waardering|kwartaal|gemiddelde|taken|weken)\b", told)


@pytest.mark.parametrize("code", ["GM9901", "GM9904", "GM9907", "GM9909"])
def test_no_published_number_rests_on_a_small_cell(sources: dict[str, Source], code: str) -> None:
    source = with_settings(sources[code], minimum_n=30)
    parts = [
        measured.weekly_charts(source, source.kpis),
        measured.driver_weights(source),
        measured.silence(source),
        measured.where_to_act(source),
        measured.detail_changes(source, ["channel_switches", "repeat_contact_rate"]),
    ]
    for frame in (one.frame for one in parts if one is not None):
        hidden, numbers = frame["n"].isna(), frame.select_dtypes("number").columns.difference(["n"])
        assert frame.loc[hidden, numbers].isna().all(axis=None)
        assert frame.loc[frame["n"] == 0, "estimate"].isna().all()
        assert not frame["n"].between(1, 29).any()


def test_a_threshold_nobody_reaches_leaves_no_number_of_people(sources: dict[str, Source]) -> None:
    hidden = with_settings(sources["GM9901"], minimum_n=10**6)
    told = "\n".join(texts(section(hidden)) for section in SECTIONS)
    assert not re.search(r"\d+,\d%", told)
    assert "minder dan 1.000.000" in told or "te weinig" in told.lower()


# --- control charts


def test_the_chart_sees_the_fall_of_twelve_points(sources: dict[str, Source]) -> None:
    source = sources["GM9909"]
    frame = measured.weekly_charts(source, ["success_rate"]).frame
    now = frame[frame["week"].isin(source.quarter.weeks())]
    assert (now["judgement"] == "concern").sum() >= 7
    blocks = control_charts(source)
    assert "Punt van zorg in dit kwartaal: succesratio" in texts(blocks)
    assert any(isinstance(one, Figure) and "succesratio" in one.title for one in blocks)


def test_rises_of_eight_points_are_seen_and_called_improvement(built: Build) -> None:
    for code in ("GM9905", "GM9912"):
        told = texts(built(control_charts, code))
        assert re.search(r"Signaal van verbetering in dit kwartaal: [^\n]*succesratio", told), code
        assert not re.search(r"Punt van zorg in dit kwartaal: [^\n]*succesratio", told), code


def test_limits_rest_on_the_weeks_before_the_quarter_alone(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    frame = measured.weekly_charts(source, ["success_rate"]).frame.sort_values("week")
    before = frame[~frame["week"].isin(source.quarter.weeks())]
    limits = xmr_limits(before["estimate"].dropna().to_numpy(dtype=float))
    shown = frame[["centre", "limit_low", "limit_high"]].dropna().drop_duplicates()
    assert len(shown) == 1
    assert shown.iloc[0].tolist() == pytest.approx([limits.centre, limits.low, min(limits.high, 1.0)])


def test_a_signal_stands_in_the_table_and_follows_the_rules(sources: dict[str, Source], built: Build) -> None:
    for code in CODES:
        source = sources[code]
        blocks = built(control_charts, code)
        if not any(isinstance(one, Figure) for one in blocks):
            continue
        frame = measured.weekly_charts(source, source.kpis).frame
        now = frame[frame["week"].isin(source.quarter.weeks())]
        quiet = not now["judgement"].isin(["concern", "improvement"]).any()
        assert ("Geen enkele KPI wijkt dit kwartaal af" in texts(blocks)) == quiet
        assert all((row[3] == "geen") or ":" in row[3] for row in table_of(blocks).rows)


def test_about_one_chart_in_five_has_a_signal_when_nothing_changes() -> None:
    """The note under the charts says so: 39 weeks before, 13 weeks judged, normal variation."""
    rng = np.random.default_rng(2026)
    seen = [
        bool((signals(values, xmr_limits(values[:39]))[1][39:] != 0).any()) for values in rng.normal(size=(1500, 52))
    ]
    assert 0.15 <= np.mean(seen) <= 0.25


def test_few_answers_a_week_give_no_chart_but_a_note(built: Build) -> None:
    told = texts(built(control_charts, "GM9901"))
    assert "Te weinig waarnemingen per week voor een regelkaart" in told
    sparse = built(control_charts, "GM9904")
    assert not any(isinstance(one, Figure) for one in sparse)


def test_a_short_series_is_called_provisional(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    attempts = source.tables["attempts"]
    assert attempts is not None
    late = attempts[attempts["date"] >= "2026-05-01"]
    short = replace(source, tables={**source.tables, "attempts": late, "contacts": None, "steps": None})
    assert "minder dan 13 weken te tonen van succesratio" in texts(control_charts(short))


NEW_SYSTEM = Rebase(date="2026-04-21", reason="Nieuw zaaksysteem", municipality="GM9901", measures=("completion_time",))


def test_limits_start_anew_where_the_settings_say_so_and_the_report_tells_why(sources: dict[str, Source]) -> None:
    source = with_settings(sources["GM9901"], rebase=(NEW_SYSTEM,))
    frame = measured.weekly_charts(source, ["completion_time", "success_rate"]).frame
    assert frame.loc[frame["measure"] == "success_rate", "phase"].unique().tolist() == [0]
    times = frame[frame["measure"] == "completion_time"].sort_values("week")
    assert times.loc[times["phase"] == 1, "week"].iloc[0] == "2026W17"
    for phase, weeks in times.groupby("phase"):
        base = weeks.loc[weeks["week"] < source.quarter.weeks()[0], "estimate"].dropna()
        limits = xmr_limits(base.to_numpy(dtype=float))
        assert weeks["centre"].unique() == pytest.approx([limits.centre]), phase
        assert weeks["limit_high"].unique() == pytest.approx([limits.high]), phase
    blocks = control_charts(source)
    told = texts(blocks)
    assert "Gemiddelde en grenzen beginnen opnieuw: 21 april 2026, Nieuw zaaksysteem (doorlooptijd)." in told
    figure = next(one for one in blocks if isinstance(one, Figure))
    assert "grenzen beginnen opnieuw" in figure.svg
    row = next(row for row in table_of(blocks).rows if row[0] == "Doorlooptijd")
    assert row[1].endswith("10\u00a0weken"), "as many as the limits in force rest on"


def test_limits_that_start_in_the_quarter_rest_on_its_own_weeks(sources: dict[str, Source]) -> None:
    late = NEW_SYSTEM.model_copy(update={"date": dt.date(2026, 8, 5)})
    source = with_settings(sources["GM9901"], rebase=(late,))
    frame = measured.weekly_charts(source, ["completion_time"]).frame
    now = frame[frame["phase"] == 1]
    assert now["week"].min() == "2026W32"
    assert now["centre"].unique() == pytest.approx([now["estimate"].astype(float).mean()])
    assert "minder dan 13 weken te tonen van doorlooptijd" in texts(control_charts(source))


def test_a_rebase_of_another_municipality_changes_nothing(sources: dict[str, Source], built: Build) -> None:
    elsewhere = NEW_SYSTEM.model_copy(update={"municipality": "GM9902"})
    assert texts(control_charts(with_settings(sources["GM9901"], rebase=(elsewhere,)))) == texts(
        built(control_charts, "GM9901")
    )


def test_a_rebase_of_an_unknown_measure_is_refused_with_the_nearest(sources: dict[str, Source]) -> None:
    wrong = NEW_SYSTEM.model_copy(update={"measures": ("completiontime",)})
    with pytest.raises(InputRefused, match="completion_time"):
        control_charts(with_settings(sources["GM9901"], rebase=(wrong,)))


def test_a_signal_is_called_a_signal_and_no_improvement(built: Build) -> None:
    titles = [one.title for one in built(control_charts, "GM9901") if isinstance(one, Figure)]
    assert titles == ["De weekcijfers geven een signaal van verbetering: contacten per zaak"]


def test_changes_made_are_marked_and_named(built: Build) -> None:
    figure = next(one for one in built(control_charts, "GM9901") if isinstance(one, Figure))
    assert "Webpagina herschreven in begrijpelijke taal (4 juli 2026)" in figure.note
    assert "Formulier ingekort" not in figure.note, "that was more than a year ago"


# --- what hangs together with satisfaction


def test_the_margins_hold_the_true_associations(sources: dict[str, Source], example_data: Path) -> None:
    """Waiting 29 %, the employee 30 %: nineteen of twenty margins should hold the truth."""
    truth = json.loads((example_data / "truth" / "drivers.json").read_text(encoding="utf-8"))
    wanted = {
        ("driver_importance", "waiting"): truth["share_waiting"],
        ("driver_group", "employee"): truth["share_employee"],
        ("driver_r2", "_all"): truth["r_squared"],
    }
    weights = {code: measured.driver_weights(source) for code, source in sources.items()}
    frames = [one.frame.set_index(["measure", "part"]) for one in weights.values() if one is not None]
    shown = [frame for frame in frames if ("driver_importance", "waiting") in frame.index]
    assert len(shown) == 10
    for key, value in wanted.items():
        hits = [bool(frame.loc[key, "ci_low"] <= value <= frame.loc[key, "ci_high"]) for frame in shown]
        assert sum(hits) >= 8, key


def test_association_is_told_with_margin_and_owner_and_never_as_a_cause(built: Build) -> None:
    blocks = built(drivers, "GM9901")
    told = texts(blocks)
    assert "Samenhang is geen oorzaak" in told
    assert "R²" in told
    rows = {row[0]: row for row in table_of(blocks).rows}
    assert rows["wachttijd"][3] == "de organisatie"
    assert all(" tot " in row[2] for row in rows.values())


def test_the_owner_of_a_driver_is_a_setting(sources: dict[str, Source]) -> None:
    rows = table_of(drivers(with_settings(sources["GM9901"], driver_owners={"waiting": "it"}))).rows
    assert {row[0]: row[3] for row in rows}["wachttijd"] == "ICT"


def test_the_title_names_a_part_only_where_it_stands_out(sources: dict[str, Source], built: Build) -> None:
    for code in ("GM9901", "GM9906", "GM9912"):
        weights = measured.driver_weights(sources[code])
        assert weights is not None
        parts = weights.where(measure="driver_importance").frame.sort_values("estimate", ascending=False)
        apart = bool(parts["ci_low"].iloc[0] > parts["ci_high"].iloc[1:].max())
        title = next(one.title for one in built(drivers, code) if isinstance(one, Figure))
        assert ("hangt het sterkst samen" in title) == apart


def test_without_a_survey_amsterdams_numbers_are_labelled_taken_over(built: Build) -> None:
    blocks = built(drivers, "GM9903")
    rows = table_of(blocks).rows
    assert [row[1] for row in rows] == ["29%", "30%"]
    assert all("overgenomen" in row[4] and row[2] == "niet bekend" for row in rows)
    assert "overgenomen" in texts(blocks[:2])
    assert "overgenomen" not in texts(built(drivers, "GM9901"))


def test_too_few_answers_say_how_many_are_needed(built: Build) -> None:
    assert "minstens 100" in texts(built(drivers, "GM9904"))


# --- journeys


@pytest.mark.parametrize("code", CODES)
def test_the_silence_sentence_follows_the_verdict(sources: dict[str, Source], built: Build, code: str) -> None:
    test = measured.silence(sources[code])
    assert test is not None
    said = {"rises": "neemt vaker opnieuw contact op", "no_difference": "niet aantoonbaar vaker"}
    told = texts(built(journeys, code))
    verdict = test.frame["verdict"].iloc[0]
    assert [text in told for text in said.values()] == [verdict == name for name in said]


def test_the_example_shows_that_customers_come_back_after_ten_days_of_silence(
    sources: dict[str, Source], built: Build
) -> None:
    verdicts = [
        test.frame["verdict"].iloc[0] for one in sources.values() if (test := measured.silence(one)) is not None
    ]
    assert verdicts.count("rises") >= 10
    assert "na 10 dagen stilte" in texts(built(journeys, "GM9901"))


def test_journeys_show_the_numbers_of_the_quarter_with_a_verdict_of_the_difference(
    sources: dict[str, Source], built: Build
) -> None:
    source = sources["GM9909"]
    table = table_of(journeys(source))
    assert [row[0] for row in table.rows] == [
        "Klaar binnen 28 dagen",
        "Contacten per zaak",
        "Kanaalwisselingen per zaak",
        "Opgelost bij het eerste contact",
        "Herhaalcontact (binnen 14 dagen)",
        "Op tijd geholpen (5 min)",
    ]
    assert all("n\u00a0=" in row[1] for row in table.rows)
    gap = table_of(built(journeys, "GM9907"))
    assert {row[3] for row in gap.rows} == {"niet te vergelijken"}


def test_a_board_kpi_has_one_verdict_in_the_whole_report(sources: dict[str, Source], built: Build) -> None:
    for code in ("GM9901", "GM9909", "GM9912"):
        changed = sources[code].changes.where(measure="contacts_per_case").frame.iloc[0]
        row = next(row for row in table_of(built(journeys, code)).rows if row[0] == "Contacten per zaak")
        assert row[3] == sources[code].say(VERDICTS[changed.verdict])


# --- where to act


def test_tasks_stand_in_the_order_of_share_times_gap(sources: dict[str, Source]) -> None:
    source = sources["GM9909"]
    found = measured.where_to_act(source)
    assert found is not None and source.league is not None
    frame = found.frame.dropna(subset="shortfall")
    votes = source.league.where(measure="vote_share").frame.set_index("task_id")["estimate"]
    expected = frame["task_id"].map(votes) * (frame["target"] - frame["estimate"])
    assert frame["shortfall"].tolist() == pytest.approx(expected.tolist())
    assert frame["shortfall"].is_monotonic_decreasing
    shown = [row[0] for row in table_of(where_to_act(source)).rows]
    assert shown == [source.task_labels[task] for task in frame["task_id"].head(len(shown))]


def test_the_true_shortfall_lies_within_the_margin(sources: dict[str, Source], example_data: Path) -> None:
    """Votes and success of the last four quarters are known of every task of the example."""
    measures = pd.read_parquet(example_data / "truth" / "measures.parquet")
    votes = pd.read_parquet(example_data / "truth" / "votes.parquet")
    hits = []
    for code in ("GM9903", "GM9906", "GM9907", "GM9908", "GM9909", "GM9910"):
        source = sources[code]
        found = measured.where_to_act(source)
        assert found is not None
        kept = (measures["municipality"] == code) & (measures["measure"] == "success_rate")
        kept &= (measures["channel"] == "_all") & measures["quarter"].isin(measured.year(source))
        success = measures[kept & (measures["task_id"] != "_all")].groupby("task_id")["value"].mean()
        voted = votes[(votes["survey"] == source.survey) & (votes["level"] == "_all")].set_index("task_id")
        share = voted["points_share"].fillna(voted["vote_share"])
        frame = found.frame.dropna(subset="shortfall").set_index("task_id")
        true = (share * (frame["target"] - success)).loc[frame.index]
        hits += true.between(frame["shortfall_low"], frame["shortfall_high"]).tolist()
    assert len(hits) > 80
    assert np.mean(hits) >= 0.9


def test_only_tasks_demonstrably_below_target_are_named(sources: dict[str, Source], built: Build) -> None:
    for code in CODES:
        found = measured.where_to_act(sources[code])
        if found is None or found.frame["shortfall"].isna().all():
            continue
        missed = (found.frame["verdict"] == "not_met").any()
        told = texts(built(where_to_act, code))
        assert ("Naar schatting is het meest te winnen bij" in told) == missed


def test_without_targets_or_verified_success_there_is_no_order(built: Build) -> None:
    for code, reason in (("GM9911", "geen streefwaarde"), ("GM9902", "niet bekend of taakpogingen zijn gelukt")):
        blocks = built(where_to_act, code)
        assert not any(isinstance(one, Figure) for one in blocks)
        assert reason in texts(blocks)


def test_hours_are_told_only_where_they_differ_demonstrably(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    laid = measured.effort(source)
    assert laid is not None
    more = laid.frame.loc[laid.frame["verdict"] == "more", "task_id"]
    told = texts(where_to_act(source))
    named = re.search(r"meer uren dan stemmen: ([^\n]*)", told)
    assert named is not None
    assert set(re.findall("‘(.*?)’", named[1])) <= {source.task_labels[task] for task in more}
    assert "uren" not in texts(where_to_act(replace(source, tables={**source.tables, "effort": None}))[1:2])


def test_few_contacts_in_the_channels_are_hidden(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    lists = source.tables["channel_lists"]
    assert lists is not None
    few = lists[lists["quarter"] == "2026Q3"].drop_duplicates("task_id").assign(volume=9)
    rare = replace(source, tables={**source.tables, "channel_lists": few})
    table = next(block.data for block in where_to_act(rare) if isinstance(block, Figure))
    place = [column.label for column in table.columns].index("Aantal in kanalen")
    assert {row[place] for row in table.rows} == {"minder dan 10"}


def test_no_hours_registered_is_not_said_to_be_zero_hours(sources: dict[str, Source]) -> None:
    laid = measured.effort(sources["GM9901"])
    assert laid is not None and (laid.frame["hours"] == 0).any()
    told = texts(where_to_act(sources["GM9901"]))
    assert "geen uren geregistreerd, " in told and "niet geregistreerd" in told
    assert "0,0% van de uren" not in told
