"""What a restored place needs before anybody may come in.

Its newest shape; what was erased gone again; its keys compared with its words; a new epoch.
"""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import func, or_, select

import holdfast.app.sealed  # noqa: F401 - fills the register
from holdfast.app.backing.archive import Tell
from holdfast.app.backing.noted import RESTORED, note
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.stores import workshop_of
from holdfast.app.schema import migrate, revision_of, revisions, scripts, steps
from holdfast.app.unlocking import keystore_at
from holdfast.audit.actions import record
from holdfast.audit.jobs import Witness, verified
from holdfast.desk.jobs import what_stays
from holdfast.erasing.tombstones import open_tombstones, replay
from holdfast.kit.apart import IN_KEYSTORE
from holdfast.kit.cipher import RootKey
from holdfast.kit.clock import Clock
from holdfast.kit.database import Database
from holdfast.kit.facts import EPOCH, ROOT_KEY, set_fact
from holdfast.kit.tables import from_millis, to_millis
from holdfast.kit.tokens import random_handle
from holdfast.kit.work import Work, Workshop
from holdfast.messages.actions.again import EraseAgain
from holdfast.rights.rules import System
from holdfast.sealing.keystore import Keystore
from holdfast.sealing.register import APART, REGISTER, SealedWords, WrappedKeys
from holdfast.sealing.seam import Keyring
from holdfast.settings import Settings

WHAT = "place:restored"


class Settled(Struct, frozen=True):
    """What came of a restore: what was erased again, and what cannot be opened any more."""

    erased: dict[str, int]
    lost: int
    frozen: int
    record_is_whole: bool


async def settle(
    settings: Settings, root: RootKey, clock: Clock, tell: Tell, *, taken_at: int, accept_loss: int
) -> Settled:
    """Raises `Refused` where more words than were accepted have lost their keys."""
    async with workshop_of(settings, clock) as workshop, keystore_at(settings) as keystore:
        await _bring_forward(workshop.database)
        tombstones = open_tombstones(settings)
        try:
            keyring, taken = Keyring(root, keystore), from_millis(taken_at)
            again = EraseAgain(workshop, keyring, tombstones, what_stays, taken)
            erased = await replay(tombstones, again, tell)
        finally:
            await tombstones.close()
        async with workshop.reading() as work:
            lost = await lost_words(work, keystore)
        if lost and lost != accept_loss:
            raise Refused("words_lost", count=lost)
        whole = await _begin_anew(settings, workshop, root, taken_at, lost)
    return Settled(erased, lost, again.frozen, whole)


async def _bring_forward(database: Database) -> None:
    """To the newest shape, from the one that was backed up."""
    shapes = revisions(scripts())
    async with database.reader.connect() as connection:
        current = await connection.run_sync(revision_of)
    if current != shapes[-1]:
        for step in steps(shapes, current, in_one=database.is_sqlite):
            await migrate(database, scripts(), step)


async def lost_words(work: Work, keystore: Keystore) -> int:
    """How many words lie there whose key does not: the keys are older than they are."""
    kept = {bytes(key.id) async for key in keystore.all_keys()}
    words = sum([await _lost_in(work, sealed, kept) for sealed in REGISTER.values()])
    return words + sum([await _lost_apart(work, owned, kept) for owned in APART.values()])


async def _lost_apart(work: Work, owned: WrappedKeys, kept: set[bytes]) -> int:
    """Plans, sealed lines and addresses whose key is not there."""
    columns = owned.table.__table__.c
    asked = select(columns[owned.id]).where(columns["wrapped_before"] == IN_KEYSTORE)
    return sum(bytes(key) not in kept for key in await work.db.scalars(asked))


async def _lost_in(work: Work, sealed: SealedWords, kept: set[bytes]) -> int:
    columns = sealed.table.__table__.c
    key, count = columns[sealed.key], func.count()
    there = or_(*(columns[text].is_not(None) for text in sealed.texts))
    asked = select(key, count).where(key.is_not(None), there).group_by(key)
    return sum([rows for key_id, rows in await work.db.execute(asked) if bytes(key_id) not in kept])


async def _begin_anew(
    settings: Settings, workshop: Workshop, root: RootKey, taken_at: int, lost: int
) -> bool:
    """A new epoch, in which every line loads its rooms anew. Whether the record is whole."""
    now = to_millis(workshop.clock.now())
    async with workshop.work() as work:
        await set_fact(work, EPOCH, random_handle().encode())
        await set_fact(work, ROOT_KEY, root.check())  # the keys may be of after a rotation
        await note(work, RESTORED, at=now, taken_at=taken_at, lost=lost)
        await record(work, System(), what=WHAT, detail={"lost": lost, "taken_at": taken_at})
    witness = Witness(settings.data, workshop, root)
    async with workshop.reading() as work:
        await witness.begin_anew(work)  # what lay here saw another end, or none
    return (await verified(workshop, witness)).is_whole
