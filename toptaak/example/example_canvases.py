"""The canvas of each example municipality and of its first top-task team, as TOML files that a person could write.

`canvas/<quarter>/<municipality>/canvas.toml`; a team's canvas stands beside it under the team's name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from toptaak.core.periods import Quarter, parse_week
from toptaak.example.example_registers import top_tasks
from toptaak.example.toml_writing import entries, table
from toptaak.example.world import Town, World

FOLDER: Final = "canvas"
_MANAGER, _CONTACT, _WEB = "Toptaakmanager", "Manager klantcontactcentrum", "Hoofd webteam"


@dataclass(frozen=True)
class _Story:
    """What a canvas is about; goals are text, KPI, baseline, target of the year and of the quarter, owner."""

    theme: str
    why: str
    goals: Sequence[str]
    priorities: Sequence[str]
    core: Sequence[str]
    factors: Sequence[str]
    kpis: Sequence[str]
    year: Sequence[str]
    year_goals: Sequence[tuple[str, str, float, float, str]]
    quarter: Sequence[str]
    quarter_goals: Sequence[tuple[str, str, float, float, str]]


_STORIES: Final = (
    _Story(
        "In één keer geregeld",
        "Eén op de vier klanten krijgt zijn zaak nu niet af, en de meesten bellen daarna.",
        ("Negen van de tien klanten slagen, via elk kanaal", "Niemand hoeft zijn verhaal twee keer te vertellen"),
        ("Toptaken gaan voor", "Eerst verbeteren, dan pas vernieuwen"),
        ("Eén team per toptaak", "Elk kwartaal meten en bijsturen"),
        ("Tijd van de vakafdelingen", "Teams mogen zelf besluiten"),
        ("success_rate", "satisfaction"),
        ("Toptaakteams voor de drie grootste toptaken", "Alle brieven van toptaken herschrijven"),
        (
            ("Acht van de tien klanten slagen", "success_rate", 0.72, 0.80, _MANAGER),
            ("Klanten geven ons een 7,5", "satisfaction", 7.1, 7.5, "Directeur dienstverlening"),
        ),
        ("Webpagina's van de toptaken herschrijven", "Elke week meeluisteren aan de telefoon"),
        (
            ("Drie van de vier klanten slagen aantoonbaar", "success_rate", 0.72, 0.74, _MANAGER),
            ("Minder klanten denken ten onrechte dat het gelukt is", "disaster_rate", 0.08, 0.06, _WEB),
            ("Een zaak kost minder contacten", "contacts_per_case", 1.6, 1.3, _CONTACT),
        ),
    ),
    _Story(
        "Weten waar u aan toe bent",
        "Wie elf dagen niets hoort, belt: dat is de helft van alle telefoontjes over lopende zaken.",
        ("Elke klant weet op elk moment hoe zijn zaak ervoor staat", "De helft minder telefoontjes over de voortgang"),
        ("Berichten over de voortgang", "Eén plek voor de status van een zaak"),
        ("Statusberichten bij alle toptaken", "Doorlooptijden openbaar maken"),
        ("Een zaaksysteem dat de status kent", "Steun van de directie"),
        ("completion_time", "contacts_per_case"),
        ("Bericht na zeven dagen bij elke toptaak", "Status zien zonder in te loggen"),
        (
            ("Een zaak is binnen een uur klaar", "completion_time", 5400.0, 3600.0, "Procesmanager"),
            ("Een zaak kost hooguit 1,4 contacten", "contacts_per_case", 1.6, 1.4, _CONTACT),
        ),
        ("Sms-bericht proberen bij verhuizingen", "Brieven met een duidelijke einddatum"),
        (
            ("Een zaak duurt korter", "completion_time", 5400.0, 4800.0, "Procesmanager"),
            ("Minder contacten over dezelfde zaak", "contacts_per_case", 1.6, 1.55, _CONTACT),
            ("Bellers krijgen meteen antwoord", "first_contact_resolution", 0.60, 0.66, _CONTACT),
        ),
    ),
    _Story(
        "Makkelijk voor iedereen",
        "Klanten vinden het te veel moeite, vooral op de website en op hun telefoon.",
        ("Elke toptaak lukt op een mobiele telefoon", "Wie hulp nodig heeft, krijgt een mens te spreken"),
        ("Formulieren korter", "Taal die iedereen begrijpt"),
        ("Elk formulier testen met klanten", "Schrijftraining voor alle redacteuren"),
        ("Klanten die willen meekijken", "Ruimte bij de leverancier"),
        ("success_rate", "disaster_rate"),
        ("De tien meest gebruikte formulieren vernieuwen", "Hulp bij formulieren aan elke balie"),
        (
            ("Op de website slaagt 78% van de klanten", "success_rate", 0.68, 0.78, _WEB),
            ("De ramp-ratio is lager dan 5%", "disaster_rate", 0.08, 0.05, _WEB),
        ),
        ("Drie formulieren inkorten", "Elke maand zes klanten laten proberen"),
        (
            ("Op de website slagen meer klanten", "success_rate", 0.68, 0.72, _WEB),
            ("Minder klanten gaan met een verkeerd beeld weg", "disaster_rate", 0.08, 0.07, _WEB),
        ),
    ),
)
_ON_THE_WEB: Final = "Makkelijk voor iedereen"


def write_canvases(folder: Path, world: World, town: Town) -> None:
    """Write the canvases of one municipality for the last quarter of the example."""
    quarter = world.quarters[-1]
    place = folder / FOLDER / str(quarter) / town.code
    place.mkdir(parents=True)
    story = _STORIES[(town.number - 1) % len(_STORIES)]
    channel = "web" if story.theme == _ON_THE_WEB else None
    (place / "canvas.toml").write_text(_canvas(story, quarter, {"municipality": town.code}, channel), encoding="utf-8")
    task = top_tasks(world, town, 1)[0]
    tasks = world.tasks.set_index("task_id")
    team = str(tasks.loc[task, "owner_team"])
    head = {"municipality": town.code, "team": team, "task": task}
    name = team.lower().replace(" ", "-")
    (place / f"{name}.toml").write_text(_canvas(_team_story(str(tasks.loc[task, "label"])), quarter, head), "utf-8")


def _team_story(task: str) -> _Story:
    return _Story(
        "Eén duidelijk antwoord",
        "Klanten krijgen nu per kanaal een ander antwoord op dezelfde vraag.",
        ("Via elk kanaal slaagt 85% van de klanten", "Het antwoord is overal hetzelfde"),
        ("Website en telefoon zeggen hetzelfde", "Luisteren naar klanten"),
        ("Samen met klanten verbeteren", "Eén kennisbank voor alle kanalen"),
        ("Vaste tijd voor elk lid van het team", "Cijfers per kanaal"),
        ("success_rate",),
        (f"Alle teksten nalopen over: {task}"[:160],),
        (("Acht van de tien klanten slagen", "success_rate", 0.70, 0.80, _MANAGER),),
        ("Kennisbank bijwerken", "Zes klanten laten proberen"),
        (("Meer klanten slagen", "success_rate", 0.70, 0.73, _MANAGER),),
    )


def _canvas(story: _Story, quarter: Quarter, head: Mapping[str, str], channel: str | None = None) -> str:
    last = parse_week(quarter.weeks()[-1]) + dt.timedelta(days=4)  # a Friday
    measured = {"task": head.get("task"), "channel": channel}
    kpis = [{"kpi": kpi, **measured, "owner": owner} for _, kpi, _, _, owner in story.quarter_goals]
    parts = [
        entries(dict(head) | {"period": str(quarter)}),
        table("theme", {"name": story.theme, "why": story.why}),
        table(
            "ambition",
            {
                "start": dt.date(quarter.year - 1, 1, 1),
                "deadline": dt.date(quarter.year + 3, 12, 31),
                "goals": story.goals,
                "priorities": story.priorities,
                "core_activities": story.core,
                "success_factors": story.factors,
                "kpis": story.kpis,
            },
        ),
        table("year", {"core_activities": story.year, "kpis": story.kpis}),
        *_goals("year", story.year_goals, measured, dt.date(quarter.year, 12, 31)),
        table("quarter", {"deadline": last, "core_activities": story.quarter}),
        *(table("quarter.kpis", kpi, several=True) for kpi in kpis),
        *_goals("quarter", story.quarter_goals, measured, last),
    ]
    return "\n".join(parts)


def _goals(
    layer: str, goals: Sequence[tuple[str, str, float, float, str]], measured: Mapping[str, Any], deadline: dt.date
) -> list[str]:
    return [
        table(
            f"{layer}.goals",
            {"text": text, "kpi": kpi, **measured, "baseline": baseline, "target": target, "owner": owner}
            | {"deadline": deadline},
            several=True,
        )
        for text, kpi, baseline, target, owner in goals
    ]
