"""Avatars: small sea-life rosettes, drawn from nothing but a seed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from hashlib import sha256

from msgspec import Struct

# Background and foreground: eight pairs that can be told apart in grey as well.
HUES = (
    ("#cfe8df", "#0b6557"),
    ("#f8e3bb", "#8a5600"),
    ("#e4def7", "#54449a"),
    ("#fbdcd1", "#a3402b"),
    ("#d3e6f6", "#1f5d8f"),
    ("#dfeac8", "#4c6414"),
    ("#f6d9e6", "#93315f"),
    ("#d5e3e6", "#2f545c"),
)
ELLIPSE, LEAF, STALK, FAN = range(4)


class Rosette(Struct, frozen=True):
    """What one seed looks like: how many petals, which, how turned, and what sits in the middle."""

    background: str
    foreground: str
    petals: int
    turn: float
    kind: int
    dotted: bool
    core: int

    @property
    def width(self) -> float:
        """Half of what a petal may take so that neighbours do not touch."""
        return min(6.5, 2 * math.pi * 9.5 / self.petals / 2 * 0.86)

    @property
    def angles(self) -> Iterator[str]:
        for petal in range(self.petals):
            yield _number(self.turn + 360 * petal / self.petals)


def avatar_svg(seed: str) -> str:
    """A whole SVG file for this seed: never a face, never a letter, always the same.

    Colours are attributes, not styles, so that it stands under a strict content policy.
    """
    rosette = rosette_of(seed)
    petal = _petal(rosette)
    petals = "".join(
        f'<g transform="rotate({angle} 24 24)">{petal}</g>' for angle in rosette.angles
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48">'
        f'<rect width="48" height="48" fill="{rosette.background}"/>'
        f'<g fill="{rosette.foreground}">{petals}{_core(rosette)}{_dots(rosette)}</g></svg>'
    )


def rosette_of(seed: str) -> Rosette:
    """The shape that the hash of the seed asks for."""
    h = sha256(seed.encode()).digest()
    background, foreground = HUES[h[0] % len(HUES)]
    petals = 4 + h[1] % 6
    kind = h[3] % 4
    return Rosette(
        background=background,
        foreground=foreground,
        petals=petals,
        turn=h[2] * 360 / 256 / petals,
        kind=kind,
        dotted=h[4] % 3 == 1 and kind != STALK,
        core=h[5] % 3,
    )


def _petal(rosette: Rosette) -> str:
    w = rosette.width
    if rosette.kind == ELLIPSE:
        return f'<ellipse cx="24" cy="12.7" rx="{_number(w * 0.8)}" ry="7"/>'
    if rosette.kind == LEAF:
        wide, near = _number(24 - w * 1.35), _number(24 - w * 0.6)
        far, out = _number(24 + w * 0.6), _number(24 + w * 1.35)
        return f'<path d="M24 21C{wide} 15 {near} 7 24 5.5C{far} 7 {out} 15 24 21Z"/>'
    if rosette.kind == STALK:
        return (
            f'<path d="M24 20V9" stroke="{rosette.foreground}" stroke-width="2.6"'
            f' stroke-linecap="round"/><circle cx="24" cy="8.3" r="{_number(w * 0.62)}"/>'
        )
    return (
        f'<path d="M{_number(24 - w * 0.55)} 20 {_number(24 - w)} 8.5a{_number(w)}'
        f' {_number(w * 0.8)} 0 0 1 {_number(2 * w)} 0L{_number(24 + w * 0.55)} 20Z"/>'
    )


def _core(rosette: Rosette) -> str:
    hole, ink = rosette.background, rosette.foreground
    rings = (
        f'<circle cx="24" cy="24" r="7.4" fill="{hole}"/><circle cx="24" cy="24" r="4.6"/>',
        f'<circle cx="24" cy="24" r="6.6"/><circle cx="24" cy="24" r="3" fill="{hole}"/>',
        f'<circle cx="24" cy="24" r="8" fill="{hole}"/>'
        f'<circle cx="24" cy="24" r="5.4" fill="none" stroke="{ink}" stroke-width="2.2"/>',
    )
    return rings[rosette.core]


def _dots(rosette: Rosette) -> str:
    if not rosette.dotted:
        return ""
    return "".join(
        f'<circle cx="24" cy="12.5" r="1.5" fill="{rosette.background}"'
        f' transform="rotate({angle} 24 24)"/>'
        for angle in rosette.angles
    )


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
