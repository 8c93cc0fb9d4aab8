"""Two processes serve one room: what each commits, the people of both see once and in order."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from holdfast.kit.bus import BusState
from holdfast.live import hearing
from holdfast.members.actions import sign_out
from live.together.conftest import Place
from live.together.network import Network
from serving import Event, Line
from town import EVENING, NIGHT, unlimited

pytestmark = [unlimited]


async def said(line: Line, *, until: int) -> list[Event]:
    """The room's own events up to a place in it."""
    heard: list[Event] = []
    while not heard or heard[-1]["seq"] < until:
        event = await line.hear()
        if "seq" in event and event["event"] not in {"accepted", "entered"}:
            heard.append(event)
    return heard


def places(heard: list[Event]) -> list[int]:
    return [event["seq"] for event in heard]


@pytest.mark.full
async def test_what_one_process_commits_the_other_tells_its_people(
    here: Place, there: Place
) -> None:
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    accepted = await ash.post("Is anybody awake?", note="night thoughts", wants="listening")
    heard = await birch.hear_next("posted")
    assert accepted["event"] == "accepted"
    assert (heard["seq"], heard["text"]) == (accepted["seq"], "Is anybody awake?")
    assert (heard["note"], heard["wants"]) == ("night thoughts", "listening")
    assert "nonce" not in heard
    assert there.hearing.delivered_remote == 1


@pytest.mark.full
async def test_an_author_s_other_window_in_another_process_hears_the_nonce(
    here: Place, there: Place
) -> None:
    ash, window = await here.line("ash"), await there.line("ash")
    await window.enter()
    await ash.post("From the other room", nonce="n" * 12)
    assert (await window.hear_next("posted"))["nonce"] == "n" * 12


@pytest.mark.full
async def test_who_left_while_their_process_had_no_news_hears_nothing_that_was_said_since(
    here: Place, there: Place
) -> None:
    ash, birch, window = await here.line("ash"), await there.line("birch"), await there.line("ash")
    for line in (birch, window):
        await line.enter()
    await ash.post("You both hear this")
    assert (await birch.hear_next("posted"))["text"] == "You both hear this"
    await there.house.listening.close()
    there.hearing.is_current = lambda: False
    async with here.house.workshop.work() as work:
        await sign_out(work, there.town.birch.actor)
    await ash.post("One of you has left")
    await there.house.listening.read()
    told = [(await window.hear_next("posted"))["text"] for _ in range(2)]
    assert told == ["You both hear this", "One of you has left"]
    assert "posted" not in [event["event"] for event in await rest_of(birch)]


async def rest_of(line: Line) -> list[Event]:
    """What is heard until the line is closed."""
    heard: list[Event] = []
    with suppress(ConnectionClosed):
        while True:
            heard.append(await line.hear())
    return heard


async def talk(line: Line, name: str, count: int) -> list[int]:
    """Say something many times, one after the other; the places of what was acknowledged."""
    return [await kept(line, f"{name} {n}") for n in range(count)]


async def kept(line: Line, text: str) -> int:
    """Say it, and again where a busy machine did not keep it; its place."""
    nonce = secrets.token_urlsafe(12)
    while (answer := await line.post(text, nonce=nonce))["event"] == "refused":
        assert answer["code"] == "not_kept", answer
    seq: int = answer["seq"]
    return seq


@pytest.mark.full
@pytest.mark.parametrize(
    "seed", [None, 1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3))]
)
async def test_every_reader_of_either_process_sees_one_order_and_each_message_once(
    here: Place, there: Place, network: Network, seed: int | None
) -> None:
    readers = [await place.line(name) for place in (here, there) for name in ("ash", "birch")]
    for line in readers:
        await line.enter()
    if seed is not None:
        network.be_bad(seed)
    speakers = [await here.line("ash"), await there.line("birch"), await there.line("ash")]
    acked = await asyncio.gather(*(talk(line, f"voice {n}", 25) for n, line in enumerate(speakers)))
    last = max(max(seqs) for seqs in acked)
    network.look()
    everything = await asyncio.gather(*(said(line, until=last) for line in readers))
    assert all(places(heard) == list(range(1, last + 1)) for heard in everything)
    orders = [[(event["seq"], event["text"]) for event in heard] for heard in everything]
    assert orders[1:] == orders[:-1]
    assert sorted(seq for seqs in acked for seq in seqs) == list(range(1, last + 1))


@pytest.mark.full
async def test_an_author_is_told_that_it_is_kept_before_the_room_is_and_without_waiting(
    here: Place, there: Place, network: Network
) -> None:
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    network.hold_back()
    await ash.post("First, and on its way for long")
    await birch.say("post", room="night-room", nonce="b" * 12, text="Second")
    heard = [await birch.hear_next("accepted", "posted") for _ in range(3)]
    assert [(event["event"], event["seq"]) for event in heard] == [
        ("accepted", 2),
        ("posted", 1),
        ("posted", 2),
    ]
    assert there.hearing.gaps_read == 1
    network.let_go()
    await ash.post("Third")
    assert (await birch.hear_next("posted"))["seq"] == 3


@pytest.mark.full
async def test_who_comes_in_is_told_of_all_that_was_acknowledged_anywhere_before(
    here: Place, there: Place, network: Network
) -> None:
    birch = await there.line("birch")
    await birch.enter()
    network.hold_back()
    ash = await here.line("ash")
    seq = (await ash.post("Nobody there has heard of this"))["seq"]
    other = await there.line("ash")
    entered = await other.enter(since=seq - 1)
    assert [event["event"] for event in entered] == ["entered", "posted", "live"]
    assert entered[-1]["head"] == seq
    assert (await birch.hear_next("posted"))["seq"] == seq
    network.let_go()


@pytest.mark.full
async def test_who_comes_back_to_the_other_process_has_missed_nothing(
    here: Place, there: Place, network: Network
) -> None:
    network.be_bad(7)
    ash, before = await here.line("ash"), await here.line("birch")
    await before.enter()
    for n in range(6):
        await ash.post(f"While here {n}")
    last = (await said(before, until=6))[-1]["seq"]
    await before.connection.close()
    for n in range(4):
        await ash.post(f"On the way {n}")
    again = await there.line("birch")
    replay = await again.enter(since=last)
    assert [e["seq"] for e in replay if e["event"] == "posted"] == [7, 8, 9, 10]
    await ash.post("And on")
    network.look()
    assert (await again.hear_next("posted"))["seq"] == 11


async def test_who_is_too_far_behind_comes_back(there: Place, network: Network) -> None:
    birch = await there.line("birch")
    await birch.enter()
    room_id = (await there.town.seat(there.town.birch)).room_id
    network.buses[0].hear_head(room_id, 5_000)
    assert await birch.closing() == 1001
    assert there.hearing.gaps_given_up == 1


@pytest.mark.full
async def test_rooms_are_read_a_few_at_a_time_and_each_gets_its_turn(
    here: Place, there: Place, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "MOST_READINGS", 1)
    network.state = BusState.FALLBACK
    read, at_once, most = there.hearing._entries, 0, 0

    async def counted(*asked: Any) -> Any:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        found = await read(*asked)
        at_once -= 1
        return found

    monkeypatch.setattr(there.hearing, "_entries", counted)
    rooms = {NIGHT: "ash", EVENING: "cedar"}
    readers = {room: await there.line(name) for room, name in rooms.items()}
    speakers = {room: await here.line(name) for room, name in rooms.items()}
    for room, line in readers.items():
        await line.enter(room)
    for n in range(4):
        await asyncio.gather(*(line.post(f"{n}", room) for room, line in speakers.items()))
    for line in readers.values():
        assert places(await said(line, until=4)) == [1, 2, 3, 4]
    assert most == 1
