#!/bin/sh
# pyreadstat 1.3.7: whether an SPSS date is read as a date depends on how SPSS shows it.
# Expected: one and the same moment, shown as a day (DATE11), a quarter (QYR8), a month (MOYR8) or a week (WKYR8), is a date in all four.
# Seen: the day is a date; quarter, month and week are 14002243200.0, seconds since 14 October 1582, with no hint but the format's name.
# What it means: a survey whose date is shown per quarter, as quarterly research has it, arrives as a column of large numbers.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyreadstat==1.3.7 pandas==2.3.3
cat > "$folder/dates.py" <<'PY'
import datetime
import sys

import pandas as pd
import pyreadstat

file = f"{sys.argv[1]}/survey.sav"
seconds = (datetime.datetime(2026, 7, 1) - datetime.datetime(1582, 10, 14)).total_seconds()
formats = {"day": "DATE11", "quarter": "QYR8", "month": "MOYR8", "week": "WKYR8"}
pyreadstat.write_sav(pd.DataFrame(dict.fromkeys(formats, [seconds])), file, variable_format=formats)
read, meta = pyreadstat.read_sav(file)
seen = read.iloc[0].to_dict()
print(seen, meta.original_variable_types)
sys.exit(seen != {"day": datetime.date(2026, 7, 1), "quarter": seconds, "month": seconds, "week": seconds})
PY
"$folder/venv/bin/python" "$folder/dates.py" "$folder"
