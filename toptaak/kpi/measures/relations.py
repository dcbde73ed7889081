"""What hangs together: drivers of satisfaction, and numbers before and after a change."""

from __future__ import annotations

from typing import Final

from toptaak.kpi.declaration import Columns, Measure

_ANSWERS: Columns = {"ratings": ("question", "score"), "questions": ("question", "kind")}
_PARTS: Columns = {"ratings": ("respondent", "part", "score"), "questions": ("question", "kind")}

DRIVER_IMPORTANCE: Final = Measure(
    id="driver_importance",
    label="Weight of a driver",
    unit="ratio",
    direction="none",
    scale="own",
    definition=(
        "Part of the differences in the overall mark that goes together with the mark for a part of the service "
        "(LMG). The weights add up to R². It tells what hangs together, not what causes what."
    ),
    source="Lindeman, Merenda and Gold (1980); Grömping (2006)",
    needs=_PARTS,
    minimum_n=100,
)


DRIVER_CHECK: Final = Measure(
    id="driver_check",
    label="Weight of a driver, checked",
    unit="ratio",
    direction="none",
    scale="own",
    definition="The weight of a driver by another method (Johnson's relative weights), as a check on the first.",
    source="Johnson (2000)",
    needs=_PARTS,
    minimum_n=100,
)


DRIVER_GROUP: Final = Measure(
    id="driver_group",
    label="Weight of drivers that belong together",
    unit="ratio",
    direction="none",
    scale="own",
    definition="Sum of the weights of the drivers that belong together, such as the five of the employee.",
    source="Lindeman, Merenda and Gold (1980); Grömping (2006)",
    needs=_PARTS,
    minimum_n=100,
)


DRIVER_R2: Final = Measure(
    id="driver_r2",
    label="Explained by all drivers together (R²)",
    unit="ratio",
    direction="none",
    scale="own",
    definition="Part of the differences in the overall mark that goes together with the marks for all parts.",
    source="Lindeman, Merenda and Gold (1980); Grömping (2006)",
    needs=_PARTS,
    minimum_n=100,
)


RANK_SHIFT: Final = Measure(
    id="rank_shift",
    label="Chance of a higher value than before",
    unit="ratio",
    direction="none",
    scale="own",
    definition=(
        "Chance that a randomly chosen observation of this quarter is higher than one of the earlier quarter, ties "
        "counted half; 50% is no difference. It looks at order only, so that a few extreme values do not matter."
    ),
    source="Brunner and Munzel (2000)",
    needs={"contacts": ("case", "started_at", "ended_at", "resolved")},
    alternative=_ANSWERS,
    minimum_n=10,
)


RATE_RATIO: Final = Measure(
    id="rate_ratio",
    label="After against before",
    unit="factor",
    direction="none",
    scale="own",
    definition="Number per week after a change divided by the number per week before it.",
    source="Przyborowski and Wilenski (1940)",
    needs={"interventions": ("date",)},
)

MEASURES: Final = (
    DRIVER_IMPORTANCE,
    DRIVER_CHECK,
    DRIVER_GROUP,
    DRIVER_R2,
    RANK_SHIFT,
    RATE_RATIO,
)
