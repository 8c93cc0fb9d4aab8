"""Templates whose fixed words, icons and addresses are put in once, when they are compiled.

An environment speaks one language, so `_("Leave now")` is the same each time a page is drawn. A
page says a hundred such words; looked up anew they were most of what drawing it costs.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, nodes
from jinja2.nodes import EvalContext
from markupsafe import escape

SHORT = {"_": "gettext"}


class CompiledEnvironment(Environment):
    """Jinja's environment, which says beforehand what it says alike to everybody."""

    said: dict[str, Any]
    """What gives the fixed pieces, by the names that templates call."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        _settle(template, self.said, EvalContext(self, name))
        return template


def _settle(node: nodes.Node, said: dict[str, Any], context: EvalContext) -> None:
    """Put what is certain in the place of each call that gives it."""
    for field, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            _settle(value, said, context)
            setattr(node, field, _settled(value, said, context))
        elif isinstance(value, list):
            for child in value:
                if isinstance(child, nodes.Node):
                    _settle(child, said, context)
            settled = [_settled(child, said, context) for child in value]
            setattr(node, field, settled)


def _settled(node: Any, said: dict[str, Any], context: EvalContext) -> Any:
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name):
        return node
    name = SHORT.get(node.node.name, node.node.name)
    if name not in said or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return node
    try:
        given = [argument.as_const(context) for argument in node.args]
    except nodes.Impossible:
        return node
    made = nodes.Const(str(escape(said[name](*given))), lineno=node.lineno)
    return nodes.MarkSafe(made, lineno=node.lineno)
