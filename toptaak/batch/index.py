"""The pages that list all that is published: `reports/index.html`, one per municipality with its history, provinces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from itertools import groupby
from pathlib import Path
from typing import Any

from toptaak.batch.manifest import read_manifest
from toptaak.batch.pages import page
from toptaak.core.letters import bare_letters
from toptaak.core.municipalities import Municipality, find, name_of
from toptaak.core.periods import Quarter
from toptaak.core.wording import translator

FORMATS = ("html", "pdf")
INDEX, PROVINCES, HISTORY = "index.html", "provincies.html", "gemeenten"
_TITLE = re.compile(r"<title>([^<]*)</title>")
_HEAD = 10_000  # characters that hold the title; behind it come the fonts
_PAPER = re.compile(r"-(a\d)$")
LONG_LIST = 40  # municipalities from which a quarter gets links to the letters


@dataclass(frozen=True)
class Link:
    """One file of a report: where it stands, the text of the link, and the language of what it leads to."""

    href: str
    text: str
    language: str


@dataclass(frozen=True)
class Entry:
    """What is published of one municipality and quarter, with links to the files that are for reading.

    `report` leads to the quarterly report, `more` to views and posters.
    """

    quarter: Quarter
    municipality: Municipality
    report: tuple[Link, ...]
    more: tuple[Link, ...]

    @property
    def name(self) -> str:
        """The municipality's name."""
        return self.municipality.name

    @property
    def fictional(self) -> bool:
        """Tell whether the municipality does not exist."""
        return self.municipality.fictional

    @property
    def history(self) -> str:
        """Where all quarters of the municipality are listed, from the folder of the reports."""
        return f"{HISTORY}/{self.municipality.code}.html"


def published(reports: Path, language: str) -> list[Entry]:
    """List what is published: newest quarter first, then by name."""
    folders_of: dict[tuple[str, str], list[Path]] = {}
    for manifest in sorted(reports.glob("[0-9]*Q[1-4]/GM[0-9]*/manifest.json")):
        folder = manifest.parent
        folders_of.setdefault((folder.parent.name, folder.name.partition("-")[0]), []).append(folder)
    listed = [_entry(quarter, code, folders, language) for (quarter, code), folders in folders_of.items()]
    entries = [entry for entry in listed if entry]
    by_name = sorted(entries, key=_place_of)
    return sorted(by_name, key=lambda entry: entry.quarter, reverse=True)


def _entry(quarter: str, code: str, folders: list[Path], language: str) -> Entry | None:
    municipality, period = find(code), Quarter.parse(quarter)
    report, more = (
        tuple(link for folder in folders if (folder.name == code) == whole for link in _links(folder, period, language))
        for whole in (True, False)
    )
    if municipality is None or not (report or more):
        return None
    return Entry(period, municipality, report, more)


def _links(folder: Path, quarter: Quarter, language: str) -> list[Link]:
    """List the files of one publication that are for reading: pages for the screen first."""
    manifest = read_manifest(folder)
    if manifest is None:
        return []
    files = [folder / name for extension in FORMATS for name in manifest["files"] if name.endswith(f".{extension}")]
    title = _title(folder, quarter, language)
    written_in = manifest["parameters"]["language"]
    return [
        Link("/".join(file.parts[-3:]), f"{title} ({_kind(file, language)})", written_in)
        for file in files
        if file.is_file()
    ]


def _title(folder: Path, quarter: Quarter, language: str) -> str:
    """Name a publication: the report by its municipality, anything else by the title of its page."""
    code, _, rest = folder.name.partition("-")
    if not rest:
        return translator(language)(
            "Quarterly report {name} {quarter}", name=name_of(code), quarter=quarter.label(language)
        )
    pages = sorted(folder.glob("*.html"))
    title = _TITLE.search(_beginning(pages[0])) if pages else None
    return unescape(title[1]) if title else folder.name


def _beginning(file: Path) -> str:
    with file.open(encoding="utf-8") as handle:
        return handle.read(_HEAD)


def _kind(file: Path, language: str) -> str:
    """Say what kind of file it is, on which paper, and how large: `pdf A3, 40 kB`."""
    paper = _PAPER.search(file.stem)
    size = translator(language).number(max(1, round(file.stat().st_size / 1000)))
    return f"{file.suffix[1:]}{' ' + paper[1].upper() if paper else ''}, {size} kB"


def overview_pages(reports: Path, language: str) -> dict[str, bytes]:
    """Make all pages that lead to what is published, by their place in the folder of the reports.

    Each is one file without a script, and needs nothing from elsewhere.
    """
    entries, text = published(reports, language), _texts(language)
    own: dict[str, list[Entry]] = {}
    for entry in entries:
        own.setdefault(entry.history, []).append(entry)
    pages = {place: _history_page(quarters, language, text) for place, quarters in own.items()}
    return pages | {PROVINCES: _province_page(entries, language, text), INDEX: _index_page(entries, language, text)}


def index_page(reports: Path, language: str) -> bytes:
    """Make the page that everything begins at."""
    return overview_pages(reports, language)[INDEX]


def _index_page(entries: list[Entry], language: str, text: dict[str, str]) -> bytes:
    return page(
        "index",
        language,
        title=text["title"],
        subtitle=text["subtitle"],
        text=text,
        fictional=any(entry.fictional for entry in entries),
        provinces=PROVINCES if entries else "",
        home="",
        newest={entry.history: entry.quarter for entry in reversed(entries)},
        quarters=[
            _listing(quarter.label(language), list(of_quarter))
            for quarter, of_quarter in groupby(entries, key=lambda entry: entry.quarter)
        ],
    )


def _history_page(entries: list[Entry], language: str, text: dict[str, str]) -> bytes:
    return page(
        "history",
        language,
        title=text["history"].format(name=entries[0].name),
        subtitle=text["history_subtitle"],
        text=text,
        fictional=entries[0].fictional,
        home=f"../{INDEX}",
        quarters=[(entry.quarter.label(language), entry) for entry in entries],
    )


def _province_page(entries: list[Entry], language: str, text: dict[str, str]) -> bytes:
    provinces: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        provinces.setdefault(entry.municipality.province, {}).setdefault(entry.name, entry)
    by_letter = {name: sorted(provinces[name].values(), key=_place_of) for name in sorted(provinces)}
    return page(
        "provinces",
        language,
        title=text["provinces"],
        subtitle=text["provinces_subtitle"],
        text=text,
        fictional=any(entry.fictional for entry in entries),
        home=INDEX,
        provinces=by_letter,
    )


def _place_of(entry: Entry) -> tuple[str, str]:
    return _letter(entry.name), entry.name


def _listing(label: str, entries: list[Entry]) -> dict[str, Any]:
    """Give what is listed of a quarter; in a long list the first of each letter can be jumped to."""
    firsts: dict[str, int] = {}
    for place, entry in enumerate(entries):
        firsts.setdefault(_letter(entry.name), place)
    anchors = {place: f"{label}-{letter}" for letter, place in firsts.items()} if len(entries) >= LONG_LIST else {}
    return {"label": label, "entries": entries, "anchors": anchors}


def _letter(name: str) -> str:
    """Give the letter under which a name is looked for: of ’s-Hertogenbosch the H."""
    letters = bare_letters(re.sub(r"^['’]\S\W", "", name))
    return next((letter.upper() for letter in letters if letter.isascii() and letter.isalpha()), "#")


def _texts(language: str) -> dict[str, str]:
    t = translator(language)
    return {
        "title": t("Quarterly reports"),
        "subtitle": t("Top tasks per municipality, newest quarter first."),
        "notice": t("Notice"),
        "fictional_notice": t("There are example municipalities in this list: they do not exist."),
        "caption": t("Reports on {quarter}: {count}"),
        "municipality": t("Municipality"),
        "report": t("Report"),
        "letters": t("To the letter, {quarter}"),
        "fictional": t("example"),
        "home": t("All municipalities and quarters"),
        "history": t("Reports of {name}"),
        "history_subtitle": t("All quarters, the newest first."),
        "history_caption": t("All that is published"),
        "quarter": t("Quarter"),
        "provinces": t("Municipalities by province"),
        "provinces_subtitle": t("Each municipality leads to all its quarters."),
        "empty": t("No report has been published yet."),
    }
