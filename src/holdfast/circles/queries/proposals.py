"""What is proposed to whom, and what they said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from holdfast.circles.tables import (
    ApartRow,
    CircleCheckRow,
    CircleRow,
    ProposalAnswerRow,
    ProposalRow,
    WishRow,
    WishWordsRow,
)
from holdfast.kit.apart import find_keys
from holdfast.kit.cipher import RootKey
from holdfast.kit.ids import KeyId, MemberId, ProposalId, WishId
from holdfast.kit.work import Work

WORDS = b"holdfast circles: own words"


async def proposal_to(
    work: Work, member_id: MemberId
) -> tuple[ProposalRow, ProposalAnswerRow] | None:
    """What a member is asked just now, with what they said already."""
    query = (
        select(ProposalRow, ProposalAnswerRow)
        .join(ProposalAnswerRow, ProposalAnswerRow.proposal_id == ProposalRow.id)
        .where(ProposalAnswerRow.member_id == member_id, ProposalRow.over_at.is_(None))
        .order_by(ProposalRow.id.desc())
        .limit(1)
    )
    found = (await work.db.execute(query)).one_or_none()
    return None if found is None else (found[0], found[1])


async def answers_to(work: Work, proposal_id: ProposalId) -> Sequence[ProposalAnswerRow]:
    """All who are asked, in order."""
    its = ProposalAnswerRow.proposal_id == proposal_id
    query = select(ProposalAnswerRow).where(its).order_by(ProposalAnswerRow.id)
    return (await work.db.scalars(query)).all()


async def proposals_due(work: Work) -> Sequence[ProposalId]:
    """Those whose time is over, and that were not closed yet."""
    due = ProposalRow.over_at.is_(None), ProposalRow.until <= work.clock.now()
    return (await work.db.scalars(select(ProposalRow.id).where(*due))).all()


async def unanswered(work: Work, member_id: MemberId) -> int:
    """How often a member was asked and did not answer, since they wished."""
    since = select(WishRow.wished_at).where(WishRow.member_id == member_id).scalar_subquery()
    query = (
        select(func.count())
        .select_from(ProposalAnswerRow)
        .join(ProposalRow, ProposalRow.id == ProposalAnswerRow.proposal_id)
        .where(
            ProposalAnswerRow.member_id == member_id,
            ProposalAnswerRow.said.is_(None),
            ProposalRow.over_at.is_not(None),
            ProposalRow.made_at >= since,
        )
    )
    return int(await work.db.scalar(query) or 0)


async def wishes_over(work: Work) -> Sequence[WishRow]:
    """Wishes that were kept for long enough, and are not being asked about."""
    over = WishRow.until <= work.clock.now(), WishRow.proposal_id.is_(None)
    return (await work.db.scalars(select(WishRow).where(*over))).all()


async def words_row(work: Work, wish_id: WishId) -> WishWordsRow | None:
    """The row of somebody's own words, sealed."""
    found: WishWordsRow | None = await work.db.scalar(
        select(WishWordsRow).where(WishWordsRow.wish_id == wish_id)
    )
    return found


async def own_words(work: Work, root: RootKey, member_id: MemberId) -> str:
    """What a member wrote of it in their own words; nothing where they do not open any more."""
    mine = select(WishRow.id).where(WishRow.member_id == member_id)
    row = await work.db.scalar(select(WishWordsRow.id).where(WishWordsRow.wish_id.in_(mine)))
    return "" if row is None else await opened_words(work, root, row)


async def opened_words(work: Work, root: RootKey, id_: KeyId) -> str:
    """The words that this key sealed, for who may read them; nothing where the key is gone."""
    sealed = await work.db.scalar(select(WishWordsRow.words).where(WishWordsRow.id == id_))
    key = (await find_keys(root, [id_])).get(id_)
    return "" if sealed is None or key is None else key.open(sealed, WORDS + id_).decode()


async def aparts_of(work: Work, member_id: MemberId) -> Sequence[ApartRow]:
    """Whom a member does not want to be with, the newest first."""
    query = select(ApartRow).where(ApartRow.member_id == member_id)
    return (await work.db.scalars(query.order_by(ApartRow.at.desc(), ApartRow.seat_id))).all()


async def checks_of(work: Work, member_id: MemberId) -> Sequence[CircleCheckRow]:
    """What a member is asked four weeks after a circle."""
    mine = CircleCheckRow.member_id == member_id, CircleCheckRow.until > work.clock.now()
    query = select(CircleCheckRow).where(*mine).order_by(CircleCheckRow.id)
    return (await work.db.scalars(query)).all()


async def circles_to_ask_after(work: Work, ended_before: datetime) -> Sequence[CircleRow]:
    """Circles that ended before then, whose people were not asked yet how they are."""
    due = CircleRow.ended_at <= ended_before, CircleRow.asked_at.is_(None)
    return (await work.db.scalars(select(CircleRow).where(*due))).all()
