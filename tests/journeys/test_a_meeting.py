"""One whole meeting of a circle, on a browser without scripts."""

from __future__ import annotations

import httpx
import pytest

from meetings.meeting import CIRCLE, a_circle, looks
from members.walking import Page, send, visit
from town import ORIGIN, Person, StillClock, Town, mostly_on_sqlite, newcomers

pytestmark = mostly_on_sqlite
ROOM = f"/rooms/{CIRCLE}"


class Window:
    """Somebody's browser, without scripts."""

    def __init__(self, client: httpx.AsyncClient, who: Person) -> None:
        self.client = client
        self.headers = {**who.bearer, "origin": ORIGIN}

    async def sees(self, path: str = ROOM) -> Page:
        self.client.headers.update(self.headers)
        return await visit(self.client, path)

    async def presses(self, action: str, **fields: str) -> Page:
        page = await self.sees(ROOM if "/meetings/" in action else action)
        assert action in [form.action for form in page.forms], action
        self.client.headers.update(self.headers)
        return Page(await self.client.post(action, data=fields, follow_redirects=True))

    async def says(self, words: str) -> Page:
        return await send(self.client, await self.sees(), f"{ROOM}/messages", text=words)


@pytest.mark.full
async def test_a_circle_meets_from_the_plan_to_what_is_handed_out(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    (dove,) = await newcomers(town.house, 1)
    await a_circle(town, town.birch, dove, host=town.ash)
    ash, birch, third = (Window(client, one) for one in (town.ash, town.birch, dove))

    # The host plans it; it stands at the top for everyone, each on their own clock.
    assert "No meeting is planned here" in (await ash.sees()).said
    when = {"starts_at": "2026-11-22T20:00", "theme": "nights", "minutes": "60", "box": "3"}
    page = await ash.presses(f"{ROOM}/meetings", **when)
    assert "The meeting is planned" in page.said
    page = await birch.sees()
    assert "Next meeting: Sunday 22 November 2026, 20:00" in page.said.replace("Sunday,", "Sunday")
    assert "Nights and sleep" in page.said
    assert not any(one.action.endswith("/lead") for one in page.forms)
    number = int(
        next(one.action for one in (await ash.sees()).forms if "/lead" in one.action).split("/")[4]
    )
    await told_before(town, client, birch, clock)
    await opening_and_go_round(town, (ash, birch, third), number, clock)
    await the_rest(town, (ash, birch), clock)


async def told_before(
    town: Town, client: httpx.AsyncClient, birch: Window, clock: StillClock
) -> None:
    """Birch wants to be told half an hour before."""
    page = Page(
        await client.post(
            f"{ROOM}/reminder", data={"on": "1"}, headers=birch.headers, follow_redirects=True
        )
    )
    assert "No reminders any more" in page.said
    clock.pass_time(hours=16, minutes=50)
    await looks(town)
    assert "A meeting in" in (await birch.sees("/me/notices")).said


async def opening_and_go_round(
    town: Town, windows: tuple[Window, Window, Window], number: int, clock: StillClock
) -> None:
    """It begins by itself. Two say how they are, the third asks for a turn."""
    ash, birch, third = windows
    turn, lead = f"{ROOM}/meetings/{number}/turn", f"{ROOM}/meetings/{number}/lead"
    clock.pass_time(minutes=30)
    await looks(town)
    assert "Opening round" in (await birch.sees()).said
    await birch.says("Tired. It was a short night.")
    await ash.says("Glad that you are here.")
    await looks(town)
    await third.presses(turn, do="join")
    clock.pass_time(minutes=4)
    await ash.presses(lead, do="next")

    # Birch has the first turn; everybody sees it where they write, and may write all the same.
    page = await birch.sees()
    assert "It is your turn." in page.said
    page = await ash.sees()
    assert "has a turn now. You can write too." in page.said
    assert any(one.action == f"{ROOM}/messages" for one in page.forms)
    await ash.says("I am listening.")
    page = await birch.presses(turn, do="pass")
    assert "It is your turn." not in page.said
    assert "had a turn" in page.said  # as of one who spoke

    # Ash has more time, then is done; the third one is there and ends the round.
    await ash.presses(lead, do="more")
    page = await ash.presses(turn, do="done")
    assert "It is your turn." in (await third.sees()).said
    await third.says("I sleep better since we meet.")
    clock.pass_time(minutes=3, seconds=1)
    await looks(town)
    assert "Open talk" in (await third.sees()).said


async def the_rest(town: Town, windows: tuple[Window, Window], clock: StillClock) -> None:
    """It goes by the clock, to what is there to take along."""
    ash, birch = windows
    clock.pass_time(minutes=46)
    await looks(town)
    assert "Closing round" in (await birch.sees()).said
    clock.pass_time(minutes=10)
    await looks(town)
    page = await birch.sees()
    assert "To take along" in page.said
    assert {"/help", "/me/safety-plan"} <= set(page.links)
    clock.pass_time(minutes=11)
    await looks(town)
    assert "To take along" not in (await birch.sees()).said
    assert "No meeting is planned here" in (await ash.sees()).said
