"""Text stays text: nothing in the library runs what it read. Held over the syntax tree, with the exceptions by name."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "toptaak"
# what brings objects or code out of bytes
UNPICKLING = {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "jsonpickle"}
UNPICKLING_CALLS = {"read_pickle", "to_pickle"}
RUNNING = {"eval", "exec", "compile", "__import__"}
RUNNING_MODULES = {"code", "codeop", "runpy", "imp", "ctypes", "cffi"}
RUNNING_METHODS = {"eval", "query"}  # of a data frame: a text that is run
SHELLS = {
    "os.system", "os.popen", "os.spawnl", "os.spawnlp", "os.spawnv", "os.spawnvp", "os.execl", "os.execlp", "os.execvp",
    "subprocess.getoutput", "subprocess.getstatusoutput", "pty.spawn", "commands.getoutput",
}  # fmt: skip
SAFE_LOADERS = {"SafeLoader", "CSafeLoader"}
# `file: what` for each exception, and why it is one
EXCEPTIONS = {
    "batch/executor.py: module pickle": "a process gets its work from its own parent, through memory and no file",
    "batch/executor.py: pickle.loads": "the same bytes, on the other side",
    "batch/engine.py: shell.run": "the notebook engine: cells are code, of a notebook that the user names",
    "batch/warm.py: shell.run": "runs a cell of our own before the first notebook, so that this one starts sooner",
    "intake/services/harvest.py: records.query": "builds the question in a web address; no data frame",
}


def dotted(node: ast.expr) -> str:
    """Write a name with its owners; a call or index in between is left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def is_true(node: ast.expr) -> bool:
    return not (isinstance(node, ast.Constant) and not node.value)


def dangers_of_call(call: ast.Call) -> Iterator[str]:
    name = dotted(call.func)
    owner, _, last = name.rpartition(".")
    options = {keyword.arg: keyword.value for keyword in call.keywords}
    if owner.split(".")[0] in UNPICKLING and last in {"load", "loads", "Unpickler", "open"}:
        yield name
    if last in UNPICKLING_CALLS or name.removeprefix("builtins.") in RUNNING:
        yield name
    if last in RUNNING_METHODS and isinstance(call.func, ast.Attribute) and owner != "builtins":
        yield name
    if name in SHELLS or (owner.endswith("shell") and last.startswith("run")):
        yield name
    if "shell" in options and is_true(options["shell"]):
        yield f"{name}(shell=)"
    if "allow_pickle" in options and is_true(options["allow_pickle"]):
        yield f"{name}(allow_pickle=)"
    if owner in {"yaml", "ruamel.yaml"} and last in {"load", "load_all", "full_load", "unsafe_load", "YAML"}:
        loader = options.get("Loader", call.args[1] if len(call.args) > 1 else ast.Constant(None))
        if last not in {"load", "load_all"} or dotted(loader).rpartition(".")[2] not in SAFE_LOADERS:
            yield name


def dangers(source: str) -> Iterator[str]:
    """Name what in a source text could run what it reads."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from dangers_of_call(node)
        elif isinstance(node, ast.Import):
            named = {alias.name.split(".")[0] for alias in node.names}
            yield from (f"module {name}" for name in sorted(named & (UNPICKLING | RUNNING_MODULES)))
        elif isinstance(node, ast.ImportFrom) and not node.level:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in whole if name in SHELLS)
            if str(node.module).split(".")[0] in UNPICKLING | RUNNING_MODULES:
                yield f"module {node.module}"


def test_nothing_read_is_run_but_where_it_is_named() -> None:
    seen = {
        f"{path.relative_to(PACKAGE).as_posix()}: {danger}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for danger in dangers(path.read_text(encoding="utf-8"))
    }
    assert seen == EXCEPTIONS.keys()


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from pickle import load", "import joblib.memory", "pickle.load(file)", "pd.read_pickle(path)",
        "np.load(path, allow_pickle=True)", "np.load(path, allow_pickle=chosen)", "shelve.open(name)",
        "eval(text)", "exec(text)", "compile(text, 'x', 'exec')", "builtins.eval(text)", "__import__(name)",
        "frame.eval(text)", "frame[a].query(text)", "pd.eval(text)", "import runpy", "from code import interact",
        "yaml.load(text)", "yaml.load(text, Loader=yaml.Loader)", "yaml.load(text, yaml.FullLoader)",
        "yaml.unsafe_load(text)", "subprocess.run(text, shell=True)", "Popen(text, shell=chosen)", "os.system(text)",
        "os.popen(text)", "from os import system", "subprocess.getoutput(text)", "shell.run_cell(text)",
    ],
)  # fmt: skip
def test_what_runs_text_is_seen(source: str) -> None:
    assert list(dangers(source))


@pytest.mark.parametrize(
    "source",
    [
        "re.compile(text)", "yaml.safe_load(text)", "yaml.load(text, Loader=yaml.SafeLoader)", "json.load(file)",
        "subprocess.run([tool, path])", "subprocess.run([tool], shell=False)", "np.load(path, allow_pickle=False)",
    ],
)  # fmt: skip
def test_what_runs_nothing_is_left_in_peace(source: str) -> None:
    assert not list(dangers(source))


def test_ruff_holds_all_its_security_rules() -> None:
    rules = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in rules["select"]
    assert [rule for rule in rules["ignore"] if rule.startswith("S")] == ["S101"]
    assert not any(place.startswith("toptaak") for place in rules["per-file-ignores"])
