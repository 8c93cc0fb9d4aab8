"""The command line, as Typer knows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.cli.reference.drawing import code, table


def command_sections() -> str:
    """Every command with its options."""
    import typer

    from holdfast.cli import app

    top = typer.main.get_command(app)
    return "\n\n".join(section(name, command) for name, command in commands_of("holdfast", top))


def commands_of(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """The commands below a group, by what is typed for them; hidden ones not."""
    for part, below in sorted(getattr(command, "commands", {}).items()):
        if below.hidden:
            continue
        if getattr(below, "commands", None):
            yield from commands_of(f"{name} {part}", below)
        else:
            yield f"{name} {part}", below


def section(name: str, command: Any) -> str:
    """One command: what it does and what can be said with it."""
    rows = [
        [named(one), given(one), getattr(one, "help", None) or ""]
        for one in command.params
        if one.name != "help" and not getattr(one, "hidden", False)
    ]
    options = f"\n\n{table(['say', 'unless said', 'what it is'], rows)}" if rows else ""
    return f"### `{name}`\n\n{' '.join((command.help or '').split())}{options}"


def named(one: Any) -> str:
    if one.param_type_name == "argument":
        return code(one.name.upper())
    return ", ".join(code(word) for word in one.opts)


def given(one: Any) -> str:
    """What holds where nothing is said."""
    if one.required:
        return "must be said"
    if one.default in (None, "", False):
        return ""
    return code(one.default)
