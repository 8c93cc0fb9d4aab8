"""Knowing by heart what the community chose."""

from __future__ import annotations

from holdfast.community.queries import choices_that_stand, words_that_stand
from holdfast.community.rules.choices import Known
from holdfast.kit.work import Workshop


async def learn(workshop: Workshop, known: Known) -> None:
    """Read the choices anew: at the start, after each change, and now and then for others' ones."""
    async with workshop.reading() as work:
        words, choices = await words_that_stand(work), await choices_that_stand(work)
    known.words, known.choices = words, choices
