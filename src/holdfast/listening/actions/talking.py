"""What the two of a session do: pause, go on, say goodbye, answer, wish to meet again."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from holdfast.kit.errors import Malformed
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.listening.access import own_session, session_under_way
from holdfast.listening.events import HandDown, ListeningChanged
from holdfast.listening.queries.hands import hand_up
from holdfast.listening.queries.seals import place_of_note
from holdfast.listening.queries.sessions import open_sessions, said_last, session_in
from holdfast.listening.rules.asks import AskState
from holdfast.listening.rules.queue import LOOKED_BACK
from holdfast.listening.rules.sessions import (
    LONGEST_NOTE,
    TOLD_BEFORE,
    WORDS_KEPT,
    Ending,
    EnoughTogether,
    HandState,
    NotNow,
    Side,
    fades_at,
    may_meet_again,
)
from holdfast.listening.tables import AskRow, FeedbackRow, HandOverRow, ListeningRow, WaitRow
from holdfast.messages.ledger import Ledger
from holdfast.notices.actions import acknowledge, untell_members
from holdfast.notices.rules.telling import Kind
from holdfast.rights.rules import Member, System
from holdfast.rooms.actions.listening import close_listening_room, empty_room_of_staff
from holdfast.rooms.queries import room_named
from holdfast.screening.detector import unread
from holdfast.sealing.seam import day_of

ANSWERS = range(3)  # no, partly, yes


async def pause_session(work: Work, actor: Member, *, slug: str) -> None:
    """Both see it, and the place is held. Twice is once. Raises `NotFound`, `SessionOver`."""
    mine = await session_under_way(work, actor, slug)
    if mine.row.paused_at is None:
        mine.row.paused_at, mine.row.paused_by = work.clock.now(), mine.side
        tell(work, mine.row, slug, "paused")


async def go_on(work: Work, actor: Member, *, slug: str) -> None:
    """The pause is over. Either may say so. Raises `NotFound`, `SessionOver`."""
    mine = await session_under_way(work, actor, slug)
    if mine.row.paused_at is not None:
        mine.row.paused_at, mine.row.paused_by, mine.row.told_at = None, None, None
        mine.row.last_at = work.clock.now()
        tell(work, mine.row, slug, "went_on")


async def end_session(work: Work, actor: Member, *, slug: str) -> ListeningRow:
    """Say goodbye. Raises `NotFound`, `SessionOver`."""
    mine = await session_under_way(work, actor, slug)
    await close_session(work, System(), row=mine.row, how=Ending.GOODBYE, by=mine.side)
    return mine.row


async def close_session(
    work: Work, actor: System, *, row: ListeningRow, how: Ending, by: Side | None = None
) -> None:
    """It is over: nothing more is written there, who was called leaves, the ask's words go."""
    if row.ended_at is not None:
        return
    now = work.clock.now()
    row.ended_at, row.ended_how, row.ended_by = now, how, by
    row.paused_at, row.paused_by = None, None
    hand = await hand_up(work, row.id)
    if hand is not None:
        hand.state = HandState.LOWERED
        await acknowledge(work, actor, about=f"hand:{hand.id}")
        work.announce(HandDown(hand.id))
    words = update(AskRow).where(AskRow.room_id == row.room_id).values(words=None)
    await work.db.execute(words)
    await empty_room_of_staff(work, actor, room_id=row.room_id)
    await close_listening_room(work, actor, room_id=row.room_id)
    await untell_members(work, actor, kind=Kind.LISTENER, about=f"talk:{row.id}")
    slug = (await room_named(work, row.room_id)).slug
    tell(work, row, slug, "ended")


def tell(work: Work, row: ListeningRow, slug: str, what: str) -> None:
    """Both of a session look at it again, those of them who are still here."""
    here = (row.asker_id, row.listener_id)
    people = tuple(one for one in here if one is not None)
    work.announce(ListeningChanged(row.id, row.room_id, slug, people, what))


async def fade_sessions(work: Work, actor: System) -> int:
    """Sessions in which nobody has said anything for long end; both hear of it before.

    How many ended.
    """
    rows = await open_sessions(work)
    last = await said_last(work, [row.room_id for row in rows])
    now, ended = work.clock.now(), 0
    for row in rows:
        said = last.get(row.room_id)
        if said is not None and said > row.last_at:
            row.last_at, row.told_at = said, None
        over = fades_at(row.last_at, row.paused_at)
        if now >= over:
            await close_session(work, actor, row=row, how=Ending.QUIET)
            ended += 1
        elif now >= over - TOLD_BEFORE and row.told_at is None:
            row.told_at = now
            tell(work, row, (await room_named(work, row.room_id)).slug, "soon")
    return ended


async def end_what_has_nobody(work: Work, actor: System) -> int:
    """One of the two is gone for good: their talk is over. How many ended."""
    await _forget_words_of_who_left(work)
    alone = [one for one in await open_sessions(work) if None in {one.asker_id, one.listener_id}]
    for row in alone:
        await close_session(work, actor, row=row, how=Ending.LEFT)
    return len(alone)


async def end_where_seat_was_left(
    work: Work, actor: System, *, room_id: RoomId, seat_id: SeatId
) -> None:
    """One of the two gave up their seat: nobody is left to wait for somebody who is not there."""
    row = await session_in(work, room_id)
    if row is None or seat_id not in {row.asker_seat, row.listener_seat}:
        return
    await work.db.refresh(row, with_for_update=True)
    await close_session(work, actor, row=row, how=Ending.LEFT)


async def end_as_listener(work: Work, actor: System, *, member_id: MemberId) -> None:
    """Somebody was kept out for good: they listen to nobody any more, from this moment on."""
    for row in await open_sessions(work):
        if row.listener_id == member_id:
            await work.db.refresh(row, with_for_update=True)
            await close_session(work, actor, row=row, how=Ending.GUARD)


async def _forget_words_of_who_left(work: Work) -> None:
    left = select(ListeningRow.id).where(ListeningRow.asker_id.is_(None))
    theirs = HandOverRow.session_id.in_(left), HandOverRow.words.is_not(None)
    await work.db.execute(update(HandOverRow).where(*theirs).values(words=None))
    noted = ListeningRow.listener_id.is_(None), ListeningRow.note.is_not(None)
    await work.db.execute(update(ListeningRow).where(*noted).values(note=None))


async def forget_old_words(work: Work, actor: System) -> None:
    """Notes, summaries and waits that were kept for long enough."""
    del actor
    now = work.clock.now()
    long_over = select(ListeningRow.id).where(ListeningRow.ended_at < now - WORDS_KEPT)
    theirs = HandOverRow.session_id.in_(long_over), HandOverRow.words.is_not(None)
    await work.db.execute(update(HandOverRow).where(*theirs).values(words=None))
    noted = ListeningRow.ended_at < now - WORDS_KEPT, ListeningRow.note.is_not(None)
    await work.db.execute(update(ListeningRow).where(*noted).values(note=None))
    await work.db.execute(delete(WaitRow).where(WaitRow.day < (now - LOOKED_BACK).date()))


async def note_concern(work: Work, actor: System, *, member_id: MemberId, concern: int) -> None:
    """Somebody may be in danger: what they ask moves up, and the talk they are in is a hard one."""
    del actor
    asks = update(AskRow).where(AskRow.member_id == member_id, AskRow.concern < concern)
    await work.db.execute(asks.where(AskRow.state == AskState.WAITING).values(concern=concern))
    talks = update(ListeningRow).where(ListeningRow.asker_id == member_id)
    its = ListeningRow.ended_at.is_(None), ListeningRow.concern < concern
    await work.db.execute(talks.where(*its).values(concern=concern))


async def say_it_was_hard(work: Work, actor: Member, *, slug: str) -> None:
    """The listener says so: ten minutes without anybody new follow. Raises `NotFound`."""
    mine = await own_session(work, actor, slug)
    if mine.side is not Side.LISTENER:
        raise NotNow
    mine.row.was_hard = True


async def wish_to_return(work: Work, actor: Member, *, slug: str, yes: bool) -> bool:
    """Whether I would like to talk with them again; whether both would. Nobody is told of a no.

    Raises `NotFound`, `NotNow`, `EnoughTogether`.
    """
    mine = await own_session(work, actor, slug)
    row = mine.row
    if row.asker_id is None or row.listener_id is None:
        raise NotNow
    if yes and not may_meet_again(row.number):
        raise EnoughTogether
    if mine.side is Side.ASKER:
        row.asker_again = yes
    else:
        row.listener_again = yes
    both = bool(row.asker_again and row.listener_again)
    if both:
        tell(work, row, slug, "again")
    return both


async def give_feedback(
    work: Work, actor: Member, *, slug: str, heard: int, safe: int, again: int
) -> None:
    """Three answers, kept apart from whose they are. Raises `NotFound`, `NotNow`, `Malformed`."""
    mine = await own_session(work, actor, slug)
    row = mine.row
    if mine.side is not Side.ASKER or row.ended_at is None or row.has_answered:
        raise NotNow
    if not {heard, safe, again} <= set(ANSWERS):
        raise Malformed
    row.has_answered = True
    if row.listener_id is not None:
        month = work.clock.now().date().replace(day=1)
        answers = FeedbackRow(
            listener_id=row.listener_id, month=month, heard=heard, safe=safe, again=again
        )
        work.db.add(answers)


async def write_note(ledger: Ledger, actor: Member, *, slug: str, text: str) -> None:
    """The listener's two lines, for themselves alone. Raises `NotFound`, `NotNow`, `Malformed`."""
    words = text.strip()
    if len(words) > LONGEST_NOTE:
        raise Malformed
    read = ledger.read(words, actor, "en") or unread(words)
    async with ledger.workshop.work() as work:
        mine = await own_session(work, actor, slug)
        row = mine.row
        if mine.side is not Side.LISTENER:
            raise NotNow
        day = day_of(work.clock.now())
        row.note_key_id = await ledger.keyring.kept_key(work, row.listener_seat, day)
        row.note = (
            ledger.keyring.seal_with(row.note_key_id, read, place_of_note(row)) if words else None
        )
