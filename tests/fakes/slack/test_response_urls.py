"""Response URLs: five posts in thirty minutes, in the right place and before the right eyes."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel, Message

Hook = Callable[..., WebhookClient]


@pytest.fixture
def hook(slack: FakeSlack, acme: Workspace, ada: Person, general: Channel) -> Hook:
    """Make a response URL for an act of Ada's in the channel."""

    def make(original: Message | None = None) -> WebhookClient:
        return WebhookClient(slack.response_urls.issue(ada.user, general, acme.bot, original), retry_handlers=[])

    return make


def test_an_answer_is_private_unless_it_says_in_channel(
    slack: FakeSlack, hook: Hook, ada: Person, grace: Person, general: Channel
) -> None:
    response = hook().send(text="just you")
    hook().send(text="all", response_type="in_channel")
    assert (response.status_code, response.body) == (200, "ok")
    assert [message.text for message in ada.sees(general)] == ["just you", "all"]
    assert [message.text for message in grace.sees(general)] == ["all"]
    assert [shown.via for shown in slack.ledger.answers()] == ["response_url"] * 2


def test_the_sixth_post_fails(hook: Hook, ada: Person, general: Channel) -> None:
    url = hook()
    assert [url.send(text=str(number)).status_code for number in range(5)] == [200] * 5
    sixth = url.send(text="too many")
    assert (sixth.status_code, sixth.body) == (404, "used_url")
    assert len(ada.sees(general)) == 5


def test_a_post_after_thirty_minutes_fails(slack: FakeSlack, hook: Hook, ada: Person, general: Channel) -> None:
    url = hook()
    slack.clock.advance(29 * 60)
    assert url.send(text="in time").status_code == 200
    slack.clock.advance(61)
    late = url.send(text="late")
    assert (late.status_code, late.body) == (404, "expired_url")
    assert [message.text for message in ada.sees(general)] == ["in time"]
    assert slack.ledger.refusals[-1].error == "expired_url"


def test_an_original_is_replaced_or_deleted(
    slack: FakeSlack, client: WebClient, hook: Hook, ada: Person, general: Channel
) -> None:
    client.chat_postEphemeral(channel=general.id, user=ada.id, text="draft")
    (original,) = ada.sees(general)
    hook(original).send(text="posted", replace_original=True, blocks=[{"type": "divider"}])
    assert [(message.text, len(message.blocks)) for message in ada.sees(general)] == [("posted", 1)]
    hook(original).send(delete_original=True)
    assert ada.sees(general) == []
    assert [shown.kind for shown in slack.ledger.shown] == ["ephemeral", "update", "delete"]


def test_an_ephemeral_message_cannot_be_made_public_by_replacing_it(
    client: WebClient, hook: Hook, ada: Person, grace: Person, general: Channel
) -> None:
    client.chat_postEphemeral(channel=general.id, user=ada.id, text="draft")
    hook(ada.sees(general)[0]).send(text="all", replace_original=True, response_type="in_channel")
    assert [message.text for message in ada.sees(general)] == ["all"]
    assert grace.sees(general) == []


def test_an_answer_can_go_into_a_thread(hook: Hook, ada: Person, general: Channel) -> None:
    root = ada.writes("root", general)
    ada.writes("reply", general, root.ts)
    hook().send_dict({"text": "answer", "thread_ts": root.ts})
    assert [message.text for message in ada.sees(general, root.ts)] == ["root", "reply", "answer"]


@pytest.mark.parametrize(
    ("body", "word"),
    [({"text": ""}, "no_text"), ({"text": "x", "blocks": [{"type": "paragraph"}]}, "invalid_blocks")],
)
def test_what_a_response_url_refuses(
    hook: Hook, ada: Person, general: Channel, body: dict[str, Any], word: str
) -> None:
    response = hook().send_dict(body)
    assert (response.status_code, response.body) == (400, word)
    assert ada.sees(general) == []


def test_an_unknown_url_is_refused(slack: FakeSlack) -> None:
    assert WebhookClient(f"{slack.address}/actions/T1/404/x", retry_handlers=[]).send(text="x").status_code == 404
