"""What the doctor asks about people: who can come, who is planned, what numbers they would give."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from sqlalchemy import func, select, text

from holdfast.app.doctor.findings import Finding, Level, Look, fine, unseen
from holdfast.audit.jobs import WITNESS_FILE
from holdfast.kit.work import Work
from holdfast.resources.pages.wording import country_name
from holdfast.resources.queries import checks_file, checks_in, helpline_doubts
from holdfast.resources.rules.showing import Doubt
from holdfast.rights.rules import Role
from holdfast.staff.queries.people import NEEDED, duties_nobody_can_come_for, everybody_here
from holdfast.staff.queries.shifts import planned_since
from holdfast.staff.queries.ways import ways_of
from holdfast.staff.tables import StaffSessionKind, StaffSessionRow

AHEAD = timedelta(days=7)


async def settings_are_for_people(look: Look) -> list[Finding]:
    """Nothing is turned off that only tests may turn off."""
    found = [
        Finding(
            "settings",
            Level.UNSAFE,
            f"{name}=off is for tests only.",
            "People who come here are not protected as the pages tell them.",
            f"Take {name} out of the settings and start again.",
        )
        for name in look.settings.weakened
    ]
    return found or fine("settings", "Nothing that protects people is turned off.")


async def somebody_can_come(look: Look) -> list[Finding]:
    """Each duty without which nobody is helped has somebody who could sign in for it."""
    missing = NEEDED if look.work is None else await duties_nobody_can_come_for(look.work)
    if look.work is None and look.workshop is not None:
        return unseen("duties", "Who can sign in here could not be seen.")
    found = [
        Finding(
            "duties",
            Level.UNSAFE,
            f"Nobody here can sign in as {with_article(role)}: do not open this place to the "
            "public.",
            "Somebody who writes that they are in danger would be answered by nobody.",
            "`holdfast steward code` for the first; a steward invites the others.",
        )
        for role in missing
    ]
    return found or fine("duties", "Every duty has somebody who can sign in for it.")


def with_article(role: Role) -> str:
    return f"a {role.replace('-', ' ')}"


async def somebody_is_on_the_rota(look: Look) -> list[Finding]:
    """Somebody is planned within the next days."""
    if look.work is None:
        return unseen("rota", "There is no rota yet, or it could not be seen.")
    ahead = [
        one for one in await planned_since(look.work, look.now) if one.starts_at < look.now + AHEAD
    ]
    if ahead:
        return fine("rota", f"{len(ahead)} shifts are planned or under way in the next week.")
    return [
        Finding(
            "rota",
            Level.CARE,
            "Nobody is on the rota for the next seven days.",
            "Rooms are quiet while nobody is on shift: people can read there, and not be heard.",
            "Plan shifts at /desk/shifts.",
        )
    ]


async def staff_show_two_things(look: Look) -> list[Finding]:
    """Whoever reads members' words has shown two things: a device and what opens it, or a code."""
    if look.work is None:
        return unseen("staff", "How staff sign in could not be seen.")
    found = [one async for one in _single_ways(look.work)]
    if tokens := await _tokens(look):
        found.append(
            Finding(
                "staff",
                Level.CARE,
                f"{tokens} staff tokens are good for signing in with nothing else.",
                "Whoever finds one has that role until it ends, within 12 hours.",
                "Use them for programs alone; `holdfast steward code` begins a sign-in for people.",
            )
        )
    return found or fine("staff", "Everybody on the staff shows two things to sign in.")


async def _single_ways(work: Work) -> AsyncIterator[Finding]:
    for row in await everybody_here(work):
        ways = await ways_of(work, row.id)
        if ways.sso and not ways.passkeys and not ways.password:
            yield Finding(
                "staff",
                Level.CARE,
                f"{row.name} signs in only through the organisation.",
                "Whether that asks for a second factor can’t be seen from here.",
                "Make sure that it does, or let them add a passkey at /desk/keys.",
            )
        elif ways.count == 1 and ways.password and not ways.codes:
            yield Finding(
                "staff",
                Level.CARE,
                f"{row.name} has a password and no recovery codes left.",
                "When their code app is lost, nobody can come for them.",
                "Let them make new codes, or add a passkey.",
            )


async def _tokens(look: Look) -> int:
    if look.work is None:
        return 0
    living = StaffSessionRow.ends_at > look.now, StaffSessionRow.kind == StaffSessionKind.TOKEN
    counted = select(func.count()).select_from(StaffSessionRow).where(*living)
    return await look.work.db.scalar(counted) or 0


async def record_has_its_witness(look: Look) -> list[Finding]:
    """The end of the record could be cut off unseen without the file that remembers it."""
    if look.work is None:
        return unseen("record", "The record could not be looked at.")
    rows = await look.work.db.scalar(text("SELECT count(*) FROM audit"))
    if (look.settings.data / WITNESS_FILE).exists() or not rows:
        return fine("record", "The record of what staff did has its witness.")
    return [
        Finding(
            "record",
            Level.UNSAFE,
            f"The record’s witness is missing: there is no {WITNESS_FILE} in the data folder.",
            "Rows could be cut off at its end and nobody would see it.",
            "`holdfast audit verify --head` with a head you noted, then `holdfast audit witness`.",
        )
    ]


async def helplines_are_checked(look: Look) -> list[Finding]:
    """Every number on the help page was tried by somebody, and not too long ago."""
    checks = checks_in(checks_file(look.settings.data))
    doubts = helpline_doubts(look.now.date(), checks=checks)
    return [_doubted(doubt) for doubt in doubts] or fine(
        "helplines", "Every helpline was checked, and not too long ago."
    )


def _doubted(doubt: Doubt) -> Finding:
    shown = "Somebody at their worst moment would be given this number."
    return Finding(
        "helplines",
        Level.CARE,
        country_name("en", doubt.country) + str(doubt).removeprefix(doubt.country),
        shown if doubt.shown else "It is hidden until somebody checks it.",
        "Check it as docs/guides/helplines.md says, and note it at /desk/steward/helplines.",
    )
