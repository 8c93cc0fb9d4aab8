"""How pages look to a member, as they choose."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from holdfast.kit.errors import Malformed
from holdfast.kit.looks import LANGUAGES, PSEUDO
from holdfast.kit.work import Work
from holdfast.members.access import myself
from holdfast.members.rules import choices
from holdfast.rights.rules import Member

CONTINENTS = frozenset(
    {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia"}
    | {"Europe", "Indian", "Pacific"}
)


async def choose_looks(
    work: Work,
    actor: Member,
    *,
    language: str | None = None,
    time_zone: str | None = None,
    theme: str | None = None,
    text_size: str | None = None,
    letters: str | None = None,
) -> None:
    """Choose how pages look to me, and leave the rest. Raises `Malformed` for no such choice."""
    member = await myself(work, actor)
    for choice, chosen, offered in (
        ("language", language, (*LANGUAGES, PSEUDO)),
        ("time_zone", time_zone, time_zones()),
        ("theme", theme, choices.THEMES),
        ("text_size", text_size, choices.TEXT_SIZES),
        ("letters", letters, choices.LETTERS),
    ):
        if chosen is None:
            continue
        if chosen not in offered:
            raise Malformed
        setattr(member, choice, chosen)


@cache
def time_zones() -> tuple[str, ...]:
    """The time zones of this machine that are named after a place, and UTC."""
    names = available_timezones()
    return ("UTC", *sorted(name for name in names if name.partition("/")[0] in CONTINENTS))
