"""A report as it comes through any door: read, paced, made; and noted where it is no honest one."""

from __future__ import annotations

from msgspec import Struct

from holdfast.kit.errors import NotFound
from holdfast.kit.limits import Pace
from holdfast.messages.ledger import Ledger
from holdfast.moderation.actions.forged import note_forged_report
from holdfast.moderation.actions.hearing import heard_first
from holdfast.moderation.actions.reports import Made, report_message, report_person
from holdfast.moderation.rules.reports import LONGEST_WORDS, Door, NoDoor, WordsTooLong
from holdfast.rights.rules import Actor, Member, Staff
from holdfast.screening.detector import unread
from holdfast.screening.reading import Read

PACES = {  # each door its own: what is not ok never uses up a worry
    Door.WORRIED: Pace(every=20, burst=12),
    Door.CONDUCT: Pace(every=60, burst=6),
}


class Telling(Struct, frozen=True):
    """What somebody tells us: where, about what, through which door, in which words.

    `kind` None: they have not chosen one. Their words are read all the same.
    """

    slug: str
    kind: Door | None
    words: str = ""
    seq: int | None = None  # of a message
    handle: str = ""  # of a person


async def tell(ledger: Ledger, actor: Actor, *, telling: Telling) -> tuple[Made, bool]:
    """Read the words, then make the report. Says also whether somebody comes for the words.

    Raises what `report_message` and `report_person` raise, `NoDoor`, `WordsTooLong`,
    `TooFast`.
    """
    where = f"{telling.slug}/{telling.handle or telling.seq}"
    async with heard_first(
        ledger, actor, text=telling.words, where=where, door=telling.kind
    ) as heard:
        words, door = telling.words.strip(), telling.kind
        if door is None:
            raise NoDoor
        if len(words) > LONGEST_WORDS:
            raise WordsTooLong
        keep_pace(ledger, actor, door=door)
        try:
            made = await _made(ledger, actor, telling, door, _read(ledger, actor, words))
        except NotFound:
            async with ledger.workshop.work() as work:
                await note_forged_report(work, actor, slug=telling.slug, seq=telling.seq)
            raise
    return made, heard


def keep_pace(ledger: Ledger, actor: Actor, *, door: Door) -> None:
    """Raises `TooFast` for who reports faster than anybody reads."""
    if isinstance(actor, Member | Staff):
        ledger.limits.take(("reports", door, type(actor), actor.id), PACES[door])


async def _made(
    ledger: Ledger, actor: Actor, telling: Telling, door: Door, words: Read | None
) -> Made:
    async with ledger.workshop.work() as work:
        if telling.seq is None:
            return await report_person(
                work,
                actor,
                ledger.keyring,
                slug=telling.slug,
                handle=telling.handle,
                kind=door,
                words=words,
            )
        return await report_message(
            work,
            actor,
            ledger.keyring,
            slug=telling.slug,
            seq=telling.seq,
            kind=door,
            words=words,
        )


def _read(ledger: Ledger, actor: Actor, words: str) -> Read | None:
    """The words, read; those over which the rules break are kept unread, for a person to read."""
    if not words:
        return None
    language = actor.looks.locale if isinstance(actor, Member) else "en"
    return ledger.read(words, actor, language) or unread(words)
