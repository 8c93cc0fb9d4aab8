"""Listening for programs: everything that the pages do, as JSON."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.listening.api.asking import router as asking
from holdfast.listening.api.duty import router as duty
from holdfast.listening.api.handing import router as handing
from holdfast.listening.api.staff import router as staff
from holdfast.listening.api.talks import router as talks

router = APIRouter(prefix="/api/v1/listening", tags=["listening"])
for one in (asking, duty, talks, handing, staff):
    router.take_in(one)
