"""From a thread in Slack to a draft in the person's mailbox: the fake Slack and a real Dovecot."""

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from typing import Any

import pytest
from slack_sdk.oauth.installation_store import Bot

from core.drafts import Draft, Gap
from integrations.mail.accounts.new_mail import mailbox_drafts
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, quiet_text, shown_text
from tests.servers.dovecot import PASSWORD, Dovecot

TEXT = "The printer is broken again. Grace will call the service tomorrow."
_numbers = count(1)


class Post:
    """An office whose people may have mailboxes, and the mailbox of Ada."""

    def __init__(self, office: Office, server: Dovecot) -> None:
        mailbox = mailbox_drafts(office.store.records, office.settings, patience_seconds=60.0)
        self.office = replace(office, mailbox=mailbox)
        self.office.answers = [Draft(recipe="compose", subject="Printer", text=TEXT)]
        self.server = server
        self.user = f"ada{next(_numbers)}@example.org"
        self.office.ada.user.email = self.user.upper()

    def connect(self, **changed: Any) -> None:
        person = self.office.settings.local_person  # who connects it on this machine
        account = ImapAccount("127.0.0.1", self.server.port, self.user, PASSWORD, "none", person, address=self.user)
        Accounts(self.office.store.records).save(replace(account, **changed))

    def turn_into_email(self) -> None:
        self.office.ada.shortcut("turn_into_email", self.office.grace.writes("The printer!", self.office.general))
        [job] = self.office.work()
        assert job.state == "delivered"

    def drafts(self) -> list[EmailMessage]:
        found = [message_from_bytes(data, policy=default) for data, _ in self.server.messages("Drafts", self.user)]
        return [one for one in found if isinstance(one, EmailMessage)]

    def texts(self) -> list[str]:
        parts = [draft.get_body(("plain",)) for draft in self.drafts()]
        return [part.get_content().strip() for part in parts if part]


@pytest.fixture
def post(office: Office, dovecot: Dovecot) -> Post:
    return Post(office, dovecot)


def test_a_thread_becomes_a_draft_in_the_mailbox_with_that_address(post: Post) -> None:
    post.connect()
    post.turn_into_email()
    [draft] = post.drafts()
    assert draft["Subject"] == "Printer"
    assert draft["From"] == post.user
    assert draft["To"] is None
    assert post.texts() == [TEXT]
    answer = post.office.last(post.office.ada, post.office.general)
    assert "is in your Drafts folder" in quiet_text(answer)
    assert "Put into my Drafts" in button_labels(answer)


def test_a_mailbox_of_the_same_workspace_and_person_needs_no_address(post: Post) -> None:
    post.connect(workspace=post.office.acme.team.id, person=post.office.ada.id, address="")
    post.turn_into_email()
    assert post.texts() == [TEXT]


def test_hints_stay_beside_the_draft_and_go_into_no_mailbox(post: Post) -> None:
    hint = Gap(place="[[It also says: x]]", question="It also says: x", is_hint=True)
    post.office.answers = [Draft(recipe="compose", subject="Printer", text=f"{TEXT}\n\n{hint.place}", gaps=(hint,))]
    post.connect()
    post.turn_into_email()
    assert post.texts() == [TEXT]
    answer = post.office.last(post.office.ada, post.office.general)
    assert "Also in the mail:\n• It also says: x" in quiet_text(answer)
    post.office.ada.click(answer, "to_mailbox")
    assert post.texts() == [TEXT]
    assert "It also says: x" in quiet_text(post.office.last(post.office.ada, post.office.general))


def other_address(post: Post) -> None:
    post.connect(address="somebody.else@example.org")


def other_workspace(post: Post) -> None:
    post.connect(workspace="T0OTHER")


def typed_by_somebody_else(post: Post) -> None:
    post.connect(person="eve@example.org")


@pytest.mark.parametrize("connect", [other_address, other_workspace, typed_by_somebody_else])
def test_nobody_elses_mailbox_is_used(post: Post, connect: Callable[[Post], None]) -> None:
    connect(post)
    post.turn_into_email()
    assert post.drafts() == []
    assert "connect your mailbox" in quiet_text(post.office.last(post.office.ada, post.office.general))


def test_an_edited_text_takes_the_place_of_the_draft(post: Post) -> None:
    post.connect()
    post.turn_into_email()
    edit_and_put(post, "Please send somebody for the printer.")
    assert post.texts() == ["Please send somebody for the printer."]
    assert "It is in your Drafts folder" in shown_text(post.office.last(post.office.ada, post.office.general))


def test_a_draft_that_was_changed_in_the_mail_program_is_left_alone(post: Post) -> None:
    post.connect()
    post.turn_into_email()
    with post.server.client(post.user) as client:
        client.select_folder("Drafts")
        [uid] = client.search()
        data = client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
        client.append("Drafts", data.replace(b"tomorrow", b"on Monday"), flags=(b"\\Draft",))
        client.delete_messages([uid])
        client.expunge()
    edit_and_put(post, "Please send somebody for the printer.")
    assert [text.split(".")[0] for text in post.texts()] == [
        "The printer is broken again",
        "Please send somebody for the printer",
    ]


def edit_and_put(post: Post, text: str) -> None:
    office = post.office
    office.ada.click(office.last(office.ada, office.general), "edit")
    office.ada.submit({"part0": text})
    office.ada.click(office.last(office.ada, office.general), "to_mailbox")


def test_pressing_again_makes_no_second_draft(post: Post) -> None:
    post.connect()
    post.turn_into_email()
    click = post.office.ada.click(post.office.last(post.office.ada, post.office.general), "to_mailbox")
    for _ in range(3):
        post.office.slack.deliver_again(click)
    assert post.texts() == [TEXT]
    assert post.office.outcomes() == [("accepted", 0.0)]


def test_a_mail_server_that_is_down_holds_up_nothing_and_the_button_tries_again(post: Post) -> None:
    post.connect(port=1)
    post.turn_into_email()
    answer = post.office.last(post.office.ada, post.office.general)
    assert TEXT in shown_text(answer)
    assert "could not be reached" in quiet_text(answer)
    post.office.ada.click(answer, "to_mailbox")
    assert "Nothing listens at" in post.office.last(post.office.ada, post.office.general).text
    post.connect()
    post.office.ada.click(answer, "to_mailbox")
    assert post.texts() == [TEXT]


def test_addresses_count_only_where_the_administrator_chose_the_workspace(
    make_office: Callable[..., Office], dovecot: Dovecot
) -> None:
    post = Post(make_office(slack_bot_token=""), dovecot)
    office = post.office
    bot = Bot(
        team_id=office.acme.team.id, bot_token=office.acme.bot_token, bot_id="B1", bot_user_id="U1", installed_at=0.0
    )
    office.context.connections.installations.save_bot(bot)
    post.connect()
    post.turn_into_email()
    assert post.drafts() == []
