"""A room in the browser: two people talk, and nobody loses their place."""

from __future__ import annotations

import pytest

from browser.visitors import DESK, MakeVisitor
from contract.client import Member, Place

NEWEST = "[...document.querySelectorAll('article[data-seq]')].at(-1).textContent.includes"
FIRST_IN_VIEW = """() => {
  const found = [...document.querySelectorAll('article[data-seq]')]
    .find((a) => a.getBoundingClientRect().top > 200);
  return [Number(found.dataset.seq), Math.round(found.getBoundingClientRect().top)];
}"""


NOT_READ_ONCE = """() => {
  const Real = WebSocket;
  window.refused = 0;
  window.WebSocket = function (address, protocol) {
    if (window.refused) return new Real(address, protocol);
    const line = { close() {}, send() {
      window.refused += 1;
      const no = { event: "refused", do: "enter", code: "not_read", message: "Not just now." };
      setTimeout(() => line.onmessage({ data: JSON.stringify(no) }));
    } };
    setTimeout(() => line.onopen());
    return line;
  };
  document.querySelector("hf-room").line.open();
}"""


def fill(place: Place, room: str, count: int) -> Member:
    """Somebody who has said a lot already."""
    teller = place.member_in(room)
    for number in range(count):
        teller.put(room, f"Line {number} of a long evening, wide enough to be read in peace.")
    return teller


def test_two_people_talk_and_each_sees_the_other(visitor: MakeVisitor, room: str) -> None:
    ash, birch = visitor().sits_in(room), visitor(viewport=DESK).sits_in(room)
    ash.says("Hello from the bus")
    birch.sees("Hello from the bus")
    birch.says("Hello from the sofa")
    answer = ash.sees("Hello from the sofa")
    assert answer.locator(".msg-who").inner_text() not in {"", "You"}
    own = ash.sees("Hello from the bus")
    assert own.locator(".msg-who").inner_text() == "You"
    assert "me" in str(own.get_attribute("class")).split()
    assert ash.page.locator(".wait").count() == 0


@pytest.mark.slow
def test_what_i_say_shows_at_once_and_is_marked_until_it_is_kept(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor().sits_in(room)
    ash.page.evaluate("document.querySelector('hf-room').line.say = () => true")
    ash.says("Said into the dark")
    waiting = ash.page.locator(".msg.wait")
    assert waiting.locator(".words").inner_text() == "Said into the dark"
    assert waiting.locator(".msg-state").inner_text() == "Sending"
    assert ash.page.input_value("#text") == ""


@pytest.mark.slow
def test_who_comes_back_while_the_database_is_away_hears_again_once_it_is_there(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    """The line stayed open and deaf: on a machine that was cut off for ten seconds."""
    ash = visitor().sits_in(room)
    ash.is_live()
    ash.page.evaluate(NOT_READ_ONCE)
    ash.until("window.refused === 1")
    ash.until("document.querySelector('hf-room').line.live")
    fill(served, room, 1)
    ash.sees("Line 0 of a long evening")


@pytest.mark.slow
def test_the_page_opens_at_the_newest_and_stays_there(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = fill(served, room, 30)
    ash = visitor().sits_in(room)
    ash.goes_to(f"/rooms/{room}").is_live()
    assert ash.from_end() <= 1
    teller.put(room, "One more for the road")
    ash.sees("One more for the road")
    assert ash.from_end() <= 1
    assert ash.page.locator(".jump").is_hidden()


@pytest.mark.slow
def test_someone_reading_further_up_keeps_their_place_and_is_told_what_came(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = fill(served, room, 45)
    ash = visitor().sits_in(room)
    ash.page.evaluate("document.querySelector('.log').scrollTop = 900")
    reading = ash.page.evaluate(FIRST_IN_VIEW)
    teller.put(room, "You can stay where you are")
    ash.until("!document.querySelector('.jump').hidden")
    assert ash.page.evaluate(FIRST_IN_VIEW) == reading
    assert ash.page.inner_text(".jump").strip() == "1 new message"
    teller.put(room, "And another")
    ash.until("document.querySelector('.jump').textContent.includes('2 new messages')")
    ash.page.click(".jump")
    assert ash.from_end() <= 1
    ash.until("document.querySelector('.jump').hidden")


@pytest.mark.slow
def test_earlier_messages_come_without_moving_the_line_being_read(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    fill(served, room, 55)
    ash = visitor().sits_in(room)
    before = len(ash.seqs())
    ash.page.evaluate("document.querySelector('.log').scrollTop = 401")
    reading = ash.page.evaluate(FIRST_IN_VIEW)
    ash.page.evaluate("document.querySelector('.log').scrollTop = 400 - 1")
    ash.until("(n) => document.querySelectorAll('article[data-seq]').length > n", before)
    seq, top = ash.page.evaluate(FIRST_IN_VIEW)
    assert (seq, abs(top - reading[1] - 2) <= 1) == (reading[0], True)
    assert ash.seqs() == sorted(set(ash.seqs()))
    assert len(ash.seqs()) == 55


@pytest.mark.slow
def test_the_new_line_stands_above_what_came_since_the_last_visit(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = fill(served, room, 3)
    ash = visitor().sits_in(room)
    with ash.page.expect_event("websocket"):
        ash.page.reload()
    ash.is_live()
    ash.goes_to("/rooms")
    teller.put(room, "While you were out")
    ash.goes_to(f"/rooms/{room}")
    after = ash.page.locator("#new + article")
    assert ash.page.locator("#new").inner_text() == "New since you were last here"
    assert "While you were out" in after.inner_text()


@pytest.mark.slow
def test_what_was_read_is_not_counted_as_new_any_more(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = fill(served, room, 1)
    ash = visitor(viewport=DESK).sits_in(room)
    ash.goes_to("/rooms")
    teller.put(room, "While you were out")
    with ash.page.expect_response(f"**/rooms/{room}") as page:
        ash.goes_to(f"/rooms/{room}")
    own = page.value.text().split('aria-current="page"')[1].split("</a>")[0]
    assert 'class="badge"' in own
    ash.until("!document.querySelector('.rail [aria-current] .badge')")


@pytest.mark.slow
def test_words_are_grouped_by_author_and_days_are_named(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = served.member_in(room)
    ash = visitor().sits_in(room)
    teller.put(room, "First thing")
    teller.put(room, "Second thing")
    ash.sees("Second thing")
    ash.until("document.querySelector('article.same .words')?.innerText === 'Second thing'")
    ash.goes_to(f"/rooms/{room}")
    assert ash.page.locator(".day").first.inner_text() == "Today"
    beneath = "article.same .words, .new + article .words"  # what is new stands apart
    ash.until("(at) => document.querySelector(at)?.innerText === 'Second thing'", beneath)


def test_people_s_words_are_never_markup(visitor: MakeVisitor, served: Place, room: str) -> None:
    trick = "<img src=x onerror=alert(1)><b>bold</b>"
    ash = visitor().sits_in(room)
    served.member_in(room).put(room, trick)
    live = ash.sees("<b>bold</b>")
    assert live.locator(".words img, .words b").count() == 0
    ash.goes_to(f"/rooms/{room}")
    assert ash.sees("<b>bold</b>").locator(".words").inner_text() == trick


@pytest.mark.slow
def test_an_empty_room_says_that_it_is_quiet_until_somebody_speaks(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor().sits_in(room)
    assert "It’s quiet here" in ash.page.inner_text(".log")
    ash.says("Then I will begin")
    ash.sees("Then I will begin")
    assert "It’s quiet here" not in ash.page.inner_text(".log")


@pytest.mark.slow
def test_presence_is_coarse(visitor: MakeVisitor, served: Place, room: str) -> None:
    ash = visitor().sits_in(room)
    assert ash.page.inner_text("#here") == "A few here"
    lines = [served.member_in(room).line_in(room) for _ in range(5)]
    ash.until("document.querySelector('#here').textContent === '6 here'")
    for line in lines:
        line.break_off()
    ash.until("document.querySelector('#here').textContent === 'A few here'")


@pytest.mark.slow
def test_that_somebody_is_writing_is_said_without_a_name(visitor: MakeVisitor, room: str) -> None:
    ash, birch = visitor().sits_in(room), visitor().sits_in(room)
    birch.page.type("#text", "I am")
    ash.until("document.querySelector('.typing').textContent === 'Someone is writing'")


@pytest.mark.slow
def test_only_so_many_messages_stay_on_the_page(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor().sits_in(room)
    teller = served.member_in(room)
    for number in range(180):
        teller.put(room, f"Number {number}.")
    ash.sees("Number 179.")
    assert len(ash.seqs()) == 160
    assert ash.from_end() <= 1
