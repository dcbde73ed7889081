"""LimeSurvey's own interface, against a server on this machine that answers as LimeSurvey does."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from toptaak.check.proposals import write_proposal
from toptaak.core.errors import MissingExtra, ToptaakError
from toptaak.intake.platforms.limesurvey_api import PASSWORD, URL, USER, fetch_responses
from toptaak.intake.store import _read_path

SECRET, ACCOUNT = "g3heim-w00rd", "onderzoek-account"
QUESTIONS = [
    {"qid": 1, "parent_qid": 0, "title": "Q1", "question": "<p>Welke taken?</p>"},
    {"qid": 2, "parent_qid": 1, "title": "SQ001", "question": "Paspoort"},
    {"qid": 3, "parent_qid": 1, "title": "SQ002", "question": "Rijbewijs"},
    {"qid": 6, "parent_qid": 1, "title": "SQ003", "question": "E-mail sturen"},
    {"qid": 4, "parent_qid": 0, "title": "Q2", "question": "Wat is uw e-mailadres?"},
    {"qid": 5, "parent_qid": 0, "title": "Q3", "question": "Wat is uw leeftijd?"},
]
RESPONSES = (
    '"id"{s}"submitdate"{s}"lastpage"{s}"ipaddr"{s}"token"{s}"Q1[SQ001]"{s}"Q1[SQ002]"{s}"Q1[SQ003]"{s}"Q2"{s}"Q3"\n'
    '"1"{s}"2026-10-01 10:00:00"{s}"3"{s}"192.0.2.7"{s}"tok-1"{s}"Ja"{s}""{s}""{s}"a@b.nl"{s}"jong"\n'
    '"2"{s}"2026-10-02 10:00:00"{s}"3"{s}"192.0.2.8"{s}"tok-2"{s}"Ja"{s}"Ja"{s}"Ja"{s}"c@d.nl"{s}"oud"\n'
)


@dataclass
class Server:
    """What the server answers, and what it was asked."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    place: str | None = None
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)

    def variables(self, **other: str) -> Mapping[str, str]:
        return {URL: self.url, USER: ACCOUNT, PASSWORD: SECRET} | other


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            told.asked.append((request["method"], request["params"]))
            result = told.answers.get(request["method"], "OK")
            body = json.dumps({"id": request["id"], "result": result, "error": None}).encode()
            self.send_response(told.status)
            if told.place:
                self.send_header("location", told.place)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{http.server_port}/index.php/admin/remotecontrol"
    export = base64.b64encode(("\ufeff" + RESPONSES.format(s=",")).encode()).decode()
    told.answers = {"get_session_key": "sleutel-1", "list_questions": QUESTIONS, "export_responses": export}
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield told
    http.shutdown()
    http.server_close()
    thread.join()


def test_responses_come_named_in_full_and_without_personal_columns(server: Server, tmp_path: Path) -> None:
    path = fetch_responses(123456, tmp_path / "raw", server.variables())
    assert path.name == "limesurvey-123456.csv"
    text = path.read_text("utf-8")
    assert text.splitlines()[0] == (
        "id,submitdate,lastpage,Q1[SQ001]. Welke taken? [Paspoort],Q1[SQ002]. Welke taken? [Rijbewijs],"
        "Q1[SQ003]. Welke taken? [E-mail sturen],Q3. Wat is uw leeftijd?"
    )
    assert not any(secret in text for secret in ("192.0.2", "tok-", "@", SECRET, ACCOUNT))
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def real(text: str) -> str:
    """Write an export as the server does: semicolons, a byte order mark, Windows line ends, an empty last line."""
    return base64.b64encode(("\ufeff" + text.format(s=";").replace("\n", "\r\n") + "\r\n").encode()).decode()


def test_an_answer_as_the_server_sends_it_is_read(server: Server, tmp_path: Path) -> None:
    plain = fetch_responses(1, tmp_path / "a", server.variables()).read_text("utf-8")
    server.answers["export_responses"] = real(RESPONSES)
    assert fetch_responses(1, tmp_path / "b", server.variables()).read_text("utf-8") == plain


@pytest.mark.parametrize("rest", ['""{s}""{s}""\n', "", "\n", ";;;;;;;;;\n"])
def test_a_header_with_an_empty_record_is_a_survey_without_responses(server: Server, tmp_path: Path, rest: str) -> None:
    server.answers["export_responses"] = real(RESPONSES.splitlines()[0] + "\n" + rest)
    with pytest.raises(ToptaakError, match="123456"):
        fetch_responses(123456, tmp_path, server.variables())
    assert list(tmp_path.iterdir()) == []


def test_a_survey_that_nobody_answered_is_told_as_one(server: Server, tmp_path: Path) -> None:
    server.answers["export_responses"] = {"status": "No Data, could not get max id."}
    with pytest.raises(ToptaakError, match=r"^Enquête 77 |77"):
        fetch_responses(77, tmp_path, server.variables())


@pytest.mark.parametrize("answer", [None, "geen base64!", 7, []])
def test_an_answer_that_is_none_is_one_sentence(server: Server, tmp_path: Path, answer: object) -> None:
    server.answers["export_responses"] = answer
    with pytest.raises(ToptaakError):
        fetch_responses(1, tmp_path, server.variables())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_separators_are_read(server: Server, tmp_path: Path, mark: str) -> None:
    plain = fetch_responses(1, tmp_path / "a", server.variables()).read_text("utf-8")
    server.answers["export_responses"] = base64.b64encode(RESPONSES.format(s=mark).encode()).decode()
    assert fetch_responses(1, tmp_path / "b", server.variables()).read_text("utf-8") == plain


def test_only_completed_responses_are_asked_and_the_session_is_closed(server: Server, tmp_path: Path) -> None:
    fetch_responses(9, tmp_path, server.variables())
    methods = [method for method, _ in server.asked]
    assert methods == ["get_session_key", "list_questions", "export_responses", "release_session_key"]
    assert {"complete", "code", "long", "csv"} <= set(map(str, server.asked[2][1]))


def test_what_was_fetched_can_be_proposed_and_taken_in(server: Server, tmp_path: Path) -> None:
    path = fetch_responses(9, tmp_path, server.variables())
    (tmp_path / "tasks.csv").write_text(
        "list_version;task_id;label\n1;T1;Paspoort\n1;T2;Rijbewijs\n1;T3;E-mail sturen\n"
    )
    target = tmp_path / "mappings" / "m.toml"
    write_proposal(path, target, "nl")
    target.write_text(target.read_text("utf-8").replace('"?"', '"GM0363"'), "utf-8")
    intake, _, _ = _read_path(tmp_path, ())
    assert intake.tables["ballots"]["task_id"].tolist() == ["T1", "T1", "T2", "T3"]


@pytest.mark.parametrize("absent", [URL, USER, PASSWORD])
def test_a_missing_variable_is_named(server: Server, tmp_path: Path, absent: str) -> None:
    with pytest.raises(ToptaakError, match=absent) as told:
        fetch_responses(1, tmp_path, server.variables(**{absent: ""}))
    assert SECRET not in str(told.value)
    assert server.asked == []


def test_an_account_is_never_sent_in_the_open(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ToptaakError, match="https://"):
        fetch_responses(1, tmp_path, server.variables(**{URL: "http://enquete.voorbeeld.nl/rc"}))


def test_an_account_is_not_sent_on_to_another_address(server: Server, tmp_path: Path) -> None:
    server.status, server.place = 307, server.url + "/elders"
    with pytest.raises(ToptaakError, match="bereikbaar"):
        fetch_responses(1, tmp_path, server.variables())
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda server: server.answers.update(get_session_key={"status": f"Invalid user {ACCOUNT} or {SECRET}"}),
        lambda server: server.answers.update(list_questions={"status": "No permission"}),
        lambda server: server.answers.update(export_responses={"status": "No Data, survey table does not exist."}),
        lambda server: setattr(server, "status", 500),
        lambda server: setattr(server, "url", "http://127.0.0.1:9/rc"),
    ],
    ids=["account", "permission", "no table", "broken", "nobody there"],
)
def test_a_refusal_is_one_sentence_without_the_account(
    server: Server, tmp_path: Path, spoil: Callable[[Server], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    spoil(server)
    with pytest.raises(ToptaakError, match="LimeSurvey") as told:
        fetch_responses(1, tmp_path, server.variables())
    for text in (str(told.value), caplog.text):
        assert SECRET not in text
        assert ACCOUNT not in text
    assert list(tmp_path.iterdir()) == []


def test_a_survey_without_responses_writes_nothing(server: Server, tmp_path: Path) -> None:
    head = RESPONSES.format(s=",").splitlines()[0]
    server.answers["export_responses"] = base64.b64encode(head.encode()).decode()
    with pytest.raises(ToptaakError, match="12"):
        fetch_responses(12, tmp_path, server.variables())
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_one_sentence_tells_how_to_install_it(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "citric", None)
    with pytest.raises(MissingExtra, match=r"toptaak\[limesurvey\]"):
        fetch_responses(1, tmp_path, server.variables())
