"""Errors travel between processes, and say the same after it."""

from __future__ import annotations

import pickle

import pytest

from toptaak.batch.lock import Locked
from toptaak.core.errors import InputRefused, MissingExtra, ToptaakError
from toptaak.core.faults import Fault, Severity
from toptaak.core.wording import message
from toptaak.intake.services.paged import EndlessPagesError

FAULT = Fault("TT-602", Severity.STOP, "a.csv", message("one of: {expected}", expected="x"), message("a text"), "y", 3)


@pytest.mark.parametrize(
    "error",
    [
        ToptaakError(message("The logo {name} does not exist.", name="a.svg"), "another sentence"),
        InputRefused([FAULT, FAULT]),
        MissingExtra("citric", "limesurvey"),
        Locked(message("The logo {name} does not exist.", name="b")),
        EndlessPagesError("a sentence"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_says_the_same_in_another_process(error: ToptaakError) -> None:
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is type(error)
    assert [other.say(language) for language in ("nl", "en")] == [error.say(language) for language in ("nl", "en")]
    assert other.exit_code == error.exit_code
    assert vars(other) == vars(error)


def test_every_kind_of_error_is_tried() -> None:
    def below(kind: type[ToptaakError]) -> set[type[ToptaakError]]:
        return {kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))}

    ours = {kind for kind in below(ToptaakError) if kind.__module__.startswith("toptaak.")}
    assert {kind.__name__ for kind in ours} <= {
        "ToptaakError", "InputRefused", "MissingExtra", "Locked", "EndlessPagesError",
    }  # fmt: skip
