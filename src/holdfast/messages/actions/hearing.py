"""Reading comes before refusing: words that may be a goodbye are kept, whatever refuses them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from holdfast.kit.errors import HoldfastError
from holdfast.messages.ledger import Ledger
from holdfast.messages.rules.fates import HEARD
from holdfast.rights.rules import Actor, Member
from holdfast.screening.concern import Concern

LONGEST_READ = 20_000  # letters; more than anybody writes, and still read within the second
KEPT_ALREADY = {"not_known"}

log = structlog.get_logger()


@asynccontextmanager
async def heard_out(
    ledger: Ledger, actor: Actor, *, text: str, nonce: str, language: str = "en"
) -> AsyncIterator[None]:
    """Whatever is refused in here was read: danger in it raises an escalation all the same."""
    try:
        yield
    except HoldfastError as refusal:
        await hear_out(ledger, actor, text=text, nonce=nonce, language=language, refusal=refusal)
        raise


async def hear_out(
    ledger: Ledger,
    actor: Actor,
    *,
    text: str,
    nonce: str,
    refusal: HoldfastError,
    language: str = "en",
) -> None:
    """Read words that were refused. High or immediate: kept in the side space, help is shown.

    Where even that cannot be kept the pager is called beside the database.
    """
    concern = concern_in(ledger, actor, text, language)
    if concern < HEARD or refusal.code in KEPT_ALREADY or not isinstance(actor, Member):
        return
    refusal.help = True
    try:
        await ledger.shelter(actor, text[:LONGEST_READ], nonce)
    except HoldfastError as broken:
        log.error("hearing.not_kept", code=broken.code)
        await ledger.cry_out(concern)


def concern_in(ledger: Ledger, actor: Actor, text: str, language: str = "en") -> Concern:
    """What refused words say of danger. Where the rules break over them: that someone must look."""
    if not text or not isinstance(actor, Member):
        return Concern.NONE
    words = ledger.read(text[:LONGEST_READ], actor, language)
    return Concern.HIGH if words is None else words.reading.concern


def may_be_danger(ledger: Ledger, actor: Actor, text: str) -> bool:
    """Whether refused words must be kept before their writer is told no."""
    return concern_in(ledger, actor, text) >= HEARD
