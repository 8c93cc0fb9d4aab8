"""Whatever many may ask at once can be asked of PostgreSQL as one question."""

from __future__ import annotations

import asyncio

import asyncpg

from holdfast.kit.asking import as_one
from holdfast.kit.glances import for_many
from holdfast.kit.house import House
from holdfast.kit.ids import MemberId
from holdfast.live.actors import actor_by_token
from holdfast.meetings.pages.shown import IS_ANY
from holdfast.members.access import SESSION_BEHIND
from holdfast.messages.queries import UNREAD, UNREAD_IN_SIGHT, pages, unseen
from holdfast.notices.queries.telling import UNSEEN
from holdfast.rooms.access import MEMBERS, STAFFS, seat_to_speak
from holdfast.rooms.queries import guiding, places, staffed
from holdfast.staff.access import sessions
from town import NIGHT, Town, newcomers, on_postgresql

CROWD = 30
SIGHTS = (unseen.ANYTHING, unseen.SEATS, unseen.SEQS, unseen.SINCE, unseen.SEQS_OF_SEATS)
QUESTIONS = [
    *(SESSION_BEHIND, sessions.SESSION_BEHIND, sessions.REMOVED_BEHIND, MEMBERS, STAFFS),
    *(*SIGHTS, unseen.FROM_HERE, unseen.THERE + unseen.IN_SIGHT, UNREAD, UNREAD_IN_SIGHT),
    *(pages.ROOMS, pages.ROOMS_IN_SIGHT, pages.ROOM, pages.LOOKED_AFTER, UNSEEN, IS_ANY),
    *(places.HEAD, staffed.HERE, guiding.STANDING),
]


@on_postgresql
async def test_every_question_can_be_asked_for_many_and_with_others(house: House) -> None:
    pulse = house.workshop.database.pulse
    connection: asyncpg.Connection = await pulse.connect()
    try:
        for question in QUESTIONS:
            await connection.prepare(await for_many(connection, question))
            together = as_one([question, unseen.ANYTHING])
            await connection.prepare(await for_many(connection, together))
    finally:
        await connection.close()


async def test_a_crowd_at_the_door_are_who_they_are_and_sit_where_they_sat(town: Town) -> None:
    glances, clock = town.house.workshop.glances, town.house.workshop.clock
    people = [town.ash, town.birch, *await newcomers(town.house, CROWD, NIGHT)]
    tokens = [*(one.token for one in people), "nobody", ""]
    actors = await asyncio.gather(*(actor_by_token(glances, one, clock) for one in tokens))
    found: list[MemberId | None] = [getattr(actor, "id", None) for actor in actors]
    assert found == [*(one.member.id for one in people), None, None]
    seats = await asyncio.gather(*(seat_to_speak(glances, one, NIGHT) for one in actors[:-2]))
    alone = [await town.seat(one) for one in people]
    assert [(one.id, one.author, one.actor) for one in seats] == [
        (one.id, one.author, actor) for one, actor in zip(alone, actors, strict=False)
    ]
