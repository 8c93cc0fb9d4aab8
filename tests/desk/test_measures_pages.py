"""Measures from a case by plain forms: looked at first, told in words, agreed to by two."""

from __future__ import annotations

import httpx
import pytest

from desk.test_cases import CASE, RUDE, Cases, reported
from holdfast.rights.rules import Role
from town import NIGHT, Person, Town, mostly_on_sqlite, on_sqlite

WHY = "They were asked twice to stop."


@pytest.fixture
def desk(town: Town, client: httpx.AsyncClient) -> Cases:
    return Cases(town, client)


@pytest.fixture
async def maren(desk: Cases) -> Person:
    return await desk.hires(Role.MODERATOR, "Maren")


def hush(**more: str) -> dict[str, str]:
    return {"kind": "hush", "rule": "kind", "reason": WHY, "hours": "4", **more}


@pytest.mark.full
@mostly_on_sqlite
async def test_what_the_member_will_read_is_shown_before_it_is_done_and_nothing_typed_is_lost(
    desk: Cases, maren: Person
) -> None:
    seq = await reported(desk)
    form = {
        "kind": "hide",
        "seq": str(seq),
        "rule": "kind",
        "reason": WHY,
        "rewrite": "I feel left out when we talk about it.",
    }
    looked = await desk.sends(maren, "measures", **form, step="preview")
    assert "They will read this:" in looked.said
    assert "Your message is no longer in the room" in looked.said
    assert "Be kind: this could hurt someone here" in looked.said
    told = looked.html.partition('class="note note-staff told"')[2].partition("</section>")[0]
    assert RUDE in told
    assert "I feel left out when we talk about it." in told
    assert WHY not in told
    assert f">{WHY}</textarea>" in looked.html
    assert "measure:" not in "".join(await desk.record("measure:"))
    done = await desk.sends(maren, "measures", **form, step="take")
    assert "A measure was taken" in done.said
    assert "Decided by Maren" in done.said
    assert WHY in done.said


@pytest.mark.full
@mostly_on_sqlite
async def test_a_measure_needs_a_rule_and_a_reason_and_what_was_typed_stays(
    desk: Cases, maren: Person
) -> None:
    await reported(desk)
    for missing in ({"rule": ""}, {"reason": ""}):
        words = "Please give the others room."
        refused = await desk.sends(maren, "measures", **{**hush(words=words), **missing})
        assert refused.status == 422
        assert "Every measure has a rule from the list and a reason" in refused.said
        assert f">{words}</textarea>" in refused.html
    assert (await desk.sends(maren, "measures", **hush(kind="ban"))).status == 400
    assert (await desk.sends(maren, "measures", **hush(hours="5"))).status == 400
    assert await desk.record("measure:") == []
    assert "A measure was taken" in (await desk.sends(maren, "measures", **hush())).said


@pytest.mark.full
@mostly_on_sqlite
async def test_a_moderator_is_offered_no_more_than_a_day_and_a_supervisor_is(
    desk: Cases, maren: Person
) -> None:
    robin = await desk.hires(Role.SUPERVISOR, "Robin")
    await reported(desk)
    assert "30 days" not in (await desk.opens(maren, CASE)).said
    assert "30 days" in (await desk.opens(robin, CASE)).said
    refused = await desk.sends(maren, "measures", **hush(hours="72"))
    assert (refused.status, "up to 24 hours" in refused.said) == (403, True)
    assert "Decided by Robin" in (await desk.sends(robin, "measures", **hush(hours="72"))).said


@pytest.mark.full
@mostly_on_sqlite
async def test_a_removal_waits_for_a_second_person_who_agrees_or_says_no(
    desk: Cases, maren: Person
) -> None:
    robin, fern = (
        await desk.hires(Role.SUPERVISOR, "Robin"),
        await desk.hires(Role.LEAD, "Fern"),
    )
    await reported(desk)
    assert "Close the rooms to them for good" not in (await desk.opens(maren, CASE)).said
    asked = await desk.sends(robin, "measures", kind="remove", rule="safe", reason=WHY)
    assert "waits for a second person" in asked.said
    assert "Waits for a second person" in (await desk.opens(maren, "/desk")).said
    own = await desk.sends(robin, "measures/1/agree")
    assert (own.status, "This takes two people." in own.said) == (403, True)
    assert (await desk.sends(maren, "measures/1/agree")).status == 403
    agreed = await desk.sends(fern, "measures/1/agree")
    assert "A second person agreed" in agreed.said
    assert "holds" in agreed.said
    lifted = await desk.sends(fern, "measures/1/lift")
    assert "taken back" in lifted.said


@on_sqlite
async def test_with_nobody_else_on_the_roster_a_removal_says_that_it_waits(desk: Cases) -> None:
    robin = await desk.hires(Role.SUPERVISOR, "Robin")
    await reported(desk)
    page = await desk.opens(robin, CASE)
    assert "there is nobody else yet. It waits until there is." in page.said


@pytest.mark.full
@mostly_on_sqlite
async def test_what_was_typed_for_a_case_that_somebody_else_decided_is_still_there(
    desk: Cases, maren: Person
) -> None:
    tobi = await desk.hires(Role.MODERATOR, "Tobi")
    await reported(desk)
    seen = desk.version_on(await desk.opens(tobi, CASE))
    await desk.sends(maren, "close", ground="settled")
    words = "I would love to hear how you are."
    late = await desk.sends(tobi, "measures", **hush(version=seen, words=words))
    assert (late.status, "Somebody was quicker" in late.said) == (409, True)
    assert "No measure was taken: It was talked over kindly." in late.said
    assert f">{words}</textarea>" in late.html


@pytest.mark.full
@mostly_on_sqlite
async def test_a_room_is_slowed_from_its_own_case_and_closing_takes_two(
    desk: Cases, maren: Person
) -> None:
    await desk.comes_on_shift(maren)
    await reported(desk)
    slow = {"kind": "slow", "rule": "room_for_all", "reason": WHY, "seconds": "60", "hours": "1"}
    refused = await desk.sends(maren, "measures", **slow)
    assert (refused.status, "does not fit" in refused.said) == (422, True)
    assert f"/desk/rooms/{NIGHT}/case" in [
        form.action for form in (await desk.opens(maren, f"/desk/rooms/{NIGHT}")).forms
    ]
    opened = await desk.at(maren).post(f"/desk/rooms/{NIGHT}/case", follow_redirects=False)
    about = opened.headers["location"]
    assert about != CASE
    page = await desk.opens(maren, about)
    assert "Slow the room" in page.said
    assert "Close the room" not in page.said, "a moderator cannot ask for it"
    assert "Hide the message" not in page.said
    assert "A moderator opened it by hand." in page.said
    assert "about the person as a whole" not in page.said
    slowed = await desk.sends(maren, "measures", about, **slow)
    assert "the room slowed" in slowed.said
    assert "the room slowed" not in (await desk.opens(maren, CASE)).said
