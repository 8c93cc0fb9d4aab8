"""On the live line: whatever a frame is, a goodbye in it is read, and she is told who comes."""

from __future__ import annotations

import json

import pytest

from contract.frames import TEXT, frame
from crisis.voice import GOODBYE
from holdfast.crisis.queries import open_escalations
from holdfast.screening.concern import Concern
from live.wire import wire
from serving import Served
from town import EVENING, NIGHT, Town, on_sqlite

TOO_LONG = GOODBYE + " and so on" * 400


async def is_immediate(town: Town) -> bool:
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        found = await open_escalations(work)
    return [one.concern for one in found] == [Concern.IMMEDIATE]


@pytest.mark.full
@on_sqlite
async def test_who_comes_is_said_in_the_room_where_the_words_were_refused(
    town: Town, served: Served
) -> None:
    hers, birchs = await served.line(town.ash), await served.line(town.birch)
    await hers.enter()
    await birchs.enter()
    await hers.say("post", room=NIGHT, nonce="nonce-00000001", text=TOO_LONG)
    told = [await hers.hear_next("refused", "care") for _ in range(2)]  # either may come first
    refused, care = sorted(told, key=lambda event: event["event"] != "refused")
    assert (refused["event"], refused["code"], refused["help"]) == ("refused", "too_long", True)
    assert care["event"] == "care"
    assert (care["room"], care["level"]) == (NIGHT, "immediate")
    assert care["side_space"].startswith("side-")


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize(
    "said",
    [
        {"do": "post", "room": NIGHT, "nonce": "nonce-00000001", "words": GOODBYE},
        {"do": "post", "room": NIGHT, "nonce": "nonce-00000001", "text": [GOODBYE]},
        {"do": "shout", "room": NIGHT, "text": GOODBYE},
        {"do": "post", "room": EVENING, "nonce": "nonce-00000001", "text": GOODBYE},
        {"do": "post", "room": NIGHT, "nonce": "n", "text": GOODBYE},
        {
            "do": "post",
            "room": NIGHT,
            "nonce": "nonce-00000001",
            "text": "x" * 4001,
            "note": GOODBYE,
        },
        {"do": "edit", "room": NIGHT, "nonce": "nonce-00000001", "seq": 99, "text": GOODBYE},
        {
            "do": "edit",
            "room": NIGHT,
            "nonce": "nonce-00000001",
            "seq": 99,
            "text": "",
            "note": GOODBYE,
        },
        json.dumps({"do": "post", "room": NIGHT, "text": GOODBYE})[:-1],
        f'["{GOODBYE}"]',
    ],
)
async def test_a_goodbye_in_a_frame_that_is_refused_is_read(
    town: Town, served: Served, said: object
) -> None:
    line = await wire(served, town.ash)
    line.say(do="enter", room=NIGHT)
    text = said if isinstance(said, str) else json.dumps(said)
    line.send(frame(TEXT, text.encode()))
    while (event := await line.hear())["event"] != "refused":
        pass
    assert event["help"] is True
    assert await is_immediate(town)
