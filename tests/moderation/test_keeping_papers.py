"""For how long what members asked us to see is kept, and what staff wrote about anybody."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from crisis.voice import GOODBYE, speak
from holdfast.crisis.actions import join_escalation, prepare_packet
from holdfast.crisis.queries.holding import term
from holdfast.crisis.rules import packs
from holdfast.crisis.rules.packets import Said
from holdfast.crisis.tables import EscalationRow, PacketRow, Stage
from holdfast.desk.jobs import Forgetting
from holdfast.kit.ids import EscalationId
from holdfast.moderation.tables import AppealRow, MeasureRow
from holdfast.rights.rules import Role
from moderation.measuring import RUDE, Hand
from town import StillClock, Town, appoint, on_sqlite


@pytest.fixture
def hand(town: Town) -> Hand:
    return Hand(town)


async def night(hand: Hand) -> None:
    await Forgetting(hand.house.workshop, hand.house.ledger.keyring).look()


async def left_of_the_case(hand: Hand) -> tuple[bool, bool, bool, bool]:
    """Whether the appeal's words are kept, the answer, the reason, and what the member was told."""
    async with hand.house.workshop.reading() as work:
        appeal = (await work.db.scalars(select(AppealRow))).one()
        measure = (await work.db.scalars(select(MeasureRow))).one()
    kept = appeal.words, appeal.answer, measure.reason, measure.words
    return tuple(bool(one) for one in kept)  # type: ignore[return-value]


@pytest.mark.full
async def test_a_members_words_go_after_thirty_days_and_what_staff_wrote_after_years(
    hand: Hand, town: Town, clock: StillClock
) -> None:
    seq = await hand.says(town.birch, RUDE)
    await hand.reports(town.ash, seq)
    maren, kim = await hand.hires(), await hand.hires(name="Kim")
    row = await hand.takes(maren, "hush", words="Please take a break")
    appeal = await hand.appeals(town.birch, row.id, "I meant it kindly")
    await hand.judges(kim, appeal.id, upheld=False, answer="It stays for now")
    clock.pass_time(days=29)
    await night(hand)
    assert await left_of_the_case(hand) == (True, True, True, True)
    clock.pass_time(days=2)
    await night(hand)
    assert await left_of_the_case(hand) == (False, True, True, True)
    clock.pass_time(days=7 * 365 - 32)
    await night(hand)
    assert await left_of_the_case(hand) == (False, True, True, True)
    clock.pass_time(days=2)
    await night(hand)
    assert await left_of_the_case(hand) == (False, False, False, False)
    (shown,) = await hand.measures(maren)
    assert (shown.reason, shown.words, shown.rule) == ("", "", "kind")


@pytest.mark.full
async def test_a_handover_goes_when_the_record_of_its_escalation_is_kept_for_long_enough(
    hand: Hand, town: Town, clock: StillClock
) -> None:
    await speak(town, town.ash, GOODBYE)
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.CRISIS_MODERATOR)
        await join_escalation(work, sam.actor, escalation_id=1)
    said = Said("They said goodbye", "Somebody to call", "", "")
    async with town.house.workshop.work() as work:
        keyring = town.house.ledger.keyring
        await prepare_packet(work, sam.actor, keyring, escalation_id=1, said=said, unseen="")
        row = await work.db.get_one(EscalationRow, EscalationId(1))
        row.stage, row.closed_at = Stage.CLOSED, work.clock.now()
    clock.pass_time(days=7 * 365 - 1)
    await night(hand)
    with_words = select(func.count()).where(PacketRow.data.is_not(None))
    async with town.house.workshop.reading() as work:
        assert await work.db.scalar(with_words) == 1
    clock.pass_time(days=2)
    await night(hand)
    async with town.house.workshop.reading() as work:
        assert await work.db.scalar(with_words) == 0


@on_sqlite
async def test_a_pack_says_how_long_held_words_go_on_once_somebody_checked_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = {"days": 90, "why": "A law", "source": "A page", "seen": "paper"}
    unchecked = {"checked_by": "", "checked_on": "", "unchecked": True}
    checked = {"checked_by": "Elm", "checked_on": "2026-11-01", "unchecked": False}
    home = packs.packs()["GB"]
    for how, days in ((unchecked, 30), (checked, 90)):
        kept = packs.WordsKept.model_validate(written | how)
        changed = {"GB": home.model_copy(update={"held_words": kept})}
        monkeypatch.setattr(packs, "packs", lambda pack=changed: pack)
        async with town.house.workshop.reading() as work:
            assert (await term(work)).days == days
