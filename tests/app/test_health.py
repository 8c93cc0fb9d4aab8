"""Is it alive, is it ready, how is it doing."""

from __future__ import annotations

import json

import httpx
import pytest
from sqlalchemy import text

from holdfast.app.schema import PHASES, phases, scripts
from holdfast.app.watching import Watch
from holdfast.kit.facts import set_fact
from holdfast.kit.house import House
from town import on_sqlite


async def test_a_healthy_house_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {
        "ready": True,
        "role": "serve",
        "database": "ready",
        "keystore": "ready",
        "tables": "ready",
        "bus": "alone",
        "draining": False,
        "warnings": [],
    }


@pytest.mark.full
@on_sqlite
async def test_a_process_that_is_told_to_stop_is_not_ready_and_says_why(
    client: httpx.AsyncClient, house: House
) -> None:
    assert (await client.get("/readyz")).status_code == 200
    assert (await client.get("/healthz")).status_code == 200
    house.draining = True
    going = await client.get("/healthz")
    assert (going.status_code, going.json()) == (503, {"status": "going"})
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"], ready.json()["draining"]) == (
        503,
        False,
        True,
    )
    assert (await client.get("/help")).status_code == 200


async def test_tables_from_which_somebody_newer_took_something_are_noticed(
    client: httpx.AsyncClient, house: House
) -> None:
    watch = Watch(house)
    await watch.learn()
    assert (await client.get("/readyz")).status_code == 200
    for phase, fits in (("expand", True), ("contract", False)):
        await brought_to(house, phase)
        await watch.learn()
        ready = await client.get("/readyz")
        assert ready.json()["tables"] == ("ready" if fits else "newer")
        assert ready.status_code == 200  # what is taken, the release before did not need


async def brought_to(house: House, phase: str) -> None:
    """A newer Holdfast changed the tables, in this phase."""
    known = json.dumps({**phases(scripts()), "9999": phase}).encode()
    async with house.workshop.work() as work:
        await work.db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await set_fact(work, PHASES, known)


async def test_without_the_database_it_is_not_ready(
    client: httpx.AsyncClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await client.get("/readyz")).status_code == 200
    if house.workshop.database.is_sqlite:
        await house.workshop.database.reader.dispose()
        house.workshop.database.file.write_bytes(b"no database" * 800)
    else:
        monkeypatch.setattr(house.pulse, "alive", False)
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["database"]) == (503, "gone")
