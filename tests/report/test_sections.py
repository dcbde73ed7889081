"""The sections of the quarterly report, on every state that the example knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toptaak.core import municipalities
from toptaak.core.errors import ToptaakError
from toptaak.core.municipalities import fictional_code
from toptaak.core.periods import Quarter
from toptaak.intake.codes import fault
from toptaak.intake.store import refresh
from toptaak.numbers.quarter import Source, open_source, source_of
from toptaak.printing.blocks import Block, Figure, Heading, Items, Table, Text, Tiles
from toptaak.report.publications import pages
from toptaak.report.quarterly.channels import _apart
from toptaak.stats.intervals import wilson

sections = pages("quarterly")

CODES = [fictional_code(number) for number in (1, 2, 3, 4, 7, 9, 11)]
SECTIONS = ("summary", "top_tasks", "per_task", "kpis", "channels", "trend", "quality")
PUBLISHED = ("by_quarter", "by_channel", "by_task", "changes", "against_target")


class Opened(dict[str, Source]):
    """Sources of the example by municipality, each opened when a test asks for it."""

    def __init__(self, data: Path) -> None:
        super().__init__()
        self._data = data

    def __missing__(self, code: str) -> Source:
        self[code] = open_source(code, "2026Q3", "nl", str(self._data))
        return self[code]


@pytest.fixture(scope="module")
def sources(example_data: Path) -> dict[str, Source]:
    return Opened(example_data)


def blocks_of(source: Source, *names: str) -> list[Block]:
    return [block for name in names or SECTIONS for block in getattr(sections, name)(source)]


def texts(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading(text=text):
                yield text
            case Text(paragraphs=paragraphs):
                yield from paragraphs
            case Items(items=items):
                yield from items
            case Tiles(tiles=tiles):
                yield from (part for tile in tiles for part in (tile.value, tile.detail, tile.status_word))
            case Table(rows=rows):
                yield from (cell for row in rows for cell in row)
            case Figure(title=title, alt=alt, svg=svg, data=data):
                yield from (title, alt, svg)
                yield from texts([data])


@pytest.mark.parametrize("code", CODES)
def test_no_published_number_rests_on_a_small_cell(sources: dict[str, Source], code: str) -> None:
    source = sources[code]
    parts = [getattr(source, name).frame for name in PUBLISHED] + [source.league.frame if source.league else None]
    for frame in (part for part in parts if part is not None):
        small = frame["n"].isna() | (frame["n"] < source.settings.minimum_n)
        assert frame.loc[small, ["estimate", "ci_low", "ci_high"]].isna().all(axis=None)
        assert not frame["n"].between(1, source.settings.minimum_n - 1).any()


def test_a_threshold_nobody_reaches_leaves_no_number_anywhere(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    hidden = replace(source, settings=source.settings.model_copy(update={"minimum_n": 10**6}))
    shown = blocks_of(hidden, "summary", "top_tasks", "per_task", "kpis", "channels", "trend")
    values = [text for text in texts(shown) if "%" in text and "marge" not in text]
    aims = {text for block in shown if isinstance(block, Table) for row in block.rows for text in row[4:5]}
    assert set(values) <= aims, "only targets may be left: they are no observations"
    assert all(record["estimate"] is None for record in sections.results(hidden).records)
    said = " ".join(texts(shown))
    for group in ("taak", "kanaal"):
        assert f"te weinig waarnemingen per {group} om cijfers te tonen" in said, "hidden is not absent"


@pytest.mark.parametrize("code", CODES)
def test_a_difference_is_called_one_only_where_its_interval_says_so(sources: dict[str, Source], code: str) -> None:
    source = sources[code]
    frame = source.changes.frame
    neutral = frame["measure"].eq("completion_time").astype(float)
    apart = (frame["ci_low"] > neutral) | (frame["ci_high"] < neutral)
    called = frame["verdict"].isin(["better", "worse"])
    assert (called == apart).all()
    said = " ".join(texts(blocks_of(source, "summary")))
    assert ("Aantoonbaar beter" in said) == bool((frame["verdict"] == "better").any())
    assert ("Aantoonbaar slechter" in said) == bool((frame["verdict"] == "worse").any())


def test_disaster_without_verified_success_is_not_measurable_and_never_zero(sources: dict[str, Source]) -> None:
    for code in ("GM9902", "GM9911"):
        row = sources[code].now.where(measure="disaster_rate").frame
        assert row["estimate"].isna().all()
        said = " ".join(texts(blocks_of(sources[code], "summary", "kpis")))
        assert "niet meetbaar" in said


def test_steps_alone_give_their_channels(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    kept = {"steps", "tasks"}
    steps = replace(source, tables={name: found if name in kept else None for name, found in source.tables.items()})
    table = next(block for block in blocks_of(steps, "channels") if isinstance(block, Table))
    assert [column.label for column in table.columns] == ["Kanaal", "Doorlooptijd"]
    assert next(block for block in blocks_of(steps, "per_task") if isinstance(block, Table)).rows


@pytest.mark.parametrize("section", ["per_task", "channels"])
def test_what_tells_no_task_or_channel_says_so(sources: dict[str, Source], section: str) -> None:
    source = sources["GM9901"]
    bare = dict.fromkeys(source.tables)
    attempts = source.tables["attempts"]
    assert attempts is not None
    silent = replace(source, tables=bare | {"attempts": attempts.assign(task_id=None, channel=None)})
    column = "task_id" if section == "per_task" else "channel"
    assert f"‘{column}’" in " ".join(texts(blocks_of(silent, section)))


@pytest.mark.parametrize(
    ("table", "names", "section"),
    [
        ("ballots", {"ballots"}, "top_tasks"),
        ("attempts", {"attempts", "contacts", "ratings", "steps", "cases"}, "channels"),
    ],
)
def test_a_section_without_data_names_its_table_and_leaves_the_rest(
    sources: dict[str, Source], table: str, names: set[str], section: str
) -> None:
    source = sources["GM9901"]
    bare = replace(source, tables={name: None if name in names else found for name, found in source.tables.items()})
    said = " ".join(texts(blocks_of(bare, section)))
    assert f"‘{table}’" in said
    assert "niet aangeleverd" in said
    assert any(isinstance(block, Table) for block in blocks_of(bare, "quality"))


def test_everything_missing_is_still_a_report(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    bare = replace(source, tables=dict.fromkeys(source.tables))
    assert all(isinstance(block, Block) for block in blocks_of(bare))


def test_a_quarter_without_data_says_so(example_data: Path) -> None:
    """Opening it is refused; what a canvas or a team makes of such a quarter still says why it is empty."""
    with pytest.raises(ToptaakError, match="2026Q3"):
        open_source("GM9907", "2026Q2", "nl", str(example_data))
    town = municipalities.find("GM9907")
    assert town is not None
    source = source_of(town, Quarter(2026, 2), "nl", refresh(example_data))
    assert not source.now.frame["estimate"].notna().any()
    assert "geen waarnemingen" in " ".join(texts(blocks_of(source, "summary", "kpis")))


def test_a_municipality_with_few_cases_reads_too_few_and_not_that_it_delivered_nothing(tmp_path: Path) -> None:
    rows = ["municipality;case;customer;task_id;channel;started_at;ended_at;resolved"]
    for month in (1, 2, 3, 4, 5, 6, 7, 8, 9):
        for case in (f"{month}a", f"{month}b"):
            day = f"2026-{month:02d}-0{month}"
            rows.append(f"GM0363;{case};{case};T1;web;{day} 10:00;{day} 10:05;nee")
            rows.append(f"GM0363;{case};{case};T1;telefoon;{day} 14:00;{day} 14:05;ja")
    (tmp_path / "contacts.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (tmp_path / "tasks.csv").write_text("list_version;task_id;label\n1;T1;Paspoort\n", "utf-8")
    source = open_source("GM0363", "2026Q3", "nl", str(tmp_path))
    assert source.now.frame["n"].isna().any()
    assert source.kpis == ["completion_time", "contacts_per_case"]
    told = " ".join(texts(blocks_of(source, "summary", "kpis", "journeys", "trend")))
    assert "te weinig waarnemingen per kwartaal om een lijn te tekenen" in told
    assert "geeft geen KPI" not in told
    assert "geen waarnemingen" not in told


def test_an_old_report_does_not_know_the_future(example_data: Path, sources: dict[str, Source]) -> None:
    old = open_source("GM9901", "2025Q4", "nl", str(example_data))
    assert max(old.by_quarter.frame["quarter"]) == "2025Q4"
    now = sources["GM9901"].by_quarter.where(quarter="2025Q3").frame
    pd.testing.assert_frame_equal(old.by_quarter.where(quarter="2025Q3").frame, now)


def test_employees_do_not_decide_what_customers_come_for(sources: dict[str, Source]) -> None:
    assert sources["GM9910"].survey == "GM9910-2026"


def test_every_cell_of_the_english_report_is_english(example_data: Path) -> None:
    source = open_source("GM9902", "2026Q3", "en", str(example_data))
    said = " ".join(texts(blocks_of(source)))
    assert "not measurable" in said
    dutch = ("waarnemingen", "streefwaarde", "niet meetbaar", "kwartaal", "succesratio", "Doorlooptijd")
    assert not [word for word in dutch if word in said]


def test_unknown_parameters_are_refused_with_the_nearest(example_data: Path) -> None:
    with pytest.raises(ToptaakError, match="Bedoelt u GM0736"):
        open_source("GM0336", "2026Q3", "nl", str(example_data))


def test_figures_state_a_finding_and_carry_their_numbers(sources: dict[str, Source]) -> None:
    figures = [block for block in blocks_of(sources["GM9901"]) if isinstance(block, Figure)]
    assert len(figures) >= 4
    for one in figures:
        assert one.data.rows
        assert any(character.isdigit() for character in one.alt)


def with_tables(source: Source, **tables: pd.DataFrame | None) -> Source:
    """Make a source that has these tables and no other."""
    return replace(source, tables=dict.fromkeys(source.tables) | tables)


def test_with_scores_only_no_sentence_says_there_is_nothing(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    scores = with_tables(source, **{name: source.tables[name] for name in ("ratings", "questions", "tasks")})
    said = " ".join(texts(blocks_of(scores, "summary")))
    assert "geen waarnemingen" not in said
    assert "Niet meetbaar: succesratio en ramp-ratio. Daarvoor is nodig: ‘attempts’." in set(
        texts(blocks_of(scores, "kpis"))
    )
    assert "Niet meetbaar" not in " ".join(texts(blocks_of(source, "kpis"))), "all tables are there"


@pytest.mark.parametrize(("chosen", "named"), [(4, 4), (7, 0), (2, 2)])
def test_tasks_with_as_many_votes_are_named_together_or_not_at_all(
    sources: dict[str, Source], chosen: int, named: int
) -> None:
    source = sources["GM9901"]
    tasks, respondents = source.tables["tasks"], source.tables["respondents"]
    assert tasks is not None and respondents is not None
    voters = respondents[respondents["survey"] == source.survey]
    picks = [(one, tasks["task_id"].iloc[place]) for one in voters["respondent"] for place in range(chosen)]
    ballots = pd.DataFrame(picks, columns=["respondent", "task_id"]).assign(survey=source.survey, position=pd.NA)
    settings = source.settings.model_copy(update={"max_picks": 7})
    equal = replace(with_tables(source, tasks=tasks, respondents=voters, ballots=ballots), settings=settings)
    sentence = next(text for text in texts(blocks_of(equal, "summary")) if "De eerste 5 taken" in text)
    assert sentence.count("‘") == named


def few_votes(source: Source) -> Source:
    respondents, ballots = source.tables["respondents"], source.tables["ballots"]
    assert respondents is not None and ballots is not None
    voters = respondents[respondents["survey"] == source.survey].head(9)
    few = ballots[ballots["respondent"].isin(voters["respondent"]) & (ballots["survey"] == source.survey)]
    return replace(source, tables={**source.tables, "respondents": voters, "ballots": few})


def test_the_order_of_tasks_does_not_tell_hidden_votes(sources: dict[str, Source]) -> None:
    few = few_votes(sources["GM9901"])
    records = [one for one in sections.results(few).records if one["measure"] == "vote_share"]
    assert [one["task_id"] for one in records] == sorted(one["task_id"] for one in records)
    assert few.league is not None
    tables = [block for block in sections.per_task(few) if isinstance(block, Table)]
    without = replace(few, tables={**few.tables, "ballots": None})
    assert tables == [block for block in sections.per_task(without) if isinstance(block, Table)]


def test_a_chart_of_which_most_weeks_are_hidden_judges_nothing(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    contacts = source.tables["contacts"]
    assert contacts is not None
    last = contacts.groupby("case")["ended_at"].transform("max")
    late = last >= pd.Timestamp("2026-07-13", tz=last.dt.tz)
    few = contacts[~late | contacts["case"].isin(contacts.loc[late, "case"].drop_duplicates().iloc[::12])]
    bare = with_tables(source, contacts=few)
    said = list(texts(blocks_of(bare, "control_charts")))
    assert "Geen enkele KPI wijkt dit kwartaal af van de gewone schommeling." not in said
    assert any(text.startswith("Te weinig waarnemingen per week") and "doorlooptijd" in text for text in said)


def test_marks_without_parts_show_the_weights_taken_over(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    ratings = source.tables["ratings"]
    assert ratings is not None
    whole = ratings.assign(part=pd.NA)
    bare = with_tables(source, ratings=whole, questions=source.tables["questions"])
    assert "overgenomen (Amsterdam)" in set(texts(blocks_of(bare, "drivers")))
    amsterdam = municipalities.find("GM0363")
    assert amsterdam is not None
    own = " ".join(texts(blocks_of(replace(bare, municipality=amsterdam), "drivers")))
    assert "eerder gepubliceerd" in own
    assert "overgenomen" not in own
    assert "geen eigen onderzoek" not in own


def test_a_merged_municipality_is_told_apart_from_a_spelling(sources: dict[str, Source]) -> None:
    source = sources["GM9901"]
    merged = fault("TT-060", "attempts.csv", column="municipality", values={"code": "GM0363 Amsterdam"}, count=20)
    comma = fault("TT-044", "attempts.csv", column="duration_s", count=7)
    said = list(texts(blocks_of(replace(source, faults=[merged, comma]), "quality")))
    assert "attempts.csv: 20 × hersteld en gebruikt. Verwacht: een gemeente die nog bestaat (TT-060)." in said
    assert "In 7 cellen is de schrijfwijze aangepast, bijvoorbeeld een komma in een getal." in said


def test_equal_channels_are_seldom_told_apart_and_unequal_ones_are() -> None:
    rng = np.random.default_rng(20260901)
    sizes = np.array([400, 200, 60, 30, 20, 12])

    def told_apart(chances: float | np.ndarray) -> bool:
        successes = rng.binomial(sizes, chances)
        low, high = wilson(successes, sizes)
        rows = pd.DataFrame({"estimate": successes / sizes, "ci_low": low, "ci_high": high}).sort_values("estimate")
        return _apart(rows.iloc[-1], rows.iloc[0], len(rows), 0.95)

    runs = 600
    false = sum(told_apart(0.7) for _ in range(runs)) / runs
    assert false <= 0.05 + 2 * (0.05 * 0.95 / runs) ** 0.5
    assert sum(told_apart(np.array([0.9, 0.6, 0.7, 0.7, 0.7, 0.7])) for _ in range(50)) > 25
