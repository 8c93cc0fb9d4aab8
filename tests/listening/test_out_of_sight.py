"""A talk in which one side blocks or reports the other: what the page says to who did it."""

from __future__ import annotations

import httpx
import pytest

from holdfast.listening.queries.shown import people_in_talk
from holdfast.rooms.access import seat_in
from listening.talking import Stage
from town import Person, on_sqlite

pytestmark = on_sqlite
SHOWS = "Whoever reports a message shows it, and five before and after"


async def of_cedar(talks: Stage, slug: str) -> str:
    """The handle of Cedar's seat in a talk."""
    async with talks.town.house.workshop.reading() as work:
        seat = await seat_in(work, talks.town.cedar.member, slug)
        here = await people_in_talk(work, seat.room_id)
    return next(one.seat for one in here if one.member_id == talks.town.cedar.member.id)


async def their_talk(talks: Stage) -> tuple[Person, Person, str]:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    return ash, cedar, await talks.two(ash, cedar)


@pytest.mark.parametrize("kind", ["block", "mute"])
async def test_who_looks_away_in_a_talk_is_told_how_to_end_it_and_the_other_nothing(
    client: httpx.AsyncClient, talks: Stage, kind: str
) -> None:
    ash, cedar, slug = await their_talk(talks)
    way = f'<a href="/listening/{slug}/goodbye">End the talk</a>'
    before = await client.get(f"/rooms/{slug}", headers=ash.bearer)
    assert way not in before.text
    seat = await of_cedar(talks, slug)
    done = await client.post(
        f"/rooms/{slug}/people/{seat}/{kind}", headers={**ash.bearer, "accept": "text/html"}
    )
    assert done.status_code == 303, done.text
    mine = await client.get(f"/rooms/{slug}", headers=ash.bearer)
    assert way in mine.text
    assert ("They no longer see you." in mine.text) is (kind == "block")
    theirs = await client.get(f"/rooms/{slug}", headers=cedar.bearer)
    assert way not in theirs.text


async def test_who_reports_a_message_of_a_talk_reads_first_what_is_shown_with_it(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    ash, cedar, slug = await their_talk(talks)
    said = await client.post(
        f"/rooms/{slug}/messages", data={"text": "Hello"}, headers=cedar.bearer
    )
    assert said.status_code == 303, said.text
    about = await client.get(f"/rooms/{slug}/messages/1/report", headers=ash.bearer)
    assert SHOWS in about.text
    assert "we have it" in about.text
    seat = await of_cedar(talks, slug)
    person = await client.get(f"/rooms/{slug}/people/{seat}/report", headers=ash.bearer)
    assert "Up to 1,000 characters." in person.text
    assert "we have it" not in person.text, "no message goes along"
