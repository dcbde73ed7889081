"""`toptaak questionnaire`: a ready survey out of the short list, with the mapping that reads it back."""

from __future__ import annotations

from pathlib import Path

import click

from toptaak.cli.run_language import say
from toptaak.cli.screen import echo
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.wording import DEFAULT_LANGUAGE, LANGUAGES


@click.command("questionnaire")
@click.option("--from", "tasks", required=True, type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363.")
@click.option(
    "--to", "platform", type=click.Choice(["limesurvey", "qualtrics"]), default="limesurvey", show_default=True
)
@click.option("--name", default="toptaken", show_default=True, help="Name of the survey; the export begins with it.")
@click.option(
    "--picks", type=click.IntRange(1, 20), default=5, show_default=True, help="Most tasks a voter may choose."
)
@click.option(
    "--language",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    default=(DEFAULT_LANGUAGE,),
    show_default=True,
)
@click.option("--background", type=click.Path(dir_okay=False, exists=True, path_type=Path), help="Own questions (CSV).")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("data/raw"), show_default=True)
def questionnaire(
    tasks: Path,
    municipality: str,
    platform: str,
    name: str,
    picks: int,
    languages: tuple[str, ...],
    background: Path | None,
    data: Path,
) -> None:
    """Write a ready questionnaire for LimeSurvey or Qualtrics, and the mapping that reads its export."""
    from toptaak.core.faults import stopping
    from toptaak.intake.store import check_path
    from toptaak.surveys.questionnaire import AGES, make_questionnaire, read_background
    from toptaak.surveys.questionnaire_files import write_questionnaire

    checked = check_path(tasks)
    if stopping(checked.faults):
        raise InputRefused(checked.faults)
    if "tasks" not in checked.tables:
        raise ToptaakError(say("{file} is no task list: its name must begin with tasks.", file=tasks.name))
    own = read_background(background) if background else [AGES]
    form = make_questionnaire(checked.tables["tasks"], name, languages, picks, own)
    for path in write_questionnaire(form, platform, municipality, data):
        echo(path)
    if platform == "qualtrics":
        single = "In Qualtrics, set for the first question: random order, and at most {n} answer."
        more = "In Qualtrics, set for the first question: random order, and at most {n} answers."
        echo(say(single, more, n=picks))
        echo(say("Export with choice text and with multi-value fields split into columns."))
    echo(say("Put the export in {folder} under a name that begins with {name}.", folder=data, name=f"{name}-"))
