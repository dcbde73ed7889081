#!/bin/sh
# csvw 4.1.1 (Python): a number format with a pattern does not know the decimal comma that stands beside it.
# Expected: pattern "#,##0.0#" with decimalChar "," and groupChar "." takes 1.234,5: in W3C's model the signs of a pattern
#   stand for the group and decimal signs, whichever they are.
# Seen: 1.234,5 is refused with that pattern, and taken as 1234.5 with the same two signs and no pattern.
# What it means: metadata that describe Dutch numbers fully are refused; leave the pattern away.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet csvw==4.1.1
cat > "$folder/formats.py" <<'PY'
import json
import os
import sys

from csvw import Table

os.chdir(sys.argv[1])
with open("waiting.csv", "w") as file:
    file.write('seconds\n"1.234,5"\n')


def read(number_format):
    column = {"name": "seconds", "datatype": {"base": "decimal", "format": number_format}}
    with open("waiting.csv-metadata.json", "w") as file:
        json.dump({"@context": "http://www.w3.org/ns/csvw", "url": "waiting.csv", "tableSchema": {"columns": [column]}}, file)
    try:
        return [str(row["seconds"]) for row in Table.from_file("waiting.csv-metadata.json")]
    except ValueError as error:
        return f"refused: {error}"


signs = {"decimalChar": ",", "groupChar": "."}
plain, patterned = read(signs), read(signs | {"pattern": "#,##0.0#"})
print("without a pattern:", plain, "· with a pattern:", patterned)
sys.exit(plain != ["1234.5"] or not str(patterned).startswith("refused"))
PY
"$folder/venv/bin/python" "$folder/formats.py" "$folder"
