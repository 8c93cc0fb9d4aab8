"""Is it alive, is it ready, how is it doing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
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
    registry = CollectorRegistry()
    registry.register(Figures(house))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class Figures(Collector):
    """What is counted, read when it is asked for."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterator[Metric]:
        floor, ledger = self._house.floor, self._house.ledger
        yield GaugeMetricFamily("holdfast_lines", "Live lines open", len(floor.lines))
        rooms = len(floor.hub.topics)
        yield GaugeMetricFamily("holdfast_rooms_listened_to", "Rooms with a listener", rooms)
        whole = int(self._house.witness.is_whole)
        yield GaugeMetricFamily("holdfast_audit_whole", "1 while the record is whole", whole)
        counted = {
            "holdfast_entries_committed": ("Entries committed", ledger.committed),
            "holdfast_batches_committed": ("Batches committed", ledger.batches),
            "holdfast_entries_not_kept": ("Entries the disk refused", ledger.not_kept),
        }
        for name, (words, value) in counted.items():
            yield CounterMetricFamily(name, words, value)
