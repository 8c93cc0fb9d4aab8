"""Raids, who came in during one, and how many come in at other times."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import MeasureId, MemberId, RaidId, RoomId, StaffId
from holdfast.kit.tables import Table


class Began(StrEnum):
    """Why raid mode began: by itself, because many came, or by a person."""

    ARRIVALS = "arrivals"
    HAND = "hand"


class RaidRow(Table):
    """A time in which many came in at once. Without a room it is the whole community's."""

    __tablename__ = "raids"
    __table_args__ = (Index("ix_raids_ended_at", "ended_at"),)

    id: Mapped[RaidId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId | None] = mapped_column(
        ForeignKey("rooms.id"), info={"privacy": "place"}
    )
    how: Mapped[Began] = mapped_column(info={"privacy": "place"})
    began_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    begun_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    undone_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    undone_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    version: Mapped[int] = mapped_column(default=1, info={"privacy": "place"})


class CohortRow(Table):
    """Somebody who came in during a raid. Forgotten a week after the raid is over."""

    __tablename__ = "raid_cohorts"
    __table_args__ = (Index("ix_raid_cohorts_member", "member_id"),)

    raid_id: Mapped[RaidId] = mapped_column(
        ForeignKey("raids.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "place"}
    )
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "link"}
    )


class RaidMeasureRow(Table):
    """A measure that was taken when a cohort was taken back, so that it can be brought back."""

    __tablename__ = "raid_measures"

    raid_id: Mapped[RaidId] = mapped_column(
        ForeignKey("raids.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "place"}
    )
    measure_id: Mapped[MeasureId] = mapped_column(
        ForeignKey("measures.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "link"}
    )


class ArrivalRow(Table):
    """How many came in within ten minutes: into the community (place 0), or into one room."""

    __tablename__ = "arrivals"

    place: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"privacy": "place"}
    )
    slot: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"privacy": "time"}
    )
    count: Mapped[int] = mapped_column(info={"privacy": "place"})


class ReadFirstRow(Table):
    """A room in which newcomers are read first, as a steward set it."""

    __tablename__ = "read_first_rooms"

    room_id: Mapped[RoomId] = mapped_column(
        ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "place"}
    )
    set_by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    set_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
