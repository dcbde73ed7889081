from __future__ import annotations

import json
from pathlib import Path

import pytest

from toptaak.batch.manifest import (
    FILE_NAME,
    code_version,
    is_unchanged,
    is_whole,
    manifest_bytes,
    read_manifest,
    report_key,
)

PARAMETERS = {"municipality": "GM9901", "quarter": "2026Q3", "language": "nl", "data": "data"}
FILES = {"b.pdf": b"pdf", "a.html": b"html"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (FILES | {FILE_NAME: manifest_bytes("key", PARAMETERS, FILES)}).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_a_manifest_says_what_the_report_was_made_from(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest["parameters"] == PARAMETERS
    assert list(manifest["files"]) == ["a.html", "b.pdf"]
    assert manifest["code"]["sha256"] == code_version()
    assert set(manifest) == {"format", "key", "parameters", "files", "code"}


def test_a_whole_report_with_the_same_key_is_unchanged(folder: Path) -> None:
    assert is_whole(folder)
    assert is_unchanged(folder, "key")
    assert not is_unchanged(folder, "other key")


@pytest.mark.parametrize("damage", ["changed", "gone", "no manifest", "half a manifest", "other format", "list"])
def test_a_damaged_report_is_not_whole(folder: Path, damage: str) -> None:
    manifest = folder / FILE_NAME
    text = manifest.read_text()
    if damage == "changed":
        (folder / "a.html").write_bytes(b"htmL")
    elif damage == "gone":
        (folder / "a.html").unlink()
    elif damage == "no manifest":
        manifest.unlink()
    else:
        other = {"half a manifest": text[:40], "list": "[]"}
        manifest.write_text(other.get(damage, json.dumps(json.loads(text) | {"format": 99})))
    assert not is_whole(folder)
    assert not is_unchanged(folder, "key")


def test_everything_a_report_depends_on_changes_its_key(tmp_path: Path) -> None:
    notebook = tmp_path / "report.ipynb"
    notebook.write_text("{}")
    keys = [
        report_key(notebook, PARAMETERS, "data", "settings"),
        report_key(notebook, PARAMETERS, "other data", "settings"),
        report_key(notebook, PARAMETERS, "data", "other settings"),
        report_key(notebook, PARAMETERS | {"language": "en"}, "data", "settings"),
    ]
    notebook.write_text("{} ")
    keys.append(report_key(notebook, PARAMETERS, "data", "settings"))
    assert len(set(keys)) == len(keys)
    notebook.write_text("{}")
    assert report_key(notebook, PARAMETERS, "data", "settings") == keys[0]


def test_a_manifest_without_files_is_of_no_report(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest_bytes("key", {}, {}))
    assert not is_whole(tmp_path)
