"""The manifests: what Office refuses is found here, because its own check of the XML is a service."""

import hashlib
import re

from core.settings import Settings
from integrations.word.manifest import REVISION, installation_of, manifest_version
from integrations.word.manifest_json import to_json, unified_manifest
from integrations.word.manifest_xml import to_xml
from tests.integrations.word.installations import CLIENT_ID, PLAIN, SIGNED


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
