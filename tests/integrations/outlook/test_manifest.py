"""The manifests for Outlook: what Office refuses is found here, because its own check of the XML is a service."""

import hashlib
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from core.settings import Settings
from integrations.outlook.manifest import (
    COMPOSE,
    ON_SEND,
    REVISION,
    installation_of,
    pane_url,
    to_json,
    to_xml,
    unified_manifest,
)
from integrations.word.manifest import installation_of as installation_of_word
from tests.integrations.word.conftest import PANE
from tests.integrations.word.installations import PLAIN as WORD_PLAIN
from tests.integrations.word.installations import SIGNED as WORD_SIGNED
from tests.integrations.word.manifest_checks import manifest_problems

PLAIN, SIGNED = (replace(one, program="outlook") for one in (WORD_PLAIN, WORD_SIGNED))


def test_what_the_manifests_say_has_a_revision_of_its_own() -> None:
    """When this fails, what the manifests say has changed: raise REVISION, and write the new digest down here."""
    said = "".join(to_xml(one) + to_json(one) for one in (PLAIN, SIGNED))
    assert (REVISION, hashlib.sha256(said.encode()).hexdigest()[:16]) == (1, "ec8d1397ddb4bb88")


def test_both_manifests_say_the_same() -> None:
    xml, unified = to_xml(SIGNED), unified_manifest(SIGNED)
    extension = unified["extensions"][0]
    assert {one["code"]["page"] for one in extension["runtimes"][:2]} == {pane_url(SIGNED)}
    assert extension["runtimes"][2]["code"] == {
        "page": "https://inlaid.example.com:8443/outlook/onsend.html",
        "script": "https://inlaid.example.com:8443/outlook/onsend.js",
    }
    assert set(re.findall(r'<bt:Url id="\w+" DefaultValue="([^"]*)"', xml)) == {
        pane_url(SIGNED), *extension["runtimes"][2]["code"].values()
    }  # fmt: skip
    actions = {action["id"] for runtime in extension["runtimes"] for action in runtime["actions"]}
    controls = [ribbon["tabs"][0]["groups"][0]["controls"][0] for ribbon in extension["ribbons"]]
    (event,) = extension["autoRunEvents"][0]["events"]
    assert {*(control["actionId"] for control in controls), event["actionId"]} == actions
    assert [control["id"] for control in controls] == re.findall(r'<Control xsi:type="Button" id="(\w+)"', xml)
    assert event["options"] == {"sendMode": "promptUser"}
    assert 'SendMode="PromptUser"' in xml
    assert unified["id"] not in xml


def test_the_script_at_sending_has_the_names_of_the_manifest() -> None:
    script = (PANE / "public/onsend.js").read_text()
    assert f"Office.actions.associate('{ON_SEND}', {ON_SEND})" in script
    assert f"answer.commandId = '{COMPOSE.id}'" in script


def test_no_right_to_send_is_asked_for() -> None:
    assert "<Permissions>ReadWriteItem</Permissions>" in to_xml(SIGNED)
    asked = unified_manifest(SIGNED)["authorization"]["permissions"]["resourceSpecific"]
    assert asked == [{"name": "MailboxItem.ReadWrite.User", "type": "Delegated"}]


def test_word_and_outlook_are_two_add_ins_of_one_address(settings: Settings) -> None:
    url = "https://one.example.com"
    word, outlook = installation_of_word(settings, url), installation_of(settings, f"{url}/")
    assert len({one.id(form) for one in (word, outlook) for form in ("xml", "json")}) == 4
    assert word.resource == outlook.resource


def test_the_unified_manifest_passes_the_official_schema(pane_tools: Path, tmp_path: Path) -> None:
    for name, installation in (("plain", PLAIN), ("signed", SIGNED)):
        target = tmp_path / f"{name}.json"
        target.write_text(to_json(installation))
        done = validate(pane_tools, target)
        assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
    broken = unified_manifest(PLAIN)
    broken["extensions"][0]["autoRunEvents"][0]["events"][0]["options"]["sendMode"] = "never"
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    assert validate(pane_tools, tmp_path / "broken.json").returncode != 0


def validate(tools: Path, manifest: Path) -> subprocess.CompletedProcess[str]:
    command = [str(tools / "node_modules/.bin/office-addin-manifest"), "validate", str(manifest)]
    return subprocess.run(command, cwd=tools, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("installation", [PLAIN, SIGNED])
def test_the_xml_manifest_is_in_order(installation: object) -> None:
    assert manifest_problems(to_xml(installation)) == []  # type: ignore[arg-type] # both are installations


@pytest.mark.parametrize(
    ("pattern", "replacement", "problem"),
    [
        (r"  <Permissions>.*\n(?s:.*?)(  <Rule )", r"\1", "lacks Permissions"),
        (r"  <FormSettings>(?s:.*?)</FormSettings>\n", "", "lacks FormSettings"),
        (r'resid="SendPageUrl"/>', 'resid="PaneUrl"/>', "no runtime names"),
        (r' +<Override [^\n]*\n', "", "no script for classic Outlook"),
        (r' SendMode="PromptUser"', "", "no way to stop"),
        (r'id="TabDefault"', 'id="TabHome"', "Outlook has no tab TabHome"),
        (r'id="OpenCompose"', 'id="OpenRead"', "same id"),
        (r"api://inlaid.example.com:8443/", "api://elsewhere/", "does not bear the host"),
        (r"https://(inlaid[^\"]*onsend\.js)", r"http://\1", "not https"),
        (r'xsi:type="MailApp"', 'xsi:type="ContentApp"', "TaskPaneApp or MailApp"),
    ],
)  # fmt: skip
def test_a_fault_in_the_xml_manifest_is_found(pattern: str, replacement: str, problem: str) -> None:
    text, count = re.subn(pattern, replacement, to_xml(SIGNED), count=1)
    assert count == 1
    assert any(problem in found for found in manifest_problems(text)), manifest_problems(text)
