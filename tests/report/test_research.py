"""The sections of the research notebook: right against the survey room, silent about small groups."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.results import TOO_FEW
from toptaak.core.wording import Reader
from toptaak.numbers.rank_groups import group_letters, groups_of, letter, possible_places, shown_groups
from toptaak.numbers.survey import SurveySource, open_survey
from toptaak.numbers.survey_results import Organisation, Weights, organisation_survey, shown_levels
from toptaak.printing.blocks import Block, Cover, Figure, Heading, Items, Table, Text, Tiles
from toptaak.privacy.disclosure import Publishable
from toptaak.report.publications import pages
from toptaak.report.research.curve import bands_of
from toptaak.report.research.segment_names import MEASURES
from toptaak.report.research.survey_phrases import about, between, head_tasks
from toptaak.report.research.survey_workbook import VERDICTS, sheets
from toptaak.surveys.rank_sets import rank_sets, tied_groups
from toptaak.surveys.ranking import BAND_LABELS
from toptaak.surveys.segments import segment_reach

toptaken = pages("survey")

SECTIONS = (
    "cover", "league", "curve", "order", "enough_voters", "segments", "weights", "organisation", "channel_lists",
    "quality",
)  # fmt: skip
NUMBERS = SECTIONS[1:-1]


@pytest.fixture(scope="module")
def source(example_data: Path) -> SurveySource:
    return open_survey("GM9910", "", "nl", str(example_data))


@pytest.fixture(scope="module")
def plain(example_data: Path) -> SurveySource:
    return open_survey("GM9901", "", "nl", str(example_data))


def blocks_of(source: SurveySource, *names: str) -> list[Block]:
    return [block for name in names or SECTIONS for block in getattr(toptaken, name)(source)]


def texts(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Cover(facts=facts):
                yield from (part for fact in facts for part in fact)
            case Heading(text=text):
                yield text
            case Text(paragraphs=paragraphs):
                yield from paragraphs
            case Items(items=items):
                yield from items
            case Tiles(tiles=tiles):
                yield from (part for tile in tiles for part in (tile.label, tile.value, tile.detail))
            case Table(rows=rows, columns=columns, note=note, caption=caption):
                yield from (note, caption, *(column.label for column in columns))
                yield from (cell for row in rows for cell in row)
            case Figure(title=title, alt=alt, svg=svg, note=note, data=data):
                yield from (title, alt, svg, note)
                yield from texts([data])


def with_tables(source: SurveySource, **tables: pd.DataFrame | None) -> SurveySource:
    return replace(source, tables={**source.tables, **tables})


def figure_of(source: SurveySource, section: str) -> Figure:
    return next(block for block in getattr(toptaken, section)(source) if isinstance(block, Figure))


# --- which survey


def test_the_newest_vote_of_customers_is_taken_and_any_other_can_be_named(example_data: Path) -> None:
    data = str(example_data)
    assert open_survey("GM9910", "", "nl", data).survey == "GM9910-2026"
    older = open_survey("GM9910", "GM9910-2025", "nl", data)
    assert (older.survey, str(older.quarter)) == ("GM9910-2025", "2025Q2")
    own = open_survey("GM9910", "GM9910-2026-medewerkers", "nl", data)
    assert own.votes is not None
    assert len(own.votes.voters) == 250


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"municipality": "GM0336"}, "GM0736"),
        ({"survey": "2031"}, "GM9910-2025, GM9910-2026"),
        ({"language": "fr"}, "nl, en"),
        ({"band_cut": "halves"}, "quarters, head"),
        ({"channel_weights": {"fax": 1.0}}, "web, phone"),
        ({"channel_weights": {"web": -1.0}}, "web"),
        ({"municipality": "GM0363"}, "GM9901, GM9902"),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_is_right(
    example_data: Path, wrong: dict[str, object], hint: str
) -> None:
    right: dict[str, object] = {"municipality": "GM9910", "survey": "", "language": "nl", "data": str(example_data)}
    with pytest.raises(ToptaakError, match=hint):
        open_survey(**(right | wrong))  # type: ignore[arg-type]


# --- the order


def test_groups_and_places_are_those_of_the_survey_room(plain: SurveySource) -> None:
    tables = [plain.of_survey("ballots"), plain.of_survey("respondents"), plain.tables["tasks"]]
    sets = rank_sets(*tables, plain.settings, np.random.default_rng(plain.settings.seed))  # type: ignore[arg-type]
    assert plain.rank_groups is not None
    expected = tied_groups(sets)
    members = expected.groupby("tied_group")["task_id"].agg(list)
    assert groups_of(plain.rank_groups) == [tasks for tasks in members if len(tasks) > 1]
    places = possible_places(plain.rank_groups)
    for _, row in sets.iterrows():
        low, high = int(row["rank_low"]), int(row["rank_high"])
        assert places[row["task_id"]] == (str(low) if low == high else f"{low}–{high}")
    table = figure_of(plain, "order").data
    names = {name: task for task, name in plain.task_labels.items()}
    assert [row[2] for row in table.rows] == [places[names[row[0]]] for row in table.rows]


def test_two_tasks_share_a_letter_exactly_where_they_share_a_group(plain: SurveySource) -> None:
    assert plain.rank_groups is not None
    letters = group_letters(plain.rank_groups)
    groups = groups_of(plain.rank_groups)
    names = [letter(number) for number in range(len(groups))]
    for task, told in letters.items():
        first, _, last = told.partition("–")
        own = names[names.index(first) : names.index(last or first) + 1]
        assert own == [name for name, group in zip(names, groups, strict=True) if task in group]


def test_lines_in_the_figure_stand_beside_the_tasks_of_their_group(plain: SurveySource) -> None:
    assert plain.rank_groups is not None
    tasks = head_tasks(plain)
    groups = groups_of(plain.rank_groups)
    for line in shown_groups(plain.rank_groups, tasks):
        members = groups[[letter(number) for number in range(len(groups))].index(line.letter)]
        assert tasks[line.first : line.last + 1] == [task for task in tasks if task in members]
        assert line.goes_on == (not set(members) <= set(tasks))


def test_chances_of_the_bands_add_up_to_one(plain: SurveySource) -> None:
    total = plain.bands.frame.groupby("task_id")["estimate"].sum()
    assert np.allclose(total, 1)


@pytest.mark.parametrize("cut", ["head", "quarters"])
def test_bands_follow_on_each_other_and_hold_the_whole_vote(example_data: Path, cut: str) -> None:
    source = open_survey("GM9901", "", "nl", str(example_data), cut)
    bands = bands_of(source, cut)
    assert bands[0].first == 1
    assert all(one.last + 1 == other.first for one, other in itertools.pairwise(bands))
    assert sum(band.share for band in bands) == pytest.approx(1)
    assert source.league is not None
    named = source.league.where(measure="vote_share").frame["band"].tolist()
    assert named == [band.name for band in bands for _ in range(band.first, band.last + 1)]
    assert len(figure_of(source, "curve").data.rows) == 7, "the table has both customs"


# --- enough voters


def test_the_rule_of_thumb_stands_in_title_figure_and_table(plain: SurveySource) -> None:
    figure = figure_of(plain, "enough_voters")
    exact = plain.stability.where(measure="top_exact", voters=400, top=5).frame["estimate"].iloc[0]
    assert f"{exact:.0%}" in figure.title
    assert "vuistregel: 400" in figure.svg
    assert "400" in [row[0] for row in figure.data.rows]


def test_a_top_that_the_vote_does_not_settle_gets_no_number_of_voters(plain: SurveySource) -> None:
    exact = plain.stability.where(measure="top_exact", voters=1600).frame.set_index("top")["estimate"]
    needed = plain.voters_needed.frame
    assert set(needed["top"]) == {top for top, chance in exact.items() if chance >= 0.9}
    said = " ".join(texts(blocks_of(plain, "enough_voters")))
    assert said.count("kan deze stemming niet zeggen") == int((exact < 0.9).sum())


def test_the_pattern_of_other_votes_stands_beside_this_vote(plain: SurveySource) -> None:
    rows = plain.assumed_stability
    assert rows is not None
    exact = rows.where(measure="top_exact", top=5).frame.set_index("voters")["estimate"]
    enough = exact.index[exact >= 0.9][0]
    before = exact.index[exact.index.get_loc(enough) - 1]
    told = " ".join(texts(blocks_of(plain, "enough_voters")))
    whole = f"een lijst van {plain.assumed_tasks} taken, waarvan een stemmer er {plain.assumed_picks} kiest"
    assert f"patroon van McGovern op {whole}" in told
    assert f"tussen {before:,} en {enough:,} stemmers nodig".replace(",", ".") in told


# --- groups


def test_tasks_are_marked_where_the_survey_room_says_they_differ(source: SurveySource) -> None:
    for segment in source.segments:
        marked = segment.differences.where(verdict=["higher", "lower"]).frame
        assert (marked["p_value"] <= 0.05).all()
        assert ((marked["ci_low"] > 0) | (marked["ci_high"] < 0)).all()
    role = next(segment for segment in source.segments if segment.name == "role")
    assert set(role.sizes) == {"citizen", "employee", "entrepreneur"}
    assert "▲" in " ".join(texts(blocks_of(source, "segments")))


def hide_all_but(source: SurveySource, column: str, level: str, keep: int, others: str) -> SurveySource:
    """Leave `keep` voters in a level; the rest of that level goes to another."""
    respondents = source.tables["respondents"]
    assert respondents is not None
    assert source.votes is not None
    voters = source.votes.voters
    chosen = voters.loc[voters[column] == level, "respondent"].head(keep)
    here = (respondents["survey"] == source.survey) & (respondents[column] == level)
    moved = respondents[column].mask(here & ~respondents["respondent"].isin(chosen), others)
    return with_tables(source, respondents=respondents.assign(**{column: moved}))


def test_a_group_of_four_voters_stays_hidden_everywhere(source: SurveySource) -> None:
    small = hide_all_but(source, "segment_district", "Buitengebied", 4, "Noord")
    assert small.votes is not None
    assert (small.votes.voters["segment_district"] == "Buitengebied").sum() == 4
    district = next(segment for segment in small.segments if segment.name == "district")
    assert set(district.sizes) == {"Centrum", "Noord", "Zuid"}, "the smallest of the others hides the four"
    said = list(texts(blocks_of(small, *NUMBERS)))
    assert not [text for text in said if "Buitengebied" in text or "Oost" in text.split()]
    assert any("om mensen te beschermen: 2" in text for text in said)
    for rows in sheets(small).values():
        for column in {"level", "other_level"} & set(rows.frame.columns):
            assert not rows.frame[column].isin(["Buitengebied", "Oost"]).any()


@pytest.mark.parametrize("weighted", [False, True])
def test_the_share_of_the_voters_who_chose_a_task_is_that_share_also_where_points_are_counted(
    example_data: Path, weighted: bool
) -> None:
    source = open_survey("GM9909", "", "nl", str(example_data))
    people = source.tables["respondents"]
    ballots = source.tables["ballots"]
    assert people is not None
    assert ballots is not None
    weight = np.where(people["segment_sex"] == "female", 2.0, 1.0) if weighted else np.nan
    settings = source.settings.model_copy(update={"scoring": "ranked"})
    ranked = replace(with_tables(source, respondents=people.assign(weight=weight)), settings=settings)
    assert ranked.votes is not None
    assert ranked.segments
    voters = ranked.votes.voters.assign(weight=ranked.votes.weights)
    chosen = ballots[ballots["survey"] == ranked.survey].merge(voters, on="respondent")
    for segment in ranked.segments:
        column = segment.name if segment.name == "mode" else f"segment_{segment.name}"
        of_level = voters.groupby(column)["weight"].sum()
        right = chosen.groupby([column, "task_id"])["weight"].sum() / of_level
        frame = segment.reach.frame
        told = frame[frame["note"] != TOO_FEW]
        assert len(told) > len(frame) / 3  # of votes of fewer than five in a group nothing is told
        for _, row in told.iterrows():
            assert row["estimate"] == pytest.approx(right.get((row["level"], row["task_id"]), 0.0))


def test_points_are_called_points(example_data: Path) -> None:
    plain = open_survey("GM9909", "", "nl", str(example_data))
    ranked = replace(plain, settings=plain.settings.model_copy(update={"scoring": "ranked"}))
    names = ("league", "curve", "segments", "channel_lists")
    said, counted = (" ".join(texts(blocks_of(one, *names))) for one in (ranked, plain))
    assert "van de stemmen" not in said
    assert "van de punten" in said
    assert "van de punten" not in counted


def test_a_segment_of_which_one_group_is_left_is_not_shown(source: SurveySource) -> None:
    small = hide_all_but(source, "segment_sex", "male", 4, "female")
    assert "sex" not in [segment.name for segment in small.segments]
    assert "Geslacht" not in " ".join(texts(blocks_of(small, *NUMBERS)))


def test_more_groups_than_can_be_compared_are_named_with_what_to_do(source: SurveySource) -> None:
    respondents = source.tables["respondents"]
    assert respondents is not None
    ages = pd.Series([str(18 + number % 70) for number in range(len(respondents))], index=respondents.index)
    crowded = with_tables(source, respondents=respondents.assign(segment_leeftijd=ages))
    assert "leeftijd" not in [segment.name for segment in crowded.segments]
    told = " ".join(texts(blocks_of(crowded, "segments")))
    assert "Leeftijd: 70 groepen" in told
    assert "18-34, 35-54" in told
    with pytest.raises(ToptaakError, match="70"):
        segment_reach(*crowded.vote(crowded.survey), crowded.settings, "segment_leeftijd")


def test_what_is_left_of_the_whole_does_not_tell_a_small_group(source: SurveySource) -> None:
    small = hide_all_but(source, "segment_district", "Buitengebied", 4, "Noord")
    assert small.votes is not None
    for segment in small.segments:
        column = segment.name if segment.name == "mode" else f"segment_{segment.name}"
        shown = small.votes.voters[column].isin(list(segment.sizes)).sum()
        rest = len(small.votes.voters) - shown
        assert rest == 0 or rest >= small.settings.minimum_n


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 60), max_size=7),
    st.integers(0, 30),
    st.integers(5, 15),
)
def test_groups_are_shown_only_where_the_rest_is_nobody_or_many(
    counts: dict[str, int], without: int, minimum: int
) -> None:
    whole = sum(counts.values()) + without
    shown = shown_levels(counts, whole, minimum)
    rest = whole - sum(counts[level] for level in shown)
    assert all(counts[level] >= minimum for level in shown)
    assert not shown or rest == 0 or rest >= minimum


def test_a_threshold_nobody_reaches_leaves_no_number_anywhere(source: SurveySource) -> None:
    hidden = replace(source, settings=source.settings.model_copy(update={"minimum_n": 10**7}))
    blocks = blocks_of(hidden, *NUMBERS)
    assert not [block for block in blocks if isinstance(block, Figure | Table | Tiles)]
    assert not [text for text in texts(blocks) if "%" in text]
    assert "minder dan" in " ".join(texts(blocks_of(hidden, "cover")))
    found = sheets(hidden)
    assert found.pop("Stabiliteit, aangenomen patroon") is hidden.assumed_stability, "of invented voters, not of these"
    for name, rows in found.items():
        frame = rows.frame
        assert frame[["estimate", "ci_low", "ci_high"]].isna().all(axis=None), name
        assert not (frame["n"] > 0).any(), name


# --- a part of the list shown


@pytest.fixture(scope="module")
def in_parts(example_data: Path) -> SurveySource:
    """The employees of the example saw a part of the list each."""
    return open_survey("GM9910", "GM9910-2026-medewerkers", "nl", str(example_data))


def test_groups_of_a_vote_in_parts_count_their_voters_and_hide_no_single_task(in_parts: SurveySource) -> None:
    assert in_parts.votes is not None
    assert in_parts.votes.offered is not None
    minimum = in_parts.settings.minimum_n
    assert in_parts.segments
    for segment in in_parts.segments:
        column = segment.name if segment.name == "mode" else f"segment_{segment.name}"
        levels = in_parts.votes.voters[column]
        assert segment.sizes == levels[levels.isin(list(segment.sizes))].value_counts().to_dict()
        for level in segment.sizes:
            assert in_parts.votes.offered[(levels == level).to_numpy()].sum(axis=0).min() >= minimum
        rest = in_parts.votes.offered[(~levels.isin(list(segment.sizes))).to_numpy()].sum(axis=0)
        assert ((rest == 0) | (rest >= minimum)).all()
        shown = segment.rankings.frame["estimate"].notna()
        assert shown.any()
        assert set(segment.rankings.frame["note"][~shown]) <= {TOO_FEW}


def test_a_vote_in_parts_says_so_and_a_whole_one_does_not(source: SurveySource, in_parts: SurveySource) -> None:
    said = "Niet iedereen kreeg de hele lijst te zien"
    assert said in " ".join(texts(blocks_of(in_parts, "league")))
    assert source.has("offered"), "of the other survey"
    assert said not in " ".join(texts(blocks_of(source, "league")))
    assert "Getoond aan" not in [column.label for column in figure_of(source, "league").data.columns]


# --- weights


def test_weighting_tells_its_cost_and_meets_the_population(source: SurveySource) -> None:
    assert isinstance(source.weights, Weights)
    value = source.weights.summary.frame.set_index("measure")["estimate"]
    n = source.weights.summary.frame["n"].iloc[0]
    assert value["design_effect"] == pytest.approx(n / value["effective_n"])
    margins = source.weights.margins.where(measure="weighted_share").frame
    assert np.allclose(margins["estimate"], margins["reference_estimate"], atol=1e-6)
    said = " ".join(texts(blocks_of(source, "weights")))
    assert f"{value['design_effect']:.2f}".replace(".", ",") in said


def test_a_margin_that_cannot_be_met_is_named_and_the_rest_goes_on(source: SurveySource) -> None:
    population = source.tables["population"]
    assert population is not None
    extra = population[population["year"] == population["year"].max()].iloc[[0]].assign(level="105+", count=500)
    refused = with_tables(source, population=pd.concat([population, extra], ignore_index=True))
    assert isinstance(refused.weights, InputRefused)
    said = " ".join(texts(blocks_of(refused, "weights")))
    assert "105+" in said
    assert not [name for name in sheets(refused) if name.startswith("Gew")]


# --- the organisation and the channels


def test_the_organisation_is_the_survey_among_employees_only(source: SurveySource, plain: SurveySource) -> None:
    assert organisation_survey(source) == "GM9910-2026-medewerkers"
    assert isinstance(source.organisation, Organisation)
    assert organisation_survey(plain) is None
    assert "niet aangeleverd" in " ".join(texts(blocks_of(plain, "organisation")))


def test_ranked_points_that_employees_did_not_give_are_told_not_raised(source: SurveySource) -> None:
    ranked = replace(source, settings=source.settings.model_copy(update={"scoring": "ranked"}))
    assert isinstance(ranked.organisation, ToptaakError)
    assert "plaats" in " ".join(texts(blocks_of(ranked, "organisation")))


def test_channel_weights_change_the_list_and_are_stated(example_data: Path, source: SurveySource) -> None:
    only = open_survey("GM9910", "", "nl", str(example_data), channel_weights={"web": 2.0, "phone": 1.0})
    assert only.lists is not None
    assert source.lists is not None
    ours, theirs = (one.lists.combined.where(measure="volume_share").frame for one in (only, source))  # type: ignore[union-attr]
    assert not ours["estimate"].equals(theirs["estimate"])
    assert "Website 2,0, Telefoon 1,0" in " ".join(texts(blocks_of(only, "channel_lists")))
    assert "even zwaar" in " ".join(texts(blocks_of(source, "channel_lists")))


# --- everything


@pytest.mark.parametrize(
    ("section", "table"),
    [
        *((name, "ballots") for name in ("league", "curve", "order", "segments")),
        ("weights", "population"),
        ("channel_lists", "channel_lists"),
    ],
)
def test_a_section_without_data_names_its_table(source: SurveySource, section: str, table: str) -> None:
    bare = replace(with_tables(source, **{table: None}), chosen="" if table == "ballots" else source.chosen)
    said = " ".join(texts(blocks_of(bare, section)))
    assert f"‘{table}’" in said
    assert not [block for block in blocks_of(bare, section) if isinstance(block, Figure | Table)]


def test_without_any_survey_there_is_still_a_report(source: SurveySource) -> None:
    bare = replace(source, tables=dict.fromkeys(source.tables), chosen="")
    assert all(isinstance(block, Block) for block in blocks_of(bare))
    assert sheets(bare) == {}


def test_every_figure_has_a_reading_a_long_alternative_and_its_numbers(source: SurveySource) -> None:
    figures = [block for block in blocks_of(source) if isinstance(block, Figure)]
    assert len(figures) >= 10
    for figure in figures:
        assert figure.note.strip().endswith(".")
        assert len(figure.alt) > 60
        assert figure.data.rows
        assert "{" not in figure.title + figure.alt + figure.note
        assert "nan" not in (figure.title + figure.alt + figure.note).lower().split()


def test_no_cell_says_nan(source: SurveySource, plain: SurveySource) -> None:
    for one in (source, plain):
        assert not [text for text in texts(blocks_of(one)) if text.strip().lower().startswith("nan")]


def test_the_english_notebook_is_english(example_data: Path) -> None:
    said = " ".join(texts(blocks_of(open_survey("GM9910", "", "en", str(example_data)))))
    dutch = ("stemmers", "waarnemingen", "aantoonbaar", "Gelijk", "Inwoner", "kanalen", "enquête")
    assert not [word for word in dutch if word in said]


def test_sections_come_out_the_same_in_any_order(example_data: Path) -> None:
    one, other = (open_survey("GM9904", "", "nl", str(example_data)) for _ in range(2))
    forward = {name: getattr(toptaken, name)(one) for name in SECTIONS}
    backward = {name: getattr(toptaken, name)(other) for name in reversed(SECTIONS)}
    assert forward == backward


def test_every_measure_band_and_verdict_of_the_workbook_has_a_name(source: SurveySource) -> None:
    for rows in sheets(source).values():
        assert set(rows.frame.get("measure", ())) <= set(MEASURES)
        assert set(rows.frame.get("verdict", ())) <= {"", *VERDICTS}
        assert set(rows.frame.get("band", ())) <= set(BAND_LABELS)


def test_all_sheets_are_published(source: SurveySource) -> None:
    found = sheets(source)
    assert len(found) >= 15
    assert all(isinstance(rows, Publishable) for rows in found.values())


def test_a_workbook_with_an_impossible_name_is_refused(source: SurveySource, tmp_path: Path) -> None:
    assert toptaken.export(source, "") == []
    for wrong in (tmp_path / "cijfers.csv", tmp_path / "nergens" / "cijfers.xlsx"):
        with pytest.raises(ToptaakError, match="xlsx"):
            toptaken.export(source, str(wrong))


def test_counts_of_a_simulation_are_rounded_to_what_it_knows() -> None:
    assert [about(value, Reader("nl")) for value in (0.4, 9.6, 99.6, 12_345)] == ["0", "10", "100", "12.000"]
    assert between(float("nan"), 3, Reader("nl")) == ""
