"""Which task a page, search term or topic belongs to: proposed by likeness, confirmed by a person, kept."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.periods import Quarter
from toptaak.core.spreadsheet_text import MARK, as_text
from toptaak.core.wording import message
from toptaak.intake.codes import masked
from toptaak.intake.platforms.web_statistics import WebList, words_of
from toptaak.intake.readers.raw import plain
from toptaak.surveys.similarity import PROPOSE, cross_alike

COLUMNS: Final = ("kind", "label", "task_id", "confirmed", "proposed", "likeness", "volume")
_YES: Final = frozenset({"ja", "j", "yes", "y", "x", "1", "true", "waar"})
_SHOWN: Final = 10


@dataclass(frozen=True)
class Tied:
    """What came of a list: the volume per task, and what is tied to none, the largest first.

    `waiting`: labels with a proposal that nobody confirmed yet. All three sum to the list.
    """

    tasks: pd.DataFrame
    untied: pd.DataFrame
    waiting: pd.DataFrame
    rest: float

    @property
    def volume(self) -> float:
        """Give the volume of the whole list."""
        return float(
            self.tasks["volume"].sum() + self.untied["volume"].sum() + self.waiting["volume"].sum() + self.rest
        )


def propose_ties(lists: Sequence[WebList], tasks: pd.DataFrame, earlier: pd.DataFrame | None = None) -> pd.DataFrame:
    """Make or renew the table in which a person confirms which task each label belongs to.

    Parameters
    ----------
    lists
        As `read_web_lists` gave them.
    tasks
        The table `tasks`.
    earlier
        The table of an earlier quarter: what a person decided in it stays.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, the largest volume first. `proposed` is the task that looks most like the label, `task_id` what a
        person chose, `confirmed` is yes, no or empty.

    Raises
    ------
    MissingExtra
        where the extra `longlist` is not installed.
    """
    rows = pd.concat([web_list.rows.assign(kind=web_list.kind) for web_list in lists], ignore_index=True)
    rows = rows.groupby(["kind", "label"], sort=False).agg({"volume": "sum"}).reset_index()
    proposed, likeness = _nearest_tasks([words_of(label) for label in rows["label"]], tasks)
    made = rows.assign(proposed=proposed, likeness=np.round(likeness, 2), task_id="", confirmed="")
    if earlier is not None:
        made = _kept(made, earlier)
    order = made.sort_values(["volume", "kind", "label"], ascending=[False, True, True], ignore_index=True)
    return order[list(COLUMNS)]


def _nearest_tasks(words: Sequence[str], tasks: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Find for each text the task whose name is most like it; an empty code where none is like enough."""
    if not len(words) or tasks.empty:
        return [""] * len(words), np.zeros(len(words))
    table = cross_alike(words, tasks["label"].astype(str).tolist())
    best, codes = table.argmax(axis=1), tasks["task_id"].astype(str).to_numpy()
    likeness = table[np.arange(len(words)), best]
    return [code if like >= PROPOSE else "" for code, like in zip(codes[best], likeness, strict=True)], likeness


def _kept(made: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Carry over what a person decided; a label that is gone this quarter keeps its row, with volume 0.

    Rows of other kinds stay as they are.
    """
    others = earlier[~earlier["kind"].isin(set(made["kind"]))]
    same = earlier[earlier["kind"].isin(set(made["kind"]))]
    decided = same[same["confirmed"].str.strip() != ""].set_index(["kind", "label"])
    keys = pd.MultiIndex.from_frame(made[["kind", "label"]])
    there = keys.isin(decided.index)
    made.loc[there, ["task_id", "confirmed"]] = decided.loc[keys[there], ["task_id", "confirmed"]].to_numpy()
    gone = decided[~decided.index.isin(keys)].reset_index().assign(volume=0.0)
    parts = [made, *(rows[list(COLUMNS)] for rows in (gone, others) if len(rows))]
    return pd.concat(parts, ignore_index=True)


def read_ties(path: Path, tasks: Iterable[str]) -> pd.DataFrame:
    """Read the table that a person confirmed.

    Raises
    ------
    ToptaakError
        naming every row with a task that is not on the list, or a confirmation without a task.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    mark = ";" if text.partition("\n")[0].count(";") >= text.partition("\n")[0].count(",") else ","
    rows = list(csv.DictReader(text.splitlines(), delimiter=mark))
    if not rows or not {"kind", "label", "task_id", "confirmed", "proposed"} <= rows[0].keys():
        expected = ", ".join(COLUMNS)
        raise ToptaakError(message("{file}: expected the columns {names}.", file=path.name, names=expected))
    frame = pd.DataFrame([{name: (row.get(name) or "").strip() for name in COLUMNS} for row in rows], dtype="str")
    for name in ("label", "task_id", "proposed"):
        frame[name] = frame[name].map(lambda text: text.removeprefix(MARK))
    frame["volume"] = pd.to_numeric(frame["volume"], errors="coerce").fillna(0.0)
    frame["likeness"] = pd.to_numeric(frame["likeness"], errors="coerce").fillna(0.0)
    _refuse_unknown(path.name, frame, set(map(str, tasks)))
    return frame


def _refuse_unknown(file: str, frame: pd.DataFrame, tasks: set[str]) -> None:
    wrong = [
        message("{file}, row {row}: {task} is no task of the list.", file=file, row=row, task=masked(code))
        for row, code in enumerate(_chosen(frame), 2)
        if code and code not in tasks
    ]
    if wrong:
        raise ToptaakError(*wrong)


def _chosen(frame: pd.DataFrame) -> list[str]:
    """Give the task of each row: what a person wrote, or the proposal that was confirmed; empty where none."""
    return [
        (task or proposed) if plain(said) in _YES else ""
        for task, said, proposed in zip(frame["task_id"], frame["confirmed"], frame["proposed"], strict=True)
    ]


def chosen_tasks(ties: pd.DataFrame, kind: str) -> dict[str, str]:
    """Give the confirmed task of every label of one kind."""
    of_kind = ties[ties["kind"] == kind]
    return {label: task for label, task in zip(of_kind["label"], _chosen(of_kind), strict=True) if task}


def write_ties(ties: pd.DataFrame, path: Path) -> None:
    """Write the table; a label never begins as a formula."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    with beside.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, delimiter=";", lineterminator="\n")
        out.writerow(COLUMNS)
        for row in ties[list(COLUMNS)].itertuples(index=False):
            cells = (row.kind, row.label, row.task_id, row.confirmed, row.proposed, row.likeness, f"{row.volume:.0f}")
            out.writerow([as_text(cell) for cell in cells])
    beside.replace(path)


def tie(listed: WebList, ties: pd.DataFrame) -> Tied:
    """Put the volume of a list with the tasks that a person confirmed.

    Examples
    --------
    >>> pages = pd.DataFrame({"label": ["/paspoort", "/home"], "volume": [90.0, 10.0]})
    >>> ties = pd.DataFrame({"kind": "web", "label": ["/paspoort"], "task_id": "", "confirmed": "ja", "proposed": "T1"})
    >>> found = tie(WebList("a.csv", "web", pages, None, None), ties)
    >>> found.tasks.values.tolist(), found.untied["label"].tolist(), found.volume
    ([['T1', 90.0]], ['/home'], 100.0)
    """
    of_kind = ties[ties["kind"] == listed.kind]
    chosen = dict(zip(of_kind["label"], _chosen(of_kind), strict=True))
    asked = {
        label
        for label, said, proposed in zip(of_kind["label"], of_kind["confirmed"], of_kind["proposed"], strict=True)
        if not said.strip() and proposed
    }
    task = listed.rows["label"].map(lambda label: chosen.get(label, ""))
    waiting = listed.rows["label"].isin(asked)
    tied = listed.rows.assign(task_id=task)[task != ""]
    tasks = tied.groupby("task_id").agg({"volume": "sum"}).reset_index()
    return Tied(tasks, listed.rows[(task == "") & ~waiting], listed.rows[waiting & (task == "")], listed.rest)


def write_volumes(tied: Tied, path: Path, municipality: str, quarter: Quarter, channel: str) -> None:
    """Write the volumes of tasks as the table `channel_lists`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";", lineterminator="\n")
        out.writerow(("municipality", "quarter", "channel", "task_id", "volume"))
        for task, volume in zip(tied.tasks["task_id"], tied.tasks["volume"], strict=True):
            out.writerow((municipality, quarter, channel, task, f"{volume:.0f}"))


def together(parts: Sequence[Tied]) -> Tied:
    """Add up what came of the lists of one channel."""
    tasks = pd.concat([tied.tasks for tied in parts]).groupby("task_id").agg({"volume": "sum"}).reset_index()
    untied, waiting = (
        pd.concat(some, ignore_index=True)
        for some in zip(*((tied.untied, tied.waiting) for tied in parts), strict=True)
    )
    return Tied(tasks, untied, waiting, sum(tied.rest for tied in parts))


def largest(rows: pd.DataFrame) -> list[tuple[str, float]]:
    """List the labels with the largest volume."""
    first = rows.sort_values("volume", ascending=False, kind="stable").head(_SHOWN)
    return [(str(label), float(volume)) for label, volume in zip(first["label"], first["volume"], strict=True)]
