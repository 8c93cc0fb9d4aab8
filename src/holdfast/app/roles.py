"""What a process is there for, and whether it serves its place alone."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from holdfast.settings import Settings


class ProcessRole(StrEnum):
    """What one process of a place does."""

    SERVE = "serve"  # everything
    WEB = "web"  # pages and API
    LIVE = "live"  # the line
    WORKER = "worker"  # what goes by the clock

    @property
    def has_pages(self) -> bool:
        return self in {ProcessRole.SERVE, ProcessRole.WEB}

    @property
    def has_lines(self) -> bool:
        return self in {ProcessRole.SERVE, ProcessRole.LIVE}

    @property
    def is_eager(self) -> bool:
        """Whether it asks for the duties as soon as nobody has them."""
        return self in {ProcessRole.SERVE, ProcessRole.WORKER}


class Process(Struct, frozen=True):
    """One process: its role, and whether it was told that it is one of several like it."""

    role: ProcessRole = ProcessRole.SERVE
    of_several: bool = False

    def is_shared(self, settings: Settings) -> bool:
        """Whether others may serve the same place, so that they have to hear of each other."""
        apart = self.role is not ProcessRole.SERVE
        return apart or self.of_several or bool(settings.redis_url)


BY_ITSELF = Process()
