"""How many picks the ballots of an export hold, told before the first one is set aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from toptaak.core.wording import Message, message
from toptaak.intake.gather import Gather, folded, lengthen


def ballot_sizes(cells: pd.DataFrame, picks: Mapping[str, Any]) -> np.ndarray:
    """Count the picks of every respondent, as the proposed mapping would read them.

    Examples
    --------
    >>> cells = pd.DataFrame({"a": ["Ja", ""], "b": ["Ja", "Ja"]})
    >>> ballot_sizes(cells, {"gather": {"by": "task_id", "picked": ("Ja",), "from": {"a": "T1", "b": "T2"}}}).tolist()
    [2, 1]
    """
    gather = Gather.model_validate(picks["gather"])
    words = picks.get("values", {}).get(gather.into, {})
    long = lengthen(cells, gather, words, frozenset())
    values = long.cells[gather.into or str(gather.by)]
    filled = values.map(folded).ne("") & ~values.isin([theirs for theirs, ours in words.items() if ours == ""])
    if gather.others == "leave out":
        filled &= values.isin(list(words))
    return np.bincount(long.source[filled.to_numpy()], minlength=len(cells))


def size_remarks(sizes: np.ndarray, limit: int) -> list[Message]:
    """Say how many ballots hold more than a ballot may, and which setting decides that."""
    many = int((sizes > limit).sum())
    if not many:
        return []
    return [
        message(
            "Ballots with more than {limit} tasks: {n} of {all}, at most {most}. They are set aside unless you set "
            "max_picks in settings.toml.",
            limit=limit,
            n=many,
            all=int((sizes > 0).sum()),
            most=int(sizes.max()),
        )
    ]
