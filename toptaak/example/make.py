"""Making the whole example folder, municipality by municipality."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Final

import pandas as pd

from toptaak.core.errors import ToptaakError
from toptaak.core.periods import Quarter
from toptaak.core.wording import message
from toptaak.example import events, volumes
from toptaak.example import example_canvases as canvases
from toptaak.example import example_registers as registers
from toptaak.example import example_trials as trials
from toptaak.example import open_comments as answers
from toptaak.example import phone_totals as switch
from toptaak.example import simulated_attempts as attempts
from toptaak.example import simulated_contacts as journeys
from toptaak.example import simulated_scores as scores
from toptaak.example import simulated_votes as votes
from toptaak.example import staff_entries as staff
from toptaak.example.dirty import with_dirty_rows
from toptaak.example.example_files import Writer, writer
from toptaak.example.world import LAST_QUARTER, Town, World, make_town, make_world, task_lists

MOST_MUNICIPALITIES: Final = 999
TRUTH: Final = "truth"
_MARK: Final = "municipalities.csv"  # in the truth: tells an example from a folder with real data


class TownData:
    """Everything about one municipality, made when first asked for."""

    def __init__(self, world: World, number: int) -> None:
        self.world = world
        self.town: Town = make_town(number, world)

    @cached_property
    def surveys(self) -> votes.Surveys:
        """The top-task surveys."""
        return votes.make_surveys(self.world, self.town)

    @cached_property
    def chances(self) -> attempts.Chances:
        """What is true of the attempts."""
        return attempts.make_chances(self.world, self.town)

    @cached_property
    def attempts(self) -> pd.DataFrame:
        """The attempts."""
        return attempts.make_attempts(self.world, self.town, self.chances)

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """The ordinary contact log."""
        return journeys.make_contacts(self.world, self.town)

    @cached_property
    def all_contacts(self) -> pd.DataFrame:
        """The contact log with what came on top of it."""
        log = pd.concat([self.contacts, *events.extra_contacts(self.world, self.town)], ignore_index=True)
        return switch.with_call_times(log, self.world, self.town)

    @cached_property
    def ratings(self) -> pd.DataFrame:
        """The answers of customers, then those of employees."""
        of_customers = scores.make_ratings(self.world, self.town, self.attempts)
        return pd.concat([of_customers, *staff.make_staff_ratings(self.world, self.town)], ignore_index=True)

    @cached_property
    def forms(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The web forms and the truth about them."""
        return volumes.make_forms(self.world, self.town)


def _register(make: Callable[[World, Town], pd.DataFrame]) -> Callable[[TownData], pd.DataFrame]:
    return lambda made: make(made.world, made.town)


# Tables with rows of a municipality; `tasks` and `questions` are the same for all.
_LOCAL: Final[Mapping[str, Callable[[TownData], pd.DataFrame]]] = {
    "respondents": lambda made: made.surveys.respondents,
    "ballots": lambda made: made.surveys.ballots,
    "offered": lambda made: made.surveys.offered,
    "population": lambda made: made.surveys.population,
    "channel_lists": _register(volumes.make_channel_lists),
    "attempts": lambda made: made.attempts,
    "contacts": lambda made: switch.logged_contacts(made.all_contacts, made.town),
    "cases": lambda made: journeys.make_cases(made.town, switch.logged_contacts(made.all_contacts, made.town)),
    "service_totals": lambda made: switch.make_service_totals(made.all_contacts, made.town),
    "steps": lambda made: journeys.make_steps(made.world, made.town, made.contacts),
    "ratings": lambda made: made.ratings,
    "open_answers": lambda made: answers.make_open_answers(made.world, made.town, made.attempts),
    "forms": lambda made: made.forms[0],
    "targets": _register(registers.make_targets),
    "interventions": _register(registers.make_interventions),
    "effort": _register(registers.make_effort),
    "wishes": _register(registers.make_wishes),
    "signals": _register(registers.make_signals),
    "staff_feedback": _register(registers.make_staff_feedback),
    "teams": _register(registers.make_teams),
}
_COMMON: Final[Mapping[str, Callable[[World], pd.DataFrame]]] = {
    "tasks": task_lists,
    "questions": lambda _: scores.make_questions((*scores.QUESTIONS, *staff.QUESTIONS)),
}
TABLES: Final = (*_COMMON, *_LOCAL)


def write_example(
    folder: Path,
    municipalities: int = 12,
    quarters: int = 8,
    seed: int = 2026,
    last_quarter: Quarter = LAST_QUARTER,
    tables: Iterable[str] | None = None,
) -> None:
    """Write a synthetic data folder and, in its subfolder `truth`, what is true about it.

    The same arguments give the same bytes. What stands in a municipality's rows does not depend on how many
    municipalities there are. Files of the folder with another name are left alone.

    Parameters
    ----------
    folder
        Made where it does not exist.
    municipalities
        Number of fictional municipalities, at most 999; the first twelve differ on purpose (`make_town`).
    quarters, last_quarter
        Number of quarters, and the last of them.
    seed
        Seed of all random numbers.
    tables
        Names of the tables to write; all tables, the canvases and the trials if empty.

    Raises
    ------
    ToptaakError
        where the folder holds files of another kind: example data never mix with real ones.
    ValueError
        for a number out of range or an unknown table.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_example(Path(place) / "example", 1, 1, tables=["tasks", "targets"])
    ...     sorted(path.name for path in (Path(place) / "example").iterdir())
    ['README.md', 'settings.toml', 'targets.xlsx', 'tasks.csv', 'truth']
    """
    wanted = _checked(municipalities, quarters, tables)
    _refuse_real_data(folder)
    world = make_world(seed, quarters, last_quarter)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as place:
        made = Path(place) / folder.name
        (made / TRUTH).mkdir(parents=True)
        _write(made, world, municipalities, wanted)
        _move(made, folder)


def _checked(municipalities: int, quarters: int, tables: Iterable[str] | None) -> tuple[str, ...]:
    if not 1 <= municipalities <= MOST_MUNICIPALITIES:
        raise ValueError(f"municipalities must be 1 to {MOST_MUNICIPALITIES}; found {municipalities}")
    if quarters < 1:
        raise ValueError(f"quarters must be at least 1; found {quarters}")
    asked = tuple(tables) if tables is not None else TABLES
    if unknown := sorted(set(asked) - set(TABLES)):
        raise ValueError(f"unknown tables: {', '.join(unknown)}; known are {', '.join(TABLES)}")
    return tuple(name for name in TABLES if name in asked)


def _refuse_real_data(folder: Path) -> None:
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / TRUTH / _MARK).exists()):
        refused = message("{folder} holds other files. Choose a new folder for the example data.", folder=folder)
        raise ToptaakError(refused)


def _move(made: Path, folder: Path) -> None:
    """Put the new files in place; a folder that was not there appears whole."""
    if not folder.exists():
        made.rename(folder)
        return
    shutil.rmtree(folder / TRUTH, ignore_errors=True)
    for path in sorted(made.rglob("*")):
        place = folder / path.relative_to(made)
        place.mkdir(exist_ok=True) if path.is_dir() else path.replace(place)


def _write(folder: Path, world: World, municipalities: int, tables: tuple[str, ...]) -> None:
    from tqdm import tqdm

    texts = ("README.md", "settings.toml", *(["codebook.toml"] if "open_answers" in tables else []))
    for name in texts:
        shutil.copyfile(Path(__file__).parent / "texts" / name, folder / name)
    with ExitStack() as stack:
        writers = {name: stack.enter_context(writer(folder, name)) for name in tables}
        for name in (table for table in tables if table in _COMMON):
            writers[name].add(_COMMON[name](world))
        wrong = []
        truths: list[dict[str, pd.DataFrame]] = []
        for number in tqdm(range(1, municipalities + 1), file=sys.stderr, leave=False, disable=None):
            made = TownData(world, number)
            for name in (each for each in tables if each in _LOCAL):
                wrong += _add(writers[name], name, made)
            truths.append(_truth(made, tables))
            if tables == TABLES:
                canvases.write_canvases(folder, world, made.town)
                trials.write_trials(folder, world, made.town)
    for empty in (file for file in writers.values() if file.rows == 0):
        empty.path.unlink(missing_ok=True)
    _write_truth(folder / TRUTH, world, truths, pd.DataFrame(wrong, columns=["file", "row", "column", "why"]))


def _add(target: Writer, name: str, made: TownData) -> list[tuple[str, int, str, str]]:
    """Write one municipality's rows; tell file, row in a spreadsheet, column and reason of wrong ones."""
    frame, wrong = with_dirty_rows(name, made.town.number, _LOCAL[name](made))
    target.add(frame)
    first = target.rows + 2 - len(wrong)
    return [(target.path.name, first + at, bad.column, bad.why) for at, bad in enumerate(wrong)]


def _truth(made: TownData, tables: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Give what is true of the tables that are written."""
    measures = []
    if "attempts" in tables:
        measures.append(attempts.attempt_truth(made.world, made.town, made.chances))
    if "ratings" in tables:
        measures.append(scores.score_truth(made.world, made.town, made.chances))
    if "contacts" in tables:
        of_cases = journeys.contact_truth(made.world, made.town)
        measures.append(of_cases[~of_cases["quarter"].isin(events.disturbed(made.world, made.town))])
    truth = {"measures": pd.concat(measures, ignore_index=True)} if measures else {}
    if tables == TABLES:
        truth["trials"] = trials.trial_truth(made.world, made.town, truth["measures"])
    if "ratings" in tables:
        truth["staff_experience"] = staff.staff_truth(made.world, made.town)
    if "open_answers" in tables:
        truth["themes"] = answers.theme_truth(made.world, made.town)
    if "ballots" in tables:
        truth["votes"] = made.surveys.truth
    if "forms" in tables:
        truth["forms"] = made.forms[1]
    if "contacts" in tables:
        truth["surges"] = events.surge_truth(made.world, made.town)
        truth["changes"] = events.change_truth(made.world, made.town)
    return truth | {"municipalities": pd.DataFrame([_described(made.town)])}


def _described(town: Town) -> dict[str, object]:
    fields = {name: "" if value is None else value for name, value in vars(town).items()}
    return {name: str(value) if isinstance(value, Quarter) else value for name, value in fields.items()}


def _write_truth(folder: Path, world: World, truths: list[dict[str, pd.DataFrame]], wrong: pd.DataFrame) -> None:
    """Write the large truths as Parquet, the small ones as CSV and JSON."""
    for name in truths[0]:
        frame = pd.concat([truth[name] for truth in truths], ignore_index=True)
        if name in ("measures", "votes"):
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        else:
            frame.to_csv(folder / f"{name}.csv", index=False)
    wrong.to_csv(folder / "dirty_rows.csv", index=False)
    hazard = pd.DataFrame({"hazard": journeys.SILENCE_HAZARD}).rename_axis("day").reset_index()
    hazard.assign(day=hazard["day"] + 1).to_csv(folder / "silence.csv", index=False)
    drivers = json.dumps(scores.driver_truth(world), indent=1) + "\n"
    (folder / "drivers.json").write_text(drivers, encoding="utf-8")
