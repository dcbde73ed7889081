"""One summary out of many: what batches of observations say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from toptaak.core.results import NO_OBSERVATIONS, NO_SPREAD, ONE_OBSERVATION
from toptaak.kpi.summaries import Observations, Summary, summarise


class Merged:
    """Summary of a measure that takes its observations batch by batch.

    An observation must stand in one batch only, and a group may stand in many. Weights, clusters and wordings do
    not occur in what is read in batches.

    Parameters
    ----------
    name
        Measure of the catalogue.
    by
        Group columns.

    Examples
    --------
    >>> merged = Merged("success_rate", ["channel"])
    >>> for values in ([1.0, 0.0], [1.0]):
    ...     merged.add(Observations(pd.DataFrame({"channel": "web", "value": values})))
    >>> merged.summary().groups[["channel", "n", "mean"]].round(3).values.tolist()
    [['web', 3, 0.667]]
    """

    def __init__(self, name: str, by: Sequence[str] = ()) -> None:
        self._by = list(by)
        self._told: str | None = None
        self._nothing = summarise(name, Observations(pd.DataFrame({"value": [], **{one: [] for one in by}})), by)
        self._parts: list[pd.DataFrame] = []

    def add(self, observations: Observations) -> None:
        """Take one batch in."""
        rows = observations.rows
        groups = summarise(self._nothing.measure.id, observations, self._by).groups
        groups["told"] = False
        if observations.told is not None:
            self._told = observations.told
            said = rows[(rows["reason"] == observations.told).to_numpy()]
            groups["told"] = self._among(groups, said)
        self._parts.append(groups)

    def _among(self, groups: pd.DataFrame, said: pd.DataFrame) -> np.ndarray:
        """Tell which groups occur among rows."""
        if not self._by:
            return np.full(len(groups), len(said) > 0)
        keys = said[self._by].drop_duplicates().astype(object)
        found = groups[self._by].astype(object).merge(keys, how="left", indicator=True)
        return (found["_merge"] == "both").to_numpy()

    def summary(self) -> Summary:
        """Give the summary of all batches so far."""
        parts = [part for part in self._parts if len(part)]
        if not parts:
            return self._nothing
        rows = pd.concat(parts, ignore_index=True)
        codes = rows.groupby(self._by, sort=True).ngroup().to_numpy() if self._by else np.zeros(len(rows), dtype=int)
        size = int(codes.max()) + 1
        first = np.unique(codes, return_index=True)[1]
        n, mean, variance = _moments(rows, codes, size)
        keys = {name: rows[name].take(first).array for name in self._by}
        statistics = {"n": n, "n_eff": n.astype(float), "mean": mean, "variance": variance, "wording": "", "ways": ""}
        groups = pd.DataFrame(keys | statistics, index=range(size))
        groups["note"] = self._notes(rows, codes, n, variance)
        return replace(self._nothing, groups=groups)

    def _notes(self, rows: pd.DataFrame, codes: np.ndarray, n: np.ndarray, variance: np.ndarray) -> np.ndarray:
        notes = np.full(len(n), "", dtype=object)
        notes[n == 0] = NO_OBSERVATIONS
        reasons = rows["note"].where((rows["n"] == 0) & (rows["note"] != NO_OBSERVATIONS)).groupby(codes).min()
        why = reasons[(n == 0) & reasons.notna()]
        notes[why.index] = why
        notes[codes[rows["told"].to_numpy()]] = self._told
        notes[n == 1] = ONE_OBSERVATION
        if self._nothing.measure.scale in ("mean", "geometric_mean"):
            notes[(n > 1) & (variance == 0)] = NO_SPREAD
        return notes


def _moments(rows: pd.DataFrame, codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pool n, mean and variance of the parts of each group."""
    parts = rows["n"].to_numpy()
    n = np.bincount(codes, parts, minlength=size).astype(np.int64)
    known = np.nan_to_num(rows["mean"].to_numpy()), np.nan_to_num(rows["variance"].to_numpy())
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(codes, parts * known[0], minlength=size) / n
        away = known[0] - np.nan_to_num(mean)[codes]
        variance = np.bincount(codes, parts * (known[1] + away**2), minlength=size) / n
    # equal values leave dust of rounding; without spread the variance is exactly zero
    variance[variance <= (1e-12 * np.abs(mean)) ** 2] = 0.0
    return n, mean, variance
