"""What follows a message follows it into every process: changes, blocks, counts, the record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from holdfast.app.web import build_app
from holdfast.audit.events import Recorded
from holdfast.audit.queries import recent
from holdfast.audit.rules import READING
from holdfast.kit.work import Event
from holdfast.live import hearing
from holdfast.messages.actions import block_member
from holdfast.messages.ledger.entries import CommitInDoubt
from holdfast.messages.tables import BlockKind
from holdfast.rights.rules import Role, Staff
from live.together.conftest import Place
from live.together.network import Network
from rights.stage import hired, set_stage
from rights.things import side
from serving import PATIENCE, Line
from town import NIGHT, unlimited

pytestmark = [unlimited]


async def changes(line: Line, do: str, seq: int, **fields: Any) -> None:
    """Change something said, and hear that it is done."""
    nonce = f"{do}-{seq:08}-{len(fields)}"
    await line.say(do, room=NIGHT, seq=seq, nonce=nonce, **fields)
    while (answer := await line.hear_next("accepted", "refused"))["nonce"] != nonce:
        pass
    assert answer["event"] == "accepted", answer


@pytest.mark.full
async def test_edits_responses_and_removals_cross_over(here: Place, there: Place) -> None:
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    seq = (await ash.post("Whatt a night"))["seq"]
    await changes(ash, "edit", seq, text="What a night")
    await changes(ash, "respond", seq, response="with_you", on=True)
    await changes(ash, "remove", seq)
    heard = {name: await birch.hear_next(name) for name in ("posted", "edited")}
    assert (heard["edited"]["of"], heard["edited"]["text"]) == (seq, "What a night")
    rest = [await birch.hear_next("responded", "removed") for _ in range(2)]
    assert [(e["event"], e["of"]) for e in rest] == [("responded", seq), ("removed", seq)]
    assert rest[0]["counts"] == {"with_you": 1}


@pytest.mark.full
async def test_the_words_of_before_are_in_no_process_s_memory(
    here: Place, there: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = asyncio.Event()
    monkeypatch.setattr(there.hearing, "_forget", forgotten.set)
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    seq = (await ash.post("My brother is called Rowan"))["seq"]
    await birch.hear_next("posted")
    assert not forgotten.is_set()
    await changes(ash, "remove", seq)
    await birch.hear_next("removed")
    assert forgotten.is_set(), "nothing drawn of it is kept"
    other = await there.line("ash")
    replay = await other.enter(since=0)
    assert [e["text"] for e in replay if e["event"] == "posted"] == [""]
    assert there.hearing.gaps_read == 0, "it came from what was at hand"


@pytest.mark.full
async def test_who_looks_away_here_is_told_nothing_of_what_is_said_there(
    here: Place, there: Place
) -> None:
    ash, birch = await there.line("ash"), await here.line("birch")
    handle = (await there.town.seat(there.town.birch)).author.seat
    async with there.house.workshop.work() as work:
        await block_member(
            work, there.town.ash.actor, slug=NIGHT, handle=handle, kind=BlockKind.MUTE
        )
    await ash.enter()
    bystander = await there.line("birch")
    await bystander.enter()
    await birch.post("Not for everybody")
    assert (await bystander.hear_next("posted"))["text"] == "Not for everybody"
    assert await ash.hear_next("posted", "skipped") == {
        "event": "skipped",
        "room": NIGHT,
        "seq": 1,
    }


@pytest.mark.full
async def test_staff_who_hear_it_through_another_process_are_noted(
    here: Place, there: Place
) -> None:
    stage = await set_stage(here.town, await hired(here.town))
    slug = await side(stage)
    sam = stage.staff[Role.CRISIS_MODERATOR]
    assert isinstance(sam.actor, Staff)
    noted: asyncio.Queue[int] = asyncio.Queue()

    def hear(event: Event) -> None:
        if isinstance(event, Recorded):
            noted.put_nowait(event.seq)

    there.house.workshop.hearers.append(hear)
    await here.town.say(stage.member, "It is a long night", slug)
    line = await there.served.line(sam)
    head = (await line.enter(slug, since=0))[-1]["head"]
    await asyncio.wait_for(noted.get(), PATIENCE)
    await here.town.say(stage.member, "I called my sister", slug)
    await line.hear_next("posted")
    await line.say("leave", room=slug)
    await asyncio.wait_for(noted.get(), PATIENCE)
    async with here.house.workshop.reading() as work:
        rows = await recent(work, staff_id=sam.actor.id, what=READING)
    assert (rows[0].detail["first"], rows[0].detail["last"]) == (head + 1, head + 1)


@pytest.mark.slow
async def test_counts_given_in_both_processes_are_told_once_a_second(
    here: Place, there: Place
) -> None:
    ash, birch = await here.line("ash"), await there.line("birch")
    await ash.enter()
    await birch.enter()
    seq = (await ash.post("Hello"))["seq"]
    await birch.hear_next("posted")
    await changes(ash, "respond", seq, response="with_you", on=True)
    assert (await birch.hear_next("responded"))["counts"] == {"with_you": 1}
    loop = asyncio.get_running_loop()
    before = loop.time()
    await changes(birch, "respond", seq, response="with_you", on=True)
    assert (await ash.hear_next("responded"))["counts"] == {"with_you": 1}
    assert (await ash.hear_next("responded"))["counts"] == {"with_you": 2}
    assert loop.time() - before > 0.8, "the second telling waits out the second"


async def test_pieces_of_a_number_are_joined_over_processes(here: Place, there: Place) -> None:
    first, second = await here.line("ash"), await there.line("ash")
    await second.enter()
    assert (await second.post("It is a quiet night"))["event"] == "accepted"
    assert (await first.post("07700"))["event"] == "accepted"
    await second.hear_next("posted")
    assert (await second.hear_next("posted"))["text"] == "07700"
    assert (await second.post("900 123"))["code"] == "contact_detail"


@pytest.mark.full
async def test_a_page_loaded_anew_needs_no_new_ear_and_an_empty_room_is_left(
    here: Place, there: Place, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = network.buses[1]
    room_id = (await there.town.seat(there.town.birch)).room_id
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    await birch.say("leave", room=NIGHT)
    await birch.say("leave", room=NIGHT)
    await birch.hear_next("refused")
    await ash.post("While nobody was there")
    replay = await birch.enter(since=0)
    assert [e["text"] for e in replay if e["event"] == "posted"] == ["While nobody was there"]
    assert bus.listened == [room_id]
    monkeypatch.setattr(hearing, "REST", 0.0)
    await birch.connection.close()
    await asyncio.wait_for(bus.leaves.wait(), PATIENCE)
    assert bus.left == [room_id]
    assert there.house.floor.hub.resting == {}
    again = await there.line("birch")
    assert (await again.enter())[-1]["head"] == 1
    assert bus.listened == [room_id, room_id]


@pytest.mark.full
async def test_what_nobody_knows_of_is_told_by_the_heads_where_it_was_kept(
    here: Place, there: Place, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    await ash.enter()
    store: Any = here.house.ledger._store
    write = store.write

    async def goes_away_while_committing(batch: Any) -> Any:
        network.heads[batch[0].seat.room_id] = (await write(batch)).events[-1].seq
        raise CommitInDoubt

    monkeypatch.setattr(store, "write", goes_away_while_committing)
    await ash.say("post", room=NIGHT, nonce="d" * 12, text="Kept, and nobody knows")
    assert await ash.closing() == 1001
    network.look()
    assert (await birch.hear_next("posted"))["text"] == "Kept, and nobody knows"
    monkeypatch.setattr(store, "write", write)
    again = await here.line("ash")
    replay = await again.enter(since=0)
    assert [e["text"] for e in replay if e["event"] == "posted"] == ["Kept, and nobody knows"]


@asynccontextmanager
async def endless_page(place: Place, name: str) -> AsyncIterator[AsyncIterator[str]]:
    headers = place.town.person(name).bearer
    async with (
        httpx.AsyncClient(base_url=place.served.url, trust_env=False, headers=headers) as door,
        door.stream("GET", f"/rooms/{NIGHT}/stream") as page,
    ):
        yield page.aiter_text()


@pytest.mark.full
async def test_the_page_that_never_ends_shows_what_other_processes_commit_once(
    here: Place, open_place: Callable[..., Any], applications: dict[str, FastAPI]
) -> None:
    app = applications.get("off") or build_app(here.house.settings)
    there = await open_place("there", app=app)
    app.state.house = there.house
    applications["off"] = app
    ash = await here.line("ash")
    await ash.post("Said before")
    async with endless_page(there, "birch") as pieces:
        told = await anext(pieces)
        await ash.post("Said while it is open")
        async with asyncio.timeout(PATIENCE):
            while "Said while it is open" not in told:
                told += await anext(pieces)
    assert told.count("Said before") == 1
    assert told.count("Said while it is open") == 1
