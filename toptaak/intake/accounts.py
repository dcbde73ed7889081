"""The account of an intake as plain data, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toptaak.core.faults import Fault, Severity
from toptaak.core.wording import Message
from toptaak.intake.pipeline import Intake

_PLACE = ("found", "sheet", "row", "column", "count")


def file_records(intake: Intake, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """List per file its hash, its tables with their rows, and its faults."""
    names = sorted({*intake.hashes, *(fault.file for fault in faults)})
    return [
        {
            "name": name,
            "sha256": intake.hashes.get(name),
            "tables": [
                {
                    "table": account.table,
                    "rows_read": account.rows_read,
                    "rows_used": account.rows_used,
                    "rows_set_aside": account.rows_set_aside,
                    "rows_left_out": account.rows_left_out,
                    "left_out": dict(account.left_out),
                }
                for account in intake.accounts
                if account.file == name
            ],
            "faults": [fault_record(fault) for fault in faults if fault.file == name],
        }
        for name in names
    ]


def fault_record(fault: Fault) -> dict[str, Any]:
    """Write a fault as plain data.

    Examples
    --------
    >>> from toptaak.intake.codes import fault
    >>> fault_from(fault_record(fault("TT-001", "votes.csv"))) == fault("TT-001", "votes.csv")
    True
    """
    texts = {name: getattr(fault, name) for name in ("expected", "repair")}
    place = {name: getattr(fault, name) for name in _PLACE}
    said = {name: {"text": text.text, "values": text.values} for name, text in texts.items()}
    return {"code": fault.code, "severity": str(fault.severity), "file": fault.file, **said, **place}


def fault_from(record: dict[str, Any]) -> Fault:
    """Read a fault back."""
    expected, repair = (Message(**record[name]) for name in ("expected", "repair"))
    place = {name: record[name] for name in _PLACE}
    return Fault(record["code"], Severity(record["severity"]), record["file"], expected, repair, **place)
