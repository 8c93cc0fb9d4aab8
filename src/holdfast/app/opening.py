"""Opening the house: database, key, epoch, ledger, floor; and closing it again."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

from holdfast.app.hearing import hearing, in_the_news
from holdfast.app.preparing import prepare, prepare_folder
from holdfast.app.roles import BY_ITSELF, Process
from holdfast.app.schema import Unfit
from holdfast.app.succeeding import succeed
from holdfast.app.whose import find_actor
from holdfast.audit.jobs import Witness
from holdfast.community.jobs import learn
from holdfast.community.rules.choices import Known
from holdfast.desk.jobs import know_how_long
from holdfast.kit.bus import Alone, Bus
from holdfast.kit.clock import Clock
from holdfast.kit.database import Database, open_database
from holdfast.kit.house import House
from holdfast.kit.hub import Hub
from holdfast.kit.limits import Limits
from holdfast.kit.news import News
from holdfast.kit.pen import Lease
from holdfast.kit.work import Workshop
from holdfast.live.draw import Drawing
from holdfast.live.entering import forget_on_screens
from holdfast.live.floor import Floor
from holdfast.messages.events import Entry
from holdfast.messages.ledger import Ledger, Store
from holdfast.messages.ledger.postgresql import PostgresStore
from holdfast.messages.ledger.sqlite import SqliteStore
from holdfast.messages.pages.shown import drawn, message_html, stream_html
from holdfast.moderation.queries.everything import kept_in_cases
from holdfast.notices.emergency import Pager
from holdfast.notices.senders import senders_for
from holdfast.reactions import Reactions
from holdfast.resources.jobs import write_checks_out
from holdfast.sealing.seam import Keyring
from holdfast.settings import Settings, Switch
from holdfast.staff.queries import roster


def store_for(database: Database, keyring: Keyring) -> SqliteStore | PostgresStore:
    """The ledger's way to this database."""
    if database.is_sqlite:
        return SqliteStore(database.file, database.pen, keyring)
    return PostgresStore(database.pulse, keyring)


@asynccontextmanager
async def open_house(
    settings: Settings, clock: Clock, *, take_over: bool = False, process: Process = BY_ITSELF
) -> AsyncIterator[House]:
    """The house while it is open. `take_over`: whoever serves it now is asked to stop first."""
    prepare_folder(settings)
    database = open_database(settings.database)
    workshop = Workshop(database, clock)
    lease = Lease(settings.data / "lease")
    try:
        if not process.is_shared(settings):
            await _be_the_one(lease, take_over=take_over)
        root, epoch, _ = await prepare(settings, workshop)
        database.pulse.begin()
        listening = await in_the_news(workshop, News(root))
        await write_checks_out(workshop, settings.data, opening=True)
        keyring = Keyring(root)
        store = store_for(database, keyring)
        limits = Limits(clock, refuse=settings.limits is Switch.ON)
        async with _furnished(
            settings, workshop, keyring, store=store, limits=limits, epoch=epoch, bus=Alone()
        ) as house:
            house.role, house.listening = process.role.value, listening
            async with hearing(house, listening):
                yield house
        await _close_store(store)
    finally:
        await workshop.close()
        lease.close()


async def _be_the_one(lease: Lease, *, take_over: bool) -> None:
    """Raises `Unfit` where another process serves this data folder, and goes on."""
    if take_over:
        await succeed(lease)
    elif not lease.take():
        raise Unfit("Another Holdfast is already serving this data folder. There can be only one.")


async def _close_store(store: SqliteStore | PostgresStore) -> None:
    if isinstance(store, PostgresStore):
        await store.close()
    else:
        store.close()


@asynccontextmanager
async def _furnished(
    settings: Settings,
    workshop: Workshop,
    keyring: Keyring,
    *,
    store: Store,
    limits: Limits,
    epoch: str,
    bus: Bus,
) -> AsyncIterator[House]:
    house = _put_together(
        settings, workshop, keyring, store=store, limits=limits, epoch=epoch, bus=bus
    )
    await bus.open()
    await house.ledger.tell_untold()
    await house.reactions.begin()
    await learn(workshop, house.community)
    await know_how_long(workshop, house.community)
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


def _put_together(
    settings: Settings,
    workshop: Workshop,
    keyring: Keyring,
    *,
    store: Store,
    limits: Limits,
    epoch: str,
    bus: Bus,
) -> House:
    """Everyone in the house, and who hears whom."""
    drawing = Drawing(message_html, stream_html, drawn.cache_clear)

    def tell(entries: Sequence[Entry]) -> None:
        floor.tell(entries)
        reactions.told(entries)

    ledger = Ledger(store, workshop, keyring, limits, tell)
    floor = Floor(settings, ledger, Hub(drawing), drawing, epoch)
    ledger.on_doubt = floor.in_doubt
    witness = Witness(settings.data, workshop)
    forget = partial(forget_on_screens, floor.hub, drawing)
    workshop.everywhere += [floor.hear, witness.hear, forget]
    senders = senders_for(settings, keyring.root, workshop.clock)
    pager = Pager(senders, roster, keyring.root, workshop.clock)
    reactions = Reactions(workshop, ledger, floor, pager)
    reactions.raids.covered = settings.coverage is Switch.ON
    return House(
        workshop=workshop,
        limits=limits,
        root=keyring.root,
        settings=settings,
        ledger=ledger,
        floor=floor,
        find_actor=find_actor,
        epoch=epoch,
        bus=bus,
        witness=witness,
        pager=pager,
        reactions=reactions,
        community=Known(),
        kept_above=(kept_in_cases,),
    )


def _stop_looking_through_what_stays() -> None:
    """What lives as long as the server is not looked through again and again; all else is."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    gc.enable()
