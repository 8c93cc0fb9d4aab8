"""The rules of the house that no linter knows: each reads one module and names what strays."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MOST_PARAMETERS = 5
A_LONG_STORY = "tests/journeys/"  # few and long: one function is one walk through the house
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "service"}
WORDS_OF_OTHERS = {"user", "username", "channel", "patient", "superuser", "nickname", "visitor"}
FIRST_OF_AN_ACTION = ["work"], ["ledger"]  # the ledger is the work of whoever says something
SECOND_OF_AN_ACTION = {"actor", "event", "seat", "staff", "member"}
WHO_MAY_COMMIT = ("kit/work.py", "messages/ledger")
WHO_MAY_READ_THE_CLOCK = ("kit/clock.py",)
CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "monotonic", "localtime", "gmtime"},
}
LOG_VERBS = {"debug", "info", "warning", "error", "exception", "critical", "log", "msg", "bind"}
NEVER_LOGGED = {"text", "body", "pseudonym", "phrase", "recovery_phrase", "words", "note", "token"}
SCREENING_MAY_IMPORT = (
    *("__future__", "collections", "enum", "functools", "itertools", "math"),
    *("re", "string", "typing", "unicodedata", "bisect"),
    *(
        "ahocorasick",
        "importlib.resources",
        "json",
        "msgspec",
        "tomllib",
    ),  # its own rules, and what finds them
    *("holdfast.screening", "holdfast.kit.ids", "holdfast.kit.words", "holdfast.kit.errors"),
)
UNDONE = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True)
class Module:
    """One file of the house: its path below `src/holdfast`, and what is written in it."""

    place: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def slice(self) -> str:
        return self.place.split("/", maxsplit=1)[0].removesuffix(".py")

    @property
    def rooms(self) -> list[str]:
        """The names below the slice: `["actions", "cases"]` for `moderation/actions/cases.py`."""
        return self.place.removesuffix(".py").split("/")[1:]

    @cached_property
    def _nodes(self) -> dict[type[ast.AST], list[Any]]:
        """Everything in it by its kind: a tree is gone through once for all rules."""
        found = defaultdict(list)
        for node in ast.walk(self.tree):
            found[type(node)].append(node)
        return found

    def each(self, kind: type[Node]) -> list[Node]:
        return self._nodes.get(kind, [])

    def functions(self) -> Iterator[Function]:
        yield from self.each(ast.FunctionDef)
        yield from self.each(ast.AsyncFunctionDef)

    def calls(self) -> list[ast.Call]:
        return self.each(ast.Call)

    def imports(self) -> Iterator[tuple[str, list[str]]]:
        for node in self.each(ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        for source in self.each(ast.ImportFrom):
            yield source.module or "", [alias.name for alias in source.names]


Rule = Callable[[Module], list[str]]


# ---------------------------------------------------------------- size and names


def says_what_it_is_for(module: Module) -> list[str]:
    told = (ast.get_docstring(module.tree) or "").split("\n", 1)[0]
    return [] if told.endswith((".", ":", "?")) else ["has no docstring of one whole sentence"]


def is_small(module: Module) -> list[str]:
    lines = len(module.source.splitlines())
    long = [f"{lines} lines"] if lines > LONGEST_FILE else []
    if module.place.startswith(A_LONG_STORY):
        return long
    for function in module.functions():
        height = (function.end_lineno or 0) - function.lineno + 1
        if height > LONGEST_FUNCTION:
            long.append(f"{function.name} has {height} lines")
    return long


def takes_few_parameters(module: Module) -> list[str]:
    strays = []
    for function in module.functions():
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if len([name for name in names if name not in {"self", "cls"}]) > MOST_PARAMETERS:
            strays.append(f"{function.name}({', '.join(names)})")
    return strays


def is_named_in_our_words(module: Module) -> list[str]:
    strays = [part for part in (module.slice, *module.rooms) if part in NAMES_THAT_SAY_NOTHING]
    names = [node.name for node in (*module.functions(), *module.each(ast.ClassDef))]
    for given in module.each(ast.Assign):
        if _targets(given) == ["__tablename__"]:
            names.append(str(getattr(given.value, "value", "")))
    return strays + [name for name in names if _parts(name) & WORDS_OF_OTHERS]


def _targets(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def _parts(name: str) -> set[str]:
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
    return set(parts) | {part.removesuffix("s") for part in parts}


def is_done(module: Module) -> list[str]:
    return [found.group() for found in UNDONE.finditer(module.source)]


# ---------------------------------------------------------------- who may do what


def actions_take_work_and_actor(module: Module) -> list[str]:
    """Or the work and the event it reacts to."""
    if not module.rooms or module.rooms[0] != "actions":
        return []
    strays = []
    for node in module.tree.body:
        if not isinstance(node, ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        if (
            names[:1] not in FIRST_OF_AN_ACTION
            or not set(names[1:2]) <= SECOND_OF_AN_ACTION
            or len(names) < 2
        ):
            strays.append(f"{node.name}({', '.join(names)})")
    return strays


def only_the_workshop_commits(module: Module) -> list[str]:
    if module.place.startswith(WHO_MAY_COMMIT):
        return []
    return [
        f"line {call.lineno}: {call.func.attr}"
        for call in module.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "rollback"}
    ]


def reads_only_its_own_tables(module: Module) -> list[str]:
    """Another slice's rows may be read, but only in queries and access; `app` knows every slice."""
    if {"queries", "access"} & set(module.rooms) or module.slice == "app":
        return []
    return [
        f"takes {', '.join(rows)} from {source}"
        for source, names in module.imports()
        if re.fullmatch(r"holdfast\.\w+\.tables", source)
        and source.split(".")[1] not in {module.slice, "kit"}
        and (rows := [name for name in names if name.endswith(("Row", "Table"))])
    ]


def asks_the_clock_for_the_time(module: Module) -> list[str]:
    if module.place in WHO_MAY_READ_THE_CLOCK:
        return []
    strays = []
    for node in module.each(ast.Attribute):
        if node.attr in CLOCKS.get(_name(node.value), ()):
            strays.append(f"line {node.lineno}: {_name(node.value)}.{node.attr}")
    for source, names in module.imports():
        if source == "time":
            strays += [name for name in names if name in CLOCKS["time"]]
    return strays


def logs_nothing_about_people(module: Module) -> list[str]:
    strays = []
    for call in module.calls():
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in LOG_VERBS:
            continue
        if "log" not in _name(call.func.value).lower():
            continue
        given = [name for part in (*call.args, *call.keywords) for name in _names_in(part)]
        strays += [f"line {call.lineno}: {name}" for name in given if name in NEVER_LOGGED]
    return strays


def _names_in(part: ast.AST) -> Iterator[str]:
    for node in ast.walk(part):
        if isinstance(node, ast.keyword):
            yield node.arg or ""
        elif isinstance(node, ast.Name | ast.Attribute):
            yield _name(node)


def _name(node: ast.AST) -> str:
    """The last part of a dotted name: `log` for `self.log`, and for `log`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def screening_cannot_act(module: Module) -> list[str]:
    if module.slice != "screening":
        return []
    strays = [
        source
        for source, _ in module.imports()
        if not any(f"{source}.".startswith(f"{allowed}.") for allowed in SCREENING_MAY_IMPORT)
    ]
    acts = {"open", "exec", "eval", "__import__", "input"}
    return strays + [_name(call.func) for call in module.calls() if _name(call.func) in acts]


def prints_nothing(module: Module) -> list[str]:
    """Not even through Rich, but for the command line."""
    if module.slice == "cli":
        return []
    return [
        f"line {call.lineno}"
        for call in module.calls()
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]
