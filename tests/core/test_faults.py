from __future__ import annotations

from toptaak.core.faults import SHOWN_PER_CODE, Fault, Severity, describe_faults, shown, stopping
from toptaak.core.wording import message


def fault(**changes: object) -> Fault:
    base = {
        "code": "TT-110",
        "severity": Severity.STOP,
        "file": "a.csv",
        "expected": message("a known entry"),
        "repair": message("Did you mean {name}?", name="b"),
    }
    return Fault(**(base | changes))  # type: ignore[arg-type]


def test_a_fault_says_where_what_and_how() -> None:
    text = fault(sheet="Blad1", row=7, column="taak", found="'x'").describe("nl")
    assert text == (
        "TT-110 a.csv, tabblad Blad1, rij 7, kolom taak: Gevonden: 'x'. Verwacht: een bekende instelling. Bedoelt u b?"
    )
    assert "row 7" in fault(row=7).describe("en")
    assert "canvas.toml, regel 7:" in fault(file="canvas.toml", row=7).describe("nl")


def test_many_of_one_kind_are_counted_not_listed() -> None:
    lines = describe_faults([fault(row=row) for row in range(SHOWN_PER_CODE + 5)], "nl").splitlines()
    assert len(lines) == SHOWN_PER_CODE + 1
    assert "nog 5" in lines[-1]


def test_values_are_cut_and_control_characters_escaped() -> None:
    assert "\x1b" not in shown("\x1b[31m")
    assert len(shown("x" * 500)) <= 42


def test_only_stopping_faults_stop() -> None:
    assert stopping([fault(), fault(severity=Severity.WARNING)]) == [fault()]
