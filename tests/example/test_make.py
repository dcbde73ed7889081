from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from toptaak.core.errors import ToptaakError
from toptaak.core.municipalities import fictional_code
from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings, load_settings
from toptaak.example import write_example
from toptaak.example.example_files import PARQUET
from toptaak.example.make import MOST_MUNICIPALITIES, TABLES, TownData
from toptaak.intake.passed_over import CHECKED
from toptaak.intake.tables import TABLES as CONTRACT

READ: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".parquet": pd.read_parquet,
    ".csv": lambda path: pd.read_csv(path, sep=";", decimal=","),
    ".xlsx": lambda path: pd.read_excel(path, engine="calamine"),
}


def hashes(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def read(folder: Path, table: str) -> pd.DataFrame:
    (path,) = folder.glob(f"{table}.*")
    return READ[path.suffix](path)


def test_same_seed_gives_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_example(tmp_path / name, 3, 2, seed=7)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_another_seed_gives_other_numbers(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_example(tmp_path / str(seed), 1, 1, seed, tables=["attempts"])
    assert hashes(tmp_path / "1")["attempts.parquet"] != hashes(tmp_path / "2")["attempts.parquet"]


@pytest.mark.parametrize("table", ["attempts", "contacts", "ratings", "ballots", "effort", "wishes"])
def test_a_municipality_does_not_depend_on_the_others(folder: Path, tmp_path: Path, table: str) -> None:
    write_example(tmp_path / "few", 2, tables=[table])
    few, many = read(tmp_path / "few", table), read(folder, table)
    pd.testing.assert_frame_equal(few, many.head(len(few)))


@pytest.mark.parametrize("table", ["attempts", "contacts"])
def test_leaving_tables_out_changes_none_of_the_others(folder: Path, tmp_path: Path, table: str) -> None:
    write_example(tmp_path / "one", tables=[table])
    assert hashes(tmp_path / "one")[f"{table}.parquet"] == hashes(folder)[f"{table}.parquet"]


def test_every_table_of_the_contract_is_there_with_all_its_columns(folder: Path) -> None:
    assert set(TABLES) == set(CONTRACT)
    for name, table in ((name, CONTRACT[name]) for name in TABLES):
        given = set(read(folder, name).columns)
        left_out = {one.name for one in table.columns if one.kept} - given
        assert left_out <= {"municipality"}  # a ballot gets it from its respondent
        assert all(table.column(one) is not None for one in given), name


def test_csv_xlsx_and_parquet_are_all_there(folder: Path) -> None:
    assert {path.suffix for path in folder.iterdir() if path.is_file() and path.suffix != ".lock"} == {
        ".csv",
        ".xlsx",
        ".parquet",
        ".toml",
        ".md",
    }


def test_settings_and_readme_are_there(folder: Path) -> None:
    assert load_settings(folder) == Settings(list_version="2026", closing_steps=("afgerond",))
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "verzonnen" in text
    assert "made up" in text


def test_the_default_is_small(folder: Path) -> None:
    delivered = [path for path in folder.rglob("*") if path.is_file() and CHECKED not in path.parts]
    assert sum(path.stat().st_size for path in delivered) < 30_000_000


@pytest.mark.parametrize(
    ("table", "low", "high"), [("attempts", 300, 650), ("ratings", 400, 900), ("contacts", 500, 1500)]
)
def test_a_plain_municipality_has_a_plausible_number_of_rows(folder: Path, table: str, low: int, high: int) -> None:
    rows = read(folder, table)
    plain = rows[~rows["municipality"].isin(["GM9903", "GM9904"])]
    if table == "ratings":  # employees are asked once a year
        plain = plain[~plain["question"].str.startswith("staff_")]
    moment = pd.to_datetime(plain["started_at"]) if table == "contacts" else pd.to_datetime(plain["date"])
    counts = plain.groupby(["municipality", moment.dt.strftime("%Y-") + moment.dt.quarter.astype(str)]).size()
    assert counts.between(low, high).all(), counts[~counts.between(low, high)]


def test_a_municipality_is_a_row_group(folder: Path) -> None:
    file = pq.ParquetFile(folder / "attempts.parquet")
    assert file.num_row_groups == 12


def test_labels_are_unique_and_in_two_languages(folder: Path) -> None:
    lists = read(folder, "tasks")
    assert lists[["category", "owner_team"]].notna().all(axis=None)
    for _, tasks in lists.groupby("list_version"):
        assert len(tasks) == 60
        for column in ("task_id", "label", "label_en"):
            assert tasks[column].is_unique
            assert tasks[column].str.len().between(3, 60).all()


def test_on_the_older_list_a_few_tasks_had_another_name(folder: Path) -> None:
    names = read(folder, "tasks").astype({"list_version": str}).pivot(index="task_id", columns="list_version")["label"]
    assert 0 < (names["2025"] != names["2026"]).sum() < 10


def test_product_names_exist(folder: Path, shared_data: Path) -> None:
    products = pd.read_csv(shared_data / "upl" / "upl_actueel_2023-09.csv")
    assert set(read(folder, "tasks")["upl_uri"].dropna()) <= set(products["URI"])


def test_every_wrong_row_stands_where_it_is_said(folder: Path) -> None:
    wrong = pd.read_csv(folder / "truth" / "dirty_rows.csv")
    assert len(wrong) >= 10
    for row in wrong.itertuples():
        table = READ[Path(str(row.file)).suffix](folder / str(row.file))
        found, same = table.iloc[row.row - 2], table.drop(columns=str(row.column))
        alike = (same == same.iloc[row.row - 2]) | (same.isna() & same.iloc[row.row - 2].isna())
        assert alike.all(axis=1).sum() >= 2, row  # itself and the good row it copies
        assert not pd.isna(found[row.column])


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    write_example(tmp_path / "data", 1, 1, tables=["targets"])
    (tmp_path / "data" / "canvas.toml").write_text("x = 1")
    write_example(tmp_path / "data", 2, 1, tables=["targets"])
    assert (tmp_path / "data" / "canvas.toml").exists()
    assert read(tmp_path / "data", "targets")["municipality"].nunique() == 2
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_real_data_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "attempts.csv").write_text("mine")
    with pytest.raises(ToptaakError, match="Kies een nieuwe map"):
        write_example(tmp_path, 1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["attempts.csv"]
    assert (tmp_path / "attempts.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"municipalities": 0}, "1 to 999"),
        ({"municipalities": 1000}, "1 to 999"),
        ({"quarters": 0}, "at least 1"),
        ({"tables": ["atempts"]}, "unknown tables: atempts"),
    ],
)
def test_impossible_arguments_are_refused(tmp_path: Path, arguments: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        write_example(tmp_path / "data", **arguments)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_every_state_of_a_report_occurs(towns: list[TownData]) -> None:
    by_code = {one.town.code: one for one in towns}
    assert by_code["GM9902"].attempts[["verified_success", "outcome"]].isna().all(axis=None)
    assert by_code["GM9911"].attempts["believed_success"].isna().all()
    sparse = by_code["GM9904"].attempts.groupby(["task_id", "channel"]).size()
    assert (sparse < 10).mean() > 0.5
    sure = by_code["GM9906"].attempts.groupby("task_id")["verified_success"].mean()
    assert sure.max() == 1.0
    days = by_code["GM9907"].attempts["date"]
    gap = Quarter(2026, 2)
    assert not days.between(pd.Timestamp(gap.start), pd.Timestamp(gap.end)).any()
    assert by_code["GM9909"].surveys.ballots["position"].notna().all()
    assert by_code["GM9901"].surveys.ballots["position"].isna().all()
    assert len(by_code["GM9910"].surveys.offered) > 0


def test_a_switch_counts_what_the_log_does_not_tell(folder: Path) -> None:
    totals, contacts = read(folder, "service_totals"), read(folder, "contacts")
    assert set(totals["municipality"]) == {"GM9902"}
    calls = contacts[(contacts["municipality"] == "GM9902") & (contacts["channel"] == "phone")]
    assert calls[["answered", "wait_s"]].isna().all(axis=None)
    assert totals["offered"].sum() == len(calls)
    assert (totals["offered"] == totals["answered"] + totals["abandoned"]).all()


def test_codes_stay_apart_up_to_the_last() -> None:
    codes = [fictional_code(number) for number in range(1, MOST_MUNICIPALITIES + 1)]
    assert len(set(codes)) == MOST_MUNICIPALITIES
    assert all(re.fullmatch(r"GM9\d{3}", code) for code in codes)


def test_absent_tables(folder: Path) -> None:
    assert "GM9903" not in set(read(folder, "ratings")["municipality"])
    assert "GM9911" not in set(read(folder, "targets")["municipality"])
    assert set(read(folder, "ratings").query("municipality == 'GM9908'")["question"]) >= {"ces1"}


def test_ballots_have_at_most_five_different_tasks(towns: list[TownData]) -> None:
    for one in towns:
        ballots = one.surveys.ballots
        picks = ballots.groupby(["survey", "respondent"])["task_id"].agg(["size", "nunique"])
        assert (picks["size"] == picks["nunique"]).all()
        assert picks["size"].max() == 5
        assert len(one.surveys.respondents) > len(picks)  # some picked nothing
        ranked = ballots.dropna(subset="position")
        order = ranked.groupby(["survey", "respondent"])["position"].agg(["min", "max", "size"])
        assert (order["min"] == 1).all()
        assert (order["max"] == order["size"]).all()


def test_the_vote_is_steep_but_not_unrealistic(folder: Path) -> None:
    votes = pd.read_parquet(folder / "truth" / "votes.parquet")
    whole = votes[(votes["variable"] == "_all") & ~votes["survey"].str.endswith("medewerkers")]
    shares = whole.groupby("survey")["vote_share"].apply(lambda one: np.sort(one)[::-1])
    assert all(abs(one.sum() - 1) < 1e-12 for one in shares)
    assert all(0.22 <= one[:5].sum() <= 0.35 for one in shares)
    assert all(0.48 <= one[:15].sum() <= 0.60 for one in shares)
    orders = {tuple(one.sort_values("vote_share").task_id) for _, one in whole.groupby("survey")}
    assert len(orders) == len(shares)


def test_contacts_run_forward_in_time(towns: list[TownData]) -> None:
    contacts = pd.concat([one.contacts for one in towns], ignore_index=True)
    assert (contacts["ended_at"] >= contacts["started_at"]).all()
    again = contacts.groupby(["municipality", "case"])["started_at"].diff().dropna()
    assert (again > pd.Timedelta(0)).all()
    last = contacts.groupby(["municipality", "case"])["resolved"].agg(["sum", "last", "size"])
    assert (last["sum"] <= 1).all()
    assert (last["last"] == (last["sum"] == 1)).all()
    assert last["size"].max() >= 4
    assert 0.02 < (last["sum"] == 0).mean() < 0.2


def test_nothing_lies_after_the_last_day(folder: Path) -> None:
    for table in ("attempts", "ratings", "respondents", "signals", "staff_feedback", "wishes"):
        rows = read(folder, table)
        for column in CONTRACT[table].columns:
            if column.kind == "date":
                assert pd.to_datetime(rows[column.name]).max() <= pd.Timestamp("2026-09-30"), table


def test_files_hold_what_was_drawn(folder: Path, towns: list[TownData]) -> None:
    wrong = pd.read_csv(folder / "truth" / "dirty_rows.csv")
    for table in PARQUET[:2]:
        drawn = sum(len(getattr(one.surveys, table)) for one in towns)
        assert len(read(folder, table)) == drawn + (wrong["file"] == f"{table}.parquet").sum()
