"""What open escalations name of people's words: so that it is held where its author erases it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select

from holdfast.community.queries import choices_that_stand
from holdfast.community.rules.choices import COUNTRY, HOME
from holdfast.crisis.rules.packs import pack_for
from holdfast.crisis.tables import EscalationRow, SignalRow, Stage
from holdfast.erasing.holds.queries import kind_of
from holdfast.erasing.holds.rules import AFTER, About, Named
from holdfast.kit.ids import EscalationId, MemberId, MessageId
from holdfast.kit.work import Work

RECORD_YEARS = 7
OPEN = EscalationRow.stage != Stage.CLOSED


class OpenEscalations:
    """Escalations as what may hold words up: see `erasing.holds.queries.OpenWork`."""

    async def named(
        self, work: Work, *, member: MemberId | None, messages: Collection[MessageId] | None
    ) -> list[Named]:
        """Open escalations that name this member or these messages."""
        if messages is None:
            theirs = select(EscalationRow).where(OPEN, EscalationRow.member_id == member)
            rows = (await work.db.scalars(theirs.order_by(EscalationRow.id))).all()
            return [
                Named(about_of(row.id), row.member_id, await _signalled(work, row)) for row in rows
            ]
        if not messages:
            return []
        query = (
            select(EscalationRow.id, EscalationRow.member_id, SignalRow.message_id)
            .join(EscalationRow, EscalationRow.id == SignalRow.escalation_id)
            .where(OPEN, SignalRow.message_id.in_(messages))
        )
        if member is not None:
            query = query.where(SignalRow.member_id == member)
        found: dict[tuple[EscalationId, MemberId | None], set[MessageId]] = {}
        for escalation, whose, message in await work.db.execute(query):
            found.setdefault((escalation, whose), set()).add(message)
        return [Named(about_of(id_), whose, named) for (id_, whose), named in found.items()]

    async def closed(self, work: Work, about: Collection[str]) -> dict[str, datetime]:
        """Which of these escalations are closed, and since when."""
        known = [kind_of(one) for one in about]
        ids = [number for kind, number in filter(None, known) if kind is About.ESCALATION]
        query = select(EscalationRow.id, EscalationRow.closed_at).where(EscalationRow.id.in_(ids))
        found = await work.db.execute(query)
        return {about_of(id_): since for id_, since in found if since is not None}

    async def after(self, work: Work) -> timedelta:
        """As the country's pack says, where somebody checked it; thirty days otherwise."""
        return await term(work)


async def term(work: Work) -> timedelta:
    """For how long a set hold goes on after what it is for has closed."""
    pack = pack_for((await choices_that_stand(work)).get(COUNTRY, HOME))
    written = None if pack is None else pack.held_words
    if written is None or written.unchecked:
        return AFTER
    return timedelta(days=written.days)


async def record_kept(work: Work) -> timedelta:
    """For how long what staff wrote about somebody is kept after it is over: by law, often years.

    As the country's pack says; seven years where there is none, as our papers name it for the UK.
    """
    pack = pack_for((await choices_that_stand(work)).get(COUNTRY, HOME))
    return timedelta(days=365 * (RECORD_YEARS if pack is None else pack.record.years))


def about_of(escalation_id: int) -> str:
    """An escalation, as holds and the record name it."""
    return f"{About.ESCALATION.value}:{escalation_id}"


async def _signalled(work: Work, row: EscalationRow) -> set[MessageId]:
    query = select(SignalRow.message_id).where(
        SignalRow.escalation_id == row.id, SignalRow.member_id == row.member_id
    )
    return set(await work.db.scalars(query))
