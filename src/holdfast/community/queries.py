"""Reading what the community chose."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from holdfast.community.tables import ChoiceRow, WordingRow
from holdfast.kit.work import Work


async def words_that_stand(work: Work) -> dict[tuple[str, str], str]:
    """The own words of every place, by its name and their language."""
    newest = select(func.max(WordingRow.id)).group_by(WordingRow.name, WordingRow.language)
    rows = await work.db.scalars(select(WordingRow).where(WordingRow.id.in_(newest)))
    return {(row.name, row.language): row.words for row in rows if row.words is not None}


async def history_of(work: Work, name: str, language: str) -> Sequence[WordingRow]:
    """What stood in a place before, newest first."""
    mine = WordingRow.name == name, WordingRow.language == language
    query = select(WordingRow).where(*mine).order_by(WordingRow.id.desc())
    return (await work.db.scalars(query)).all()


async def choices_that_stand(work: Work) -> dict[str, str]:
    """Every setting that a steward chose, as it is now."""
    newest = select(func.max(ChoiceRow.id)).group_by(ChoiceRow.name)
    rows = await work.db.scalars(select(ChoiceRow).where(ChoiceRow.id.in_(newest)))
    return {row.name: row.value for row in rows}
