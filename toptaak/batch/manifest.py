"""What a published report was made from (`manifest.json`), and the key by which it is known as unchanged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import toptaak

FILE_NAME = "manifest.json"
_FORMAT = 1
# other packages whose version shows in the bytes of a report
_BESIDE = ("babel", "matplotlib", "nbconvert", "numpy", "pandas", "scipy", "typst")


def sha256(content: bytes) -> str:
    """Give the SHA-256 of some bytes, in hexadecimals."""
    return hashlib.sha256(content).hexdigest()


@cache
def code_version() -> str:
    """Hash everything in the package that could change a report, and the versions of what it draws with."""
    package = Path(toptaak.__file__).parent
    files = sorted(path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc")
    parts = [f"{path.relative_to(package).as_posix()} {sha256(path.read_bytes())}" for path in files]
    parts += [f"{name} {version(name)}" for name in _BESIDE]
    return sha256("\n".join(parts).encode())


def report_key(notebook: Path, parameters: Mapping[str, str], *inputs: str) -> str:
    """Hash all that a report depends on: same key, same report.

    Parameters
    ----------
    notebook
        the notebook's file.
    parameters
        as they may be published.
    inputs
        everything else, as text: the fingerprint of the data, the settings in force.
    """
    parts = [code_version(), sha256(notebook.read_bytes()), *inputs]
    return sha256(json.dumps([parts, dict(parameters)], sort_keys=True).encode())


def manifest_bytes(key: str, parameters: Mapping[str, str], files: Mapping[str, bytes]) -> bytes:
    """Write a manifest: no clock, no names of people or machines."""
    content = {
        "format": _FORMAT,
        "key": key,
        "parameters": dict(parameters),
        "files": {name: sha256(files[name]) for name in sorted(files)},
        "code": {"toptaak": toptaak.__version__, "sha256": code_version()},
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Read a report's manifest; None where it is absent or damaged."""
    try:
        content = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(content, dict) and content.get("format") == _FORMAT
    return content if known and isinstance(content.get("files"), dict) else None


def is_whole(folder: Path) -> bool:
    """Tell whether a published report still has all its files, byte for byte; without any it is none."""
    manifest = read_manifest(folder)
    if manifest is None or not manifest["files"]:
        return False
    try:
        return all(sha256((folder / name).read_bytes()) == digest for name, digest in manifest["files"].items())
    except OSError:
        return False


def is_unchanged(folder: Path, key: str) -> bool:
    """Tell whether the report in `folder` is whole and was made from the same things."""
    manifest = read_manifest(folder)
    return manifest is not None and manifest.get("key") == key and is_whole(folder)
