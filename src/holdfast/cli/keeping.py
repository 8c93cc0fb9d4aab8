"""`holdfast doctor` and `holdfast migrate`."""

from __future__ import annotations

import typer

from holdfast.cli.opening import Data, settings_with, with_workshop
from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Workshop
from holdfast.resources.queries import helpline_doubts


def doctor(data: Data = None) -> None:
    """Say what needs a look: helplines nobody has checked, settings that are for tests only."""
    settings = settings_with(data=data)
    for name in settings.weakened:
        typer.echo(f"{name}=off is for tests only")
    typer.echo("No moderators exist here yet: do not open this place to the public.")
    doubts = helpline_doubts()
    for doubt in doubts:
        typer.echo(str(doubt))
    typer.echo(f"{len(doubts)} helpline rows need a look.")


def migrate(data: Data = None) -> None:
    """Bring the data folder to the newest shape, after a backup, without serving."""

    async def nothing_more(_: Workshop, __: RootKey) -> None:
        return None

    with_workshop(settings_with(data=data), nothing_more)
    typer.echo("The data folder is up to date.")
