"""Opening the data folder beside a running server: short transactions, politely in line."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer
from pydantic import ValidationError

from holdfast.app.preparing import prepare, prepare_folder
from holdfast.app.schema import Unfit, recognise
from holdfast.app.unlocking import keystore_at
from holdfast.audit.jobs import Witness
from holdfast.kit.cipher import RootKey
from holdfast.kit.clock import WallClock
from holdfast.kit.database import open_database
from holdfast.kit.errors import HoldfastError
from holdfast.kit.news import News
from holdfast.kit.work import Workshop
from holdfast.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console


class Words:
    """What is said to whoever sits there. What draws it is loaded once there is something."""

    def print(self, *said: object, style: str = "") -> None:
        """Say it, on standard error; where nobody looks, without what draws it in colours."""
        if sys.stderr.isatty() or "FORCE_COLOR" in os.environ:
            self.console.print(*said, style=style or None)
        else:
            print(*said, file=sys.stderr)  # noqa: T201 - to whoever reads it later

    @cached_property
    def console(self) -> Console:
        """For what draws more than words."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, soft_wrap=True)


words = Words()
Data = Annotated[Path | None, typer.Option("--data", help="The data folder.")]
Found = TypeVar("Found")


def settings_with(**given: object) -> Settings:
    """The settings, with what the command line says over what the environment says."""
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as wrong:
        for error in wrong.errors(include_url=False, include_input=False):
            name = "_".join(str(part) for part in error["loc"]).upper()
            setting = f"HOLDFAST_{name}: " if name else ""
            words.print(f"{setting}{error['msg'].removeprefix('Value error, ')}", style="red")
        raise typer.Exit(2) from None


def look_at(settings: Settings) -> None:
    """Refuse another program's file where our database should be. Words and exit code 1."""
    try:
        if not settings.database_url:
            recognise(settings.database_file)
    except Unfit as no:
        refuse(no)


def place_at(data: Path | None) -> Settings:
    """The settings of a place that is there already. Words and exit code 1 where there is none."""
    settings = settings_with(data=data)
    if not settings.database_url and not settings.database_file.exists():
        refuse(
            Unfit(
                f"There is no Holdfast in {settings.data}; "
                "`holdfast serve` or `holdfast migrate` makes one."
            )
        )
    return settings


def with_workshop(
    settings: Settings, act: Callable[[Workshop, RootKey], Awaitable[Found]]
) -> Found:
    """Open the data, do one thing, close it. Words and exit code 1 where it cannot be."""

    look_at(settings)

    async def run() -> Found:
        prepare_folder(settings)
        database = open_database(settings.database)
        workshop = Workshop(database, WallClock())
        try:
            async with keystore_at(settings) as store:
                root, _, _ = await prepare(settings, workshop, store)
            workshop.news = News(root)  # whoever serves this place hears what is done here
            found = await act(workshop, root)
            await Witness(settings.data, workshop).catch_up()
            return found
        finally:
            await workshop.close()

    try:
        return asyncio.run(run())
    except (Unfit, HoldfastError) as no:
        refuse(no)


def refuse(no: Unfit | HoldfastError) -> NoReturn:
    """Say why it cannot be, and end with 1."""
    words.print(no.words if isinstance(no, HoldfastError) else str(no), style="red")
    raise typer.Exit(1) from None
