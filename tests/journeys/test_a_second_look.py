"""A member was moderated and disagrees; somebody else looks. Story 9 of the product."""

from __future__ import annotations

import pytest

from holdfast.rights.rules import Role
from journeys.place import Place
from town import NIGHT, StillClock, mostly_on_sqlite, newcomers

pytestmark = mostly_on_sqlite

SAID = "Honestly, you should just leave him."
KINDER = "Have you thought about leaving him?"


@pytest.mark.full
async def test_a_member_who_disagrees_is_read_by_someone_else_and_hears_sorry(
    place: Place, clock: StillClock
) -> None:
    town, ash, birch = place.town, place.town.ash, place.town.birch
    maren = await place.appoint(Role.MODERATOR, "Maren")
    sam = await place.appoint(Role.MODERATOR, "Sam")
    hers, birchs = await place.served.line(ash), await place.served.line(birch)
    await hers.enter()
    await birchs.enter()
    seq = (await hers.post(SAID))["seq"]
    await birchs.hear_next("posted")

    # Someone finds it not all right; Maren looks, and takes it out of the room.
    [wren] = await newcomers(town.house, 1, NIGHT)
    path = f"/rooms/{NIGHT}/messages/{seq}/reports"
    await place.call(wren, "POST", path, kind="conduct", words="That is easily said.")
    [case] = (await place.call(maren, "GET", "/cases?state=open"))["items"]
    claimed = await place.call(maren, "POST", f"/cases/{case['id']}/claim")
    await place.call(
        maren,
        "POST",
        f"/cases/{case['id']}/measures",
        version=claimed["version"],
        kind="hide",
        rule="kind",
        reason="It tells someone what to do.",
        seq=seq,
        rewrite=KINDER,
    )
    removed = await hers.hear_next("removed")
    assert (removed["of"], removed["by"]) == (seq, "moderator")
    assert SAID not in await place.seen_by(birch, NIGHT)

    # She sees the rule, her own words, the reason, and another way to say it. No name.
    page = (await place.page(ash, "/me/measures")).text
    for shown in (SAID, KINDER, "Be kind: this could hurt someone here"):
        assert shown in page
    assert "Maren" not in page

    # She appeals in her own words. Whoever took the measure may not judge, and says no name.
    clock.pass_time(hours=1)
    words = "It was meant kindly. I left as well, and it saved me."
    [mine] = (await place.call(ash, "GET", "/me/measures"))["items"]
    await place.call(ash, "POST", f"/me/measures/{mine['id']}/appeal", words=words)
    [waiting] = (await place.call(sam, "GET", "/appeals"))["items"]
    assert words in waiting["words"]
    assert "Maren" not in str(waiting)
    assert "Maren" not in str(await place.call(sam, "GET", f"/cases/{case['id']}"))
    own = await place.ask(maren, "POST", f"/appeals/{waiting['id']}/judge", upheld=False)
    assert own.status_code in {403, 404, 409}

    # Sam reads it within the three days and sees it her way: the words are back, with a sorry.
    clock.pass_time(hours=70)
    sam = await place.appoint(Role.MODERATOR, "Sam")  # signs in again: a session has its hours
    await place.call(
        sam,
        "POST",
        f"/appeals/{waiting['id']}/judge",
        upheld=True,
        answer="You spoke of yourself. We got this wrong.",
    )
    back = await birchs.hear_next("edited")
    assert (back["of"], back["text"]) == (seq, SAID)
    assert SAID in await place.seen_by(ash, NIGHT)
    page = (await place.page(ash, "/me/measures")).text
    assert "sorry" in page.lower()
    assert "We got this wrong." in page
    await place.settled()
    kinds = [one["kind"] for one in (await place.call(ash, "GET", "/me/notices"))["items"]]
    assert "appeal" in kinds

    # Maren learns that it was seen another way, and not by whom.
    maren = await place.appoint(Role.MODERATOR, "Maren")
    lesson = (await place.page(maren, "/desk/appeals")).text
    assert "We got this wrong." in lesson
    assert "Sam" not in lesson
