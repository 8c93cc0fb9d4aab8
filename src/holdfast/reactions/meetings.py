"""What follows from a meeting: its lines are said in the room, and who is there sees how it stands.

| what happened | what follows | where |
|---|---|---|
| a meeting has a line to say | it is said in the room, in its order | once |
| a meeting has another round or turn | who has the room open is told | everywhere |
| a meeting begins soon | who asked for it finds it on their list | once |
| a meeting was moved or cancelled | who sits there finds it on their list | once |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.kit.clock import stamp
from holdfast.kit.ids import MeetingId, RoomId
from holdfast.kit.work import Event, Workshop
from holdfast.meetings.events import MeetingMoved, MeetingReplanned, MeetingSaid, MeetingSoon
from holdfast.meetings.jobs import look_at_meetings
from holdfast.meetings.queries import members_here, members_to_remind
from holdfast.notices.actions import Told, tell_members
from holdfast.notices.rules.telling import Kind
from holdfast.reactions.errands import Spawn
from holdfast.rights.rules import System
from holdfast.rooms.queries import room_named

Say = Callable[[RoomId, str, dict[str, Any]], None]


class Meetings:
    """Hears what became of a meeting, and looks after those that go on."""

    def __init__(self, workshop: Workshop, presence: Any, say: Say, spawn: Spawn) -> None:
        self._workshop = workshop
        self._presence = presence
        self._say = say
        self._spawn = spawn
        workshop.hearers.append(self.hear)
        workshop.everywhere.append(self.show)

    def hear(self, event: Event) -> None:
        """What this process did: it is said, and those who wanted to know are told."""
        match event:
            case MeetingSaid():
                facts = {"note": event.line, "person": "", **event.facts}
                self._say(event.room_id, "note", facts)
            case MeetingSoon():
                self._spawn(self._remind(event))
            case MeetingReplanned():
                self._spawn(self._tell_of(event))

    def show(self, event: Event) -> None:
        """What any process did: whoever looks at the room here sees it."""
        if isinstance(event, MeetingMoved):
            facts: dict[str, Any] = {"round": event.round.value}
            if event.turn is not None:
                facts["turn"] = event.turn
            if event.until is not None:
                facts["until"] = stamp(event.until)
            self._presence.tell(event.room_id, "meeting", facts)

    async def look(self) -> None:
        """Whoever has the duties: meetings begin, go on and end by the clock."""
        await look_at_meetings(self._workshop, self._presence.seats)

    async def _remind(self, event: MeetingSoon) -> None:
        async with self._workshop.work() as work:
            slug = (await room_named(work, event.room_id)).slug
            told = [
                Told(one, Kind.MEETING, _about(event.meeting_id), slug)
                for one in await members_to_remind(work, event.room_id)
            ]
            await tell_members(work, System(), told=told)

    async def _tell_of(self, event: MeetingReplanned) -> None:
        async with self._workshop.work() as work:
            slug, at = (await room_named(work, event.room_id)).slug, work.clock.now()
            about = f"{_about(event.meeting_id)}:{round(at.timestamp())}"
            told = [
                Told(one, Kind.MEETING_MOVED, about, slug)
                for one in await members_here(work, event.room_id)
            ]
            await tell_members(work, System(), told=told)


def _about(meeting_id: MeetingId) -> str:
    return f"meeting:{meeting_id}"
