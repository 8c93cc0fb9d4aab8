"""A case or an escalation from a talk between two, as the desk's templates show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.crisis.queries import Sign
from holdfast.moderation.queries.talk import Copied
from holdfast.rights.rules import Permission, Staff, may
from holdfast.rooms.tables import RoomKind


def between_two(kind: RoomKind, me: Staff) -> dict[str, Any]:
    """Whether words of this room are closed to the desk, and whether two may open some."""
    is_closed = kind is RoomKind.LISTENING
    return {
        "between_two": is_closed,
        "may_break_glass": is_closed and may(me, Permission.GLASS_ASK),
    }


def copied_shown(line: Copied, reported: int | None, covered: bool) -> dict[str, Any]:
    """A line from the copy that its reporter made; without its time."""
    return {
        "seq": line.seq,
        "pseudonym": line.pseudonym,
        "hit": line.seq == reported,
        "covered": covered,
        "text": "" if covered else line.text,
    }


def signs_between_two(signs: Sequence[Sign], me: Staff) -> dict[str, Any]:
    """The same for an escalation: whether anything in it was said between two."""
    found = any(sign.line is not None and sign.line.private for sign in signs)
    return between_two(RoomKind.LISTENING if found else RoomKind.OPEN, me)
