"""A raised hand: somebody of the staff is called, comes visibly, and reads from then on."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from holdfast.audit.actions import record
from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.listening.access import hand_to_answer, own_session, session_under_way
from holdfast.listening.actions.talking import tell
from holdfast.listening.events import HandDown, HandRaised, SomebodyCame
from holdfast.listening.queries.hands import hand_up
from holdfast.listening.queries.sessions import staff_here
from holdfast.listening.rules.sessions import HandState, NotNow, Side
from holdfast.listening.tables import HandRow, ListeningRow
from holdfast.messages.actions.between import share_earlier
from holdfast.messages.ledger import Ledger
from holdfast.notices.actions import acknowledge, page_people
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Actor, Member, System
from holdfast.rooms.actions import sit_with
from holdfast.rooms.actions.listening import show_earlier, tell_who_came
from holdfast.rooms.queries import room_named
from holdfast.staff.actions.session_keys import ensure_session_key


async def raise_hand(work: Work, actor: Member, *, slug: str) -> HandRow:
    """Call somebody of the staff into this session. Either may, and twice is once.

    Raises `NotFound`, `SessionOver`.
    """
    mine = await session_under_way(work, actor, slug)
    return await call_in(work, System(), row=mine.row, by=mine.side)


async def call_in(work: Work, actor: System, *, row: ListeningRow, by: Side | None) -> HandRow:
    """A hand goes up, of one of the two or of the house; people are called until one comes."""
    known = await hand_up(work, row.id)
    if known is not None:
        return known
    hand = HandRow(session_id=row.id, raised_at=work.clock.now(), by=by)
    try:
        async with work.db.begin_nested():
            work.db.add(hand)
    except IntegrityError:  # the other one raised theirs in this very moment
        return await call_in(work, actor, row=row, by=by)
    await page_people(
        work, actor, about=f"hand:{hand.id}", urgency=Urgency.IMMEDIATE, until_taken=True
    )
    tell(work, row, (await room_named(work, row.room_id)).slug, "hand")
    work.announce(HandRaised(hand.id))
    return hand


async def lower_hand(work: Work, actor: Member, *, slug: str) -> None:
    """It is all right again: nobody need come. Only who raised it may say so."""
    mine = await session_under_way(work, actor, slug)
    hand = await hand_up(work, mine.row.id)
    if hand is None:
        return
    if hand.by is not mine.side:
        raise NotNow
    hand.state = HandState.LOWERED
    await acknowledge(work, System(), about=f"hand:{hand.id}")
    tell(work, mine.row, slug, "hand")
    work.announce(HandDown(hand.id))


async def answer_hand(work: Work, actor: Actor, *, hand_id: int) -> str:
    """Come: I sit down there under my name, and read what is said from now on. Says the slug.

    Raises `NotFound`, `NotOnShift`, `SessionOver`, `NotNow` where somebody else came first.
    """
    staff, hand, row = await hand_to_answer(work, actor, hand_id)
    if hand.state is not HandState.RAISED and hand.answered_by != staff.id:
        raise NotNow
    room = await room_named(work, row.room_id)
    await ensure_session_key(work, staff)
    await sit_with(work, staff, room_id=room.id, reads_after=room.head)
    if hand.state is HandState.RAISED:
        hand.state, hand.answered_by = HandState.ANSWERED, staff.id
        hand.answered_at = work.clock.now()
    await tell_who_came(work, System(), room_id=room.id)
    await acknowledge(work, staff, about=f"hand:{hand.id}")
    await record(work, staff, what="hand:answered", about=f"hand:{hand.id}")
    work.announce(HandDown(hand.id))
    work.announce(SomebodyCame(row.id, row.room_id))
    tell(work, row, room.slug, "came")
    return room.slug


async def say_yes_to_earlier(ledger: Ledger, actor: Member, *, slug: str) -> None:
    """Whoever was called may read what was said before they came: the member says yes.

    The member's own key does it. Raises `NotFound`, `OwnKeyLocked`, and `NotNow` for the listener
    and where nobody was called.
    """
    async with ledger.workshop.work() as work:
        mine = await own_session(work, actor, slug)
        who = await _who_came(work, mine.row)
        if mine.side is not Side.ASKER or who is None:
            raise NotNow
        mine.row.earlier_to = who
        room_id = mine.row.room_id
        await share_earlier(work, actor, ledger=ledger, room_id=room_id, staff_id=who)
        await show_earlier(work, System(), room_id=mine.row.room_id, staff_id=who)
        tell(work, mine.row, slug, "earlier")


async def _who_came(work: Work, row: ListeningRow) -> StaffId | None:
    here = await staff_here(work, row.room_id)
    return here[-1] if here else None
