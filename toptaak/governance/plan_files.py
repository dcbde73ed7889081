"""Canvases and registers of trials as files: their templates, and the rules that no other TOML file has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any, Final, TypeVar

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from toptaak.core.model_faults import Explained, load_checked
from toptaak.core.toml_text import Place
from toptaak.core.wording import message
from toptaak.governance.fields import KnownNames
from toptaak.governance.goals import SMART, SMART_CODE
from toptaak.governance.staff import employee_columns

Model = TypeVar("Model", bound=BaseModel)
Worldly = Callable[[dict[str, Any]], KnownNames]

PERSON: Final = "TT-724"
_TEMPLATES: Final = Path(__file__).parent / "templates"


def template_text(name: str, language: str, **values: object) -> str:
    """Give a template with its values filled in."""
    text = (_TEMPLATES / f"{name}.{language}.toml").read_text(encoding="utf-8")
    return Template(text).substitute(values)


def load_plan(path: Path, model: type[Model], world: Worldly) -> Model:
    """Read a canvas or a register of trials.

    Parameters
    ----------
    world
        Gives, from the raw data, what the rules may know.

    Raises
    ------
    InputRefused
        with every fault at once: of the file, of its form and of its content.
    """
    return load_checked(path, model, world, plan_rule)


def plan_rule(details: ErrorDetails, place: Place) -> Explained | None:
    """Say what a goal lacks to be SMART, and that nobody writes a person's goals here."""
    kind, name = details["type"], str(place[-1]) if place else ""
    if kind in ("missing", "string_too_short") and "goals" in place and name in SMART:
        return SMART_CODE, SMART[name], message("Add {name}.", name=name)
    if kind == "extra_forbidden" and employee_columns([name]):
        repair = message("Name a role. Personal goals stay in the person's own file.")
        return PERSON, message("no goal of a person"), repair
    return None
