"""SPSS files: questions from multiple-response sets, labels and names; the format of VNG's Burgerpeiling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from toptaak.intake.gather import NOT_PICKED, folded
from toptaak.intake.mapping import UNDECIDED, TableMapping
from toptaak.intake.platforms.layouts import clean
from toptaak.intake.platforms.survey_export import Export, may_be_personal, without_people
from toptaak.intake.platforms.survey_questions import (
    FEW,
    OPTIONS_KNOWN,
    PICKED,
    Asked,
    Question,
    Shape,
    as_written,
    bracketed,
    option_apart,
    shaped,
    stem,
)
from toptaak.intake.readers import read
from toptaak.intake.readers.raw import plain
from toptaak.intake.readers.spss import label_words, open_spss, written

_BURGERPEILING: Final = frozenset({"respondent", "gemnr", "jr", "kw", "dv01"})
_SERVICE: Final = ("dv", "mm")  # the rest asks about health, care and neighbours: not ours to carry
_MARKS: Final = frozenset(str(mark) for mark in range(1, 11))
_AGREEMENT: Final = frozenset({"helemaal eens", "eens", "oneens", "helemaal oneens"})
_NO_OPINION: Final = re.compile(r"weet niet|geen mening|n\.v\.t")
_CHANNELS: Final = {
    "website of app van de gemeente": "web",
    "e-mail": "e-mail",
    "sociale media of berichten app": "chat",
    "post": "mail",
    "(publieks)balie": "desk",
    "telefoon": "phone",
}
_SEGMENTS: Final = {
    "segment_sex": "ch01",
    "segment_age": "ch02",
    "segment_education": "ch03",
    "segment_district": "wijknr",
}
_FEWEST_TICKS: Final = 3  # variables that may be the options of one question
_OF_TASKS: Final = "taken"  # variables that are named as tasks are one question
_FIRST_MONTHS: Final = ("01", "04", "07", "10")


def open_sav(path: Path, known: Sequence[str] = ()) -> Export:
    """Open an SPSS file: its multiple-response sets, then variables that are ticked, then the rest.

    `known`: names of tasks, which are never taken for personal data.

    Raises
    ------
    InputRefused
        for a damaged file.
    MissingExtra
        where the extra `spss` is not installed.
    """
    data = path.read_bytes()
    _, meta = open_spss(data, path.name, metadataonly=True)
    labels = {name: clean(text) for name, text in meta.column_names_to_labels.items() if text}
    codes = {
        name: {word: written(code) for code, word in label_words(words).items()}
        for name, words in meta.variable_value_labels.items()
    }
    sets = {str(code): mr_set for code, mr_set in meta.mr_sets.items()}
    names = [str(name) for name in meta.column_names]
    numeric = {str(name) for name, kind in meta.readstat_variable_types.items() if kind != "string"}
    groups = list(_groups(names, sets, labels, codes, _like_ticks(names, numeric, labels, codes, known)))
    allowed = [column.name for some in groups for column in some if not may_be_personal(_judged(column, some, known))]
    raw = read(data, path.name, [name for name in meta.column_names if name in allowed])
    some_groups = [left for some in groups if (left := [column for column in some if column.name in allowed])]
    questions = [
        _question(question, raw.cells, codes, sets)
        for some in some_groups
        for question in _ticked_or_apart(some, raw.cells, known)
    ]
    filling_in = {str(name).lower(): str(name) for name in raw.cells}
    cells, questions = without_people(raw.cells, questions, [])
    filling_in = {code: name for code, name in filling_in.items() if name in cells}
    left_out = tuple(str(name) for name in meta.column_names if name not in cells)
    return Export(path.name, "spss", cells, questions, filling_in, left_out, labels, codes)


def _judged(asked: Asked, group: Sequence[Asked], known: Sequence[str]) -> str:
    """Give the words by which a variable may be personal: of an option of a question those of the question."""
    task = plain(asked.option) in {plain(label) for label in known}
    return asked.text if task or len(group) > 1 else f"{asked.name} {asked.text} {asked.option}"


def _like_ticks(
    names: Sequence[str],
    numeric: Collection[str],
    labels: Mapping[str, str],
    codes: Mapping[str, Mapping[str, str]],
    known: Sequence[str],
) -> dict[str, str]:
    """Name the question of numeric variables that may be ticks without a label: one stem, or tasks."""
    bare = [name for name in names if name in numeric and not codes.get(name)]
    stems = Counter(stem(name) for name in bare if stem(name) != name)
    together = {name: stem(name) for name in bare if stems[stem(name)] >= _FEWEST_TICKS}
    tasks = {plain(name) for name in known}
    called = {name: _option(labels.get(name, name)) for name in bare if name not in together}
    named = [name for name, label in called.items() if {plain(label), plain(bracketed(label)[1])} & tasks]
    return together | (dict.fromkeys(named, _OF_TASKS) if len(named) >= _FEWEST_TICKS else {})


def _ticked_or_apart(some: Sequence[Asked], cells: pd.DataFrame, known: Sequence[str]) -> Iterator[Question]:
    """Make one question of variables whose cells are those of one; of others a question each."""
    question = shaped(some, cells, known)
    if len(some) == 1 or question.shape in OPTIONS_KNOWN:
        yield question
        return
    for column in some:
        if not may_be_personal(f"{column.name} {column.text} {column.option}"):
            alone = replace(column, code=column.name, text=column.text or column.option, option="")
            yield shaped([alone], cells, known)


def _groups(
    names: Sequence[str],
    sets: Mapping[str, Any],
    labels: Mapping[str, str],
    codes: Mapping[str, Mapping[str, str]],
    like_ticks: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[list[Asked]]:
    """Put variables together: those of a multiple-response set, those of one question that can only be ticked."""
    together = {name: code for code, mr_set in sets.items() for name in mr_set["variable_list"] if name in names}
    ticked = [
        name
        for name in names
        if name not in together and _can_only_be_ticked(codes.get(name, {}), labels.get(name, ""))
    ]
    together |= {name: stem(name) for name in ticked if stem(name) != name}
    together = dict(like_ticks) | together
    for code in dict.fromkeys(together.values()):
        members = [name for name in names if together.get(name) == code]
        text, options = _split([labels.get(name, name) for name in members])
        text = clean(sets[code]["label"]) if code in sets else text or code
        yield [Asked(name, code, text, option) for name, option in zip(members, options, strict=True)]
    for name in names:
        if name not in together:
            yield [Asked(name, name, labels.get(name, name))]


def _can_only_be_ticked(words: Mapping[str, str], label: str) -> bool:
    """Tell by its labels whether a variable is ticked or not: one label, or one for yes and one for no.

    Without labels of values, a question with an option behind it in brackets may be.
    """
    if not words:
        return label.endswith("]")
    said = {folded(word) for word in words}
    return len(said) == 1 or (len(said) == 2 and len(said & PICKED) == 1 and len(said & NOT_PICKED) == 1)


def _split(labels: Sequence[str]) -> tuple[str, list[str]]:
    """Give the question that labels share, where they do, and the option of each."""
    pairs = [bracketed(label) for label in labels]
    if all(option for _, option in pairs):
        shared = {text for text, _ in pairs}
        return (shared.pop() if len(shared) == 1 else ""), [option for _, option in pairs]
    if not any(label.startswith("[") for label in labels) and len(labels) > 1:
        text, parts = option_apart(labels)
        if text:
            return text, parts
    return "", [_option(label) for label in labels]


def _option(label: str) -> str:
    """Give the option that a label tells by itself: the part in brackets behind a question, else all but its code.

    Examples
    --------
    >>> _option("[zw05.0] sportvereniging"), _option("Adres wijzigen [binnen gemeente]")
    ('sportvereniging', 'Adres wijzigen [binnen gemeente]')
    """
    question, option = bracketed(label)
    return option if option and question.endswith(("?", ":")) else re.sub(r"^\[[^\]]*\]\s*", "", label)


def _question(
    question: Question, cells: pd.DataFrame, codes: Mapping[str, Mapping[str, str]], sets: Mapping[str, Any]
) -> Question:
    """Let sets and labels tell what answers cannot: what counts as picked, and that a question has few answers."""
    declared = sets.get(question.code)
    if declared and declared["is_dichotomy"]:
        return _counted(question, cells, codes, written(declared["counted_value"]))
    if declared:
        # the variables of such a set hold answers in no order
        words = [word for name in question.columns for word in codes.get(name, ())]
        options = tuple(dict.fromkeys(words)) or question.options
        return replace(question, shape=Shape.RANKS, options=options, ordered=False, own=0)
    words = [word for name in question.columns for word in codes.get(name, ())]
    if len(question.columns) > 1 and len(set(words)) == 1:
        options = tuple(question.columns.values())
        return replace(question, shape=Shape.MARKS, options=options, picked=(words[0],))
    if len(question.columns) == 1 and 1 < len(words) <= FEW:
        return replace(question, shape=Shape.CHOICE, options=tuple(words))
    return question


def _counted(question: Question, cells: pd.DataFrame, codes: Mapping[str, Mapping[str, str]], counted: str) -> Question:
    """Count the value that the set declares, whatever its label; every other label means: not picked."""
    labels = {name: {code: label for label, code in codes.get(name, {}).items()} for name in question.columns}
    picked = {labelled.get(counted, counted) for labelled in labels.values()}
    others = {label for labelled in labels.values() for code, label in labelled.items() if code != counted}
    others |= {as_written(cell) for name in question.columns for cell in cells[name].unique() if folded(cell)}
    others -= picked
    denied = tuple(sorted(word for word in others if folded(word) not in NOT_PICKED))
    options = tuple(question.columns.values())
    return replace(question, shape=Shape.MARKS, options=options, picked=tuple(sorted(picked)), not_picked=denied)


def is_burgerpeiling(export: Export) -> bool:
    """Tell whether an SPSS file has the format of VNG's Burgerpeiling."""
    return export.filling_in.keys() >= _BURGERPEILING


def propose_burgerpeiling(export: Export) -> tuple[tuple[TableMapping, ...], dict[str, str]]:
    """Propose the tables `respondents` and `ratings` for a Burgerpeiling, per year in the file.

    The file names only year and quarter, so every answer is dated on the first day of its quarter. Scores are the
    codes of the codebook: 1 to 10 for a mark, 1 (`helemaal eens`) to 5 (`helemaal oneens`) for a statement.

    Returns
    -------
    tuple
        The tables, and what each column is about.
    """
    years = sorted({folded(cell) for cell in export.cells["jr"]} - {""})
    entries = [entry for year in years or [UNDECIDED] for entry in _of_year(export, year, several=len(years) > 1)]
    return tuple(entries), dict(export.labels)


def _of_year(export: Export, year: str, *, several: bool) -> Iterator[TableMapping]:
    there = set(export.cells)
    quarters = {f"kwartaal {number}": _day(year, month) for number, month in enumerate(_FIRST_MONTHS, 1)}
    shared: dict[str, Any] = {"files": (export.file,), "where": {"jr": (year,)} if several else {}}
    who = {"respondent": "respondent", "municipality": "gemnr", "date": "kw", "weight": "weging"}
    who = {ours: theirs for ours, theirs in who.items() if theirs in there} | {"respondent": "respondent"}
    whom = {ours: theirs for ours, theirs in _SEGMENTS.items() if theirs in there}
    whom |= {"mode": "veldwerkmodus"} if "veldwerkmodus" in there else {}
    yield TableMapping.model_validate(
        shared
        | {"name": "respondents", "constants": {"survey": "burgerpeiling"}}
        | {"columns": who | whom, "values": {"date": quarters}}
    )
    scored, words = _scored(export)
    channel = {"channel": "dv12"} if "dv12" in there else {}
    yield TableMapping.model_validate(
        shared
        | {"name": "ratings", "columns": who | channel, "gather": {"into": "score", "by": "question", "from": scored}}
        | {"values": {"date": quarters, "score": words} | ({"channel": _channel_words(export)} if channel else {})}
    )


def _day(year: str, month: str) -> str:
    return f"{UNDECIDED} jjjj-{month}-01" if year == UNDECIDED else f"{year}-{month}-01"


def _scored(export: Export) -> tuple[dict[str, str], dict[str, str]]:
    """Find the questions with a mark or a statement, and what their answers are worth."""
    scored: dict[str, str] = {}
    words: dict[str, str] = {}
    for name in (column for column in export.cells if str(column).startswith(_SERVICE)):
        codes = export.codes.get(str(name), {})
        if codes.keys() >= _MARKS or codes.keys() >= _AGREEMENT:
            scored[str(name)] = str(name)
            words |= {label: "" if _NO_OPINION.search(label) else code for label, code in codes.items()}
    return scored, {label: code for label, code in words.items() if label != code}


def _channel_words(export: Export) -> dict[str, str]:
    return {label: _CHANNELS.get(label, "") for label in export.codes.get("dv12", {})}
