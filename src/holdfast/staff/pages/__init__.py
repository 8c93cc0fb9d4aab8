"""The pages of those who look after the place: who they are, how they sign in, when they work."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.staff.pages.account import router as account
from holdfast.staff.pages.again import router as again
from holdfast.staff.pages.begin import router as begin
from holdfast.staff.pages.codes import router as codes
from holdfast.staff.pages.join import router as join
from holdfast.staff.pages.pager import router as pager
from holdfast.staff.pages.people import router as people
from holdfast.staff.pages.sign_in import router as sign_in
from holdfast.staff.pages.sso import router as sso

router = APIRouter(include_in_schema=False)
for part in (sign_in, begin, sso, join, again, codes, people, pager, account):
    router.routes += part.routes
