"""Defects put on purpose where something is whole: the simulation must find every one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from holdfast.kit.errors import NotKept
from holdfast.kit.hub import Hub
from holdfast.kit.order import Order
from holdfast.kit.topics import Frame, Topic
from holdfast.live import entering
from holdfast.live.floor import Floor
from holdfast.live.hearing import Hearing
from holdfast.live.line import Line
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.batch import Facts
from holdfast.messages.ledger.entries import Waiting, Written
from simulation import store
from simulation.disk import Commit, Disk, succeed
from simulation.loop import Process
from simulation.putting import Put
from simulation.store import SimStore
from simulation.tables import Tables

Broken = TypeVar("Broken", bound=Callable[..., Any])
DEFECTS: dict[str, list[Put]] = {}
_arrived, _take, _tell, _facts = Disk._arrived, Order.take, Hub.tell, Tables.facts
_write, _line_take, _looked_up = SimStore.write, Line.take, entering.looked_up


def defect(place: Any, name: str) -> Callable[[Broken], Broken]:
    """Register what comes in the place of something, under its own name."""

    def registered(broken: Broken) -> Broken:
        DEFECTS[broken.__name__] = [(place, name, broken)]
        return broken

    return registered


@defect(Disk, "_arrived")
def answer_before_the_sync(disk: Disk, commit: Commit) -> None:
    """What is written is accepted; the power may go before it is on disk."""
    _arrived(disk, commit)
    succeed(commit.future, None)


@defect(Tables, "facts")
def look_for_no_nonces(tables: Tables, batch: list[Waiting]) -> Facts:
    """What is said again is kept again."""
    return replace(_facts(tables, batch), posts={}, changes={})


@defect(store, "once_each")
def write_one_nonce_twice_in_a_batch(batch: list[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
    """Two of the same nonce are not told apart in one batch."""
    return batch, []


@defect(Disk, "take_pen")
async def write_without_the_pen(disk: Disk, process: Process) -> None:
    """Two processes take the same places."""
    await disk.ask(process, lambda: None)
    disk.holder = process


@defect(Ledger, "_after_doubt")
def say_no_where_nobody_knows(ledger: Ledger, batch: list[Waiting]) -> None:
    """Words in doubt are refused, and may be in the room all the same."""
    ledger._decided += len(batch)
    for entry in batch:
        entry.ticket.decide(NotKept())


@defect(SimStore, "write")
async def forget_what_must_wait(ours: SimStore, batch: list[Waiting]) -> Written:
    """What did not fit into a batch is never written."""
    written = await _write(ours, batch)
    written.later.clear()
    return written


@defect(Hub, "tell")
def skip_one(hub: Hub, topic: Any, entries: Sequence[Any]) -> None:
    """Of two entries only the newer one is told, though both are known."""
    known = hub.topics.get(topic)
    if known is not None and len(entries) > 1:
        known.hear([Frame(entry) for entry in entries[:-1]])
    _tell(hub, topic, entries[-1:])


@defect(Order, "take")
def deliver_without_waiting(order: Order, entries: Sequence[Any], now: float) -> Sequence[Any]:
    """What comes early is delivered at once."""
    order.head = max(order.head, entries[-1].seq)
    return entries


@defect(Order, "take")
def deliver_what_comes_twice(order: Order, entries: Sequence[Any], now: float) -> Sequence[Any]:
    """What was heard before is not dropped."""
    if 0 <= entries[-1].seq <= order.head:
        return entries
    return _take(order, entries, now)


@defect(Hearing, "_do_what_is_wanted")
def never_read_a_gap(*_: Any) -> None:
    """What the bus lost is missing for ever."""


@defect(Topic, "replace")
def replay_old_words(*_: Any) -> None:
    """What is at hand is not what stands now."""


@defect(entering, "looked_up")
async def replay_without_the_first(*asked: Any) -> Any:
    """A replay begins one entry too late."""
    found = await _looked_up(*asked)
    return found and (found[0], found[1], found[2][1:])


@defect(Floor, "_take_seat")
def go_on_without_a_seat(*_: Any) -> None:
    """Whoever lost their seat goes on hearing and speaking."""


@defect(Floor, "_sign_out")
def go_on_after_signing_out(*_: Any) -> None:
    """Whoever was signed out goes on hearing and speaking."""


@defect(Line, "take")
def forget_an_answer(line: Line, frame_: bytes) -> None:
    """Now and then an answer is not sent."""
    if frame_.rstrip()[-4] % 3:  # past the padding
        _line_take(line, frame_)
