"""What every test may ask for, and who needs it: see the modules named here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import uvloop

pytest_plugins = ["guards", "postgres", "redis_server", "sharing_out"]
OF_WHO_RUNS_TESTS = ("housing", "compiling", "threadless", "examples")


def pytest_configure(config: pytest.Config) -> None:
    """Who only hands out tests needs no house; to load one would keep the workers waiting."""
    if not _only_hands_out(config):
        for name in OF_WHO_RUNS_TESTS:
            config.pluginmanager.import_plugin(name)


def _only_hands_out(config: pytest.Config) -> bool:
    has_workers = not hasattr(config, "workerinput") and bool(config.getoption("tx", None))
    return has_workers and not config.option.collectonly


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The event loop that the real server runs on."""
    return {"uvloop": uvloop.new_event_loop}
