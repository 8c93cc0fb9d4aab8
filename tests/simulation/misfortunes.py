"""What may go wrong, each at a moment of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from faults.history import Revoked
from holdfast.kit.bus import BusState
from holdfast.kit.ids import MemberId, SessionId
from holdfast.kit.work import Event
from holdfast.members.events import SessionEnded
from holdfast.rooms.events import SeatLeft

if TYPE_CHECKING:
    from simulation.member import Member
    from simulation.world import World

Misfortune = Callable[["World"], None]
MISFORTUNES: list[Misfortune] = []
NEWS_WITHIN = 0.5  # seconds until every process has heard what one did


def misfortune(happens: Misfortune) -> Misfortune:
    """Put it in the list."""
    MISFORTUNES.append(happens)
    return happens


def _node(world: World) -> int:
    return world.random.randrange(len(world.nodes))


@misfortune
def lines_are_cut(world: World) -> None:
    """One line, or all of them at once."""
    if world.is_resting or not world.connections:
        return
    everybody = world.random.random() < 0.2
    cut = list(world.connections) if everybody else [world.random.choice(world.connections)]
    for connection in cut:
        world.note(connection.client.token, "is cut")
        connection.cut()


@misfortune
def a_process_is_killed(world: World) -> None:
    """Without warning; it is started again after a while."""
    if not world.is_resting:
        number = _node(world)
        world.kill(number)
        world.loop.after(world.random.random(), world.restart, number)


@misfortune
def a_process_stalls(world: World) -> None:
    """It does nothing for a while, and then goes on as if it were still then."""
    process = world.nodes[_node(world)].process
    world.note(process.name, "stalls")
    process.stalled_until = world.loop.now + world.random.random() * 0.4


@misfortune
def a_process_drains(world: World) -> None:
    """It is stopped in good order: lines are told to go, what waits is written, and it ends."""
    number = _node(world)
    node = world.nodes[number]
    if world.is_resting or not node.is_alive:
        return
    world.note(node.process.name, "drains")

    def drain() -> None:
        for line in list(node.floor.lines):
            line.close(1001)
        node.floor.spawn(drained())

    async def drained() -> None:
        await node.ledger.drained()
        world.loop.after(0.0, world.kill, number)
        world.loop.after(world.random.random() * 0.3, world.restart, number)

    world.loop.enter(node.process, drain)


@misfortune
def the_power_goes(world: World) -> None:
    """The database dies and comes back with what it had synced; a server alone may go with it."""
    if world.is_resting:
        return
    world.note("the power goes")
    world.disk.cut_power()
    if world.exchange is None and world.random.random() < 0.5:
        world.kill(0)
        world.loop.after(world.random.random(), world.restart, 0)
    world.loop.after(world.random.random(), world.disk.come_up)


@misfortune
def the_disk_is_full(world: World) -> None:
    """Nothing more can be written, for a while."""
    if not world.is_resting:
        world.note("the disk is full")
        world.disk.is_full = True
        world.loop.after(world.random.random(), _has_room, world)


def _has_room(world: World) -> None:
    world.disk.is_full = False


@misfortune
def the_disk_is_slow(world: World) -> None:
    """Everything takes much longer, for a while."""
    if not world.is_resting:
        world.note("the disk is slow")
        world.disk.slow = 15.0
        world.loop.after(world.random.random(), _is_quick, world)


def _is_quick(world: World) -> None:
    world.disk.slow = 1.0


@misfortune
def a_connection_to_the_database_breaks(world: World) -> None:
    """In the middle of a word, perhaps; and again and again, perhaps."""
    process = world.nodes[_node(world)].process
    world.note(process.name, "loses its connection")
    for _ in range(world.random.choice((1, 1, 4))):
        late = world.random.random() * 0.03
        world.loop.after(late, world.disk.lose_connection, process)


@misfortune
def a_process_is_cut_off_from_the_database(world: World) -> None:
    """It reaches it no more, for a while; the others do."""
    if world.is_resting:
        return
    process = world.nodes[_node(world)].process
    world.note(process.name, "is cut off from the database")
    world.disk.unreachable.add(process)
    world.disk.lose_connection(process)
    world.loop.after(world.random.random(), world.disk.unreachable.discard, process)


@misfortune
def the_bus_is_bad(world: World) -> None:
    """It loses, doubles and delays."""
    exchange = world.exchange
    if exchange is not None and not world.is_resting:
        world.note("the bus is bad")
        exchange.loses = world.random.choice((0.0, 0.3, 1.0))
        exchange.doubles = world.random.choice((0.0, 0.5))
        exchange.delays = world.random.choice((1.0, 10.0, 60.0))


@misfortune
def the_bus_falls_back(world: World) -> None:
    """Redis is gone for a while: what was under way is lost, and heads only are told."""
    exchange = world.exchange
    if exchange is not None and not world.is_resting:
        world.note("the bus falls back")
        exchange.state = BusState.FALLBACK
        world.loop.after(world.random.random(), _is_ready, world)


def _is_ready(world: World) -> None:
    assert world.exchange is not None
    world.exchange.state = BusState.READY


@misfortune
def a_reader_is_slow(world: World) -> None:
    """Somebody reads nothing for a while."""
    if world.connections and not world.is_resting:
        connection = world.random.choice(world.connections)
        world.note(connection.client.token, "reads nothing")
        connection.choke()
        world.loop.after(world.random.random() * 0.5, connection.breathe)


@misfortune
def somebody_is_sent_away(world: World) -> None:
    """Their seat is taken, or their session ends; every process hears of it soon."""
    here = [member for member in world.members if not member.is_gone]
    if world.is_resting or len(here) < 2:
        return
    member = world.random.choice(here)
    number = MemberId(int(member.token))
    if world.random.random() < 0.5:
        seat, room, _ = world.disk.people.seats[number, member.room]
        world.disk.people.left.add(seat)
        _tell_all(world, SeatLeft(room, seat))
    else:
        world.disk.people.signed_out.add(number)
        _tell_all(world, SessionEnded(SessionId(number), number))
    _note_revoked(world, member)


def _tell_all(world: World, event: Event) -> None:
    for node in world.nodes:
        late = world.random.random() * NEWS_WITHIN
        world.loop.after(late, world.loop.enter, node.process, node.floor.hear, event)


def _note_revoked(world: World, member: Member) -> None:
    world.write(Revoked(world.loop.now, member.name, member.room))
