"""What each platform makes of a header: how it is recognised, how many rows it takes, how columns are named.

A column is named so that a person who edits a mapping knows it, and so that another question or option under the same
code is another column: `Q1_3. Which tasks? - Passport`, never just `Q1_3`.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault
from toptaak.intake.codes import fault
from toptaak.intake.readers.raw import Layout, plain

Records = Sequence[Sequence[object]]

# codes of columns about the filling in, folded; Qualtrics' older exports name them differently
_QUALTRICS: Final = frozenset(
    re.findall(
        r"\w+",
        "startdate enddate status ipaddress progress finished recordeddate responseid recipientlastname "
        "recipientfirstname recipientemail externalreference locationlatitude locationlongitude distributionchannel "
        "userlanguage responseset name externaldatareference emailaddress",
    )
) | {"duration(inseconds)"}
_LIMESURVEY: Final = frozenset({"submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr"})
# English and Dutch accounts; the number of the collector is not always there
# LimeSurvey with headings of text only, in English and in Dutch: folded heading = code
_LIME_TEXTS: Final = {
    **dict.fromkeys(("responseid", "antwoordid", "responsid"), "id"),
    **dict.fromkeys(("datesubmitted", "datumingediend", "datumverzonden", "verzenddatum"), "submitdate"),
    **dict.fromkeys(("lastpage", "laatstepagina"), "lastpage"),
    **dict.fromkeys(("startlanguage", "starttaal", "begintaal"), "startlanguage"),
    **dict.fromkeys(("datestarted", "startdatum", "datumgestart"), "startdate"),
    **dict.fromkeys(("datelastaction", "datumlaatsteactie", "laatsteactie"), "datestamp"),
    **dict.fromkeys(("ipaddress", "ipadres"), "ipaddr"),
}
_MONKEY: Final = frozenset({"respondentid", "collectorid", "collectornummer", "verzamelaarid", "verzamelprogrammaid"})
_MONKEY_WHEN: Final = frozenset(
    {"startdate", "enddate", "datecreated", "datemodified", "startdatum", "begindatum", "einddatum"}
    | {"datumgemaakt", "datumgewijzigd", "aanmaakdatum", "wijzigingsdatum"}
)
_FORMS: Final = frozenset(
    {"id", "starttime", "completiontime", "begintijd", "tijdvanvoltooien", "lastmodifiedtime"}
) | {
    "tijdvanlaatstewijziging",
    "timestamp",
    "tijdstempel",
}
_FILLING_IN: Final = {
    "limesurvey": _LIMESURVEY | {"id", "refurl", "interviewtime", "responseid"},
    "qualtrics": _QUALTRICS,
    "surveymonkey": _MONKEY | _MONKEY_WHEN,
    "forms": _FORMS,
}
_MICROSOFT: Final = ({"starttime", "completiontime"}, {"begintijd", "tijdvanvoltooien"})
_GOOGLE: Final = frozenset({"timestamp", "tijdstempel"})
_NO_OPTION: Final = frozenset({"", "response", "openendedresponse", "antwoord", "openantwoord"})
_AFTER_CODE: Final = r"\._\.|\. "
_LIME_NAME: Final = re.compile(r"[A-Za-z]\w*(?:\[[^\]]*\])*(?:\._\.|\. )|[A-Za-z]\w*(?:\[[^\]]*\])+")
_OLD_CODE: Final = re.compile(r"V\d+")
_IMPORT: Final = '{"ImportId"'
_DATE: Final = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")


def clean(cell: object) -> str:
    """Give a header cell as one line without markup.

    Examples
    --------
    >>> clean("Welke  taken?\\n<em>Kies er vijf</em> &amp; klaar")
    'Welke taken? Kies er vijf & klaar'
    """
    text = "" if cell is None else str(cell).strip("\ufeff")
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def recognise(records: Records) -> str | None:
    """Say by the first records of which platform an export is.

    Examples
    --------
    >>> recognise([["id", "submitdate", "lastpage", "Q1[SQ001]"]]), recognise([["taak_id", "taak"]])
    ('limesurvey', None)
    """
    if not records:
        return None
    first = [clean(cell) for cell in records[0]]
    folded = {plain(cell) for cell in first}
    second = {plain(cell) for cell in records[1]} if len(records) > 1 else set()
    if "respondentid" in folded and (len(folded & _MONKEY) > 1 or second & (_NO_OPTION - {""})):
        return "surveymonkey"
    if "respondentid" in folded and folded & _MONKEY_WHEN and "" in second:
        return "surveymonkey"
    if _import_row(records) or len(_QUALTRICS & folded) > 2 or _old_qualtrics(first, second):
        return "qualtrics"
    if any(names <= folded for names in _MICROSOFT) or plain(first[0]) in _GOOGLE:
        return "forms"
    named = sum(bool(_LIME_NAME.match(cell)) for cell in first)
    texts = {_LIME_TEXTS[cell] for cell in folded if cell in _LIME_TEXTS}
    coded = _LIMESURVEY & {plain(cell.partition(".")[0]) for cell in first}
    if len(coded) > 1 or {"submitdate", "lastpage"} <= texts or named > len(first) / 2:
        return "limesurvey"
    return None


def _old_qualtrics(first: Sequence[str], second: Iterable[str]) -> bool:
    return any(_OLD_CODE.fullmatch(cell) for cell in first) and len(_QUALTRICS & set(second)) > 2


def about_filling_in(platform: str, name: str) -> str | None:
    """Give the folded code of a column that is about the filling in, None for a question.

    Examples
    --------
    >>> about_filling_in("limesurvey", "submitdate. Date submitted"), about_filling_in("limesurvey", "Q1. Taken?")
    ('submitdate', None)
    """
    code = plain(re.split(_AFTER_CODE, name, maxsplit=1)[0] if platform == "limesurvey" else name)
    code = _LIME_TEXTS.get(code, code) if platform == "limesurvey" else code
    return code if code in _FILLING_IN.get(platform, ()) or code.startswith(("groeptijd", "grouptime")) else None


def _import_row(records: Records) -> int | None:
    rows_of_import = (
        row for row, cells in enumerate(records[:4]) if any(str(cell).startswith(_IMPORT) for cell in cells)
    )
    return next(rows_of_import, None)


def _qualtrics(file: str, records: Records) -> tuple[tuple[str, ...], int]:
    codes = [clean(cell) for cell in records[0]]
    texts = [clean(cell) for cell in records[1]] if len(records) > 1 else []
    texts += [""] * (len(codes) - len(texts))
    old = any(_OLD_CODE.fullmatch(code) for code in codes)
    marks = _import_row(records)
    names = tuple(_qualtrics_name(code, text) for code, text in zip(codes, texts, strict=True))
    moments = [spot for spot, name in enumerate(names) if plain(name) in {"startdate", "enddate", "recordeddate"}]
    rows = _rows_before_data(records, moments, default=2 if old or marks is None else 3)
    faults = []
    if rows not in (2, 3) or (marks is not None and (marks, rows) != (2, 3)):
        faults.append(_wrong_rows(file, "Qualtrics", "3 (2)", rows))
    _refuse(faults)
    return names, rows


def _qualtrics_name(code: str, text: str) -> str:
    if plain(code) in _QUALTRICS:
        return code
    if _OLD_CODE.fullmatch(code) and plain(text) in _QUALTRICS:
        return text
    return f"{code}. {text}" if text and text != code else code


def _surveymonkey(file: str, records: Records) -> tuple[tuple[str, ...], int]:
    questions = _carried_on([clean(cell) for cell in records[0]])
    options = [clean(cell) for cell in records[1]] if len(records) > 1 else []
    options += [""] * (len(questions) - len(options))
    names = tuple(
        question if plain(option) in _NO_OPTION else f"{question} [{option}]"
        for question, option in zip(questions, options, strict=True)
    )
    moments = [spot for spot, name in enumerate(questions) if plain(name) in _MONKEY_WHEN]
    rows = _rows_before_data(records, moments, default=2)
    faults = [] if rows == 2 else [_wrong_rows(file, "SurveyMonkey", "2", rows)]
    _refuse(faults)
    return names, rows


def _carried_on(cells: Iterable[str]) -> list[str]:
    """Repeat a question over the columns of its options, where the first row is empty."""
    last, headings = "", []
    for cell in cells:
        last = cell or last
        headings.append(last)
    return headings


def _limesurvey(file: str, records: Records) -> tuple[tuple[str, ...], int]:
    names = tuple(clean(cell) for cell in records[0])
    codes = [re.split(_AFTER_CODE, name, maxsplit=1)[0] if _LIME_NAME.match(name) else name for name in names]
    when = {"submitdate", "startdate", "datestamp"}
    moments = [spot for spot, code in enumerate(codes) if _LIME_TEXTS.get(plain(code), plain(code)) in when]
    rows = _rows_before_data(records, moments, default=1)
    faults = [] if rows == 1 else [_wrong_rows(file, "LimeSurvey", "1", rows)]
    _refuse(faults)
    return names, rows


def _forms(file: str, records: Records) -> tuple[tuple[str, ...], int]:
    return tuple(clean(cell) for cell in records[0]), 1


def _rows_before_data(records: Records, moments: Sequence[int], default: int) -> int:
    """Count the records before the first with a date or time where one belongs; `default` where none tells."""
    for row, cells in enumerate(records):
        if any(spot < len(cells) and _is_moment(cells[spot]) for spot in moments):
            return row
    return min(default, len(records))


def _is_moment(cell: object) -> bool:
    return isinstance(cell, dt.date) or _DATE.match(str(cell)) is not None


def _wrong_rows(file: str, platform: str, expected: str, count: int) -> Fault:
    return fault("TT-802", file, values={"expected": expected, "platform": platform}, found=str(count))


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InputRefused(faults)


LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {"limesurvey": _limesurvey, "qualtrics": _qualtrics, "surveymonkey": _surveymonkey, "forms": _forms}
)
PLATFORM_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "limesurvey": "LimeSurvey",
        "qualtrics": "Qualtrics",
        "surveymonkey": "SurveyMonkey",
        "forms": "Microsoft Forms / Google Forms",
        "spss": "SPSS",
    }
)
