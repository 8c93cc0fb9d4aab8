"""`holdfast doctor`: what is unsafe here, in plain words, with the mend for each."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from msgspec import to_builtins

from holdfast.cli.opening import Data, settings_with
from holdfast.kit.clock import WallClock

ProxyLogs = Annotated[
    list[Path] | None,
    typer.Option("--proxy-log", help="A log that the proxy could write: is who came in it?"),
]
ProxyConfigs = Annotated[
    list[Path] | None,
    typer.Option("--proxy-config", help="Settings of nginx or Caddy: do they keep addresses?"),
]


def doctor(
    *,
    proxy_log: ProxyLogs = None,
    proxy_config: ProxyConfigs = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also what is fine, and each of many alike.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data: Data = None,
) -> None:
    """Say what is unsafe in this installation, why, and what mends it.

    Changes nothing. Ends with 0 when all is fine, 1 when something wants care, 2 when something is
    unsafe.
    """
    from holdfast.app.doctor import Machine, exit_code, looked_at  # a server starts without it
    from holdfast.cli.findings import show

    settings = settings_with(data=data)
    findings = asyncio.run(
        looked_at(
            settings,
            WallClock(),
            Machine(),
            proxy_logs=tuple(proxy_log or ()),
            proxy_configs=tuple(proxy_config or ()),
        )
    )
    if as_json:
        typer.echo(json.dumps([to_builtins(finding) for finding in findings], indent=1))
    else:
        show(findings, every=every)
    raise typer.Exit(exit_code(findings))
