"""One pass gives the numbers of each report; what was kept stays; the open-data file is whole."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from toptaak.core.periods import Quarter
from toptaak.core.results import ALL, TOO_FEW, stack
from toptaak.example import write_example
from toptaak.intake.store import Store, refresh
from toptaak.numbers.kept import (
    GROUPS,
    earlier,
    fingerprint_of,
    keep,
    kept_file,
    kept_numbers,
    kept_versions,
    revisions,
    write_parquet,
)
from toptaak.numbers.national import national_numbers
from toptaak.numbers.open_data import write_open_data
from toptaak.numbers.quarter import Source, open_source
from toptaak.report.quarterly.quality import rules_of_quarter

QUARTER = Quarter(2026, 3)
KEY = [*GROUPS, "measure"]
SHOWN = [*KEY, "n", "estimate", "ci_low", "ci_high", "note"]


@pytest.fixture(scope="module")
def store(example_data: Path) -> Store:
    return refresh(example_data)


@pytest.fixture(scope="module")
def numbers(store: Store) -> pd.DataFrame:
    return national_numbers(store, QUARTER)


def of_report(source: Source) -> pd.DataFrame:
    """Give the numbers that a report shows of its quarter, each municipality measured by itself."""
    parts = [source.by_quarter, source.by_channel, source.by_task, *([source.league] if source.league else [])]
    frame = stack([part.frame.assign(municipality=source.municipality.code) for part in parts], GROUPS)
    everywhere = (frame["quarter"] == ALL) & ~frame["measure"].str.startswith("vote")
    frame["quarter"] = frame["quarter"].where(~everywhere & (frame["quarter"] != ALL), str(QUARTER))
    return frame[frame["quarter"] == str(QUARTER)]


def comparable(frame: pd.DataFrame) -> pd.DataFrame:
    kinds = dict.fromkeys([*KEY, "note"], "string") | {"n": "Int64"}
    return frame[SHOWN].astype(kinds).drop_duplicates(KEY).sort_values(KEY, ignore_index=True)


@pytest.mark.parametrize("place", [0, 2, 3, 7])
def test_one_pass_gives_the_numbers_of_each_report(
    example_data: Path, store: Store, numbers: pd.DataFrame, place: int
) -> None:
    code = store.municipalities()[place]
    own = comparable(of_report(open_source(code, str(QUARTER), "nl", str(example_data))))
    passed = comparable(numbers[numbers["municipality"] == code])
    assert_frame_equal(passed, own, rtol=1e-9, atol=1e-12)


def test_no_small_cell_is_among_them(store: Store, numbers: pd.DataFrame) -> None:
    n = numbers["n"].fillna(0)
    assert not ((n > 0) & (n < store.settings.minimum_n)).any()
    assert (numbers["note"] == "too few observations").any()


def test_what_was_kept_stays_and_a_revision_is_told(tmp_path: Path, numbers: pd.DataFrame) -> None:
    keep(numbers, tmp_path, QUARTER, "abc")
    kept = kept_numbers(tmp_path, QUARTER)
    assert kept is not None and fingerprint_of(kept_file(tmp_path, QUARTER)) == "abc"
    assert revisions(kept, numbers).empty
    at = int(np.flatnonzero(numbers["estimate"].notna())[5])
    now = numbers.copy()
    now.loc[at, "estimate"] += 0.25
    found = revisions(kept, now.drop(index=at + 1))
    assert len(found) == 2
    changed = found[found["estimate_now"].notna()].iloc[0]
    assert changed["estimate_now"] - changed["estimate_then"] == pytest.approx(0.25)
    assert changed["measure"] == numbers.loc[at, "measure"]


def test_the_same_numbers_give_the_same_bytes(tmp_path: Path, numbers: pd.DataFrame) -> None:
    keep(numbers, tmp_path, QUARTER, "abc")
    kept = kept_numbers(tmp_path, QUARTER)
    assert kept is not None
    write_parquet(kept, tmp_path / "again.parquet", "abc")
    assert (tmp_path / "again.parquet").read_bytes() == kept_file(tmp_path, QUARTER).read_bytes()


def test_the_open_data_file_tells_what_each_column_and_measure_is(tmp_path: Path, numbers: pd.DataFrame) -> None:
    path = write_open_data(numbers, tmp_path, QUARTER, "nl", "abc")
    table = pd.read_csv(path)
    assert len(table) == len(numbers) == len(pd.read_parquet(path.with_suffix(".parquet")))
    metadata = json.loads((tmp_path / f"{path.name}-metadata.json").read_text())
    # the standard allows a context no other terms (section 5.2), and integers no decimals
    vocabulary, base = metadata["@context"]
    assert vocabulary == "http://www.w3.org/ns/csvw" and set(base) <= {"@language", "@base"}
    assert all(key.partition(":")[0] in ("dc", "@context", "tables") for key in metadata)
    assert "sha256:abc" in metadata["dc:source"]
    counts = pd.read_csv(path, dtype=str)["n"].dropna()
    assert counts.str.fullmatch(r"\d+").all()
    first, second = metadata["tables"]
    assert [column["name"] for column in first["tableSchema"]["columns"]] == table.columns.tolist()
    assert not table.duplicated(first["tableSchema"]["primaryKey"]).any()
    with (tmp_path / second["url"]).open(encoding="utf-8", newline="") as file:
        dictionary = list(csv.DictReader(file))
    assert {row["measure"] for row in dictionary} == set(table["measure"])
    assert all(row["label"] and row["definition"] for row in dictionary)


def test_the_command_keeps_writes_and_compares(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from toptaak.cli.main import main

    data = tmp_path / "data"
    write_example(data, municipalities=2)
    run = CliRunner()
    refused = run.invoke(main, ["numbers", "diff", "--data", str(data)])
    assert refused.exit_code == 2 and "toptaak numbers" in refused.output
    assert run.invoke(main, ["numbers", "--data", str(data), "--out", str(tmp_path / "out")]).exit_code == 0
    assert (tmp_path / "out" / "toptaak-2026Q3.csv").is_file()
    told = run.invoke(main, ["numbers", "diff", "--data", str(data)])
    assert told.exit_code == 0 and told.output.rstrip().endswith(": 0.")
    # what was kept is written out as it was the first time
    assert run.invoke(main, ["numbers", "--data", str(data), "--out", str(tmp_path / "again")]).exit_code == 0
    for file in sorted((tmp_path / "out").iterdir()):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name
    whole = kept_file(data, QUARTER).read_bytes()
    nowhere = run.invoke(main, ["numbers", "--data", str(data), "--out", str(data / "settings.toml" / "out")])
    assert nowhere.exit_code == 2 and "settings.toml" in nowhere.output
    kept_file(data, QUARTER).write_bytes(whole[:5000])
    for command in (["numbers"], ["numbers", "diff"]):
        damaged = run.invoke(main, [*command, "--data", str(data)])
        assert damaged.exit_code == 2 and "--revise" in damaged.output and "2026Q3.parquet" in damaged.output
    assert run.invoke(main, ["numbers", "--revise", "--data", str(data)]).exit_code == 0
    assert kept_file(data, QUARTER).read_bytes() == whole


def test_a_later_report_tells_what_was_published_then(tmp_path: Path, example_data: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(example_data, data)
    before, code = QUARTER.previous(), "GM9901"
    now = open_source(code, str(QUARTER), "nl", str(data))
    as_now, tasks = now.by_quarter.frame, len(now.by_quarter_and_task)
    then = national_numbers(refresh(data), before, [code])
    board = then["measure"].isin(["success_rate", "satisfaction"]) & (then["channel"] == ALL) & (then["task_id"] == ALL)
    shown, hidden = (then.index[board & (then["measure"] == name)][0] for name in ("success_rate", "satisfaction"))
    then.loc[shown, "estimate"] = 0.123
    then.loc[hidden, ["n", "estimate", "ci_low", "ci_high"]] = None
    then.loc[hidden, "note"] = TOO_FEW
    keep(then, data, before, "abc")
    source = open_source(code, str(QUARTER), "nl", str(data))
    frame = source.by_quarter.frame
    assert source.kept_quarters == [str(before)]
    assert frame[["quarter", "measure"]].astype(str).equals(as_now[["quarter", "measure"]].astype(str))
    told = frame[frame["quarter"] == str(before)].set_index("measure")
    assert told.loc["success_rate", "estimate"] == 0.123
    assert pd.isna(told.loc["satisfaction", "estimate"]) and told.loc["satisfaction", "note"] == TOO_FEW
    others = (frame["quarter"] != str(before)).to_numpy()
    assert_frame_equal(frame[others], as_now[others], check_dtype=False, check_categorical=False)
    assert len(source.by_quarter_and_task) == tasks
    sentences = rules_of_quarter(source)
    assert "2026-K2" in sentences[-1]


def test_a_kept_quarter_is_part_of_what_a_report_is_made_from(tmp_path: Path, numbers: pd.DataFrame) -> None:
    assert kept_versions(tmp_path, earlier(QUARTER.shift(1))) == ()
    keep(numbers, tmp_path, QUARTER, "abc")
    first = kept_versions(tmp_path, earlier(QUARTER.shift(1)))
    keep(numbers, tmp_path, QUARTER, "abd")
    assert len(first) == 1 and first != kept_versions(tmp_path, earlier(QUARTER.shift(1)))
    assert kept_versions(tmp_path, earlier(QUARTER)) == ()
