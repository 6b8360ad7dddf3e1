"""The scripts that register Inlaid at Entra ask for what the code needs: run with a stand-in for Azure's program."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from integrations.console.sign_in import SCOPES as CONSOLE_SCOPES
from integrations.console.sign_in import SIGNED_IN
from integrations.documents.drive import SCOPES as DRIVE_SCOPES
from integrations.graph.bearer import SCOPE
from integrations.graph.invitations import SIGNED_IN_PATH
from integrations.mail.graph.accounts import SCOPES as MAIL_SCOPES
from integrations.mail.graph.accounts import SHARED_SCOPES
from integrations.sources.drive import APP_PERMISSIONS, OWN_SCOPES, SITE_SCOPES
from integrations.word.manifest import SCOPE as MANIFEST_SCOPE
from integrations.word.manifest import installation_of
from integrations.word.routes import PAGES

ENTRA = Path(__file__).parent.parent / "deploy" / "entra"
URL = "https://inlaid.example.com"
APP, OBJECT, SCOPE_ID = "11111111-aaaa", "22222222-bbbb", "33333333-cccc"
ALWAYS = {"offline_access", "openid", "profile"}
OFFICE = "ea5a67f6-b6f3-4338-b240-c655ddc3cc8e"

AZ = """#!{python}
import json, os, re, sys
words = sys.argv[1:]
with open(os.environ["AZ_LOG"], "a") as log:
    log.write(json.dumps(words) + "\\n")
line = " ".join(words)
there = json.loads(os.environ["AZ_THERE"])
answers = [
    ("ad app list", there.get("app", "")), ("ad app create", "{app}"), ("credential reset", "s3cret"),
    ("--query id", "{object}"), ("web.redirectUris", there.get("web", "")), ("spa.redirectUris", there.get("spa", "")),
    ("api.oauth2PermissionScopes", there.get("scope", "")), ("account show", "the-tenant"),
]
named = re.search(r"(oauth2PermissionScopes|appRoles)\\[\\?value=='([^']+)'", line)
if "ad sp show" in line and named:
    print(f"{{named[1]}}:{{named[2]}}")
else:
    print(next((answer for part, answer in answers if part in line), ""))
"""


@dataclass(frozen=True)
class Run:
    """What a script told Azure, and the settings that it printed."""

    calls: list[list[str]]
    settings: dict[str, str]

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(words[words.index("--body") + 1]) for words in self.calls if words[0] == "rest"]

    def web_redirects(self) -> set[str]:
        words = next(words for words in self.calls if "--web-redirect-uris" in words)
        return set(words[words.index("--web-redirect-uris") + 1 :])

    def permissions(self) -> set[str]:
        found = [words for words in self.calls if words[:4] == ["ad", "app", "permission", "add"]]
        return {word for words in found for word in words if "=" in word}

    def made(self) -> list[str]:
        return [" ".join(words[:4]) for words in self.calls if {"create", "reset"} & set(words)]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    """Run a script of the folder; `there` is what the directory holds already."""
    az, log = tmp_path / "az", tmp_path / "log"
    az.write_text(AZ.format(python=sys.executable, app=APP, object=OBJECT))
    az.chmod(0o755)

    def run_script(name: str, *words: str, **there: str) -> Run:
        log.write_text("")
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "AZ_LOG": str(log), "AZ_THERE": json.dumps(there)}
        done = subprocess.run([ENTRA / name, *words], env=environment, capture_output=True, text=True, check=True)
        printed = dict(line.split("=", 1) for line in done.stdout.splitlines() if line.startswith("INLAID_"))
        return Run([json.loads(line) for line in log.read_text().splitlines()], printed)

    return run_script


def scopes(*names: Iterable[str]) -> set[str]:
    return {f"oauth2PermissionScopes:{name}=Scope" for part in names for name in part}


def test_word_asks_for_what_the_code_needs(run: Callable[..., Run]) -> None:
    ran = run("word.sh", URL)

    first, second = ran.bodies()
    pane = {f"{URL}/word/{page}.html" for page in PAGES}
    resource = installation_of(Settings(public_url=URL, microsoft_client_id=APP, _env_file=None)).resource
    (scope,) = first["api"]["oauth2PermissionScopes"]
    assert ran.permissions() == scopes(DRIVE_SCOPES, CONSOLE_SCOPES, ALWAYS)
    assert set(first["spa"]["redirectUris"]) == {"brk-multihub://inlaid.example.com", *pane}
    assert ran.web_redirects() == {URL + SIGNED_IN_PATH, URL + SIGNED_IN}
    assert first["identifierUris"] == [resource]
    assert first["api"]["requestedAccessTokenVersion"] == 2
    assert scope["value"] == SCOPE == MANIFEST_SCOPE
    assert second["api"]["preAuthorizedApplications"] == [{"appId": OFFICE, "delegatedPermissionIds": [scope["id"]]}]
    assert not [words for words in ran.calls if "admin-consent" in words]


def test_mail_asks_for_what_the_code_needs_and_for_no_sending(run: Callable[..., Run]) -> None:
    ran = run("mail.sh", "--app", URL)

    app_alone = {"appRoles:Mail.Read=Role", "appRoles:Mail.ReadWrite=Role"}
    assert ran.permissions() == scopes(MAIL_SCOPES, ALWAYS) | app_alone
    assert ran.web_redirects() == {URL + SIGNED_IN_PATH, URL + SIGNED_IN}
    assert ["ad", "app", "permission", "admin-consent", "--id", APP] in ran.calls


def test_a_second_run_keeps_what_is_there(run: Callable[..., Run]) -> None:
    ran = run(
        "word.sh", "--consent", URL, app=APP, web="https://a.example/x", spa="https://a.example/y", scope=SCOPE_ID
    )

    first, second = ran.bodies()
    assert ran.made() == []
    assert "https://a.example/x" in ran.web_redirects()
    assert "https://a.example/y" in first["spa"]["redirectUris"]
    assert first["api"]["oauth2PermissionScopes"][0]["id"] == SCOPE_ID
    assert second["api"]["preAuthorizedApplications"][0]["delegatedPermissionIds"] == [SCOPE_ID]
    assert "INLAID_MICROSOFT_CLIENT_SECRET" not in ran.settings


@pytest.mark.parametrize("script", ["mail.sh", "word.sh"])
def test_the_settings_that_it_prints_are_settings(run: Callable[..., Run], script: str) -> None:
    ran = run(script, URL)

    assert {name.removeprefix("INLAID_").lower() for name in ran.settings} <= set(Settings.model_fields)
    assert ran.settings["INLAID_MICROSOFT_TENANTS"] == "the-tenant"
    assert ran.settings["INLAID_MICROSOFT_CLIENT_SECRET"] == "s3cret"


def test_the_steps_by_hand_name_the_same() -> None:
    text = (ENTRA / "README.md").read_text()

    cells = re.findall(r"^\| (`[^|]+)\|", text, flags=re.MULTILINE)
    named = set(re.findall(r"`(\w+\.[\w.]+)`", " ".join(cells)))
    sources = {*OWN_SCOPES, *SITE_SCOPES, *APP_PERMISSIONS}
    groups = {"GroupMember.Read.All", "User.ReadBasic.All"}
    assert named == {*MAIL_SCOPES, *SHARED_SCOPES, *DRIVE_SCOPES, *CONSOLE_SCOPES, *sources, *groups}
    assert {f"/word/{page}.html" for page in PAGES} <= set(re.findall(r"/word/\w+\.html", text))
    for part in (SIGNED_IN_PATH, SIGNED_IN, SCOPE, OFFICE, "brk-multihub://"):
        assert part in text
