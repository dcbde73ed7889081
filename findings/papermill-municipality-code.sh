#!/bin/sh
# papermill 2.7.0: the code of a municipality becomes another number, and which number depends on the door it comes in by.
# Expected: `-p municipality 0363` (Amsterdam) and `-y "municipality: 0363"` give a notebook the same value.
# Seen: -p turns it into 363, -y into 243 (YAML 1.1 reads the leading zero as octal; 0243 is Harderwijk), -r keeps "0363".
#   The Hague, 0518, is no octal number: -y keeps it a text, so a list of municipalities comes out half text and half numbers.
# What it means: a notebook that takes codes has to refuse numbers; a quarter such as 2026Q3 comes through all three doors unharmed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet papermill==2.7.0 nbformat==5.10.4
cat > "$folder/doors.py" <<'PY'
import subprocess
import sys

import nbformat

folder = sys.argv[1]
notebook = nbformat.v4.new_notebook(
    cells=[nbformat.v4.new_code_cell('municipality = ""', metadata={"tags": ["parameters"]})],
    metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
)
nbformat.write(notebook, f"{folder}/in.ipynb")


def injected(*arguments):
    command = [sys.executable, "-m", "papermill", f"{folder}/in.ipynb", f"{folder}/out.ipynb", "--prepare-only"]
    subprocess.run([*command, *arguments], check=True, capture_output=True)
    cells = nbformat.read(f"{folder}/out.ipynb", 4).cells
    source = next(cell.source for cell in cells if "injected-parameters" in cell.metadata.get("tags", []))
    values = {}
    exec(source, values)  # the cell that papermill wrote: one assignment
    return values["municipality"]


seen = {
    code: (
        injected("-p", "municipality", code),
        injected("-y", f"municipality: {code}"),
        injected("-r", "municipality", code),
    )
    for code in ("0363", "0518", "2026Q3")
}
for code, values in seen.items():
    print(code, "by -p, -y and -r:", values)
sys.exit(seen != {"0363": (363, 243, "0363"), "0518": (518, "0518", "0518"), "2026Q3": ("2026Q3",) * 3})
PY
"$folder/venv/bin/python" "$folder/doors.py" "$folder"
