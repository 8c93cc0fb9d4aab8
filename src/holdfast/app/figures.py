"""How the machine is doing, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from holdfast.kit.house import House

KIND = CONTENT_TYPE_LATEST


def figures_of(house: House) -> bytes:
    """All of them, as they are now."""
    registry = CollectorRegistry()
    registry.register(Figures(house))
    return generate_latest(registry)


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
