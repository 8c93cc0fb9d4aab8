"""The pager's page: my ways, a test call, the chain, what is open; all without a script."""

from __future__ import annotations

import httpx
import pytest

from holdfast.kit.house import House
from holdfast.notices.actions import page_people
from holdfast.notices.jobs import climb
from holdfast.notices.queries import contacts_of, open_pages
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Role, Staff, System
from holdfast.staff.queries import roster
from members.walking import Page, send, visit
from notices.telephones import GONE, REACHED, UNREACHED, Browser, PaperTelephone
from town import Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

HERE = "/staff/pager"
PHONE = "https://push.example/my-phone"


@pytest.fixture
def paper(house: House) -> PaperTelephone:
    """A house that may call by push and by a gateway, on a telephone of paper."""
    calls = {"pager_push": "push.example", "pager_webhook": "https://gateway.example/"}
    house.settings = house.settings.model_copy(update=calls)
    paper = PaperTelephone(push_key="our key", gateway_answer=REACHED)
    house.pager.telephone = paper
    return paper


async def of_role(house: House, role: Role) -> Person:
    async with house.workshop.work() as work:
        return await appoint(work, role)


async def looked_at(client: httpx.AsyncClient, person: Person) -> Page:
    client.cookies.set("holdfast", person.token)
    return await visit(client, HERE)


def id_of(person: Person) -> int:
    assert isinstance(person.actor, Staff)
    return person.actor.id


def keys(endpoint: str = PHONE) -> dict[str, str]:
    return {**Browser(endpoint).subscription.fields(), "label": "My phone"}


@pytest.mark.full
@mostly_on_sqlite
async def test_a_device_is_added_tried_and_taken_away(
    client: httpx.AsyncClient, town: Town, paper: PaperTelephone
) -> None:
    sam = await of_role(town.house, Role.CRISIS_MODERATOR)
    page = await looked_at(client, sam)
    assert "There is no way to call you yet." in page.said
    assert 'data-key="our key"' in page.html
    page = await send(client, page, f"{HERE}/devices", **keys())
    assert "My phone" in page.said
    page = await send(client, page, f"{HERE}/test")
    assert "The call went out." in page.said
    assert paper.heard() == [PHONE]
    paper.answers[PHONE] = GONE
    page = await send(client, page, f"{HERE}/test")
    assert "Not every call got through." in page.said
    assert "This device can no longer be called." in page.said
    forget = next(form.action for form in page.forms if form.action.endswith("/forget"))
    page = await send(client, page, forget)
    assert "My phone" not in page.said


@pytest.mark.full
@on_sqlite
async def test_a_number_goes_to_the_gateway_alone_and_only_its_end_is_shown(
    client: httpx.AsyncClient, town: Town, paper: PaperTelephone
) -> None:
    sam = await of_role(town.house, Role.CRISIS_MODERATOR)
    page = await looked_at(client, sam)
    refused = await send(client, page, f"{HERE}/numbers", number="086 123")
    assert refused.status == 400
    assert refused.form(f"{HERE}/numbers").fields["number"] == "086 123"
    page = await send(client, page, f"{HERE}/numbers", number="+353 86 123 4567")
    assert "Number ending in …567" in page.said
    assert "4567" not in page.html
    await send(client, page, f"{HERE}/test")
    assert paper.texts == [(("+353861234567",), "test")]


@pytest.mark.full
@on_sqlite
async def test_a_device_at_a_service_that_is_not_allowed_here_is_refused(
    client: httpx.AsyncClient, town: Town, paper: PaperTelephone
) -> None:
    sam = await of_role(town.house, Role.CRISIS_MODERATOR)
    page = await looked_at(client, sam)
    for wrong in (
        keys("https://elsewhere.example/x"),
        keys("http://push.example/x"),
        keys("http://127.0.0.1/x"),
        {**keys(), "p256dh": "AAAA"},
        {**keys(), "auth": ""},
    ):
        refused = await send(client, page, f"{HERE}/devices", **wrong)
        assert refused.status == 400
    assert "My phone" in (await send(client, page, f"{HERE}/devices", **keys())).said
    async with town.house.workshop.reading() as work:
        assert len(await contacts_of(work)) == 1


@pytest.mark.full
@on_sqlite
async def test_the_ways_of_one_person_are_nobody_elses(
    client: httpx.AsyncClient, town: Town, paper: PaperTelephone
) -> None:
    sam, fern = (
        await of_role(town.house, Role.CRISIS_MODERATOR),
        await of_role(town.house, Role.LEAD),
    )
    await send(client, await looked_at(client, sam), f"{HERE}/devices", **keys())
    async with town.house.workshop.reading() as work:
        (row,) = await contacts_of(work)
    path = f"{HERE}/ways/{row.id}/forget"
    page = await looked_at(client, fern)
    assert "My phone" not in page.said
    assert (await client.post(path)).status_code == 404
    client.cookies.set("holdfast", sam.token)
    assert (await client.post(path)).status_code == 303


@pytest.mark.full
@on_sqlite
async def test_a_steward_orders_the_chain_and_others_only_see_it(
    client: httpx.AsyncClient, town: Town, paper: PaperTelephone
) -> None:
    sam = await of_role(town.house, Role.CRISIS_MODERATOR)
    kit = await of_role(town.house, Role.CRISIS_MODERATOR)
    page = await looked_at(client, town.elm)
    order = {f"place-{id_of(kit)}": "1", f"place-{id_of(sam)}": "2"}
    page = await send(client, page, f"{HERE}/chain", **order)
    assert "People are called in that order from now on." in page.said
    async with town.house.workshop.reading() as work:
        assert (await roster(work)).chain == (id_of(kit), id_of(sam))
    page = await looked_at(client, sam)
    assert f"{HERE}/chain" not in [form.action for form in page.forms]
    assert (await client.post(f"{HERE}/chain", data=order)).status_code == 403


@pytest.mark.full
@on_sqlite
async def test_an_open_page_is_answered_with_one_button(
    client: httpx.AsyncClient, town: Town, paper: PaperTelephone
) -> None:
    sam = await of_role(town.house, Role.CRISIS_MODERATOR)
    async with town.house.workshop.work() as work:
        await page_people(
            work, System(), about="escalation:1", urgency=Urgency.IMMEDIATE, until_taken=True
        )
        await page_people(work, System(), about="escalation:1:review", urgency=Urgency.HIGH)
    page = await looked_at(client, sam)
    assert "Somebody may be in danger now" in page.said
    assert "escalation" not in page.said
    for answer in [form.action for form in page.forms if form.action.endswith("/answer")]:
        page = await send(client, page, answer)
    assert "Please go to the desk now." in page.said
    assert f"{sam.actor.name} is on it." in page.said  # type: ignore[union-attr]
    async with town.house.workshop.reading() as work:
        assert [page.about for page in await open_pages(work)] == ["escalation:1"]


@pytest.mark.full
@on_sqlite
async def test_calls_that_were_lost_are_told_at_the_desk(
    client: httpx.AsyncClient, town: Town, paper: PaperTelephone, clock: StillClock
) -> None:
    fern = await of_role(town.house, Role.LEAD)
    await send(client, await looked_at(client, fern), f"{HERE}/devices", **keys())
    words = "Some calls did not get through"
    async with town.house.workshop.work() as work:
        await page_people(work, System(), about="escalation:1", urgency=Urgency.HIGH)
    await climb(town.house.workshop, town.house.pager, clock.now())
    assert words not in (await visit(client, "/desk")).said
    paper.answers[PHONE] = UNREACHED
    clock.pass_time(minutes=10)
    await climb(town.house.workshop, town.house.pager, clock.now())
    assert words in (await visit(client, "/desk")).said


@on_sqlite
async def test_a_house_that_set_nothing_up_says_so(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    page = await looked_at(client, town.elm)
    assert "Calls to browsers are turned off here." in page.said
    assert "No service that texts or rings is set up here." in page.said
    assert "pager.js" not in page.html


@pytest.mark.full
@on_sqlite
async def test_who_is_never_called_has_no_pager(
    client: httpx.AsyncClient, town: Town, paper: PaperTelephone
) -> None:
    sam = await of_role(town.house, Role.MODERATOR)
    assert (await looked_at(client, sam)).status == 200
    for nobody in (town.ash, await of_role(town.house, Role.AUDITOR)):
        client.cookies.set("holdfast", nobody.token)
        assert (await client.get(HERE)).status_code == 404
        for path in ("devices", "numbers", "test", "chain", "ways/1/forget", "pages/1/answer"):
            assert (await client.post(f"{HERE}/{path}", data=keys())).status_code == 404


@pytest.mark.full
@on_sqlite
async def test_test_calls_come_slowly(
    client: httpx.AsyncClient, town: Town, paper: PaperTelephone
) -> None:
    page = await looked_at(client, await of_role(town.house, Role.LEAD))
    page = await send(client, page, f"{HERE}/devices", **keys())
    answers = [(await client.post(f"{HERE}/test")).status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]
    assert paper.heard() == [PHONE] * 3


@on_sqlite
async def test_from_a_call_one_press_leads_to_where_it_is_about(
    client: httpx.AsyncClient, town: Town, paper: PaperTelephone
) -> None:
    sam, elm = await of_role(town.house, Role.CRISIS_MODERATOR), town.elm
    async with town.house.workshop.work() as work:
        for urgency in (Urgency.HIGH, Urgency.RAID):
            await page_people(work, System(), about=f"x:{urgency}", urgency=urgency)
    links = (await looked_at(client, sam)).links
    assert links.count("/desk") == 2, "above, and at the call"
    assert "/desk/coming-in" in links
    links = (await looked_at(client, elm)).links
    assert "/desk/coming-in" in links
    assert "/desk" not in links, "a steward has no queue"
