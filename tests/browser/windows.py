"""Browser windows that are used again: opening one costs more than most tests do in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

Key = tuple[tuple[str, Any], ...]


@dataclass
class Window:
    """One window, private like every one of ours, with the page that somebody looks at."""

    key: Key
    context: BrowserContext
    page: Page
    storage: CDPSession
    is_used_again: bool = True


class Windows:
    """Hands out windows and takes them back; whoever gets one finds nothing of anybody in it."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.free: dict[Key, list[Window]] = defaultdict(list)

    def open(self, *, viewport: Any, of_its_own: bool = False, **looks: Any) -> Window:
        """A window that looks like this: a used one, unless a test leaves marks on it."""
        key = tuple(sorted(looks.items()))
        used = [] if of_its_own else self.free[key]
        window = used.pop() if used else self._new(key)
        window.is_used_again = not of_its_own
        window.page = window.context.new_page()
        window.page.set_viewport_size(viewport)
        return window

    def _new(self, key: Key) -> Window:
        context = self.browser.new_context(base_url=self.address, **dict(key))
        context.set_default_timeout(8_000)
        kept = context.new_page()  # stays, and with it the process that draws
        return Window(key, context, kept, context.new_cdp_session(kept))

    def take_back(self, window: Window) -> None:
        """Close what is open in it and forget what it kept: cookies, storage, the worker."""
        if not window.is_used_again:
            window.context.close()
            return
        kept, *opened = window.context.pages
        assert kept.url == "about:blank"
        for page in opened:
            page.close()
        window.context.set_offline(False)
        window.context.unroute_all()
        window.context.clear_cookies()
        forget = {"origin": self.address, "storageTypes": "all"}
        window.storage.send("Storage.clearDataForOrigin", forget)
        self.free[window.key].append(window)
