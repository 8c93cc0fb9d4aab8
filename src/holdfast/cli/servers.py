"""The commands that serve, without what only others need: people wait for the first answer."""

from __future__ import annotations

import typer

from holdfast.cli import roles, serving

servers = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
servers.command("serve")(serving.serve)
servers.command("web")(roles.web)
servers.command("live")(roles.live)
servers.command("worker")(roles.worker)
