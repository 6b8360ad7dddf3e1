"""`inlaid mailbox` with a mailbox at Gmail, against the fake Google."""

import pytest

from tests.fakes.google import FakeGoogle
from tests.fakes.google.fixture import google
from tests.integrations.cli.conftest import Terminal

__all__ = ["google"]


def test_a_link_to_sign_in_is_given_once_people_can_come_back(
    terminal: Terminal, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "INLAID_PUBLIC_URL" in terminal.error("mailbox", "add", "gmail")
    monkeypatch.setenv("INLAID_PUBLIC_URL", "https://inlaid.example")
    link = terminal.json("mailbox", "add", "gmail", "--name", "Bob Ray")["sign_in_url"]
    assert link.startswith("https://inlaid.example/gmail/sign-in?ticket=")
    assert google.ledger.requests == []


def test_without_an_oauth_client_the_missing_setting_is_named(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_PUBLIC_URL", "https://inlaid.example")
    assert "INLAID_GOOGLE_CLIENT_ID" in terminal.error("mailbox", "add", "gmail")
