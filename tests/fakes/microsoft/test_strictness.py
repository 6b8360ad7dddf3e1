"""What the fake refuses, and what it writes down: asked by plain HTTP, as a wrong client would."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.fixture import microsoft
from tests.fakes.microsoft.grants import Grant
from tests.fakes.microsoft.messages import moment
from tests.integrations.mail.imap.mails import question

__all__ = ["microsoft"]

ADDRESS = "bob@example.org"


@pytest.fixture
def bob(microsoft: FakeMicrosoft) -> Person:
    return microsoft.person(ADDRESS, "Bob Ray")


@pytest.fixture
def http(microsoft: FakeMicrosoft, bob: Person) -> Iterator[httpx.Client]:
    """Return a client with a token for everything that the app may be granted."""
    grant = Grant(bob, frozenset(microsoft.app.delegated), bob.generation)
    token = microsoft.entra.tokens.issue(grant)["access_token"]
    with httpx.Client(
        base_url=microsoft.graph_url, verify=microsoft.client_context(), headers={"Authorization": f"Bearer {token}"}
    ) as client:
        yield client


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    "path", ["/me/sendMail", "/me/messages/1/send", "/me/messages/1/replyAll", "/me/messages/1/forward"]
)
def test_an_attempt_to_send_is_refused_and_written_down(
    microsoft: FakeMicrosoft, http: httpx.Client, path: str
) -> None:
    assert code(http.post(path, json={})) == (403, "ErrorAccessDenied")
    assert len(microsoft.ledger.sends) == 1


def test_somebody_elses_mailbox_is_closed(microsoft: FakeMicrosoft, http: httpx.Client) -> None:
    microsoft.person("ann@example.org")
    assert code(http.get("/users/ann@example.org/messages")) == (403, "ErrorAccessDenied")


@pytest.mark.parametrize("token", ["x", "nonsense", "a.b.c"])
def test_a_token_that_is_none_opens_nothing(microsoft: FakeMicrosoft, token: str) -> None:
    answer = httpx.get(
        f"{microsoft.graph_url}/me", verify=microsoft.client_context(), headers={"Authorization": f"Bearer {token}"}
    )
    assert code(answer) == (401, "InvalidAuthenticationToken")


def test_a_token_ends_after_an_hour_and_with_its_key(microsoft: FakeMicrosoft, http: httpx.Client) -> None:
    microsoft.keys.rotate()
    assert http.get("/me").status_code == 200
    microsoft.clock.advance(3601)
    assert http.get("/me").status_code == 401
    microsoft.clock.advance(-3601)
    microsoft.keys.rotate(forget_old=True)
    assert http.get("/me").status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        {"$select": "size"},
        {"$filter": "subject eq 'x'"},
        {"$top": "5000"},
        {"$expand": "attachments"},
    ],
)
def test_what_is_not_documented_to_work_is_refused(
    http: httpx.Client, microsoft: FakeMicrosoft, bob: Person, query: Any
) -> None:
    microsoft.mailbox(bob).receive(question(ADDRESS))
    assert http.get("/me/messages", params=query).status_code == 400


def test_a_received_mail_can_be_marked_and_not_rewritten(
    microsoft: FakeMicrosoft, http: httpx.Client, bob: Person
) -> None:
    source = microsoft.mailbox(bob).receive(question(ADDRESS))
    path = f"/me/messages/{source.mutable_id}"
    assert code(http.patch(path, json={"subject": "x"})) == (403, "ErrorAccessDenied")
    assert http.patch(path, json={"isRead": True}).status_code == 200
    assert microsoft.ledger.opened == [source.message_id]


def test_an_id_is_lost_by_a_move_unless_it_is_immutable(
    microsoft: FakeMicrosoft, http: httpx.Client, bob: Person
) -> None:
    box = microsoft.mailbox(bob)
    source = box.receive(question(ADDRESS))
    before = source.mutable_id
    box.move(source, "archive")
    assert code(http.get(f"/me/messages/{before}")) == (404, "ErrorItemNotFound")
    assert http.get(f"/me/messages/{source.immutable_id}").json()["id"] == source.mutable_id


def test_a_comment_and_a_body_exclude_each_other(microsoft: FakeMicrosoft, http: httpx.Client, bob: Person) -> None:
    source = microsoft.mailbox(bob).receive(question(ADDRESS))
    body = {"comment": "x", "message": {"body": {"contentType": "text", "content": "y"}}}
    assert http.post(f"/me/messages/{source.mutable_id}/createReply", json=body).status_code == 400


def test_a_stale_change_key_is_a_conflict(microsoft: FakeMicrosoft, http: httpx.Client, bob: Person) -> None:
    box = microsoft.mailbox(bob)
    draft = box.begins_reply(box.receive(question(ADDRESS)))
    etag = draft.etag
    box.edits(draft, "mine")
    answer = http.patch(f"/me/messages/{draft.mutable_id}", json={"subject": "x"}, headers={"If-Match": etag})
    assert code(answer) == (412, "ErrorIrresolvableConflict")


@pytest.mark.parametrize(
    "change",
    [
        {"expirationDateTime": "2026-01-01T00:00:00Z"},
        {"expirationDateTime": "2036-01-01T00:00:00Z"},
        {"notificationUrl": "http://inlaid.example/graph"},
        {"clientState": "x" * 129},
        {"changeType": "moved"},
        {"resource": "me/events"},
        {"colour": "blue"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_subscription_outside_of_its_limits_is_refused(
    microsoft: FakeMicrosoft, http: httpx.Client, change: dict[str, str]
) -> None:
    wanted = {
        "changeType": "created",
        "notificationUrl": "https://127.0.0.1:9/graph",
        "resource": "me/mailFolders('inbox')/messages",
        "expirationDateTime": moment(microsoft.clock.now() + 3600),
        "clientState": "secret",
    }
    assert http.post("/subscriptions", json={**wanted, **change}).status_code == 400


def test_an_address_that_does_not_answer_the_handshake_gets_no_subscription(
    microsoft: FakeMicrosoft, http: httpx.Client
) -> None:
    wanted = {
        "changeType": "created",
        "notificationUrl": "http://127.0.0.1:9/graph",
        "resource": "me/mailFolders('inbox')/messages",
        "expirationDateTime": moment(microsoft.clock.now() + 3600),
    }
    assert code(http.post("/subscriptions", json=wanted)) == (400, "InvalidRequest")
    assert microsoft.subscriptions == []


@pytest.mark.parametrize("missing", ["code_challenge", "redirect_uri", "scope", "client_id"])
def test_nobody_signs_in_by_a_request_that_is_not_whole(microsoft: FakeMicrosoft, missing: str) -> None:
    microsoft.app.redirect_uris.add("https://inlaid.example/back")
    query = {
        "client_id": microsoft.app.client_id,
        "redirect_uri": "https://inlaid.example/back",
        "response_type": "code",
        "scope": "openid Mail.Read",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
    del query[missing]
    answer = httpx.get(f"{microsoft.authority}/oauth2/v2.0/authorize", params=query, verify=microsoft.client_context())
    assert answer.status_code == 400


def test_preferences_that_tell_of_sharing_hold_together_only(microsoft: FakeMicrosoft, http: httpx.Client) -> None:
    drive = microsoft.drives.of(microsoft.person("bob@example.org"))
    path = f"/drives/{drive.id}/root/delta"
    assert code(http.get(path, headers={"Prefer": "deltashowsharingchanges"})) == (400, "invalidRequest")
    assert http.get(path).json()["value"][0]["root"] == {}


def test_a_position_is_forgotten_with_the_way_to_a_new_one(microsoft: FakeMicrosoft, http: httpx.Client) -> None:
    drive = microsoft.drives.of(microsoft.person("bob@example.org"))
    answer = http.get(f"/drives/{drive.id}/root/delta?token=old")
    assert code(answer) == (410, "resyncChangesApplyDifferences")
    assert answer.headers["location"].endswith("/root/delta")


def test_a_batch_of_more_than_twenty_is_refused(http: httpx.Client) -> None:
    asked = [{"id": str(number), "method": "GET", "url": "/me"} for number in range(21)]
    assert http.post("/$batch", json={"requests": asked}).status_code == 400


@pytest.mark.parametrize(
    "one",
    [
        {"id": "1", "method": "PATCH", "url": "/subscriptions/x", "body": {}},
        {"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/me"},
        {"id": "1", "method": "GET", "url": "/v1.0/me"},
        {"id": 1, "method": "GET", "url": "/me"},
        {"id": "1", "url": "/me"},
    ],
)
def test_a_batch_with_a_request_that_is_not_whole_is_refused(http: httpx.Client, one: dict[str, Any]) -> None:
    good = {"id": "2", "method": "GET", "url": "/me"}
    assert http.post("/$batch", json={"requests": [good]}).status_code == 200
    assert http.post("/$batch", json={"requests": [good, one]}).status_code == 400
