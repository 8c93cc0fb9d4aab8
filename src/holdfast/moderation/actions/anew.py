"""Saying hidden words anew, in the way that was offered: one tap, and they are in the room."""

from __future__ import annotations

from holdfast.kit.errors import Conflict
from holdfast.messages.access import Hand, seat_in_hand
from holdfast.messages.actions import heard_out, post_message
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Accepted, Kept
from holdfast.messages.queries import Reader
from holdfast.messages.rules import drafted
from holdfast.moderation.access.measures import own_measure
from holdfast.moderation.actions.enforcing import end
from holdfast.moderation.queries.mine import measure_about
from holdfast.moderation.rules.measures import Ending, MeasureState
from holdfast.rights.rules import Member, System


class NothingOffered(Conflict):
    """No other way to say it was offered, or it is said already."""

    code = "nothing_offered"


async def say_anew(
    ledger: Ledger, actor: Member, hand: Hand, *, measure_id: int
) -> Accepted | Kept:
    """Say it as it was offered, as a new message of mine. Twice is once.

    What waits for a person, or went to somebody who is with me, is not in the room: the offer
    stands, and so does what was hidden.

    Raises `NotFound` for a measure that is not mine, `NothingOffered`, and what saying raises.
    """
    reader = Reader(ledger.keyring, actor)
    async with ledger.workshop.work() as work:
        _, row = await own_measure(work, actor, measure_id)
        mine = await measure_about(work, reader, row.id)
        said_before = row.ended_how is Ending.SAID_ANEW
    if not mine.rewrite or not (mine.may_say_anew or said_before):
        raise NothingOffered
    nonce = f"anew-{measure_id:08d}"
    async with heard_out(ledger, actor, text=mine.rewrite, nonce=nonce):
        seat = await seat_in_hand(ledger.workshop.glances, hand, actor, mine.slug)
        done = await post_message(ledger, seat, drafted(nonce, mine.rewrite))
    if isinstance(done, Accepted):
        async with ledger.workshop.work() as work:
            _, row = await own_measure(work, actor, measure_id)
            if row.state is MeasureState.IN_FORCE:
                await end(work, System(), row, Ending.SAID_ANEW)
    return done
