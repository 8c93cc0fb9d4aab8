"""A member's own key pair: made, locked under phrase and sessions, opened, handed on."""

from __future__ import annotations

from sqlalchemy import delete, select

from holdfast.kit.boxes import Pair, lock_under, make_pair, unlock_with
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MemberId
from holdfast.kit.tokens import hash_of
from holdfast.kit.work import Work
from holdfast.members.access import member_by_phrase, myself
from holdfast.members.rules.phrases import normalise_phrase
from holdfast.members.tables import OwnKeyRow, SessionKeyRow, SessionRow
from holdfast.rights.events import OwnKeyRenewed
from holdfast.rights.own import OwnKey, OwnKeyLocked, lock_for_session
from holdfast.rights.rules import Actor, Member

PHRASE, LINK, CLAIM = b"own key, phrase", b"own key, link", b"own key, claim"


# ---------------------------------------------------------------- what members do


async def ensure_own_key(work: Work, actor: Member) -> None:
    """Have an own key that is open in this session; a new one where nobody made one yet.

    Raises `OwnKeyLocked` where it is there and shut, and for who has seven words: those are typed
    first, so that they open what will be said.
    """
    own = _own(actor)
    if own.is_open:
        return
    member = await myself(work, actor)
    if own.public is not None or member.phrase_lookup is not None:
        raise OwnKeyLocked
    await _begin(work, actor, own, by_phrase=None)


async def unlock_own_key(work: Work, actor: Member, *, root: RootKey, phrase: str) -> None:
    """Open my own key in this session with my seven words; a new one where none opens with them.

    Raises `NotFound` where these are not my words.
    """
    member = await member_by_phrase(work, root, phrase)
    if member.id != actor.id:
        raise NotFound
    own, row = _own(actor), await work.db.get(OwnKeyRow, actor.id)
    pair = None if row is None else pair_by_phrase(root, row, phrase)
    if pair is None:
        await renew_own_key(work, actor, root=root, phrase=phrase)
        return
    await _keep(work, actor, own.learn(pair))


async def renew_own_key(work: Work, actor: Member, *, root: RootKey, phrase: str) -> None:
    """Lock the own key under these words; where it is shut in this session, begin a new one.

    What was sealed to one that is shut for good is gone with it.
    """
    own = actor.own
    if own is None:
        return
    if own.is_open:
        row = await work.db.get(OwnKeyRow, actor.id)
        if row is not None and row.public == own.public:
            row.by_phrase = lock_for_phrase(root, phrase, own.pair())
            return
    await _begin(work, actor, own, by_phrase=(root, phrase))


async def forget_phrase(work: Work, actor: Member) -> None:
    """No words open my own key any more; the sessions that have it do."""
    row = await work.db.get(OwnKeyRow, actor.id)
    if row is not None:
        row.by_phrase = None


async def _begin(
    work: Work, actor: Member, own: OwnKey, *, by_phrase: tuple[RootKey, str] | None
) -> None:
    """A new pair for me. No other session has it: the words open it there."""
    pair = make_pair()
    locked = lock_for_phrase(*by_phrase, pair) if by_phrase else None
    await _put(work, actor.id, pair, locked)
    await _keep(work, actor, own.learn(pair))


async def turn_own_key(work: Work, actor: Member, *, token: str) -> None:
    """The session has another token from now on, and opens what it opened."""
    if actor.own is not None and actor.own.is_open:
        await _keep(work, actor, lock_for_session(token, actor.own.pair()))


async def _keep(work: Work, actor: Member, wrapped: bytes) -> None:
    await work.db.merge(SessionKeyRow(session_id=actor.session, wrapped=wrapped))
    await work.db.flush()


async def _put(work: Work, member_id: MemberId, pair: Pair, by_phrase: bytes | None) -> None:
    if await work.db.get(OwnKeyRow, member_id) is not None:
        work.announce(OwnKeyRenewed(member_id))
    theirs = select(SessionRow.id).where(SessionRow.member_id == member_id)
    await work.db.execute(delete(SessionKeyRow).where(SessionKeyRow.session_id.in_(theirs)))
    row = OwnKeyRow(
        member_id=member_id,
        public=pair.public,
        by_phrase=by_phrase,
        made_on=work.clock.now().date(),
    )
    await work.db.merge(row)
    await work.db.flush()


def _own(actor: Member) -> OwnKey:
    """Raises `OwnKeyLocked` for an actor that no session is behind."""
    if actor.own is None:
        raise OwnKeyLocked
    return actor.own


# ---------------------------------------------------------------- at the door


async def make_at_the_door(
    work: Work, actor: Actor, *, member_id: MemberId, root: RootKey, phrase: str, token: str
) -> None:
    """The pair of somebody who comes in with a phrase, open in the session they were given."""
    pair = make_pair()
    await _put(work, member_id, pair, lock_for_phrase(root, phrase, pair))
    await hand_to_session(work, actor, pair=pair, token=token)


async def open_at_the_door(
    work: Work, actor: Actor, *, member_id: MemberId, root: RootKey, phrase: str, token: str
) -> None:
    """Who came by their seven words has their own key in the new session; a new one at first."""
    row = await work.db.get(OwnKeyRow, member_id)
    pair = None if row is None else pair_by_phrase(root, row, phrase)
    if pair is None:
        await make_at_the_door(
            work, actor, member_id=member_id, root=root, phrase=phrase, token=token
        )
    else:
        await hand_to_session(work, actor, pair=pair, token=token)


async def hand_to_session(work: Work, actor: Actor, *, pair: Pair, token: str) -> None:
    """The session with this token opens the pair from now on."""
    del actor  # whoever comes in, or is let in
    await work.db.flush()
    named = select(SessionRow.id).where(SessionRow.token_hash == hash_of(token))
    session = (await work.db.scalars(named)).one()
    wrapped = lock_for_session(token, pair)
    await work.db.merge(SessionKeyRow(session_id=session, wrapped=wrapped))
    await work.db.flush()


# ---------------------------------------------------------------- under words, and on the way


def lock_for_phrase(root: RootKey, phrase: str, pair: Pair) -> bytes:
    """A private half as it lies for who knows the seven words; the place's secret goes in, too."""
    return lock_under(_of_words(root, normalise_phrase(phrase)), PHRASE, pair.private, pair.public)


def pair_by_phrase(root: RootKey, row: OwnKeyRow, phrase: str) -> Pair | None:
    """The pair, where these words open it."""
    if row.by_phrase is None:
        return None
    secret = _of_words(root, normalise_phrase(phrase))
    try:
        return Pair(row.public, unlock_with(secret, PHRASE, row.by_phrase, row.public))
    except WrongKey:
        return None


def _of_words(root: RootKey, words: str) -> bytes:
    return root.lookup(f"own key:{words}")


def lock_for_link(root: RootKey, words: str, pair: Pair) -> bytes:
    """The pair on its way to another device, for who types the six words there."""
    return lock_under(_of_words(root, words), LINK, pair.public + pair.private)


def pass_to_claim(root: RootKey, words: str, locked: bytes | None, key: str) -> bytes | None:
    """The same, for the device that typed them; nothing where nothing is on its way."""
    if locked is None:
        return None
    try:
        plain = unlock_with(_of_words(root, words), LINK, locked)
    except WrongKey:
        return None
    return lock_under(key.encode(), CLAIM, plain)


def pair_of_claim(locked: bytes | None, key: str) -> Pair | None:
    """The pair, with what that device holds."""
    if locked is None:
        return None
    try:
        plain = unlock_with(key.encode(), CLAIM, locked)
    except WrongKey:
        return None
    return Pair(plain[:32], plain[32:])
