"""The author hears that it is kept, then that it was said: also where others are quicker."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from holdfast.kit.house import House
from live.together.conftest import Place
from live.together.network import Network
from serving import PATIENCE, Event, Line
from town import NIGHT, unlimited

pytestmark = [unlimited]


@dataclass
class LateAnswer:
    """A database that keeps at once, and says so only when it may."""

    kept: asyncio.Event = field(default_factory=asyncio.Event)
    may_say: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def to(cls, house: House, monkeypatch: pytest.MonkeyPatch) -> LateAnswer:
        late, store = cls(), house.ledger._store
        write = store.write

        async def written(batch: Any) -> Any:
            done = await write(batch)
            late.kept.set()
            await late.may_say.wait()
            return done

        monkeypatch.setattr(store, "write", written)
        return late


async def answers(line: Line, count: int) -> list[tuple[str, int]]:
    heard: list[Event] = [await line.hear_next("accepted", "posted") for _ in range(count)]
    return [(event["event"], event["seq"]) for event in heard]


@pytest.mark.full
async def test_own_words_that_are_read_in_a_gap_are_acknowledged_first(
    here: Place, there: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    late, read = LateAnswer.to(there.house, monkeypatch), there.hearing._entries

    async def then_answer(*asked: Any) -> Any:
        found = await read(*asked)
        assert [entry.seq for entry in found] == [1], "it is there for everybody to read"
        asyncio.get_running_loop().call_later(0.05, late.may_say.set)
        return found

    monkeypatch.setattr(there.hearing, "_entries", then_answer)
    await birch.say("post", room=NIGHT, nonce="b" * 12, text="On disk, and nobody knows yet")
    await asyncio.wait_for(late.kept.wait(), PATIENCE)
    await ash.post("Said later, and heard earlier")
    assert await answers(birch, 3) == [("accepted", 1), ("posted", 1), ("posted", 2)]


async def test_own_words_that_a_replay_holds_are_acknowledged_first(
    there: Place, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    del network
    birch = await there.line("birch")
    late = LateAnswer.to(there.house, monkeypatch)
    await birch.say("post", room=NIGHT, nonce="b" * 12, text="And in I go")
    await birch.say("enter", room=NIGHT, since=0)
    await asyncio.wait_for(late.kept.wait(), PATIENCE)
    asyncio.get_running_loop().call_later(0.05, late.may_say.set)
    assert await answers(birch, 2) == [("accepted", 1), ("posted", 1)]
    assert (await birch.hear_next("live"))["head"] == 1
