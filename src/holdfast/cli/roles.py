"""`holdfast web`, `live` and `worker`, and `--workers`: a place on PostgreSQL served by several."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Sequence
from functools import partial
from typing import Annotated, NoReturn

import typer

from holdfast.app.roles import Process, ProcessRole
from holdfast.cli.listening import listen
from holdfast.cli.opening import Data, settings_with, words
from holdfast.kit.origins import bracketed
from holdfast.settings import Settings

Host = Annotated[str | None, typer.Option(help="The address to listen on.")]
Port = Annotated[int | None, typer.Option(help="The port to listen on.")]
Workers = Annotated[
    int,
    typer.Option(
        min=1,
        max=256,
        help="How many processes share the port, on PostgreSQL. SIGHUP to the one that started "
        "them replaces them one by one.",
    ),
]
OneOf = Annotated[str, typer.Option(hidden=True, help="For processes that --workers starts.")]


def web(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    workers: Workers = 1,
    one_of: OneOf = "",
) -> None:
    """Serve pages and the API, as one of several processes of a place on PostgreSQL."""
    settings = settings_with(data=data, host=host, port=port)
    serve_among(ProcessRole.WEB, settings, workers=workers, one_of=one_of)


def live(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    workers: Workers = 1,
    one_of: OneOf = "",
) -> None:
    """Serve the live line, as one of several processes of a place on PostgreSQL."""
    settings = settings_with(data=data, host=host, port=port)
    serve_among(ProcessRole.LIVE, settings, workers=workers, one_of=one_of)


def worker(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Do what goes by the clock for a place on PostgreSQL: call people, settle rooms, forget.

    It answers only how it is (/healthz, /readyz, /metrics). A second one waits for the first.
    """
    serve_among(ProcessRole.WORKER, settings_with(data=data, host=host, port=port))


def serve_among(
    role: ProcessRole, settings: Settings, *, workers: int = 1, one_of: str = ""
) -> NoReturn:
    """Serve as one of several processes, or start them. Words and exit code 2 on SQLite."""
    if not settings.database_url.startswith("postgresql:"):
        asked = f"holdfast {role}" if role is not ProcessRole.SERVE else "--workers"
        words.print(
            f"`{asked}` is for a place with several processes, and those need PostgreSQL. SQLite "
            "lets one process write, and keeps what it knows of the rooms in that one. Set "
            "HOLDFAST_DATABASE_URL to postgresql://…, or serve everything with `holdfast serve`.",
            style="red",
        )
        raise typer.Exit(2)
    if one_of:
        _serve_for_the_parent(role, settings, one_of)
    if workers > 1:
        _keep_up(role, settings, workers)
    listening = listen(settings)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    say_so = partial(say_where, settings, f"Holdfast ({role}) is at {_at(settings)}")
    _serve(settings, listening, say_so, Process(role))


def _serve_for_the_parent(role: ProcessRole, settings: Settings, one_of: str) -> NoReturn:
    from holdfast.app.several import answer

    listening, line = (socket.socket(fileno=int(number)) for number in one_of.split(","))
    _serve(settings, listening, partial(answer, line), Process(role, of_several=True))


def _serve(
    settings: Settings, listening: socket.socket, say_so: partial[None], process: Process
) -> NoReturn:
    from holdfast.app.serving import serve as serve_app

    raise typer.Exit(serve_app(settings, listening, say_so, process=process))


def _keep_up(role: ProcessRole, settings: Settings, workers: int) -> NoReturn:
    """Start the processes, and stay to keep them up."""
    from holdfast.app.serving import prepare_logs
    from holdfast.app.several import Several

    first = listen(settings)
    settings = settings.model_copy(update={"port": first.getsockname()[1]})

    def command(listening: int, line: int) -> Sequence[str]:
        where = ("--data", str(settings.data), "--host", settings.host, "--port", settings.port)
        words = (role, *where, "--one-of", f"{listening},{line}")
        return (sys.executable, "-m", "holdfast", *map(str, words))

    def bind() -> socket.socket:
        return listen(settings, beside=True)

    async def run() -> int:
        several = Several(command, bind, count=workers, drain=settings.drain)
        first.close()
        what = f"Holdfast ({workers} processes of {role}) is at {_at(settings)}"
        return await several.run(partial(say_where, settings, what))

    prepare_logs()
    raise typer.Exit(asyncio.run(run()))


def _at(settings: Settings) -> str:
    return f"http://{bracketed(settings.host)}:{settings.port}"


def say_where(settings: Settings, what: str) -> None:
    """What is said once it answers."""
    for name in settings.weakened:
        words.print(f"{name}=off: this place is for tests, not for people.", style="bold red")
    words.print(f"{what} (data in {settings.data}). Ctrl+C stops it.")
