"""What each role is called, and what it is for, in words for the person who is asked to take it."""

from __future__ import annotations

from msgspec import Struct

from holdfast.kit.words import N_
from holdfast.rights.rules import Role


class Duty(Struct, frozen=True):
    """A role in words: its name, what one does in it, and what one never can."""

    name: str
    does: tuple[str, ...]
    never: str


DUTIES: dict[Role, Duty] = {
    Role.MODERATOR: Duty(
        N_("Moderator"),
        (
            N_("You look at the desk while you are on shift: what waits, and what was noticed."),
            N_("You decide about posts that wait to be read."),
            N_("You see when somebody may be in danger, and call the person who can come."),
        ),
        N_("You can’t see who a member is. We never ask them."),
    ),
    Role.CRISIS_MODERATOR: Duty(
        N_("Crisis moderator"),
        (
            N_("You come to people who may be in danger, and stay until they are in good hands."),
            N_("You write with them in a space of their own."),
            N_("You do everything that a moderator does."),
        ),
        N_("You never close or lower a concern alone. A second person looks, too."),
    ),
    Role.SUPERVISOR: Duty(
        N_("Supervisor"),
        (
            N_("You do everything that a crisis moderator does."),
            N_("You join where somebody raises a hand."),
            N_("You plan who is on shift."),
        ),
        N_("You can’t change anybody’s role."),
    ),
    Role.LEAD: Duty(
        N_("Safeguarding lead"),
        (
            N_("You do everything that a supervisor does."),
            N_("You decide where a child may be in danger, or somebody is used by others."),
            N_("You read the record of what staff did."),
        ),
        N_("You can’t change the record. If anybody did, that would show."),
    ),
    Role.STEWARD: Duty(
        N_("Steward"),
        (
            N_("You make rooms, close them, and say for how long words are kept."),
            N_("You check the helplines."),
            N_("You invite people to the staff, change their roles and remove them."),
            N_("You plan who is on shift."),
        ),
        N_("You don’t read what members say."),
    ),
    Role.PARTNER: Duty(
        N_("Partner"),
        (N_("You look after what your organisation offers here."),),
        N_("You don’t read what members say."),
    ),
    Role.AUDITOR: Duty(
        N_("Auditor"),
        (N_("You read the record of what staff did, and check that nobody changed it."),),
        N_("You don’t read what members say, and you change nothing."),
    ),
}
