"""`holdfast invitations`: codes that let members in."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.opening import Data, place_at, with_workshop
from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Workshop
from holdfast.members.actions import make_invitations
from holdfast.members.rules.codes import MOST
from holdfast.rights.rules import System

invitations = typer.Typer(no_args_is_help=True, help="Invitations for members.")


@invitations.callback()
def several() -> None:
    """Keeps a group a group while it has one command."""


@invitations.command("make")
def make(
    count: Annotated[int, typer.Option(min=1, max=MOST, help="How many.")] = 200,
    data: Data = None,
) -> None:
    """Make a batch of invitations and print them, one on each line; they are told only here.

    Hand them out shuffled, and write down nowhere who was given which.
    """

    async def do(workshop: Workshop, root: RootKey) -> list[str]:
        async with workshop.work() as work:
            return await make_invitations(work, System(), root=root, count=count)

    for code in with_workshop(place_at(data), do):
        typer.echo(code)
