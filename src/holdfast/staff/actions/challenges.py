"""What a sign-in in two steps remembers between them. Each is used once.

Where somebody is known already, a row remembers it. The first step of a sign-in is anybody's, so it
leaves no row: its challenge carries its own end under the root key, and only one that let somebody
in is remembered, until it would have ended. So nobody can fill the database from outside.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from sqlalchemy import delete

from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import Conflict
from holdfast.kit.tables import to_millis
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


def open_challenge(root: RootKey, now: datetime) -> str:
    """A challenge for whoever comes, good for five minutes."""
    begins = secrets.token_bytes(16) + to_millis(now + CHALLENGE).to_bytes(8, "big")
    return _written(begins + _sealed(root, begins))


async def use_open_challenge(work: Work, actor: Actor, *, root: RootKey, challenge: str) -> None:
    """It is ours, it has not ended, and it lets nobody in again. Raises `TooLate`."""
    del actor
    now, known = work.clock.now(), _read(challenge)
    begins, seal = known[:24], known[24:]
    ends = int.from_bytes(begins[16:], "big")
    if not hmac.compare_digest(seal, _sealed(root, begins)) or ends <= to_millis(now):
        raise TooLate
    if await work.db.get(ChallengeRow, hash_of(challenge)) is not None:
        raise TooLate
    await _forget_ended(work, now)
    work.db.add(_row(challenge, "used", "", now))


def _sealed(root: RootKey, begins: bytes) -> bytes:
    return root.lookup(f"staff challenge:{begins.hex()}")


def _written(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _read(challenge: str) -> bytes:
    try:
        return urlsafe_b64decode(challenge + "=" * (-len(challenge) % 4))
    except ValueError:
        return b""


def _row(challenge: str, purpose: str, payload: str, now: datetime) -> ChallengeRow:
    ends_at = now + CHALLENGE
    return ChallengeRow(
        key_hash=hash_of(challenge), purpose=purpose, payload=payload, ends_at=ends_at
    )


async def _forget_ended(work: Work, now: datetime) -> None:
    await work.db.execute(delete(ChallengeRow).where(ChallengeRow.ends_at <= now))


async def make_challenge(work: Work, actor: Actor, *, purpose: str, payload: str = "") -> str:
    """Something only the next step can know, good for five minutes."""
    del actor
    now = work.clock.now()
    await _forget_ended(work, now)
    challenge = _written(secrets.token_bytes(32))
    work.db.add(_row(challenge, purpose, payload, now))
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
