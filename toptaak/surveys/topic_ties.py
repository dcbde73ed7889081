"""Topics of contacts and types of cases tied to tasks, in the same table that a person confirms."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from toptaak.intake.platforms.web_statistics import WebList
from toptaak.intake.store import check_path
from toptaak.surveys.task_ties import chosen_tasks, propose_ties, read_ties, write_ties


def tie_topics(rows: list[dict[str, str]], kind: str, path: Path, data: Path) -> int:
    """Renew the table of ties with the topics of rows, and write the confirmed task in each row.

    A case type that names a product of the UPL which one task of the list names too is proposed for that task.

    Returns
    -------
    int
        How many rows have a task; none while there is no task list.
    """
    tasks = check_path(data).tables.get("tasks")
    if tasks is None:
        return 0
    earlier = read_ties(path, tasks["task_id"]) if path.exists() else None
    counts = Counter(row["topic"] for row in rows if row["topic"])
    labels = pd.DataFrame({"label": list(counts), "volume": [float(volume) for volume in counts.values()]})
    ties = propose_ties([WebList("", kind, labels.astype({"label": "str"}), None, None)], tasks, earlier)
    _by_upl(ties, rows, tasks, kind)
    write_ties(ties, path)
    chosen = chosen_tasks(ties, kind)
    for row in rows:
        row["task_id"] = chosen.get(row["topic"], "")
    return sum(bool(row["task_id"]) for row in rows)


def _by_upl(ties: pd.DataFrame, rows: list[dict[str, str]], tasks: pd.DataFrame, kind: str) -> None:
    products = {row["topic"]: row["upl_uri"] for row in rows if row.get("upl_uri")}
    if not products or "upl_uri" not in tasks:
        return
    known = tasks.dropna(subset=["upl_uri"]).drop_duplicates("upl_uri", keep=False)
    codes = dict(zip(known["upl_uri"].astype(str), known["task_id"].astype(str), strict=True))
    for spot in ties.index[ties["kind"] == kind]:
        if (code := codes.get(products.get(str(ties.loc[spot, "label"]), ""))) is not None:
            ties.loc[spot, "proposed"], ties.loc[spot, "likeness"] = code, 1.0
