"""A talk between two in a backup: restored it opens for the two; what was taken back stays so."""

from __future__ import annotations

import pytest

from backing.places import Backed, silent
from backing.test_drill import drilled
from holdfast.app.carrying import _keep_all
from holdfast.app.opening import open_house
from holdfast.app.sweeping import Sweep
from holdfast.kit.house import House
from holdfast.members.actions import sign_in
from holdfast.messages.actions import remove_message
from holdfast.messages.actions.between import ready_to_say
from holdfast.messages.rules.fates import ContactDetail
from holdfast.rights.rules import Guest, Member, System
from holdfast.sealing.keystore.postgresql import PostgresKeystore
from holdfast.settings import Settings
from postgres import Cluster
from town import StillClock, Town, mostly_on_sqlite, on_sqlite
from trust.erased import erasing_of
from two import SECRET, as_who_comes, talk_of_two


async def with_words(house: House, phrase: str) -> Member:
    """Who comes with their seven words into a restored place."""
    async with house.workshop.work() as work:
        token = await sign_in(work, Guest(), root=house.root, phrase=phrase)
    return await as_who_comes(house, token)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_restored_talk_opens_for_the_two_and_for_nobody_else(
    backed: Backed, empty: Settings
) -> None:
    town, talk = backed.town, await talk_of_two(backed.town)
    gone = await talk.say(town.ash, "I take this back")
    await talk.say(town.ash)
    await talk.say(town.birch, "I keep it")
    taken = await backed.back_up()
    seat = await town.seat(town.ash, talk.slug)
    await remove_message(town.house.ledger, seat, seq=gone, nonce="taken-back-1")
    await erasing_of(town.house).look(now=True)
    await backed.restored(empty, taken)
    async with open_house(empty, StillClock()) as house:
        assert await talk.texts(System(), house) == ["(author)", "(private)", "(private)"]
        for person in (town.ash, town.birch):
            mine = await with_words(house, person.phrase)
            assert await talk.texts(mine, house) == ["(author)", SECRET, "I keep it"]


@pytest.mark.full
@on_sqlite
async def test_a_drill_knows_what_only_two_can_open(backed: Backed) -> None:
    talk = await talk_of_two(backed.town)
    await talk.say(backed.town.ash)
    await backed.back_up()
    done = await drilled(backed)
    assert (done.opened, done.tried) == (1, 1)


@pytest.mark.full
@on_sqlite
async def test_its_keys_are_carried_into_a_cluster_with_all_others(
    town: Town, settings: Settings, postgres_cluster: Cluster
) -> None:
    talk = await talk_of_two(town)
    for turn in range(3):
        await talk.say(town.ash, f"word {turn}")
    await town.say(town.ash, "for all")
    store = town.house.ledger.keyring.store
    kept = {key.id: key async for key in store.all_keys()}
    assert sum(key.is_alone for key in kept.values()) == 3
    name = "carried_private"
    postgres_cluster.execute(f"DROP DATABASE IF EXISTS {name}")
    postgres_cluster.execute(f"CREATE DATABASE {name} TEMPLATE template1")
    cluster = PostgresKeystore(postgres_cluster.url(name))
    await cluster.open()
    try:
        for _ in range(2):  # cut off, it goes on when it is run again
            await _keep_all(store, cluster, silent)
        assert {key.id: key async for key in cluster.all_keys()} == kept
    finally:
        await cluster.close()
        postgres_cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@mostly_on_sqlite
async def test_a_key_that_was_made_for_words_never_said_is_swept(
    town: Town, clock: StillClock
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    seat = await town.seat(town.ash, talk.slug)
    await ready_to_say(town.house.ledger, seat, "never-said-1")
    store = town.house.ledger.keyring.store
    assert len(await store.of_seats([seat.id])) == 2
    clock.pass_time(days=1)
    assert await Sweep(town.house.workshop, town.house.ledger.keyring).look() == 1
    assert await store.of_seats([seat.id]) == [await talk.key_of(1)]


@pytest.mark.full
@mostly_on_sqlite
async def test_words_that_were_refused_and_are_said_a_day_later_get_another_key(
    town: Town, clock: StillClock
) -> None:
    talk = await talk_of_two(town)
    number = f"{SECRET}, my number is +44 7700 900123"
    with pytest.raises(ContactDetail):
        await talk.say(town.ash, number, nonce="refused-then-said")
    clock.pass_time(days=1)
    assert await Sweep(town.house.workshop, town.house.ledger.keyring).look() == 1
    clock.pass_time(days=3)
    await Sweep(town.house.workshop, town.house.ledger.keyring).look()  # it is remembered no more
    await talk.say(town.ash, nonce="refused-then-said")
    assert await talk.texts(town.birch.member) == [SECRET]
