"""What each of those who listen does not see: looked up when they come, and when it changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from holdfast.kit.errors import HoldfastError
from holdfast.kit.glances import Glances
from holdfast.kit.hub import Hub
from holdfast.kit.ids import MemberId
from holdfast.kit.topics import Topic
from holdfast.messages.queries.unseen import unseen_while_here
from holdfast.rights.rules import Member
from holdfast.rooms.access import Seat


class Sights:
    """Keeps the hub's topics true to whom members mute and block, and what they hid."""

    def __init__(self, hub: Hub, glances: Glances) -> None:
        self._hub = hub
        self._glances = glances
        self._changes = 0

    async def look(self, topic: Topic, seat: Seat) -> None:
        """Learn what the holder of this seat does not see here; for most that is nothing."""
        while True:
            before = self._changes
            unseen = await unseen_while_here(self._glances, seat.actor, seat.room_id)
            if before == self._changes:
                break
        topic.look(seat.id, unseen or None)

    async def look_again(self, members: Sequence[MemberId], seats: Iterable[Seat]) -> None:
        """What these members see is different now: on every line and page they have open."""
        self._changes += 1
        for seat in seats:
            if isinstance(seat.actor, Member) and seat.actor.id in members:
                topic = self._hub.topics.get(seat.room_id)
                if topic is not None and seat.id in topic.owners:
                    await self._look_or_hang_up(topic, seat)

    async def _look_or_hang_up(self, topic: Topic, seat: Seat) -> None:
        """Where it cannot be looked up, nothing more is told: they come back and ask again."""
        try:
            await self.look(topic, seat)
        except HoldfastError:
            for listener in list(topic.owners.get(seat.id, ())):
                listener.come_back()
