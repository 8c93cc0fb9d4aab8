"""Handing someone over to help outside: with their knowledge, and until it says “I have them”."""

from __future__ import annotations

import orjson
from msgspec.structs import asdict

from holdfast.crisis.access import my_escalation, own_escalation
from holdfast.crisis.actions.steps import note_step
from holdfast.crisis.actions.taking import tell_of_me
from holdfast.crisis.queries import packet_of
from holdfast.crisis.rules.packets import Packet, Said, code_of
from holdfast.crisis.rules.steps import AlreadyDone
from holdfast.crisis.tables import EscalationRow, PacketRow, Stage
from holdfast.kit.clock import stamp
from holdfast.kit.errors import Malformed
from holdfast.kit.ids import MessageId
from holdfast.kit.tokens import random_bytes_id
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Member, Permission, Staff
from holdfast.rooms.actions import sit_with
from holdfast.screening.reading import read
from holdfast.sealing.seam import Keyring, Place, day_of
from holdfast.wellbeing.queries import shared_lines

LONGEST_SERVICE = 80


async def prepare_packet(
    work: Work, actor: Actor, keyring: Keyring, *, escalation_id: int, said: Said, unseen: str
) -> PacketRow:
    """Write what goes along. The member sees it first, unless showing it is a danger (a code).

    A new one takes the place of one that nobody accepted yet. Of a safety plan, the lines its
    member agreed to share go in, and no others, whoever writes it.
    """
    row = await own_escalation(work, actor, escalation_id, Permission.ESCALATION_HAND_OVER)
    assert isinstance(actor, Staff)  # noqa: S101 - the door let nobody else through
    if row.side_room_id is None:
        raise AlreadyDone
    seat = await sit_with(work, actor, room_id=row.side_room_id)
    day, packet_id = day_of(work.clock.now()), MessageId(random_bytes_id())
    key = await keyring.kept_key(work, seat, day)
    agreed = await shared_lines(work, keyring, row.member_id) if row.member_id else []
    packet = _packet_of(row, actor, said, [line.words for line in agreed])
    words = read(orjson.dumps(packet.facts()).decode(), actor.role.value)
    place = Place(row.side_room_id, packet_id, seat, b"h")
    made = PacketRow(
        id=packet_id,
        escalation_id=row.id,
        seat_id=seat,
        room_id=row.side_room_id,
        key_id=key,
        data=keyring.seal_with(key, words, place),
        made_by=actor.id,
        made_at=work.clock.now(),
        unseen_why=unseen or None,
    )
    work.db.add(made)
    row.version += 1
    await note_step(work, actor, row, "packet_written", code=unseen)
    if not unseen and row.member_id is not None:
        await tell_of_me(work, actor, row)
    return made


def _packet_of(row: EscalationRow, actor: Staff, said: Said, plan: list[str]) -> Packet:
    return Packet(
        code=code_of(row.id),
        concern=row.concern,
        tracks=row.tracks,
        raised_at=stamp(row.raised_at),
        **asdict(said),
        by=actor.name,
        plan=plan,
    )


async def see_packet(work: Work, actor: Member, *, slug: str, agree: bool) -> None:
    """I have read what goes along, and (with `agree`) I want it to go."""
    row = await my_escalation(work, actor, slug)
    made = await packet_of(work, row.id)
    if made is None or made.unseen_why is not None:
        return
    now = work.clock.now()
    made.seen_at = made.seen_at or now
    row.version += 1
    if agree and made.agreed_at is None:
        made.agreed_at = now
        await note_step(work, None, row, "packet_agreed")


async def hand_over_escalation(
    work: Work, actor: Actor, *, escalation_id: int, service: str
) -> EscalationRow:
    """A service outside said “I have them”: written down by whoever is with the member.

    Raises `AlreadyDone` where there is no packet, or the member has not agreed to it and nothing
    says that showing it is a danger.
    """
    row = await own_escalation(work, actor, escalation_id, Permission.ESCALATION_HAND_OVER)
    assert isinstance(actor, Staff)  # noqa: S101
    name = " ".join(service.split())
    if not name or len(name) > LONGEST_SERVICE:
        raise Malformed
    made = await packet_of(work, row.id)
    if made is None or (made.agreed_at is None and made.unseen_why is None):
        raise AlreadyDone
    made.accepted_at, made.accepted_by = work.clock.now(), name
    row.stage, row.handed_at, row.version = Stage.HANDED_OVER, work.clock.now(), row.version + 1
    await note_step(work, actor, row, "handed_over")
    return row
