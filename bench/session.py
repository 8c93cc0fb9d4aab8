"""One run of the bench: its machine, its folders, and how long it may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.house import Holdfast
from bench.machine import Cores, Places
from bench.programs import Sample
from bench.servers import CProgram, Server, StockApp
from bench.shapes import Shape, Target, run_load


@dataclass
class Session:
    """What a scenario is handed."""

    cores: Cores
    places: Places
    rounds: int
    seconds: float
    warm: float
    in_memory: bool  # where fan-out keeps its data: the disk has its own scenario
    minutes: float = 2  # of a soak
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)

    @contextmanager
    def running(self, *names: str, durable: bool = False) -> Iterator[dict[str, Server]]:
        """Start the named servers, all on the server's core; those not measured stand idle."""
        with ExitStack() as stack:
            servers = {name: self._server(name, durable=durable) for name in names}
            for server in servers.values():
                stack.enter_context(server)
            yield servers

    def load(self, server: Server, shape: Shape, *, began: Path | None = None) -> Sample:
        """Load one server with one shape. `began` is a file that appears when it is measured."""
        target = self.target(server, shape)
        spent = (self.warm, self.seconds)
        return run_load(shape, target, cores=self.cores.load, spent=spent, began=began)

    def target(self, server: Server, shape: Shape) -> Target:
        """A server that is ready for a shape. Rooms and seats are made the first time."""
        key = (server.name, f"{shape}")
        known = self.targets.get(key)
        if known is None:
            known = self.targets[key] = server.prepare(shape)
        return replace(known, port=server.port, pid=server.pid, beside=server.beside)

    def _server(self, name: str, *, durable: bool) -> Server:
        folder = self.places.memory if self.in_memory and not durable else self.places.disk
        core = self.cores.server
        if name in CProgram.MODES:
            return CProgram(name, core=core, folder=folder)
        if name.startswith("stock"):
            return StockApp(name, core=core, folder=folder)
        return Holdfast(name, core=core, folder=folder, database_core=self.cores.database)
