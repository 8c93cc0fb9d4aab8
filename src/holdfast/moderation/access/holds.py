"""The only door to a hold, for a name that came from outside: through the work it is for."""

from __future__ import annotations

from holdfast.crisis.access import escalation_to_read
from holdfast.erasing.holds.queries import kind_of
from holdfast.erasing.holds.rules import About
from holdfast.kit.errors import NotFound
from holdfast.kit.work import Work
from holdfast.moderation.access.cases import case_to_see
from holdfast.rights.rules import Actor, Permission, Staff, may
from holdfast.staff.access import fresh_staff


def holds_to_see(actor: Actor) -> Staff:
    """Raises `NotFound` for who has no business with holds."""
    if not isinstance(actor, Staff) or not may(actor, Permission.HOLD_SEE):
        raise NotFound
    return actor


async def work_that_holds(work: Work, actor: Actor, about: str) -> str:
    """An escalation or case that holds words, or would: `escalation:12`, `case:7`.

    Raises `NotFound`: absent, forbidden and about oneself alike.
    """
    staff, found = holds_to_see(actor), kind_of(about)
    if found is None:
        raise NotFound
    kind, number = found
    if kind is About.ESCALATION:
        await escalation_to_read(work, staff, number)
    else:
        await case_to_see(work, staff, number)
    return f"{kind.value}:{number}"


async def hold_to_decide(work: Work, actor: Actor, about: str) -> tuple[Staff, str]:
    """The same, for somebody who may decide and showed a moment ago who they are.

    Raises `NotFound`, `FreshSignInNeeded`.
    """
    known = await work_that_holds(work, actor, about)
    if not may(actor, Permission.HOLD_SET):
        raise NotFound
    return fresh_staff(work, actor), known
