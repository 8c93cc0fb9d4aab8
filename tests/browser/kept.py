"""The page on which somebody has everything kept and not used; and waiting at the door."""

from __future__ import annotations

from collections.abc import Callable

from browser.visitors import Visitor

HERE = "/me/freeze"
THE_FORM = "document.querySelector('main form[action=\"/come-in/agree\"]')"


def before(one: Visitor, room: str) -> None:
    one.sits_in(room)
    one.goes_to(HERE)


def kept(one: Visitor, room: str) -> None:
    """Everything is kept and not used, and what was said is out of sight."""
    before(one, room)
    one.page.click(f"form[action='{HERE}'] .btn-main")
    one.page.locator(f"form[action='{HERE}/end']").wait_for()


def waiting(one: Visitor, room: str) -> None:
    """At the door, as whoever cannot have a device do some work for it."""
    del room
    one.context.clear_cookies(name="holdfast")  # a member does not stand at the door
    one.goes_to("/come-in")
    one.page.check("input[value='18+']")
    for action in ("/come-in", "/come-in/check"):
        _presses(one, action)
    one.page.check("input[value='send']")
    for _ in range(2):
        _presses(one, "/come-in/check")
    one.page.evaluate(f"{THE_FORM}.action = '/come-in/wait'")
    one.page.evaluate(f"{THE_FORM.replace('agree', 'wait')}.submit()")
    one.page.wait_for_url("**/come-in/wait*")


def _presses(one: Visitor, action: str) -> None:
    one.page.click(f"main form[action='{action}'] button")
    one.page.wait_for_load_state()


KEPT: dict[str, Callable[[Visitor, str], None]] = {
    "keep it": before,
    "kept": kept,
    "waiting": waiting,
}
