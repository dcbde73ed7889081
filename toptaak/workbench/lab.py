"""`toptaak lab`: JupyterLab in a workspace of its own, so that outputs and real figures never land in tracked files.

The workspace holds copies of the notebooks, the folders with data and reports, the handbook, and a page to begin with.
A notebook that somebody changed is never written over.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message, translator
from toptaak.report.publications import notebook_folder

START: Final = "begin.ipynb"
_COPIES: Final = ".kopieen.json"  # what was copied, so that a changed notebook is known
_IGNORE: Final = "*\n"
_DUTCH: Final = "jupyterlab_language_pack_nl_NL"
_FOLDERS: Final = ("data", "reports")
_SETTINGS: Final = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}


def make_workspace(workspace: Path, home: Path, language: str) -> Path:
    """Make or renew a workspace beside the data and reports of `home`.

    Parameters
    ----------
    workspace
        Its folder; made where it is absent, ignored by git.
    home
        The folder in which `data` and `reports` stand; they are made where they are absent.

    Returns
    -------
    pathlib.Path
        The page to begin with.

    Raises
    ------
    ToptaakError
        where the workspace cannot be made.
    """
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        (workspace / ".gitignore").write_text(_IGNORE, encoding="utf-8")
        _copy_notebooks(workspace)
        for name in _FOLDERS:
            _link(workspace / name, home / name)
        _write_start(workspace, language)
        _write_settings(workspace)
    except OSError as error:
        refusal = message("The workspace {path} cannot be made: {reason}.", path=workspace, reason=error.strerror)
        raise ToptaakError(refusal.say(language)) from None
    return workspace / START


def _copy_notebooks(workspace: Path) -> None:
    """Copy the notebooks of the package; one that was changed here stays, and its new version stands beside it."""
    target, record = workspace / "notebooks", workspace / _COPIES
    target.mkdir(exist_ok=True)
    known = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    for source in sorted(notebook_folder().glob("*.ipynb")):
        copy, digest = target / source.name, _digest(source)
        if copy.is_file() and known.get(source.name) not in (None, _digest(copy)) and known[source.name] != digest:
            copy = copy.with_stem(f"{source.stem}-nieuw")
        elif copy.is_file() and known.get(source.name) != _digest(copy):
            continue
        shutil.copyfile(source, copy)
        known[source.name] = digest
    record.write_text(json.dumps(known, indent=1), encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _link(place: Path, folder: Path) -> None:
    """Let the workspace show a folder of the municipality; where links are not allowed it gets one of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    if place.exists() or place.is_symlink():
        return
    try:
        place.symlink_to(os.path.relpath(folder, place.parent), target_is_directory=True)
    except OSError:
        place.mkdir()


def _write_start(workspace: Path, language: str) -> None:
    import nbformat
    from nbformat import v4

    page = v4.new_notebook(cells=[v4.new_markdown_cell(text) for text in _start_texts(language)])  # type: ignore[no-untyped-call]
    for number, cell in enumerate(page.cells):
        cell.id = f"begin-{number}"
    nbformat.write(page, workspace / START)  # type: ignore[no-untyped-call]


def _start_texts(language: str) -> list[str]:
    say = translator(language)
    texts = [
        say("# Work with top tasks\nHere you find everything side by side. Outputs stay in this folder."),
        say(
            "- [Own survey](notebooks/eigen_enquete.ipynb): from your own Excel file to a ranking in three lines.\n"
            "- [Top tasks](notebooks/toptaken.ipynb): one survey in depth.\n"
            "- [Quarterly report](notebooks/kwartaalrapport.ipynb) and [performance](notebooks/prestatie.ipynb).\n"
            "- `data`: your files, in a folder of their own. No files yet? In a terminal: `toptaak example`.\n"
            "- `reports`: what was published."
        ),
        say("Open a notebook, change the parameters in the first cell, and choose Run, Run All Cells."),
    ]
    if find_spec(_DUTCH):
        texts.append(say("The menus are in Dutch as far as they were translated: about one text in six."))
    return texts


def _write_settings(workspace: Path) -> None:
    """No news, no check for updates; menus in Dutch where the language pack is installed."""
    folder = workspace / ".lab"
    folder.mkdir(exist_ok=True)
    dutch = {"@jupyterlab/translation-extension:plugin": {"locale": "nl_NL"}} if find_spec(_DUTCH) else {}
    (folder / "overrides.json").write_text(json.dumps(_SETTINGS | dutch, indent=1), encoding="utf-8")


def lab_command(workspace: Path, options: Sequence[str]) -> list[str]:
    """Give the command that opens a workspace on this machine only; further options of JupyterLab come last."""
    return [
        sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={workspace.resolve()}",
        f"--LabApp.app_settings_dir={(workspace / '.lab').resolve()}", f"--LabApp.default_url=/lab/tree/{START}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=", *options,
    ]  # fmt: skip


def start_lab(workspace: Path, options: Sequence[str]) -> int:
    """Run JupyterLab until it is ended. It takes the place of this process: who ends this one ends its kernels too."""
    command = lab_command(workspace, options)
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 - our own interpreter with our own arguments, no shell
    return subprocess.call(command)  # noqa: S603 - the same command
