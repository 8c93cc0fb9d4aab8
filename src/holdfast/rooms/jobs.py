"""What rooms do by the clock: become what the rota says, and tell where the rota has gaps."""

from __future__ import annotations

from datetime import timedelta

from holdfast.kit.work import Work, Workshop
from holdfast.notices.actions import acknowledge, page_people
from holdfast.notices.queries import open_pages, page_about
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import System
from holdfast.rooms.actions.guiding import end_what_is_over
from holdfast.rooms.actions.keeping import close_on_the_day, tell_of_closing
from holdfast.rooms.actions.staffed import stand_up_off_shift
from holdfast.rooms.actions.states import settle_states
from holdfast.rooms.queries.closing import closing_to_tell, closings_due
from holdfast.rooms.queries.guiding import guidance_over
from holdfast.rooms.queries.staffed import seats_off_shift
from holdfast.rooms.queries.states import rota_gaps, unsettled_rooms
from holdfast.staff.rules.shifts import Gap


async def settle(workshop: Workshop, *, covered: bool = True, detector_ok: bool = True) -> bool:
    """Settle the states of all rooms; whether any changed. Takes no pen where nothing is to do."""
    async with workshop.reading() as work:
        if not await unsettled_rooms(work, covered=covered, detector_ok=detector_ok):
            return False
    async with workshop.work() as work:
        await settle_states(work, System(), covered=covered, detector_ok=detector_ok)
    return True


async def stand_up(workshop: Workshop) -> None:
    """Whoever is off shift by now leaves the open rooms. Takes no pen where nobody does."""
    async with workshop.reading() as work:
        if not await seats_off_shift(work):
            return
    async with workshop.work() as work:
        await stand_up_off_shift(work, System())


async def end_what_stood(workshop: Workshop) -> None:
    """Topics of the hour and paces end at their time. Takes no pen where none does."""
    async with workshop.reading() as work:
        if not await guidance_over(work):
            return
    async with workshop.work() as work:
        await end_what_is_over(work, System())


async def close_with_notice(workshop: Workshop) -> None:
    """Rooms whose day has come close, and their members are told before. Few at a time."""
    async with workshop.reading() as work:
        due, to_tell = await closings_due(work), await closing_to_tell(work)
    if due:
        async with workshop.work() as work:
            await close_on_the_day(work, System())
    is_more = to_tell is not None
    while is_more:
        async with workshop.work() as work:
            is_more = await tell_of_closing(work, System())


async def look_for_gaps(workshop: Workshop) -> int:
    """Tell those who plan of each gap in the rota, once 72, 24 and 2 hours ahead; how many.

    What was told and is so no more, because somebody is planned now, is put away.
    """
    async with workshop.reading() as work:
        names = await _names(work)
        new = [about for about in names if await page_about(work, about) is None]
        told = [page.about for page in await open_pages(work) if page.urgency is Urgency.GAP]
    old = set(told) - set(names)
    if not new and not old:
        return 0
    async with workshop.work() as work:
        for about in new:
            await page_people(work, System(), about=about, urgency=Urgency.GAP)
        for about in sorted(old):
            await acknowledge(work, System(), about=about)
    return len(new)


async def _names(work: Work) -> list[str]:
    now = work.clock.now()
    horizons = [(gap, gap.horizon(now)) for gap in await rota_gaps(work)]
    return [gap_told(gap, horizon) for gap, horizon in horizons if horizon is not None]


def gap_told(gap: Gap, horizon: timedelta) -> str:
    """What the notice of a gap is about: `gap:en:1795000000:24`."""
    return f"gap:{gap.name}:{horizon // timedelta(hours=1)}"
