"""At whichever door staff read, the record says from where to where, and members read unnoted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx
import pytest

from holdfast.audit.events import Recorded
from holdfast.audit.queries import recent
from holdfast.audit.rules import READING
from holdfast.kit.work import Event
from holdfast.rights.rules import Role, Staff
from rights.stage import Stage, hired, set_stage
from rights.things import side
from serving import PATIENCE, Served
from town import Person, StillClock, Town, mostly_on_sqlite, on_sqlite

Spans = list[tuple[int, int]]


@dataclass
class Space:
    """A side space, its member, and the person who came."""

    stage: Stage
    slug: str
    sam: Person

    @property
    def door(self) -> str:
        return f"/api/v1/rooms/{self.slug}/messages"

    async def spans(self) -> Spans:
        """What the person who came is noted to have read, oldest first."""
        assert isinstance(self.sam.actor, Staff)
        async with self.stage.town.house.workshop.reading() as work:
            rows = await recent(work, staff_id=self.sam.actor.id, what=READING)
        return [(int(row.detail["first"]), int(row.detail["last"])) for row in reversed(rows)]

    async def all_readings(self) -> int:
        async with self.stage.town.house.workshop.reading() as work:
            return len(await recent(work, what=READING))


@pytest.fixture
async def space(town: Town) -> Space:
    stage = await set_stage(town, await hired(town))
    slug = await side(stage)
    for words in ("I am here", "It is a long night"):
        await town.say(stage.member, words, slug)
    return Space(stage, slug, stage.staff[Role.CRISIS_MODERATOR])


@mostly_on_sqlite
async def test_reading_by_a_program_is_noted_before_the_words_are_handed_over(
    client: httpx.AsyncClient, space: Space
) -> None:
    answer = await client.get(space.door, headers=space.sam.bearer)
    seqs = [one["seq"] for one in answer.json()["items"]]
    assert len(seqs) >= 2
    assert await space.spans() == [(seqs[0], seqs[-1])]


@pytest.mark.full
@on_sqlite
async def test_reading_on_a_page_is_noted(client: httpx.AsyncClient, space: Space) -> None:
    answer = await client.get(f"/rooms/{space.slug}", headers=space.sam.bearer)
    assert "It is a long night" in answer.text
    ((first, last),) = await space.spans()
    assert first < last


@pytest.mark.full
@on_sqlite
async def test_the_member_reads_as_one_of_the_room(client: httpx.AsyncClient, space: Space) -> None:
    for door in (space.door, f"/rooms/{space.slug}"):
        answer = await client.get(door, headers=space.stage.member.bearer)
        assert "It is a long night" in answer.text
    assert await space.all_readings() == 0
    await client.get(space.door, headers=space.sam.bearer)
    assert await space.all_readings() == 1


class Recording:
    """Says when the next row is on disk."""

    def __init__(self, town: Town) -> None:
        self._next: asyncio.Queue[int] = asyncio.Queue()
        town.house.workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        if isinstance(event, Recorded):
            self._next.put_nowait(event.seq)

    async def next(self) -> None:
        await asyncio.wait_for(self._next.get(), PATIENCE)


@pytest.mark.full
@mostly_on_sqlite
async def test_listening_is_noted_at_the_start_each_minute_and_at_the_end(
    served: Served, space: Space, clock: StillClock
) -> None:
    town, recording = space.stage.town, Recording(space.stage.town)
    line = await served.line(space.sam)
    heard = await line.enter(space.slug, since=0)
    head = heard[-1]["head"]
    await recording.next()
    assert await space.spans() == [(1, head)]
    await town.say(space.stage.member, "I called my sister", space.slug)
    await line.hear_next("posted")
    clock.pass_time(seconds=59)
    town.house.floor._sweep_once()
    assert await space.spans() == [(1, head)]
    clock.pass_time(seconds=1)
    town.house.floor._sweep_once()
    await recording.next()
    assert await space.spans() == [(1, head), (head + 1, head + 1)]
    await town.say(space.stage.member, "She is coming", space.slug)
    await line.hear_next("posted")
    await line.say("leave", room=space.slug)
    await recording.next()
    assert (await space.spans())[2:] == [(head + 2, head + 2)]
