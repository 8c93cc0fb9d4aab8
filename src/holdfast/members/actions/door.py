"""Coming through the door: with a proof, an invitation or a wait, where one is asked."""

from __future__ import annotations

from msgspec import Struct

from holdfast.audit.actions import record
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import HoldfastError, NotPermitted
from holdfast.kit.facts import set_fact
from holdfast.kit.limits import Pace
from holdfast.kit.words import N_, NP_
from holdfast.kit.work import Work
from holdfast.members.actions.invitations import use_code
from holdfast.members.actions.people import CameIn, come_in
from holdfast.members.actions.proofs import open_proof, open_wait, use_once
from holdfast.members.events import MemberCameIn
from holdfast.members.queries import ASKS_PROOF, MANY, ONLY_INVITED
from holdfast.members.rules.door import Door
from holdfast.rights.rules import Actor, Permission, System, may

DOOR = Pace(every=0.1, burst=100)
ON = b"on"


class ProofNeeded(HoldfastError):
    """The door asks for a little work first, and there was none, or none that counts."""

    status = 428
    code = "proof_needed"
    words = NP_(
        "safety",
        "Your device has to do a little work first, so that nobody can come in a thousand times."
        " The help page asks for nothing.",
    )
    help = True


class InvitationNeeded(NotPermitted):
    """Only people with an invitation come in just now."""

    code = "invitation_needed"
    words = NP_(
        "safety",
        "Just now people come in here with an invitation. The help page is there for everyone.",
    )
    help = True


class Keys(Struct, frozen=True):
    """What somebody shows at the door; each may be empty."""

    proof: str = ""
    invitation: str = ""
    wait: str = ""


async def come_through_the_door(
    work: Work,
    actor: Actor,
    *,
    root: RootKey,
    door: Door,
    keys: Keys,
    age_band: str,
    version: str,
    language: str = "en",
    kept: bool = True,
) -> CameIn:
    """Come in, showing what the door asks for. An invitation takes the place of everything.

    Raises `ProofNeeded`, `InvitationNeeded`, and what `come_in` raises.
    """
    invited = await use_code(work, actor, root=root, typed=keys.invitation)
    if keys.invitation and not invited:
        raise InvitationNeeded(N_("We don’t know this invitation, or it was used."))
    if not invited:
        await _show(work, actor, root=root, door=door, keys=keys)
    came = await come_in(
        work, actor, root=root, age_band=age_band, version=version, language=language, kept=kept
    )
    work.announce(MemberCameIn(came.member_id, invited))
    return came


async def _show(work: Work, actor: Actor, *, root: RootKey, door: Door, keys: Keys) -> None:
    """Raises what is missing; what opens the door is used up."""
    if door.only_invited:
        raise InvitationNeeded
    if not door.asks_proof:
        return
    now = work.clock.now()
    opened = open_proof(root, door, keys.proof, now) or open_wait(root, keys.wait, now)
    if opened is None or not await use_once(work, actor, opened=opened):
        raise ProofNeeded


async def set_door(work: Work, actor: Actor, *, asks_proof: bool, only_invited: bool) -> None:
    """How people come in from now on. Raises `NotPermitted`."""
    if not may(actor, Permission.DOOR_SET):
        raise NotPermitted
    await set_fact(work, ASKS_PROOF, ON if asks_proof else None)
    await set_fact(work, ONLY_INVITED, ON if only_invited else None)
    detail = {"proof": asks_proof, "invited": only_invited}
    await record(work, actor, what="door:set", about="door:1", detail=detail)


async def guard_door(work: Work, actor: System, *, many: bool) -> None:
    """Ask for more work while many come in at once, whatever was set; and then no more."""
    del actor
    await set_fact(work, MANY, ON if many else None)
