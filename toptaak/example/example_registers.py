"""What a municipality keeps by hand: targets, changes, effort, wishes, signals, staff feedback and teams."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toptaak.core.periods import Quarter
from toptaak.example.events import CHANGE, REPEATED_TASK, change_day
from toptaak.example.simulated_votes import task_shares
from toptaak.example.world import Array, Town, World, draw_days, names, only

_DEPARTMENTS = (
    "Klantcontactcentrum",
    "Burgerzaken",
    "Sociaal domein",
    "Openbare ruimte",
    "Vergunningen",
    "Webteam",
)
_TARGETS = (  # task, channel, measure, baseline, target
    (None, None, "success_rate", 0.72, 0.80),
    (None, None, "disaster_rate", 0.08, 0.05),
    (None, None, "completion_time", 5400.0, 3600.0),
    (None, None, "contacts_per_case", 1.6, 1.4),
    (None, None, "satisfaction", 7.1, 7.5),
    (None, None, "net_promoter_score", -0.10, 0.05),
    (None, "phone", "success_rate", 0.74, 0.80),
    (None, "web", "success_rate", 0.68, 0.78),
)
_TOP_TASKS_WITH_TARGET = 3
_ACTIVITIES = ("inhoud verbeteren", "vragen beantwoorden", "formulieren verbeteren", "overleg")
_HOURLY_COST = 62.0
_IMPROVEMENTS = (
    "Webpagina herschreven in begrijpelijke taal",
    "Formulier ingekort",
    "Bericht over de voortgang na zeven dagen",
    "Afspraak maken zonder account",
)
# what a request is expected to bring; the last one says nothing about the task
_EFFECTS = ("geen", "klein", "klein", "middel", "middel", "groot", "30%", "Meer bezoekers voor de campagne")
_DECISIONS = ("yes", "no", "not_now", None)
# reason and alternative, in turn
_DECIDED: Mapping[str | None, Sequence[tuple[str | None, str | None]]] = {
    "yes": (("Helpt veel klanten vooruit.", None), ("Neemt een oorzaak van herhaalcontact weg.", None)),
    "no": (
        ("Helpt te weinig klanten voor de uren die het kost.", "Neem het op in de bestaande nieuwsbrief."),
        ("De klant merkt hier niets van.", "Werk mee aan een tekst die veel klanten lezen."),
        ("Dit staat al op de website.", "Verbeter samen met het webteam de pagina die er is."),
    ),
    "not_now": (
        ("Eerst de toptaken van dit kwartaal.", "Bespreek het verzoek opnieuw in het volgende kwartaal."),
        ("Er zijn nu te weinig uren.", "Begin met een kleine proef van vier weken."),
    ),
    None: ((None, None),),
}
_SIGNALS = (
    "Veel vragen over dezelfde brief",
    "Bellers kunnen de pagina niet vinden",
    "Formulier loopt vast op de telefoon",
    "Lange wachttijd aan de balie op maandag",
    "Onduidelijk welke bewijsstukken nodig zijn",
)
_FEEDBACK = (
    ("process", "doorverbinden duurt lang", "procesmanager"),
    ("process", "aanvraag blijft liggen", "procesmanager"),
    ("knowledge", "kennisbank is verouderd", "redacteur"),
    ("knowledge", "werkinstructie ontbreekt", "redacteur"),
    ("systems", "zaaksysteem is traag", "verbetermanager"),
    ("systems", "status is niet te zien", "verbetermanager"),
)
_MEMBERS = (
    ("Klantcontactcentrum", "klantadviseur"),
    ("Burgerzaken", "baliemedewerker"),
    ("Webteam", "redacteur"),
    ("Sociaal domein", "consulent"),
    ("Klantcontactcentrum", "toptaakmanager"),
)
# with these a team has every department that a case passes (example.journeys)
_BEHIND_THE_COUNTER = (("Backoffice", "medewerker zaken"), ("Vakafdeling", "vakspecialist"))
_MANDATE = "Mag teksten, formulieren en werkinstructies aanpassen"


def top_tasks(world: World, town: Town, count: int) -> list[str]:
    """List the tasks with the most votes."""
    share = task_shares(world, town, world.quarters[-1].year)
    return [str(world.tasks["task_id"][at]) for at in np.argsort(-share, kind="stable")[:count]]


def make_targets(world: World, town: Town) -> pd.DataFrame:
    """List the targets of one municipality, valid for the last year of the example."""
    valid = (world.quarters[max(0, len(world.quarters) - 4)].start, world.quarters[-1].end)
    effort = ("ces1", 2.4, 2.2) if town.effort_question == "ces1" else ("ces2", 5.1, 5.5)
    rows: list[tuple[Any, ...]] = [*_TARGETS, (None, None, *effort)]
    rows += [(task, None, "success_rate", 0.70, 0.80) for task in top_tasks(world, town, _TOP_TASKS_WITH_TARGET)]
    frame = pd.DataFrame(
        [(town.code, task, channel, measure, *valid, *numbers, "Canvas") for task, channel, measure, *numbers in rows],
        columns=[
            "municipality",
            "task_id",
            "channel",
            "measure",
            "valid_from",
            "valid_to",
            "baseline",
            "target",
            "source",
        ],
    )
    return frame if town.with_targets else frame.iloc[:0]


def make_interventions(world: World, town: Town) -> pd.DataFrame:
    """List the changes made: at the start of a true change of this municipality, and a few without effect.

    The one after which repeated reports halve (`example.events`) comes last.
    """
    tasks, team_of = top_tasks(world, town, 4), world.tasks.set_index("task_id")["owner_team"]
    moments: list[Quarter] = [town.changed_from] if town.changed_from else []
    moments += list(world.quarters[1::3])
    made = [
        (tasks[at % len(tasks)], moment.start + dt.timedelta(days=3 + 7 * at), _IMPROVEMENTS[at % len(_IMPROVEMENTS)])
        for at, moment in enumerate(moments)
    ]
    made += [(REPEATED_TASK, change_day(world), CHANGE)] if town.repeats else []
    rows = [(town.code, task, day, label, team_of[task]) for task, day, label in made]
    frame = pd.DataFrame(rows, columns=["municipality", "task_id", "date", "label", "team"])
    return frame if town.with_targets else frame.iloc[:0]


def make_effort(world: World, town: Town) -> pd.DataFrame:
    """Draw the hours spent per team, task and activity; some small tasks take much of the time."""
    rng = world.rng("effort", town.number)
    at = np.concatenate([np.arange(6), rng.choice(np.arange(6, len(world.tasks)), 6, replace=False)])
    quarter, task, activity = (axis.ravel() for axis in np.indices((len(world.quarters), len(at), len(_ACTIVITIES))))
    hours = np.round(rng.lognormal(2.3, 0.7, len(task)) * town.size, 1)
    frame = pd.DataFrame(
        {
            "municipality": town.code,
            "quarter": names([str(period) for period in world.quarters], quarter),
            "team": names(world.tasks["owner_team"].to_numpy(), at[task]),
            "task_id": names(world.tasks["task_id"].to_numpy(), at[task]),
            "activity": names(_ACTIVITIES, activity),
            "hours": hours,
            "cost": np.round(hours * _HOURLY_COST, 2),
        }
    )
    return frame[frame["quarter"] != str(town.missing)]


def _moments(world: World, town: Town, rng: np.random.Generator, per_quarter: int) -> tuple[pd.Series, Array]:
    days = [draw_days(rng, quarter, per_quarter, 0.0) for quarter in world.quarters if quarter != town.missing]
    moments = np.sort(np.concatenate(days)) if days else np.array([], dtype="datetime64[D]")
    return pd.Series(moments), np.arange(1, len(moments) + 1)


def _later(world: World, since: pd.Series, days: Array, happened: Array) -> pd.Series:
    """Give a later date, missing where it did not happen or lies after the example's last day."""
    later = since + pd.to_timedelta(days, unit="D")
    return later.where(happened & (later <= pd.Timestamp(world.quarters[-1].end)))


def make_wishes(world: World, town: Town) -> pd.DataFrame:
    """Draw the register of requests; one row is a request, decided or not."""
    rng = world.rng("wishes", town.number)
    moments, number = _moments(world, town, rng, 3)
    count = len(number)
    which = rng.integers(0, len(_EFFECTS), count)
    task = rng.choice(len(world.tasks), count, p=task_shares(world, town, world.quarters[-1].year))
    decision = rng.choice(len(_DECISIONS), count, p=(0.3, 0.35, 0.25, 0.1))
    decided_on = _later(world, moments, rng.integers(5, 40, count), decision < len(_DECISIONS) - 1)
    decision = np.where(decided_on.isna(), len(_DECISIONS) - 1, decision)
    label = names(_DECISIONS, decision)
    decided = [_DECIDED[verdict][at % len(_DECIDED[verdict])] for verdict, at in zip(label, number, strict=True)]
    return pd.DataFrame(
        {
            "municipality": town.code,
            "wish": [f"W{serial:03d}" for serial in number],
            "date": moments,
            "asked_by": names(_DEPARTMENTS, rng.integers(0, len(_DEPARTMENTS), count)),
            "task_id": names(world.tasks["task_id"].to_numpy(), task),
            "expected_effect": names(_EFFECTS, which),
            "effort_hours": rng.integers(1, 30, count) * 4,
            "decision": label,
            "reason": [reason for reason, _ in decided],
            "alternative": [alternative for _, alternative in decided],
            "decided_on": decided_on,
            "decided_by": only(decided_on.notna(), "toptaakmanager"),
        }
    )


def make_signals(world: World, town: Town) -> pd.DataFrame:
    """Draw the signals of departments and contact centre; one row is a signal."""
    rng = world.rng("signals", town.number)
    moments, number = _moments(world, town, rng, 5)
    count = len(number)
    task = rng.integers(0, 15, count)
    return pd.DataFrame(
        {
            "municipality": town.code,
            "signal": [f"S{serial:03d}" for serial in number],
            "date": moments,
            "department": names(_DEPARTMENTS, rng.choice(len(_DEPARTMENTS), count, p=(0.5, 0.1, 0.1, 0.1, 0.1, 0.1))),
            "topic": names(world.tasks["category"].to_numpy(), task),
            "task_id": names(world.tasks["task_id"].to_numpy(), task),
            "text": names(_SIGNALS, rng.integers(0, len(_SIGNALS), count)),
            "followed_up_on": _later(world, moments, rng.integers(1, 35, count), rng.random(count) < 0.8),
        }
    )


def make_staff_feedback(world: World, town: Town) -> pd.DataFrame:
    """Draw the form entries of staff and what became of them; one row is an entry."""
    rng = world.rng("feedback", town.number)
    moments, number = _moments(world, town, rng, 12)
    count = len(number)
    which = rng.integers(0, len(_FEEDBACK), count)
    routed = _later(world, moments, rng.integers(0, 8, count), rng.random(count) < 0.95)
    solved = _later(world, routed, rng.integers(2, 45, count), rng.random(count) < 0.8)
    thanked = _later(world, solved, rng.integers(0, 10, count), rng.random(count) < 0.85)
    changed = pd.Series(rng.random(count) < 0.4, dtype="boolean").where(solved.notna())
    kind, topic, role = (list(column) for column in zip(*_FEEDBACK, strict=True))
    return pd.DataFrame(
        {
            "municipality": town.code,
            "entry": [f"M{serial:04d}" for serial in number],
            "submitted_on": moments,
            "department": names(_DEPARTMENTS, rng.integers(0, len(_DEPARTMENTS), count)),
            "kind": names(kind, which),
            "topic": names(topic, which),
            "routed_to": only(routed.notna(), names(role, which)),
            "routed_on": routed,
            "solved_on": solved,
            "thanked_on": thanked,
            "led_to_change": changed,
        }
    )


def make_teams(world: World, town: Town) -> pd.DataFrame:
    """List the customer teams of the first three top tasks; one row is a member, by department and role.

    The first team is in order; the second has to be evaluated since two weeks; the third lacks a mandate.
    """
    end, team_of = world.quarters[-1].end, world.tasks.set_index("task_id")["owner_team"]
    states = (
        ((*_MEMBERS, *_BEHIND_THE_COUNTER), _MANDATE, end + dt.timedelta(days=30)),
        ((*_MEMBERS, *_BEHIND_THE_COUNTER), _MANDATE, end - dt.timedelta(days=14)),
        (_MEMBERS, None, end + dt.timedelta(days=58)),
    )
    rows = [
        (town.code, team_of[task], task, department, role, mandate, evaluation)
        for task, (members, mandate, evaluation) in zip(top_tasks(world, town, 3), states, strict=True)
        for department, role in members
    ]
    columns = ["municipality", "team", "task_id", "department", "role", "mandate", "next_evaluation"]
    return pd.DataFrame(rows, columns=columns)
