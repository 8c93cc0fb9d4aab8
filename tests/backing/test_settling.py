"""What a restored place is before anybody comes in: erased again, counted, in a new epoch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from backing.places import Backed, seen, silent, talk
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.restoring import Asked, restore
from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.audit.tables import AuditRow
from holdfast.desk.jobs import Forgetting
from holdfast.kit.house import House
from holdfast.kit.ids import StaffId
from holdfast.members.actions.freezing import freeze, thaw
from holdfast.messages.actions import remove_message
from holdfast.messages.tables import HiddenWordsRow, MessageRow, RetentionRow
from holdfast.settings import Settings
from serving import Served, serve
from town import NIGHT, Person, StillClock, Town, mostly_on_sqlite


async def take_back(town: Town, person: Person, seq: int) -> None:
    """Somebody erases a message of theirs, and it is gone for good."""
    seat = await town.seat(person)
    await remove_message(town.house.ledger, seat, seq=seq, nonce=f"erase-{seq:05}")
    await town.house.erasing.look(now=True)


async def texts(house: House) -> list[bytes | None]:
    """What lies there of each message, sealed."""
    async with house.workshop.reading() as work:
        return list(await work.db.scalars(select(MessageRow.text).order_by(MessageRow.row)))


# ---------------------------------------------------------------- erased stays erased


@pytest.mark.full
@mostly_on_sqlite
async def test_what_was_erased_after_the_backup_stays_erased(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    town = backed.town
    await town.say(town.ash, "please forget this")
    await town.say(town.ash, "but keep this")
    taken = await backed.back_up()
    await take_back(town, town.ash, 1)
    done = await backed.restored(empty, taken)
    assert done.settled.erased["message"] == 1
    assert done.settled.lost == 0, "what was erased is not lost"
    async with open_house(empty, StillClock()) as house:
        assert [text is None for text in await texts(house)] == [True, False]
        assert "but keep this" in str(await seen(people(house)))
        assert "please forget this" not in str(await seen(people(house)))


@pytest.mark.full
@mostly_on_sqlite
async def test_what_went_in_a_night_after_the_backup_stays_gone_and_what_is_frozen_stays(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    town, house = backed.town, backed.town.house
    await town.say(town.ash, "its time is over")
    await town.say(town.birch, "kept and not used")
    async with house.workshop.work() as work:
        await freeze(work, town.birch.member)
    await house.reactions.settled()
    backed.clock.pass_time(days=30)
    await town.say(town.ash, "said today")
    taken = await backed.back_up()
    backed.clock.pass_time(days=1)
    assert await Forgetting(house.workshop, house.ledger.keyring).look() == 1
    await house.erasing.look(now=True)
    done = await backed.restored(empty, taken)
    assert done.settled.erased["night"] == 1
    assert done.settled.lost == 0
    assert done.settled.record_is_whole
    async with open_house(empty, StillClock()) as again:
        assert [text is None for text in await texts(again)] == [True, True, False]
        async with again.workshop.reading() as work:
            apart = (await work.db.scalars(select(HiddenWordsRow))).all()
            rows = (await work.db.scalars(select(MessageRow).order_by(MessageRow.row))).all()
        assert [one.seq for one in apart] == [2]
        assert rows[0].removed_by == "time"
        keyring = again.ledger.keyring
        assert [one.id for one in await keyring.store.named([rows[0].key_id])] == []
        assert len(await keyring.store.named([apart[0].key_id])) == 1


@pytest.mark.full
@mostly_on_sqlite
async def test_a_night_from_before_the_backup_takes_nothing_that_outlived_it(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    town, house = backed.town, backed.town.house
    await town.say(town.ash, "its time is over")
    await town.say(town.birch, "frozen for that night")
    async with house.workshop.work() as work:
        await freeze(work, town.birch.member)
    await house.reactions.settled()
    backed.clock.pass_time(days=31)
    assert await Forgetting(house.workshop, house.ledger.keyring).look() == 1
    await house.erasing.look(now=True)
    async with house.workshop.work() as work:
        work.db.add(
            RetentionRow(kind="open", room_id=None, days=90, by=StaffId(1), at=work.clock.now())
        )
        await thaw(work, town.birch.member)
    await house.reactions.settled()
    backed.clock.pass_time(days=3)
    assert await Forgetting(house.workshop, house.ledger.keyring).look() == 0
    done = await backed.restored(empty, await backed.back_up())
    assert done.settled.erased["night"] == 0
    async with open_house(empty, StillClock()) as again:
        assert "frozen for that night" in str(await seen(people(again)))
        assert "its time is over" not in str(await seen(people(again)))


@pytest.mark.full
@mostly_on_sqlite
async def test_with_the_list_lost_older_data_with_newer_keys_still_say_nothing(
    backed: Backed, empty: Settings
) -> None:
    """Words whose key was destroyed open for nobody: no newer backup of keys has it."""
    town = backed.town
    await town.say(town.ash, "please forget this")
    await town.say(town.ash, "but keep this")
    older = await backed.back_up()
    await take_back(town, town.ash, 1)
    backed.clock.pass_time(hours=1)
    newer = await backed.back_up()
    with pytest.raises(Refused, match=r"\(words_lost\)"):
        await backed.restored(empty, older, keys=newer.keys, erasures="lost")


# ---------------------------------------------------------------- keys older than words


@pytest.mark.full
async def test_keys_older_than_the_newest_words_are_refused_until_the_loss_is_accepted(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    town = backed.town
    await town.say(town.ash, "said while both were backed up")
    older = await backed.back_up()
    backed.clock.pass_time(hours=1)
    await town.say(town.birch, "said after the keys")
    await town.say(town.birch, "and once more")
    newer = await backed.back_up()
    with pytest.raises(Refused, match=r" 2 of them .*--accept-loss 2.*\(words_lost\)"):
        await backed.restored(empty, newer, keys=older.keys)
    with pytest.raises(Unfit, match=r"\(half_restored\)"):
        async with open_house(empty, StillClock()):
            pass
    with pytest.raises(Refused, match=r"\(words_lost\)"):
        await backed.restored(empty, newer, keys=older.keys, accept_loss=1)
    done = await backed.restored(empty, newer, keys=older.keys, accept_loss=2)
    assert done.settled.lost == 2
    async with open_house(empty, StillClock()) as house:
        read = str(await seen(people(house)))
        assert "said while both were backed up" in read
        assert "said after the keys" not in read
        await people(house).say(people(house).birch, "here again")
        assert "here again" in str(await seen(people(house)))


@mostly_on_sqlite
async def test_keys_that_are_newer_than_the_data_lose_nothing(
    backed: Backed, empty: Settings
) -> None:
    await talk(backed.town)
    older = await backed.back_up()
    backed.clock.pass_time(hours=1)
    await backed.town.say(backed.town.birch, "later")
    newer = await backed.back_up()
    done = await backed.restored(empty, older, keys=newer.keys)
    assert done.settled.lost == 0


# ---------------------------------------------------------------- a new epoch


@pytest.mark.full
async def test_a_line_that_comes_back_after_a_restore_loads_its_room_anew(
    backed: Backed,
    served: Served,
    app: FastAPI,
    empty: Settings,
    people: Callable[[House], Town],
) -> None:
    town = backed.town
    await town.say(town.ash, "before")
    taken = await backed.back_up()
    entered = (await (await served.line(town.birch)).enter())[0]
    assert (await (await served.line(town.birch)).enter(epoch=entered["epoch"], since=1))[-1][
        "event"
    ] == "live", "while nothing was restored it goes on"
    await backed.restored(empty, taken)
    async with open_house(empty, StillClock()) as house, serve(app, house) as again:
        app.state.house = house
        line = await again.line(people(house).birch)
        await line.say("enter", room=NIGHT, epoch=entered["epoch"], since=1)
        reset = await line.hear_next("reset", "entered")
        assert reset == {"event": "reset", "room": NIGHT, "reason": "epoch"}
        assert (await line.enter())[-1]["event"] == "live"


@pytest.mark.full
@mostly_on_sqlite
async def test_a_restore_stands_in_the_record(backed: Backed, empty: Settings) -> None:
    taken = await backed.back_up()
    await backed.restored(empty, taken)
    async with open_house(empty, StillClock()) as house, house.workshop.reading() as work:
        what = list(await work.db.scalars(select(AuditRow.what).order_by(AuditRow.seq)))
    assert what[-1] == "place:restored"


# ---------------------------------------------------------------- cut off


class CutOff(Exception):
    """The restore ends here, as if it were killed."""


@pytest.mark.full
@mostly_on_sqlite
async def test_a_restore_that_is_cut_off_anywhere_opens_nowhere_and_goes_on(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    await talk(backed.town)
    before = await seen(backed.town)
    taken = await backed.back_up()
    cuts, stages = 0, set[str]()

    def cut_off_after(steps: int) -> Callable[[str, int, int], None]:
        left = iter(range(steps))

        def tell(what: str, done: int, of: int) -> None:
            silent(what, done, of)
            stages.add(what)
            if next(left, None) is None:
                raise CutOff

        return tell

    asked: Asked = backed.asked(taken)
    while True:
        try:
            await restore(empty, asked, backed.clock, cut_off_after(cuts))
        except CutOff:
            cuts += 3
            if "Loading" in stages:
                with pytest.raises(Unfit, match=r"\(half_restored\)"):
                    async with open_house(empty, StillClock()):
                        pass
        else:
            break
    assert {"Checking", "Keys", "Loading"} <= stages
    async with open_house(empty, StillClock()) as house:
        assert await seen(people(house)) == before


@pytest.mark.full
@mostly_on_sqlite
async def test_another_backup_is_not_loaded_over_one_that_is_half_there(
    backed: Backed, empty: Settings
) -> None:
    town = backed.town
    await town.say(town.ash, "one")
    older = await backed.back_up()
    backed.clock.pass_time(hours=1)
    await town.say(town.birch, "two")
    newer = await backed.back_up()
    with pytest.raises(Refused, match=r"\(words_lost\)"):
        await backed.restored(empty, newer, keys=older.keys)
    with pytest.raises(Refused, match=r"\(another_restore\)"):
        await backed.restored(empty, older)
    await backed.restored(empty, newer, keys=older.keys, accept_loss=1)
