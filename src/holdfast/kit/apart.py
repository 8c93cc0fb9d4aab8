"""Keys of what is kept for one person and was said in no room: a plan, a line, an address.

They lie in the keystore, apart from what they seal, and each is known by its id alone. A slice
gets them through the root key, and says which are of no more use; `erasing` destroys those.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.cipher import DataKey, RootKey
from holdfast.kit.errors import NotKept
from holdfast.kit.ids import KeyId
from holdfast.kit.tables import Table
from holdfast.kit.work import Event, Work

IN_KEYSTORE = b""  # what lies in the data where a wrapped key did, before it was carried over


class LeavingKeyRow(Table):
    """A key that is to be destroyed: what it sealed is gone, or is to open no more.

    Written in the transaction that says so, gone when the key is gone from the keystore.
    """

    __tablename__ = "leaving_keys"

    id: Mapped[KeyId] = mapped_column(primary_key=True, info={"privacy": "id"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class KeysLeft(Event, frozen=True):
    """Some keys are to be destroyed."""


async def make_key(root: RootKey, now: datetime) -> DataKey:
    """A new key, on disk in the keystore. Raises `NotKept` where that does not answer."""
    if root.apart is None:
        raise NotKept
    return await root.apart.make(now)


async def find_keys(root: RootKey, ids: Iterable[KeyId]) -> dict[KeyId, DataKey]:
    """Those of these keys that still exist. Raises `NotKept` (`not_read`).

    Raises `WrongKey` where one is there and does not open.
    """
    return {} if root.apart is None else await root.apart.find(ids)


async def leave(work: Work, ids: Iterable[KeyId]) -> None:
    """These keys go, with this work: within seconds, and after a crash at the next start."""
    wanted = set(ids)
    there = set(await work.db.scalars(select(LeavingKeyRow.id).where(LeavingKeyRow.id.in_(wanted))))
    for key in wanted - there:
        work.db.add(LeavingKeyRow(id=key, at=work.clock.now()))
    if wanted:
        work.announce(KeysLeft())
