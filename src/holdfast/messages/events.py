"""Facts about messages. Each takes a place in its room's order and says who made it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from holdfast.kit.clock import stamp
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.words import NP_, say
from holdfast.kit.work import Event
from holdfast.rooms.access import Author

EXCERPT = 120


class Quote(Struct, frozen=True):
    """What a reply refers to: by reference only, drawn anew whenever it is shown."""

    seq: int
    pseudonym: str
    excerpt: str
    note: str | None = None


class MessagePosted(Struct):
    """A message as it stands now: new, edited or removed."""

    room_id: RoomId
    seq: int
    owner: SeatId
    author: Author
    nonce: str
    text: str
    at: datetime
    note: str | None = None
    reply_to: int | None = None
    quote: Quote | None = None
    wants: str | None = None
    edited_at: datetime | None = None
    removed: str | None = None
    expires_at: datetime | None = None  # when it goes by itself, as its author chose

    def restated(self, now: MessagePosted) -> MessagePosted | None:
        """This message, where it quotes one that has changed: without the words of before."""
        if self.quote is None or self.quote.seq != now.seq:
            return None
        return replace(self, quote=quote_of(now))


def quote_of(message: MessagePosted) -> Quote:
    """One line of a message; of one with a content note only the note, of a removed one nothing."""
    line = "" if message.removed or message.note else " ".join(message.text.split())
    short = line if len(line) <= EXCERPT else line[:EXCERPT].rsplit(" ", 1)[0] + "…"
    return Quote(message.seq, message.author.pseudonym, short, message.note)


class MessageEdited(Struct):
    room_id: RoomId
    seq: int
    owner: SeatId
    of: int
    text: str
    note: str | None
    at: datetime
    now: MessagePosted | None = None

    def restated(self, now: MessagePosted) -> MessageEdited | None:
        """This change, where the same message has changed again: never with its older words."""
        if self.of != now.seq:
            return None
        return replace(self, text=now.text, note=now.note, now=now)


class MessageRemoved(Struct):
    room_id: RoomId
    seq: int
    owner: SeatId | None
    of: int
    by: str
    at: datetime
    now: MessagePosted | None = None


class MessageResponded(Struct):
    room_id: RoomId
    seq: int
    of: int
    counts: dict[str, int]
    owner: SeatId | None = None
    given: frozenset[tuple[int, str]] = frozenset()  # (seat, response); never told to anybody


class NoteLeft(Struct):
    """A line of the house: which one, and what stands in it. Drawn in the reader's language.

    The name in it, if any, is of staff; `numbers` are never about a person.
    """

    room_id: RoomId
    seq: int
    note: str
    person: str
    at: datetime
    owner: SeatId | None = None
    numbers: dict[str, int] = field(default_factory=dict)


class Skipped(Struct):
    """In the place of something that a reader does not see. It is the same whatever it was."""

    room_id: RoomId
    seq: int
    owner: SeatId | None = None


class RoomChanged(Struct):
    """What the room is now: its state and, where known, until when."""

    room_id: RoomId
    seq: int
    facts: dict[str, Any]
    owner: SeatId | None = None


class WordsForgotten(Event, frozen=True):
    """Words were kept as long as this room keeps them, and are erased now."""

    room_id: RoomId
    on_screens: bool  # somebody may still have them before them


class PostReturned(Event, frozen=True):
    """Held words were given back to the member who wrote them."""

    member_id: MemberId
    slug: str
    nonce: str
    rule: str
    words: str
    suggestion: str | None


class SightChanged(Event, frozen=True):
    """What these members see of each other, or of one message, is different from now on."""

    members: tuple[MemberId, ...]


class PostReleased(Event, frozen=True):
    """Held words are in their room now, at this place."""

    seat_id: SeatId
    seq: int


class PostWithdrawn(Event, frozen=True):
    """A member took back words that were held."""

    room_id: RoomId
    nonce: str


Changed = MessageEdited | MessageRemoved | MessageResponded
Entry = MessagePosted | Changed | NoteLeft | RoomChanged | Skipped


def avatar_url(seed: str) -> str:
    """Where an avatar is served; the seed is the seat's own."""
    return f"/avatars/{seed}.svg"


def posted_fields(message: MessagePosted, slug: str, *, own: bool) -> dict[str, Any]:
    """A message as `posted` says it and as the API lists it."""
    fields: dict[str, Any] = {"event": "posted", "room": slug, "seq": message.seq}
    if own:
        fields["nonce"] = message.nonce
    author = message.author
    fields["author"] = {
        "seat": author.seat,
        "pseudonym": author.pseudonym,
        "avatar": avatar_url(author.avatar),
    }
    if author.badge:
        fields["author"]["badge"] = author.badge
    fields["text"] = message.text
    if message.note is not None:
        fields["note"] = message.note
    if message.reply_to is not None:
        fields["reply_to"] = message.reply_to
    if message.wants is not None:
        fields["wants"] = message.wants
    fields["at"] = stamp(message.at)
    if message.edited_at is not None:
        fields["edited_at"] = stamp(message.edited_at)
    if message.removed is not None:
        fields["removed"] = message.removed
    elif message.expires_at is not None:
        fields["expires_at"] = stamp(message.expires_at)
    return fields


def edited_fields(edit: MessageEdited, slug: str) -> dict[str, Any]:
    fields = {"event": "edited", "room": slug, "seq": edit.seq, "of": edit.of, "text": edit.text}
    if edit.note is not None:
        fields["note"] = edit.note
    return fields | {"at": stamp(edit.at)}


def announced(
    room: RoomId, seq: int, kind: str, facts: dict[str, Any], at: datetime
) -> NoteLeft | RoomChanged:
    """The event of an announcement, when it is made and when it is replayed."""
    if kind == "note":
        numbers = {key: value for key, value in facts.items() if isinstance(value, int)}
        return NoteLeft(room, seq, facts["note"], facts["person"], at, numbers=numbers)
    return RoomChanged(room, seq, facts)


NOTES = {
    "care": NP_(
        "safety",
        "%(person)s is with someone from this room. It can be heavy to read such things. "
        "Take a breath, step away if you like, and tell us if you want someone too.",
    ),
    "check_in": NP_(
        "safety",
        "%(person)s said we would ask again today. How are you now? Write here whenever you like.",
    ),
}


def note_words(note: NoteLeft, locale: str) -> str:
    """A line of the house in the reader's language."""
    return say(locale, NOTES[note.note], person=note.person, **note.numbers)


def entry_fields(entry: Entry, slug: str, *, own: bool) -> dict[str, Any]:
    """Any sequenced event as the wire says it."""
    match entry:
        case MessagePosted():
            return posted_fields(entry, slug, own=own)
        case MessageEdited():
            return edited_fields(entry, slug)
        case MessageRemoved():
            return {
                "event": "removed",
                "room": slug,
                "seq": entry.seq,
                "of": entry.of,
                "by": entry.by,
                "at": stamp(entry.at),
            }
        case MessageResponded():
            return {
                "event": "responded",
                "room": slug,
                "seq": entry.seq,
                "of": entry.of,
                "counts": entry.counts,
            }
        case NoteLeft():
            return {
                "event": "note",
                "room": slug,
                "seq": entry.seq,
                "text": note_words(entry, "en"),
                "at": stamp(entry.at),
            }
        case RoomChanged():
            return {"event": "room_changed", "room": slug, "seq": entry.seq, **entry.facts}
        case Skipped():
            return {"event": "skipped", "room": slug, "seq": entry.seq}
