"""`inlaid word` and `inlaid outlook`: the manifests as files."""

import json
import struct
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from integrations.cli.app import app
from tests.integrations.word.manifest_checks import manifest_problems


@pytest.mark.parametrize("program", ["word", "outlook"])
def test_the_command_writes_either_manifest(tmp_path: Path, program: str) -> None:
    url = ["--url", "https://inlaid.example.com"]
    for form, target in (("xml", tmp_path / "manifest.xml"), ("json", tmp_path / "manifest.json")):
        done = CliRunner().invoke(app, [program, "manifest", "--format", form, *url, "-o", str(target)])
        assert done.exit_code == 0, done.output
    assert manifest_problems((tmp_path / "manifest.xml").read_text()) == []
    assert f"/{program}/taskpane.html" in (tmp_path / "manifest.xml").read_text()
    assert json.loads((tmp_path / "manifest.json").read_text())["validDomains"] == ["inlaid.example.com"]


def test_the_unified_manifest_comes_as_a_package_with_icons_of_the_right_size(tmp_path: Path) -> None:
    target = tmp_path / "inlaid.zip"
    command = ["word", "manifest", "--format", "json", "--url", "https://inlaid.example.com", "-o", str(target)]
    assert CliRunner().invoke(app, command).exit_code == 0
    with zipfile.ZipFile(target) as package:
        icons = json.loads(package.read("manifest.json"))["icons"]
        sizes = {kind: struct.unpack(">II", package.read(name)[16:24]) for kind, name in icons.items()}
    assert sizes == {"color": (192, 192), "outline": (32, 32)}


def test_an_address_without_https_is_refused_with_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_PUBLIC_URL", "http://inlaid.example.com")
    done = CliRunner().invoke(app, ["word", "manifest"])
    assert done.exit_code == 1
    assert "INLAID_PUBLIC_URL" in str(getattr(done.exception, "fix", ""))
