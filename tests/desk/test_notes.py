"""From shift to shift: the note written from the log, and the record behind it."""

from __future__ import annotations

import pytest

from desk.sitting import CARD, Desk
from holdfast.crisis.queries import latest_notes
from holdfast.rights.rules import Role
from members.walking import Page
from moderation.reporting import Care
from town import Person, StillClock, Town, mostly_on_sqlite, on_sqlite

NOTES, RECORD = "/desk/notes", "/desk/record"


@pytest.fixture
async def sam(desk: Desk) -> Person:
    return await desk.hires(Role.CRISIS_MODERATOR, "Sam")


async def sends(desk: Desk, who: Person, path: str) -> Page:
    return Page(await desk.at(who).post(path, follow_redirects=True))


@pytest.mark.full
@mostly_on_sqlite
async def test_a_note_is_written_from_the_log_and_signed_off_by_the_next_person(
    desk: Desk, sam: Person, town: Town
) -> None:
    maren = await desk.hires(Role.MODERATOR, "Maren")
    await desk.hears(town.ash)
    await desk.does(sam, "take")
    written = await sends(desk, sam, NOTES)
    assert "1 escalation open" in written.said
    assert "goodbye" not in written.html
    assert CARD in written.links
    assert "The next person signs it off." in written.said
    assert "A hand-over waits to be signed off" in (await desk.opens(maren, "/desk")).said
    own = await sends(desk, sam, f"{NOTES}/1/sign")
    assert (own.status, "Nobody can say yes to their own request." in own.said) == (409, True)
    signed = await sends(desk, maren, f"{NOTES}/1/sign")
    assert "Signed off by Maren" in signed.said
    assert CARD not in signed.links, "it is not hers to open"
    assert "Escalation 1 · for a crisis moderator" in signed.said
    twice = await sends(desk, maren, f"{NOTES}/1/sign")
    assert (twice.status, "Somebody was quicker" in twice.said) == (409, True)
    assert (await sends(desk, maren, f"{NOTES}/99/sign")).status == 404
    assert await desk.record("handover_note:") == [
        "handover_note:written",
        "handover_note:signed",
    ]


@pytest.mark.full
@on_sqlite
async def test_the_record_shows_each_role_what_it_may_see(
    desk: Desk, sam: Person, town: Town, clock: StillClock
) -> None:
    people = {
        role: await desk.hires(role, role.value.title())
        for role in (Role.LEAD, Role.AUDITOR, Role.STEWARD, Role.MODERATOR, Role.PARTNER)
    }
    await desk.hears(town.ash)
    await desk.does(sam, "take")
    for role in (Role.LEAD, Role.AUDITOR):
        page = await desk.opens(people[role], RECORD)
        assert "escalation:taken" in page.said, role
        assert "escalation:1" in page.said, role
    steward = await desk.opens(people[Role.STEWARD], RECORD)
    page = await desk.opens(people[Role.AUDITOR], RECORD)
    assert ("/desk/held" in page.links, "/desk/held" in steward.links) == (False, False)
    assert "/desk/held" in (await desk.opens(people[Role.LEAD], RECORD)).links
    assert "escalation:taken" in steward.said
    assert "escalation:1" not in steward.said
    mine = await desk.opens(sam, RECORD)
    assert "escalation:taken" in mine.said
    for role in (Role.MODERATOR, Role.PARTNER):
        assert "escalation:taken" not in (await desk.opens(people[role], RECORD)).said, role


@pytest.mark.full
@on_sqlite
async def test_a_long_record_is_read_page_by_page(desk: Desk, sam: Person, town: Town) -> None:
    fern = await desk.hires(Role.LEAD, "Fern")
    for _ in range(55):
        await sends(desk, sam, NOTES)
    first = await desk.opens(fern, RECORD)
    [earlier] = [link for link in first.links if "?before=" in link]
    then = await desk.opens(fern, earlier)
    assert (
        then.said.count("handover_note:written") + first.said.count("handover_note:written") == 55
    )


@mostly_on_sqlite
async def test_a_note_counts_cases_and_appeals_and_carries_sealed_words_for_a_week(
    desk: Desk, sam: Person, town: Town, clock: StillClock
) -> None:
    maren = await desk.hires(Role.MODERATOR, "Maren")
    care = Care(town)
    await care.reports(town.birch, await care.says(town.ash))
    await care.claims(maren)
    words = "I am not sure about case 1: please look again."
    page = Page(await desk.at(maren).post(NOTES, data={"words": words}, follow_redirects=True))
    assert "1 case open, 0 appeals wait, 0 people unanswered" in page.said
    assert "/desk/cases/1" in page.links
    assert words in (await desk.opens(sam, NOTES)).said
    async with town.house.workshop.reading() as work:
        (note, *_), *_ = await latest_notes(work)
    assert "not sure" not in note.facts
    long = Page(await desk.at(maren).post(NOTES, data={"words": "a" * 1_001}))
    assert (long.status, "up to 1,000 characters" in long.said) == (413, True)
    assert "a" * 1_001 in long.html
    clock.pass_time(days=7, minutes=1)
    fern = await desk.hires(Role.LEAD, "Fern")
    await sends(desk, fern, NOTES)
    assert words not in (await desk.opens(fern, NOTES)).said
