"""`inlaid rehearse` at the fakes: all holds there, a fake that does otherwise is a fail, and nothing is left behind."""

import json
from typing import Any

import pytest

from integrations.documents.drive import SCOPES
from tests.fakes.google.faults import Refused as GoogleRefused
from tests.fakes.google.fixture import google
from tests.fakes.microsoft.faults import Refused
from tests.fakes.microsoft.fixture import microsoft
from tests.fakes.slack.faults import Error
from tests.fakes.slack.fixture import slack
from tests.fakes.slack.person import Person
from tests.fakes.slack.service import FakeSlack
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel
from tests.integrations.cli.conftest import Terminal
from tests.integrations.documents.letters import letter
from tests.integrations.mail.gmail.conftest import Desk, desk, seated
from tests.integrations.mail.graph.conftest import ADDRESS, Office, door, office
from tests.integrations.mail.imap.mails import question

__all__ = ["desk", "door", "google", "microsoft", "office", "seated", "slack"]


def results(terminal: Terminal, *arguments: str) -> dict[str, dict[str, Any]]:
    """Return by name what became of each assumption; all that was made is gone."""
    code = terminal.run("rehearse", *arguments, "--json")
    assert code in {0, 1}, terminal.err
    found = json.loads(terminal.out)
    assert (found["left"], found["holds"]) == ([], code == 0)
    return {one["name"]: one for one in found["tried"]}


def failed(tried: dict[str, dict[str, Any]]) -> dict[str, str]:
    assert all(bool(one["change"]) is (one["result"] == "fail") for one in tried.values())
    return {name: one["seen"] for name, one in tried.items() if one["result"] == "fail"}


class Playground:
    """A workspace with the app in a channel for tests, in which one person has written."""

    def __init__(self, slack: FakeSlack) -> None:
        slack.connect(lambda _body, _headers: (200, {}, b""))
        self.slack = slack
        self.acme: Workspace = slack.workspace()
        self.ada: Person = self.acme.person("Ada")
        self.channel: Channel = self.acme.channel("rehearsals", self.ada)
        for number in range(20):
            self.ada.writes(f"Hello {number}", self.channel)

    @property
    def named(self) -> tuple[str, ...]:
        """How the channel is named to the command."""
        return "--channel", self.channel.id

    def written(self) -> list[str]:
        """Return what everybody sees of the app in the channel."""
        return [message.text for message in self.acme.messages(self.channel) if message.bot_id and not message.only_for]


@pytest.fixture
def playground(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> Playground:
    """Return it, with settings that lead there."""
    made = Playground(slack)
    monkeypatch.setenv("INLAID_SLACK_API_URL", slack.api_url)
    monkeypatch.setenv("INLAID_SLACK_BOT_TOKEN", made.acme.bot_token)
    monkeypatch.setenv("INLAID_SLACK_APP_TOKEN", slack.app_token())
    return made


def test_slack_is_rehearsed_and_nothing_of_it_stays(playground: Playground, terminal: Terminal) -> None:
    read = results(terminal, "slack", *playground.named)
    assert failed(read) == {}
    assert {one["result"] for name, one in read.items() if name in {"metadata", "update", "feedback", "stream"}} == {
        "not tried"
    }
    assert not [call for call in playground.slack.ledger.calls if call.method.startswith("chat.")]
    wrote = results(terminal, "slack", *playground.named, "--write")
    assert [name for name, one in wrote.items() if one["result"] != "pass"] == ["manifest"]
    assert playground.written() == []


def test_the_manifest_is_looked_at_by_slack_with_a_token_of_its_developer(
    playground: Playground, terminal: Terminal
) -> None:
    token = playground.acme.config_grant(playground.ada).token
    assert terminal.run("rehearse", "slack", "--configuration-token-stdin", "--json", stdin=token.encode()) == 0
    tried = {row["name"]: row for row in json.loads(terminal.out)["tried"]}
    assert tried["manifest"]["result"] == "pass"
    assert token not in terminal.out
    playground.slack.faults.add("apps.manifest.validate", Error("invalid_manifest"))
    assert terminal.run("rehearse", "slack", "--configuration-token-stdin", stdin=token.encode()) == 1
    assert "Slack refuses it" in terminal.out


def test_a_slack_that_does_otherwise_is_told_with_what_to_change(
    playground: Playground, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = playground.slack
    slack.app.outside_marketplace = True
    slack.faults.add("users.info", Error("invalid_arguments"), times=9)
    slack.faults.add("chat.update", Error("cant_update_message"))
    slack.faults.add("chat.appendStream", Error("channel_type_not_supported"))
    few = playground.acme.install(scopes=[scope for scope in slack.app.bot_scopes if scope != "files:write"])
    monkeypatch.setenv("INLAID_SLACK_BOT_TOKEN", few.token)
    tried = results(terminal, "slack", *playground.named, "--write")
    told = failed(tried)
    assert told["scopes"] == "Missing: files:write"
    assert "16 were asked for and 15 came" in told["page size"]
    assert {"update", "stream", "team argument"} <= told.keys()
    assert tried["page size"]["change"].startswith("Slack counts the app as one that is distributed")
    assert playground.written() == []
    assert terminal.run("rehearse", "slack", *playground.named) == 1
    assert "Change: Slack counts" in terminal.out


def test_what_cannot_be_deleted_is_named(playground: Playground, terminal: Terminal) -> None:
    playground.slack.faults.add("chat.delete", Error("cant_delete_message"))
    assert terminal.run("rehearse", "slack", *playground.named, "--write") == 1
    assert "remove it by hand: message " in terminal.out
    assert len(playground.written()) == 1


def test_a_slack_that_is_down_says_nothing_of_what_it_does(playground: Playground, terminal: Terminal) -> None:
    with playground.slack.down():
        tried = results(terminal, "slack", *playground.named)
    assert {one["result"] for name, one in tried.items() if name != "manifest"} == {"not tried"}


def test_writing_needs_a_place_that_is_named(terminal: Terminal) -> None:
    assert terminal.run("rehearse", "slack", "--write") == 2
    assert "--channel" in terminal.err


def test_microsoft_is_rehearsed_and_nothing_of_it_stays(office: Office, terminal: Terminal) -> None:
    office.connect()
    office.box.receive(question(ADDRESS))
    before = [(one.number, one.change_key, one.is_read) for one in office.box.in_folder("inbox")]
    read = results(terminal, "microsoft", "--mailbox", ADDRESS)
    assert failed(read) == {}
    wrote = results(terminal, "microsoft", "--mailbox", ADDRESS, "--write")
    assert [name for name, one in wrote.items() if one["result"] != "pass"] == ["notifications"]
    assert [(one.number, one.change_key, one.is_read) for one in office.box.in_folder("inbox")] == before
    assert len(office.box.messages) == 1
    assert office.fake.ledger.sends == office.fake.ledger.opened == []


def test_a_document_is_rehearsed_beside_and_stays_as_it_was(office: Office, terminal: Terminal) -> None:
    office.connect()
    office.bob.consented.update(SCOPES)
    drive = office.fake.drives.of(office.bob)
    file = drive.put("Letter.docx", letter("The house is red."))
    before = file.data
    named = ("microsoft", "--mailbox", ADDRESS, "--document", file.link)
    names = {"document", "new file", "stale file"}
    assert {one["result"] for name, one in results(terminal, *named, "--write").items() if name in names} == {"pass"}
    drive.honours_if_match = False
    assert failed(results(terminal, *named, "--write")) == {"stale file": "It was overwritten."}
    assert [one.name for one in drive.living()] == ["Letter.docx"]
    assert file.data == before


def test_a_microsoft_that_does_otherwise_is_told(office: Office, terminal: Terminal) -> None:
    office.connect()
    office.box.receive(question(ADDRESS))
    office.box.honours_if_match = False
    office.fake.faults.add("POST */createReply", Refused(400, "ErrorInvalidRequest"), times=2)
    tried = results(terminal, "microsoft", "--mailbox", ADDRESS, "--write")
    assert failed(tried) == {"stale change": "It was overwritten.", "reply": tried["reply"]["seen"]}
    assert "could be lost" in tried["stale change"]["change"]
    assert len(office.box.messages) == 1


def test_a_mailbox_of_the_app_without_a_right_to_it_fails_with_the_permissions(
    office: Office, terminal: Terminal
) -> None:
    office.fake.reach = set()
    tried = results(terminal, "microsoft", "--mailbox", ADDRESS)
    assert "mailbox" in failed(tried)
    assert "deploy/entra" in tried["mailbox"]["change"]
    error = terminal.error("rehearse", "microsoft", "--mailbox", ADDRESS, "--document", "https://x.sharepoint.com/y")
    assert "documents are reached by people alone" in error


def test_a_permission_to_send_is_named(office: Office, terminal: Terminal) -> None:
    office.fake.app.application.update({"Mail.Read", "Mail.ReadWrite", "Mail.Send"})
    tried = results(terminal, "microsoft", "--mailbox", ADDRESS)
    assert failed(tried) == {"no sending": "It holds Mail.Send."}, tried


def test_gmail_is_rehearsed_and_nothing_of_it_stays(seated: Desk, terminal: Terminal) -> None:
    seated.box.receive(question(ADDRESS))
    assert failed(results(terminal, "gmail", "--mailbox", ADDRESS)) == {}
    wrote = results(terminal, "gmail", "--mailbox", ADDRESS, "--write")
    assert {one["result"] for one in wrote.values()} == {"pass"}
    assert seated.drafts == []
    assert "No mailbox nobody@example.org" in terminal.error("rehearse", "gmail", "--mailbox", "nobody@example.org")


def test_a_gmail_that_does_otherwise_is_told(seated: Desk, terminal: Terminal) -> None:
    seated.box.receive(question(ADDRESS))
    seated.fake.faults.add("GET */history*", GoogleRefused(404, "notFound"))
    seated.fake.faults.add("GET */settings/sendAs*", GoogleRefused(403, "forbidden"))
    tried = results(terminal, "gmail", "--mailbox", ADDRESS, "--write")
    assert failed(tried).keys() == {"history", "senders"}
    assert seated.drafts == []


def test_a_slack_that_was_never_set_up_is_not_said_to_be_gone(terminal: Terminal) -> None:
    said = terminal.error("rehearse", "slack", "--channel", "C1")
    assert "Slack is not set up. Set it up with: inlaid setup slack" in said
