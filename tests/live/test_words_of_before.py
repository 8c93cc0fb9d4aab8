"""What was edited away or removed is in no replay, also not in one from memory."""

from __future__ import annotations

from holdfast.messages.actions import edit_message, remove_message
from serving import Served
from town import NIGHT, Town


async def test_a_replay_from_memory_holds_no_words_that_were_taken_back(
    town: Town, served: Served
) -> None:
    listening, coming = await served.line(town.ash), await served.line(town.birch)
    await listening.enter()
    said = await town.say(town.ash, "said first")
    await town.say(town.birch, "an answer", reply_to=said.seq)
    seat, ledger = await town.seat(town.ash), town.house.ledger
    assert said.seq == 1
    await edit_message(ledger, seat, seq=1, nonce="the-change", text="said second", note=None)
    await remove_message(ledger, seat, seq=1, nonce="taken-back")
    assert town.house.floor.hub.topics[seat.room_id].since(0) is not None
    await coming.say("enter", room=NIGHT, since=0, **{"as": "html", "locale": "en"})
    heard = await coming.hear_until("live")
    assert [one["event"] for one in heard[1:-1]] == ["posted", "posted", "edited", "removed"]
    assert "said first" not in str(heard)
    assert "said second" not in str(heard)
