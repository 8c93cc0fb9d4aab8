"""The cookie by which someone too young for this place is known for the rest of this visit."""

from __future__ import annotations

from fastapi import Request

from holdfast.kit.cookies import cookie

VISIT, OTHER_PAGE = "holdfast-visit", "other-page"


def is_for_other_page(request: Request) -> bool:
    """Whether someone too young for this place said so on this visit."""
    return cookie(request, VISIT) != ""
