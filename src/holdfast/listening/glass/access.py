"""The only door to a request to open words between two people, and to one's own key for it."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.boxes import Pair, unlock_with
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MemberId, RoomId, StaffId
from holdfast.kit.work import Work
from holdfast.listening.glass.queries import asked_of, key_of, marks_of
from holdfast.listening.glass.rules import (
    NobodyElse,
    NoKey,
    NotOpen,
    Stage,
    WrongWords,
    half_of,
    is_same_human,
    stage_of,
)
from holdfast.listening.glass.tables import GlassKeyRow, GlassRequestRow, GlassTellingRow
from holdfast.members.rules.phrases import normalise_phrase
from holdfast.rights.rules import Actor, Member, Permission, Staff, may
from holdfast.rooms.tables import RoomKind, RoomRow
from holdfast.staff.access import fresh_staff

WORDS = b"break-glass, words"


class Grounds(Struct, frozen=True):
    """The open work that a conversation is opened for, as its own door found it."""

    about: str  # `escalation:12`, `case:7`
    room_id: RoomId


def glass_to_see(actor: Actor) -> Staff:
    """Raises `NotFound` for who has no business with it."""
    if not isinstance(actor, Staff) or not may(actor, Permission.GLASS_AGREE):
        raise NotFound
    return actor


def glass_to_use(work: Work, actor: Actor, permission: Permission) -> Staff:
    """The same, for who may do this and showed a moment ago who they are.

    Raises `NotFound`, `FreshSignInNeeded`.
    """
    staff = glass_to_see(actor)
    if not may(staff, permission) or half_of(staff.role) is None:
        raise NotFound
    return fresh_staff(work, staff)


async def talk_to_open(work: Work, grounds: Grounds) -> RoomRow:
    """The room of two that this work is about. Raises `NotFound` for every other room."""
    room = await work.db.get(RoomRow, grounds.room_id)
    if room is None or room.kind is not RoomKind.LISTENING:
        raise NotFound
    return room


async def request_to_see(work: Work, actor: Actor, request_id: int) -> GlassRequestRow:
    """A request, for who may agree to one. Raises `NotFound`."""
    glass_to_see(actor)
    row = await work.db.get(GlassRequestRow, request_id)
    if row is None:
        raise NotFound
    return row


async def request_in_hand(work: Work, request_id: int) -> GlassRequestRow:
    """The same, for one work at a time. Raises `NotFound`."""
    query = select(GlassRequestRow).where(GlassRequestRow.id == request_id)
    row: GlassRequestRow | None = await work.db.scalar(
        query.with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row


async def request_to_read(work: Work, actor: Actor, request_id: int) -> GlassRequestRow:
    """One whose words this person may have opened now: their own, agreed to, not over.

    Raises `NotFound`, `NotOpen`.
    """
    staff = glass_to_see(actor)
    if not may(staff, Permission.GLASS_ASK):
        raise NotFound
    row = await request_in_hand(work, request_id)
    stage = stage_of(asked_of(row), work.clock.now())
    if row.asked_by != staff.id or stage not in (Stage.AGREED, Stage.OPEN):
        raise NotOpen
    return row


async def must_be_another(work: Work, actor: Staff, other: StaffId) -> None:
    """Raises `NobodyElse` for the same account, and for two accounts of one human."""
    if other == actor.id:
        raise NobodyElse
    if is_same_human(await marks_of(work, actor.id), await marks_of(work, other)):
        raise NobodyElse


async def living_key(work: Work, staff: Staff) -> GlassKeyRow:
    """Somebody's key that is in force, of the half that is theirs now. Raises `NoKey`."""
    row = await key_of(work, staff.id)
    if row is None or row.ended_at is not None or row.typed_at is None:
        raise NoKey
    if row.half is not half_of(staff.role):
        raise NoKey  # they made it in another role: two of one half open nothing
    return row


def unlocked(root: RootKey, row: GlassKeyRow, words: str) -> Pair:
    """The pair behind somebody's seven words. Raises `WrongWords`."""
    try:
        private = unlock_with(secret_of(root, words), WORDS, row.wrapped, row.public)
    except WrongKey:
        raise WrongWords from None
    return Pair(row.public, private)


def secret_of(root: RootKey, words: str) -> bytes:
    """What a key is locked under: the words however they were typed, and the place they are for."""
    return normalise_phrase(words).encode() + b"|" + root.derive(WORDS)


async def my_telling(work: Work, actor: Actor, telling_id: int) -> GlassTellingRow:
    """Something that I was told. Raises `NotFound`."""
    row = await work.db.get(GlassTellingRow, telling_id, with_for_update=True)
    if row is None or not isinstance(actor, Member) or row.member_id != MemberId(actor.id):
        raise NotFound
    return row
