"""A proposal for every file: what it writes without a question passes `check`, and no person comes along."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.check import exports
from tests.check.exports import LABELS, TASKS, TOPICS, day, text, workbook
from toptaak.check.folder import FolderCheck, check_folder
from toptaak.check.proposals import propose_file, write_proposal
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.faults import stopping
from toptaak.intake.mapping import TableMapping
from toptaak.intake.mapping_lines import mapping_text
from toptaak.intake.platforms.propose import Proposal
from toptaak.intake.store import check_path, refresh

FIXTURES: Mapping[str, str | bytes] = {
    "zaken.csv": text(exports.cases()),
    "tickets.csv": text(exports.tickets(), ","),
    "gesprekken.csv": text(exports.calls()),
    "dag.csv": text(exports.day_totals(), ";", "Rapport telefonie\nPeriode: juli 2026\n\n"),
    "stappen.csv": text(exports.event_log()),
    "keuzes.csv": text(exports.choices()),
    "kruisjes.csv": text(exports.ticks()),
    "cel.csv": text(exports.one_cell()),
    "boek.xlsx": workbook(
        {"Toelichting": [["Dit is een rapport"]], "Dag": exports.day_totals(), "Zaken": exports.cases()}
    ),
}


@dataclass(frozen=True)
class Proposed:
    """A proposal, its text, and what `check` says of the folder."""

    proposal: Proposal
    toml: str
    check: FolderCheck

    def entry(self, table: str) -> TableMapping:
        return next(entry for entry in self.proposal.entries if entry.name == table)


def proposed(folder: Path, file: str, content: str | bytes, tasks: str = TASKS) -> Proposed:
    folder.mkdir(parents=True, exist_ok=True)
    if tasks:
        (folder / "tasks.csv").write_text(tasks, "utf-8")
    (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    target = folder / "mappings" / "m.toml"
    proposal = write_proposal(folder / file, target, "nl", "GM0363")
    toml = target.read_text("utf-8")
    answered = re.sub(r'date = "\?.*', "date = 2026-09-01", toml)
    target.write_text(re.sub(r'= "\? ?', '= "', answered), "utf-8")
    return Proposed(proposal, toml, check_folder(folder))


@pytest.mark.parametrize("file", FIXTURES)
def test_what_is_proposed_passes_and_names_nobody(tmp_path: Path, file: str) -> None:
    made = proposed(tmp_path, file, FIXTURES[file])
    assert not made.check.refused, [fault.describe("nl") for fault in made.check.faults]
    assert made.proposal.question_marks == made.toml.count('= "?')
    accounts = [account for account in made.check.accounts if account.file == file]
    assert accounts
    assert all(account.rows_used > 0 and not account.rows_set_aside for account in accounts)
    used = {theirs for entry in made.proposal.entries for theirs in entry.theirs}
    assert not used & {"Behandelaar", "Naam aanvrager", "Requester email", "Agent", "Medewerker", "E-mail"}


@pytest.mark.parametrize("file", FIXTURES)
def test_a_proposal_in_a_workbook_is_the_same_mapping(tmp_path: Path, file: str) -> None:
    made = proposed(tmp_path, file, FIXTURES[file])
    workbook_path = tmp_path / "elders" / "m.xlsx"
    write_proposal(tmp_path / file, workbook_path, "nl", "GM0363")
    assert tomllib.loads(mapping_text(workbook_path.read_bytes(), "m.xlsx")) == tomllib.loads(made.toml)


def test_a_case_export_of_a_dutch_case_system(tmp_path: Path) -> None:
    made = proposed(tmp_path, "zaken.csv", FIXTURES["zaken.csv"])
    entry = made.entry("cases")
    assert entry.columns == {
        "case": "Zaaknummer",
        "task_id": "Zaaktype",
        "topic": "Zaaktype",
        "channel": "Kanaal",
        "opened_at": "Startdatum",
        "closed_at": "Einddatum",
        "due_at": "Uiterlijke einddatum",
        "status": "Status",
        "outcome": "Resultaat",
    }
    codes = {"Paspoort aanvragen": "T0", "Parkeervergunning": "T3", "Grofvuil": "", "Verhuizing doorgeven": "T1"}
    assert entry.words["task_id"] == codes
    assert "Onderwerpen die bij geen taak horen: 1, de grootste eerst: Grofvuil (10)." in made.toml
    assert "2. Behandelaar; Naam aanvrager" in made.toml
    assert made.proposal.undecided == 0


def test_a_report_of_calls_joins_day_and_time_and_takes_what_came_in(tmp_path: Path) -> None:
    made = proposed(tmp_path, "gesprekken.csv", FIXTURES["gesprekken.csv"])
    entry = made.entry("contacts")
    assert entry.columns["started_at"] == ("Datum", "Tijd")
    assert (entry.columns["wait_s"], entry.columns["talk_s"]) == ("Wachttijd", "Gesprekstijd")
    assert entry.where == {"Richting": ("Inkomend",)}
    assert entry.constants == {"municipality": "GM0363", "channel": "phone"}


def test_sheets_of_a_workbook_are_a_table_each(tmp_path: Path) -> None:
    made = proposed(tmp_path, "boek.xlsx", FIXTURES["boek.xlsx"])
    assert [(entry.name, entry.sheet) for entry in made.proposal.entries] == [
        ("service_totals", "Dag"),
        ("cases", "Zaken"),
    ]


def votes_of(folder: Path) -> set[tuple[str, str]]:
    ballots = refresh(folder).table("ballots")
    assert ballots is not None
    return set(zip(ballots["respondent"], ballots["task_id"], strict=True))


@pytest.mark.parametrize("file", ["keuzes.csv", "kruisjes.csv", "cel.csv"])
def test_a_survey_of_ones_own_gives_its_votes(tmp_path: Path, file: str) -> None:
    proposed(tmp_path, file, FIXTURES[file])
    expected = {(str(n), f"T{(n + step) % 8}") for n in range(30) for step in (0, 3, 5)}
    assert votes_of(tmp_path) == expected


# values are read, not only heads
def log(head: list[object], row: Callable[[int], list[object]], count: int = 40) -> str:
    return text([head, *(row(n) for n in range(count))])


def moments(n: int) -> dict[str, str]:
    at = dt.datetime(2026, 7, 1 + n % 28, 10, n % 60)
    return {
        "ISO": at.isoformat(),
        "ISO with zone": f"{at.isoformat()}Z",
        "JavaScript": at.strftime("%a %b %d %Y %H:%M:%S GMT+0200 (Central European Summer Time)"),
        "month by name": f"{at.day} juli 2026 {at:%H:%M}",
        "year of two digits": f"{at:%d-%m-%y %H:%M}",
        "American": f"{at.month}/{at.day}/{at.year} {at:%I:%M %p}",
        "zone by name": f"{at:%Y/%m/%d %I:%M:%S} a.m. CEST",
    }


@pytest.mark.parametrize("form", moments(0))
def test_moments_are_proposed_in_every_form_that_the_reader_knows(tmp_path: Path, form: str) -> None:
    made = proposed(tmp_path, "log.csv", log(["Created", "Kanaal"], lambda n: [moments(n)[form], "Telefoon"]))
    assert made.proposal.undecided == 0
    assert made.entry("contacts").dates == ("month first" if form == "American" else "day first")
    assert not made.check.refused
    assert next(account for account in made.check.accounts if account.file == "log.csv").rows_set_aside == 0


@pytest.mark.parametrize(
    ("head", "cell", "unit"),
    [
        ("Gesprekstijd", lambda n: f"0:{n % 9:02d}:{n:02d}", None),
        ("Gesprekstijd (mm:ss)", lambda n: f"{n % 9:02d}:{n:02d}", "mm:ss"),
        ("Gesprekstijd", lambda n: f"{n % 9 + 25}:{n:02d}", "mm:ss"),
        ("Gesprekstijd", lambda n: f"{n % 9:02d}:{n:02d}", "? mm:ss"),
        ("Gesprekstijd", lambda n: 180 + n, None),
        ("Gesprekstijd", lambda n: 3 + n % 4, "? seconds"),
        ("Gesprekstijd", lambda n: f"{3 + n % 4},5", "? minutes"),
        ("Gesprekstijd in minuten", lambda n: f"{3 + n % 4},5", "minutes"),
        ("Gesprekstijd", lambda n: f"0,00{200 + n}", "days"),
    ],
)
def test_the_unit_of_a_duration_is_read_or_asked(
    tmp_path: Path, head: str, cell: Callable[[int], object], unit: str | None
) -> None:
    made = proposed(tmp_path, "log.csv", log(["Datum", head], lambda n: [day(n), cell(n)]))
    entry = made.entry("contacts")
    assert (entry.columns["talk_s"], entry.units.get("talk_s")) == (head, unit)
    assert made.proposal.undecided == (unit or "").startswith("?")
    assert ("units.talk_s" in made.proposal.doubts) == (unit or "").startswith("?")
    assert not made.check.refused


def test_a_unit_that_another_column_surely_has_is_not_asked(tmp_path: Path) -> None:
    made = proposed(tmp_path, "log.csv", log(["Datum", "Wait", "Talk"], lambda n: [day(n), n % 30, 180 + n]))
    assert made.proposal.undecided == 0
    assert made.entry("contacts").units == {}


def test_clocks_and_fractions_of_days_of_excel_are_durations(tmp_path: Path) -> None:
    rows = [[dt.datetime(2026, 7, 1 + n % 28, 10), (30 + n) / 86_400, (200 + n) / 86_400] for n in range(40)]
    book = workbook({"Blad1": [["Startdatum en tijd", "Wachttijd", "Gesprekstijd"], *rows]}, {1: "[h]:mm:ss"})
    made = proposed(tmp_path, "log.xlsx", book)
    assert made.entry("contacts").units == {"talk_s": "days"}
    contacts = refresh(tmp_path).table("contacts")
    assert contacts is not None
    assert contacts["wait_s"].round(3).tolist() == [30.0 + n for n in range(40)]
    assert contacts["talk_s"].round(3).tolist() == [200.0 + n for n in range(40)]


def test_days_that_may_be_read_two_ways_are_asked(tmp_path: Path) -> None:
    content = log(["Created", "Kanaal"], lambda n: [f"7/{n % 12 + 1}/2026 9:00 AM", "Telefoon"])
    made = proposed(tmp_path, "log.csv", content)
    assert made.entry("contacts").dates == "? month first"
    assert made.proposal.undecided == 1
    assert 'dates = "? month first"  # Geen dag is hoger dan 12.' in made.toml


def test_an_open_choice_is_told_by_check_with_its_line(tmp_path: Path) -> None:
    proposed(tmp_path, "log.csv", log(["Created", "Kanaal"], lambda n: [f"7/{n % 12 + 1}/2026 9:00 AM", "Telefoon"]))
    target = tmp_path / "mappings" / "m.toml"
    target.write_text(target.read_text("utf-8").replace('dates = "month', 'dates = "? month'), "utf-8")
    faults = [fault for fault in check_folder(tmp_path).faults if fault.file == "m.toml"]
    assert [(fault.code, fault.column) for fault in faults] == [("TT-804", "dates")]


def test_words_that_may_mean_two_channels_are_asked(tmp_path: Path) -> None:
    words = ["Telefonie", "Mail", "WhatsApp", "Loket"]
    made = proposed(tmp_path, "log.csv", log(["Datum", "Kanaal"], lambda n: [day(n), words[n % 4]]))
    assert made.entry("contacts").words["channel"] == {"Mail": "? e-mail", "WhatsApp": "? chat"}
    beside = proposed(tmp_path / "b", "log.csv", log(["Datum", "Kanaal"], lambda n: [day(n), ["Mail", "Post"][n % 2]]))
    assert beside.entry("contacts").words["channel"] == {"Mail": "e-mail"}


def test_whether_a_call_was_answered_is_read_from_its_words(tmp_path: Path) -> None:
    words = ["Beantwoord", "Opgehangen", "Voicemail"]
    made = proposed(
        tmp_path, "log.csv", log(["Datum", "Wachttijd (sec)", "Resultaat"], lambda n: [day(n), n, words[n % 3]])
    )
    assert made.entry("contacts").words["answered"] == {"Beantwoord": "ja", "Opgehangen": "nee", "Voicemail": "? nee"}


def test_a_topic_that_is_like_a_task_is_asked(tmp_path: Path) -> None:
    words = ["Paspoort aanvragen", "Parkeervergunningen", "Iets heel anders"]
    made = proposed(tmp_path, "log.csv", log(["Datum", "Onderwerp"], lambda n: [day(n), words[n % 3]]))
    said = made.entry("contacts").words["task_id"]
    assert said == {"Paspoort aanvragen": "T0", "Parkeervergunningen": "? T3", "Iets heel anders": ""}
    assert "Is dit ‘Parkeervergunning’?" in made.toml


def test_totals_per_hour_take_the_hour_however_it_is_written(tmp_path: Path) -> None:
    content = log(
        ["Datum", "Interval", "Offered", "Answered"],
        lambda n: [day(n // 4), f"{8 + n % 4:02d}:00 - {9 + n % 4:02d}:00", 30, 28],
    )
    made = proposed(tmp_path, "uur.csv", content)
    assert made.entry("service_totals").words["hour"]["08:00 - 09:00"] == "8"
    halves = text(
        [
            ["Datum", "Interval", "Aangeboden", "Beantwoord"],
            *([day(0), f"{8 + n // 2}:{n % 2 * 3}0", 9, 8] for n in range(8)),
        ]
    )
    (tmp_path / "half.csv").write_text(halves)
    with pytest.raises(ToptaakError, match="half"):
        propose_file(tmp_path / "half.csv")


def test_a_desk_gives_its_moments_and_its_channel(tmp_path: Path) -> None:
    content = log(
        ["Ticket getrokken", "Opgeroepen", "Geholpen", "Product"],
        lambda n: [f"{day(n)} 09:{minute:02d}" for minute in (n % 20, n % 20 + 5, n % 20 + 15)] + [TOPICS[n % 4]],
    )
    entry = proposed(tmp_path, "balie.csv", content).entry("contacts")
    assert entry.constants == {"municipality": "GM0363", "channel": "desk"}
    assert {"ticket_at", "called_at", "served_at"} <= entry.columns.keys()


def test_visitors_of_a_desk_are_no_calls_and_calls_are_no_cases(tmp_path: Path) -> None:
    desk = log(["Datum", "Aantal bezoekers", "Geholpen"], lambda n: [day(n), 80 + n, 78])
    assert proposed(tmp_path / "a", "week.csv", desk).entry("service_totals").constants["channel"] == "desk"
    acd = log(
        ["Call ID", "Start", "End", "Queue", "Talk Time"],
        lambda n: [n, f"{day(n)} 10:00:00", f"{day(n)} 10:01:00", TOPICS[n % 4], "00:00:40"],
    )
    assert proposed(tmp_path / "b", "acd.csv", acd).entry("contacts").columns["talk_s"] == "Talk Time"


def test_a_column_that_would_be_refused_is_left_out_by_name(tmp_path: Path) -> None:
    content = log(["Datum", "Begintijd", "Eindtijd", "Kanaal"], lambda n: [day(n), "10:00", f"0{n % 9}:00", "Telefoon"])
    made = proposed(tmp_path, "log.csv", content)
    assert "ended_at" not in made.entry("contacts").columns
    assert "Weggelaten, want het zou worden geweigerd" in made.toml
    assert not made.check.refused


def test_numbers_of_who_called_are_left_out_whatever_their_name(tmp_path: Path) -> None:
    content = log(["Datum", "Kanaal", "Lijn"], lambda n: [day(n), "Telefoon", f"06123456{n:02d}"])
    made = proposed(tmp_path, "log.csv", content)
    assert "Lijn" not in made.entry("contacts").theirs
    assert "personen" in made.toml or "persoonsgegevens" in made.toml


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        (
            "ga4.csv",
            "# Begindatum: 20260701\n# Einddatum: 20260930\n\nPaginapad,Weergaven\n/a,100\n/b,80\n",
            "toptaak channels",
        ),
        ("iets.csv", "a;b\n1;2\n", "eigen-gegevens"),
        ("map.docx", "x", "CSV"),
        ("veel.xlsx", workbook({f"b{n}": [["Datum", "Kanaal"], ["x", "y"]] for n in range(41)}), "41"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, file: str, content: str | bytes, says: str) -> None:
    (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ToptaakError, match=says):
        write_proposal(tmp_path / file, tmp_path / "m.toml", "nl")
    assert not (tmp_path / "m.toml").exists()


def test_what_cannot_be_read_is_refused_with_its_fault(tmp_path: Path) -> None:
    (tmp_path / "log.xlsx").write_text("geen werkmap")
    with pytest.raises(InputRefused):
        propose_file(tmp_path / "log.xlsx")


def test_a_task_list_is_one(tmp_path: Path) -> None:
    made = proposed(tmp_path, "projecten.csv", "project_id;name;category\n1;Paspoort;a\n2;Afval;b\n3;Wonen;a\n", "")
    assert made.entry("tasks").columns == {"task_id": "project_id", "label": "name", "category": "category"}


@pytest.mark.parametrize(
    ("heads", "ordered"),
    [(("Eerste keuze", "Tweede keuze", "Derde keuze"), True), (("Keuze 1", "Keuze 2", "Keuze 3"), False)],
)
def test_an_order_is_taken_only_where_the_heads_say_so(tmp_path: Path, heads: tuple[str, ...], ordered: bool) -> None:
    rows = [[n, *(LABELS[(n + step) % 8] for step in (0, 3, 5)), f"eigen {n}"] for n in range(30)]
    made = proposed(tmp_path, "e.csv", text([["nr", *heads, "Anders"], *rows]))
    gather = made.entry("ballots").gather
    assert gather is not None
    assert gather.ordered == ordered
    assert "Niet gebruikt: Anders." in made.toml


@pytest.mark.parametrize("cell", [lambda place, label: place, lambda place, label: label])
def test_places_and_names_in_a_column_per_task_are_votes(tmp_path: Path, cell: Callable[[int, str], object]) -> None:
    def row(n: int) -> list[object]:
        places = {(n + step) % 8: place for place, step in enumerate((0, 3, 5), 1)}
        return [n, *(cell(places[spot], label) if spot in places else "" for spot, label in enumerate(LABELS))]

    proposed(tmp_path, "e.csv", text([["resp", *LABELS], *(row(n) for n in range(30))]), "")
    assert len(votes_of(tmp_path)) == 90


def test_real_exports_get_a_proposal(tmp_path: Path, shared_data: Path) -> None:
    copy = shutil.copy(shared_data / "coselog_receipt" / "receipt.csv.gz", tmp_path)
    (entry,) = propose_file(Path(copy), "GM0363").entries
    assert (entry.name, entry.columns["case"], entry.columns["step"]) == ("steps", "case:concept:name", "concept:name")
    assert not {"org:resource", "case:responsible"} & {*entry.theirs}


def test_a_task_that_somebody_chose_twice_leaves_the_vote_a_vote(tmp_path: Path) -> None:
    rows = [(nr, LABELS[nr % 5], LABELS[nr % 5 if nr % 4 == 0 else (nr + 1) % 5]) for nr in range(40)]
    file = text([["nr", "Keuze 1", "Keuze 2"], *([*row] for row in rows)])
    made = proposed(tmp_path, "keuzes.csv", file)
    assert made.entry("ballots").gather is not None


def test_what_check_would_refuse_of_a_survey_is_said_with_the_proposal(tmp_path: Path) -> None:
    rows = [[f"r{nr % 20}", f"{1 + nr % 28}-9-2026", LABELS[nr % 5], LABELS[(nr + 1) % 5]] for nr in range(40)]
    file = text([["ResponseID", "Datum", "Keuze 1", "Keuze 2"], *rows])
    made = proposed(tmp_path, "keuzes.csv", file)
    assert made.check.refused == ("De controle weigert" in made.toml)


def _marks(*heads: str) -> list[list[object]]:
    days = [f"{1 + nr % 28}-9-2026" for nr in range(60)]
    rows = [[days[nr], LABELS[nr % 5], ("Balie", "Telefoon")[nr % 2], 4 + nr % 7, 1 + nr % 5] for nr in range(60)]
    return [["Datum", "Onderwerp", "Kanaal", *heads], *rows]


def test_a_sheet_with_marks_gives_ratings_and_asks_for_their_question(tmp_path: Path) -> None:
    made = proposed(tmp_path, "cijfers.csv", text(_marks("Rapportcijfer", "Hoeveel moeite kostte het?")))
    entry = made.entry("ratings")
    assert entry.gather is not None
    assert entry.gather.from_ == {"Rapportcijfer": "? mark_overall", "Hoeveel moeite kostte het?": "? ces1"}
    assert (entry.columns["channel"], entry.columns["task_id"]) == ("Kanaal", "Onderwerp")
    assert not made.check.refused
    assert "vraagtekst en de schaal" in made.toml
    assert "Niet gebruikt" not in made.toml
    without = proposed(tmp_path / "zonder", "cijfers.csv", text(_marks("Cijfer", "Kans op aanbeveling")), tasks="")
    gather = without.entry("ratings").gather
    assert gather is not None
    assert "task_id" not in without.entry("ratings").columns
    assert gather.from_ == {"Cijfer": "? mark_overall", "Kans op aanbeveling": "? nps"}


def test_a_log_with_a_mark_stays_a_log_and_words_are_no_marks(tmp_path: Path) -> None:
    rows = [
        [*row, f"0:0{nr % 6}:10" if nr else "Wachttijd"] for nr, row in enumerate(_marks("Rapportcijfer", "Moeite"))
    ]
    made = proposed(tmp_path / "a", "gesprekken.csv", text(rows))
    assert [entry.name for entry in made.proposal.entries] == ["contacts"]
    words = [[*row[:3], row[3] if nr == 0 else "goed"] for nr, row in enumerate(_marks("Beoordeling"))]
    assert [entry.name for entry in proposed(tmp_path / "b", "log.csv", text(words)).proposal.entries] == ["contacts"]


def test_a_vote_with_a_mark_gives_both(tmp_path: Path) -> None:
    rows = [[nr, f"{1 + nr % 28}-9-2026", LABELS[nr % 5], LABELS[(nr + 1) % 5], 4 + nr % 7] for nr in range(60)]
    made = proposed(tmp_path, "enquete.csv", text([["nr", "Datum", "Keuze 1", "Keuze 2", "Cijfer website"], *rows]))
    assert {entry.name for entry in made.proposal.entries} == {"ratings", "respondents", "ballots"}
    assert "Niet gebruikt" not in made.toml
    assert not made.check.refused


@pytest.mark.parametrize(
    ("picked", "not_picked"),
    [("Gekozen", "-"), ("x", "."), ("Quoted", "Not quoted"), ("Genoemd", "n.v.t."), ("WAAR", "ONWAAR"), ("Ja", "–")],
)
def test_signs_and_words_that_say_not_chosen_are_no_choice(tmp_path: Path, picked: str, not_picked: str) -> None:
    rows = [[nr, *(picked if (nr + task) % 3 == 0 else not_picked for task in range(5))] for nr in range(30)]
    made = proposed(tmp_path, "kruisjes.csv", text([["nr", *LABELS[:5]], *rows]))
    assert made.entry("ballots").gather is not None
    assert not made.check.refused
    assert len(refresh(tmp_path).table("ballots")) == 50


@pytest.mark.parametrize(("limit", "open_settings"), [(5, ("max_picks",)), (7, ())])
def test_a_setting_without_which_check_refuses_is_asked(
    tmp_path: Path, limit: int, open_settings: tuple[str, ...]
) -> None:
    names = [f"Taak {letter}" for letter in "abcdefghi"]
    ballots = [";".join(names[(n + place) % 9] for place in range(7 if n % 4 == 0 else 3)) for n in range(40)]
    rows = [f'2026/07/{1 + n % 28:02d} 10:00:00,"{ballot}"' for n, ballot in enumerate(ballots)]
    (tmp_path / "e.csv").write_text(
        "\n".join(["Tijdstempel,Welke taken zijn het belangrijkst?", *rows]) + "\n", "utf-8"
    )
    tasks = "".join(f"1;T{n};{name}\n" for n, name in enumerate(names))
    (tmp_path / "tasks.csv").write_text(f"list_version;task_id;label\n{tasks}", "utf-8")
    (tmp_path / "settings.toml").write_text(f"max_picks = {limit}\n", "utf-8")
    proposal = write_proposal(tmp_path / "e.csv", tmp_path / "mappings" / "m.toml", "nl", "GM0363")
    assert proposal.settings == open_settings
    assert (proposal.undecided, proposal.question_marks) == (len(open_settings), 0)
    told = " ".join(remark.say("nl") for remark in proposal.remarks)
    assert ("weigert check" in told) == bool(open_settings)
    assert bool(stopping(check_path(tmp_path).faults)) == bool(open_settings), "what asks nothing passes"
