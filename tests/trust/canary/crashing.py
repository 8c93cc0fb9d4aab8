"""The server, with a bug in it: it falls over certain words, and says them as it falls."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import Any

from holdfast.__main__ import main
from holdfast.messages import rules

FALLS_OVER = "the floor gives way"
fallen: set[asyncio.Task[None]] = set()


def with_a_bug() -> None:
    """Taking such words raises an error that holds them; so do a task and a thread.

    Every door by which something is said makes a draft of it first.
    """
    honest = rules.drafted

    def drafted(nonce: str, text: str, *more: Any, **named: Any) -> Any:
        if FALLS_OVER in text:
            threading.Thread(target=_fall, args=(text,)).start()
            fallen.add(asyncio.get_running_loop().create_task(_fall_later(text)))
            _fall(text)
        return honest(nonce, text, *more, **named)

    for module in [one for name, one in sys.modules.items() if name.startswith("holdfast.")]:
        if getattr(module, "drafted", None) is honest:
            module.drafted = drafted  # type: ignore[attr-defined]


def _fall(text: str) -> None:
    raise RuntimeError(f"this bug holds words: {text}")


async def _fall_later(text: str) -> None:
    _fall(text)


if __name__ == "__main__":
    import holdfast.app.web  # noqa: F401 - so that everything that reads is there

    with_a_bug()
    main()
