"""What we are made of: pinned by hash, licensed for us, listed, and nothing beside it."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import cyclonedx.schema
import jsonschema_rs
import pytest
from license_expression import get_spdx_licensing  # type: ignore[import-untyped]

from trust.supply.lock import ROOT, locked
from trust.supply.sbom import SBOM, licences, made, vendored

WHERE = "http://cyclonedx.org/schema/"
STATIC = ROOT / "src" / "holdfast" / "static"
# Each may become part of a work under AGPL-3.0-or-later. MPL-2.0 says so itself (its section 3.3);
# Apache-2.0 may go into version 3 of the GNU licences, not into version 2.
COMPATIBLE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "LicenseRef-Public-Domain",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Zlib",
}
ASIDE = {"OFL-1.1", "CC-BY-3.0-US"}  # of fonts and word lists, which lie beside the program
MADE_ELSEWHERE = {".woff", ".woff2", ".ttf", ".otf", ".wasm", ".min.js", ".png", ".jpg"}


# ---------------------------------------------------------------- the locks


@pytest.mark.parametrize("lock", ["base", "dev"])
def test_every_package_is_pinned_by_version_and_hash(lock: str) -> None:
    packages = locked(lock)
    assert len(packages) > 50
    assert all(one.hashes for one in packages)
    assert len({one.name for one in packages}) == len(packages)


def test_what_is_developed_with_is_what_is_run() -> None:
    run = {one.name: one for one in locked("base")}
    assert run.items() <= {one.name: one for one in locked("dev")}.items()


def test_a_line_that_is_no_pin_is_not_overlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_: "idna>=3\n    --hash=sha256:00\n")
    with pytest.raises(ValueError, match="no pin"):
        locked("base")


def test_what_we_say_we_need_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[\[<>=~]", one)[0].lower() for one in project["dependencies"]}
    assert wanted <= {one.name for one in locked("base")}


@pytest.mark.full
def test_what_is_installed_is_what_is_locked() -> None:
    """On this machine; packages that are for another kind of machine are not there."""
    here = {one.name.lower().replace("_", "-"): one.version for one in metadata.distributions()}
    wrong = {
        one.name: here[key]
        for one in locked("dev")
        if (key := one.name.lower().replace(".", "-")) in here and here[key] != one.version
    }
    assert wrong == {}


@pytest.mark.parametrize("file", ["bin/.setup", "deploy/Dockerfile"])
def test_nothing_is_installed_without_its_hash(file: str) -> None:
    written = (ROOT / file).read_text("utf-8").replace("\\\n", " ")
    installs = [
        line
        for line in written.splitlines()
        if re.search(r"\bpip\b.*\binstall\b|\"\$\{uv\[@\]\}\"|\"\$\{pip\[@\]\}\" install", line)
        and not re.search(r"^\s*local|apt", line)
    ]
    assert installs
    for line in installs:
        assert "--require-hashes" in line or "--no-deps" in line, line
    for line in re.findall(r"\b(?:curl|wget)\b.*", written):
        assert "sha256" in line, line


# ---------------------------------------------------------------- licences


def test_every_package_has_a_licence_that_suits_ours() -> None:
    known = licences()
    assert set(known) == {one.name for lock in ("base", "dev") for one in locked(lock)}
    parse = get_spdx_licensing().parse
    for name, licence in known.items():
        assert parse(licence).symbols, name
        assert _suits(licence), f"{name}: {licence}"


def _suits(licence: str) -> bool:
    """Of alternatives one is enough; of what comes together, all must suit."""
    words = re.sub(r"[A-Za-z0-9.-]+", lambda found: _as_python(found[0]), licence)
    return bool(eval(words, {"__builtins__": {}}))  # noqa: S307 - of our own list, and no names


def _as_python(word: str) -> str:
    return word.lower() if word in {"AND", "OR"} else str(word in COMPATIBLE)


def test_a_licence_that_does_not_suit_would_be_seen() -> None:
    assert _suits("GPL-2.0-only OR MIT")
    for licence in ("GPL-2.0-only", "SSPL-1.0", "MIT AND BUSL-1.1", "LicenseRef-Proprietary"):
        assert not _suits(licence)


@pytest.mark.full
def test_the_packages_themselves_do_not_say_otherwise() -> None:
    """Where one says its licence in SPDX's words, our list says the same."""
    parse = get_spdx_licensing().parse
    told = 0
    for one in locked("dev"):
        try:
            said = metadata.metadata(one.name).json.get("license_expression")
        except metadata.PackageNotFoundError:
            continue
        if said:
            told += 1
            assert parse(said) == parse(licences()[one.name]), one.name
    assert told > 40


# ---------------------------------------------------------------- files from elsewhere


def test_every_file_from_elsewhere_is_the_one_that_was_taken() -> None:
    for one in vendored():
        assert hashlib.sha256((ROOT / one.path).read_bytes()).hexdigest() == one.sha256, one.path
        assert (ROOT / one.licence_file).stat().st_size > 100, one.path
        assert all(part in COMPATIBLE | ASIDE for part in one.licence.split(" AND ")), one.path
        assert one.name
        assert one.version


def test_nothing_from_elsewhere_lies_here_unlisted() -> None:
    listed = {one.path for one in vendored()}
    foreign = [
        str(file.relative_to(ROOT))
        for file in sorted(STATIC.rglob("*"))
        if any(file.name.endswith(ending) for ending in MADE_ELSEWHERE)
    ]
    assert foreign
    assert set(foreign) <= listed


def test_our_own_scripts_carry_nobody_elses_notice() -> None:
    """A library that was pasted in would bring its licence with it."""
    foreign = re.compile(r"@license|/\*!|sourceMappingURL|webpack|Copyright", re.IGNORECASE)
    for script in STATIC.rglob("*.js"):
        written = script.read_text("utf-8")
        assert not foreign.search(written), script.name
        longest = max(map(len, written.splitlines()))
        assert longest < 400 or script.name == "contact-rules.js", script.name  # ours, made of data


# ---------------------------------------------------------------- the list of it all


@pytest.mark.full
def test_the_list_of_what_we_are_made_of_is_as_the_lock_says() -> None:
    again = "PYTHONPATH=tests python -m trust.supply.sbom"
    assert SBOM.read_text("utf-8") == made(), f"it is out of date: {again}"


@pytest.mark.full
def test_the_list_is_the_same_each_time_it_is_made() -> None:
    assert made() == made()


@cache
def schema() -> Any:
    """CycloneDX 1.6, as its own library carries it."""
    folder = Path(cyclonedx.schema.__file__).parent / "_res"
    of: dict[str, Any] = {
        name: json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text("utf-8"))
        for name in ("bom-1.6", "spdx", "jsf-0.82", "cryptography-defs")
    }
    known = [(f"{WHERE}{name}.SNAPSHOT.schema.json", one) for name, one in of.items()]
    return jsonschema_rs.validator_for(of["bom-1.6"], registry=jsonschema_rs.Registry(known))


@pytest.mark.full
def test_the_list_is_in_good_form_and_whole() -> None:
    listed: dict[str, Any] = json.loads(made())
    assert list(schema().iter_errors(listed)) == []
    assert not schema().is_valid({**listed, "components": [{"type": "thing", "name": "x"}]})
    names = {one["name"] for one in listed["components"]}
    assert names == {one.name for one in locked("base")} | {one.path for one in vendored()}
    assert all(one["licenses"] for one in listed["components"])
    assert all(one.get("hashes") or one.get("properties") for one in listed["components"])
    assert listed["metadata"]["component"]["name"] == "holdfast"


def test_the_list_names_no_machine() -> None:
    assert not re.search(
        r"/home|/tmp|/root|file:/", SBOM.read_text("utf-8").replace('"file:src', "")
    )


def test_nothing_that_was_built_is_kept_beside_what_it_was_built_from() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    built = re.compile(r"\.(whl|so|pyc|exe|dll|dylib|egg|jar|zip|tar|gz)$")
    assert [name for name in tracked if built.search(name)] == []
