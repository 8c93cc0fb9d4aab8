"""Circles for the doors that lead to one: with a free place, one's own, one that one hosts."""

from __future__ import annotations

from circles.gathering import asked, circle_with, may_host_now, waiting, wish
from holdfast.circles.actions.wishing import keep_apart
from holdfast.circles.jobs import form_circles
from rights.stage import Stage
from town import NIGHT, newcomers


async def circle(stage: Stage) -> str:
    """A circle with places, in which the member does not sit."""
    return await circle_with(stage.town, *await newcomers(stage.town.house, 4))


async def my_circle(stage: Stage) -> str:
    """A circle in which the member sits."""
    return await circle_with(stage.town, stage.member, *await newcomers(stage.town.house, 3))


async def hosted(stage: Stage) -> str:
    """A circle that the member hosts."""
    await may_host_now(stage.town, stage.member)
    return await my_circle(stage)


async def wished(stage: Stage) -> str:
    """The member waits for a circle."""
    await wish(stage.town, stage.member)
    return "yes"


async def apart(stage: Stage) -> int:
    """Somebody with whom the member does not want to be in a circle."""
    (other,) = await newcomers(stage.town.house, 1, NIGHT)
    seat = await stage.town.seat(other)
    async with stage.town.house.workshop.work() as work:
        await keep_apart(work, stage.member.member, slug=NIGHT, handle=seat.author.seat)
    return seat.id


async def proposal(stage: Stage) -> int:
    """What the member and three others are asked."""
    await wish(stage.town, stage.member)
    await waiting(stage.town, 3)
    await form_circles(stage.town.house.workshop, seed=1)
    return await asked(stage.town, stage.member)
