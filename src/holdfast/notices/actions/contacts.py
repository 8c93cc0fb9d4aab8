"""How I can be called, and in which order people are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select

from holdfast.kit.apart import leave, make_key
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import Conflict, Malformed
from holdfast.kit.ids import ContactId, StaffId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.notices.access import may_set_the_chain, my_contact, pager_of
from holdfast.notices.events import CallListChanged
from holdfast.notices.rules import Way
from holdfast.notices.rules.addresses import PLACE, Subscription, is_number
from holdfast.notices.tables import ChainRow, ContactRow
from holdfast.rights.rules import Actor

MOST_WAYS = 6


async def add_device(
    work: Work, actor: Actor, *, root: RootKey, subscription: Subscription, label: str
) -> ContactRow:
    """Let a browser of mine be called by web push. The same browser is one way, however often.

    Raises `NotPermitted`, and `Conflict` (`too_many_ways`) for more than six.
    """
    return await _add(work, actor, root, Way.PUSH, subscription.fields(), label=label)


async def add_number(work: Work, actor: Actor, *, root: RootKey, number: str) -> ContactRow:
    """Let the gateway of the house call me by a number. Raises `Malformed` for what is none."""
    if not is_number(number):
        raise Malformed(N_("Write the number with its country, such as +353 1 234 5678."))
    plain = "".join(character for character in number if character in "+0123456789")
    return await _add(work, actor, root, Way.TEXT, {"to": plain}, label=f"…{plain[-3:]}")


async def _add(
    work: Work, actor: Actor, root: RootKey, way: Way, fields: Mapping[str, str], *, label: str
) -> ContactRow:
    me, plain = pager_of(actor), json.dumps(fields, sort_keys=True)
    lookup = root.lookup(fields.get("endpoint") or f"{me.id}:{plain}")
    mine = (await work.db.scalars(select(ContactRow).where(ContactRow.staff_id == me.id))).all()
    if len([row for row in mine if row.lookup != lookup]) >= MOST_WAYS:
        words = N_("You have six ways already. Take one away first.")
        raise Conflict(words, code="too_many_ways")
    before = delete(ContactRow).where(ContactRow.lookup == lookup).returning(ContactRow.key_id)
    await leave(work, (await work.db.scalars(before)).all())
    key = await make_key(root, work.clock.now())
    row = ContactRow(
        staff_id=me.id,
        way=way,
        label=label,
        lookup=lookup,
        key_id=key.id,
        sealed=key.seal(plain.encode(), PLACE),
        made_at=work.clock.now(),
    )
    work.db.add(row)
    await work.db.flush()
    work.announce(CallListChanged())
    return row


async def forget_contact(work: Work, actor: Actor, *, contact_id: ContactId) -> None:
    """Take away one of my ways. Raises `NotFound` for one that is not mine."""
    row = await my_contact(work, actor, contact_id)
    await work.db.delete(row)
    await leave(work, [row.key_id])
    work.announce(CallListChanged())


async def order_chain(work: Work, actor: Actor, *, people: Sequence[StaffId]) -> None:
    """Set who is called, and in which order. Raises `NotPermitted`."""
    may_set_the_chain(actor)
    await work.db.execute(delete(ChainRow))
    for place, staff_id in enumerate(dict.fromkeys(people)):
        work.db.add(ChainRow(staff_id=staff_id, place=place))
    await work.db.flush()
    work.announce(CallListChanged())
