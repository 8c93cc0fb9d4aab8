"""What the product asks of a database, answered by the simulated disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace, TracebackType
from typing import Any

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import KeyId, MemberId, RoomId, SeatId, SessionId
from holdfast.live import entering, floor, hearing
from holdfast.messages import ledger
from holdfast.messages.actions import changing
from holdfast.messages.events import Entry, MessagePosted
from holdfast.messages.ledger.batch import once_each
from holdfast.messages.ledger.entries import CommitInDoubt, Waiting, Written
from holdfast.messages.ledger.plan import make_plan
from holdfast.messages.queries import unseen
from holdfast.rights.rules import Guest, Member
from holdfast.rooms import access
from holdfast.rooms.access import Seat
from holdfast.rooms.queries import places
from holdfast.screening.reading import Read
from holdfast.sealing.seam import Place, Sealed
from simulation.disk import Disk
from simulation.loop import Process, SimLoop
from simulation.putting import put
from simulation.tables import mac_of

BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOTHING_SECRET = KeyId(b"key")


class SimClock:
    """The house's clock, by the world's time."""

    def __init__(self, loop: SimLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self._loop.now)

    def ticks(self) -> float:
        return self._loop.now


class SimStore:
    """Writes a batch as both stores do: the pen, what is known, the plan, the commit."""

    def __init__(self, disk: Disk, process: Process) -> None:
        self.disk = disk
        self.process = process

    async def write(self, batch: list[Waiting]) -> Written:
        batch, later = once_each(batch)
        disk, process = self.disk, self.process
        await disk.take_pen(process)
        try:
            plan = make_plan(batch, disk.tables.facts(batch))
            await disk.commit(process, plan)
        except CommitInDoubt:
            raise
        except BaseException:
            disk.let_go(process)
            raise
        return plan.written(later)


class SimGlances:
    """Answers the few small questions of the live line; any other is a mistake."""

    def __init__(self, disk: Disk, process: Process) -> None:
        self._disk = disk
        self._process = process

    async def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return await self._disk.ask(self._process, lambda: self._found(statement, *values))

    def _found(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        if statement == places.HEAD:
            return [(self._disk.tables.heads[values[0]],)]
        if statement == unseen.ANYTHING:
            return [(0,)]
        if statement == access.MEMBERS:
            return self._seat(values[1], values[0])
        raise AssertionError(f"nobody here knows {statement}")

    def _seat(self, member_id: MemberId, slug: str) -> list[tuple[Any, ...]]:
        people = self._disk.people
        seat, room, handle = people.seats[member_id, slug]
        if seat in people.left:
            return []
        return [(seat, room, "open", "live", "en", handle, handle, handle, None, None, None)]


@dataclass
class SimWork:
    """A reading transaction."""

    disk: Disk
    process: Process
    clock: SimClock

    async def __aenter__(self) -> SimWork:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, no: BaseException | None, at: TracebackType | None
    ) -> None:
        pass


class SimWorkshop:
    """Hands out readings and glances of the simulated disk."""

    def __init__(self, disk: Disk, process: Process, clock: SimClock) -> None:
        self.clock = clock
        self.glances = SimGlances(disk, process)
        self._work = SimWork(disk, process, clock)

    def reading(self) -> SimWork:
        return self._work


class OpenKeyring:
    """Seals nothing: what is tried here is order and loss, not secrecy."""

    def holds(self, seat: SeatId, day: int) -> bool:
        return True

    async def fetch(self, seat: SeatId, day: int) -> None:
        pass

    def seal(self, words: Read, place: Place, day: int) -> Sealed:
        return Sealed(words.text.encode(), NOTHING_SECRET, place)

    def mac(self, key: KeyId, meaning: str) -> bytes:
        return mac_of(key, meaning)


# ---------------------------------------------------------------- the doors to the database


async def entries_since(
    work: SimWork, reader: object, room_id: RoomId, since: int, limit: int
) -> list[Entry]:
    """What a reader who was away has missed."""
    return await work.disk.ask(
        work.process, lambda: work.disk.tables.entries_since(room_id, since, limit)
    )


async def own_message(
    work: SimWork, reader: object, seat: Seat, seq: int, nonce: str = ""
) -> tuple[Any, MessagePosted]:
    """A member's own message, as it stands."""
    found = await work.disk.ask(
        work.process, lambda: work.disk.tables.messages.get((seat.room_id, seq))
    )
    if found is None or found.owner != seat.id:
        raise NotFound
    return SimpleNamespace(id=b"message"), found


async def untold_responses(work: SimWork) -> list[tuple[int, int]]:
    """Messages whose counts wait to be told."""
    return await work.disk.ask(work.process, lambda: sorted(work.disk.tables.unfolded))


async def nothing_is_held(*_: object, **__: object) -> Any:
    """No work of staff is open here."""
    return SimpleNamespace(told=(), held=(), until=None)


class NothingErased:
    """What goes by the clock after a removal is not tried here."""

    async def mark(self, messages: object, at: object) -> None:
        pass


async def actor_by_token(glances: SimGlances, token: str, clock: SimClock) -> Member | Guest:
    """Whose session this is; a token is the member's own number here."""
    disk, process = glances._disk, glances._process
    member = MemberId(int(token))
    is_out = await disk.ask(process, lambda: member in disk.people.signed_out)
    return Guest() if is_out else Member(member, SessionId(member))


class Quiet:
    """Where the product logs; an error there is a mistake that nobody may make."""

    def __init__(self, broken: list[str]) -> None:
        self._broken = broken

    def warning(self, *_: object, **__: object) -> None:
        pass

    def error(self, event: str, **facts: object) -> None:
        self._broken.append(f"{event} {facts}")


@contextmanager
def doors(broken: list[str]) -> Iterator[None]:
    """The product asks the simulated disk where it would ask in SQL, and logs into a list."""
    quiet = Quiet(broken)
    doors_of = (
        (entering, "entries_since", entries_since),
        (hearing, "entries_since", entries_since),
        (changing, "own_message", own_message),
        (changing, "message_to_edit", own_message),
        (changing, "hold_what_is_named", nothing_is_held),
        (ledger, "untold_responses", untold_responses),
        (floor, "listener_by_token", actor_by_token),
        (ledger, "log", quiet),
        (hearing, "log", quiet),
        (floor, "log", quiet),
    )
    with put(*doors_of):
        yield
