"""A proof of work at the door: asked only where it is on, good for one time, and never for help."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import httpx
import pytest

from holdfast.kit.house import House
from holdfast.members.actions import guard_door, set_door
from holdfast.rights.rules import System
from holdfast.settings import Switch
from members.proving import COMING_IN, come, proof, solved
from town import StillClock, Town, mostly_on_sqlite, on_sqlite, unlimited


async def ask_for_proof(house: House, *, many: bool = False) -> None:
    async with house.workshop.work() as work:
        await set_door(work, System(), asks_proof=not many, only_invited=False)
        await guard_door(work, System(), many=many)


def altered(given: str, **how: Any) -> str:
    """A proof in which something was changed."""
    found = json.loads(base64.b64decode(given))
    found["challenge"]["parameters"] |= how
    return base64.b64encode(json.dumps(found).encode()).decode()


@on_sqlite
async def test_nothing_is_asked_unless_somebody_turned_it_on(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/challenge")).json()["needed"] is False
    assert (await come(client)).status_code == 201


@pytest.mark.full
@mostly_on_sqlite
async def test_while_it_is_on_only_a_proof_lets_a_program_in(
    client: httpx.AsyncClient, house: House
) -> None:
    await ask_for_proof(house)
    refused = await come(client)
    assert (refused.status_code, refused.json()["code"]) == (428, "proof_needed")
    assert refused.json()["help"] == "/help"
    assert (await come(client, proof=await proof(client))).status_code == 201


@pytest.mark.full
@on_sqlite
async def test_the_library_s_own_reading_and_ours_agree_on_what_is_sent(
    client: httpx.AsyncClient, house: House
) -> None:
    await ask_for_proof(house)
    given = (await client.get("/api/v1/challenge")).json()
    assert given["needed"] is True
    assert given["parameters"]["algorithm"] == "PBKDF2/SHA-256"
    assert given["parameters"]["keySignature"]
    assert (await come(client, proof=solved(given))).status_code == 201


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_of_many_who_show_one_proof_at_once_exactly_one_comes_in(
    client: httpx.AsyncClient, house: House
) -> None:
    await ask_for_proof(house)
    one = await proof(client)
    answers = await asyncio.gather(*(come(client, proof=one) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [201] + [428] * 11
    assert (await come(client, proof=one)).status_code == 428


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize(
    "how",
    [
        {"cost": 1},
        {"keyPrefix": "00"},
        {"data": {"tries": 200, "until": 2**45}},
        {"keySignature": ""},
    ],
)
async def test_a_proof_of_easier_work_than_was_asked_is_none(
    client: httpx.AsyncClient, house: House, how: dict[str, Any]
) -> None:
    await ask_for_proof(house)
    true = await proof(client)
    assert (await come(client, proof=altered(true, **how))).status_code == 428
    assert (await come(client, proof=true)).status_code == 201


@on_sqlite
@pytest.mark.parametrize("rubbish", ["x", "e30=", "bnVsbA==", "W10=", "ü", "eyJjaGFsbGVuZ2UiOjF9"])
async def test_what_is_no_proof_is_refused_like_none(
    client: httpx.AsyncClient, house: House, rubbish: str
) -> None:
    await ask_for_proof(house)
    answer = await come(client, proof=rubbish)
    assert (answer.status_code, answer.json()["code"]) == (428, "proof_needed")


@pytest.mark.full
@on_sqlite
async def test_a_proof_ends_with_its_half_hour(
    client: httpx.AsyncClient, house: House, clock: StillClock
) -> None:
    await ask_for_proof(house)
    early, late = await proof(client), await proof(client)
    clock.pass_time(minutes=29)
    assert (await come(client, proof=early)).status_code == 201
    clock.pass_time(minutes=2)
    assert (await come(client, proof=late)).status_code == 428


@pytest.mark.full
@on_sqlite
async def test_while_many_come_in_the_work_is_eight_times_as_much(
    client: httpx.AsyncClient, house: House
) -> None:
    await ask_for_proof(house)
    easy = (await client.get("/api/v1/challenge")).json()
    await ask_for_proof(house, many=True)
    hard = (await client.get("/api/v1/challenge")).json()
    assert hard["parameters"]["data"]["tries"] == 8 * easy["parameters"]["data"]["tries"]
    assert (await come(client, proof=solved(easy))).status_code == 428
    assert (await come(client, proof=solved(hard))).status_code == 201


@pytest.mark.full
@on_sqlite
async def test_whoever_comes_back_and_whoever_needs_help_proves_nothing(
    client: httpx.AsyncClient, town: Town
) -> None:
    await ask_for_proof(town.house, many=True)
    assert (await client.post("/api/v1/members", json=COMING_IN)).status_code == 428
    back = await client.post("/api/v1/sign-in", json={"recovery_phrase": town.ash.phrase})
    assert back.status_code == 200
    assert (await client.get("/help")).status_code == 200


@on_sqlite
async def test_the_setting_off_asks_nobody_whatever_else_is_set(
    client: httpx.AsyncClient, house: House
) -> None:
    await ask_for_proof(house, many=True)
    assert (await come(client)).status_code == 428
    house.settings = house.settings.model_copy(update={"proof_of_work": Switch.OFF})
    assert (await come(client)).status_code == 201
