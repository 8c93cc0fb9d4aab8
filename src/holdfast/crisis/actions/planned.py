"""What somebody wrote into their own safety plan, when it says that a person should come."""

from __future__ import annotations

from holdfast.crisis.actions.raising import raise_concern, side_space_for
from holdfast.crisis.actions.steps import note_step
from holdfast.crisis.tables import SignalRow
from holdfast.kit.ids import MessageId, SeatId
from holdfast.kit.turns import Turn, take_turn
from holdfast.kit.work import Work
from holdfast.rights.rules import System
from holdfast.wellbeing.actions import forget_signal
from holdfast.wellbeing.queries import signals_in_plans

IN_THE_PLAN = "wrote_in_plan"
NO_SEAT, NO_MESSAGE = SeatId(0), MessageId(b"")  # the words lie in the plan, which nobody opens


async def join_plan_signals(work: Work, actor: System) -> int:
    """Bring what was noticed in plans into its members' escalations. Says how many there were.

    The card says that it was written in the plan. The words stay where they are: nobody but the
    member reads them, and whoever comes asks.
    """
    await take_turn(work, Turn.PLANS)
    found = await signals_in_plans(work)
    for noticed in found:
        side_space = await side_space_for(work, actor, noticed.member_id)
        signal = SignalRow(
            member_id=noticed.member_id,
            seat_id=NO_SEAT,
            room_id=side_space,
            message_id=NO_MESSAGE,
            concern=noticed.concern,
            tracks=noticed.tracks,
            noticed="[]",
            held=False,
            at=noticed.at,
        )  # never added to the database: it has no message
        row = await raise_concern(work, actor, signal)
        await note_step(work, None, row, IN_THE_PLAN)
        await forget_signal(work, actor, signal=noticed)
    return len(found)
