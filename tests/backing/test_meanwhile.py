"""What people erase while a backup is made takes no other word's key with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from backing.places import Backed, seen, talk
from holdfast.app.backing import taking
from holdfast.app.backing.keys import Taking
from holdfast.app.opening import open_house
from holdfast.kit.house import House
from holdfast.sealing.keystore import Keystore
from holdfast.settings import Settings
from town import StillClock, Town
from trust.erased import as_it_lies, keys_left, take_back, two_minutes_later

ERASED = "please forget this"
Stop = Callable[[], Awaitable[None]]


def before_the_moment(monkeypatch: pytest.MonkeyPatch, stop: Stop) -> None:
    """The keystore was read once."""
    read = Taking.read

    async def then_stop(self: Taking, keystore: Keystore) -> None:
        await read(self, keystore)
        await stop()

    monkeypatch.setattr(Taking, "read", then_stop)


def after_the_moment(monkeypatch: pytest.MonkeyPatch, stop: Stop) -> None:
    """The keystore was not read again."""
    read_again = Taking.read_again

    async def stop_first(self: Taking, keystore: Keystore) -> None:
        await stop()
        await read_again(self, keystore)

    monkeypatch.setattr(Taking, "read_again", stop_first)


def after_the_data(monkeypatch: pytest.MonkeyPatch, stop: Stop) -> None:
    """Those of a large place take minutes."""
    take_data = taking._take_data

    async def then_stop(*told: object) -> None:
        await take_data(*told)  # type: ignore[arg-type]
        await stop()

    monkeypatch.setattr(taking, "_take_data", then_stop)


SLOW = pytest.param(after_the_moment, marks=pytest.mark.slow)  # a log waits for who reads


@pytest.mark.parametrize("when", [before_the_moment, SLOW, after_the_data])
async def test_erasing_a_message_while_a_backup_is_made_keeps_its_neighbours(
    backed: Backed,
    empty: Settings,
    people: Callable[[House], Town],
    clock: StillClock,
    *,
    monkeypatch: pytest.MonkeyPatch,
    when: Callable[[pytest.MonkeyPatch, Stop], None],
) -> None:
    town = backed.town
    await talk(town)
    said = await town.say(town.ash, ERASED)
    assert said.seq is not None
    lay = await as_it_lies(town.house, said.seq)
    stops = 0

    async def erase() -> None:
        nonlocal stops
        stops += 1
        assert said.seq is not None
        await take_back(town, town.ash, said.seq)
        await two_minutes_later(town, clock)
        assert await keys_left(town.house, lay.key.id) == [], "its key is gone"

    when(monkeypatch, erase)
    taken = await backed.back_up()
    assert stops == 1
    done = await backed.restored(empty, taken)
    assert done.settled.lost == 0
    async with open_house(empty, StillClock()) as house:
        read = str(await seen(people(house)))
        assert "it was a long night" in read, "it was sealed with the same key"
        assert "and again 8" in read
        assert ERASED not in read
