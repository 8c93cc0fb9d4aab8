"""An appeal as it comes through any door: read first, for it may be a goodbye; then kept."""

from __future__ import annotations

from holdfast.kit.limits import Pace
from holdfast.messages.actions import hear_out
from holdfast.messages.ledger import Ledger
from holdfast.moderation.actions.appeals import appeal_measure
from holdfast.moderation.rules.appeals import NothingSaid
from holdfast.moderation.tables import AppealRow
from holdfast.rights.rules import Member
from holdfast.screening.detector import unread

APPEALS = Pace(every=10, burst=12)


async def ask_for_second_look(
    ledger: Ledger, actor: Member, *, measure_id: int, text: str
) -> tuple[AppealRow, bool]:
    """Keep the appeal; says also whether somebody comes because of its words.

    Words that may be a goodbye are said in the writer's side space, whatever becomes of the appeal.
    Raises what `appeal_measure` raises, `TooFast`.
    """
    words, heard = text.strip(), NothingSaid()
    language = actor.looks.locale
    nonce = f"appeal-{measure_id:08d}"
    await hear_out(ledger, actor, text=words, nonce=nonce, refusal=heard, language=language)
    if not words:
        raise heard
    ledger.limits.take(("appeals", actor.id), APPEALS)
    read = ledger.read(words, actor, language) or unread(words)
    async with ledger.workshop.work() as work:
        row = await appeal_measure(work, actor, ledger.keyring, measure_id=measure_id, words=read)
    return row, heard.help
