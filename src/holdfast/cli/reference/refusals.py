"""Every refusal there is: the classes, and each place in the source that gives one its own code."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from holdfast.cli.reference.drawing import code, modules, table
from holdfast.kit.errors import HoldfastError


class Refusal(Struct, frozen=True, order=True):
    """One way to say no."""

    status: int
    code: str
    words: str
    help: bool


def refusal_table() -> str:
    """Every code with its status and its words, as the source says them."""
    trees = dict(modules())
    for name in trees:
        if not name.endswith("__main__"):
            importlib.import_module(name)
    everyone = list(family(HoldfastError))  # two slices may give a refusal the same name
    found = {Refusal(kind.status, kind.code, str(kind.words), kind.help) for kind in everyone}
    kinds = {kind.__name__: kind for kind in everyone}
    for name, tree in trees.items():
        found |= set(raised_in(name, tree, kinds))
    rows = [
        [code(one.code), str(one.status), one.words, "yes" if one.help else ""]
        for one in sorted(found)
    ]
    return table(["code", "status", "words", "offers help"], rows)


def family(kind: type[HoldfastError]) -> Iterator[type[HoldfastError]]:
    """A kind of refusal and all that are special cases of it."""
    yield kind
    for special in kind.__subclasses__():
        yield from family(special)


def raised_in(name: str, tree: ast.Module, kinds: dict[str, Any]) -> Iterator[Refusal]:
    """Refusals that a module makes with a code or words of their own."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        kind = kinds.get(node.func.id)
        if kind is None or kind is HoldfastError:
            continue
        given = {key.arg: key.value for key in node.keywords}
        own = literal(given["code"]) if "code" in given else kind.code
        words = said(name, node.args[0]) if node.args else str(kind.words)
        if own and words:
            yield Refusal(kind.status, own, words, kind.help)


def said(name: str, words: ast.expr) -> str | None:
    """The words handed over: written out, marked for translation, or a constant's."""
    if isinstance(words, ast.Call) and words.args:
        return said(name, words.args[-1])
    if isinstance(words, ast.Name):
        constant = getattr(importlib.import_module(name), words.id, None)
        return constant if isinstance(constant, str) else None
    return literal(words)


def literal(value: ast.expr) -> str | None:
    """A string that stands in the source, or nothing."""
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
