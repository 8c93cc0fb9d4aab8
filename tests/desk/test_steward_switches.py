"""What a steward turns on and off: push for members, and reading newcomers first in a room."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from holdfast.audit.tables import AuditRow
from holdfast.notices.queries import member_push_is_on
from holdfast.raids.queries import rooms_read_first
from members.walking import Page, send, visit
from town import NIGHT, Town, on_sqlite


async def elm_at(client: httpx.AsyncClient, town: Town, path: str) -> Page:
    client.cookies.set("holdfast", town.elm.token)
    return await visit(client, path)


@on_sqlite
async def test_push_for_members_is_off_until_a_steward_turns_it_on(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town, "/desk/steward/settings")
    async with town.house.workshop.reading() as work:
        assert not await member_push_is_on(work)
    page = await send(client, page, "/desk/steward/settings/push", to="on")
    async with town.house.workshop.reading() as work:
        assert await member_push_is_on(work)
        row = await work.db.scalar(select(AuditRow).where(AuditRow.about == "setting:push"))
    assert row is not None
    await send(client, page, "/desk/steward/settings/push", to="off")
    async with town.house.workshop.reading() as work:
        assert not await member_push_is_on(work)


@pytest.mark.full
@on_sqlite
async def test_a_room_where_newcomers_are_read_first_is_set_with_its_words(
    client: httpx.AsyncClient, town: Town
) -> None:
    room = f"/desk/steward/rooms/{NIGHT}"
    page = await elm_at(client, town, room)
    page = await send(client, page, room, about="For the night", first="yes")
    async with town.house.workshop.reading() as work:
        assert len(await rooms_read_first(work)) == 1
    assert page.form(room).fields["first"] == "yes"
    await send(client, page, room, "first", about="For the night")
    async with town.house.workshop.reading() as work:
        assert await rooms_read_first(work) == set()
