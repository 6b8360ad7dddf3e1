"""What is to be pasted where: the same addresses and permissions as in the scripts, the manifests and the code."""

import re
from pathlib import Path

import pytest

from core.settings import Settings
from integrations.cli.setup.guide import (
    OFFICE_CLIENT_ID,
    after_settings,
    before_settings,
    delegated_permissions,
)
from integrations.cli.setup.needs import OF_MICROSOFT, SetupPart, Way

ENTRA = Path(__file__).parents[4] / "deploy/entra"
SETTINGS = Settings(public_url="https://inlaid.example.com")


def said(part: SetupPart, *, way: Way = Way.SOCKET, parts: tuple[SetupPart, ...] = ()) -> str:
    return "\n".join(before_settings(part, parts or (part,), way, SETTINGS))


def listed(script: str, name: str) -> set[str]:
    found = re.search(rf"^{name}=\(([^)]*)\)", (ENTRA / script).read_text(), re.M)
    assert found
    return set(found[1].split())


def test_the_permissions_are_those_of_the_scripts() -> None:
    common = {"offline_access", "openid", "profile"}
    assert {*delegated_permissions(SetupPart.MAIL), *common} == listed("mail.sh", "DELEGATED")
    assert {*delegated_permissions(SetupPart.WORD), *common} == listed("word.sh", "DELEGATED")
    for name in listed("mail.sh", "DELEGATED") | listed("word.sh", "DELEGATED"):
        assert name in said(SetupPart.WORD, parts=OF_MICROSOFT)
    assert "Files.ReadWrite.All" not in said(SetupPart.MAIL)
    assert "Mail.ReadWrite" not in said(SetupPart.WORD)
    assert "None of them allows sending" in said(SetupPart.MAIL)


def test_the_addresses_are_those_of_the_scripts() -> None:
    text = said(SetupPart.WORD, parts=OF_MICROSOFT)
    url = "https://inlaid.example.com"
    for path in listed("registration.sh", "SIGNED_IN"):
        assert f"{url}{path}" in text
    for page in listed("word.sh", "PAGES"):
        assert f"{url}/word/{page}.html" in text
    assert "brk-multihub://inlaid.example.com," in text
    assert f"OFFICE={OFFICE_CLIENT_ID} " in (ENTRA / "word.sh").read_text()
    assert "api://inlaid.example.com/CLIENT-ID" in text
    assert f"deploy/entra/word.sh {url} && deploy/entra/mail.sh {url}" in text


def test_the_registration_comes_before_the_manifest() -> None:
    assert "manifest -o" not in said(SetupPart.WORD)
    (after,) = after_settings(SetupPart.WORD, Way.SOCKET, SETTINGS)
    assert "inlaid word manifest -o inlaid-word.xml" in after
    assert "inlaid outlook manifest -o inlaid-outlook.xml" in after_settings(SetupPart.OUTLOOK, Way.SOCKET, SETTINGS)[0]


@pytest.mark.parametrize(
    ("way", "options"),
    [
        (Way.SOCKET, "--socket"),
        (Way.HTTPS, "--one-workspace --url https://inlaid.example.com"),
        (Way.MANY, "--url https://inlaid.example.com"),
    ],
)
def test_slack_gets_the_manifest_of_its_way(way: Way, options: str) -> None:
    text = said(SetupPart.SLACK, way=way)
    assert f"inlaid slack manifest {options}\n" in text
    assert ("connections:write" in text) is (way is Way.SOCKET)
    assert ("/slack/oauth_redirect" in text) is (way is Way.MANY)


def test_google_is_told_its_address_and_permissions() -> None:
    text = said(SetupPart.GMAIL)
    assert "https://inlaid.example.com/gmail/signed-in" in text
    assert "https://www.googleapis.com/auth/gmail.modify" in text
    assert "Internal" in text


def test_every_part_ends_in_a_step() -> None:
    assert all(after_settings(part, way, SETTINGS) for part in SetupPart for way in Way)
