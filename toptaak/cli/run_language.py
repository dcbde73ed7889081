"""The language in which a run of the commands speaks: Dutch, unless the person asks for English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any, Final

import click

from toptaak.core.wording import DEFAULT_LANGUAGE, LANGUAGES, Reader

OPTION: Final = "--language"
_CLICK_TEXTS: Final = Path(__file__).parent / "locale" / "click"
_SPEAKING: Final = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
# what stands for a value in a help text, by the type of the value
_VALUES: Final = {"text": "TEXT", "integer": "NUMBER", "float": "NUMBER", "file": "FILE", "directory": "FOLDER"}


class RunReader(Reader):
    """Who reads what the commands print; the language is set once, when a run starts."""

    def __init__(self) -> None:
        super().__init__(DEFAULT_LANGUAGE)

    def speak(self, language: str) -> None:
        """Go on in another language."""
        super().__init__(language)


say: Final = RunReader()


def chosen_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Give the language of a run: that of `--language`, else English where the system speaks it, else Dutch.

    Examples
    --------
    >>> chosen_language(["check"], {"LANG": "C.UTF-8"}), chosen_language(["check"], {"LANG": "en_GB.UTF-8"})
    ('nl', 'en')
    >>> chosen_language(["report", "--language", "nl"], {"LANG": "en_GB.UTF-8"})
    'nl'
    """
    asked = {language for language in _asked(arguments) if language in LANGUAGES}
    if len(asked) == 1:
        return asked.pop()
    system = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "en" if system.lower().startswith("en") else DEFAULT_LANGUAGE


def _asked(arguments: Sequence[str]) -> Iterator[str]:
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if argument == OPTION:
            yield following
        elif argument.startswith(f"{OPTION}="):
            yield argument.removeprefix(f"{OPTION}=")


def speak(group: click.Group, language: str) -> None:
    """Let all commands, their help and click itself speak a language."""
    say.speak(language)
    texts = click_texts(language)
    _translate_click(texts)
    _translate(group, texts)


def _translate(command: click.Command, texts: Mapping[str, str]) -> None:
    command.help = _translated(command, texts)
    command.options_metavar = say("[OPTIONS]")
    command._help_option = None  # click makes it once, in the language of that moment
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = _translated(parameter, texts)
            value = _VALUES.get(parameter.type.name)
            if value and not parameter.is_flag:
                parameter.metavar = say(value)
    if isinstance(command, click.Group):
        command.subcommand_metavar = say("COMMAND [ARGUMENTS]...")
        for inner in command.commands.values():
            _translate(inner, texts)


def _translated(thing: click.Command | click.Option, texts: Mapping[str, str]) -> str | None:
    """Translate a help text; the source text is kept beside it."""
    source = thing.__dict__.setdefault("source_help", cleandoc(thing.help or ""))
    return texts.get(source) or say(source) if source else None


def _translate_click(texts: Mapping[str, str]) -> None:
    """Put our translations in the place where click looks for its own texts; it has none for Dutch."""

    def translate(text: str) -> str:
        return texts.get(text, text)

    def choose(single: str, more: str, n: int) -> str:
        return translate(single if n == 1 else more)

    for name in _SPEAKING:
        module = vars(import_module(f"click.{name}"))
        module.update({name: translate for name in ("_", "gettext") if name in module})
        module.update({name: choose for name in ("ngettext",) if name in module})


def click_texts(language: str) -> dict[str, str]:
    """Give the translations of click's own texts; a plural stands under its own text."""
    from babel.messages.pofile import read_po

    path = _CLICK_TEXTS / f"{language}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as handle:
        entries = [entry for entry in read_po(handle, locale=language) if entry.id]
    return {
        text: dutch for entry in entries for text, dutch in zip(_forms(entry.id), _forms(entry.string), strict=True)
    }


def _forms(text: Any) -> list[str]:
    return [str(form) for form in text] if isinstance(text, (tuple, list)) else [str(text)]
