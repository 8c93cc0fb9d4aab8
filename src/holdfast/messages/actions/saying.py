"""Saying something: read first, then decide, then seal and put in line."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from holdfast.kit.ids import MemberId, MessageId
from holdfast.kit.limits import Pace
from holdfast.kit.tables import to_millis
from holdfast.kit.tokens import random_bytes_id
from holdfast.messages.access import message_to_quote
from holdfast.messages.actions.between import ready_key, ready_to_say
from holdfast.messages.events import Quote
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Accepted, Kept, Post, Row, Ticket
from holdfast.messages.queries import Reader
from holdfast.messages.rules import Draft
from holdfast.messages.rules.expiring import hours_of
from holdfast.messages.rules.fates import SAID, Circumstances, Fate, fate_between, fate_of
from holdfast.rights.rules import Member
from holdfast.rooms.access import Seat, still_to_speak
from holdfast.rooms.rules.states import RoomState
from holdfast.rooms.tables import RoomKind
from holdfast.screening.detector import unread
from holdfast.screening.reading import Read
from holdfast.screening.signals import Reading
from holdfast.sealing.between import seal_alone
from holdfast.sealing.seam import Place, Sealed, day_of

MEMBER_PACE = Pace(every=1.5, burst=12)
FIRST_WORDS = Pace(every=20, burst=3)  # while they are read before the room sees them
ROOM_PACE = Pace(every=0.05, burst=100)
UNREAD = Fate("unread")
NEVER_HELD = frozenset({RoomKind.SIDE, RoomKind.LISTENING})
SOMEONE_MUST_LOOK = Reading(level=3)  # said where nothing is held, and no rule could read it


async def post_message(ledger: Ledger, seat: Seat, draft: Draft) -> Accepted | Kept:
    """Say something in a room. Saying it twice with one nonce says it once.

    `Kept` where a person reads it first. Raises `NotFound` when the seat is gone or a reply refers
    to nothing, `TooFast`, `NonceTaken` for other words under the same nonce, `ContactDetail`,
    `Hushed`, `Quiet`, and `NotKept` when the disk or database would not.
    """
    quote = await prepared_to_post(ledger, seat, draft)
    return await say(ledger, seat, draft, quote)


async def prepared_to_post(ledger: Ledger, seat: Seat, draft: Draft) -> Quote | None:
    """Look up what saying this needs: today's key, and what it replies to."""
    if seat.kind is RoomKind.LISTENING:
        await ready_to_say(ledger, seat, draft.nonce)
    else:
        await ledger.keyring.fetch(seat.id, day_of(ledger.clock.now()))
    if draft.reply_to is None:
        return None
    async with ledger.workshop.reading() as work:
        reader = Reader(ledger.keyring, seat.actor)
        return await message_to_quote(work, reader, seat, draft.reply_to)


def is_prepared(ledger: Ledger, seat: Seat, draft: Draft) -> bool:
    """Whether nothing need be looked up: the way of nearly all messages on the live line."""
    if draft.reply_to is not None or seat.kind is RoomKind.LISTENING:
        return False
    return ledger.keyring.holds(seat.id, day_of(ledger.clock.now()))


class Heard(Struct):
    """Words and content note as they were read, and the graver of the two readings."""

    text: Read
    note: Read | None
    reading: Reading
    is_read: bool  # False: the rules broke over it


def hear(ledger: Ledger, seat: Seat, text: str, note: str | None) -> Heard:
    """Read what somebody is about to say. Nothing is ever said unread."""
    words = ledger.read(text, seat.actor, seat.language)
    if note is None:
        if words is None:
            return Heard(lost := unread(text), None, lost.reading, is_read=False)
        return Heard(words, None, words.reading, is_read=True)
    noted = ledger.read(note, seat.actor, seat.language)
    if words is None or noted is None:
        lost = unread(text)
        return Heard(words or lost, noted or unread(note), lost.reading, is_read=False)
    graver = max(words.reading, noted.reading, key=lambda reading: reading.concern)
    joined = Reading(
        graver.level,
        tuple(dict.fromkeys((*words.reading.tracks, *noted.reading.tracks))),
        words.reading.signals + noted.reading.signals,
    )
    return Heard(words, noted, joined, is_read=True)


def fate_in(ledger: Ledger, seat: Seat, heard: Heard, *, as_is: bool) -> Fate:
    """What becomes of words here. In a side space everything is said, and so is what staff say."""
    if seat.kind is RoomKind.SIDE or not isinstance(seat.actor, Member):
        return SAID
    if seat.kind is RoomKind.LISTENING:
        return fate_between(heard.reading, ledger.stop_of(seat))
    if not heard.is_read:
        return UNREAD
    if not heard.reading.signals and is_ordinary(ledger, seat):
        return SAID
    return fate_of(heard.reading, circumstances(ledger, seat, as_is=as_is))


def is_ordinary(ledger: Ledger, seat: Seat) -> bool:
    """A live room and a writer nobody is with, or stopped: the way of nearly all messages."""
    member_id: MemberId = seat.actor.id  # type: ignore[union-attr, assignment]
    return (
        seat.id not in ledger.hushes
        and member_id not in ledger.pauses
        and member_id not in ledger.frozen
        and member_id not in ledger.cared_for
        and seat.room_id not in ledger.read_first
        and member_id not in ledger.only_just
        and ledger.state_of(seat) is RoomState.LIVE
    )


def circumstances(ledger: Ledger, seat: Seat, *, as_is: bool = False) -> Circumstances:
    cared_for = isinstance(seat.actor, Member) and seat.actor.id in ledger.cared_for
    return Circumstances(
        ledger.state_of(seat),
        cared_for,
        as_is,
        ledger.stop_of(seat),
        ledger.awaits_first_reading(seat),
    )


def say(
    ledger: Ledger,
    seat: Seat,
    draft: Draft,
    quote: Quote | None = None,
    *,
    unhurried: bool = True,
    whole: Reading | None = None,
) -> Ticket:
    """Enter a prepared message: check, read, seal, put in line. The hot path, without waiting.

    `unhurried` False: words that must not wait for a pace, because they were refused elsewhere.
    `whole`: what all of the words say of which these are a piece.
    """
    seat = still_to_speak(seat)
    heard = hear(ledger, seat, draft.text, draft.note)
    if whole is not None or (not heard.is_read and seat.kind in NEVER_HELD):
        heard.reading = whole or SOMEONE_MUST_LOOK
    if unhurried:
        keep_pace(ledger, seat)
    hear_pieces(ledger, seat, draft, heard)
    fate = fate_in(ledger, seat, heard, as_is=draft.as_is)
    note_fate(ledger, seat, draft, heard, fate)
    if fate.refusal is not None:
        raise fate.refusal
    if fate.why == "newcomer":
        ledger.limits.take(("first words", seat.id), FIRST_WORDS)
    if seat.room_id in ledger.slow:
        _keep_slow(ledger, seat, draft.nonce, fate)
    post = _sealed(ledger, seat, draft, heard, fate)
    post.quote = quote
    ledger.enter(post)
    return post.ticket


def note_fate(ledger: Ledger, seat: Seat, said: Said, heard: Heard, fate: Fate) -> None:
    """Whoever looks after people learns what became of words that are not simply said.

    A way to be reached that goes out between two, because somebody may be in danger, is a try.
    """
    if fate is SAID and heard.reading.contact and seat.kind is RoomKind.LISTENING:
        fate = Fate("contact")
    if fate is SAID or not isinstance(seat.actor, Member):
        return
    refused = fate.refusal is not None or fate.why == "contact"
    nonce = ledger.refused.named(seat.id, said.nonce, said.meaning) if refused else said.nonce
    ledger.fated(seat, nonce, fate)


def hear_pieces(ledger: Ledger, seat: Seat, said: Words, heard: Heard) -> None:
    """Words that complete what was begun a message or two ago are read as the whole of it."""
    if seat.kind is RoomKind.SIDE or not isinstance(seat.actor, Member):
        return
    now = ledger.clock.ticks()
    found = ledger.trails.look(seat.id, said.nonce, said.text, now, said.note)
    if found:
        heard.reading = replace(heard.reading, signals=heard.reading.signals + found)


def _sealed(ledger: Ledger, seat: Seat, draft: Draft, heard: Heard, fate: Fate) -> Post:
    now = ledger.clock.now()
    message_id = MessageId(random_bytes_id())
    sealed, note, mac = sealed_words(ledger, seat, draft, message_id, heard)
    return Post(
        seat=seat,
        nonce=draft.nonce,
        at=to_millis(now),
        message_id=message_id,
        key_id=sealed.key,
        mac=mac,
        text=sealed.data,
        note=note,
        reply_to=draft.reply_to,
        wants=draft.wants,
        plain=draft.text,
        plain_note=draft.note,
        meaning=draft.meaning,
        why=fate.why,
        wait=ledger.wait_in(seat) if fate.why else None,
        follows=follows(ledger, seat, message_id, heard.reading, held=fate.why is not None),
        goes_after=goes_after(ledger, seat, draft.expires),
    )


class Said(Protocol):
    """What is about to be said, or to be said instead: its nonce, and what tells it from others."""

    @property
    def nonce(self) -> str: ...
    @property
    def meaning(self) -> str: ...


class Words(Said, Protocol):
    """The same, with the words themselves and the note above them."""

    @property
    def text(self) -> str: ...
    @property
    def note(self) -> str | None: ...


def sealed_words(
    ledger: Ledger, seat: Seat, said: Said, message_id: MessageId, heard: Heard
) -> tuple[Sealed, bytes | None, bytes]:
    """Words, the note above them, and what tells them from other words.

    Between two each message has a key of its own; elsewhere it is the seat's of this day.
    """
    place = Place(seat.room_id, message_id, seat.id)
    noted, keyring = replace(place, part=b"n"), ledger.keyring
    if seat.kind is RoomKind.LISTENING:
        key = ready_key(seat, said.nonce)
        note = None if heard.note is None else seal_alone(key, heard.note, noted).data
        return seal_alone(key, heard.text, place), note, key.mac(said.meaning.encode())
    day = day_of(ledger.clock.now())
    sealed = keyring.seal(heard.text, place, day)
    note = None if heard.note is None else keyring.seal(heard.note, noted, day).data
    return sealed, note, keyring.mac(sealed.key, said.meaning)


def goes_after(ledger: Ledger, seat: Seat, expires: str | None) -> int | None:
    """After how many hours it goes by itself: as chosen, and never later than its room's words."""
    if expires is None:
        return None
    policy = ledger.known.kept
    kept = None if policy is None else policy.days_for(seat.kind.value, seat.room_id)
    return hours_of(expires, kept)


def _keep_slow(ledger: Ledger, seat: Seat, nonce: str, fate: Fate) -> None:
    """What a slowed room asks of members; what may be a goodbye waits for nothing."""
    if isinstance(seat.actor, Member) and fate.why not in {"concern", "care"}:
        ledger.keep_slow(seat, nonce)


def follows(
    ledger: Ledger, seat: Seat, message_id: MessageId, reading: Reading, *, held: bool
) -> tuple[Row, ...]:
    """The rows that go into a message's own transaction because of what was read in it."""
    if reading.level == 0 or not isinstance(seat.actor, Member):
        return ()
    return ledger.signal_rows(seat, message_id, reading, held, to_millis(ledger.clock.now()))


def keep_pace(ledger: Ledger, seat: Seat) -> None:
    ledger.limits.take(("seat", seat.id), MEMBER_PACE)
    ledger.limits.take(("room", seat.room_id), ROOM_PACE)
