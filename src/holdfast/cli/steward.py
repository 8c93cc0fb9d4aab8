"""`holdfast steward`: keys for those who look after the place."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.opening import Data, place_at, with_workshop, words
from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Workshop
from holdfast.rights.rules import STAFF_ROLES, Role, System
from holdfast.staff.actions import make_staff_token
from holdfast.staff.actions.sessions import sign_out_by_name

steward = typer.Typer(no_args_is_help=True, help="Keys for those who look after the place.")


@steward.callback()
def several() -> None:
    """Keeps a group a group while it has one command."""


@steward.command("token")
def token(
    role: Annotated[str, typer.Option(help="One of the staff roles.")] = Role.STEWARD,
    name: Annotated[
        str, typer.Option(help="Whose token: somebody of that name, or a new account.")
    ] = "",
    data: Data = None,
) -> None:
    """Print a bearer token for a staff account of this community. It lasts 12 hours.

    For programs. To sign in with a browser, begin with `holdfast steward code`.
    """
    if role not in STAFF_ROLES:
        words.print(f"The staff roles are {', '.join(STAFF_ROLES)}.", style="red")
        raise typer.Exit(2)

    async def make(workshop: Workshop, _: RootKey) -> str:
        async with workshop.work() as work:
            return await make_staff_token(work, System(), role=Role(role), name=name)

    typer.echo(with_workshop(place_at(data), make))


@steward.command("sign-out")
def sign_out(
    name: Annotated[str, typer.Argument(help="Somebody of the staff, by their name.")],
    data: Data = None,
) -> None:
    """Sign one of the staff out everywhere, at once: for a phone that was lost.

    Their account stays, and their shift ends. A server that runs closes their screens within a
    second; when they are back they sign in and check in again.
    """

    async def make(workshop: Workshop, _: RootKey) -> int:
        async with workshop.work() as work:
            return await sign_out_by_name(work, System(), name=name)

    ended = with_workshop(place_at(data), make)
    words.print(f"Signed out. Sessions that ended: {ended}.")


@steward.command("code")
def code(data: Data = None) -> None:
    """Print a code with which somebody becomes a steward at /staff/begin. Once, within an hour."""
    from holdfast.staff.actions.invitations import make_steward_code

    async def make(workshop: Workshop, _: RootKey) -> str:
        async with workshop.work() as work:
            return await make_steward_code(work, System())

    place = place_at(data)
    typer.echo(with_workshop(place, make))
    at = place.desk_origin or place.address
    words.print(f"Type it in at {at}/staff/begin within an hour. It works once.")
