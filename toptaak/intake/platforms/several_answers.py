"""Several answers in one cell: what stands between them, which come back, and which are somebody's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from toptaak.intake.codes import points_at_person
from toptaak.intake.gather import pieces
from toptaak.intake.readers.raw import plain

MARKS: Final = (";", "|", ",")  # between several answers in one cell
_SURELY: Final = 5  # so often together and never apart is no accident
_MOSTLY: Final = 0.8  # share of the cells that holds an answer that comes back


@dataclass(frozen=True)
class SeveralAnswers:
    """The answers that stand in the cells of one question.

    Attributes
    ----------
    mark
        What stands between them.
    options
        Answers of the task list, and those that two people or more gave: one person's own words are none.
    ordered
        Every cell holds every option, so their order is the voter's.
    own
        How many answers are somebody's own words.
    joined
        Options put together of parts that never stand apart: they hold the sign themselves.
    """

    mark: str
    options: tuple[str, ...]
    ordered: bool
    own: int
    joined: tuple[str, ...] = ()


def several_answers(texts: Sequence[str], known: Sequence[str] = ()) -> SeveralAnswers | None:
    """Tell what stands between the answers of filled cells; None where each holds one answer, or a sentence.

    Examples
    --------
    >>> several_answers(["Paspoort;Trouwen;", "Paspoort;", "Trouwen;"]).options
    ('Paspoort', 'Trouwen')
    >>> several_answers(["Afval, glas, Paspoort", "Afval, glas", "Paspoort, Wonen", "Wonen"]).options
    ('Afval, glas', 'Paspoort', 'Wonen')
    >>> several_answers(["Goed, dank u", "Nee"]) is None
    True
    """
    return next((answers for mark in MARKS if (answers := _parted(texts, mark, known))), None)


def _parted(texts: Sequence[str], mark: str, known: Sequence[str]) -> SeveralAnswers | None:
    if not any(mark in text for text in texts):
        return None
    ends = all(text.endswith(mark) for text in texts)
    joined = () if ends else _never_apart([pieces(text, mark, known) for text in texts], texts, mark, known)
    cells = [pieces(text, mark, {*known, *joined}) for text in texts]
    options = recurring(cells, known)
    if not (ends or (any(len(cell) > 1 for cell in cells) and _come_back(cells, options))):
        return None
    own = sum(answer not in options for cell in cells for answer in cell)
    ordered = len(options) > 1 and all(set(cell) == set(options) for cell in cells)
    return SeveralAnswers(
        mark, tuple(sorted(options)), ordered, own, tuple(answer for answer in joined if answer in options)
    )


def recurring(cells: Iterable[Sequence[str]], known: Sequence[str] = ()) -> frozenset[str]:
    """Give the answers that are known or that two people or more gave, and that name nobody.

    Examples
    --------
    >>> sorted(recurring([["a", "b"], ["a", "mijn buurman"]]))
    ['a']
    """
    names = {plain(label) for label in known}
    times = Counter(answer for cell in cells for answer in set(cell))
    return frozenset(
        answer
        for answer, times in times.items()
        if plain(answer) in names or (times > 1 and not points_at_person(answer))
    )


def _come_back(cells: Sequence[Sequence[str]], options: Collection[str]) -> bool:
    """Tell whether the same answers come back in different company, and not a sentence or one answer with a comma."""
    ours = [tuple(answer for answer in cell if answer in options) for cell in cells]
    company = Counter(answer for answers in set(ours) for answer in answers)
    mixed = sum(times > 1 for times in company.values())
    return (
        any(len(answers) > 1 for answers in ours)
        and sum(map(bool, ours)) >= _MOSTLY * len(cells)
        and mixed >= 0.5 * len(company)
    )


def _never_apart(
    cells: Sequence[Sequence[str]], texts: Sequence[str], mark: str, known: Sequence[str]
) -> tuple[str, ...]:
    """Find runs of parts that only ever stand together, in one order: an option that holds the sign itself.

    The space behind the sign is kept as people wrote it.
    """
    before = _always_behind(cells, {plain(label) for label in known})
    runs = [_run(piece, before) for piece in before if piece not in before.values()]
    return tuple(whole for run in runs if (whole := _as_written(run, texts, mark)))


def _always_behind(cells: Sequence[Sequence[str]], names: Collection[str]) -> dict[str, str]:
    """Give the parts that always stand behind the same other part, which never stands without one of them.

    A part that goes on in small letters behind a capital is a part of an option also where the other stands alone.
    """
    times = Counter(piece for cell in cells for piece in cell)
    pairs = Counter(pair for cell in cells for pair in pairwise(cell))
    close = {
        pair
        for pair, together in pairs.items()
        if together == times[pair[1]] > 1 and not any(plain(piece) in names for piece in pair)
    }
    covered = Counter(first for first, second in close for _ in range(times[second]))
    return {
        second: first
        for first, second in close
        if (first[:1].isupper() and second[:1].islower()) or (covered[first] == times[first] >= _SURELY)
    }


def _run(last: str, before: dict[str, str]) -> list[str]:
    run = [last]
    while run[0] in before and before[run[0]] not in run:
        run.insert(0, before[run[0]])
    return run


def _as_written(run: Sequence[str], texts: Sequence[str], mark: str) -> str:
    spellings = (f"{mark} ".join(run), mark.join(run))
    return next((spelling for spelling in spellings if any(spelling in text for text in texts)), "")
