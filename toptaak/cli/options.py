"""The options that commands share, and the folders they work in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from toptaak.cli.run_language import say
from toptaak.core.wording import DEFAULT_LANGUAGE, LANGUAGES

RAW, EXAMPLE, REPORTS = Path("data/raw"), Path("data/example"), Path("reports")
VIEWS = ("report", "board", "team", "frontline", "poster")

folder_type: Final = click.Path(file_okay=False, path_type=Path)
file_type: Final = click.Path(dir_okay=False, exists=True, path_type=Path)
new_file_type: Final = click.Path(dir_okay=False, path_type=Path)


def _remember_reports(ctx: click.Context, _: click.Parameter, value: Path) -> Path:
    ctx.meta["reports"] = value
    return value


def _of_this_run(ctx: click.Context, _: click.Parameter, value: str | None) -> str:
    return value or str(ctx.meta.get("language", DEFAULT_LANGUAGE))


reports_option = click.option(
    "--reports",
    type=folder_type,
    default=REPORTS,
    show_default=True,
    callback=_remember_reports,
    help="Folder in which reports are published.",
)

language_option = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    callback=_of_this_run,
    help="Language of what is made, and of the command itself. Default: nl.",
)


# what is read on the screen is in the language of the run
screen_language_option = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    callback=lambda _ctx, _parameter, value: value or say.language,
    help="Language of what is shown. Default: that of the command.",
)


def report_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that `report` and `batch` share."""
    options = (
        click.option("--quarter", "-q", help="Quarter, 2026Q3. Default: the newest in the data."),
        click.option("--data", type=folder_type, help="Data folder. Default: data/raw, or else data/example."),
        reports_option,
        click.option("--notebook", type=file_type, help="Notebook of your own, instead of the package's."),
        click.option("--theme", type=file_type, help="Design tokens or style sheet, instead of that of the settings."),
        language_option,
        click.option(
            "--time-limit",
            type=click.FloatRange(min=1),
            default=600,
            show_default=True,
            help="Seconds after which a report is given up.",
        ),
        click.option("--again", is_flag=True, help="Make reports also where nothing has changed."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def view_options(*default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options that choose which reports are made."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        command = click.option("--task", default="", help="Only the top-task team of this task.")(command)
        choice = click.Choice(VIEWS)
        return click.option(
            "--view",
            "views",
            type=choice,
            multiple=True,
            default=default,
            help="What to make: the whole report, the view for the board, one for each top-task team, that for web "
            "team and contact centre (frontline), or the posters of all canvases (poster). May be repeated.",
        )(command)

    return add


def data_folder(named: Path | None) -> Path:
    """Give the data folder: the one that is named, else your own files, else the example."""
    return named or (RAW if has_files(RAW) else EXAMPLE)


def has_files(folder: Path) -> bool:
    """Tell whether a folder holds anything to read."""
    return folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir())
