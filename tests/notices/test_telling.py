"""Members are told what happened while they were not there: once, quietly, and without words."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from crisis.voice import HIGH, speak
from desk.sitting import Desk
from holdfast.crisis.actions import join_escalation
from holdfast.kit.ids import EscalationId, MessageId
from holdfast.messages.actions import release_post, remove_message, return_post
from holdfast.messages.actions.unseeing import block_member
from holdfast.messages.queries.held import held_posts
from holdfast.messages.tables import BlockKind
from holdfast.notices.actions import forget_old_notices, see_notices
from holdfast.notices.queries import notices_of
from holdfast.notices.rules.telling import Kind
from holdfast.rights.rules import Role, System
from holdfast.rooms.actions import mark_read
from members.walking import send, visit
from town import EVENING, NIGHT, Person, StillClock, Town, mostly_on_sqlite, newcomers, on_sqlite

CONTACT = "You can write to me at heron.night@example.org if it gets late."


async def kinds(town: Town, who: Person) -> list[Kind]:
    """What somebody is told, newest first."""
    async with town.house.workshop.reading() as work:
        return [row.kind for row in await notices_of(work, who.member)]


async def a_while_passes(town: Town, clock: StillClock) -> None:
    clock.pass_time(seconds=10)
    await town.house.reactions.settled()
    await town.house.reactions.notices.look()


async def answers(town: Town, who: Person, seq: int, text: str = "Me too, often.") -> int:
    said = await town.say(who, text, reply_to=seq)
    assert said.seq is not None
    return said.seq


async def asks(town: Town, who: Person) -> int:
    said = await town.say(who, "Is anybody else awake?")
    assert said.seq is not None
    return said.seq


@mostly_on_sqlite
async def test_who_is_answered_is_told_once(town: Town, clock: StillClock) -> None:
    seq = await answers(town, town.birch, await asks(town, town.ash))
    await a_while_passes(town, clock)
    await a_while_passes(town, clock)
    async with town.house.workshop.reading() as work:
        (told,) = await notices_of(work, town.ash.member)
    assert (told.kind, told.slug, told.seq, told.seen_at) == (Kind.REPLY, NIGHT, seq, None)
    assert await kinds(town, town.birch) == []


@on_sqlite
async def test_who_read_it_in_the_room_is_not_told(town: Town, clock: StillClock) -> None:
    seq = await answers(town, town.birch, await asks(town, town.ash))
    async with town.house.workshop.work() as work:
        await mark_read(work, await town.seat(town.ash), seq=seq)
    await a_while_passes(town, clock)
    assert await kinds(town, town.ash) == []
    await answers(town, town.birch, seq - 1)
    await a_while_passes(town, clock)
    assert await kinds(town, town.ash) == [Kind.REPLY]


@on_sqlite
async def test_nobody_is_told_of_themselves_nor_of_what_was_taken_back(
    town: Town, clock: StillClock
) -> None:
    asked = await asks(town, town.ash)
    await answers(town, town.ash, asked, "I should say more.")
    taken_back = await answers(town, town.birch, asked)
    await answers(town, town.birch, asked, "What I meant to say.")
    await remove_message(
        town.house.ledger, await town.seat(town.birch), seq=taken_back, nonce="remove-01"
    )
    await a_while_passes(town, clock)
    assert await kinds(town, town.ash) == [Kind.REPLY]


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.parametrize("what", ["mute", "block"])
async def test_nobody_is_told_of_somebody_they_do_not_see(
    town: Town, clock: StillClock, what: str
) -> None:
    (stranger,) = await newcomers(town.house, 1, NIGHT)
    asked = await asks(town, town.ash)
    await answers(town, town.birch, asked)
    await hides(town, town.ash, town.birch, what)
    await a_while_passes(town, clock)
    assert await kinds(town, town.ash) == []
    await answers(town, stranger, asked)
    await a_while_passes(town, clock)
    assert await kinds(town, town.ash) == [Kind.REPLY]


async def hides(town: Town, who: Person, whom: Person, what: str) -> None:
    handle = (await town.seat(whom)).author.seat
    async with town.house.workshop.work() as work:
        await block_member(work, who.member, slug=NIGHT, handle=handle, kind=BlockKind(what))


@pytest.mark.full
@mostly_on_sqlite
async def test_words_that_were_released_or_came_back_are_told_to_who_wrote_them(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    maren = await Desk(town, client).hires(Role.MODERATOR, "Maren")
    decisions: list[Any] = [release_post, return_post]
    for number, decide in enumerate(decisions):
        await speak(town, town.ash, CONTACT, nonce=f"nonce-0000-000{number}", as_is=True)
        message_id = await newest_held(town, maren)
        how: dict[str, Any] = {} if decide is release_post else {"rule": "contact"}
        await decide(town.house.ledger, maren.actor, message_id=message_id, **how)
    await town.house.reactions.settled()
    assert await kinds(town, town.ash) == [Kind.RETURNED, Kind.RELEASED]
    assert await kinds(town, town.birch) == []


async def newest_held(town: Town, reader: Person) -> MessageId:
    async with town.house.workshop.reading() as work:
        return (await held_posts(work, town.reader(reader)))[-1].id


@pytest.mark.full
@mostly_on_sqlite
async def test_somebody_who_came_is_told_again_once_one_has_looked(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await Desk(town, client).hires(Role.CRISIS_MODERATOR, "Sam")
    await speak(town, town.ash, HIGH)
    await town.house.reactions.settled()
    assert await kinds(town, town.ash) == [Kind.SIDE_SPACE]
    client.cookies.set("holdfast", town.ash.token)
    page = await visit(client, "/me/notices")
    assert "waits for you and the person who comes" in page.said, "nobody has come yet"
    async with town.house.workshop.work() as work:
        await see_notices(work, town.ash.member)
    async with town.house.workshop.work() as work:
        slug = await join_escalation(work, sam.actor, escalation_id=EscalationId(1))
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        (told,) = await notices_of(work, town.ash.member)
    assert (told.slug, told.seen_at) == (slug, None)


@pytest.mark.full
@on_sqlite
async def test_what_staff_wrote_in_a_side_space_is_told_unless_it_was_read_there(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await Desk(town, client).hires(Role.CRISIS_MODERATOR, "Sam")
    await speak(town, town.ash, HIGH)
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        slug = await join_escalation(work, sam.actor, escalation_id=EscalationId(1))
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        await see_notices(work, town.ash.member)
    said = await town.say(sam, "I'm Sam. I read what you wrote.", slug)
    await a_while_passes(town, clock)
    async with town.house.workshop.reading() as work:
        (told,) = await notices_of(work, town.ash.member)
    assert (told.seq, told.seen_at) == (said.seq, None)
    assert await kinds(town, town.birch) == []


@mostly_on_sqlite
async def test_after_thirty_days_it_is_gone(town: Town, clock: StillClock) -> None:
    asked = await asks(town, town.ash)
    await answers(town, town.birch, asked)
    await a_while_passes(town, clock)
    clock.pass_time(days=29)
    await answers(town, town.birch, asked, "Are you still there?")
    await a_while_passes(town, clock)
    for left in (2, 1):
        async with town.house.workshop.work() as work:
            await forget_old_notices(work, System())
        assert len(await kinds(town, town.ash)) == left
        clock.pass_time(days=2)


# ---------------------------------------------------------------- the doors


@pytest.mark.full
@on_sqlite
async def test_programs_read_the_list_page_by_page_and_say_that_they_looked(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    asked = await asks(town, town.ash)
    seqs = [await answers(town, town.birch, asked, f"Answer {n}") for n in range(3)]
    await a_while_passes(town, clock)
    answer = await client.get("/api/v1/me/notices?limit=2", headers=town.ash.bearer)
    first = answer.json()
    assert [one["seq"] for one in first["items"]] == seqs[:0:-1]
    assert first["unseen"] == 3
    assert "Answer" not in answer.text
    rest = await client.get(
        f"/api/v1/me/notices?limit=2&before={first['next']}", headers=town.ash.bearer
    )
    assert [one["seq"] for one in rest.json()["items"]] == seqs[:1]
    assert "next" not in rest.json() or rest.json()["next"] is None
    await client.post("/api/v1/me/notices/seen", headers=town.ash.bearer)
    after = (await client.get("/api/v1/me/notices", headers=town.ash.bearer)).json()
    assert after["unseen"] == 0
    assert all(one["seen_at"] for one in after["items"])


@on_sqlite
async def test_nobody_elses_place_in_the_list_leads_anywhere(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    await answers(town, town.birch, await asks(town, town.ash))
    await answers(town, town.ash, await asks(town, town.birch))
    await a_while_passes(town, clock)
    theirs = (await client.get("/api/v1/me/notices", headers=town.birch.bearer)).json()["items"]
    mine = (
        await client.get(
            f"/api/v1/me/notices?before={theirs[0]['id'] + 1}", headers=town.ash.bearer
        )
    ).json()["items"]
    assert {one["id"] for one in theirs}.isdisjoint(one["id"] for one in mine)


@on_sqlite
async def test_the_page_lists_them_and_works_by_plain_forms(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    page = await visit(client, "/me/notices")
    assert "It’s quiet here." in page.said
    seq = await answers(town, town.birch, await asks(town, town.ash), "A word of Birch’s")
    await a_while_passes(town, clock)
    page = await visit(client, "/me/notices")
    assert "Somebody answered you in Night owls. new" in page.said
    assert "A word of Birch’s" not in page.said
    assert f"/rooms/{NIGHT}#m{seq}" in page.links
    page = await send(client, page, "/me/notices/seen")
    assert "Somebody answered you in Night owls. new" not in page.said
    assert "Notices on devices are turned off here." in page.said


@pytest.mark.full
@on_sqlite
async def test_the_way_there_says_quietly_that_something_is_new(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    asked = await asks(town, town.ash)
    assert "Notices Names" not in (await visit(client, "/rooms")).said
    for count, said in [(1, "Notices 1 new"), (2, "Notices 2 new"), (4, "Notices A few new")]:
        while len(await kinds(town, town.ash)) < count:
            await answers(town, town.birch, asked)
            await a_while_passes(town, clock)
        assert said in (await visit(client, "/rooms")).said
    page = await visit(client, f"/rooms/{NIGHT}")
    assert "new" not in page.said.partition("Notices")[2][:9]
    assert "Notices A few new" not in (await visit(client, "/rooms")).said


@on_sqlite
async def test_another_room_still_says_what_waits_elsewhere(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    await client.post(f"/rooms/{EVENING}/seat")
    await answers(town, town.birch, await asks(town, town.ash))
    await a_while_passes(town, clock)
    assert "Notices 1 new" in (await visit(client, f"/rooms/{EVENING}")).said
    assert "Notices 1 new" not in (await visit(client, f"/rooms/{NIGHT}")).said


@pytest.mark.full
@mostly_on_sqlite
async def test_what_is_kept_is_taken_along_and_gone_with_the_member(
    town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    asked = await asks(town, town.ash)
    await answers(town, town.birch, asked)
    await answers(town, town.ash, await asks(town, town.birch))
    await a_while_passes(town, clock)
    kept = (await client.get("/api/v1/me/export", headers=town.ash.bearer)).json()
    assert [(one["kind"], one["room"]) for one in kept["notices"]] == [("reply", NIGHT)]
    assert (kept["notice_devices"], kept["quiet_hours"]) == ([], None)
    assert (await client.delete("/api/v1/me", headers=town.ash.bearer)).status_code == 200
    assert await kinds(town, town.ash) == []
    assert await kinds(town, town.birch) == [Kind.REPLY]
