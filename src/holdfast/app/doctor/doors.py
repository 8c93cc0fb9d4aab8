"""What the doctor asks at the front: TLS, and whether the proxy writes down who came."""

from __future__ import annotations

import asyncio
import re
import secrets
from pathlib import Path

from holdfast.app.doctor.findings import Finding, Level, Look, fine, unseen
from holdfast.app.doctor.machine import Answer
from holdfast.app.doctor.proxies import complaints_about
from holdfast.kit.origins import is_loopback

A_YEAR = 31_536_000
MAX_AGE = re.compile(r"max-age=\"?(\d+)")
LOOK_EVERY = 0.1  # seconds
LOOKS = 20  # until then a log is on disk
LATELY = 1 << 20  # bytes at the end of a log


async def people_come_by_tls(look: Look) -> list[Finding]:
    """What is said is not to be read on the way, and browsers must not be led round TLS."""
    settings = look.settings
    if not settings.is_https:
        if not settings.origin and is_loopback(settings.host):
            return fine("TLS", "Only this machine can come in.")
        return [
            Finding(
                "TLS",
                Level.UNSAFE,
                "People come in without TLS.",
                "Everybody on the way can read what is said, and take over who said it.",
                "Put a proxy in front (deploy/proxy) and set HOLDFAST_ORIGIN=https://…",
            )
        ]
    plain = [one for one in sorted(settings.origins) if one.startswith("http://")]
    found = [
        Finding(
            "TLS",
            Level.UNSAFE,
            f"People may also come in without TLS, at {one}.",
            "Everybody on the way can read what is said there.",
            "Take it out of HOLDFAST_ORIGIN, and let the proxy send people on to https.",
        )
        for one in plain
    ]
    for address in (settings.address, *filter(None, [settings.desk_origin])):
        said = await asyncio.to_thread(look.machine.ask, f"{address}/help")
        found += _of_tls(said, address)
    return found or fine("TLS", "People come in by TLS, and browsers are told to stay with it.")


def _of_tls(said: Answer | None, address: str) -> list[Finding]:
    if said is None:
        return [
            Finding(
                "TLS",
                Level.CARE,
                f"{address} does not answer from here, or its certificate is not to be trusted.",
                "Nobody may be able to come in; or this machine does not find itself by name.",
                "Open it in a browser. If it works there, ask from a machine outside.",
            )
        ]
    age = MAX_AGE.search(said.headers.get("strict-transport-security", ""))
    if age and int(age[1]) >= A_YEAR:
        return []
    return [
        Finding(
            "TLS",
            Level.CARE,
            f"{address} does not tell browsers to stay with TLS for a year (HSTS).",
            "A network that somebody controls can lead people to a copy without TLS.",
            "Holdfast sends this header for an https origin: let the proxy pass it on.",
        )
    ]


async def proxy_keeps_no_addresses(look: Look) -> list[Finding]:
    """Ask for a page that nobody else asks for, and look whether that stands in a log."""
    if not look.proxy_logs:
        return unseen(
            "proxy logs",
            "Whether the proxy writes down who comes was not looked at.",
            "`holdfast doctor --proxy-log FILE` for each log that it could write.",
        )
    canary = f"doctor-{secrets.token_hex(12)}"
    said = await asyncio.to_thread(look.machine.ask, f"{look.settings.address}/{canary}")
    if said is None:
        return unseen("proxy logs", f"{look.settings.address} does not answer from here.")
    hit = await _standing_in(look.proxy_logs, canary.encode())
    if not hit:
        return fine("proxy logs", "What was asked for just now stands in no log.")
    return [
        Finding(
            "proxy logs",
            Level.UNSAFE,
            f"{path} says who asked for what, and when.",
            "Whoever reads that file knows who comes here, and from where.",
            "`access_log off;` (nginx), no `log` (Caddy); then `shred -u` the files there are.",
        )
        for path in hit
    ]


async def _standing_in(files: tuple[Path, ...], canary: bytes) -> list[Path]:
    found = set[Path]()
    for _ in range(LOOKS):
        found |= {file for file in files if file not in found and canary in _end_of(file)}
        if len(found) == len(files):
            break
        await asyncio.sleep(LOOK_EVERY)
    return [file for file in files if file in found]


def _end_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - LATELY))
            return opened.read()
    except OSError:
        return b""


async def proxy_files_say_that_nothing_is_logged(look: Look) -> list[Finding]:
    """What a proxy was told: no access log, no address passed on."""
    found = []
    for file in look.proxy_configs:
        try:
            written = await asyncio.to_thread(file.read_text, "utf-8")
        except (OSError, UnicodeDecodeError):
            found += unseen("proxy settings", f"{file} could not be read.")
            continue
        found += [
            Finding("proxy settings", Level.UNSAFE, f"{file}: {what}", why, mend)
            for what, why, mend in complaints_about(written)
        ] or fine("proxy settings", f"{file} keeps no addresses.")
    return found
