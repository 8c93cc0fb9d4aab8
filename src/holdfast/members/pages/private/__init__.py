"""Staying private: what pages call themselves, the PIN, other devices, passkeys."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.members.pages.private.choosing import router as choosing
from holdfast.members.pages.private.devices import router as devices
from holdfast.members.pages.private.locking import router as locking
from holdfast.members.pages.private.own_key import router as own_key
from holdfast.members.pages.private.passkeys import router as passkeys

router = APIRouter()
for part in (choosing, locking, devices, own_key, passkeys):
    router.routes += part.routes
