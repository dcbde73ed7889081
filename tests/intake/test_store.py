"""The store: what is read back, when files are read again, what a kill leaves behind."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.periods import Quarter
from toptaak.core.swap import aside_of
from toptaak.intake import store as store_module
from toptaak.intake.checked_swap import building, locked, mend
from toptaak.intake.columns import DTYPES
from toptaak.intake.store import check_path, refresh
from toptaak.intake.tables import TABLES

Folder = Callable[[Mapping[str, bytes | str]], Path]
FILES = {
    "tasks.csv": "list_version;task_id;label\n1;T1;Verhuizen\n1;T2;Paspoort\n",
    "respondents.csv": "survey;respondent;municipality;date;segment_age\n"
    "s;1;GM0363;2026-07-01;jong\ns;2;GM0344;2026-04-01;oud\n",
    "ballots.csv": "survey;respondent;task_id\ns;1;T1\ns;2;T2\ns;2;T1\n",
    "attempts.csv": "municipality;date;task_id;verified_success;duration_s\n"
    "GM0363;2025-12-31;T1;ja;1,5\nGM0344;2026-07-01;T2;nee;2\nGM0363;2026-07-01;geheim@example.nl;ja;3\n",
    "forms.csv": "municipality;week;form;started;finished\nGM0344;2026W01;a;3;2\nGM0344;2027W53;a;3;2\n",
}


def contents(folder: Path) -> dict[str, str]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".stamp.json"]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_a_table_is_read_whole_or_for_one_municipality(folder: Folder) -> None:
    store = refresh(folder(FILES))
    ballots = store.table("ballots")
    assert ballots is not None
    assert sorted(zip(ballots["municipality"], ballots["task_id"], strict=True)) == [
        ("GM0344", "T1"),
        ("GM0344", "T2"),
        ("GM0363", "T1"),
    ]
    one = store.table("ballots", "GM0363")
    assert one is not None
    assert one["respondent"].tolist() == ["1"]
    tasks = store.table("tasks", "GM0363")
    assert tasks is not None and len(tasks) == 2
    assert store.table("steps") is None
    assert store.table("ballots", "GM0599") is None
    with pytest.raises(KeyError):
        store.table("stemmen")


@pytest.mark.parametrize("name", ["tasks", "respondents", "ballots", "attempts", "forms"])
def test_types_survive_the_disk(folder: Folder, name: str) -> None:
    frame = refresh(folder(FILES)).table(name)
    assert frame is not None
    for column in frame:
        declared = TABLES[name].column(str(column))
        assert declared is not None
        assert frame[column].dtype == pd.Series([], dtype=DTYPES[declared.kind]).dtype, column


def test_quarters_follow_dates_and_the_thursday_of_a_week(folder: Folder) -> None:
    store = refresh(folder(FILES))
    assert store.municipalities() == ["GM0344", "GM0363"]
    assert store.quarters("GM0344") == [Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 3)]
    assert store.quarters("GM0363") == [Quarter(2025, 4), Quarter(2026, 3)]
    assert store.quarters("GM0599") == []


def test_the_account_adds_up_and_the_faults_are_kept(folder: Folder) -> None:
    store = refresh(folder(FILES))
    account = store.account().set_index("table")
    assert account.loc["attempts"].tolist() == ["attempts.csv", 3, 2, 1, 0]
    assert (account["rows_read"] == account["rows_used"] + account["rows_set_aside"]).all()
    assert {"TT-836", "TT-040", "TT-057"} <= {one.code for one in store.faults}
    assert "rij 4" in " ".join(one.describe("nl") for one in store.faults if one.code == "TT-836")


def test_rows_set_aside_are_listed_without_what_they_hold(folder: Folder) -> None:
    data = folder(FILES)
    refresh(data)
    assert (data / "checked/set_aside/attempts.csv.csv").read_text() == "table;row;code\nattempts;4;TT-040\n"
    written = b"".join(path.read_bytes() for path in (data / "checked").rglob("*") if path.is_file())
    assert b"geheim@" not in written


def test_what_is_not_in_the_contract_is_nowhere(folder: Folder) -> None:
    canary = "kanarie-48151623"
    body = FILES["attempts.csv"].replace("\n", f";{canary}\n").replace(canary, "naam", 1)
    data = folder({**FILES, "attempts.csv": body})
    store = refresh(data)
    assert not any(canary.encode() in path.read_bytes() for path in (data / "checked").rglob("*") if path.is_file())
    assert not any(canary in one.describe("nl") for one in store.faults)


def test_the_same_files_give_the_same_bytes_wherever_they_stand(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = folder(FILES)
    second = tmp_path_factory.mktemp("elders")
    for name, content in {"settings.toml": "set_aside_limit = 1.0\n", **FILES}.items():
        (second / name).write_text(content)
    refresh(first)
    refresh(second)
    assert contents(first / "checked") == contents(second / "checked")


def test_files_are_read_again_only_when_something_changed(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    data = folder(FILES)
    refresh(data)
    reads: list[Path] = []
    real = store_module._read_path

    def spy(path: Path, mappings: object) -> object:
        reads.append(path)
        return real(path, ())

    monkeypatch.setattr(store_module, "_read_path", spy)
    refresh(data)
    (data / "notitie.md").write_text("niets")
    os.utime(data / "tasks.csv")
    refresh(data)
    assert reads == []
    (data / "tasks.csv").write_text(FILES["tasks.csv"] + "1;T3;Afval\n")
    tasks = refresh(data).table("tasks")
    assert tasks is not None and len(tasks) == 3
    (data / "settings.toml").write_text("set_aside_limit = 0.9\n")
    refresh(data)
    (data / "forms.csv").unlink()
    assert refresh(data).table("forms") is None
    assert len(reads) == 3


def test_a_fingerprint_changes_only_for_whom_the_change_is(folder: Folder) -> None:
    data = folder(FILES)
    before = refresh(data)
    (data / "attempts.csv").write_text(FILES["attempts.csv"] + "GM0344;2026-07-02;T1;ja;9\n")
    after = refresh(data)
    assert before.fingerprint("GM0363") == after.fingerprint("GM0363")
    assert before.fingerprint("GM0344") != after.fingerprint("GM0344")
    (data / "settings.toml").write_text("set_aside_limit = 1.0\nminimum_n = 20\n")
    assert refresh(data).fingerprint("GM0363") != after.fingerprint("GM0363")


def test_refusal_tells_everything_at_once_and_leaves_the_old_tables(folder: Folder) -> None:
    data = folder(FILES)
    refresh(data)
    old = contents(data / "checked")
    (data / "tasks.csv").write_text("list_version;label\n1;x\n")
    (data / "forms.csv").write_bytes(b"")
    (data / "settings.toml").write_text("minimum_m = 3\nset_aside_limit = 1.0\n")
    (data / "mappings").mkdir()
    (data / "mappings/a.toml").write_text("[[table]\n")
    with pytest.raises(InputRefused) as refused:
        refresh(data)
    assert {"TT-021", "TT-001", "TT-712", "TT-702"} <= {one.code for one in refused.value.faults}
    assert {"tasks.csv", "forms.csv", "settings.toml", "a.toml"} <= {one.file for one in refused.value.faults}
    assert contents(data / "checked") == old


def test_a_broken_task_list_does_not_blame_the_ballots(folder: Folder) -> None:
    data = folder({**FILES, "tasks.csv": "list_version;label\n1;x\n"})
    assert not {one.code for one in check_path(data).faults} & {"TT-074", "TT-075"}


def test_a_kill_between_the_two_renames_is_mended(folder: Folder) -> None:
    data = folder(FILES)
    refresh(data)
    old = contents(data / "checked")
    (data / "checked").rename(aside_of(data / "checked"))
    (data / ".checked-new-half").mkdir()
    (data / ".checked-new-half/intake.json").write_text("{")
    store = refresh(data)
    assert contents(data / "checked") == old
    assert store.municipalities() == ["GM0344", "GM0363"]
    assert sorted(path.name for path in data.glob(".*")) == [".checked.lock"]


def test_a_damaged_table_is_told_with_its_place(folder: Folder) -> None:
    data = folder(FILES)
    store = refresh(data)
    part = next((data / "checked" / "attempts").glob("*.parquet"))
    part.write_bytes(part.read_bytes()[:50])
    with pytest.raises(ToptaakError, match=rf"checked/attempts/{part.name} is beschadigd. Verwijder de map checked:"):
        store.table("attempts", part.stem)


def test_a_failure_while_building_leaves_the_old_tables(tmp_path: Path) -> None:
    target = tmp_path / "checked"
    target.mkdir()
    (target / "a").write_text("oud")
    with pytest.raises(OSError, match="vol"), locked(target), building(target) as fresh:
        (fresh / "a").write_text("half")
        raise OSError("vol")
    assert (target / "a").read_text() == "oud"
    assert not list(tmp_path.glob(".checked-*"))


KILLED = """
import sys, time
from pathlib import Path
from toptaak.intake import store
store.check_path(Path(sys.argv[1]))
print("begin", flush=True)
while True:
    for text in ("1;T3;a", "1;T3;b"):
        data = Path(sys.argv[1])
        (data / "tasks.csv.part").write_text("list_version;task_id;label\\n1;T1;x\\n1;T2;y\\n" + text + "\\n")
        (data / "tasks.csv.part").replace(data / "tasks.csv")
        store.refresh(data)
"""


@pytest.mark.parametrize("moment", [0.05, 0.13, 0.21, 0.34])
def test_a_kill_at_any_moment_leaves_whole_tables(folder: Folder, moment: float) -> None:
    data = folder(FILES)
    refresh(data)
    worker = subprocess.Popen([sys.executable, "-c", KILLED, str(data)], stdout=subprocess.PIPE)
    assert worker.stdout is not None
    with worker.stdout:
        worker.stdout.readline()
        time.sleep(moment)
        worker.kill()
        worker.wait()
    tasks = refresh(data).table("tasks")
    assert tasks is not None
    assert tasks["label"].tolist() in (["x", "y", "a"], ["x", "y", "b"], ["Verhuizen", "Paspoort"])
    assert sorted(path.name for path in data.glob(".checked*")) == [".checked.lock"]


def test_two_at_once_build_one_after_the_other(folder: Folder) -> None:
    data = folder(FILES)
    command = (
        "import sys; from pathlib import Path; from toptaak.intake.store import refresh; refresh(Path(sys.argv[1]))"
    )
    workers = [subprocess.Popen([sys.executable, "-c", command, str(data)]) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    assert json.loads((data / "checked/intake.json").read_text())["municipalities"] == ["GM0344", "GM0363"]


def test_mending_nothing_does_nothing(tmp_path: Path) -> None:
    mend(tmp_path / "checked")
    assert list(tmp_path.iterdir()) == []


def test_looking_writes_nothing(folder: Folder) -> None:
    data = folder(FILES)
    before = sorted(data.rglob("*"))
    report = check_path(data)
    assert not report.refused
    assert {one.table for one in report.accounts} == {"tasks", "respondents", "ballots", "attempts", "forms"}
    assert sorted(data.rglob("*")) == before


def test_looking_at_one_file_does_not_ask_for_the_others(folder: Folder) -> None:
    report = check_path(folder(FILES) / "ballots.csv")
    assert (report.refused, [one.rows_used for one in report.accounts]) == (False, [3])


def test_a_folder_that_is_absent(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="TT-003"):
        refresh(tmp_path / "weg")


def test_an_empty_folder_has_no_tables(tmp_path: Path) -> None:
    store = refresh(tmp_path)
    assert (store.municipalities(), len(store.account()), store.faults) == ([], 0, [])


def test_temporary_files_of_excel_are_left_alone(folder: Folder) -> None:
    data = folder({**FILES, "~$attempts.xlsx": b"x", ".verborgen.csv": b"x", "README.md": "x", "kwartaal.pdf": b"x"})
    assert not {one.code for one in check_path(data).faults} & {"TT-017", "TT-010"}


def test_what_is_no_regular_file_is_refused(folder: Folder) -> None:
    data = folder(FILES)
    (data / "effort.csv").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(data / "effort-2.csv")
    faults = check_path(data).faults
    odd = {path.name for path in data.glob("effort*")}
    assert {one.file for one in faults if one.code == "TT-003"} == odd


def test_a_link_that_leads_outside_is_refused(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> None:
    data = folder(FILES)
    outside = tmp_path_factory.mktemp("buiten") / "x.csv"
    outside.write_text("municipality;quarter;team;hours\nGM0363;2026Q3;a;1\n")
    (data / "effort.csv").symlink_to(outside)
    assert [one.file for one in check_path(data).faults if one.code == "TT-003"] == ["effort.csv"]


def test_a_file_that_changes_while_it_is_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    data = folder(FILES)
    real = Path.read_bytes

    def read_and_grow(path: Path) -> bytes:
        content = real(path)
        if path.name == "forms.csv":
            with path.open("ab") as handle:
                handle.write(b"GM0344;2026W02;a;3;2\n")
        return content

    monkeypatch.setattr(Path, "read_bytes", read_and_grow)
    assert [one.file for one in check_path(data).faults if one.code == "TT-019"] == ["forms.csv"]


def test_a_file_that_may_not_be_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    data = folder(FILES)
    real = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "forms.csv":
            raise PermissionError(path)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert [one.file for one in check_path(data).faults if one.code == "TT-003"] == ["forms.csv"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda checked: (checked / ".stamp.json").write_text(""),
        lambda checked: (checked / ".stamp.json").write_bytes(b"\xff{"),
        lambda checked: (checked / "intake.json").write_text("[]"),
        lambda checked: (checked / "intake.json").unlink(),
        lambda checked: next((checked / "attempts").glob("*.parquet")).unlink(),
        lambda checked: next((checked / "attempts").glob("*.parquet")).write_bytes(b""),
    ],
    ids=["empty stamp", "torn stamp", "another record", "no record", "a table that is gone", "an empty table"],
)
def test_checked_tables_that_are_not_whole_are_made_again(damage: Callable[[Path], object], folder: Folder) -> None:
    data = folder(FILES)
    rows = refresh(data).table("attempts")
    damage(data / "checked")
    pd.testing.assert_frame_equal(refresh(data).table("attempts"), rows)


def test_a_year_typed_wrongly_makes_no_quarter(folder: Folder) -> None:
    rows = "".join(f"GM0363;2026-07-{day:02d};T1;ja;2\n" for day in range(1, 31))
    head = "municipality;date;task_id;verified_success;duration_s\n"
    forms = "municipality;week;form;started;finished\n" + "".join(
        f"GM0363;2026W{week};a;3;2\n" for week in range(15, 40)
    )
    late = {"attempts.csv": head + rows + "GM0363;2027-09-01;T1;ja;2\n", "forms.csv": forms + "GM0363;2028W01;a;3;2\n"}
    store = refresh(folder({"tasks.csv": FILES["tasks.csv"], **late}))
    assert store.quarters("GM0363") == [Quarter(2026, 2), Quarter(2026, 3)]
    assert {fault.code for fault in store.faults} >= {"TT-832"}
