"""TOML as a person would write it: one entry a line, one item of a list a line."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any


def table(name: str, contents: Mapping[str, Any], several: bool = False) -> str:
    """Write a table, or one of several under the same name; an entry without a value is left out.

    Examples
    --------
    >>> print(table("theme", {"name": "Afval", "owner": None}), end="")
    [theme]
    name = "Afval"
    """
    return (f"[[{name}]]\n" if several else f"[{name}]\n") + entries(contents)


def entries(contents: Mapping[str, Any]) -> str:
    """Write entries; one without a value is left out.

    Examples
    --------
    >>> entries({"start": dt.date(2026, 1, 5), "task": None})
    'start = 2026-01-05\\n'
    """
    return "".join(f"{name} = {_value(value)}\n" for name, value in contents.items() if value is not None)


def _value(value: Any) -> str:
    """Write a value; a text in JSON's quotes is one of TOML's basic strings."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "[\n" + "".join(f"  {_value(item)},\n" for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
