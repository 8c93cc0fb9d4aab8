"""Sixteen people write, change, take back and answer at once, beside the command line."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path

import pytest

from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.messages.actions import (
    edit_message,
    post_message,
    remove_message,
    respond_to_message,
)
from holdfast.messages.ledger.entries import (
    Accepted,
    Kept,
)
from holdfast.messages.rules import Response, drafted
from holdfast.rooms.access import Seat
from holdfast.rooms.actions import mark_read
from holdfast.settings import Settings
from messages.hearing import Ear, View, apply, loaded
from town import NIGHT, Town, mostly_on_sqlite, newcomers, unlimited, written

WRITERS = 16
ROUNDS = 4
PROGRAM = Path(sys.executable).with_name("holdfast")


async def one_writer(town: Town, seat: Seat, name: int) -> Sequence[Accepted | Kept]:
    """Says something, changes it, answers it, takes some of it back, and marks what was read."""
    ledger, done = town.house.ledger, []
    for turn in range(ROUNDS):
        mark = f"{name:02}-{turn:02}-nonce"
        said = await post_message(ledger, seat, drafted(mark, f"{name} says {turn}"))
        assert said.seq is not None
        done.append(said)
        edited = await edit_message(
            ledger, seat, seq=said.seq, nonce=f"{mark}-e", text=f"{name} means {turn}", note=None
        )
        done.append(edited)
        await respond_to_message(
            ledger, seat, seq=said.seq, nonce=f"{mark}-r", response=Response.STRENGTH, on=True
        )
        if turn % 2:
            removed = await remove_message(ledger, seat, seq=said.seq, nonce=f"{mark}-x")
            done.append(removed)
        async with town.house.workshop.work() as work:
            await mark_read(work, seat, seq=said.seq)
    return done


async def command_line(settings: Settings) -> str:
    """Another process that writes into the same database meanwhile."""
    environment = {**os.environ, "HOLDFAST_DATABASE_URL": settings.database_url}
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "town", "members", "--count", "100", "--data", settings.data,
        env=environment, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err
    return out.decode()


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_no_seq_is_lost_and_nothing_is_locked(town: Town, settings: Settings) -> None:
    people = await newcomers(town.house, WRITERS, NIGHT)
    seats = [await town.seat(person) for person in people]
    ear, view = Ear(), View()
    town.house.floor.hub.join(seats[0].room_id, ear)
    keyboard = asyncio.create_task(command_line(settings))
    try:
        done = await asyncio.gather(
            *(one_writer(town, seat, name) for name, seat in enumerate(seats))
        )
    except (HoldfastError, NotFound) as refusal:
        raise AssertionError(f"{refusal.code}: nobody was to be refused") from refusal
    assert len((await keyboard).split()) == 100
    await written(town.house)
    taken = [accepted.seq for mine in done for accepted in mine]
    assert len(taken) == len(set(taken)) == WRITERS * ROUNDS * 5 // 2
    heard = [event["seq"] for event in ear.heard]
    assert heard == list(range(1, len(heard) + 1))
    assert set(taken) <= set(heard)
    for event in ear.heard:
        apply(view, event)
    assert view == await loaded(town.house, seats[0])
    for mine in done:
        assert [a.seq for a in mine] == sorted(a.seq or 0 for a in mine)
