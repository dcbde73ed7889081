"""A real Jupyter server on loopback, with a token, in a folder of its own."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Server:
    """Where it answers, its token, and the folder it serves."""

    url: str
    token: str
    folder: Path

    def get(self, path: str) -> tuple[int, str, bytes]:
        """Ask for a path; give status, kind and content."""
        request = urllib.request.Request(f"{self.url}{path}", headers={"Authorization": f"token {self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers.get_content_type(), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get_content_type(), error.read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder, port, token = tmp_path_factory.mktemp("lab"), free_port(), secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
        "--ServerApp.port_retries=0", "--LabApp.news_url=",
    ]  # fmt: skip
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(home), "JUPYTER_DATA_DIR": str(home), "HOME": str(home)}
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    running = Server(f"http://127.0.0.1:{port}", token, folder)
    try:
        wait_for(running, process, home / "server.log")
        yield running
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))
        try:
            status, _, content = server.get("/api/status")
        except OSError:
            status = 0
        if status == 200:
            assert json.loads(content)["kernels"] == 0
            return
        time.sleep(0.2)
    raise AssertionError("the server did not answer in a minute")
