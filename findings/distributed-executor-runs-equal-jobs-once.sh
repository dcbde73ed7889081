#!/bin/sh
# distributed 2026.8.0: behind the interface of concurrent.futures, two equal jobs are one job.
# Expected: Client.get_executor() gives an Executor as in the standard library: two submits of the same call run twice.
# Seen: the second submit of an equal call runs nothing and returns the first one's result; ProcessPoolExecutor runs both.
#   The plain client does run it again, once the first future is gone. get_executor(pure=False) gives what was expected.
# What it means: a batch that makes a report again after its data changed, through the executor, silently keeps the old report.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet distributed==2026.8.0
cat > "$folder/equal.py" <<'PY'
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from distributed import Client, LocalCluster


def report(file):
    with open(file, "a") as lines:
        lines.write("made\n")
    return len(Path(file).read_text().splitlines())


def twice(executor, file):
    return [executor.submit(report, file).result() for _ in range(2)]


if __name__ == "__main__":
    folder = sys.argv[1]
    with ProcessPoolExecutor(1) as pool:
        seen = {"ProcessPoolExecutor": twice(pool, f"{folder}/pool")}
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        seen["get_executor()"] = twice(client.get_executor(), f"{folder}/executor")
        seen["get_executor(pure=False)"] = twice(client.get_executor(pure=False), f"{folder}/impure")
    for name, runs in seen.items():
        print(f"{name}: how often the report was made, after each of two submits: {runs}")
    sys.exit(seen != {"ProcessPoolExecutor": [1, 2], "get_executor()": [1, 1], "get_executor(pure=False)": [1, 2]})
PY
"$folder/venv/bin/python" "$folder/equal.py" "$folder"
