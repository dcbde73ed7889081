#!/bin/sh
# weightipy 0.4.2: respondents who left a background question open keep weight 1, and then no target is met, of that question or of another.
# Expected: after raking the weighted sample has the shares of the population for each target that every respondent answered, or a message.
# Seen: 40 of 400 have no age; of the areas, which all 400 gave, North comes out at 33.0 % where 30 % was asked, without a word;
#   and an age group without respondents is left out: targets of 40, 20 and 40 % become 50 and 50 %.
# What it means: check the weighted shares yourself after raking with it; they are only met when every target was answered by everybody.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet weightipy==0.4.2 pandas==3.1.1 numpy==2.4.6
cat > "$folder/rake.py" <<'PY'
import sys

import pandas as pd
import weightipy

AREAS = {"North": 30, "South": 30, "East": 40}
answers = pd.DataFrame({
    "age": ["young"] * 80 + ["old"] * 280 + [None] * 40,
    "area": (["North"] * 6 + ["South"] * 3 + ["East"]) * 40,
})


def shares(frame, ages, question):
    scheme = weightipy.scheme_from_dict({"age": ages, "area": AREAS})
    weighted = weightipy.weight_dataframe(frame.copy(), scheme, "weight")
    total = weighted["weight"].groupby(weighted[question].astype(str)).sum() / weighted["weight"].sum()
    return {level: round(100 * float(share), 1) for level, share in total.items()}


areas = shares(answers, {"young": 50, "old": 50}, "area")
ages = shares(answers.dropna(), {"young": 40, "middle": 20, "old": 40}, "age")
print("areas, asked", AREAS, "got", areas)
print("ages, asked 40, 20 and 40 %, got", ages)
sys.exit(areas != {"North": 33.0, "South": 30.0, "East": 37.0} or ages != {"young": 50.0, "old": 50.0})
PY
"$folder/venv/bin/python" "$folder/rake.py"
