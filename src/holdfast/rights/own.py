"""The own key of whoever asks: opened when it is first used, gone when the actor is."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.kit.boxes import Pair, lock_under, open_with, unlock_with
from holdfast.kit.cipher import DataKey, WrongKey
from holdfast.kit.errors import NotPermitted
from holdfast.kit.words import N_

SESSION = b"own key, session"
MOST_READY = 16


class OwnKeyLocked(NotPermitted):
    """Words between two people, in a session that was not opened with the seven words yet."""

    code = "own_key_locked"
    words = N_(
        "What is said here is locked with your seven words. Please type them once on this device."
    )
    help = True
    way = "/me/own-key"


class OwnKey:
    """A key pair as it lies for one session, and what it opened for this actor.

    Nothing of it is derived before it is used. `public` is None where nobody made a pair yet.
    """

    __slots__ = ("_pair", "_token", "_wrapped", "parts", "public", "ready")

    def __init__(self, token: str, public: bytes | None, wrapped: bytes | None) -> None:
        self.public = public
        self._token = token
        self._wrapped = wrapped
        self._pair: Pair | None = None
        self.parts: dict[int, bytes] = {}  # keys of parts that were brought, by the part's id
        self.ready: dict[tuple[int, str], DataKey] = {}  # for what is about to be said, by nonce

    @classmethod
    def of_parts(cls, parts: Mapping[int, bytes]) -> OwnKey:
        """No pair, only parts that somebody else brought: for break-glass."""
        own = cls("", None, None)
        own.parts.update(parts)
        return own

    def __repr__(self) -> str:
        return "OwnKey(…)"

    @property
    def is_open(self) -> bool:
        """Whether the private half is to be had in this session."""
        try:
            self.pair()
        except OwnKeyLocked:
            return False
        return True

    def pair(self) -> Pair:
        """Both halves. Raises `OwnKeyLocked`."""
        if self._pair is None:
            if self.public is None or self._wrapped is None:
                raise OwnKeyLocked
            try:
                private = unlock_with(self._token.encode(), SESSION, self._wrapped, self.public)
            except WrongKey:
                raise OwnKeyLocked from None
            self._pair = Pair(self.public, private)
        return self._pair

    def private(self) -> bytes:
        """The private half. Raises `OwnKeyLocked`."""
        return self.pair().private

    def open(self, box: bytes, bound: bytes) -> bytes:
        """What is in a box for me. Raises `OwnKeyLocked`, `WrongKey`."""
        pair = self.pair()
        return open_with(pair.private, pair.public, box, bound)

    def learn(self, pair: Pair) -> bytes:
        """This is my pair from now on; how it lies locked for this session."""
        if pair.public != self.public:
            self.parts.clear()
        self.public, self._pair = pair.public, pair
        self._wrapped = lock_for_session(self._token, pair)
        return self._wrapped

    def make_ready(self, seat: int, nonce: str, key: DataKey) -> None:
        """A key that is on disk already, for the words with this nonce."""
        while len(self.ready) >= MOST_READY:
            del self.ready[next(iter(self.ready))]
        self.ready[seat, nonce] = key


def lock_for_session(token: str, pair: Pair) -> bytes:
    """A private half as it lies for the session with this token, of which we keep a hash only."""
    return lock_under(token.encode(), SESSION, pair.private, pair.public)


def own_of(actor: object) -> OwnKey:
    """The open own key of an actor. Raises `OwnKeyLocked`."""
    own = getattr(actor, "own", None)
    if not isinstance(own, OwnKey):
        raise OwnKeyLocked
    own.pair()
    return own
