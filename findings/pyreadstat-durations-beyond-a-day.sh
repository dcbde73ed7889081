#!/bin/sh
# pyreadstat 1.3.7: a duration of an SPSS file that lasts a day or longer loses its days.
# Expected: 25 hours in a column of format TIME or DTIME (days, hours, minutes) is read as 25 hours, or left as 90,000 seconds.
# Seen: both come as datetime.time(1, 0), without a warning; MTIME, the third format for durations, stays 90,000.0.
#   disable_datetime_conversion=True gives the seconds.
# What it means: waiting times and handling times from SPSS are right up to a day, and wrong beyond it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyreadstat==1.3.7 pandas==2.3.3
cat > "$folder/durations.py" <<'PY'
import datetime
import sys

import pandas as pd
import pyreadstat

file = f"{sys.argv[1]}/wait.sav"
formats = {"clock": "TIME8", "days": "DTIME12", "minutes": "MTIME8"}
pyreadstat.write_sav(pd.DataFrame(dict.fromkeys(formats, [3600.0, 90000.0])), file, variable_format=formats)
read, _ = pyreadstat.read_sav(file)
plain, _ = pyreadstat.read_sav(file, disable_datetime_conversion=True)
print(read, plain, sep="\n")
hour = datetime.time(1, 0)
expected = {"clock": [hour, hour], "days": [hour, hour], "minutes": [3600.0, 90000.0]}
sys.exit(read.to_dict("list") != expected or set(plain.iloc[1]) != {90000.0})
PY
"$folder/venv/bin/python" "$folder/durations.py" "$folder"
