"""Compare the texts and numbers of two folders of publications: what a reader would find changed.

Run `python -m benchmarks.compare_publications BEFORE AFTER`: two folders that a batch published in. Every page is read
as its text, line by line; every file of results row by row. Drawings, layout and bytes are not compared. The exit code
is 1 where anything differs, so that a change of the code that should change nothing can be held to it.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from bs4 import BeautifulSoup

_DRAWN = ("svg", "style", "script")


def text_of(page: Path) -> list[str]:
    """Give the lines a reader of a page reads, without those inside drawings."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    for drawn in soup.find_all(_DRAWN):
        drawn.decompose()
    return [" ".join(line.split()) for line in soup.get_text("\n").splitlines() if line.strip()]


def rows_of(results: Path) -> list[str]:
    """Give the rows of a file of results, numbers to ten digits."""
    with results.open(encoding="utf-8", newline="") as file:
        return [", ".join(map(_rounded, row)) for row in csv.reader(file)]


def _rounded(cell: str) -> str:
    try:
        return f"{float(cell):.10g}"
    except ValueError:
        return cell


def differences(before: Path, after: Path) -> Iterator[tuple[str, str]]:
    """Give every difference: the publication's file, and the line with - (gone) or + (new) before it."""
    names = {path.relative_to(root) for root in (before, after) for path in root.rglob("*") if path.is_file()}
    for name in sorted(names):
        if name.suffix not in (".html", ".csv") or len(name.parts) < 2:
            continue
        read = text_of if name.suffix == ".html" else rows_of
        old, new = (read(root / name) if (root / name).is_file() else [] for root in (before, after))
        for line in unified_diff(old, new, lineterm="", n=0):
            if not line.startswith(("---", "+++", "@@")):
                yield name.as_posix(), line


def main(before: str, after: str) -> int:
    """Print each kind of difference once, with how many publications have it, then the count."""
    found = list(differences(Path(before), Path(after)))
    files: Counter[str] = Counter(line for _, line in dict.fromkeys(found))
    first = {line: name for name, line in reversed(found)}
    for line, count in files.most_common():
        print(f"{count:4d} × {line[:200]}   [{first[line]}]")
    pages = len({name for name, _ in found})
    print(f"{len(found)} differences in {pages} files" if found else "no difference")
    return int(bool(found))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
