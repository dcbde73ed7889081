"""Waiting for somebody to answer: abandoned calls, waiting times, and what a contact takes the organisation.

Table `contacts`. `wait_s` is the time before the contact began; `started_at` to `ended_at` is the contact
itself. Handling time and cost are figures of the organisation: they stand beside the customer's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from toptaak.core.results import (
    ALL,
    NO_OBSERVATIONS,
    NO_TABLE,
    NOT_MEASURABLE,
    by_group,
    result_row,
    results,
)
from toptaak.core.settings import Settings
from toptaak.kpi.summaries import Observations, estimates, summarise, with_period
from toptaak.kpi.times import ZERO_LEFT_OUT

COUNTED: Final = "counted, not sampled: no interval"
PHONE: Final = "phone"


def abandoned_rate(contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the share of telephone calls that ended before somebody answered, with Wilson's interval."""
    return estimates(summarise("abandoned_rate", abandoned(contacts), by), settings or Settings())


def short_wait_rate(contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the share of customers who were helped within the norm (`wait_norm_seconds`), any channel."""
    settings = settings or Settings()
    return estimates(summarise("short_wait_rate", waited_shortly(contacts, settings), by), settings)


def service_level(contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the share of all telephone calls offered that was answered within the norm.

    Examples
    --------
    >>> contacts = pd.DataFrame({"channel": "phone", "answered": [True, True, True, False],
    ...                          "wait_s": [20.0, 250.0, 400.0, 30.0]})
    >>> float(service_level(contacts).estimate[0]), round(float(short_wait_rate(contacts).estimate[0]), 3)
    (0.5, 0.667)
    """
    settings = settings or Settings()
    return estimates(summarise("service_level", answered_in_time(contacts, settings), by), settings)


def speed_of_answer(contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the mean waiting time of answered telephone calls, in seconds, with a t interval."""
    return estimates(summarise("speed_of_answer", waits(contacts), by), settings or Settings())


def handling_time(contacts: pd.DataFrame, by: Sequence[str] = (), settings: Settings | None = None) -> pd.DataFrame:
    """Give the geometric mean of the time an answered contact took, in seconds."""
    return estimates(summarise("handling_time", handling_times(contacts), by), settings or Settings())


def cost_per_contact(effort: pd.DataFrame | None, contacts: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Give the recorded cost, in euro, per contact of the same quarter.

    Parameters
    ----------
    effort
        Cost per municipality, quarter and task; None where it is not recorded.
    contacts
        Contacts, counted in the quarter in which they began.
    by
        Group columns that both tables have: municipality, quarter, task_id.

    Returns
    -------
    Result frame; `n` is the number of contacts. Both figures are counted in full, so there is no interval.
    """
    if effort is None or "cost" not in effort.columns:
        row = result_row("cost_per_contact", 0, note=NO_TABLE) | dict.fromkeys(by, ALL)
        return results([row], by)
    paid = effort.dropna(subset="cost")
    counted = with_period(contacts, ["quarter"])
    # only contacts of a municipality and quarter whose cost is known
    when = [name for name in ("municipality", "quarter") if name in paid.columns]
    counted = counted.merge(paid[when].drop_duplicates(), on=when)
    numbers: Mapping[tuple[object, ...], int] = (
        Counter(zip(*(counted[name] for name in by), strict=True)) if by else {(): len(counted)}
    )

    def of_group(part: pd.DataFrame) -> list[dict[str, object]]:
        number = numbers[tuple(part[name].iloc[0] for name in by)]
        if number == 0:
            return [result_row("cost_per_contact", note=NO_OBSERVATIONS)]
        return [result_row("cost_per_contact", number, float(part["cost"].sum()) / number, note=COUNTED)]

    return results(by_group(paid, by, of_group), by)


def abandoned(contacts: pd.DataFrame) -> Observations:
    """Take for each telephone call whether nobody answered it in time for the customer."""
    calls = _calls(contacts)
    return _observe(calls, 1 - _answered(calls))


def answered_in_time(contacts: pd.DataFrame, settings: Settings) -> Observations:
    """Take for each telephone call whether it was answered within the norm."""
    calls = _calls(contacts)
    answered, wait = _answered(calls), _wait(calls)
    # whoever gave up was not helped in time, however long that took
    in_time = np.where(answered == 0, 0.0, np.where(np.isnan(wait), np.nan, wait <= settings.wait_norm_seconds))
    return _observe(calls, np.where(np.isnan(answered), np.nan, in_time))


def waited_shortly(contacts: pd.DataFrame, settings: Settings) -> Observations:
    """Take for each customer who was helped whether the wait was within the norm."""
    helped = contacts[_answered(contacts) != 0]
    wait = _wait(helped)
    return _observe(helped, np.where(np.isnan(wait), np.nan, wait <= settings.wait_norm_seconds))


def waits(contacts: pd.DataFrame) -> Observations:
    """Take the waiting time of each answered telephone call."""
    calls = _calls(contacts)
    answered = calls[_answered(calls) == 1]
    return _observe(answered, _wait(answered))


def handling_times(contacts: pd.DataFrame) -> Observations:
    """Take the seconds each answered contact took; a contact without duration has none."""
    helped = contacts[_answered(contacts) != 0]
    if "ended_at" not in helped.columns:
        return _observe(helped, np.full(len(helped), np.nan))
    seconds = (helped["ended_at"] - helped["started_at"]).dt.total_seconds()
    reason = np.select([seconds.isna(), seconds == 0], [NOT_MEASURABLE, ZERO_LEFT_OUT], "")
    return Observations(helped.assign(value=seconds.mask(seconds == 0), reason=reason), told=ZERO_LEFT_OUT)


def _calls(contacts: pd.DataFrame) -> pd.DataFrame:
    if "channel" not in contacts.columns:
        return contacts.iloc[:0]
    return contacts[(contacts["channel"] == PHONE).to_numpy(dtype=bool, na_value=False)]


def _answered(contacts: pd.DataFrame) -> np.ndarray:
    if "answered" not in contacts.columns:
        return np.full(len(contacts), np.nan)
    return contacts["answered"].astype("boolean").to_numpy(dtype=np.float64, na_value=np.nan)


def _wait(contacts: pd.DataFrame) -> np.ndarray:
    if "wait_s" not in contacts.columns:
        return np.full(len(contacts), np.nan)
    return contacts["wait_s"].to_numpy(dtype=np.float64, na_value=np.nan)


def _observe(contacts: pd.DataFrame, value: np.ndarray) -> Observations:
    return Observations(contacts.assign(value=value, reason=np.where(np.isnan(value), NOT_MEASURABLE, "")))
