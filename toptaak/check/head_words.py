"""The heads and words that systems of municipalities write: case systems, switchboards, ticket systems, Dutch or "
"English.

One list per table of ours: our column = the heads it may have, the most telling first. Heads are compared folded: case,
accents, spaces and signs do not count, nor what stands between brackets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from toptaak.intake.readers.raw import plain

Heads = Mapping[str, tuple[str, ...]]


def _heads(**columns: str) -> Heads:
    return MappingProxyType({ours: tuple(theirs.split()) for ours, theirs in columns.items()})


_CASE: Final = (
    "zaaknummer zaaknr zaakid zaakidentificatie zaakkenmerk casenumber casenr caseid casereference caseconceptname "
    "zaak "
    "case ticketnummer ticketnumber ticketid ticket incidentnummer incidentnumber meldingsnummer meldingnummer "
    "dossiernummer kenmerk incident number nummer identificatie id key"
)
_CHANNEL: Final = (
    "kanaal channel contactkanaal ingangskanaal kanaalnaam communicatiekanaal aanvraagkanaal media mediatype medium "
    "contactwijze via herkomst bron source origin"
)
_TOPIC: Final = (
    "onderwerp zaaktype zaaktypeomschrijving zaaktypenaam product productnaam dienst topic reden contactreden "
    "callreason "
    "reason vraagcategorie hoofdcategorie categorie category rubriek thema subject servicelijn wachtrij queue "
    "queuename "
    "skill skillgroup vaardigheid lijn type soort tickettype requesttype"
)
_START: Final = (
    "datumtijd tijdstip startdatumtijd startdatum starttijdstip starttijd begindatum begintijd starttimestamp "
    "startdatetime "
    "datumentijd datumtijdgesprek timestamp datetime started startedat starttime startdate callstart calldate calltime "
    "registratiedatum contactdatum datumcontact gespreksdatum datumgesprek datumregistratie registratiemoment "
    "ontvangen "
    "ontvangstdatum datumontvangst ontvangenop binnengekomen created createdat createdon creationdate createddate "
    "datecreated aangemaakt aangemaaktop aanmaakdatum datumaangemaakt opened openedat opendate begin start aanvang "
    "aanvangstijd datum date dag day"
)
_CLOCKS: Final = "tijd time starttijd begintijd aanvangstijd tijdstip starttime uur klok clock callstart calltime"
_OPENED: Final = (
    "startdatum registratiedatum ontvangstdatum datumontvangst datumregistratie ontvangen ontvangenop created "
    "createdat "
    "createdon createddate creationdate datecreated opened openedat opendate aangemaakt aangemaaktop aanmaakdatum "
    "datumaangemaakt begindatum datumstart startdate datumingediend indiendatum ingediend ingediendop meldingsdatum "
    "datummelding aanvraagdatum datumaanvraag submitted submittedat start begin datumtijd datum date"
)
_CLOSED: Final = (
    "einddatum werkelijkeeinddatum einddatumwerkelijk einddatumgerealiseerd afhandeldatum afhandelingsdatum "
    "datumafgehandeld datumafhandeling afgehandeldop afgehandeld gesloten geslotenop sluitdatum sluitingsdatum "
    "datumgesloten datumsluiting afsluitdatum datumafsluiting afgeslotenop afgesloten closed closedat closedon "
    "closeddate "
    "closedate dateclosed resolved resolvedat resolutiondate afgerond afgerondop datumafgerond datumafronding gereed "
    "gereedop gereedgemeld datumgereed completed completedat completiondate enddate einde eind end"
)
_DUE: Final = (
    "uiterlijkeeinddatum uiterlijkeeinddatumafdoening uiterlijkedatum uiterstedatum geplandeeinddatum einddatumgepland "
    "streefdatum streefdatumafhandeling streefeinddatum fataledatum duedate due dueat deadline termijndatum "
    "einddatumwettelijk wettelijkeeinddatum"
)
_WAIT: Final = (
    "wachttijd wachtduur gewacht waittime waitingtime wait waitduration queuetime timeinqueue queuewait "
    "wachttijdwachtrij "
    "tijdinwachtrij speedofanswer answerspeed timetoanswer opneemtijd tijdtotopname"
)
_TALK: Final = (
    "gesprekstijd gespreksduur spreektijd praattijd talktime talkduration talk bill callduration duurgesprek duur "
    "duration gesprek"
)
_HOLD: Final = "holdtijd tijdindewacht inwacht holdtime holdduration hold tijdinwacht"
_WRAP: Final = (
    "nawerktijd nawerk nabewerkingstijd naverwerkingstijd acw wraptime wrapup wrapuptime aftercallwork "
    "aftercallworktime "
    "afterworktime"
)
_AVERAGE: Final = ("gemiddelde", "gemiddeld", "gem", "average", "avg", "mean")


def _averages(heads: str) -> str:
    bare = heads.split()
    return " ".join([*(mark + head for head in bare for mark in _AVERAGE), *(head + "avg" for head in bare), *bare])


HEADS: Final[Mapping[str, Heads]] = MappingProxyType(
    {
        "service_totals": _heads(
            municipality="gemeente gemeentecode municipality",
            date="datum date dag day datumtijd",
            hour="uur hour tijdvak interval tijdinterval tijdsinterval tijd time",
            queue="wachtrij queue queuename servicelijn lijn skill skillgroup onderwerp dienst loket",
            channel=_CHANNEL,
            offered="aangeboden offered callsoffered aantalaangeboden aangebodengesprekken aangebodenoproepen "
            "totaalaangeboden inkomendegesprekken inkomend incomingcalls inbound inboundcalls totalcalls "
            "aantalgesprekken aantaloproepen gesprekken oproepen calls ontvangen received bezoekers klanten",
            answered="beantwoord aangenomen answered callsanswered answeredcalls aantalbeantwoord "
            "beantwoordegesprekken "
            "aangenomengesprekken callshandled handled opgenomen geholpen afgehandeld",
            abandoned="afgebroken opgehangen abandoned callsabandoned abandonedcalls afgebrokengesprekken afgehaakt "
            "verlaten gemist missed verloren opgegeven aantalafgebroken verlorengesprekken",
            within_norm="binnennorm binnendenorm binnensla withinsla withinnorm withinservicelevel aantalbinnennorm",
            wait_s_mean=_averages(f"{_WAIT} asa"),
            talk_s_mean=_averages(f"{_TALK} att"),
            wrap_s_mean=_averages(_WRAP),
        ),
        "steps": _heads(
            municipality="gemeente gemeentecode municipality",
            case=_CASE,
            step="stap processtap stapnaam activiteit activity conceptname event eventname handeling statusnaam status",
            at="tijdstip timestamp timetimestamp completetimestamp datumtijd datum date datumstatus statusdatum "
            "datumstatusgezet uitgevoerdop",
            department="afdeling department orggroup",
            channel=_CHANNEL,
        ),
        "cases": _heads(
            municipality="gemeente gemeentecode municipality",
            case=_CASE,
            opened_at=_OPENED,
            closed_at=_CLOSED,
            due_at=_DUE,
            topic=_TOPIC,
            channel=_CHANNEL,
            status="status zaakstatus state statusomschrijving huidigestatus fase",
            outcome="resultaat resultaattype resultaatomschrijving result outcome resolution uitkomst besluit",
        ),
        "ratings": _heads(
            municipality="gemeente gemeentecode municipality",
            date=_START,
            respondent="respondent respondentnummer respondentnr respondentid responsid deelnemer deelnemernummer",
            task_id=_TOPIC,
            channel=_CHANNEL,
        ),
        "contacts": _heads(
            municipality="gemeente gemeentecode municipality",
            ticket_at="ticketgetrokken nummergetrokken aankomst aankomsttijd aangemeld ticketprinted arrival "
            "arrivaltime",
            called_at="opgeroepen oproep oproeptijd oproeptijdstip called calledat calledtime",
            served_at="geholpen klaargeholpen eindebehandeling served servedat",
            started_at=_START,
            ended_at="eindtijd einddatumtijd einddatum eindtijdstip einde eind ended endedat endtime enddate end "
            "callend "
            "afgehandeldop datumafgehandeld closed closedat completed",
            channel=_CHANNEL,
            topic=_TOPIC,
            kind="soortcontact contacttype typecontact soortvraag contactsoort typevraag kind soort type",
            wait_s=_WAIT,
            talk_s=_TALK,
            hold_s=_HOLD,
            wrap_s=_WRAP,
            answered="beantwoord aangenomen answered opgenomen isanswered gespreksstatus gesprekstatus callstatus "
            "disposition resultaat uitkomst result outcome status",
            resolved="opgelost resolved directopgelost directafgehandeld ineenkeeropgelost "
            "afgehandeldineerstecontact fcr "
            "firstcontactresolution",
            case=_CASE,
        ),
    }
)
CLOCK_HEADS: Final = tuple(_CLOCKS.split())
END_CLOCK_HEADS: Final = ("eindtijd", "endtime", "einde", "end", "tijdeinde", "eind")
DIRECTION_HEADS: Final = ("richting", "direction", "calldirection", "gespreksrichting", "typegesprek", "calltype")
INBOUND: Final = frozenset({"inkomend", "inbound", "in", "incoming", "binnenkomend"})
OUTBOUND: Final = frozenset({"uitgaand", "outbound", "out", "outgoing", "intern", "internal"})
ANSWERED: Final = frozenset(
    re.findall(
        r"\w+",
        "beantwoord aangenomen opgenomen answered handled afgehandeld connected completed geholpen served "
        "ja yes true waar 1 j y",
    )
)
NOT_ANSWERED: Final = frozenset(
    re.findall(
        r"\w+",
        "afgebroken opgehangen abandoned gemist missed noanswer nietbeantwoord nietopgenomen unanswered verlaten "
        "afgehaakt busy bezet lost verloren opgegeven nee no false onwaar 0 n failed",
    )
)
# not sure enough for the reader, but a good guess: word = channel
CHANNEL_GUESSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("mail", "mails"), "e-mail"),
        **dict.fromkeys(
            (
                "whatsapp",
                "socialmedia",
                "social",
                "chatbot",
                "messenger",
                "twitter",
                "facebook",
                "app",
                "sms",
                "webcare",
            ),
            "chat",
        ),
        **dict.fromkeys(("digitaal", "online", "portaal", "portal", "mijngemeente", "selfservice", "formulier"), "web"),
        **dict.fromkeys(("schriftelijk", "papier", "fax"), "mail"),
        **dict.fromkeys(("kcc", "klantcontactcentrum", "14"), "phone"),
        **dict.fromkeys(("fysiek", "afspraak", "stadhuis", "stadskantoor"), "desk"),
    }
)
_UNITS: Final = (
    (r"mm:ss|min:sec|m:ss", "mm:ss"),
    (r"hh:mm(?!:)|uu:mm(?!:)", "hh:mm"),
    (r"\b(?:sec(?:onden|onds?|s)?|s)\b", "seconds"),
    (r"\b(?:min(?:uten|utes?|s)?|m)\b", "minutes"),
    (r"\b(?:uren|uur|hours?|hrs?|h)\b", "hours"),
    (r"\b(?:dagen|days?|d)\b", "days"),
)
# words that say of what something is, where the rest of a head says what it is
_FILLERS: Final = re.compile(
    r"\b(?:zaak|case|ticket|melding|gesprek|gesprekken|call|calls|contact|van|de|het|of|the|in|aantal)\b", re.IGNORECASE
)
_PEOPLE: Final = re.compile(
    r"beller|caller|\bcli\b|\bani\b|a-?nummer|\bklant(?:[ _-]?(?:nr|nummer|id|naam|code))?\b|customer|relatie(?:nr"
    r"|nummer)"
    r"|\bburger\b|inwoner(?:nummer)|aanvrager|indiener|melder|contactpersoon|toegewezen|assign|owner|eigenaar|requester"
    r"|reporter|(?:created|aangemaakt|geregistreerd|behandeld|opgenomen|afgehandeld|closed|resolved"
    r"|updated)[ _]?(?:by|door)"
    r"|medewerker|employee|personeel|behandelaar|\bagent|resource|\buser\b|gebruiker|operator|initiator|betrokkene"
    r"|\bstraat|huisnummer|woonplaats|\bvan\b ?nummer|telefoon|phone ?number|\bmsisdn\b",
    re.IGNORECASE,
)


def head_word(head: str) -> str:
    """Fold a head so that spellings of one name are equal.

    Examples
    --------
    >>> head_word("Gesprekstijd (sec.)"), head_word("Datum en tijd"), head_word("Answer Speed (AVG)")
    ('gesprekstijd', 'datumtijd', 'answerspeedavg')
    >>> head_word("Startdatum van de zaak"), head_word("Zaak")
    ('startdatum', 'zaak')
    """
    bare = _joined(head)
    return bare if bare in ALL_HEADS else _joined(_FILLERS.sub(" ", head)) or bare


def _joined(head: str) -> str:
    text = re.sub(r"\((?!\s*(?:avg|gem)\b)[^)]*\)|\[[^\]]*\]", "", head, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:en|and|&)\b", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+in (?:seconden|minuten|uren|dagen|seconds|minutes|hours|sec|min)\.?\s*$", "", text, flags=re.I)
    return re.sub(r"[^\w]", "", plain(text)).removesuffix("sec").removesuffix("seconden")


def unit_of(head: str) -> str | None:
    """Give the unit that a head names between brackets, behind `in` or at its end.

    Examples
    --------
    >>> unit_of("Gesprekstijd (mm:ss)"), unit_of("Wachttijd in minuten"), unit_of("wait_sec"), unit_of("Wachttijd")
    ('mm:ss', 'minutes', 'seconds', None)
    """
    text = head.casefold().replace("_", " ")
    named = re.search(r"[(\[]([^)\]]*)[)\]]|\bin (\w+)\.?\s*$|\s((?:sec|seconden|min|minuten)\.?)\s*$", text)
    said = next((group for group in named.groups() if group), "") if named else ""
    return next((unit for pattern, unit in _UNITS if re.search(pattern, said)), None)


def names_people(head: str) -> bool:
    """Tell whether a column of a log by its head says who called, asked or answered.

    Examples
    --------
    >>> [names_people(head) for head in ("Medewerker", "Nummer beller", "Klantnummer", "Klanttevredenheid", "Kanaal")]
    [True, True, True, False, False]
    """
    return _PEOPLE.search(head.replace("_", " ")) is not None


ALL_HEADS: Final = frozenset(head for table in HEADS.values() for heads in table.values() for head in heads)
