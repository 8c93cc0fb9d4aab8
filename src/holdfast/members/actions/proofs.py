"""Proofs and waits: signed by us, solved or sat out elsewhere, and good for one time.

What a proof says is `altcha`'s; that it counts once is ours, because the library remembers none.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import altcha
from sqlalchemy import delete, text

from holdfast.kit.cipher import RootKey
from holdfast.kit.tables import from_millis, to_millis
from holdfast.kit.work import Work
from holdfast.members.rules.door import (
    ALGORITHM,
    LONGEST_PROOF,
    PROOF_LASTS,
    ROUNDS,
    WAIT_LASTS,
    Door,
)
from holdfast.members.tables import UsedOnceRow
from holdfast.rights.rules import Actor

ASKED, ANSWERED, WAITED = b"holdfast proofs", b"holdfast proofs: keys", b"holdfast waits"
USE = text("INSERT INTO used_once (mark, until) VALUES (:mark, :until) ON CONFLICT DO NOTHING")
Opened = tuple[bytes, datetime]  # its mark, and when it ends anyway


def make_challenge(root: RootKey, door: Door, now: datetime) -> dict[str, Any]:
    """Work for a device: a number is to be found, by trying one after the other.

    There is a bound, so that bad luck keeps nobody waiting; below it any may be the one.
    """
    challenge = altcha.create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=secrets.randbelow(door.tries),
        data={"tries": door.tries, "until": to_millis(now + PROOF_LASTS)},
        hmac_secret=root.derive(ASKED),
        hmac_key_secret=root.derive(ANSWERED),
    )
    return challenge.to_dict()


def open_proof(root: RootKey, door: Door, given: str, now: datetime) -> Opened | None:
    """What a true proof is known by; nothing for one that is wrong, too old or too easy by now."""
    if not 0 < len(given) <= LONGEST_PROOF or not given.isascii():
        return None
    secret, key_secret = root.derive(ASKED), root.derive(ANSWERED)
    try:
        payload = altcha.Payload.from_base64(given)
        found = altcha.verify_solution(payload, secret, hmac_key_secret=key_secret)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    asked = payload.challenge.parameters.data
    if not found.verified or asked is None or payload.challenge.signature is None:
        return None
    until = from_millis(asked["until"])
    if now >= until or asked["tries"] < door.tries:
        return None
    return sha256(payload.challenge.signature.encode()).digest(), until


def make_wait(root: RootKey, now: datetime, wait: timedelta) -> str:
    """A place in the line: good for one time, once the wait is over."""
    ready = to_millis(now + wait)
    written = f"{ready}.{secrets.token_hex(16)}"
    return f"{written}.{_seal(root, written)}"


def wait_is_over_at(root: RootKey, given: str) -> datetime | None:
    """When this wait is over; nothing where we never gave it."""
    written, _, seal = given.rpartition(".")
    if not given.isascii() or not hmac.compare_digest(seal, _seal(root, written)):
        return None
    return from_millis(int(written.partition(".")[0]))


def open_wait(root: RootKey, given: str, now: datetime) -> Opened | None:
    """What a wait that is over is known by; nothing for any other."""
    ready = wait_is_over_at(root, given)
    if ready is None or not ready <= now < ready + WAIT_LASTS:
        return None
    return sha256(given.encode()).digest(), ready + WAIT_LASTS


def _seal(root: RootKey, written: str) -> str:
    return hmac.digest(root.derive(WAITED), written.encode(), sha256).hex()


async def use_once(work: Work, actor: Actor, *, opened: Opened) -> bool:
    """Whether nobody used it before. What ended anyway is forgotten on the way."""
    del actor  # who used it is written nowhere
    mark, until = opened
    await work.db.execute(delete(UsedOnceRow).where(UsedOnceRow.until <= work.clock.now()))
    used = await work.db.execute(USE, {"mark": mark, "until": to_millis(until)})
    return bool(used.rowcount)  # type: ignore[attr-defined]
