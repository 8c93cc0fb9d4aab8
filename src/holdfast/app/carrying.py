"""Carrying a keystore from a file into a cluster, so that several machines can share it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from holdfast.app.preparing import prepare, prepare_folder
from holdfast.app.schema import Unfit
from holdfast.app.unlocking import LEFT, PLACE, keystore_at
from holdfast.erasing.tombstones import open_tombstones
from holdfast.kit.clock import WallClock
from holdfast.kit.database import open_database
from holdfast.kit.pen import Lease
from holdfast.kit.work import Workshop
from holdfast.sealing.keystore import ROOT, KeptKey, Keystore
from holdfast.sealing.keystore.sqlite import NAME
from holdfast.settings import Settings

AT_ONCE = 500
SECRETS = (PLACE, ROOT)
SERVED = "Holdfast is serving this data folder. Stop it first, wherever it runs; then the keys go."
OTHERS = "The keystore there holds other keys. Give this place one of its own. Nothing was changed."
HERE_ALREADY = "The keys of this place lie in a cluster already: HOLDFAST_KEYSTORE_URL is set."
Tell = Callable[[str, int, int], None]


class Carried(Struct, frozen=True):
    """How many keys are there now."""

    keys: int


async def carry(settings: Settings, to: str, tell: Tell) -> Carried:
    """Every key, every secret and what was erased is known there, too. Raises `Unfit` in words.

    The file gets another name at the end: a process that was not told of the cluster would give
    out keys from it that no other machine knows. Cut off before, it goes on when it is run again.
    """
    if settings.keystore_url:
        raise Unfit(HERE_ALREADY)
    prepare_folder(settings)
    there = settings.model_copy(update={"keystore_url": to})
    lease = Lease(settings.data / "lease")
    workshop = Workshop(open_database(settings.database), WallClock())
    try:
        if not lease.take():
            raise Unfit(SERVED)
        async with keystore_at(settings) as store, keystore_at(there) as cluster:
            await prepare(settings, workshop, store)
            await _refuse_others(store, cluster)
            await _keep_all(store, cluster, tell)
            for name in SECRETS:
                if (value := await store.secret(name)) is not None:
                    await cluster.keep_secret(name, value)
            await _carry_tombstones(settings, there)
            carried = Carried(await cluster.count())
        (settings.keys_folder / NAME).rename(settings.keys_folder / LEFT)
        return carried
    finally:
        await workshop.close()
        lease.close()


async def _carry_tombstones(settings: Settings, there: Settings) -> None:
    """What was erased is known where the keys are."""
    here, far = open_tombstones(settings), open_tombstones(there)
    try:
        for mark, at in (await here.known()).items():
            await far.add([mark], at)
    finally:
        await here.close()
        await far.close()


async def _refuse_others(store: Keystore, cluster: Keystore) -> None:
    """A cluster that has the keys of another place, or a secret that is not ours."""
    known = await cluster.secret(PLACE)
    if known is not None and known != await store.secret(PLACE):
        raise Unfit(OTHERS)
    async for key in cluster.all_keys():
        if not await store.named([key.id]):
            raise Unfit(OTHERS)


async def _keep_all(store: Keystore, cluster: Keystore, tell: Tell) -> None:
    """Generation after generation: a store takes none below one that it has."""
    total, done = await store.count(), 0
    generations = sorted({_turn(key) async for key in store.all_keys()})
    for generation in generations:
        some: list[KeptKey] = []
        async for key in store.all_keys():
            if _turn(key) == generation:
                some.append(key)
            if len(some) >= AT_ONCE:
                done, some = await _keep(cluster, some, done), []
                tell("Carrying", done, max(total, done))
        done = await _keep(cluster, some, done)
    tell("Carrying", done, max(total, done))


def _turn(key: KeptKey) -> int:
    """Keys of one message each have no order among them."""
    return -1 if key.is_alone else key.generation


async def _keep(cluster: Keystore, some: list[KeptKey], done: int) -> int:
    there = {key.id for key in await cluster.named([key.id for key in some])}
    new = [key for key in some if key.id not in there]
    if new and await cluster.keep(new) != new:
        raise Unfit(OTHERS)
    return done + len(some)
