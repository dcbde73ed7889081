"""Responses fetched from LimeSurvey itself, and written as the export a person would make.

Address and account come from environment variables and go nowhere else: not into files, messages or logs. Columns
that may be personal are dropped before anything is written.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from toptaak.core.errors import MissingExtra, ToptaakError
from toptaak.core.wording import Message, message
from toptaak.intake.platforms.layouts import clean
from toptaak.intake.platforms.survey_export import may_be_personal

URL, USER, PASSWORD = (f"TOPTAAK_LIMESURVEY_{name}" for name in ("URL", "USER", "PASSWORD"))
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_NO_DATA: Final = "No Data, could not get max id"  # what the server says of a survey that nobody answered
_CODE: Final = re.compile(r"(?P<question>\w+)(?:\[(?P<option>[^\]]*)\])?(?P<rest>.*)")


def fetch_responses(survey: int, folder: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Fetch the completed responses of a survey and write them as `limesurvey-<survey>.csv`.

    Parameters
    ----------
    survey
        Number of the survey in LimeSurvey.
    folder
        The data folder; the file of an earlier fetch is replaced.
    environment
        Where `TOPTAAK_LIMESURVEY_URL` (of RemoteControl 2), `_USER` and `_PASSWORD` stand.

    Returns
    -------
    pathlib.Path
        The file: one row per response, columns named `code[option code]. question [option]`.

    Raises
    ------
    ToptaakError
        where a variable is missing, the address is not safe, or LimeSurvey cannot be reached or refuses.
    MissingExtra
        where the extra `limesurvey` is not installed.
    """
    account = _account(environment)
    questions, data = _ask(survey, account)
    records = _records(data)
    if len(records) < 2:
        raise ToptaakError(_no_responses(survey))
    path = folder / f"limesurvey-{survey}.csv"
    _write(path, _told_and_allowed(records, _texts(questions)))
    return path


def _no_responses(survey: int) -> Message:
    return message("Survey {survey} has no completed responses.", survey=survey)


def _records(data: bytes) -> list[list[str]]:
    """Read the header and the responses; the server ends with an empty line, and sends an empty record for none."""
    text = data.decode("utf-8-sig", errors="replace")
    # codes hold no separators, so the first line tells which one LimeSurvey was set to
    mark = max(",;\t", key=text.partition("\n")[0].count)
    head, *rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) or [[]]
    width = len(head)
    return [head, *((row + [""] * width)[:width] for row in rows if any(cell.strip() for cell in row))]


def _account(environment: Mapping[str, str]) -> tuple[str, str, str]:
    missing = [name for name in (URL, USER, PASSWORD) if not environment.get(name)]
    if missing:
        refusal = message("Set these environment variables first: {names}.", names=", ".join(missing))
        raise ToptaakError(refusal)
    url = environment[URL]
    parts = urlsplit(url)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in _THIS_MACHINE):
        refusal = message("The address in {name} must start with https://.", name=URL)
        raise ToptaakError(refusal)
    return url, environment[USER], environment[PASSWORD]


def _ask(survey: int, account: Sequence[str]) -> tuple[Sequence[Mapping[str, Any]], bytes]:
    """Ask for questions and responses; whatever goes wrong is told without address or account."""
    try:
        from citric import Client
        from citric.exceptions import LimeSurveyError, ResponseMismatchError
    except ImportError:
        raise MissingExtra("citric", "limesurvey") from None
    import requests

    session = requests.Session()
    session.max_redirects = 0  # the account goes to the address that was given and nowhere else
    url, user, password = account
    options: dict[str, Any] = {"completion_status": "complete", "heading_type": "code", "response_type": "long"}
    try:
        with Client(url, user, password, requests_session=session) as client:
            questions: Any = client.list_questions(survey)
            return questions, client.export_responses(survey, file_format="csv", **options)
    except requests.RequestException:
        refusal = message("LimeSurvey cannot be reached. Check the address in {name}.", name=URL)
        raise ToptaakError(refusal) from None
    except (LimeSurveyError, ResponseMismatchError, ValueError, TypeError) as error:
        said = " ".join(str(error).split())
        if said.startswith(_NO_DATA):
            raise ToptaakError(_no_responses(survey)) from None
        for secret in account:
            said = said.replace(secret, "***")
        raise ToptaakError(message("LimeSurvey refuses: {reason}", reason=said[:120])) from None


def _texts(questions: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Give the text of every question (code, "") and of every option (code, option code)."""
    titles = {
        str(question["qid"]): str(question["title"])
        for question in questions
        if str(question.get("parent_qid", 0)) == "0"
    }
    texts = {(title, ""): "" for title in titles.values()}
    for question in questions:
        parent = str(question.get("parent_qid", 0))
        key = (str(question["title"]), "") if parent == "0" else (titles.get(parent, ""), str(question["title"]))
        texts[key] = clean(question.get("question"))
    return texts


def _told_and_allowed(records: Sequence[Sequence[str]], texts: Mapping[tuple[str, str], str]) -> Iterator[list[str]]:
    """Name columns in full and leave out those that may be personal."""
    codes = [_CODE.fullmatch(cell) for cell in records[0]]
    keep = [
        spot
        for spot, (name, code) in enumerate(zip(records[0], codes, strict=True))
        if not may_be_personal(name)
        and not may_be_personal(texts.get((code["question"], "") if code else ("", ""), ""))
    ]
    yield [_in_full(records[0][spot], texts) for spot in keep]
    for record in records[1:]:
        yield [record[spot] for spot in keep]


def _in_full(name: str, texts: Mapping[tuple[str, str], str]) -> str:
    code = _CODE.fullmatch(name)
    if not code or (code["question"], "") not in texts:
        return name
    question = texts[code["question"], ""]
    option = texts.get((code["question"], code["option"] or ""), code["option"]) if code["option"] else ""
    return f"{name}. {question}" + (f" [{option}]" if option else "")


def _write(path: Path, rows: Iterator[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    with beside.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    beside.replace(path)
