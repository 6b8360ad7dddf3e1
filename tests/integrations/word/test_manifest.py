"""The manifests: what Office refuses is found here, because its own check of the XML is a service."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

from core.settings import Settings
from integrations.word.manifest import (
    REVISION,
    AddinDeployment,
    installation_of,
    manifest_version,
    to_json,
    to_xml,
    unified_manifest,
)
from tests.integrations.word.installations import CLIENT_ID, PLAIN, SIGNED
from tests.integrations.word.manifest_checks import manifest_problems, unified_problems


def test_what_the_manifests_say_has_a_revision_of_its_own() -> None:
    """When this fails, what the manifests say has changed: raise REVISION, and write the new digest down here."""
    said = "".join(to_xml(one) + to_json(one) for one in (PLAIN, SIGNED))
    assert (REVISION, hashlib.sha256(said.encode()).hexdigest()[:16]) == (2, "ffe84fd29d5306fe")


def test_the_version_grows_with_the_release_the_content_and_the_sign_in() -> None:
    def numbers(release: str, *, has_sign_in: bool) -> list[int]:
        return [int(part) for part in manifest_version(release, has_sign_in=has_sign_in).split(".")]

    before = [1, 1, 0]  # what the first manifests had
    for release in ("0.1.0", "0.1.1", "0.2.0", "1.0.0"):
        for has_sign_in in (False, True):
            after = numbers(release, has_sign_in=has_sign_in)
            assert after > before
            before = after


def test_both_manifests_say_the_same() -> None:
    xml, unified = to_xml(SIGNED), unified_manifest(SIGNED)
    extension = unified["extensions"][0]
    pages = [runtime["code"]["page"] for runtime in extension["runtimes"]]
    assert sorted(pages) == sorted(
        set(re.findall(r'<bt:Url id="[^"]*Url" DefaultValue="([^"]*taskpane[^"]*)"', xml.replace("&amp;", "&")))
    )
    actions = {action["id"] for runtime in extension["runtimes"] for action in runtime["actions"]}
    (tab,) = extension["ribbons"][0]["tabs"]
    controls = [*tab["groups"][0]["controls"], *extension["contextMenus"][0]["menus"][0]["controls"]]
    assert {control["actionId"] for control in controls} == actions
    assert unified["webApplicationInfo"] == {
        "id": CLIENT_ID,
        "resource": f"api://inlaid.example.com:8443/{CLIENT_ID}",
    }
    assert unified["id"] not in xml


def test_the_ids_belong_to_the_address(settings: Settings) -> None:
    one = installation_of(settings, "https://one.example.com/")
    assert one.id("xml") == installation_of(settings, "https://one.example.com").id("xml")
    assert one.id("xml") != installation_of(settings, "https://two.example.com").id("xml")


@pytest.mark.parametrize(("tab", "problem"), [("TabReview", "has no tab TabReview"), ("TabOutlining", "on the web")])
def test_a_tab_that_is_not_words_is_found_in_the_unified_manifest(tab: str, problem: str) -> None:
    manifest = unified_manifest(SIGNED)
    assert unified_problems(manifest) == []
    manifest["extensions"][0]["ribbons"][0]["tabs"][0]["builtInTabId"] = tab
    assert problem in "".join(unified_problems(manifest))


def test_the_unified_manifest_passes_the_official_schema(pane_tools: Path, tmp_path: Path) -> None:
    for name, installation in (("plain", PLAIN), ("signed", SIGNED)):
        target = tmp_path / f"{name}.json"
        target.write_text(to_json(installation))
        done = validate(pane_tools, target)
        assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
    broken = unified_manifest(PLAIN)
    broken["extensions"][0]["runtimes"][0]["type"] = "special"
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    assert validate(pane_tools, tmp_path / "broken.json").returncode != 0


def validate(tools: Path, manifest: Path) -> subprocess.CompletedProcess[str]:
    command = [str(tools / "node_modules/.bin/office-addin-manifest"), "validate", str(manifest)]
    return subprocess.run(command, cwd=tools, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("installation", [PLAIN, SIGNED])
def test_the_xml_manifest_is_in_order(installation: AddinDeployment) -> None:
    assert manifest_problems(to_xml(installation)) == []


@pytest.mark.parametrize(
    ("pattern", "replacement", "problem"),
    [
        (r"  <Version>.*\n(  <ProviderName>.*\n)", r"\1  <Version>1.1.0.0</Version>\n", "not in order"),
        (r"<Id>[^<]*</Id>", "<Id>inlaid</Id>", "not a GUID"),
        (r"<Version>[^<]*", "<Version>1.1.0", "four numbers"),
        (r"https://(inlaid[^\"]*icon-32)", r"http://\1", "not https"),
        (r'resid="ProofreadUrl"', 'resid="Nowhere"', "does not exist"),
        (r' id="ProofreadTip"', f' id="{"x" * 33}"', "longer than 32"),
        (r' id="ProofreadTip"', ' id="ShortenTip"', "defined twice"),
        (r'id="RibbonShorten"', 'id="RibbonProofread"', "same id"),
        (r' +<bt:Image size="80" resid="Icon80"/>\n', "", "lacks one of the sizes"),
        (r"api://inlaid.example.com:8443/", "api://elsewhere/", "does not bear the host"),
        (r"  <Permissions>.*\n", "", "lacks Permissions"),
        (r"</Hosts>", "", "well-formed"),
        (r"<Permissions>", "<Rights/><Permissions>", "holds Rights"),
        (r'id="TabReviewWord"', 'id="TabReview"', "Word has no tab TabReview"),
        (r'id="TabReviewWord"', 'id="TabOutlining"', "Word on the web has no tab"),
        (r'id="ContextMenuText"', 'id="ContextMenuCell"', "Word has no menu"),
        (r'( *<Control xsi:type="Button" id=")Ribbon', r'\1Seventh"/>\n\1Ribbon', "more than 6 controls"),
    ],
)
def test_a_fault_in_the_xml_manifest_is_found(pattern: str, replacement: str, problem: str) -> None:
    text, count = re.subn(pattern, replacement, to_xml(SIGNED), count=1)
    assert count == 1
    assert any(problem in found for found in manifest_problems(text)), manifest_problems(text)


def test_an_address_with_signs_of_markup_stays_an_address() -> None:
    installation = AddinDeployment('https://inlaid.example.com/a&b"<c>', "", "1.1.0")
    assert manifest_problems(to_xml(installation)) == []
