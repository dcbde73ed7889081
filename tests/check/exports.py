"""Files as systems of municipalities export them; made up, with nobody in them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import xlsxwriter

TASKS = "list_version;task_id;label\n" + "".join(
    f"1;T{number};{label}\n"
    for number, label in enumerate(
        (
            "Paspoort aanvragen",
            "Verhuizing doorgeven",
            "Afval, glas en papier",
            "Parkeervergunning",
            "Rijbewijs verlengen",
            "Trouwen",
            "Naam wijzigen",
            "Adres wijzigen",
        )
    )
)
LABELS = [line.split(";")[2] for line in TASKS.splitlines()[1:]]
TOPICS = ("Paspoort aanvragen", "Parkeervergunning", "Grofvuil", "Verhuizing doorgeven")
Rows = Sequence[Sequence[object]]


def text(rows: Rows, mark: str = ";", above: str = "") -> str:
    return above + "".join(
        mark.join(f'"{cell}"' if mark in str(cell) else str(cell) for cell in row) + "\n" for row in rows
    )


def workbook(sheets: dict[str, Rows], formats: dict[int, str] | None = None) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for spot, cell in enumerate(cells):
                shown = (formats or {}).get(spot) if row else None
                if isinstance(cell, (dt.datetime, dt.date)):
                    sheet.write_datetime(row, spot, cell, book.add_format({"num_format": shown or "dd-mm-yyyy hh:mm"}))
                elif isinstance(cell, (int, float)) and shown:
                    sheet.write_number(row, spot, cell, book.add_format({"num_format": shown}))
                elif cell != "":
                    sheet.write(row, spot, cell)
    book.close()
    return out.getvalue()


def day(number: int) -> dt.date:
    return dt.date(2026, 7, 1) + dt.timedelta(days=number)


def cases(count: int = 40) -> list[list[object]]:
    head = [
        "Zaaknummer",
        "Zaaktype",
        "Startdatum",
        "Einddatum",
        "Uiterlijke einddatum",
        "Status",
        "Resultaat",
        "Kanaal",
    ]
    head += ["Behandelaar", "Naam aanvrager"]
    rows = [head]
    for n in range(count):
        end = "" if n % 4 == 0 else f"{day(n + 9):%d-%m-%Y}"
        rows.append(
            [
                f"2026-{n:05d}",
                TOPICS[n % 4],
                f"{day(n):%d-%m-%Y}",
                end,
                f"{day(n + 56):%d-%m-%Y}",
                "Open" if not end else "Afgehandeld",
                "" if not end else "Verleend",
                ["Balie", "Website", "Post"][n % 3],
                f"m.jansen{n % 3}",
                "A. de Vries",
            ]
        )
    return rows


def tickets() -> list[list[object]]:
    rows: list[list[object]] = [["Ticket", "Created", "Closed", "Queue", "Status", "Requester email"]]
    for n in range(40):
        made, shut = day(n), day(n + 3)
        rows.append(
            [f"INC{n:04d}", f"{made:%m/%d/%Y} 9:05 AM", f"{shut:%m/%d/%Y} 4:10 PM", TOPICS[n % 4], "Closed", "a@b.nl"]
        )
    return rows


def calls(start: str = "%d-%m-%Y", wait: str = "0:01:{:02d}") -> list[list[object]]:
    rows: list[list[object]] = [
        ["Datum", "Tijd", "Richting", "Wachtrij", "Wachttijd", "Gesprekstijd", "Aangenomen", "Agent"]
    ]
    for n in range(60):
        picked = n % 7 > 0
        rows.append(
            [
                f"{day(n):{start}}",
                f"{9 + n % 8:02d}:{n % 60:02d}",
                "Uitgaand" if n % 9 == 8 else "Inkomend",
                TOPICS[n % 4],
                wait.format(n % 60),
                f"0:{3 + n % 5:02d}:10" if picked else "",
                "Ja" if picked else "Nee",
                f"agent {n % 4}",
            ]
        )
    return rows


def day_totals() -> list[list[object]]:
    rows: list[list[object]] = [
        ["Datum", "Wachtrij", "Aangeboden", "Beantwoord", "Afgebroken", "Gem. wachttijd", "Gem. gesprekstijd"]
    ]
    for n in range(30):
        rows.append(
            [f"{day(n):%d-%m-%Y}", "Burgerzaken", 100 + n, 90 + n, 10, f"00:00:{10 + n % 40:02d}", f"00:04:{n:02d}"]
        )
    return rows


def choices() -> list[list[object]]:
    rows: list[list[object]] = [["Nr", "Datum", "Leeftijd", "E-mail", *(f"Keuze {place}" for place in range(1, 4))]]
    for n in range(30):
        picks = [LABELS[(n + step) % 8] for step in (0, 3, 5)]
        rows.append([n, f"{day(n):%d-%m-%Y}", ["18-34", "35-64", "65+"][n % 3], f"x{n}@y.nl", *picks])
    return rows


def ticks() -> list[list[object]]:
    rows: list[list[object]] = [["id", *LABELS]]
    for n in range(30):
        picks = {LABELS[(n + step) % 8] for step in (0, 3, 5)}
        rows.append([n, *("x" if label in picks else "" for label in LABELS)])
    return rows


def one_cell() -> list[list[object]]:
    rows: list[list[object]] = [["Respondent", "Welke taken zijn belangrijk?"]]
    for n in range(30):
        rows.append([n, ", ".join(LABELS[(n + step) % 8] for step in (0, 3, 5))])
    return rows


def event_log() -> list[list[object]]:
    rows: list[list[object]] = [["Zaaknummer", "Activiteit", "Tijdstip", "Afdeling", "Medewerker"]]
    for n in range(20):
        for step, name in enumerate(("Ontvangen", "Beoordeeld", "Besluit verzonden")):
            rows.append([f"Z{n}", name, f"{day(n + 4 * step):%d-%m-%Y} 10:{n:02d}", "Vergunningen", "p123"])
    return rows
