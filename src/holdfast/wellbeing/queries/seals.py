"""A member's own key in hand: words become sealed bytes with it, and words again."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.apart import find_keys
from holdfast.kit.cipher import DataKey, RootKey
from holdfast.kit.ids import KeyId, MemberId
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor
from holdfast.screening.reading import Read
from holdfast.wellbeing.rules.seals import Purpose, bound_to
from holdfast.wellbeing.tables import PlanKeyRow


class Seal(Struct, frozen=True):
    """One member's key, for one purpose or one line."""

    key: DataKey
    member_id: MemberId

    def seal(self, words: Read, spot: bytes) -> bytes:
        """Words that were read become bytes that open only at this spot."""
        return self.key.seal(words.text.encode(), bound_to(self.key.id, self.member_id, spot))

    def open(self, data: bytes, spot: bytes, reader: Actor) -> str:
        """The words again, for `reader`, whose right to them the access door has checked."""
        del reader  # nobody is told apart here yet; the member's own key will come from their words
        return self.key.open(data, bound_to(self.key.id, self.member_id, spot)).decode()


async def seal_of(
    work: Work, root: RootKey, member_id: MemberId, purpose: Purpose = Purpose.PLAN
) -> Seal | None:
    """The key a member has for this; none as long as nothing was sealed with it, or it is gone."""
    query = select(PlanKeyRow).where(
        PlanKeyRow.member_id == member_id, PlanKeyRow.purpose == purpose
    )
    row = await work.db.scalar(query)
    key = None if row is None else (await find_keys(root, [row.id])).get(row.id)
    return None if key is None else Seal(key, member_id)


async def seals_of(
    work: Work, root: RootKey, member_id: MemberId, keys: Iterable[KeyId | None]
) -> dict[KeyId | None, Seal]:
    """The seals of these lines, by their keys; without those whose key is gone.

    A line that names no key was written when a plan had one for all of its lines.
    """
    wanted = set(keys)
    found = await find_keys(root, [key for key in wanted if key is not None])
    seals: dict[KeyId | None, Seal] = {key: Seal(data, member_id) for key, data in found.items()}
    if None in wanted and (plan := await seal_of(work, root, member_id)) is not None:
        seals[None] = plan
    return seals
