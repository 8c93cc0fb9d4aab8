"""The keystore in a backup: every wrapped key, one line each, whatever kind of store it was in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from holdfast.app.backing.archive import Archive, Tell
from holdfast.app.backing.refusals import Refused
from holdfast.sealing.keystore import KeptKey, Keystore

KEYS, SECRETS = "keys", "secrets"
AT_ONCE = 5_000  # keys kept in one commit


# ---------------------------------------------------------------- taking


async def take(
    keystore: Keystore, secrets: Mapping[str, bytes], archive: Archive, tell: Tell
) -> None:
    """Add every key to the backup, and the secrets of the place, wrapped like them.

    A bucket's later keys come after its first: a store takes no generation below one it has.
    """
    archive.begin(SECRETS)
    archive.add(json.dumps({name: value.hex() for name, value in secrets.items()}).encode())
    archive.end(len(secrets))
    archive.begin(KEYS)
    count, later, newest = 0, list[KeptKey](), 0
    async for key in keystore.all_keys():
        if key.generation:
            later.append(key)
        else:
            archive.add(_line(key))
        count, newest = count + 1, max(newest, key.day)
        if count % AT_ONCE == 0:
            tell("Keys", count, count)
    for key in sorted(later, key=lambda key: key.generation):
        archive.add(_line(key))
    archive.end(count, newest_day=newest)
    tell("Keys", count, count)


def _line(key: KeptKey) -> bytes:
    told = {n: v.hex() if isinstance(v, bytes) else v for n, v in asdict(key).items()}
    return json.dumps(told).encode() + b"\n"


# ---------------------------------------------------------------- reading and putting down


def secrets_in(data: Iterator[bytes]) -> dict[str, bytes]:
    """The secrets of the place, still wrapped, by their names."""
    told: dict[str, str] = json.loads(b"".join(data))
    return {name: bytes.fromhex(value) for name, value in told.items()}


def keys_in(data: Iterator[bytes]) -> Iterator[list[KeptKey]]:
    """The keys, so many at a time as are kept in one go: of a bucket never two together."""
    left, some, buckets = b"", list[KeptKey](), set[tuple[int, int]]()
    for piece in data:
        *lines, left = (left + piece).split(b"\n")
        for line in lines:
            key = _key(json.loads(line))
            if len(some) == AT_ONCE or (key.seat, key.day) in buckets:
                yield some
                some, buckets = [], set()
            some.append(key)
            buckets.add((key.seat, key.day))
    if some:
        yield some


def _key(told: dict[str, Any]) -> KeptKey:
    told["id"], told["wrapped"] = bytes.fromhex(told["id"]), bytes.fromhex(told["wrapped"])
    return KeptKey(**told)


async def put_down(keystore: Keystore, keys: list[KeptKey]) -> None:
    """Keep these keys. Raises `Refused` where they are not all there then."""
    await keystore.keep(keys)
    there = {key.id: key for key in await keystore.named([key.id for key in keys])}
    if any(there.get(key.id) != key for key in keys):
        raise Refused("not_the_same", what="the keystore has other keys")


async def is_empty(keystore: Keystore) -> bool:
    """Whether there is no key in it."""
    async for _ in keystore.all_keys():
        return False
    return True
