"""What is let in where: the matrix of permissions, the calls of the API, the pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from holdfast.cli.reference.drawing import code, first_sentence, modules, table
from holdfast.rights.matrix import ALLOWS, MATRIX, Permission, Role
from holdfast.settings import Settings

METHODS = {"get", "post", "put", "delete", "api_route"}


def permission_table() -> str:
    """Permission by role, as the one matrix says it."""
    rows = [[code(one.value), *(mark(one in MATRIX[role]) for role in Role)] for one in Permission]
    return table(["permission", *(code(role.value) for role in Role)], rows)


def allowed_table() -> str:
    """What each permission lets somebody do, in the matrix's own words."""
    return table(["permission", "allows"], [[code(one.value), ALLOWS[one]] for one in Permission])


def mark(allowed: bool) -> str:
    return "yes" if allowed else "–"


# ---------------------------------------------------------------- the API


def api_sections() -> str:
    """Every call that `openapi.json` describes."""
    from holdfast.app.web import build_app

    schema = build_app(Settings.model_construct()).openapi()
    parts = schema["components"]["schemas"]
    return "\n\n".join(
        call_section(method, path, call, parts)
        for path, calls in sorted(schema["paths"].items())
        for method, call in calls.items()
    )


def call_section(method: str, path: str, call: dict[str, Any], parts: dict[str, Any]) -> str:
    """One call: what it does, what may be sent, what comes back."""
    asked = [
        [code(one["name"]), f"in the {one['in']}", kind_of(one["schema"], parts)]
        for one in call.get("parameters", [])
    ]
    for media in call.get("requestBody", {}).get("content", {}).values():
        body = resolved(media["schema"], parts)
        asked += [
            [
                code(name),
                "in the body" + ("" if name in body.get("required", []) else ", may be left out"),
                kind_of(shape, parts),
            ]
            for name, shape in body.get("properties", {}).items()
        ]
    answers = sorted(status for status in call["responses"] if status.isdigit() and status != "422")
    text = f"### `{method.upper()} {path}`\n\n{first_sentence(call.get('description'))}"
    text += f" Answers {', '.join(answers)}, or a problem."
    return f"{text}\n\n{table(['field', 'where', 'what'], asked)}" if asked else text


def resolved(shape: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """A schema, with references followed and `null` left out."""
    if "$ref" in shape:
        found: dict[str, Any] = parts[shape["$ref"].rpartition("/")[2]]
        return found
    for choice in shape.get("anyOf", []):
        if choice.get("type") != "null":
            return {**resolved(choice, parts), **{k: v for k, v in shape.items() if k == "default"}}
    return shape


def kind_of(shape: dict[str, Any], parts: dict[str, Any]) -> str:
    """What a field may be, in words."""
    found = resolved(shape, parts)
    if "enum" in found:
        return ", ".join(code(one) for one in found["enum"])
    words = {"string": "words", "integer": "a whole number"}.get(found.get("type", ""), "")
    lowest, most = found.get("minLength"), found.get("maxLength")
    if most is not None:
        words += f", {lowest}–{most} characters" if lowest else f", at most {most} characters"
    if found.get("maximum") not in (None, 2**53 - 1):
        words += f", {found.get('minimum')}–{found['maximum']}"
    if found.get("default"):
        words += f"; {found['default']} unless said"
    return words


# ---------------------------------------------------------------- pages


def page_table() -> str:
    """Every page and form, from the handlers that serve them."""
    rows = sorted(
        (path, method, told)
        for name, tree in modules()
        if ".pages" in name
        for path, method, told in handlers_in(tree)
    )
    return table(
        ["address", "", "what it is"], [[code(path), method, told] for path, method, told in rows]
    )


def handlers_in(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """The handlers of a module: their address, method and docstring."""
    prefix = ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "APIRouter":
            given = {key.arg: key.value for key in node.keywords}
            prefix = str(getattr(given.get("prefix"), "value", ""))
    for node in tree.body:
        if not isinstance(node, ast.AsyncFunctionDef):
            continue
        for asked in node.decorator_list:
            method = getattr(getattr(asked, "func", None), "attr", "")
            if isinstance(asked, ast.Call) and method in METHODS:
                path = prefix + str(getattr(asked.args[0], "value", ""))
                spoken = "GET" if method == "api_route" else method.upper()
                yield path, spoken, first_sentence(ast.get_docstring(node))
