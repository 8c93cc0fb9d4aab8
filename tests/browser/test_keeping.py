"""Nothing that somebody wrote is lost, doubled or put in the wrong place."""

from __future__ import annotations

import pytest

from browser.visitors import MakeVisitor
from contract.client import Place

BLOCKED = """window.WebSocket = class {
  constructor() { setTimeout(() => this.onclose?.({ code: 1006 })); }
  close() {}
};"""


@pytest.mark.slow
def test_words_written_offline_wait_on_the_page_and_go_out_by_themselves(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor().sits_in(room)
    ash.context.set_offline(True)
    ash.until("!document.querySelector('.offline').hidden")
    ash.says("Written with no connection")
    state = ash.page.locator(".msg.wait .msg-state")
    assert state.inner_text() == "Will send when you’re back online"
    served.member_in(room).put(room, "Said while you were away")
    ash.context.set_offline(False)
    ash.sees("Said while you were away")
    ash.page.locator(".msg.wait").wait_for(state="detached")
    assert ash.page.locator(".offline").is_hidden()
    assert ash.page.locator("article", has_text="Written with no connection").count() == 1
    assert ash.seqs() == sorted(set(ash.seqs()))
    # The service worker, once it is there, has its own word for "no connection".
    ash.complaints = [words for words in ash.complaints if "ERR_FAILED" not in words]


@pytest.mark.slow
def test_a_waiting_message_survives_a_reload(visitor: MakeVisitor, room: str) -> None:
    ash = visitor().sits_in(room)
    ash.page.evaluate("document.querySelector('hf-room').line.say = () => false")
    ash.says("Not gone yet")
    assert ash.page.locator(".msg.wait").count() == 1
    ash.page.reload()
    ash.sees("Not gone yet").locator("time").wait_for()
    ash.page.locator(".msg.wait").wait_for(state="detached")
    assert ash.page.locator("article", has_text="Not gone yet").count() == 1


@pytest.mark.slow
def test_a_message_sent_twice_with_one_nonce_is_said_once(visitor: MakeVisitor, room: str) -> None:
    ash = visitor().sits_in(room)
    ash.page.evaluate(
        """() => {
          const room = document.querySelector('hf-room');
          const say = room.line.say.bind(room.line);
          room.line.say = (command) => say(command) && say(command);
        }"""
    )
    ash.says("Once is enough")
    ash.says("Then something else")
    ash.sees("Then something else").locator("time").wait_for()
    assert ash.page.locator("article", has_text="Once is enough").count() == 1


@pytest.mark.slow
def test_a_draft_and_the_focus_survive_what_arrives_and_the_draft_a_reload(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor().sits_in(room)
    ash.page.fill("#text", "half a thought")
    served.member_in(room).put(room, "Meanwhile, somebody else")
    ash.sees("Meanwhile, somebody else")
    assert ash.page.input_value("#text") == "half a thought"
    assert ash.page.evaluate("document.activeElement.id") == "text"
    ash.page.reload()
    assert ash.page.input_value("#text") == "half a thought"


@pytest.mark.slow
def test_an_accepted_word_that_overtakes_the_others_leaves_no_gap(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor().sits_in(room)
    ash.page.evaluate(
        """() => {
          const room = document.querySelector('hf-room');
          const hear = room.hear.bind(room);
          room.hear = (event) => { if (event.event !== 'posted') hear(event); };
        }"""
    )
    served.member_in(room).put(room, "Said before my reply")
    ash.says("My reply overtakes")
    ash.until("document.querySelector('.wait[data-accepted]') !== null")
    ash.page.reload()
    ash.is_live()
    texts = [ash.page.locator("article .words").nth(n).inner_text() for n in (0, 1)]
    assert texts == ["Said before my reply", "My reply overtakes"]


def test_a_line_cut_in_mid_talk_resumes_without_a_reload(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor().sits_in(room)
    teller = served.member_in(room)
    teller.put(room, "Before the cut")
    ash.sees("Before the cut")
    ash.page.evaluate("window.same = true")
    ash.context.set_offline(True)
    ash.until("!document.querySelector('.offline').hidden")
    for number in range(5):
        teller.put(room, f"Unheard {number}")
    ash.context.set_offline(False)
    ash.sees("Unheard 4")
    assert ash.page.evaluate("window.same") is True
    assert len(ash.seqs()) == 6
    assert ash.seqs() == sorted(ash.seqs())


@pytest.mark.slow
@pytest.mark.parametrize("button", ["again", "rewrite"])
def test_words_that_were_refused_come_back_with_their_reason(
    visitor: MakeVisitor, room: str, button: str
) -> None:
    ash = visitor().sits_in(room)
    ash.page.evaluate("document.querySelector('#text').removeAttribute('maxlength')")
    long = "a long night " * 400
    ash.says(long)
    bubble = ash.page.locator(".msg.wait")
    bubble.locator(".note").wait_for()
    assert "4,000" in bubble.locator(".note").inner_text()
    ash.page.reload()
    bubble.locator(".note").wait_for()
    bubble.locator(f"[data-do={button}]").click()
    if button == "rewrite":
        assert ash.page.input_value("#text") == long.strip()
        assert bubble.count() == 0
    else:
        bubble.locator(".note").wait_for()


@pytest.mark.slow
def test_a_signed_out_page_says_so_instead_of_pretending_to_be_offline(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor().sits_in(room)
    assert ash.member is not None
    with ash.page.expect_navigation():
        assert ash.member.call("DELETE", "/api/v1/me").is_success
    assert ash.page.locator("hf-room").count() == 0
    ash.complaints.clear()  # the browser notes that the page is refused now


@pytest.mark.slow
def test_where_a_network_blocks_the_line_words_go_out_by_the_form(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor()
    ash.page.add_init_script(BLOCKED)
    ash.is_a_member().take_seat(room)
    ash.goes_to(f"/rooms/{room}")
    ash.says("Through another door")
    ash.sees("Through another door").locator("time").wait_for()
    assert ash.page.locator(".msg.wait").count() == 0
    assert [m["text"] for m in served.member_in(room).items(room)] == ["Through another door"]


@pytest.mark.slow
def test_a_message_goes_when_its_author_chose_and_says_so_to_everybody(
    visitor: MakeVisitor, room: str
) -> None:
    birch, ash = visitor().sits_in(room), visitor().sits_in(room)
    ash.page.click("label[for=extras]")
    ash.page.select_option("#expires", "1h")
    ash.says("Only for an hour")
    for one in (ash, birch):
        assert one.sees("Only for an hour").locator(".goes").inner_text().startswith("goes in ")
    assert ash.page.input_value("#expires") == ""
    ash.says("And this one stays")
    assert ash.sees("And this one stays").locator(".goes").count() == 0
