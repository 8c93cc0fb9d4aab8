"""Staff in front of a browser: tokens from the command line, made when first needed."""

from __future__ import annotations

import subprocess

from contract.server import Server, command

NAMES = {"crisis-moderator": "Sam", "lead": "Fern", "moderator": "Maren"}


class Colleagues(dict[str, str]):
    """A token for each role that a test asks for."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server

    def __missing__(self, role: str) -> str:
        asked = [*command(), "steward", "token", "--role", role, "--name", NAMES[role]]
        done = subprocess.run(
            [*asked, "--data", self.server.data],
            env=self.server.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        self[role] = done.stdout.split()[-1]
        return self[role]
