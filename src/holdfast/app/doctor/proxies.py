"""What stands in a proxy's settings that would keep somebody's address. Knows nginx and Caddy."""

from __future__ import annotations

import re
from collections.abc import Iterator

Complaint = tuple[str, str, str]  # what, why, mend

REMARK = re.compile(r"(?:^|\s)#[^\n]*")
IS_CADDY = re.compile(r"^\s*(?:reverse_proxy|header_up|respond|encode)\b", re.MULTILINE)
TOLD_TO = re.compile(r"\baccess_log\s+([^;]+);")
PASSED_ON = re.compile(
    r"proxy_set_header\s+(X-Forwarded-For|X-Real-IP|Forwarded)\s+([^;]+);", re.IGNORECASE
)
WHO = "Whoever reads that file knows who comes here, and from where."
NEEDLESS = "Holdfast needs no address. What it is not told it cannot keep."
ERRORS = "An error of the proxy’s own names the address it came from."


def complaints_about(written: str) -> list[Complaint]:
    """What would keep an address, in either language."""
    plain = REMARK.sub("", written)
    about = _caddy if IS_CADDY.search(plain) else _nginx
    return list(about(plain))


def _nginx(plain: str) -> Iterator[Complaint]:
    told = [said.split()[0] for said in TOLD_TO.findall(plain)]
    for place in sorted({place for place in told if place != "off"}):
        yield f"it writes an access log ({place}).", WHO, "`access_log off;`"
    if not told:
        yield "it does not turn the access log off.", WHO, "`access_log off;` in `http { … }`"
    if not re.search(r"\berror_log\s+\S+\s+(?:crit|alert|emerg)\s*;", plain):
        yield "its error log is not at `crit`.", ERRORS, "`error_log stderr crit;`"
    for name, value in PASSED_ON.findall(plain):
        if value.strip() not in {'""', "''"}:
            yield f"it passes {name} on.", NEEDLESS, f'`proxy_set_header {name} "";`'


def _caddy(plain: str) -> Iterator[Complaint]:
    everywhere, sites = _parted(plain)
    if re.search(r"^\s*log\b", sites, re.MULTILINE):
        yield "it writes an access log (`log` in a site).", WHO, "Take `log` out of the site."
    if not re.search(r"\blog\b[^}]*\blevel\s+(?:PANIC|FATAL)\b", everywhere):
        yield "its own log is not at PANIC.", ERRORS, "`log default { level PANIC }` at the top"
    if "header_up -X-Forwarded-For" not in sites:
        yield "it passes X-Forwarded-For on.", NEEDLESS, "`header_up -X-Forwarded-For`"


def _parted(plain: str) -> tuple[str, str]:
    """What is said for everything (a block without a name, at the top), and what for the sites."""
    rest = plain.lstrip()
    if not rest.startswith("{") or re.match(r"\{[$%\w]", rest):
        return "", plain
    depth = 0
    for place, letter in enumerate(rest):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0:
            return rest[: place + 1], rest[place + 1 :]
    return rest, ""
