"""`holdfast move`: from one machine's file to a database that many machines share."""

from __future__ import annotations

import asyncio
from typing import Annotated, NoReturn

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from holdfast.app.moving import Moving, back, move
from holdfast.app.schema import Unfit
from holdfast.cli.audit import tell_of_problems
from holdfast.cli.opening import Data, refuse, settings_with, words
from holdfast.kit.database import async_url
from holdfast.settings import Settings

NEXT = """
All of it is still in {data}, but nobody can open it there any more: it says that its place moved.
Keep it until you have a backup of the new database. Now:

1. Set HOLDFAST_DATABASE_URL={url}
   (with its password) wherever Holdfast is started.
2. Start it with the same data folder: the root key in it belongs to this place.
   On another machine bring the root key over, and say with HOLDFAST_ROOT_KEY where it lies.
3. Look whether all is well: `holdfast doctor` and `holdfast audit verify`.
"""

STOPPED = """Stopped. What was copied so far is kept in the new database; the same line goes on from
there. The place lives where it lived until everything was copied and compared."""

BROKEN = "The record of what staff did is not whole. It came over as it was before the move:"

COME_BACK = """The place lives here again, as it was when it moved. What was said in the other
database since then is not here, and nobody should open that one again."""


def move_house(
    to: Annotated[
        str, typer.Option("--to", help="The new database: `postgresql://…`, empty.")
    ] = "",
    data: Data = None,
    *,
    come_back: Annotated[
        bool,
        typer.Option("--back", help="The place shall live in its old file again, as it was then."),
    ] = False,
) -> None:
    """Move this place into PostgreSQL, so that several processes and machines can serve it.

    Holdfast must not be serving it meanwhile. Cut off at any point, it goes on when run again.
    """
    settings = settings_with(data=data)
    if come_back:
        _come_back(settings)
    try:
        done = asyncio.run(_moved(settings, to))
    except Unfit as no:
        refuse(no)
    except KeyboardInterrupt:
        words.print(STOPPED, style="yellow")
        raise typer.Exit(130) from None
    typer.echo(
        f"Moved: {done.rows} rows in {done.tables} tables, compared one by one; "
        f"{done.copied} of them now."
    )
    if not done.record.is_whole:
        words.print(BROKEN, style="red")
        tell_of_problems(done.record)
    url = async_url(to).set(drivername="postgresql").render_as_string(hide_password=True)
    typer.echo(NEXT.format(data=settings.data, url=url))


def _come_back(settings: Settings) -> NoReturn:
    try:
        had_left = asyncio.run(back(settings))
    except Unfit as no:
        refuse(no)
    typer.echo(COME_BACK if had_left else "This place had not moved: nothing was changed.")
    raise typer.Exit


async def _moved(settings: Settings, to: str) -> Moving:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=words.console, transient=True) as shown:
        bars = {what: shown.add_task(what, total=None) for what in ("Moving", "Comparing")}

        def tell(what: str, done: int, of: int) -> None:
            shown.update(bars[what], completed=done, total=of)

        return await move(settings, to, tell)
