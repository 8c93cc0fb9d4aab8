"""The pages of those who look after the place: who they are, how they sign in, when they work."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
