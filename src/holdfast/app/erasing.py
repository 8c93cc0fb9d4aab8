"""What sees erasures through, for as long as a house is open."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from holdfast.app.schema import Unfit
from holdfast.erasing.events import ErasureBegun
from holdfast.erasing.jobs import Erasing, Parts
from holdfast.erasing.tombstones import open_tombstones
from holdfast.kit.apart import KeysLeft
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.kit.work import Event
from holdfast.messages.actions.carrying import Carrying
from holdfast.settings import Settings

NO_LEDGER = "Cannot keep the ledger of what was erased in {folder}: {why}."


@asynccontextmanager
async def erasing_in(house: House, settings: Settings) -> AsyncIterator[Erasing]:
    """Nothing that was being erased when the last process stopped is readable when this one opens.

    What else a stop left undone is done by the clock. Raises `Unfit` where the erasure ledger
    cannot be opened: then nobody could be promised that what they erase stays erased.
    """
    try:
        tombstones = open_tombstones(settings)
    except (OSError, sqlite3.Error) as no:
        raise Unfit(NO_LEDGER.format(folder=settings.keys_folder, why=no)) from None
    parts = Parts(house.workshop, house.ledger.keyring, tombstones)
    erasing = Erasing(parts, Carrying(house.ledger))
    house.erasing = house.ledger.erasing = erasing

    def hear(event: Event) -> None:
        if isinstance(event, ErasureBegun | KeysLeft):
            erasing.wake.set()

    house.workshop.everywhere.append(hear)
    try:
        with suppress(HoldfastError):
            await erasing.hide_all()
        yield erasing
    finally:
        await tombstones.close()
