"""E4: killed at any point, an erasure is either not begun or completed by the next start."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from holdfast.app.opening import open_house
from holdfast.erasing.tables import ErasureKeyRow, ErasureRow
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.messages.actions import erase_with_words
from holdfast.settings import Settings
from sealing.test_on_disk import bytes_below
from town import StillClock, Town
from trust.erased import WORDS, Said, as_it_lies, erasing_of, keys_left, take_back, words_in

KEPT = "mine stays, whatever happens"


class Killed(Exception):
    """From here on nothing is done any more."""


@dataclass
class Life:
    """How many steps are left; each is before or after something becomes durable."""

    left: int
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > self.left:
            raise Killed

    def guarded(self, do: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def step_by_step(*values: Any) -> Any:
            self.step()
            done = await do(*values)
            self.step()
            return done

        return step_by_step


def durable(house: House) -> list[tuple[Any, str]]:
    """Whatever makes something durable, in all three stores."""
    store = house.ledger.keyring.store
    return [
        (house.workshop, "_keep"),
        (house.ledger._store, "write"),
        (store, "keep"),
        (store, "drop"),
        (house.erasing.parts.tombstones, "add"),
    ]


@contextmanager
def mortal(house: House, left: int) -> Iterator[Life]:
    """The house dies after so many steps: what would be written then is not."""
    life = Life(left)
    for thing, name in durable(house):
        setattr(thing, name, life.guarded(getattr(thing, name)))
    yield life
    for thing, name in durable(house):
        delattr(thing, name)  # it can be closed


async def one_message(town: Town, seq: int) -> None:
    await take_back(town, town.ash, seq)
    await town.house.erasing.look(now=True)


async def everything(town: Town, seq: int) -> None:
    del seq
    await erase_with_words(town.house.ledger, town.ash.member)


Erase = Callable[[Town, int], Awaitable[None]]


async def one_life(town: Town, erase: Erase, left: int) -> tuple[Said, Life]:
    """Say something, erase it, and be killed on the way."""
    said = await town.say(town.ash, WORDS)
    await town.say(town.birch, KEPT)
    before = await as_it_lies(town.house, said.seq or 0)
    erasing_of(town.house)
    with mortal(town.house, left) as life, suppress(Killed, HoldfastError):
        await erase(town, before.seq)
    return before, life


async def is_completed(house: House, town: Town, said: Said) -> bool:
    """Nothing of it is left: no word, no key, nothing to do."""
    erasing_of(house)
    await house.erasing.look(now=True)
    async with house.workshop.reading() as work:
        begun = list(await work.db.scalars(select(ErasureRow)))
        keys = list(await work.db.scalars(select(ErasureKeyRow)))
    here = Town(**(vars(town) | {"house": house}))
    read = await words_in(here, town.birch)
    assert (KEPT, None) in read
    if not begun:
        assert (WORDS, None) in read, "not begun, and yet it is gone"
        assert await keys_left(house, said.key.id) == [said.key]
        return False
    assert WORDS not in [words for words, _ in read]
    assert all(row.done_at is not None for row in begun)
    assert keys == []
    assert await keys_left(house, said.key.id) == []
    assert said.key.wrapped not in bytes_below(house.settings.data)
    return True


async def survives(settings: Settings, people: dict[str, Any], erase: Erase, left: int) -> Life:
    """Two lives of a house; in the second it is seen how the first ended."""
    clock = StillClock()
    async with open_house(settings, clock) as house:
        town = Town(house, **people)
        said, life = await one_life(town, erase, left)
    async with open_house(settings, clock) as house:
        done = await is_completed(house, town, said)
    assert done or life.steps > left, "it was acknowledged, and is not done"
    return life


@pytest.mark.full
async def test_e4_an_erasure_has_so_many_points_at_which_it_can_be_killed(
    settings: Settings, begun: Any, database: str
) -> None:
    """Else the seeds below would try nothing."""
    life = await survives(settings, begun(database).people(), one_message, 1_000)
    assert 15 <= life.steps <= 25


erasings = pytest.mark.parametrize("erase", [one_message, everything], ids=lambda it: it.__name__)


@pytest.mark.full
@erasings
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_e4_killed_at_a_point_it_is_not_begun_or_done_after_the_next_start(
    settings: Settings, begun: Any, database: str, erase: Erase, seed: int
) -> None:
    left = random.Random(f"{seed} {database}").randrange(1, 13)
    await survives(settings, begun(database).people(), erase, left)


@pytest.mark.slow
@erasings
@pytest.mark.parametrize("left", range(25))
async def test_e4_killed_at_every_point_in_turn(
    settings: Settings, begun: Any, database: str, erase: Erase, left: int
) -> None:
    await survives(settings, begun(database).people(), erase, left)


@pytest.fixture
def stage() -> str:
    """Everyone is in it: the house itself is opened by each life."""
    return "town"
