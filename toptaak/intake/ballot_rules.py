"""Rules about ballots: each belongs to a known respondent and counts whole or not at all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toptaak.core.settings import Settings
from toptaak.intake.codes import fault
from toptaak.intake.keys import found_in, group_numbers, numbered, row_keys
from toptaak.intake.pool import Pool, hashes

BALLOT = ("municipality", "survey", "respondent")


def place_ballots(pool: Pool) -> None:
    """Find the municipality of every ballot, and of what was shown to a respondent."""
    for name in ("ballots", "offered"):
        if pool.has(name):
            _respondents(pool, name)


def check_ballots(pool: Pool, settings: Settings) -> None:
    """Set invalid ballots aside whole, with their voters."""
    if pool.has("ballots"):
        _ballot_rules(pool, settings)
        _voters(pool)


def _respondents(pool: Pool, name: str) -> None:
    """Give every row the municipality of its respondent; blame rows without one."""
    rows = pool.rows(name, BALLOT)
    if not pool.has("respondents"):
        if rows["municipality"].isna().any() and "respondents" not in pool.broken:
            pool.faults += [fault("TT-096", delivery.raw.file) for delivery in pool.of(name)]
        return
    people = pool.rows("respondents", BALLOT)
    in_force = rows["municipality"].notna().to_numpy()
    names = row_keys(people, BALLOT[1:])
    anywhere = found_in(row_keys(rows, BALLOT[1:]), names)
    place = np.where(in_force, found_in(row_keys(rows, BALLOT), row_keys(people, BALLOT)), anywhere)
    number, times = numbered(names)
    # a number nobody has stands at -1: the last, which is 0
    namesakes = np.append(times[number], 0)[anywhere]
    if "respondents" not in pool.broken:
        pool.set_aside("TT-077", rows, place < 0)
    pool.set_aside("TT-088", rows, ~in_force & (namesakes > 1))
    pool.fill(name, rows, "municipality", people["municipality"].reindex(place).reset_index(drop=True))


def _ballot_rules(pool: Pool, settings: Settings) -> None:
    _double_ballots(pool)
    rows = pool.rows("ballots")
    ballot, size = group_numbers(rows, BALLOT)
    pick, times = group_numbers(rows.assign(ballot=ballot), ("ballot", "task_id"))
    twice = times[pick] > 1
    _whole_ballots(pool, "TT-073", rows, ballot, twice & pd.Series(pick).duplicated().to_numpy(), "task_id")
    many = size[ballot] > settings.max_picks
    first = ~pd.Series(ballot).duplicated().to_numpy()
    _whole_ballots(pool, "TT-072", rows, ballot, many & first, values={"limit": settings.max_picks})
    place = rows["position"].to_numpy(dtype="float64", na_value=np.nan)
    spot, filled = group_numbers(rows.assign(ballot=ballot), ("ballot", "position"))
    ranked = np.isin(ballot, ballot[~np.isnan(place)])
    odd = ranked & (np.isnan(place) | (place > size[ballot]) | (filled[spot] > 1))
    _whole_ballots(pool, "TT-082", rows, ballot, odd, "position")


def _double_ballots(pool: Pool) -> None:
    """Keep the first of equal rows that each hold a whole ballot; of rows that differ keep none."""
    rows = pool.rows("ballots")
    ballot, _ = group_numbers(rows, BALLOT)
    line = pool.lines(rows)
    lines = pd.Series(line).groupby(ballot)
    several = lines.transform("nunique").to_numpy() > 1
    if not several.any():
        return
    some, ballot, line = rows[several], ballot[several], line[several]
    # the picks of a line together, in whatever order
    whole = pd.Series(hashes(some)).groupby([ballot, line]).transform("sum")
    differ = whole.groupby(ballot).transform("nunique").to_numpy() > 1
    # rows of a long file may go on in the next file
    wide = pd.Series(pool.is_wide(some)).groupby(ballot).transform("all").to_numpy()
    later = lines.transform("first").to_numpy()[several] != line
    pool.set_aside("TT-071", some, differ & wide, values={"expected": ", ".join(BALLOT)})
    pool.set_aside("TT-070", some, later & ~differ)


def _whole_ballots(
    pool: Pool,
    code: str,
    rows: pd.DataFrame,
    ballot: np.ndarray,
    blamed: np.ndarray,
    column: str | None = None,
    values: dict[str, object] | None = None,
) -> None:
    if blamed.any():
        pool.set_aside(code, rows, blamed, column, along=np.isin(ballot, ballot[blamed]), values=values)


def _voters(pool: Pool) -> None:
    """Set respondents aside whose ballot was: they did vote, so they must not count as blank."""
    lost = []
    for delivery in pool.of("ballots"):
        lost.append(delivery.frame[~delivery.kept])
    gone = pd.concat(lost)
    if gone.empty or not pool.has("respondents"):
        return
    people, left = pool.rows("respondents", BALLOT), pool.rows("ballots", BALLOT)
    without = found_in(row_keys(people, BALLOT), row_keys(gone, BALLOT)) >= 0
    still = found_in(row_keys(people, BALLOT), row_keys(left, BALLOT)) >= 0
    lost_voters = without & ~still
    # where ballot and voter stand in one file, its row was told with what is wrong with the ballot
    files = {delivery.raw.file for delivery in pool.of("ballots")}
    has_ballots = np.array([pool.parts[number].raw.file in files for number in people["_part"]], dtype=bool)
    pool.follow("TT-087", people, lost_voters & has_ballots)
    pool.set_aside("TT-087", people, lost_voters & ~has_ballots)
