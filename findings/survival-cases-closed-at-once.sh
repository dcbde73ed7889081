#!/bin/sh
# scikit-survival 0.28.0, lifelines 0.30.3, statsmodels 0.15.0: cases closed on the day they came, once entry times are given.
# Expected: telling that everybody was followed from time 0 on changes nothing, and three libraries draw one Kaplan-Meier curve.
# Seen, for five cases of which two were closed at 0: scikit-survival starts at 0.6 without time_enter and at 1.0 with zeros in it
#   (the two leave both the events and those at risk, and nothing is said); lifelines keeps 0.6 both ways; statsmodels refuses.
# What it means: with late entrants in a log of cases, a share done at once disappears from one library's curve.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet scikit-survival==0.28.0 lifelines==0.30.3 statsmodels==0.15.0
cat > "$folder/curves.py" <<'PY'
import sys

import numpy as np
from lifelines import KaplanMeierFitter
from sksurv.nonparametric import kaplan_meier_estimator
from statsmodels.duration.survfunc import SurvfuncRight

days, done, entry = np.array([0.0, 0, 4, 6, 9]), np.ones(5, bool), np.zeros(5)


def refused():
    try:
        SurvfuncRight(days, done.astype(int), entry=entry)
    except ValueError as error:
        return str(error)
    return ""


seen = {
    "scikit-survival": [round(float(kaplan_meier_estimator(done, days, **given)[1][0]), 3) for given in ({}, {"time_enter": entry})],
    "lifelines": [
        round(float(KaplanMeierFitter().fit(days, done, **given).survival_function_.iloc[0, 0]), 3) for given in ({}, {"entry": entry})
    ],
    "statsmodels": [round(float(SurvfuncRight(days, done.astype(int)).surv_prob[0]), 3), refused()],
}
for name, values in seen.items():
    print(f"{name}: still open just after time 0, without and with entry times of 0: {values}")
expected = {
    "scikit-survival": [0.6, 1.0],
    "lifelines": [0.6, 0.6],
    "statsmodels": [0.6, "Entry times must not occur on or after event times"],
}
sys.exit(seen != expected)
PY
"$folder/venv/bin/python" "$folder/curves.py"
