"""The pages for researchers tell the example's truth, name what is missing, and add up."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.report.reading import tables, texts
from toptaak.core.settings import Settings
from toptaak.kpi.case_survival import open_share
from toptaak.kpi.codebook import load_codebook
from toptaak.kpi.compare import VERDICTS
from toptaak.kpi.improvement import effects_of_interventions, weekly_counts
from toptaak.kpi.measure_reader import measure_reader
from toptaak.kpi.open_answers import theme_shares
from toptaak.kpi.rank_changes import compare_ranks
from toptaak.numbers.quarter import Source, open_source
from toptaak.numbers.year import flows, of_year, stalls
from toptaak.printing.blocks import Block, Figure, Heading, Text
from toptaak.privacy.disclosure import publish
from toptaak.report.phrases import UNBROKEN, stacked
from toptaak.report.publications import pages
from toptaak.report.quarterly.channels import channels
from toptaak.report.quarterly.kpis import kpis
from toptaak.report.quarterly.trend import trend

DUTCH = measure_reader("nl")
percent = DUTCH.percent

drijfveren = pages("drivers")
klantreizen = pages("journeys")
prestatie = pages("performance")

Page = Callable[[Source], list[Block]]
PAGES: tuple[Page, ...] = (
    prestatie.all_measures, prestatie.per_quarter, prestatie.per_channel, prestatie.per_task, prestatie.endings,
    prestatie.scores, prestatie.composite, prestatie.improvements, klantreizen.time_until_done,
    klantreizen.channel_routes, klantreizen.waiting_steps, klantreizen.days_of_silence, drijfveren.checked_weights,
    drijfveren.marks, prestatie.changes_of_order,
)  # fmt: skip


@pytest.fixture(scope="module")
def sources(example_data: Path) -> Callable[[str], Source]:
    return lambda code: open_source(code, "2026Q3", "nl", str(example_data))


def without(source: Source, *tables: str) -> Source:
    return replace(source, tables={**source.tables, **dict.fromkeys(tables)})


@pytest.mark.parametrize("page", PAGES)
def test_everything_missing_still_gives_a_page(sources: Callable[[str], Source], page: Page) -> None:
    source = sources("GM9901")
    blocks = page(without(source, *source.tables))
    assert isinstance(blocks[0], Heading)
    assert len(blocks) > 1


@pytest.mark.parametrize("page", PAGES)
def test_pages_hold_no_placeholders_and_no_missing_numbers(sources: Callable[[str], Source], page: Page) -> None:
    for code in ("GM9901", "GM9904"):
        told = texts(page(sources(code)))
        assert "{" not in told
        assert not {"nan", "none", "<na>"} & set(told.lower().split())


# --- every measure


def test_the_quarter_table_holds_the_numbers_of_the_library(sources: Callable[[str], Source]) -> None:
    source = sources("GM9901")
    rows = {row[0]: row for table in tables(prestatie.all_measures(source)) for row in table.rows}
    now = source.now.where(measure="success_rate").frame.iloc[0]
    assert rows["Succesratio"][1].startswith(DUTCH.value("success_rate", now.estimate))
    assert "Voltooiingsratio formulieren" in rows, "forms have a name of their own"
    assert {"Klantinspanning (CES 2.0)", "Vond het makkelijk (CES 2.0)"} <= rows.keys()
    assert not any("CES 1.0" in name for name in rows), "that version was not asked here"


def test_cost_stands_beside_the_measures_and_not_among_them(sources: Callable[[str], Source]) -> None:
    blocks = prestatie.all_measures(sources("GM9901"))
    assert "De geboekte kosten zijn € " in texts(blocks)
    assert not any("€" in cell for table in tables(blocks) for row in table.rows for cell in row)


def test_every_trend_marks_the_changes_made(sources: Callable[[str], Source]) -> None:
    source = sources("GM9901")
    drawn = [one for one in (*trend(source), *prestatie.per_quarter(source)) if isinstance(one, Figure)]
    assert len(drawn) > 3
    for one in drawn:
        assert "1: Formulier ingekort (11 januari 2025)" in one.note
        assert "Afspraak maken zonder account (25 juli 2026)." in one.note
    alone = trend(without(source, "interventions"))
    assert "Doorgevoerde wijzigingen" not in texts(alone)


def test_the_comparison_by_order_stands_beside_that_on_means(sources: Callable[[str], Source]) -> None:
    source = sources("GM9912")
    rows = {row[0]: row for row in tables(prestatie.changes_of_order(source))[0].rows}
    found = compare_ranks(source.tables, source.quarter, source.quarter.previous(), ["satisfaction"], source.settings)
    assert rows["Waardering"][1] == percent(found["estimate"].iloc[0], decimals=0)
    assert rows["Waardering"][4] == source.say(VERDICTS[found["verdict"].iloc[0]])
    assert "Succesratio" not in rows, "a share has no order"


# --- how attempts end


def test_endings_add_up_and_name_the_reasons(sources: Callable[[str], Source]) -> None:
    ends, reasons = tables(prestatie.endings(sources("GM9901")))
    for table in (ends, reasons):
        shares = [float(row[1].removesuffix("%").replace(",", ".")) for row in table.rows]
        assert sum(shares) == pytest.approx(100, abs=0.05 * len(shares))
    assert "geen recht, en dat gehoord" in {row[0] for row in ends.rows}
    assert "niet gevonden" in {row[0] for row in reasons.rows}


def test_other_reasons_stand_last(sources: Callable[[str], Source]) -> None:
    source = sources("GM9901")
    strict = replace(source, settings=source.settings.model_copy(update={"minimum_n": 50}))
    reasons = tables(prestatie.endings(strict))[1]
    assert reasons.rows[-1][0] == "andere redenen"
    assert "andere redenen" not in {row[0] for row in reasons.rows[:-1]}


def test_only_successes_give_a_warning(sources: Callable[[str], Source]) -> None:
    source = sources("GM9901")
    attempts = source.tables["attempts"]
    assert attempts is not None
    successes = attempts[attempts["outcome"] == "completed"].reset_index(drop=True)
    told = prestatie.endings(replace(source, tables={**source.tables, "attempts": successes}))
    assert any(isinstance(one, Text) and one.kind == "warning" for one in told)
    assert not any(isinstance(one, Text) and one.kind == "warning" for one in prestatie.endings(source))


# --- scores


def test_each_score_stands_beside_its_wording_scale_and_way_of_scoring(sources: Callable[[str], Source]) -> None:
    rows = tables(prestatie.scores(sources("GM9910")))[0].rows
    effort = [row for row in rows if row[0] == "Klantinspanning (CES 2.0)"]
    assert effort
    assert all("1 tot 7" in row[2] and "hoog is goed" in row[2] and "versie" in row[1] for row in effort)
    assert {"Vond het makkelijk (CES 2.0)", "Vond het makkelijk min vond het moeilijk (CES 2.0)"} <= {
        row[0] for row in rows
    }


def test_the_board_sees_the_question_behind_customer_effort(sources: Callable[[str], Source]) -> None:
    told = texts(kpis(sources("GM9901")))
    assert "Klantinspanning (CES 2.0) is het gemiddelde antwoord op: ‘" in told
    assert "(versie 1, 1 tot 7)" in told
    assert "CES 1.0) is het gemiddelde antwoord" in texts(kpis(sources("GM9908")))
    assert "antwoord op" not in texts(kpis(sources("GM9903")))


def test_both_cut_offs_of_the_nps_stand_side_by_side(sources: Callable[[str], Source]) -> None:
    figure = next(one for one in prestatie.scores(sources("GM9901")) if isinstance(one, Figure))
    assert [column.label for column in figure.data.columns[1:]] == [
        "Net Promoter Score (NPS)", "NPS met grenzen voor de overheid",
    ]  # fmt: skip
    assert "9 of hoger" in figure.note
    assert "8 of hoger" in figure.note


# --- open answers


def test_themes_are_counted_over_all_and_per_task(example_data: Path, sources: Callable[[str], Source]) -> None:
    source = sources("GM9901")
    blocks = prestatie.open_answers(source, str(example_data))
    whole, *per_task = tables(blocks)
    answers, codebook = of_year(source, "open_answers"), load_codebook(example_data / "codebook.toml")
    assert answers is not None
    found = theme_shares(answers, codebook, (), source.settings)
    assert sorted(row[1] for row in whole.rows) == sorted(percent(value) for value in found["estimate"])
    assert sum(len(table.columns) - 1 for table in per_task) == len(codebook.themes)
    assert "nog niemand heeft beoordeeld" in texts(blocks)


def test_answers_themselves_are_never_shown(example_data: Path, sources: Callable[[str], Source]) -> None:
    source = sources("GM9901")
    answers = source.tables["open_answers"]
    assert answers is not None
    told = texts(prestatie.open_answers(source, str(example_data)))
    assert not [one for one in answers["answer"].dropna().unique() if one in told]


def test_what_nobody_judged_is_not_counted(example_data: Path, sources: Callable[[str], Source]) -> None:
    source = sources("GM9901")
    answers = source.tables["open_answers"]
    assert answers is not None
    untouched = replace(source, tables={**source.tables, "open_answers": answers.assign(themes=None)})
    blocks = prestatie.open_answers(untouched, str(example_data))
    assert not tables(blocks)
    assert "niet te tellen" in texts(blocks)


def test_a_missing_codebook_is_told(tmp_path: Path, sources: Callable[[str], Source]) -> None:
    assert "‘codebook.toml’" in texts(prestatie.open_answers(sources("GM9901"), str(tmp_path)))
    bare = without(sources("GM9901"), "open_answers")
    assert "‘open_answers’" in texts(prestatie.open_answers(bare, str(tmp_path)))


def test_a_codebook_without_a_chosen_theme_costs_its_own_section(
    example_data: Path, sources: Callable[[str], Source], tmp_path: Path
) -> None:
    book = (example_data / "codebook.toml").read_text(encoding="utf-8")
    first = next(iter(load_codebook(example_data / "codebook.toml").themes))
    (tmp_path / "codebook.toml").write_text(book.replace(f"[themes.{first}]", "[themes.anders]"), encoding="utf-8")
    blocks = prestatie.open_answers(sources("GM9901"), str(tmp_path))
    assert "TT-403" in texts(blocks)
    assert "Dit onderdeel is niet te maken" in texts(blocks)
    assert not tables(blocks)


# --- journeys


def test_the_flow_table_adds_up_to_all_contacts(sources: Callable[[str], Source]) -> None:
    found = flows(sources("GM9901"))
    assert found is not None
    frame = found.frame[found.frame["n"].fillna(1) != 0]
    whole = frame.groupby("from_channel").agg(
        shown=("estimate", "sum"), hidden=("estimate", lambda told: told.isna().sum())
    )
    assert np.allclose(whole["shown"][whole["hidden"] == 0], 1.0)
    # what is hidden does not follow from the rest: it never stands alone
    assert (whole["hidden"] != 1).all()
    assert (whole["shown"] < 1 + 1e-9).all()


def test_a_curve_with_few_followed_cases_is_hidden(example_data: Path) -> None:
    contacts = open_source("GM9901", "2026Q3", "nl", str(example_data)).tables["contacts"]
    assert contacts is not None
    settings = Settings()
    frame = open_share(contacts, [0.0, 86_400.0 * 80], ["quarter"], settings)
    few = frame["at_risk"].between(1, settings.minimum_n - 1)
    shown = publish(frame, settings).frame
    assert few.any()
    assert shown.loc[few.to_numpy(), ["estimate", "ci_low", "ci_high", "at_risk"]].isna().all(axis=None)


def test_the_step_where_cases_stall_is_named(sources: Callable[[str], Source]) -> None:
    told = texts(klantreizen.waiting_steps(sources("GM9901")))
    assert "‘in behandeling’" in told
    source = sources("GM9901")
    unknown = replace(source, settings=source.settings.model_copy(update={"closing_steps": ()}))
    assert "niet te zeggen" in texts(klantreizen.waiting_steps(unknown))


def test_silence_is_drawn_with_its_verdict(sources: Callable[[str], Source]) -> None:
    figure = next(one for one in klantreizen.days_of_silence(sources("GM9901")) if isinstance(one, Figure))
    assert "dag 11" in figure.title
    assert "neemt vaker opnieuw contact op" in figure.note


def test_without_a_rise_no_day_is_named(sources: Callable[[str], Source]) -> None:
    figure = next(one for one in klantreizen.days_of_silence(sources("GM9904")) if isinstance(one, Figure))
    assert figure.title == "Geen aantoonbare stijging na 10 dagen stilte"


def test_few_contacts_are_written_as_few(sources: Callable[[str], Source]) -> None:
    source = sources("GM9901")
    strict = replace(source, settings=source.settings.model_copy(update={"minimum_n": 40}))
    figure = next(one for one in klantreizen.channel_routes(strict) if isinstance(one, Figure))
    counts = [int(found) for found in re.findall(r"\((\d+)\)", figure.svg)]
    assert counts
    assert min(counts) >= 40
    assert "minder dan" in figure.svg


# --- drivers


def test_marks_show_the_weight_of_each_part(sources: Callable[[str], Source]) -> None:
    rows = {row[0]: row for row in tables(drijfveren.marks(sources("GM9901")))[0].rows}
    assert rows["wachttijd"][2].endswith("%")
    assert rows["de dienstverlening als geheel"][2] == "–"


# --- values


def test_times_are_compared_in_the_way_they_are_measured() -> None:
    assert DUTCH.difference("handling_time", 0.5) == "-50%"
    assert DUTCH.difference("speed_of_answer", 90.0) == "+1,5 min"
    assert DUTCH.interval("speed_of_answer", -30.0, 300.0) == "0,0 tot 5,0 min"
    assert DUTCH.value("rate_ratio", 1.416) == "1,42"
    assert DUTCH.value("toptaak_tpi", 45.82) == "45,8"


def test_short_parts_of_a_cell_are_not_broken() -> None:
    assert stacked("78,4%", "", "71,2% tot 84,0%") == "78,4%\n71,2%\u00a0tot\u00a084,0%"
    long = "a b " * UNBROKEN
    assert stacked(long) == long


def test_improvements_agree_with_the_library(sources: Callable[[str], Source]) -> None:
    source = sources("GM9901")
    made, contacts = source.tables["interventions"], source.tables["contacts"]
    assert made is not None
    assert contacts is not None
    found = effects_of_interventions(made, weekly_counts(contacts, ["municipality", "task_id"]), source.settings)
    known = found.dropna(subset="estimate").sort_values(["date", "label"])
    rows = tables(prestatie.improvements(source))[0].rows
    assert [row[2].split("\n")[0] for row in rows] == [DUTCH.value("rate_ratio", one) for one in known["estimate"]]


def test_halved_repeats_are_judged_against_half(sources: Callable[[str], Source]) -> None:
    repeats = tables(prestatie.improvements(sources("GM9901")))[1]
    row = next(one for one in repeats.rows if one[0].startswith("Wie iets meldt, krijgt bericht"))
    low, high = (float(end.replace(",", ".")) for end in row[2].split("\n")[1].split(" tot "))
    assert low < 0.5 < high, "true is 0.5"
    assert row[3] == "nog niet te zeggen"


# --- nothing that the numbers do not prove, and nothing that can be computed back


def test_the_index_is_hidden_where_one_of_its_parts_is(sources: Callable[[str], Source]) -> None:
    rows = [row for table in tables(prestatie.composite(sources("GM9901"), 300.0)) for row in table.rows]
    hidden = [row for row in rows if "niet getoond" in " ".join(row[2:])]
    assert all("niet getoond" in row[1] for row in hidden), "the time follows from index, success and disaster"
    assert any("niet getoond" not in " ".join(row) for row in rows)


def test_the_longest_wait_is_named_as_such_only_where_the_margins_lie_apart(
    sources: Callable[[str], Source],
) -> None:
    source = sources("GM9901")
    told = texts(klantreizen.waiting_steps(source))
    assert "Het is niet zeker dat dit de langste wachttijd van alle stappen is." in told
    assert "Zaken wachten het langst na" not in told
    waits = stalls(source)
    assert waits is not None
    known = waits.where(measure="step_wait").frame.dropna(subset="estimate").sort_values("estimate")
    assert known["ci_low"].iloc[-1] <= known["ci_high"].iloc[:-1].max()


def test_the_page_tells_why_a_margin_without_zero_is_not_enough(sources: Callable[[str], Source]) -> None:
    assert "een marge zonder nul is niet genoeg" in texts(prestatie.all_measures(sources("GM9901")))


@pytest.mark.parametrize(("code", "asked"), [("GM9901", "CES 2.0"), ("GM9908", "CES 1.0")])
def test_channels_show_the_effort_question_that_was_asked(
    sources: Callable[[str], Source], code: str, asked: str
) -> None:
    table = tables(channels(sources(code)))[-1]
    labels = [column.label for column in table.columns]
    assert [label for label in labels if "CES" in label] == [f"Klantinspanning ({asked})"]


def test_channels_have_no_column_for_what_was_not_delivered(sources: Callable[[str], Source]) -> None:
    table = tables(channels(without(sources("GM9901"), "attempts", "ratings")))[-1]
    assert [column.label for column in table.columns][:2] == ["Kanaal", "Doorlooptijd"]
    assert "Succesratio" not in [column.label for column in table.columns]


def test_a_change_followed_by_more_contacts_is_told_as_well(sources: Callable[[str], Source]) -> None:
    (figure, *_) = [one for one in prestatie.improvements(sources("GM9901")) if isinstance(one, Figure)]
    more = [row[0].split("\n")[0] for row in figure.data.rows if row[3] == "aantoonbaar meer"]
    assert more
    assert all(f"‘{name}’" in figure.note.split("Aantoonbaar meer contacten na ")[1] for name in more)


def test_times_in_a_trend_stand_at_round_values(sources: Callable[[str], Source]) -> None:
    (figure,) = [one for one in trend(sources("GM9901")) if isinstance(one, Figure)]
    assert {"60,0 min", "2,0 uur", "3,0 uur"} <= set(re.findall(">([^<>]+)<", figure.svg.replace("\u00a0", " ")))


def test_a_norm_is_written_without_an_empty_decimal(sources: Callable[[str], Source]) -> None:
    assert "Op tijd geholpen (5 min)" in texts(klantreizen.journeys(sources("GM9901")))
