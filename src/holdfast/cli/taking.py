"""`holdfast export`: opening at home what somebody took along."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import pyrage
import typer

from holdfast.cli.opening import words

export = typer.Typer(no_args_is_help=True, help="A file that a member took along.")
WRONG = "These words do not open this file. Each word counts, and so does their order."
THERE = "{file} is there already. Move it away, or say with --to where to put this one."
NO_FILE = "There is no file {file}."


@export.callback()
def several() -> None:
    """Keeps a group a group while it has one command."""


@export.command("open")
def open_file(
    file: Path,
    to: Annotated[Path | None, typer.Option(help="Where to put what was in it.")] = None,
) -> None:
    """Open a file with the seven words that were shown when it was made. Needs no data folder."""
    target = to or file.with_suffix("")
    if not file.is_file():
        _refuse(NO_FILE.format(file=file))
    if target.exists():
        _refuse(THERE.format(file=target))
    said = typer.prompt("The seven words", hide_input=True)
    passphrase = "-".join(said.lower().replace("-", " ").split())
    try:
        opened = pyrage.passphrase.decrypt(file.read_bytes(), passphrase)
    except pyrage.DecryptError:
        _refuse(WRONG)
    with target.open("xb") as kept:
        target.chmod(0o600)
        kept.write(opened)
    typer.echo(target)


def _refuse(why: str) -> NoReturn:
    words.print(why, style="red")
    raise typer.Exit(1) from None
