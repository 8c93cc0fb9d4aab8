"""Appeals at the desk: the first due first, read by somebody else, and nobody's name in them."""

from __future__ import annotations

import httpx
import pytest

from desk.test_cases import CASE, RUDE, Cases, reported
from holdfast.moderation.actions.appeals import appeal_measure
from holdfast.rights.rules import Role
from holdfast.screening.reading import read
from town import Person, StillClock, Town, mostly_on_sqlite, on_sqlite

PLEASE = "I was quoting what she says to me every day."
HIDE = {"kind": "hide", "rule": "kind", "reason": "It reads as an attack.", "step": "take"}


@pytest.fixture
def desk(town: Town, client: httpx.AsyncClient) -> Cases:
    return Cases(town, client)


@pytest.fixture
async def maren(desk: Cases) -> Person:
    return await desk.hires(Role.MODERATOR, "Maren")


@pytest.fixture
async def tobi(desk: Cases) -> Person:
    return await desk.hires(Role.MODERATOR, "Tobi")


async def appealed(desk: Cases, maren: Person) -> None:
    """Maren hid what Ash said, and Ash asks for a second look."""
    seq = await reported(desk)
    await desk.sends(maren, "measures", seq=str(seq), **HIDE)
    await desk.town.house.reactions.settled()
    house = desk.town.house
    async with house.workshop.work() as work:
        await appeal_measure(
            work, desk.town.ash.actor, house.ledger.keyring, measure_id=1, words=read(PLEASE)
        )


@pytest.mark.full
@mostly_on_sqlite
async def test_an_appeal_is_read_by_somebody_who_does_not_learn_who_took_the_measure(
    desk: Cases, maren: Person, tobi: Person, clock: StillClock
) -> None:
    assert "No appeal waits." in (await desk.opens(tobi, "/desk/appeals")).said
    await appealed(desk, maren)
    clock.pass_time(hours=2)
    assert "1 asks for a second look" in (await desk.opens(tobi, "/desk")).said
    page = await desk.opens(tobi, "/desk/appeals")
    for words in (PLEASE, RUDE, "It reads as an attack.", "70 h left"):
        assert words in page.said
    assert "Maren" not in page.said.replace("Tobi", "")
    assert "appeal:read" in await desk.record("appeal:read")
    on_case = await desk.opens(tobi, CASE)
    assert "A second look is asked for" in on_case.said
    assert "Maren" not in on_case.html.partition('id="main"')[2]


@pytest.mark.full
@mostly_on_sqlite
async def test_whoever_took_the_measure_cannot_answer_the_appeal(
    desk: Cases, maren: Person, tobi: Person
) -> None:
    await appealed(desk, maren)
    page = await desk.opens(maren, "/desk/appeals")
    assert "You had a part in this measure" in page.said
    sent = {"judged": "refused", "answer": "It stays."}
    own = await desk.at(maren).post("/desk/appeals/1", data=sent)
    assert (own.status_code, "somebody else reads the appeal" in own.text) == (403, True)
    done = await desk.at(tobi).post("/desk/appeals/1", data=sent, follow_redirects=True)
    assert "No appeal waits." in done.text
    twice = await desk.at(tobi).post("/desk/appeals/1", data=sent)
    assert twice.status_code == 409


@pytest.mark.full
@mostly_on_sqlite
async def test_an_appeal_that_was_right_gives_back_and_whoever_took_the_measure_may_learn(
    desk: Cases, maren: Person, tobi: Person
) -> None:
    await appealed(desk, maren)
    sent = {"judged": "upheld", "answer": "You were quoting. We are sorry."}
    await desk.at(tobi).post("/desk/appeals/1", data=sent)
    await desk.town.house.reactions.settled()
    learned = await desk.opens(maren, "/desk/appeals")
    assert "What somebody else saw another way" in learned.said
    assert "You were quoting. We are sorry." in learned.said
    assert "Tobi" not in learned.html.partition('id="main"')[2]
    assert (
        "What somebody else saw another way" not in (await desk.opens(tobi, "/desk/appeals")).said
    )
    assert "overturned by an appeal" in (await desk.opens(tobi, CASE)).said


@on_sqlite
async def test_a_refusal_without_a_word_to_the_member_is_none_and_what_was_typed_stays(
    desk: Cases, maren: Person, tobi: Person
) -> None:
    await appealed(desk, maren)
    bare = await desk.at(tobi).post("/desk/appeals/1", data={"judged": "refused", "answer": ""})
    assert (bare.status_code, "Please say in a few words" in bare.text) == (422, True)
    long = await desk.at(tobi).post(
        "/desk/appeals/1", data={"judged": "refused", "answer": "a" * 1_001}
    )
    assert (long.status_code, "a" * 1_001 in long.text) == (422, True)
    assert (await desk.at(tobi).post("/desk/appeals/1", data={"judged": "both"})).status_code == 400
    assert (await desk.opens(tobi, "/desk/appeals")).said.count(PLEASE) == 1
