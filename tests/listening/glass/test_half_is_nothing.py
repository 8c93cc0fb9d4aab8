"""Everything on the machine and one person’s seven words open nothing that two said."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from holdfast.kit.boxes import open_with
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.listening.glass.access import unlocked
from holdfast.listening.glass.actions import close_look
from holdfast.listening.glass.actions.asking import bound_share
from holdfast.listening.glass.actions.opening import Look
from holdfast.listening.glass.queries import shares_of
from holdfast.listening.glass.rules import WrongWords
from holdfast.listening.glass.tables import GlassKeyRow
from holdfast.rights.own import OwnKey
from holdfast.rights.rules import Staff
from holdfast.sealing.private import bound_half, half_boxes, join
from holdfast.sealing.tables import TalkHalfRow
from listening.glass.breaking import Glass, staff_of
from town import Person, on_sqlite
from two import SECRET

pytestmark = on_sqlite


async def half(glass: Glass, who: Person) -> dict[int, bytes]:
    """What somebody who has everything on the machine and this person's words gets."""
    house, staff = glass.town.house, who.actor
    assert isinstance(staff, Staff)
    async with house.workshop.reading() as work:
        key = await work.db.get_one(GlassKeyRow, staff.id)
        rows = (await work.db.scalars(select(TalkHalfRow))).all()
        boxes = await half_boxes(work, house.root, [row.id for row in rows])
    pair = unlocked(house.root, key, glass.words[staff.id])
    found = {}
    for row in rows:
        try:
            bound = bound_half(row.part_id, glass.talk.room_id, row.half)
            found[row.part_id] = open_with(pair.private, pair.public, boxes[row.id], bound)
        except WrongKey:
            continue
    return found


async def reads(glass: Glass, parts: dict[int, bytes]) -> list[str]:
    """What opens with these as the keys of parts."""
    staff = glass.sam.actor
    assert isinstance(staff, Staff)
    reader = Staff(staff.id, staff.session, staff.role, own=OwnKey.of_parts(parts))
    return await glass.talk.texts(reader)


@pytest.mark.full
async def test_each_half_alone_opens_nothing_and_both_open_it(glass: Glass) -> None:
    care, lead = await half(glass, glass.sam), await half(glass, glass.fern)
    assert care.keys() == lead.keys() != set()
    assert await reads(glass, {}) == ["(private)"]
    for one in (care, lead):
        assert await reads(glass, one) != [SECRET]
    assert await reads(glass, {part: join(care[part], lead[part]) for part in care}) == [SECRET]


async def test_without_the_root_key_a_persons_words_open_not_even_their_half(glass: Glass) -> None:
    async with glass.town.house.workshop.reading() as work:
        row = (await work.db.scalars(select(TalkHalfRow))).first()
        key = await work.db.get_one(GlassKeyRow, staff_of(glass.sam).id)
        assert row is not None
        with pytest.raises(WrongKey):
            await half_boxes(work, RootKey(bytes(32)), [row.id])
        with pytest.raises(WrongWords):
            unlocked(RootKey(bytes(32)), key, glass.words[key.staff_id])
    assert unlocked(glass.town.house.root, key, glass.words[key.staff_id])


@pytest.mark.full
async def test_what_the_second_person_gave_opens_for_the_asker_alone_and_is_gone_after(
    glass: Glass,
) -> None:
    request = await glass.ask()
    await glass.agree(glass.fern, request)
    house = glass.town.house
    async with house.workshop.reading() as work:
        given = await shares_of(work, request)
        keys = {
            staff_of(who).id: await work.db.get_one(GlassKeyRow, staff_of(who).id)
            for who in (glass.sam, glass.fern)
        }
    (part, sealed), *more = given.items()
    assert more == []
    mine = unlocked(house.root, keys[staff_of(glass.sam).id], glass.words[staff_of(glass.sam).id])
    theirs = unlocked(
        house.root, keys[staff_of(glass.fern).id], glass.words[staff_of(glass.fern).id]
    )
    assert open_with(mine.private, mine.public, sealed, bound_share(request, part))
    with pytest.raises(WrongKey):
        open_with(theirs.private, theirs.public, sealed, bound_share(request, part))
    with pytest.raises(WrongKey):
        open_with(mine.private, mine.public, sealed, bound_share(request + 1, part))
    async with house.workshop.work() as work:
        await close_look(work, glass.fresh(glass.sam), request_id=request)
    async with house.workshop.reading() as work:
        assert await shares_of(work, request) == {}


@pytest.mark.full
async def test_joined_keys_lie_in_no_file(glass: Glass) -> None:
    """What is joined is in memory: not in the data, the keystore or the log beside them."""
    request = await glass.ask()
    await glass.agree(glass.fern, request)
    look: Look = await glass.open(request)
    assert (await glass.page(request, look)).messages[0].text == SECRET
    folder = glass.town.house.settings.data
    lying = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert lying
    words = [" ".join(words.split()).encode() for words in glass.words.values()]
    for secret in (*look.keys.values(), *words, SECRET.encode()):
        assert not [one for one in lying if secret in one or secret.hex().encode() in one]
