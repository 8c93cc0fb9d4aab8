"""`holdfast keys`: a new root key, and a look whether every key still opens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from msgspec.structs import asdict
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from holdfast.app.backing.folder import KEPT_FOR, KEYS
from holdfast.app.carrying import carry
from holdfast.app.preparing import prepare, prepare_folder
from holdfast.app.schema import Unfit
from holdfast.app.trying import Tell, Tried, Trying
from holdfast.app.turning import rotate
from holdfast.app.unlocking import keystore_at
from holdfast.cli.opening import Data, place_at, refuse, words
from holdfast.kit.clock import WallClock
from holdfast.kit.database import open_database
from holdfast.kit.errors import HoldfastError
from holdfast.kit.work import Workshop
from holdfast.settings import Settings

keys = typer.Typer(no_args_is_help=True, help="The keys of this place.")

TURNED = """A new root key is in force, and {count} keys are wrapped by it. It lies at {file}."""
IN_PLACE = """The old one is gone."""
ELSEWHERE = """Its own place cannot be written to. Put it there yourself (that is where your
credential comes from), wherever this place is served, start Holdfast anew, and delete this file.
Until then it starts with both."""
NOW = """
Now:
1. `holdfast backup root-key --to NEW`: a copy of the new key, to be kept apart from every backup.
2. `holdfast backup`: backups from before this open with the old key alone, newer ones with the new.
3. Keep the old copy until {until}. Then no backup needs it any more: throw it away.
Then drill it with the new copy: `holdfast drill restore --root-key NEW --identity FILE`."""
BROKEN_STAY = (
    "{broken} more do not open with any root key there is, and lie as they lay. See what is "
    "sealed with them with `holdfast keys check --all`, and look for a backup of the keystore "
    "from before."
)
MOVED = """{count} keys are there. Now set HOLDFAST_KEYSTORE_URL wherever Holdfast is started, for
nothing opens without it. Look with `holdfast keys check --all`, and then delete what lies in
{folder}: the keys of what is erased from now on would stay there."""
WHOLE = "{keys} keys and {words} words were opened; {erased} more went with their authors."
BROKEN = (
    "{broken_keys} of {keys} keys do not open. Of {words} words {broken_words} do not open with "
    "their key, and of {lost_words} the key is gone. Look for a backup of the keystore from before."
)


@keys.command("rotate")
def rotate_keys(data: Data = None) -> None:
    """Make a new root key and wrap every key anew. People may go on talking meanwhile.

    Cut off at any point, it goes on when run again. Nobody's recovery phrase is lost. Exit code 1
    where a key does not open any more; the others are wrapped anew all the same.
    """
    settings = place_at(data)
    try:
        with _bars() as tell:
            done = asyncio.run(rotate(settings, tell))
    except (Unfit, HoldfastError) as no:
        refuse(no)
    typer.echo(TURNED.format(count=done.keys, file=done.file))
    typer.echo(IN_PLACE if done.is_in_place else ELSEWHERE)
    until = WallClock().now() + KEPT_FOR[KEYS]
    typer.echo(NOW.format(until=f"{until:%Y-%m-%d}"))
    if done.broken:
        words.print(BROKEN_STAY.format(broken=done.broken), style="red")
        raise typer.Exit(1)


@keys.command("check")
def check_keys(
    data: Data = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Open all words, not only a sample.")
    ] = False,
) -> None:
    """Open every key, and a sample of what they sealed. Exit code 1 where something does not."""
    settings = place_at(data)
    try:
        with _bars() as tell:
            tried = asyncio.run(_tried(settings, tell, every=every))
    except (Unfit, HoldfastError) as no:
        refuse(no)
    if tried.is_whole:
        words_found = tried.words - tried.erased_words
        typer.echo(WHOLE.format(keys=tried.keys, words=words_found, erased=tried.erased_words))
        return
    words.print(BROKEN.format(**asdict(tried)), style="red")
    raise typer.Exit(1)


@keys.command("move")
def move_keys(
    to: Annotated[str, typer.Option("--to", help="The new keystore: `postgresql://…`, empty.")],
    data: Data = None,
) -> None:
    """Carry the keys into a PostgreSQL cluster of their own, so that several machines share them.

    Holdfast must not be serving the place meanwhile. Cut off at any point, it goes on when run
    again.
    """
    settings = place_at(data)
    try:
        with _bars() as tell:
            done = asyncio.run(carry(settings, to, tell))
    except (Unfit, HoldfastError) as no:
        refuse(no)
    typer.echo(MOVED.format(count=done.keys, folder=settings.keys_folder))


async def _tried(settings: Settings, tell: Tell, *, every: bool) -> Tried:
    prepare_folder(settings)
    workshop = Workshop(open_database(settings.database), WallClock())
    try:
        async with keystore_at(settings) as store:
            root, _, _ = await prepare(settings, workshop, store)
            return await Trying(workshop, store, root, tell, every=every).done()
    finally:
        await workshop.close()


@contextmanager
def _bars() -> Iterator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=words.console, transient=True) as shown:
        bars = dict[str, object]()

        def tell(what: str, done: int, of: int) -> None:
            if what not in bars:
                bars[what] = shown.add_task(what, total=of)
            shown.update(bars[what], completed=done, total=of)  # type: ignore[arg-type]

        yield tell
