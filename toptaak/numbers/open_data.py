"""The open-data file of a quarter: one tidy table, the dictionary of its measures, and metadata that say what is what.

CSV with CSV on the Web metadata (https://www.w3.org/TR/tabular-data-primer/) and Parquet, the same rows in both.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from toptaak.core.municipalities import name_of
from toptaak.core.periods import Quarter
from toptaak.core.spreadsheet_text import as_text
from toptaak.core.wording import Message, Reader, message, translator
from toptaak.kpi.measures import CATALOGUE
from toptaak.numbers.kept import write_parquet

_COLUMNS: Final[Mapping[str, tuple[str, Message]]] = {
    "municipality": ("string", message("Code of Statistics Netherlands (CBS) of the municipality.")),
    "municipality_name": ("string", message("Name of the municipality.")),
    "quarter": ("string", message("Calendar quarter.")),
    "task_id": ("string", message("Task, _all for all tasks together.")),
    "channel": ("string", message("Channel, _all for all channels together.")),
    "measure": ("string", message("Measure; see the dictionary.")),
    "n": ("integer", message("Number of observations; empty where they are too few to be shown.")),
    "estimate": ("double", message("The number: a ratio from 0 to 1, seconds, a score. Empty where it is not shown.")),
    "ci_low": ("double", message("Lower limit of the interval.")),
    "ci_high": ("double", message("Upper limit of the interval.")),
    "method": ("string", message("How the interval was made.")),
    "note": ("string", message("Why there is no number, or what to know about it.")),
}
_MEASURE_COLUMNS: Final = ("measure", "label", "unit", "direction", "definition", "source", "smallest_n")


def write_open_data(numbers: pd.DataFrame, folder: Path, quarter: Quarter, language: str, fingerprint: str) -> Path:
    """Write the table as CSV and Parquet, its metadata and the dictionary; give the CSV's place.

    Parameters
    ----------
    numbers
        from `numbers.national.national_numbers`, or as they were kept.
    folder
        where the files go; made where it is absent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    say, stem = translator(language), f"toptaak-{quarter}"
    table = numbers.assign(municipality_name=numbers["municipality"].map(name_of), note=numbers["note"].map(say))
    table = table[list(_COLUMNS)]
    path = folder / f"{stem}.csv"
    table.assign(**{name: table[name].map(as_text) for name in ("task_id", "channel")}).to_csv(
        path, index=False, lineterminator="\r\n", encoding="utf-8"
    )
    write_parquet(table, folder / f"{stem}.parquet", fingerprint)
    measures = [name for name in CATALOGUE if name in set(table["measure"])]
    _write_dictionary(folder / f"{stem}-dictionary.csv", measures, say)
    metadata = _metadata(path.name, f"{stem}-dictionary.csv", quarter, language, say)
    text = json.dumps(metadata | {"dc:source": f"sha256:{fingerprint}"}, ensure_ascii=False, indent=2)
    path.with_name(f"{path.name}-metadata.json").write_text(text + "\n", encoding="utf-8")
    return path


def _write_dictionary(path: Path, measures: Sequence[str], say: Reader) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(_MEASURE_COLUMNS)
        for measure in (CATALOGUE[name] for name in measures):
            cells = (
                say(measure.label),
                measure.unit,
                measure.direction,
                say(measure.definition),
                say(measure.source),
                measure.minimum_n,
            )
            writer.writerow((measure.id, *cells))


def _metadata(name: str, dictionary: str, quarter: Quarter, language: str, say: Reader) -> dict[str, object]:
    columns = [
        {"name": column, "titles": column, "datatype": kind, "dc:description": say(description)}
        for column, (kind, description) in _COLUMNS.items()
    ]
    key = ["municipality", "quarter", "task_id", "channel", "measure"]
    reference = {"columnReference": "measure", "reference": {"resource": dictionary, "columnReference": "measure"}}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "dc:title": say("Top tasks per municipality, {quarter}", quarter=quarter.label(language)),
        "tables": [
            {"url": name, "tableSchema": {"columns": columns, "primaryKey": key, "foreignKeys": [reference]}},
            {
                "url": dictionary,
                "tableSchema": {
                    "columns": [
                        {
                            "name": column,
                            "titles": column,
                            "datatype": "integer" if column == "smallest_n" else "string",
                        }
                        for column in _MEASURE_COLUMNS
                    ],
                    "primaryKey": "measure",
                },
            },
        ],
    }
