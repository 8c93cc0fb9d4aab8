"""Reading back: pages of messages, their order, their neighbours, their fields."""

from __future__ import annotations

from typing import Any

from contract.client import Member, Place
from contract.databases import on_both_databases


def walk(member: Member, address: str | None) -> list[list[int]]:
    """The seqs of every page from this address on, following `next`."""
    pages = []
    while address:
        answer = member.call("GET", address)
        assert answer.status_code == 200, answer.text
        pages.append([item["seq"] for item in answer.json()["items"]])
        address = answer.json()["next"]
    return pages


def fill(member: Member, room: str, count: int) -> None:
    member.line().post_many(room, [f"line {i}" for i in range(1, count + 1)])


@on_both_databases
def test_the_newest_fifty_come_first_and_next_leads_to_the_beginning(
    place: Place, ash: Member, room: str
) -> None:
    fill(ash, room, 120)
    pages = walk(ash, f"/api/v1/rooms/{room}/messages")
    assert [page for page in pages if page] == [
        list(range(71, 121)),
        list(range(21, 71)),
        list(range(1, 21)),
    ]


@on_both_databases
def test_with_after_next_leads_to_the_newest(place: Place, ash: Member, room: str) -> None:
    fill(ash, room, 23)
    pages = walk(ash, f"/api/v1/rooms/{room}/messages?after=3&limit=8")
    assert [page for page in pages if page] == [
        list(range(4, 12)),
        list(range(12, 20)),
        list(range(20, 24)),
    ]


def test_after_and_before_are_exclusive(ash: Member, room: str) -> None:
    fill(ash, room, 10)
    assert [i["seq"] for i in ash.items(room, after=7)] == [8, 9, 10]
    assert [i["seq"] for i in ash.items(room, before=4)] == [1, 2, 3]
    assert [i["seq"] for i in ash.items(room, before=4, limit=2)] == [2, 3]
    assert [i["seq"] for i in ash.items(room, after=7, limit=2)] == [8, 9]
    assert ash.items(room, after=10) == ash.items(room, before=1) == []


def test_a_page_holds_at_most_two_hundred(ash: Member, room: str) -> None:
    fill(ash, room, 230)
    assert [i["seq"] for i in ash.items(room, limit=200)] == list(range(31, 231))
    more = ash.call("GET", f"/api/v1/rooms/{room}/messages", params={"limit": 201})
    assert len(more.json().get("items", [])) <= 200


def test_the_last_page_has_no_next(ash: Member, room: str) -> None:
    assert ash.page(room) | {"epoch": ""} == {"items": [], "next": None, "head": 0, "epoch": ""}
    fill(ash, room, 3)
    assert ash.page(room)["next"] is None
    assert ash.page(room, after=0)["next"] is None


@on_both_databases
def test_a_page_holds_messages_only_and_skips_the_seqs_of_changes(
    place: Place, ash: Member, room: str
) -> None:
    line = ash.line()
    line.post_many(room, ["one", "two"])
    line.ask("edit", room=room, seq=1, text="one, better")
    line.ask("remove", room=room, seq=2)
    line.post(room, "three")
    page = ash.page(room)
    assert [item["seq"] for item in page["items"]] == [1, 2, 5]
    assert page["head"] == 5


@on_both_databases
def test_an_item_has_the_fields_of_posted_as_a_replay_sends_it_and_counts(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    line = ash.line()
    line.post(room, "one", note="sleep", wants="ideas")
    line.post(room, "two", reply_to=1)
    line.ask("edit", room=room, seq=2, text="two, better")
    line.post(room, "three")
    line.ask("remove", room=room, seq=4)
    for reader in (ash, birch):
        replayed = reader.line().enter(room, since=0).replayed
        posted = [e for e in replayed if e["event"] == "posted"]
        for item, event in zip(reader.items(room), posted, strict=True):
            counts = item.pop("counts")
            assert not any(counts.values())
            assert present(item) == present(event)


def present(thing: dict[str, Any]) -> dict[str, Any]:
    """What is there, whatever way absence is written; the event's own name left out."""
    return {k: v for k, v in thing.items() if v is not None and k not in ("event", "room")}


def test_head_and_epoch_stand_on_every_page(ash: Member, room: str) -> None:
    fill(ash, room, 12)
    pages = [ash.page(room, **q) for q in ({}, {"limit": 3}, {"after": 2}, {"before": 5})]
    assert {page["head"] for page in pages} == {12}
    assert {page["epoch"] for page in pages} == {ash.line().enter(room).entered["epoch"]}


NONSENSE = (
    "limit=0",
    "limit=-1",
    "limit=many",
    "after=-1",
    "after=x",
    "before=1.5",
    "before=",
)


def test_a_page_that_cannot_be_meant_is_refused(ash: Member, room: str) -> None:
    for query in NONSENSE:
        answer = ash.call("GET", f"/api/v1/rooms/{room}/messages?{query}")
        assert 400 <= answer.status_code < 500, query
        assert answer.json()["code"] == "malformed", query


@on_both_databases
def test_a_seq_far_beyond_the_newest_breaks_nothing(place: Place, ash: Member, room: str) -> None:
    fill(ash, room, 2)
    for seq in (2**31, 2**53 - 1, 2**63 - 1, 2**63, 10**30):
        for name, expected in (("after", []), ("before", [1, 2])):
            answer = ash.call("GET", f"/api/v1/rooms/{room}/messages?{name}={seq}")
            assert answer.status_code in (200, 400, 422), (name, seq)
            if answer.status_code == 200:
                assert [item["seq"] for item in answer.json()["items"]] == expected
