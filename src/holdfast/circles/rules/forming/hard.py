"""The hard rules over columns: what a group breaks, and who goes so that it breaks nothing."""

from __future__ import annotations

from functools import reduce
from operator import and_

from msgspec import Struct

from holdfast.circles.rules.forming.pool import Pool
from holdfast.circles.rules.forming.wishes import LARGEST, MOST_HIGH, SHARED_SLOTS, SMALLEST

EVERY_SLOT = (1 << 64) - 1


class HardRules(Struct, frozen=True):
    """What may not be, of people who already share an age class and a language."""

    hours: list[int]
    high: list[bool]
    waited: list[float]
    enemies: dict[int, set[int]]

    @classmethod
    def of(cls, pool: Pool) -> HardRules:
        return cls(pool.hours.tolist(), pool.high.tolist(), pool.waited.tolist(), pool.enemies)

    def shared(self, group: list[int]) -> int:
        """In how many weekly slots all of them can come."""
        return reduce(and_, (self.hours[person] for person in group), EVERY_SLOT).bit_count()

    def broken(self, group: list[int]) -> int:
        """How much is wrong with a group; 0 when it may be."""
        high = sum(self.high[person] for person in group)
        short = max(0, SHARED_SLOTS - self.shared(group))
        many = max(0, len(group) - LARGEST)
        return short + self._met(group) + max(0, high - MOST_HIGH) + many

    def _met(self, group: list[int]) -> int:
        if self.enemies.keys().isdisjoint(group):
            return 0
        return sum(len(self.enemies[one].intersection(group)) for one in group
                   if one in self.enemies) // 2  # fmt: skip

    def may_join(self, group: list[int], person: int) -> bool:
        """Whether this person may come to a group that is sound."""
        return len(group) < LARGEST and not self.broken([*group, person])

    def sound_part(self, group: list[int]) -> tuple[list[int], list[int]]:
        """Who may stay, and who goes on waiting. Who goes mends most; of equals the last to come.

        Nobody stays where fewer than four would.
        """
        stay, go = list(group), []
        while len(stay) >= SMALLEST and self.broken(stay):
            leaver = min(stay, key=lambda person: self._without(stay, person))
            stay.remove(leaver)
            go.append(leaver)
        return (stay, go) if len(stay) >= SMALLEST else ([], list(group))

    def _without(self, group: list[int], leaver: int) -> tuple[int, int, float]:
        rest = [person for person in group if person != leaver]
        return self.broken(rest), -self.shared(rest), self.waited[leaver]
