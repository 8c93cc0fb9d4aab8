"""What is forgotten of a member who goes for good."""

from __future__ import annotations

from sqlalchemy import delete, update

from holdfast.kit.ids import MemberId
from holdfast.kit.tables import Table
from holdfast.kit.work import Work
from holdfast.members.events import MemberErased
from holdfast.members.tables import MemberRow
from holdfast.rights.rules import Actor, Member, System

OF_WHO_IS_HELD = {"escalations", "signals"}  # they name whose row is held until it goes


async def erase_member(work: Work, actor: Actor, *, bare: bool = False) -> None:
    """Forget a member: row, consents, sessions and phrase. Their words are another slice's.

    `bare`: the row stays, with nothing in it, because open work of the staff holds the account.
    Doing it again changes nothing.
    """
    if not isinstance(actor, Member):
        return
    await _forget_what_is_theirs(work, actor.id)
    member = await work.db.get(MemberRow, actor.id)
    if member is not None and bare:
        _empty(member)
    elif member is not None:
        await work.db.delete(member)
    work.announce(MemberErased(actor.id))


async def _forget_what_is_theirs(work: Work, member_id: MemberId) -> None:
    """Every row that would go with the member's own; others name nobody any more."""
    mine = MemberRow.__table__.columns["id"]
    for table in Table.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is not mine:
                continue
            its = key.parent == member_id
            if key.ondelete == "CASCADE":
                await work.db.execute(delete(table).where(its))
            elif table.name not in OF_WHO_IS_HELD:
                await work.db.execute(update(table).where(its).values({key.parent.name: None}))


def _empty(member: MemberRow) -> None:
    member.phrase_lookup = member.first_name = member.kept_name = member.kept_avatar = None
    member.disguise = None
    member.language, member.time_zone, member.theme = "en", "UTC", "system"
    member.text_size, member.letters = "100", "plain"


async def let_go_of_bare(work: Work, actor: System, *, member_id: MemberId) -> None:
    """A row that was held goes, too."""
    del actor
    await work.db.execute(delete(MemberRow).where(MemberRow.id == member_id))
