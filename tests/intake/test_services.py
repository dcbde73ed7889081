"""The VNG APIs, against a server on this machine that answers as they are described, and as on a bad day."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from toptaak.cli.main import main
from toptaak.core.errors import ToptaakError
from toptaak.core.faults import stopping
from toptaak.intake.services import paged
from toptaak.intake.services.paged import Service, pages, safe_url, signed_token
from toptaak.intake.store import _read_path

TOKEN = "g3heim-t0ken"
SECRETS = ("123456782", "Jansen", "Dorpsstraat", "jan@voorbeeld.nl", "0612345678", TOKEN)
UPL = "http://standaarden.overheid.nl/owms/terms/paspoort"
TASKS = f"list_version;task_id;label;upl_uri\n1;T1;Paspoort aanvragen;{UPL}\n1;T2;Grof vuil ophalen;\n"


def uid(number: int) -> str:
    return str(uuid.UUID(int=number))


def contact(number: int, **other: Any) -> dict[str, Any]:
    """Make a klantcontact with every property of the description, persons included."""
    return {
        "uuid": uid(number), "url": f"http://intern/klantinteracties/api/v1/klantcontacten/{uid(number)}",
        "nummer": str(number), "referentienummer": "", "kanaal": "Telefoon", "onderwerp": "Paspoort aanvragen",
        "inhoud": "Mevrouw Jansen, Dorpsstraat 1, BSN 123456782", "reactie": "bel 0612345678",
        "indicatieContactGelukt": True, "taal": "nld", "vertrouwelijk": True, "metadata": {"bsn": "123456782"},
        "plaatsgevondenOp": f"2026-08-{1 + number % 28:02d}T10:00:00+02:00", "hadBetrokkenen": [],
        "gingOverOnderwerpobjecten": [{"uuid": uid(9), "url": "http://intern/o/9"}], "hadBetrokkenActoren": [],
        "omvatteBijlagen": [], "leiddeTotInterneTaken": [], "verdereActieOndernomen": None,
        "_expand": {"gingOverOnderwerpobjecten": [{"uuid": uid(9), "onderwerpobjectidentificator": {
            "objectId": uid(500 + number), "codeObjecttype": "zaak", "codeRegister": "open-zaak",
            "codeSoortObjectId": "uuid"}}]},
    } | other  # fmt: skip


def case(number: int, **other: Any) -> dict[str, Any]:
    return {
        "uuid": uid(500 + number), "url": f"http://intern/zaken/api/v1/zaken/{uid(500 + number)}",
        "identificatie": f"ZAAK-2026-{number:07d}", "bronorganisatie": "123456782", "omschrijving": "Aanvraag Jansen",
        "toelichting": "jan@voorbeeld.nl, Dorpsstraat 1", "zaaktype": "http://intern/catalogi/zaaktypen/1",
        "startdatum": "2026-07-01", "einddatum": "2026-07-20" if number % 2 else None, "rollen": ["http://intern/r/1"],
        "uiterlijkeEinddatumAfdoening": "2026-08-01", "communicatiekanaalNaam": "Balie", "productenOfDiensten": [UPL],
        "zaakgeometrie": {"type": "Point", "coordinates": [4.9, 52.3]}, "resultaat": None,
        "status": "http://intern/s/1",
        "_expand": {
            "zaaktype": {"omschrijving": "Reisdocument", "productenOfDiensten": []},
            "status": {"_expand": {"statustype": {"omschrijving": "In behandeling"}}},
        },
    } | other  # fmt: skip


@dataclass
class Server:
    """What the server holds, what it was asked, and how it goes wrong."""

    url: str = ""
    records: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    spoil: Callable[[int, dict[str, Any]], Any] = lambda number, body: body
    size: int = 100
    waits: list[float] = field(default_factory=list)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            told.headers.append(dict(self.headers))
            parts = urlsplit(self.path)
            page = int(parse_qs(parts.query).get("page", ["1"])[0])
            some = told.records[(page - 1) * told.size : page * told.size]
            more = page * told.size < len(told.records)
            rest = "&".join(one for one in parts.query.split("&") if not one.startswith("page="))
            # behind a proxy the service knows itself by another name
            following = f"http://intern:8000{parts.path}?page={page + 1}&{rest}" if more else None
            body = {"count": len(told.records), "next": following, "previous": None, "results": some}
            answer = told.spoil(len(told.asked), body)
            status, headers, content = answer if isinstance(answer, tuple) else (200, {}, answer)
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{http.server_port}/klantinteracties/api/v1"
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    monkeypatch.setattr(paged, "_wait", told.waits.append)
    yield told
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "tasks.csv").write_text(TASKS, "utf-8")
    return folder


def fetch(server: Server, data: Path, command: str = "klantinteracties", token: str = TOKEN) -> Result:
    variable = f"TOPTAAK_{command.upper()}_TOKEN"
    call = [command, server.url, "-m", "GM0363", "--from", "2026-07-01", "--until", "2026-09-30", "--data", str(data)]
    return CliRunner().invoke(main, call, env={variable: token} if token else {})


def everything(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in folder.rglob("*") if path.is_file())


def confirm(data: Path) -> None:
    path = data / "mappings/task_ties.csv"
    path.write_text(path.read_text("utf-8-sig").replace(";;;T1;", ";;ja;T1;"), "utf-8")


def test_contact_moments_become_contacts_and_nobody_is_kept(server: Server, data: Path) -> None:
    server.records = [contact(number) for number in range(250)]
    first = fetch(server, data)
    assert first.exit_code == 0, first.output
    confirm(data)
    second = fetch(server, data)
    assert "250 rijen, waarvan 250 bij een taak" in second.output
    intake, faults, _ = _read_path(data, ())
    assert stopping(faults) == []
    contacts = intake.tables["contacts"]
    assert len(contacts) == contacts["case"].nunique() == 250
    assert set(contacts["task_id"]) == {"T1"}
    assert set(contacts["channel"]) == {"phone"}
    assert contacts["answered"].all()
    assert not any(secret in everything(data) for secret in SECRETS)
    assert [path.name for path in data.iterdir() if path.name.startswith(".")] == []


def test_persons_are_not_asked_for_and_the_token_goes_to_one_address(server: Server, data: Path) -> None:
    server.records = [contact(number) for number in range(150)]
    fetch(server, data)
    assert len(server.asked) == 2
    for path in server.asked:
        query = parse_qs(urlsplit(path).query)
        assert query["expand"] == ["gingOverOnderwerpobjecten"]
        assert urlsplit(path).path == "/klantinteracties/api/v1/klantcontacten"
    assert {one["Authorization"] for one in server.headers} == {f"Token {TOKEN}"}


def test_cases_become_cases_tied_by_their_product(server: Server, data: Path) -> None:
    server.records = [case(number) for number in range(120)]
    server.url = server.url.replace("klantinteracties", "zaken")
    assert fetch(server, data, "zaken").exit_code == 0
    assert "zaaktype;Reisdocument;;;T1;1.0;120" in (data / "mappings/task_ties.csv").read_text("utf-8-sig")
    confirm(data)
    fetch(server, data, "zaken")
    intake, faults, _ = _read_path(data, ())
    assert stopping(faults) == []
    cases = intake.tables["cases"]
    assert (len(cases), int(cases["closed_at"].isna().sum())) == (120, 60)
    assert set(cases["task_id"]) == {"T1"}
    assert set(cases["status"]) == {"In behandeling"}
    assert not any(secret in everything(data) for secret in SECRETS)
    query = parse_qs(urlsplit(server.asked[0]).query)
    assert (query["startdatum__gte"], query["startdatum__lte"]) == (["2026-07-01"], ["2026-09-30"])
    assert "rollen" not in query["expand"][0]
    assert server.headers[0]["Accept-Crs"] == "EPSG:4326"


def test_contacts_outside_the_days_are_left_out(server: Server, data: Path) -> None:
    server.records = [
        contact(1),
        contact(2, plaatsgevondenOp="2026-10-01T09:00:00Z"),
        contact(3, plaatsgevondenOp=None),
    ]
    assert "1 rij" in fetch(server, data).output


def test_a_record_that_moves_to_the_next_page_counts_once(server: Server, data: Path) -> None:
    server.records = [contact(number) for number in [*range(100), *range(90, 140)]]
    assert "140 rijen" in fetch(server, data).output


def broken_once(answer: Any) -> Callable[[int, dict[str, Any]], Any]:
    return lambda number, body: answer if number == 2 else body


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b"stuk"),
        (503, {}, b""),
        (429, {"Retry-After": "7"}, b"{}"),
        b'{"count": 250, "next": null, "resu',
        (200, {"Content-Length": "9999"}, b'{"count": 1'),
        [],
        {"results": [1], "count": 1, "next": None},
        {"results": [], "count": "veel", "next": None},
        b"<html>Aanmelden</html>",
    ],
    ids=["500", "503", "429", "cut json", "broken off", "list", "no records", "no count", "login page"],
)
def test_a_page_that_fails_once_is_asked_again(server: Server, data: Path, answer: Any) -> None:
    server.records = [contact(number) for number in range(250)]
    server.spoil = broken_once(answer)
    assert "250 rijen" in fetch(server, data).output
    assert len(server.asked) == 4
    assert server.waits
    if isinstance(answer, tuple) and answer[0] == 429:
        assert 7.0 in server.waits


def test_what_was_read_stays_and_the_next_time_goes_on_from_there(server: Server, data: Path) -> None:
    server.records = [contact(number) for number in range(250)]
    server.spoil = lambda number, body: (500, {}, b"") if number > 2 else body
    told = fetch(server, data)
    assert told.exit_code == 2
    assert "blijft staan" in told.output
    assert not list(data.glob("contacts*")), "nothing is stored half"
    assert not any(secret in everything(data) for secret in SECRETS)
    server.asked.clear()
    server.spoil = lambda number, body: body
    assert "250 rijen" in fetch(server, data).output
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("code", "said"), [(401, "TOPTAAK_KLANTINTERACTIES_TOKEN"), (403, "token"), (404, "api/v1"), (302, "weigert")]
)
def test_a_refusal_is_one_sentence_and_not_asked_again(server: Server, data: Path, code: int, said: str) -> None:
    server.spoil = lambda number, body: (code, {"Location": "http://127.0.0.1:9/"}, b"{}")
    told = fetch(server, data)
    assert told.exit_code == 2
    assert said in told.output
    assert TOKEN not in told.output
    assert len(server.asked) == 1
    assert not list(data.glob("contacts*"))


def test_pages_for_ever_are_stopped(server: Server, data: Path) -> None:
    server.records = [contact(number) for number in range(100)]

    def same(number: int, body: dict[str, Any]) -> dict[str, Any]:
        return body | {"results": server.records, "next": f"http://intern/klantcontacten?page={number + 1}"}

    server.spoil = same
    told = fetch(server, data)
    assert told.exit_code == 2
    assert "houdt niet op" in told.output
    assert len(server.asked) == 2
    assert not list(data.glob(".klant*")), "nothing to go on with"

    def fresh(number: int, body: dict[str, Any]) -> dict[str, Any]:
        records = [contact(1000 * number + spot) for spot in range(500)]
        return body | {"results": records, "next": f"http://intern/klantcontacten?page={number + 1}"}

    server.asked.clear()
    server.spoil = fresh
    other = data.parent / "leeg"
    other.mkdir()
    assert "houdt niet op" in fetch(server, other).output
    assert len(server.asked) <= 4


def test_no_record_at_all_is_told(server: Server, data: Path) -> None:
    told = fetch(server, data)
    assert told.exit_code == 2
    assert "2026-07-01" in told.output


def test_a_missing_token_is_named_before_anything_is_asked(server: Server, data: Path) -> None:
    told = fetch(server, data, token="")
    assert told.exit_code == 2
    assert "TOPTAAK_KLANTINTERACTIES_TOKEN" in told.output
    assert server.asked == []


@pytest.mark.parametrize(
    "url", ["http://gemeente.nl/api/v1", "ftp://x/y", "file:" + "//localhost/etc/x", "https://jan:geheim@x.nl/api", "x"]
)
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(ToptaakError) as told:
        safe_url(url)
    assert "geheim" not in str(told.value)


def test_a_client_and_its_secret_make_a_token(server: Server, data: Path) -> None:
    server.records = [case(1)]
    call = ["zaken", server.url, "-m", "GM0363", "--from", "2026-07-01", "--until", "2026-09-30", "--data", str(data)]
    told = CliRunner().invoke(main, call, env={"TOPTAAK_ZAKEN_CLIENT": "toptaak", "TOPTAAK_ZAKEN_SECRET": "g3heim"})
    assert told.exit_code == 0, told.output
    head, body, _ = server.headers[0]["Authorization"].removeprefix("Bearer ").split(".")
    assert head and body
    assert "g3heim" not in told.output + everything(data)


def test_the_token_is_signed_as_others_sign_it() -> None:
    # RFC 7515: the signature is over both parts as they are sent
    import base64
    import hashlib
    import hmac

    head, body, signature = signed_token("a", "secret", 0).split(".")
    expected = hmac.new(b"secret", f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == expected
    assert json.loads(base64.urlsafe_b64decode(body + "==="))["client_id"] == "a"


def test_a_service_does_not_show_its_token() -> None:
    assert TOKEN not in repr(Service("https://x.nl", f"Token {TOKEN}", "V", {}))


def test_pages_are_read_one_by_one(server: Server) -> None:
    server.records = [contact(number) for number in range(250)]
    service = Service(server.url, "Token x", "V", {})
    reading = pages(service, "klantcontacten", {"pageSize": "100"})
    next(reading)
    assert len(server.asked) == 1
