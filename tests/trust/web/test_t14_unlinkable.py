"""T14: what anybody is shown of one member in two rooms has nothing in common."""

from __future__ import annotations

import re

import httpx
import pytest

from holdfast.rooms.actions import take_seat
from town import EVENING, NIGHT, Person, Town, newcomers, on_sqlite, unlimited

pytestmark = [on_sqlite, unlimited]
TRACE = re.compile(r"[A-Za-z0-9_-]{6,}")
DOORS = ("/rooms/{}", "/rooms/{}/history", "/api/v1/rooms/{}/messages", "/rooms/{}/search?q=hello")


async def sits_in_both(town: Town) -> Person:
    (member,) = await newcomers(town.house, 1, NIGHT)
    async with town.house.workshop.work() as work:
        await take_seat(work, member.actor, slug=EVENING)
    return member


async def traces(client: httpx.AsyncClient, reader: Person, room: str) -> set[str]:
    """Every string and number of six signs and more that a reader is shown of a room."""
    found: set[str] = set()
    for door in DOORS:
        answer = await client.get(door.format(room), headers=reader.bearer)
        assert answer.status_code == 200, door
        found |= set(TRACE.findall(answer.text))
    for seed in [one for one in found if re.fullmatch(r"[0-9a-f]{16,}", one)]:
        picture = await client.get(f"/avatars/{seed}.svg")
        found |= set(TRACE.findall(picture.text)) if picture.status_code == 200 else set()
    return found


@pytest.mark.parametrize("planted", ["", "a-mark-of-mine-314159"])
async def test_t14_pages_and_calls_show_nothing_by_which_two_rooms_meet(
    client: httpx.AsyncClient, town: Town, planted: str
) -> None:
    """And what somebody says of themselves in both would be found."""
    ash, reader = await sits_in_both(town), await sits_in_both(town)
    here, there = [await town.seat(ash, room) for room in (NIGHT, EVENING)]
    assert here.author.seat != there.author.seat
    assert here.author.pseudonym != there.author.pseudonym
    assert here.author.avatar != there.author.avatar
    everywhere: list[set[str]] = []
    for speaks in (False, True):
        for room in (NIGHT, EVENING):
            if speaks:
                await town.say(ash, f"hello from the {room} {planted}", room)
            everywhere.append(await traces(client, reader, room))
    silent_night, silent_evening, night, evening = everywhere
    of_ash = (night - silent_night) & (evening - silent_evening)
    said = set(TRACE.findall("hello from the night-room hello from the evening"))
    times = {one for one in of_ash if re.match(r"\d{4}-\d\d-\d\d|\d+T\d+|[0-9-]+$", one)}
    words = {one for one in of_ash if one.isalpha() and one.islower()}
    names = of_ash - said - times - words
    assert {one for one in names if not is_of_the_page(one)} == ({planted} if planted else set())
    assert len(night - silent_night) > 3, "there is something to be seen of them in each room"


def is_of_the_page(one: str) -> bool:
    """A class, a word of a sentence or a colour of the palette: the same for everybody."""
    return bool(
        re.fullmatch(r"[a-z]+(-[a-z]+)+|[A-Z][a-z]+|[a-z]+_[a-z]+|[0-9a-f]{6}|m\d+|[a-z]+\d?", one)
    )
