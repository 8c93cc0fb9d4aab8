"""Keys of plans, sealed lines and addresses: in the keystore, theirs alone, gone with them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from holdfast.app.sweeping import Sweep
from holdfast.community.actions import let_members_be_told
from holdfast.erasing.marks import Marker
from holdfast.kit.apart import LeavingKeyRow, make_key
from holdfast.kit.cipher import WrongKey
from holdfast.kit.ids import KeyId
from holdfast.notices.actions import forget_devices, tell_on_device
from holdfast.notices.rules.addresses import Subscription
from holdfast.sealing.keystore import KeptKey
from holdfast.wellbeing.actions import (
    change_line,
    erase_line,
    forget_undo,
    remove_line,
    take_back,
)
from town import StillClock, Town, mostly_on_sqlite, on_sqlite
from wellbeing.planning import SISTER, a_plan, lines_of, seal

PHONE = Subscription("https://push.example/1", "p", "a")


async def own_keys(town: Town) -> dict[str, KeyId]:
    """The keys of Ash's lines by the parts they stand in, and that of the sealed line."""
    async with town.house.workshop.reading() as work:
        asked = text(
            "SELECT coalesce(l.part, k.purpose), k.id FROM plan_keys k"
            " LEFT JOIN plan_lines l ON l.key_id = k.id WHERE k.member_id = :me"
        )
        rows = await work.db.execute(asked, {"me": town.ash.member.id})
        return {str(what).lower(): KeyId(bytes(key)) for what, key in rows}


async def kept(town: Town, *keys: KeyId) -> list[KeptKey]:
    found: list[KeptKey] = await town.house.ledger.keyring.store.named(keys)
    return found


@pytest.mark.full
async def test_the_keys_of_a_plan_and_a_line_lie_in_the_keystore_and_under_nobody_s_seat(
    town: Town,
) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    mine = await own_keys(town)
    found = await kept(town, *mine.values())
    assert len(found) == 4
    assert all(key.seat < 0 and key.day == 0 for key in found)
    async with town.house.workshop.reading() as work:
        lying = await work.db.execute(text("SELECT wrapped_before FROM plan_keys"))
        assert [bytes(row[0]) for row in lying] == [b""] * 4


@pytest.mark.full
async def test_a_line_that_is_taken_back_takes_its_key_along_and_leaves_the_plan_s(
    town: Town,
) -> None:
    await a_plan(town, town.ash)
    await seal(town, town.ash)
    before = await own_keys(town)
    async with town.house.workshop.work() as work:
        await erase_line(work, town.ash.member)
    assert len(await kept(town, before["line"])) == 1
    await town.house.erasing.look()
    assert await kept(town, before["line"]) == []
    assert len(await kept(town, before["ask"])) == 1
    marker = Marker(town.house.root)
    known = await town.house.erasing.parts.tombstones.known()
    assert marker.key(before["line"]) in known
    assert marker.key(before["ask"]) not in known
    assert len(await lines_of(town, town.ash)) == 3
    async with town.house.workshop.reading() as work:
        assert await work.db.scalar(select(func.count()).select_from(LeavingKeyRow)) == 0


@pytest.mark.full
@mostly_on_sqlite
async def test_the_key_of_a_device_goes_when_nothing_is_told_on_it_any_more(town: Town) -> None:
    house, ash = town.house, town.ash.member
    async with house.workshop.work() as work:
        await let_members_be_told(work, town.elm.actor, on=True)
        row = await tell_on_device(work, ash, root=house.root, subscription=PHONE)
    assert len(await kept(town, row.key_id)) == 1
    async with house.workshop.work() as work:
        await forget_devices(work, ash)
    await house.erasing.look()
    assert await kept(town, row.key_id) == []


@mostly_on_sqlite
async def test_words_whose_key_is_gone_are_nothing_and_make_room_for_new_ones(town: Town) -> None:
    await a_plan(town, town.ash)
    mine = await own_keys(town)
    async with town.house.workshop.work() as work:
        await town.house.ledger.keyring.drop(work, list(mine.values()))
    assert await lines_of(town, town.ash) == []
    assert [line.words for line in await a_plan(town, town.ash)][:1] != []
    assert len(await lines_of(town, town.ash)) == 3


@on_sqlite
async def test_a_key_that_is_there_and_does_not_open_is_not_taken_for_one_that_is_gone(
    town: Town,
) -> None:
    await a_plan(town, town.ash)
    key = (await own_keys(town))["ask"]
    house, (found,) = town.house, await kept(town, key)
    await house.ledger.keyring.store.rewrap([KeptKey(key, found.seat, 0, 0, b"\x01" * 61)])
    house.ledger.keyring.forget_all()
    with pytest.raises(WrongKey):
        await a_plan(town, town.ash)
    await house.ledger.keyring.store.rewrap([found])
    house.ledger.keyring.forget_all()
    assert len(await lines_of(town, town.ash)) == 3


async def test_a_line_that_is_taken_out_for_good_takes_its_key_along_and_no_other(
    town: Town,
) -> None:
    house, ash = town.house, town.ash.member
    line = next(one for one in await a_plan(town, town.ash) if one.words == SISTER)
    before = await own_keys(town)
    async with house.workshop.work() as work:
        await remove_line(work, ash, line=line.id.hex())
    await house.erasing.look()
    assert len(await kept(town, before["ask"])) == 1  # it can still be put back
    async with house.workshop.work() as work:
        await forget_undo(work, ash)
    await house.erasing.look()
    assert await kept(town, before["ask"]) == []
    assert len(await kept(town, before["alone"], before["signs"])) == 2
    assert Marker(house.root).key(before["ask"]) in await house.erasing.parts.tombstones.known()
    assert len(await lines_of(town, town.ash)) == 2


@pytest.mark.full
@mostly_on_sqlite
async def test_changed_words_have_another_key_and_taking_that_back_leaves_only_the_first(
    town: Town,
) -> None:
    house, ash = town.house, town.ash.member
    line = next(one for one in await a_plan(town, town.ash) if one.words == SISTER)
    first = (await own_keys(town))["ask"]
    async with house.workshop.work() as work:
        await change_line(work, ash, root=house.root, line=line.id.hex(), text="My cousin")
    second = (await own_keys(town))["ask"]
    await house.erasing.look()
    assert len(await kept(town, first, second)) == 2
    async with house.workshop.work() as work:
        await take_back(work, ash)
    await house.erasing.look()
    assert [key.id for key in await kept(town, first, second)] == [first]
    assert SISTER in [one.words for one in await lines_of(town, town.ash)]


# ---------------------------------------------------------------- swept


@pytest.mark.full
@mostly_on_sqlite
async def test_the_sweep_leaves_them_where_somebody_has_them_and_takes_those_that_nobody_has(
    town: Town, clock: StillClock
) -> None:
    await a_plan(town, town.ash)
    mine = await own_keys(town)
    nobodys = await make_key(town.house.root, clock.now())
    clock.pass_time(days=2)
    assert await Sweep(town.house.workshop, town.house.ledger.keyring).look() == 1
    assert await kept(town, nobodys.id) == []
    assert len(await kept(town, *mine.values())) == 3
    assert len(await lines_of(town, town.ash)) == 3
