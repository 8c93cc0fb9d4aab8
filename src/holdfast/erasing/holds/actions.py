"""Holding what open work names, deciding about it by two, and letting go of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from holdfast.audit.actions import record
from holdfast.erasing.holds.events import HoldChanged, HoldEnded
from holdfast.erasing.holds.queries import LIVING, OpenWork, hold_of
from holdfast.erasing.holds.rules import (
    ASKED,
    FIRST,
    WHYS,
    Deed,
    Ending,
    HoldState,
    Named,
    NobodyElse,
    NoLead,
    NotNow,
    RanOut,
    Why,
    until_when,
)
from holdfast.erasing.holds.tables import HeldWordsRow, HoldDeedRow, HoldNameRow, HoldRow
from holdfast.kit.errors import Malformed
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.rights.rules import MATRIX, Actor, Permission, Role, Staff, System, may

AT_ONCE = 200


async def begin_holds(
    work: Work, actor: Actor, *, named: Sequence[Named], account: bool
) -> list[HoldRow]:
    """Hold what is named, from now on: a new hold for each open work, or more in the one it has.

    `account`: the member goes for good, so what is named of them is their account, too.
    """
    return [await _begin(work, actor, one, account=account) for one in named]


async def _begin(work: Work, actor: Actor, one: Named, *, account: bool) -> HoldRow:
    now = work.clock.now()
    made = {
        "about": one.about,
        "member_id": one.member,
        "began_at": now,
        "until": now + FIRST,
        "account": False,
        "state": HoldState.FIRST,
    }
    done = await work.db.execute(insert(HoldRow).values(made).on_conflict_do_nothing())
    row = await hold_of(work, one.about)
    assert row is not None  # noqa: S101 - it stands now, whoever began it
    is_new = done.rowcount == 1  # type: ignore[attr-defined]
    more = await _name(work, row, one)
    grows = account and one.member is not None and not row.account
    row.account = row.account or grows
    if is_new or more or grows:
        detail = {"messages": more, "account": int(grows), "until": to_millis(row.until) // 1000}
        what = "hold:began" if is_new else "hold:grew"
        await record(work, actor, what=what, about=one.about, detail=detail)
        work.announce(HoldChanged(one.about))
    return row


async def _name(work: Work, row: HoldRow, one: Named) -> int:
    """Name these messages in a hold; how many of them it did not name yet."""
    its = select(HoldNameRow.message_id).where(HoldNameRow.hold_id == row.id)
    known = set(await work.db.scalars(its))
    new = [message for message in one.messages if message not in known]
    work.db.add_all(HoldNameRow(hold_id=row.id, message_id=message) for message in new)
    await work.db.flush()
    return len(new)


# ---------------------------------------------------------------- what two people decide


async def ask(work: Work, actor: Staff, *, about: str, what: Deed, why: Why) -> HoldDeedRow:
    """Ask a second person for something about a hold. Asking again is the same request.

    Whether `actor` may, and showed a moment ago who they are, the door above has seen to. Raises
    `NotNow` where there is nothing to decide, `Malformed` for a reason that does not fit.
    """
    if why not in WHYS[what]:
        raise Malformed
    if what in (Deed.SET, Deed.END) and await hold_of(work, about) is None:
        raise NotNow
    now = work.clock.now()
    mine = (
        HoldDeedRow.about == about,
        HoldDeedRow.what == what,
        HoldDeedRow.asked_by == actor.id,
        HoldDeedRow.granted_at.is_(None),
        HoldDeedRow.until > now,
    )
    asked: HoldDeedRow | None = await work.db.scalar(select(HoldDeedRow).where(*mine))
    if asked is not None and asked.why is why:
        return asked
    if asked is None:
        asked = HoldDeedRow(
            about=about, what=what, why=why, asked_by=actor.id, asked_at=now, until=now + ASKED
        )
        work.db.add(asked)
    asked.why = why
    await work.db.flush()
    await record(work, actor, what=f"hold:asked_to_{what.value}", about=about, why=why.value)
    work.announce(HoldChanged(about))
    return asked


async def grant(
    work: Work, actor: Staff, *, about: str, deed: int, asked_role: Role | None
) -> HoldDeedRow:
    """Say yes to what another asked for; one of the two looks after safeguarding here.

    `asked_role` is what whoever asked is now; none: they have left. Raises `NobodyElse`, `NoLead`,
    `RanOut`, `NotNow`.
    """
    asked = await work.db.get(HoldDeedRow, deed, with_for_update=True)
    if asked is None or asked.about != about:
        raise NotNow
    if asked.granted_at is not None or asked.until <= work.clock.now() or asked_role is None:
        raise RanOut
    if asked.asked_by == actor.id:
        raise NobodyElse
    theirs = MATRIX[asked_role]
    if Permission.HOLD_SET not in theirs:
        raise RanOut
    if Permission.HOLD_LEAD not in theirs and not may(actor, Permission.HOLD_LEAD):
        raise NoLead
    asked.granted_by, asked.granted_at = actor.id, work.clock.now()
    await _carry_out(work, actor, asked)
    await record(
        work,
        actor,
        what=f"hold:{asked.what.value}",
        about=about,
        why=asked.why.value,
        detail={"asked_by": asked.asked_by},
    )
    work.announce(HoldChanged(about))
    return asked


async def _carry_out(work: Work, actor: Staff, asked: HoldDeedRow) -> None:
    if asked.what in (Deed.HUSH, Deed.TELL):
        return
    row = await hold_of(work, asked.about)
    if row is None:
        raise NotNow
    if asked.what is Deed.END:
        await _end(work, actor, row, Ending.TWO_PEOPLE)
        return
    if row.closed_at is not None and row.state is HoldState.SET:
        raise NotNow  # its work is closed: how long it goes on from there is written
    now = work.clock.now()
    row.state, row.why, row.set_at = HoldState.SET, asked.why, now
    row.set_by, row.seconded_by = asked.asked_by, actor.id
    row.until = until_when(set_at=now, began_at=row.began_at, closed_at=None, after=FIRST)


async def take_back(work: Work, actor: Staff, *, about: str, deed: int) -> None:
    """Ask for it no longer. Raises `NotNow` for another's request, or one that was granted."""
    asked = await work.db.get(HoldDeedRow, deed, with_for_update=True)
    if asked is None or (asked.about, asked.asked_by) != (about, actor.id) or asked.granted_at:
        raise NotNow
    asked.until = min(asked.until, work.clock.now())
    what = f"hold:no_longer_asked_to_{asked.what.value}"
    await record(work, actor, what=what, about=about, why=asked.why.value)
    work.announce(HoldChanged(about))


# ---------------------------------------------------------------- the clock


async def look_after(work: Work, actor: System, *, open_work: Sequence[OpenWork]) -> int:
    """Holds whose work is closed end some time after it; what is over ends. How many ended."""
    for row in await _set_and_not_closed(work):
        await _close(work, actor, row, open_work)
    over = select(HoldRow).where(LIVING, HoldRow.until <= work.clock.now()).limit(AT_ONCE)
    rows = (await work.db.scalars(over.with_for_update(skip_locked=True))).all()
    for row in rows:
        await _end(work, actor, row, Ending.RAN_OUT)
    return len(rows)


async def _set_and_not_closed(work: Work) -> Sequence[HoldRow]:
    query = select(HoldRow).where(HoldRow.state == HoldState.SET, HoldRow.closed_at.is_(None))
    return (await work.db.scalars(query.with_for_update(skip_locked=True))).all()


async def _close(work: Work, actor: System, row: HoldRow, open_work: Sequence[OpenWork]) -> None:
    for kind in open_work:
        closed = (await kind.closed(work, [row.about])).get(row.about)
        if closed is None:
            continue
        row.closed_at = closed
        row.until = until_when(
            set_at=row.set_at,
            began_at=row.began_at,
            closed_at=closed,
            after=await kind.after(work),
        )
        detail = {"until": to_millis(row.until) // 1000}
        await record(work, actor, what="hold:work_closed", about=row.about, detail=detail)
        work.announce(HoldChanged(row.about))


async def _end(work: Work, actor: Actor, row: HoldRow, how: Ending) -> None:
    """Nothing is held for this any more: held words go, and whoever erases goes on."""
    its = select(HoldNameRow.message_id).where(HoldNameRow.hold_id == row.id)
    messages = (await work.db.scalars(its)).all()
    row.state, row.ended_at, row.ended_how = HoldState.ENDED, work.clock.now(), how
    await work.db.execute(delete(HoldNameRow).where(HoldNameRow.hold_id == row.id))
    await work.db.flush()
    await _forget_words(work, messages)
    detail = {"messages": len(messages), "account": int(row.account)}
    await record(work, actor, what="hold:ended", about=row.about, why=how.value, detail=detail)
    work.announce(HoldEnded(row.about, row.member_id))
    row.member_id = None  # that something was held is known; whose it was is not, any more
    work.announce(HoldChanged(row.about))


async def _forget_words(work: Work, messages: Collection[bytes]) -> None:
    for start in range(0, len(messages), AT_ONCE):
        some = list(messages)[start : start + AT_ONCE]
        still = select(HoldNameRow.message_id).where(HoldNameRow.message_id.in_(some))
        held = set(await work.db.scalars(still))
        gone = [message for message in some if message not in held]
        await work.db.execute(delete(HeldWordsRow).where(HeldWordsRow.message_id.in_(gone)))
