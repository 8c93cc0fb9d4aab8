"""A program that lives the house's life again and again, each time under another fault.

It loads everything once. For each line on its input it forks: the child opens the house on the
folder it is told, posts, edits and removes in the real ledger, writes down what it was told, and
dies where the fault lets it, or at the end without closing. See `lifetimes.py`.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import pickle
import signal
import sys
import traceback
from pathlib import Path
from random import Random
from typing import Any

from holdfast.app.opening import open_house
from holdfast.app.serving import prepare_logs
from holdfast.kit.clock import WallClock
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.messages.actions import edit_message, post_message, remove_message
from holdfast.messages.ledger.entries import Accepted, NotKnown
from holdfast.messages.rules import drafted
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.screening.health import rules_load
from holdfast.settings import Settings, Switch

SEATS = (("ash", "night-room"), ("birch", "night-room"), ("cedar", "evening"))
BETTER = "I slept a little better."
AT_ONCE = 3  # things each of them says before anyone waits


class Life:
    """One life: what is said in it, and what was answered."""

    def __init__(self, house: House, order: dict[str, Any], told: int) -> None:
        self.house = house
        self.order = order
        self.told = told
        self.random = Random(order["seed"])
        self.own: list[tuple[str, int]] = []
        self.number = 0

    def say(self, *words: object) -> None:
        """Write down, where no fault reaches."""
        os.write(self.told, (" ".join(map(str, words)) + "\n").encode())

    async def seats(self, people: dict[str, Any]) -> dict[str, Seat]:
        """Where they sit."""
        glances = self.house.workshop.glances
        return {
            name: self.house.floor.in_hand(await seat_to_speak(glances, people[name].actor, slug))
            for name, slug in SEATS
        }

    async def live(self, people: dict[str, Any]) -> None:
        """Say everything there is to say."""
        seats = await self.seats(people)
        for _ in range(self.order["rounds"]):
            await asyncio.gather(
                *(self._one(name, seat) for name, seat in seats.items() for _ in range(AT_ONCE))
            )

    async def _one(self, name: str, seat: Seat) -> None:
        self.number += 1
        nonce = f"life-{self.order['seed']:06}-{self.number:06}"
        own = [seq for who, seq in self.own if who == name]
        ledger = self.house.ledger
        try:
            if own and self.random.random() < 0.2:
                seq = own[-1]
                if self.random.random() < 0.5:
                    await edit_message(ledger, seat, seq=seq, nonce=nonce, text=BETTER, note=None)
                else:
                    await remove_message(ledger, seat, seq=seq, nonce=nonce)
                    self.own.remove((name, seq))
                return
            done = await post_message(
                ledger, seat, drafted(nonce, "I slept badly " + "and more " * 20)
            )
        except NotKnown:
            self.say("unknown", nonce)
        except HoldfastError as no:
            self.say("refused", nonce, no.code)
        except Exception as broken:
            traceback.print_exc()
            self.say("unknown", nonce, type(broken).__name__)
        else:
            assert isinstance(done, Accepted)
            assert done.seq is not None
            self.own.append((name, done.seq))
            self.say("accepted", nonce, seat.room_id, done.seq)


async def _live(order: dict[str, Any], people: dict[str, Any], told: int) -> None:
    settings = Settings(data=Path(order["data"]), limits=Switch.OFF, coverage=Switch.OFF)
    async with open_house(settings, WallClock()) as house:
        os.write(told, b"open\n")
        if order["from"] == "open":
            _under_fault(order)
        await Life(house, order, told).live(people)
        os.write(told, f"end {ctypes.CDLL(None).powercut_calls()}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)


def _under_fault(order: dict[str, Any]) -> None:
    places = (order["data"].encode(), order["image"].encode())
    faults = (ctypes.c_long(order["die_at"]), ctypes.c_long(order["fail_at"]))
    ctypes.CDLL(None).powercut_set(*places, *faults, ctypes.c_int(order["how"]))


def _child(order: dict[str, Any], people: dict[str, Any]) -> None:
    told = os.open(order["told"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    _under_fault(order | ({} if order["from"] == "start" else {"die_at": 0, "fail_at": 0}))
    try:
        asyncio.run(_live(order, people, told))
    except BaseException as broken:
        os.write(told, f"broken {type(broken).__name__}\n".encode())
    os.kill(os.getpid(), signal.SIGKILL)


def main(kept: str) -> None:
    """Fork once for each order on the input; say when that life is over."""
    people: dict[str, Any] = pickle.loads(Path(kept).read_bytes())  # noqa: S301 - our own
    prepare_logs()
    rules_load()
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _child(json.loads(line), people)
        os.waitpid(child, 0)
        sys.stdout.write("over\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
