"""What a telephone switch adds: talk, hold and wrap-up time of each call, or only day totals of all calls."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toptaak.example.world import Town, World
from toptaak.intake.schema import table_named

NORM_SECONDS = 300
_QUEUE = "Algemeen nummer"
_ON_HOLD, _HOLD_SHARE = 0.2, 0.25  # chance that a customer is put on hold, and for what share of the call
_WRAP_MEDIAN = 45.0
_SWITCH = ("answered", "wait_s", "talk_s", "hold_s", "wrap_s")


def with_call_times(contacts: pd.DataFrame, world: World, town: Town) -> pd.DataFrame:
    """Split each answered call in talk and hold time, and add wrap-up time after it; whole seconds."""
    rng = world.rng("calls", town.number)
    answered = ((contacts["channel"] == "phone") & contacts["answered"]).to_numpy(bool)
    length = (contacts["ended_at"] - contacts["started_at"]).dt.total_seconds().to_numpy()
    hold = np.rint(length * np.where(rng.random(len(contacts)) < _ON_HOLD, _HOLD_SHARE, 0.0))
    wrap = np.rint(_WRAP_MEDIAN * rng.lognormal(0, 0.5, len(contacts)))
    times = {"talk_s": length - hold, "hold_s": hold, "wrap_s": wrap}
    return contacts.assign(**{name: np.where(answered, seconds, np.nan) for name, seconds in times.items()})


def logged_contacts(contacts: pd.DataFrame, town: Town) -> pd.DataFrame:
    """Give the log as delivered: where a switch only counts, calls lack all that the switch knows of each."""
    if not town.switch_totals:
        return contacts
    other = contacts["channel"] != "phone"
    return contacts.assign(**{name: contacts[name].where(other, None) for name in _SWITCH})


def make_service_totals(contacts: pd.DataFrame, town: Town) -> pd.DataFrame:
    """Count the calls of each day as a switch does; one row is a day, no rows where no switch counts.

    `within_norm` holds calls answered within five minutes; means are of answered calls, in whole seconds.
    """
    calls = contacts[(contacts["channel"] == "phone") & town.switch_totals]
    answered = calls["answered"].astype(bool)
    days = pd.DataFrame(
        {
            "date": calls["started_at"].dt.tz_localize(None).dt.normalize(),
            "answered": answered.astype(int),
            "within_norm": (answered & (calls["wait_s"] <= NORM_SECONDS)).astype(int),
            "wait_s_mean": calls["wait_s"].where(answered),
            "talk_s_mean": calls["talk_s"] + calls["hold_s"],
            "wrap_s_mean": calls["wrap_s"],
        }
    ).groupby("date")
    counted = days[["answered", "within_norm"]].sum().assign(offered=days.size())
    counted["abandoned"] = counted["offered"] - counted["answered"]
    means = days[["wait_s_mean", "talk_s_mean", "wrap_s_mean"]].mean().round()
    table = counted.join(means).reset_index().assign(municipality=town.code, hour=None, channel="phone", queue=_QUEUE)
    return table[[*table_named("service_totals").names]]
