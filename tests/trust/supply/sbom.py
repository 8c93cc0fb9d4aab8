"""What we are made of, as CycloneDX writes it: `PYTHONPATH=tests python -m trust.supply.sbom`.

It is made from the lock, the list of licences and the list of what came from elsewhere, and from
nothing else: no clock, no network, not what happens to be installed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from trust.supply.lock import ROOT, Locked, locked

SBOM = ROOT / "deploy" / "sbom.cdx.json"
HERE = Path(__file__).parent
WHENEVER = datetime(2020, 2, 2, tzinfo=UTC)  # the moment that the wheel's files carry, too
WHO = "https://holdfast.invalid/sbom/"


@dataclass(frozen=True)
class Vendored:
    """A file that lies here and was made elsewhere."""

    path: str
    name: str
    version: str
    licence: str
    licence_file: str
    sha256: str


def vendored() -> list[Vendored]:
    """Every file that came from elsewhere, as `vendored.toml` lists them."""
    written = tomllib.loads((HERE / "vendored.toml").read_text("utf-8"))
    return [Vendored(**file) for file in written["file"]]


def licences() -> dict[str, str]:
    """The licence of each package that either lock names, as SPDX writes it."""
    written: dict[str, dict[str, str]] = tomllib.loads((HERE / "licences.toml").read_text("utf-8"))
    return written["packages"]


def made() -> str:
    """The SBOM, the same bytes each time."""
    bom = Bom()
    bom.metadata.component = _ours()
    for component in (*map(_package, locked("base")), *map(_file, vendored())):
        bom.components.add(component)
        bom.register_dependency(bom.metadata.component, [component])
    bom.metadata.timestamp = WHENEVER
    bom.serial_number = uuid5(NAMESPACE_URL, WHO + _sum_of(bom.components))
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"


def _ours() -> Component:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return Component(
        type=ComponentType.APPLICATION,
        name=project["name"],
        version=project["version"],
        licenses=[LicenseFactory().make_from_string(project["license"])],
        bom_ref="holdfast",
    )


def _package(one: Locked) -> Component:
    where = [Property(name="holdfast:where", value=one.where)] if one.where else []
    files = [Property(name="holdfast:file:sha256", value=value) for value in one.hashes]
    url = PackageURL("pypi", name=one.name, version=one.version)
    return Component(
        type=ComponentType.LIBRARY,
        name=one.name,
        version=one.version,
        purl=url,
        bom_ref=url.to_string(),
        licenses=[LicenseFactory().make_from_string(licences()[one.name])],
        properties=[*where, *files],
    )


def _file(one: Vendored) -> Component:
    return Component(
        type=ComponentType.FILE,
        name=one.path,
        version=one.version,
        description=one.name,
        bom_ref=f"file:{one.path}",
        licenses=[LicenseFactory().make_from_string(one.licence)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one.sha256)],
    )


def _sum_of(components: Iterable[Component]) -> str:
    return " ".join(
        sorted(
            f"{one.bom_ref.value} {[str(p.value) for p in one.properties]}" for one in components
        )
    )


def main() -> None:
    """Write it anew."""
    SBOM.write_text(made(), "utf-8")


if __name__ == "__main__":
    main()
