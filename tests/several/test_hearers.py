"""Who hears what happened once, and who everywhere: so that nobody is on the wrong list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from holdfast.app.watching import Watch
from holdfast.kit.house import House
from town import on_sqlite

ONCE = [
    *("CaseWork", "Circles", "Concerns", "Freezing", "GuidedRooms", "HelperCare", "ListeningWork"),
    *("Measures", "Meetings", "MemberNotices"),
]
EVERYWHERE = [
    *("ByHeart", "CaseWork", "Floor", "Keyring", "ListeningWork", "Meetings"),
    *("RaidWatch", "Screens", "Watch", "Witness"),
]


def named(hearers: Iterable[Any]) -> list[str]:
    """Whose methods they are, or what they are called."""
    owners = (getattr(hear, "__self__", None) for hear in hearers)
    return sorted({type(owner).__name__ for owner in owners if owner is not None})


@on_sqlite
async def test_what_writes_hears_once_and_what_remembers_or_tells_hears_everywhere(
    house: House,
) -> None:
    Watch(house)
    assert named(house.workshop.hearers) == sorted([*ONCE, "RaidWatch"])
    assert named(house.workshop.everywhere) == EVERYWHERE
