"""The first thing that runs: `holdfast` and `python -m holdfast`.

Nothing made while the house is put together can go again, so nothing is looked through meanwhile:
starting takes a fifth less. `app.opening` lets the looking begin once the doors are open.
"""

from __future__ import annotations

import gc
import os
import sys

COLOURS = ("rich", "pygments")


def main() -> None:
    """The command line."""
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else every package is searched
    from holdfast.cli import SERVE  # noqa: PLC0415 - see above
    from holdfast.cli import main as command_line  # noqa: PLC0415

    if SERVE.intersection(sys.argv[1:2]):
        _get_ready_to_serve()
    command_line()


def _get_ready_to_serve() -> None:
    if not any(word.startswith("--workers") for word in sys.argv):  # those begin it themselves
        from holdfast.app import beside  # noqa: PLC0415

        beside.begin()
    _without_colours()


def _without_colours() -> None:
    """structlog and httpx draw in colours where they can: a server needs none of it."""
    for name in COLOURS:
        sys.modules[name] = None  # type: ignore[assignment]
    import structlog  # noqa: F401, PLC0415

    import holdfast.kit.outside  # noqa: F401, PLC0415 - it brings httpx

    for name in COLOURS:
        del sys.modules[name]


if __name__ == "__main__":
    main()
