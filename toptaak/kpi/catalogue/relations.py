"""Declarations of what hangs together: drivers of satisfaction, and numbers before and after a change."""

from __future__ import annotations

from typing import Final

from toptaak.kpi.declaration import Columns, Measure

_ANSWERS: Columns = {"ratings": ("question", "score"), "questions": ("question", "kind")}
_PARTS: Columns = {"ratings": ("respondent", "part", "score"), "questions": ("question", "kind")}

MEASURES: Final = (
    Measure(
        "driver_importance",
        "Weight of a driver",
        "ratio",
        "none",
        "own",
        "Part of the differences in the overall mark that goes together with the mark for a part of the "
        "service (LMG). The weights add up to R². It tells what hangs together, not what causes what.",
        "Lindeman, Merenda and Gold (1980); Grömping (2006)",
        _PARTS,
        minimum_n=100,
    ),
    Measure(
        "driver_check",
        "Weight of a driver, checked",
        "ratio",
        "none",
        "own",
        "The weight of a driver by another method (Johnson's relative weights), as a check on the first.",
        "Johnson (2000)",
        _PARTS,
        minimum_n=100,
    ),
    Measure(
        "driver_group",
        "Weight of drivers that belong together",
        "ratio",
        "none",
        "own",
        "Sum of the weights of the drivers that belong together, such as the five of the employee.",
        "Lindeman, Merenda and Gold (1980); Grömping (2006)",
        _PARTS,
        minimum_n=100,
    ),
    Measure(
        "driver_r2",
        "Explained by all drivers together (R²)",
        "ratio",
        "none",
        "own",
        "Part of the differences in the overall mark that goes together with the marks for all parts.",
        "Lindeman, Merenda and Gold (1980); Grömping (2006)",
        _PARTS,
        minimum_n=100,
    ),
    Measure(
        "rank_shift",
        "Chance of a higher value than before",
        "ratio",
        "none",
        "own",
        "Chance that a randomly chosen observation of this quarter is higher than one of the earlier quarter, ties "
        "counted half; 50% is no difference. It looks at order only, so that a few extreme values do not matter.",
        "Brunner and Munzel (2000)",
        {"contacts": ("case", "started_at", "ended_at", "resolved")},
        _ANSWERS,
        minimum_n=10,
    ),
    Measure(
        "rate_ratio",
        "After against before",
        "factor",
        "none",
        "own",
        "Number per week after a change divided by the number per week before it.",
        "Przyborowski and Wilenski (1940)",
        {"interventions": ("date",)},
    ),
)
