"""Asking that words between two people are opened, and agreeing to it with the other half."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete

from holdfast.audit.actions import record
from holdfast.kit.boxes import Pair, open_with, seal_to
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.listening.glass.access import (
    Grounds,
    glass_to_see,
    glass_to_use,
    living_key,
    must_be_another,
    request_in_hand,
    talk_to_open,
    unlocked,
)
from holdfast.listening.glass.queries import (
    asked_of,
    key_of,
    my_halves,
    parts_between,
    role_now,
)
from holdfast.listening.glass.rules import (
    NotAsSeen,
    NothingToOpen,
    NotOpen,
    RanOut,
    Stage,
    Why,
    check_pair,
    check_width,
    stage_of,
)
from holdfast.listening.glass.tables import GlassKeyRow, GlassRequestRow, GlassShareRow
from holdfast.notices.actions import acknowledge, page_people
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Actor, Permission
from holdfast.sealing.private import bound_half, half_boxes


class Span(Struct, frozen=True):
    """How much is to be opened, and for how long."""

    since: datetime
    until: datetime
    minutes: int


async def ask_to_open(work: Work, actor: Actor, *, grounds: Grounds, why: Why, span: Span) -> int:
    """Ask a second person of the other half; the request's number.

    That this work may be read by them, the door that made `grounds` has seen to. Raises
    `NotFound`, `FreshSignInNeeded`, `TooWide`, `NoKey`, `NothingToOpen`.
    """
    staff = glass_to_use(work, actor, Permission.GLASS_ASK)
    now = work.clock.now()
    check_width(span.since, span.until, span.minutes, now)
    room, key = await talk_to_open(work, grounds), await living_key(work, staff)
    parts = await parts_between(work, room.id, span.since, span.until)
    if not await my_halves(work, key, parts):
        raise NothingToOpen
    row = GlassRequestRow(
        room_id=room.id,
        about=grounds.about,
        why=why,
        since=span.since,
        until=span.until,
        minutes=span.minutes,
        half=key.half,
        public=key.public,
        asked_by=staff.id,
        asked_at=now,
    )
    work.db.add(row)
    await work.db.flush()
    await note(work, staff, "asked", row, why=why.value)
    return row.id


def seen(row: GlassRequestRow) -> str:
    """What somebody who agrees was shown: all of it that counts, in one word."""
    spans = f"{to_millis(row.since)}-{to_millis(row.until)}-{row.minutes}"
    return f"{row.id}.{row.about}.{row.why.value}.{spans}"


async def agree_to_open(
    work: Work, actor: Actor, *, root: RootKey, request_id: int, was_shown: str, words: str
) -> None:
    """Be the second person, with the other half: it is boxed to whoever asked, and to nobody else.

    Raises `NotFound`, `FreshSignInNeeded`, `RanOut` (also for what was agreed to already or taken
    back), `NobodyElse`, `OtherHalfNeeded`, `NotAsSeen`, `NoKey`, `WrongWords`, `NothingToOpen`.
    """
    staff = glass_to_use(work, actor, Permission.GLASS_AGREE)
    row = await request_in_hand(work, request_id)
    if stage_of(asked_of(row), work.clock.now()) is not Stage.ASKED:
        raise RanOut
    await must_be_another(work, staff, row.asked_by)
    check_pair(await role_now(work, row.asked_by), staff.role)
    if was_shown != seen(row):
        raise NotAsSeen
    theirs = await living_key_of_asker(work, row)
    mine = await living_key(work, staff)
    pair = unlocked(root, mine, words)
    if not await _give(work, root, row, (theirs, mine), pair):
        raise NothingToOpen
    row.agreed_by, row.agreed_at = staff.id, work.clock.now()
    await note(work, staff, "agreed", row, why=row.why.value)
    await acknowledge(work, staff, about=f"glass:{row.id}")


async def living_key_of_asker(work: Work, row: GlassRequestRow) -> GlassKeyRow:
    """The key of whoever asked, if it is the one they asked with. Raises `RanOut`."""
    key = await key_of(work, row.asked_by)
    if key is None or key.ended_at is not None or key.public != row.public:
        raise RanOut
    return key


async def _give(
    work: Work,
    root: RootKey,
    row: GlassRequestRow,
    keys: tuple[GlassKeyRow, GlassKeyRow],
    pair: Pair,
) -> int:
    """Box my half of each part that both of us have to whoever asked; how many."""
    parts = await parts_between(work, row.room_id, row.since, row.until)
    theirs, mine = [await my_halves(work, key, parts) for key in keys]
    boxes = await half_boxes(work, root, [half.id for half in mine.values()])
    given = 0
    for part_id in theirs.keys() & mine.keys():
        bound = bound_half(part_id, row.room_id, keys[1].half.value)
        try:
            share = open_with(pair.private, pair.public, boxes[mine[part_id].id], bound)
        except WrongKey:
            continue
        sealed = seal_to(row.public, share, bound_share(row.id, part_id))
        work.db.add(GlassShareRow(request_id=row.id, part_id=part_id, sealed=sealed))
        given += 1
    await work.db.flush()
    return given


def bound_share(request_id: int, part_id: int) -> bytes:
    """What a half is bound to while it is somebody else's: this request alone."""
    return b"glass share|%d|%d" % (request_id, part_id)


async def withdraw_request(work: Work, actor: Actor, *, request_id: int) -> None:
    """Ask for it no longer, before it was opened. Raises `NotFound`, `NotOpen`."""
    staff = glass_to_see(actor)
    row = await request_in_hand(work, request_id)
    stage = stage_of(asked_of(row), work.clock.now())
    if row.asked_by != staff.id or stage not in (Stage.ASKED, Stage.AGREED):
        raise NotOpen
    row.withdrawn_at = work.clock.now()
    await forget_shares(work, row.id)
    await note(work, staff, "withdrawn", row)
    await acknowledge(work, staff, about=f"glass:{row.id}")


async def call_for_second(work: Work, actor: Actor, *, request_id: int) -> None:
    """Nobody of the other half is awake: the pager calls until somebody answers. Twice is once.

    Raises `NotFound`, `NotOpen`.
    """
    staff = glass_to_see(actor)
    row = await request_in_hand(work, request_id)
    if row.asked_by != staff.id or stage_of(asked_of(row), work.clock.now()) is not Stage.ASKED:
        raise NotOpen
    await page_people(work, staff, about=f"glass:{row.id}", urgency=Urgency.IMMEDIATE)
    await note(work, staff, "called", row)


async def forget_shares(work: Work, request_id: int) -> None:
    """What the second person gave is gone."""
    await work.db.execute(delete(GlassShareRow).where(GlassShareRow.request_id == request_id))


async def note(
    work: Work, actor: Actor, act: str, row: GlassRequestRow, *, why: str = "", **more: int
) -> None:
    """Into the record: each step by each person, by numbers only."""
    detail = {"request": row.id, "room": row.room_id, **more}
    await record(work, actor, what=f"glass:{act}", about=row.about, why=why or None, detail=detail)
