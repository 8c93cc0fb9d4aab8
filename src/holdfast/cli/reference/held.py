"""The map of what is held, as tables: made from the tables of the house."""

from __future__ import annotations

from holdfast.app.knowing.columns import MEANS, Privacy
from holdfast.app.knowing.mapping import ELSEWHERE, Held, data_map
from holdfast.cli.reference.drawing import code, table

HEAD = ("column", "what it is to a person", "in the member’s export")


def privacy_table() -> str:
    """The words that say what a column is to a person."""
    rows = [(code(word.value), meaning) for word, meaning in MEANS.items()]
    return table(("word", "meaning"), rows)


def member_sections() -> str:
    """Every table that leads to a member, with how it does."""
    return "\n\n".join(_section(held) for held in data_map() if held.ways)


def _section(held: Held) -> str:
    ways = "; ".join(held.ways)
    rows = [
        (code(column.name), column.privacy.value, _told(column.privacy, told=column.told))
        for column in held.columns
    ]
    return f"### `{held.name}`\n\n{held.about}\n\nTo a member by {ways}.\n\n{table(HEAD, rows)}"


def _told(privacy: Privacy, *, told: bool) -> str:
    if not told:
        return "no"
    return "the room by its name" if privacy is Privacy.PLACE else "yes"


def others_table() -> str:
    """Every table that leads to no member, and why."""
    rows = [
        (code(held.name), held.nobody, ", ".join(code(column.name) for column in held.columns))
        for held in data_map()
        if held.nobody
    ]
    return table(("table", "why it leads to no member", "columns"), rows)


def elsewhere_table() -> str:
    """What is held outside the tables."""
    return table(("where", "what"), [(place, what) for place, what in ELSEWHERE.items()])
