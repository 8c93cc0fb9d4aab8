"""What a host does for the own circle; calling somebody; and staff who come, always visibly."""

from __future__ import annotations

from holdfast.audit.actions import record
from holdfast.circles.access import circle_inside, circle_to_host, circle_to_visit
from holdfast.circles.events import CircleChanged, HelpCalled
from holdfast.circles.queries.circles import host_of, may_host
from holdfast.circles.rules.course import course_of
from holdfast.circles.rules.refusals import CircleOver, NotHost
from holdfast.circles.rules.themes import themes_for
from holdfast.circles.tables import CircleRow
from holdfast.kit.errors import Conflict, Malformed
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.notices.actions import acknowledge, page_people
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Actor, Member, Staff, System
from holdfast.rooms.actions.sides import sit_with

HAS_A_HOST = N_("This circle has a host already.")
NO_THEME = N_("Please choose one of the themes in the list.")


async def choose_theme(work: Work, actor: Actor, *, slug: str, theme: str) -> None:
    """The host gives this week another theme of the circle's list.

    Raises `NotFound`, `NotHost`, `CircleOver`, `Malformed`.
    """
    inside = await circle_to_host(work, actor, slug)
    if theme not in themes_for(tuple(inside.circle.themes.split())):
        raise Malformed(NO_THEME)
    inside.circle.week_theme, inside.circle.themed_at = theme, work.clock.now()
    work.announce(CircleChanged(inside.room.id))


def theme_now(work: Work, circle: CircleRow) -> str:
    """What the host chose for this very week; what was chosen for another counts no more."""
    if circle.themed_at is None:
        return ""
    chosen_in = course_of(circle.begun_at, circle.weeks, circle.themed_at).week
    now = course_of(circle.begun_at, circle.weeks, work.clock.now()).week
    return circle.week_theme if chosen_in == now else ""


async def become_host(work: Work, actor: Actor, *, slug: str) -> None:
    """Care for a circle without a host: a member of it who has the right, or staff who came.

    Raises `NotFound`, `NotHost`, `CircleOver`, `Conflict` where there is one.
    """
    inside = await circle_inside(work, actor, slug)
    if inside.circle.ended_at is not None:
        raise CircleOver
    if isinstance(actor, Member) and not await may_host(work, actor.id, inside.room.language):
        raise NotHost
    await work.db.refresh(inside.circle, with_for_update=True)
    host = await host_of(work, inside.circle, inside.room.language)
    if host not in {None, inside.seat.id}:
        raise Conflict(HAS_A_HOST)
    inside.circle.host_id = inside.seat.id
    if isinstance(actor, Staff):
        await record(work, actor, what="circle:hosted", about=f"room:{inside.room.id}")
    work.announce(CircleChanged(inside.room.id))


async def call_somebody(work: Work, actor: Actor, *, slug: str) -> None:
    """Anyone of a circle calls for somebody of the staff, who then comes visibly. Twice is once.

    Raises `NotFound`, `CircleOver`.
    """
    inside = await circle_inside(work, actor, slug)
    if inside.circle.ended_at is not None:
        raise CircleOver
    about = about_call(inside.circle)
    await page_people(work, System(), about=about, urgency=Urgency.HIGH, until_taken=True)
    work.announce(HelpCalled(inside.room.id, slug))
    work.announce(CircleChanged(inside.room.id))


def about_call(circle: CircleRow) -> str:
    """What a call is about, as the pager has it."""
    return f"circle:{circle.room_id}"


async def visit_circle(work: Work, actor: Actor, *, slug: str) -> None:
    """Somebody of the staff comes to a circle, under their name, and reads from then on.

    It stands in the record; a call for somebody is answered by it. Raises `NotFound`,
    `NotOnShift`.
    """
    staff, circle, room = await circle_to_visit(work, actor, slug)
    await sit_with(work, staff, room_id=room.id, reads_after=room.head)
    await record(work, staff, what="circle:visited", about=f"room:{room.id}")
    await acknowledge(work, staff, about=about_call(circle))
    work.announce(CircleChanged(room.id))
