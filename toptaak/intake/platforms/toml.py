"""A proposed mapping as TOML that a person can read and change."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toptaak.intake.mapping import TableMapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SIMPLE = ("sheet", "platform", "filled", "decimal", "dates")
_TABLES = ("constants", "columns", "units", "where")


def as_toml(entries: Sequence[TableMapping], remarks: Sequence[str], comments: Mapping[str, str]) -> str:
    """Write table mappings so that `read_mapping` reads the same ones back.

    Parameters
    ----------
    remarks
        Sentences at the top.
    comments
        What to say behind a column of theirs, where its name does not tell; or behind a key of the mapping:
        `units.talk_s`, `values.channel.Mail`, `dates`.

    Examples
    --------
    >>> entry = TableMapping(name="tasks", files=("taken.csv",), columns={"label": "Taak"})
    >>> print(as_toml([entry], ["Kijk dit na."], {"Taak": "de naam"}))
    # Kijk dit na.
    <BLANKLINE>
    [[table]]
    name = "tasks"
    files = ["taken.csv"]
    <BLANKLINE>
    [table.columns]
    label = "Taak"  # de naam
    <BLANKLINE>
    """
    heading = [f"# {_one_line(remark)}" for remark in remarks]
    return "\n".join([*heading, *(line for entry in entries for line in _table(entry, comments))]) + "\n"


def _table(entry: TableMapping, comments: Mapping[str, str]) -> Iterator[str]:
    yield from ("", "[[table]]", f"name = {_value(entry.name)}", f"files = {_value(entry.files)}")
    usual = TableMapping(name=entry.name, files=entry.files)
    for name in _SIMPLE:
        value = getattr(entry, name)
        if value != getattr(usual, name):
            yield f"{name} = {_value(value)}" + _comment(comments.get(name))
    for name in _TABLES:
        yield from _section(f"table.{name}", getattr(entry, name), comments)
    for column, words in entry.words.items():
        yield from _section(f"table.values.{_key(column)}", words, comments)
    if entry.gather:
        gathered = entry.gather.model_dump(by_alias=True, exclude_defaults=True)
        options = gathered.pop("from") if isinstance(entry.gather.from_, dict) else {}
        yield from _section("table.gather", gathered, comments)
        yield from _section("table.gather.from", options, comments)


def _section(name: str, content: Mapping[str, Any], comments: Mapping[str, str]) -> Iterator[str]:
    if content:
        yield from ("", f"[{name}]")
    for key, value in content.items():
        reason = comments.get(f"{name.removeprefix('table.')}.{key}")
        comment = reason or comments.get(key) or (comments.get(value) if isinstance(value, str) else None)
        yield f"{_key(key)} = {_value(value)}" + _comment(comment)


def _comment(text: str | None) -> str:
    return f"  # {_one_line(text)}" if text else ""


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, dt.date):
        return value.isoformat()
    # the escapes of JSON are those of TOML, but for one sign
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
