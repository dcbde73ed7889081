#!/bin/sh
# jupyter_server 2.21.1 with nbconvert 7.17.2: an exporter whose entry point holds a hyphen is offered and cannot be had.
# Expected: what GET /api/nbconvert lists can be fetched at /nbconvert/<name>/<notebook>.
# Seen: the list holds demo-html, the route takes \w+ only and answers 404; the same exporter as demo_html answers 200.
# What it means: JupyterLab's menu shows an entry that always fails; nbconvert's own command line takes the hyphen.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet jupyter_server==2.21.1 nbconvert==7.17.2
packages=$("$folder/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf 'from nbconvert.exporters import HTMLExporter\n\n\nclass Demo(HTMLExporter):\n    pass\n' > "$packages/demo.py"
mkdir "$packages/demo-1.dist-info"
printf 'Metadata-Version: 2.1\nName: demo\nVersion: 1\n' > "$packages/demo-1.dist-info/METADATA"
printf '[nbconvert.exporters]\ndemo-html = demo:Demo\ndemo_html = demo:Demo\n' > "$packages/demo-1.dist-info/entry_points.txt"
cat > "$folder/ask.py" <<'PY'
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

folder = sys.argv[1]
notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
json.dump(notebook, open(f"{folder}/a.ipynb", "w"))
url, token = "http://127.0.0.1:18765", "t" * 20
server = subprocess.Popen(
    [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
     "--ServerApp.port=18765", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}",
     f"--ServerApp.root_dir={folder}"],
    env=os.environ | {"HOME": folder}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)


def status(path):
    request = urllib.request.Request(url + path, headers={"Authorization": f"token {token}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""
    except OSError:
        return 0, b""


try:
    for _ in range(120):
        if status("/api/status")[0] == 200:
            break
        time.sleep(0.5)
    listed = json.loads(status("/api/nbconvert")[1])
    seen = {name: (name in listed, status(f"/nbconvert/{name}/a.ipynb")[0]) for name in ("demo-html", "demo_html")}
finally:
    server.terminate()
    server.wait()
print("listed, status of the export:", seen)
sys.exit(seen != {"demo-html": (True, 404), "demo_html": (True, 200)})
PY
"$folder/venv/bin/python" "$folder/ask.py" "$folder"
