"""Coming in, signing in and out, for programs (live.md §2)."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from holdfast.kit.house import InHouse
from holdfast.kit.words import say
from holdfast.members.access import myself
from holdfast.members.actions import DOOR, PHRASES, come_in, sign_in, sign_out
from holdfast.members.queries import greeting_name
from holdfast.members.rules import promises
from holdfast.rights.api import CurrentActor, CurrentMember
from holdfast.rights.rules import Guest

router = APIRouter(prefix="/api/v1", tags=["members"])


class Body(BaseModel):
    """What is asked, and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ComingIn(Body):
    promises: str = Field(max_length=40, description="The version of the promises read.")
    age_band: str = Field(max_length=20, examples=["18+"])


class InSide(BaseModel):
    token: str
    recovery_phrase: str
    pseudonym: str = Field(
        description="Your name in the first room you go into; the next one gives you another."
    )


class Phrase(Body):
    recovery_phrase: str = Field(max_length=200)


class SignedIn(BaseModel):
    token: str


class Promises(BaseModel):
    version: str
    items: list[dict[str, str]]


@router.post("/members", status_code=201)
async def post_member(house: InHouse, body: ComingIn) -> InSide:
    """Come in. Nothing else is asked."""
    house.limits.take("door", DOOR)
    async with house.workshop.work() as work:
        came = await come_in(
            work, Guest(), root=house.root, age_band=body.age_band, version=body.promises
        )
        name = await greeting_name(work, came.member_id)
    return InSide(token=came.token, recovery_phrase=came.recovery_phrase or "", pseudonym=name)


@router.post("/sign-in")
async def post_sign_in(house: InHouse, body: Phrase) -> SignedIn:
    """Come back with the seven words."""
    house.limits.take("phrases", PHRASES)
    async with house.workshop.work() as work:
        token = await sign_in(work, Guest(), root=house.root, phrase=body.recovery_phrase)
    return SignedIn(token=token)


@router.post("/sign-out", status_code=204)
async def post_sign_out(house: InHouse, actor: CurrentActor) -> Response:
    """End this session; its live lines close."""
    async with house.workshop.work() as work:
        await sign_out(work, actor)
    return Response(status_code=204)


class Me(BaseModel):
    age_band: str
    language: str
    time_zone: str
    came_in_week: str
    kept: bool


@router.get("/me")
async def get_me(house: InHouse, member: CurrentMember) -> Me:
    """Myself, as far as this place knows me."""
    async with house.workshop.reading() as work:
        row = await myself(work, member)
    return Me(
        age_band=row.age_band,
        language=row.language,
        time_zone=row.time_zone,
        came_in_week=row.came_in_week.isoformat(),
        kept=row.phrase_lookup is not None,
    )


@router.get("/promises")
async def get_promises() -> Promises:
    """The promises that are asked at the door."""
    items = [{"title": say("en", p.title), "words": say("en", p.words)} for p in promises.PROMISES]
    return Promises(version=promises.VERSION, items=items)
