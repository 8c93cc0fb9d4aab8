"""Who hosts a circle, and what only a host does."""

from __future__ import annotations

import pytest

from circles.gathering import circle_with, may_host_now
from holdfast.circles.actions.hosting import become_host, choose_theme, theme_now
from holdfast.circles.actions.joining import leave_circle
from holdfast.circles.queries.circles import circle_named
from holdfast.circles.rules.refusals import NotHost
from holdfast.kit.errors import Conflict, HoldfastError
from town import Person, Town, mostly_on_sqlite, newcomers

pytestmark = mostly_on_sqlite


async def leave(town: Town, person: Person, slug: str) -> None:
    async with town.house.workshop.work() as work:
        await leave_circle(work, person.actor, slug=slug)


async def test_the_host_chooses_the_theme_and_nobody_else(town: Town) -> None:
    people = await newcomers(town.house, 4)
    await may_host_now(town, people[0])
    slug = await circle_with(town, *people)
    async with town.house.workshop.work() as work:
        await choose_theme(work, people[0].actor, slug=slug, theme="rest")
        found = await circle_named(work, slug)
        assert found is not None
        assert theme_now(work, found[0]) == "rest"
        with pytest.raises(NotHost):
            await choose_theme(work, people[1].actor, slug=slug, theme="rest")
        with pytest.raises(HoldfastError):
            await choose_theme(work, people[0].actor, slug=slug, theme="nonsense")
    town.house.workshop.clock.pass_time(days=8)  # type: ignore[attr-defined]
    async with town.house.workshop.reading() as work:
        assert theme_now(work, found[0]) == ""  # it was for that week


@pytest.mark.full
async def test_a_circle_without_a_host_gets_one_who_may(town: Town) -> None:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people)
    async with town.house.workshop.work() as work:
        with pytest.raises(NotHost):
            await become_host(work, people[0].actor, slug=slug)
    for person in people[:2]:
        await may_host_now(town, person)
    async with town.house.workshop.work() as work:
        await become_host(work, people[0].actor, slug=slug)
        with pytest.raises(Conflict):
            await become_host(work, people[1].actor, slug=slug)
    await leave(town, people[0], slug)
    async with town.house.workshop.work() as work:
        await become_host(work, people[1].actor, slug=slug)
