"""Opening the house: database, key, epoch, ledger, floor; and closing it again."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import asyncpg
from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from holdfast.app.schema import Unfit, prepare_schema, recognise
from holdfast.app.succeeding import succeed
from holdfast.audit.jobs import Witness
from holdfast.community.jobs import learn
from holdfast.community.rules.choices import Known
from holdfast.desk.jobs import know_how_long
from holdfast.kit.cipher import RootKey, WrongKey, read_root_key, write_root_key
from holdfast.kit.clock import Clock
from holdfast.kit.database import Database, open_database, weaknesses
from holdfast.kit.errors import HoldfastError
from holdfast.kit.facts import ROOT_KEY, epoch_of, fact, knows_root_key
from holdfast.kit.house import House
from holdfast.kit.http import SAFE
from holdfast.kit.hub import Hub
from holdfast.kit.limits import Limits
from holdfast.kit.pen import Lease
from holdfast.kit.work import Workshop
from holdfast.live.actors import actor_by_token
from holdfast.live.draw import Drawing
from holdfast.live.entering import forget_on_screens
from holdfast.live.floor import Floor
from holdfast.live.handshake import cookie_token
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
from holdfast.rights.rules import Actor, Guest, Member, Staff, System
from holdfast.rooms.actions import open_first_rooms
from holdfast.sealing.seam import Keyring
from holdfast.settings import Settings, Switch
from holdfast.staff.actions import note_use
from holdfast.staff.queries import roster
from holdfast.staff.rules.sessions import is_use_to_note

KEY_LOST = (
    "The data folder is sealed with a root key, and {file} is {what}. Put back the root.key that "
    "belongs to this data (from your backup of it). Without it nobody can read what was said. "
    "Nothing was changed."
)


def prepare_folder(settings: Settings) -> None:
    """Make the data folder, for its owner alone. Raises `Unfit` where that cannot be."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as no:
        raise Unfit(f"Cannot use {settings.data} as a data folder: {no.strerror}.") from None


async def prepare(settings: Settings, workshop: Workshop) -> tuple[RootKey, str, str]:
    """Bring the data to the newest shape and find its key. Raises `Unfit` in words that help."""
    await reach(workshop.database)
    done = await prepare_schema(workshop.database, settings.data / "backups")
    if weak := await weaknesses(workshop.database):
        raise Unfit(
            f"This database may forget what it said it kept: {', '.join(weak)}. "
            "Holdfast acknowledges a message only when it is on disk, so it does not start."
        )
    file = settings.root_key_file
    async with workshop.work() as work:
        root = await _root_key(file, known=await fact(work, ROOT_KEY) is not None)
        if not await knows_root_key(work, root.check()):
            raise Unfit(KEY_LOST.format(file=file, what="another key"))
        epoch = await epoch_of(work)
        await open_first_rooms(work, System())
    await Witness(settings.data, workshop).catch_up()
    return root, epoch, done


async def reach(database: Database) -> None:
    """Raises `Unfit` where the database does not answer, or its file is none."""
    if database.is_sqlite:
        recognise(database.file)
    try:
        async with asyncio.timeout(10), database.reader.connect():
            return
    except (OSError, TimeoutError, SQLAlchemyError, asyncpg.PostgresError) as no:
        raise Unfit(
            f"The database at {database.url.render_as_string(hide_password=True)} does not "
            f"answer ({type(no).__name__}). Is it running, and is the address right?"
        ) from None


async def _root_key(file: Path, *, known: bool) -> RootKey:
    try:
        root = read_root_key(file)
    except WrongKey:
        raise Unfit(KEY_LOST.format(file=file, what="not a key")) from None
    if root is not None:
        return root
    if known:
        raise Unfit(KEY_LOST.format(file=file, what="missing"))
    return write_root_key(file)


def store_for(database: Database, keyring: Keyring) -> SqliteStore | PostgresStore:
    """The ledger's way to this database."""
    if database.is_sqlite:
        return SqliteStore(database.file, database.pen, keyring)
    return PostgresStore(database.url, keyring)


def token_of(request: Request) -> str:
    """The token that came with a request, by header or cookie; empty where there is none."""
    header = request.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if not header:
        token = cookie_token(request.headers.getlist("cookie"))
    elif scheme.lower() != "bearer":
        token = ""
    return token.strip()


async def find_actor(request: Request) -> Actor:
    """Whose request this is, by bearer token or cookie; remembered for the request."""
    known: Actor | None = getattr(request.state, "actor", None)
    if known is not None:
        return known
    actor: Actor = Guest()
    if token := token_of(request):
        glances = request.app.state.house.workshop.glances
        actor = await actor_by_token(glances, token, request.app.state.house.workshop.clock)
    if isinstance(actor, Member):
        request.state.looks = actor.looks
    request.state.actor = actor
    if isinstance(actor, Staff) and is_by_hand(request):
        await _note_use(request.app.state.house.workshop, actor)
    return actor


def is_by_hand(request: Request) -> bool:
    """Whether somebody did this: opened a page or sent something. A page that looks again did not.

    Only a script's own request for reading says of itself that it is for no place on the page.
    """
    return request.method not in SAFE or request.headers.get("sec-fetch-dest") != "empty"


async def _note_use(workshop: Workshop, staff: Staff) -> None:
    if is_use_to_note(staff.seen_at, workshop.clock.now()):
        with suppress(HoldfastError):  # what was asked for does not depend on it
            async with workshop.work() as work:
                await note_use(work, staff)


@asynccontextmanager
async def open_house(
    settings: Settings, clock: Clock, *, take_over: bool = False
) -> AsyncIterator[House]:
    """The house while it is open. `take_over`: whoever serves it now is asked to stop first."""
    prepare_folder(settings)
    database = open_database(settings.database)
    lease = Lease(settings.data / "lease")
    if take_over:
        await succeed(lease)
    elif not lease.take():
        lease.close()
        raise Unfit("Another Holdfast is already serving this data folder. There can be only one.")
    workshop = Workshop(database, clock)
    try:
        root, epoch, _ = await prepare(settings, workshop)
        await write_checks_out(workshop, settings.data, opening=True)
        keyring = Keyring(root)
        store = store_for(database, keyring)
        limits = Limits(clock, refuse=settings.limits is Switch.ON)
        async with _furnished(
            settings, workshop, keyring, store=store, limits=limits, epoch=epoch
        ) as house:
            yield house
        await _close_store(store)
    finally:
        await workshop.close()
        lease.close()


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
) -> AsyncIterator[House]:
    house = _put_together(settings, workshop, keyring, store=store, limits=limits, epoch=epoch)
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
        await house.pager.telephone.close()


def _put_together(
    settings: Settings,
    workshop: Workshop,
    keyring: Keyring,
    *,
    store: Store,
    limits: Limits,
    epoch: str,
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
    workshop.hearers += [floor.hear, witness.hear, partial(forget_on_screens, floor.hub, drawing)]
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
