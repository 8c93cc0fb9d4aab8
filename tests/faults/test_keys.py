"""R20: the power goes between a key and its words; the keystore is older than the data.

R17: a bit of what is stored turns round, in the words, in the log, in the keystore.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from begun import Begun
from faults.experiments import Findings, experiment
from faults.keys_left import keys_in, unreadable
from faults.lifetimes import Lives, broken_promises, lives
from holdfast.app.opening import open_house
from holdfast.app.sweeping import Sweep
from holdfast.app.trying import Trying
from holdfast.kit.clock import WallClock
from holdfast.kit.house import House
from holdfast.messages.actions import post_message
from holdfast.messages.ledger.entries import Accepted
from holdfast.messages.queries import Reader, messages_before
from holdfast.messages.rules import drafted
from holdfast.rights.rules import System
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.sealing.keystore.sqlite import NAME
from holdfast.settings import Settings, Switch
from town import NIGHT, StillClock

pytestmark = pytest.mark.faults
FIRST, BY_CHANCE = 250, 250  # calls at which the power goes
ROUNDS = 4
SWEPT_AFTER = 25  # cuts
FLIPS = 334  # of each of three kinds


class Later:
    """The clock on the wall, some days on."""

    def __init__(self, days: float) -> None:
        self._wall, self._on = WallClock(), timedelta(days=days)

    def now(self) -> datetime:
        return self._wall.now() + self._on

    def ticks(self) -> float:
        return self._wall.ticks()


def settings_of(data: Path) -> Settings:
    return Settings(data=data, limits=Switch.OFF, coverage=Switch.OFF)


async def _swept(data: Path) -> int:
    """How many keys are left that nothing is sealed with, when two days have passed."""
    async with open_house(settings_of(data), Later(2)) as house:
        await Sweep(house.workshop, house.ledger.keyring).look()
        with closing(sqlite3.connect(data / "holdfast.db")) as database:
            used = {row[0] for row in database.execute("SELECT key_id FROM messages")}
        every = {key.id async for key in house.ledger.keyring.store.all_keys()}
        return len(every - used)


def _calls_of_a_life(house: Lives) -> int:
    told, power = house.live(rounds=ROUNDS, since="open")
    assert told.ended, told
    assert unreadable(power.data) == set()
    house.bury(power)
    return told.calls


def test_five_hundred_cuts_between_key_and_words_leave_nothing_unreadable(
    tmp_path: Path, begun: Callable[[str], Begun], shim: Path
) -> None:
    random, accepted, lost, orphans, keys = Random(2000), 0, 0, 0, 0
    with (
        experiment("R20", "SQLite", seed=2000, load="the real ledger, 9 things at once") as found,
        lives(tmp_path / "lives", begun("sqlite"), shim) as house,
    ):
        calls = _calls_of_a_life(house)
        chosen = [
            *range(1, min(FIRST, calls) + 1),
            *random.choices(range(1, calls + 1), k=max(BY_CHANCE, 500 - min(FIRST, calls))),
        ]
        for number, call in enumerate(chosen):
            told, power = house.live(die_at=call, rounds=ROUNDS, since="open")
            power.cut(keep=random.choice((0.0, 0.5, 1.0)), random=random)
            found.judged(broken_promises(told, power.data))
            lost += len(unreadable(power.data))
            accepted += len(told.accepted)
            keys += keys_in(power.data)
            if number % SWEPT_AFTER == 0:
                orphans += asyncio.run(_swept(power.data))
            house.bury(power)
        found.runs = len(chosen)
        found.figure("messages accepted before the cuts", accepted, at_least=FIRST)
        found.figure("keys that were on disk after them", keys)
        found.figure("words that are there and do not open", lost, at_most=0)
        found.figure("keys that nothing is sealed with, two days later", orphans, at_most=0)
        found.note(
            "Each life begins with no key of the day: its first calls commit keys, then the words "
            "they seal. Whatever is in the data afterwards is opened with the keystore beside it."
        )


async def _seat(house: House, begun: Begun, name: str) -> Seat:
    glances = house.workshop.glances
    seat = await seat_to_speak(glances, begun.people()[name].actor, NIGHT)
    found: Seat = house.floor.in_hand(seat)
    return found


async def _say(house: House, seat: Seat, nonce: str, words: str) -> Accepted:
    done = await post_message(house.ledger, seat, drafted(nonce, words))
    assert isinstance(done, Accepted)
    return done


async def test_a_keystore_that_is_older_than_the_data_is_noticed_word_by_word(
    tmp_path: Path, begun: Callable[[str], Begun]
) -> None:
    place = begun("sqlite")
    shutil.copytree(place.data("town"), tmp_path / "data")
    settings = settings_of(tmp_path / "data")
    with experiment("R20", "an older keystore", seed=2001) as found:
        async with open_house(settings, WallClock()) as house:
            seat = await _seat(house, place, "ash")
            for number in range(20):
                await _say(house, seat, f"before-{number:04}", "before the copy")
        shutil.copytree(settings.keys_folder, tmp_path / "older")
        async with open_house(settings, Later(1)) as house:
            for name in ("ash", "birch"):
                seat = await _seat(house, place, name)
                for number in range(20):
                    await _say(house, seat, f"{name}-after-{number:04}", "after it")
        shutil.rmtree(settings.keys_folder)
        shutil.copytree(tmp_path / "older", settings.keys_folder)
        async with open_house(settings, Later(1)) as house:
            ring = house.ledger.keyring
            tried = await Trying(house.workshop, ring.store, house.root, _nobody, every=True).done()
            said = await _read(house, await _seat(house, place, "birch"))
        found.runs = 1
        shown = [text for text, _ in said if text == "before the copy"]
        marked = [removed for _, removed in said if removed == "unreadable"]
        found.figure("words of before that are read", len(shown), at_least=20, at_most=20)
        found.figure("words of after, shown as unreadable", len(marked), at_least=40, at_most=40)
        found.figure("words that `keys check --all` misses", tried.lost_words, at_least=40)
        found.figure("raised as unreadable in the figures", ring.unreadable, at_least=40)


def _nobody(*_: object) -> None:
    pass


async def _read(house: House, seat: Seat) -> list[tuple[str, str | None]]:
    reader = Reader(house.ledger.keyring, System(), whole=True)
    async with house.workshop.reading() as work:
        said = await messages_before(work, reader, seat.room_id, None, 1_000)
    return [(one.text, one.removed) for one in said]


# ---------------------------------------------------------------- R17


def turned(data: bytes, at: int, bit: int) -> bytes:
    """The same bytes with one bit turned round."""
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


async def test_a_thousand_bits_that_turn_round_are_all_noticed(
    tmp_path: Path, begun: Callable[[str], Begun]
) -> None:
    place, random = begun("sqlite"), Random(1700)
    shutil.copytree(place.data("town"), tmp_path / "data")
    settings = settings_of(tmp_path / "data")
    with experiment("R17", "SQLite", seed=1700) as found:
        async with open_house(settings, StillClock()) as house:
            ash, birch = await _seat(house, place, "ash"), await _seat(house, place, "birch")
            for number in range(30):
                seat = ash if number % 2 else birch
                await _say(house, seat, f"nonce-{number:06}", f"words of number {number}")
            await _flip_words(found, house, birch, random)
            await _flip_log(found, house, birch, random)
            await _flip_keys(found, house, (ash, birch), random)
        found.runs = 3 * FLIPS


async def _flip_words(found: Findings, house: House, seat: Seat, random: Random) -> None:
    """In the sealed words, where they lie in the table."""
    noticed = read = 0
    with closing(sqlite3.connect(house.settings.database_file, isolation_level=None)) as db:
        rows = db.execute("SELECT row, seq, text FROM messages WHERE text IS NOT NULL").fetchall()
        for _ in range(FLIPS):
            row, seq, text = random.choice(rows)
            changed = turned(text, random.randrange(len(text)), random.randrange(8))
            db.execute("UPDATE messages SET text = ? WHERE row = ?", (changed, row))
            marks, others = await _marked(house, seat, seq)
            noticed, read = noticed + marks, read + others
            db.execute("UPDATE messages SET text = ? WHERE row = ?", (text, row))
    _tell(found, "in words", noticed, read)


async def _flip_log(found: Findings, house: House, seat: Seat, random: Random) -> None:
    """In the log beside the database, which readers read from before it is carried over."""
    file = house.settings.database_file
    noticed = read = 0
    for number in range(FLIPS):
        if number % 20 == 0:  # else it is carried over by itself, and nobody reads the log
            await house.workshop.database.forget_deleted()
        words = f"words that lie in the log, number {number}"
        done = await _say(house, seat, f"in-the-log-{number:04}", words)
        with closing(sqlite3.connect(file)) as db:
            asked = "SELECT text FROM messages WHERE room_id = ? AND seq = ?"
            (text,) = db.execute(asked, (seat.room_id, done.seq)).fetchone()
        log = file.with_name(f"{file.name}-wal")
        bit = random.randrange(8)
        _turn_in_file(log, text, at := random.randrange(len(text)), bit)
        marks, others = await _marked(house, seat, done.seq or 0)
        noticed, read = noticed + marks, read + others
        _turn_in_file(log, turned(text, at, bit), at, bit)
    _tell(found, "in the log", noticed, read)


def _turn_in_file(file: Path, known: bytes, at: int, bit: int) -> None:
    """Turn a bit of known bytes, wherever and however often they lie in a file."""
    whole = file.read_bytes()
    place, times = whole.find(known), 0
    with file.open("r+b") as out:
        while place >= 0:
            out.seek(place + at)
            out.write(bytes([known[at] ^ (1 << bit)]))
            place, times = whole.find(known, place + 1), times + 1
    assert times, "it lay there"


async def _flip_keys(
    found: Findings, house: House, seats: tuple[Seat, Seat], random: Random
) -> None:
    """In a kept key or its name, as it lies in the keystore's file."""
    noticed = read = 0
    ash, birch = seats
    store = house.ledger.keyring.store
    file = house.settings.keys_folder / NAME
    before = len([1 for _, removed in await _read(house, birch) if removed == "unreadable"])
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        for _ in range(FLIPS):
            (key,) = await store.named(await store.of_seats([ash.id]))
            column = random.choice(("id", "wrapped", "wrapped"))
            known: bytes = getattr(key, column)
            changed = turned(known, random.randrange(len(known)), random.randrange(8))
            change = f"UPDATE keys SET {column} = ? WHERE {column} = ?"  # noqa: S608
            db.execute(change, (changed, known))
            house.ledger.keyring.forget_all()
            said = await _read(house, birch)
            theirs = [text for text, removed in said if text.startswith("words")]
            lost = [removed for _, removed in said if removed == "unreadable"]
            noticed += len(lost) == before + 15
            read += len(theirs) == len(said) - len(lost)
            db.execute(change, (known, changed))
    house.ledger.keyring.forget_all()
    _tell(found, "in a kept key", noticed, read)


async def _marked(house: House, seat: Seat, seq: int) -> tuple[bool, bool]:
    """Whether just this message is shown as unreadable, and whether all others are read."""
    before = house.ledger.keyring.unreadable
    reader = Reader(house.ledger.keyring, System(), whole=True)
    async with house.workshop.reading() as work:
        said = await messages_before(work, reader, seat.room_id, seq + 5, 10)
    marked = [one.seq for one in said if one.removed == "unreadable"]
    raised = house.ledger.keyring.unreadable > before
    return marked == [seq] and raised, all(one.text for one in said if one.seq != seq)


def _tell(found: Findings, where: str, noticed: int, read: int) -> None:
    found.figure(f"bits turned {where}, noticed and raised", noticed, at_least=FLIPS)
    found.figure(f"bits turned {where}, neighbours read", read, at_least=FLIPS)
