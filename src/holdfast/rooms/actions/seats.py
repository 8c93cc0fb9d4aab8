"""Everything that can be done to rooms and seats."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from holdfast.kit.errors import Conflict, Malformed, NotFound, NotPermitted
from holdfast.kit.ids import MemberId
from holdfast.kit.tokens import random_handle
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.members.access import myself
from holdfast.members.queries import settled_members
from holdfast.members.rules.names import roll, wordbook
from holdfast.rights.rules import Actor, Member, Permission, System, may
from holdfast.rooms.access import Seat, may_make_rooms, room_to_see, seat_in
from holdfast.rooms.events import SeatLeft, SeatRenamed, SeatTaken
from holdfast.rooms.queries import names_in_use, seats_ever, seats_of
from holdfast.rooms.rules import FIRST_ROOMS, Plan, is_slug, is_whole
from holdfast.rooms.rules.guiding import RoomClosed
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState, SeatRow

GONE = N_("Someone who left")
NEWCOMERS_READ = 200  # entries of a room from before they sat down
NOT_WHOLE = N_(
    "A room has a name of 1 to 60 letters, a topic of 1 to 200, at most 1,000 about "
    "it, and a language such as en or pt-BR."
)


async def make_room(work: Work, actor: Actor, *, plan: Plan, language: str) -> RoomRow:
    """Make an open room.

    Raises `NotPermitted`, `Malformed` for an address or words that cannot be, `Conflict` for an
    address that is taken.
    """
    may_make_rooms(actor)
    if not is_slug(plan.slug):
        raise Malformed(N_("A room’s address has small letters, digits and single hyphens."))
    if not is_whole(plan, language):
        raise Malformed(NOT_WHOLE)
    row = RoomRow(
        slug=plan.slug, name=plan.name, topic=plan.topic, about=plan.about, language=language
    )
    work.db.add(row)
    try:
        await work.db.flush()
    except IntegrityError:
        taken = N_("There is already a room at that address.")
        raise Conflict(taken, code="slug_taken") from None
    return row


async def open_first_rooms(work: Work, actor: System) -> None:
    """Make the rooms of a first start, in a community that has none."""
    if await work.db.scalar(select(RoomRow.id).limit(1)) is None:
        for plan in FIRST_ROOMS:
            await make_room(work, actor, plan=plan, language="en")


async def take_seat(work: Work, actor: Actor, *, slug: str) -> SeatRow:
    """Take a seat in a room, or find mine. Idempotent; a seat once left is taken up again.

    Raises `RoomClosed` where somebody has none and nobody writes any more.
    """
    room = await room_to_see(work, actor, slug)
    if not isinstance(actor, Member) or not may(actor, Permission.SEAT_TAKE):
        raise NotPermitted(N_("Seats are for members. Come in as a member to sit down."))
    me = await myself(work, actor)
    if room.age_band != me.age_band:
        raise NotFound
    # One at a time finds a name and sits down.
    await work.db.refresh(room, with_for_update={"key_share": True})
    mine = SeatRow.room_id == room.id, SeatRow.member_id == actor.id
    row = await work.db.scalar(select(SeatRow).where(*mine))
    if row is not None:
        if row.left_at is not None:
            work.announce(SeatTaken(room.id, row.id, actor.id))
        row.left_at = None
        return row
    if room.state is RoomState.CLOSED:
        raise RoomClosed
    taken = await names_in_use(work, room.id)
    kept = me.kept_name if me.kept_name not in taken else None
    first = me.first_name if me.first_name not in taken else None
    me.first_name = None
    row = SeatRow(
        handle=random_handle(),
        room_id=room.id,
        member_id=actor.id,
        pseudonym=kept or first or new_name(room.language, taken),
        avatar=(kept and me.kept_avatar) or secrets.token_hex(8),
        taken_at=work.clock.now(),
        read_seq=room.head,
        reads_after=await _reads_after(work, actor, room),
    )
    work.db.add(row)
    await work.db.flush()
    work.announce(SeatTaken(room.id, row.id, actor.id))
    return row


async def _reads_after(work: Work, member: Member, room: RoomRow) -> int:
    """How far back somebody who sits down may read: a newcomer, as far as makes sense of it."""
    if room.kind is not RoomKind.OPEN or await settled_members(work, among=[member.id]):
        return 0
    return max(0, room.head - NEWCOMERS_READ)


async def open_history(work: Work, actor: System, *, members: Collection[MemberId]) -> None:
    """These are newcomers no longer: in the open rooms they read back as far as anybody."""
    del actor
    rooms = select(RoomRow.id).where(RoomRow.kind == RoomKind.OPEN)
    theirs = SeatRow.member_id.in_(members), SeatRow.room_id.in_(rooms), SeatRow.reads_after > 0
    await work.db.execute(update(SeatRow).where(*theirs).values(reads_after=0))


def new_name(language: str, taken: set[str], rolled: tuple[str, ...] = ()) -> str:
    """A pseudonym that nobody in the room has or had."""
    return roll(secrets.randbelow, taken=taken, rolled=rolled, book=wordbook(language))


async def leave_seat(work: Work, actor: Actor, *, slug: str) -> None:
    """Give up a seat. What was said stays; its author is no longer here."""
    seat = await seat_in(work, actor, slug)
    gone = update(SeatRow).where(SeatRow.id == seat.id).values(left_at=work.clock.now())
    await work.db.execute(gone)
    work.announce(SeatLeft(room_id=seat.room_id, seat_id=seat.id))


async def rename_seat(work: Work, seat: Seat, *, rolled: tuple[str, ...]) -> str:
    """Another pseudonym in this room, for what is said from now on and for all said before.

    `rolled` are those shown already; after five the wheel stops.
    """
    row = await work.db.get_one(SeatRow, seat.id)
    taken = await names_in_use(work, seat.room_id)
    row.pseudonym = new_name("en", taken, rolled)
    row.avatar = secrets.token_hex(8)
    work.announce(SeatRenamed(row.id))
    return row.pseudonym


async def dress_seat(work: Work, seat: Seat, *, pseudonym: str, avatar: str) -> None:
    """Give a seat a name and picture that were chosen elsewhere, as for the town's people."""
    row = await work.db.get_one(SeatRow, seat.id)
    row.pseudonym, row.avatar = pseudonym, avatar
    work.announce(SeatRenamed(row.id))


async def keep_name(work: Work, actor: Member, *, seat: Seat) -> None:
    """Wear this room's name and picture in every room I go into from now on."""
    me = await myself(work, actor)
    me.kept_name, me.kept_avatar = seat.author.pseudonym, seat.author.avatar


async def leave_all_seats(work: Work, actor: Member) -> None:
    """Give up every seat at once, as the first step of going for good."""
    for row in await seats_of(work, actor.id):
        row.left_at = work.clock.now()
        work.announce(SeatLeft(room_id=row.room_id, seat_id=row.id))


async def forget_seats(work: Work, actor: Member) -> None:
    """What is left of a member's seats: places in the order, without a person."""
    for row in await seats_ever(work, actor.id):
        row.member_id, row.pseudonym, row.avatar = None, GONE, secrets.token_hex(8)
        row.left_at = row.left_at or work.clock.now()
        work.announce(SeatLeft(room_id=row.room_id, seat_id=row.id))


async def mark_read(work: Work, seat: Seat, *, seq: int) -> None:
    """Move my read mark forward; it never moves back, nor past what was said."""
    head = select(RoomRow.head).where(RoomRow.id == seat.room_id).scalar_subquery()
    move = (
        update(SeatRow)
        .where(SeatRow.id == seat.id, SeatRow.read_seq < seq, head >= seq)
        .values(read_seq=seq)
    )
    await work.db.execute(move)
