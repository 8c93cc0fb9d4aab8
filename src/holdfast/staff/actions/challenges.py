"""What a sign-in in two steps remembers between them. Each is used once."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode

from sqlalchemy import delete

from holdfast.kit.errors import Conflict
from holdfast.kit.tokens import hash_of
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor
from holdfast.staff.rules.invitations import CHALLENGE
from holdfast.staff.tables import ChallengeRow


class TooLate(Conflict):
    """A second step without its first, or long after it."""

    code = "sign_in_ended"
    words = N_("That took a little too long. Please start again.")


async def make_challenge(work: Work, actor: Actor, *, purpose: str, payload: str = "") -> str:
    """Something only the next step can know, good for five minutes."""
    del actor
    now = work.clock.now()
    await work.db.execute(delete(ChallengeRow).where(ChallengeRow.ends_at <= now))
    challenge = urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode("ascii")
    row = ChallengeRow(
        key_hash=hash_of(challenge), purpose=purpose, payload=payload, ends_at=now + CHALLENGE
    )
    work.db.add(row)
    return challenge


async def use_challenge(work: Work, actor: Actor, *, purpose: str, challenge: str) -> str:
    """What was remembered; nothing remembers it from now on. Raises `TooLate`."""
    del actor
    mine = (
        ChallengeRow.key_hash == hash_of(challenge),
        ChallengeRow.purpose == purpose,
        ChallengeRow.ends_at > work.clock.now(),
    )
    used = delete(ChallengeRow).where(*mine).returning(ChallengeRow.payload)
    payload: str | None = (await work.db.execute(used)).scalar_one_or_none()
    if payload is None:
        raise TooLate
    return payload
