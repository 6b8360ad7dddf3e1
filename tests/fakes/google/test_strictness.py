"""The fake refuses what Google refuses; Google's own Python library drives it, with its own tokens and batches."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httplib2
import httpx
import pytest
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from tests.fakes.google import FakeGoogle, Person
from tests.fakes.google.description import description
from tests.fakes.google.fixture import google
from tests.fakes.microsoft.certificates import authority_file
from tests.integrations.mail.imap.mails import follow_up, question

__all__ = ["google"]

READ = "https://www.googleapis.com/auth/gmail.readonly"
COMPOSE = "https://www.googleapis.com/auth/gmail.compose"
ADDRESS = "bob@example.org"


@pytest.fixture
def bob(google: FakeGoogle) -> Person:
    return google.person(ADDRESS, "Bob Ray")


@contextmanager
def library(google: FakeGoogle, *scopes: str) -> Iterator[Any]:
    """Give Google's library for Bob's account, with a token of these scopes."""
    token = google.access_token(google.person(ADDRESS), *scopes)
    credentials = Credentials(token)  # type: ignore[no-untyped-call]
    http = AuthorizedHttp(credentials, http=httplib2.Http(ca_certs=str(authority_file())))
    try:
        yield build_from_document({**description(), "rootUrl": f"{google.url}/"}, http=http).users()
    finally:
        http.close()


@pytest.fixture
def users(google: FakeGoogle, bob: Person) -> Iterator[Any]:
    with library(google, READ, COMPOSE) as found:
        yield found


def refusal(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as refused:
        request.execute()
    return int(refused.value.resp.status), str(refused.value.error_details[0]["reason"])


def raw(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def reply(subject: str = "Re: Lunch") -> bytes:
    ids = "In-Reply-To: <question1@example.com>\r\nReferences: <question1@example.com>\r\n"
    head = f"From: {ADDRESS}\r\nTo: ann.lee@example.com\r\nSubject: {subject}\r\nMessage-ID: <ours@example.org>\r\n"
    return f"{head}{ids}\r\nThank you for your message.\r\n".encode()


def test_a_draft_joins_the_thread_only_by_headers_and_subject(google: FakeGoogle, bob: Person, users: Any) -> None:
    source = google.mailbox(bob).receive(question(ADDRESS))
    threads = []
    for subject in ("Re: Lunch", "Dinner"):
        body = {"message": {"raw": raw(reply(subject)), "threadId": source.thread}}
        made = users.drafts().create(userId="me", body=body).execute()
        threads.append(made["message"]["threadId"] == source.thread)
    assert threads == [True, False]


def test_a_draft_that_is_replaced_keeps_its_id_and_has_another_message(
    google: FakeGoogle, bob: Person, users: Any
) -> None:
    box = google.mailbox(bob)
    box.receive(question(ADDRESS))
    made = users.drafts().create(userId="me", body={"message": {"raw": raw(reply())}}).execute()
    box.edits(box.drafts[0], "Mine")
    found = users.drafts().get(userId="me", id=made["id"], format="raw").execute()
    assert found["message"]["id"] != made["message"]["id"]
    assert b"Mine" in base64.urlsafe_b64decode(found["message"]["raw"])
    box.sends(box.drafts[0])
    assert refusal(users.drafts().get(userId="me", id=made["id"])) == (404, "notFound")
    assert len(box.of("SENT")) == 1


def test_history_goes_on_from_a_position_and_an_old_one_is_refused(google: FakeGoogle, bob: Person, users: Any) -> None:
    box = google.mailbox(bob)
    box.receive(question(ADDRESS))
    start = users.getProfile(userId="me").execute()["historyId"]
    second = box.receive(follow_up(ADDRESS))
    history = users.history()
    found = history.list(userId="me", startHistoryId=start, historyTypes=["messageAdded"], labelId="INBOX").execute()
    added = [change["message"]["id"] for record in found["history"] for change in record["messagesAdded"]]
    assert added == [second.id]
    assert "history" not in history.list(userId="me", startHistoryId=found["historyId"]).execute()
    box.forget_history()
    assert refusal(history.list(userId="me", startHistoryId=start)) == (404, "notFound")
    assert refusal(history.list(userId="me", startHistoryId="0")) == (404, "notFound")


def test_a_scope_that_is_missing_and_a_token_that_ended_are_refused(google: FakeGoogle, bob: Person) -> None:
    body = {"message": {"raw": raw(reply())}}
    with library(google, READ) as users:
        assert refusal(users.drafts().create(userId="me", body=body)) == (403, "insufficientPermissions")
    token = google.access_token(bob, READ)
    google.clock.advance(4000)
    answer = httpx.get(
        f"{google.url}/gmail/v1/users/me/profile",
        headers={"Authorization": f"Bearer {token}"},
        verify=google.client_context(),
    )
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (401, "authError")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("messages?maxResults=501", 400),
        ("messages?labelIds=Nowhere", 400),
        ("messages?limit=3", 400),
        ("messages?maxResults=many", 400),
        ("messages/0?format=source", 400),
        ("messages/0?format=raw", 404),
        ("threads/0?format=raw", 400),
        ("mails", 404),
    ],
)
def test_what_the_description_does_not_know_is_refused(google: FakeGoogle, bob: Person, path: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {google.access_token(bob, READ)}"}
    answer = httpx.get(f"{google.url}/gmail/v1/users/me/{path}", headers=headers, verify=google.client_context())
    assert answer.status_code == status


@pytest.mark.parametrize(
    "message", [{"raw": "no base 64!"}, {}, {"raw": raw(b"no headers")}, {"raw": raw(reply()), "thread": "x"}]
)
def test_a_draft_that_is_no_mail_is_refused(google: FakeGoogle, bob: Person, message: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {google.access_token(bob, COMPOSE)}"}
    answer = httpx.post(
        f"{google.url}/gmail/v1/users/me/drafts",
        json={"message": message},
        headers=headers,
        verify=google.client_context(),
    )
    assert answer.status_code == 400


def test_whoever_asks_too_much_waits_a_minute(google: FakeGoogle, bob: Person, users: Any) -> None:
    google.gmail.units_per_minute = 12
    google.clock.freeze()
    users.messages().list(userId="me").execute()
    users.messages().list(userId="me").execute()
    assert refusal(users.messages().list(userId="me")) == (403, "userRateLimitExceeded")
    google.clock.advance(61)
    users.messages().list(userId="me").execute()


def test_a_batch_answers_each_of_its_requests(google: FakeGoogle, bob: Person, users: Any) -> None:
    mail = google.mailbox(bob).receive(question(ADDRESS))
    found: dict[str, Any] = {}
    service = build_from_document({**description(), "rootUrl": f"{google.url}/"}, http=users._http)
    batch = service.new_batch_http_request(lambda name, answer, error: found.update({name: error or answer}))
    for name, key in (("there", mail.id), ("gone", "0")):
        batch.add(users.messages().get(userId="me", id=key, format="minimal"), request_id=name)
    batch.execute()
    assert found["there"]["labelIds"] == ["INBOX", "UNREAD"]
    assert found["gone"].resp.status == 404


def test_nothing_can_be_sent(google: FakeGoogle, bob: Person, users: Any) -> None:
    assert refusal(users.messages().send(userId="me", body={"raw": raw(reply())})) == (403, "forbidden")
    assert google.ledger.sends == ["messages.send"]
