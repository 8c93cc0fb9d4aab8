"""A place on several nodes: each has a wire of its own to the database and to Redis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.places_database import OwnCopy, OwnPostgres, own_pair, own_postgres
from faults.places_nodes import Balancer, Node, balanced, several, started
from faults.places_redis import OwnRedis, own_redis
from faults.places_wire import Address, Wire

THREE = ("serve", "serve", "serve")


@dataclass
class ManyPlace:
    """Nodes behind a balancer, what they share, and the wires to it."""

    primary: OwnPostgres
    copy: OwnCopy | None
    redis: OwnRedis
    nodes: Sequence[Node]
    to_database: list[Wire]
    to_redis: list[Wire]
    balancer: Balancer

    @property
    def url(self) -> str:
        return self.balancer.url

    @property
    def database(self) -> Address:
        """Where the database is now."""
        return ("127.0.0.1", self.primary.port)

    def fail_over(self) -> None:
        """The primary dies with all its processes; its copy takes its place and its address."""
        assert self.copy is not None
        self.primary.kill()
        self.copy.promote()
        self.primary, self.copy = self.copy, None
        for wire in self.to_database:
            wire.reset()

    def mend(self) -> None:
        """All wires are well again."""
        for wire in (*self.to_database, *self.to_redis):
            wire.mend()


@contextmanager
def many_served(
    folder: Path,
    roles: Sequence[str] = THREE,
    *,
    pair: bool = False,
    settings: Mapping[str, str] | None = None,
) -> Iterator[ManyPlace]:
    """A place whose nodes are all ready, gone afterwards."""
    with ExitStack() as open_now:
        copy: OwnCopy | None = None
        if pair:
            primary, copy = open_now.enter_context(own_pair())
        else:
            primary = open_now.enter_context(own_postgres())
        redis = open_now.enter_context(own_redis())
        nodes = several(folder, roles, settings or {})
        place: list[ManyPlace] = []  # a wire asks where the database is at each connection

        def database() -> Address:
            return place[0].database if place else ("127.0.0.1", primary.port)

        to_database = [open_now.enter_context(_wire(database, n)) for n in range(len(nodes))]
        to_redis = [
            open_now.enter_context(_wire(lambda: ("127.0.0.1", redis.port), 100 + n))
            for n in range(len(nodes))
        ]
        for node, bases, bells in zip(nodes, to_database, to_redis, strict=True):
            node.environment |= {
                "HOLDFAST_DATABASE_URL": f"postgresql://holdfast@127.0.0.1:{bases.port}/postgres",
                "HOLDFAST_REDIS_URL": redis.url(bells.port),
            }
        open_now.enter_context(started(nodes))
        served = [node for node in nodes if node.role in ("serve", "live")]
        balancer = open_now.enter_context(balanced(served))
        place.append(ManyPlace(primary, copy, redis, nodes, to_database, to_redis, balancer))
        yield place[0]


@contextmanager
def _wire(find: object, seed: int) -> Iterator[Wire]:
    wire = Wire(find, seed)  # type: ignore[arg-type]
    wire.start()
    try:
        yield wire
    finally:
        wire.close()
