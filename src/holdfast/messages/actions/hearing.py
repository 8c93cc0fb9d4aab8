"""Reading comes before refusing: words that may be a goodbye are kept, whatever refuses them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import structlog

from holdfast.kit.errors import HoldfastError
from holdfast.messages.actions.saying import prepared_to_post, say
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Accepted, Kept
from holdfast.messages.rules import NONCE, NonceTaken, drafted
from holdfast.messages.rules.fates import HEARD
from holdfast.messages.rules.pieces import pieces_of
from holdfast.rights.rules import Actor, Member
from holdfast.rooms.access import Seat
from holdfast.screening.concern import Concern
from holdfast.screening.signals import Reading

LONGEST_READ = 64 * 1024  # letters: as many as a request can bring
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
    except Exception as broken:  # whatever it is: nobody may stay alone with these words for it
        log.error("hearing.not_kept", error=type(broken).__name__)
        await ledger.cry_out(concern)


async def keep_refused(ledger: Ledger, seat: Seat, text: str, nonce: str) -> None:
    """Say refused words in a side space: all of them, once however often they are sent."""
    pieces = pieces_of(text)
    whole = _graver_than_its(pieces, ledger, seat, text)
    for number, piece in enumerate(pieces):
        try:
            await _keep(ledger, seat, nonce_for(nonce, number, piece), piece, whole)
        except NonceTaken:  # other words came under it before: these are kept as well
            await _keep(ledger, seat, nonce_of_words(nonce, number, piece), piece, whole)
        whole = None


async def _keep(
    ledger: Ledger, seat: Seat, nonce: str, piece: str, whole: Reading | None
) -> Accepted | Kept:
    draft = drafted(nonce, piece)
    await prepared_to_post(ledger, seat, draft)
    return await say(ledger, seat, draft, unhurried=False, whole=whole)


def _graver_than_its(pieces: list[str], ledger: Ledger, seat: Seat, text: str) -> Reading | None:
    """What all of it says and no piece says by itself, because a cut goes through it."""
    if len(pieces) < 2 or (words := ledger.read(text, seat.actor, seat.language)) is None:
        return None
    alone = max(concern_in(ledger, seat.actor, piece, seat.language) for piece in pieces)
    whole = words.reading
    return Reading(whole.level, whole.tracks) if whole.concern > alone else None


def nonce_for(nonce: str, number: int, piece: str) -> str:
    """A nonce for each piece of refused words; the same words give the same ones."""
    if not NONCE.fullmatch(nonce):
        return nonce_of_words(nonce, number, piece)
    return nonce if number == 0 else f"{nonce[:60]}-{number}"


def nonce_of_words(nonce: str, number: int, piece: str) -> str:
    """A nonce where what came with the words is none, or is taken by others."""
    made_of = f"{nonce}\x00{number}\x00{piece}".encode("utf-8", "replace")
    return f"kept-{sha256(made_of).hexdigest()[:40]}"


def all_said(text: str, note: str | None) -> str:
    """Everything that somebody says in a message: its words and the note above them."""
    return f"{text}\n{note}" if note else text


def concern_in(ledger: Ledger, actor: Actor, text: str, language: str = "en") -> Concern:
    """What refused words say of danger. Where the rules break over them: that someone must look."""
    if not text or not isinstance(actor, Member):
        return Concern.NONE
    words = ledger.read(text[:LONGEST_READ], actor, language)
    return Concern.HIGH if words is None else words.reading.concern


def may_be_danger(ledger: Ledger, actor: Actor, text: str) -> bool:
    """Whether refused words must be kept before their writer is told no."""
    return concern_in(ledger, actor, text) >= HEARD
