"""Every command. Loading them all takes a while, so whoever serves loads `servers.py` alone."""

from __future__ import annotations

import typer

from holdfast.cli import (
    audit,
    backing,
    circles,
    disclosing,
    doctor,
    invitations,
    keeping,
    keys,
    moving,
    people,
    receipts,
    rights,
    screening,
    steward,
    taking,
)
from holdfast.cli.reference import docs
from holdfast.cli.servers import servers

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Holdfast: a place where people share what they carry with others who relate.",
)
app.registered_commands += servers.registered_commands
app.command("doctor")(doctor.doctor)
app.command("migrate")(keeping.migrate)
app.command("move")(moving.move_house)
app.command("restore")(backing.restore_place)
app.command("disclose")(disclosing.disclose)
app.command("docs", hidden=True)(docs)
app.add_typer(audit.audit, name="audit")
app.add_typer(receipts.receipts, name="receipts")
app.add_typer(backing.backup, name="backup")
app.add_typer(backing.drill, name="drill")
app.add_typer(keys.keys, name="keys")
app.add_typer(taking.export, name="export")
app.add_typer(steward.steward, name="steward")
app.add_typer(screening.screening, name="screening")
app.add_typer(circles.circles, name="circles")
app.add_typer(invitations.invitations, name="invitations")
app.add_typer(rights.rights, name="rights")
app.add_typer(people.rooms, name="rooms")
app.add_typer(people.town, name="town")
