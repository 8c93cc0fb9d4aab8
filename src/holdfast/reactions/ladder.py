"""What follows when members are heard: they climb up, and are newcomers no longer.

Counted in memory as words are told, and written down every few seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from holdfast.kit.ids import MemberId, SeatId
from holdfast.kit.work import Work
from holdfast.members.actions import count_towards_standing
from holdfast.members.queries import settled_members
from holdfast.messages.events import Entry, MessagePosted, MessageRemoved
from holdfast.raids.queries import members_in
from holdfast.rights.rules import System


class Ladder:
    """Who has been here long enough, and what was said since it was last written down."""

    def __init__(self) -> None:
        self.settled: set[MemberId] = set()
        self._said: Counter[SeatId] = Counter()
        self._seats: set[SeatId] = set()  # of members who are settled

    def is_newcomer(self, member_id: MemberId) -> bool:
        return member_id not in self.settled

    def told(self, entries: Sequence[Entry]) -> list[SeatId]:
        """Count what was said, unless it is taken away again; and say which newcomers spoke."""
        spoke: list[SeatId] = []
        for entry in entries:
            if isinstance(entry, MessagePosted):
                if not entry.author.badge and entry.owner not in self._seats:
                    self._said[entry.owner] += 1
                    spoke.append(entry.owner)
            elif isinstance(entry, MessageRemoved) and entry.by == "moderator" and entry.owner:
                self._said[entry.owner] -= 1
        return spoke

    @property
    def has_counted(self) -> bool:
        return bool(self._said)

    async def begin(self, work: Work) -> None:
        self.settled = await settled_members(work)

    async def write_down(self, work: Work) -> None:
        """Add what was counted to what is kept."""
        said, self._said = self._said, Counter()
        seats = await members_in(work, said)
        counted: Counter[MemberId] = Counter()
        for seat, member in seats.items():
            if member not in self.settled:
                counted[member] += said[seat]
        if counted:
            await count_towards_standing(work, System(), said=counted)
            self.settled |= await settled_members(work, among=counted)
        self._seats |= {seat for seat, member in seats.items() if member in self.settled}
