"""A key pair for a staff person who is called into a private talk: for this session alone."""

from __future__ import annotations

from holdfast.kit.boxes import make_pair
from holdfast.kit.work import Work
from holdfast.rights.own import OwnKeyLocked
from holdfast.rights.rules import Staff
from holdfast.staff.tables import StaffSessionKeyRow


async def ensure_session_key(work: Work, actor: Staff) -> None:
    """Have a key that is open in this session: they read from the part that begins with them.

    Raises `OwnKeyLocked` for an actor that no session is behind.
    """
    own = actor.own
    if own is None:
        raise OwnKeyLocked
    if own.is_open:
        return
    pair = make_pair()
    wrapped = own.learn(pair)
    row = StaffSessionKeyRow(session_id=actor.session, public=pair.public, wrapped=wrapped)
    await work.db.merge(row)
    await work.db.flush()
