"""How many numbers of others the tests hold ours against: `python -m benchmarks.oracles`.

A number counts once per value compared; a vector of a rule counts once. Every row names the script that made the
frozen file, or the source in which the number is printed. The table goes into docs/methode.md; `--print` prints only.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

REPOSITORY = Path(__file__).parents[1]
FOLDER, DOCUMENT = REPOSITORY / "tests" / "oracle", REPOSITORY / "docs" / "methode.md"


@dataclass(frozen=True)
class Oracle:
    """One field: whose numbers, where they are frozen, what made or printed them, and who compares them."""

    whose: str
    file: str
    origin: str
    tests: tuple[str, ...]
    count: Callable[[Path], int]


def _values(*columns: str, where: str = "") -> Callable[[Path], int]:
    def count(path: Path) -> int:
        table = pd.read_csv(path)
        return int((table.query(where) if where else table)[list(columns)].notna().sum().sum())

    return count


def _rules(path: Path) -> int:
    rules = json.loads(path.read_text(encoding="utf-8"))
    limits, judged = rules["limits"], rules["assurance"]
    numbers = len(limits["screened"]) + len(limits["unscreened"]) + len(judged["increase"]) + len(judged["decrease"])
    return numbers + sum(len(rules[name]) for name in ("trend", "shift", "two_of_three"))


def _kalton(path: Path) -> int:
    found = json.loads(path.read_text(encoding="utf-8"))
    return sum(len(row) for row in found["precise"]) + len(found["kish"]) + len(found["trimmed_at_2.2"])


def _rank_sets(path: Path) -> int:
    names = ("low", "high", "marginal_low", "marginal_high")
    return sum(len(case[name]) for case in json.loads(path.read_text(encoding="utf-8"))["cases"] for name in names)


def oracles() -> tuple[Oracle, ...]:
    """List every field."""
    stats, survey = "tests/stats", "tests/surveys"
    return (
        Oracle("R survey: svymean, svyratio, rake, calibrate", "weighting/values.csv", "weighting.R",
               (f"{survey}/test_weighting.py",), _values("value", "se")),
        Oracle("R survey: rake (Kalton)", "weighting/kalton.json", "survey, tests/kalton.Rout.save",
               (f"{stats}/test_raking.py",), _kalton),
        Oracle("R relaimpo; domir; rwa", "drivers/relaimpo.csv", "column source", (f"{stats}/test_lmg.py",),
               _values("value")),
        Oracle("R: LMG and Johnson over all orders", "kpi/lmg.csv", "lmg.R", (f"{stats}/test_lmg.py",),
               _values("value")),
        Oracle("NHSRplotthedots: rules", "nhs/rules.json", "NHSRplotthedots 0.2.2, vignette and tests",
               (f"{stats}/test_control_chart.py",), _rules),
        Oracle("R prop.test", "intervals/intervals.csv", "intervals.R", ("tests/oracle/test_intervals_r.py",),
               _values("value", where="what == 'wilson'")),
        Oracle("R t.test, chisq.test, p.adjust", "intervals/intervals.csv", "intervals.R",
               ("tests/oracle/test_intervals_r.py",), _values("value", where="what != 'wilson'")),
        Oracle("R wilcox.test and Brunner-Munzel", "rank_test/rank_test.csv", "rank_test.R",
               (f"{stats}/test_tests.py",), _values("value")),
        Oracle("R survfit", "kpi/survfit.csv", "survfit.R", (f"{stats}/test_survival.py",),
               _values("estimate", "low", "high")),
        Oracle("R poisson.test, pbinom, qbinom, lm", "kpi/counts.csv", "counts.R",
               (f"{stats}/test_counts.py", f"{stats}/test_segmented.py", f"{stats}/test_shrinkage.py"),
               _values("value")),
        Oracle("R: segmented regression, AR(1)", "kpi/segmented.csv", "segmented.R", (f"{stats}/test_segmented.py",),
               _values("estimate", "error")),
        Oracle("R: hierarchical models", "kpi/shrinkage.csv", "shrinkage.R", (f"{stats}/test_shrinkage.py",),
               _values("mean", "sd")),
        Oracle("R csranks: rank sets", "ranks/csranks.json", "csranks_multinom", (f"{stats}/test_ranks.py",),
               _rank_sets),
        Oracle("print", "print/printed.csv", "column source", ("tests/oracle/test_published.py",),
               _values("printed")),
    )  # fmt: skip


def table() -> str:
    """Write the list as Markdown."""
    found = [(one, one.count(FOLDER / one.file)) for one in oracles()]
    head = ("van wie", "getallen", "bestand in `tests/oracle`", "gemaakt door, of gedrukt in", "test")
    lines = [head, ("---", "---:", "---", "---", "---")]
    for one, number in found:
        compared = ", ".join(f"`{Path(name).name}`" for name in one.tests)
        lines.append((one.whose, str(number), f"`{one.file}`", one.origin, compared))
    lines.append(("samen", str(sum(number for _, number in found)), "", "", ""))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", action="store_true", help="print the table, write nothing")
    only_print = parser.parse_args().print
    print(table())
    if not only_print:
        before, rest = DOCUMENT.read_text(encoding="utf-8").split("<!-- oracles -->\n")
        after = rest.partition("\n<!-- end oracles -->")[2]
        text = f"{before}<!-- oracles -->\n{table()}\n<!-- end oracles -->{after}"
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
