"""The unified manifest, against the official schema and Word's own tabs."""

import json
import subprocess
from pathlib import Path

import pytest

from integrations.word.manifest_json import to_json, unified_manifest
from tests.integrations.word.installations import PLAIN, SIGNED
from tests.integrations.word.manifest_checks import unified_problems


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
