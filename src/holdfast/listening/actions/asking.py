"""Asking for a listener, looking at it, taking it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from msgspec import Struct
from sqlalchemy.exc import IntegrityError

from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import ListeningId
from holdfast.kit.limits import Pace
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.listening.access import must_be_offered, not_paused, own_ask, own_session
from holdfast.listening.actions.signs import keep_sign
from holdfast.listening.events import AskChanged, OfferChanged
from holdfast.listening.queries import living_ask, open_offers_of, times_together
from holdfast.listening.queries.asks import asks_over
from holdfast.listening.queries.seals import place_of_ask
from holdfast.listening.rules.asks import (
    MOST_NOT_WITH,
    STANDS,
    AskOver,
    AskState,
    CannotReach,
    NotWhole,
    OfferState,
    SecondAsk,
    is_whole,
)
from holdfast.listening.rules.sessions import EnoughTogether, NotNow, Side, may_meet_again
from holdfast.listening.tables import AskRow
from holdfast.members.access import myself
from holdfast.members.actions.own_keys import ensure_own_key
from holdfast.messages.actions import hear_out
from holdfast.messages.ledger import Ledger
from holdfast.rights.rules import Member, System
from holdfast.rooms.actions.listening import lay_listening_room
from holdfast.screening.concern import Concern
from holdfast.screening.detector import unread
from holdfast.screening.reading import Read
from holdfast.sealing.seam import Keyring, day_of

ASKS = Pace(every=30, burst=6)
LOOKED = timedelta(hours=1)
AN_HOUR = 3_600_000


class Asking(Struct, frozen=True):
    """What somebody asks for. `not_with` and `again_with` name rooms of earlier sessions."""

    wants: frozenset[str]
    language: str = "en"
    preferences: frozenset[str] = frozenset()
    text: str = ""
    not_with: tuple[str, ...] = ()
    again_with: str | None = None


class Asked(Struct):
    """The ask as it is kept. `help`: somebody comes because of its words."""

    row: AskRow
    help: bool = False


async def ask_for_listening(
    ledger: Ledger, actor: Member, asking: Asking, *, covered: bool = True
) -> Asked:
    """Ask for a listener. Words that may be a goodbye reach people, whatever becomes of the ask.

    Raises `NotWhole`, `CannotReach`, `Paused`, `NotOffered`, `OwnKeyLocked`, `SecondAsk`,
    `EnoughTogether`, `TooFast`.
    """
    text = asking.text.strip()
    read = ledger.read(text, actor, asking.language) or unread(text)
    refusal = _why_not(asking, text, read)
    heard = refusal or HoldfastError(code="heard")
    nonce = f"ask-{to_millis(ledger.clock.now()) // AN_HOUR:09d}"  # the same words within the hour
    language = asking.language
    await hear_out(ledger, actor, text=text, nonce=nonce, refusal=heard, language=language)
    if refusal is not None:
        raise refusal
    ledger.limits.take(("asks", actor.id), ASKS)
    async with ledger.workshop.work() as work:
        await not_paused(work, actor)
        await must_be_offered(work, covered=covered)
        row = await make_ask(work, actor, ledger.keyring, asking=asking, words=read)
    if read.reading.concern is Concern.WATCH:
        ledger.noticed()
    return Asked(row, heard.help)


def _why_not(asking: Asking, text: str, read: Read) -> HoldfastError | None:
    if not is_whole(asking.wants, asking.preferences, text):
        return NotWhole()
    return CannotReach() if read.reading.contact else None


async def make_ask(
    work: Work, actor: Member, keyring: Keyring, *, asking: Asking, words: Read
) -> AskRow:
    """Keep an ask whose words were read: its room, the seat of who asks, the sealed sentence.

    Raises `SecondAsk`, `OwnKeyLocked`, `NotFound`; `NotNow` or `EnoughTogether` for who cannot
    come again.
    """
    if await living_ask(work, actor.id) is not None:
        raise SecondAsk
    await ensure_own_key(work, actor)
    me = await myself(work, actor)
    again = await _again_with(work, actor, asking.again_with)
    not_with = [await _session_of(work, actor, slug) for slug in asking.not_with[:MOST_NOT_WITH]]
    room, seat = await lay_listening_room(
        work, System(), member_id=me.id, age_band=me.age_band, language=asking.language
    )
    row = AskRow(
        member_id=me.id,
        room_id=room.id,
        seat_id=seat.id,
        age_band=me.age_band,
        language=asking.language,
        wants=_codes(asking.wants),
        preferences=_codes(asking.preferences),
        not_with=" ".join(str(one) for one in not_with),
        asked_at=work.clock.now(),
        until=work.clock.now() + STANDS,
        concern=int(words.reading.concern),
        again_with=again,
    )
    work.db.add(row)
    try:
        await work.db.flush()
    except IntegrityError:  # another of my windows asked in this very moment
        raise SecondAsk from None
    await _keep_words(work, actor, keyring, row=row, words=words)
    work.announce(AskChanged(row.id, me.id, "asked"))
    return row


async def _keep_words(
    work: Work, actor: Member, keyring: Keyring, *, row: AskRow, words: Read
) -> None:
    if words.text:
        row.key_id = await keyring.kept_key(work, row.seat_id, day_of(row.asked_at))
        row.words = keyring.seal_with(row.key_id, words, place_of_ask(row))
    if words.reading.concern is Concern.WATCH:
        await keep_sign(work, actor, row=row, reading=words.reading)


async def _again_with(work: Work, actor: Member, slug: str | None) -> ListeningId | None:
    """The session whose listener shall come again: both wished it, and it is not the seventh."""
    if slug is None:
        return None
    mine = await own_session(work, actor, slug)
    row = mine.row
    both = row.asker_again and row.listener_again
    if mine.side is not Side.ASKER or not both or row.listener_id is None:
        raise NotNow
    if not may_meet_again(await times_together(work, actor.id, row.listener_id)):
        raise EnoughTogether
    return row.id


async def _session_of(work: Work, actor: Member, slug: str) -> ListeningId:
    return (await own_session(work, actor, slug)).row.id


def _codes(codes: Collection[str]) -> str:
    return " ".join(sorted(codes))


async def look_at_ask(work: Work, actor: Member) -> None:
    """I looked at my ask: it stands for twelve hours from now. Written at most once an hour."""
    row = await living_ask(work, actor.id)
    until = work.clock.now() + STANDS
    if row is not None and until - row.until >= LOOKED:
        row.until = until


async def withdraw_ask(work: Work, actor: Member) -> None:
    """Nobody need come. Raises `NotFound` where nothing waits."""
    await _end_ask(work, await own_ask(work, actor), AskState.WITHDRAWN, "withdrawn")


async def end_asks(work: Work, actor: System) -> int:
    """Asks at which nobody looked for twelve hours end by themselves. How many did."""
    del actor
    over = await asks_over(work)
    for row in over:
        await _end_ask(work, row, AskState.ENDED, "ended")
    return len(over)


async def _end_ask(work: Work, row: AskRow, state: AskState, what: str) -> None:
    """Its sentence goes at once, and nobody has it before them any more. Twice is once."""
    await work.db.refresh(row, with_for_update=True)
    if row.state is not AskState.WAITING:
        raise AskOver
    now = work.clock.now()
    row.state, row.over_at, row.words = state, now, None
    for offer in await open_offers_of(work, row.id):
        offer.state, offer.answered_at = OfferState.WITHDRAWN, now
        work.announce(OfferChanged(offer.id, offer.member_id, "gone"))
    work.announce(AskChanged(row.id, row.member_id, what))
