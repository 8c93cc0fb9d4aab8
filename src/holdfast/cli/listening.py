"""The address a server listens on, or words about why it cannot."""

from __future__ import annotations

import socket

import typer

from holdfast.cli.opening import words
from holdfast.kit.origins import bracketed
from holdfast.settings import Settings


def listen(settings: Settings, *, beside: bool = False) -> socket.socket:
    """The listening socket, or words about why there is none.

    `beside`: also where the server that is to be taken over from listens now. Otherwise an address
    that somebody listens on is taken, though two sockets of ours could share it.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        if not beside and settings.port:
            bound(settings, family, shared=False).close()
        return bound(settings, family, shared=True)
    except OSError as no:
        words.print(
            f"Cannot listen on {bracketed(settings.host)}:{settings.port} ({no.strerror}). "
            "Perhaps something else is listening there: try --port with another number.",
            style="red",
        )
        raise typer.Exit(1) from None


def bound(settings: Settings, family: socket.AddressFamily, *, shared: bool) -> socket.socket:
    """A socket at the place's address; `shared` with another one of the same person's."""
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((settings.host, settings.port))
    except OSError:
        made.close()
        raise
    return made
