"""The keystore in a backup: every wrapped key, one line each, whatever kind of store it was in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from msgspec.structs import asdict, replace

from holdfast.app.backing.archive import Archive, Tell
from holdfast.app.backing.refusals import Refused
from holdfast.kit.ids import KeyId
from holdfast.sealing.keystore import KeptKey, Keystore

KEYS, SECRETS = "keys", "secrets"
AT_ONCE = 5_000  # keys kept in one commit
ID_BYTES = 16
IN_MEMORY = 16 << 20  # bytes of ids, of a million keys


# ---------------------------------------------------------------- taking


class Ids:
    """Ids in their order, walked along once more: however many there are, few are in memory."""

    def __init__(self, room: Path) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY, dir=str(room))  # noqa: SIM115 - closed with us
        self._at = b""

    def add(self, key: KeyId) -> None:
        self._file.write(key)

    def begin_again(self) -> None:
        self._file.seek(0)
        self._at = self._file.read(ID_BYTES)

    def has(self, key: KeyId) -> bool:
        """Whether it was added. Must be asked in the order of ids."""
        while self._at and self._at < key:
            self._at = self._file.read(ID_BYTES)
        return self._at == key

    def close(self) -> None:
        self._file.close()


class Taking:
    """Every key of a keystore that changes meanwhile: it is read twice, and each is added once.

    A bucket's later keys come after its first: a store takes no generation below one it has.
    """

    def __init__(self, archive: Archive, tell: Tell, room: Path) -> None:
        self._archive, self._tell, self._ids = archive, tell, Ids(room)
        self._later: list[KeptKey] = []
        self._count = self._newest = 0

    def __enter__(self) -> Taking:
        return self

    def __exit__(self, *_: object) -> None:
        self._ids.close()

    def begin(self, secrets: Mapping[str, bytes]) -> None:
        """First the secrets of the place, wrapped like keys."""
        archive = self._archive
        archive.begin(SECRETS)
        archive.add(json.dumps({name: value.hex() for name, value in secrets.items()}).encode())
        archive.end(len(secrets))
        archive.begin(KEYS)

    async def read(self, keystore: Keystore) -> None:
        """Every key that is there before the moment which the data are of."""
        async for key in keystore.all_keys():
            self._ids.add(key.id)
            self._add(key)

    async def read_again(self, keystore: Keystore) -> None:
        """Every key that is there after that moment, and was not there before."""
        self._ids.begin_again()
        async for key in keystore.all_keys():
            if not self._ids.has(key.id):
                self._add(key)

    def _add(self, key: KeptKey) -> None:
        if key.generation > 0:
            self._later.append(key)
        else:
            self._archive.add(_line(key))
        self._count, self._newest = self._count + 1, max(self._newest, key.day)
        if self._count % AT_ONCE == 0:
            self._tell("Keys", self._count, self._count)

    def end(self) -> None:
        for key in sorted(self._later, key=lambda key: key.generation):
            self._archive.add(_line(key))
        self._archive.end(self._count, newest_day=self._newest)
        self._tell("Keys", self._count, self._count)


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
            bucket = (key.seat, key.day)
            if len(some) == AT_ONCE or (bucket in buckets and not key.is_alone):
                yield some
                some, buckets = [], set()
            some.append(key)
            if not key.is_alone:
                buckets.add(bucket)
    if some:
        yield some


def _key(told: dict[str, Any]) -> KeptKey:
    told["id"], told["wrapped"] = bytes.fromhex(told["id"]), bytes.fromhex(told["wrapped"])
    return KeptKey(**told)


async def put_down(keystore: Keystore, keys: list[KeptKey]) -> None:
    """Keep these keys, of a bucket never two at once. Raises `Refused` where they are not there.

    A store takes one key of a generation, and none below the highest. Two readings may have found
    more: while one bucket was emptied and begun anew, say. Those get the next generation that is
    free. Which words a key opens does not hang on that.
    """
    stand = await keystore.keep(keys)
    there = await _there(keystore, keys)
    late = [
        replace(key, generation=other.generation + 1)
        for key, other in zip(keys, stand, strict=True)
        if key.id not in there
    ]
    if late:
        await keystore.keep(late)
        there |= await _there(keystore, late)
    if any(there.get(key.id) != replace(key, generation=0) for key in keys):
        raise Refused("not_the_same", what="the keystore has other keys")


async def _there(keystore: Keystore, keys: list[KeptKey]) -> dict[KeyId, KeptKey]:
    """Those of these that are kept, whatever their generation is."""
    found = await keystore.named([key.id for key in keys])
    return {key.id: replace(key, generation=0) for key in found}


async def is_empty(keystore: Keystore) -> bool:
    """Whether there is no key in it."""
    async for _ in keystore.all_keys():
        return False
    return True
