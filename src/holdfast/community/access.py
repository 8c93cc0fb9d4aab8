"""Who may choose for the community."""

from __future__ import annotations

from holdfast.community.rules.wording import SLOTS, Slot
from holdfast.kit.errors import NotFound
from holdfast.kit.looks import LANGUAGES
from holdfast.rights.rules import Actor, Permission, Staff, may


def wording_staff(actor: Actor) -> Staff:
    """Who may put the community's own words in place. Raises `NotFound`."""
    return _staff_who_may(actor, Permission.WORDING_EDIT)


def settling_staff(actor: Actor) -> Staff:
    """Who may change settings. Raises `NotFound`."""
    return _staff_who_may(actor, Permission.SETTINGS_SET)


def _staff_who_may(actor: Actor, permission: Permission) -> Staff:
    if not isinstance(actor, Staff) or not may(actor, permission):
        raise NotFound
    return actor


def slot_to_fill(actor: Actor, name: str, language: str) -> Slot:
    """A place for own words, in one of our languages. Raises `NotFound`."""
    wording_staff(actor)
    if name not in SLOTS or language not in LANGUAGES:
        raise NotFound
    return SLOTS[name]
