"""The catalogue of bad input: each case a file, and the fault it must give.

Numbers are those of the project's catalogue of 98 cases; `docs/faults.md` lists which code answers which number.
"""

# ruff: noqa: E501 - a case reads best on one line

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd
import pytest
import xlsxwriter

from toptaak.core.faults import Severity
from toptaak.core.personal_data import is_bsn
from toptaak.intake.codes import CODES
from toptaak.intake.personal_columns import KEY
from toptaak.intake.pipeline import Intake

Files = dict[str, bytes | str]
Place = tuple[str, int | None, str | None]

HEAD = "municipality;date;task_id;channel;verified_success;duration_s"
GOOD = "GM0363;2026-07-01;T1;web;ja;65"
TASKS = (
    "list_version;task_id;label\n1;T1;Verhuizen\n1;T2;Paspoort\n1;T3;Afval\n1;T4;Parkeren\n1;T5;Trouwen\n1;T6;Bouwen\n"
)
PEOPLE = "survey;respondent;municipality;date\ns;1;GM0363;2026-07-01\ns;2;GM0363;2026-07-02\n"
QUESTIONS = "question;kind;minimum;maximum;higher_is\nces;ces1;1;7;worse\n"


def attempts(*rows: str, head: str = HEAD, end: str = "\n") -> Files:
    return {"attempts.csv": "\n".join([head, *rows]) + end, "tasks.csv": TASKS}


def ballots(*rows: str, head: str = "survey;respondent;task_id") -> Files:
    return {"ballots.csv": "\n".join([head, *rows]) + "\n", "tasks.csv": TASKS, "respondents.csv": PEOPLE}


def ratings(*rows: str) -> Files:
    body = "\n".join(["municipality;date;question;score", *rows]) + "\n"
    return {"ratings.csv": body, "questions.csv": QUESTIONS}


def contacts(*rows: str) -> Files:
    return {"contacts.csv": "\n".join(["municipality;started_at;ended_at;wait_s", *rows]) + "\n"}


def totals(*rows: str, log: tuple[str, ...] = ()) -> Files:
    head = "municipality;date;hour;channel;queue;offered;answered;abandoned;within_norm"
    calls = {"contacts.csv": "\n".join(["municipality;channel;started_at;answered", *log]) + "\n"} if log else {}
    return {"service_totals.csv": "\n".join([head, *rows]) + "\n"} | calls


def effort(quarter: str, hours: str = "1") -> Files:
    return {"effort.csv": f"municipality;quarter;team;hours\nGM0363;{quarter};A;{hours}\nGM0363;2026Q3;B;1\n"}


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        fill(book)
    return content.getvalue()


def sheet(book: xlsxwriter.Workbook, name: str = "Blad1", rows: int = 3) -> xlsxwriter.worksheet.Worksheet:
    page = book.add_worksheet(name)
    page.write_row(0, 0, HEAD.split(";"))
    for row in range(1, rows + 1):
        page.write_row(row, 0, ["GM0363", "2026-07-01", "T1", "web", "ja", 65])
    return page


def xlsx(change: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object]) -> Files:
    return {"attempts.xlsx": workbook(lambda book: change(book, sheet(book)) and None), "tasks.csv": TASKS}


def repacked(content: bytes, extra: Mapping[str, bytes]) -> bytes:
    """Copy a workbook with parts added or replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            if name not in extra:
                copy.writestr(name, source.read(name))
        for name, part in extra.items():
            copy.writestr(name, part)
    return target.getvalue()


def parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_parquet(content)
    return content.getvalue()


def with_hidden(book: xlsxwriter.Workbook, first: Callable[[xlsxwriter.Workbook], object], rows: int) -> None:
    first(book)
    sheet(book, "Oud", rows).hide()


HIDDEN_BOOK = workbook(lambda book: with_hidden(book, lambda same: same.add_worksheet("Uitleg"), 3))
HALF_HIDDEN_BOOK = workbook(lambda book: with_hidden(book, sheet, 9))
PLAIN_BOOK = workbook(lambda book: sheet(book) and None)
BSN = [number for number in range(111_222_000, 111_222_140) if is_bsn(str(number))]
CALLS = "".join(f"GM0363;2026-07-01 09:{minute:02d}\n" for minute in range(20))
MANY = [f"GM0363;2026-07-01;T1;web;ja;{seconds}" for seconds in range(60, 90)]


@dataclass(frozen=True)
class Case:
    numbers: tuple[int, ...]
    name: str
    files: Files
    expected: tuple[Place, ...]
    used: int | None = None  # rows of the first file that stay in
    stops: bool = field(init=False)

    def __post_init__(self) -> None:
        stops = any(CODES[code].severity is Severity.STOP for code, _, _ in self.expected)
        object.__setattr__(self, "stops", stops)


CASES = [
    # the file
    Case((1,), "no bytes", {"attempts.csv": b""}, (("TT-001", None, None),)),
    Case((2,), "only a byte order mark", {"attempts.csv": b"\xef\xbb\xbf"}, (("TT-001", None, None),)),
    Case((3,), "only a header", attempts(), (("TT-002", None, None),), 0),
    Case((4,), "UTF-8 with mark", {"attempts.csv": b"\xef\xbb\xbf" + f"{HEAD}\n{GOOD}\n".encode()}, (), 1),
    Case((5,), "Windows-1252", {"attempts.csv": f"{HEAD};failure_reason\n{GOOD};geïnd € 5 – nee\n".encode("cp1252")}, (("TT-006", None, None),), 1),
    Case((6,), "UTF-16 with mark", {"attempts.csv": f"{HEAD}\n{GOOD}\n".replace(";", "\t").encode("utf-16")}, (), 1),
    Case((6,), "UTF-16 without mark", {"attempts.csv": f"{HEAD}\n{GOOD}\n".encode("utf-16-le")}, (("TT-004", None, None),)),
    Case((7,), "two encodings", {"attempts.csv": f"{HEAD};method\n{GOOD};ë\n".encode("cp1252") + f"{GOOD};ë\n".encode()}, (("TT-005", 3, None),)),
    Case((8,), "encoded twice", attempts(GOOD + ";geÃ¯nd", head=HEAD + ";method"), (("TT-007", None, None),), 1),
    Case((9,), "comma", {"attempts.csv": f"{HEAD}\n{GOOD}\n".replace(";", ",")}, (), 1),
    Case((9,), "tab", {"attempts.csv": f"{HEAD}\n{GOOD}\n".replace(";", "\t")}, (), 1),
    Case((10,), "sep= line", {"attempts.csv": f"sep=;\n{HEAD}\n{GOOD}\n"}, (), 1),
    Case((11,), "carriage returns only", {"attempts.csv": f"{HEAD}\r{GOOD}\r{GOOD}\r"}, (), 2),
    Case((12,), "NUL", attempts(GOOD, GOOD.replace("T1", "T\x001")), (("TT-035", 3, None),), 1),
    Case((13,), "quote not closed at the end", attempts(GOOD, f'{GOOD};"abc', GOOD, head=HEAD + ";method"), (("TT-008", 3, None),)),
    Case((13,), "quote closed too late", attempts(f'{GOOD};a', f'{GOOD};"abc', f'{GOOD};x', f'{GOOD};"b', head=HEAD + ";method"), (("TT-008", 3, None),)),
    Case((14,), "newline in quotes", attempts(f'{GOOD};"a\nb"', GOOD + ";", head=HEAD + ";failure_reason"), (), 2),
    Case((15,), "row too long", attempts(GOOD, GOOD + ";x"), (("TT-032", 3, None),), 1),
    Case((16,), "row too short", attempts("GM0363;2026-07-01", GOOD), (("TT-032", 2, None),), 1),
    Case((17,), "separator at the end of rows", attempts(GOOD + ";", GOOD + ";"), (("TT-036", None, None),), 2),
    Case((17,), "separator at the end of all lines", attempts(GOOD + ";", head=HEAD + ";"), (("TT-036", None, None),), 1),
    Case((18,), "cut off", attempts(GOOD, "GM0363;2026-0", end=""), (("TT-009", 3, None),)),
    Case((19,), "title above the header", attempts(HEAD, GOOD, head="Export KCC\nGemaakt op 1-10-2026\n"), (("TT-024", 4, None),), 1),
    Case((20,), "header again", attempts(GOOD, HEAD, GOOD), (("TT-033", 3, None),), 2),
    Case((21,), "total", attempts(GOOD, "Totaal;;;;;65"), (("TT-034", 3, None),), 1),
    Case((22,), "source below", attempts(GOOD, "Bron: KCC"), (("TT-034", 3, None),), 1),
    Case((23,), "no header", {"attempts.csv": f"{GOOD}\n{GOOD}\n"}, (("TT-020", None, None),)),
    Case((24,), "column twice", attempts(GOOD + ";65", head=HEAD + ";duration_s"), (("TT-022", 1, "duration_s"),)),
    Case((26,), "column spelled otherwise", attempts(GOOD, head=HEAD.replace("task_id", "taskid_")), (("TT-023", 1, "taskid_"),), 1),
    Case((25,), "column missing", attempts(GOOD, head=HEAD.replace("task_id", "taak_ids")), (("TT-021", None, "task_id"),)),
    Case((26,), "header spelled otherwise", attempts(GOOD, head=HEAD.replace("task_id", "Task\u00a0ID")), (("TT-023", 1, "Task\u00a0ID"),), 1),
    Case((26,), "two headers for one column", attempts(GOOD + ";T2", head=HEAD + ";Task ID"), (("TT-022", 1, "task_id"),)),
    Case((27,), "other columns", attempts(GOOD + ";Jan", head=HEAD + ";naam"), (("TT-025", None, None),), 1),
    Case((28,), "data on the second sheet", {"attempts.xlsx": workbook(lambda book: (book.add_worksheet("Uitleg").write(0, 0, "Lees dit") or sheet(book, "Data")) and None)}, (("TT-027", None, None),), 3),
    Case((28,), "two sheets fit", {"attempts.xlsx": workbook(lambda book: sheet(book, "A") and sheet(book, "B") and None)}, (("TT-026", None, None),)),
    Case((29,), "merged header", xlsx(lambda book, page: page.merge_range(0, 3, 0, 4, "channel")), (("TT-028", 1, None),)),
    Case((30,), "date as number", xlsx(lambda book, page: page.write(1, 1, 46204)), (), 3),
    Case((31,), "formula without value", xlsx(lambda book, page: page.write_formula(1, 5, "=60+5", None, "")), (("TT-029", 2, "duration_s"),)),
    Case((32,), "error in a cell", xlsx(lambda book, page: page.write_formula(2, 5, "=1/0", None, "#DIV/0!")), (("TT-030", 3, "duration_s"),), 2),
    Case((33,), "hidden row", xlsx(lambda book, page: page.set_row(2, None, None, {"hidden": True}) or True), (("TT-031", 3, None),), 3),
    Case((34,), "password", {"attempts.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")}, (("TT-011", None, None),)),
    Case((35,), "HTML named xls", {"attempts.xls": b"<html><table><tr><td>x"}, (("TT-010", None, None),)),
    Case((35,), "CSV named xlsx", {"attempts.xlsx": f"{HEAD}\n{GOOD}\n"}, (("TT-010", None, None),)),
    Case((36,), "macros", {"attempts.xlsm": repacked(PLAIN_BOOK, {"xl/vbaProject.bin": b"x"})}, (("TT-012", None, None),)),
    Case((37,), "zip bomb", {"attempts.xlsx": repacked(PLAIN_BOOK, {"xl/bomb.xml": bytes(20_000_000)})}, (("TT-013", None, None),)),
    Case((38,), "entity bomb", {"attempts.xlsx": repacked(PLAIN_BOOK, {"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'})}, (("TT-038", None, None),)),
    Case((39,), "Parquet cut off", {"attempts.parquet": parquet(pd.DataFrame({"task_id": ["T1"]}))[:-30]}, (("TT-014", None, None),)),
    Case((39,), "workbook cut off", {"attempts.xlsx": PLAIN_BOOK[:-40]}, (("TT-014", None, None),)),
    Case((39,), "gzip cut off", {"attempts.csv.gz": gzip.compress(f"{HEAD}\n{GOOD}\n".encode())[:-9]}, (("TT-014", None, None),)),
    Case((40,), "nested Parquet column", {"attempts.parquet": parquet(pd.DataFrame({"task_id": [["T1"]], "date": ["2026-07-01"]}))}, (("TT-015", None, "task_id"),)),
    Case((43,), "too many columns", {"attempts.csv": HEAD + ";x" * 17_000 + "\n"}, (("TT-039", None, None),)),
    Case((47,), "the same file twice", attempts(GOOD) | {"attempts-kopie.csv": f"{HEAD}\n{GOOD}\n"}, (("TT-018", None, None),)),
    Case((48,), "pickle", {"attempts.pkl": b"\x80\x04."}, (("TT-016", None, None),)),
    # values
    Case((49,), "decimal marks mixed", attempts(GOOD.replace("65", "61,5"), GOOD.replace("65", "61.500")), (("TT-043", 3, "duration_s"),)),
    Case((50,), "thousands or decimals", attempts(GOOD.replace("65", "1.234"), GOOD.replace("65", "2.345")), (("TT-043", 2, "duration_s"),)),
    Case((51,), "1.234,5", attempts(GOOD.replace("65", "1.234,5")), (("TT-044", 2, "duration_s"),), 1),
    Case((52,), "words for missing", attempts(*(f"GM0363;2026-07-01;T1;{word};{word};{word}" for word in ("n.v.t.", "NVT", "-", "–", "Weet niet", "geen mening"))), (), 6),
    Case((53,), "text NA stays", attempts(GOOD + ";NA", GOOD + ";None", GOOD + ";nan", head=HEAD + ";failure_reason"), (), 3),
    Case((54,), "99 for no answer", ratings("GM0363;2026-07-01;ces;99", "GM0363;2026-07-01;ces;7"), (("TT-078", 2, "score"),), 1),
    Case((55,), "363", attempts(GOOD.replace("GM0363", "363"), GOOD.replace("GM0363", "0363")), (("TT-059", 2, "municipality"),), 2),
    Case((56,), "unknown municipality", attempts(GOOD, GOOD.replace("GM0363", "GM1234")), (("TT-058", 3, "municipality"),), 1),
    Case((57,), "merged municipality", attempts(GOOD.replace("GM0363", "GM0457")), (("TT-060", 2, "municipality"),), 1),
    Case((58,), "split municipality", attempts(GOOD.replace("GM0363", "GM0053")), (("TT-061", 2, "municipality"),)),
    Case((60,), "name with loose accents", attempts(GOOD.replace("GM0363", "Su\u0301dwest-Frysla\u0302n")), (("TT-063", 2, "municipality"),), 1),
    Case((61,), "name of two", attempts(GOOD.replace("GM0363", "Bergen")), (("TT-062", 2, "municipality"),)),
    Case((62,), "begin of a name", attempts(GOOD, GOOD.replace("GM0363", "Utrechtse")), (("TT-058", 3, "municipality"),), 1),
    Case((63,), "unknown task", attempts(GOOD, GOOD.replace("T1", "T99")), (("TT-074", 3, "task_id"),), 1),
    Case((64,), "two versions of the list", attempts(GOOD) | {"tasks.csv": TASKS + "2;T1;Verhuizen\n"}, (("TT-076", None, None),)),
    Case((65,), "a task twice", ballots("s;1;T1", "s;1;T2", "s;1;T1", "s;2;T1"), (("TT-073", 4, "task_id"),), 1),
    Case((66,), "more than five", ballots(*(f"s;1;T{n}" for n in range(1, 7)), "s;2;T1"), (("TT-072", 2, None),), 1),
    Case((66,), "positions that are none", ballots("s;1;T1;1", "s;1;T2;1", "s;2;T1;1", head="survey;respondent;task_id;position"), (("TT-082", 2, "position"),), 1),
    Case((66,), "a position missing", ballots("s;1;T1;1", "s;1;T2;", "s;2;T1;1", head="survey;respondent;task_id;position"), (("TT-082", 3, "position"),), 1),
    Case((67,), "respondent twice", {"respondents.csv": PEOPLE + "s;2;GM0363;2026-07-02\n"}, (("TT-070", 4, None),), 2),
    Case((68,), "respondent twice, otherwise", {"respondents.csv": PEOPLE + "s;2;GM0363;2026-07-03\n"}, (("TT-071", 3, None), ("TT-071", 4, None)), 1),
    Case((69,), "id damaged by Excel", ballots("s;1,23E+11;T1"), (("TT-048", 2, "respondent"),)),
    Case((69,), "007 is not 7", {"respondents.csv": PEOPLE + "s;007;GM0363;2026-07-02\ns;7;GM0363;2026-07-02\n"}, (), 4),
    Case((70,), "8 on a scale of 7", ratings("GM0363;2026-07-01;ces;8", "GM0363;2026-07-01;ces;0"), (("TT-078", 2, "score"), ("TT-078", 3, "score")), 0),
    Case((71,), "five points on seven", ratings(*["GM0363;2026-07-01;ces;5", "GM0363;2026-07-01;ces;1"] * 30), (("TT-083", None, "score"),), 60),
    Case((74,), "direction not said", ratings("GM0363;2026-07-01;ces;5") | {"questions.csv": QUESTIONS.replace(";worse", ";")}, (("TT-067", None, "higher_is"),), 1),
    Case((71,), "a question of five points", ratings("GM0363;2026-07-01;ces;5") | {"questions.csv": "question;kind;minimum;maximum;higher_is\nces;ces2;1;5;better\n"}, (("TT-810", 2, "maximum"),), 1),
    Case((74,), "the other direction", ratings("GM0363;2026-07-01;ces;5") | {"questions.csv": "question;kind;minimum;maximum;higher_is\nces;ces1;1;5;better\n"}, (("TT-810", 2, "higher_is"),), 1),
    Case((68,), "two wordings under one id", {"questions.csv": "question;version;language;kind;wording;minimum;maximum;higher_is\nces;1;nl;ces2;Het was makkelijk;1;7;better\nces;1;nl;ces2;Het ging vlot;1;7;better\nnps;1;nl;nps;Beveelt u aan;0;10;better\n"}, (("TT-071", 2, None), ("TT-071", 3, None)), 1),
    Case((75,), "NPS from 1", ratings(*["GM0363;2026-07-01;nps;9"] * 200) | {"questions.csv": QUESTIONS + "nps;nps;0;10;better\n"}, (("TT-068", None, "score"),), 200),
    Case((71,), "four points for a recommendation", ratings(*["GM0363;2026-07-01;nps;4", "GM0363;2026-07-01;nps;1"] * 30) | {"questions.csv": QUESTIONS + "nps;nps;0;10;better\n"}, (("TT-083", None, "score"),), 60),
    Case((71,), "five points for a mark", ratings(*["GM0363;2026-07-01;cijfer;5", "GM0363;2026-07-01;cijfer;1"] * 30) | {"questions.csv": QUESTIONS + "cijfer;mark;1;10;better\n"}, (("TT-083", None, "score"),), 60),
    Case((75,), "NPS of 11", ratings("GM0363;2026-07-01;nps;11") | {"questions.csv": QUESTIONS + "nps;nps;0;10;better\n"}, (("TT-078", 2, "score"),), 0),
    Case((72,), "words on a scale", ratings("GM0363;2026-07-01;ces;Zeer eens", "GM0363;2026-07-01;ces;5"), (("TT-042", 2, "score"),), 1),
    Case((72,), "unknown word", attempts(GOOD, GOOD.replace("web", "fax")), (("TT-041", 3, "channel"),), 1),
    Case((72,), "Dutch word", attempts(GOOD.replace("web", "Telefoon")), (("TT-064", 2, "channel"),), 1),
    Case((73,), "no whole number", {"forms.csv": "municipality;week;form;started;finished\nGM0363;2026W40;a;3,5;1\n"}, (("TT-066", 2, "started"),), 0),
    Case((76,), "words for success", attempts(*(GOOD.replace(";ja;", f";{word};") for word in ("J", "nee", "N", "true", "1.0", "0"))), (("TT-055", 2, "verified_success"),), 6),
    Case((77,), "success is 2", attempts(GOOD, GOOD.replace(";ja;", ";2;"), GOOD.replace(";ja;", ";half;")), (("TT-054", 3, "verified_success"), ("TT-054", 4, "verified_success")), 1),
    Case((79,), "outcome against success", attempts(GOOD + ";failed", GOOD.replace("ja", "nee") + ";completed", GOOD + ";completed", head=HEAD + ";outcome"), (("TT-080", 2, "outcome"), ("TT-080", 3, "outcome")), 1),
    Case((80,), "negative duration", attempts(GOOD, GOOD.replace("65", "-65")), (("TT-046", 3, "duration_s"),), 1),
    Case((81,), "zero and endless duration", attempts(GOOD, GOOD.replace("65", "0"), GOOD.replace("65", "inf")), (("TT-046", 3, "duration_s"), ("TT-046", 4, "duration_s")), 1),
    Case((82,), "clock as duration", attempts(GOOD.replace("65", "00:01:01")), (("TT-047", 2, "duration_s"),), 1),
    Case((72,), "words as duration", attempts(GOOD, GOOD.replace("65", "1 min 5")), (("TT-042", 3, "duration_s"),), 1),
    Case((83,), "three days", attempts(GOOD.replace("65", "259200")), (("TT-084", None, "duration_s"),), 1),
    Case((84,), "hour that occurs twice", contacts("GM0363;2026-10-25 02:30;;", "GM0363;2026-10-25 02:30+01:00;;"), (("TT-052", 2, "started_at"),), 1),
    Case((84,), "hour that does not occur", contacts("GM0363;2026-03-29 02:30;;", "GM0363;2026-03-29 03:30;;"), (("TT-052", 2, "started_at"),), 1),
    Case((84,), "end before start", contacts("GM0363;2026-07-01 10:00;2026-07-01 09:59;", "GM0363;2026-10-25 01:50;2026-10-25 03:10;"), (("TT-079", 2, "ended_at"),), 1),
    Case((85,), "half past midnight", contacts("GM0363;2026-01-01 00:30;;"), (("TT-053", 2, "started_at"),), 1),
    Case((86,), "day first", attempts(GOOD.replace("2026-07-01", "01-04-2026")), (("TT-051", 2, "date"),), 1),
    Case((86,), "month first", attempts(GOOD.replace("2026-07-01", "04/01/2026"), GOOD.replace("2026-07-01", "04/13/2026")), (("TT-050", 3, "date"),)),
    Case((86,), "two ways of writing", attempts(GOOD.replace("2026-07-01", "01-04-2026"), GOOD.replace("2026-07-01", "01-04-2026"), GOOD.replace("2026-07-01", "04/01/2026")), (("TT-050", 4, "date"),)),
    Case((86,), "no date", attempts(GOOD, GOOD.replace("2026-07-01", "2026-13-01"), GOOD.replace("2026-07-01", "gisteren")), (("TT-049", 3, "date"), ("TT-049", 4, "date")), 1),
    Case((87,), "a year typed wrongly", attempts(GOOD, GOOD, GOOD.replace("2026", "2062"), GOOD.replace("2026", "0026")), (("TT-081", 4, "date"), ("TT-049", 5, "date")), 2),
    *(Case((88,), f"quarter {text}", effort(text), (("TT-056", 2, "quarter"),), 2) for text in ("2026-K1", "Q1 2026", "1e kwartaal 2026", "K1-2026")),
    *(Case((88,), f"no quarter {text}", effort(text), (("TT-057", 2, "quarter"),), 1) for text in ("2026", "K5", "2026-13")),
    Case((88,), "week 54", {"forms.csv": "municipality;week;form;started;finished\nGM0363;2026W54;a;3;1\n"}, (("TT-057", 2, "week"),), 0),
    Case((94,), "weight of zero", attempts(GOOD + ";0", GOOD + ";-1", GOOD + ";1", head=HEAD + ";weight"), (("TT-045", 2, "weight"), ("TT-045", 3, "weight")), 1),
    Case((98,), "postcode", {"respondents.csv": PEOPLE.replace("date\n", "date;segment_wijk\n").replace("-01\n", "-01;1011 AB\n").replace("-02\n", "-02;Zuid\n")}, (("TT-065", 2, "segment_wijk"),)),
    # further
    Case((), "empty cell", attempts(GOOD, GOOD.replace("T1", "")), (("TT-040", 3, "task_id"),), 1),
    Case((), "ballot of nobody", ballots("s;1;T1", "s;9;T1"), (("TT-077", 3, None),), 1),
    Case((), "unknown task on a ballot", ballots("s;1;T1", "s;1;T99", "s;2;T1"), (("TT-074", 3, "task_id"),), 1),
    Case((), "respondent of a ballot with an unknown task", {"respondents.csv": PEOPLE, "tasks.csv": TASKS, "ballots.csv": "survey;respondent;task_id\ns;1;T99\ns;2;T1\n"}, (("TT-087", 2, None),), 1),
    Case((), "a task of another list", ballots("s;1;T1", "s;2;T1", "s;2;T8") | {"tasks.csv": TASKS + "2;T8;Oud\n", "settings.toml": 'list_version = "1"\nset_aside_limit = 1\n'}, (("TT-074", 4, "task_id"),), 1),
    Case((), "a survey on another list", ballots("s;1;T8", "s;2;T8", "s;2;T1") | {"tasks.csv": TASKS + "2;T8;Oud\n", "settings.toml": 'list_version = "1"\n'}, (("TT-069", None, "task_id"),), 3),
    Case((), "ballots without respondents", {"ballots.csv": "survey;respondent;task_id\ns;1;T1\n"}, (("TT-096", None, None),)),
    Case((), "number used in two municipalities", ballots("s;1;T1", "s;2;T1") | {"respondents.csv": PEOPLE + "s;1;GM0344;2026-07-01\n"}, (("TT-088", 2, None),), 1),
    Case((), "respondent of an invalid ballot", {"respondents.csv": PEOPLE, "tasks.csv": TASKS, "ballots.csv": "survey;respondent;task_id\ns;1;T1\ns;1;T1\n"}, (("TT-087", 2, None),), 1),
    Case((), "more finished than started", {"forms.csv": "municipality;week;form;started;finished\nGM0363;2026W40;a;3;4\n"}, (("TT-085", 2, "finished"),), 0),
    Case((), "no task list", {"attempts.csv": f"{HEAD}\n{GOOD}\n"}, (("TT-075", None, None),), 1),
    Case((), "only the last page asked", attempts(*(f"GM0363;2026-07-01;T1;web;ja;{seconds}" for seconds in range(60, 110))), (("TT-811", None, None),), 50),
    Case((), "only who succeeded was asked for a score", attempts(*(f"GM0363;2026-07-01;T1;web;{'ja' if n < 50 else 'nee'};65;{n}" for n in range(60)), head=HEAD + ";respondent") | {"questions.csv": QUESTIONS, "ratings.csv": "municipality;date;question;score;respondent\n" + "".join(f"GM0363;2026-07-01;ces;5;{n}\n" for n in range(50))}, (("TT-811", None, None),), 60),
    Case((), "failures only", attempts(*(f"GM0363;2026-07-01;T1;web;nee;{seconds}" for seconds in range(60, 110))), (("TT-812", None, None),), 50),
    Case((), "complaints only", {"contacts.csv": "municipality;kind;started_at\n" + "".join(f"GM0363;complaint;2026-07-01 09:{n:02d}\n" for n in range(50))}, (("TT-813", None, None),), 50),
    Case((), "only calls that were answered", {"contacts.csv": "municipality;channel;started_at;answered\n" + "".join(f"GM0363;phone;2026-07-01 09:{n:02d};ja\n" for n in range(50))}, (("TT-814", None, None),), 50),
    Case((), "totals: more answered and abandoned than offered", totals("GM0363;2026-07-01;;phone;a;100;90;13;80", "GM0363;2026-07-02;;phone;a;100;95;6;80"), (("TT-841", 2, "offered"),), 1),
    Case((), "totals: more within the norm than answered", totals("GM0363;2026-07-01;;phone;a;100;90;10;95"), (("TT-842", 2, "within_norm"),), 0),
    Case((), "totals: a day beside its hours", totals("GM0363;2026-07-01;;phone;a;30;30;0;30", "GM0363;2026-07-01;9;phone;a;10;10;0;10", "GM0363;2026-07-01;10;phone;a;20;20;0;20"), (("TT-843", 2, "hour"),), 2),
    Case((), "totals: all queues beside each queue", totals("GM0363;2026-07-01;;phone;;30;30;0;30", "GM0363;2026-07-01;;phone;a;10;10;0;10", "GM0363;2026-07-01;;phone;b;20;20;0;20"), (("TT-843", 2, "queue"),), 2),
    Case((), "totals of a day whose calls are there", totals("GM0363;2026-07-01;;;a;30;30;0;30", "GM0363;2026-07-01;;desk;b;10;10;0;10", "GM0363;2026-07-02;;;a;3;3;0;3", log=("GM0363;phone;2026-07-01 09:00;ja",)), (("TT-844", 2, "date"),), 2),
    Case((), "totals of a day whose calls do not tell who was answered", totals("GM0363;2026-07-01;;phone;a;30;30;0;30", log=("GM0363;phone;2026-07-01 09:00;",)), (), 1),
    Case((), "totals as contacts, by their columns", {"contacts.csv": "municipality;channel;started_at;offered;abandoned\nGM0363;phone;2026-07-01 00:00;30;3\n"}, (("TT-840", None, None),)),
    Case((), "totals as contacts, by their numbers", {"contacts.csv": "municipality;channel;started_at;answered\nGM0363;phone;2026-07-01 00:00;30\nGM0363;phone;2026-07-02 00:00;41\n"}, (("TT-840", None, None),)),
    Case((), "called before the ticket was drawn", {"contacts.csv": "municipality;ticket_at;called_at;served_at\nGM0363;2026-07-01 09:10;2026-07-01 09:05;2026-07-01 09:20\n"}, (("TT-046", 2, "wait_s"),), 0),
    Case((), "served before called", {"contacts.csv": "municipality;ticket_at;called_at;served_at\nGM0363;2026-07-01 09:00;2026-07-01 09:05;2026-07-01 09:04\n"}, (("TT-079", 2, "ended_at"),), 0),
    Case((), "a log without any beginning", {"contacts.csv": "municipality;served_at\nGM0363;2026-07-01 09:04\n"}, (("TT-021", None, "started_at"),)),
    Case((), "no questions", {"ratings.csv": "municipality;date;question;score\nGM0363;2026-07-01;ces;99\n"}, (("TT-086", None, None),), 1),
    Case((), "file without a table", {"atempts.csv": f"{HEAD}\n{GOOD}\n"}, (("TT-017", None, None),)),
    Case((), "a workbook that is not read", {"tasks.csv": TASKS, "attempts.ods": b"PK", "attempts.zip": b"PK", "attempts": HEAD}, (("TT-017", None, None),)),
    Case((), "data in a folder", {"tasks.csv": TASKS, "sub/attempts.csv": f"{HEAD}\n{GOOD}\n"}, (("TT-017", None, None),)),
    Case((), "a mapping in capitals", attempts(GOOD) | {"mappings/a.TOML": "x", "Mappings/a.toml": "x", "canvas.toml": "x", "checks.toml": "x"}, (("TT-017", None, None),), 1),
    Case((), "a cell as long as a book", {"open_answers.csv": f"municipality;date;answer\nGM0363;2026-07-01;{'x' * 140_000}\n"}, (("TT-827", 2, None),)),
    Case((), "a cell as long as a book, further down", {"open_answers.csv": "municipality;date;answer\n" + "GM0363;2026-07-01;a\n" * 30 + f"GM0363;2026-07-01;{'x' * 140_000}\n"}, (("TT-827", 32, "answer"),)),
    Case((37,), "text that unpacks to far more", {"attempts.csv.gz": gzip.compress(f"{HEAD}\n{GOOD}\n".encode() + b"\n" * 12_000_000)}, (("TT-013", None, None),)),
    Case((), "many lines without anything", attempts(GOOD, *[""] * 100_000), (), 1),
    Case((21,), "a total in a column further on", {"forms.csv": "municipality;week;form;started;finished\nGM0363;2026W40;a;3;2\nGM0363;2026W40;Eindtotaal:;3;2\n"}, (("TT-034", 3, "form"),), 1),
    Case((21,), "a total among the counts", {"population.csv": "municipality;year;variable;level;count\nGM0363;2026;geslacht;man;3\nGM0363;2026;geslacht;TOTAAL;6\n"}, (("TT-034", 3, "level"),), 1),
    Case((21,), "a part that is called total", ratings("GM0363;2026-07-01;ces;3") | {"ratings.csv": "municipality;date;question;score;part\nGM0363;2026-07-01;ces;3;Totaal\n"}, (), 1),
    Case((), "totals: the total of the queues", totals("GM0363;2026-07-01;;phone;Totaal;30;30;0;30", "GM0363;2026-07-01;;phone;a;30;30;0;30", "GM0363;2026-07-02;;phone;Totaal;30;30;0;30"), (("TT-843", 2, "queue"),), 2),
    Case((47,), "the rows of a file in another", {"contacts.csv": "municipality;started_at\n" + CALLS, "contacts-2.csv": "started_at;municipality\n" + "".join(f"{row[7:]};GM0363\n" for row in CALLS.splitlines())}, (("TT-829", 2, None),), 0),
    Case((47,), "the votes of a file in another", ballots("s;1;T1", "s;1;T2", "s;2;T1") | {"ballots-2.csv": "survey;respondent;task_id\ns;2;T1\ns;1;T2\ns;1;T1\n"}, (("TT-070", 2, None),), 0),
    Case((67,), "one customer twice at one moment", {"contacts.csv": "municipality;customer;started_at\nGM0363;k;2026-07-01 09:00\nGM0363;k;2026-07-01 09:00\nGM0363;;2026-07-01 09:00\nGM0363;;2026-07-01 09:00\n"}, (("TT-070", 3, None),), 3),
    Case((67,), "one customer twice on one day", {"contacts.csv": "municipality;customer;started_at\nGM0363;k;2026-07-01\nGM0363;k;2026-07-01\n"}, (("TT-828", 3, "started_at"),), 2),
    Case((67,), "an answer of one respondent twice", attempts(GOOD + ";7", GOOD + ";7", GOOD + ";8", head=HEAD + ";respondent"), (("TT-070", 3, None),), 2),
    Case((82,), "minutes in one file, seconds in the other", attempts(*MANY) | {"attempts-2.csv": "\n".join([HEAD, *(f"GM0363;2026-07-02;T1;web;nee;{n * 60}" for n in range(60, 90))])}, (("TT-830", 2, "duration_s"),), 30),
    Case((87,), "a year ahead", attempts(*MANY, GOOD.replace("2026-07", "2027-09")), (("TT-832", 32, "date"),), 31),
    Case((94,), "one weight as heavy as all", attempts(*(f"{row};{500 if n == 3 else 1}" for n, row in enumerate(MANY)), head=HEAD + ";weight"), (("TT-831", 5, "weight"),), 30),
    Case((98,), "phone numbers as customers", {"contacts.csv": "municipality;customer;started_at\n" + "".join(f"GM0363;06-123456{n:02d};2026-07-01 09:{n:02d}\n" for n in range(12))}, (("TT-805", None, "customer"),)),
    Case((98,), "phone numbers of Excel as customers", {"contacts.csv": "municipality;customer;started_at\n" + "".join(f"GM0363;6123456{n:02d};2026-07-01 09:{n:02d}\n" for n in range(12))}, (("TT-805", None, "customer"),)),
    Case((98,), "citizen service numbers as cases", {"contacts.csv": "municipality;case;started_at\n" + "".join(f"GM0363;{number};2026-07-01 09:00\n" for number in BSN)}, (("TT-805", None, "case"),)),
    Case((98,), "bank accounts as customers", {"contacts.csv": "municipality;customer;started_at\nGM0363;NL91ABNA0417164300;2026-07-01 09:00\n"}, (("TT-805", None, "customer"),)),
    Case((98,), "birth dates as a segment", {"respondents.csv": PEOPLE.replace("date\n", "date;segment_geboren\n").replace("-01\n", "-01;1-2-1960\n").replace("-02\n", "-02;1961-03-04\n")}, (("TT-805", None, "segment_geboren"),)),
    Case((98,), "an e-mail address among numbers", {"contacts.csv": "municipality;customer;started_at\nGM0363;k1;2026-07-01 09:00\nGM0363;k2;2026-07-01 09:00\nGM0363;a@b.nl;2026-07-01 09:00\n"}, (("TT-836", 4, "customer"),), 3),
    Case((60,), "names as CBS writes them", attempts(*(GOOD.replace("GM0363", name) for name in ("'s-Gravenhage (gemeente)", "Hengelo (O.)", "Bergen (NH.)"))), (("TT-063", 2, "municipality"),), 3),
    Case((), "the country and a province", attempts(GOOD, GOOD.replace("GM0363", "NL01   "), GOOD.replace("GM0363", "Utrecht (PV)")), (("TT-834", 3, None),), 1),
    Case((50,), "thousands or decimals in whole numbers", {"service_totals.csv": "municipality;date;offered\nGM0363;2026-07-01;1,234\nGM0363;2026-07-02;2,345\n"}, (("TT-043", 2, "offered"),), 2),
    Case((47,), "a small file in another", effort("2026Q3") | {"effort-2.csv": "municipality,quarter,team,hours\nGM0363,2026-K3,A,1.0\nGM0363,2026Q3,B,1\n"}, (("TT-829", 2, None),), 0),
    Case((87,), "a week in another year", {"forms.csv": "municipality;week;form;started;finished\n" + "".join(f"GM0363;2026W{week};a;3;2\n" for week in range(15, 40)) + "GM0363;2028W15;a;3;2\n"}, (("TT-832", 27, "week"),), 26),
    Case((33,), "a hidden sheet with the data", {"attempts.xlsx": HIDDEN_BOOK, "tasks.csv": TASKS}, (("TT-837", None, None),), 3),
    Case((28,), "a hidden sheet beside the data", {"attempts.xlsx": HALF_HIDDEN_BOOK, "tasks.csv": TASKS}, (("TT-027", None, None),), 3),
    Case((), "settings in capitals", attempts(GOOD) | {"Settings.toml": "minimum_n=20\n"}, (("TT-017", None, None),), 1),
    Case((), "too many rows set aside", attempts(*MANY, *MANY, GOOD.replace("T1", "T99"), *[GOOD.replace("65", "-1")] * 3) | {"settings.toml": ""}, (("TT-089", None, None),)),
    Case((), "just not too many", attempts(*MANY, *MANY, *[GOOD.replace("65", "-1")] * 3) | {"settings.toml": ""}, (("TT-046", 62, "duration_s"),), 60),
]  # fmt: skip


def test_the_list_of_faults_names_the_cases_that_are_proven() -> None:
    for case in CASES:
        listed = {number for code, _, _ in case.expected for number in CODES[code].cases}
        assert not case.expected or set(case.numbers) <= listed, case.name


def test_a_missing_column_names_what_is_not_used_where_nothing_looks_like_it(
    intake: Callable[[Files], Intake],
) -> None:
    head = HEAD.replace("municipality", "gemeente")
    faults = [one for one in intake(attempts(GOOD, head=head)).faults if one.code == "TT-021"]
    assert ["gemeente. Hernoem die" in one.repair.say("nl") for one in faults] == [True]


def test_many_unknown_words_cost_little(intake: Callable[[Files], Intake]) -> None:
    rows = [f"onbekend {n};2026-07-01;T{n};web;ja;65" for n in range(3000)]
    rows += [f"GM0363;2026-07-01;X{n};web;ja;65" for n in range(3000)]
    result = intake(attempts(*rows))
    assert sum(one.count for one in result.faults if one.code == "TT-058") == 3000
    assert sum(one.count for one in result.faults if one.code == "TT-074") == 3000
    assert len(result.faults) < 100


LOG = """[[table]]
name = "contacts"
files = ["log.csv"]
pseudonym = true
constants = { municipality = "GM0363" }
columns = { customer = "Telefoonnummer", started_at = "Start" }
"""
CALLERS = "Start;Telefoonnummer\n2026-07-01 09:00;0612345678\n2026-07-02 09:00;+31 6 1234 5678\n2026-07-03 09:00;\n"


def test_a_key_makes_pseudonyms_of_phone_numbers(
    intake: Callable[[Files], Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    files: Files = {"log.csv": CALLERS, "mappings/log.toml": LOG}
    monkeypatch.setenv(KEY, "a key that is long enough")
    customers = intake(files).tables["contacts"]["customer"]
    assert customers[0] == customers[1] and customers.isna().tolist() == [False, False, True]
    assert not customers.str.contains("12345678").any()
    monkeypatch.setenv(KEY, "another key, long enough")
    assert intake(files).tables["contacts"]["customer"][0] != customers[0]


@pytest.mark.parametrize("secret", ["", "short"])
def test_no_pseudonym_without_a_key(
    secret: str, intake: Callable[[Files], Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, secret)
    result = intake({"log.csv": CALLERS, "mappings/log.toml": LOG})
    assert [fault.column for fault in result.faults if fault.code == "TT-835"] == ["Telefoonnummer"]
    assert "contacts" not in result.tables


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{'-'.join(map(str, case.numbers)) or 'x'} {case.name}")
def test_bad_input_is_located_or_counted(case: Case, intake: Callable[[Files], Intake]) -> None:
    result = intake(case.files)
    found = {(one.code, one.row, one.column) for one in result.faults}
    assert set(case.expected) <= found
    assert any(one.severity is Severity.STOP for one in result.faults) == case.stops, found
    for account in result.accounts:
        assert account.rows_read == account.rows_used + account.rows_set_aside + account.rows_left_out
    if case.used is not None:
        main = next(iter(case.files))
        assert [account.rows_used for account in result.accounts if account.file == main] == [case.used]
