"""A case beside the queue: what is seen, what is covered, who may do what, and who was quicker."""

from __future__ import annotations

import re

import httpx
import pytest

from crisis.voice import HIGH
from desk.sitting import Desk
from holdfast.moderation.rules.reports import Door
from holdfast.rights.rules import Role
from members.walking import Page
from moderation.reporting import Care
from town import Person, StillClock, Town, mostly_on_sqlite, on_sqlite

CASE = "/desk/cases/1"
GOODBYE_TO_BE_READ = "I feel so hopeless lately, nothing matters any more."
RUDE = "That is just like you, going on about it again."


class Cases(Desk):
    """The desk of a test in which members report."""

    def __init__(self, town: Town, client: httpx.AsyncClient) -> None:
        super().__init__(town, client)
        self.care = Care(town)

    async def sends(self, who: Person, what: str, address: str = CASE, **form: str) -> Page:
        """One of the case's forms, as it stands on the page now."""
        form.setdefault("version", self.version_on(await self.opens(who, address)))
        answer = await self.at(who).post(f"{address}/{what}", data=form, follow_redirects=True)
        return Page(answer)

    @staticmethod
    def version_on(page: Page) -> str:
        found = re.search(r'data-id="case-\d+" data-version="(\d+)"', page.html)
        assert found is not None
        return found[1]


@pytest.fixture
def desk(town: Town, client: httpx.AsyncClient) -> Cases:
    return Cases(town, client)


@pytest.fixture
async def maren(desk: Cases) -> Person:
    return await desk.hires(Role.MODERATOR, "Maren")


@pytest.fixture
async def tobi(desk: Cases) -> Person:
    return await desk.hires(Role.MODERATOR, "Tobi")


async def reported(desk: Cases, words: str = RUDE, kind: Door = Door.CONDUCT) -> int:
    seq = await desk.care.says(desk.town.ash, words)
    await desk.care.reports(desk.town.birch, seq, kind)
    await desk.town.house.reactions.settled()
    return seq


@mostly_on_sqlite
async def test_cases_and_concerns_stand_in_one_queue_the_gravest_first(
    desk: Cases, maren: Person, town: Town, clock: StillClock
) -> None:
    await reported(desk)
    clock.pass_time(minutes=2)
    await desk.hears(town.birch, "I feel so hopeless lately, nothing matters any more.")
    page = await desk.opens(maren, "/desk")
    assert re.findall(r'data-key="([a-z]+-\d)"', page.html) == ["escalation-1", "case-1"]
    assert "2 open" in page.said
    assert "1 person says: this isn’t ok." in page.said
    assert "Conduct" in page.said
    assert RUDE not in page.html
    only = await desk.opens(maren, "/desk?kind=case")
    assert re.findall(r'data-key="([a-z]+-\d)"', only.html) == ["case-1"]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_case_shows_what_was_said_and_the_reporter_is_never_named(
    desk: Cases, maren: Person, town: Town, clock: StillClock
) -> None:
    await town.say(town.birch, "The kettle is on, if anybody is up.")
    clock.pass_time(seconds=5)
    seq = await desk.care.says(town.ash, RUDE)
    await desk.care.reports(town.birch, seq, words="It hurts when they do this")
    await town.say(town.birch, "Let us talk about the kettle instead.")
    page = await desk.opens(maren, CASE)
    assert "Let us talk about the kettle instead." in page.said
    ash = (await town.seat(town.ash)).author.pseudonym
    assert f'<h1 tabindex="-1" autofocus><bdi>{ash}</bdi>' in page.html
    assert RUDE in page.said
    assert "The kettle is on" in page.said
    assert "It hurts when they do this" in page.said
    assert "Somebody pressed “This isn’t ok”" in page.said
    why = page.html.partition('id="why"')[2].partition("</section>")[0]
    assert (await town.seat(town.birch)).author.pseudonym not in why
    assert "case:read" in await desk.record("case:")
    assert await desk.record("words:read") != []


@pytest.mark.full
@mostly_on_sqlite
async def test_hard_words_are_covered_until_they_are_chosen_and_each_choice_is_written_down(
    desk: Cases, maren: Person, town: Town
) -> None:
    seq = await reported(desk, GOODBYE_TO_BE_READ, Door.WORRIED)
    page = await desk.opens(maren, CASE)
    assert GOODBYE_TO_BE_READ not in page.html
    assert f"{CASE}?show={seq}#said-{seq}" in page.links
    assert await desk.record("words:uncovered") == []
    shown = await desk.opens(maren, f"{CASE}?show={seq}")
    assert GOODBYE_TO_BE_READ in shown.said
    assert await desk.record("words:uncovered") == ["words:uncovered"]
    assert (await desk.opens(maren, f"{CASE}?show=99")).status == 404


@pytest.mark.full
@mostly_on_sqlite
async def test_a_case_is_claimed_let_go_and_closed_with_a_reason(
    desk: Cases, maren: Person, tobi: Person
) -> None:
    await reported(desk)
    claimed = await desk.sends(maren, "claim")
    assert "Claimed by you" in claimed.said
    beside = await desk.opens(tobi, CASE)
    assert "Claimed by Maren" in beside.said
    assert "Somebody else has it now." in beside.said
    refused = await desk.sends(tobi, "claim")
    assert (refused.status, "Somebody was quicker" in refused.said) == (409, True)
    assert "In nobody’s hands" in (await desk.sends(maren, "release")).said
    unsaid = await desk.sends(maren, "close", ground="")
    assert (unsaid.status, "Please say why nothing is done." in unsaid.said) == (422, True)
    closed = await desk.sends(tobi, "close", ground="settled")
    assert "No measure was taken: It was talked over kindly." in closed.said
    assert "Decided by Tobi" in closed.said
    assert "case-1" not in (await desk.opens(tobi, "/desk")).html


@pytest.mark.full
@mostly_on_sqlite
async def test_who_decides_on_an_older_version_sees_what_was_decided_and_changes_nothing(
    desk: Cases, maren: Person, tobi: Person
) -> None:
    await reported(desk)
    seen = desk.version_on(await desk.opens(tobi, CASE))
    await desk.sends(maren, "close", ground="within")
    before = await desk.record("case:")
    late = await desk.sends(tobi, "close", version=seen, ground="gone")
    assert (late.status, "Somebody was quicker" in late.said) == (409, True)
    assert "No measure was taken: It is within what is ok here." in late.said
    assert [one for one in await desk.record("case:") if one == "case:decided"] == [
        one for one in before if one == "case:decided"
    ]
    assert (await desk.sends(tobi, "close", version="soon", ground="gone")).status == 400


@pytest.mark.full
@mostly_on_sqlite
async def test_a_concern_goes_to_those_who_can_be_with_them_and_ends_the_case(
    desk: Cases, maren: Person
) -> None:
    await reported(desk)
    passed = await desk.sends(maren, "concern")
    assert "Passed on to those who can be with them." in passed.said
    queue = await desk.opens(maren, "/desk")
    assert re.findall(r'data-key="([a-z]+-\d)"', queue.html) == ["escalation-1"]
    sam = await desk.hires(Role.CRISIS_MODERATOR, "Sam")
    card = await desk.opens(sam, "/desk/escalations/1")
    assert "A moderator passed them on" in card.said


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("role", [Role.STEWARD, Role.AUDITOR, Role.PARTNER, Role.MEMBER])
async def test_for_who_has_no_business_there_a_case_is_not_there(
    desk: Cases, maren: Person, town: Town, role: Role
) -> None:
    await reported(desk)
    other = town.ash if role is Role.MEMBER else await desk.hires(role, "Kim")
    for path in (CASE, "/desk/fragments/cases/1"):
        assert (await desk.opens(maren, path)).status == 200, path
        assert (await desk.opens(other, path)).status == 404, path
    assert (await desk.opens(maren, "/desk/cases/99")).status == 404


@pytest.mark.full
@on_sqlite
async def test_the_fragment_of_a_case_is_the_case_alone(desk: Cases, maren: Person) -> None:
    await reported(desk)
    part = await desk.at(maren).get("/desk/fragments/cases/1")
    assert 'data-id="case-1"' in part.text
    assert "<header" not in part.text


@pytest.mark.full
@mostly_on_sqlite
async def test_who_goes_for_a_break_lets_go_of_their_cases(
    desk: Cases, maren: Person, tobi: Person
) -> None:
    await desk.comes_on_shift(maren)
    await reported(desk)
    await desk.sends(maren, "claim")
    assert CASE in (await desk.opens(maren, "/desk/break")).links
    await desk.at(maren).post("/desk/break")
    assert "In nobody’s hands" in (await desk.opens(tobi, CASE)).said


@pytest.mark.full
@mostly_on_sqlite
async def test_a_case_of_somebody_in_danger_leads_to_the_concern_whoever_may_go_there(
    desk: Cases, maren: Person
) -> None:
    sam = await desk.hires(Role.CRISIS_MODERATOR, "Sam")
    await reported(desk)
    await desk.hears(desk.town.ash, HIGH)
    to_it = "/desk/escalations/1"
    theirs, own = await desk.opens(maren, CASE), await desk.opens(sam, CASE)
    for page in (theirs, own):
        assert "Somebody is asked to be with this member." in page.said
        assert RUDE not in page.html, "what was said is covered while somebody may be in danger"
    in_case = [page.html.partition('class="card-cols"')[2] for page in (theirs, own)]
    assert [to_it in html for html in in_case] == [False, True]
    assert "A crisis moderator goes to them." in theirs.said
