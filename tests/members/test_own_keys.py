"""A member's own key: open where their words or a session that has it are, shut elsewhere."""

from __future__ import annotations

import httpx
import pytest

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MemberId
from holdfast.kit.tokens import hash_of
from holdfast.members.actions import (
    come_in,
    ensure_own_key,
    keep_place,
    new_phrase,
    sign_in,
    stay_for_this_visit,
    unlock_own_key,
)
from holdfast.members.actions.devices import (
    answer_link,
    claim_link,
    come_in_by_link,
    make_device_link,
)
from holdfast.members.actions.locking import set_pin
from holdfast.members.actions.people import open_session
from holdfast.members.rules import promises
from holdfast.members.tables import DeviceLinkRow, OwnKeyRow, SessionKind
from holdfast.rights.own import OwnKeyLocked
from holdfast.rights.rules import Guest, Member
from members.walking import send, visit
from town import Person, Town, on_sqlite
from two import SECRET, as_who_comes, talk_of_two


async def by_passkey(town: Town, member_id: MemberId) -> Member:
    """A session that nobody showed the seven words to, as after a passkey."""
    async with town.house.workshop.work() as work:
        token = open_session(work, member_id, SessionKind.KEPT)
    return await as_who_comes(town.house, token)


async def by_phrase(town: Town, phrase: str) -> Member:
    async with town.house.workshop.work() as work:
        token = await sign_in(work, Guest(), root=town.house.root, phrase=phrase)
    return await as_who_comes(town.house, token)


async def on_a_visit(town: Town) -> Member:
    async with town.house.workshop.work() as work:
        came = await come_in(
            work,
            Guest(),
            root=town.house.root,
            age_band="18+",
            version=promises.VERSION,
            kept=False,
        )
    return await as_who_comes(town.house, came.token)


@pytest.mark.full
async def test_the_seven_words_open_what_was_said_in_a_new_session(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    assert await talk.texts(await by_phrase(town, town.ash.phrase)) == [SECRET]


@pytest.mark.full
async def test_a_passkey_alone_opens_nothing_until_the_words_are_typed_once(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    came = await by_passkey(town, town.ash.member.id)
    assert await talk.texts(came) == ["(private)"]
    async with town.house.workshop.work() as work:
        await unlock_own_key(work, came, root=town.house.root, phrase=town.ash.phrase.upper())
    assert await talk.texts(came) == [SECRET]


async def test_somebody_elses_words_open_nothing_of_mine(town: Town) -> None:
    came = await by_passkey(town, town.ash.member.id)
    for phrase in (town.birch.phrase, "not seven words at all"):
        with pytest.raises(NotFound):
            async with town.house.workshop.work() as work:
                await unlock_own_key(work, came, root=town.house.root, phrase=phrase)
        assert came.own is not None
        assert not came.own.is_open


@pytest.mark.full
async def test_the_second_device_reads_what_the_first_could(town: Town) -> None:
    talk, root = await talk_of_two(town), town.house.root
    await talk.say(town.ash)
    mine = await as_who_comes(town.house, town.ash.token)
    async with town.house.workshop.work() as work:
        words = await make_device_link(work, mine, root=root)
    async with town.house.workshop.work() as work:
        claimed = await claim_link(work, Guest(), root=root, typed=words)
    async with town.house.workshop.work() as work:
        await answer_link(work, mine, sign=claimed.sign)
    async with town.house.workshop.work() as work:
        token = await come_in_by_link(work, Guest(), key=claimed.key, shared=False)
    assert await talk.texts(await as_who_comes(town.house, token)) == [SECRET]


async def test_a_shut_session_hands_no_key_to_a_second_device(town: Town) -> None:
    root, shut = town.house.root, await by_passkey(town, town.ash.member.id)
    async with town.house.workshop.work() as work:
        await make_device_link(work, shut, root=root)
        row = await work.db.get(DeviceLinkRow, town.ash.member.id)
        assert row is not None
        assert row.own_key is None


async def test_a_pin_turns_the_token_and_leaves_the_key_open(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    mine = await as_who_comes(town.house, town.ash.token)
    async with town.house.workshop.work() as work:
        token = await set_pin(work, mine, root=town.house.root, pin="2468", again="2468")
    assert hash_of(token) != hash_of(town.ash.token)
    assert await talk.texts(await as_who_comes(town.house, token)) == [SECRET]


async def test_new_words_open_what_the_old_ones_did(town: Town) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    mine = await as_who_comes(town.house, town.ash.token)
    async with town.house.workshop.work() as work:
        phrase = await new_phrase(work, mine, root=town.house.root)
    assert await talk.texts(await by_phrase(town, phrase)) == [SECRET]


@pytest.mark.full
async def test_new_words_made_in_a_shut_session_begin_a_new_key(town: Town) -> None:
    """What was said before is lost, as the page says; what is said from now on opens."""
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    came = await by_passkey(town, town.ash.member.id)
    async with town.house.workshop.work() as work:
        phrase = await new_phrase(work, came, root=town.house.root)
    await talk.say(town.birch, "are you back?")
    again = await by_phrase(town, phrase)
    assert await talk.texts(again) == ["(private)", "are you back?"]
    assert await talk.texts(await as_who_comes(town.house, town.birch.token)) == [
        SECRET,
        "are you back?",
    ]
    old = await as_who_comes(town.house, town.ash.token)
    assert await talk.texts(old) == ["(private)", "(private)"]  # until the words are typed there


async def test_a_visit_has_a_key_of_its_own_and_keeps_it_with_its_place(town: Town) -> None:
    visit = await on_a_visit(town)
    assert visit.own is not None
    assert not visit.own.is_open
    async with town.house.workshop.work() as work:
        await ensure_own_key(work, visit)
    public = visit.own.public
    async with town.house.workshop.work() as work:
        phrase = await keep_place(work, visit, root=town.house.root)
    again = await by_phrase(town, phrase)
    assert again.own is not None
    assert again.own.is_open
    assert again.own.public == public


async def test_who_has_words_types_them_rather_than_begin_a_second_key(town: Town) -> None:
    shut = await by_passkey(town, town.ash.member.id)
    with pytest.raises(OwnKeyLocked):
        async with town.house.workshop.work() as work:
            await ensure_own_key(work, shut)


async def test_somebody_from_before_there_were_keys_gets_one_with_their_words(town: Town) -> None:
    async with town.house.workshop.work() as work:
        await work.db.delete(await work.db.get_one(OwnKeyRow, town.ash.member.id))
    came = await by_phrase(town, town.ash.phrase)
    assert came.own is not None
    assert came.own.is_open


async def test_without_words_only_the_session_opens_it(town: Town) -> None:
    mine = await as_who_comes(town.house, town.ash.token)
    async with town.house.workshop.work() as work:
        await stay_for_this_visit(work, mine)
    async with town.house.workshop.reading() as work:
        assert (await work.db.get_one(OwnKeyRow, mine.id)).by_phrase is None
    still = await as_who_comes(town.house, town.ash.token)
    assert still.own is not None
    assert still.own.is_open


def bearer(token: str) -> dict[str, str]:
    return Person(Guest(), token).bearer


@pytest.mark.full
@on_sqlite
async def test_the_page_asks_for_the_words_and_goes_on_to_where_one_wanted(
    client: httpx.AsyncClient, town: Town
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    async with town.house.workshop.work() as work:
        token = open_session(work, town.ash.member.id, SessionKind.KEPT)
    client.cookies.set("holdfast", token)
    asks = await visit(client, f"/rooms/{talk.slug}")
    assert "Your seven words" in asks.said
    assert SECRET not in asks.html
    wrong = await send(client, asks, "/me/own-key", phrase=town.birch.phrase)
    assert wrong.status == 422
    assert town.birch.phrase not in wrong.html
    right = await send(client, asks, "/me/own-key", phrase=town.ash.phrase)
    assert SECRET in right.said  # it went on to the room
    assert SECRET in (await visit(client, f"/rooms/{talk.slug}")).said


@on_sqlite
async def test_a_program_opens_its_key_with_the_words(
    client: httpx.AsyncClient, town: Town
) -> None:
    async with town.house.workshop.work() as work:
        token = open_session(work, town.ash.member.id, SessionKind.KEPT)
    headers = bearer(token)
    assert (await client.get("/api/v1/me/own-key", headers=headers)).json() == {"state": "shut"}
    body = {"recovery_phrase": town.birch.phrase}
    refused = await client.post("/api/v1/me/own-key", json=body, headers=headers)
    assert refused.json()["code"] == "phrase_not_known"
    body = {"recovery_phrase": town.ash.phrase}
    assert (await client.post("/api/v1/me/own-key", json=body, headers=headers)).status_code == 204
    assert (await client.get("/api/v1/me/own-key", headers=headers)).json() == {"state": "open"}
