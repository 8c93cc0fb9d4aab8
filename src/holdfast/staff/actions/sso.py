"""Signing in through the organisation's own sign-in, for who was bound to it by invitation."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime

from msgspec.structs import asdict
from sqlalchemy import select

from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Staff
from holdfast.staff.access.oidc import Asked, SsoPerson
from holdfast.staff.access.people import NotKnown
from holdfast.staff.actions.challenges import make_challenge, use_challenge
from holdfast.staff.actions.signing_in import let_in, refresh
from holdfast.staff.tables import SsoRow, StaffRow, StaffWay

PURPOSE = "sso"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


async def ask_by_sso(
    work: Work, actor: Actor, *, back: str, again: bool = False
) -> tuple[Asked, str]:
    """A request to the organisation's sign-in, and the state by which its answer is known."""
    asked = Asked(back, secrets.token_urlsafe(24), secrets.token_urlsafe(48), again)
    state = await make_challenge(work, actor, purpose=PURPOSE, payload=json.dumps(asdict(asked)))
    return asked, state


async def take_sso_answer(work: Work, actor: Actor, *, state: str) -> Asked:
    """What was asked, once. Raises `TooLate`."""
    return Asked(**json.loads(await use_challenge(work, actor, purpose=PURPOSE, challenge=state)))


async def sign_in_by_sso(work: Work, actor: Actor, *, person: SsoPerson) -> str:
    """A session for who is bound to this subject. Raises `NotKnown` for anyone else."""
    del actor
    staff = await _bound_to(work, person)
    return await let_in(work, staff, StaffWay.SSO, shown_at=person.shown_at or LONG_AGO)


async def show_again_by_sso(work: Work, actor: Staff, *, person: SsoPerson) -> None:
    """It is me. Raises `NotKnown` for anybody else."""
    staff = await _bound_to(work, person)
    if staff.id != actor.id or person.shown_at is None:
        raise NotKnown
    await refresh(work, actor, way=StaffWay.SSO, shown_at=person.shown_at)


async def _bound_to(work: Work, person: SsoPerson) -> StaffRow:
    same = SsoRow.issuer == person.issuer, SsoRow.subject == person.subject
    query = select(StaffRow).join(SsoRow, SsoRow.staff_id == StaffRow.id)
    staff = await work.db.scalar(query.where(*same, StaffRow.removed_at.is_(None)))
    if staff is None:
        raise NotKnown
    return staff
