"""How well letters find duplicate tasks: `python -m benchmarks.longlist` (seconds).

`tests/surveys/longlist_labels.csv` holds tasks in the words of websites, search boxes, phone logs and the product list,
with what a person called the same task. The part `ontwerp` was looked at while the comparison was made; the part
`toets` was labelled before it was ever measured and tells what to expect of a new list.
"""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from toptaak.surveys.longlist import make_longlist
from toptaak.surveys.similarity import OVERLAP, PROPOSE, alike, nearest_earlier

LABELS = Path(__file__).parents[1] / "tests" / "surveys" / "longlist_labels.csv"
PARTS = ("ontwerp", "toets")
THRESHOLDS = (0.60, PROPOSE, 0.70, 0.75, OVERLAP, 0.90)


@dataclass(frozen=True)
class Found:
    """What the proposals for one list are worth.

    `precision`: share of the proposals that are right. `recall`: share of the rows with an earlier double that are
    proposed as its double.
    """

    proposals: int
    doubles: int
    precision: float
    recall: float


def labelled(part: str) -> tuple[list[str], list[str]]:
    with LABELS.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle, delimiter=";") if row["deel"] == part]
    return [row["taak"] for row in rows], [row["zelfde"] for row in rows]


def measure(texts: list[str], same: list[str], threshold: float) -> Found:
    earlier, _ = nearest_earlier(texts, threshold)
    proposed = earlier >= 0
    right = proposed & (np.array(same) == np.array(same)[earlier])
    doubles = pd.Series(same).duplicated().to_numpy()
    return Found(int(proposed.sum()), int(doubles.sum()), right.sum() / proposed.sum(), right.sum() / doubles.sum())


def main() -> None:
    print("| part | likeness from | rows | doubles | proposals | precision | recall |\n|---|---|---|---|---|---|---|")
    for part in PARTS:
        texts, same = labelled(part)
        for threshold in THRESHOLDS:
            found = measure(texts, same, threshold)
            numbers = f"{found.doubles} | {found.proposals} | {found.precision:.2f} | {found.recall:.2f}"
            print(f"| {part} | {threshold:.2f} | {len(texts)} | {numbers} |")
    texts = [f"{text} {number}" for number in range(10) for part in PARTS for text in labelled(part)[0]]
    since = time.perf_counter()
    alike(texts)
    compared = time.perf_counter() - since
    frame = pd.DataFrame({"task": texts, "source": "web", "volume": 1.0, "owner": "", "category": "", "upl_uri": ""})
    since = time.perf_counter()
    make_longlist(frame, "nl")
    print(f"\n{len(texts)} rows: compared in {compared:.2f} s, long list in {time.perf_counter() - since:.2f} s")


if __name__ == "__main__":
    main()
