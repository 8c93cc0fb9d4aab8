"""The key a member's words are sealed with, made when it is first needed; and who must hear."""

from __future__ import annotations

from holdfast.kit.cipher import RootKey
from holdfast.kit.ids import MemberId
from holdfast.kit.work import Work
from holdfast.rights.rules import Member
from holdfast.screening.concern import Concern
from holdfast.screening.reading import Read, read
from holdfast.wellbeing.events import PlanRead
from holdfast.wellbeing.queries.seals import Seal, seal_of
from holdfast.wellbeing.rules.plans import tidied
from holdfast.wellbeing.rules.seals import Purpose, scope_of
from holdfast.wellbeing.tables import PlanKeyRow


async def seal_to_write_with(
    work: Work, member: MemberId, root: RootKey, purpose: Purpose = Purpose.PLAN
) -> Seal:
    """A member's key for this, made now if there is none yet."""
    if seal := await seal_of(work, root, member, purpose):
        return seal
    key = root.make_data_key(scope_of(purpose, member))
    row = PlanKeyRow(id=key.id, member_id=member, purpose=purpose, wrapped=key.wrapped)
    work.db.add(row)
    await work.db.flush()
    return Seal(key, member)


def read_aloud(work: Work, member: Member, text: str) -> Read:
    """Read what a member wrote for themselves, and say it upstairs when someone should come."""
    words = read(tidied(text), language=member.looks.locale)
    if words.reading.concern >= Concern.HIGH:
        work.announce(PlanRead(member.id, words.reading))
    return words
