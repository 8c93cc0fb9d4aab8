"""`holdfast rights`: who may listen, or host a circle, until when; given by a member's code."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from holdfast.cli.opening import Data, place_at, with_workshop
from holdfast.kit.cipher import RootKey
from holdfast.kit.clock import end_of
from holdfast.kit.work import Workshop
from holdfast.listening.actions import grant_by_code, take_right_back
from holdfast.rights.queries import standing_rights
from holdfast.rights.rules import System
from holdfast.rights.tables import RightRole

rights = typer.Typer(no_args_is_help=True, help="Who may listen, or host a circle.")


@rights.command("grant")
def grant(
    code: Annotated[str, typer.Argument(help="The code that the member made on their own page.")],
    *,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day.")],
    role: Annotated[RightRole, typer.Option(help="What they may do.")] = RightRole.LISTENER,
    language: Annotated[
        list[str] | None, typer.Option(help="In this language; again for more. None means all.")
    ] = None,
    data: Data = None,
) -> None:
    """Let whoever made this code listen, or host a circle, until the end of a day."""

    async def give(workshop: Workshop, _: RootKey) -> int:
        last = end_of(until.date())
        async with workshop.work() as work:
            row = await grant_by_code(
                work, System(), code=code, role=role, until=last, languages=language or ()
            )
            return row.id

    typer.echo(with_workshop(place_at(data), give))


@rights.command("list")
def list_rights(data: Data = None) -> None:
    """Every right that holds or is frozen: its number, what, until when, languages."""

    async def read(workshop: Workshop, _: RootKey) -> list[str]:
        async with workshop.reading() as work:
            return [
                f"{row.id}\t{row.role.value}\t{row.until:%Y-%m-%d}\t{row.languages or '-'}"
                + ("\tfrozen" if row.frozen_at else "")
                for row in await standing_rights(work)
            ]

    for line in with_workshop(place_at(data), read):
        typer.echo(line)


@rights.command("end")
def end(
    right: Annotated[int, typer.Argument(min=1, help="The right’s number.")], data: Data = None
) -> None:
    """End a right. Duty ends with it; a talk under way goes on."""

    async def take(workshop: Workshop, _: RootKey) -> None:
        async with workshop.work() as work:
            await take_right_back(work, System(), right_id=right)

    with_workshop(place_at(data), take)
