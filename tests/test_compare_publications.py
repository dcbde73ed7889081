"""Each change of a publication has its kind, and what is of no kind is told (`benchmarks.compare_publications`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.compare_publications import NO_KIND, kind_of_cell, kind_of_result, main

HEAD = "municipality,quarter,task_id,channel,measure,n,estimate,ci_low,ci_high,method,note"
ROW = {"measure": "success_rate", "n": "40", "estimate": "0.8", "ci_low": "0.6", "ci_high": "0.9", "note": ""}
PAGE = """<html><body><p>{said}</p><table><caption>Per kanaal in 2026-K3</caption>
<thead><tr><th scope="col">Kanaal</th><th scope="col">{column}</th></tr></thead>
<tbody><tr><th scope="row">web</th><td>{cell}</td></tr></tbody></table><svg><text>{drawn}</text></svg></body></html>"""
AS_BEFORE = {"said": "Van 40 pogingen is 80% gelukt.", "column": "Succesratio", "cell": "80% 60 tot 90%", "drawn": "a"}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"estimate": "", "note": "too few observations"}, "result: now hidden"),
        ({"estimate": "", "note": "not measurable"}, "result: not measured any more"),
        ({"n": "39", "estimate": "0.7"}, "result: other observations"),
        ({"ci_low": "0.5"}, "result: another interval"),
        ({"note": "whole cases only"}, "result: note or method in other words"),
        ({"estimate": "0.7"}, NO_KIND),
    ],
)
def test_every_change_of_a_number_has_its_kind(change: dict[str, str], kind: str) -> None:
    assert kind_of_result(ROW, ROW | change, {"success_rate"}) == kind


def test_a_number_that_was_not_there_before() -> None:
    hidden = ROW | {"estimate": ""}
    assert kind_of_result(hidden, ROW, {"success_rate"}) == "result: now shown"
    assert kind_of_result(None, ROW, {"success_rate"}) == "result: new group"
    assert kind_of_result(None, ROW, set()) == "result: new measure"
    assert kind_of_result(ROW, None, {"success_rate"}) == "result: gone"


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("80% 60 tot 90% n = 40", "niet getoond", "cell: now hidden"),
        ("niet getoond", "80%", "cell: now shown"),
        ("minder dan 10", "niet getoond", "cell: hidden in other words"),
        ("80%", "79%", "cell: another number, as in the results"),
        ("aantoonbaar beter", "geen aantoonbaar verschil", "cell: another verdict"),
        ("alle zaken die klaar zijn, gedeeld door alle", "alle zaken die klaar zijn", "cell: reworded"),
        ("nee", "Afdeling Burgerzaken", NO_KIND),
    ],
)
def test_every_change_of_a_cell_has_its_kind(before: str, after: str, kind: str) -> None:
    assert kind_of_cell(before, after) == kind


def publish(root: Path, rows: list[str], **page: str) -> Path:
    for name in ("GM9901", "GM9901-bestuur"):
        folder = root / "2026Q3" / name
        folder.mkdir(parents=True)
        (folder / "results.csv").write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    page_text = PAGE.format(**AS_BEFORE | page)
    (root / "2026Q3" / "GM9901" / "kwartaalrapport.html").write_text(page_text, encoding="utf-8")
    return root


def test_two_folders_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = "GM9901,2026Q3,_all,_all,success_rate,40,0.8,0.6,0.9,wilson,"
    before = publish(tmp_path / "a", [row])
    assert main(str(before), str(publish(tmp_path / "b", [row], drawn="b"))) == 0
    assert capsys.readouterr().out == "no difference\n"
    after = publish(
        tmp_path / "c", [row.replace(",0.8,", ",0.75,")], said="Van 41 pogingen is 75% gelukt.", column="Gelukt"
    )
    assert main(str(before), str(after)) == 1
    told = capsys.readouterr().out
    assert "4 differences of 4 kinds, 1 of no kind" in told, "the view's results are the report's"
    assert [kind in told for kind in ("column: gone", "column: new", "sentence: other numbers", NO_KIND)] == [True] * 4
    assert "1 × success_rate [2026Q3/GM9901/results.csv]" in told
