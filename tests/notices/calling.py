"""A place with people to call, a paper telephone, and short words for paging them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from holdfast.kit.house import House
from holdfast.kit.ids import PageId
from holdfast.notices.actions import acknowledge, add_device, add_number, page_people
from holdfast.notices.emergency import Pager
from holdfast.notices.jobs import climb
from holdfast.notices.rules import Urgency
from holdfast.notices.tables import PageRow, PageTryRow
from holdfast.rights.rules import Role, Staff, System
from holdfast.staff.actions.shifts import check_in, check_out
from holdfast.staff.queries import roster
from notices.telephones import Browser, PaperTelephone
from town import StillClock, appoint

ABOUT = "escalation:12"


class Calling:
    """The pager of a house, with a telephone of paper."""

    def __init__(self, house: House, clock: StillClock) -> None:
        self.house, self.clock = house, clock
        self.paper = PaperTelephone()
        self.pager = Pager(self.paper, roster, house.root, clock)

    async def someone(self, role: Role, phone: str = "", number: str = "") -> Staff:
        """Somebody with an account and, perhaps, a phone that can be called."""
        async with self.house.workshop.work() as work:
            person = (await appoint(work, role)).actor
            assert isinstance(person, Staff)
            if phone:
                await self.adds(work, person, phone)
            if number:
                await add_number(work, person, root=self.house.root, number=number)
        return person

    async def adds(self, work, person: Staff, phone: str) -> None:  # type: ignore[no-untyped-def]
        subscription = Browser(phone).subscription
        await add_device(
            work, person, root=self.house.root, subscription=subscription, label="A phone"
        )

    async def comes(self, person: Staff, hours: float = 4) -> None:
        async with self.house.workshop.work() as work:
            await check_in(work, person, until=self.clock.now() + timedelta(hours=hours))

    async def goes(self, person: Staff) -> None:
        async with self.house.workshop.work() as work:
            await check_out(work, person)

    async def pages(
        self,
        urgency: Urgency = Urgency.IMMEDIATE,
        about: str = ABOUT,
        *,
        until_taken: bool = False,
    ) -> PageId:
        async with self.house.workshop.work() as work:
            return await page_people(
                work, System(), about=about, urgency=urgency, until_taken=until_taken
            )

    async def answers(self, person: Staff, about: str = ABOUT) -> None:
        async with self.house.workshop.work() as work:
            await acknowledge(work, person, about=about)

    async def heard(self, **later: float) -> list[str]:
        """Which phones ring when so much time has passed."""
        self.clock.pass_time(**later)
        await climb(self.house.workshop, self.pager, self.clock.now())
        return self.paper.heard()

    async def tries(self, page_id: PageId) -> list[PageTryRow]:
        async with self.house.workshop.reading() as work:
            its = select(PageTryRow).where(PageTryRow.page_id == page_id)
            return list(await work.db.scalars(its.order_by(PageTryRow.id.desc())))

    async def page(self, page_id: PageId) -> PageRow:
        async with self.house.workshop.reading() as work:
            return await work.db.get_one(PageRow, page_id)
