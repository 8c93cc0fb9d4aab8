"""What becomes of held words: released into the room, given back, or withdrawn by their author."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from holdfast.erasing.actions import Going, begin_erasure
from holdfast.erasing.rules import By, Kind
from holdfast.kit.errors import Conflict
from holdfast.kit.ids import KeyId, MessageId, SeatId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.members.queries import freeze_of
from holdfast.members.rules.freezing import KeptFromRoom
from holdfast.messages.access import held_to_decide, own_held
from holdfast.messages.actions.expiring import count_from_now
from holdfast.messages.actions.held_up import hold_what_is_named
from holdfast.messages.events import (
    MessagePosted,
    PostReleased,
    PostReturned,
    PostWithdrawn,
    Quote,
    quote_of,
)
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Accepted, Release
from holdfast.messages.queries import Reader, messages_at
from holdfast.messages.queries.held import Waiting
from holdfast.messages.tables import HeldRow, HeldState, HiddenWordsRow, MessageRow
from holdfast.rights.rules import Actor, Member, Staff
from holdfast.rooms.access import Seat
from holdfast.screening.reading import read
from holdfast.sealing.seam import Place


async def release_post(ledger: Ledger, actor: Actor, *, message_id: bytes) -> Accepted:
    """Let a held message into its room: it takes its place in the order now.

    Raises `NotFound` for what this person may not read, `Conflict` where it was decided already,
    `KeptFromRoom` where its author froze what is kept about them.
    """
    async with ledger.workshop.reading() as work:
        reader = Reader(ledger.keyring, actor)
        held = await held_to_decide(work, reader, message_id)
        if held.member_id is not None and await freeze_of(work, held.member_id) is not None:
            raise KeptFromRoom
        quote = await _what_it_answers(work, reader, held)
    assert isinstance(actor, Staff)  # noqa: S101 - the door let nobody else through
    now = ledger.clock.now()
    entry = Release(
        room_id=held.room_id,
        message_id=held.id,
        at=to_millis(now),
        by=actor.id,
        message=message_of(held, quote, now),
    )
    ledger.enter(entry)
    done = await entry.ticket
    assert isinstance(done, Accepted)  # noqa: S101 - a release is made or refused
    if done.seq is not None:
        async with ledger.workshop.work() as work:
            await count_from_now(work, actor)
            work.announce(PostReleased(held.seat_id, done.seq))
    return done


async def _what_it_answers(work: Work, reader: Reader, held: Waiting) -> Quote | None:
    if held.reply_to is None:
        return None
    found = await messages_at(work, reader, held.room_id, [held.reply_to])
    return quote_of(found[0]) if found else None


def message_of(held: Waiting, quote: Quote | None, now: datetime) -> MessagePosted:
    """A held message as the room will see it. It says when it was written.

    Where it goes by itself, the time counts from now.
    """
    goes = None if held.goes_after is None else now + timedelta(hours=held.goes_after)
    return MessagePosted(
        room_id=held.room_id,
        seq=0,
        owner=held.seat_id,
        author=held.author,
        nonce=held.nonce,
        text=held.text,
        at=held.written_at,
        note=held.note,
        reply_to=held.reply_to,
        quote=quote,
        wants=held.wants,
        expires_at=goes,
    )


async def return_post(
    ledger: Ledger, actor: Actor, *, message_id: bytes, rule: str, suggestion: str = ""
) -> None:
    """Give held words back to their author, with the rule and perhaps another way to say it."""
    async with ledger.workshop.work() as work:
        held = await held_to_decide(work, Reader(ledger.keyring, actor), message_id)
        assert isinstance(actor, Staff)  # noqa: S101 - the door let nobody else through
        kept = key = None
        if suggestion:
            key, kept = await _sealed_beside(ledger, work, held, suggestion)
        values = {
            "state": HeldState.RETURNED,
            "decided_by": actor.id,
            "decided_at": work.clock.now(),
            "rule": rule,
            "suggestion": kept,
            "suggestion_key_id": key,
        }
        await _decide(work, held, values)
        if held.member_id is not None:
            told = PostReturned(
                held.member_id, held.slug, held.nonce, rule, held.text, suggestion or None
            )
            work.announce(told)


async def _sealed_beside(
    ledger: Ledger, work: Work, held: Waiting, suggestion: str
) -> tuple[KeyId, bytes]:
    """Sealed with the key of the words it is about, so that it goes when they go."""
    query = select(MessageRow.key_id).where(MessageRow.id == held.id)
    key: KeyId = (await work.db.execute(query)).scalar_one()
    place = Place(held.room_id, held.id, held.seat_id, b"s")
    return key, ledger.keyring.seal_with(key, read(suggestion, "moderator"), place)


async def withdraw_post(ledger: Ledger, seat: Seat, *, of: str) -> None:
    """Take back my own held words: their room never sees them. Twice is once.

    What open work of the staff names is kept for it, out of everybody else's sight.
    """
    async with ledger.workshop.reading() as work:
        mine = await own_held(work, Reader(ledger.keyring, seat.actor), seat, of)
    if mine.state is not HeldState.WITHDRAWN:
        await hold_what_is_named(ledger, seat.actor, member=None, messages=[mine.id])
    async with ledger.workshop.work() as work:
        held = await own_held(work, Reader(ledger.keyring, seat.actor), seat, of)
        if held.state is HeldState.WITHDRAWN:
            return
        await _decide(work, held, {"state": HeldState.WITHDRAWN, "decided_at": work.clock.now()})
        gone = update(MessageRow).where(MessageRow.id == held.id).values(text=None, note=None)
        await work.db.execute(gone)
        beside = update(HeldRow).where(HeldRow.message_id == held.id).values(suggestion=None)
        await work.db.execute(beside)
        await begin_erasure(work, seat.actor, what=_going(seat, held.id), by=By.MEMBER)
        work.announce(PostWithdrawn(held.room_id, held.nonce))


def _going(seat: Seat, message_id: MessageId) -> Going:
    return Going(
        Kind.MESSAGE,
        room_id=seat.room_id,
        message_id=message_id,
        seat_id=seat.id,
        member_id=seat.actor.id if isinstance(seat.actor, Member) else None,
    )


async def _decide(work: Work, held: Waiting, values: dict[str, object]) -> None:
    """Decided once: raises `Conflict` where somebody was quicker."""
    decide = update(HeldRow).where(HeldRow.message_id == held.id, HeldRow.state == held.state)
    done = await work.db.execute(decide.values(**values))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict


async def withdraw_all(work: Work, actor: Member, *, seats: Sequence[SeatId]) -> None:
    """Everything of mine that waits or is hidden, as part of going for good."""
    del actor
    mine = HeldRow.seat_id.in_(seats)
    await work.db.execute(
        update(HeldRow)
        .where(mine, HeldRow.state == HeldState.HELD)
        .values(state=HeldState.WITHDRAWN, decided_at=work.clock.now())
    )
    await work.db.execute(update(HeldRow).where(mine).values(suggestion=None))
    await work.db.execute(delete(HiddenWordsRow).where(HiddenWordsRow.seat_id.in_(seats)))
    await work.db.execute(
        update(MessageRow)
        .where(MessageRow.seat_id.in_(seats), MessageRow.seq.is_(None))
        .values(text=None, note=None)
    )
