"""Cases and what comes of them, for the doors that lead to one."""

from __future__ import annotations

from holdfast.kit.ids import CaseId
from holdfast.moderation.actions import open_case
from holdfast.moderation.actions.appeals import appeal_measure
from holdfast.moderation.actions.measures import Wish, take_measure
from holdfast.moderation.queries import case_summary
from holdfast.moderation.rules.measures import MeasureKind
from holdfast.rights.matrix import Role
from holdfast.rooms.queries import seats_ever
from holdfast.screening.reading import read
from rights.stage import Stage
from town import appoint


async def case_id(stage: Stage) -> int:
    """An undecided case about the member's seat."""
    lead = stage.staff[Role.LEAD].actor
    async with stage.town.house.workshop.work() as work:
        seat = (await seats_ever(work, stage.member.member.id))[0]  # kept out, too
        return (await open_case(work, lead, room_id=seat.room_id, seat_id=seat.id)).id


async def version(stage: Stage) -> int:
    """The version of that case."""
    number = CaseId(await case_id(stage))
    async with stage.town.house.workshop.reading() as work:
        found = await case_summary(work, number)
    assert found is not None
    return found.version


async def measure_id(stage: Stage) -> int:
    """Somebody else put a content note above something the member said."""
    said = await stage.town.say(stage.member, "I am here")
    return await _measure(stage, MeasureKind.CONTENT_NOTE, said.seq)


async def waiting_id(stage: Stage) -> int:
    """Somebody else asked that the member be removed."""
    return await _measure(stage, MeasureKind.REMOVE, None)


async def appeal_id(stage: Stage) -> int:
    """The member asked for a second look at what somebody else did."""
    number = await measure_id(stage)
    house = stage.town.house
    async with house.workshop.work() as work:
        row = await appeal_measure(
            work,
            stage.member.actor,
            house.ledger.keyring,
            measure_id=number,
            words=read("I meant it kindly"),
        )
        return row.id


async def _measure(stage: Stage, kind: MeasureKind, seq: int | None) -> int:
    number, made = await case_id(stage), await version(stage)
    wish = Wish(kind=kind, rule="kind", reason="They asked", seq=seq, words="Please know")
    async with stage.town.house.workshop.work() as work:
        robin = (await appoint(work, Role.SUPERVISOR)).actor
        keyring = stage.town.house.ledger.keyring
        row = await take_measure(work, robin, keyring, case_id=number, version=made, wish=wish)
        return row.id
