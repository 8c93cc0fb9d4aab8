"""Whoever steals the database, the keystore and the root key reads nothing that two said."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from holdfast.app.opening import open_house
from holdfast.app.trying import Trying
from holdfast.kit.boxes import open_with, unlock_with
from holdfast.kit.cipher import WrongKey
from holdfast.kit.house import House
from holdfast.kit.ids import SessionId, StaffId
from holdfast.kit.tables import Table
from holdfast.kit.tokens import hash_of
from holdfast.members.actions import sign_in
from holdfast.members.actions.own_keys import CLAIM, LINK, PHRASE
from holdfast.members.tables import MemberRow, SessionRow
from holdfast.messages.tables import MessageRow
from holdfast.rights.own import SESSION, OwnKey
from holdfast.rights.rules import Actor, Guest, Member, Role, Staff, System
from holdfast.sealing.alone import MESSAGE, secret_of
from holdfast.sealing.places import Place, scope_of
from holdfast.sealing.private import scope_of_box
from holdfast.sealing.tables import TalkBoxRow, TalkPartRow
from holdfast.settings import Settings
from town import StillClock, Town, on_sqlite
from two import SECRET, Talk, as_who_comes, talk_of_two

pytestmark = on_sqlite


@pytest.fixture
async def stolen(
    town: Town, settings: Settings, clock: StillClock, tmp_path: Path
) -> AsyncIterator[tuple[Talk, House]]:
    """Everything that lies on the machine, and a house that the thief opens on it."""
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    await talk.say(town.birch, "and I heard you say it")
    async with _opened_elsewhere(settings, clock, tmp_path / "stolen") as house:
        yield talk, house


@asynccontextmanager
async def _opened_elsewhere(
    settings: Settings, clock: StillClock, folder: Path
) -> AsyncIterator[House]:
    shutil.copytree(settings.data, folder, ignore=shutil.ignore_patterns("lease", "pen"))
    async with open_house(settings.model_copy(update={"data": folder}), clock) as house:
        yield house


@pytest.mark.full
async def test_with_the_token_or_the_words_the_stolen_copy_opens(
    stolen: tuple[Talk, House],
) -> None:
    """The stage: what is taken is whole, and only what nobody keeps is missing."""
    talk, house = stolen
    said = [SECRET, "and I heard you say it"]
    assert await talk.texts(await as_who_comes(house, talk.town.ash.token), house) == said
    async with house.workshop.work() as work:
        token = await sign_in(work, Guest(), root=house.root, phrase=talk.town.birch.phrase)
    assert await talk.texts(await as_who_comes(house, token), house) == said


@pytest.mark.full
async def test_no_reader_whom_the_thief_makes_up_reads_it(stolen: tuple[Talk, House]) -> None:
    talk, house = stolen
    for actor in await _made_up(house):
        assert await talk.texts(actor, house) == ["(private)", "(private)"]


async def _made_up(house: House) -> list[Actor]:
    """Everybody there is, without what they alone have: with no key, and with the hash for one."""
    async with house.workshop.reading() as work:
        members = list(await work.db.scalars(select(MemberRow.id)))
        sessions = (await work.db.scalars(select(SessionRow))).all()
    found: list[Actor] = [System(), Guest()]
    found += [Member(member, SessionId(0)) for member in members]
    found += [Staff(StaffId(1), SessionId(1), role) for role in Role if role is not Role.MEMBER]
    for row in sessions:
        for token in (row.token_hash.hex(), row.token_hash.decode("latin-1")):
            found.append(Member(row.member_id, row.id, own=OwnKey(token, None, None)))
    return found


async def test_no_file_that_was_taken_says_it(stolen: tuple[Talk, House]) -> None:
    _, house = stolen
    files = _files_in(house.settings.data)
    assert "keystore.db" in files
    for taken in files.values():
        assert b"blue stair" not in taken
        assert b"heard you say" not in taken


def _files_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.full
async def test_no_secret_that_was_taken_opens_it(stolen: tuple[Talk, House]) -> None:
    """Every value of the database and the keystore is tried as the key to every lock."""
    talk, house = stolen
    secrets = await _everything(house)
    assert len(secrets) > 100
    async with house.workshop.reading() as work:
        rows = (
            await work.db.scalars(select(MessageRow).where(MessageRow.room_id == talk.room_id))
        ).all()
        both = TalkBoxRow.part_id == TalkPartRow.id
        boxes = (await work.db.execute(select(TalkBoxRow, TalkPartRow).where(both))).all()
    for row in rows:
        kept = (await house.ledger.keyring.store.named([row.key_id]))[0]
        inner = secret_of(house.root, kept)  # so far the root key helps
        bound = kept.id + scope_of(kept.seat, kept.day)
        place = Place(row.room_id, row.id, row.seat_id).bound(row.key_id)
        for secret in secrets:
            assert not _unlocks(secret, MESSAGE, inner, bound)
            assert row.text is not None
            assert not _opens(secret, row.text, place)
    for box, part in boxes:
        plain = house.root.unwrap_secret(box.wrapped, box.public + scope_of_box(box))
        for secret in secrets:
            assert not _unboxes(
                secret, box.public, plain, b"talk box|%d|%d" % (part.id, part.room_id)
            )


async def _everything(house: House) -> set[bytes]:
    """Each value of 32 bytes or more that lies anywhere, and what the root key makes of it."""
    found = {house.root.place, house.root.place[:32], house.root.place[32:], house.root.check()}
    async with house.workshop.reading() as work:
        for table in Table.metadata.sorted_tables:
            for row in await work.db.execute(select(table)):
                for value in row:
                    if isinstance(value, str) and len(value) >= 20:
                        found |= {value.encode(), hash_of(value), house.root.lookup(value)}
                    if isinstance(value, bytes) and len(value) >= 32:
                        found |= set(_cuts(value))
    async for kept in house.ledger.keyring.store.all_keys():
        found |= set(_cuts(secret_of(house.root, kept)))
    return found


def _cuts(value: bytes) -> Iterator[bytes]:
    yield value
    yield value[:32]
    yield value[-32:]


def _opens(secret: bytes, sealed: bytes, bound: bytes) -> bool:
    if len(secret) != 32:
        return False
    try:
        AESGCM(secret).decrypt(sealed[1:13], sealed[13:], bound)
    except InvalidTag:
        return False
    return True


def _unlocks(secret: bytes, purpose: bytes, locked: bytes, bound: bytes) -> bool:
    for one in (purpose, SESSION, PHRASE, LINK, CLAIM):
        try:
            unlock_with(secret, one, locked, bound)
        except WrongKey:
            continue
        return True
    return False


def _unboxes(secret: bytes, public: bytes, box: bytes, bound: bytes) -> bool:
    if len(secret) != 32:
        return False
    try:
        open_with(secret, public, box, bound)
    except WrongKey:
        return False
    return True


@pytest.mark.full
async def test_a_check_of_the_stolen_keys_counts_it_and_opens_none_of_it(
    stolen: tuple[Talk, House],
) -> None:
    _, house = stolen
    store = house.ledger.keyring.store
    tried = await Trying(house.workshop, store, house.root, lambda *_: None, every=True).done()
    assert tried.is_whole
    assert tried.private_words == 2
