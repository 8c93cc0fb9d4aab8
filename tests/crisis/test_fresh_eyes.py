"""Whatever is refused, and however it was sent: a goodbye is kept whole and somebody is called."""

from __future__ import annotations

import json

import httpx
import pytest
from sqlalchemy import select

from crisis.voice import GOODBYE, HIGH, speak
from holdfast.crisis.events import CareEnded
from holdfast.crisis.queries import open_escalations
from holdfast.kit.errors import HoldfastError
from holdfast.messages.queries import messages_before
from holdfast.messages.rules.pieces import pieces_of
from holdfast.rooms.actions import leave_seat
from holdfast.rooms.rules import RoomState
from holdfast.rooms.tables import RoomKind, RoomRow
from holdfast.screening.concern import Concern
from holdfast.screening.reading import Read
from town import NIGHT, ORIGIN, Town, on_sqlite

CUT = "my words"


async def kept(town: Town) -> list[str]:
    """What lies in Ash's side space."""
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        side = await work.db.scalar(select(RoomRow).where(RoomRow.kind == RoomKind.SIDE))
        if side is None:
            return []
        said = await messages_before(work, town.reader(town.ash), side.id, None, 50)
    return [message.text for message in said]


async def concerns(town: Town) -> list[Concern]:
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        return [one.concern for one in await open_escalations(work)]


async def quiet(town: Town) -> None:
    seat = await town.seat(town.ash)
    town.house.ledger.states[seat.room_id] = (RoomState.QUIET, None)


async def send(client: httpx.AsyncClient, town: Town, nonce: str, **body: object) -> httpx.Response:
    address = f"/api/v1/rooms/{NIGHT}/messages/{nonce}"
    return await client.put(address, json=body, headers=town.ash.bearer)


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("nonce", ["nonce with spaces", "short", "nönce-0000-0001", "x" * 150])
async def test_a_goodbye_under_a_nonce_that_is_none_is_kept(
    town: Town, client: httpx.AsyncClient, nonce: str
) -> None:
    refused = await send(client, town, nonce, text=GOODBYE)
    assert refused.status_code >= 400
    assert await concerns(town) == [Concern.IMMEDIATE]
    assert await kept(town) == [GOODBYE]
    await send(client, town, nonce, text=GOODBYE)
    assert await kept(town) == [GOODBYE]
    await send(client, town, nonce, text=f"{GOODBYE} Nobody came.")
    assert await kept(town) == [GOODBYE, f"{GOODBYE} Nobody came."]


@pytest.mark.full
@on_sqlite
async def test_other_words_under_a_nonce_of_before_are_kept_as_well(town: Town) -> None:
    await quiet(town)
    for words in (HIGH, f"{HIGH} It gets worse."):
        with pytest.raises(HoldfastError):
            await speak(town, town.ash, words)
    assert await kept(town) == [HIGH, f"{HIGH} It gets worse."]


@pytest.mark.full
@on_sqlite
async def test_a_goodbye_that_a_cut_goes_through_raises_it_too(town: Town) -> None:
    start = "and so on " * 397 + "so on  "
    words = f"{start}I am going to kill myself tonight. {'and so on ' * 50}"
    assert [piece[-4:] for piece in pieces_of(words)] == ["kill", " on "]
    with pytest.raises(HoldfastError):
        await speak(town, town.ash, words)
    assert await concerns(town) == [Concern.IMMEDIATE]


@pytest.mark.full
@on_sqlite
async def test_refused_words_over_which_the_rules_broke_call_somebody(town: Town) -> None:
    def broken(text: str, role: str, language: str) -> Read:
        raise ValueError(CUT)

    await quiet(town)
    town.house.ledger.detector._reader = broken
    with pytest.raises(HoldfastError):
        await speak(town, town.ash, "x" * 4_001)
    assert await kept(town) == ["x" * 4_000, "x"]
    assert await concerns(town) == [Concern.HIGH]


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("door", ["api", "page"])
async def test_a_goodbye_in_the_note_of_a_refused_message_is_read(
    town: Town, client: httpx.AsyncClient, door: str
) -> None:
    said = {"text": "and so on " * 500, "note": "I am going to kill myself tonight"}
    if door == "api":
        refused = await send(client, town, "note-0000001", **said)
        assert refused.json()["code"] == "too_long"
    else:
        client.cookies.set("holdfast", town.ash.token)
        await client.post(f"/rooms/{NIGHT}/messages", data=said, headers={"origin": ORIGIN})
    assert await concerns(town) == [Concern.IMMEDIATE]


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"words": GOODBYE}),
        json.dumps([GOODBYE]),
        json.dumps({"text": [GOODBYE]}),
        '{"text": "' + GOODBYE + '",}',
        '{"text": "\\ud800 ' + GOODBYE + '", "wants": 1}',
    ],
)
async def test_a_goodbye_from_a_program_that_spells_wrongly_is_read(
    town: Town, client: httpx.AsyncClient, content: str
) -> None:
    refused = await client.put(
        f"/api/v1/rooms/{NIGHT}/messages/goodbye-000001",
        content=content,
        headers={**town.ash.bearer, "content-type": "application/json"},
    )
    assert refused.status_code in {400, 422}
    assert await concerns(town) == [Concern.IMMEDIATE]
    assert GOODBYE in "".join(await kept(town))


@pytest.mark.full
@on_sqlite
async def test_a_changed_goodbye_for_a_room_where_i_do_not_sit_is_read(
    town: Town, client: httpx.AsyncClient
) -> None:
    client.cookies.set("holdfast", town.stranger.token)
    await client.post(
        f"/rooms/{NIGHT}/messages/1",
        data={"text": GOODBYE},
        headers={"origin": ORIGIN},
    )
    assert await concerns(town) == [Concern.IMMEDIATE]


@pytest.mark.full
@on_sqlite
async def test_a_goodbye_at_the_end_of_very_long_words_is_read(town: Town) -> None:
    words = "and so on " * 2_100 + GOODBYE
    with pytest.raises(HoldfastError):
        await speak(town, town.ash, words)
    assert await concerns(town) == [Concern.IMMEDIATE]
    assert GOODBYE in "".join(await kept(town))


@on_sqlite
async def test_a_goodbye_sent_again_after_the_end_holds_nobody(town: Town) -> None:
    await speak(town, town.ash, GOODBYE)
    await town.house.reactions.settled()
    town.house.reactions.by_heart.hear(CareEnded(town.ash.member.id))
    await speak(town, town.ash, GOODBYE)
    await town.house.reactions.settled()
    assert town.ash.member.id not in town.house.ledger.cared_for


@pytest.mark.full
@on_sqlite
async def test_who_left_their_side_space_is_kept_there_all_the_same(town: Town) -> None:
    await quiet(town)
    with pytest.raises(HoldfastError):
        await speak(town, town.ash, HIGH)
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        side = await work.db.scalar(select(RoomRow).where(RoomRow.kind == RoomKind.SIDE))
        assert side is not None
        await leave_seat(work, town.ash.actor, slug=side.slug)
    with pytest.raises(HoldfastError):
        await speak(town, town.ash, f"{HIGH} Still.", nonce="second-00001")
    assert await kept(town) == [HIGH, f"{HIGH} Still."]


@pytest.mark.full
@on_sqlite
async def test_what_a_page_gave_back_by_itself_is_read(
    town: Town, client: httpx.AsyncClient
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    words = {"text": f"{GOODBYE} Tell my sister: …", "nonce": "unsent-000001"}
    heard = await client.post(f"/rooms/{NIGHT}/heard", data=words, headers={"origin": ORIGIN})
    assert heard.status_code == 204
    assert await concerns(town) == [Concern.IMMEDIATE]
    assert await kept(town) == [words["text"]]
