"""The register of trials of each example municipality, with the true effects: `trials/<municipality>.toml`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final

import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.example.example_registers import top_tasks
from toptaak.example.toml_writing import entries, table
from toptaak.example.world import Town, World

FOLDER: Final = "trials"
_WEEKS = 10
_BOARD, _MANAGER = "Directeur dienstverlening", "Toptaakmanager"


def write_trials(folder: Path, world: World, town: Town) -> None:
    """Write the trials of one municipality: four that are over, one of them still undecided, and one that runs."""
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    blocks = [table("trial", trial, several=True) for trial in _trials(world, town)]
    text = "\n".join([entries({"municipality": town.code}), *blocks])
    (place / f"{town.code}.toml").write_text(text, encoding="utf-8")


def _trials(world: World, town: Town) -> list[dict[str, Any]]:
    last = world.quarters[-1]
    changed = _success_change(town, last)
    decision = "keep" if changed > 0 else "stop" if changed < 0 else None
    return [
        {
            "id": "een-medewerker",
            "hypothesis": "Als één medewerker een aanvraag van begin tot eind doet, slagen meer klanten.",
            "kpi": "success_rate",
            **_period(last),
            "baseline": 0.70,
            "smallest_effect": 0.04,
            "owner": _MANAGER,
            **_decided(decision, last.end - dt.timedelta(days=5)),
        },
        {
            "id": "bericht-onderweg",
            "hypothesis": "Wie bericht krijgt over de voortgang, neemt minder vaak opnieuw contact op.",
            "kpi": "contacts_per_case",
            **_period(last.shift(-2)),
            "baseline": 1.6,
            "smallest_effect": 0.3,
            "sd": 1.0,
            "owner": "Manager klantcontactcentrum",
            **_decided("stop", last.previous().start),
        },
        {
            "id": "tekst-korter",
            "hypothesis": "Met kortere teksten op de website geven klanten een hoger cijfer.",
            "kpi": "satisfaction",
            "channel": "web",
            **_period(last.previous()),
            "baseline": 7.1,
            "smallest_effect": 0.3,
            "sd": 1.4,
            "owner": "Hoofd webteam",
            **_decided("change", last.start),
        },
        {
            "id": "uitleg-vooraf",
            "hypothesis": "Wie vooraf leest wat er nodig is, slaagt vaker.",
            "kpi": "success_rate",
            "task": top_tasks(world, town, 1)[0],
            **_period(last),
            "baseline": 0.70,
            "smallest_effect": 0.10,
            "owner": _MANAGER,
        },
        {
            "id": "chat-in-de-avond",
            "hypothesis": "Als de chat ook in de avond open is, slagen meer klanten via de chat.",
            "kpi": "success_rate",
            "channel": "chat",
            "start": last.end - dt.timedelta(weeks=4),
            "end": last.end + dt.timedelta(weeks=8),
            "baseline": 0.70,
            "smallest_effect": 0.10,
            "owner": _MANAGER,
        },
    ]


def _period(quarter: Quarter) -> dict[str, dt.date]:
    return {"start": quarter.start, "end": quarter.start + dt.timedelta(weeks=_WEEKS)}


def _decided(decision: str | None, day: dt.date) -> dict[str, Any]:
    return {"decision": decision, "decided_on": day, "decided_by": _BOARD} if decision else {}


def _success_change(town: Town, quarter: Quarter) -> float:
    return town.success_change if town.changed_from == quarter else 0.0


def trial_truth(world: World, town: Town, measures: pd.DataFrame) -> pd.DataFrame:
    """Give the true effect of every trial that is over: the true value of its quarter minus that of the one before.

    Parameters
    ----------
    measures
        What is true of the attempts and the ratings of this municipality.
    """
    last, task = world.quarters[-1], top_tasks(world, town, 1)[0]
    effects = {
        "een-medewerker": _difference(measures, last, "success_rate"),
        "bericht-onderweg": 0.0,
        "tekst-korter": _difference(measures, last.previous(), "satisfaction", channel="web"),
        "uitleg-vooraf": _difference(measures, last, "success_rate", task),
    }
    frame = pd.DataFrame({"municipality": town.code, "trial": list(effects), "effect": list(effects.values())})
    return frame.dropna()


def _difference(
    measures: pd.DataFrame, quarter: Quarter, name: str, task: str = "_all", channel: str = "_all"
) -> float:
    whole = measures[(measures["task_id"] == task) & (measures["channel"] == channel) & (measures["measure"] == name)]
    whole = whole[whole["part"].isna() | (whole["part"] == "overall")]
    values = dict(zip(whole["quarter"], whole["value"], strict=True))
    after, before = (float(values.get(str(period), "nan")) for period in (quarter, quarter.previous()))
    return after - before
