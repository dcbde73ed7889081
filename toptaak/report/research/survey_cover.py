"""The head of the research report, and what its numbers rest on."""

from __future__ import annotations

from toptaak.numbers.survey import SurveySource
from toptaak.printing.blocks import Block, Cover, Heading, Items
from toptaak.printing.house_style import in_house_style
from toptaak.report.quarterly.quality import account, rules, warnings
from toptaak.report.research.survey_phrases import voters_of


def cover(source: SurveySource) -> list[Block]:
    """Title, municipality, survey, and a banner where the municipality does not exist."""
    say = source.say
    banner = say("Fictional example: this municipality does not exist and all numbers are made up.")
    facts = [(say("Municipality"), f"{source.municipality.name} ({source.municipality.code})")]
    if source.chosen:
        facts += [(say("Survey"), source.survey), *_voters(source), *_days(source)]
    return [
        in_house_style(
            Cover(
                title=say("Top-task survey"),
                subtitle=say("Which tasks citizens come for, and how sure that is"),
                municipality=source.municipality.name,
                period=source.quarter.label(source.language),
                language=source.language,
                date=source.quarter.end.isoformat(),
                banner=banner if source.municipality.fictional else "",
                facts=facts,
            ),
            source.settings,
        )
    ]


def _voters(source: SurveySource) -> list[tuple[str, str]]:
    """Give the number of voters; nothing where the task list is not there, for then nothing was counted."""
    if source.votes is None:
        return []
    voters, minimum = voters_of(source), source.settings.minimum_n
    few = source.say("fewer than {minimum}", minimum=minimum)
    return [(source.say("Voters"), source.say.number(voters) if voters >= minimum else few)]


def _days(source: SurveySource) -> list[tuple[str, str]]:
    """Give the first and last day, where the file tells more than one."""
    days = source.of_survey("respondents")["date"]
    first, last = days.min(), days.max()
    if first == last:
        return []
    ends = [source.say.date(day) for day in (first, last)]
    return [(source.say("Filled in"), " – ".join(ends))]


def quality(source: SurveySource) -> list[Block]:
    """Rows read, used and set aside per file; warnings; how to read the numbers."""
    say = source.say
    return [
        Heading(2, say("What the numbers rest on")),
        account(source),
        *warnings(source),
        Heading(3, say("How to read the numbers")),
        Items(rules(source)),
    ]
