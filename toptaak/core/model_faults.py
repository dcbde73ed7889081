"""From what a person wrote to a checked model, or to every fault at once: what pydantic found, in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.personal_data import without_personal_data
from toptaak.core.toml_text import MALFORMED, Place, TomlDocument, place_name, read_document
from toptaak.core.wording import Message, message

Model = TypeVar("Model", bound=BaseModel)
Explained = tuple[str, Message, Message]
# a rule of one kind of file: code, expected and repair, or None where the general rules hold
SpecialRule = Callable[[ErrorDetails, Place], Explained | None]
MISSING, UNKNOWN, WRONG = "TT-711", "TT-712", "TT-713"

_LIMITS: Final = {
    "greater_than_equal": message("{ge} or more"),
    "greater_than": message("more than {gt}"),
    "less_than_equal": message("{le} or less"),
    "less_than": message("less than {lt}"),
    "string_too_long": message("a text of at most {max_length} characters"),
    "too_short": message("a list with at least {min_length} in it"),
    "too_long": message("a list with at most {max_length} in it"),
}
_PATTERNS: Final = {
    r"^GM\d{4}$": message("a code such as GM0363"),
    r"^[a-z0-9][a-z0-9-]{0,39}$": message("small letters, digits and hyphens, for example sms-status"),
}
# by the first word of pydantic's error type
_KINDS: Final = {
    "date": message("a date without quotes, for example 2026-12-31"),
    "float": message("a number without quotes, for example 0.85"),
    "finite": message("a number without quotes, for example 0.85"),
    "int": message("a whole number without quotes"),
    "bool": message("true or false, without quotes"),
    "string": message("a text between quotes"),
    "list": message("a list between square brackets"),
    "tuple": message("a list between square brackets"),
    "dict": message("a part with entries of its own"),
    "model": message("a part with entries of its own"),
    "mapping": message("names with a number each"),
    "missing": message("this entry"),
}


def refusal(code: str, expected: Message, repair: Message) -> PydanticCustomError:
    """Make the error that a rule of a model raises and that becomes a `Fault` with these words."""
    return PydanticCustomError(code, "refused", {"expected": expected, "repair": repair})


def load_checked(
    path: Path,
    model: type[Model],
    context: Callable[[dict[str, Any]], object] | None = None,
    rule: SpecialRule | None = None,
) -> Model:
    """Read a TOML file into a model.

    Parameters
    ----------
    context
        Gives, from the raw data, what the rules of the model may know.
    rule
        What this kind of file says of an error in words of its own.

    Raises
    ------
    InputRefused
        with every fault at once, each with its line: of the file, of its form and of its content.

    Examples
    --------
    >>> import tempfile
    >>> class Small(BaseModel, extra="forbid"):
    ...     least: int
    >>> path = Path(tempfile.mkdtemp()) / "small.toml"
    >>> _ = path.write_text("lest = 2\\nleast = two\\n")
    >>> try:
    ...     _ = load_checked(path, Small)
    ... except InputRefused as refused:
    ...     [(fault.row, fault.column, fault.code) for fault in refused.faults]
    [(1, 'lest', 'TT-712'), (2, 'least', 'TT-702')]
    """
    checked, faults = check_document(read_document(path), model, context, rule)
    if checked is None or faults:
        raise InputRefused(faults)
    return checked


def check_document(
    document: TomlDocument,
    model: type[Model],
    context: Callable[[dict[str, Any]], object] | None = None,
    rule: SpecialRule | None = None,
) -> tuple[Model | None, list[Fault]]:
    """Check what was read of a TOML file: the model, where all rules hold, and every fault by line."""
    faults = list(document.faults)
    checked = None
    try:
        checked = model.model_validate(document.data, context={"world": context(document.data)} if context else None)
    except ValidationError as error:
        faults += model_faults(error, model, document, rule)
    return checked, sorted(faults, key=lambda fault: fault.row or 0)


def model_faults(
    error: ValidationError, model: type[BaseModel], document: TomlDocument, rule: SpecialRule | None = None
) -> list[Fault]:
    """Turn every error of a model into a fault: where it stands, what stands there, what to do."""
    faults: dict[tuple[Place, str], Fault] = {}
    for details in error.errors(include_url=False):
        if _follows(details, document):
            continue
        place = _place(document, details)
        code, expected, repair = (rule and rule(details, place)) or explained(details, place, model, document.file)
        fault = Fault(code, Severity.STOP, document.file, expected, repair, _value_of(details))
        # of a value that may be of two kinds, pydantic tells both: the first serves
        faults.setdefault((place, code), replace(fault, row=document.line(place), column=place_name(place)))
    return list(faults.values())


def _follows(details: ErrorDetails, document: TomlDocument) -> bool:
    """Tell whether an error only follows from another: of what could not be read, or of what is in a list."""
    if details["type"] == "missing":
        return any(fault.code == MALFORMED for fault in document.faults)
    return details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]


def explained(details: ErrorDetails, place: Place, model: type[BaseModel], file: str) -> Explained:
    """Give the code of one error of a model, what was expected and how to repair it."""
    kind, context = details["type"], details.get("ctx", {})
    name = str(place[-1]) if place else ""
    if "repair" in context:
        return kind, context["expected"], context["repair"]
    if kind == "extra_forbidden":
        return UNKNOWN, message("a known entry"), nearest_entry(name, known_entries(model, place[:-1]))
    if kind == "missing":
        return MISSING, message("this entry"), message("Add {name}.", name=name)
    if kind == "string_too_short":
        return MISSING, message("a text that is not empty"), message("Add {name}.", name=name)
    return WRONG, expected_by(details), message("Change the value in {file}.", file=file)


def expected_by(details: Mapping[str, Any]) -> Message:
    """Say what one error of a model (an entry of `ValidationError.errors()`) expected.

    Examples
    --------
    >>> from pydantic import Field
    >>> class Small(BaseModel):
    ...     least: int = Field(ge=5)
    >>> try:
    ...     _ = Small(least=2)
    ... except ValidationError as error:
    ...     expected_by(error.errors()[0]).say("nl")
    '5 of meer'
    """
    kind, context = str(details["type"]), details.get("ctx", {})
    if kind in _LIMITS:
        return message(_LIMITS[kind].text, **context)
    if kind == "literal_error":
        return message("one of: {expected}", expected=context["expected"].replace(" or ", ", "))
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"]) or message("a text of the form {pattern}", **context)
    return _KINDS.get(kind.split("_")[0], message("{rule}", rule=details["msg"]))


def known_entries(model: type[BaseModel], place: Place) -> list[str]:
    """List the names of the entries that a model knows at a place inside it.

    Examples
    --------
    >>> from toptaak.core.settings import Settings
    >>> known_entries(Settings, ("nps",)), known_entries(Settings, ("rebase", 0))
    (['detractor', 'promoter'], ['date', 'reason', 'municipality', 'measures'])
    """
    for key in place:
        field = next((declared for name, declared in model.model_fields.items() if key in (name, declared.alias)), None)
        model = next(_models_in(field.annotation), model) if field else model
    return [declared.alias or name for name, declared in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def nearest_entry(name: str, known: Sequence[str]) -> Message:
    """Say which known name looks most like `name`, or else which names there are."""
    nearest = get_close_matches(name, known, n=1, cutoff=0.5)
    if nearest:
        return message("Did you mean {name}?", name=nearest[0])
    return message("Take the entry out. Known here: {names}.", names=", ".join(known))


def _place(document: TomlDocument, details: ErrorDetails) -> Place:
    """Give the place of an error; what pydantic adds to tell kinds apart is left out."""
    place: Place = ()
    for step in details["loc"]:
        absent = details["type"] == "missing" and step == details["loc"][-1]
        if absent or document.value((*place, step)) is not None:
            place = (*place, step)
    return place


def _value_of(details: ErrorDetails) -> str:
    """Show a single value, or the name that is not known; never one that names a person."""
    value = details["loc"][-1] if details["type"] == "extra_forbidden" else details["input"]
    single = isinstance(value, str | int | float | dt.date) and value != "" and details["type"] != "missing"
    personal = details["type"] == "TT-715" or without_personal_data(str(value)) != str(value)
    return shown(value) if single and not personal else ""
