"""Families of faults in survey exports: each time the votes that stand in the file come out, or a person is asked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from toptaak.check.proposals import write_proposal
from toptaak.core.faults import stopping
from toptaak.intake.gather import Gather, lengthen
from toptaak.intake.pipeline import Intake
from toptaak.intake.platforms.ballot_size import ballot_sizes
from toptaak.intake.platforms.date_order import month_first
from toptaak.intake.platforms.picks import Tasks, gathering
from toptaak.intake.platforms.propose import Proposal, propose, tasks_beside
from toptaak.intake.platforms.several_answers import several_answers
from toptaak.intake.platforms.spss_sets import _groups, _question
from toptaak.intake.platforms.survey_questions import shaped
from toptaak.intake.store import _read_path

Folder = Callable[[Mapping[str, bytes | str]], Path]
# every word in it that a filter for personal data looks for
NAMES = (
    "Paspoort aanvragen",
    "Naam wijzigen",
    "Geboorte aangeven",
    "Adres wijzigen [binnen gemeente]",
    "Postcode of huisnummer aanvragen?",
    "Telefoonnummer van de gemeente opzoeken",
    "Kopie van e-mail of brief opvragen",
    "Afval, glas en papier",
)
TASKS = "list_version;task_id;label\n" + "".join(f'1;T{n};"{name}"\n' for n, name in enumerate(NAMES, 1))
ASKED = "Welke taken?"
VOTES = [[NAMES[(n + step) % 8] for step in (0, 3, 5)] for n in range(24)]
CODES = {name: f"T{n}" for n, name in enumerate(NAMES, 1)}


def text(rows: Sequence[Sequence[object]], mark: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\n").writerows(rows)
    return out.getvalue()


def own(vote: Sequence[str], none: str = "") -> list[str]:
    return [name if name in vote else none for name in NAMES]


def qualtrics(
    heads: Sequence[str], texts: Sequence[str], answers: Callable[[int], Sequence[object]], voters: int = 24
) -> str:
    first = ["StartDate", "EndDate", "Finished", "ResponseId", *heads]
    second = ["Start Date", "End Date", "Finished", "Response ID", *texts]
    third = [f'{{"ImportId":"x{n}"}}' for n in range(len(first))]
    day = "2026-09-01 10:00:00"
    return text([first, second, third, *([day, day, "True", f"R_{n}", *answers(n)] for n in range(voters))])


QS = [f"Q1_{n}" for n in range(1, 9)]


def limesurvey(answers: Callable[[int], Sequence[object]], day: str = "2026-09-01 10:00:00") -> str:
    heads = [f"Q1[SQ{n}]. {ASKED} [{name}]" for n, name in enumerate(NAMES)]
    rows = [[n, day, 3, "nl", *answers(n)] for n in range(24)]
    return text(
        [["id. Response ID", "submitdate. Date submitted", "lastpage. Last page", "startlanguage. Taal", *heads], *rows]
    )


def monkey(first: Sequence[str], other: str = "") -> str:
    head = [*first, ASKED, *[""] * (7 + bool(other))]
    second = [*[""] * len(first), *NAMES, *([other] if other else [])]
    rest = [["mijn buurman Jansen" if n % 2 else ""] if other else [] for n in range(24)]
    rows = [[str(n), *["9/2/2026 10:00"] * (len(first) - 1), *own(vote), *rest[n]] for n, vote in enumerate(VOTES)]
    return text([head, second, *rows])


def forms(mark: str, when: str = "2026-09-01 10:00:00", more: Callable[[int], Sequence[str]] = lambda n: ()) -> str:
    rows = [[when, mark.join([*vote, *more(n)])] for n, vote in enumerate(VOTES)]
    return text([["Tijdstempel", ASKED], *rows])


EXPORTS = {
    "qualtrics": qualtrics(QS, [f"{ASKED} - {name}" for name in NAMES], lambda n: own(VOTES[n])),
    "qualtrics, old, space": qualtrics(QS, [f"{ASKED} -{name}" for name in NAMES], lambda n: own(VOTES[n])),
    "qualtrics, old": qualtrics(QS, [f"{ASKED}-{name}" for name in NAMES], lambda n: own(VOTES[n])),
    "qualtrics, unanswered is -99": qualtrics(
        QS, [f"{ASKED} - {name}" for name in NAMES], lambda n: own(VOTES[n], "-99")
    ),
    "qualtrics, codes twice that nothing uses": qualtrics(
        [*QS, "Q9_-1", "Q9_-1", "Q7", "Q7"],
        [*(f"{ASKED} - {name}" for name in NAMES), "Balie - n.v.t.", "Website - n.v.t.", "Open?", "Open?"],
        lambda n: [*own(VOTES[n]), "", "", "", ""],
    ),
    "qualtrics, one column": qualtrics(["Q1"], [f"{ASKED} - Selected Choice"], lambda n: [",".join(VOTES[n])]),
    "limesurvey": limesurvey(lambda n: ["Ja" if one else "Nee" for one in own(VOTES[n])]),
    "limesurvey, not asked": limesurvey(lambda n: ["Ja" if one else "N/A" for one in own(VOTES[n])]),
    "limesurvey, mentioned": limesurvey(lambda n: ["genoemd" if one else "niet genoemd" for one in own(VOTES[n])]),
    "limesurvey, headings of text": text(
        [
            ["Antwoord ID", "Datum verzonden", "Laatste pagina", "Starttaal", *(f"{ASKED} [{name}]" for name in NAMES)],
            *(
                [n, "2026-09-01 10:00:00", 3, "nl", *("Ja" if one else "Nee" for one in own(vote))]
                for n, vote in enumerate(VOTES)
            ),
        ]
    ),
    "microsoft, saved as csv": text(
        [
            ["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", ASKED],
            *(
                [n, "1-9-2026 10:00:00", "1-9-2026 10:05:00", "anonymous", "", "".join(f"{one};" for one in vote)]
                for n, vote in enumerate(VOTES)
            ),
        ],
        ";",
    ),
    "google, a question that names personal data": forms(";").replace(
        ASKED, "Welke taken (adres wijzigen of naam wijzigen)?"
    ),
    "surveymonkey": monkey(["Respondent ID", "Collector ID", "Start Date", "End Date"]),
    "surveymonkey, no collector": monkey(["Respondent ID", "Start Date", "End Date"]),
    "surveymonkey, Dutch": monkey(["Respondent-id", "Collector-id", "Startdatum", "Einddatum"]),
    "surveymonkey, own words": monkey(["Respondent ID", "Collector ID", "Start Date", "End Date"], "Iets anders"),
    "google, semicolons": forms(";"),
    "google, commas": forms(", "),
    "google, own words outnumber the options": forms(", ", more=lambda n: [f"eigen antwoord van {n}"]),
    "google, own words with a comma": forms(", ", more=lambda n: [f"eigen antwoord {n}, van mij {n}"] if n % 3 else []),
    "google, somebody's number": forms(";", more=lambda n: ["bel mij op 0612345678"] if n < 2 else []),
}


def taken_in(folder: Folder, file: str, content: str | bytes, tasks: str = TASKS) -> tuple[Intake, str, Proposal]:
    data = folder({"tasks.csv": tasks, file: content} if tasks else {file: content})
    target = data / "mappings" / "m.toml"
    proposal = write_proposal(data / file, target, "nl")
    said = target.read_text("utf-8").replace('municipality = "?"', 'municipality = "GM0363"')
    target.write_text(re.sub(r'date = "\?.*"', "date = 2026-09-01", said), "utf-8")
    intake, faults, _ = _read_path(data, ())
    assert stopping(faults) == [], [fault.describe("nl") for fault in stopping(faults)]
    intake.faults = faults
    return intake, said, proposal


def votes(intake: Intake) -> list[list[str]]:
    ballots = intake.tables["ballots"]
    return [
        sorted(ballots.loc[ballots["respondent"] == one, "task_id"])
        for one in intake.tables["respondents"]["respondent"]
    ]


@pytest.mark.parametrize("name", EXPORTS)
def test_no_vote_is_lost_and_nobodys_own_words_get_in(folder: Folder, name: str) -> None:
    intake, said, proposal = taken_in(folder, "enquete.csv", EXPORTS[name])
    assert votes(intake) == [sorted(CODES[task] for task in vote) for vote in VOTES]
    everything = said + "".join(fault.describe("nl") for fault in intake.faults)
    everything += "".join(frame.to_csv() for frame in intake.tables.values())
    assert not re.search(r"eigen antwoord|0612345678|Jansen", everything)
    assert '= "?' not in said.replace('municipality = "?"', ""), "what is sure is no question"
    assert set(intake.tables["ballots"]["task_id"]) == set(CODES.values())
    assert proposal.tasks == {}


@pytest.mark.parametrize("name", [one for one in EXPORTS if "google" in one or "one column" in one])
def test_without_a_task_list_an_option_that_holds_the_sign_stays_whole(folder: Folder, name: str) -> None:
    intake, said, proposal = taken_in(folder, "enquete.csv", EXPORTS[name], tasks="")
    assert set(proposal.tasks.values()) == set(NAMES)
    assert [len(vote) for vote in votes(intake)] == [3] * 24
    if "commas" in name or "comma" in name or "one column" in name:
        assert "Afval, glas en papier" in "".join(one.say("nl") for one in proposal.remarks), "a person is told"
    assert not re.search(r"eigen antwoord|0612345678", said)


def test_a_short_sentence_with_a_comma_is_no_list() -> None:
    assert several_answers(["Ja, altijd", "Nee, nooit", "Ja, altijd", "Nee, nooit"]) is None
    assert several_answers(["Wel goed, dank u", "Niet goed, jammer", "Gaat wel, hoor"]) is None


def test_parts_that_also_stand_apart_are_two_answers() -> None:
    found = several_answers(["Paspoort, Rijbewijs", "Paspoort, Wonen", "Rijbewijs, Wonen", "Wonen"] * 3)
    assert found is not None
    assert (found.options, found.joined) == (("Paspoort", "Rijbewijs", "Wonen"), ())


def test_two_options_that_begin_alike_stay_two() -> None:
    cells = [
        "Afval, glas en papier, Wonen",
        "Afval, grof vuil, Wonen",
        "Afval, glas en papier",
        "Afval, grof vuil",
        "Wonen",
    ]
    found = several_answers(cells * 2)
    assert found is not None
    assert found.options == ("Afval, glas en papier", "Afval, grof vuil", "Wonen")


def test_what_is_left_out_is_named(folder: Folder) -> None:
    content = qualtrics(
        [*QS, "Q8", "RecipientEmail"],
        [*(f"{ASKED} - {name}" for name in NAMES), "Wat is uw naam?", "Recipient Email"],
        lambda n: [*own(VOTES[n]), "Jan Jansen", "jan@voorbeeld.nl"],
    )
    _, said, _ = taken_in(folder, "enquete.csv", content)
    assert "Weggelaten kolommen waarin persoonsgegevens kunnen staan: 2. Q8. Wat is uw naam?; RecipientEmail" in said
    assert "Jansen" not in said
    assert "jan@" not in said


def test_columns_beside_each_other_for_a_name_and_a_town_are_no_vote(folder: Folder) -> None:
    heads = [f"Q2[SQ{n}]. Uw gegevens [{one}]" for n, one in enumerate(("Voornaam", "Achternaam", "Plaats"))]
    people = [("Jan", "Jansen", "Zwolle"), ("Piet", "Pietersen", "Zwolle"), ("Jan", "de Boer", "Goes")]
    rows = [[n, "2026-09-01 10:00:00", 1, *one] for n, one in enumerate(people * 4)]
    data = folder({"e.csv": text([["id. ID", "submitdate. Date submitted", "lastpage. Last page", *heads], *rows])})
    proposal = propose(data / "e.csv", Tasks({}))
    assert proposal is not None
    assert proposal.tasks == {}
    assert len(proposal.entries) == 1


# order of display
@pytest.mark.parametrize("gone", ["", "-99"])
def test_display_order_in_a_column_per_option_tells_what_was_shown(folder: Folder, gone: str) -> None:
    heads = [*QS, *(f"Q1_DO_{n}" for n in range(1, 9))]
    texts = [*(f"{ASKED} - {name}" for name in NAMES), *(f"{ASKED} - Display Order - {name}" for name in NAMES)]

    def shown(n: int) -> list[object]:
        five = [(n + step) % 8 for step in (0, 3, 5, 6, 7)]
        return [five.index(task) + 1 if task in five else gone for task in range(8)]

    intake, _, _ = taken_in(folder, "e.csv", qualtrics(heads, texts, lambda n: [*own(VOTES[n]), *shown(n)]))
    offered = intake.tables["offered"].groupby("respondent")["task_id"].apply(set)
    for n, vote in enumerate(VOTES):
        assert {CODES[task] for task in vote} <= offered[f"R_{n}"]
        assert len(offered[f"R_{n}"]) == 5
    assert votes(intake) == [sorted(CODES[task] for task in vote) for vote in VOTES]


def test_where_everybody_saw_all_there_is_nothing_to_tell(folder: Folder) -> None:
    heads = [*QS, *(f"Q1_DO_{n}" for n in range(1, 9))]
    texts = [*(f"{ASKED} - {name}" for name in NAMES), *(f"{ASKED} - Display Order - {name}" for name in NAMES)]
    order = list(range(1, 9))
    intake, _, _ = taken_in(folder, "e.csv", qualtrics(heads, texts, lambda n: [*own(VOTES[n]), *order]))
    assert "offered" not in intake.tables


# dates
@pytest.mark.parametrize(
    ("platform", "cells", "expected"),
    [
        ("surveymonkey", ["09/01/2026 10:00:00 AM", "09/12/2026 10:00:00 AM"], True),
        ("surveymonkey", ["21/09/2026 10:00:00", "01/09/2026 10:00:00"], False),
        ("surveymonkey", ["2026-09-01 10:00:00"], False),
        ("forms", ["9/1/2026 10:05:00", "9/12/2026 10:05:00"], True),
        ("forms", ["9/21/2026 10:05:00", "9/1/2026 10:05:00"], True),
        ("forms", ["1/9/2026 10:05:00", "12/9/2026 10:05:00"], False),
        ("forms", ["01/09/2026 10:05:00", "12/09/2026 10:05:00"], False),
        ("forms", ["1-9-2026 10:05:00", "12-9-2026 10:05:00"], False),
        ("forms", ["2026/09/01 10:05:00 AM EST"], False),
        ("qualtrics", ["9/1/2026 10:05", "9/2/2026 10:05"], True),
        ("forms", [], False),
    ],
)
def test_the_order_of_day_and_month(platform: str, cells: list[str], expected: bool) -> None:
    assert month_first(platform, cells) is expected


def test_a_filler_date_is_no_date(folder: Folder) -> None:
    content = limesurvey(lambda n: ["Ja" if one else "Nee" for one in own(VOTES[n])], "1980-01-01 00:00:00")
    data = folder({"tasks.csv": TASKS, "e.csv": content})
    proposal = propose(data / "e.csv", tasks_beside(data))
    assert proposal is not None
    assert proposal.entries[0].constants["date"] == "?"
    assert proposal.entries[0].filled, "it still tells who finished"


# how many
def test_ballots_that_name_too_many_are_told_with_the_setting(folder: Folder) -> None:
    content = limesurvey(lambda n: ["Ja" if n < 5 or one else "Nee" for one in own(VOTES[n])])
    _, said, _ = taken_in(folder, "e.csv", content)
    assert "Stembiljetten met meer taken dan 5: 5 van 24, hoogstens 8." in said
    assert "max_picks" in said


def test_two_questions_with_one_text_are_not_added_up(folder: Folder) -> None:
    heads = [f"{code}[SQ{n}]. {ASKED} [{name}]" for code in ("Q1", "Q2") for n, name in enumerate(NAMES)]
    rows = [
        [n, "2026-09-01 10:00:00", 1, *("Ja" if one else "Nee" for one in [*own(vote), *own(VOTES[n - 1])])]
        for n, vote in enumerate(VOTES)
    ]
    content = text([["id. ID", "submitdate. Date submitted", "lastpage. Last page", *heads], *rows])
    intake, _, _ = taken_in(folder, "e.csv", content)
    assert votes(intake) == [sorted(CODES[task] for task in vote) for vote in VOTES]


def test_codes_alone_are_no_tasks(folder: Folder) -> None:
    heads = ["id", "submitdate", "lastpage", *(f"Q1[SQ{n:03d}]" for n in range(1, 9))]
    rows = [[n, "2026-09-01 10:00:00", 1, *("Y" if one else "" for one in own(vote))] for n, vote in enumerate(VOTES)]
    data = folder({"e.csv": text([heads, *rows])})
    proposal = propose(data / "e.csv", Tasks({}))
    assert proposal is not None
    assert proposal.tasks == {}
    assert proposal.undecided == 9, "each option, and the municipality"


def test_an_address_is_not_opened_because_a_question_names_tasks(folder: Folder) -> None:
    asked = "Wat is uw e-mailadres voor vragen over taken?"
    rows = [["2026-09-01 10:00:00", ";".join(vote), f"iemand{n}@voorbeeld.nl"] for n, vote in enumerate(VOTES)]
    _, said, _ = taken_in(folder, "e.csv", text([["Tijdstempel", ASKED, asked], *rows]))
    assert "iemand" not in said
    assert "Weggelaten kolommen waarin persoonsgegevens kunnen staan: 1." in said


def test_a_ranking_of_everything_is_told_with_the_setting(folder: Folder) -> None:
    content = qualtrics(QS, [f"{ASKED} - {name}" for name in NAMES], lambda n: [(n + k) % 8 + 1 for k in range(8)])
    _, said, _ = taken_in(folder, "e.csv", content)
    assert "Stembiljetten met meer taken dan 5: 24 van 24, hoogstens 8." in said


# SPSS
def test_a_set_without_order_gives_votes_without_places() -> None:
    codes = {name: {"Paspoort": "1", "Afval": "2", "Wonen": "3", "Weet niet": "9"} for name in ("c1", "c2")}
    cells = pd.DataFrame({"c1": ["Paspoort", "Afval", "Wonen"] * 3, "c2": ["Afval", "Wonen", "Weet niet"] * 3})
    sets = {"keuzes": {"is_dichotomy": False, "counted_value": None, "label": ASKED, "variable_list": ["c1", "c2"]}}
    (asked,) = [one for one in _groups(["c1", "c2"], sets, {}, codes) if len(one) > 1]
    question = _question(shaped(asked, cells), cells, codes, sets)
    made = gathering(question, Tasks({}))
    assert made["gather"] == {"into": "task_id", "from": ("c1", "c2")}
    assert made["values"]["task_id"] == {"Paspoort": "paspoort", "Afval": "afval", "Wonen": "wonen", "Weet niet": ""}


@pytest.mark.parametrize("labels", [{"1": "Nee", "2": "Ja"}, {"1": "Ja", "2": "Nee"}, {"1": "a", "2": "b"}, {}])
def test_a_set_counts_the_value_that_it_declares(labels: Mapping[str, str]) -> None:
    codes = {name: {word: code for code, word in labels.items()} for name in ("q1", "q2")}
    sets = {"taken": {"is_dichotomy": True, "counted_value": 2, "label": ASKED, "variable_list": ["q1", "q2"]}}
    (asked,) = [one for one in _groups(["q1", "q2"], sets, {"q1": "Paspoort", "q2": "Afval"}, codes) if len(one) > 1]
    cells = pd.DataFrame({name: [labels.get(code, code) for code in "1212"] for name in ("q1", "q2")})
    picks = gathering(_question(shaped(asked, cells), cells, codes, sets), Tasks({}))
    assert ballot_sizes(cells, picks).tolist() == [0, 2, 0, 2]
    gather = Gather.model_validate(picks["gather"])
    assert not lengthen(cells, gather, {}, frozenset()).notes, "every other label says: not picked"


@pytest.mark.parametrize("heads", [[f"q1_{n}" for n in range(1, 9)], list("abcdefgh")])
@pytest.mark.parametrize("blank", [0.0, np.nan])
def test_ticks_without_a_label_of_a_value_are_a_vote(folder: Folder, heads: list[str], blank: float) -> None:
    marks = {head: [1.0 if name in vote else blank for vote in VOTES] for head, name in zip(heads, NAMES, strict=True)}
    scales = {f"q9_{n}": [float((row + n) % 5 + 1) for row in range(24)] for n in (1, 2, 3)}
    data = folder({"tasks.csv": TASKS})
    path = sav(data, marks | scales, column_labels=[*NAMES, "Snelheid", "Naam", "Gemak"])
    proposal = propose(path, tasks_beside(data))
    assert proposal is not None
    (ballots,) = (entry for entry in proposal.entries if entry.name == "ballots")
    assert ballots.gather is not None
    assert ballots.gather.from_ == dict(zip(heads, CODES.values(), strict=True))


def test_an_answer_with_the_sign_of_a_list_stays_whole_in_a_file_of_ones_own(folder: Folder) -> None:
    rows = text([["nr", "keuzes"], *([n, ", ".join(vote).upper()] for n, vote in enumerate(VOTES))], ";")
    mapping = """
    [[table]]
    name = "respondents"
    files = ["eigen.csv"]
    constants = { survey = "s", municipality = "GM0363", date = 2026-08-01 }
    columns = { respondent = "nr" }
    [[table]]
    name = "ballots"
    files = ["eigen.csv"]
    constants = { survey = "s" }
    columns = { respondent = "nr" }
    gather = { into = "task_id", split = ",", from = ["keuzes"] }
    """
    data = folder({"tasks.csv": TASKS, "eigen.csv": rows, "mappings/m.toml": mapping})
    intake, faults, _ = _read_path(data, ())
    assert stopping(faults) == []
    assert votes(intake) == [sorted(CODES[name] for name in vote) for vote in VOTES]


def sav(folder: Path, cells: Mapping[str, Sequence[float]], **more: object) -> Path:
    pyreadstat.write_sav(pd.DataFrame(cells), folder / "e.sav", **more)
    return folder / "e.sav"


def ticks(yes: float, no: float) -> dict[str, list[float]]:
    return {f"q1_{n}": [yes if name in vote else no for vote in VOTES] for n, name in enumerate(NAMES, 1)}


@pytest.mark.parametrize(
    ("yes", "no", "labels"),
    [
        (1.0, np.nan, lambda name: {1: name}),
        (1.0, 0.0, lambda name: {0: "Nee", 1: "Ja"}),
        (2.0, 1.0, lambda name: {1: "Niet gekozen", 2: "Gekozen"}),
        (1.0, np.nan, lambda name: {1: "aangevinkt"}),
        (1.0, 0.0, None),
    ],
)
@pytest.mark.parametrize("between", [" [", " - "])
def test_ticked_variables_of_spss_give_the_vote_whatever_their_labels(
    folder: Folder, yes: float, no: float, labels: Callable[[str], dict[int, str]] | None, between: str
) -> None:
    data = folder({"tasks.csv": TASKS})
    cells = {"respondent": np.arange(24.0), **ticks(yes, no)}
    said = ["nummer", *(f"{ASKED}{between}{name}" + ("]" if between == " [" else "") for name in NAMES)]
    values = {f"q1_{n}": labels(name) for n, name in enumerate(NAMES, 1)} if labels else {}
    path = sav(data, cells, column_labels=said, variable_value_labels=values)
    intake, _, _ = taken_in(folder, "e.sav", path.read_bytes())
    assert votes(intake) == [sorted(CODES[task] for task in vote) for vote in VOTES]


def test_labels_that_have_become_equal_are_not_merged(folder: Folder) -> None:
    labels = dict.fromkeys((1, 2), "Een vergunning voor het verbouwen van")
    data = folder({})
    path = sav(
        data,
        {f"k_{n}": [float((n + row) % 5 + 1) for row in range(12)] for n in range(3)},
        column_labels=[f"{ASKED} [{n}e keus]" for n in (1, 2, 3)],
        variable_value_labels={f"k_{n}": labels | {3: "Afval", 4: "Wonen", 5: "Trouwen"} for n in range(3)},
    )
    from toptaak.intake.readers import read

    raw = read(path.read_bytes(), path.name, ["k_0"])
    assert len(set(raw.cells["k_0"])) == 5
    assert "Een vergunning voor het verbouwen van [2]" in set(raw.cells["k_0"])


def test_options_cut_to_the_same_words_are_left_to_a_person(folder: Folder) -> None:
    heads = [
        f"Q1[SQ{n}]. {ASKED} [{name}]" for n, name in enumerate(["Bouwen van", "Bouwen van", "Afval", "Wonen", "Rij"])
    ]
    rows = [[n, "2026-09-01 10:00:00", 1, *("Ja" if (n + k) % 2 else "Nee" for k in range(5))] for n in range(12)]
    content = text([["id. ID", "submitdate. Date submitted", "lastpage. Last page", *heads], *rows])
    data = folder({"e.csv": content})
    proposal = propose(data / "e.csv", Tasks({}))
    assert proposal is not None
    gather = proposal.entries[1].gather
    assert gather is not None
    assert sorted(dict(gather.from_).values()) == ["?", "?", "afval", "rij", "wonen"]


# files of one's own
OWN = (
    '[[table]]\nname = "respondents"\nfiles = ["a.csv"]\ncolumns = {{ respondent = "nr" }}\n'
    'constants = {{ survey = "s", municipality = "GM0363", date = 2026-08-01 }}\n'
    '[[table]]\nname = "ballots"\nfiles = ["a.csv"]\nconstants = {{ survey = "s" }}\n'
    'columns = {{ respondent = "nr" }}\ngather = {{ {gather} }}\n'
)


def own_file(folder: Folder, cells: str, gather: str, **files: str) -> tuple[Intake, list[str]]:
    data = folder({"tasks.csv": TASKS, "a.csv": cells, "mappings/m.toml": OWN.format(gather=gather), **files})
    intake, faults, _ = _read_path(data, ())
    return intake, [one.describe("nl") for one in faults]


def test_answers_that_are_names_of_the_task_list_are_its_tasks(folder: Folder) -> None:
    cells = "nr;een;twee\n" + text([[n, vote[0], vote[1].upper()] for n, vote in enumerate(VOTES)], ";")
    intake, told = own_file(folder, cells, 'into = "task_id", from = ["een", "twee"]')
    assert votes(intake) == [sorted(CODES[task] for task in vote[:2]) for vote in VOTES]
    assert ["48 keer" in one for one in told if "TT-817" in one] == [True]


def test_a_name_of_two_tasks_is_blamed_as_it_stands(folder: Folder) -> None:
    tasks = "list_version;task_id;label\n1;T1;Afval\n1;T2;Afval\n1;T3;Wonen\n"
    intake, told = own_file(
        folder, "nr;een\n1;Afval\n2;Wonen\n", 'into = "task_id", from = ["een"]', **{"tasks.csv": tasks}
    )
    assert votes(intake) == [["T3"]]
    assert any("TT-074" in one for one in told)


@pytest.mark.parametrize(
    ("no", "gather"),
    [
        ("niet genoemd", 'picked = ["genoemd"]'),
        ("not genoemd", 'picked = ["genoemd"]'),
        ("overgeslagen", 'picked = ["genoemd"], not_picked = ["Overgeslagen"]'),
    ],
)
def test_a_word_for_not_picked_is_no_pick(folder: Folder, no: str, gather: str) -> None:
    cells = f"nr;A;B\n1;genoemd;{no}\n2;{no};genoemd\n3;{no};{no}\n"
    intake, _ = own_file(folder, cells, f'by = "task_id", {gather}, from = {{ A = "T1", B = "T2" }}')
    assert votes(intake) == [["T1"], ["T2"], []]


def test_a_word_that_says_neither_is_shown_with_what_to_do_and_one_persons_words_are_not(folder: Folder) -> None:
    cells = "nr;A;B\n1;genoemd;overgeslagen\n2;overgeslagen;genoemd\n3;overgeslagen;bel Jan Jansen\n"
    intake, told = own_file(folder, cells, 'by = "task_id", picked = ["genoemd"], from = { A = "T1", B = "T2" }')
    blamed = [one for one in told if "TT-807" in one]
    assert "overgeslagen" in blamed[0]
    assert "not_picked" in blamed[0]
    assert "Jansen" not in " ".join(told)
    assert len(intake.tables["ballots"]) == 0, "nobody is made to pick everything"


def test_a_ballot_that_names_too_many_is_told_once_with_the_setting(folder: Folder) -> None:
    cells = "nr;keuzes\n1;T1,T2,T3,T4,T5,T6\n2;T1,T2\n"
    gather = 'into = "task_id", split = ",", from = ["keuzes"]'
    _, told = own_file(folder, cells, gather, **{"settings.toml": ""})
    assert [one[:6] for one in told] == ["TT-072", "TT-818"]
    assert all("max_picks in settings.toml" in one for one in told)
    assert "verbeter het bestand" not in " ".join(told)


@pytest.mark.parametrize("name", ["name", "naam", "Naam"])
def test_a_task_list_may_have_a_column_called_name(folder: Folder, name: str) -> None:
    mapping = (
        '[[table]]\nname = "tasks"\nfiles = ["p.csv"]\nconstants = { list_version = "1" }\n'
        f'columns = {{ task_id = "code", label = "{name}" }}\n'
    )
    intake, faults, _ = _read_path(folder({"p.csv": f"code;{name}\nT1;Afval\n", "mappings/m.toml": mapping}), ())
    assert stopping(faults) == []
    assert intake.tables["tasks"]["label"].tolist() == ["Afval"]
