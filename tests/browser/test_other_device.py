"""Coming in on another device with a real browser, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.visitors import MakeVisitor


@pytest.mark.full
@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_six_words_a_yes_to_the_sign_and_the_other_device_is_in(
    visitor: MakeVisitor, scripts: bool
) -> None:
    first = visitor(java_script_enabled=scripts)
    first.is_a_member()
    first.goes_to("/me/private")
    first.page.click("form[action='/me/private/device'] button")
    words = first.page.inner_text(".words[lang=en]")
    phone = visitor(java_script_enabled=scripts)
    phone.goes_to("/other-device")
    phone.page.fill("#words", words)
    phone.page.click("form[action='/other-device'] button")
    sign = phone.page.inner_text("main .words")
    expect(phone.page.locator("[data-by-itself]")).to_be_visible(visible=scripts)
    expect(phone.page.locator("main noscript")).to_be_visible(visible=not scripts)
    if not scripts:
        first.goes_to("/me/private/device")  # else the page goes on by itself
    first.page.locator("main[data-asks], main [data-asks]").wait_for()
    assert first.page.inner_text("main .words") == sign
    first.page.click("form[action='/me/private/device/answer'] .btn-main")
    first.page.wait_for_url("**/me/private?saved=device*")
    if not scripts:
        phone.page.click("main a[data-look]")
        phone.page.click("form[data-goes-on] button")
    phone.page.wait_for_url("**/rooms")
    assert phone.page.locator("main h1").count() == 1
    for one in (first, phone):
        assert one.complaints == []


@pytest.mark.full
def test_a_device_that_waits_is_told_of_a_no_by_its_own_page(visitor: MakeVisitor) -> None:
    first, phone = visitor(), visitor()
    first.is_a_member()
    first.goes_to("/me/private")
    first.page.click("form[action='/me/private/device'] button")
    phone.goes_to("/other-device")
    phone.page.fill("#words", first.page.inner_text(".words[lang=en]"))
    phone.page.click("form[action='/other-device'] button")
    first.page.locator("main [data-asks]").wait_for()
    first.page.click("form[action='/me/private/device/answer'] .btn:not(.btn-main)")
    told = phone.page.get_by_role("status").filter(has_text="did not let this one in")
    expect(told).to_be_visible(timeout=8_000)
