"""Handing a member on to another listener: nothing passes before the member has read it."""

from __future__ import annotations

from contextlib import suppress

from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import HandOverId
from holdfast.kit.work import Work
from holdfast.listening.access import must_be_offered, session_under_way
from holdfast.listening.actions.asking import Asking, make_ask
from holdfast.listening.actions.guarding import note_try
from holdfast.listening.actions.talking import close_session, tell
from holdfast.listening.queries.asks import ask_of
from holdfast.listening.queries.seals import opened, place_of_ask, place_of_summary
from holdfast.listening.queries.sessions import hand_over_in
from holdfast.listening.rules.asks import CannotReach, Want
from holdfast.listening.rules.sessions import (
    LONGEST_SUMMARY,
    Ending,
    HandOverState,
    NotNow,
    Side,
    SummaryNotWhole,
)
from holdfast.listening.tables import AskRow, HandOverRow, ListeningRow
from holdfast.messages.actions import hear_out
from holdfast.messages.ledger import Ledger
from holdfast.rights.rules import Member, System
from holdfast.screening.detector import unread
from holdfast.screening.reading import Read, read
from holdfast.sealing.seam import Keyring, day_of

NOTHING = unread("")


async def propose_hand_over(ledger: Ledger, actor: Member, *, slug: str, text: str) -> HandOverRow:
    """The listener writes what the next one should know; the member reads it first.

    Raises `NotFound`, `SessionOver`, `NotNow`, `SummaryNotWhole`, `CannotReach`.
    """
    said = await _heard(ledger, actor, slug, text)
    async with ledger.workshop.work() as work:
        mine = await session_under_way(work, actor, slug)
        known = await hand_over_in(work, mine.row.id)
        if mine.side is not Side.LISTENER or _is_decided(known):
            raise NotNow
        row = known or await _new(work, mine.row)
        row.state, row.proposed_at = HandOverState.PROPOSED, work.clock.now()
        await _seal(work, ledger.keyring, row, said)
        tell(work, mine.row, slug, "hand_over")
        return row


def _is_decided(row: HandOverRow | None) -> bool:
    return row is not None and row.state in {HandOverState.APPROVED, HandOverState.TAKEN}


async def _new(work: Work, session: ListeningRow) -> HandOverRow:
    row = HandOverRow(
        session_id=session.id,
        room_id=session.room_id,
        seat_id=session.asker_seat,
        proposed_at=work.clock.now(),
    )
    work.db.add(row)
    await work.db.flush()
    return row


async def _seal(work: Work, keyring: Keyring, row: HandOverRow, said: Read) -> None:
    """Under the member's own seat: it is about them, and goes when they go."""
    row.key_id = await keyring.kept_key(work, row.seat_id, day_of(work.clock.now()))
    row.words = keyring.seal_with(row.key_id, said, place_of_summary(row))


async def approve_hand_over(
    ledger: Ledger, actor: Member, *, slug: str, text: str, covered: bool = True
) -> AskRow:
    """The member's yes, to the words as they have left them: this talk ends, and another listener
    is looked for, who alone will read them.

    Raises `NotFound`, `SessionOver`, `NotNow`, `SummaryNotWhole`, `CannotReach`, `NotOffered`.
    """
    said = await _heard(ledger, actor, slug, text)
    async with ledger.workshop.work() as work:
        mine = await session_under_way(work, actor, slug)
        over = await hand_over_in(work, mine.row.id)
        if mine.side is not Side.ASKER or over is None or over.state is not HandOverState.PROPOSED:
            raise NotNow
        await must_be_offered(work, covered=covered)
        over.state, over.answered_at = HandOverState.APPROVED, work.clock.now()
        await _seal(work, ledger.keyring, over, said)
        asking = await _asking(work, mine.row)
        await close_session(work, System(), row=mine.row, how=Ending.HANDED_OVER, by=mine.side)
        ask = await make_ask(work, actor, ledger.keyring, asking=asking, words=NOTHING)
        _not_with_them(ask, mine.row)
        ask.hand_over_id = HandOverId(over.id)
        over.ask_id = ask.id
        return ask


async def refuse_hand_over(work: Work, actor: Member, *, slug: str) -> None:
    """The member's no: nothing passes, and the words are gone. The talk goes on.

    Raises `NotFound`, `SessionOver`, `NotNow`.
    """
    mine = await session_under_way(work, actor, slug)
    over = await hand_over_in(work, mine.row.id)
    if mine.side is not Side.ASKER or over is None or over.state is not HandOverState.PROPOSED:
        raise NotNow
    over.state, over.words, over.answered_at = HandOverState.REFUSED, None, work.clock.now()
    tell(work, mine.row, slug, "hand_over")


async def someone_else(
    work: Work, actor: Member, keyring: Keyring, *, slug: str, covered: bool = True
) -> AskRow:
    """It does not fit: this talk ends, and the same is asked of somebody else. No reason is asked.

    Raises `NotFound`, `SessionOver`, `NotNow` for the listener, `NotOffered`.
    """
    mine = await session_under_way(work, actor, slug)
    if mine.side is not Side.ASKER:
        raise NotNow
    await must_be_offered(work, covered=covered)
    before = await ask_of(work, mine.row)
    words = "" if before is None else await _sentence(keyring, actor, before)
    asking = await _asking(work, mine.row)
    await close_session(work, System(), row=mine.row, how=Ending.NOT_FITTING, by=mine.side)
    ask = await make_ask(work, actor, keyring, asking=asking, words=read(words))
    return _not_with_them(ask, mine.row)


async def _sentence(keyring: Keyring, actor: Member, ask: AskRow) -> str:
    return await opened(keyring, actor, ask.words, ask.key_id, place_of_ask(ask))


def _not_with_them(ask: AskRow, session: ListeningRow) -> AskRow:
    """Somebody else than who listened here; and as urgent as it was."""
    ask.concern = max(ask.concern, session.concern)
    ask.not_with = " ".join(sorted({*ask.not_with.split(), str(session.id)}))
    return ask


async def _asking(work: Work, session: ListeningRow) -> Asking:
    """What was asked for before is asked for again, with another listener."""
    before = await ask_of(work, session)
    wants = frozenset(before.wants.split()) if before else frozenset({Want.LISTEN.value})
    ways = frozenset(before.preferences.split()) if before else frozenset()
    return Asking(wants=wants, language=session.language, preferences=ways)


async def _heard(ledger: Ledger, actor: Member, slug: str, text: str) -> Read:
    """Words that were read, and are whole. Raises `SummaryNotWhole`, `CannotReach`."""
    words = text.strip()
    said = ledger.read(words, actor, "en") or unread(words)
    refusal: HoldfastError | None = None
    if not 1 <= len(words) <= LONGEST_SUMMARY:
        refusal = SummaryNotWhole()
    elif said.reading.contact:
        refusal = CannotReach()
    heard = refusal or HoldfastError(code="heard")
    nonce = f"summary-{day_of(ledger.clock.now()):08d}"
    await hear_out(ledger, actor, text=words, nonce=nonce, refusal=heard)
    if said.reading.contact:
        await _note_try(ledger, actor, slug, words)
    if refusal is not None:
        raise refusal
    return said


async def _note_try(ledger: Ledger, actor: Member, slug: str, words: str) -> None:
    """The guard learns of it, as of a message; in a talk that is over there is nobody to reach."""
    with suppress(HoldfastError):
        async with ledger.workshop.work() as work:
            mine = await session_under_way(work, actor, slug)
            seat = mine.row.asker_seat if mine.side is Side.ASKER else mine.row.listener_seat
            nonce = ledger.refused.named(seat, "summary", words)
            await note_try(work, System(), room_id=mine.row.room_id, seat_id=seat, nonce=nonce)
