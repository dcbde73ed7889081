"""The house stands as `docs/rooms.toml` draws it: imports point down, no circles, no room too large, no name twice."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tools.draw_rooms import ARCHITECTURE, PICTURE, picture, with_table

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "toptaak"
ROOMS = tomllib.loads((REPOSITORY / "docs" / "rooms.toml").read_text(encoding="utf-8"))
MODULES = {
    ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
LARGEST_ROOM = 0.20
# what a researcher calls may choose Dutch for him, and papermill asks an engine in its own way; all else is told
SPEAK_DUTCH_UNLESS_TOLD = {
    "DataParameters", "Figure.of", "ResultFrame", "Table.of", "ToptaakEngine.nb_language", "form",
    "measure", "measures", "quarter", "read", "survey"
}  # fmt: skip
MOST_SIDEWAYS = 34
SAYS_NOTHING = {
    "by_order", "failing", "found", "look", "one", "part", "routes", "standing", "told", "words"
}  # fmt: skip
LOCAL_SAYS_NOTHING = {"found", "look", "one", "part", "standing", "told"}
# `found` of a fault stands in its sentence; `part` is a column of the ratings: a part of the service that got a mark
FIELD_NOUNS = {
    "found": {"toptaak.core.faults"},
    "part": {
        "toptaak.example.simulated_scores", "toptaak.example.staff_entries", "toptaak.kpi.drivers",
        "toptaak.report.performance.driver_weights", "toptaak.report.quarterly.satisfaction_drivers",
    },
}  # fmt: skip


def imports_of(path: Path) -> set[str]:
    """List the modules of the library that a file imports, wherever in it the statement stands."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    files = modules & MODULES.keys()
    return {name for name in files if not any(other.startswith(f"{name}.") for other in files)}


IMPORTS = {name: imports_of(path) - {name} for name, path in MODULES.items()}


def room_of(module: str) -> str:
    return [*module.split("."), ""][1]


def circles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Give the groups that import one another, by depth-first search (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in edges.get(node, ()):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                groups.append(sorted(group))

    for node in edges:
        if node not in index:
            visit(node)
    return groups


def test_the_list_points_down() -> None:
    order = list(ROOMS)
    for room, entry in ROOMS.items():
        assert all(order.index(other) > order.index(room) for other in entry["imports"]), room


def test_every_room_is_in_the_list() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == ROOMS.keys()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_the_list_allows(room: str) -> None:
    allowed = {room, *ROOMS[room]["imports"], ""}
    wrong = {
        (module, other)
        for module in MODULES
        if room_of(module) == room
        for other in IMPORTS[module]
        if room_of(other) not in allowed
    }
    assert wrong == set()


def test_no_allowance_is_idle() -> None:
    used = defaultdict(set)
    for module, others in IMPORTS.items():
        used[room_of(module)] |= {room_of(other) for other in others}
    idle = {(room, other) for room, entry in ROOMS.items() for other in entry["imports"] if other not in used[room]}
    assert idle == set()


def test_no_circle_of_files() -> None:
    assert circles(IMPORTS) == []


def test_a_circle_would_be_seen() -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": []}) == [["b", "c"]]


def test_no_circle_of_folders() -> None:
    """A folder and the one it stands in are a room and its alcove; between any other two, imports go one way."""
    folders = defaultdict(set)
    for module, others in IMPORTS.items():
        folder = module.rpartition(".")[0]
        apart = {other.rpartition(".")[0] for other in others} - {folder}
        folders[folder] |= {other for other in apart if not f"{folder}.".startswith(f"{other}.")}
        folders[folder] -= {other for other in apart if other.startswith(f"{folder}.")}
    assert circles(folders) == []


def test_folders_of_the_report_stand_beside_each_other() -> None:
    def folder(module: str) -> str:
        return module.split(".")[2] if module.startswith("toptaak.report.") and module.count(".") > 2 else ""

    sideways = [
        (module, other)
        for module, others in IMPORTS.items()
        for other in others
        if folder(module) and folder(other) and folder(module) != folder(other)
    ]
    assert len(sideways) <= MOST_SIDEWAYS


def test_no_room_is_too_large() -> None:
    lines = Counter(
        {
            room: sum(len(path.read_text("utf-8").splitlines()) for path in (PACKAGE / room).rglob("*.py"))
            for room in ROOMS
        }
    )
    shares = {room: count / lines.total() for room, count in lines.items()}
    assert {room: share for room, share in shares.items() if share > LARGEST_ROOM} == {}


def test_no_two_files_have_one_name() -> None:
    stems = Counter(path.stem for path in MODULES.values() if path.stem != "__init__")
    assert [stem for stem, count in stems.items() if count > 1] == []


def test_no_two_classes_have_one_name() -> None:
    classes = Counter(
        node.name
        for path in MODULES.values()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, count in classes.items() if count > 1] == []


def languages_by_default(tree: ast.Module) -> set[str]:
    """Name the functions and classes that go on in a language that nobody chose."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    owners = {inner: f"{node.name}." for node in classes for inner in node.body}
    chosen = {
        node.name
        for node in classes
        for entry in node.body
        if isinstance(entry, ast.AnnAssign) and entry.value and ast.unparse(entry.target) == "language"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            by_place = node.args.posonlyargs + node.args.args
            defaults = [None] * (len(by_place) - len(node.args.defaults)) + node.args.defaults
            given = [
                *zip(by_place, defaults, strict=True),
                *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
            ]
            if any(default and argument.arg in {"language", "languages"} for argument, default in given):
                chosen.add(owners.get(node, "") + node.name)
    return chosen


def names_given(tree: ast.AST) -> set[str]:
    """List the names that code gives: to functions, classes, parameters and variables, wherever they stand."""
    given = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            given.add(node.name)
        elif isinstance(node, ast.arg):
            given.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            given.add(node.id)
        elif isinstance(node, ast.alias):
            given.add(node.asname or "")
    return {name.strip("_").lower() for name in given}


def test_names_are_nouns_of_the_field() -> None:
    code = "def part(told, *, look=[one for one in x]):\n  with y as found: class_ = lambda standing: standing\n"
    assert names_given(ast.parse(code)) >= LOCAL_SAYS_NOTHING
    vague = {
        (module, name)
        for module, path in MODULES.items()
        for name in names_given(ast.parse(path.read_text(encoding="utf-8"))) & LOCAL_SAYS_NOTHING
        if module not in FIELD_NOUNS.get(name, ())
    }
    assert vague == set(), "give it a noun of the field"


def test_what_others_call_says_what_it_is() -> None:
    public = {path.stem for path in MODULES.values()} | {
        node.name.lower()
        for path in MODULES.values()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    assert public & SAYS_NOTHING == set()


def test_only_what_a_researcher_calls_chooses_a_language() -> None:
    assert languages_by_default(ast.parse("class A:\n def f(self, language='nl'): ...\n")) == {"A.f"}
    found = set().union(
        *(languages_by_default(ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES.values())
    )
    assert found == SPEAK_DUTCH_UNLESS_TOLD


def test_document_and_picture_are_made_from_the_list() -> None:
    assert with_table(ARCHITECTURE.read_text(encoding="utf-8")) == ARCHITECTURE.read_text(encoding="utf-8")
    assert picture() == PICTURE.read_text(encoding="utf-8"), "run: python tools/draw_rooms.py"
