#!/bin/sh
# frictionless 5.21.0: a column of Dutch decimal numbers is described as points on the earth.
# Expected: describe() on a file with semicolons and values such as 85,5 gives a number with a decimal comma, or a string.
# Seen: the field's type is geopoint (85,5 reads as longitude and latitude), and the description that it writes passes its own validation.
# What it means: a data package made from a Dutch open-data file by describe() holds places where percentages stand.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet frictionless==5.21.0
cat > "$folder/describe.py" <<'PY'
import os
import sys

import frictionless

os.chdir(sys.argv[1])
with open("success.csv", "w") as file:
    file.write("task;success_rate\nT01;85,5\nT02;7,25\nT03;60,0\n")
resource = frictionless.describe("success.csv")
kind = resource.schema.get_field("success_rate").type
report = frictionless.validate(resource)
value = resource.read_rows()[0]["success_rate"]
print("type:", kind, "· first value:", value, "· valid:", report.valid)
sys.exit((kind, report.valid) != ("geopoint", True))
PY
"$folder/venv/bin/python" "$folder/describe.py" "$folder"
