"""`holdfast serve`: everything in one process, or in several alike."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from holdfast.app.roles import ProcessRole
from holdfast.app.schema import Unfit
from holdfast.app.serving import serve as serve_app
from holdfast.cli.listening import listen
from holdfast.cli.opening import Data, look_at, refuse, settings_with, words
from holdfast.cli.roles import Host, OneOf, Port, Workers, say_where, serve_among
from holdfast.kit.errors import HoldfastError
from holdfast.kit.origins import is_loopback
from holdfast.settings import Settings, Switch


def serve(
    *,
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
    workers: Workers = 1,
    one_of: OneOf = "",
) -> None:
    """Serve the place. Everything it keeps is in the data folder.

    Its rooms are quiet until somebody who looks after them checks in at /desk/shifts.
    """
    settings = settings_with(data=data, host=host, port=port)
    if (workers > 1 or one_of) and not demo and not take_over:
        serve_among(ProcessRole.SERVE, settings, workers=workers, one_of=one_of)
    if workers > 1:
        words.print("--workers does not go with --demo or --take-over.", style="red")
        raise typer.Exit(2)
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
