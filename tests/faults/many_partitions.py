"""What may be wrong with the wires of one node, each begun at a moment and over at another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faults.many_place import ManyPlace
from faults.places_wire import Wire

LOSS = 0.1
JITTER = 0.3  # seconds


@dataclass(frozen=True)
class Partition:
    """A fault of the network around one node."""

    name: str
    begin: Callable[[ManyPlace, int], None]
    node_is_lost: bool = False  # it cannot keep anything meanwhile, and must say so


def _of(place: ManyPlace, number: int) -> tuple[Wire, Wire]:
    return place.to_database[number], place.to_redis[number]


def _lose_the_database(place: ManyPlace, number: int) -> None:
    place.to_database[number].cut()


def _lose_redis(place: ManyPlace, number: int) -> None:
    place.to_redis[number].cut()


def _hear_no_answer(place: ManyPlace, number: int) -> None:
    place.to_database[number].back.deaf = True


def _say_nothing(place: ManyPlace, number: int) -> None:
    place.to_database[number].there.deaf = True


def _hear_no_others(place: ManyPlace, number: int) -> None:
    place.to_redis[number].back.deaf = True


def _lose_pieces(place: ManyPlace, number: int) -> None:
    for wire in _of(place, number):
        wire.there.loss = wire.back.loss = LOSS


def _shiver(place: ManyPlace, number: int) -> None:
    for wire in _of(place, number):
        wire.there.jitter = wire.back.jitter = JITTER


def _be_reset(place: ManyPlace, number: int) -> None:
    for wire in _of(place, number):
        wire.reset()


PARTITIONS = (
    Partition("node and database", _lose_the_database, node_is_lost=True),
    Partition("database heard, not answered", _hear_no_answer, node_is_lost=True),
    Partition("database not heard", _say_nothing, node_is_lost=True),
    Partition("node and other nodes", _lose_redis),
    Partition("other nodes not heard", _hear_no_others),
    Partition("one piece in ten lost", _lose_pieces),
    Partition("300 ms of jitter", _shiver),
    Partition("connections reset", _be_reset),
)
