"""What a room's page says of its state: the truth, and the people who answer now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from holdfast.kit.house import House
from holdfast.kit.looks import Looks
from holdfast.rights.rules import Role, Staff
from holdfast.rooms.jobs import settle
from holdfast.rooms.pages import state_shown
from holdfast.rooms.queries import StateLine
from holdfast.rooms.rules import RoomState
from holdfast.staff.actions.shifts import ShiftPlan, check_in, plan_shift
from holdfast.staff.tables import StaffRow
from members.walking import visit
from town import NIGHT, Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

STATE = f"/rooms/{NIGHT}/state"


async def named(house: House, role: Role, name: str) -> Staff:
    async with house.workshop.work() as work:
        person = (await appoint(work, role)).actor
        assert isinstance(person, Staff)
        (await work.db.get_one(StaffRow, person.id)).name = name
    return person


async def comes(town: Town, clock: StillClock, role: Role, name: str, hours: float = 4) -> None:
    person = await named(town.house, role, name)
    async with town.house.workshop.work() as work:
        await check_in(work, person, until=clock.now() + timedelta(hours=hours))
    await settle(town.house.workshop)


def sign_in(client: httpx.AsyncClient, person: Person) -> None:
    client.cookies.set("holdfast", person.token)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_live_room_names_who_is_here_and_until_when(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await comes(town, clock, Role.CRISIS_MODERATOR, "Dahlia", hours=4)
    sign_in(client, town.ash)
    page = await visit(client, f"/rooms/{NIGHT}")
    assert "Dahlia is on shift until 06:40." in page.said
    assert "Nobody from here is awake now." not in page.said


@pytest.mark.full
@mostly_on_sqlite
async def test_a_quiet_room_says_when_the_next_person_comes_and_not_to_wait(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    dahlia = await named(town.house, Role.MODERATOR, "Dahlia")
    await settle(town.house.workshop)
    sign_in(client, town.ash)
    page = await visit(client, f"/rooms/{NIGHT}")
    assert "Nobody from here is awake now." in page.said
    assert "We can’t say when the next person comes." in page.said
    start = clock.now() + timedelta(hours=15, minutes=20)
    async with town.house.workshop.work() as work:
        plan = ShiftPlan(dahlia.id, start, start + timedelta(hours=4))
        await plan_shift(work, town.elm.actor, plan=plan)
    page = await visit(client, f"/rooms/{NIGHT}")
    assert "The next person comes at 18:00." in page.said
    assert "Please don’t wait for us." in page.said
    assert "/help" in page.links


def test_an_hour_of_another_day_comes_with_its_day_in_the_readers_own_zone() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    line = StateLine(RoomState.QUIET, next_at=late + timedelta(hours=1))
    shown = state_shown(line, Looks(), late)["next_at"]
    assert shown.startswith("00:30, Monday")
    assert "23 November" in shown
    in_ankara = Looks(zone="Europe/Istanbul")
    assert state_shown(line, in_ankara, late)["next_at"] == "03:30"


@pytest.mark.full
@on_sqlite
async def test_a_held_room_says_that_posts_are_read_and_no_wait_it_does_not_know(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await comes(town, clock, Role.MODERATOR, "Dahlia")
    sign_in(client, town.ash)
    page = await visit(client, f"/rooms/{NIGHT}")
    assert "Posts are read before they appear." in page.said
    assert "We can’t say how long that takes." in page.said
    listed = await visit(client, "/rooms")
    assert "Posts are read first" in listed.said


@pytest.mark.full
@on_sqlite
async def test_the_line_comes_by_itself_for_a_page_that_is_open_and_only_to_who_sits_there(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await comes(town, clock, Role.CRISIS_MODERATOR, "Dahlia")
    sign_in(client, town.ash)
    answer = await client.get(STATE)
    assert answer.status_code == 200
    assert 'id="state"' in answer.text
    assert "Dahlia" in answer.text
    assert "<html" not in answer.text
    sign_in(client, town.stranger)
    assert (await client.get(STATE)).status_code == 404


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize(
    ("people", "words"),
    [
        (0, "Nobody from here is on shift now."),
        (1, "1 person from here is awake and on shift."),
        (2, "2 people from here are awake and on shift."),
    ],
)
async def test_the_first_page_counts_who_is_awake_truly(
    client: httpx.AsyncClient, town: Town, clock: StillClock, people: int, words: str
) -> None:
    for number in range(people):
        await comes(town, clock, Role.MODERATOR, f"Person {number}")
    assert words in (await visit(client, "/")).said
    clock.pass_time(hours=5)
    assert "Nobody from here is on shift now." in (await visit(client, "/")).said


@on_sqlite
async def test_the_first_page_stands_without_the_database_and_does_not_guess(
    client: httpx.AsyncClient, town: Town
) -> None:
    database = town.house.workshop.database
    await database.reader.dispose()
    await database.writer.dispose()
    database.file.write_bytes(b"no database" * 800)
    page = await visit(client, "/")
    assert "We can’t say just now whether someone from here is awake." in page.said
    assert "/help" in page.links
