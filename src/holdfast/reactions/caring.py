"""What follows for those who care: what they read is counted, and a talk is booked after it.

| what happened | what follows |
|---|---|
| somebody took an escalation, or uncovered words | it counts as hard reading, as heavy as it was |
| somebody took a case, or decided one | the same, as heavy as crisis has it |
| something high or immediate was closed or passed on | a talk is booked for all who were there |
"""

from __future__ import annotations

from holdfast.audit.events import WordsUncovered
from holdfast.crisis.events import EscalationChanged
from holdfast.crisis.queries.escalations import summary_of
from holdfast.crisis.queries.hands import hands_in, weight_of_words
from holdfast.kit.ids import CaseId, EscalationId, SeatId
from holdfast.kit.work import Event, Workshop
from holdfast.moderation.events import CaseChanged
from holdfast.moderation.queries.cases import case_summary
from holdfast.reactions.errands import Spawn
from holdfast.rights.rules import System
from holdfast.wellbeing.actions.caring import book_debrief, note_exposure
from holdfast.wellbeing.rules.caring import HARD

OVER = {"closed", "passed_on"}


class HelperCare:
    """Hears what was hard, and sees that those who bore it are cared for."""

    def __init__(self, workshop: Workshop, spawn: Spawn) -> None:
        self._workshop = workshop
        self._spawn = spawn
        workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        """Look whether this was hard for somebody."""
        match event:
            case WordsUncovered():
                self._spawn(self._read(event))
            case EscalationChanged(what="taken"):
                self._spawn(self._took(event.id))
            case CaseChanged(what="claimed" | "decided"):
                self._spawn(self._case(event.id))
            case EscalationChanged() if event.what in OVER:
                self._spawn(self._is_over(event.id))

    async def _took(self, escalation_id: EscalationId) -> None:
        async with self._workshop.work() as work:
            found = await summary_of(work, escalation_id)
            if found is None or found.taken_by is None:
                return
            await note_exposure(
                work,
                System(),
                staff_id=found.taken_by,
                concern=found.concern,
                about=f"escalation:{escalation_id}",
            )

    async def _read(self, event: WordsUncovered) -> None:
        """One escalation weighs once, however many of its words one reads; words that say how
        something is done weigh for themselves, too.
        """
        async with self._workshop.work() as work:
            weight = await weight_of_words(
                work,
                room_id=event.room_id,
                seq=event.seq,
                seat_id=event.person or SeatId(0),
            )
            if not weight.is_hard:
                return
            words = f"words:{event.room_id}:{event.seq}:{event.person or 0}"
            about = f"escalation:{weight.escalation}" if weight.escalation else words
            await note_exposure(
                work,
                System(),
                staff_id=event.staff_id,
                concern=weight.concern,
                about=about,
                says_how=weight.says_how,
            )

    async def _case(self, case_id: CaseId) -> None:
        """Where the same person has an escalation, both are one hard thing."""
        async with self._workshop.work() as work:
            found = await case_summary(work, case_id)
            who = None if found is None else found.claimed_by or found.decided_by
            if found is None or who is None or not found.concern:
                return  # where nobody is in danger, only the words one reads are counted
            about = f"case:{case_id}"
            if found.escalation_id is not None:
                about = f"escalation:{found.escalation_id}"
            await note_exposure(work, System(), staff_id=who, concern=found.concern, about=about)
            if found.decided_by is not None and found.concern >= HARD:
                await book_debrief(work, System(), staff_id=found.decided_by, about=about)

    async def _is_over(self, escalation_id: EscalationId) -> None:
        async with self._workshop.work() as work:
            concern, people = await hands_in(work, escalation_id)
            for staff_id in people if concern >= HARD else []:
                about = f"escalation:{escalation_id}"
                await book_debrief(work, System(), staff_id=staff_id, about=about)
