"""`holdfast backup`, `holdfast restore` and `holdfast drill restore`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from holdfast.app.backing.archive import Tell
from holdfast.app.backing.drilling import Asking, Drilled, drill_restore
from holdfast.app.backing.pairs import identities_in, new_pair
from holdfast.app.backing.restoring import Asked, Restored, restore
from holdfast.app.backing.roots import seal_root_key
from holdfast.app.backing.taking import Taken, Where, back_up
from holdfast.app.schema import Unfit
from holdfast.app.unlocking import where_is
from holdfast.cli.opening import Data, refuse, settings_with, words
from holdfast.kit.clock import WallClock
from holdfast.kit.errors import HoldfastError
from holdfast.kit.primary import parsed
from holdfast.settings import Settings

Found = TypeVar("Found")
OF_SEVERAL = ("HOLDFAST_DATABASE_URL", "HOLDFAST_REDIS_URL", "HOLDFAST_REPLICAS")
To = Annotated[Path | None, typer.Option("--to", help="The folder for the files.")]
KeysTo = Annotated[
    Path | None, typer.Option("--keys-to", help="Another folder for the file of the keys.")
]
Identity = Annotated[
    Path, typer.Option("--identity", help="The file with the secret key (AGE-SECRET-KEY-1…).")
]
RootKey = Annotated[
    Path | None,
    typer.Option("--root-key", help="The root key, or its sealed copy, where it lies elsewhere."),
]

backup = typer.Typer(
    help="Make a sealed backup of this place, while people talk.", invoke_without_command=True
)
drill = typer.Typer(no_args_is_help=True, help="Try out what will be needed one day.")

PAIR = """The public key. Set it wherever Holdfast is started:

  HOLDFAST_BACKUP_TO={public}

The secret key. It is shown this once, and lies nowhere on this machine:

  {secret}

Write it into a file on a stick, and print it on paper. Keep both away from this machine and from
the backups: in a safe, or with two people you trust. Whoever has it and a backup still needs the
root key to read a word. Whoever has lost it can restore no backup.
"""
TAKEN = """Backed up {rows} rows and {count} keys in {seconds:.1f} s: {size:.1f} MB.
  {data}
  {keys}"""
RESTORED = """Restored {rows} rows ({size:.1f} MB) in {seconds:.1f} s, as they were on {at}.
What was said after that is not there. {erased} things that people had erased are erased again."""
FROZEN = "People whose words are kept and not used again, as they asked since then: {people}."
WHERE = """It is there now:
  the data      {data}
  the keys      {keys}
  the root key  {root_key}"""
NEXT = """
Now:
1. Look whether all is well: `holdfast doctor{at}` and `holdfast audit verify{at}`.
2. Look who is on the staff: whoever was added or removed since the backup is as they were then.
3. Start Holdfast. Every page that is open somewhere loads its rooms anew, by itself.
{start}"""
DRILLED = """{how} A place could be open again {seconds:.1f} s after a restore begins
(RTO), plus the time to fetch the files. The backup is {age} old: so much would be lost now (RPO),
that is {since} messages. {opened} of {tried} words were opened."""

NOTHING_OPENED = """There was no word in it to open, so nothing is proved about the keys yet. Drill
again when people have talked."""
NO_PLACE = """Say where to restore: --into FOLDER (empty), --to postgresql://… (empty), or
--data FOLDER for the folder that your settings are about. Nothing was changed."""


@backup.callback(invoke_without_command=True)
def make(context: typer.Context, to: To = None, keys_to: KeysTo = None, data: Data = None) -> None:
    """Back up the data, then the keys: each one file, sealed to HOLDFAST_BACKUP_TO.

    Data older than 35 days and keys older than 7 are thrown away after that.
    """
    if context.invoked_subcommand is not None:
        return
    settings = settings_with(data=data)
    folder = (to or settings.backups_folder).absolute()
    where = Where(folder, (keys_to or folder).absolute())
    done: Taken = _done(lambda tell: back_up(settings, where, WallClock(), tell))
    typer.echo(
        TAKEN.format(
            rows=done.rows, count=done.count, seconds=done.seconds, size=done.size / 1e6,
            data=done.data, keys=done.keys,
        )
    )  # fmt: skip
    for file in done.thrown_away:
        typer.echo(f"Thrown away, because it is too old: {file}")


@backup.command("keys")
def pair() -> None:
    """Make the pair of keys for backups, and show its secret half once."""
    public, secret = new_pair()
    typer.echo(PAIR.format(public=public, secret=secret))


@backup.command("root-key")
def root_key(
    to: Annotated[Path, typer.Option("--to", help="The file for the sealed copy.")],
    data: Data = None,
) -> None:
    """Write a copy of the root key, sealed to HOLDFAST_BACKUP_TO, to be kept by itself."""
    settings = settings_with(data=data)
    try:
        seal_root_key(settings, to)
    except Unfit as no:
        refuse(no)
    typer.echo(
        f"The sealed copy is {to.absolute()}. Keep it away from the backups, and from this machine."
    )


def restore_place(
    data_file: Annotated[Path, typer.Argument(metavar="DATA", help="The backup of the data.")],
    keys_file: Annotated[
        Path | None,
        typer.Argument(metavar="[KEYS]", help="The backup of the keys; none: they are still here."),
    ] = None,
    *,
    identity: Identity,
    into: Annotated[Path | None, typer.Option("--into", help="The data folder, empty.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="`postgresql://…`, empty.")] = None,
    data: Data = None,
    root_key: RootKey = None,
    erasures: Annotated[
        str, typer.Option("--erasures", help="The list of what was erased; or `lost`.")
    ] = "",
    accept_loss: Annotated[
        int, typer.Option("--accept-loss", help="So many words may stay closed for ever.")
    ] = 0,
) -> None:
    """Restore a place from its backups. Nothing is written over; nothing half restored opens."""
    if into is None and to is None and data is None:
        words.print(NO_PLACE, style="red")
        raise typer.Exit(2)
    there: dict[str, object] = {"data": into or data, "database_url": to}
    if into is not None and to is None:  # on one machine, whatever is set for several
        there |= {"database_url": "", "redis_url": "", "replicas": ""}
    settings = settings_with(**there)
    done: Restored = _done(
        lambda tell: restore(
            settings,
            Asked(data_file, keys_file, identities_in(identity), root_key, erasures, accept_loss),
            WallClock(),
            tell,
        )
    )
    say_restored(done, settings)


def say_restored(done: Restored, settings: Settings) -> None:
    """What was restored, where it is, and what to do now."""
    erased, size = sum(done.settled.erased.values()), done.size / 1e6
    at = f"{done.taken_at:%Y-%m-%d %H:%M:%S} UTC"
    typer.echo(
        RESTORED.format(rows=done.rows, size=size, seconds=done.seconds, at=at, erased=erased)
    )
    if done.settled.frozen:
        typer.echo(FROZEN.format(people=done.settled.frozen))
    if done.settled.lost:
        typer.echo(f"{done.settled.lost} words stay closed for ever: their keys are lost.")
    if not done.settled.record_is_whole:
        words.print("The record of what staff did is broken, as it was when it was backed up.")
    typer.echo(
        WHERE.format(
            data=told_address(settings), keys=where_is(settings), root_key=settings.root_key_file
        )
    )
    typer.echo(NEXT.format(at=f" --data {settings.data}", start=_start(settings)))


def told_address(settings: Settings) -> str:
    """Where the data are, without a password."""
    if not settings.database_url:
        return str(settings.database_file)
    return parsed(settings.database_url).render_as_string(hide_password=True)


def _start(settings: Settings) -> str:
    """The line that starts Holdfast there; what is set here for another place is said first."""
    url, line = (
        os.environ.get("HOLDFAST_DATABASE_URL", ""),
        f"  holdfast serve --data {settings.data}",
    )
    if settings.database_url and url != settings.database_url:
        return f"   Set HOLDFAST_DATABASE_URL to the address you gave with --to. Then:\n{line}"
    several = [name for name in OF_SEVERAL if os.environ.get(name)]
    if several and not settings.database_url:
        return f"   Take {', '.join(several)} out of its settings. Then:\n{line}"
    return line


@drill.command("restore")
def drill_a_restore(
    identity: Identity,
    source: Annotated[
        Path | None, typer.Option("--from", help="The folder with the backups.")
    ] = None,
    keys_from: Annotated[
        Path | None, typer.Option("--keys-from", help="The folder with the keys’ backups.")
    ] = None,
    data: Data = None,
    root_key: RootKey = None,
) -> None:
    """Restore the newest backup into a folder that is thrown away, and say how long it took.

    Give --root-key with the copy you keep elsewhere: only so you know that it works.
    """
    settings = settings_with(data=data)
    folder = source or settings.backups_folder
    where = Where(folder, keys_from or folder)
    done: Drilled = _done(
        lambda tell: drill_restore(
            settings, where, Asking(identities_in(identity), root_key), WallClock(), tell
        )
    )
    typer.echo(
        DRILLED.format(
            how=_how(done), seconds=done.seconds, age=timedelta(seconds=round(done.age)),
            since=done.said_since, opened=done.opened, tried=done.tried,
        )
    )  # fmt: skip
    if not done.tried:
        typer.echo(NOTHING_OPENED)
    if done.opened < done.tried:
        raise typer.Exit(1)


def _how(done: Drilled) -> str:
    if done.opened < done.tried:
        return "Not every word could be opened."
    return "The drill went well." if done.tried else "The backup was restored."


def _done(act: Callable[[Tell], Coroutine[Any, Any, Found]]) -> Found:
    """What came of it, with bars while it goes on. Words and exit code 1 where it cannot be."""
    try:
        with _bars() as tell:
            return asyncio.run(act(tell))
    except (Unfit, HoldfastError) as no:
        refuse(no)


@contextmanager
def _bars() -> Iterator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeRemainingColumn(), console=words.console, transient=True) as shown:
        bars: dict[str, Any] = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in bars:
                bars[what] = shown.add_task(what, total=None)
            shown.update(bars[what], completed=done, total=of)

        yield tell
