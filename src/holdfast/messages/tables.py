"""What was said, and what changed since, in one order for each room."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import BlockId, KeyId, MemberId, MessageId, RoomId, SeatId, StaffId
from holdfast.kit.tables import RowId, Table


class ChangeKind(StrEnum):
    EDITED = "edited"
    REMOVED = "removed"
    RESPONDED = "responded"
    NOTE = "note"
    ROOM_CHANGED = "room_changed"


class Why(StrEnum):
    """Why words wait for a person before a room sees them."""

    CONCERN = "concern"  # someone may be in danger
    CARE = "care"  # later words of someone who is being looked after
    CONDUCT = "conduct"  # may hurt someone here
    METHOD = "method"  # says how; waits whole
    CONTACT = "contact"  # a way to be reached, sent as it is
    ROOM = "room"  # everything in this room is read first now
    LETTER = "letter"  # nobody is on shift
    UNREAD = "unread"  # the rules could not read it
    NEWCOMER = "newcomer"  # somebody's first words, where these are read first


class HeldState(StrEnum):
    HELD = "held"
    RELEASED = "released"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class MessageRow(Table):
    """Something said. The words are sealed; `mac` tells the same words from others.

    While it is held it has no place in the room's order: `seq` comes with its release.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("seat_id", "nonce"),
    )

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    id: Mapped[MessageId] = mapped_column(info={"privacy": "link"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    seq: Mapped[int | None] = mapped_column(BigInteger, info={"privacy": "id"})
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    nonce: Mapped[str] = mapped_column(info={"privacy": "id"})
    key_id: Mapped[KeyId] = mapped_column(info={"privacy": "link"})
    mac: Mapped[bytes] = mapped_column(
        LargeBinary(16), info={"privacy": "secret"}
    )  # of the words first said
    mac_key_id: Mapped[KeyId] = mapped_column(info={"privacy": "link"})
    text: Mapped[bytes | None] = mapped_column(LargeBinary, info={"privacy": "words"})
    note: Mapped[bytes | None] = mapped_column(LargeBinary, info={"privacy": "words"})
    reply_to: Mapped[int | None] = mapped_column(BigInteger, info={"privacy": "state"})
    wants: Mapped[str | None] = mapped_column(info={"privacy": "choice"})
    written_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    edited_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    removed_by: Mapped[str | None] = mapped_column(default=None, info={"privacy": "state"})


class HeldRow(Table):
    """That a message waits, or waited, for a person; and what they decided."""

    __tablename__ = "held"
    __table_args__ = (
        Index("ix_held_state", "state", "held_at"),
        Index("ix_held_seat", "seat_id"),
    )

    message_id: Mapped[MessageId] = mapped_column(primary_key=True, info={"privacy": "link"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    why: Mapped[Why] = mapped_column(info={"privacy": "state"})
    held_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    state: Mapped[HeldState] = mapped_column(default=HeldState.HELD, info={"privacy": "state"})
    decided_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    decided_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    rule: Mapped[str | None] = mapped_column(default=None, info={"privacy": "state"})
    suggestion: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, info={"privacy": "words"}
    )  # sealed
    suggestion_key_id: Mapped[KeyId | None] = mapped_column(default=None, info={"privacy": "link"})


class ChangeRow(Table):
    """Something that changed about a message, at its own place in the order."""

    __tablename__ = "changes"
    __table_args__ = (UniqueConstraint("room_id", "seq"), UniqueConstraint("seat_id", "nonce"))

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    seq: Mapped[int] = mapped_column(BigInteger, info={"privacy": "id"})
    kind: Mapped[ChangeKind] = mapped_column(info={"privacy": "state"})
    of: Mapped[int] = mapped_column(BigInteger, info={"privacy": "link"})
    seat_id: Mapped[SeatId | None] = mapped_column(info={"privacy": "link"})
    nonce: Mapped[str | None] = mapped_column(info={"privacy": "id"})
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16), info={"privacy": "secret"})
    counts: Mapped[str | None] = mapped_column(
        info={"privacy": "state"}
    )  # JSON: of responses, or what a note or the room now says
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    key_id: Mapped[KeyId | None] = mapped_column(info={"privacy": "link"})


class HiddenWordsRow(Table):
    """Words that a moderator took out of a room, still sealed: an appeal may bring them back.

    They lie apart from the message, so that no reading of a room can show them. `frozen`: nobody
    took them out but their author, who wants them kept and not used; they come back by thawing.
    """

    __tablename__ = "hidden_words"
    __table_args__ = (Index("ix_hidden_words_seat", "seat_id"),)

    room_id: Mapped[RoomId] = mapped_column(
        ForeignKey("rooms.id"), primary_key=True, info={"privacy": "place"}
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, info={"privacy": "link"})
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    message_id: Mapped[MessageId] = mapped_column(info={"privacy": "link"})
    key_id: Mapped[KeyId] = mapped_column(info={"privacy": "link"})
    text: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "words"})
    note: Mapped[bytes | None] = mapped_column(LargeBinary, info={"privacy": "words"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    frozen: Mapped[bool] = mapped_column(
        default=False, server_default=false(), info={"privacy": "choice"}
    )


class ResponseRow(Table):
    """One seat's response to one message."""

    __tablename__ = "responses"

    room_id: Mapped[RoomId] = mapped_column(
        ForeignKey("rooms.id"), primary_key=True, info={"privacy": "place"}
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, info={"privacy": "link"})
    seat_id: Mapped[SeatId] = mapped_column(
        ForeignKey("seats.id"), primary_key=True, info={"privacy": "link"}
    )
    response: Mapped[str] = mapped_column(primary_key=True, info={"privacy": "choice"})


class UnfoldedRow(Table):
    """A message whose responses changed and were not yet told to the room."""

    __tablename__ = "unfolded"

    room_id: Mapped[RoomId] = mapped_column(
        ForeignKey("rooms.id"), primary_key=True, info={"privacy": "place"}
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, info={"privacy": "place"})


class RetentionRow(Table):
    """For how long words are kept, in one kind of room or in one room; the newest row stands.

    No `days`: this room has no time of its own any more, and its kind's holds.
    """

    __tablename__ = "retentions"
    __table_args__ = (
        Index("ix_retentions_kind", "kind"),
        Index("ix_retentions_room", "room_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    kind: Mapped[str | None] = mapped_column(info={"privacy": "place"})
    room_id: Mapped[RoomId | None] = mapped_column(
        ForeignKey("rooms.id"), info={"privacy": "place"}
    )
    days: Mapped[int | None] = mapped_column(info={"privacy": "place"})
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class ForgettingRow(Table):
    """One night's erasing in one room: how far it came, counted, never whose words."""

    __tablename__ = "forgettings"
    __table_args__ = (UniqueConstraint("room_id", "before"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    before: Mapped[datetime] = mapped_column(
        info={"privacy": "time"}
    )  # words from before this moment were to go
    began_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    messages: Mapped[int] = mapped_column(default=0, info={"privacy": "place"})
    kept: Mapped[int] = mapped_column(
        default=0, info={"privacy": "place"}
    )  # named in something open
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class BlockKind(StrEnum):
    """`mute`: I do not see them. `block`: neither of us sees the other."""

    MUTE = "mute"
    BLOCK = "block"


class BlockRow(Table):
    """That a member does not want to see a person, wherever they meet and under whatever name.

    `seat_id` and `pseudonym` are where it was set, as it was then: all that is ever shown of it.
    """

    __tablename__ = "blocks"
    __table_args__ = (
        UniqueConstraint("member_id", "seat_id"),
        Index("ix_blocks_other", "other_id"),
    )

    id: Mapped[BlockId] = mapped_column(primary_key=True, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    other_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    pseudonym: Mapped[str] = mapped_column(info={"privacy": "link"})
    kind: Mapped[BlockKind] = mapped_column(info={"privacy": "choice"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class HideRow(Table):
    """One message that one member does not want to see."""

    __tablename__ = "hides"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "link"}
    )
    room_id: Mapped[RoomId] = mapped_column(
        ForeignKey("rooms.id"), primary_key=True, info={"privacy": "place"}
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, info={"privacy": "link"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class GoingRow(Table):
    """That a message goes by itself, as its author chose.

    Of a post that waits for a person the time counts from when it is shown: no `at` until then.
    """

    __tablename__ = "goings"
    __table_args__ = (Index("ix_goings_at", "at"),)

    message_id: Mapped[MessageId] = mapped_column(primary_key=True, info={"privacy": "link"})
    hours: Mapped[int] = mapped_column(BigInteger, info={"privacy": "choice"})
    at: Mapped[datetime | None] = mapped_column(info={"privacy": "time"})


class FadingRow(Table):
    """That nobody can come back as this member any more: no words, no passkey, no open session."""

    __tablename__ = "fadings"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info={"privacy": "link"},
    )
    since: Mapped[datetime] = mapped_column(info={"privacy": "time"})
