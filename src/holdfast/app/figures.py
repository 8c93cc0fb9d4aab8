"""How the machine is doing, as Prometheus reads it. Of people it says nothing, not even how many.

Whoever reads the figures learns how many lines are open, which every member of a room sees in part;
never who, where, or what was said.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from holdfast.kit.bus import BusState
from holdfast.kit.house import House

KIND = CONTENT_TYPE_LATEST


def figures_of(house: House) -> bytes:
    """All of them, as they are now."""
    registry = CollectorRegistry()
    registry.register(Figures(house))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class Figures(Collector):
    """What is counted, read when it is asked for."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterator[Metric]:
        yield from self._states()
        yield from self._of_the_ledger()
        yield from self._of_the_bus()
        yield from self._of_the_others()
        answers = CounterMetricFamily("holdfast_answers", "Requests answered", labels=["kind"])
        for hundreds in range(1, 6):
            answers.add_metric([f"{hundreds}xx"], self._house.answers[hundreds])
        yield answers

    def _states(self) -> Iterator[Metric]:
        house = self._house
        ledger, ticks = house.ledger, house.workshop.clock.ticks()
        for name, words, value in (
            ("holdfast_lines", "Live lines open", len(house.floor.lines)),
            ("holdfast_rooms_listened_to", "Rooms with a listener", len(house.floor.hub.topics)),
            ("holdfast_database_answers", "1 while the database answers", house.pulse.alive),
            ("holdfast_draining", "1 while it stops", house.draining),
            (
                "holdfast_duties_held",
                "1 where pages climb",
                bool(house.duties and house.duties.held),
            ),
            ("holdfast_pages_open", "1 while a page waits for someone", house.pager.has_open_pages),
            (
                "holdfast_rules_down",
                "1 while the rules do not read",
                ledger.detector.is_down(ticks),
            ),
            ("holdfast_audit_whole", "1 while the record is whole", house.witness.is_whole),
            ("holdfast_entries_waiting", "Entries that wait for the disk", ledger.waiting),
            (
                "holdfast_keystore_keeps",
                "1 while the keystore keeps new keys",
                ledger.keyring.store.is_well,
            ),
        ):
            yield GaugeMetricFamily(name, words, float(value))

    def _of_the_ledger(self) -> Iterator[Metric]:
        ledger = self._house.ledger
        yield CounterMetricFamily("holdfast_entries_committed", "Entries kept", ledger.committed)
        yield CounterMetricFamily(
            "holdfast_words_unreadable",
            "Times that sealed words or a key were found changed; alert on any",
            ledger.keyring.unreadable,
        )
        yield CounterMetricFamily("holdfast_batches_committed", "Batches kept", ledger.batches)
        yield CounterMetricFamily(
            "holdfast_entries_not_kept", "Entries the disk refused", ledger.not_kept
        )
        yield HistogramMetricFamily(
            "holdfast_commit_seconds",
            "How long a batch took until it was on disk",
            buckets=list(ledger.took.up_to()),
            sum_value=ledger.took.sum,
        )

    def _of_the_bus(self) -> Iterator[Metric]:
        """How it hears other processes; a process alone has the state and zeros."""
        bus = self._house.bus
        state = GaugeMetricFamily("holdfast_bus", "How it hears the others", labels=["state"])
        for one in BusState:
            state.add_metric([one.value], float(bus.state is one))
        yield state
        for count, words in (
            ("told", "Told to other processes"),
            ("heard", "Heard from other processes"),
            ("dropped", "Told by the database alone, because too much waited"),
            ("not_opened", "Heard, and not from a process of this place"),
            ("reconnects", "Connections lost, or not to be had"),
        ):
            yield CounterMetricFamily(f"holdfast_bus_{count}", words, getattr(bus, count, 0))

    def _of_the_others(self) -> Iterator[Metric]:
        """What other processes committed and this one delivered, and what had to be read."""
        hearing = self._house.floor.hearing
        for count, attribute, words in (
            ("delivered", "delivered_remote", "Entries of other processes delivered"),
            ("waited", "waited", "Entries that waited for an earlier one"),
            ("gaps_read", "gaps_read", "Gaps read from the database"),
            ("gaps_given_up", "gaps_given_up", "Gaps that sent listeners back to read"),
            ("not_understood", "not_understood", "Envelopes that could not be read"),
        ):
            yield CounterMetricFamily(
                f"holdfast_remote_{count}", words, getattr(hearing, attribute, 0)
            )
