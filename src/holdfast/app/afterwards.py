"""What few ask for, and what is slow to load: loaded when the doors are open, not before.

So no start waits for it, and hardly anybody else: who comes within the first moments and needs it
loads it themselves.
"""

from __future__ import annotations

from importlib import import_module

SLOW = ("holdfast.app.figures",)


def load() -> None:
    """Load it all, on a thread beside what goes on."""
    for name in SLOW:
        import_module(name)
