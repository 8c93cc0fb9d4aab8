"""Passkeys of members in a real browser: one too many, and a browser that has none."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.test_staff import DEVICE
from browser.visitors import PHONE
from contract.client import Place

NONE = "delete window.PublicKeyCredential"


def named(chromium: Browser, place: Place, token: str = "") -> Page:
    """A page at an address with a name, which passkeys need."""
    at = place.url.replace("127.0.0.1", "localhost")
    page = chromium.new_context(base_url=at, viewport=PHONE).new_page()
    if token:
        page.context.add_cookies([{"name": "holdfast", "value": token, "url": at}])
    return page


@pytest.mark.full
def test_a_second_passkey_on_one_device_is_said_to_be_there_already(
    chromium: Browser, served: Place
) -> None:
    page = named(chromium, served, served.newcomer().token)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto("/me/private")
    page.click("[data-passkey] button")
    page.wait_for_url("**saved=passkey*")
    page.click("[data-passkey] button")
    said = page.locator("[data-passkey] [role=alert]")
    expect(said).to_have_text("This device has a passkey for this place already.")
    page.context.close()


@pytest.mark.full
@pytest.mark.parametrize("path", ["/sign-in", "/staff/sign-in"])
def test_a_browser_without_passkeys_says_so_where_the_button_would_be(
    chromium: Browser, served: Place, path: str
) -> None:
    page = named(chromium, served)
    page.goto(path)
    without = page.locator("[data-no-passkeys]")
    expect(page.locator("[data-passkey]")).to_be_visible()
    expect(without).to_be_hidden()
    page.add_init_script(NONE)
    page.reload()
    expect(without).to_be_visible()
    expect(page.locator("[data-passkey]")).to_be_hidden()
    page.context.close()
