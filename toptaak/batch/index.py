"""The page that lists all published reports: `reports/index.html`."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from toptaak.batch.job import NAME
from toptaak.batch.manifest import read_manifest
from toptaak.core.municipalities import find
from toptaak.core.periods import Quarter
from toptaak.core.wording import number, translator

_TEMPLATE = Path(__file__).with_name("index.html.jinja")
FORMATS = ("html", "pdf")
_OWN_STYLE = """
.index { padding-block: 2rem 3rem; }
.index h2 { border: 0; padding: 0; }
.index td ul { list-style: none; padding: 0; margin: 0; }
"""


@dataclass(frozen=True)
class Link:
    """One file of a report: where it stands, and the text of the link."""

    href: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One published report, and links to the files of it that are for reading."""

    quarter: Quarter
    name: str
    fictional: bool
    language: str
    links: tuple[Link, ...]


def published(reports: Path, language: str = "nl") -> list[Entry]:
    """List the published reports: newest quarter first, then by name."""
    folders = [path.parent for path in reports.glob("[0-9]*Q[1-4]/GM[0-9]*/manifest.json")]
    entries = [entry for folder in folders if (entry := _entry(folder, language))]
    by_name = sorted(entries, key=lambda entry: entry.name)
    return sorted(by_name, key=lambda entry: entry.quarter, reverse=True)


def _entry(folder: Path, language: str) -> Entry | None:
    manifest, municipality = read_manifest(folder), find(folder.name)
    if manifest is None or municipality is None:
        return None
    quarter = Quarter.parse(folder.parent.name)
    files = [folder / f"{NAME}.{extension}" for extension in FORMATS]
    links = [_link(file, municipality.name, quarter, language) for file in files if file.is_file()]
    written_in = manifest["parameters"]["language"]
    return Entry(quarter, municipality.name, municipality.fictional, written_in, tuple(links))


def _link(file: Path, name: str, quarter: Quarter, language: str) -> Link:
    text = translator(language)(
        "Quarterly report {name} {quarter} ({kind}, {size} kB)",
        name=name,
        quarter=quarter.label(language),
        kind=file.suffix[1:],
        size=number(max(1, round(file.stat().st_size / 1000)), language),
    )
    return Link("/".join(file.parts[-3:]), text)


def index_page(reports: Path, language: str = "nl") -> bytes:
    """Make the index page: one file, no script, nothing from elsewhere."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    entries = published(reports, language)
    style = _style()
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page = environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        language=language,
        text=_texts(language),
        style=Markup(style),
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        fictional=any(entry.fictional for entry in entries),
        quarters=[
            (quarter.label(language), list(of_quarter))
            for quarter, of_quarter in groupby(entries, key=lambda entry: entry.quarter)
        ],
    )
    return page.encode()


def _style() -> str:
    """Give the look of the reports, without its fonts: they would make a list of links ten times as heavy."""
    from toptaak.report import theme

    colours = "".join(f"--tt-{name}:{colour};" for name, colour in theme.colours().items())
    css = (theme.FOLDER / "report.css").read_text(encoding="utf-8")
    return f":root{{{colours}--tt-font:system-ui,sans-serif;}}\n{css}{_OWN_STYLE}"


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
        "fictional": t("example"),
        "empty": t("No report has been published yet."),
    }
