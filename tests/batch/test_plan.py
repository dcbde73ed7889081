from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.batch.conftest import FakeStore
from toptaak.batch.plan import Request, make_plan, newest_quarter
from toptaak.batch.run import make_reports
from toptaak.core.errors import InputRefused
from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings


def test_all_municipalities_and_the_newest_quarter_by_default(request_: Request, store: FakeStore) -> None:
    plan = make_plan(request_, store)
    assert [report.job.parameters.municipality for report in plan.reports] == ["GM9901", "GM9902", "GM9903"]
    assert {report.job.parameters.quarter for report in plan.reports} == {"2026Q3"}
    assert plan.reports[0].target == request_.reports / "2026Q3" / "GM9901"
    assert not any(report.unchanged for report in plan.reports)


def test_the_newest_quarter_is_the_newest_of_all(store: FakeStore) -> None:
    (store.data / "GM9902.quarters").write_text("2027Q1")
    assert newest_quarter(store) == Quarter(2027, 1)


def test_a_choice_of_municipalities_and_quarter(request_: Request, store: FakeStore) -> None:
    chosen = replace(request_, municipalities=("GM9903", "GM9901", "GM9903"), quarter="2026-K2")
    plan = make_plan(chosen, store)
    assert [report.job.parameters.municipality for report in plan.reports] == ["GM9903", "GM9901"]
    assert plan.reports[0].job.parameters.quarter == "2026Q2"


def test_a_municipality_without_data_in_the_quarter_is_left_out_and_told(request_: Request, store: FakeStore) -> None:
    (store.data / "GM9902.quarters").write_text("2026Q2")
    plan = make_plan(request_, store)
    assert [report.job.parameters.municipality for report in plan.reports] == ["GM9901", "GM9903"]
    assert [parameters.municipality for parameters in plan.without_data] == ["GM9902"]


def test_asking_for_it_by_name_is_refused_with_the_quarters_there_are(request_: Request, store: FakeStore) -> None:
    with pytest.raises(InputRefused, match=r"Veenwoude gegevens heeft. Kies uit: 2026Q2, 2026Q3\."):
        make_plan(replace(request_, municipalities=("GM9901",), quarter="2025Q1"), store)
    with pytest.raises(InputRefused, match=r"Kies uit: GM9901, GM9902, GM9903\."):
        make_plan(replace(request_, municipalities=("GM0363",)), store)


def test_a_quarter_nobody_has_is_refused(request_: Request, store: FakeStore) -> None:
    with pytest.raises(InputRefused, match=r"Kies uit: 2026Q2, 2026Q3\.") as caught:
        make_plan(replace(request_, quarter="2020Q1"), store)
    assert len(caught.value.faults) == 1, "said once, not for each municipality"


def test_no_data_at_all_is_refused(request_: Request, store: FakeStore) -> None:
    store.codes = ()
    for asked in (request_, replace(request_, quarter="2026Q3", municipalities=("GM9901",))):
        with pytest.raises(InputRefused, match="toptaak check"):
            make_plan(asked, store)


def test_wrong_parameters_are_refused(request_: Request, store: FakeStore) -> None:
    with pytest.raises(InputRefused, match="TT-601"):
        make_plan(replace(request_, municipalities=("0363",)), store)
    with pytest.raises(InputRefused, match="TT-604"):
        make_plan(replace(request_, data=request_.data / "absent"), store)


def test_wrong_parameters_are_refused_before_anything_is_read_or_made(request_: Request) -> None:
    def never(_: Path) -> FakeStore:
        raise AssertionError("the data were read")

    for wrong in (
        replace(request_, municipalities=("GM9901", "0363")),
        replace(request_, quarter="2026Q5"),
        replace(request_, data=request_.data / "absent"),
        replace(request_, language="fr"),
    ):
        with pytest.raises(InputRefused):
            make_reports(wrong, never)
    assert not request_.reports.exists()


def test_the_key_follows_data_settings_language_and_account(request_: Request, store: FakeStore) -> None:
    def keys(request: Request = request_) -> list[str]:
        return [report.key for report in make_plan(request, store).reports]

    first = keys()
    assert keys() == first
    (store.data / "GM9902.py").write_text("1")
    assert [old == new for old, new in zip(first, keys(), strict=True)] == [True, False, True]
    assert not set(keys(replace(request_, language="en"))) & set(keys())
    store.settings = Settings(minimum_n=20)
    assert not set(keys()) & set(first)
    store.settings, store.rows = Settings(), 101
    assert not set(keys()) & set(first)


def test_the_place_of_the_data_does_not_show(office: Path, store: FakeStore) -> None:
    plan = make_plan(Request(office / "data", office / "reports", office / "report.ipynb", "nl"), store)
    assert plan.reports[0].job.shown_parameters() == {
        "municipality": "GM9901",
        "quarter": "2026Q3",
        "language": "nl",
        "data": "data",
    }
