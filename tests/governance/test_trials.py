from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from toptaak.core.errors import InputRefused
from toptaak.core.faults import Fault
from toptaak.core.results import is_results, result_row, results
from toptaak.governance.effects import before_after
from toptaak.governance.trials import TrialRegister, judge_trials, load_trials, trials_template
from toptaak.stats.intervals import wilson

START = dt.date(2026, 10, 5)
END = dt.date(2026, 11, 30)
AFTER = dt.date(2026, 12, 31)
Load = Callable[..., TrialRegister]


@pytest.fixture
def load(tmp_path: Path, measures: Any) -> Load:
    def read(text: str, **more: Any) -> TrialRegister:
        path = tmp_path / "trials.toml"
        path.write_text(text, encoding="utf-8")
        return load_trials(path, measures, **more)

    return read


@pytest.fixture
def text() -> str:
    return trials_template("nl", "GM0363", START).replace("VUL IN: ", "")


def refused(load: Load, text: str, **more: Any) -> list[Fault]:
    with pytest.raises(InputRefused) as caught:
        load(text, **more)
    return caught.value.faults


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_template_parses_and_is_refused_until_it_is_filled_in(load: Load, language: str) -> None:
    text = trials_template(language, "GM0363", START)
    tomllib.loads(text)
    assert {fault.code for fault in refused(load, text)} == {"TT-710"}
    (trial,) = load(text.replace("VUL IN: ", "").replace("FILL IN: ", "")).trial
    assert (trial.start, trial.end, trial.decision) == (START, END, None)


def test_the_sample_size_that_is_needed(load: Load, text: str, measures: Any) -> None:
    (trial,) = load(text).trial
    # R: ceiling(power.prop.test(p1 = 0.70, p2 = 0.75, power = 0.8)$n)
    assert trial.needed(measures["success_rate"]) == 1251
    slow = changed(changed(text, '"success_rate"', '"completion_time"'), "baseline = 0.70", "baseline = 9000")
    slow = changed(changed(slow, "smallest_effect = 0.05", "smallest_effect = 600"), "# sd =", "sd =")
    # R: ceiling(power.t.test(delta = 600, sd = 3600, power = 0.8)$n)
    assert load(slow).trial[0].needed(measures["completion_time"]) == 567


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (f"end = {END}", f"end = {START}", "TT-738"),
        (f"end = {END}", "end = 2027-10-05", "TT-738"),
        ('"success_rate"', '"steps_per_case"', "TT-739"),
        ('"success_rate"', '"succes_rate"', "TT-716"),
        ('"success_rate"', '"satisfaction"', "TT-711"),  # a score needs its standard deviation
        ("smallest_effect = 0.05", "smallest_effect = 0.5", "TT-723"),
        ("smallest_effect = 0.05", "smallest_effect = -0.05", "TT-713"),
        ("smallest_effect = 0.05\n", "", "TT-711"),
        ("# decision", "decision", "TT-731"),
        ("# decided_on = 2026-11-30", "decided_on = 2026-10-01", "TT-732"),
        ('"sms-voortgang"', '"SMS voortgang"', "TT-713"),
        ('owner = "rol', 'owner = "manager web; rol', "TT-715"),
        ("# task", "task", "TT-717"),
    ],
)
def test_a_fault_is_found(load: Load, text: str, old: str, new: str, code: str) -> None:
    wrong = changed(text, old, new)
    found = [fault for fault in refused(load, wrong, known_tasks=["paspoort"]) if fault.code == code]
    assert len(found) == 1
    assert found[0].row is not None
    assert found[0].describe("nl")


def test_a_fault_stands_on_its_line(load: Load, text: str) -> None:
    wrong = changed(text, "baseline = 0.70", "baseline = nan")
    (fault,) = refused(load, wrong)
    assert (fault.row, fault.column) == (1 + wrong.split("\n").index("baseline = nan"), "trial[1].baseline")


def test_all_faults_at_once_and_no_trial_twice(load: Load, text: str) -> None:
    block = text[text.index("\n[[trial]]\n") :]
    wrong = text + block
    assert [(fault.code, fault.column) for fault in refused(load, wrong)] == [("TT-720", "trial[2]")]
    wrong = changed(wrong, "baseline = 0.70", 'baseline = "70%"\nbaseline = 0.7')
    wrong = changed(wrong, f"end = {END}", f"end = {START}")
    assert [fault.code for fault in refused(load, wrong)] == ["TT-738", "TT-713", "TT-703"]


def five_trials(text: str) -> str:
    block = text[text.index("\n[[trial]]\n") :]
    more = [changed(block, "sms-voortgang", name) for name in ("brief", "formulier", "chat", "app")]
    return text + "".join(more)


def change(trial: str, before: tuple[int, int], after: tuple[int, int], measures: Any) -> pd.DataFrame:
    def frame(x: int, n: int) -> pd.DataFrame:
        low, high = wilson(x, n)
        row = {"trial": trial} | result_row("success_rate", n, x / n, float(low), float(high), "wilson")
        return results([row], ["trial"])

    return before_after(frame(*before), frame(*after), measures, ["trial"])


def test_the_outcome_leads_to_keep_change_or_stop(load: Load, text: str, measures: Any) -> None:
    register = load(five_trials(text))
    changes = pd.concat(
        [
            change("sms-voortgang", (700, 1000), (780, 1000), measures),
            change("brief", (700, 1000), (690, 1000), measures),
            change("formulier", (70, 100), (75, 100), measures),
            change("chat", (5, 8), (8, 9), measures),
        ]
    )
    frame = judge_trials(register, changes, AFTER, measures, "nl")
    assert is_results(frame)
    assert frame["trial"].tolist() == ["sms-voortgang", "brief", "formulier", "chat", "app"]
    assert frame["proposal"].tolist() == ["keep", "stop", "change", "change", "change"]
    assert frame["estimate"][0] == pytest.approx(0.08)
    assert frame["n"].tolist() == [1000, 1000, 100, 8, 0]
    assert "100 van de 1.251" in frame["reason"][2]
    assert "te weinig" in frame["reason"][3]
    assert set(frame["needed_n"]) == {1251}
    running = judge_trials(register, changes, START, measures, "nl")
    assert set(running["proposal"]) == {""}
    assert running["reason"][0] == "De proef loopt tot en met 30 november 2026."
    with pytest.raises(ValueError, match="one outcome"):
        judge_trials(register, pd.concat([changes, changes]), AFTER, measures, "nl")


def test_less_is_better_where_the_kpi_says_so(load: Load, text: str, measures: Any) -> None:
    failing = changed(changed(text, '"success_rate"', '"failure_rate"'), "baseline = 0.70", "baseline = 0.30")
    register = load(failing)
    fewer = change("sms-voortgang", (300, 1000), (200, 1000), measures).assign(measure="failure_rate")
    assert judge_trials(register, fewer, AFTER, measures, "nl")["proposal"].tolist() == ["keep"]
    more = change("sms-voortgang", (200, 1000), (300, 1000), measures).assign(measure="failure_rate")
    assert judge_trials(register, more, AFTER, measures, "nl")["proposal"].tolist() == ["stop"]


def test_the_decision_is_kept(load: Load, text: str, measures: Any) -> None:
    decided = text
    for name in ("decision", "decided_on", "decided_by"):
        decided = changed(decided, f"# {name}", name)
    nothing = results([], ["trial"], "change")
    row = judge_trials(load(decided), nothing, AFTER, measures, "nl").iloc[0]
    assert (row["decision"], row["decided_on"], row["decided_by"]) == ("keep", END, "Toptaakmanager")
