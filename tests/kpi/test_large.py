"""Large logs give the same numbers as small ones, wherever a batch ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toptaak.core.errors import MissingExtra
from toptaak.core.settings import Settings
from toptaak.kpi import large
from toptaak.kpi.contact_log import repeat_contact_rate
from toptaak.kpi.journeys import cases
from toptaak.kpi.large import OBSERVERS, cases_of_sorted, journeys_from_store, sort_contacts, whole_batches
from toptaak.kpi.large_rates import rates_from_parquet
from toptaak.kpi.large_repeats import repeats_from_store, sort_customers
from toptaak.kpi.measures import measure_all
from toptaak.kpi.merging import Merged
from toptaak.kpi.summaries import Observations, estimates, summarise

START = pd.Timestamp("2026-09-29 22:00", tz="Europe/Amsterdam")
RATES = ["abandoned_rate", "short_wait_rate", "service_level", "speed_of_answer", "handling_time"]
SLOW = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

ROW = st.tuples(
    st.sampled_from(["GM9901", "GM9902"]),
    st.sampled_from(["a", "b", "c", "é", None]),
    st.sampled_from(["t1", "t2", None]),
    st.sampled_from(["web", "phone", "desk", None]),
    st.integers(0, 60),  # hours after START: over midnight, over the quarter's end, with ties
    st.sampled_from([0, 0, 300, 301, 90_000, None]),  # seconds it took
    st.sampled_from([True, False, None]),
    st.sampled_from([True, True, False, None]),
    st.sampled_from([0.0, 300.0, 300.5, 5400.0, None]),
)
LOGS = st.lists(ROW, min_size=1, max_size=40)
GROUPS = st.sampled_from([[], ["channel"], ["municipality", "quarter"]])


def contacts(rows: list[tuple]) -> pd.DataFrame:
    names = ["municipality", "case", "task_id", "channel", "hours", "took", "resolved", "answered", "wait_s"]
    table = pd.DataFrame(rows, columns=names)
    started = (START + pd.to_timedelta(table.pop("hours"), unit="h")).astype("datetime64[us, Europe/Amsterdam]")
    took = pd.to_timedelta(table.pop("took").astype(float), unit="s")
    table = table.assign(started_at=started, ended_at=(started + took).astype(started.dtype))
    text = dict.fromkeys(("municipality", "case", "task_id", "channel"), "str")
    return table.astype(text | {"resolved": "boolean", "answered": "boolean", "wait_s": "float64"})


def same(ours: pd.DataFrame, plain: pd.DataFrame, by: list[str]) -> None:
    first, second = (frame.sort_values(["measure", *by], ignore_index=True) for frame in (ours, plain))
    pd.testing.assert_frame_equal(first, second, check_dtype=False, rtol=1e-9, atol=1e-12)


@given(rows=LOGS, batch=st.integers(1, 9), by=GROUPS)
@SLOW
def test_journeys_equal_the_plain_route(rows: list[tuple], batch: int, by: list[str], tmp_path: Path) -> None:
    table = contacts(rows)
    if table["case"].isna().all():
        return
    source, store = tmp_path / "log.parquet", tmp_path / "store.parquet"
    table.to_parquet(source)
    sort_contacts([source], store)
    plain = measure_all({"contacts": table}, by)
    same(journeys_from_store(store, by, batch_rows=batch), plain[plain.measure.isin(OBSERVERS)], by)


@given(rows=LOGS, batch=st.integers(1, 9))
@SLOW
def test_cases_equal_the_plain_ones(rows: list[tuple], batch: int, tmp_path: Path) -> None:
    table = contacts(rows)
    if table["case"].isna().all():
        return
    source, store = tmp_path / "log.parquet", tmp_path / "store.parquet"
    table.to_parquet(source)
    sort_contacts([source], store)
    gathered = pd.concat([cases_of_sorted(part).astype({"quarter": object}) for part in whole_batches(store, batch)])
    plain = cases(table).sort_values(["municipality", "case"], ignore_index=True)
    for name in ("contacts", "channels", "switches", "seconds", "open", "quarter"):
        pd.testing.assert_series_equal(
            gathered[name].reset_index(drop=True), plain[name], check_dtype=False, check_names=False
        )


@given(
    rows=LOGS,
    customers=st.lists(st.sampled_from(["c1", "c2", "case a", None]), min_size=40, max_size=40),
    left_out=st.sets(st.sampled_from(["customer", "case"])),
    batch=st.integers(1, 9),
    days=st.sampled_from([1, 2, 14]),
    by=st.sampled_from(
        [[], ["channel"], ["task_id"], ["municipality", "quarter"], ["municipality", "quarter", "channel"]]
    ),
)
@SLOW
def test_repeats_equal_the_plain_route(
    rows: list[tuple],
    customers: list[str | None],
    left_out: set[str],
    batch: int,
    days: int,
    by: list[str],
    tmp_path: Path,
) -> None:
    table = contacts(rows).assign(customer=pd.array(customers[: len(rows)], dtype="str")).drop(columns=list(left_out))
    source, store = tmp_path / "log.parquet", tmp_path / "store.parquet"
    table.to_parquet(source)
    sort_customers([source], store)
    chosen = Settings(repeat_contact_days=days)
    plain = repeat_contact_rate(table, by, chosen)
    same(repeats_from_store(store, by, chosen, batch_rows=batch), plain, by)
    shuffled = table.sample(frac=1, random_state=batch)
    same(repeat_contact_rate(shuffled, by, chosen), plain, by)


def test_repeats_know_their_groups(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot group by topic"):
        repeats_from_store(tmp_path / "store.parquet", ["topic"])


@given(rows=LOGS, by=GROUPS)
@SLOW
def test_rates_equal_the_plain_route(rows: list[tuple], by: list[str], tmp_path: Path) -> None:
    table = contacts(rows)
    source = tmp_path / "log.parquet"
    table.to_parquet(source)
    plain = measure_all({"contacts": table}, by)
    same(rates_from_parquet([source], tmp_path, by), plain[plain.measure.isin(RATES)], by)


def test_several_files_are_one_log(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = [
        (
            "GM9901",
            f"c{rng.integers(30)}",
            "t1",
            "web",
            int(rng.integers(60)),
            300,
            bool(rng.random() < 0.5),
            True,
            60.0,
        )
        for _ in range(200)
    ]
    table = contacts(rows)
    files = [tmp_path / "one.parquet", tmp_path / "two.parquet"]
    for path, part in zip(files, (table.iloc[:77], table.iloc[77:]), strict=True):
        part.to_parquet(path)
    sort_contacts(files, tmp_path / "store.parquet")
    plain = measure_all({"contacts": table})
    same(journeys_from_store(tmp_path / "store.parquet"), plain[plain.measure.isin(OBSERVERS)], [])
    same(rates_from_parquet(files, tmp_path), plain[plain.measure.isin(RATES)], [])


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([0.0, 1.0, None])), max_size=30), st.integers(1, 7))
@settings(deadline=None, max_examples=60)
def test_batches_of_observations_merge(rows: list[tuple[str, float | None]], size: int) -> None:
    table = pd.DataFrame(rows, columns=["channel", "value"]).astype({"value": "float64"})
    table["reason"] = np.where(table["value"].isna(), "zero", "")
    for by in ([], ["channel"]):
        merged = Merged("contacts_per_case", by)
        for start in range(0, len(table), size):
            merged.add(Observations(table.iloc[start : start + size], told="zero"))
        whole = summarise("contacts_per_case", Observations(table, told="zero"), by)
        same(estimates(merged.summary(), Settings()), estimates(whole, Settings()), by)


def test_a_column_that_is_no_group_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot group by"):
        rates_from_parquet([], tmp_path, ["wait_s; DROP TABLE contacts"])


def test_without_duckdb_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingExtra, match=r"toptaak\[large\]"):
        large.connect(tmp_path)
