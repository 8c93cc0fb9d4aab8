"""Someone says goodbye at night, and the phone of whoever is on shift rings: over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from crisis.voice import GOODBYE, speak
from holdfast.app.watching import Watch
from holdfast.crisis.actions import take_escalation
from holdfast.crisis.queries import open_escalations
from holdfast.notices.actions import add_device
from holdfast.notices.queries import open_pages
from holdfast.notices.senders import senders_for
from holdfast.rights.rules import Role
from notices.calling import Calling
from notices.telephones import Browser, Listener, listening
from town import StillClock, Town, mostly_on_sqlite


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as listener:
        yield listener


@pytest.mark.full
@mostly_on_sqlite
async def test_a_goodbye_rings_the_phone_of_whoever_is_on_shift_and_taking_it_ends_the_calls(
    town: Town, clock: StillClock, listener: Listener
) -> None:
    house = town.house
    phone = Browser(f"http://{listener.place}/push/sam")
    allowed = house.settings.model_copy(update={"pager_push": listener.place})
    house.pager.telephone = senders_for(allowed, house.root, clock)
    calling = Calling(house, clock)
    sam = await calling.someone(Role.CRISIS_MODERATOR)
    await calling.comes(sam)
    async with house.workshop.work() as work:
        keys = phone.subscription
        await add_device(work, sam, root=house.root, subscription=keys, label="My phone")
    async with Watch(house).going():
        await speak(town, town.ash, GOODBYE)
        await house.reactions.settled()
        async with asyncio.timeout(20):
            while not listener.requests:
                await listener.asked.wait()
    (request,) = listener.requests
    said = {"title": "Holdfast", "body": "Holdfast: please look at the desk."}
    assert (request.path, phone.open(request.body)) == ("/push/sam", said)
    async with house.workshop.work() as work:
        (escalation,) = await open_escalations(work)
        await take_escalation(work, sam, escalation_id=escalation.id)
    async with house.workshop.reading() as work:
        assert [page.about for page in await open_pages(work) if page.until_taken] == []
    clock.pass_time(minutes=5)
    await Watch(house).look_at_pages()
    assert len(listener.requests) == 1
