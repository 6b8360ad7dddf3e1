"""The bill of materials names what is installed, and each package is under a licence that we may ship or use."""

import importlib.util
import json
import re
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy/sbom.py"
# What licences are called: by the licence expression (SPDX), by classifiers, and by hand. An expression may be free
# choice (OR) or all of it (AND); each of its parts has to be here.
PERMISSIVE = {
    "0BSD", "3-Clause BSD License", "Apache", "Apache Software License", "Apache-2.0", "BSD 3-Clause", "BSD License",
    "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "DFSG approved", "ISC License (ISCL)", "MIT",
    "MIT License", "MIT-0", "MIT-CMU", "PSF-2.0", "Python Software Foundation License", "Zlib", "any-OSI",
}  # fmt: skip
# Packages that say no licence in a form that can be read, and what their repositories say.
UNSAID = {"atheris": "Apache-2.0", "imapclient": "BSD-3-Clause", "pypdfium2": "BSD-3-Clause and Apache-2.0"}
# Copyleft of files or of a library: each is used as it was published, as a package of its own that may be replaced, and
# deploy/runbook.md names it. None of them reaches our code.
WEAK_COPYLEFT = {
    "certifi", "docxtpl", "hypothesis", "lingotweaker", "lingotweaker-data-de", "lingotweaker-data-en",
    "lingotweaker-data-es", "lingotweaker-data-fr", "pathspec", "psycopg", "psycopg-binary", "python-stdnum", "tld",
}  # fmt: skip
STATUS = """Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.41-12+deb13u1
Description: GNU C Library
 Package: none

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1.0
"""


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    """Return the script as a module."""
    spec = importlib.util.spec_from_file_location("sbom", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locked(sbom: ModuleType) -> dict[str, Distribution]:
    """Return what requirements.lock names and is installed here."""
    names = {
        sbom.normal(name)
        for name in re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    }
    installed = {sbom.normal(package.metadata["Name"]): package for package in distributions()}
    return {name: package for name, package in installed.items() if name in names}


def parts(licence: str) -> set[str]:
    """Return the names of licences in what a package says of its own."""
    return {part.strip() for part in re.split(r"; | AND | OR ", licence)}


def test_the_script_writes_a_bill_of_what_is_installed(sbom: ModuleType) -> None:
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=True)
    bill: dict[str, Any] = json.loads(done.stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "inlaid"
    components = {component["name"]: component for component in bill["components"]}
    packages = locked(sbom)
    assert len(packages) > 150
    assert {name: package.version for name, package in packages.items()}.items() <= {
        name: component["version"] for name, component in components.items()
    }.items()
    assert all(component["licenses"] for name, component in components.items() if name in packages.keys() - UNSAID)
    references = [component["bom-ref"] for component in components.values()]
    assert len(references) == len(set(references))
    ours = next(one for one in bill["dependencies"] if one["ref"] == bill["metadata"]["component"]["bom-ref"])
    assert components["celery"]["bom-ref"] in ours["dependsOn"]
    assert {ref for one in bill["dependencies"] for ref in one["dependsOn"]} <= set(references)


def test_debian_packages_that_are_installed_are_named(sbom: ModuleType) -> None:
    assert list(sbom.debian_components(STATUS)) == [
        {
            "type": "library",
            "bom-ref": "pkg:deb/debian/libc6@2.41-12%2Bdeb13u1?arch=amd64",
            "name": "libc6",
            "version": "2.41-12+deb13u1",
            "purl": "pkg:deb/debian/libc6@2.41-12%2Bdeb13u1?arch=amd64",
        }
    ]


def test_each_locked_package_is_under_a_licence_that_is_allowed(sbom: ModuleType) -> None:
    others = {
        name: sbom.licence(package)
        for name, package in locked(sbom).items()
        if name not in UNSAID and not parts(sbom.licence(package)) <= PERMISSIVE
    }
    assert others.keys() - WEAK_COPYLEFT == set(), others


def test_what_is_let_through_by_name_is_not_under_a_licence_that_reaches_our_code(sbom: ModuleType) -> None:
    packages = locked(sbom)
    for name in WEAK_COPYLEFT & packages.keys():
        said = sbom.licence(packages[name])
        assert re.search(r"\b(LGPL|MPL)|Lesser General Public|Mozilla", said), f"{name}: {said}"
        assert "AGPL" not in said
    for name in UNSAID.keys() & packages.keys():
        assert not parts(sbom.licence(packages[name])) <= PERMISSIVE, f"{name} says its licence now"


def test_the_runbook_names_every_package_under_copyleft() -> None:
    told = (ROOT / "deploy/runbook.md").read_text()
    assert not [name for name in WEAK_COPYLEFT if not re.search(rf"`{name}`", told)]
