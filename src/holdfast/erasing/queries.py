"""Reading what is to be erased, what is left to do, and what a member erased."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import select

from holdfast.erasing.holds.tables import HeldWordsRow
from holdfast.erasing.rules import Kind
from holdfast.erasing.tables import ErasureAskRow, ErasureKeyRow, ErasureRow
from holdfast.kit.ids import KeyId, MemberId, MessageId
from holdfast.kit.work import Work

MOST = 200
Erasure = ErasureRow  # as the slices above call it
Ask = ErasureAskRow


class Due(Struct, frozen=True):
    """A key that goes, and the erasure that it goes with."""

    key: KeyId
    whole: bool
    held: bool
    erasure: ErasureRow


async def undone(work: Work) -> Sequence[ErasureRow]:
    """What is not done, oldest first."""
    query = select(ErasureRow).where(ErasureRow.done_at.is_(None)).order_by(ErasureRow.id)
    return (await work.db.scalars(query)).all()


async def erasure(work: Work, erasure_id: int) -> ErasureRow | None:
    return await work.db.get(ErasureRow, erasure_id, populate_existing=True)


async def keys_to_go(work: Work) -> list[Due]:
    """Every key that goes with an erasure."""
    query = (
        select(ErasureKeyRow, ErasureRow)
        .join(ErasureRow, ErasureRow.id == ErasureKeyRow.erasure_id)
        .order_by(ErasureRow.id)
    )
    found = await work.db.execute(query)
    return [Due(key.key_id, key.whole, key.held, row) for key, row in found]


async def keys_still_held(work: Work, keys: Sequence[KeyId]) -> set[KeyId]:
    """Those of these keys that open words which are held."""
    query = select(HeldWordsRow.key_id).where(HeldWordsRow.key_id.in_(keys)).distinct()
    return set(await work.db.scalars(query)) if keys else set()


async def numbered(work: Work, number: bytes) -> ErasureRow | None:
    """The erasure that a receipt is of."""
    found: ErasureRow | None = await work.db.scalar(
        select(ErasureRow).where(ErasureRow.number == number)
    )
    return found


async def erased_by(work: Work, member: MemberId) -> Sequence[ErasureRow]:
    """What a member erased, newest first."""
    mine = ErasureRow.member_id == member, ErasureRow.kind != Kind.PERSON
    query = select(ErasureRow).where(*mine).order_by(ErasureRow.id.desc()).limit(MOST)
    return (await work.db.scalars(query)).all()


async def erasure_of_message(work: Work, message_id: MessageId) -> ErasureRow | None:
    """The first erasure of a message, if it was erased."""
    query = select(ErasureRow).where(ErasureRow.message_id == message_id)
    found: ErasureRow | None = await work.db.scalar(query.order_by(ErasureRow.id).limit(1))
    return found


async def asks(work: Work) -> Sequence[ErasureAskRow]:
    """What the staff wanted erased, newest first."""
    query = select(ErasureAskRow).order_by(ErasureAskRow.id.desc()).limit(MOST)
    return (await work.db.scalars(query)).all()
