"""Coming in, signing in and out, for programs (live.md §2)."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from holdfast.kit.clock import stamp
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.members.access import myself
from holdfast.members.actions import (
    DOOR,
    PHRASES,
    Keys,
    WrongPhrase,
    come_through_the_door,
    sign_in,
    sign_out,
    unlock_own_key,
)
from holdfast.members.actions.freezing import freeze, thaw
from holdfast.members.actions.proofs import make_challenge
from holdfast.members.queries import door_now, greeting_name
from holdfast.members.rules import promises
from holdfast.members.rules.door import LONGEST_PROOF, Door
from holdfast.rights.api import CurrentActor, CurrentMember
from holdfast.rights.rules import Guest
from holdfast.settings import Switch

router = APIRouter(prefix="/api/v1", tags=["members"])


class Body(BaseModel):
    """What is asked, and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ComingIn(Body):
    promises: str = Field(max_length=40, description="The version of the promises read.")
    age_band: str = Field(max_length=20, examples=["18+"])
    proof: str | None = Field(
        None,
        max_length=LONGEST_PROOF,
        description="A solved challenge: base64 of its JSON. Asked for only while the door asks.",
    )
    invitation: str | None = Field(
        None,
        max_length=60,
        description="An invitation, where somebody has one: instead of a proof.",
    )


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


class Challenge(BaseModel):
    """Work for a device, as `altcha` 2 writes it: find the number whose key begins as told."""

    needed: bool = Field(description="Whether the door asks for a proof just now.")
    parameters: dict[str, Any]
    signature: str


async def door_of(house: House, work: Work) -> Door:
    """How the door stands now."""
    return await door_now(work, may_ask=house.settings.proof_of_work is Switch.ON)


@router.get("/challenge")
async def get_challenge(house: InHouse) -> Challenge:
    """Work to do before coming in, while the door asks for it."""
    house.limits.take("door", DOOR)
    async with house.workshop.reading() as work:
        door = await door_of(house, work)
    asked = make_challenge(house.root, door, house.workshop.clock.now())
    return Challenge(needed=door.asks_proof, **asked)


@router.post("/members", status_code=201)
async def post_member(house: InHouse, body: ComingIn) -> InSide:
    """Come in. Nothing else is asked, except a proof or an invitation while the door asks."""
    house.limits.take("door", DOOR)
    async with house.workshop.work() as work:
        came = await come_through_the_door(
            work,
            Guest(),
            root=house.root,
            door=await door_of(house, work),
            keys=Keys(proof=body.proof or "", invitation=body.invitation or ""),
            age_band=body.age_band,
            version=body.promises,
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


class KeyState(BaseModel):
    state: str = Field(
        description="`none`: nobody made one yet. `shut`: the seven words open it here. `open`."
    )


@router.get("/me/own-key")
async def get_own_key(member: CurrentMember) -> KeyState:
    """How my own key stands in this session: talk between two opens with it alone."""
    own = member.own
    if own is None or own.public is None:
        return KeyState(state="none")
    return KeyState(state="open" if own.is_open else "shut")


@router.post("/me/own-key", status_code=204)
async def post_own_key(house: InHouse, member: CurrentMember, body: Phrase) -> Response:
    """Open my own key in this session with the seven words."""
    house.limits.take("phrases", PHRASES)
    try:
        async with house.workshop.work() as work:
            await unlock_own_key(work, member, root=house.root, phrase=body.recovery_phrase)
    except NotFound:
        raise WrongPhrase from None
    return Response(status_code=204)


@router.get("/promises")
async def get_promises() -> Promises:
    """The promises that are asked at the door."""
    items = [{"title": say("en", p.title), "words": say("en", p.words)} for p in promises.PROMISES]
    return Promises(version=promises.VERSION, items=items)


class Freezing(BaseModel):
    frozen_since: str


@router.put("/me/freeze")
async def put_freeze(house: InHouse, member: CurrentMember) -> Freezing:
    """Have everything about me kept and not used, until I take that back. Twice is once."""
    async with house.workshop.work() as work:
        row = await freeze(work, member)
        return Freezing(frozen_since=stamp(row.at))


@router.delete("/me/freeze", status_code=204)
async def delete_freeze(house: InHouse, member: CurrentMember) -> Response:
    """It may be used as before."""
    async with house.workshop.work() as work:
        await thaw(work, member)
    return Response(status_code=204)
