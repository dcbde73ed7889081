"""Real files: a neighbourhood vote in Amsterdam and a permit log."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from toptaak.core.municipalities import find
from toptaak.core.periods import Quarter
from toptaak.intake.store import Store, check_path, refresh

MAPPINGS = Path(__file__).parents[2] / "data" / "mappings"


def taken_in(source: Path, target: Path, mapping: str) -> Store:
    for path in source.iterdir():
        shutil.copyfile(path, target / path.name)
    return refresh(target, [MAPPINGS / mapping])


@pytest.mark.parametrize(("number", "voters", "tasks", "fewest"), [(285, 5510, 97, 5), (647, 3190, 19, 3)])
def test_every_vote_of_amsterdam_arrives(
    shared_data: Path, tmp_path: Path, number: int, voters: int, tasks: int, fewest: int
) -> None:
    source = shared_data / f"stemmen_amsterdam_{number}"
    store = taken_in(source, tmp_path, "stemmen_amsterdam.toml")
    ballots, people = store.table("ballots", "GM0363"), store.table("respondents", "GM0363")
    listed = store.table("tasks")
    assert ballots is not None and people is not None and listed is not None
    assert (len(people), len(listed)) == (voters, tasks)
    assert ballots.groupby("respondent").size().agg(["min", "max"]).tolist() == [fewest, 5]
    published = pd.read_csv(source / "taken.csv", sep=";", dtype={"taak_id": str}).set_index("taak_id")
    counted = ballots["task_id"].value_counts().reindex(published.index, fill_value=0)
    assert counted.tolist() == published["stemmen_gepubliceerd"].tolist()
    assert ballots["position"].isna().all()
    assert not ballots.duplicated(["respondent", "task_id"]).any()
    assert store.municipalities() == ["GM0363"]
    assert store.account()["rows_set_aside"].sum() == 0


def test_the_permit_log_arrives(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "coselog_receipt"
    store = taken_in(source, tmp_path, "coselog_receipt.toml")
    steps = store.table("steps", "GM9999")
    assert steps is not None
    assert (len(steps), steps["case"].nunique(), steps["step"].nunique()) == (8577, 1434, 27)
    per_case = steps.groupby("case")["channel"].agg(lambda channel: channel.iloc[0])
    counts = per_case.fillna("none").value_counts().to_dict()
    assert counts == {"web": 1250, "desk": 109, "mail": 53, "e-mail": 21, "none": 1}
    raw = pd.read_csv(source / "receipt.csv.gz")
    moments = pd.to_datetime(raw["time:timestamp"], utc=True, format="ISO8601")
    assert (steps["at"] == moments).all()
    quarters = store.quarters("GM9999")
    assert (quarters[0], quarters[-1]) == (Quarter(2010, 4), Quarter(2012, 1))
    municipality = find("GM9999")
    assert municipality is not None and municipality.fictional


def test_nobody_at_work_is_named_in_the_checked_log(shared_data: Path, tmp_path: Path) -> None:
    store = taken_in(shared_data / "coselog_receipt", tmp_path, "coselog_receipt.toml")
    content = b"".join(path.read_bytes() for path in sorted((tmp_path / "checked").rglob("*")) if path.is_file())
    steps = store.table("steps")
    assert steps is not None and not steps.astype(str).apply(lambda one: one.str.contains("Resource")).any().any()
    assert b"Resource21" not in content


def test_looking_at_one_file_of_amsterdam(shared_data: Path) -> None:
    path = shared_data / "stemmen_amsterdam_285" / "stemmen.csv"
    report = check_path(path, [MAPPINGS / "stemmen_amsterdam.toml"])
    assert not report.refused
    assert [(one.table, one.rows_used) for one in report.accounts] == [("respondents", 5510), ("ballots", 5510)]
