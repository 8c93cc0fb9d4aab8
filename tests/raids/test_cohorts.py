"""A cohort is taken back in one go, told why, and brought back in one go."""

from __future__ import annotations

import time

import httpx
import pytest
from sqlalchemy import select, update

from crisis.voice import GOODBYE
from holdfast.crisis.queries import open_escalations
from holdfast.kit.errors import Conflict, NotFound
from holdfast.kit.house import House
from holdfast.members.tables import FreezeRow
from holdfast.messages.tables import HeldState, MessageRow
from holdfast.raids.actions import bring_back_cohort, undo_cohort
from holdfast.raids.queries import RaidSummary, raids_lately
from holdfast.raids.queries.cohorts import Preview, preview_of
from holdfast.rights.rules import Role
from holdfast.rooms.tables import SeatRow
from holdfast.settings import Switch
from raids.raiders import Newcomer, crowd, newcomer
from town import EVENING, NIGHT, Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

COHORT = 13


async def raided(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> tuple[Person, list[Newcomer], RaidSummary]:
    """Thirteen came, three of them were heard before anybody could know, and one waits."""
    came = await crowd(client, clock, COHORT, NIGHT)
    for number, someone in enumerate(came[:3]):
        answer = await someone.say(f"We are here, number {number}")
        assert answer.status_code in {201, 202}
    await town.house.reactions.settled()
    await town.house.reactions.raids.look()
    async with town.house.workshop.work() as work:
        keeper = await appoint(work, Role.MODERATOR)
        raid, *_ = await raids_lately(work)
    return keeper, came, raid


async def seen(client: httpx.AsyncClient, town: Town) -> list[str]:
    path = f"/api/v1/rooms/{NIGHT}/messages"
    items = (await client.get(path, headers=town.birch.bearer)).json()["items"]
    return [item["text"] for item in items if not item.get("removed")]


async def raid_now(house: House) -> RaidSummary:
    await house.reactions.settled()
    async with house.workshop.reading() as work:
        raid, *_ = await raids_lately(work)
    return raid


@pytest.mark.full
@mostly_on_sqlite
async def test_what_they_said_is_gone_from_the_room_and_they_are_told_and_may_appeal(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    first = await newcomer(client, NIGHT)
    assert (await first.say("I said this as soon as I came")).status_code == 201
    await town.say(town.ash, "I was here before them")
    keeper, came, raid = await raided(client, town, clock)
    await undo_cohort(
        town.house.ledger, keeper.actor, raid_id=raid.id, version=raid.version, rule="kind"
    )
    await town.house.reactions.settled()
    assert await seen(client, town) == ["I was here before them"]
    paused = await came[0].say("Let me in again")
    assert (paused.status_code, paused.json()["code"]) == (403, "paused")
    page = await client.get("/me/measures", headers=came[0].bearer)
    assert page.status_code == 200
    assert "The rooms are closed to you for a while" in page.text
    assert "/appeal" in page.text


@pytest.mark.full
@mostly_on_sqlite
async def test_before_it_is_done_one_sees_how_many_it_is_about(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    first = await newcomer(client, NIGHT)
    await first.say("I said this as soon as I came")
    keeper, _, raid = await raided(client, town, clock)
    async with town.house.workshop.reading() as work:
        before = await preview_of(work, raid.id)
    assert before == Preview(people=COHORT + 1, messages=1, waiting=3)
    await undo_cohort(
        town.house.ledger, keeper.actor, raid_id=raid.id, version=raid.version, rule="kind"
    )
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        assert await preview_of(work, raid.id) == Preview(before.people, 0, 0)


@mostly_on_sqlite
async def test_it_is_brought_back_with_one_click_too(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    first = await newcomer(client, NIGHT)
    await first.say("I said this as soon as I came")
    keeper, _, raid = await raided(client, town, clock)
    ledger = town.house.ledger
    await undo_cohort(ledger, keeper.actor, raid_id=raid.id, version=raid.version, rule="kind")
    undone = await raid_now(town.house)
    assert undone.undone_at is not None
    assert await seen(client, town) == []
    await bring_back_cohort(ledger, keeper.actor, raid_id=raid.id, version=undone.version)
    back = await raid_now(town.house)
    assert back.undone_at is None
    assert await seen(client, town) == ["I said this as soon as I came"]
    assert (await first.say("Thank you for looking again")).status_code == 202  # read first still
    with pytest.raises(Conflict):
        await bring_back_cohort(ledger, keeper.actor, raid_id=raid.id, version=back.version)


@on_sqlite
async def test_what_one_of_them_froze_is_taken_back_too_and_thawing_does_not_bring_it(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    first = await newcomer(client, NIGHT)
    await first.say("I said this as soon as I came")
    keeper, _, raid = await raided(client, town, clock)
    async with town.house.workshop.work() as work:
        whose = select(SeatRow.member_id).join(MessageRow, MessageRow.seat_id == SeatRow.id)
        member_id = (await work.db.scalars(whose.where(MessageRow.seq.is_not(None)))).one()
        assert member_id is not None
        frozen = FreezeRow(member_id=member_id, number=bytes(16), at=clock.now())
        work.db.add(frozen)
    await town.house.reactions.look()
    ledger = town.house.ledger
    await undo_cohort(ledger, keeper.actor, raid_id=raid.id, version=raid.version, rule="kind")
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        await work.db.execute(update(FreezeRow).values(thawed_at=clock.now()))
    await town.house.reactions.look()
    assert await seen(client, town) == []


@pytest.mark.full
@on_sqlite
async def test_only_who_may_does_it_and_only_on_what_they_looked_at(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    keeper, _, raid = await raided(client, town, clock)
    ledger = town.house.ledger
    for person in (town.ash, town.elm, town.guest):
        with pytest.raises(NotFound):
            await undo_cohort(ledger, person.actor, raid_id=raid.id, version=1, rule="kind")
    with pytest.raises(Conflict):
        await undo_cohort(ledger, keeper.actor, raid_id=raid.id, version=9, rule="kind")
    await undo_cohort(ledger, keeper.actor, raid_id=raid.id, version=raid.version, rule="kind")
    with pytest.raises(Conflict):
        await undo_cohort(ledger, keeper.actor, raid_id=raid.id, version=raid.version, rule="kind")


@pytest.mark.full
@on_sqlite
async def test_words_of_danger_are_not_given_back_and_are_heard_from_whoever_is_paused(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    keeper, came, raid = await raided(client, town, clock)
    assert (await came[5].say(GOODBYE)).json()["why"] == "concern"
    await town.house.reactions.settled()
    await undo_cohort(
        town.house.ledger, keeper.actor, raid_id=raid.id, version=raid.version, rule="kind"
    )
    await town.house.reactions.settled()
    assert (await came[6].say("Let me in again")).json()["code"] == "paused"
    async with town.house.workshop.reading() as work:
        assert len(await open_escalations(work)) == 1
    assert (await came[7].say(GOODBYE)).status_code in {202, 403}
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        assert len(await open_escalations(work)) == 2
    async with town.house.workshop.reading() as work:
        kept = await work.db.connection()
        states = await kept.exec_driver_sql("SELECT state FROM held WHERE why = 'concern'")
        assert [row[0] for row in states] == [HeldState.HELD.value]


@pytest.mark.full
@on_sqlite
async def test_whoever_came_before_or_was_invited_is_not_among_them(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    before = await newcomer(client, NIGHT, EVENING)
    clock.pass_time(minutes=11)
    keeper, _, raid = await raided(client, town, clock)
    await undo_cohort(
        town.house.ledger, keeper.actor, raid_id=raid.id, version=raid.version, rule="kind"
    )
    await town.house.reactions.settled()
    assert (await before.say("I came an hour ago", EVENING)).status_code == 202
    async with town.house.workshop.reading() as work:
        assert (await raids_lately(work))[0].cohort == COHORT


@pytest.mark.slow
@on_sqlite
async def test_two_hundred_are_taken_back_within_ten_seconds(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    town.house.limits.refuse = False
    no_proof = {"proof_of_work": Switch.OFF}
    town.house.settings = town.house.settings.model_copy(update=no_proof)
    town.house.reactions.raids.just_came.wary_until = float("-inf")
    keeper, came, raid = await raided(client, town, clock)
    came += await crowd(client, clock, 200 - COHORT, NIGHT, apart=0)
    town.house.ledger.read_first = set()
    town.house.ledger.only_just = frozenset()
    for someone in came:
        await someone.say("Nothing anybody wants to read")
    await town.house.reactions.raids.look()
    began = time.perf_counter()
    await undo_cohort(
        town.house.ledger, keeper.actor, raid_id=raid.id, version=raid.version, rule="kind"
    )
    await town.house.reactions.settled()
    assert time.perf_counter() - began < 10
    assert await seen(client, town) == []
