"""`holdfast serve`."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Annotated

import typer

from holdfast.app.serving import serve as serve_app
from holdfast.cli.opening import Data, settings_with, words
from holdfast.settings import Settings


def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill the place with a small made-up town.")
    ] = False,
) -> None:
    """Serve the place. Everything it keeps is in the data folder."""
    settings = settings_with(data=data, host=host, port=port)
    if demo:
        settings = as_demonstration(settings)
    listening = listen(settings)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    if demo:
        from holdfast.town.demonstration import prepare_demonstration

        for line in asyncio.run(prepare_demonstration(settings)):
            words.print(line)
    for name in settings.weakened:
        words.print(f"{name}=off: this place is for tests, not for people.", style="bold red")
    words.print(f"Holdfast is at {address(settings)} (data in {settings.data}). Ctrl+C stops it.")
    raise typer.Exit(serve_app(settings, listening, demonstration=demo))


def as_demonstration(settings: Settings) -> Settings:
    """The demonstration: coverage off, and only for this machine."""
    if not is_loopback(settings.host) or settings.is_https:
        words.print(
            "The demonstration is for this machine alone, because nobody in it can help anyone. "
            "Leave out --host, or give a loopback address.",
            style="red",
        )
        raise typer.Exit(2)
    return settings.model_copy(update={"coverage": "off"})


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(settings: Settings) -> socket.socket:
    """The listening socket, or words about why there is none."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as no:
        words.print(
            f"Cannot listen on {settings.host}:{settings.port} ({no.strerror}). "
            "Perhaps something else is listening there: try --port with another number.",
            style="red",
        )
        raise typer.Exit(1) from None
    return listening


def address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.origin.split(",")[0] or f"http://{host}:{settings.port}"
