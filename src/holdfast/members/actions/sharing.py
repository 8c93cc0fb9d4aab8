"""For people whose device others use or look at: another name for the pages, and nothing kept."""

from __future__ import annotations

from sqlalchemy import delete, update

from holdfast.kit.disguises import DISGUISES
from holdfast.kit.errors import Malformed
from holdfast.kit.tokens import hash_of
from holdfast.kit.work import Work
from holdfast.members.access import myself, own_session
from holdfast.members.rules.staying import SHARED_UNUSED
from holdfast.members.tables import DeviceLinkRow, SessionRow
from holdfast.rights.rules import Actor, Member, System


async def choose_disguise(work: Work, actor: Member, *, disguise: str) -> None:
    """What every page of mine calls itself; empty for its own name. Raises `Malformed`."""
    if disguise and disguise not in DISGUISES:
        raise Malformed
    (await myself(work, actor)).disguise = disguise or None


async def share_device(work: Work, actor: Member, *, shared: bool) -> None:
    """Whether others use the device of this session: then it ends soon when nobody uses it."""
    row = await own_session(work, actor.id, actor.session)
    row.used_at = work.clock.now() if shared else None


async def share_new_session(work: Work, actor: Actor, *, token: str) -> None:
    """Somebody has just come in on a device that others use."""
    del actor  # a guest still
    mine = SessionRow.token_hash == hash_of(token)
    await work.db.flush()
    await work.db.execute(update(SessionRow).where(mine).values(used_at=work.clock.now()))


async def forget_ended(work: Work, actor: System) -> None:
    """Sessions that are over, and words for other devices that nobody used, are kept no longer."""
    del actor
    now = work.clock.now()
    unused = SessionRow.used_at <= now - SHARED_UNUSED
    await work.db.execute(delete(DeviceLinkRow).where(DeviceLinkRow.ends_at <= now))
    await work.db.execute(delete(SessionRow).where((SessionRow.ends_at <= now) | unused))
