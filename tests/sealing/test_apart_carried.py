"""Keys of plans, lines and addresses that lay in the data go into the keystore at the start."""

from __future__ import annotations

import shutil
import sqlite3
from typing import cast

import pytest
from sqlalchemy import Table, select, update

from holdfast.app.opening import open_house
from holdfast.community.actions import let_members_be_told
from holdfast.kit.house import House
from holdfast.notices.actions import tell_on_device
from holdfast.notices.rules.addresses import Subscription
from holdfast.sealing.places import scope_of
from holdfast.sealing.register import APART
from holdfast.settings import Settings
from holdfast.wellbeing.queries import plan_of, sealed_line_of
from town import StillClock, Town, on_sqlite
from wellbeing.planning import SISTER, WORST, a_plan, seal

PHONE = Subscription("https://push.example/1", "p", "a")


async def lay_in_the_data(town: Town) -> list[bytes]:
    """As an older release left it: the keys lie wrapped in the data, bound to whose they are."""
    house, wrapped = town.house, []
    store = house.ledger.keyring.store
    async with house.workshop.work() as work:
        for entry in APART.values():
            table = cast("Table", entry.table.__table__)
            for row in (await work.db.execute(select(table))).all():
                key = getattr(row, entry.id)
                (lies,) = await store.named([key])
                secret = house.root.unwrap_secret(lies.wrapped, key + scope_of(lies.seat, 0))
                wrapped.append(house.root.wrap(secret, key + entry.scope(row)))
                its = table.c[entry.id] == key
                old = update(table).where(its).values(wrapped_before=wrapped[-1])
                await work.db.execute(old)
                await store.drop([key])
    return wrapped


async def read(house: House, town: Town) -> list[str]:
    async with house.workshop.reading() as work:
        lines = [one.words for one in await plan_of(work, house.root, town.ash.member)]
        left = await sealed_line_of(work, house.root, town.ash.member)
        return [*lines, left.words if left else ""]


@pytest.fixture
async def older(settings: Settings, clock: StillClock, stage: str) -> tuple[Town, list[bytes]]:
    """A place of before, closed; and its wrapped keys."""
    del stage
    async with open_house(settings, clock) as house:
        from town import settle_in

        town = await settle_in(house)
        await a_plan(town, town.ash)
        await seal(town, town.ash)
        async with house.workshop.work() as work:
            await let_members_be_told(work, town.elm.actor, on=True)
            await tell_on_device(work, town.ash.member, root=house.root, subscription=PHONE)
        return town, await lay_in_the_data(town)


@pytest.fixture
def stage() -> str:
    return "migrated"


async def test_a_plan_of_an_older_place_is_read_as_before_and_its_keys_lie_apart(
    older: tuple[Town, list[bytes]], settings: Settings, clock: StillClock
) -> None:
    town, wrapped = older
    assert len(wrapped) == 3
    for _ in range(2):
        async with open_house(settings, clock) as house:
            said = await read(house, town)
            assert SISTER in said
            assert said[-1] == WORST
            assert await house.ledger.keyring.store.count() == 3


@on_sqlite
async def test_no_byte_of_them_stays_in_the_data_or_in_a_copy_of_before(
    older: tuple[Town, list[bytes]], settings: Settings, clock: StillClock
) -> None:
    _, wrapped = older
    copy = settings.data / "backups" / "holdfast-0026.db"
    copy.parent.mkdir(exist_ok=True)
    with sqlite3.connect(settings.database_file) as data:
        data.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(settings.database_file, copy)
    assert all(key in copy.read_bytes() for key in wrapped)
    async with open_house(settings, clock):
        for file in (settings.database_file, copy, settings.data / "holdfast.db-wal"):
            lying = file.read_bytes() if file.exists() else b""
            assert [key for key in wrapped if key in lying] == [], file.name
    with sqlite3.connect(copy) as data:
        assert data.execute("SELECT count(*) FROM plan_lines").fetchone() == (3,)
