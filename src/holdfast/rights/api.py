"""Who is asking: the one dependency by which handlers learn it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from holdfast.kit.errors import NotFound, NotPermitted, SignedOut
from holdfast.kit.words import N_
from holdfast.rights.rules import Actor, Guest, Member, Staff


async def current_actor(request: Request) -> Actor:
    """The actor behind this request; a guest where there is no living session."""
    actor: Actor = await request.app.state.house.find_actor(request)
    return actor


async def current_member(actor: Annotated[Actor, Depends(current_actor)]) -> Member:
    """The member behind this request. Raises `SignedOut` for anyone else."""
    if isinstance(actor, Staff):
        raise NotPermitted(N_("Rooms are for members. You are signed in as staff."))
    if not isinstance(actor, Member):
        raise SignedOut
    return actor


async def someone_in(actor: Annotated[Actor, Depends(current_actor)]) -> Actor:
    """A member or staff person. Raises `SignedOut` for a guest."""
    if isinstance(actor, Guest):
        raise SignedOut
    return actor


async def staff_in(actor: Annotated[Actor, Depends(someone_in)]) -> Staff:
    """A staff person. For a member there is nothing here: raises `NotFound`."""
    if not isinstance(actor, Staff):
        raise NotFound
    return actor


async def speaker(actor: Annotated[Actor, Depends(current_actor)]) -> Member | Staff:
    """Who may have a seat: a member, or a staff person who came to one. Raises `SignedOut`."""
    if not isinstance(actor, Member | Staff):
        raise SignedOut
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]
CurrentMember = Annotated[Member, Depends(current_member)]
SomeoneIn = Annotated[Actor, Depends(someone_in)]
StaffIn = Annotated[Staff, Depends(staff_in)]
Speaker = Annotated[Member | Staff, Depends(speaker)]
