"""What a researcher meets with a bad vote or bad population figures: `toptaak check` and the notebook tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from toptaak.cli.main import main
from toptaak.core.errors import ToptaakError
from toptaak.numbers.survey import SurveySource, open_survey
from toptaak.printing.blocks import Block, Figure, Heading, Items, Table, Text, Tiles
from toptaak.report.publications import pages

toptaken = pages("survey")

Pick = tuple[int, str, int]
TASKS = [f"T{number}" for number in range(1, 13)]
SECTIONS = (
    "cover", "league", "curve", "order", "enough_voters", "segments", "weights", "organisation", "channel_lists",
    "quality",
)  # fmt: skip
AGES, SEXES = ("18-34", "35-64", "65+"), ("man", "vrouw")
POPULATION = [f"age;{age};{count}" for age, count in zip(AGES, (3000, 5000, 2000), strict=True)]
POPULATION += ["sex;man;5000", "sex;vrouw;5000"]


def picks_of(voters: int = 120) -> list[Pick]:
    """Let voters choose five tasks, the first of the list more often."""
    rng = np.random.default_rng(7)
    chance = 1 / np.arange(1, 13)
    return [
        (voter, TASKS[task], place)
        for voter in range(1, voters + 1)
        for place, task in enumerate(rng.choice(12, 5, replace=False, p=chance / chance.sum()), 1)
    ]


Vote = Callable[..., Path]


@pytest.fixture
def vote(tmp_path: Path) -> Vote:
    """Write a data folder as a municipality delivers it: our own tables, no column of weights."""

    def written(
        picks: Iterable[Pick],
        voters: int = 120,
        population: Iterable[str] = (),
        settings: str = "",
        more: str = "",
        offered: Iterable[tuple[int, str]] = (),
        channels: Iterable[str] = (),
    ) -> Path:
        tables = {
            "tasks.csv": ("list_version;task_id;label", [*(f"1;{task};Taak {task}" for task in TASKS), *more.split()]),
            "respondents.csv": (
                "survey;respondent;municipality;date;segment_age;segment_sex",
                [f"e;{n};GM0363;2026-05-01;{AGES[n % 3]};{SEXES[n // 3 % 2]}" for n in range(1, voters + 1)],
            ),
            "ballots.csv": ("survey;respondent;task_id;position", [f"e;{who};{task};{n}" for who, task, n in picks]),
            "population.csv": (
                "municipality;year;variable;level;count", [f"GM0363;2026;{line}" for line in population]
            ),
            "channel_lists.csv": (
                "municipality;quarter;channel;task_id;volume",
                [f"GM0363;2026Q2;{name};{task};{100 + 9 * n}" for name in channels for n, task in enumerate(TASKS)],
            ),
            "offered.csv": ("survey;respondent;task_id", [f"e;{who};{task}" for who, task in offered]),
        }  # fmt: skip
        for name, (head, rows) in tables.items():
            if rows:
                (tmp_path / name).write_text("\n".join([head, *rows]) + "\n", "utf-8")
        (tmp_path / "settings.toml").write_text(settings, "utf-8")
        return tmp_path

    return written


def checked(data: Path) -> tuple[int, str]:
    told = CliRunner().invoke(main, ["check", str(data)])
    assert "Traceback" not in told.output
    return told.exit_code, told.output


def opened(data: Path, **parameters: object) -> SurveySource:
    return open_survey("GM0363", "", "nl", str(data), **parameters)  # type: ignore[arg-type]


def texts(blocks: Iterable[Block]) -> str:
    found: list[str] = []
    for block in blocks:
        match block:
            case Heading(text=text):
                found.append(text)
            case Text(paragraphs=paragraphs):
                found += paragraphs
            case Items(items=items):
                found += items
            case Figure(title=title, alt=alt, note=note):
                found += [title, alt, note]
            case Tiles(tiles=tiles):
                found += [part for tile in tiles for part in (tile.label, tile.value, tile.detail)]
            case Table(rows=rows, caption=caption):
                found += [caption, *(cell for row in rows for cell in row)]
    return " ".join(found)


def said(source: SurveySource, *names: str) -> str:
    return texts(block for name in names or SECTIONS for block in getattr(toptaken, name)(source))


def voters_in(source: SurveySource) -> int:
    assert source.votes is not None
    return len(source.votes.voters)


# --- ballots


def _changed(picks: list[Pick], old: Pick, new: Pick) -> list[Pick]:
    return [new if pick == old else pick for pick in picks]


@pytest.mark.parametrize(
    ("code", "spoil", "settings", "told"),
    [
        ("TT-072", lambda picks: [*picks, *((1, task, 6) for task in TASKS if task not in _tasks(picks))][:], "",
         "niet meer taken op een stembiljet dan 5"),
        ("TT-073", lambda picks: [*picks[1:], (1, picks[1][1], 1)], "", "elke taak één keer op een stembiljet"),
        ("TT-082", lambda picks: _changed(picks, picks[1], (1, picks[1][1], 3)), 'scoring = "ranked"',
         "de plaatsen 1, 2, 3 … elk één keer"),
        ("TT-074", lambda picks: _changed(picks, picks[1], (1, "T99", 2)), "", "een taak van de takenlijst"),
    ],
)  # fmt: skip
def test_an_invalid_ballot_is_told_and_counts_nowhere(
    vote: Vote, code: str, spoil: Callable[[list[Pick]], list[Pick]], settings: str, told: str
) -> None:
    data = vote(spoil(picks_of()), settings=settings)
    status, output = checked(data)
    assert status == 0
    assert code in output
    assert told in output
    assert "TT-087 respondents.csv, rij 2" in output, "the voter goes aside as well"
    source = opened(data)
    assert voters_in(source) == 119
    assert told in said(source, "quality")
    assert "119 mensen kozen" in said(source, "league")


def _tasks(picks: list[Pick]) -> set[str]:
    return {task for voter, task, _ in picks if voter == 1}


def test_too_many_invalid_ballots_refuse_the_vote(vote: Vote) -> None:
    data = vote([*picks_of(), *((voter, "T99", 6) for voter in range(1, 10))])
    status, output = checked(data)
    assert status == 2
    assert "TT-089 ballots.csv" in output
    with pytest.raises(ToptaakError, match="TT-089"):
        opened(data)


def test_a_pick_from_an_older_list_goes_aside_and_a_vote_on_that_list_can_be_opened(vote: Vote) -> None:
    older = "2;T1;Een 2;T13;Nieuw"
    mixed = vote(_changed(picks_of(), picks_of()[0], (1, "T13", 1)), more=older, settings='list_version = "1"')
    assert "TT-074" in checked(mixed)[1]
    assert voters_in(opened(mixed)) == 119
    whole = vote(picks_of(), more=older, settings='list_version = "2"')
    status, output = checked(whole)
    assert status == 0
    assert "TT-069 ballots.csv" in output
    with pytest.raises(ToptaakError, match="list_version"):
        said(opened(whole))
    assert voters_in(opened(whole, list_version="1")) == 120
    with pytest.raises(ToptaakError, match=r"list_version .* 1, 2"):
        opened(whole, list_version="3")


def test_a_vote_without_places_is_not_given_points(vote: Vote) -> None:
    data = vote(picks_of(), settings='scoring = "ranked"')
    text = (data / "ballots.csv").read_text("utf-8")
    rows = [";".join(row.split(";")[:3]) for row in text.splitlines()]
    (data / "ballots.csv").write_text("\n".join(rows) + "\n", "utf-8")
    with pytest.raises(ToptaakError, match='scoring = "plain"'):
        said(opened(data))


def test_a_ranked_vote_shows_its_points(vote: Vote) -> None:
    source = opened(vote(picks_of(), settings='scoring = "ranked"'))
    table = next(block for block in toptaken.league(source) if isinstance(block, Figure)).data
    place = [column.label for column in table.columns].index("Punten")
    assert sum(int(row[place].replace(".", "")) for row in table.rows) == 120 * 15


# --- hardly a vote


@pytest.mark.parametrize("picks", [picks_of(1), picks_of(1)[:1]])
def test_one_voter_gives_no_number(vote: Vote, picks: list[Pick]) -> None:
    data = vote(picks, voters=1, population=POPULATION)
    assert checked(data)[0] == 0
    source = opened(data)
    blocks = [block for name in SECTIONS[1:-1] for block in getattr(toptaken, name)(source)]
    assert not [block for block in blocks if isinstance(block, Figure | Table | Tiles)]
    assert "Er stemden minder dan 10 mensen." in texts(blocks)
    assert "%" not in texts(blocks)


def test_all_ties_are_one_group_with_every_place_possible(vote: Vote) -> None:
    picks = [(voter, TASKS[(voter + step) % 12], step + 1) for voter in range(1, 121) for step in range(5)]
    source = opened(vote(picks))
    table = next(block for block in toptaken.order(source) if isinstance(block, Figure)).data
    assert {row[2] for row in table.rows} == {"1–12"}
    assert {row[3] for row in table.rows} == {"A"}
    told = said(source, "enough_voters")
    assert "Niet meetbaar: de taken aan weerskanten van de grens zijn gelijk geëindigd." in told


def test_voters_who_all_chose_the_same_leave_no_margin(vote: Vote) -> None:
    source = opened(vote([(voter, TASKS[step], step + 1) for voter in range(1, 121) for step in range(5)]))
    told = said(source)
    assert "kreeg 20,0% van de stemmen: elke stemmer koos deze taak." in told
    assert "marge van ." not in told
    assert "25 stemmers zijn genoeg" in told


def test_votes_without_a_task_list_name_that_table(vote: Vote) -> None:
    data = vote(picks_of())
    (data / "tasks.csv").unlink()
    source = opened(data)
    assert "‘tasks’" in said(source, "league")
    assert said(source)


def test_before_any_vote_the_pattern_of_other_votes_is_foreseen(vote: Vote) -> None:
    data = vote(picks_of(), more=" ".join(f"1;N{number};Nog-een-{number}" for number in range(20)))
    (data / "ballots.csv").unlink()
    told = said(opened(data), "enough_voters")
    assert "op een lijst van" not in told
    assert "voor een lijst van 32 taken" in told
    assert "400 stemmers" in told


# --- a part of the list


def test_who_was_shown_a_part_of_the_list_is_counted_once(vote: Vote) -> None:
    rng = np.random.default_rng(3)
    shown = {voter: rng.choice(TASKS, 8, replace=False).tolist() for voter in range(1, 121)}
    picks = [(voter, task, place) for voter, tasks in shown.items() for place, task in enumerate(tasks[:4], 1)]
    data = vote(picks, offered=[(voter, task) for voter, tasks in shown.items() for task in tasks])
    assert checked(data)[0] == 0
    source = opened(data)
    told = said(source, "league")
    assert "120 mensen kozen uit een lijst van 12 taken en gaven samen 480 stemmen" in told
    seen = [sum(task in tasks for tasks in shown.values()) for task in TASKS]
    assert f"getoond aan {min(seen)} tot {max(seen)} stemmers" in told
    table = next(block for block in toptaken.league(source) if isinstance(block, Figure)).data
    place = [column.label for column in table.columns].index("Getoond aan")
    assert sorted(int(row[place]) for row in table.rows) == sorted(seen)


# --- weights


def test_a_file_without_a_column_of_weights_can_be_weighed(vote: Vote) -> None:
    source = opened(vote(picks_of(), population=POPULATION))
    told = said(source, "weights")
    assert "Gewogen naar leeftijd en geslacht, om de beurt tot alles klopt (raking)." in told
    assert "Geen gewicht is hoger dan 5 keer het gemiddelde." in told
    assert "Designeffect" in told


def test_crossed_figures_and_one_variable_are_post_stratification(vote: Vote) -> None:
    crossed = [f"age:sex;{age}:{sex};{count}" for age, count in zip(AGES, (1500, 2500, 1000), strict=True)
               for sex in SEXES]  # fmt: skip
    data = vote(picks_of(), population=[*POPULATION, *crossed])
    assert "Gewogen naar leeftijd × geslacht (poststratificatie)." in said(opened(data), "weights")
    one = said(opened(data, weight_by=["sex"], weight_cap=0), "weights")
    assert "Gewogen naar geslacht (poststratificatie)." in one
    assert "Geen gewicht is hoger" not in one


@pytest.mark.parametrize(
    ("population", "told"),
    [
        ([*POPULATION[1:], "age;18-24;1000", "age;25-34;2000"], ("TT-306", "'18-24'", "'25-34'", "TT-307", "'18-34'")),
        ([*POPULATION[:-1], "sex;vrouw;4000"], ("TT-304", "age 10000, sex 9000")),
        ([*POPULATION, "opleiding;hoog;10000"], ("TT-302", "opleiding")),
        ([f"age:sex;{age}:{sex};1000" for age in (*AGES, "80+") for sex in SEXES], ("TT-306", "'80+:man'")),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_met_are_named_with_their_cell(
    vote: Vote, population: list[str], told: tuple[str, ...]
) -> None:
    source = opened(vote(picks_of(), population=population))
    text = said(source, "weights")
    assert "niet te wegen" in text
    assert [one for one in told if one not in text] == []
    assert "Ranglijst" in said(source, "league"), "the rest goes on"


def test_margins_that_no_weights_meet_together_are_named(vote: Vote) -> None:
    data = vote(picks_of(), population=POPULATION)
    people = (data / "respondents.csv").read_text("utf-8").splitlines()
    sexes = {"18-34": "man", "35-64": "vrouw", "65+": "vrouw"}
    rows = [";".join([*row.split(";")[:5], sexes[row.split(";")[4]]]) for row in people[1:]]
    (data / "respondents.csv").write_text("\n".join([people[0], *rows]) + "\n", "utf-8")
    text = said(opened(data), "weights")
    assert "TT-308" in text
    assert [one for one in (*AGES, *SEXES) if f"Gevonden: '{one}'" in text]
    assert "20% van alle inwoners" in text


@pytest.mark.parametrize("count", ["-1", "veel"])
def test_a_count_that_is_none_stops_at_the_check(vote: Vote, count: str) -> None:
    status, output = checked(vote(picks_of(), population=[*POPULATION[:-1], f"sex;vrouw;{count}"]))
    assert status == 2
    assert "population.csv, rij 6, kolom count" in output


@pytest.mark.parametrize("cap", [1.0, -2.0, float("nan")])
def test_a_bound_on_weights_that_makes_no_sense_is_refused(vote: Vote, cap: float) -> None:
    with pytest.raises(ToptaakError, match="weight_cap"):
        opened(vote(picks_of()), weight_cap=cap)


def test_voters_without_a_weight_are_counted(vote: Vote) -> None:
    data = vote(picks_of())
    head, *people = (data / "respondents.csv").read_text("utf-8").splitlines()
    weights = [f"{person};{'' if number < 7 else '1.5'}" for number, person in enumerate(people)]
    (data / "respondents.csv").write_text("\n".join([f"{head};weight", *weights]) + "\n", "utf-8")
    told = said(opened(data), "league")
    assert "113 mensen kozen" in told
    assert "geen gewicht hebben en daarom niet meetellen: 7." in told


# --- channels


def test_one_channel_is_confirmed_by_no_other(vote: Vote) -> None:
    told = said(opened(vote(picks_of(), channels=["web"])), "channel_lists")
    assert "Er telt maar één kanaal mee" in told
    assert "Hoe goed de kanalen overeenkomen" not in told
    both = vote(picks_of(), channels=["web", "phone"])
    assert "Welk kanaal u ook weglaat" in said(opened(both), "channel_lists")
    assert "Er telt maar één kanaal mee" in said(opened(both, channel_weights={"web": 2.0}), "channel_lists")


@pytest.mark.parametrize("weights", [{"desk": 1.0}, {"web": 0.0, "phone": 0.0}])
def test_weights_of_no_channel_with_a_list_are_refused(vote: Vote, weights: dict[str, float]) -> None:
    data = vote(picks_of(), channels=["web", "phone"])
    with pytest.raises(ToptaakError, match="phone, web"):
        opened(data, channel_weights=weights)
