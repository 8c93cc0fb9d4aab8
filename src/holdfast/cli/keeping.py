"""`holdfast doctor` and `holdfast migrate`."""

from __future__ import annotations

import typer

from holdfast.app.schema import revision_of
from holdfast.cli.opening import Data, settings_with, with_workshop
from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Workshop
from holdfast.resources.queries import checks_file, checks_in, helpline_doubts
from holdfast.rights.rules import Role
from holdfast.settings import Settings
from holdfast.staff.queries.people import NEEDED, duties_nobody_can_come_for


def doctor(data: Data = None) -> None:
    """Say what needs a look: people who are missing, helplines nobody has checked, settings."""
    settings = settings_with(data=data)
    for name in settings.weakened:
        typer.echo(f"{name}=off is for tests only")
    for role in missing_at(settings):
        typer.echo(f"Nobody here can sign in as {role}: do not open this place to the public.")
    doubts = helpline_doubts(checks=checks_in(checks_file(settings.data)))
    for doubt in doubts:
        typer.echo(str(doubt))
    typer.echo(f"{len(doubts)} helpline rows need a look.")


def missing_at(settings: Settings) -> list[str]:
    """Who a place needs before people come, and does not have. Where there is none yet: all."""
    if not settings.database_url and not settings.database_file.exists():
        return [with_article(role) for role in NEEDED]

    async def look(workshop: Workshop, _: RootKey) -> list[str]:
        async with workshop.reading() as work:
            return [with_article(role) for role in await duties_nobody_can_come_for(work)]

    return with_workshop(settings, look)


def with_article(role: Role) -> str:
    return f"a {role.replace('-', ' ')}"


def migrate(data: Data = None) -> None:
    """Bring the data to the newest shape without serving: a file after a backup.

    On PostgreSQL people may go on talking meanwhile, and several may ask for it at once.
    """

    async def shape_of(workshop: Workshop, _: RootKey) -> str | None:
        async with workshop.database.reader.connect() as connection:
            return await connection.run_sync(revision_of)

    settings = settings_with(data=data)
    shape = with_workshop(settings, shape_of)
    if settings.database_url.startswith("postgresql:"):
        typer.echo(f"The database is up to date: its shape is {shape}.")
    else:
        typer.echo("The data folder is up to date.")
