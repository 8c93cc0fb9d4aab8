"""Invitations for members: random, kept as hashes, good once, and linked to nobody."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from sqlalchemy import select

from holdfast.kit.errors import Malformed, NotFound, NotPermitted
from holdfast.kit.house import House
from holdfast.kit.ids import BatchId
from holdfast.members.actions import burn_batch, make_invitations
from holdfast.members.queries import batches_made
from holdfast.members.rules.codes import normalise_code
from holdfast.members.tables import DoorCodeRow
from holdfast.rights.rules import System
from members.proving import come
from town import Town, mostly_on_sqlite, on_sqlite, unlimited


async def made(house: House, count: int = 1) -> list[str]:
    async with house.workshop.work() as work:
        return await make_invitations(work, System(), root=house.root, count=count)


@mostly_on_sqlite
async def test_a_batch_is_told_once_and_kept_as_hashes(house: House) -> None:
    codes = await made(house, 200)
    assert len(set(codes)) == 200
    async with house.workshop.reading() as work:
        rows = list(await work.db.scalars(select(DoorCodeRow)))
        ((batch, used),) = await batches_made(work)
    assert (len(rows), batch.count, used) == (200, 200, 0)
    kept = b"".join(row.lookup for row in rows)
    assert not any(code.encode() in kept or normalise_code(code).encode() in kept for code in codes)


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_of_many_who_show_one_invitation_at_once_exactly_one_comes_in(
    client: httpx.AsyncClient, house: House
) -> None:
    (code,) = await made(house)
    answers = await asyncio.gather(*(come(client, invitation=code) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [201] + [403] * 11


@pytest.mark.full
@on_sqlite
async def test_what_is_kept_of_a_used_invitation_names_nobody(
    client: httpx.AsyncClient, house: House
) -> None:
    one, other = await made(house, 2)
    assert (await come(client, invitation=one)).status_code == 201
    async with house.workshop.reading() as work:
        rows = list(await work.db.scalars(select(DoorCodeRow)))
    assert sorted(row.is_used for row in rows) == [False, True]
    assert {column.name for column in DoorCodeRow.__table__.columns} == {
        "lookup",
        "batch_id",
        "is_used",
    }
    assert (await come(client, invitation=other)).status_code == 201


@pytest.mark.full
@mostly_on_sqlite
async def test_burning_a_batch_burns_what_nobody_has_used_and_no_other_batch(
    client: httpx.AsyncClient, house: House
) -> None:
    one, other = await made(house, 2)
    (third,) = await made(house)
    assert (await come(client, invitation=one)).status_code == 201
    async with house.workshop.work() as work:
        batches = await batches_made(work)
        await burn_batch(work, System(), batch=batches[-1][0].id)
    assert (await come(client, invitation=other)).status_code == 403
    assert (await come(client, invitation=third)).status_code == 201


@on_sqlite
async def test_stewards_make_invitations_and_members_do_not(town: Town) -> None:
    house = town.house
    async with house.workshop.work() as work:
        assert await make_invitations(work, town.elm.actor, root=house.root, count=1)
        ((batch, _),) = await batches_made(work)
    for person in (town.ash, town.guest):
        async with house.workshop.work() as work:
            with pytest.raises(NotPermitted):
                await make_invitations(work, person.actor, root=house.root, count=1)
            with pytest.raises(NotPermitted):
                await burn_batch(work, person.actor, batch=batch.id)
    async with house.workshop.work() as work:
        with pytest.raises(NotFound):
            await burn_batch(work, town.elm.actor, batch=BatchId(999))


@on_sqlite
@pytest.mark.parametrize("count", [0, 1_001, -1])
async def test_a_batch_has_from_one_to_a_thousand(house: House, count: int) -> None:
    async with house.workshop.work() as work:
        with pytest.raises(Malformed):
            await make_invitations(work, System(), root=house.root, count=count)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0A1bC-defgh-jkmnp-qrstv", "0a1bcdefghjkmnpqrstv"),
        ("OAIBC DEFGH JKMNP QRSTV", "0a1bcdefghjkmnpqrstv"),
        ("oaLbc–defgh jkmnpqrstv", "0a1bcdefghjkmnpqrstv"),
        ("0a1bc-defgh-jkmnp-qrst", ""),
        ("", ""),
        ("0a1bc-defgh-jkmnp-qrstü", ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, kept: str) -> None:
    assert normalise_code(typed) == kept
