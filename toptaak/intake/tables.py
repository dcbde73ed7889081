"""The contract: every table that intake delivers, declared once.

The schemas, the data dictionary (`data/README.md`) and the checks all read this list.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from toptaak.intake.columns import ContractColumn, ContractTable, Kind

CHANNELS: Final = ("web", "phone", "desk", "mail", "e-mail", "chat")
CHANNEL_WORDS: Final = MappingProxyType(
    {
        "internet": "web",
        "website": "web",
        "webformulier": "web",
        "telefoon": "phone",
        "telefonie": "phone",
        "telefonisch": "phone",
        "voice": "phone",
        "balie": "desk",
        "loket": "desk",
        "aan de balie": "desk",
        "post": "mail",
        "brief": "mail",
        "email": "e-mail",
        "livechat": "chat",
        "webchat": "chat",
    }
)
# lowest and highest answer of each kind of score, where the kind settles them, and what a higher answer means
SCORE_KINDS: Final[Mapping[str, tuple[float | None, float | None, str]]] = MappingProxyType(
    {"ces1": (1, 5, "worse"), "ces2": (1, 7, "better"), "nps": (0, 10, "better"), "mark": (None, None, "better")}
)
OUTCOMES: Final = ("completed", "partial", "not_eligible", "failed", "gave_up")


def _column(name: str, kind: Kind, nl: str, en: str, **more: Any) -> ContractColumn:
    return ContractColumn(name, kind, nl, en, **more)


def _must(name: str, kind: Kind, nl: str, en: str, **more: Any) -> ContractColumn:
    return ContractColumn(name, kind, nl, en, **{"required": True, "empty": False} | more)


def _choice(name: str, nl: str, en: str, *choices: str, **more: Any) -> ContractColumn:
    return ContractColumn(name, Kind.CHOICE, nl, en, choices=choices, **more)


def _seconds(name: str, nl: str, en: str) -> ContractColumn:
    return _column(name, Kind.DURATION, nl, en, minimum=0)


def _tally(name: str, nl: str, en: str) -> ContractColumn:
    return _column(name, Kind.INTEGER, nl, en, minimum=0)


MUNICIPALITY: Final = _must("municipality", Kind.MUNICIPALITY, "gemeentecode (CBS)", "municipality code (CBS)")
QUARTER: Final = _must("quarter", Kind.QUARTER, "kwartaal, 2026Q3", "quarter, 2026Q3")
DATE: Final = _must("date", Kind.DATE, "datum", "date")
TASK: Final = _must("task_id", Kind.ID, "code van de taak", "code of the task")
ANY_TASK: Final = _column("task_id", Kind.ID, "code van de taak", "code of the task")
SURVEY: Final = _must("survey", Kind.ID, "naam van de enquête", "name of the survey")
RESPONDENT: Final = _must("respondent", Kind.ID, "nummer van de respondent", "number of the respondent", personal=True)
ANY_RESPONDENT: Final = _column(
    "respondent", Kind.ID, "nummer van de respondent", "number of the respondent", personal=True
)
WEIGHT: Final = _column("weight", Kind.NUMBER, "gewicht", "weight", above=0)
CHANNEL: Final = _choice("channel", "kanaal", "channel", *CHANNELS, words=CHANNEL_WORDS)
DEPARTMENT: Final = _column("department", Kind.TEXT, "afdeling", "department")
TEAM: Final = _must("team", Kind.TEXT, "team", "team")
# a ballot belongs to the municipality of its respondent; a file may say it where numbers are used twice
OF_RESPONDENT: Final = _column(
    "municipality", Kind.MUNICIPALITY, "gemeente van de respondent", "municipality of the respondent"
)
_DESK_TIMES: Final = (
    _column(
        "ticket_at",
        Kind.TIME,
        "nummer getrokken (geeft de wachttijd, wordt niet bewaard)",
        "ticket drawn (gives the waiting time, is not kept)",
        kept=False,
    ),
    _column(
        "called_at",
        Kind.TIME,
        "opgeroepen (geeft begin en wachttijd, wordt niet bewaard)",
        "called to the desk (gives start and waiting time, is not kept)",
        kept=False,
    ),
    _column(
        "served_at",
        Kind.TIME,
        "klaar aan de balie (geeft het einde, wordt niet bewaard)",
        "done at the desk (gives the end, is not kept)",
        kept=False,
    ),
)

_ALL: Final = (
    ContractTable(
        "tasks",
        "een taak op een versie van de takenlijst",
        "a task on a version of the task list",
        (
            _must("list_version", Kind.ID, "versie van de takenlijst", "version of the task list"),
            TASK,
            _must("label", Kind.TEXT, "naam van de taak", "name of the task"),
            _column("label_en", Kind.TEXT, "naam in het Engels", "name in English"),
            _column("category", Kind.TEXT, "thema", "theme"),
            _column("owner_team", Kind.TEXT, "team dat de taak beheert", "team that owns the task"),
            _column("upl_uri", Kind.TEXT, "adres in de productenlijst UPL", "address in the product list UPL"),
        ),
        key=("list_version", "task_id"),
        local=False,
    ),
    ContractTable(
        "respondents",
        "een respondent, ook wie niets koos",
        "a respondent, also who picked nothing",
        (
            SURVEY,
            RESPONDENT,
            MUNICIPALITY,
            DATE,
            _column("mode", Kind.TEXT, "manier van invullen", "way of filling in"),
            WEIGHT,
        ),
        key=("municipality", "survey", "respondent"),
        when="date",
        segments=True,
    ),
    ContractTable(
        "ballots",
        "één keuze van een respondent",
        "one pick of a respondent",
        (
            SURVEY,
            RESPONDENT,
            TASK,
            _column(
                "position",
                Kind.INTEGER,
                "plaats (1 = eerste keuze; leeg = zonder volgorde)",
                "place (1 = first; empty = unranked)",
                minimum=1,
            ),
            OF_RESPONDENT,
        ),
        through=("respondents", ("municipality", "survey", "respondent")),
    ),
    ContractTable(
        "offered",
        "een taak die aan een respondent is getoond (alleen als niet alles is getoond)",
        "a task shown to a respondent (only where not all were)",
        (SURVEY, RESPONDENT, TASK, OF_RESPONDENT),
        key=("municipality", "survey", "respondent", "task_id"),
        through=("respondents", ("municipality", "survey", "respondent")),
    ),
    ContractTable(
        "population",
        "een aantal inwoners",
        "a number of inhabitants",
        (
            MUNICIPALITY,
            _must("year", Kind.INTEGER, "jaar", "year", minimum=1900, maximum=2100),
            _must("variable", Kind.TEXT, "kenmerk", "characteristic"),
            _must("level", Kind.TEXT, "groep", "group"),
            _must("count", Kind.NUMBER, "aantal inwoners", "number of inhabitants", minimum=0),
        ),
        key=("municipality", "year", "variable", "level"),
        counts=("count",),
    ),
    ContractTable(
        "channel_lists",
        "hoe vaak een taak in een kanaal voorkomt",
        "how often a task occurs in a channel",
        (
            MUNICIPALITY,
            QUARTER,
            _choice("channel", "kanaal", "channel", *CHANNELS, words=CHANNEL_WORDS, required=True, empty=False),
            TASK,
            _must("volume", Kind.NUMBER, "aantal keren", "number of times", minimum=0),
        ),
        key=("municipality", "quarter", "channel", "task_id"),
        when="quarter",
        counts=("volume",),
    ),
    ContractTable(
        "attempts",
        "één poging van één klant voor één taak via één kanaal",
        "one customer trying one task through one channel",
        (
            MUNICIPALITY,
            DATE,
            ANY_RESPONDENT,
            TASK,
            CHANNEL,
            _column(
                "believed_success",
                Kind.BOOL,
                "klant denkt dat het is gelukt",
                "customer believes it succeeded",
            ),
            _column("verified_success", Kind.BOOL, "vastgesteld dat het is gelukt", "verified that it succeeded"),
            _choice("outcome", "afloop", "outcome", *OUTCOMES),
            _column("duration_s", Kind.DURATION, "duur in seconden", "duration in seconds", above=0),
            _column("failure_reason", Kind.TEXT, "reden van mislukken", "reason of failure"),
            _column("method", Kind.TEXT, "manier van meten", "way of measuring"),
            WEIGHT,
        ),
        when="date",
    ),
    ContractTable(
        "contacts",
        "één contactmoment",
        "one contact moment",
        (
            MUNICIPALITY,
            _column("case", Kind.ID, "zaaknummer", "case number", personal=True),
            _column("customer", Kind.ID, "klantnummer (versleuteld)", "customer number (pseudonym)", personal=True),
            ANY_TASK,
            _column("topic", Kind.TEXT, "onderwerp", "topic"),
            _choice("kind", "soort contact", "kind of contact", "question", "request", "complaint", "report"),
            CHANNEL,
            _must("started_at", Kind.TIME, "begin", "start", instead=("ticket_at", "called_at")),
            _column("ended_at", Kind.TIME, "einde", "end"),
            _seconds("wait_s", "wachttijd in seconden", "waiting time in seconds"),
            _seconds("talk_s", "gesprekstijd in seconden", "talk time in seconds"),
            _seconds("hold_s", "tijd in de wacht in seconden", "time on hold in seconds"),
            _seconds("wrap_s", "nawerktijd in seconden", "wrap-up time in seconds"),
            _column("answered", Kind.BOOL, "beantwoord", "answered"),
            _column("resolved", Kind.BOOL, "opgelost", "resolved"),
            _column("handled_by", Kind.TEXT, "rol van wie het afhandelde", "role of who handled it"),
            *_DESK_TIMES,
        ),
        when="started_at",
        later={"ended_at": ("resolved",), "ticket_at": (), "called_at": (), "served_at": ()},
    ),
    ContractTable(
        "service_totals",
        "een dag (of uur) van een wachtrij, geteld door de telefooncentrale of het baliesysteem",
        "a day (or hour) of a queue, counted by the telephone switch or the desk system",
        (
            MUNICIPALITY,
            _must("date", Kind.DATE, "dag; van een week de maandag", "day; of a week the Monday"),
            _column(
                "hour",
                Kind.INTEGER,
                "uur, 0 tot 23 (leeg = hele dag)",
                "hour, 0 to 23 (empty = whole day)",
                minimum=0,
                maximum=23,
            ),
            _choice("channel", "kanaal (leeg = telefoon)", "channel (empty = phone)", *CHANNELS, words=CHANNEL_WORDS),
            _column("queue", Kind.TEXT, "wachtrij of onderwerp", "queue or topic", total=True),
            _must("offered", Kind.INTEGER, "aantal aangeboden", "number offered", minimum=0),
            _tally("answered", "aantal beantwoord of geholpen", "number answered or helped"),
            _tally("abandoned", "aantal dat opgaf voordat iemand opnam", "number that gave up before an answer"),
            _tally("within_norm", "aantal beantwoord binnen de norm", "number answered within the norm"),
            _seconds("wait_s_mean", "gemiddelde wachttijd van beantwoorde", "mean waiting time of those answered"),
            _seconds("talk_s_mean", "gemiddelde gesprekstijd", "mean talk time"),
            _seconds("wrap_s_mean", "gemiddelde nawerktijd", "mean wrap-up time"),
        ),
        key=("municipality", "date", "hour", "channel", "queue"),
        when="date",
        counts=("offered", "answered", "abandoned", "within_norm"),
        averages={"wait_s_mean": "answered", "talk_s_mean": "answered", "wrap_s_mean": "answered"},
    ),
    ContractTable(
        "cases",
        "een zaak uit het zaaksysteem; een open zaak heeft geen closed_at",
        "one case of the case system; an open case has no closed_at",
        (
            MUNICIPALITY,
            _must("case", Kind.ID, "zaaknummer", "case number", personal=True),
            _column("customer", Kind.ID, "klantnummer (versleuteld)", "customer number (pseudonym)", personal=True),
            ANY_TASK,
            _column("topic", Kind.TEXT, "onderwerp", "topic"),
            CHANNEL,
            _must("opened_at", Kind.TIME, "begin van de zaak", "start of the case"),
            _must("closed_at", Kind.TIME, "einde van de zaak; leeg = nog open", "end; empty = still open", empty=True),
            _column("due_at", Kind.TIME, "laatste dag van de wettelijke termijn", "last day of the legal term"),
            _column("status", Kind.TEXT, "status", "status"),
            _column("outcome", Kind.TEXT, "resultaat", "result"),
            WEIGHT,
        ),
        key=("municipality", "case"),
        when="opened_at",
        later={"closed_at": ("status", "outcome")},
    ),
    ContractTable(
        "steps",
        "één stap van een zaak achter de balie",
        "one step of a case behind the counter",
        (
            MUNICIPALITY,
            _must("case", Kind.ID, "zaaknummer", "case number", personal=True),
            ANY_TASK,
            CHANNEL,
            _must("step", Kind.TEXT, "stap", "step"),
            _must("at", Kind.TIME, "tijdstip", "moment"),
            DEPARTMENT,
        ),
        when="at",
    ),
    ContractTable(
        "ratings",
        "één antwoord op een schaalvraag",
        "one answer to a scale question",
        (
            MUNICIPALITY,
            DATE,
            ANY_RESPONDENT,
            ANY_TASK,
            CHANNEL,
            _column("part", Kind.TEXT, "onderdeel van de dienst", "part of the service", total=True),
            _must("question", Kind.ID, "code van de vraag", "code of the question"),
            _column("question_version", Kind.ID, "versie van de vraag", "version of the question"),
            _must("score", Kind.NUMBER, "score; leeg = niet ingevuld", "score; empty = not answered", empty=True),
            WEIGHT,
        ),
        when="date",
    ),
    ContractTable(
        "open_answers",
        "één antwoord in eigen woorden",
        "one answer in somebody's own words",
        (
            MUNICIPALITY,
            DATE,
            ANY_RESPONDENT,
            ANY_TASK,
            CHANNEL,
            _column("question", Kind.ID, "code van de vraag", "code of the question"),
            _column(
                "answer",
                Kind.FREE,
                "het antwoord; mag weg zodra het beoordeeld is",
                "the answer; may go as soon as it has been judged",
            ),
            _column(
                "proposed",
                Kind.TEXT,
                "thema's die het codeboek voorstelt; tellen niet",
                "themes that the codebook proposes; they do not count",
            ),
            _column(
                "themes",
                Kind.TEXT,
                "thema's die een mens koos, met ; ertussen; geen = geen van alle; leeg = nog niet beoordeeld",
                "themes that a person chose, with ; between; none = none of them; empty = not judged yet",
            ),
        ),
        when="date",
    ),
    ContractTable(
        "questions",
        "één formulering van een vraag",
        "one wording of a question",
        (
            _must("question", Kind.ID, "code van de vraag", "code of the question"),
            _column("version", Kind.ID, "versie van de vraag", "version of the question"),
            _column("language", Kind.TEXT, "taal", "language"),
            _choice(
                "kind",
                "soort vraag",
                "kind of question",
                "ces1",
                "ces2",
                "nps",
                "mark",
                "likert",
                required=True,
                empty=False,
            ),
            _column("wording", Kind.TEXT, "tekst van de vraag", "text of the question"),
            _must("minimum", Kind.NUMBER, "laagste score", "lowest score"),
            _must("maximum", Kind.NUMBER, "hoogste score", "highest score"),
            _choice("higher_is", "wat een hogere score betekent", "what a higher score means", "better", "worse"),
        ),
        key=("question", "version", "language"),
        local=False,
    ),
    ContractTable(
        "forms",
        "een webformulier in een week",
        "a web form in a week",
        (
            MUNICIPALITY,
            _must("week", Kind.WEEK, "ISO-week, 2026W40", "ISO week, 2026W40"),
            _must("form", Kind.ID, "formulier", "form"),
            ANY_TASK,
            _must("started", Kind.INTEGER, "aantal keren begonnen", "number of times started", minimum=0),
            _must("finished", Kind.INTEGER, "aantal keren afgerond", "number of times finished", minimum=0),
        ),
        key=("municipality", "week", "form"),
        when="week",
        counts=("started", "finished"),
    ),
    ContractTable(
        "targets",
        "een streefwaarde",
        "a target",
        (
            MUNICIPALITY,
            ANY_TASK,
            CHANNEL,
            _must("measure", Kind.ID, "code van de indicator", "code of the measure"),
            _must("valid_from", Kind.DATE, "geldig vanaf", "valid from"),
            _column("valid_to", Kind.DATE, "geldig tot en met", "valid up to and including"),
            _column("baseline", Kind.NUMBER, "beginwaarde", "baseline"),
            _must("target", Kind.NUMBER, "streefwaarde", "target"),
            _column("source", Kind.TEXT, "herkomst", "source"),
        ),
        key=("municipality", "task_id", "channel", "measure", "valid_from"),
    ),
    ContractTable(
        "interventions",
        "een verbetering die is doorgevoerd",
        "a change that was made",
        (
            MUNICIPALITY,
            ANY_TASK,
            DATE,
            _must("label", Kind.TEXT, "korte omschrijving", "short description"),
            _column("team", Kind.TEXT, "team", "team"),
        ),
        since="date",
    ),
    ContractTable(
        "effort",
        "bestede tijd",
        "time spent",
        (
            MUNICIPALITY,
            QUARTER,
            TEAM,
            ANY_TASK,
            _column("activity", Kind.TEXT, "activiteit", "activity"),
            _must("hours", Kind.NUMBER, "uren", "hours", minimum=0),
            _column("cost", Kind.NUMBER, "kosten in euro", "cost in euro", minimum=0),
        ),
        when="quarter",
    ),
    ContractTable(
        "wishes",
        "een verzoek",
        "a request",
        (
            MUNICIPALITY,
            _must("wish", Kind.ID, "nummer van het verzoek", "number of the request"),
            DATE,
            _column("asked_by", Kind.TEXT, "afdeling die vraagt", "department that asks"),
            ANY_TASK,
            _column("expected_effect", Kind.FREE, "verwacht effect", "expected effect"),
            _column("effort_hours", Kind.NUMBER, "geschatte uren", "estimated hours", minimum=0),
            _choice(
                "decision",
                "besluit",
                "decision",
                "yes",
                "no",
                "not_now",
                words={"ja": "yes", "nee": "no", "niet nu": "not_now", "not now": "not_now"},
            ),
            _column("reason", Kind.FREE, "reden", "reason"),
            _column("alternative", Kind.FREE, "alternatief", "alternative"),
            _column("decided_on", Kind.DATE, "datum van het besluit", "date of the decision"),
            _column("decided_by", Kind.TEXT, "rol van wie besloot", "role of who decided"),
        ),
        key=("municipality", "wish"),
        since="date",
        later={"decided_on": ("decision", "reason", "alternative", "decided_by")},
    ),
    ContractTable(
        "signals",
        "een signaal van een afdeling of het klantcontactcentrum",
        "a signal of a department or the contact centre",
        (
            MUNICIPALITY,
            _must("signal", Kind.ID, "nummer van het signaal", "number of the signal"),
            DATE,
            DEPARTMENT,
            _column("topic", Kind.TEXT, "onderwerp", "topic"),
            ANY_TASK,
            _column("text", Kind.FREE, "toelichting", "explanation"),
            _column("followed_up_on", Kind.DATE, "datum van opvolging", "date of follow-up"),
        ),
        key=("municipality", "signal"),
        when="date",
        later={"followed_up_on": ()},
    ),
    ContractTable(
        "staff_feedback",
        "een melding van een medewerker",
        "one form entry by staff",
        (
            MUNICIPALITY,
            _must("entry", Kind.ID, "nummer van de melding", "number of the entry"),
            _must("submitted_on", Kind.DATE, "datum van de melding", "date of the entry"),
            DEPARTMENT,
            _choice(
                "kind",
                "soort",
                "kind",
                "process",
                "knowledge",
                "systems",
                words={"proces": "process", "kennis": "knowledge", "systemen": "systems"},
            ),
            _column("topic", Kind.TEXT, "onderwerp", "topic"),
            _column("routed_to", Kind.TEXT, "rol die het oppakt", "role that takes it up"),
            _column("routed_on", Kind.DATE, "doorgezet op", "routed on"),
            _column("solved_on", Kind.DATE, "opgelost op", "solved on"),
            _column("thanked_on", Kind.DATE, "bedankt op", "thanked on"),
            _column("led_to_change", Kind.BOOL, "leidde tot verandering", "led to a change"),
        ),
        key=("municipality", "entry"),
        when="submitted_on",
        later={"routed_on": ("routed_to",), "solved_on": ("led_to_change",), "thanked_on": ()},
    ),
    ContractTable(
        "teams",
        "een lidmaatschap van een klantteam",
        "a membership of a customer team",
        (
            MUNICIPALITY,
            TEAM,
            ANY_TASK,
            DEPARTMENT,
            _column("role", Kind.TEXT, "rol", "role"),
            _column("mandate", Kind.TEXT, "mandaat", "mandate"),
            _column("next_evaluation", Kind.DATE, "volgende evaluatie", "next evaluation"),
        ),
    ),
)

TABLES: Final[Mapping[str, ContractTable]] = MappingProxyType({table.name: table for table in _ALL})
