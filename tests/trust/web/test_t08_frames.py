"""T8: what a network sees of the live line: frames of few sizes, and a beat for what is idle."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.frames import TEXT
from holdfast.kit.frames import STEP, padded_frame, payload_of, text_frame
from holdfast.kit.hub import Hub
from holdfast.kit.ids import RoomId
from holdfast.live.draw import Drawing
from holdfast.live.presence import Presence, Rhythm
from live.wire import Wire, wire
from serving import Served
from town import NIGHT, StillClock, Town, on_sqlite

ROOM = RoomId(3)


@pytest.mark.full
@given(st.dictionaries(st.text(), st.text(max_size=2_000), max_size=5))
def test_a_frame_is_a_multiple_of_256_bytes_long_and_says_the_same(event: dict[str, str]) -> None:
    said = json.dumps(event).encode()
    frame = padded_frame(said)
    assert len(frame) % STEP == 0
    assert payload_of(frame) == said
    assert json.loads(frame[frame.index(b"{") :]) == event


@pytest.mark.parametrize("size", [2, 125, 126, 251, 252, 253, 65_531, 65_532, 65_533, 70_000])
def test_at_every_edge_a_frame_ends_on_a_step(size: int) -> None:
    said = b'"' + b"x" * (size - 3) + b'"}' if size > 2 else b"{}"
    frame = padded_frame(said)
    assert len(frame) % STEP == 0
    assert len(frame) - len(text_frame(said)) < STEP + 8, "not a byte more than it takes"
    assert payload_of(frame) == said


async def sizes(line: Wire, *names: str) -> dict[str, list[int]]:
    """How long the frames of a line were, by what they told, until each of these was told."""
    found: dict[str, list[int]] = {}
    while not set(names) <= set(found):
        opcode, payload = await line.frame()
        assert opcode == TEXT
        found.setdefault(json.loads(payload)["event"], []).append(len(payload) + 4)
    return found


@on_sqlite
async def test_whatever_the_line_tells_it_tells_in_steps(town: Town, served: Served) -> None:
    town.house.floor.presence._rhythm = Rhythm(beat=0.05)
    ash, birch = await wire(served, town.ash), await wire(served, town.birch)
    for line in (ash, birch):
        line.say(do="enter", room=NIGHT, **{"as": "html", "locale": "en"})
    ash.say(do="typing", room=NIGHT)
    for words in ("Hi", "I have not slept for three nights. " * 20):
        ash.say(do="post", room=NIGHT, nonce=f"nonce-{len(words):04}", text=words)
    ash.say(do="leave", room="nowhere")
    told = await sizes(birch, "entered", "live", "presence", "typing", "posted")
    told |= await sizes(ash, "accepted", "refused", "posted")
    assert {size % STEP for sizes in told.values() for size in sizes} == {0}
    assert len({size for name in told for size in told[name] if name != "posted"}) <= 2


async def test_comings_and_writing_of_all_rooms_are_told_on_one_beat() -> None:
    """Whenever it happened: what is sent tells no moment, and no room from another."""
    drawing = Drawing(lambda *_: "", lambda *_: "")
    hub, beat, told = Hub(drawing), 0.02, list[str]()
    presence = Presence(hub, drawing, clock=StillClock(), rhythm=Rhythm(beat=beat))
    for room in (RoomId(3), RoomId(4), RoomId(8)):
        drawing.slugs[room] = f"room-{room}"
        for owner in (1, 2):
            hub.join(room, Reader(owner, told))
        presence.changed(room)
        presence.typing(room, 1, 0.0)
        presence.typing(room, 1, 1.0)
    assert told == [], "nothing is told at once"
    beats = [due(timer) / beat for timer in presence._timers.values()]
    assert [abs(at - round(at)) * beat < 0.002 for at in beats] == [True] * 3
    async with asyncio.timeout(5):
        await until_told(presence)
    assert sorted(told) == ["presence"] * 6 + ["typing"] * 3
    presence.close()


def due(timer: asyncio.TimerHandle) -> float:
    """When a beat comes. What is due in less than a millisecond, uvloop makes no timer of."""
    return timer.when() if hasattr(timer, "when") else asyncio.get_running_loop().time()


async def until_told(presence: Presence) -> None:
    """The rooms have been told what there was to tell."""
    for timer in list(presence._timers.values()):
        done = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_at(due(timer) + 0.01, done.set_result, None)
        await done


class Reader:
    """Somebody in a room, who notes what they were told."""

    variant = "data"

    def __init__(self, owner: int, told: list[str]) -> None:
        self.owner = owner
        self.acks: list[bytes] = []
        self._told = told

    def write(self, data: bytes) -> None:
        self._told.append(json.loads(data[data.index(b"{") :])["event"])

    def lose_seat(self) -> None: ...

    def come_back(self) -> None: ...
