"""What a model of pydantic expected, in words that a municipality reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from toptaak.core.wording import Message, message

_LIMITS: Final = {
    "greater_than_equal": message("{ge} or more"),
    "greater_than": message("more than {gt}"),
    "less_than_equal": message("{le} or less"),
    "less_than": message("less than {lt}"),
}
_TEXTS: Final = {
    "string_too_short": message("a text that is not empty"),
    "string_pattern_mismatch": message("a code such as GM0363"),  # the only pattern there is
}
_KINDS: Final = {
    "int": message("a whole number"),
    "float": message("a number"),
    "bool": message("true or false"),
    "string": message("a text"),
    "tuple": message("a list"),
    "list": message("a list"),
    "dict": message("a part with entries of its own"),
    "model": message("a part with entries of its own"),
    "date": message("a date such as 2026-10-01"),
    "missing": message("this entry"),
}


def expected_by(error: Mapping[str, Any]) -> Message:
    """Say what one error of a model (an entry of `ValidationError.errors()`) expected.

    Examples
    --------
    >>> from pydantic import BaseModel, Field, ValidationError
    >>> class Model(BaseModel):
    ...     least: int = Field(ge=5)
    >>> try:
    ...     _ = Model(least=2)
    ... except ValidationError as error:
    ...     expected_by(error.errors()[0]).say()
    '5 of meer'
    """
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind in _LIMITS:
        return message(_LIMITS[kind].text, **context)
    if kind == "literal_error":
        return message("one of: {expected}", expected=context["expected"].replace(" or ", ", "))
    if kind == "value_error":
        return message(str(context["error"]))
    return _TEXTS.get(kind) or _KINDS.get(kind.split("_")[0], message("{rule}", rule=error["msg"]))
