"""What can be done with an escalation, by plain forms; a refusal comes back in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.crisis import actions
from holdfast.crisis.rules.packets import Said
from holdfast.crisis.rules.steps import CONCERNS, Outcome, Why
from holdfast.desk.pages.doors import AtTheDesk
from holdfast.desk.pages.queue import Id, desk_with
from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.house import House, InHouse
from holdfast.rights.rules import Staff

router = APIRouter(prefix="/desk/escalations/{escalation_id}", include_in_schema=False)
WHYS, ENDS = {why.value: why for why in Why}, {end.value: end for end in Outcome}
UNSEEN = {"", "danger_to_them", "danger_to_others"}
Field = Annotated[str, Form(max_length=1_000)]
Number = Annotated[int, Form(ge=0, le=2**53 - 1)]
Act = Callable[..., Awaitable[Any]]


class Card(Struct, frozen=True):
    """One escalation's card in front of a staff person, and what they do with it."""

    request: Request
    house: House
    staff: Staff
    id: int

    async def does(self, act: Act, *more: Any, **how: Any) -> Response:
        """Do it and go back to the card; refused, it is shown as it is now, and says why."""

        def back(_: Any) -> str:
            return f"/desk/escalations/{self.id}"

        return await self.goes(back, act, *more, **how)

    async def goes(self, where: Callable[[Any], str], act: Act, *more: Any, **how: Any) -> Response:
        """The same, going on to where what came of it leads."""
        try:
            async with self.house.workshop.work() as work:
                done = await act(work, self.staff, *more, escalation_id=self.id, **how)
        except NotFound:
            raise
        except HoldfastError as refused:
            return await desk_with(self.request, self.house, self.staff, self.id, refused=refused)
        return go_to(where(done))


async def at_card(request: Request, house: InHouse, staff: AtTheDesk, escalation_id: Id) -> Card:
    return Card(request, house, staff, escalation_id)


AtCard = Annotated[Card, Depends(at_card)]


@router.post("/take")
async def post_take(card: AtCard) -> Response:
    """Take it into my hands."""
    return await card.does(actions.take_escalation)


@router.post("/join")
async def post_join(card: AtCard) -> Response:
    """Go to the member, in the side space."""
    return await card.goes(lambda slug: f"/rooms/{slug}", actions.join_escalation)


@router.post("/leave")
async def post_leave(card: AtCard) -> Response:
    """The check-in is done: I leave the side space."""
    return await card.does(actions.leave_side_space)


@router.post("/pass-on")
async def post_pass_on(card: AtCard) -> Response:
    """Let go of it, for the next person."""
    return await card.does(actions.pass_on)


@router.post("/raise")
async def post_raise(card: AtCard, to: Field = "") -> Response:
    """It is graver than it stands."""
    level = known(CONCERNS, to)
    return await card.does(actions.raise_by_hand, to=level, why=Why.LEARNED_MORE)


@router.post("/lower")
async def post_lower(card: AtCard, to: Field = "", why: Field = "") -> Response:
    """Ask a second person to lower it."""
    level, reason = known(CONCERNS, to), known(WHYS, why)
    return await card.does(actions.lower_escalation, to=level, why=reason)


@router.post("/close")
async def post_close(card: AtCard, how: Field = "", check_in_hours: Number = 0) -> Response:
    """Close it, or ask a second person to."""
    end = known(ENDS, how)
    return await card.does(actions.close_escalation, how=end, check_in_hours=check_in_hours)


@router.post("/grant")
async def post_grant(card: AtCard, approval: Number = 0) -> Response:
    """Say yes to what another asked for."""
    return await card.does(actions.grant, approval=approval)


@router.post("/packet")
async def post_packet(
    card: AtCard,
    *,
    words: Field = "",
    wants: Field = "",
    tried: Field = "",
    contact: Field = "",
    unseen: Field = "",
) -> Response:
    """Write what goes along when the member is handed over."""
    if unseen not in UNSEEN:
        raise Malformed
    keyring = card.house.ledger.keyring
    said = Said(words, wants, tried, contact)
    return await card.does(actions.prepare_packet, keyring, said=said, unseen=unseen)


@router.post("/hand-over")
async def post_hand_over(card: AtCard, service: Field = "") -> Response:
    """A service said: I have them."""
    return await card.does(actions.hand_over_escalation, service=service)


def known(values: dict[str, Any], given: str) -> Any:
    """The value a form named. Raises `Malformed` for another."""
    if given not in values:
        raise Malformed
    return values[given]
