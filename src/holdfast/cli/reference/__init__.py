"""`holdfast docs PAGE` prints a reference page that is made from the code, so it cannot be wrong.

The prose of a page is the `.md` file beside this one; each `{{name}}` in it stands for a table.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.reference.commands import command_sections
from holdfast.cli.reference.doors import (
    allowed_table,
    api_sections,
    page_table,
    permission_table,
)
from holdfast.cli.reference.held import (
    elsewhere_table,
    member_sections,
    others_table,
    privacy_table,
)
from holdfast.cli.reference.refusals import refusal_table
from holdfast.cli.reference.settings import setting_sections

HERE = Path(__file__).parent
TABLES: dict[str, dict[str, Callable[[], str]]] = {
    "settings": {"settings": setting_sections},
    "permissions": {"matrix": permission_table, "allows": allowed_table},
    "errors": {"refusals": refusal_table},
    "cli": {"commands": command_sections},
    "data-map": {
        "privacy": privacy_table,
        "members": member_sections,
        "others": others_table,
        "elsewhere": elsewhere_table,
    },
    "http-api": {"calls": api_sections, "pages": page_table},
}


def docs(page: Annotated[str, typer.Argument(help="Which page.")]) -> None:
    """Print a reference page: settings, permissions, errors, cli, data-map or http-api."""
    if page not in TABLES:
        typer.echo(f"The pages are {', '.join(TABLES)}.", err=True)
        raise typer.Exit(2)
    typer.echo(drawn(page), nl=False)


def drawn(page: str) -> str:
    """A page with its tables put in."""
    text = (HERE / f"{page}.md").read_text("utf-8")
    for name, table in TABLES[page].items():
        text = text.replace(f"{{{{{name}}}}}", table().strip())
    return text
