"""Compare two folders of publications, and sort what differs by its kind, so that the list can be judged.

Run `python -m benchmarks.compare_publications BEFORE AFTER`: two folders that a batch published in. Files of results
are compared number by number, pages table by table, cell by cell and sentence by sentence; drawings, layout and bytes
are not compared. A report and its views carry the same results: those count once. Each kind is printed with its count
and an example; then what is of no kind, by measure or place, to be looked at one by one: the same observations that
give another number, and a cell whose words changed. The exit code is 1 where anything is of no kind.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

NO_KIND = "OF NO KIND"
LISTED = 40  # measures and places with differences of no kind that are printed
ALIKE = 0.5  # how much of two sentences is the same where one is the other reworded
_DRAWN = ("svg", "style", "script")
_NUMBERS = ("n", "estimate", "ci_low", "ci_high", "method", "note")
_TOO_FEW = "too few"
_HIDDEN = re.compile(r"^–?$|niet getoond|minder dan \d+|te weinig waarnemingen|not shown|fewer than \d+|too few")
_VERDICTS = re.compile(
    r"aantoonba|streefwaarde|doel gehaald|op koers|achter|niet te zeggen|vergelijk|meetbaar|waarnemingen|signaal|grens"
    r"|grenzen|verbetering|zorg|geen$",
    re.IGNORECASE,
)

Key = tuple[str, ...]
Cells = Mapping[str, str]


class Difference(NamedTuple):
    """What changed: its kind, in which publication, and what stood and stands there."""

    kind: str
    publication: str
    before: str
    after: str


# --- results


def results_of(file: Path) -> dict[Key, Cells]:
    """Read a file of results: per group and measure its numbers, to ten digits."""
    with file.open(encoding="utf-8", newline="") as handle:
        rows = [{name: _rounded(cell) for name, cell in row.items()} for row in csv.DictReader(handle)]
    return {tuple(cell for name, cell in row.items() if name not in _NUMBERS): row for row in rows}


def _rounded(cell: str) -> str:
    try:
        return f"{float(cell):.10g}"
    except ValueError:
        return cell


def kind_of_result(before: Cells | None, after: Cells | None, known: set[str]) -> str:
    """Say what became of a number; `known`: the measures that there were before."""
    if before is None or after is None:
        if before is not None:
            return "result: gone"
        return "result: new group" if after and after["measure"] in known else "result: new measure"
    if before["estimate"] != "" and after["estimate"] == "":
        return "result: now hidden" if _TOO_FEW in after["note"] else "result: not measured any more"
    if before["estimate"] == "" and after["estimate"] != "":
        return "result: now shown"
    if before["n"] != after["n"]:
        return "result: other observations"
    if before["estimate"] != after["estimate"]:
        return NO_KIND
    limits = [before[name] != after[name] for name in ("ci_low", "ci_high")]
    return "result: another interval" if any(limits) else "result: note or method in other words"


def result_differences(name: str, before: Mapping[Key, Cells], after: Mapping[Key, Cells]) -> Iterator[Difference]:
    """Give every number that differs."""
    known = {row["measure"] for row in before.values()}
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield Difference(kind_of_result(old, new, known), name, _told(key, old), _told(key, new))


def _told(key: Key, row: Cells | None) -> str:
    return "" if row is None else " ".join([*key, *(f"{name}={row[name]}" for name in _NUMBERS if row[name])])


# --- pages


class Page(NamedTuple):
    """A page as a reader has it: tables (caption, row, column: cell) and the sentences around them."""

    tables: dict[str, dict[tuple[str, str], str]]
    sentences: Counter[str]


def page_of(file: Path) -> Page:
    """Read a page, without what stands inside drawings."""
    soup = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
    for drawn in soup.find_all(_DRAWN):
        drawn.decompose()
    tables: dict[str, dict[tuple[str, str], str]] = {}
    for table in soup.find_all("table"):
        caption = _numbered(skeleton(_text(table.caption) if table.caption else ""), tables)
        tables[caption] = _cells_of(table)
        table.decompose()
    lines = (" ".join(line.split()) for line in soup.get_text("\n").splitlines())
    return Page(tables, Counter(line for line in lines if line))


def skeleton(text: str) -> str:
    """Write a text without its numbers.

    Examples
    --------
    >>> skeleton("78,4% van 1.204 zaken")
    '#% van # zaken'
    """
    return re.sub(r"[+−-]?\d[\d.,]*", "#", text)


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def _numbered(name: str, taken: Mapping[str, object]) -> str:
    """Tell the second of one name from the first."""
    return next(f"{name}{'·' * number}" for number in range(1000) if f"{name}{'·' * number}" not in taken)


def _cells_of(table: Tag) -> dict[tuple[str, str], str]:
    heads = [_text(cell) for cell in table.find_all("th", scope="col")]
    rows: dict[str, list[str]] = {}
    for row in (table.tbody or table).find_all("tr"):
        cells = [_text(cell) for cell in row.find_all(["th", "td"])]
        rows[_numbered(cells[0] if cells else "", rows)] = cells[1:]
    return {
        (name, skeleton(head)): cell
        for name, cells in rows.items()
        for head, cell in zip(heads[1:], cells, strict=False)
    }


def kind_of_cell(before: str, after: str) -> str:
    """Say what became of a cell."""
    hidden, hides = _HIDDEN.search(before), _HIDDEN.search(after)
    if hides and not hidden:
        return "cell: now hidden"
    if hidden and not hides:
        return "cell: now shown"
    if hidden and hides:
        return "cell: hidden in other words"
    if skeleton(before) == skeleton(after) or not re.search(r"[^\W\d_]{4}", before + after):
        return "cell: another number, as in the results"
    if _VERDICTS.search(before + after):
        return "cell: another verdict"
    return "cell: reworded" if _alike(before, after) >= ALIKE else NO_KIND


def page_differences(name: str, before: Page, after: Page) -> Iterator[Difference]:
    """Give every table, cell and sentence that differs."""
    for caption in dict.fromkeys([*before.tables, *after.tables]):
        old, new = before.tables.get(caption), after.tables.get(caption)
        if old is None or new is None:
            yield Difference("table: new" if old is None else "table: gone", name, *_either(caption, old is None))
        elif old != new:
            yield from _table_differences(name, caption, old, new)
    yield from _sentence_differences(name, before.sentences - after.sentences, after.sentences - before.sentences)


def _either(text: str, is_new: bool) -> tuple[str, str]:
    return ("", text) if is_new else (text, "")


def _table_differences(
    name: str, caption: str, before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str]
) -> Iterator[Difference]:
    for axis, part in ((0, "row"), (1, "column")):
        old, new = ({key[axis]: None for key in cells} for cells in (before, after))
        for gone in [text for text in old if text not in new]:
            yield Difference(f"{part}: gone", name, f"{caption}: {gone}", "")
        for added in [text for text in new if text not in old]:
            yield Difference(f"{part}: new", name, "", f"{caption}: {added}")
    for key in before.keys() & after.keys():
        if before[key] != after[key]:
            place = f"{caption}, {key[0]}, {key[1]}: "
            yield Difference(kind_of_cell(before[key], after[key]), name, place + before[key], place + after[key])


def _sentence_differences(name: str, gone: Counter[str], new: Counter[str]) -> Iterator[Difference]:
    left, added = [*gone.elements()], [*new.elements()]
    for kind, likeness in (("sentence: other numbers", _same_skeleton), ("sentence: reworded", _alike)):
        for text in [*left]:
            match = max(added, key=lambda other: likeness(text, other), default="")
            if match and likeness(text, match) >= ALIKE:
                yield Difference(kind, name, text, match)
                left.remove(text)
                added.remove(match)
    yield from (Difference("sentence: gone", name, text, "") for text in left)
    yield from (Difference("sentence: new", name, "", text) for text in added)


def _same_skeleton(text: str, other: str) -> float:
    return float(skeleton(text) == skeleton(other))


def _alike(text: str, other: str) -> float:
    """Give the share of two sentences' words that they have in common, in order; a short text is like no other."""
    words, others = text.split(), other.split()
    if min(len(words), len(others)) < 4 or not set(words) & set(others):
        return 0.0
    return SequenceMatcher(None, words, others, autojunk=False).ratio()


# --- folders


def differences(before: Path, after: Path) -> Iterator[Difference]:
    """Give every difference between two folders, results once for each municipality."""
    names = {path.relative_to(root) for root in (before, after) for path in root.rglob("*") if path.is_file()}
    for name in sorted(name for name in names if len(name.parts) > 1):
        old, new = before / name, after / name
        if name.suffix not in (".html", ".csv") or (name.suffix == ".csv" and "-" in name.parts[-2]):
            continue
        if not (old.is_file() and new.is_file()):
            yield Difference("publication: gone" if old.is_file() else "publication: new", name.as_posix(), "", "")
        elif name.suffix == ".csv":
            yield from result_differences(name.as_posix(), results_of(old), results_of(new))
        else:
            yield from page_differences(name.as_posix(), page_of(old), page_of(new))


def with_moves(listed: Sequence[Difference]) -> list[Difference]:
    """Mark what is gone from one publication of a municipality and new in another: it moved."""
    appeared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in listed:
        if one.kind in ("sentence: new", "table: new"):
            appeared[_municipality(one), one.after].append(one.publication)
    sorted_out = []
    for one in listed:
        to = appeared.get((_municipality(one), one.before), [])
        moved = one.kind in ("sentence: gone", "table: gone") and to
        sorted_out.append(one._replace(kind=f"{one.kind.split(':')[0]}: moved", after=to[0]) if moved else one)
    return sorted_out


def _municipality(difference: Difference) -> str:
    return difference.publication.split("/")[1].split("-")[0]


def main(before: str, after: str) -> int:
    """Print each kind with its count and an example, then what is of no kind."""
    listed = with_moves([*differences(Path(before), Path(after))])
    kinds = Counter(one.kind for one in listed)
    examples = {one.kind: one for one in reversed(listed)}
    for kind, count in sorted(kinds.items()):
        example = examples[kind]
        print(f"{count:6d} × {kind}   [{example.publication}]\n         - {example.before}\n         + {example.after}")
    alone = [one for one in listed if one.kind == NO_KIND]
    print(f"{len(listed)} differences of {len(kinds)} kinds, {len(alone)} of no kind" if listed else "no difference")
    times = Counter(_about(one) for one in alone)
    first = {_about(one): one for one in reversed(alone)}
    for about, count in times.most_common(LISTED):
        print(f"{count} × {about} [{first[about].publication}]\n  - {first[about].before}\n  + {first[about].after}")
    return int(bool(alone))


def _about(difference: Difference) -> str:
    """Name what a difference is about: the measure of a result, or table and row of a cell."""
    is_result = difference.publication.endswith(".csv")
    return difference.before.split()[4] if is_result else ",".join(difference.before.split(",")[:2])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
