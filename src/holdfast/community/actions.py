"""What a steward chooses for the community: its own words, and its settings."""

from __future__ import annotations

from holdfast.audit.actions import record
from holdfast.audit.rules import fingerprint
from holdfast.community.access import settling_staff, slot_to_fill, wording_staff
from holdfast.community.events import ChosenAnew
from holdfast.community.queries import choices_that_stand, history_of, words_that_stand
from holdfast.community.rules.choices import is_choice
from holdfast.community.rules.wording import fits, tidied
from holdfast.community.tables import ChoiceRow, WordingRow
from holdfast.kit.errors import Conflict, Malformed
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.notices.actions import set_member_push
from holdfast.rights.rules import Actor
from holdfast.screening.reading import Read

TOO_LONG = N_("That doesn’t fit there. It takes between 1 and %(longest)s characters.")
NO_CHOICE = N_("That isn’t one of the things this can be.")
NOTHING_BEFORE = N_("There is nothing to go back to.")


async def set_wording(
    work: Work, actor: Actor, *, name: str, language: str, words: Read | None
) -> None:
    """Put own words in a place; none: ours stand there again. Saying the same changes nothing.

    Raises `NotFound`, `Malformed` for what does not fit there.
    """
    slot = slot_to_fill(actor, name, language)
    text = None if words is None else tidied(words.text, slot)
    if text is not None and not fits(text, slot):
        raise Malformed(TOO_LONG, code="does_not_fit", longest=slot.longest)
    if (await words_that_stand(work)).get((name, language)) == text:
        return
    await _write(work, actor, name, language, text)


async def undo_wording(work: Work, actor: Actor, *, name: str, language: str) -> None:
    """Let what stood there before stand there again. Raises `NotFound`, `Conflict`."""
    slot_to_fill(actor, name, language)
    history = await history_of(work, name, language)
    if not history:
        raise Conflict(NOTHING_BEFORE)
    await _write(work, actor, name, language, history[1].words if len(history) > 1 else None)


async def _write(work: Work, actor: Actor, name: str, language: str, text: str | None) -> None:
    staff = wording_staff(actor)
    row = WordingRow(name=name, language=language, words=text, by=staff.id, at=work.clock.now())
    work.db.add(row)
    kept = "none" if text is None else fingerprint(text.encode())
    detail = {"language": language, "words": kept}
    await record(work, actor, what="wording:changed", about=f"wording:{name}", detail=detail)
    work.announce(ChosenAnew("wording"))


async def choose(work: Work, actor: Actor, *, name: str, value: str) -> None:
    """Change a setting while the house runs. Choosing the same changes nothing.

    Raises `NotFound`, `Malformed` for what it cannot be.
    """
    staff = settling_staff(actor)
    if not is_choice(name, value):
        raise Malformed(NO_CHOICE, code="no_choice")
    if (await choices_that_stand(work)).get(name, "") == value:
        return
    work.db.add(ChoiceRow(name=name, value=value, by=staff.id, at=work.clock.now()))
    detail = {"value": fingerprint(value.encode())}
    await record(work, actor, what="setting:changed", about=f"setting:{name}", detail=detail)
    work.announce(ChosenAnew("setting"))


async def let_members_be_told(work: Work, actor: Actor, *, on: bool) -> None:
    """Members may choose to be told on their devices, or nobody is any more.

    Raises `NotFound`, `NotPermitted`.
    """
    settling_staff(actor)
    await set_member_push(work, actor, on=on)
    detail = {"on": int(on)}
    await record(work, actor, what="setting:changed", about="setting:push", detail=detail)
