"""`holdfast serve`, and the roles it can be split into: `web`, `live` and `worker`."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from typing import Annotated, NoReturn

import typer

from holdfast.app.roles import Process, ProcessRole
from holdfast.app.schema import Unfit
from holdfast.app.serving import serve as serve_app
from holdfast.cli.opening import Data, look_at, refuse, settings_with, words
from holdfast.kit.errors import HoldfastError
from holdfast.settings import Settings, Switch, bracketed, is_loopback

Host = Annotated[str | None, typer.Option(help="The address to listen on.")]
Port = Annotated[int | None, typer.Option(help="The port to listen on.")]


def serve(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill the place with a small made-up town.")
    ] = False,
    take_over: Annotated[
        bool,
        typer.Option("--take-over", help="Take the place of the server that runs, without a gap."),
    ] = False,
) -> None:
    """Serve the place. Everything it keeps is in the data folder.

    Its rooms are quiet until somebody who looks after them checks in at /desk/shifts.
    """
    settings = settings_with(data=data, host=host, port=port)
    if demo:
        settings = as_demonstration(settings)
    look_at(settings)
    listening = listen(settings, beside=take_over)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    links = demonstrated(settings) if demo else []

    def say_so() -> None:
        for line in links:
            words.print(line)
        say_where(settings, f"Holdfast is at {settings.address}")

    raise typer.Exit(
        serve_app(settings, listening, say_so, demonstration=demo, take_over=take_over)
    )


def web(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Serve pages and the API, as one of several processes of a place on PostgreSQL."""
    serve_as(ProcessRole.WEB, settings_with(data=data, host=host, port=port))


def live(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Serve the live line, as one of several processes of a place on PostgreSQL."""
    serve_as(ProcessRole.LIVE, settings_with(data=data, host=host, port=port))


def worker(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Do what goes by the clock for a place on PostgreSQL: call people, settle rooms, forget.

    It answers only how it is (/healthz, /readyz, /metrics). A second one waits for the first.
    """
    serve_as(ProcessRole.WORKER, settings_with(data=data, host=host, port=port))


def serve_as(role: ProcessRole, settings: Settings) -> NoReturn:
    """Serve in one role of several. Words and exit code 2 where the place has SQLite."""
    if not settings.database_url.startswith("postgresql:"):
        words.print(
            f"`holdfast {role}` is for a place with several processes, and those need PostgreSQL: "
            "SQLite is for one process. Set HOLDFAST_DATABASE_URL to postgresql://…, or serve "
            "everything with `holdfast serve`.",
            style="red",
        )
        raise typer.Exit(2)
    listening = listen(settings)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    what = f"Holdfast ({role}) is at http://{bracketed(settings.host)}:{settings.port}"
    say_so = partial(say_where, settings, what)
    raise typer.Exit(serve_app(settings, listening, say_so, process=Process(role)))


def say_where(settings: Settings, what: str) -> None:
    """What is said once it answers."""
    for name in settings.weakened:
        words.print(f"{name}=off: this place is for tests, not for people.", style="bold red")
    words.print(f"{what} (data in {settings.data}). Ctrl+C stops it.")


def demonstrated(settings: Settings) -> list[str]:
    """Fill the place with the town; its links. Words and exit code 1 where it cannot be."""
    from holdfast.town.demonstration import prepare_demonstration

    try:
        return asyncio.run(prepare_demonstration(settings))
    except (Unfit, HoldfastError) as no:
        refuse(no)


def as_demonstration(settings: Settings) -> Settings:
    """The demonstration: coverage off, no work at the door, and only for this machine."""
    if not is_loopback(settings.host) or settings.is_https:
        words.print(
            "The demonstration is for this machine alone, because nobody in it can help anyone. "
            "Leave out --host, or give a loopback address.",
            style="red",
        )
        raise typer.Exit(2)
    return settings.model_copy(update={"coverage": Switch.OFF, "proof_of_work": Switch.OFF})


def listen(settings: Settings, *, beside: bool = False) -> socket.socket:
    """The listening socket, or words about why there is none.

    `beside`: also where the server that is to be taken over from listens now. Otherwise an address
    that somebody listens on is taken, though two sockets of ours could share it.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        if not beside and settings.port:
            bound(settings, family, shared=False).close()
        return bound(settings, family, shared=True)
    except OSError as no:
        words.print(
            f"Cannot listen on {bracketed(settings.host)}:{settings.port} ({no.strerror}). "
            "Perhaps something else is listening there: try --port with another number.",
            style="red",
        )
        raise typer.Exit(1) from None


def bound(settings: Settings, family: socket.AddressFamily, *, shared: bool) -> socket.socket:
    """A socket at the place's address; `shared` with another one of the same person's."""
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((settings.host, settings.port))
    except OSError:
        made.close()
        raise
    return made
