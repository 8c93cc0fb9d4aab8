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
    _with_models_built_when_used()


def _without_colours() -> None:
    """structlog and httpx draw in colours where they can: a server needs none of it."""
    for name in COLOURS:
        sys.modules[name] = None  # type: ignore[assignment]
    import structlog  # noqa: F401, PLC0415

    import holdfast.kit.outside  # noqa: F401, PLC0415 - it brings httpx

    for name in COLOURS:
        del sys.modules[name]


def _with_models_built_when_used() -> None:
    """Most of the calls' models, and all that describe them, are not used for hours.

    Where they are not served, as in our tests, each is built at once: so a broken one is found.
    """
    from pydantic import BaseModel  # noqa: PLC0415 - see above

    BaseModel.model_config["defer_build"] = True


if __name__ == "__main__":
    main()
