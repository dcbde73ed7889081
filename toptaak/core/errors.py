"""The few kinds of trouble that a person gets to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from toptaak.core.visible_signs import visible
from toptaak.core.wording import DEFAULT_LANGUAGE, Message, message

if TYPE_CHECKING:
    from toptaak.core.faults import Fault


class ToptaakError(Exception):
    """Something a user can mend; the sentences, a line each, say what, where and how. Shown without a traceback."""

    exit_code = 2

    def __init__(self, *sentences: str | Message) -> None:
        self.sentences = sentences
        super().__init__(self.say(DEFAULT_LANGUAGE))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.sentences

    def say(self, language: str) -> str:
        """Tell what is wrong in a language."""
        return "\n".join(text if isinstance(text, str) else text.say(language) for text in self.sentences)

    def _render_traceback_(self) -> list[str]:
        """In a notebook the sentence stands alone: IPython asks for this in place of the traceback."""
        return visible(str(self)).splitlines()


class InputRefused(ToptaakError):  # noqa: N818 - reads as a sentence where it is caught
    """Input that cannot be used; holds every fault found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.faults,)  # it travels between processes as it was made

    def say(self, language: str) -> str:
        """List all faults in a language."""
        from toptaak.core.faults import describe_faults

        return describe_faults(self.faults, language)


class MissingExtra(ToptaakError):  # noqa: N818
    """An optional package is needed and absent."""

    def __init__(self, package: str, extra: str) -> None:
        self._wanted = package, extra
        super().__init__(
            message(
                "This needs the package {package}. Install it with: pip install 'toptaak[{extra}]'",
                package=package,
                extra=extra,
            )
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._wanted
