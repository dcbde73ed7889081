"""A researcher's own survey file, read in one call: league table, curve, rank sets, segments."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from toptaak.check.proposals import open_keys, proposal_text, propose_file, with_answers
from toptaak.core.errors import ToptaakError
from toptaak.core.municipalities import fictional_code
from toptaak.core.wording import DEFAULT_LANGUAGE, message, translator
from toptaak.intake.mapping import UNDECIDED
from toptaak.intake.platforms.picks import TASK_LIST, write_task_list
from toptaak.numbers.survey import SurveySource, open_survey
from toptaak.printing.blocks import Block
from toptaak.report.publications import pages
from toptaak.report.research.segment_names import segment_name
from toptaak.workbench.own_file import present
from toptaak.workbench.result_frames import ResultFrame, as_result

# the file of a survey need not say of which municipality it is
_NOBODYS: Final = fictional_code(1)
_OPEN: Final = re.compile(rf'=\s*"{re.escape(UNDECIDED)}[^"]*"')


@dataclass(frozen=True, eq=False)
class OwnSurvey:
    """One top-task survey, opened from a file or a data folder; its votes are checked and counted.

    Every call gives a `ResultFrame` or blocks: numbers of small groups are hidden, no call shows a person's row.
    """

    source: SurveySource

    def league(self) -> ResultFrame:
        """Rank the tasks (ranglijst).

        Returns
        -------
        ResultFrame
            One row is a task: `task`, n (voters who could choose it), estimate (share of the votes, 0-1), interval,
            rank, votes, band. Source: McGovern, Top Tasks (2018).
        """
        return self._of_tasks("vote_share", "Top tasks by share of the votes")

    def reach(self) -> ResultFrame:
        """Give the share of voters who chose each task (bereik), with Wilson's interval."""
        return self._of_tasks("vote_reach", "Share of the voters who chose the task")

    def rank_sets(self) -> ResultFrame:
        """Give the places each task may have (mogelijke plaatsen); all hold together at the level of the settings."""
        from toptaak.privacy.disclosure import publish
        from toptaak.surveys.rank_sets import rank_sets_of

        votes = self.source.votes
        assert votes is not None
        frame = rank_sets_of(votes, self.source.settings, self.source.rng())
        return self._named(publish(frame, self.source.settings).frame, "The places that each task may have")

    def segments(self, name: str) -> ResultFrame:
        """Rank the tasks per level of a segment (groepen), by its name in the file or in the report: `leeftijd`.

        Raises
        ------
        ToptaakError
            for a segment that is not in the file, with those that are.
        """
        say, known = self.source.say, {entry.name: entry for entry in self.source.segments}
        labels = {segment_name(entry, self.source.say).casefold(): entry for entry in known}
        chosen = labels.get(name.casefold(), name)
        if chosen not in known:
            text = "There is no segment {name} of which two groups may be shown. There are: {known}."
            there = ", ".join(labels) or say("none")
            raise ToptaakError(self.source.say(message(text, name=name, known=there)))
        frame = known[chosen].rankings.where(measure="vote_reach").frame
        return self._named(frame, "Share of the voters who chose the task")

    def curve(self) -> Block:
        """Show where the top tasks end (lijn): the figure of the report."""
        from toptaak.printing.blocks import Figure

        return next(block for block in pages("survey").curve(self.source) if isinstance(block, Figure))

    def account(self) -> pd.DataFrame:
        """Give the rows read, used, set aside and left out (verantwoording), one row per file and table."""
        return self.source.account

    def _of_tasks(self, measure: str, caption: str) -> ResultFrame:
        league = self.source.league
        assert league is not None
        return self._named(league.where(measure=measure).frame, caption)

    def _named(self, frame: pd.DataFrame, caption: str) -> ResultFrame:
        names = frame["task_id"].map(self.source.task_labels).fillna(frame["task_id"])
        named = frame.assign(task_id=names).rename(columns={"task_id": "task"})
        return as_result(named, translator(self.source.language)(caption), self.source.language)

    def _repr_html_(self) -> str:
        return str(self.league()._repr_html_())


def survey(
    path: str | Path,
    municipality: str = "",
    survey: str = "",
    tasks: str | Path | None = None,
    mapping: str | Path | None = None,
    answers: Mapping[str, str] | None = None,
    language: str = DEFAULT_LANGUAGE,
) -> OwnSurvey:
    """Open a top-task survey from your own file or a data folder (eigen enquête).

    Parameters
    ----------
    path
        An export of a survey platform, a plain sheet, or a data folder. The file is read, never changed.
    municipality
        Code or name; needed for a data folder with several.
    survey
        Name of the survey; empty: the newest.
    tasks
        The task list, where answers are to be matched to it.
    mapping
        A mapping of your own, in place of the proposed one.
    answers
        What a proposal asks, by its key: `{"date": "2026-09-01"}`.

    Raises
    ------
    ToptaakError
        where the file cannot be read without a decision: the questions, and how to answer them.
    """
    source = present(path, language)
    if source.is_dir():
        return _voted(open_survey(municipality or _only(source, language), survey, language, str(source)))
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        copy = Path(shutil.copy(source, data))
        if tasks is not None:
            shutil.copy(present(tasks, language), data / f"tasks{Path(tasks).suffix}")
        (data / "mappings").mkdir()
        target = data / "mappings" / "enquete.toml"
        if mapping is not None:
            shutil.copy(present(mapping, language), target)
        else:
            _propose(copy, target, municipality, answers or {}, language)
        _decided(target, source, municipality, language)
        code = municipality or _only(data, language)
        return _voted(open_survey(code, survey, language, str(data)))


def _propose(copy: Path, target: Path, municipality: str, answers: Mapping[str, str], language: str) -> None:
    """Write what is proposed for a file, with the answers to what it asks; name what is still asked."""
    proposal = with_answers(propose_file(copy, municipality or _NOBODYS), answers)
    if asked := open_keys(proposal):
        refusal = message(
            "{path} cannot be read without your decision on: {keys}. Give it as answers={example}.",
            path=copy.name,
            keys="; ".join(f"{key} ({value})" if value else key for key, value in asked.items()),
            example={key: value or "…" for key, value in asked.items()},
        )
        raise ToptaakError(refusal.say(language))
    if proposal.tasks:
        write_task_list(proposal.tasks, copy.parent / TASK_LIST)
    target.write_text(proposal_text(proposal, language), encoding="utf-8")


def _decided(target: Path, source: Path, municipality: str, language: str) -> None:
    """Fill the municipality in where only that is open; refuse what else only a person can decide."""
    lines = target.read_text(encoding="utf-8").splitlines()
    undecided = [line.strip() for line in lines if _OPEN.search(line) and not line.lstrip().startswith("#")]
    if left := [line for line in undecided if not line.startswith("municipality")]:
        refusal = message(
            "{path} cannot be read without your decision on: {lines}. Write the mapping with: toptaak check {path} "
            "--propose mapping.toml. Fill it in, and give it as mapping=.",
            path=source.name,
            lines="; ".join(left),
        )
        raise ToptaakError(refusal.say(language))
    own = f'= "{municipality or _NOBODYS}"'
    target.write_text("\n".join(_OPEN.sub(own, line) for line in lines) + "\n", encoding="utf-8")


def _only(data: Path, language: str) -> str:
    from toptaak.intake.store import refresh

    known = refresh(data).municipalities()
    if len(known) != 1:
        refusal = message("Choose a municipality with municipality=: {choices}.", choices=", ".join(known))
        raise ToptaakError(refusal.say(language))
    return str(known[0])


def _voted(source: SurveySource) -> OwnSurvey:
    if source.votes is None:
        refusal = message(
            "There are no votes in this survey. Give the file with the answers, or add the table ballots."
        )
        raise ToptaakError(source.say(refusal))
    _ = (source.league, source.segments)  # the file may be gone when a notebook asks
    return OwnSurvey(source)
