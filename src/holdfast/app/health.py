"""Is it alive, is it ready, how is it doing."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel
from sqlalchemy import text
from starlette.responses import JSONResponse, Response

from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House, InHouse

router = APIRouter(tags=["health"])


class Ready(BaseModel):
    """What is ready, and what makes this place unfit for people."""

    ready: bool
    role: str
    database: str
    keystore: str
    tables: str
    bus: str
    draining: bool
    warnings: list[str]


class Health(BaseModel):
    """Whether it lives on, or is on its way out."""

    status: str


@router.get("/healthz", responses={503: {"model": Health}}, response_model=Health)
async def get_health(house: InHouse) -> Response:
    """The process is alive, whatever the database says. 503 once it was told to stop.

    A balancer that asks this sends people elsewhere before the door is shut, and still sends them
    here while the database is gone: they get our own words and `/help`.
    """
    going = house.draining
    return JSONResponse({"status": "going" if going else "alive"}, 503 if going else 200)


@router.get("/readyz", responses={503: {"model": Ready}}, response_model=Ready)
async def get_readiness(house: InHouse) -> Response:
    """The database answers, the key is in hand, nobody said to stop.

    `keystore` is `gone` where it does not answer or does not keep: who has a key for today goes on,
    and nobody else is sent away for it; `/help` and reading need none that is new.
    `bus` says how this process hears the others: `fallback` is slower, and loses nothing. `tables`
    is `newer` where somebody newer took something from them: a release before theirs needs none of
    that, so it goes on; it would not start again.
    """
    database = await database_state(house)
    ready = Ready(
        ready=database == "ready" and not house.draining,
        role=house.role,
        database=database,
        keystore=await keystore_state(house),
        tables="ready" if house.fits else "newer",
        bus=house.bus.state.value,
        draining=house.draining,
        warnings=[f"{name}=off: for tests only" for name in house.settings.weakened],
    )
    return JSONResponse(ready.model_dump(), 200 if ready.ready else 503)


async def database_state(house: House) -> str:
    """Asked several times a second where there is a server, and now where there is a file."""
    database = house.workshop.database
    if not database.is_sqlite:
        return "ready" if database.pulse.alive else "gone"
    try:
        async with asyncio.timeout(2), house.workshop.reading() as work:
            await work.db.execute(text("SELECT 1"))
    except (HoldfastError, TimeoutError):
        return "gone"
    return "ready"


async def keystore_state(house: House) -> str:
    """Whether a new key could be kept, as far as is known without keeping one."""
    store = house.ledger.keyring.store
    try:
        async with asyncio.timeout(2):
            await store.newest_day()
    except (HoldfastError, TimeoutError):
        return "gone"
    return "ready" if store.is_well else "gone"


@router.get("/metrics", include_in_schema=False)
async def get_metrics(house: InHouse) -> Response:
    """Figures for Prometheus: of the machine, never of people."""
    from holdfast.app.figures import KIND, figures_of  # noqa: PLC0415 - see `app.afterwards`

    return Response(figures_of(house), media_type=KIND)
