"""Reporting as members do it, and deciding as moderators do it, without a page between."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from holdfast.kit.ids import CaseId
from holdfast.moderation.actions import (
    Made,
    claim_case,
    decide_case,
    look_at_case,
    release_case,
    report_message,
    report_person,
    undo_report,
)
from holdfast.moderation.queries import (
    CaseCard,
    CaseSummary,
    MyReport,
    case_summary,
    reports_of_member,
)
from holdfast.moderation.rules.cases import Outcome
from holdfast.moderation.rules.reports import Door
from holdfast.moderation.tables import CaseRow
from holdfast.rights.rules import Role
from holdfast.screening.reading import read
from town import NIGHT, Person, Town, appoint


class Care:
    """The town with people who care for its rooms."""

    def __init__(self, town: Town) -> None:
        self.town, self.house = town, town.house

    async def hires(self, role: Role = Role.MODERATOR, name: str = "Maren") -> Person:
        async with self.house.workshop.work() as work:
            return await appoint(work, role, name=name)

    async def says(self, person: Person, text: str = "That is just like you", **more: Any) -> int:
        """Somebody says this in the night room. Its seq."""
        said = await self.town.say(person, text, **more)
        assert said.seq is not None
        return said.seq

    async def reports(
        self,
        person: Person,
        seq: int,
        kind: Door = Door.CONDUCT,
        words: str = "",
        slug: str = NIGHT,
    ) -> Made:
        async with self.house.workshop.work() as work:
            return await report_message(
                work,
                person.actor,
                self.house.ledger.keyring,
                slug=slug,
                seq=seq,
                kind=kind,
                words=read(words) if words else None,
            )

    async def reports_person(
        self, person: Person, other: Person, kind: Door = Door.CONDUCT, words: str = ""
    ) -> Made:
        seat = await self.town.seat(other)
        async with self.house.workshop.work() as work:
            return await report_person(
                work,
                person.actor,
                self.house.ledger.keyring,
                slug=NIGHT,
                handle=seat.author.seat,
                kind=kind,
                words=read(words) if words else None,
            )

    async def undoes(self, person: Person, made: Made) -> None:
        async with self.house.workshop.work() as work:
            await undo_report(work, person.actor, report=made.handle)

    async def claims(self, staff: Person, case_id: int = 1) -> CaseRow:
        async with self.house.workshop.work() as work:
            return await claim_case(work, staff.actor, case_id=case_id)

    async def releases(self, staff: Person, case_id: int = 1) -> CaseRow:
        async with self.house.workshop.work() as work:
            return await release_case(work, staff.actor, case_id=case_id)

    async def looks(self, staff: Person, case_id: int = 1) -> CaseCard:
        async with self.house.workshop.work() as work:
            keyring = self.house.ledger.keyring
            return await look_at_case(work, staff.actor, keyring, case_id=case_id)

    async def decides(
        self,
        staff: Person,
        outcome: Outcome = Outcome.MEASURE,
        *,
        case_id: int = 1,
        version: int | None = None,
        **more: Any,
    ) -> CaseRow:
        """Decide a case, as it is now unless a version is named."""
        if version is None:
            version = (await self.case(case_id)).version
        async with self.house.workshop.work() as work:
            return await decide_case(
                work, staff.actor, case_id=case_id, version=version, outcome=outcome, **more
            )

    async def case(self, case_id: int = 1) -> CaseSummary:
        async with self.house.workshop.reading() as work:
            found = await case_summary(work, CaseId(case_id))
        assert found is not None
        return found

    async def cases(self) -> list[int]:
        async with self.house.workshop.reading() as work:
            return list(await work.db.scalars(select(CaseRow.id).order_by(CaseRow.id)))

    async def mine(self, person: Person) -> list[MyReport]:
        """A member's own reports, as they see them."""
        async with self.house.workshop.reading() as work:
            return await reports_of_member(work, self.town.reader(person), person.member.id)
