"""`toptaak lab`: a workspace of its own, and a server that ends with its kernels."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.workbench.conftest import Server, free_port, wait_for
from toptaak.report.publications import notebook_folder
from toptaak.workbench.lab import START, make_workspace


def test_a_workspace_holds_everything_side_by_side_and_is_ignored_by_git(tmp_path: Path) -> None:
    start = make_workspace(tmp_path / "werkplek", tmp_path, "nl")
    assert start.name == START
    names = {path.name for path in (tmp_path / "werkplek" / "notebooks").iterdir()}
    assert names == {path.name for path in notebook_folder().glob("*.ipynb")}
    (tmp_path / "data" / "a.csv").write_text("x")
    assert (tmp_path / "werkplek" / "data" / "a.csv").read_text() == "x"
    assert (tmp_path / "werkplek" / ".gitignore").read_text() == "*\n"
    text = start.read_text(encoding="utf-8")
    assert "eigen_enquete.ipynb" in text
    assert "Werken met toptaken" in text


def test_a_changed_notebook_is_never_written_over(tmp_path: Path) -> None:
    workspace = tmp_path / "werkplek"
    make_workspace(workspace, tmp_path, "nl")
    own, record = workspace / "notebooks" / "toptaken.ipynb", workspace / ".kopieen.json"
    own.write_text("mijn werk")
    make_workspace(workspace, tmp_path, "nl")
    assert own.read_text() == "mijn werk"
    known = json.loads(record.read_text())
    record.write_text(json.dumps(known | {"toptaken.ipynb": "the release before"}))
    make_workspace(workspace, tmp_path, "nl")
    assert own.read_text() == "mijn werk"
    assert (workspace / "notebooks" / "toptaken-nieuw.ipynb").is_file()


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are of POSIX systems")
def test_ending_the_command_ends_server_and_kernels(tmp_path: Path) -> None:
    port, token = free_port(), "a" * 32
    log = tmp_path / "lab.log"
    command = [
        sys.executable, "-m", "toptaak", "lab", "--no-browser", "--allow-root", f"--port={port}", "--port-retries=0",
        f"--IdentityProvider.token={token}",
    ]  # fmt: skip
    with log.open("wb") as handle:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=handle, stderr=handle)
    server = Server(f"http://127.0.0.1:{port}", token, tmp_path)
    try:
        wait_for(server, process, log)
        request = urllib.request.Request(
            f"{server.url}/api/kernels", b"{}", {"Authorization": f"token {token}"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=60):
            pass
        kernels = children(process.pid)
        assert kernels
        status, _, content = server.get("/lab/api/settings/@jupyterlab/apputils-extension:notification")
        assert status == 200
        assert json.loads(content)["schema"]["properties"]["fetchNews"]["default"] == "false", "no news pop-up"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    for _ in range(50):
        if not any(Path(f"/proc/{kernel}").exists() for kernel in kernels):
            return
        time.sleep(0.1)
    raise AssertionError("a kernel outlived the server")


def children(parent: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]
