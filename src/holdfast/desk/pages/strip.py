"""The strip of rooms at the top of the desk: how each is, drawn and in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from msgspec import Struct

from holdfast.kit.ids import RoomId
from holdfast.kit.looks import Looks
from holdfast.kit.words import N_, say
from holdfast.messages.queries.replies import Replies
from holdfast.messages.rules.replies import BEATS
from holdfast.rooms.rules.states import RoomState

WIDTH, HEIGHT, EDGE = 100, 32, 4  # of the drawing's own measure
AT_LEAST = 6  # a room with less than this in five minutes looks as quiet as it is
STATES = {
    RoomState.LIVE: N_("Live"),
    RoomState.HELD: N_("Read first"),
    RoomState.QUIET: N_("Quiet"),
}
GRAVE, CONCERN = N_("A grave concern"), N_("A concern")


class Tiled(Protocol):
    """A room as far as its tile goes."""

    @property
    def id(self) -> RoomId: ...
    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def state(self) -> RoomState: ...


class Now(Struct, frozen=True):
    """What is known of the rooms at this moment."""

    here: Mapping[RoomId, int | None]  # nothing below five: nobody is counted out
    staff: Mapping[RoomId, Sequence[str]]
    concerns: Mapping[str, int]  # the gravest open one, by slug
    replies: Replies


def spark(counts: Sequence[int]) -> str:
    """An hour of talk as the points of a line."""
    counts = counts or [0] * BEATS
    most = max(AT_LEAST, *counts)
    step = WIDTH / max(1, len(counts) - 1)
    tall = HEIGHT - 2 * EDGE
    return " ".join(
        f"{at * step:.1f},{HEIGHT - EDGE - count / most * tall:.1f}"
        for at, count in enumerate(counts)
    )


def strip_shown(rows: Iterable[Tiled], now: Now, looks: Looks) -> list[dict[str, Any]]:
    """Every open room as a tile."""
    return [_tile(row, now, looks) for row in rows]


def _tile(row: Tiled, now: Now, looks: Looks) -> dict[str, Any]:
    concern = now.concerns.get(row.slug, 0)
    alone = sum(1 for one in now.replies.waiting if one.room_id == row.id)
    return {
        "slug": row.slug,
        "name": say(looks.locale, row.name),
        "state": row.state.value,
        "words": say(looks.locale, _words(row.state, concern)),
        "look": _look(row.state, concern, alone),
        "points": spark(now.replies.pulses.get(row.id, [])),
        "here": now.here.get(row.id),
        "staff": now.staff.get(row.id, ()),
        "unanswered": alone,
        **_figures(now.replies, row.id),
    }


def _words(state: RoomState, concern: int) -> str:
    if concern:
        return GRAVE if concern > 1 else CONCERN
    return STATES[state]


def _look(state: RoomState, concern: int, alone: int) -> str:
    """Its colour; the words beside it say the same."""
    if concern > 1:
        return "hot"
    if concern or alone or state is RoomState.HELD:
        return "watch"
    return "still" if state is RoomState.QUIET else ""


def _figures(replies: Replies, room_id: RoomId) -> dict[str, int | None]:
    known = replies.rooms.get(room_id)
    return {
        "median": minutes(known.median) if known else None,
        "worst": minutes(known.worst) if known else None,
    }


def minutes(span: timedelta | None) -> int | None:
    """A wait in whole minutes, never less than it was."""
    return None if span is None else -(-int(span.total_seconds()) // 60)


def concerns_by_room(found: Collection[tuple[str, int]]) -> dict[str, int]:
    """The gravest concern of each room."""
    gravest: dict[str, int] = {}
    for slug, concern in found:
        gravest[slug] = max(concern, gravest.get(slug, 0))
    return gravest
