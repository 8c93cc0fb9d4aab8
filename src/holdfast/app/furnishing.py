"""Furnishing the house: who is in it, and who hears whom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from msgspec import Struct

import holdfast.app.sealed  # noqa: F401 - fills the register of what is sealed
from holdfast.app.knowing.kept import kept_in_tables
from holdfast.app.whose import find_actor
from holdfast.audit.jobs import Witness
from holdfast.circles.pages.shown import fitted as circle_fitted
from holdfast.circles.queries.circles import circle_of
from holdfast.circles.queries.hosts import meets_beyond_its_end
from holdfast.crisis.pages import fitted as side_fitted
from holdfast.crisis.queries.holding import OpenEscalations
from holdfast.kit.bus import Alone, Bus
from holdfast.kit.database import Database
from holdfast.kit.house import House
from holdfast.kit.hub import Hub
from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.limits import Limits
from holdfast.kit.work import Work, Workshop
from holdfast.listening.pages.fitted import fitted as listening_fitted
from holdfast.listening.queries.asks import is_asking
from holdfast.live.draw import Drawing
from holdfast.live.entering import forget_on_screens
from holdfast.live.floor import Floor
from holdfast.meetings.access import HOSTING
from holdfast.meetings.pages.shown import panel_of, soon_in
from holdfast.meetings.queries import ENDINGS
from holdfast.messages.events import Entry
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.postgresql import PostgresStore
from holdfast.messages.ledger.sqlite import SqliteStore
from holdfast.messages.pages.shown import drawn, message_html, stream_html
from holdfast.moderation.queries.everything import kept_in_cases
from holdfast.moderation.queries.holding import OpenCases
from holdfast.notices.emergency import Pager
from holdfast.notices.senders import senders_for
from holdfast.reactions import Reactions
from holdfast.rooms.tables import RoomKind
from holdfast.sealing.seam import Keyring
from holdfast.settings import Settings, Switch
from holdfast.staff.queries import roster

ABOVE: dict[str, Any] = {  # what slices above `messages` know, and show beside the talk
    "kept_above": (kept_in_cases, kept_in_tables),
    "fittings": {
        RoomKind.SIDE.value: side_fitted,
        RoomKind.LISTENING.value: listening_fitted,
        RoomKind.CIRCLE.value: circle_fitted,
    },
    "panels": (panel_of,),
    "soon": soon_in,
    "asks": is_asking,
}


async def _host_of(work: Work, room_id: RoomId) -> SeatId | None:
    circle = await circle_of(work, room_id)
    return circle.host_id if circle else None


HOSTING.of = _host_of
ENDINGS.beyond = meets_beyond_its_end()


class Made(Struct, frozen=True):
    """What the house stands on."""

    workshop: Workshop
    keyring: Keyring
    store: SqliteStore | PostgresStore
    limits: Limits
    bus: Bus
    epoch: str

    async def close_store(self) -> None:
        if isinstance(self.store, PostgresStore):
            await self.store.close()
        else:
            self.store.close()


def make(
    settings: Settings, workshop: Workshop, keyring: Keyring, epoch: str, *, several: bool
) -> Made:
    """What a house needs; `several`: other processes may serve the same place."""
    root = keyring.root
    limits = Limits(workshop.clock, refuse=settings.limits is Switch.ON)
    bus: Bus = Alone()
    if several:
        from holdfast.kit.bus.choosing import bus_for  # noqa: PLC0415 - one alone needs no Redis

        bus = bus_for(database=settings.database, redis=settings.redis_url, root=root, several=True)
        limits.share(bus, root)
    return Made(workshop, keyring, store_for(workshop.database, keyring), limits, bus, epoch)


def store_for(database: Database, keyring: Keyring) -> SqliteStore | PostgresStore:
    """The ledger's way to this database."""
    if database.is_sqlite:
        return SqliteStore(database.file, database.pen, keyring)
    return PostgresStore(database.pulse, keyring)


def put_together(settings: Settings, made: Made) -> House:
    """Everyone in the house, and who hears whom."""
    workshop, keyring = made.workshop, made.keyring
    drawing = Drawing(message_html, stream_html, drawn.cache_clear)

    def tell(entries: Sequence[Entry]) -> None:
        floor.tell(entries)
        reactions.told(entries)

    def heard(entries: Sequence[Entry]) -> None:
        heard_elsewhere(entries)
        reactions.heard(entries)

    ledger = Ledger(made.store, workshop, keyring, made.limits, tell, bus=made.bus)
    heard_elsewhere, ledger.heard = ledger.heard, heard  # type: ignore[method-assign]
    floor = Floor(settings, ledger, Hub(drawing), drawing, made.epoch)
    ledger.on_doubt, ledger.open_work = floor.in_doubt, (OpenEscalations(), OpenCases())
    witness = Witness(settings.data, workshop, keyring.root, settings.record_years)
    forget = partial(forget_on_screens, floor.hub, drawing)
    workshop.everywhere += [keyring.hear, floor.hear, witness.hear, forget]
    senders = senders_for(settings, keyring.root, workshop.clock)
    pager = Pager(senders, roster, keyring.root, workshop.clock)
    reactions = Reactions(workshop, ledger, floor, pager)
    reactions.raids.covered = settings.coverage is Switch.ON
    return House(
        workshop=workshop,
        limits=made.limits,
        root=keyring.root,
        settings=settings,
        ledger=ledger,
        floor=floor,
        find_actor=find_actor,
        epoch=made.epoch,
        bus=made.bus,
        witness=witness,
        pager=pager,
        reactions=reactions,
        community=ledger.known,
        **ABOVE,
    )
