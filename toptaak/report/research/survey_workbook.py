"""All numbers of the notebook as one workbook."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.results import TOO_FEW
from toptaak.core.wording import message
from toptaak.numbers.survey import SurveySource
from toptaak.numbers.survey_results import Organisation, Weights
from toptaak.printing.blocks import Block, Text
from toptaak.printing.workbook import Names, workbook
from toptaak.privacy.disclosure import Publishable, publish
from toptaak.report.phrases import CHANNEL_NAMES
from toptaak.report.research.segment_names import level_name, measure_name, segment_name
from toptaak.surveys import lists, segments
from toptaak.surveys.ranking import BAND_LABELS

_MARGIN_VERDICTS: Final = {
    "more": "more than in the population",
    "fewer": "fewer than in the population",
    "same": "no demonstrable difference",
}
VERDICTS: Final = {**segments.VERDICTS, **lists.VERDICTS, **_MARGIN_VERDICTS}


def export(source: SurveySource, path: str) -> list[Block]:
    """Write the workbook where `path` names a file, and say so.

    Raises
    ------
    ToptaakError
        where the name does not end in `.xlsx` or the folder does not exist.
    """
    if not path:
        return []
    file = Path(str(path))
    if file.suffix.lower() != ".xlsx" or not file.parent.is_dir():
        refusal = message(
            "The workbook must be an .xlsx file in a folder that exists; found {name}.",
            name=file.name,
        )
        raise ToptaakError(refusal)
    tables = sheets(source)
    if not tables:
        return [Text([source.say("There are no numbers to show: no workbook was written.")], kind="note")]
    file.write_bytes(workbook(tables, source.language, _names(source)))
    sentence = source.say("All numbers stand in {name}: {count} sheets.", name=file.name, count=len(tables))
    return [Text([sentence], kind="note")]


def sheets(source: SurveySource) -> dict[str, Publishable]:
    """Give the tables of the notebook by the names of their sheets; what there is no data for is left out.

    Of a vote that is hidden not even the order is left: it would tell what few people chose.
    """
    votes = {name: _without_hidden(source, rows) for name, rows in (_vote(source) | _groups(source)).items()}
    return {name: rows for name, rows in (votes | _channels(source)).items() if len(rows)}


def _without_hidden(source: SurveySource, rows: Publishable) -> Publishable:
    frame = rows.frame
    hidden = frame["note"] == TOO_FEW
    return publish(frame[~hidden], source.settings) if hidden.any() else rows


def _names(source: SurveySource) -> dict[str, Names]:
    say = source.say
    channels = {channel: say(name) for channel, name in CHANNEL_NAMES.items()}
    segment, level = partial(segment_name, say=say), partial(level_name, say=say)
    return {
        "task_id": dict(source.task_labels),
        "channel": channels,
        "other_channel": channels,
        "level": level,
        "other_level": level,
        "segment": segment,
        "variable": segment,
        "measure": partial(measure_name, say=say),
        "band": {band: say(name) for band, name in BAND_LABELS.items()},
        "verdict": {verdict: say(text) for verdict, text in VERDICTS.items()},
    }


def _vote(source: SurveySource) -> dict[str, Publishable]:
    say = source.say
    if source.league is None or source.rank_groups is None:
        return {}
    sheets = {
        say("League table"): source.league,
        say("Order and equals"): source.rank_groups,
        say("Chance per band"): source.bands,
        say("Stability"): source.stability,
        say("Number of voters"): source.voters_needed,
    }
    assumed = source.assumed_stability
    return sheets if assumed is None else sheets | {say("Stability assumed"): assumed}


def _groups(source: SurveySource) -> dict[str, Publishable]:
    say = source.say
    if source.league is None:
        return {}
    sheets = {}
    if source.segments:
        sheets = {
            say("Groups side by side"): _stacked(
                source, [(segment.name, segment.rankings) for segment in source.segments]
            ),
            say("Groups differences"): _stacked(
                source, [(segment.name, segment.differences) for segment in source.segments]
            ),
            say("Groups agreement"): _stacked(
                source, [(segment.name, segment.agreement) for segment in source.segments]
            ),
        }
    if isinstance(source.weights, Weights):
        sheets |= {
            say("Weights"): source.weights.summary,
            say("Respondents and population"): source.weights.margins,
            say("Weighted vote"): source.weights.shares,
        }
    if isinstance(source.organisation, Organisation):
        sheets[say("Organisation")] = source.organisation.rankings
        sheets[say("Organisation agreement")] = source.organisation.agreement
    return sheets


def _stacked(source: SurveySource, parts: list[tuple[str, Publishable]]) -> Publishable:
    """Put the rows of all segments under each other; what was hidden stays so."""
    frame = pd.concat([rows.frame.assign(segment=name) for name, rows in parts], ignore_index=True)
    return publish(frame[["segment", *(name for name in frame.columns if name != "segment")]], source.settings)


def _channels(source: SurveySource) -> dict[str, Publishable]:
    say = source.say
    if source.lists is None:
        return {}
    ours = source.lists
    sheets = {
        say("Channels as one list"): ours.combined,
        say("Per channel"): ours.per_channel,
        say("Channels agreement"): ours.agreement,
    }
    return sheets if ours.against_vote is None else sheets | {say("Vote against volume"): ours.against_vote}
