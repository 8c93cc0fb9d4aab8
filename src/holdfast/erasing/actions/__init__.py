"""Writing down what is erased, step by step. Each step may be done twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from holdfast.erasing.events import ErasureBegun
from holdfast.erasing.holds.rules import NOTHING_HELD, Held
from holdfast.erasing.marks import Mark, written
from holdfast.erasing.rules import KNOWN_FOR, By, Kind
from holdfast.erasing.tables import ErasureKeyRow, ErasureRow
from holdfast.kit.ids import KeyId, MemberId, MessageId, RoomId, SeatId
from holdfast.kit.tables import Table, to_millis
from holdfast.kit.tokens import random_bytes_id
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Staff

ERASURES = ErasureRow.__tablename__
AT_ONCE = 500  # keys in one statement


class Going(Struct, frozen=True):
    """What is to go: one of these, as its kind says."""

    kind: Kind
    room_id: RoomId | None = None
    day: int | None = None
    message_id: MessageId | None = None
    seat_id: SeatId | None = None
    member_id: MemberId | None = None  # whose it is


async def begin_erasure(
    work: Work, actor: Actor, *, what: Going, by: By, marks: Sequence[Mark] = ()
) -> ErasureRow:
    """Write down that something goes, in the transaction that hides it.

    A message is known by its number alone. Of everything else `marks` say how it is known again.
    What is left to do is done at once after the commit, or taken up after a crash.
    """
    row = ErasureRow(
        number=random_bytes_id(),
        kind=what.kind,
        by=by,
        at=work.clock.now(),
        room_id=what.room_id,
        day=what.day,
        message_id=what.message_id,
        seat_id=what.seat_id,
        member_id=what.member_id,
        staff_id=actor.id if isinstance(actor, Staff) else None,
        marks=written(list(marks)),
        hidden_at=work.clock.now() if what.kind is Kind.MESSAGE else None,
    )
    work.db.add(row)
    await work.db.flush()
    work.announce(ErasureBegun(row.id))
    return row


def erasure_values(what: Going, by: By, at: int, held: Held = NOTHING_HELD) -> dict[str, Any]:
    """The same for a message that goes through the ledger: the row that goes with it there.

    What is held of it is on the receipt where that may be told.
    """
    until = max((to_millis(one.until) for one in held.told), default=None)
    return {
        "number": random_bytes_id(),
        "kind": what.kind.value,
        "by": by.value,
        "at": at,
        "room_id": what.room_id,
        "message_id": what.message_id,
        "seat_id": what.seat_id,
        "member_id": what.member_id,
        "marks": "",
        "counts": '{"messages":1}',
        "bare": False,
        "held": until is not None,
        "held_until": until,
        "hidden_at": at,
    }


async def note_hidden(work: Work, actor: Actor, *, erasure_id: int, counts: dict[str, int]) -> None:
    """Nobody sees any of it any more. Who says so first knows how much there was."""
    del actor
    its = update(ErasureRow).where(ErasureRow.id == erasure_id, ErasureRow.hidden_at.is_(None))
    await work.db.execute(
        its.values(hidden_at=work.clock.now(), counts=orjson.dumps(counts).decode())
    )


async def count_anew(work: Work, actor: Actor, *, erasure_id: int, counts: dict[str, int]) -> None:
    """More went with it than was known when it was hidden."""
    del actor
    its = update(ErasureRow).where(ErasureRow.id == erasure_id)
    await work.db.execute(its.values(counts=orjson.dumps(counts).decode()))


async def name_keys(
    work: Work, actor: Actor, *, erasure_id: int, keys: Iterable[KeyId], whole: bool
) -> None:
    """These keys go with it. `whole`: with all that they sealed, but for what is held."""
    del actor
    rows = [
        {"erasure_id": erasure_id, "key_id": key, "whole": whole, "held": False}
        for key in sorted(set(keys))
    ]
    for start in range(0, len(rows), AT_ONCE):
        some = insert(ErasureKeyRow).values(rows[start : start + AT_ONCE])
        await work.db.execute(some.on_conflict_do_nothing())
    its = update(ErasureRow).where(ErasureRow.id == erasure_id)
    await work.db.execute(its.values(named_at=work.clock.now()))


async def note_held(
    work: Work, actor: Actor, *, erasure_id: int, until: datetime | None, told: bool
) -> None:
    """Something of it is held; until when is on the receipt only where that may be told."""
    del actor
    its = update(ErasureRow).where(ErasureRow.id == erasure_id)
    await work.db.execute(its.values(held=told, held_until=until if told else None))


async def note_bare(work: Work, actor: Actor, *, erasure_id: int, bare: bool) -> None:
    """Whether the row of who went is still there, without anything in it."""
    del actor
    its = update(ErasureRow).where(ErasureRow.id == erasure_id)
    await work.db.execute(its.values(bare=bare))


async def note_marked(work: Work, actor: Actor, *, erasures: Sequence[int]) -> None:
    """Their tombstones are written."""
    del actor
    its = update(ErasureRow).where(ErasureRow.id.in_(erasures))
    await work.db.execute(its.values(marked_at=work.clock.now(), marks=""))


async def drop_names(work: Work, actor: Actor, *, keys: Sequence[KeyId], others: bool) -> None:
    """These keys are gone. Where `others` may come late with one, it stays known as retired."""
    del actor
    await work.db.execute(delete(ErasureKeyRow).where(ErasureKeyRow.key_id.in_(keys)))
    if not others:
        retired = Table.metadata.tables["retired_keys"]  # of `sealing`
        await work.db.execute(delete(retired).where(retired.c.id.in_(keys)))


async def forget_old_erasures(work: Work, actor: Actor) -> None:
    """What was done long ago is known no more; its receipt still says what it says."""
    del actor
    old = ErasureRow.done_at.is_not(None), ErasureRow.done_at < work.clock.now() - KNOWN_FOR
    await work.db.execute(delete(ErasureRow).where(*old))


async def end_erasures(work: Work, actor: Actor) -> int:
    """What has nothing left to do is done; a person's names nobody any more."""
    del actor
    left = select(ErasureKeyRow.erasure_id).where(ErasureKeyRow.erasure_id == ErasureRow.id)
    over = (
        ErasureRow.done_at.is_(None),
        ErasureRow.bare.is_(False),
        ErasureRow.hidden_at.is_not(None),
        ErasureRow.named_at.is_not(None),
        ErasureRow.marked_at.is_not(None),
        ~left.exists(),
    )
    people = update(ErasureRow).where(*over, ErasureRow.kind == Kind.PERSON)
    await work.db.execute(people.values(member_id=None))
    done = await work.db.execute(update(ErasureRow).where(*over).values(done_at=work.clock.now()))
    return int(done.rowcount)  # type: ignore[attr-defined]


async def forget_whose(work: Work, actor: Actor, *, member: MemberId) -> None:
    """Who went took their receipts along: no erasure names them."""
    del actor
    theirs = ErasureRow.member_id == member, ErasureRow.kind != Kind.PERSON
    await work.db.execute(update(ErasureRow).where(*theirs).values(member_id=None))
