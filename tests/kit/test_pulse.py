"""A database that is cut off is noticed within a second, and nothing waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import asyncpg
import pytest
from sqlalchemy import make_url, text

from faults.places_database import own_pair
from faults.places_wire import Wire, wire_to
from holdfast.app.opening import open_house
from holdfast.kit.database import async_url
from holdfast.kit.errors import HoldfastError, NotKept
from holdfast.kit.house import House
from holdfast.kit.primary import NotReached, connect, dsns
from holdfast.kit.pulse import Pulse
from holdfast.messages.actions import say
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Accepted, NotKnown
from holdfast.messages.rules import drafted
from holdfast.rooms.access import Seat
from holdfast.settings import Settings
from town import StillClock, Town, on_postgresql, on_sqlite, unlimited

NOTICED = 5.0  # seconds; one is promised, and measured where nothing else runs (tests/faults)


@pytest.fixture
def wire(settings: Settings) -> Iterator[Wire]:
    """What lies between the house and its database."""
    with wire_to(make_url(settings.database_url).port or 0) as wire:
        yield wire


@pytest.fixture
async def house(settings: Settings, clock: StillClock, wire: Wire) -> AsyncIterator[House]:
    """A house whose database can be cut off."""
    address = make_url(settings.database_url).set(port=wire.port)
    reached = {"database_url": address.render_as_string(hide_password=False)}
    async with open_house(settings.model_copy(update=reached), clock) as house:
        yield house
        wire.mend()


async def until(pulse: Pulse, *, alive: bool) -> None:
    """Wait until the pulse is lost, or back."""
    turned = asyncio.Event()
    pulse.hearers.append(lambda now: turned.set() if now is alive else None)
    if pulse.alive is not alive:
        async with asyncio.timeout(20):
            await turned.wait()
    pulse.hearers.pop()


async def refusal_of(doing: Awaitable[object]) -> HoldfastError:
    with pytest.raises(HoldfastError) as refused:
        await doing
    return refused.value


async def on_the_line(ledger: Ledger, seat: Seat, words: str) -> Accepted:
    """Said as on the live line: what the ledger needs for it is in hand already."""
    done = await say(ledger, seat, drafted(f"nonce-{words.replace(' ', '-')}", words))
    assert isinstance(done, Accepted)
    return done


async def at_work(house: House) -> None:
    async with house.workshop.work() as work:
        await work.db.execute(text("UPDATE facts SET value = value"))


async def at_a_page(house: House) -> None:
    async with house.workshop.reading() as work:
        await work.db.execute(text("SELECT 1"))


async def at_a_glance(house: House) -> None:
    await house.workshop.glances.rows("SELECT 1")


@on_postgresql
@unlimited
async def test_nobody_waits_for_a_database_that_is_cut_off_and_all_is_well_when_it_is_back(
    town: Town, wire: Wire
) -> None:
    house, seat = town.house, await town.seat(town.ash)
    doors: list[Callable[[House], Awaitable[None]]] = [at_work, at_a_page, at_a_glance]
    await town.say(town.ash, "before")
    for door in doors:
        await door(house)
    wire.cut()
    began = time.monotonic()
    under_way = on_the_line(house.ledger, seat, "under way")
    asked = [refusal_of(one) for one in (under_way, *(door(house) for door in doors))]
    said, *others = await asyncio.gather(*asked)
    assert time.monotonic() - began < NOTICED
    assert isinstance(said, NotKnown)
    assert {type(other) for other in others} == {NotKept}
    assert not house.pulse.alive
    began = time.monotonic()
    assert isinstance(await refusal_of(on_the_line(house.ledger, seat, "too late")), NotKept)
    for door in doors:
        assert isinstance(await refusal_of(door(house)), NotKept)
    assert time.monotonic() - began < NOTICED, "refused at once"
    wire.mend()
    await until(house.pulse, alive=True)
    for door in doors:
        await door(house)
    done = [await on_the_line(house.ledger, seat, words) for words in ("under way", "too late")]
    assert sorted(one.seq or 0 for one in done) == [2, 3]


@on_postgresql
@unlimited
async def test_what_is_committed_after_all_is_found_under_its_nonce(
    town: Town, wire: Wire, settings: Settings
) -> None:
    seat, pulse, ledger = await town.seat(town.ash), town.house.pulse, town.house.ledger
    first = await town.say(town.ash, "before")
    other = await asyncpg.connect(settings.database_url)
    transaction = other.transaction()
    await transaction.start()
    await other.execute("UPDATE rooms SET head = head WHERE id = $1", seat.room_id)
    saying = asyncio.create_task(on_the_line(ledger, seat, "in doubt"))
    while not await other.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
        pass  # the batch waits for the pen, at the database
    wire.cut()
    assert isinstance(await refusal_of(saying), NotKnown)
    assert not pulse.alive
    await transaction.commit()  # now the batch has the pen, and commits, and nobody hears of it
    while not await other.fetchval("SELECT count(*) FROM messages WHERE nonce = 'nonce-in-doubt'"):
        pass
    await other.close()
    again = await refusal_of(on_the_line(ledger, seat, "in doubt"))
    assert isinstance(again, NotKnown), "of a nonce in doubt nobody says that it was not kept"
    wire.mend()
    await until(pulse, alive=True)
    done = await on_the_line(ledger, seat, "in doubt")
    assert (done.seq, done.first) == ((first.seq or 0) + 1, False)


@on_postgresql
@pytest.mark.slow
async def test_a_house_that_stood_still_itself_does_not_take_its_database_for_lost(
    town: Town,
) -> None:
    lost: list[bool] = []
    town.house.pulse.hearers.append(lost.append)
    time.sleep(1.2)  # noqa: ASYNC251 - the whole process stands still
    for _ in range(3):
        await at_a_page(town.house)
        await asyncio.sleep(0)
    assert lost == []
    assert town.house.pulse.alive


@on_postgresql
async def test_a_server_that_stopped_is_noticed_at_once(
    town: Town, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.kit.pulse.LONGEST", 3_600.0)  # not because it is silent so long
    wire.refuse()
    wire.reset()
    await until(town.house.pulse, alive=False)
    wire.accept()
    await until(town.house.pulse, alive=True)
    await at_a_page(town.house)


@on_sqlite
async def test_a_file_is_always_there_and_nobody_asks_it(settings: Settings) -> None:
    pulse = Pulse(None)
    pulse.begin()
    assert pulse.alive
    assert not pulse._tasks
    await pulse.close()


def test_an_address_with_several_hosts_names_each_of_them() -> None:
    several = async_url("postgresql://me:secret@one:5433,other:5434/place?sslmode=require")
    assert several.drivername == "postgresql+asyncpg"
    assert several.database == "place"
    assert dsns(several) == [
        f"postgresql://me:secret@/place?host={host}&sslmode=require&target_session_attrs=primary"
        for host in ("one%3A5433", "other%3A5434")
    ]
    assert dsns(async_url("postgresql://me@one/place")) == [
        "postgresql://me@one/place?target_session_attrs=primary"
    ]


@pytest.mark.slow
async def test_after_a_failover_the_new_primary_is_found_and_a_standby_never_is_one() -> None:
    with own_pair() as (primary, copy):
        both = async_url(
            f"postgresql://holdfast@127.0.0.1:{copy.port},127.0.0.1:{primary.port}/postgres"
        )
        connection = await connect(both)
        assert connection.get_server_pid()
        assert await connection.fetchval("SHOW port") == str(primary.port)
        with pytest.raises(NotReached):
            await connect(async_url(copy.url()))
        pulse = Pulse(both)
        pulse.begin()
        held = await pulse.connect()
        primary.kill()
        await until(pulse, alive=False)
        assert held.is_closed()
        copy.promote()
        await until(pulse, alive=True)
        new = await pulse.connect()
        assert await new.fetchval("SHOW port") == str(copy.port)
        await new.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        await new.execute("SELECT pg_reload_conf()")
        await until(pulse, alive=False)
        await pulse.close()
