"""Staff in a real browser: passkeys made and used, and every page of theirs looked at."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from browser.visitors import AXE, DESK, OVERFLOW, PHONE, RULES
from contract.server import Server, command

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A place in which nobody looks after anything yet."""
    server = Server(tmp_path_factory.mktemp("staff"))
    server.start()
    yield server
    server.stop()


def code_from_the_console(server: Server) -> str:
    asked = [*command(), "steward", "code", "--data", server.data]
    done = subprocess.run(asked, env=server.environment, capture_output=True, text=True, check=True)
    assert "/staff/begin" in done.stderr
    return done.stdout.strip()


class Colleague:
    """Somebody of the staff, with a browser and a device that knows their finger."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.at = f"http://localhost:{server.port}"  # passkeys are bound to a name
        self.context: BrowserContext = browser.new_context(base_url=self.at, viewport=PHONE)
        self.context.set_default_timeout(8_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.device = self.context.new_cdp_session(self.page)
        self.device.send("WebAuthn.enable")
        added = self.device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.authenticator = added["authenticatorId"]

    def uses_a_passkey(self, then: str) -> None:
        self.page.click("[data-passkey] button")
        self.page.wait_for_url(f"{self.at}{then}")

    def is_recognised(self, is_them: bool) -> None:
        """Whether the device recognises the finger on it."""
        verified = {"authenticatorId": self.authenticator, "isUserVerified": is_them}
        self.device.send("WebAuthn.setUserVerified", verified)

    def looks_around(self, *paths: str) -> dict[str, list[str]]:
        """What is wrong with these pages, narrow and wide, in light and dark."""
        found = {}
        for path in paths:
            self.page.goto(path)
            for size in (PHONE, DESK):
                self.page.set_viewport_size(size)
                for scheme in SCHEMES:
                    self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    axe = AXE.run(self.page, options=RULES).response["violations"]
                    wrong = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in axe]
                    wrong += self.page.evaluate(OVERFLOW)
                    if wrong:
                        found[f"{path} {size['width']} {scheme}"] = wrong
        return found


def joins_as_a_steward(one: Colleague, server: Server) -> None:
    one.page.goto("/staff/begin")
    one.page.fill("#code", code_from_the_console(server))
    one.page.fill("#name", "Sam")
    one.page.check("[name=language-en]")
    one.page.click("main form button")
    one.page.fill("#passkey-label", "my phone")
    one.uses_a_passkey("/staff?saved=joined#saved")
    assert one.page.locator("h1").inner_text().startswith("Sam")
    assert one.page.locator("#passkeys").get_by_text("my phone", exact=True).is_visible()


@pytest.mark.slow
def test_staff_join_sign_in_and_show_themselves_again_with_real_passkeys(
    chromium: Browser, server: Server
) -> None:
    sam, kim = Colleague(chromium, server), Colleague(chromium, server)
    joins_as_a_steward(sam, server)
    sam.page.goto("/staff/people/invite")
    sam.page.fill("#name", "Kim")
    sam.page.check("[value=crisis-moderator]")
    sam.page.check("[name=language-en]")
    sam.page.click("main form button")
    kim.page.goto(sam.page.inner_text(".link-once"))
    kim.uses_a_passkey("/staff?saved=joined#saved")
    kim.page.click("form[action='/staff/sessions/end'] button")
    kim.page.wait_for_url("**/staff/sign-in")
    kim.is_recognised(False)  # somebody else's finger
    kim.page.click("[data-passkey] button")
    kim.page.locator("[data-passkey] [role=alert]:not([hidden])").wait_for()
    assert kim.page.url.endswith("/staff/sign-in")
    kim.is_recognised(True)
    kim.uses_a_passkey("/staff")
    kim.page.goto("/staff/again?back=/staff/password")
    kim.uses_a_passkey("/staff/password")
    assert (sam.complaints, kim.complaints) == ([], [])
    kim.context.close()
    sam.context.close()


@pytest.mark.slow
def test_a_page_asks_whether_anybody_is_there_and_takes_a_sign_of_life_for_use(
    chromium: Browser, server: Server
) -> None:
    sam = Colleague(chromium, server)
    joins_as_a_steward(sam, server)
    sam.page.clock.install()
    sam.page.goto("/staff/people")
    question = sam.page.locator("[data-present]")
    sam.page.clock.fast_forward("24:00")
    assert not question.is_visible()
    sam.page.clock.fast_forward("01:30")
    assert question.is_visible()
    assert [wrong for wrong in sam.page.evaluate(OVERFLOW) if wrong] == []
    with sam.page.expect_response("**/staff/here") as told:
        sam.page.mouse.move(100, 100)
    assert told.value.status == 204
    assert not question.is_visible()
    sam.page.clock.fast_forward("25:30")
    with sam.page.expect_response("**/staff/here"):
        question.get_by_role("button").press("Enter")
    assert not question.is_visible()
    sam.context.clear_cookies()  # as if the sign-in had ended meanwhile
    sam.page.clock.fast_forward("30:10")
    sam.page.wait_for_url("**/staff/sign-in?back=*")
    assert sam.complaints == []
    sam.context.close()


@pytest.mark.slow
def test_staff_pages_shut_nobody_out_in_light_and_dark_narrow_and_wide(
    chromium: Browser, server: Server
) -> None:
    sam = Colleague(chromium, server)
    assert sam.looks_around("/staff/sign-in", "/staff/begin") == {}
    joins_as_a_steward(sam, server)
    sam.page.goto("/staff/people/invite")
    sam.page.fill("#name", "Kim")
    sam.page.check("[value=lead]")
    sam.page.check("[name=language-en]")
    sam.page.click("main form button")
    link = sam.page.inner_text(".link-once")
    pages = ("/staff", "/staff/people", "/staff/people/invite", "/staff/people/1")
    again = "/staff/again?back=/staff"
    assert sam.looks_around(*pages, "/staff/password", again, link) == {}
    assert sam.complaints == []
    sam.context.close()
