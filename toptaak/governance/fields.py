"""The kinds of entry that a canvas, a goal and a trial share, each with its rule.

A rule that is broken is raised as a pydantic error that carries our own messages (`refusal`);
`core.model_faults` turns all of them into faults with a line. What a rule must know of the world (the
measures, the tasks, the quarter) comes in through the validation context; without one it is not checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Annotated, Any, Final, Protocol

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WrapValidator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError
from pydantic_core.core_schema import ValidationInfo, ValidatorFunctionWrapHandler

from toptaak.core.model_faults import refusal
from toptaak.core.municipalities import find, name_of
from toptaak.core.periods import Quarter
from toptaak.core.personal_data import is_name, without_personal_data
from toptaak.core.results import ALL
from toptaak.core.wording import Message, message

MOST: Final = 5  # goals, activities, KPIs: more is no choice
UNFILLED: Final = ("VUL IN", "FILL IN")
LONGEST: Final = 160  # characters; five of these fit on the poster

_SEVERAL: Final = re.compile(r"[;/+\n]|,(?=\s)")
# "manager KCC en hoofd Burgerzaken" are two roles, "hoofd Werk en Inkomen" is one
_SECOND_ROLE: Final = re.compile(
    r"\b(?:en|and)\s+(?:(?:de|het|een|the|a)\s+)?\w*"
    r"(?:manager|leider|hoofd|directeur|coördinator|adviseur|redacteur|wethouder|eigenaar"
    r"|leader|head|director|coordinator|adviser|editor|owner)\b",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.!?…]+(?=\s+[A-ZÀ-Ý])")


class KnownMeasure(Protocol):
    """What governance needs to know of a measure of the catalogue."""

    @property
    def label(self) -> str:
        """Source text of its name."""

    @property
    def unit(self) -> str:
        """`ratio`, `points`, `seconds`, `count` or `score`."""

    @property
    def direction(self) -> str:
        """`higher`, `lower` or `none`: which way is better."""


@dataclass(frozen=True)
class KnownNames:
    """What the rules may know; passed as pydantic's validation context under the name `world`.

    `tasks` None means that task codes are not checked; `quarter` is the one a canvas declares, `asked` the
    one it is read for, as `municipality` is.
    """

    measures: Mapping[str, KnownMeasure] = field(default_factory=dict)
    tasks: Collection[str] | None = None
    quarter: Quarter | None = None
    asked: Quarter | None = None
    municipality: str | None = None


def world_of(info: ValidationInfo) -> KnownNames | None:
    """Give the world from the validation context, if there is one."""
    return (info.context or {}).get("world")


def nearest_hint(name: str, known: Collection[str], otherwise: Message) -> Message:
    """Say which known name looks most like `name`."""
    nearest = get_close_matches(name, known, n=1, cutoff=0.4)
    return message("Did you mean {name}?", name=nearest[0]) if nearest else otherwise


def _filled(value: str) -> str:
    if value.upper().startswith(UNFILLED):
        raise refusal("TT-710", message("your own text"), message("Replace the example of the template."))
    return value


def _known_kpi(name: str, info: ValidationInfo) -> str:
    world = world_of(info)
    if world and name not in world.measures:
        otherwise = message("See the data dictionary for the names of the KPIs.")
        hint = nearest_hint(name, world.measures, otherwise)
        raise refusal("TT-716", message("a KPI of the catalogue"), hint)
    return name


def _known_task(task: str, info: ValidationInfo) -> str:
    world = world_of(info)
    if world and world.tasks is not None and task != ALL and task not in world.tasks:
        hint = nearest_hint(task, world.tasks, message("See the table tasks for the codes."))
        raise refusal("TT-717", message("a task of the list"), hint)
    return task


def _one_owner(value: Any) -> Any:
    several = (isinstance(value, list) and len(value) != 1) or (
        isinstance(value, str) and (_SEVERAL.search(value) or _SECOND_ROLE.search(value))
    )
    if several:
        repair = message("Name the one role that answers for it.")
        raise refusal("TT-715", message("exactly one owner"), repair)
    if isinstance(value, str) and (is_name(value) or without_personal_data(value) != value):
        repair = message("Name the role, without a name or an address.")
        raise refusal("TT-715", message("a role, not a person"), repair)
    return value


def _one_sentence(value: str) -> str:
    if _SENTENCE_END.search(value):
        raise refusal("TT-719", message("one sentence"), message("Say it in one sentence."))
    return value


def _code(value: Any) -> Any:
    if isinstance(value, int):
        raise refusal("TT-718", message("a code between quotes"), message("Put the code between quotes."))
    return value


def _in_force(code: str, info: ValidationInfo) -> str:
    world, municipality = world_of(info), find(code)
    if world and world.municipality and world.municipality != code:
        expected = message("the file of {name}", name=f"{name_of(world.municipality)} ({world.municipality})")
        raise refusal("TT-725", expected, message("Take the file of that municipality, or write a new one."))
    if municipality is None:
        hint = message("Write the code of the municipality, for example {code}.", code="GM0363")
        raise refusal("TT-718", message("a code of a municipality"), hint)
    if municipality.successors:
        hint = message("Use {code}.", code=", ".join(municipality.successors))
        raise refusal("TT-718", message("a municipality that still exists"), hint)
    return code


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST),
    AfterValidator(_filled),
]
Sentence = Annotated[Text, AfterValidator(_one_sentence)]
Owner = Annotated[Text, BeforeValidator(_one_owner)]
Kpi = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_known_kpi)]
MunicipalityCode = Annotated[str, BeforeValidator(_code), AfterValidator(_in_force)]
TaskId = Annotated[str, BeforeValidator(_code), AfterValidator(_known_task)]


def one_to_five(identity: Callable[[Any], object] | None = None, twice: Message | None = None) -> WrapValidator:
    """Require one to five entries of a list, no two the same; the entries themselves are checked as well.

    `identity` says which entries are the same (default: equal ones); `twice` how to mend that.
    """
    return _list_rule(identity, twice, lambda size: 1 <= size <= MOST)


def each_once(identity: Callable[[Any], object]) -> WrapValidator:
    """Require that no two entries of a list are the same; the entries themselves are checked as well."""
    return _list_rule(identity, None, lambda size: True)


def _list_rule(
    identity: Callable[[Any], object] | None, twice: Message | None, right_size: Callable[[int], bool]
) -> WrapValidator:
    same = identity or (lambda entry: entry)
    mend = twice or message("Take one of the two out.")

    def check(values: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        problems: list[InitErrorDetails] = []
        if isinstance(values, list) and not right_size(len(values)):
            problems.append({"type": _wrong_size(len(values)), "input": ""})
        try:
            checked = handler(values)
        except ValidationError as error:
            problems.extend(_again(error))
        else:
            problems.extend(_repeated([same(entry) for entry in checked], mend))
        if problems:
            raise ValidationError.from_exception_data("list", problems)
        return checked

    return WrapValidator(check)


def _repeated(keys: list[object], mend: Message) -> list[InitErrorDetails]:
    twice = refusal("TT-720", message("each entry once"), mend)
    return [{"type": twice, "loc": (at,), "input": ""} for at, key in enumerate(keys) if key in keys[:at]]


def _wrong_size(size: int) -> PydanticCustomError:
    repair = message("Choose: leave the rest for later.") if size else message("Fill in at least one.")
    return refusal("TT-714", message("one to {most} entries; there are {n}", most=MOST, n=size), repair)


def _again(error: ValidationError) -> list[InitErrorDetails]:
    """Carry errors over into another one."""
    return [
        {
            "type": PydanticCustomError(details["type"], details["msg"], details.get("ctx")),
            "loc": details["loc"],
            "input": details["input"],
        }
        for details in error.errors(include_url=False)
    ]
