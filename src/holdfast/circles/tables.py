"""Wishes, what was proposed to those who wait, circles, and who sits in them how."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import KeyId, MemberId, ProposalId, RoomId, SeatId, WishId
from holdfast.kit.tables import RowId, Table


class Said(StrEnum):
    """What somebody answered to a circle that was proposed to them."""

    YES = "yes"
    NO = "no"


class WishRow(Table):
    """What a member wishes of a circle, while they wait for one. Codes, a blank between them.

    `times` are parts of days in `zone`. It is erased when their circle begins, or they take it
    back, or when `until` is over.
    """

    __tablename__ = "wishes"

    id: Mapped[WishId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), unique=True, info={"privacy": "link"}
    )
    age_band: Mapped[str] = mapped_column(info={"privacy": "choice"})
    languages: Mapped[str] = mapped_column(info={"privacy": "choice"})  # liked best first
    times: Mapped[str] = mapped_column(info={"privacy": "choice"})
    zone: Mapped[str] = mapped_column(info={"privacy": "choice"})
    wished_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    themes: Mapped[str] = mapped_column(default="", info={"privacy": "choice"})
    stage: Mapped[str] = mapped_column(default="", info={"privacy": "choice"})
    cultures: Mapped[str] = mapped_column(default="", info={"privacy": "choice"})
    pace: Mapped[str] = mapped_column(default="", info={"privacy": "choice"})
    manner: Mapped[str] = mapped_column(default="", info={"privacy": "choice"})
    closer: Mapped[int] = mapped_column(default=0, info={"privacy": "choice"})  # of a hundred
    refused: Mapped[str] = mapped_column(
        default="", info={"privacy": "choice"}
    )  # numbers of circles they said no to
    proposal_id: Mapped[ProposalId | None] = mapped_column(
        ForeignKey("proposals.id"), default=None, info={"privacy": "link"}
    )  # while they are being asked


class WishWordsRow(Table):
    """Their own words, sealed with a key of their own that goes with the wish. `id` names it."""

    __tablename__ = "wish_words"

    id: Mapped[KeyId] = mapped_column(primary_key=True, info={"privacy": "id"})
    wish_id: Mapped[WishId] = mapped_column(
        ForeignKey("wishes.id", ondelete="CASCADE"), unique=True, info={"privacy": "link"}
    )
    words: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "words"})
    wrapped_before: Mapped[bytes] = mapped_column(
        LargeBinary, default=b"", info={"privacy": "secret"}
    )  # always empty: no key was ever here


class ApartRow(Table):
    """That a member does not want to be in a circle with the person in this seat."""

    __tablename__ = "aparts"
    __table_args__ = (Index("ix_aparts_other", "other_id"),)

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info={"privacy": "link"},
    )
    seat_id: Mapped[SeatId] = mapped_column(
        ForeignKey("seats.id"), primary_key=True, autoincrement=False, info={"privacy": "link"}
    )
    other_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    pseudonym: Mapped[str] = mapped_column(info={"privacy": "choice"})  # as it was then
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class ProposalRow(Table):
    """A circle that could begin, or a seat in one that is there: those it is for are asked."""

    __tablename__ = "proposals"
    __table_args__ = (Index("ix_proposals_over", "over_at", "until"),)

    id: Mapped[ProposalId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    made_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    age_band: Mapped[str] = mapped_column(info={"privacy": "place"})
    language: Mapped[str] = mapped_column(info={"privacy": "place"})
    slots: Mapped[int] = mapped_column(BigInteger, info={"privacy": "place"})  # as bits
    room_id: Mapped[RoomId | None] = mapped_column(
        ForeignKey("rooms.id"), default=None, info={"privacy": "place"}
    )  # of the circle that is there, or that has begun
    is_seat: Mapped[bool] = mapped_column(default=False, info={"privacy": "place"})
    over_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class ProposalAnswerRow(Table):
    """One of those who are asked: what they share with the others, and what they said."""

    __tablename__ = "proposal_answers"
    __table_args__ = (
        UniqueConstraint("proposal_id", "member_id"),
        Index("ix_proposal_answers_member", "member_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    proposal_id: Mapped[ProposalId] = mapped_column(
        ForeignKey("proposals.id"), info={"privacy": "link"}
    )
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    reasons: Mapped[str] = mapped_column(info={"privacy": "choice"})  # codes
    fit: Mapped[float] = mapped_column(info={"privacy": "state"})
    said: Mapped[Said | None] = mapped_column(default=None, info={"privacy": "choice"})
    weeks: Mapped[int | None] = mapped_column(default=None, info={"privacy": "choice"})
    said_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class CircleRow(Table):
    """A circle: a small closed room for some weeks. What its people chose, nobody's own."""

    __tablename__ = "circles"
    __table_args__ = (Index("ix_circles_ends", "ended_at", "ends_at"),)

    room_id: Mapped[RoomId] = mapped_column(
        ForeignKey("rooms.id"), primary_key=True, autoincrement=False, info={"privacy": "place"}
    )
    slots: Mapped[int] = mapped_column(BigInteger, info={"privacy": "place"})  # as bits
    weeks: Mapped[int] = mapped_column(info={"privacy": "place"})
    begun_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    ends_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    themes: Mapped[str] = mapped_column(default="", info={"privacy": "place"})
    stage: Mapped[str] = mapped_column(default="", info={"privacy": "place"})
    cultures: Mapped[str] = mapped_column(default="", info={"privacy": "place"})
    pace: Mapped[str] = mapped_column(default="", info={"privacy": "place"})
    manner: Mapped[str] = mapped_column(default="", info={"privacy": "place"})
    host_id: Mapped[SeatId | None] = mapped_column(
        ForeignKey("seats.id"), default=None, info={"privacy": "link"}
    )
    week_theme: Mapped[str] = mapped_column(
        default="", info={"privacy": "place"}
    )  # as the host chose it; empty: by the week
    themed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    short_since: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # fewer than four sit there
    last_told_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # that a last meeting is near
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    asked_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # how they are, four weeks later


class CircleSeatRow(Table):
    """How somebody sits in a circle: to look once, or as one of them; and that they agreed."""

    __tablename__ = "circle_seats"
    __table_args__ = (Index("ix_circle_seats_room", "room_id"),)

    seat_id: Mapped[SeatId] = mapped_column(
        ForeignKey("seats.id"), primary_key=True, autoincrement=False, info={"privacy": "link"}
    )
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    agreed_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    sits_in_until: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # none: they are one of the circle
    free_told_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # that this seat, which was left, is free


class CircleCheckRow(Table):
    """That somebody is asked how they are, four weeks after their circle ended; never what of it.

    The row goes when they have answered, or when `until` is over.
    """

    __tablename__ = "circle_checks"
    __table_args__ = (UniqueConstraint("room_id", "member_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    asked_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class PlacingRow(Table):
    """How one wish went, without a person: for the fairness audit. It names no circle either."""

    __tablename__ = "placings"
    __table_args__ = (Index("ix_placings_week", "week"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    week: Mapped[date] = mapped_column(info={"privacy": "place"})  # in which it was over
    language: Mapped[str] = mapped_column(info={"privacy": "place"})
    age_band: Mapped[str] = mapped_column(info={"privacy": "place"})
    themes: Mapped[str] = mapped_column(info={"privacy": "place"})  # codes
    placed: Mapped[bool] = mapped_column(info={"privacy": "place"})
    hours_waited: Mapped[int] = mapped_column(info={"privacy": "place"})
    fit: Mapped[float | None] = mapped_column(default=None, info={"privacy": "place"})
