"""Change the code that makes numbers in one place at a time, and see whether a test notices (`make mutants`).

`tools/mutants.toml` lists the changes: a file, the text that stands there once, what takes its place, and the tests
that should fail. A change that no test notices is a survivor; a text that is no longer there once is outdated. Both
end with exit code 1. Everything happens in a copy; the checkout stays as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
LIST = Path(__file__).with_suffix(".toml")
COPIED = ("toptaak", "tests", "tools", "docs", "benchmarks", "data", "notebooks", "pyproject.toml", "README.md")
LIMIT = 600  # seconds; a change that makes a loop endless is noticed too


@dataclass(frozen=True)
class Mutant:
    """One change: what it breaks, where, and which tests should notice."""

    breaks: str
    file: str
    find: str
    put: str
    tests: tuple[str, ...]


def mutants() -> list[Mutant]:
    """Read the list."""
    entries = tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]
    return [Mutant(**(entry | {"tests": tuple(entry["tests"])})) for entry in entries]


def is_current(mutant: Mutant) -> bool:
    """Tell whether the text to change stands in its file exactly once."""
    return (REPOSITORY / mutant.file).read_text(encoding="utf-8").count(mutant.find) == 1


def survives(mutant: Mutant) -> bool:
    """Tell whether the tests still pass with the change in place."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        copy.mkdir()
        for name in COPIED:
            source = REPOSITORY / name
            ignored = shutil.ignore_patterns("__pycache__", "node_modules")
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=ignored)
            else:
                shutil.copyfile(source, copy / name)
        changed = copy / mutant.file
        changed.write_text(changed.read_text(encoding="utf-8").replace(mutant.find, mutant.put), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "--doctest-modules",
            *mutant.tests,
        ]
        environment = os.environ | {"PYTHONPATH": str(copy)}
        try:
            done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=LIMIT, check=False)
        except subprocess.TimeoutExpired:
            return False
        if done.returncode not in {0, 1}:
            raise RuntimeError(f"{mutant.breaks}: the tests did not run\n{done.stdout.decode()[-2000:]}")
        return done.returncode == 0


def main() -> int:
    """Try every change, or those whose description holds a word that is given; print survivors and a count."""
    wanted = sys.argv[1:]
    listed = [entry for entry in mutants() if not wanted or any(word in entry.breaks for word in wanted)]
    outdated = [entry for entry in listed if not is_current(entry)]
    tried = [entry for entry in listed if is_current(entry)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(zip(tried, pool.map(survives, tried), strict=True))
    survivors = [entry for entry, alive in outcomes if alive]
    for entry in outdated:
        print(f"outdated: {entry.breaks} ({entry.file})")
    for entry in survivors:
        print(f"survives: {entry.breaks} ({entry.file})")
    print(f"{len(tried) - len(survivors)} of {len(tried)} changes noticed, {len(outdated)} outdated")
    return 1 if survivors or outdated else 0


if __name__ == "__main__":
    sys.exit(main())
