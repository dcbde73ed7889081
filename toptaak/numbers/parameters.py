"""The parameters of each notebook: typed, and checked before anything starts; a command and a notebook ask the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import ErrorDetails

from toptaak.core import municipalities
from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault, Severity, shown
from toptaak.core.model_faults import Explained, check_document, expected_by, refusal
from toptaak.core.municipalities import Municipality
from toptaak.core.periods import Quarter
from toptaak.core.toml_text import Place, TomlDocument, place_name
from toptaak.core.wording import DEFAULT_LANGUAGE, LANGUAGES, Message, message

PLACE = "parameters"
Parameters = TypeVar("Parameters", bound=BaseModel)
_BY_PAPERMILL: Final = "# Parameters"  # how the cell begins that papermill adds
_IN_DUTCH: Final = {"gemeente": "municipality", "kwartaal": "quarter", "taal": "language", "gegevens": "data"}


class DataParameters(BaseModel):
    """What every notebook knows: language and data folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str = Field(DEFAULT_LANGUAGE, description="language of the report: nl or en")
    data: Path = Field(description="the data folder")

    @field_validator("language", mode="before")
    @classmethod
    def _language(cls, value: object) -> str:
        if value not in LANGUAGES:
            repair = message("Choose one of: {choices}.", choices=", ".join(LANGUAGES))
            raise refusal("TT-603", message("a language the report can be written in"), repair)
        return str(value)

    @field_validator("data", mode="before")
    @classmethod
    def _folder(cls, value: object) -> Path:
        if not (isinstance(value, Path) or (isinstance(value, str) and value.strip())) or not Path(value).is_dir():
            repair = message("Name the folder that holds your files, or make an example: toptaak example.")
            raise refusal("TT-604", message("an existing data folder"), repair)
        return Path(value).resolve()


class InQuarter(BaseModel):
    """The quarter that a notebook is about."""

    quarter: str = Field(description="calendar quarter, 2026Q3")

    @field_validator("quarter", mode="before")
    @classmethod
    def _quarter(cls, value: object, info: ValidationInfo) -> str:
        quarter = known_quarter(value)
        place = municipalities.find(info.data.get("municipality", ""))
        if place is not None and not place.existed_on(quarter.start):
            expected = message("a quarter in which {name} existed", name=place.name)
            raise refusal("TT-602", expected, _use_instead(place))
        return str(quarter)


class OfMunicipality(BaseModel):
    """The municipality that a notebook is about."""

    municipality: str = Field(description="code of the municipality, GM0363, or its whole name")

    @field_validator("municipality", mode="before")
    @classmethod
    def _known_code(cls, value: object) -> str:
        return known_code(value)


class ReportParameters(DataParameters, InQuarter, OfMunicipality):
    """What one report is about; the names are those of the notebook's cell `parameters`.

    Examples
    --------
    >>> ReportParameters(municipality="GM0363", quarter="2026-K3", data=".").quarter
    '2026Q3'
    >>> ReportParameters(municipality="Utrecht", quarter="2026Q3", data=".").municipality
    'GM0344'
    """


class TeamParameters(ReportParameters):
    """What a view of one task, or of all, is about."""

    task: str = Field("", description="code of the task; empty: all tasks")


class CanvasParameters(ReportParameters):
    """What a canvas is about."""

    team: str = Field("", description="name of the team; empty: the canvas of the municipality")


class TargetTime(BaseModel):
    """The target time of an attempt that the notebook on performance works with."""

    target_seconds: float = Field(
        0.0, ge=0, allow_inf_nan=False, description="target time of an attempt in seconds; 0: as in the targets"
    )


class ComparisonParameters(DataParameters, InQuarter):
    """What a comparison of municipalities is about."""

    measures: tuple[str, ...] = Field((), description="measures to compare; empty: the board's KPIs")

    @field_validator("measures", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return listed_names(value)


class SurveyParameters(DataParameters, OfMunicipality):
    """What the notebook on one top-task survey is about."""

    survey: str = Field("", description="name of the survey; empty: the newest")
    band_cut: str = Field("", description="head or quarters; empty: as in the settings")
    list_version: str = Field("", description="the task list of this survey; empty: as in the settings")
    weight_by: tuple[str, ...] = Field((), description="variables of the population to weigh to; empty: all")
    weight_cap: float = Field(5.0, description="highest weight in times the mean; 0: no bound")
    channel_weights: Mapping[str, Annotated[float, Field(allow_inf_nan=False)]] = Field(
        {}, description="weight per channel; empty: all the same"
    )

    @field_validator("weight_by", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return listed_names(value)


def listed_names(value: object) -> object:
    """Take a text for the list that was meant: names with commas between them.

    Examples
    --------
    >>> listed_names("success_rate, disaster_rate")
    ('success_rate', 'disaster_rate')
    """
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return value or ()


def known_quarter(value: object) -> Quarter:
    """Give a quarter of any usual spelling; refuse anything that is none."""
    try:
        return Quarter.parse(str(value))
    except ValueError:
        repair = message("Write the quarter as year, Q and number.")
        raise refusal("TT-602", message("a quarter such as 2026Q3"), repair) from None


def known_code(value: object) -> str:
    """Give a municipality code that is or was in force, of a code or a whole name; refuse anything else with a hint.

    A name that several municipalities have is refused with their codes. Numbers are refused too: what reads `0363` as
    a number may have read it as octal, which is another municipality.

    Raises
    ------
    ValueError
        which inside a pydantic model becomes a located fault.
    """
    municipality = _of_code_or_name(value) if isinstance(value, str) else None
    expected = message("a municipality code such as GM0363, as text")
    if municipality is None:
        raise refusal("TT-601", expected, _hint(value))
    return municipality.code


def _use_instead(municipality: Municipality) -> Message:
    names = ", ".join(f"{code} ({municipalities.name_of(code)})" for code in municipality.successors)
    return message("{name} no longer exists. Use {successors}.", name=municipality.name, successors=names)


def _of_code_or_name(text: str) -> municipalities.Municipality | None:
    named = municipalities.codes_named(text)
    return municipalities.find(named[0] if len(named) == 1 else text)


def _hint(value: object) -> Message:
    close = _codes_like(str(value)) if isinstance(value, str | int) else []
    if not close:
        return message("Look the code up in the list of municipalities.")
    return message("Did you mean {name}?", name=", ".join(f"{code} ({municipalities.name_of(code)})" for code in close))


def _codes_like(text: str) -> list[str]:
    if digits := re.fullmatch(r"(?:gm)?0*(\d{1,4})", text.strip(), re.IGNORECASE):
        code = f"GM{int(digits[1]):04d}"
        if municipalities.find(code):
            return [code]
    return municipalities.codes_named(text) or municipalities.nearest(text, limit=1)


def read_parameters(values: Mapping[str, Any]) -> ReportParameters:
    """Check all values of a report at once.

    Raises
    ------
    InputRefused
        with one fault for each unknown, missing or impossible parameter.

    Examples
    --------
    >>> try:
    ...     read_parameters({"municipality": "0363", "quarter": "2026Q3", "data": "."})
    ... except InputRefused as refused:
    ...     print(refused)
    TT-601 parameters, kolom municipality: Gevonden: '0363'. Verwacht: een gemeentecode zoals GM0363, als tekst. Bedoelt u GM0363 (Amsterdam)?
    """  # noqa: E501
    return checked_parameters(values, ReportParameters)


def checked_parameters(values: Mapping[str, Any], model: type[Parameters]) -> Parameters:
    """Check all values of a notebook at once against its parameters.

    Raises
    ------
    InputRefused
        with one fault for each unknown, missing or impossible parameter.
    """
    given = {name: "" if value is None else value for name, value in values.items()}
    document = TomlDocument(PLACE, given, {}, ())
    checked, faults = check_document(document, model, rule=_rule(list(model.model_fields)))
    if checked is None:
        raise InputRefused(faults)
    return checked


def unknown_parameter(name: str, known: list[str]) -> Fault:
    """Tell that a parameter is not known, and which one looks like it."""
    likely = {parameter: parameter for parameter in known} | {
        dutch: parameter for dutch, parameter in _IN_DUTCH.items() if parameter in known
    }
    close = get_close_matches(name, likely, n=1)
    repair = (
        message("Did you mean {name}?", name=likely[close[0]])
        if close
        else message("Choose one of: {choices}.", choices=", ".join(known))
    )
    expected = message("a parameter that the notebook knows")
    return Fault("TT-605", Severity.STOP, PLACE, expected, repair, shown(name), column=shown(name))


def refuse_misspelt(given: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuse the variables of a notebook (`globals()`) that are not the parameters it works with.

    papermill passes a parameter that the notebook does not have without a word, and the report is then made of what
    stood there; a parameter that was renamed in its cell would be Python's `NameError`.

    Raises
    ------
    InputRefused
        with one fault for each parameter that papermill passed and nobody knows, and each one that is absent.

    Examples
    --------
    >>> try:
    ...     refuse_misspelt({"quater": "2026Q3"}, ["quarter"])
    ... except InputRefused as refused:
    ...     print(refused)
    TT-606 parameters, kolom quarter: Verwacht: een waarde voor deze parameter. Geef quater in de cel met parameters de naam quarter.
    """  # noqa: E501
    passed = [name for cell in given.get("In", ()) if cell.startswith(_BY_PAPERMILL) for name in names_assigned(cell)]
    faults = [unknown_parameter(name, list(known)) for name in dict.fromkeys(passed) if name not in known]
    faults += [_absent_parameter(name, given) for name in known if name not in given]
    if faults:
        raise InputRefused(faults)


def names_assigned(source: str) -> list[str]:
    """List the names that the statements of a cell give a value.

    Examples
    --------
    >>> names_assigned("quarter: str = '2026Q3'\\nteam = ''")
    ['quarter', 'team']
    """
    names = []
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=targets):
                names += [ast.unparse(target) for target in targets]
            case ast.AnnAssign(target=target):
                names.append(ast.unparse(target))
    return names


def _absent_parameter(name: str, given: Mapping[str, Any]) -> Fault:
    close = get_close_matches(name, [known for known in given if not known.startswith("_")], n=1)
    repair = message("Write {name} in the cell with parameters, and choose Run All.", name=name)
    if close:
        repair = message("In the cell with parameters give {found} the name {name}.", found=close[0], name=name)
    return Fault("TT-606", Severity.STOP, PLACE, message("a value for this parameter"), repair, "", column=name)


def _rule(known: list[str]) -> Callable[[ErrorDetails, Place], Explained | None]:
    def explained(details: ErrorDetails, place: Place) -> Explained | None:
        if details["type"] == "extra_forbidden":
            unknown = unknown_parameter(str(place[-1]), known)
            return unknown.code, unknown.expected, unknown.repair
        if "repair" in details.get("ctx", {}):
            return None
        if details["type"] == "missing":
            return "TT-606", message("a value for this parameter"), message("Fill the parameter in.")
        return "TT-606", expected_by(details), message("Change the value of {name}.", name=place_name(place))

    return explained
