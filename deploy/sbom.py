"""Writes what an installation is made of as CycloneDX 1.6 (JSON): each installed Python package, with its licence.

    /opt/inlaid/bin/python deploy/sbom.py > sbom.json                                 # this environment
    docker run --rm -i inlaid python - --system < deploy/sbom.py > sbom.json    # the image, with Debian's packages

It needs nothing but Python, so that it runs in the image as it is.
"""

import json
import re
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from urllib.parse import quote

DPKG = Path("/var/lib/dpkg/status")
NAME = re.compile(r"^[A-Za-z0-9._-]+")
OURS = "inlaid"


def normal(name: str) -> str:
    """Return the one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(package: Distribution) -> str:
    """Return a package's licence: its expression, else what its classifiers or its old field say, "" for nothing."""
    about = package.metadata
    named = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License ::")]
    expression = about.get("License-Expression") or ""
    return expression or "; ".join(sorted(named)) or (about.get("License") or "").strip().partition("\n")[0]


def python_component(package: Distribution) -> dict[str, Any]:
    """Return a Python package as a component."""
    name = normal(package.metadata["Name"])
    address = f"pkg:pypi/{name}@{quote(package.version)}"
    found: dict[str, Any] = {"type": "library", "bom-ref": address, "name": name, "version": package.version}
    if package.metadata.get("License-Expression"):
        found["licenses"] = [{"expression": licence(package)}]
    elif licence(package):
        found["licenses"] = [{"license": {"name": licence(package)}}]
    return {**found, "purl": address}


def needed(package: Distribution) -> set[str]:
    """Return the names of the packages that a package always needs; those of its extras are left out."""
    lines = [line for line in package.requires or () if "extra ==" not in line]
    return {normal(match.group()) for line in lines if (match := NAME.match(line))}


def debian_components(status: str) -> Iterator[dict[str, Any]]:
    """Return each installed package of a `status` file of dpkg as a component."""
    for block in status.split("\n\n"):
        fields = dict(re.findall(r"^(Package|Version|Architecture|Status): (.+)$", block, flags=re.MULTILINE))
        if fields.get("Status", "").endswith(" installed"):
            name, version = fields["Package"], fields["Version"]
            address = f"pkg:deb/debian/{name}@{quote(version)}?arch={fields['Architecture']}"
            yield {"type": "library", "bom-ref": address, "name": name, "version": version, "purl": address}


def bill(packages: list[Distribution], status: str = "") -> dict[str, Any]:
    """Return the bill of materials of some Python packages, ours among them, and of a `status` file of dpkg."""
    by_name = {normal(package.metadata["Name"]): package for package in packages}
    components = {name: python_component(by_name[name]) for name in sorted(by_name)}
    product = components.pop(OURS)
    ours = {**product, "type": "application"}
    references = {name: component["bom-ref"] for name, component in {**components, OURS: ours}.items()}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {"timestamp": datetime.now(UTC).isoformat(timespec="seconds"), "component": ours},
        "components": [*components.values(), *debian_components(status)],
        "dependencies": [
            {"ref": references[name], "dependsOn": sorted(references[one] for one in needed(package) if one in by_name)}
            for name, package in sorted(by_name.items())
        ],
    }


if __name__ == "__main__":
    known = DPKG.read_text() if "--system" in sys.argv[1:] else ""
    json.dump(bill(list(distributions()), known), sys.stdout, indent=2)
    sys.stdout.write("\n")
