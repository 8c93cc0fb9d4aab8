"""The figures: each that a dashboard or an alert asks for is there, and they count what happens."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from holdfast.kit.durations import STEPS, Durations
from town import Town, mostly_on_sqlite

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
NAME = re.compile(r"\b(?:holdfast|process)_[a-z_]+")


async def figures(client: httpx.AsyncClient) -> dict[str, float]:
    """Every figure without labels, and the sum of those with."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families((await client.get("/metrics")).text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


def asked_by_alerts() -> list[str]:
    groups = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    return [rule["expr"] for group in groups for rule in group["rules"]]


def asked_by_the_dashboard() -> list[str]:
    panels = json.loads((MONITORING / "grafana.json").read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


@mostly_on_sqlite
async def test_everything_that_is_asked_for_is_there(client: httpx.AsyncClient) -> None:
    there = set(await figures(client))
    asked = {
        name for expr in asked_by_alerts() + asked_by_the_dashboard() for name in NAME.findall(expr)
    }
    assert len(asked) > 20
    assert asked <= there


@pytest.mark.full
@mostly_on_sqlite
async def test_every_figure_of_ours_is_looked_at_somewhere(client: httpx.AsyncClient) -> None:
    ours = {name for name in await figures(client) if name.startswith("holdfast_")}
    asked = {
        name for expr in asked_by_alerts() + asked_by_the_dashboard() for name in NAME.findall(expr)
    }
    parts = {name for name in ours if name.endswith(("_created", "_sum", "_count"))}
    # For those who read the page by hand: a stop is over before it shows on a dashboard.
    assert ours - parts - asked == {"holdfast_draining", "holdfast_remote_not_understood_total"}


@mostly_on_sqlite
async def test_what_is_kept_is_counted_with_the_time_that_it_took(
    client: httpx.AsyncClient, town: Town
) -> None:
    before = await figures(client)
    await town.say(town.ash, "We were all here once.")
    after = await figures(client)
    for name in ("holdfast_entries_committed_total", "holdfast_commit_seconds_count"):
        assert after[name] == before[name] + 1
    assert after["holdfast_commit_seconds_sum"] > before["holdfast_commit_seconds_sum"]


@mostly_on_sqlite
async def test_answers_are_counted_by_what_they_are(client: httpx.AsyncClient) -> None:
    async def counted() -> dict[str, float]:
        families = text_string_to_metric_families((await client.get("/metrics")).text)
        answers = next(one for one in families if one.name == "holdfast_answers")
        return {one.labels["kind"]: one.value for one in answers.samples}

    before = await counted()
    await client.get("/nothing-here")
    after = await counted()
    assert after["4xx"] == before["4xx"] + 1
    assert after["2xx"] == before["2xx"] + 1  # the figures themselves


def test_a_duration_is_counted_at_the_first_step_that_is_not_below_it() -> None:
    took = Durations()
    for seconds in (0.001, STEPS[0], STEPS[0] + 1e-9, STEPS[-1] + 1):
        took.note(seconds)
    counts = dict(took.up_to())
    assert counts[str(STEPS[0])] == 2
    assert counts[str(STEPS[1])] == 3
    assert counts[str(STEPS[-1])] == 3
    assert counts["+Inf"] == 4
