"""Break-glass at the desk as its people walk it, with plain forms; and what the members read."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import func, select, update

from crisis.voice import GOODBYE
from desk.sitting import Desk
from holdfast.audit.tables import AuditRow
from holdfast.listening.glass.jobs import look_after_glass
from holdfast.listening.glass.tables import GlassShareRow
from holdfast.moderation.rules.reports import Door
from holdfast.notices.queries import page_about
from holdfast.rights.rules import Role
from holdfast.staff.tables import StaffSessionRow
from members.walking import Page, visit
from moderation.reporting import Care
from town import Person, StillClock, Town, on_sqlite
from two import SECRET, Talk, talk_of_two

HERE, KEY = "/desk/glass", "/desk/glass/key"


class Two:
    """Sam and Fern at the desk; Ash and Birch between themselves."""

    def __init__(self, desk: Desk, sam: Person, fern: Person) -> None:
        self.desk, self.town, self.sam, self.fern = desk, desk.town, sam, fern
        self.words: dict[str, str] = {}
        self.talk: Talk

    async def fresh(self) -> None:
        """Everybody showed a moment ago who they are."""
        async with self.town.house.workshop.work() as work:
            now = work.clock.now()
            await work.db.execute(update(StaffSessionRow).values(fresh_at=now, seen_at=now))

    async def sends(self, who: Person, path: str, **form: str) -> Page:
        answer = await self.desk.at(who).post(path, data=form, follow_redirects=True)
        return Page(answer)

    async def makes_key(self, who: Person) -> Page:
        page = await self.sends(who, KEY, do="make")
        found = re.search(r'<p class="b words"[^>]*>([a-z ]+)</p>', page.html)
        assert found is not None
        self.words[who.token] = found[1]
        return await self.sends(who, KEY, do="type", words=found[1])

    async def asks(self, about: str = "escalation:1", **more: str) -> Page:
        today = self.town.house.workshop.clock.now().date().isoformat()
        form = {"why": "danger", "since": today, "until": today, "minutes": "30", **more}
        return await self.sends(self.sam, f"{HERE}/ask", about=about, **form)

    async def agrees(self, page: Page, **more: str) -> Page:
        shown = re.search(r'name="shown" value="([^"]+)"', page.html)
        words = more.get("words", self.words[self.fern.token])
        given = shown[1] if shown else ""
        return await self.sends(self.fern, f"{HERE}/1", do="agree", shown=given, words=words)

    async def count(self, what: str) -> int:
        async with self.town.house.workshop.reading() as work:
            its = select(func.count()).select_from(AuditRow).where(AuditRow.what == what)
            return await work.db.scalar(its) or 0


@pytest.fixture
async def two(town: Town, client: httpx.AsyncClient) -> Two:
    desk = Desk(town, client)
    two = Two(
        desk, await desk.hires(Role.CRISIS_MODERATOR, "Sam"), await desk.hires(Role.LEAD, "Fern")
    )
    await two.fresh()
    for who in (two.sam, two.fern):
        await two.makes_key(who)
    two.talk = await talk_of_two(town)
    await two.talk.say(town.ash, GOODBYE)
    await town.house.reactions.settled()
    return two


@pytest.mark.full
async def test_two_people_walk_it_from_the_card_to_the_last_page(two: Two) -> None:
    card = await two.desk.opens(two.sam)
    assert "It was said between two people, so the desk can’t read it." in card.said
    assert GOODBYE not in card.html
    assert f"{HERE}/ask?about=escalation:1" in card.links
    form = await two.desk.opens(two.sam, f"{HERE}/ask?about=escalation:1")
    assert "One person alone can’t open it, also in an emergency" in form.said
    page = await two.asks()
    assert "It waits for a second person" in page.said
    seen = await two.desk.opens(two.fern, f"{HERE}/1")
    assert "Somebody may be in danger" in seen.said
    page = await two.agrees(seen)
    assert "Agreed, not opened yet" in page.said
    assert "From the moment you open it" not in page.said
    page = await two.sends(two.sam, f"{HERE}/1", do="open", words=two.words[two.sam.token])
    assert "Read-only. Each page you open is a row of the record." in page.said
    assert GOODBYE not in page.html
    assert await two.count("glass:shown") == 0
    page = await two.sends(two.sam, f"{HERE}/1/pages/1")
    assert "Covered for you" in page.said
    assert GOODBYE not in page.html
    page = await two.sends(two.sam, f"{HERE}/1/pages/1", uncover="1")
    assert GOODBYE in page.said
    assert await two.count("glass:shown") == 2
    page = await two.sends(two.sam, f"{HERE}/1", do="close")
    assert "Closed" in page.said
    assert "2 pages were shown." in page.said
    refused = await two.sends(two.sam, f"{HERE}/1/pages/1")
    assert refused.status == 403
    assert await two.count("glass:shown") == 2


@pytest.mark.full
@on_sqlite
async def test_another_session_or_a_server_that_began_anew_asks_for_the_words_again(
    two: Two,
) -> None:
    await two.asks()
    await two.agrees(await two.desk.opens(two.fern, f"{HERE}/1"))
    await two.sends(two.sam, f"{HERE}/1", do="open", words=two.words[two.sam.token])
    assert (await two.sends(two.sam, f"{HERE}/1/pages/1")).status == 200
    two.town.house.glass.clear()
    assert (await two.sends(two.sam, f"{HERE}/1/pages/1")).status == 403
    page = await two.desk.opens(two.sam, f"{HERE}/1")
    assert "it needs your words once more" in page.said
    await two.sends(two.sam, f"{HERE}/1", do="open", words=two.words[two.sam.token])
    assert (await two.sends(two.sam, f"{HERE}/1/pages/1")).status == 200


@pytest.mark.full
@on_sqlite
async def test_when_its_time_is_over_memory_is_empty_and_no_half_is_left(
    two: Two, clock: StillClock
) -> None:
    await two.asks()
    await two.agrees(await two.desk.opens(two.fern, f"{HERE}/1"))
    await two.sends(two.sam, f"{HERE}/1", do="open", words=two.words[two.sam.token])
    assert len(two.town.house.glass) == 1
    clock.pass_time(minutes=29)
    assert (await two.sends(two.sam, f"{HERE}/1/pages/1")).status == 200
    clock.pass_time(minutes=1)
    assert (await two.sends(two.sam, f"{HERE}/1/pages/1")).status == 403
    assert two.town.house.glass == {}
    await look_after_glass(two.town.house.workshop)
    async with two.town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(GlassShareRow))).all() == []


@pytest.mark.full
@on_sqlite
async def test_wrong_words_are_said_to_be_wrong_and_are_counted(two: Two) -> None:
    await two.asks()
    seen = await two.desk.opens(two.fern, f"{HERE}/1")
    for _ in range(4):
        page = await two.agrees(seen, words="a b c d e f g")
        assert "These words don’t open your key." in page.said
    page = await two.agrees(seen, words="a b c d e f g")
    assert page.status == 429
    assert await two.count("glass:agreed") == 0


@pytest.mark.full
@on_sqlite
async def test_nobody_else_finds_it(two: Two) -> None:
    await two.asks()
    for role in (Role.MODERATOR, Role.STEWARD, Role.PARTNER):
        other = await two.desk.hires(role, f"Other {role.value}")
        for path in (HERE, KEY, f"{HERE}/1", f"{HERE}/ask?about=escalation:1"):
            assert (await two.desk.opens(other, path)).status == 404
        assert (await two.sends(other, f"{HERE}/1", do="agree")).status == 404
    noor = await two.desk.hires(Role.AUDITOR, "Noor")
    for path, status in ((HERE, 200), (KEY, 200), (f"{HERE}/1", 200), (f"{HERE}/ask", 404)):
        assert (await two.desk.opens(noor, path)).status == status
    assert HERE in (await two.desk.opens(noor, "/staff")).links


@pytest.mark.full
@on_sqlite
async def test_who_signed_in_long_ago_shows_again_who_they_are(two: Two, clock: StillClock) -> None:
    await two.asks()
    seen = await two.desk.opens(two.fern, f"{HERE}/1")
    clock.pass_time(minutes=6)
    page = await two.agrees(seen)
    assert "Is it still you" in page.said or "show once more" in page.said
    assert await two.count("glass:agreed") == 0
    await two.fresh()
    await two.agrees(seen)
    assert await two.count("glass:agreed") == 1


@pytest.mark.full
@on_sqlite
async def test_the_pager_calls_somebody_until_there_is_an_answer(two: Two) -> None:
    await two.asks()
    page = await two.sends(two.sam, f"{HERE}/1", do="call")
    assert "There is no way to open it alone." in page.said
    async with two.town.house.workshop.reading() as work:
        assert await page_about(work, "glass:1") is not None
    await two.agrees(await two.desk.opens(two.fern, f"{HERE}/1"))
    async with two.town.house.workshop.reading() as work:
        found = await page_about(work, "glass:1")
        assert found is None or found.acknowledged_at is not None


@on_sqlite
async def test_more_than_can_be_needed_is_refused_in_words(two: Two) -> None:
    page = await two.asks(since="2026-01-01")
    assert "Choose at most seven days" in page.said
    page = await two.asks(why="")
    assert "Please choose a reason first." in page.said
    page = await two.asks(minutes="600")
    assert "at most sixty minutes" in page.said
    assert await two.count("glass:asked") == 0


@pytest.mark.full
@on_sqlite
async def test_members_are_told_object_and_are_answered(two: Two, clock: StillClock) -> None:
    await two.asks()
    await two.agrees(await two.desk.opens(two.fern, f"{HERE}/1"))
    await two.sends(two.sam, f"{HERE}/1", do="open", words=two.words[two.sam.token])
    client = two.desk.client
    two.desk.at(two.town.ash)
    assert "Nobody opened anything of yours" in (await visit(client, "/me/opened")).said
    clock.pass_time(hours=72)
    await look_after_glass(two.town.house.workshop)
    two.desk.at(two.town.ash)
    assert "/me/opened" in (await visit(client, "/me/notices")).links
    page = await visit(client, "/me/opened")
    assert "Two of the staff thought that somebody may be in danger." in page.said
    page = Page(await client.post("/me/opened/1/object", follow_redirects=True))
    assert "You objected. Somebody who was neither of the two will look at it." in page.said
    noor = await two.desk.hires(Role.AUDITOR, "Noor")
    await two.fresh()
    page = await two.sends(noor, f"{HERE}/1", do="wrong", telling="1")
    assert "Somebody else looked at it, and found it wrong." in page.said
    two.desk.at(two.town.ash)
    assert "it was wrong to open it. We are sorry." in (await visit(client, "/me/opened")).said


@pytest.mark.full
@on_sqlite
async def test_a_case_shows_the_lines_that_its_reporter_opened_and_nothing_else(two: Two) -> None:
    for number in range(9):
        await two.talk.say(two.town.birch, f"quiet line {number}")
    seq = await two.talk.say(two.town.birch, SECRET)
    care = Care(two.town)
    await care.reports(two.town.ash, seq, Door.CONDUCT, slug=two.talk.slug)
    page = await two.desk.opens(two.sam, "/desk/cases/1")
    assert SECRET in page.said
    assert "quiet line 4" in page.said
    assert "quiet line 3" not in page.said
    assert "Nothing else of this talk is open." in page.said
    assert f"{HERE}/ask?about=case:1" in page.links
    maren = await two.desk.hires(Role.MODERATOR, "Maren")
    page = await two.desk.opens(maren, "/desk/cases/1")
    assert SECRET in page.said
    assert not [link for link in page.links if link.startswith(f"{HERE}/ask")]


@pytest.mark.full
@on_sqlite
async def test_an_escalation_from_a_talk_between_two_works_without_any_words(two: Two) -> None:
    """It is taken, the side space is offered, and nothing of what was said is shown."""
    page = await two.desk.opens(two.sam)
    assert "Immediate" in page.said
    assert "These words are between two people" in page.said
    page = await two.desk.does(two.sam, "take")
    assert "Go to the side space" in page.said
    assert "These words are gone" not in page.said
    page = await two.desk.does(two.sam, "join")
    assert page.status == 200
    assert "joined" in await two.desk.stages()
    assert GOODBYE not in page.html
