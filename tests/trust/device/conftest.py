"""A real browser in front of a real server, as the browser tests have it."""

from __future__ import annotations

from browser.conftest import chromium, room, served, visitor, windows

__all__ = ["chromium", "room", "served", "visitor", "windows"]
