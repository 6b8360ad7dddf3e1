"""Rate limits, faults and outages as the real client sees them, and what the ledger keeps of them."""

import time

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import FixedValueRetryIntervalCalculator
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, ServerErrorRetryHandler

from tests.fakes.slack import AnswerLost, Error, FakeSlack, Reset, Slow, Status
from tests.fakes.slack.person import Person
from tests.fakes.slack.samples import refusal
from tests.fakes.slack.world import Channel

SOON = FixedValueRetryIntervalCalculator(0.01)
BROKEN = (ConnectionError, OSError)


def status_of(call: object, **arguments: object) -> tuple[int, str]:
    """Return HTTP status and Retry-After of a refused call."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)  # type: ignore[operator]
    response = caught.value.response
    return response.status_code, response.headers.get("Retry-After", "")


def test_one_message_per_second_and_channel(slack: FakeSlack, client: WebClient, ada: Person, general: Channel) -> None:
    slack.rate_limits.enforced = True
    slack.clock.freeze()
    client.chat_postMessage(channel=general.id, text="one")
    assert status_of(client.chat_postMessage, channel=general.id, text="two") == (429, "1")
    assert client.chat_postMessage(channel=ada.id, text="elsewhere")["ok"]
    slack.clock.advance(1)
    assert client.chat_postMessage(channel=general.id, text="two")["ok"]
    assert [message.text for message in ada.sees(general)] == ["one", "two"]
    assert [call.error for call in slack.ledger.refusals] == ["ratelimited"]


@pytest.mark.parametrize(("method", "per_minute"), [("users.list", 20), ("chat.delete", 50), ("users.info", 100)])
def test_each_method_has_a_tier(slack: FakeSlack, client: WebClient, method: str, per_minute: int) -> None:
    slack.rate_limits.enforced = True
    slack.clock.freeze()
    errors = []
    for _ in range(per_minute + 1):
        try:
            client.api_call(method, params={"channel": "C404", "user": "U404", "ts": "1"})
        except SlackApiError as error:
            errors.append(error.response["error"])
    assert errors.count("ratelimited") == 1
    assert errors[-1] == "ratelimited"
    slack.clock.advance(60)
    assert refusal(client.chat_delete, channel="C404", ts="1") == "channel_not_found"


def test_limits_are_counted_by_workspace(slack: FakeSlack, client: WebClient) -> None:
    slack.rate_limits.enforced = True
    other = WebClient(slack.workspace("Other").bot_token, base_url=slack.api_url, retry_handlers=[])
    for _ in range(20):
        client.users_list()
    assert status_of(client.users_list)[0] == 429
    assert other.users_list()["ok"]


def test_reads_outside_the_marketplace_come_once_a_minute(
    slack: FakeSlack, client: WebClient, general: Channel
) -> None:
    slack.app.outside_marketplace = slack.rate_limits.enforced = True
    slack.clock.freeze()
    client.conversations_history(channel=general.id)
    assert status_of(client.conversations_history, channel=general.id) == (429, "60")


def test_limits_are_off_until_a_test_wants_them(client: WebClient, general: Channel) -> None:
    for number in range(30):
        client.chat_postMessage(channel=general.id, text=str(number))


@pytest.mark.parametrize("code", [500, 503])
def test_a_server_error_has_no_effect(
    slack: FakeSlack, client: WebClient, ada: Person, general: Channel, code: int
) -> None:
    slack.faults.add("chat.*", Status(code))
    assert status_of(client.chat_postMessage, channel=general.id, text="x")[0] == code
    assert ada.sees(general) == []
    assert client.chat_postMessage(channel=general.id, text="x")["ok"]
    assert [call.http_status for call in slack.ledger.called("chat.postMessage")] == [code, 200]


def test_the_sdks_handler_tries_again_after_a_server_error(
    slack: FakeSlack, client: WebClient, general: Channel
) -> None:
    client.retry_handlers.append(ServerErrorRetryHandler(2, SOON))
    slack.faults.add("chat.postMessage", Status(503), times=2)
    assert client.chat_postMessage(channel=general.id, text="x")["ok"]
    assert len(slack.ledger.called("chat.postMessage")) == 3


def test_a_limit_can_be_ordered(slack: FakeSlack, client: WebClient, general: Channel) -> None:
    slack.faults.add("chat.postMessage", Status(429, retry_after_seconds=7))
    assert status_of(client.chat_postMessage, channel=general.id, text="x") == (429, "7")


def test_a_reset_connection_has_no_effect(slack: FakeSlack, client: WebClient, ada: Person, general: Channel) -> None:
    slack.faults.add("chat.postMessage", Reset())
    with pytest.raises(BROKEN):
        client.chat_postMessage(channel=general.id, text="x")
    assert ada.sees(general) == []
    assert slack.ledger.refusals[-1].error == "reset"


def test_a_lost_answer_has_its_effect(slack: FakeSlack, client: WebClient, ada: Person, general: Channel) -> None:
    slack.faults.add("chat.postMessage", AnswerLost())
    with pytest.raises(BROKEN):
        client.chat_postMessage(channel=general.id, text="x")
    assert [message.text for message in ada.sees(general)] == ["x"]


def test_the_sdks_default_doubles_a_message_whose_answer_was_lost(
    slack: FakeSlack, client: WebClient, ada: Person, general: Channel
) -> None:
    """The trap: slack_sdk by itself tries again after a connection error, and the message stands there twice."""
    client.retry_handlers.append(ConnectionErrorRetryHandler(1, SOON))
    slack.faults.add("chat.postMessage", AnswerLost())
    client.chat_postMessage(channel=general.id, text="x")
    assert [message.text for message in ada.sees(general)] == ["x", "x"]


def test_an_answer_can_be_slow_or_an_error(slack: FakeSlack, client: WebClient, ada: Person, general: Channel) -> None:
    slack.faults.add("chat.postMessage", Slow(0.05))
    began = time.monotonic()
    client.chat_postMessage(channel=general.id, text="x")
    assert time.monotonic() - began >= 0.05
    slack.faults.add("chat.postMessage", Error("fatal_error"))
    assert refusal(client.chat_postMessage, channel=general.id, text="y") == "fatal_error"
    assert [message.text for message in ada.sees(general)] == ["x"]


def test_slack_is_down_for_a_while_and_comes_back(slack: FakeSlack, client: WebClient) -> None:
    slack.faults.go_down(60, Status(503))
    assert status_of(client.auth_test)[0] == 503
    slack.clock.advance(61)
    assert client.auth_test()["ok"]
    with slack.down(), pytest.raises(BROKEN):
        client.auth_test()
    assert client.auth_test()["ok"]


def test_a_closed_port_opens_again_at_the_same_address(slack: FakeSlack, client: WebClient) -> None:
    url = slack.api_url
    slack.refuse_connections()
    with pytest.raises(BROKEN):
        client.auth_test()
    slack.listen()
    assert slack.api_url == url
    assert client.auth_test()["ok"]


def test_every_call_is_kept_with_token_arguments_and_answer(
    slack: FakeSlack, client: WebClient, general: Channel
) -> None:
    client.chat_postMessage(channel=general.id, text="x")
    client.conversations_info(channel=general.id)
    posted, asked = slack.ledger.calls
    assert (posted.method, posted.token, posted.args) == (
        "chat.postMessage", client.token, {"channel": general.id, "text": "x"},
    )  # fmt: skip
    assert (asked.args["channel"], asked.answer["channel"]["name"]) == (general.id, "general")


def test_the_ledger_tells_broadcasts_mentions_and_links(
    slack: FakeSlack, client: WebClient, ada: Person, general: Channel
) -> None:
    text = f"<!channel> and <!here|here>, <@{ada.id}>, see <https://x.example/a|this> or https://y.example."
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    client.chat_postMessage(channel=general.id, text="plain", blocks=[section])
    client.chat_postMessage(channel=general.id, text="<! channel> &lt;!channel&gt; channel")
    loud, quiet = slack.ledger.answers()
    assert loud.broadcasts == ["channel", "here"]
    assert loud.mentions == [ada.id]
    assert loud.links == ["https://x.example/a", "https://y.example."]
    assert loud.words == text
    assert (quiet.broadcasts, quiet.mentions, quiet.links) == ([], [], [])


def test_waiting_fails_with_the_last_calls(slack: FakeSlack, client: WebClient) -> None:
    client.auth_test()
    with pytest.raises(AssertionError, match=r"auth\.test ok"):
        slack.ledger.wait_until(lambda: False, timeout_seconds=0.01)
