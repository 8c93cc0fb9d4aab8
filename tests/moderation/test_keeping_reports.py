"""For how long the words of reports are kept, and what goes when somebody goes."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from holdfast.desk.jobs import Forgetting
from holdfast.erasing.holds.jobs import look_at_holds
from holdfast.messages.actions import erase_with_words
from holdfast.moderation.rules.cases import Ground, Outcome
from holdfast.moderation.rules.reports import Step
from holdfast.moderation.tables import ReportRow
from moderation.reporting import Care
from town import StillClock, Town, on_sqlite
from trust.erased import erasing_of


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


async def night(care: Care) -> None:
    await Forgetting(care.house.workshop, care.house.ledger.keyring).look()


async def kept(care: Care) -> list[tuple[bool, bool]]:
    """Of each report: whether its words are kept, and what was said when it was made."""
    async with care.house.workshop.reading() as work:
        rows = await work.db.scalars(select(ReportRow).order_by(ReportRow.at))
        return [(row.words is not None, row.kept is not None) for row in rows]


@pytest.mark.full
@on_sqlite
async def test_words_of_a_report_go_thirty_days_after_its_case(
    care: Care, town: Town, clock: StillClock
) -> None:
    seq = await care.says(town.birch)
    await care.reports(town.ash, seq, words="It hurt me")
    clock.pass_time(days=40)
    await night(care)
    assert await kept(care) == [(True, True)]  # nobody has decided it
    await care.decides(await care.hires(), Outcome.NO_MEASURE, ground=Ground.SETTLED)
    clock.pass_time(days=29)
    await night(care)
    assert await kept(care) == [(True, True)]
    clock.pass_time(days=2)
    await night(care)
    assert await kept(care) == [(False, False)]
    (mine,) = await care.mine(town.ash)
    assert (mine.words, mine.step) == ("", Step.CHANGED)


@pytest.mark.full
async def test_who_erases_themselves_takes_their_words_along_and_the_case_stays(
    care: Care, town: Town
) -> None:
    seq = await care.says(town.birch, "Nobody wants you here")
    await care.reports(town.ash, seq, words="It hurt me")
    maren = await care.hires()
    assert [told.words for told in (await care.looks(maren)).reports] == ["It hurt me"]
    await erase_with_words(care.house.ledger, town.ash.member)
    (told,) = (await care.looks(maren)).reports
    assert told.words == ""
    assert told.line is not None
    await care.decides(maren)


@pytest.mark.full
async def test_what_was_said_goes_with_whoever_said_it_when_the_hold_of_the_case_ends(
    care: Care, town: Town, clock: StillClock
) -> None:
    seq = await care.says(town.birch, "Nobody wants you here")
    await care.reports(town.ash, seq, words="It hurt me")
    await erase_with_words(care.house.ledger, town.birch.member)
    maren = await care.hires()
    (told,) = (await care.looks(maren)).reports
    assert "Nobody wants you here" in repr(told)
    clock.pass_time(days=7)
    assert await look_at_holds(care.house.workshop, care.house.ledger.open_work) == 1
    await erasing_of(care.house).look(now=True)
    (told,) = (await care.looks(maren)).reports
    assert (told.words, told.as_reported) == ("It hurt me", None)
    assert "Nobody wants you here" not in repr(told)
    await care.decides(maren, Outcome.NO_MEASURE, ground=Ground.GONE)


@on_sqlite
async def test_what_i_told_is_in_what_i_take_with_me_and_names_nobody(
    care: Care, town: Town, client: httpx.AsyncClient
) -> None:
    seq = await care.says(town.birch, "Nobody wants you here")
    await care.reports(town.ash, seq, words="It hurt me")
    await care.decides(await care.hires())
    client.cookies.set("holdfast", town.ash.token)
    answer = await client.get("/api/v1/me/export")
    (told,) = answer.json()["reports"]
    assert (told["words"], told["state"], told["answer"]) == ("It hurt me", "changed", "acted")
    assert told["seq"] == seq
    birch = (await town.seat(town.birch)).author
    for theirs in ("Nobody wants you here", birch.pseudonym, birch.seat, "Maren"):
        assert theirs not in answer.text
