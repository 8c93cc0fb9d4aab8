"""What stands at the desk since yesterday says so."""

from __future__ import annotations

import httpx

from desk.sitting import CARD, Desk
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, when_of
from holdfast.rights.rules import Role
from town import StillClock, Town, on_sqlite


@on_sqlite
async def test_what_was_said_and_done_on_another_day_has_its_day(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    desk, looks = Desk(town, client), Looks(locale="en", zone="UTC")
    sam = await desk.hires(Role.CRISIS_MODERATOR, "Sam")
    await desk.hears(town.ash)
    then = clock.now()
    today = await desk.opens(sam)
    assert clock_of(then, looks) in today.said
    assert when_of(then, clock.now(), looks) == clock_of(then, looks)
    clock.pass_time(hours=26)
    with_day = when_of(then, clock.now(), looks)
    assert with_day not in today.said
    fern = await desk.hires(Role.LEAD, "Fern")
    assert (await desk.opens(fern, CARD)).said.count(with_day) >= 3, "head, words, steps"
