"""The only door to a page, or to a way of calling somebody, for an id from outside."""

from __future__ import annotations

from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.ids import ContactId, PageId
from holdfast.kit.work import Work
from holdfast.notices.tables import ContactRow, PageRow
from holdfast.rights.rules import Actor, Permission, Staff, may


def pager_of(actor: Actor) -> Staff:
    """The staff person whose pager this is. Raises `NotPermitted` for who has none."""
    return _allowed(actor, Permission.PAGER_SET)


def may_set_the_chain(actor: Actor) -> Staff:
    """The staff person who orders the chain: whoever plans shifts. Raises `NotPermitted`."""
    return _allowed(actor, Permission.SHIFT_PLAN)


def may_set_member_push(actor: Actor) -> Staff:
    """The steward who says whether members may be told on devices. Raises `NotPermitted`."""
    return _allowed(actor, Permission.SETTINGS_SET)


def _allowed(actor: Actor, permission: Permission) -> Staff:
    if not isinstance(actor, Staff) or not may(actor, permission):
        raise NotPermitted
    return actor


async def my_contact(work: Work, actor: Actor, contact_id: ContactId) -> ContactRow:
    """A way to call me. Raises `NotPermitted`; `NotFound`: absent and someone else's alike."""
    row = await work.db.get(ContactRow, contact_id)
    if row is None or row.staff_id != pager_of(actor).id:
        raise NotFound
    return row


async def page_to_answer(work: Work, actor: Actor, page_id: PageId) -> PageRow:
    """A page that may be answered. Raises `NotPermitted`; `NotFound` where there is none."""
    _allowed(actor, Permission.PAGER_ACKNOWLEDGE)
    row = await work.db.get(PageRow, page_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row
