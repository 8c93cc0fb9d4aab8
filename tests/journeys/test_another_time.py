"""Who was in danger once is not read back to whoever comes to a lighter day."""

from __future__ import annotations

import pytest

from holdfast.rights.rules import Role
from journeys.place import Place
from town import StillClock, mostly_on_sqlite

pytestmark = mostly_on_sqlite

GOODBYE = "This is my goodbye. I am going to kill myself tonight, I have everything ready."
WATCH = "I feel so hopeless lately, nothing matters any more."
THEN = "I had written letters to everyone."
NOW = "Today is only a bit grey."


@pytest.mark.full
async def test_a_moderator_at_a_watch_reads_nothing_of_graver_times_before(
    place: Place, clock: StillClock
) -> None:
    ash = place.town.ash
    sam = await place.appoint(Role.CRISIS_MODERATOR, "Sam")
    fern = await place.appoint(Role.LEAD, "Fern")

    # Something grave, and what was said in the side space then. It ends well.
    line = await place.served.line(ash)
    await line.enter()
    await line.post(GOODBYE)
    await place.settled()
    side = (await place.act(sam, "join"))["side_space"]
    await line.enter(side)
    await line.post(THEN, room=side)
    asked = await place.act(sam, "close", how="emergency", check_in_hours=24)
    await place.act(fern, "grant", approval=asked["waits_for_second"])
    clock.pass_time(hours=6)

    # Another day, a watch. Maren comes, under her name, and reads from here on.
    await line.post(WATCH)
    await place.settled()
    maren = await place.appoint(Role.MODERATOR, "Maren")
    number = max(one["id"] for one in (await place.call(maren, "GET", "/escalations"))["items"])
    assert (await place.act(maren, "join", number))["side_space"] == side
    await line.post(NOW, room=side)
    hers = await place.served.line(maren)
    entered = await hers.enter(side, since=0)
    assert await place.seen_by(maren, side) == [NOW]
    assert THEN not in str(entered)
    assert THEN not in (await place.page(maren, f"/rooms/{side}")).text
    assert THEN not in (await place.page(maren, f"/rooms/{side}/search?q=letters")).text

    # Whoever may go to graver things reads all of it.
    robin = await place.appoint(Role.CRISIS_MODERATOR, "Robin")
    await place.act(robin, "join", number)
    assert await place.seen_by(robin, side) == [THEN, NOW]
