"""What follows when members are heard: they climb up, and are newcomers no longer.

Counted in memory as words are told, and written down every few seconds. Each process counts what it
committed itself; who has been here long enough, all of them know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from holdfast.kit.ids import MemberId, SeatId
from holdfast.kit.work import Work
from holdfast.members.actions import count_towards_standing
from holdfast.members.events import MembersSettled
from holdfast.members.queries import settled_members
from holdfast.messages.events import Entry, MessagePosted, MessageRemoved
from holdfast.raids.queries import members_in
from holdfast.rights.rules import System
from holdfast.rooms.actions import open_history

Said = Mapping[SeatId, int]


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
        for entry in entries:
            if isinstance(entry, MessageRemoved) and entry.by == "moderator" and entry.owner:
                self._said[entry.owner] -= 1
        spoke = self.newcomers_among(entries)
        self._said.update(spoke)
        return spoke

    def newcomers_among(self, entries: Sequence[Entry]) -> list[SeatId]:
        """The seats of newcomers who said these."""
        return [
            entry.owner
            for entry in entries
            if isinstance(entry, MessagePosted)
            and not entry.author.badge
            and entry.owner not in self._seats
        ]

    async def begin(self, work: Work) -> None:
        self.settled = await settled_members(work)

    def take(self) -> Said:
        """What was counted since the last time; whoever cannot keep it gives it back."""
        taken, self._said = self._said, Counter()
        return taken

    def give_back(self, taken: Said) -> None:
        self._said.update(taken)

    async def write_down(self, work: Work, taken: Said) -> None:
        """Add what was counted to what is kept. Who has been here long enough now is told."""
        seats = await members_in(work, taken)
        counted: Counter[MemberId] = Counter()
        for seat, member in seats.items():
            if member not in self.settled:
                counted[member] += taken[seat]
        if counted:
            await count_towards_standing(work, System(), said=counted)
            if settled := await settled_members(work, among=counted):
                await open_history(work, System(), members=settled)
                work.announce(MembersSettled(tuple(sorted(settled))))
        self._seats |= {seat for seat, member in seats.items() if member in self.settled}
