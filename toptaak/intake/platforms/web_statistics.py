"""Lists of pages, search terms and topics as web statistics and switchboards export them, with their period.

Matomo (CSV, TSV in UTF-16, API columns), Piwik PRO, Google Analytics 4 (comment lines), Google Search Console (zip or
its CSV files), Siteimprove, and a plain list with a topic and a number; as text or in a workbook.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

import numpy as np
import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.intake.codes import points_at_person
from toptaak.intake.date_texts import respelled
from toptaak.intake.platforms.survey_questions import as_written
from toptaak.intake.readers.excel import heads_of_workbook
from toptaak.intake.readers.raw import plain, refuse
from toptaak.intake.readers.text import decoded
from toptaak.intake.sum_rows import added_up

_PAGES: Final = (
    *("pagetitleandscreenclass", "pagetitleandscreenname", "paginatitelenschermklasse", "paginatitelenschermnaam"),
    *("pagepathandscreenclass", "paginapadenschermklasse", "pagetitle", "paginatitel", "pagepath", "paginapad"),
    *(
        "toppages",
        "populairstepaginas",
        "pageurl",
        "paginaurl",
        "page",
        "pagina",
        "title",
        "titel",
        "url",
        "landingpage",
    ),
    *("eventurl", "pagetitles", "paginas", "pages"),
)
_TERMS: Final = (
    *("topqueries", "populairstezoekopdrachten", "query", "zoekopdracht", "searchterm", "zoekterm", "keyword"),
    *("trefwoord", "sitesearchkeyword", "searchkeyword", "searchquery", "zoekwoord", "searchphrase", "zoekopdrachten"),
)
_TOPICS: Final = ("onderwerp", "topic", "reden", "product", "productnaam", "vraag", "callreason", "subject", "dienst")
# the most telling first: how often something was looked at, then by how many
_VOLUMES: Final = (
    *("nbhits", "nbvisits", "pageviews", "paginaweergaven", "views", "weergaven", "clicks", "klikken", "searches"),
    *("zoekacties", "aantalzoekopdrachten", "aantal", "volume", "count", "uniquepageviews", "uniekepaginaweergaven"),
    *("visits", "bezoeken", "sessions", "sessies", "gesprekken", "calls", "oproepen", "bezoekers", "hits"),
    *("impressions", "vertoningen"),
)
_KINDS: Final[Mapping[str, Sequence[str]]] = {"search": _TERMS, "web": _PAGES, "phone": _TOPICS}
_TOTALS: Final = frozenset({"", "total", "totals", "totaal", "totalen", "grandtotal", "eindtotaal", "subtotaal"})
_WORKBOOKS: Final = (".xlsx", ".xls", ".xlsm", ".xlsb")
_NUMBER_OF: Final = re.compile(r"^(?:aantal|totaal|totalof|numberof|total)(?=.)")
_REST: Final = frozenset(
    {"(other)", "(overig)", "(andere)", "(anders)", "(notset)", "(nietingesteld)", "others", "overige", "overig"}
)
_DAY: Final = r"(20\d{2})[-/.]?(0[1-9]|1[0-2])[-/.]?(0[1-9]|[12]\d|3[01])"
_DUTCH_DAY: Final = re.compile(r"\b(0?[1-9]|[12]\d|3[01])[-/.](0?[1-9]|1[0-2])[-/.](20\d{2})\b")
_NAMED_DAY: Final = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)?[ -]+[a-z]{3,9}\.?|[a-z]{3,9}\.?[ ]+\d{1,2}(?:st|nd|rd|th)?,?)[ -]+20\d{2}\b", re.I
)
_NAMED_MONTH: Final = re.compile(
    r"\b([a-z]{3,9})\.?[ _-]+(20\d{2})\b|\b(20\d{2})-(0[1-9]|1[0-2])(?![\d-])", re.IGNORECASE
)
_HEAD_ROWS: Final = 30
_FEWEST_DAYS: Final = 1
_UNPACKED: Final = 200 << 20  # bytes of one file in a zip


@dataclass(frozen=True)
class WebList:
    """One list: how often pages, search terms or topics were asked for.

    Attributes
    ----------
    file, kind
        Its name; `web`, `search` or `phone`.
    rows
        `label` (a page's address without host and question, a title, a term or a topic) and `volume`; each label once.
    first, last
        The days that the export covers; missing where it does not say.
    rest
        The volume of what the platform itself put together as `(other)`.
    personal
        How many rows were left out as they point at a person.
    """

    file: str
    kind: str
    rows: pd.DataFrame
    first: dt.date | None
    last: dt.date | None
    rest: float = 0.0
    personal: int = 0

    @property
    def from_statistics(self) -> bool:
        """Tell whether software made the list: it says its period, or its labels are addresses of pages."""
        return self.first is not None or bool(self.rows["label"].str.startswith("/").any())

    @property
    def quarter(self) -> Quarter | None:
        """Give the quarter in which the period lies; None where it lies in several, or is unknown."""
        if self.first is None or self.last is None:
            return None
        start, end = Quarter.of(self.first), Quarter.of(self.last)
        return start if start == end else None


def read_web_lists(path: Path) -> list[WebList]:
    """Read an export of web statistics, or a list of topics; none where the file is no such list.

    Raises
    ------
    InputRefused
        for a file that cannot be read.
    """
    data = path.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(data)) and path.suffix.lower() == ".zip":
        return _of_zip(path.name, data)
    if path.suffix.lower() in _WORKBOOKS:
        texts = [_sheet_text(rows) for rows in heads_of_workbook(data, path.name, None).values()]
    else:
        texts = [decoded(data, path.name)[0]]
    return [web_list for text in texts if (web_list := _of_text(path.name, text))]


def _sheet_text(rows: Sequence[Sequence[object]]) -> str:
    """Write the rows of a sheet as text, a whole number without its point."""
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows([as_written(cell) for cell in row] for row in rows)
    return text.getvalue()


def _of_zip(file: str, data: bytes) -> list[WebList]:
    """Read what Google Search Console packs together: queries, pages, and the days that tell the period."""
    texts: dict[str, str] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for member in packed.infolist():
            if member.filename.lower().endswith(".csv"):
                if member.file_size > _UNPACKED:
                    raise refuse("TT-013", file, values={"limit": f"{_UNPACKED >> 20} MB"})
                texts[member.filename] = decoded(packed.read(member), f"{file}/{member.filename}")[0]
    days = _days_of(texts.values())
    web_lists = [web_list for name, text in texts.items() if (web_list := _of_text(f"{file}/{name}", text, days))]
    if not web_lists:
        names = ", ".join(PurePosixPath(name).name for name in texts) or "–"
        raise refuse("TT-020", file, values={"expected": "Queries.csv, Pages.csv"}, found=names)
    return web_lists


def _days_of(texts: Iterable[str]) -> tuple[dt.date, dt.date] | None:
    """Find the first and last day in the file of a search console that has a row per day."""
    for text in texts:
        rows = list(csv.reader(io.StringIO(text)))
        if rows and plain(rows[0][0]) in {"date", "datum"}:
            days = [day for row in rows[1:] if row and (day := _day(row[0]))]
            if days:
                return min(days), max(days)
    return None


def _of_text(file: str, text: str, days: tuple[dt.date, dt.date] | None = None) -> WebList | None:
    comments = [line for line in text.splitlines()[:_HEAD_ROWS] if line.lstrip('"').startswith("#")]
    body = "\n".join(line for line in text.splitlines() if not line.lstrip('"').startswith("#"))
    table = _table(body)
    if table is None:
        return None
    above, head, records = table
    kind, label, volume, url = _columns(head, file)
    if label is None or volume is None:
        return None
    first, last = days or _period([*comments, *above]) or _period([_spaced(file)]) or (None, None)
    return _listed(file, kind, records, (label, volume, url), (first, last))


def _table(body: str) -> tuple[list[str], list[str], list[Sequence[str]]] | None:
    """Find the header among the first rows: the one that names a label and a number."""
    for mark in ("\t", ";", ","):
        rows = list(csv.reader(io.StringIO(body), delimiter=mark))
        for spot, row in enumerate(rows[:_HEAD_ROWS]):
            kind, label, volume, _ = _columns(row, "")
            if len(row) > 1 and kind and label is not None and volume is not None:
                return [" ".join(cells) for cells in rows[:spot]], row, _until_empty(rows[spot + 1 :])
    return None


def _until_empty(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Take the rows up to the first empty one below data: behind it another table begins."""
    filled = [row for row in rows if row]
    start = next((spot for spot, row in enumerate(rows) if any(row)), len(rows))
    end = next((spot for spot in range(start, len(rows)) if not any(rows[spot])), len(rows))
    return list(rows[start:end]) if filled else []


def _without_sum(records: Sequence[Sequence[str]], label: int, volume: int) -> list[Sequence[str]]:
    """Leave out a row that adds up all others, whatever it is called."""
    counted = [
        spot
        for spot, row in enumerate(records)
        if len(row) > max(label, volume) and _number(row[volume]) and plain(row[label]) not in _TOTALS
    ]
    numbers = np.array([[_number(records[spot][volume])] for spot in counted], dtype=float).reshape(-1, 1)
    sums = {counted[spot] for spot in np.flatnonzero(added_up(numbers))}
    return [row for spot, row in enumerate(records) if spot not in sums]


def _indented(records: Sequence[Sequence[str]], label: int) -> list[Sequence[str]]:
    """Put the folders before labels that stand in from the left, as a nested list shows what lies in what."""
    if not any(len(row) > label and row[label][:1].isspace() and row[label].strip() for row in records):
        return list(records)
    path: list[tuple[int, str]] = []
    whole: list[Sequence[str]] = []
    for row in records:
        name = row[label].strip() if len(row) > label else ""
        depth = len(row[label]) - len(row[label].lstrip()) if name else 0
        path = [step for step in path if step[0] < depth] if name else path
        parents = [parent for _, parent in path]
        whole.append([*row[:label], "/".join([*parents, name.lstrip("/")]), *row[label + 1 :]] if parents else row)
        path += [(depth, name)] if name else []
    return whole


def _folders(records: Sequence[Sequence[str]], label: int, volume: int) -> frozenset[str]:
    """Find rows that add up rows below them, as Matomo's nested lists have: `wonen` above `wonen/verhuizen`."""
    counts = {
        row[label].strip(): number
        for row in records
        if len(row) > max(label, volume) and (number := _number(row[volume])) is not None
    }
    below: dict[str, float] = {}
    for name, number in counts.items():
        for between in ("/", " - ", " > "):
            parent, mark, _ = name.rpartition(between)
            if mark and parent in counts and not parent.startswith("/"):
                below[parent] = below.get(parent, 0.0) + number
                break
    return frozenset(name for name, total in below.items() if total >= counts[name])


def _columns(head: Sequence[str], file: str) -> tuple[str, int | None, int | None, int | None]:
    """Say what a header holds: the kind of list, and where its label, number and address stand."""
    names = {re.sub(r"[^\w()]", "", plain(cell)): spot for spot, cell in reversed(list(enumerate(head)))}
    counted = {_NUMBER_OF.sub("", name): spot for name, spot in reversed(names.items())} | names
    volume = next((counted[name] for name in _VOLUMES if name in counted), None)
    url = next((names[name] for name in ("url", "pageurl", "paginaurl") if name in names), None)
    for kind, known in _KINDS.items():
        label = next((names[name] for name in known if name in names and names[name] != volume), None)
        if label is not None:
            return kind, label, volume, url
    if "label" in names:  # Matomo calls everything so; its file is named after the report
        return _kind_by_name(file), names["label"], volume, url
    return "", None, volume, url


def _kind_by_name(file: str) -> str:
    return "search" if re.search(r"search|zoek|keyword|trefwoord", file, re.IGNORECASE) else "web"


def _listed(
    file: str,
    kind: str,
    records: Sequence[Sequence[str]],
    spots: tuple[int, int, int | None],
    days: tuple[dt.date | None, dt.date | None],
) -> WebList:
    label, volume, url = spots
    rest, personal = 0.0, 0
    records = _without_sum(_indented(records, label), label, volume)
    folders = _folders(records, label, volume)
    counted: dict[str, float] = {}
    for row in records:
        number = _number(row[volume]) if len(row) > max(label, volume) else None
        name = "" if number is None else row[label].strip()
        folded = plain(name)
        if number is None or folded in _TOTALS or name in folders:
            continue
        if folded in _REST:
            rest += number
            continue
        address = row[url].strip() if url is not None and len(row) > url else ""
        shown = _page(address or name) if kind == "web" else " ".join(name.split())
        if points_at_person(shown):
            personal += 1
        elif shown:
            counted[shown] = counted.get(shown, 0.0) + number
    rows = pd.DataFrame({"label": list(counted), "volume": list(counted.values())})
    rows = rows.astype({"label": "str", "volume": "float64"})
    rows = rows.sort_values(["volume", "label"], ascending=[False, True], ignore_index=True)
    return WebList(file, kind, rows, *days, rest, personal)


def _page(text: str) -> str:
    """Give a page as its path, without what stands behind a question mark: that may say who somebody is.

    Examples
    --------
    >>> _page("https://www.gemeente.nl/paspoort/aanvragen/?id=1"), _page("Paspoort aanvragen | Gemeente")
    ('/paspoort/aanvragen', 'Paspoort aanvragen | Gemeente')
    """
    if re.match(r"https?://|www\.|/", text, re.IGNORECASE):
        path = unquote(urlsplit(text if "//" in text or text.startswith("/") else f"//{text}").path)
        return path.rstrip("/") or "/"
    return " ".join(text.split())


def words_of(label: str) -> str:
    """Give the words by which a page is compared with a task: the last part of an address, a title without the site.

    Examples
    --------
    >>> words_of("/burgerzaken/paspoort-aanvragen"), words_of("Paspoort aanvragen | Gemeente")
    ('paspoort aanvragen', 'Paspoort aanvragen')
    """
    if label.startswith("/"):
        parts = [folder for folder in label.split("/") if folder and not re.fullmatch(r"index(\.\w+)?|home", folder)]
        return re.sub(r"[-_+]|\.(?:html?|aspx?|php)$", " ", parts[-1]).strip() if parts else ""
    last = label.rpartition(" > ")[2]
    return re.split(r"\s+[|–-]\s+", last)[0].strip()


def _number(text: str) -> float | None:
    """Read a count; three digits behind a mark are thousands.

    Examples
    --------
    >>> _number("1.234"), _number("12,345"), _number("7"), _number("7.5%")
    (1234.0, 12345.0, 7.0, None)
    """
    bare = re.sub(r"[.,\s\u00a0'](?=\d{3}(?!\d))", "", text.strip())
    return float(bare) if re.fullmatch(r"\d+(?:[.,]0+)?", bare.replace(",", ".")) else None


def _spaced(file: str) -> str:
    return file.replace("_", " ")


def _period(lines: Sequence[str]) -> tuple[dt.date, dt.date] | None:
    """Find two days in lines that say which period an export covers, or a month or quarter by its name."""
    days = [day for line in lines for day in _days_in(line)]
    if len(days) > _FEWEST_DAYS:
        return min(days), max(days)
    for line in lines:
        if quarter := re.search(r"(20\d{2})[ -]?[QK]([1-4])|[QK]([1-4])[ -]?(20\d{2})", line):
            year, number = quarter[1] or quarter[4], quarter[2] or quarter[3]
            period = Quarter.parse(f"{year}Q{number}")
            return period.start, period.end
    months = [month for line in lines for month in _months_in(line)]
    return (min(months).start_time.date(), max(months).end_time.date()) if months else None


def _months_in(line: str) -> Iterator[pd.Period]:
    for name, year, other_year, number in _NAMED_MONTH.findall(line):
        first = respelled(f"1 {name} {year}") if name else f"{other_year}-{number}-01"
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", first):
            yield pd.Period(first, freq="M")


def _days_in(line: str) -> Iterator[dt.date]:
    for year, month, day in re.findall(rf"(?<!\d){_DAY}(?!\d)", line):
        yield from _valid(int(year), int(month), int(day))
    for match in _DUTCH_DAY.finditer(line):
        yield from _valid(int(match[3]), int(match[2]), int(match[1]))
    for text in _NAMED_DAY.findall(line):
        yield from (dt.date.fromisoformat(day) for day in re.findall(r"^\d{4}-\d{2}-\d{2}$", respelled(text)))


def _day(text: str) -> dt.date | None:
    return next(_days_in(text), None)


def _valid(year: int, month: int, day: int) -> Iterator[dt.date]:
    try:
        yield dt.date(year, month, day)
    except ValueError:
        return
