"""The script that registers the app, run against a stand-in for the Azure command line."""

import os
import subprocess
from pathlib import Path

import pytest

from integrations.graph.invitations import SIGNED_IN_PATH
from integrations.mail.graph.accounts import SCOPES, SHARED_SCOPES
from tests.integrations.mail.graph.test_groups import PERMISSIONS

ENTRA = Path(__file__).parents[4] / "deploy" / "entra"
# Answers each question with something that can be told apart, and notes what it was asked.
AZ = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$AZ_LOG"
case "$*" in
  "ad app list"*) printf '%s' "$AZ_KNOWN" ;;
  "ad app create"*) echo app-1 ;;
  "ad app credential reset"*) echo secret-1 ;;
  "ad app show"*) echo https://inlaid.example.com/word/signin ;;
  "ad sp show"*) sed -E "s/.*(oauth2|app)[A-Za-z0-9]+\\[\\?value=='([A-Za-z_.]+)'.*/\\1-\\2/" <<< "$*" ;;
  "account show"*) echo tenant-1 ;;
esac
"""


def run(folder: Path, *arguments: str, known: str = "") -> tuple[subprocess.CompletedProcess[str], str]:
    program, log = folder / "az", folder / "log"
    program.write_text(AZ)
    program.chmod(0o700)
    log.touch()
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "AZ_LOG": str(log), "AZ_KNOWN": known}
    done = subprocess.run(
        [ENTRA / "mail.sh", *arguments], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    return done, log.read_text()


def asked_for(log: str) -> set[str]:
    lines = [line for line in log.splitlines() if line.startswith("ad app permission add")]
    return {one for line in lines for one in line.partition("--api-permissions ")[2].partition(" --output")[0].split()}


def test_people_sign_in_with_the_least_permissions(tmp_path: Path) -> None:
    done, log = run(tmp_path, "https://inlaid.example.com/")
    assert done.returncode == 0, done.stderr
    wanted = {*SCOPES, "offline_access", "openid", "profile"}
    assert asked_for(log) == {f"oauth2-{name}=Scope" for name in wanted}
    assert f"https://inlaid.example.com{SIGNED_IN_PATH}" in log
    assert "https://inlaid.example.com/word/signin" in log.partition("--web-redirect-uris")[2]
    assert "admin-consent" not in log
    assert dict(line.split("=", 1) for line in done.stdout.splitlines()) == {
        "INLAID_PUBLIC_URL": "https://inlaid.example.com",
        "INLAID_MICROSOFT_TENANT_ID": "tenant-1",
        "INLAID_MICROSOFT_TENANTS": "tenant-1",
        "INLAID_MICROSOFT_CLIENT_ID": "app-1",
        "INLAID_MICROSOFT_CLIENT_SECRET": "secret-1",
    }


def test_the_app_itself_gets_two_permissions_more(tmp_path: Path) -> None:
    done, log = run(tmp_path, "--app", "https://inlaid.example.com")
    assert done.returncode == 0, done.stderr
    assert {one for one in asked_for(log) if one.endswith("Role")} == {"app-Mail.Read=Role", "app-Mail.ReadWrite=Role"}
    assert "ad app permission admin-consent --id app-1" in log


@pytest.mark.parametrize(
    ("option", "further"),
    [
        ("--shared", {f"oauth2-{name}=Scope" for name in SHARED_SCOPES if name.startswith("Mail")}),
        ("--groups", {f"app-{name}=Role" for name in PERMISSIONS}),
    ],
)
def test_shared_mailboxes_and_groups_get_what_they_need(tmp_path: Path, option: str, further: set[str]) -> None:
    done, log = run(tmp_path, option, "https://inlaid.example.com")
    assert done.returncode == 0, done.stderr
    usual = {f"oauth2-{name}=Scope" for name in {*SCOPES, "offline_access", "openid", "profile"}}
    assert asked_for(log) - usual == further
    assert ("admin-consent" in log) is (option == "--groups")


def test_a_second_run_makes_no_second_app_and_no_second_secret(tmp_path: Path) -> None:
    done, log = run(tmp_path, "https://inlaid.example.com", known="app-0")
    assert done.returncode == 0, done.stderr
    assert "create" not in log
    assert "credential" not in log
    assert "SECRET" not in done.stdout


@pytest.mark.parametrize("arguments", [(), ("http://inlaid.example.com",), ("--app",)])
def test_wrong_use_registers_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done, log = run(tmp_path, *arguments)
    assert (done.returncode, log) == (2, "")
    assert "usage" in done.stderr


def test_no_permission_that_sends_is_named_but_to_say_so() -> None:
    assert "Send" not in (ENTRA / "mail.sh").read_text()
    lines = (ENTRA / "README.md").read_text().splitlines()
    assert [line for line in lines if "Mail.Send" in line and "not among them" not in line] == []
