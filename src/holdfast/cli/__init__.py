"""The keys: what is done from the keyboard of the machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.cli.every import app

__all__ = ["app", "main"]
SERVE = frozenset({"serve", "web", "live", "worker"})  # people wait for these


def main() -> None:
    """The command line."""
    if SERVE.intersection(sys.argv[1:2]):
        from holdfast.cli.servers import servers

        servers()
    else:
        __getattr__("app")()


def __getattr__(name: str) -> Any:
    """`app`, every command, is loaded once somebody asks for it."""
    if name != "app":
        raise AttributeError(name)
    from holdfast.cli.every import app

    return app
