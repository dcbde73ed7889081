"""Which source texts the library can show: found in Python (also where a text is held in a variable), Jinja and Typst.

A text reaches a reader through `reader("…")`, `message("…")` and the like. Where the argument is no text but a name,
an entry of a table or a field of a dataclass, the texts that it can hold are looked up.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from inspect import cleandoc
from itertools import product
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("nl", "en")
TRANSLATING: Final = {
    "translate",
    "translator",
    "message",
    "Message",
    "say",
    "t",
    "reader",
    "self",
    "in_votes",
    "measure_reader",
}
TYPST: Final = re.compile(r'\bsay\("((?:[^"\\]|\\.)*)"\)')
# rooms whose constants in words are reasons, methods and verdicts: columns of results, shown as they are
REASONING: Final = ("core/results", "kpi/", "surveys/", "governance/")
WORDS: Final = re.compile(r"(?![A-Z ]+$)[A-Za-z][\w,’'-]*:?(?: [\w,:;.()’'-]+)+")
Found = dict[str, tuple[str, str | None]]  # source text -> where it stands, and its plural


class Module:
    """One Python file: its tree, its names, and what it imports from the library."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.above: dict[ast.AST, ast.AST] = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    @cached_property
    def assigned(self) -> dict[str, ast.expr]:
        """Give the value of each name of the module."""
        values: dict[str, ast.expr] = {}
        for node in self.tree.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                values[node.target.id] = node.value
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                values[node.targets[0].id] = node.value
        return values

    @cached_property
    def imported(self) -> dict[str, tuple[str, str]]:
        """Give module and name behind each imported name."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom) and node.module]
        return {alias.asname or alias.name: (str(node.module), alias.name) for node in nodes for alias in node.names}

    def function_of(self, node: ast.AST) -> ast.FunctionDef | None:
        """Give the function around a node."""
        above = self.above.get(node)
        return above if above is None or isinstance(above, ast.FunctionDef) else self.function_of(above)

    @cached_property
    def calls(self) -> list[ast.Call]:
        """List all calls."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]


class Package:
    """All source texts of a package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules = {
            ".".join(("toptaak", *path.relative_to(folder).with_suffix("").parts)).removesuffix(".__init__"): Module(
                path, path.relative_to(folder).as_posix()
            )
            for path in sorted(folder.rglob("*.py"))
        }

    def texts(self) -> Found:
        """Give every source text, where it stands, and its plural if it has one."""
        found: Found = {}
        for module in self.modules.values():
            for call in module.calls:
                if translates(call):
                    plurals = [*self._held(call.args[1], module)] if len(call.args) > 1 else []
                    for text in self._held(call.args[0], module):
                        place, plural = found.get(text, (module.name, None))
                        found[text] = (place, plurals[0] if plurals else plural)
            if module.name.startswith("cli/"):
                found |= dict.fromkeys(_help(module), (module.name, None))
            if module.name.startswith(REASONING):
                found |= {text: (module.name, None) for text in _spoken(module) if text not in found}
        for path in sorted([*self.folder.rglob("*.j2"), *self.folder.rglob("*.jinja")]):
            found |= {text: (path.name, plural) for text, plural in _in_jinja(path.read_text(encoding="utf-8"))}
        for path in sorted(self.folder.rglob("*.typ")):
            found |= dict.fromkeys(TYPST.findall(path.read_text(encoding="utf-8")), (path.name, None))
        return {text: place for text, place in found.items() if text and text not in LANGUAGES}

    def _held(self, node: ast.expr | None, module: Module, seen: set[ast.AST] | None = None) -> Iterator[str]:
        """Give the texts that an expression can be; `seen` is what was looked at for them, each place once."""
        seen = set() if seen is None else seen
        if node is None or node in seen:
            return
        seen.add(node)
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr() | ast.BinOp(op=ast.Add()):
                parts = node.values if isinstance(node, ast.JoinedStr) else [node.left, node.right]
                # one name may stand in two parts
                held = [[*self._held(part, module, seen.copy())] for part in parts]
                yield from map("".join, product(*held))
            case ast.FormattedValue():
                yield from self._held(node.value, module, seen)
            case ast.IfExp():
                yield from (text for one in (node.body, node.orelse) for text in self._held(one, module, seen))
            case ast.BoolOp():
                yield from (text for one in node.values for text in self._held(one, module, seen))
            case ast.Dict():
                yield from (text for one in node.values for text in self._held(one, module, seen))
            case ast.Tuple() | ast.List() | ast.Set():
                # a text beside a `message(…)` is something else: a type, a code
                told = [one for one in node.elts if isinstance(one, ast.Call) and translates(one)] or node.elts
                yield from (text for one in told for text in self._held(one, module, seen))
            case ast.Name():
                yield from self._named(node, module, seen)
            case ast.Subscript(slice=ast.Constant(value="note")):
                yield from self._in_fields["note"]
            case ast.Subscript():
                yield from self._held(node.value, module, seen)
            case ast.Attribute(attr="text" | "items" | "values" | "get"):
                yield from self._held(node.value, module, seen)
            case ast.Attribute():
                yield from self._in_fields[node.attr]
            case ast.Call(func=ast.Name(id="str" | "MappingProxyType" | "message")):
                yield from self._held(node.args[0], module, seen)
            case ast.Call(func=ast.Attribute(attr="get" | "items" | "values")):
                yield from self._held(node.func, module, seen)

    def _named(self, node: ast.Name, module: Module, seen: set[ast.AST]) -> Iterator[str]:
        function = module.function_of(node)
        if function:
            for value in _bindings(function, node.id):
                yield from self._held(value, module, seen)
            if node.id in [argument.arg for argument in function.args.args]:
                at = [argument.arg for argument in function.args.args].index(node.id)
                yield from self._passed(function.name, at, node.id, module, seen)
        yield from self._held(*self._behind(node.id, module), seen)

    def _behind(self, name: str, module: Module) -> tuple[ast.expr | None, Module]:
        """Give the value of a name of a module, and the module that gives it: maybe another one."""
        if name not in module.assigned and name in module.imported:
            place, name = module.imported[name]
            home = self.modules.get(place)
            return (home.assigned.get(name), home) if home else (None, module)
        return module.assigned.get(name), module

    def _passed(self, function: str, at: int, name: str, module: Module, seen: set[ast.AST]) -> Iterator[str]:
        for call in module.calls:
            if function in (getattr(call.func, "id", ""), getattr(call.func, "attr", "")):
                # a method is given one argument less than it names
                place = at - isinstance(call.func, ast.Attribute)
                yield from self._held(_argument(call, place, name), module, seen)

    @cached_property
    def _in_fields(self) -> dict[str, set[str]]:
        """Give the texts that each field of a declaration holds, and the notes of all results."""
        found: dict[str, set[str]] = defaultdict(set)
        for module in self.modules.values():
            for call in module.calls:
                for at, field in enumerate(self._declared.get(getattr(call.func, "id", ""), ())):
                    found[field].update(self._plain(_argument(call, at, field), module))
            for value in _notes(module):
                found["note"].update(self._plain(value, module))
        return found

    def _plain(self, node: ast.expr | None, module: Module) -> Iterator[str]:
        """Give the texts of an expression that stand in it, or behind a name of a module."""
        match node:
            case ast.Constant() | ast.JoinedStr() | ast.BinOp():
                yield from self._held(node, module)
            case ast.IfExp():
                yield from (text for one in (node.body, node.orelse) for text in self._plain(one, module))
            case ast.Name() if node.id.isupper():
                yield from self._plain(*self._behind(node.id, module))

    @cached_property
    def _declared(self) -> dict[str, list[str]]:
        """Give the fields of the classes whose fields hold source texts."""
        return {
            node.name: [ast.unparse(part.target) for part in node.body if isinstance(part, ast.AnnAssign)]
            for module in self.modules.values()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef) and node.name in ("Measure", "Rule")
        }


def _argument(call: ast.Call, at: int, name: str) -> ast.expr | None:
    given = call.args[at] if at < len(call.args) else None
    return given or next((word.value for word in call.keywords if word.arg == name), None)


def _notes(module: Module) -> Iterator[ast.expr]:
    """Give what is written into the column `note`: the reason behind a number, shown as it is."""
    for call in module.calls:
        yield from (word.value for word in call.keywords if word.arg == "note")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "note")
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith(("'note']", ".note")):
            yield node.value


def _help(module: Module) -> Iterator[str]:
    """Give the help texts of commands and of their options."""
    for call in module.calls:
        held = [word.value for word in call.keywords if word.arg == "help"]
        yield from (str(text.value) for text in held if isinstance(text, ast.Constant))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef) and any(_makes_command(one) for one in node.decorator_list):
            yield cleandoc(ast.get_docstring(node) or "")


def _makes_command(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith((".command", ".group"))


def _spoken(module: Module) -> Iterator[str]:
    """Give the constants of a module that are words, alone or as entries of a table."""
    for name, value in module.assigned.items():
        if name == "JARGON":  # Dutch words of civil servants, each with a plain one
            continue
        if isinstance(value, ast.Call) and value.args:  # MappingProxyType({…})
            value = value.args[0]
        inner = value.values if isinstance(value, ast.Dict) else [value]
        inner = [one for part in inner for one in (part.elts if isinstance(part, ast.Tuple) else [part])]
        for part in inner:
            if isinstance(part, ast.Constant) and WORDS.fullmatch(str(part.value)):
                yield str(part.value)


def translates(call: ast.Call) -> bool:
    """Tell whether a call turns its first argument into a text for a reader."""
    called = call.func.func if isinstance(call.func, ast.Call) else call.func
    name = getattr(called, "id", getattr(called, "attr", ""))
    return bool(call.args) and name in TRANSLATING


def _assigned(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, given in zip(target.elts, value.elts, strict=True):
            yield from _assigned(one, given, name)
    elif name in {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}:
        yield value


def _bindings(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            yield from _assigned(node.targets[0], node.value, name)
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name and node.value:
            yield node.value
        elif isinstance(node, ast.For | ast.comprehension) and name in {
            one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)
        }:
            yield node.iter


def _in_jinja(text: str) -> Iterator[tuple[str, str | None]]:
    from jinja2 import Environment
    from jinja2.ext import extract_from_ast

    for _, _, found in extract_from_ast(Environment().parse(text), ("_", "ngettext", "say")):
        if isinstance(found, tuple):  # what is no constant, such as a number, is None
            yield str(found[0]), str(found[1]) if found[1] else None
        else:
            yield str(found), None
