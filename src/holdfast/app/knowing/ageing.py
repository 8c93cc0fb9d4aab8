"""The program of a child process: seals what it reads under a passphrase, with `age`.

It stands alone and imports nothing of the house, so that it starts fast. Making a key from the
passphrase takes a second and much memory on purpose; here that holds nobody up and is given back.
"""

from __future__ import annotations

import os
import sys

import pyrage


def main() -> None:
    """The first line is the passphrase, the rest is sealed."""
    os.nice(10)
    passphrase, _, plain = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.buffer.write(pyrage.passphrase.encrypt(plain, passphrase.decode("ascii")))


if __name__ == "__main__":
    main()
