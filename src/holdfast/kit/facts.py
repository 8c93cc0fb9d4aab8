"""A few facts about this community's data: its epoch, and how to know its root key again."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.tables import Table
from holdfast.kit.tokens import random_handle
from holdfast.kit.work import Work

EPOCH = "epoch"
ROOT_KEY = "root key"


class FactRow(Table):
    """One fact, by its name."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(primary_key=True, info={"privacy": "place"})
    value: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})


async def fact(work: Work, name: str) -> bytes | None:
    """A fact, if it is known."""
    row = await work.db.get(FactRow, name)
    return None if row is None else row.value


async def set_fact(work: Work, name: str, value: bytes | None) -> None:
    """From now on this is so; or, with nothing, is not known any more."""
    row = await work.db.get(FactRow, name)
    if row is not None and value is not None:
        row.value = value
    elif row is not None:
        await work.db.delete(row)
    elif value is not None:
        work.db.add(FactRow(name=name, value=value))


async def epoch_of(work: Work) -> str:
    """The data's epoch: made once, and anew when a backup is restored."""
    known = await fact(work, EPOCH)
    if known is None:
        known = random_handle().encode()
        work.db.add(FactRow(name=EPOCH, value=known))
    return known.decode()
