"""Read the numbers of a publication back from its files, as a reader with a pencil would.

Tables of HTML pages, blocks of notebooks, results.csv are read as numbers with their measure, quarter,
task and channel. The text of a PDF has no cells: each of its numbers is looked up in the page, and what the page does
not hold is listed.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
from lxml import html

from toptaak.core.periods import Quarter
from toptaak.core.results import ALL
from toptaak.core.wording import translator
from toptaak.kpi.measures import CATALOGUE
from toptaak.report.phrases import CHANNEL_NAMES

KEYS = ["quarter", "task_id", "channel"]
COLUMNS = [*KEYS, "measure", "n", "estimate", "note"]
LANGUAGE = "nl"
_NUMBER = re.compile(r"(?<![\w.,])-?\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\w,]|\.\d)|(?<![\w.,])-?\d+(?:,\d+)?(?![\w,]|\.\d)")
_COUNT = re.compile(r"n = ([\d.]+)")


@dataclass
class Labels:
    """What names a measure, quarter, task or channel on a page."""

    tasks: Mapping[str, str]
    quarter: str
    task: str = ALL
    names: Mapping[str, tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        say = translator(LANGUAGE)
        period = Quarter.parse(self.quarter)
        found = {say(entry.label): ("measure", name) for name, entry in CATALOGUE.items()}
        found |= {say(label): ("channel", name) for name, label in CHANNEL_NAMES.items()}
        found |= {label: ("task_id", task) for task, label in self.tasks.items()}
        quarters = (period.shift(-back) for back in range(12))
        self.names = found | {one.label(LANGUAGE): ("quarter", str(one)) for one in quarters}

    def of_cell(self, text: str) -> dict[str, str]:
        """Tell what a row or column is about: `Succesratio (Website)` names two things."""
        pieces = [text.strip(), *(one.strip() for one in re.split(r"[(),:]", text))]
        return dict(self.names[one] for one in pieces if one in self.names)

    def of_caption(self, text: str) -> dict[str, str]:
        """Tell what a whole table is about; a table over more than a quarter is about none."""
        found = {kind: name for label, (kind, name) in self.names.items() if label in text and len(label) > 5}
        if "kwartalen" in text or "wek" in text:
            found["quarter"] = ""
        return found


def numbers_in(text: str) -> set[str]:
    """List the numbers of a text.

    Examples
    --------
    >>> sorted(numbers_in("n = 1.234, dus 78,4% (K3)"))
    ['1.234', '78,4']
    """
    return set(_NUMBER.findall(text))


def whole_number(text: str) -> float:
    """Give a count as it is printed; not a number where it is none."""
    plain = text.strip().replace(".", "")
    return float(plain) if plain.isdigit() else float("nan")


def share_of(text: str) -> float:
    """Give a share as it is printed: `78,4%`."""
    found = re.match(r"\s*(\d+(?:,\d+)?)\s?%", text)
    return float(found[1].replace(",", ".")) / 100 if found else float("nan")


@dataclass
class Publication:
    """The files of one publication."""

    folder: Path
    tasks: Mapping[str, str]

    @cached_property
    def labels(self) -> Labels:
        """Give the names on its pages; a view of one task is about that task."""
        task = re.search(r"-(T\d+)$", self.folder.name)
        return Labels(self.tasks, self.folder.parent.name, task[1] if task else ALL)

    @cached_property
    def page(self) -> html.HtmlElement:
        """Give its page."""
        return html.fromstring(next(self.folder.glob("*.html")).read_text("utf-8"))

    def readings(self) -> pd.DataFrame:
        """Read every number with its measure, quarter, task and channel; one row is a number in a file."""
        parts = [self._listed(), *(self._read(*table) for table in (*self._tables(), *self._blocks()))]
        return pd.concat(parts, ignore_index=True)[COLUMNS]

    def only_elsewhere(self) -> list[str]:
        """List the numbers of the PDF that the page does not hold."""
        known = numbers_in(" ".join(self.page.itertext()))
        known |= numbers_in(" ".join(str(value) for node in self.page.iter() for value in node.attrib.values()))
        return sorted(numbers_in(self.pdf_text()) - known)

    def pdf_text(self) -> str:
        """Give the text of its PDF."""
        file = next(self.folder.glob("*.pdf"))
        return subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout

    def _listed(self) -> pd.DataFrame:
        rows = pd.read_csv(self.folder / "results.csv", keep_default_na=True)
        return rows.astype(dict.fromkeys(KEYS, str))[COLUMNS]

    def _tables(self) -> Iterator[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
        for table in self.page.iter("table"):
            rows = [[cell.text_content() for cell in row.iter("th", "td")] for row in table.iter("tr")]
            yield (table.findtext("caption") or ""), rows[0], rows[1:]

    def _blocks(self) -> Iterator[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
        for file in self.folder.glob("*.ipynb"):
            cells = json.loads(file.read_text("utf-8"))["cells"]
            for output in (one for cell in cells for one in cell.get("outputs", [])):
                block = output.get("data", {}).get("application/vnd.toptaak.block+json", {})
                table = block.get("data") if block.get("block") == "figure" else block
                if table and "rows" in table:
                    titles = [str(one["label"]) for one in table["columns"]]
                    yield table["caption"], titles, table["rows"]

    def _read(self, caption: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> pd.DataFrame:
        """Read the cells of a table; what has no measure or falls in no single quarter is no number of ours."""
        about = {"quarter": self.labels.quarter, "task_id": self.labels.task, "channel": ALL}
        about |= self.labels.of_caption(caption)
        columns = [self.labels.of_cell(title) for title in titles]
        found = []
        for cells in rows:
            row = about | self.labels.of_cell(cells[0]) | (self.labels.of_cell(cells[1]) if len(cells) > 1 else {})
            counts = [whole_number(cell) for cell, title in zip(cells, titles, strict=False) if title in _COUNTED]
            for cell, column in zip(cells[1:], columns[1:], strict=False):
                told = _COUNT.search(cell)
                n = whole_number(told[1]) if told else (counts[0] if counts else float("nan"))
                found.append(row | column | {"n": n, "estimate": share_of(cell), "note": ""})
        frame = pd.DataFrame(found, columns=COLUMNS)
        return frame[frame["measure"].notna() & (frame["quarter"] != "") & frame["n"].notna()]


_COUNTED = ("Waarnemingen", "Aantal", "n")
