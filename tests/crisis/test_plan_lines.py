"""Of a safety plan only the lines its member agreed to share go along in a handover."""

from __future__ import annotations

from crisis.voice import GOODBYE, speak
from holdfast.crisis.access import escalation_to_read
from holdfast.crisis.actions import join_escalation, prepare_packet
from holdfast.crisis.queries.packets import opened_packet
from holdfast.crisis.rules.packets import Packet, Said
from holdfast.messages.queries import Reader
from holdfast.rights.rules import Role
from holdfast.wellbeing.actions import share_line
from town import Person, StillClock, Town, appoint, mostly_on_sqlite
from wellbeing.planning import SIGN, SISTER, a_plan, lines_of

SAID = Said("w", "a call")


async def packet(town: Town, clock: StillClock, sam: Person) -> Packet:
    """Sam writes the packet; and what lies in it then."""
    keyring = town.house.ledger.keyring
    clock.pass_time(seconds=10)
    async with town.house.workshop.work() as work:
        await prepare_packet(work, sam.actor, keyring, escalation_id=1, said=SAID, unseen="")
    async with town.house.workshop.reading() as work:
        row = await escalation_to_read(work, sam.actor, 1)
        found = await opened_packet(work, Reader(keyring, sam.actor), row)
    assert found is not None
    return found


@mostly_on_sqlite
async def test_only_lines_with_a_yes_go_along(town: Town, clock: StillClock) -> None:
    await a_plan(town, town.ash)
    await speak(town, town.ash, GOODBYE)
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.CRISIS_MODERATOR)
        await join_escalation(work, sam.actor, escalation_id=1)
    assert (await packet(town, clock, sam)).plan == []
    lines = {line.words: line.id.hex() for line in await lines_of(town, town.ash)}
    async with town.house.workshop.work() as work:
        await share_line(work, town.ash.member, line=lines[SISTER], agreed=True)
        await share_line(work, town.ash.member, line=lines[SIGN], agreed=True)
    assert (await packet(town, clock, sam)).plan == [SIGN, SISTER]
    async with town.house.workshop.work() as work:
        await share_line(work, town.ash.member, line=lines[SIGN], agreed=False)
    assert (await packet(town, clock, sam)).plan == [SISTER]
