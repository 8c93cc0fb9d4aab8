"""Keys of plans, lines and addresses that lay in the data go into the keystore at the start."""

from __future__ import annotations

import shutil
import sqlite3
from typing import cast

import pytest
from sqlalchemy import Table, delete, select, update

from holdfast.app.opening import open_house
from holdfast.community.actions import let_members_be_told
from holdfast.erasing.marks import Marker
from holdfast.kit.house import House
from holdfast.kit.ids import EscalationId, KeyId
from holdfast.kit.work import Work
from holdfast.notices.actions import tell_on_device
from holdfast.notices.rules.addresses import Subscription
from holdfast.rights.rules import System
from holdfast.screening.reading import read as read_words
from holdfast.sealing.places import scope_of
from holdfast.sealing.register import APART
from holdfast.settings import Settings
from holdfast.wellbeing.actions.seals import seal_to_write_with
from holdfast.wellbeing.queries import plan_of, sealed_line_of
from holdfast.wellbeing.queries.seals import seals_of
from holdfast.wellbeing.tables import LineOpeningRow, PlanKeyRow, PlanLineRow, PlanUndoRow
from town import StillClock, Town, on_sqlite, settle_in
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


@pytest.mark.full
async def test_a_plan_of_an_older_place_is_read_as_before_and_its_keys_lie_apart(
    older: tuple[Town, list[bytes]], settings: Settings, clock: StillClock
) -> None:
    town, wrapped = older
    assert len(wrapped) == 5
    for _ in range(2):
        async with open_house(settings, clock) as house:
            said = await read(house, town)
            assert SISTER in said
            assert said[-1] == WORST
            assert await house.ledger.keyring.store.count() == 5


@pytest.mark.full
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


# ---------------------------------------------------------------- one key for a whole plan


async def share_one_key(town: Town) -> KeyId:
    """As a release before each line had its own: one key for all of Ash's lines."""
    house, ash = town.house, town.ash.member
    async with house.workshop.work() as work:
        lines = (await work.db.scalars(select(PlanLineRow))).all()
        words = [await _opened(work, house, line) for line in lines]
        shared = await seal_to_write_with(work, ash.id, house.root)
        gone = [line.key_id for line in lines if line.key_id is not None]
        for line, said in zip(lines, words, strict=True):
            line.words, line.key_id = shared.seal(read_words(said), line.id), None
        await work.db.execute(delete(PlanUndoRow))
        await work.db.execute(delete(PlanKeyRow).where(PlanKeyRow.id.in_(gone)))
    await house.ledger.keyring.store.drop(gone)
    return shared.key.id


async def _opened(work: Work, house: House, line: PlanLineRow) -> str:
    seals = await seals_of(work, house.root, line.member_id, [line.key_id])
    return seals[line.key_id].open(line.words, line.id, System())


@pytest.mark.full
@pytest.mark.parametrize("stage", ["migrated"])
async def test_lines_that_shared_a_key_each_get_their_own_at_the_next_start(
    settings: Settings, clock: StillClock, stage: str
) -> None:
    async with open_house(settings, clock) as house:
        town = await settle_in(house)
        await a_plan(town, town.ash)
        shared = await share_one_key(town)
        assert SISTER in await read(house, town)
    for _ in range(2):
        async with open_house(settings, clock) as house:
            assert SISTER in await read(house, town)
            store = house.ledger.keyring.store
            assert await store.named([shared]) == []
            async with house.workshop.reading() as work:
                keys = {line.key_id for line in await work.db.scalars(select(PlanLineRow))}
                kept = (await work.db.scalars(select(PlanKeyRow.id))).all()
            assert len(keys) == 3
            assert keys == set(kept) == {key.id for key in await store.named(list(kept))}
            marks = await house.erasing.parts.tombstones.known()
            assert Marker(house.root).key(shared) not in marks  # nobody erased anything


@on_sqlite
async def test_a_shared_key_stays_where_staff_wrote_why_they_opened_the_sealed_line(
    settings: Settings, clock: StillClock
) -> None:
    async with open_house(settings, clock) as house:
        town = await settle_in(house)
        await a_plan(town, town.ash)
        await seal(town, town.ash)
        shared = await share_one_key(town)
        async with house.workshop.work() as work:
            row = LineOpeningRow(
                member_id=town.ash.member.id,
                escalation_id=EscalationId(7),
                asked_by=town.elm.actor.id,  # type: ignore[union-attr, arg-type]
                reason=b"sealed",
                at=clock.now(),
            )
            work.db.add(row)
    async with open_house(settings, clock) as house:
        assert SISTER in await read(house, town)
        assert len(await house.ledger.keyring.store.named([shared])) == 1
        async with house.workshop.reading() as work:
            lines = (await work.db.scalars(select(PlanLineRow.key_id))).all()
        assert None not in lines
        assert shared not in lines
