"""Serving: uvicorn with our own socket class, and nothing of anyone in its logs."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import structlog
import uvicorn

from holdfast.app.draining import Server
from holdfast.app.falling import keep_words_in, leave_no_core
from holdfast.app.hurried import Hurried
from holdfast.app.roles import BY_ITSELF, Process, ProcessRole
from holdfast.app.web import build_app
from holdfast.live.socket import Socket
from holdfast.settings import Settings

BACKLOG = 4096  # who may wait until they are taken
GRACE = 3  # seconds in which what is under way comes to its end
LOGGED = frozenset(
    {"event", "level", "timestamp", "error", "route", "count", "seconds", "port", "setting"}
)


def only_allowed_fields(
    _: object, __: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Facts about the machine pass; anything else is dropped, whatever it is."""
    return {key: value for key, value in event.items() if key in LOGGED}


def prepare_logs() -> None:
    """One JSON line for each event on standard error; other libraries' chatter stays out."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed_fields,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is by then
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    logging.getLogger().handlers[:] = [logging.NullHandler()]
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    keep_words_in()


def drain_of(settings: Settings, process: Process) -> float:
    """How long it takes its leave: not at all where nobody else could take who comes."""
    others = process.is_shared(settings) and process.role is not ProcessRole.WORKER
    return settings.drain if others else 0


def serve(
    settings: Settings,
    listening: socket.socket,
    when_it_answers: Callable[[], None],
    *,
    demonstration: bool = False,
    take_over: bool = False,
    process: Process = BY_ITSELF,
) -> int:
    """Serve until told to stop. The exit code: 0 for a stop in good order."""
    prepare_logs()
    leave_no_core()
    app = build_app(settings, demonstration=demonstration, take_over=take_over, process=process)
    config = uvicorn.Config(
        app,
        http=Hurried,
        loop="uvloop",
        ws=Socket if process.role.has_lines else "none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=30,
        backlog=BACKLOG,
    )
    server = Server(config, app, drain_of(settings, process), when_it_answers)
    if take_over:
        listening.listen(BACKLOG)  # who comes while neither answers waits in this line
    with suppress(SystemExit):  # how uvicorn ends where the house could not open
        server.run(sockets=[listening])
    if not server.started:
        sys.stderr.write(f"{getattr(app.state, 'unfit', 'Holdfast could not start.')}\n")
        return 1
    return 0
