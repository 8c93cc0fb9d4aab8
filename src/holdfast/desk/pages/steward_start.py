"""Where a steward begins: one card for each part, those that need a look marked."""

from __future__ import annotations

from fastapi import Request
from msgspec import Struct, field
from starlette.responses import Response

from holdfast.community.rules.wording import SLOTS
from holdfast.desk.pages.lines import is_due
from holdfast.desk.pages.steward_doors import Steward, steward_page
from holdfast.desk.pages.steward_helplines import lines_now
from holdfast.desk.pages.steward_retention import going_tonight
from holdfast.desk.pages.steward_rooms import rooms_shown
from holdfast.desk.pages.steward_settings import health_of
from holdfast.desk.pages.steward_staff import Roster, roster_of
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import House, InHouse
from holdfast.kit.looks import Looks
from holdfast.kit.pages import looks_of
from holdfast.kit.words import N_, NP_, say
from holdfast.messages.queries.retention import policy
from holdfast.rooms.tables import RoomState
from holdfast.settings import Switch
from holdfast.staff.rules.roles import DUTIES

router = APIRouter(prefix="/desk/steward", include_in_schema=False)
LOOK = N_("Have a look")
OPEN = N_("Open")


class Card(Struct):
    """One part of looking after the place, and what is to be said about it today."""

    name: str
    icon: str
    title: str
    to: str
    words: list[str] = field(default_factory=list)
    needs: bool = False
    does: str = OPEN

    def say(self, locale: str, words: str, *, needs: bool = False, **facts: object) -> None:
        """Add a sentence; with `needs`, the card is marked."""
        self.words.append(say(locale, words, **facts))
        self.needs = self.needs or needs


@router.get("")
async def get_start(request: Request, house: InHouse, staff: Steward) -> Response:
    """What needs a look today."""
    looks = looks_of(request)
    cards = [
        await _rooms(house, looks),
        await _staff(house, looks),
        await _helplines(house, looks),
        _wording(house, looks),
        await _keeping(house, looks),
        await _settings(house, looks),
    ]
    for card in cards:
        card.title = say(looks.locale, card.title)
        card.does = say(looks.locale, LOOK if card.needs else OPEN)
    return steward_page(request, staff, "start", cards=cards)


async def _rooms(house: House, looks: Looks) -> Card:
    card = Card("rooms", "message-circle", N_("Rooms"), "/desk/steward/rooms")
    rooms = await rooms_shown(house, looks)
    here = [room for room in rooms if room.state != RoomState.CLOSED]
    card.say(looks.locale, N_("Rooms that are open: %(n)s"), needs=not here, n=len(here))
    if quiet := sum(room.state == RoomState.QUIET for room in here):
        card.say(looks.locale, N_("Quiet just now, because nobody is on shift: %(n)s"), n=quiet)
    if closing := sum(room.closes_at is not None for room in here):
        card.say(looks.locale, N_("Going to close: %(n)s"), n=closing)
    return card


async def _staff(house: House, looks: Looks) -> Card:
    card = Card("staff", "users-round", N_("Staff"), "/desk/steward/staff")
    async with house.workshop.reading() as work:
        roster = await roster_of(work)
    for words, facts, needs in _about(
        roster, looks.locale, covered=house.settings.coverage is Switch.ON
    ):
        card.say(looks.locale, words, needs=needs, **facts)
    return card


def _about(
    roster: Roster, locale: str, *, covered: bool
) -> list[tuple[str, dict[str, object], bool]]:
    """What is to be said of who is there: the sentence, its facts, whether it needs a look."""
    found: list[tuple[str, dict[str, object], bool]] = []
    if roster.here:
        found.append((N_("On shift now: %(n)s"), {"n": roster.here}, False))
    else:
        found.append((QUIET if covered else NOBODY, {}, True))
    if roster.few:
        names = ", ".join(say(locale, DUTIES[role].name) for role in roster.few)
        found.append((N_("Fewer than two: %(roles)s"), {"roles": names}, True))
    if not roster.two_can_decide:
        found.append((ALONE, {}, True))
    if roster.waiting:
        found.append((N_("Invitations that wait: %(n)s"), {"n": roster.waiting}, False))
    return found


QUIET = NP_("safety", "Nobody is on shift. Every room is quiet.")
NOBODY = NP_("safety", "Nobody is on shift.")
ALONE = N_(
    "Two people decide together about removing somebody, and about closing a room at once. "
    "There are not two, so these wait."
)


async def _helplines(house: House, looks: Looks) -> Card:
    card = Card("helplines", "phone", N_("Helplines"), "/desk/steward/helplines")
    lines = await lines_now(house, looks)
    due = sum(is_due(one) for one in lines)
    good, every = sum(one.is_good for one in lines), len(lines)
    card.say(looks.locale, N_("%(done)s of %(every)s checked"), done=good, every=every)
    home = sum(is_due(one) and one.row.country == house.community.country for one in lines)
    if home:
        card.say(looks.locale, N_("In your own country, %(n)s wait."), needs=True, n=home)
    elif due:
        card.say(looks.locale, N_("Your own country’s are checked. %(n)s others wait."), n=due)
    return card


async def _keeping(house: House, looks: Looks) -> Card:
    card = Card("retention", "clock", N_("How long words are kept"), "/desk/steward/retention")
    now = house.workshop.clock.now()
    async with house.workshop.reading() as work:
        going, chosen = await going_tonight(work, now), await policy(work)
    card.say(looks.locale, N_("Open rooms: %(n)s days"), n=chosen.kinds["open"])
    if going:
        card.say(looks.locale, N_("About %(n)s messages would go tonight."), n=going)
    else:
        card.say(looks.locale, N_("Nothing is old enough to go tonight."))
    return card


def _wording(house: House, looks: Looks) -> Card:
    card = Card("wording", "pencil", N_("Wording"), "/desk/steward/wording")
    filled = len({name for name, _ in house.community.words})
    card.say(
        looks.locale,
        N_("%(n)s of %(every)s places have your own words."),
        n=filled,
        every=len(SLOTS),
    )
    return card


async def _settings(house: House, looks: Looks) -> Card:
    card = Card("settings", "shield-check", N_("Settings"), "/desk/steward/settings")
    for one in await health_of(house, looks.locale):
        if not one["is_good"] and not one["to"]:
            card.words.append(one["words"])
            card.needs = True
    if not card.needs:
        card.say(looks.locale, N_("All is well with the server."))
    return card
