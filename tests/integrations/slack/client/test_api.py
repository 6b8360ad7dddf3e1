"""What Slack refuses, and what it cannot do right now, are different errors; response URLs lead nowhere else."""

import pytest

from core.errors import CredentialError
from integrations.slack.client.api import (
    UNREACHABLE,
    NotAnswerable,
    SlackOutage,
    SlackRefusal,
    call,
    make_client,
    respond,
    retry_after_seconds,
)
from integrations.slack.views.blocks import note_message
from tests.fakes.slack import Error, FakeSlack, Status
from tests.fakes.slack.workspace import Workspace
from tests.servers.valkey import free_port


@pytest.fixture
def acme(slack: FakeSlack) -> Workspace:
    return slack.workspace("Acme")


def test_an_answer_is_the_data_of_slack(slack: FakeSlack, acme: Workspace) -> None:
    assert call(make_client(acme.bot_token, slack.api_url).auth_test)["team"] == "Acme"


def test_a_refused_token_is_a_wrong_credential(slack: FakeSlack) -> None:
    with pytest.raises(CredentialError) as error:
        call(make_client("xoxb-nobodys", slack.api_url).auth_test)
    assert error.value.fix == "Install the app again."


@pytest.mark.parametrize(("reason", "is_unreachable"), [("channel_not_found", True), ("msg_too_long", False)])
def test_a_refusal_has_slacks_word_and_says_whether_the_place_is_the_reason(
    slack: FakeSlack, acme: Workspace, reason: str, is_unreachable: bool
) -> None:
    slack.faults.add("auth.test", Error(reason))
    with pytest.raises(SlackRefusal) as error:
        call(make_client(acme.bot_token, slack.api_url).auth_test)
    assert (error.value.reason, error.value.is_unreachable, error.value.retryable) == (reason, is_unreachable, False)


@pytest.mark.parametrize("reason", sorted(reason for reason in UNREACHABLE if reason.startswith("restricted_action")))
def test_a_restriction_is_said_in_words_with_what_to_do(reason: str) -> None:
    refusal = SlackRefusal(reason)
    assert "restricted_action" not in refusal.message
    assert refusal.fix


@pytest.mark.parametrize("fault", [Status(500), Status(503), Error("internal_error"), Error("fatal_error")])
def test_what_may_work_later_is_an_outage(slack: FakeSlack, acme: Workspace, fault: Status | Error) -> None:
    slack.faults.add("auth.test", fault)
    with pytest.raises(SlackOutage) as error:
        call(make_client(acme.bot_token, slack.api_url).auth_test)
    assert error.value.retryable


def test_a_server_that_is_not_there_has_surely_done_nothing() -> None:
    with pytest.raises(SlackOutage) as error:
        call(make_client("xoxb-x", f"http://127.0.0.1:{free_port()}/api/").auth_test)
    assert not error.value.is_doubtful


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "7"}, 7.0), ({"retry-after": ["30"]}, 30.0), ({"retry-after": "soon"}, 0.0), ({}, 0.0)],
)
def test_the_time_to_wait_is_read_as_the_libraries_give_it(headers: dict[str, object], seconds: float) -> None:
    assert retry_after_seconds(headers) == seconds


@pytest.mark.parametrize(
    "url", ["https://evil.example/commands/1", "http://hooks.slack.com.evil.example/x", "file:///x"]
)
def test_nothing_is_sent_to_an_address_of_somebody_else(slack: FakeSlack, url: str) -> None:
    with pytest.raises(NotAnswerable):
        respond(url, note_message("hello"), slack.api_url)


def test_a_response_url_that_was_never_given_out_is_refused(slack: FakeSlack) -> None:
    unknown = slack.api_url.replace("/api/", "/commands/T1/nothing")
    with pytest.raises(SlackRefusal):
        respond(unknown, note_message("hello"), slack.api_url)
