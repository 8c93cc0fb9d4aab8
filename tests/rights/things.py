"""Real things for the doors that lead to one: made anew for every door, so that none is used up."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from crisis.voice import GOODBYE, speak
from holdfast.crisis.actions import (
    join_escalation,
    lower_escalation,
    prepare_packet,
    take_escalation,
    write_note,
)
from holdfast.crisis.actions.sealed_lines import agree_to_line, ask_for_line
from holdfast.crisis.queries import open_escalations, summary_of
from holdfast.crisis.rules.packets import Said
from holdfast.crisis.rules.steps import Why
from holdfast.kit.ids import EscalationId, StaffId
from holdfast.members.tables import ConsentRow
from holdfast.messages.queries import Reader
from holdfast.messages.queries.held import held_posts
from holdfast.notices.actions import add_number, page_people
from holdfast.notices.rules import Urgency
from holdfast.resources.actions import Finding, check_line
from holdfast.resources.rules.checks import How, Result
from holdfast.rights.matrix import Role
from holdfast.rights.rules import Staff, System
from holdfast.screening.concern import Concern
from holdfast.staff.actions.invitations import invite_staff
from holdfast.staff.actions.shifts import ShiftPlan, plan_shift
from holdfast.staff.queries.people import open_invitations
from holdfast.wellbeing.actions import add_line, leave_line
from holdfast.wellbeing.queries import plan_of
from rights.cared import debrief_id, relief_id
from rights.circling import apart, circle, hosted, my_circle, proposal, wished
from rights.measured import offered_id
from rights.meeting import meeting_id
from rights.moderated import appeal_id, case_id, measure_id, version, waiting_id
from rights.private import member_passkey, passkey
from rights.raided import batch_id, raid_id, undone_id
from rights.reported import report
from rights.stage import Stage
from rights.unseen import block_id, seat, theirs
from town import NIGHT, appoint


async def slug(stage: Stage) -> str:
    return NIGHT


async def nonce(stage: Stage) -> str:
    return f"n{secrets.token_hex(8)}"


async def seq(stage: Stage) -> int:
    """Something that the member said."""
    said = await stage.town.say(stage.member, "I am here")
    assert said.seq is not None
    return said.seq


async def held(stage: Stage) -> str:
    """The nonce of something the member said that waits for a person to read it."""
    said = await nonce(stage)
    words = "Write to me at ash@example.org"
    await speak(stage.town, stage.member, words, nonce=said, as_is=True)
    return said


async def session(stage: Stage) -> int:
    return stage.member.member.session


async def consent(stage: Stage) -> int:
    """The member's first yes."""
    mine = select(ConsentRow.id).where(ConsentRow.member_id == stage.member.member.id)
    async with stage.town.house.workshop.reading() as work:
        return (await work.db.scalars(mine)).all()[0]


async def line(stage: Stage) -> str:
    """A line of the member's safety plan."""
    house = stage.town.house
    async with house.workshop.work() as work:
        await add_line(
            work,
            stage.member.member,
            root=house.root,
            part="signs",
            text="I sleep badly",
            wait=0.0,
        )
    async with house.workshop.reading() as work:
        return (await plan_of(work, house.root, stage.member.member))[0].id.hex()


async def key(stage: Stage) -> str:
    """What leads to an invitation."""
    steward = stage.staff[Role.STEWARD].actor
    assert isinstance(steward, Staff)
    async with stage.town.house.workshop.work() as work:
        return await invite_staff(
            work,
            replace(steward, fresh_at=work.clock.now()),
            role=Role.MODERATOR,
            name=f"Kim {secrets.token_hex(2)}",
            languages=("en",),
        )


async def invitation(stage: Stage) -> int:
    """An invitation that still lives."""
    await key(stage)
    async with stage.town.house.workshop.reading() as work:
        return (await open_invitations(work))[0].id


async def person(stage: Stage) -> int:
    """Somebody else on the staff."""
    async with stage.town.house.workshop.work() as work:
        other = (await appoint(work, Role.MODERATOR)).actor
    assert isinstance(other, Staff)
    return other.id


async def shift_id(stage: Stage) -> int:
    """A shift that somebody else is to have tomorrow."""
    somebody = StaffId(await person(stage))
    async with stage.town.house.workshop.work() as work:
        starts_at = work.clock.now() + timedelta(days=1)
        plan = ShiftPlan(somebody, starts_at, starts_at + timedelta(hours=4), None, ())
        return (await plan_shift(work, stage.staff[Role.STEWARD].actor, plan=plan)).id


async def contact_id(stage: Stage) -> int:
    """A way to call the crisis moderator."""
    sam, house = stage.staff[Role.CRISIS_MODERATOR].actor, stage.town.house
    async with house.workshop.work() as work:
        return (await add_number(work, sam, root=house.root, number="+353 86 123 4567")).id


async def page_id(stage: Stage) -> int:
    """A page that nobody answered."""
    about = f"test:{secrets.token_hex(4)}"
    async with stage.town.house.workshop.work() as work:
        return await page_people(work, System(), about=about, urgency=Urgency.HIGH)


async def escalation_id(stage: Stage) -> int:
    """The member said goodbye, and nobody has come yet."""
    await speak(stage.town, stage.member, GOODBYE, nonce=await nonce(stage))
    await stage.town.house.reactions.settled()
    async with stage.town.house.workshop.reading() as work:
        return max(one.id for one in await open_escalations(work))


async def approval(stage: Stage) -> int:
    """What somebody of another role asked a second person for."""
    number, asks = await escalation_id(stage), stage.staff[Role.CRISIS_MODERATOR].actor
    async with stage.town.house.workshop.work() as work:
        await take_escalation(work, asks, escalation_id=number)
        asked = await lower_escalation(
            work, asks, escalation_id=number, to=Concern.WATCH, why=Why.TALKED
        )
    return asked.row


def fresh(stage: Stage, role: Role, now: datetime) -> Staff:
    """Somebody who showed a moment ago who they are."""
    actor = stage.staff[role].actor
    assert isinstance(actor, Staff)
    return replace(actor, fresh_at=now)


async def handle(stage: Stage) -> str:
    """A held post, as the desk names it."""
    nonce_of_it = await held(stage)
    reader = Reader(stage.town.house.ledger.keyring, stage.staff[Role.MODERATOR].actor)
    async with stage.town.house.workshop.reading() as work:
        waiting = await held_posts(work, reader)
    return next(one.id.hex() for one in waiting if one.nonce == nonce_of_it)


async def note_id(stage: Stage) -> int:
    """What somebody else wrote for the next shift."""
    async with stage.town.house.workshop.work() as work:
        writer = (await appoint(work, Role.MODERATOR)).actor
        return (await write_note(work, writer)).id


async def opening_id(stage: Stage) -> int:
    """Two people agreed to open the member's sealed line: the crisis moderator and the lead."""
    number, root = await escalation_id(stage), stage.town.house.root
    async with stage.town.house.workshop.work() as work:
        now = work.clock.now()
        sam, fern = fresh(stage, Role.CRISIS_MODERATOR, now), fresh(stage, Role.LEAD, now)
        await leave_line(work, stage.member.member, root=root, text="The blue door")
        await take_escalation(work, sam, escalation_id=number)
        found = await ask_for_line(
            work, sam, root, escalation_id=number, reason="They do not answer any more"
        )
        await agree_to_line(work, fern, root, escalation_id=number, opening=found)
    return found


async def side(stage: Stage) -> str:
    """The member's side space: somebody came, and wrote what would be handed over."""
    number, sam = await escalation_id(stage), stage.staff[Role.CRISIS_MODERATOR].actor
    said = Said("Too much", "To talk")
    keyring = stage.town.house.ledger.keyring
    async with stage.town.house.workshop.work() as work:
        await take_escalation(work, sam, escalation_id=number)
        await join_escalation(work, sam, escalation_id=number)
    async with stage.town.house.workshop.work() as work:
        await prepare_packet(work, sam, keyring, escalation_id=number, said=said, unseen="")
        one = await summary_of(work, EscalationId(number))
    assert one is not None
    assert one.side_space is not None
    return one.side_space


async def check(stage: Stage) -> int:
    """What a steward found out about a helpline."""
    async with stage.town.house.workshop.work() as work:
        finding = Finding(How.PAGE, Result.RIGHT)
        steward = stage.staff[Role.STEWARD].actor
        return (await check_line(work, steward, line="gb-shout", finding=finding)).id


MAKERS: dict[str, Callable[[Stage], Awaitable[str | int]]] = {
    maker.__name__: maker
    for maker in (
        slug,
        nonce,
        seq,
        held,
        session,
        consent,
        line,
        key,
        invitation,
        person,
        shift_id,
        contact_id,
        page_id,
        handle,
        note_id,
        escalation_id,
        approval,
        opening_id,
        side,
        passkey,
        member_passkey,
        check,
        case_id,
        version,
        measure_id,
        waiting_id,
        offered_id,
        meeting_id,
        appeal_id,
        report,
        seat,
        theirs,
        block_id,
        relief_id,
        debrief_id,
        batch_id,
        raid_id,
        undone_id,
        apart,
        circle,
        hosted,
        my_circle,
        proposal,
        wished,
    )
}


async def make(stage: Stage, wanted: Iterable[str]) -> dict[str, str | int]:
    """Each thing that is wanted, by the name of its parameter."""
    return {name: await MAKERS[name](stage) for name in wanted}
