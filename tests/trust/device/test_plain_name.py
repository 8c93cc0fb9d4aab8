"""A plain name for the pages: the help page that a browser kept before takes it as well."""

from __future__ import annotations

import pytest

from browser.test_traffic import KEPT, MINE, READY
from browser.visitors import MakeVisitor, Visitor
from holdfast.kit.disguises import DISGUISES

NAME = DISGUISES["notes"].name
RENEWED = f"""Promise.all(['/help', '/help/young', '/offline'].map(async (path) => {{
  const kept = await (await caches.open('holdfast-1')).match(path);
  return ((await kept?.text()) ?? '').includes('<title>{NAME}</title>');
}})).then((all) => all.every((one) => one))"""


def looks_plain(one: Visitor, path: str) -> None:
    one.goes_to(path)
    head = one.page.evaluate("document.head.outerHTML")
    bar = one.page.evaluate("document.querySelector('.bar .logo').outerHTML")
    assert one.page.title() == NAME, path
    assert "icons/notes.svg" in head
    assert "Holdfast" not in head + bar, path


@pytest.mark.full
def test_the_help_page_that_was_kept_takes_the_plain_name_at_once_and_without_a_connection(
    visitor: MakeVisitor,
) -> None:
    ash, country = visitor(of_its_own=True), "/help?country=GB"
    ash.is_a_member()
    ash.goes_to("/me/private")
    ash.until(READY)
    ash.goes_to("/me/private")
    for kept in (MINE, KEPT):
        ash.until(kept)
    for path in (country, "/help"):
        ash.goes_to(path)
        assert "Holdfast" in ash.page.title()
    ash.goes_to("/me/private")
    ash.page.check("input[name='disguise'][value='notes']")
    ash.page.click("form[action='/me/private/disguise'] button")
    ash.page.wait_for_url("**saved=disguise*")
    ash.until(RENEWED)
    looks_plain(ash, country)
    ash.context.set_offline(True)
    for path in ("/help", "/help/young", country, "/me"):
        looks_plain(ash, path)
    ash.context.set_offline(False)


@pytest.mark.slow
def test_a_plain_name_chosen_on_another_device_reaches_what_this_one_kept(
    visitor: MakeVisitor,
) -> None:
    ash = visitor(of_its_own=True)
    member = ash.is_a_member()
    ash.goes_to("/me")
    ash.until(READY)
    ash.goes_to("/me")
    for kept in (MINE, KEPT):
        ash.until(kept)
    other = visitor(of_its_own=True)
    other.holds_cookie("holdfast", member.token)
    other.goes_to("/me/private")
    other.page.check("input[name='disguise'][value='notes']")
    other.page.click("form[action='/me/private/disguise'] button")
    other.page.wait_for_url("**saved=disguise*")
    ash.goes_to("/me")
    ash.until(RENEWED)
    looks_plain(ash, "/help")
