"""From a TOML file to a checked model, or to every fault at once with its line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.wording import Message, message
from toptaak.governance.fields import KnownNames, entry_names, nearest_hint
from toptaak.governance.goals import SMART, SMART_CODE
from toptaak.governance.staff import employee_columns
from toptaak.governance.toml_lines import TomlDocument, place_name, read_document

Model = TypeVar("Model", bound=BaseModel)
Worldly = Callable[[dict[str, Any]], KnownNames]

# by the first word of pydantic's error type
_KINDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "date": message("a date without quotes, for example 2026-12-31"),
        "float": message("a number without quotes, for example 0.85"),
        "finite": message("a number without quotes, for example 0.85"),
        "int": message("a whole number without quotes"),
        "string": message("a text between quotes"),
        "list": message("a list between square brackets"),
        "model": message("a table of its own"),
        "literal": message("one of the words that the template names"),
    }
)


PERSON: Final = "TT-724"
_TEMPLATES: Final = Path(__file__).parent / "templates"


def template_text(name: str, language: str, **values: object) -> str:
    """Give a template with its values filled in."""
    text = (_TEMPLATES / f"{name}.{language}.toml").read_text(encoding="utf-8")
    return Template(text).substitute(values)


def load_checked(path: Path, model: type[Model], world: Worldly) -> Model:
    """Read a TOML file into a model.

    Parameters
    ----------
    world
        Gives, from the raw data, what the rules may know.

    Raises
    ------
    InputRefused
        with every fault at once: of the file, of its form and of its content.
    """
    document = read_document(path)
    context = {"world": world(document.data)}
    try:
        checked = model.model_validate(document.data, context=context)
    except ValidationError as error:
        names = entry_names(model)
        found = [_fault(document, one, names) for one in error.errors(include_url=False)]
        raise InputRefused(sorted([*document.faults, *found], key=lambda fault: fault.row or 0)) from None
    if document.faults:
        raise InputRefused(document.faults)
    return checked


def _fault(document: TomlDocument, error: ErrorDetails, names: Collection[str]) -> Fault:
    code, expected, repair = explained(error, names, document.file)
    place, value = error["loc"], error["input"]
    told = error["type"] != "missing" and isinstance(value, str | int | float | date) and value != ""
    return Fault(
        code,
        Severity.STOP,
        document.file,
        expected,
        repair,
        shown(value) if told and not _about_a_person(code, value) else "",
        row=document.line(place),
        column=place_name(place),
    )


def _about_a_person(code: str, value: object) -> bool:
    """Tell whether a value names a person: that stays out of messages."""
    return code == PERSON or "@" in str(value)


def explained(error: ErrorDetails, names: Collection[str], file: str) -> tuple[str, Message, Message]:
    """Give the code of one error of a model, what was expected and how to repair it.

    `names` are the entries that the model knows.
    """
    kind, context, last = error["type"], error.get("ctx", {}), str(error["loc"][-1])
    change = message("Change the value in {file}.", file=file)
    if "repair" in context:
        return kind, context["expected"], context["repair"]
    if kind in ("missing", "string_too_short") and "goals" in error["loc"] and last in SMART:
        return SMART_CODE, SMART[last], _add(last)
    if kind == "missing":
        return "TT-711", message("this entry"), _add(last)
    if kind == "extra_forbidden":
        return _unknown(last, names)
    if kind == "string_too_short":
        return "TT-711", message("a text that is not empty"), _add(last)
    if kind == "string_too_long":
        most = context["max_length"]
        return "TT-713", message("a text of at most {most} characters", most=most), message("Say it shorter.")
    return "TT-713", _KINDS.get(kind.split("_")[0], message("{rule}", rule=error["msg"])), change


def _add(name: str) -> Message:
    return message("Add {name}.", name=name)


def _unknown(name: str, names: Collection[str]) -> tuple[str, Message, Message]:
    if employee_columns([name]):
        repair = message("Name a role. Personal goals stay in the person's own file.")
        return PERSON, message("no goal of a person"), repair
    hint = nearest_hint(name, names, message("Take the entry out, or see the handbook for the names."))
    return "TT-712", message("a known entry"), hint
