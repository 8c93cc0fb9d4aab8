"""What the doctor asks of the keys: who can read them, and what lies beside them."""

from __future__ import annotations

import stat
from pathlib import Path
from urllib.parse import urlsplit

from holdfast.app.doctor.findings import Finding, Level, Look, fine, unseen
from holdfast.app.doctor.surroundings import serving
from holdfast.app.preparing import root_files
from holdfast.kit.facts import ROOT_KEY, fact

OTHERS = stat.S_IRWXO
GROUP = stat.S_IRWXG


async def keys_are_for_their_owner(look: Look) -> list[Finding]:
    """The root key, the keystore and the data are for one account of the machine."""
    settings = look.settings
    private = [settings.root_key_file, settings.keys_folder, settings.data]
    if settings.keys_folder.is_dir():
        private += sorted(settings.keys_folder.glob("*.db"))
    if not settings.database_url:
        private.append(settings.database_file)
    there = [path for path in dict.fromkeys(private) if path.exists()]
    if not there:
        return unseen("keys", "There are no keys yet.")
    open_to = {path: _open_to(path, is_key=path == settings.root_key_file) for path in there}
    if not any(open_to.values()):
        return fine("keys", "Only their owner can read the keys and the data.")
    return [_readable(path, mode) for path, mode in open_to.items() if mode]


def _open_to(path: Path, *, is_key: bool) -> int:
    """Whom it is open to besides its owner. A folder that lets nobody in shuts what is in it."""
    mode = path.stat().st_mode & (OTHERS | GROUP)
    if path.is_dir() or is_key:
        return mode
    folder = path.parent.stat().st_mode
    return mode & (
        (OTHERS if folder & stat.S_IXOTH else 0) | (GROUP if folder & stat.S_IXGRP else 0)
    )


def _readable(path: Path, mode: int) -> Finding:
    whom = "everybody on this machine" if mode & OTHERS else "a group of this machine"
    rights = "700" if path.is_dir() else "600"
    return Finding(
        "keys",
        Level.UNSAFE if mode & OTHERS else Level.CARE,
        f"{path} is open to {whom}.",
        "Any program that runs here could copy it.",
        f"`chmod {rights} {path}`",
    )


async def root_key_is_there(look: Look) -> list[Finding]:
    """Without it nothing opens: so this is what is said first."""
    if look.work is None or await fact(look.work, ROOT_KEY) is None:
        return []
    files = root_files(look.settings)
    if files.file.exists() or files.next_elsewhere.exists():
        return fine("root key", "The root key is where it is looked for.")
    if serving(look) is not None:
        return unseen("root key", "The server that runs has a root key that is not seen from here.")
    return [
        Finding(
            "root key",
            Level.UNSAFE,
            f"The root key is missing: there is none at {files.file}.",
            "Holdfast does not start without it, and nobody can read what was said.",
            "Put your copy of root.key there (`chmod 600`), or say with HOLDFAST_ROOT_KEY where "
            "it lies. Where it is a systemd credential, start Holdfast and ask again.",
        )
    ]


async def root_key_lies_elsewhere(look: Look) -> list[Finding]:
    """Who takes the data folder along must not have its key."""
    key, data = look.settings.root_key_file, look.settings.data
    if not key.exists():
        return unseen("root key", "The root key is not a file that can be seen from here.")
    if not key.absolute().is_relative_to(data.absolute()):
        return fine("root key", "The root key does not lie in the data folder.")
    if look.settings.kms_url:
        return fine("root key", "What lies in the data folder only the KMS can open.")
    return [
        Finding(
            "root key",
            Level.CARE,
            "The root key lies in the data folder.",
            "A copy of the folder is then a copy of every word in it.",
            "Move root.key to another disk or into a systemd credential, set HOLDFAST_ROOT_KEY, "
            "and keep a copy of it on paper or in a safe.",
        )
    ]


async def keystore_lies_elsewhere(look: Look) -> list[Finding]:
    """Erasing reaches old copies of the data only if the keys are not copied with them."""
    settings = look.settings
    if settings.keystore_url:
        return _of_a_cluster(look)
    keys, data = settings.keys_folder, settings.data
    if not keys.exists() or not data.exists():
        return unseen("keystore", "There is no keystore yet.")
    inside = not settings.database_url and keys.absolute().is_relative_to(data.absolute())
    same = look.machine.disk_of(keys) == look.machine.disk_of(data)
    if settings.database_url or not (inside or same):
        return fine("keystore", "The keystore does not lie on the disk of the data.")
    where = "in the data folder" if inside else "on the same disk as the data"
    return [
        Finding(
            "keystore",
            Level.CARE,
            f"The keystore lies {where}.",
            "Whatever copies that disk copies words and keys together, and no erasure reaches it.",
            f"In this order: stop the server; move the whole folder {keys.absolute()}, with "
            "erasures.db in it, to a disk of its own; `chmod 700` the folder there; set "
            "HOLDFAST_KEYS to it wherever Holdfast is started; start the server. Then never copy "
            "both with one job.",
        )
    ]


def _of_a_cluster(look: Look) -> list[Finding]:
    keys, data = (
        urlsplit(url).netloc.rpartition("@")[2]
        for url in (look.settings.keystore_url, look.settings.database_url)
    )
    machines = [{host.partition(":")[0] for host in netloc.split(",")} for netloc in (keys, data)]
    if not machines[0] & machines[1]:
        return fine("keystore", "The keystore is on other machines than the data.")
    return [
        Finding(
            "keystore",
            Level.CARE,
            "The keystore’s cluster runs on a machine of the data’s.",
            "Whatever copies that machine copies words and keys together.",
            "Run it on a machine of its own, with backups of its own that live seven days.",
        )
    ]
