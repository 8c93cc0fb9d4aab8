"""`holdfast migrate`."""

from __future__ import annotations

import typer

from holdfast.app.schema import revision_of
from holdfast.cli.opening import Data, settings_with, with_workshop
from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Workshop


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
