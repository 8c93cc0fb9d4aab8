"""The settings, as the class that reads them knows them."""

from __future__ import annotations

from enum import StrEnum

from holdfast.cli.reference.drawing import code, table
from holdfast.settings import Settings

PLAIN = {"Path": "a path", "str": "words", "int": "a whole number"}


def setting_sections() -> str:
    """Every setting with what it may be, its default and what it is for."""
    rows = [
        [
            code(f"HOLDFAST_{name.upper()}"),
            kind_of(kept.annotation),
            code(kept.default) if str(kept.default) else "empty",
            kept.description or "",
        ]
        for name, kept in Settings.model_fields.items()
    ]
    return table(["setting", "may be", "default", "what it is for"], rows)


def kind_of(kind: object) -> str:
    """What one may write there, in words."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return " or ".join(code(choice.value) for choice in kind)
    return PLAIN.get(getattr(kind, "__name__", ""), str(kind))
