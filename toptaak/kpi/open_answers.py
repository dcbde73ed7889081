"""Open answers by theme: a codebook proposes, a person decides, only decisions are counted.

Answers may hold personal data. They stay in the table `open_answers` and in the sheet of the person who judges them;
nothing here puts an answer in a result, a message or a fault. The sheet has the columns of the table, so that it takes
the place of the delivered file once it is filled in; after that the column `answer` may be emptied.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from toptaak.core.errors import InputRefused, MissingExtra, ToptaakError
from toptaak.core.faults import Fault, Severity
from toptaak.core.results import stack
from toptaak.core.settings import Settings
from toptaak.core.wording import message, translator
from toptaak.intake.codes import masked
from toptaak.kpi.codebook import NO_THEME, SEPARATOR, Codebook
from toptaak.kpi.measures import CATALOGUE
from toptaak.kpi.observations import Observations
from toptaak.kpi.summaries import estimates, summarise, with_period

NOT_JUDGED: Final = "some answers have not been judged yet: they are left out"
TABLE: Final = "open_answers"
_WIDTHS: Final = {"answer": 70, "proposed": 24, "themes": 24}
_MADE: Final = dt.datetime(2000, 1, 1)  # a fixed day: the same answers give the same bytes


def with_proposals(answers: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Add what the codebook proposes for each answer; what a person decided stays.

    Parameters
    ----------
    answers
        Table `open_answers`, one row per answer.

    Returns
    -------
    The same rows with `proposed` (themes, `;` between them) and `themes` (empty: still to be judged). What is
    proposed is never taken for a decision.

    Examples
    --------
    >>> from toptaak.kpi.codebook import AnswerTheme
    >>> codebook = Codebook({"waiting": AnswerTheme(label="Wachttijd", keywords=("wacht*",))})
    >>> with_proposals(pd.DataFrame({"answer": ["Lang wachten"]}), codebook)[["proposed", "themes"]].values.tolist()
    [['waiting', '']]
    """
    proposed = [SEPARATOR.join(codebook.propose(str(text))) for text in answers["answer"].fillna("")]
    decided = answers["themes"] if "themes" in answers.columns else pd.Series("", index=answers.index)
    return answers.assign(proposed=proposed, themes=decided.fillna(""))


def write_sheet(answers: pd.DataFrame, codebook: Codebook, path: Path, language: str) -> None:
    """Write the workbook in which a person judges answers; filled in, it is a file of the table `open_answers`.

    Parameters
    ----------
    answers
        Table `open_answers` of one or more municipalities. Those without a decision come first.
    path
        The `.xlsx` to write; an existing file is never overwritten, for it may hold decisions.
    language
        Of the sheet that explains the themes.

    Raises
    ------
    ToptaakError
        where the file exists.
    """
    if path.exists():
        refusal = message("{path} exists and may hold decisions: choose another name.", path=path.name)
        raise ToptaakError(refusal)
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtra("xlsxwriter", "excel") from None
    made = with_proposals(answers, codebook).sort_values("themes", key=lambda decided: decided != "", kind="stable")
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _MADE})
        head = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        sheet = book.add_worksheet(TABLE)
        for place, name in enumerate(made.columns):
            sheet.set_column(place, place, _WIDTHS.get(str(name), 14))
            _write_column(sheet, place, [str(name), *made[name]], head, text)
        sheet.freeze_panes(1, 0)
        say, themes = translator(language), book.add_worksheet("codebook")
        _write_column(themes, 0, [say("theme"), *codebook.themes, *sorted(NO_THEME)[:1]], head, text)
        labels = [theme.label for theme in codebook.themes.values()]
        _write_column(themes, 1, [say("meaning"), *labels, say("none of these")], head, text)
        themes.set_column(0, 1, 30)


def _write_column(sheet: Any, place: int, cells: Sequence[Any], head: Any, text: Any) -> None:
    """Write cells as text, so that what begins with = never becomes a formula; days as 2026-10-01."""
    for row, value in enumerate(cells):
        shown_as = value.date().isoformat() if isinstance(value, pd.Timestamp) else value
        if not pd.isna(shown_as):
            sheet.write_string(row, place, str(shown_as), text if row else head)


def theme_shares(
    answers: pd.DataFrame, codebook: Codebook, by: Sequence[str] = (), settings: Settings | None = None
) -> pd.DataFrame:
    """Give for each theme the share of judged answers that are about it, with Wilson's interval.

    Parameters
    ----------
    answers
        Table `open_answers`; answers without a decision in `themes` do not count, and the note says so.
    by
        Group columns: municipality, task_id, channel, question, quarter.

    Returns
    -------
    Result frame with the column `theme`; `n` counts judged answers. An answer may be about several themes, so the
    shares of a group need not add up to 1.

    Raises
    ------
    InputRefused
        naming every decision that is no theme of the codebook, with how often it occurs.

    Examples
    --------
    >>> from toptaak.kpi.codebook import AnswerTheme
    >>> codebook = Codebook({"waiting": AnswerTheme(label="Wachttijd", keywords=("wacht*",))})
    >>> judged = pd.DataFrame({"themes": ["waiting", "none", "waiting", ""]})
    >>> theme_shares(judged, codebook)[["theme", "n", "estimate"]].round(3).values.tolist()
    [['waiting', 3, 0.667]]
    """
    settings = settings or Settings()
    chosen = answers["themes"].fillna("").astype(str).map(_themes)
    _refuse_unknown(chosen, codebook)
    judged = chosen.map(bool)
    dated = with_period(answers, by).assign(reason=judged.map({True: "", False: NOT_JUDGED}))
    frames = []
    for name in codebook.themes:
        about = chosen.map(lambda themes, name=name: float(name in themes)).astype("float64").where(judged)
        summary = summarise(CATALOGUE["theme_share"], Observations(dated.assign(value=about), note=NOT_JUDGED), by)
        frames.append(estimates(summary, settings).assign(theme=name))
    return stack(frames, [*by, "theme"])


def _themes(decided: str) -> frozenset[str]:
    return frozenset(theme.strip() for theme in decided.split(SEPARATOR) if theme.strip())


def _refuse_unknown(chosen: pd.Series, codebook: Codebook) -> None:
    if faults := list(_unknown(chosen, codebook)):
        raise InputRefused(faults)


def unknown_themes(answers: pd.DataFrame, codebook: Codebook) -> list[Fault]:
    """List the decisions that are no theme of the codebook, each word once with its count."""
    return list(_unknown(answers["themes"].fillna("").astype(str).map(_themes), codebook))


def _unknown(chosen: pd.Series, codebook: Codebook) -> Iterator[Fault]:
    words = Counter(word for themes in chosen for word in themes)
    names, none = ", ".join(codebook.themes), " / ".join(sorted(NO_THEME))
    repair = message("Choose from {names}, or {none} for none of them.", names=names, none=none)
    expected = message("a theme of the codebook")
    for word in sorted(words):
        if word not in codebook.themes and word.casefold() not in NO_THEME:
            yield Fault(
                "TT-403", Severity.STOP, TABLE, expected, repair, masked(word), column="themes", count=words[word]
            )
