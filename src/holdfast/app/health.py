"""Is it alive, is it ready, how is it doing."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text
from starlette.responses import JSONResponse, Response

from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House, InHouse

router = APIRouter(tags=["health"])


class Ready(BaseModel):
    """What is ready, and what makes this place unfit for people."""

    ready: bool
    database: str
    keystore: str
    warnings: list[str]


@router.get("/healthz")
async def get_health() -> dict[str, str]:
    """The process is alive."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"model": Ready}}, response_model=Ready)
async def get_readiness(house: InHouse) -> Response:
    """The database answers and the key is in hand."""
    database = await database_state(house)
    warnings = [f"{name}=off: for tests only" for name in house.settings.weakened]
    ready = Ready(ready=database == "ready", database=database, keystore="ready", warnings=warnings)
    return JSONResponse(ready.model_dump(), 200 if ready.ready else 503)


async def database_state(house: House) -> str:
    try:
        async with asyncio.timeout(2), house.workshop.reading() as work:
            await work.db.execute(text("SELECT 1"))
    except (HoldfastError, TimeoutError):
        return "gone"
    return "ready"


@router.get("/metrics", include_in_schema=False)
async def get_metrics(house: InHouse) -> Response:
    """Figures for Prometheus: of the machine, never of people."""
    from holdfast.app.figures import KIND, figures_of  # noqa: PLC0415 - see `app.afterwards`

    return Response(figures_of(house), media_type=KIND)
