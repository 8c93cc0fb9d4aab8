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

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    name: Mapped[str]
    language: Mapped[str]
    words: Mapped[str | None]
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class ChoiceRow(Table):
    """One setting as a steward chose it while the house runs."""

    __tablename__ = "choices"
    __table_args__ = (Index("ix_choices_name", "name", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    name: Mapped[str]
    value: Mapped[str]
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
