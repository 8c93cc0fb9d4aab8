"""The look itself: halves joined in memory, pages read one by one, and an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from msgspec import Struct

from holdfast.kit.boxes import open_with
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.work import Work
from holdfast.listening.glass.access import (
    glass_to_see,
    glass_to_use,
    living_key,
    request_in_hand,
    request_to_read,
    unlocked,
)
from holdfast.listening.glass.actions.asking import bound_share, forget_shares, note
from holdfast.listening.glass.queries import (
    asked_of,
    how_many_pages,
    my_halves,
    parts_between,
    seqs_of_page,
    shares_of,
)
from holdfast.listening.glass.rules import (
    TOLD_AFTER,
    NothingToOpen,
    NotOpen,
    Stage,
    ends_at,
    stage_of,
)
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries import Reader, messages_at
from holdfast.rights.own import OwnKey
from holdfast.rights.rules import Actor, Permission, Staff
from holdfast.sealing.private import bound_half, half_boxes, join
from holdfast.sealing.seam import Keyring


class Look(Struct, frozen=True):
    """Parts that stand open for one session of one person. It never leaves memory."""

    keys: Mapping[int, bytes]
    until: datetime

    def __repr__(self) -> str:
        return "Look(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []  # what draws tracebacks in colour asks for this instead


class PageShown(Struct, frozen=True):
    """One page of words, and where it stands."""

    number: int
    pages: int
    messages: list[MessagePosted]


async def open_look(
    work: Work, actor: Actor, *, root: RootKey, request_id: int, words: str
) -> Look:
    """Join the two halves, for the time that was agreed. It counts from the first opening.

    Raises `NotFound`, `FreshSignInNeeded`, `NotOpen`, `NoKey`, `WrongWords`, `NothingToOpen`.
    """
    staff = glass_to_use(work, actor, Permission.GLASS_ASK)
    row = await request_to_read(work, staff, request_id)
    key = await living_key(work, staff)
    if key.public != row.public:
        raise NotOpen
    private = unlocked(root, key, words).private
    parts = await parts_between(work, row.room_id, row.since, row.until)
    mine, theirs = await my_halves(work, key, parts), await shares_of(work, row.id)
    boxes = await half_boxes(work, root, [half.id for half in mine.values()])
    keys: dict[int, bytes] = {}
    for part_id in mine.keys() & theirs.keys():
        bound = bound_half(part_id, row.room_id, key.half.value)
        try:
            one = open_with(private, key.public, boxes[mine[part_id].id], bound)
            share = bound_share(row.id, part_id)
            keys[part_id] = join(one, open_with(private, key.public, theirs[part_id], share))
        except WrongKey:
            continue
    if not keys:
        raise NothingToOpen
    if row.opened_at is None:
        row.opened_at = work.clock.now()
        row.tell_at = row.opened_at + TOLD_AFTER
    await note(work, staff, "opened", row, why=row.why.value, parts=len(keys))
    return Look(keys, ends_at(row.opened_at, row.minutes))


async def show_page(
    work: Work, actor: Actor, *, keyring: Keyring, request_id: int, look: Look, number: int
) -> PageShown:
    """One page of words, read-only. Each one shown is one row of the record, in this same work.

    Raises `NotFound`, and `NotOpen` once the time is over, or for a page that is not there.
    """
    staff = glass_to_see(actor)
    row = await request_to_read(work, staff, request_id)
    pages = await how_many_pages(work, row)
    if stage_of(asked_of(row), work.clock.now()) is not Stage.OPEN or not 1 <= number <= pages:
        raise NotOpen
    seqs = await seqs_of_page(work, row, number)
    reader = Reader(keyring, _with(staff, look.keys), whole=True)
    messages = await messages_at(work, reader, row.room_id, seqs)
    row.shown += 1
    spots = {"page": number, "first": seqs[0], "last": seqs[-1], "messages": len(messages)}
    await note(work, staff, "shown", row, why=row.why.value, **spots)
    return PageShown(number, pages, sorted(messages, key=lambda one: one.seq))


def _with(staff: Staff, keys: Mapping[int, bytes]) -> Staff:
    """The same person with these parts in hand, and with nothing else of their own."""
    return replace(staff, own=OwnKey.of_parts(keys))


async def close_look(work: Work, actor: Actor, *, request_id: int) -> None:
    """It is over; what the second person gave is gone. Either of the two may say so.

    Raises `NotFound`, `NotOpen`.
    """
    staff = glass_to_see(actor)
    row = await request_in_hand(work, request_id)
    stage = stage_of(asked_of(row), work.clock.now())
    if staff.id not in (row.asked_by, row.agreed_by) or stage not in (Stage.AGREED, Stage.OPEN):
        raise NotOpen
    row.closed_at = work.clock.now()
    await forget_shares(work, row.id)
    await note(work, staff, "closed", row, pages=row.shown)
