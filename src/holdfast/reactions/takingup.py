"""What a process that was killed a moment ago left undone is done by whoever starts next.

What follows once from an event is done after its commit: a process that dies in between leaves it.
The news of the house still tells the events of the last minutes, and the rooms what was said. Each
is looked at again here; what was done is found done. The rest goes by the clock anyway.

Lost for good is what nobody misses: that whoever holds a case is asked to hurry, and what was
counted of newcomers' words and arrivals in the last five seconds.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from holdfast.crisis.actions import heard_in_side_space, member_left, stay
from holdfast.crisis.events import CareOffered, EscalationChanged
from holdfast.crisis.queries import escalation_of_side_space, shows_in_a_room
from holdfast.crisis.rules.steps import is_claimed
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Event, Work, Workshop
from holdfast.members.events import MemberErased, SessionEnded
from holdfast.messages.queries.lately import SaidLately, is_told, said_lately
from holdfast.notices.queries import page_about
from holdfast.notices.queries.telling import side_spaces_told
from holdfast.notices.rules.telling import Kind
from holdfast.reactions.caring import HelperCare
from holdfast.reactions.concerns import Say
from holdfast.reactions.guided import facts_of
from holdfast.reactions.notices import MemberNotices, Said
from holdfast.rights.rules import System
from holdfast.rooms.events import RoomGuided, RoomStateChanged
from holdfast.rooms.queries.states import states_of_open_rooms

log = structlog.get_logger()
LATELY = timedelta(minutes=2)  # a process that was killed is started anew by then
UNDER_WAY = timedelta(seconds=5)  # whoever kept the words may just be seeing to it
MAY_BE_LEFT = timedelta(seconds=40)  # a few looks by the clock
A_MOMENT = timedelta(seconds=1)  # two machines' clocks may differ
Told = tuple[datetime, Event]  # when, and what


class TakingUp:
    """Goes through the last moments once, when a process starts; of some again by the clock."""

    def __init__(
        self, workshop: Workshop, notices: MemberNotices, care: HelperCare, say: Say
    ) -> None:
        self._workshop = workshop
        self._notices, self._care, self._say = notices, care, say

    async def begin(self, told: Sequence[Told]) -> None:
        """See to what follows from these events, and from what was said."""
        told = of_who_is_here(told)
        await _surely(self._rooms(told))
        for at, event in await self._without_known_care(told):
            await _surely(self._again(at - A_MOMENT, event))
        await _surely(self._said())

    # -- events ---------------------------------------------------------------------------------

    async def _rooms(self, told: Sequence[Told]) -> None:
        """Rooms learn what they are by now, and what is new about them, where they did not."""
        newest: dict[tuple[RoomId, frozenset[str]], tuple[datetime, dict[str, Any]]] = {}
        for at, event in told:
            if isinstance(event, RoomStateChanged | RoomGuided):
                facts = facts_of(event)
                more = frozenset(facts) - {"state", "until"}
                newest[event.room_id, more] = at, facts
        if not newest:
            return
        async with self._workshop.reading() as work:
            states = await states_of_open_rooms(work)
            unsaid = [
                (room_id, facts)
                for (room_id, _), (at, facts) in newest.items()
                if not await is_told(work, room_id, "room_changed", facts, at - A_MOMENT)
            ]
        for room_id, facts in unsaid:
            if room_id in states and states[room_id][0] == facts["state"]:
                self._say(room_id, "room_changed", facts)

    async def _again(self, since: datetime, event: Event) -> None:
        match event:
            case EscalationChanged(what="joined"):
                await self._comfort(event, since)
            case MemberErased():
                async with self._workshop.work() as work:
                    await member_left(work, System(), member_id=None, how="erased")
            case SessionEnded(member_id=member_id):
                async with self._workshop.work() as work:
                    how, me = "signed_out", member_id
                    await member_left(work, System(), member_id=me, how=how, unless_since=since)
        self._notices.hear(event)
        self._care.hear(event)

    async def _without_known_care(self, told: Sequence[Told]) -> list[Told]:
        """These, without the care that its member was told of since.

        Where many were in danger a moment ago, all of them are asked about at once: right after a
        start everybody comes back, and nobody is to wait for this.
        """
        cared = {event.member_id for _, event in told if isinstance(event, CareOffered)}
        if not cared:
            return list(told)
        async with self._workshop.reading() as work:
            known = await side_spaces_told(work, cared)

        def is_known(since: datetime, event: Event) -> bool:
            if not isinstance(event, CareOffered):
                return False
            at = known.get((event.member_id, event.side_space or ""))
            return at is not None and at >= since

        return [(at, event) for at, event in told if not is_known(at - A_MOMENT, event)]

    async def _comfort(self, event: EscalationChanged, since: datetime) -> None:
        async with self._workshop.reading() as work:
            seen = await shows_in_a_room(work, event.id)
            if seen is None:
                return
            room_id, person = seen
            facts = {"note": "care", "person": person}
            known = await is_told(work, room_id, "note", facts, since)
        if not known:
            self._say(room_id, "note", facts)

    # -- what was said ---------------------------------------------------------------------------

    async def _said(self) -> None:
        async with self._workshop.reading() as work:
            said = await said_lately(work, work.clock.now() - LATELY)
        ticks = self._workshop.clock.ticks()
        for one in said:
            if one.is_reply or (one.is_side and one.by_staff):
                kind = Kind.SIDE_SPACE if one.is_side and one.by_staff else Kind.REPLY
                self._notices.note(Said(kind, one.room_id, one.seq, ticks))
        for one in {one.room_id: one for one in said if one.is_side}.values():
            await self._in_side_space(one)

    async def _in_side_space(self, last: SaidLately) -> None:
        """The last words there: whoever holds it goes on holding it, or somebody is called."""
        async with self._workshop.work() as work:
            if last.by_staff:
                await stay(work, System(), room_id=last.room_id, seat_id=last.seat_id)
            elif not await _is_called_about(work, last):
                await heard_in_side_space(work, System(), room_id=last.room_id)

    # -- by the clock ----------------------------------------------------------------------------

    async def look(self) -> None:
        """Words in a side space that nobody holds: whoever kept them may be gone for good."""
        async with self._workshop.reading() as work:
            now = work.clock.now()
            said = await said_lately(work, now - MAY_BE_LEFT)
            last = {one.room_id: one for one in said if one.is_side}.values()
            waits = [one for one in last if not one.by_staff and one.at < now - UNDER_WAY]
            left = [
                one
                for one in waits
                if not (await _is_held(work, one) or await _is_called_about(work, one))
            ]
        for one in left:
            await self._in_side_space(one)


async def _is_held(work: Work, last: SaidLately) -> bool:
    row = await escalation_of_side_space(work, last.room_id)
    return row is None or is_claimed(row.taken_by, row.claim_until, work.clock.now())


async def _is_called_about(work: Work, last: SaidLately) -> bool:
    """Whether somebody was called, or answered, since these words."""
    row = await escalation_of_side_space(work, last.room_id)
    page = None if row is None else await page_about(work, f"escalation:{row.id}")
    since = last.at - A_MOMENT
    return page is not None and (
        page.raised_at >= since or page.acknowledged_at is None or page.acknowledged_at >= since
    )


def of_who_is_here(told: Sequence[Told]) -> list[Told]:
    """Without what was about members before they went: their number may be somebody else's."""
    kept: list[Told] = []
    gone: set[int] = set()
    for at, event in reversed(told):
        if isinstance(event, MemberErased):
            gone.add(event.member_id)
        elif getattr(event, "member_id", None) in gone:
            continue
        kept.append((at, event))
    return kept[::-1]


async def _surely(work: Coroutine[Any, Any, None]) -> None:
    """Whatever breaks over it, the process starts."""
    try:
        await work
    except Exception as broken:
        log.error("takingup.broken", error=type(broken).__name__)
