"""The hub: who does not see somebody hears a mark in their place; everybody else shares bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.kit.hub import Hub
from kit.test_hub import ROOM, Ear, Said, draw, told


@dataclass
class Away:
    """Does not see one other owner: a mark stands in the place of what they say."""

    of: int

    def shown(self, entry: Said) -> Said:
        return Said(entry.seq + 900, -1) if entry.owner == self.of else entry

    def hides(self, owner: Any) -> bool:
        return bool(owner == self.of)


def test_who_does_not_see_somebody_hears_a_mark_in_every_window_and_the_rest_share_bytes() -> None:
    hub, ears = Hub(draw), [Ear(1), Ear(1, "html"), Ear(2), Ear(3), Ear(4)]
    for ear in ears:
        hub.join(ROOM, ear)
    hub.topics[ROOM].look(1, Away(of=2))
    told(hub, Said(1, 2), Said(2, 1), Said(3, 4))
    assert [ear.all for ear in ears] == [
        b"<data901><data*2><data3>",
        b"<html901><html*2><html3>",
        b"<data*1><data2><data3>",
        b"<data1><data2><data3>",
        b"<data1><data2><data*3>",
    ]
    told(hub, Said(4, 3))
    assert ears[2].heard[-1] is ears[4].heard[-1]


def test_whoever_goes_takes_along_what_they_did_not_see() -> None:
    hub, ears = Hub(draw), [Ear(1), Ear(2)]
    for ear in ears:
        hub.join(ROOM, ear)
    topic = hub.topics[ROOM]
    topic.look(1, Away(of=2))
    topic.look(3, Away(of=2))  # they left before it was looked up
    assert list(topic.sights) == [1]
    topic.look(1, None)
    assert not topic.sights
    topic.look(1, Away(of=2))
    hub.leave(ROOM, ears[0])
    assert not topic.sights


def test_what_has_no_place_in_the_order_is_not_heard_by_who_does_not_see_its_owner() -> None:
    hub, ears = Hub(draw), [Ear(1), Ear(2), Ear(3)]
    for ear in ears:
        hub.join(ROOM, ear)
    hub.topics[ROOM].look(1, Away(of=2))
    hub.send(ROOM, {"data": b"writing"}, but=2)
    assert [ear.all for ear in ears] == [b"", b"", b"writing"]
    hub.send(ROOM, {"data": b"many"})
    assert [ear.heard[-1] for ear in ears] == [b"many"] * 3
