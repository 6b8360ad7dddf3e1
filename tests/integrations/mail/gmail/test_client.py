"""The client of Gmail: what it never asks for, and how it takes refusals."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import (
    CredentialError,
    ForbiddenError,
    InlaidError,
    InputError,
    LimitError,
    NotFoundError,
    OutageError,
    SettingsError,
)
from integrations.mail.gmail.client import ConsentMissing, Gmail
from tests.fakes.google import Refused
from tests.integrations.mail.gmail.conftest import Desk

BODY = {"raw": "RnJvbTogYQoKaGk="}


@pytest.mark.parametrize(
    "make",
    [
        lambda users: users.messages().send(userId="me", body=BODY),
        lambda users: users.drafts().send(userId="me", body={"id": "r1"}),
        lambda users: users.drafts().update(userId="me", id="r1", body={"message": BODY}),
        lambda users: users.messages().insert(userId="me", body=BODY),
        lambda users: users.messages().trash(userId="me", id="1"),
        lambda users: users.messages().delete(userId="me", id="1"),
        lambda users: users.threads().delete(userId="me", id="1"),
        lambda users: users.settings().updateVacation(userId="me", body={}),
    ],
)
def test_what_sends_or_destroys_never_leaves_this_machine(seated: Desk, make: Callable[[Any], Any]) -> None:
    client = seated.google.open(seated.account)
    with pytest.raises(ForbiddenError, match="does not call that action"):
        client.call(make(client.users))
    assert seated.fake.ledger.requests == []


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (403, "insufficientPermissions", ConsentMissing),
        (403, "accessNotConfigured", SettingsError),
        (403, "domainPolicy", ForbiddenError),
        (403, "userRateLimitExceeded", OutageError),
        (403, "dailyLimitExceeded", OutageError),
        (429, "rateLimitExceeded", OutageError),
        (500, "backendError", OutageError),
        (401, "authError", CredentialError),
        (404, "notFound", NotFoundError),
        (413, "tooLarge", LimitError),
        (400, "badRequest", InputError),
    ],
)
def test_refusals_say_what_to_do(seated: Desk, status: int, reason: str, error: type[InlaidError]) -> None:
    seated.fake.faults.add("GET */profile", Refused(status, reason), times=9)
    client = seated.google.open(seated.account)
    with pytest.raises(error) as refused:
        client.call(client.users.getProfile(userId="me"))
    assert type(refused.value) is error
    assert refused.value.message


def test_a_wait_that_google_asks_for_is_kept_within_limits(seated: Desk) -> None:
    client = seated.google.open(seated.account)
    seated.fake.faults.add("GET */profile", Refused(429, "rateLimitExceeded", retry_after_seconds=3))
    client.call(client.users.getProfile(userId="me"))
    assert seated.waits == [3.0]
    seated.fake.faults.add("GET */profile", Refused(429, "rateLimitExceeded", retry_after_seconds=3600))
    with pytest.raises(OutageError) as refused:
        client.call(client.users.getProfile(userId="me"))
    assert (refused.value.retry_after_seconds, seated.waits) == (3600.0, [3.0])


def test_a_token_never_goes_elsewhere(seated: Desk) -> None:
    client = Gmail("https://127.0.0.1:1", lambda renew=False: "secret")
    request = seated.google.open(seated.account).users.getProfile(userId="me")
    with pytest.raises(ForbiddenError):
        client.call(request)
    assert seated.fake.ledger.requests == []
