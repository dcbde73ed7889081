"""The commands. They arrange calls and print; they hold no formula and touch no table."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from toptaak import __version__
from toptaak.cli.channel_commands import channels
from toptaak.cli.check_commands import check, limesurvey
from toptaak.cli.example_commands import example
from toptaak.cli.lab_command import lab
from toptaak.cli.longlist_commands import longlist
from toptaak.cli.number_commands import numbers
from toptaak.cli.options import REPORTS
from toptaak.cli.plan_commands import canvas, signals, trials
from toptaak.cli.questionnaire_commands import questionnaire
from toptaak.cli.report_commands import batch, index, report
from toptaak.cli.run_language import chosen_language, say, speak
from toptaak.cli.screen import echo
from toptaak.cli.service_commands import klantinteracties, zaken
from toptaak.core.errors import ToptaakError
from toptaak.core.visible_signs import visible
from toptaak.core.wording import LANGUAGES, message

REFUSED, INTERRUPTED, UNEXPECTED = 2, 130, 1
_DISK = {
    errno.EACCES: message("no permission"),
    errno.EPERM: message("no permission"),
    errno.EROFS: message("it can only be read"),
    errno.ENOSPC: message("the disk is full"),
    errno.ENOTDIR: message("a part of it is a file and no folder"),
}


class Commands(click.Group):
    """Commands whose mistakes are told in a sentence, never as a traceback."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Run a command line in one language."""
        arguments = list(sys.argv[1:] if args is None else args)
        speak(self, chosen_language(arguments, os.environ))
        return super().main(arguments, *more, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command and turn whatever it raises into a message and an exit code."""
        try:
            return super().invoke(ctx)
        except ToptaakError as error:
            echo(error.say(say.language), err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            echo(say("Interrupted. What was published stays."), err=True)
            ctx.exit(INTERRUPTED)
        except click.ClickException as error:
            vars(error)["message"] = visible(error.message)
            raise
        except (click.exceptions.Exit, click.Abort):
            raise
        except OSError as error:
            if error.errno == errno.EPIPE:  # `toptaak … | head`: who reads has enough, and click ends without a word
                raise
            reason = _disk(error)
            echo(reason or _unexpected(ctx, error), err=True)
            ctx.exit(REFUSED if reason else UNEXPECTED)
        except Exception as error:
            echo(_unexpected(ctx, error), err=True)
            ctx.exit(UNEXPECTED)


def _disk(error: OSError) -> str:
    """Say in a sentence what the disk refused; empty for anything else."""
    if error.errno not in _DISK or error.filename is None:
        return ""
    reason = say(_DISK[error.errno])
    return say("{path}: {reason}. Choose another folder, or mend its permissions.", path=error.filename, reason=reason)


def _unexpected(ctx: click.Context, error: Exception) -> str:
    log = ctx.meta.get("reports", REPORTS) / ".logs" / "toptaak.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return say("Unexpected error: {what}. Report this, with {path}.", what=type(error).__name__, path=log)


def _remember_language(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        ctx.meta["language"] = value


@click.group(cls=Commands)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    callback=_remember_language,
    expose_value=False,
    help="Language of the commands and of what they make. Default: nl, or en where the system speaks English.",
)
@click.version_option(__version__)
def main() -> None:
    """Workbook for municipalities that work with top tasks."""


for _command in (
    batch, canvas, channels, check, example, index, lab, limesurvey, longlist, questionnaire, report, signals, trials,
    numbers, klantinteracties, zaken,
):  # fmt: skip
    main.add_command(_command)
