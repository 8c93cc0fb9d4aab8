"""What a process reads of a gap: nothing that was taken back there stays at hand."""

from __future__ import annotations

from holdfast.kit.house import House
from holdfast.kit.topics import Frame, Topic
from holdfast.messages.actions import edit_message, remove_message
from holdfast.messages.queries.entries import entries_since
from town import Town, mostly_on_sqlite


def words_at_hand(topic: Topic) -> list[str]:
    return [frame.entry.text for frame in topic.ring if hasattr(frame.entry, "text")]


@mostly_on_sqlite
async def test_words_taken_back_in_a_gap_are_replayed_to_nobody(town: Town, house: House) -> None:
    await town.say(town.ash, "one")
    await town.say(town.ash, "two")
    seat, topic = await town.seat(town.ash), Topic()
    async with house.workshop.reading() as work:
        heard = await entries_since(work, town.reader(town.birch), seat.room_id, 0, 100)
    topic.hear([Frame(entry) for entry in heard])
    assert words_at_hand(topic) == ["one", "two"]

    await edit_message(house.ledger, seat, seq=1, nonce="edited-001", text="other", note=None)
    await remove_message(house.ledger, seat, seq=2, nonce="removed-01")
    async with house.workshop.reading() as work:
        missed = await entries_since(work, town.reader(town.birch), seat.room_id, 2, 100)
    topic.hear([Frame(entry) for entry in missed])
    assert words_at_hand(topic) == ["other", "", "other"]
