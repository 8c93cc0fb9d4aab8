"""Responses, replies, changes, removals and content notes, live and after a reload."""

from __future__ import annotations

import pytest

from browser.visitors import DESK, MakeVisitor
from contract.client import Place


@pytest.mark.slow
def test_a_response_is_counted_for_everybody_and_can_be_taken_back(
    visitor: MakeVisitor, room: str
) -> None:
    ash, birch = visitor().sits_in(room), visitor().sits_in(room)
    birch.says("It was a hard day")
    message = ash.sees("It was a hard day")
    ash.menu_of(message).locator("[value=with_you]").click()
    given = message.locator(".rx [value=with_you]")
    given.wait_for()
    assert given.get_attribute("aria-pressed") == "true"
    theirs = birch.sees("It was a hard day").locator(".rx [value=with_you]")
    theirs.wait_for()
    assert theirs.get_attribute("aria-pressed") == "false"
    assert theirs.locator(".num").inner_text() == "1"
    ash.page.reload()
    kept = ash.sees("It was a hard day").locator(".rx [value=with_you]")
    assert kept.get_attribute("aria-pressed") == "true"
    ash.is_live()
    kept.click()
    theirs.wait_for(state="hidden")


@pytest.mark.slow
def test_a_reply_shows_what_it_answers(visitor: MakeVisitor, room: str) -> None:
    ash, birch = visitor().sits_in(room), visitor(viewport=DESK).sits_in(room)
    birch.says("I slept four hours")
    ash.menu_of(ash.sees("I slept four hours")).locator("[data-do=reply]").click()
    assert "I slept four hours" in ash.page.inner_text(".answering")
    assert ash.page.evaluate("document.activeElement.id") == "text"
    ash.says("Four is something")
    quote = birch.sees("Four is something").locator(".quote")
    assert "I slept four hours" in quote.inner_text()
    assert ash.page.locator(".answering").is_hidden()


@pytest.mark.slow
def test_changed_words_are_changed_for_everybody_and_marked(
    visitor: MakeVisitor, room: str
) -> None:
    ash, birch = visitor().sits_in(room), visitor().sits_in(room)
    ash.says("I feel *rotten* today")
    own = ash.sees("I feel rotten today")
    ash.page.fill("#text", "something else begun")
    ash.menu_of(own).locator("[data-do=edit]").click()
    ash.until("document.querySelector('#text').value === 'I feel *rotten* today'")
    ash.says("I feel better now")
    changed = birch.sees("I feel better now")
    assert changed.locator(".edited").inner_text() == "edited"
    assert birch.page.locator("article", has_text="rotten").count() == 0
    ash.until("document.querySelector('#text').value === 'something else begun'")


@pytest.mark.slow
def test_what_is_taken_back_leaves_only_a_trace(visitor: MakeVisitor, room: str) -> None:
    ash, birch = visitor().sits_in(room), visitor().sits_in(room)
    ash.says("Too much, sorry")
    birch.sees("Too much, sorry")
    ash.takes_back(ash.sees("Too much, sorry"))
    birch.sees("Removed by the author")
    receipt = ash.page.get_by_role("status").get_by_role("link", name="Your receipt")
    assert receipt.get_attribute("href") == "/me/erasures"
    assert "Too much" not in birch.page.content()
    birch.page.reload()
    birch.sees("Removed by the author")
    assert "Too much" not in birch.page.content()


@pytest.mark.slow
def test_words_taken_back_leave_every_quote_and_every_announcement(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = served.member_in(room)
    said = teller.put(room, "The secret of the lake").json()["seq"]
    teller.put(room, "An answer to it", reply_to=said)
    ash = visitor().sits_in(room)
    later = teller.put(room, "A later secret").json()["seq"]
    ash.page.locator("#say p", has_text="A later secret").wait_for(state="attached")
    ash.page.fill("#text", "begun")
    ash.menu_of(ash.sees("The secret of the lake").first).locator("[data-do=reply]").click()
    assert "secret" in ash.page.inner_text(".answering")
    for seq in (said, later):
        teller.call("DELETE", f"/api/v1/rooms/{room}/messages/{seq}/words/take-back-{seq}")
    quote = ash.sees("An answer to it").locator("a.quote")
    ash.until("document.querySelector('a.quote').textContent.endsWith(': removed')")
    assert quote.locator("bdi").inner_text() != ""
    ash.until("document.querySelectorAll('article.gone').length === 2")
    assert ash.page.locator(".answering").is_hidden()
    assert ash.page.input_value("#text") == "begun"
    assert "secret" not in ash.page.content()
    ash.page.reload()
    assert quote.inner_text().endswith(": removed")
    assert "secret" not in ash.page.content()


@pytest.mark.slow
def test_changed_words_are_changed_in_quotes_as_well(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = served.member_in(room)
    said = teller.put(room, "Words of before").json()["seq"]
    teller.put(room, "An answer to them", reply_to=said)
    ash = visitor().sits_in(room)
    ash.menu_of(ash.sees("Words of before").first).locator("[data-do=reply]").click()
    edits = f"/api/v1/rooms/{room}/messages/{said}/edits"
    teller.call("PUT", f"{edits}/change-one", json={"text": "Words of *now*"})
    quote = ash.page.locator("a.quote", has_text="Words of now")
    quote.wait_for()
    assert "Words of now" in ash.page.inner_text(".answering")
    covered = {"text": "Covered words", "note": "grief"}
    teller.call("PUT", f"{edits}/change-two", json=covered)
    ash.page.locator("a.quote", has_text="content note, grief").wait_for()
    assert "content note, grief" in ash.page.inner_text(".answering")
    assert ash.page.locator(".quote", has_text="Covered words").count() == 0


@pytest.mark.slow
def test_a_content_note_covers_the_words_until_someone_chooses_to_read(
    visitor: MakeVisitor, room: str
) -> None:
    ash, birch = visitor().sits_in(room), visitor().sits_in(room)
    ash.page.click("label[for=extras]")
    ash.page.fill("#note", "self-harm")
    ash.page.select_option("#wants", "listening")
    ash.says("Eleven days now")
    covered = birch.page.locator("article", has_text="Content note: self-harm")
    covered.wait_for()
    assert covered.locator(".words").is_hidden()
    covered.locator(".cw summary").click()
    assert covered.locator(".words").inner_text() == "Eleven days now"
    assert "Someone to listen" in covered.inner_text()
    said = birch.page.locator("#say p", has_text="self-harm")
    said.wait_for(state="attached")
    assert "Eleven days" not in birch.page.inner_text("#say")
    assert not ash.page.is_checked("#extras")


@pytest.mark.slow
def test_a_content_note_opened_at_the_end_is_shown_whole(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = served.member_in(room)
    for number in range(12):
        teller.put(room, f"Line {number} of a long evening, wide enough to be read in peace.")
    teller.put(room, "One.\n\nTwo.\n\nThree.\n\nThe last of it.", note="grief")
    ash = visitor().sits_in(room)
    covered = ash.page.locator("article", has_text="Content note: grief")
    covered.locator(".cw summary").click()
    ash.until(
        """() => {
          const [log, cover] = [".log", "details.cw[open]"].map((s) =>
            document.querySelector(s)?.getBoundingClientRect());
          return cover && cover.bottom <= log.bottom && cover.top >= log.top;
        }"""
    )


@pytest.mark.slow
def test_only_the_topics_i_ticked_stay_covered(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor(viewport=DESK).sits_in(room)
    teller = served.member_in(room)
    ash.page.check(".cover [value='self-harm']")
    teller.put(room, "The covered words", note="Self-harm, a little")
    teller.put(room, "The open words", note="work")
    ash.until("document.querySelectorAll('details.cw').length === 2")
    open_one = ash.page.locator("article", has_text="Content note: work")
    covered = ash.page.locator("article", has_text="Self-harm, a little")
    assert open_one.locator(".words").is_visible()
    assert covered.locator(".words").is_hidden()
    ash.page.reload()
    assert open_one.locator(".words").is_visible()
    assert covered.locator(".words").is_hidden()
    ash.page.uncheck(".cover [value='self-harm']")
    assert open_one.locator(".words").is_hidden()


@pytest.mark.slow
def test_what_was_said_can_be_found_again(visitor: MakeVisitor, served: Place, room: str) -> None:
    served.member_in(room).put(room, "The lighthouse keeper slept well")
    ash = visitor().sits_in(room)
    ash.goes_to(f"/rooms/{room}/search")
    ash.page.fill("#q", "lighthouse")
    ash.page.click("main form button")
    ash.page.get_by_text("1 message has these words.").wait_for()
    ash.page.click(".in-room a")
    ash.page.locator("article", has_text="lighthouse keeper").wait_for()
    ash.page.click("p.comp a")
    ash.is_live()
