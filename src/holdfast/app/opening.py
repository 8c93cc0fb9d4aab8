"""Opening the house: database, key, epoch, ledger, floor; and closing it again."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from holdfast.app.erasing import erasing_in
from holdfast.app.furnishing import Made, make, put_together
from holdfast.app.hearing import hearing, in_the_news
from holdfast.app.preparing import prepare, prepare_folder
from holdfast.app.roles import BY_ITSELF, Process
from holdfast.app.schema import Unfit
from holdfast.app.succeeding import succeed
from holdfast.app.unlocking import keystore_at
from holdfast.community.jobs import learn
from holdfast.desk.jobs import know_how_long
from holdfast.kit.clock import Clock
from holdfast.kit.database import open_database
from holdfast.kit.house import House
from holdfast.kit.news import News
from holdfast.kit.pen import Lease
from holdfast.kit.work import Workshop
from holdfast.listening.glass.queries import halves
from holdfast.notices.senders import trusted
from holdfast.resources.jobs import write_checks_out
from holdfast.sealing.private import boxes_at
from holdfast.sealing.seam import Keyring
from holdfast.settings import Settings


@asynccontextmanager
async def open_house(
    settings: Settings, clock: Clock, *, take_over: bool = False, process: Process = BY_ITSELF
) -> AsyncIterator[House]:
    """The house while it is open. `take_over`: whoever serves it now is asked to stop first."""
    prepare_folder(settings)
    # Beside all that follows: it takes long, and nobody waits for it here.
    _early = asyncio.get_running_loop().run_in_executor(None, trusted)
    database = open_database(settings.database, settings.replicas)
    workshop = Workshop(database, clock)
    lease, beside = Lease(settings.data / "lease"), AsyncExitStack()
    try:
        if database.is_sqlite or not process.is_shared(settings):
            await _be_the_one(lease, take_over=take_over)
        store = await beside.enter_async_context(keystore_at(settings))
        root, epoch, _ = await prepare(settings, workshop, store)
        database.begin()
        listening = await in_the_news(workshop, News(root))
        await write_checks_out(workshop, settings.data, opening=True)
        keyring = Keyring(root, store)
        keyring.boxes = boxes_at(workshop.glances)
        keyring.halves = halves
        made = make(settings, workshop, keyring, epoch, several=process.is_shared(settings))
        async with _furnished(settings, process, made) as house:
            house.listening = listening
            async with hearing(house, listening):
                yield house
    finally:
        await workshop.close()
        await beside.aclose()
        lease.close()


async def _be_the_one(lease: Lease, *, take_over: bool) -> None:
    """Raises `Unfit` where another process serves this data folder, and goes on."""
    if take_over:
        await succeed(lease)
    elif not lease.take():
        raise Unfit("Another Holdfast is already serving this data folder. There can be only one.")


@asynccontextmanager
async def _furnished(settings: Settings, process: Process, made: Made) -> AsyncIterator[House]:
    house, workshop = put_together(settings, made), made.workshop
    house.role = process.role.value
    await house.bus.open()
    beside = AsyncExitStack()
    await beside.enter_async_context(erasing_in(house, settings))
    await house.ledger.tell_untold()
    await house.reactions.begin()
    await learn(workshop, house.community)
    await know_how_long(workshop, house.community)
    if house.bus.is_shared:
        await house.witness.join()
    await house.witness.follow()
    sweeping = asyncio.create_task(house.floor.sweep())
    _stop_looking_through_what_stays()
    try:
        yield house
    finally:
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping
        await house.reactions.close()
        await house.ledger.drained()
        await house.floor.close()
        await house.witness.close()
        await house.bus.close()
        await house.pager.telephone.close()
        await beside.aclose()
        await made.close_store()


def _stop_looking_through_what_stays() -> None:
    """What lives as long as the server is not looked through again and again; all else is."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    gc.enable()
