"""The stewards' pages: what needs a look today, and each part of looking after the place."""

from __future__ import annotations

from holdfast.desk.pages import (
    steward_erasing,
    steward_helplines,
    steward_retention,
    steward_rooms,
    steward_settings,
    steward_staff,
    steward_start,
    steward_wording,
)
from holdfast.kit.doors import APIRouter

router = APIRouter(include_in_schema=False)
for part in (
    steward_start,
    steward_rooms,
    steward_staff,
    steward_helplines,
    steward_wording,
    steward_retention,
    steward_erasing,
    steward_settings,
):
    router.routes += part.router.routes
