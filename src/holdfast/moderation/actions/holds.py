"""What two people of the staff decide about words that are held, or would be."""

from __future__ import annotations

from holdfast.erasing.holds.actions import ask, grant, take_back
from holdfast.erasing.holds.queries import hold_of
from holdfast.erasing.holds.rules import Deed, NotNow, Why
from holdfast.erasing.holds.tables import HoldDeedRow
from holdfast.kit.work import Work
from holdfast.moderation.access.holds import hold_to_decide
from holdfast.moderation.queries.holds import is_work_open, role_of
from holdfast.rights.rules import Actor


async def ask_about_hold(
    work: Work, actor: Actor, *, about: str, what: Deed, why: Why
) -> HoldDeedRow:
    """Ask a second person for something. Raises `NotFound`, `FreshSignInNeeded`, `NotNow`.

    Not telling is asked for while the work is open or holds something; afterwards nobody is told.
    """
    staff, known = await hold_to_decide(work, actor, about)
    if await hold_of(work, known) is None and not await is_work_open(work, known):
        raise NotNow
    return await ask(work, staff, about=known, what=what, why=why)


async def grant_about_hold(work: Work, actor: Actor, *, about: str, deed: int) -> HoldDeedRow:
    """Say yes to what another asked for. Raises `NobodyElse`, `NoLead`, `RanOut`, `NotNow`."""
    staff, known = await hold_to_decide(work, actor, about)
    asked = await work.db.get(HoldDeedRow, deed)
    role = None if asked is None else await role_of(work, asked.asked_by)
    return await grant(work, staff, about=known, deed=deed, asked_role=role)


async def take_back_about_hold(work: Work, actor: Actor, *, about: str, deed: int) -> None:
    """Ask for it no longer. Raises `NotFound`, `FreshSignInNeeded`, `NotNow`."""
    staff, known = await hold_to_decide(work, actor, about)
    await take_back(work, staff, about=known, deed=deed)
