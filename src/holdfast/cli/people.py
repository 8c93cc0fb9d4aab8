"""`holdfast rooms`, `holdfast town`: keys for scripts and load tests."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.opening import Data, place_at, with_workshop
from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Workshop
from holdfast.members.actions import come_in
from holdfast.members.rules import promises
from holdfast.members.rules.ages import AgeBand
from holdfast.rights.rules import Guest, System
from holdfast.rooms.actions import make_room
from holdfast.rooms.rules import Plan

rooms = typer.Typer(no_args_is_help=True, help="Rooms.")
town = typer.Typer(no_args_is_help=True, help="Made-up members, for load tests.")


@rooms.callback()
@town.callback()
def several() -> None:
    """Keeps a group a group while it has one command."""


@rooms.command("add")
def add(
    slug: str,
    *,
    name: Annotated[str, typer.Option(help="What the room is called.")],
    topic: Annotated[str, typer.Option(help="What it is for, in a few words.")],
    about: Annotated[str, typer.Option(help="More about it.")] = "",
    language: Annotated[str, typer.Option(help="The language spoken there.")] = "en",
    data: Data = None,
) -> None:
    """Make an open room."""

    async def make(workshop: Workshop, _: RootKey) -> None:
        plan = Plan(slug, name.strip(), topic.strip(), about.strip())
        async with workshop.work() as work:
            await make_room(work, System(), plan=plan, language=language)

    with_workshop(place_at(data), make)
    typer.echo(f"/rooms/{slug}")


@town.command("members")
def members(
    count: Annotated[int, typer.Option(min=1, max=100_000, help="How many.")] = 10,
    data: Data = None,
) -> None:
    """Let made-up members come in and print their tokens, one on each line."""

    async def make(workshop: Workshop, root: RootKey) -> list[str]:
        async with workshop.work() as work:
            return [
                (
                    await come_in(
                        work,
                        Guest(),
                        root=root,
                        age_band=AgeBand.ADULT,
                        version=promises.VERSION,
                        kept=False,
                    )
                ).token
                for _ in range(count)
            ]

    for one in with_workshop(place_at(data), make):
        typer.echo(one)
