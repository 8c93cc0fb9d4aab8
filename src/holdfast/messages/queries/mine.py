"""Everything kept about one member: what `export` hands over and `erase` takes away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import select

from holdfast.kit.clock import stamp
from holdfast.kit.work import Work
from holdfast.members.queries import kept_about
from holdfast.messages.queries import Reader, in_room, messages_at
from holdfast.messages.queries.blocks import kept_unseen
from holdfast.messages.queries.held import held_in_seat
from holdfast.messages.tables import MessageRow, ResponseRow
from holdfast.notices.queries import kept_of_notices
from holdfast.rights.rules import Member
from holdfast.rooms.tables import RoomRow, SeatRow
from holdfast.wellbeing.queries import kept_in_plan

Kept = Callable[[Work, Reader, Member], Awaitable[dict[str, Any]]]  # of a slice above this one


async def everything_about(
    work: Work, reader: Reader, member: Member, above: Sequence[Kept] = ()
) -> dict[str, Any]:
    """All that is kept about me: my own words and choices, nobody else's.

    `above`: asks the slices above this one, which it does not know.
    """
    rooms = [
        await _in_one_room(work, reader, seat, slug) for seat, slug in await seats(work, member)
    ]
    plan = await kept_in_plan(work, reader.keyring.root, member)
    unseen = await kept_unseen(work, member.id)
    told = await kept_of_notices(work, member)
    more: dict[str, Any] = {}
    for kept in above:
        more |= await kept(work, reader, member)
    mine = {**await kept_about(work, member), **plan, **unseen, **told}
    return {**mine, **more, "rooms": rooms}


async def seats(work: Work, member: Member) -> list[tuple[SeatRow, str]]:
    """Every seat a member has or had, with its room's slug."""
    query = (
        select(SeatRow, RoomRow.slug)
        .join(RoomRow, RoomRow.id == SeatRow.room_id)
        .where(SeatRow.member_id == member.id)
        .order_by(SeatRow.id)
    )
    return list(await work.db.execute(query))


async def standing_messages(work: Work, seat: SeatRow) -> list[int]:
    """The seqs of what a seat said and has not taken back."""
    query = select(MessageRow.seq).where(
        MessageRow.seat_id == seat.id,
        MessageRow.removed_by.is_(None),
        MessageRow.seq.is_not(None),
    )
    return [seq for seq in await work.db.scalars(query.order_by(MessageRow.seq)) if seq is not None]


async def _in_one_room(work: Work, reader: Reader, seat: SeatRow, slug: str) -> dict[str, Any]:
    query = in_room(seat.room_id).where(MessageRow.seat_id == seat.id)
    mine = (await work.db.execute(query)).all()
    said = await messages_at(work, reader, seat.room_id, [row.seq for row in mine])
    nonces = {row.seq: row.nonce for row in mine}
    answers = select(ResponseRow.seq, ResponseRow.response).where(ResponseRow.seat_id == seat.id)
    return {
        "room": slug,
        "seat": seat.handle,
        "pseudonym": seat.pseudonym,
        "avatar": seat.avatar,
        "taken_at": stamp(seat.taken_at),
        "left_at": stamp(seat.left_at) if seat.left_at else None,
        "read_up_to": seat.read_seq,
        "messages": [
            {
                "seq": m.seq,
                "nonce": nonces[m.seq],
                "text": m.text,
                "note": m.note,
                "reply_to": m.reply_to,
                "wants": m.wants,
                "at": stamp(m.at),
                "edited_at": stamp(m.edited_at) if m.edited_at else None,
                "removed": m.removed,
                "expires_at": stamp(m.expires_at) if m.expires_at else None,
            }
            for m in said
        ],
        "held": await _held(work, reader, seat),
        "responses": [
            {"to": seq, "response": response} for seq, response in await work.db.execute(answers)
        ],
    }


async def _held(work: Work, reader: Reader, seat: SeatRow) -> list[dict[str, Any]]:
    """My words that wait for a person, or that came back."""
    return [
        {
            "nonce": one.nonce,
            "text": one.text,
            "note": one.note,
            "why": one.why,
            "state": one.state,
            "at": stamp(one.written_at),
            "rule": one.rule,
            "suggestion": one.suggestion,
        }
        for one in await held_in_seat(work, reader, seat.id)
    ]
