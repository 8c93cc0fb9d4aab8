"""What stewards chose, each choice as a row with who made it: the newest of a name stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import StaffId
from holdfast.kit.tables import RowId, Table


class WordingRow(Table):
    """The community's own words in one place, in one language; none: ours stand there again."""

    __tablename__ = "wordings"
    __table_args__ = (Index("ix_wordings_name", "name", "language", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    name: Mapped[str] = mapped_column(info={"privacy": "place"})
    language: Mapped[str] = mapped_column(info={"privacy": "place"})
    words: Mapped[str | None] = mapped_column(info={"privacy": "place"})
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class ChoiceRow(Table):
    """One setting as a steward chose it while the house runs."""

    __tablename__ = "choices"
    __table_args__ = (Index("ix_choices_name", "name", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    name: Mapped[str] = mapped_column(info={"privacy": "place"})
    value: Mapped[str] = mapped_column(info={"privacy": "place"})
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
