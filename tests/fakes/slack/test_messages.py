"""Posting, updating and deleting through the real client: who sees what, and what Slack refuses."""

from typing import Any

import pytest
from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.samples import refusal
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel


def test_a_message_is_seen_by_all_members_and_recorded(
    slack: FakeSlack, client: WebClient, ada: Person, grace: Person, general: Channel
) -> None:
    ts = client.chat_postMessage(channel=general.id, text="hello")["ts"]
    assert [(message.ts, message.text) for message in ada.sees(general)] == [(ts, "hello")]
    (shown,) = slack.ledger.answers(channel=general.id)
    assert {ada.id, grace.id} <= shown.shown_to
    assert (shown.kind, shown.via) == ("message", "chat.postMessage")


def test_an_ephemeral_message_is_seen_by_one_person_only(
    slack: FakeSlack, client: WebClient, ada: Person, grace: Person, general: Channel
) -> None:
    client.chat_postEphemeral(channel=general.id, user=ada.id, text="for you")
    assert [message.text for message in ada.sees(general)] == ["for you"]
    assert grace.sees(general) == []
    assert slack.ledger.answers(to=grace.id) == []
    ada.reloads()
    assert ada.sees(general) == []


def test_an_ephemeral_message_can_be_neither_updated_nor_deleted(
    client: WebClient, ada: Person, general: Channel
) -> None:
    ts = client.chat_postEphemeral(channel=general.id, user=ada.id, text="for you")["message_ts"]
    assert refusal(client.chat_update, channel=general.id, ts=ts, text="other") == "message_not_found"
    assert refusal(client.chat_delete, channel=general.id, ts=ts) == "message_not_found"


def test_an_ephemeral_message_needs_an_active_member(acme: Workspace, client: WebClient, general: Channel) -> None:
    outsider, leaver = acme.person("Out Sider"), acme.person("Le Aver", deactivated=True)
    general.members.add(leaver.id)
    for person in (outsider, leaver):
        assert refusal(client.chat_postEphemeral, channel=general.id, user=person.id, text="x") == "user_not_in_channel"


def test_an_ephemeral_message_in_a_thread_without_replies_is_shown_to_nobody(
    slack: FakeSlack, client: WebClient, ada: Person, general: Channel
) -> None:
    root = ada.writes("Shall we ship?", general)
    client.chat_postEphemeral(channel=general.id, user=ada.id, text="lost", thread_ts=root.ts)
    assert slack.ledger.answers()[-1].shown_to == frozenset()
    ada.writes("Anyone?", general, root.ts)
    client.chat_postEphemeral(channel=general.id, user=ada.id, text="seen", thread_ts=root.ts)
    assert [message.text for message in ada.sees(general, root.ts)] == ["Shall we ship?", "Anyone?", "seen"]


def test_update_keeps_blocks_that_it_does_not_mention(client: WebClient, ada: Person, general: Channel) -> None:
    blocks = [{"type": "divider"}]
    ts = client.chat_postMessage(channel=general.id, text="one", blocks=blocks)["ts"]
    client.chat_update(channel=general.id, ts=ts, text="two")
    assert [block["type"] for block in ada.sees(general)[0].blocks] == ["divider"]
    client.chat_update(channel=general.id, ts=ts, text="two", blocks=[])
    assert ada.sees(general)[0].blocks == []


def test_only_own_messages_can_be_changed(client: WebClient, ada: Person, general: Channel) -> None:
    ts = ada.writes("mine", general).ts
    assert refusal(client.chat_update, channel=general.id, ts=ts, text="x") == "cant_update_message"
    assert refusal(client.chat_delete, channel=general.id, ts=ts) == "cant_delete_message"


def test_update_in_an_archived_channel_is_refused(client: WebClient, general: Channel) -> None:
    ts = client.chat_postMessage(channel=general.id, text="one")["ts"]
    general.archived = True
    assert refusal(client.chat_update, channel=general.id, ts=ts, text="two") == "is_inactive"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"markdown_text": "y" * 12_001}, "msg_too_long"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"text": "x", "blocks": "not json"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "x", "metadata": {"event_type": "only"}}, "invalid_metadata_schema"),
    ],
)
def test_content_that_slack_refuses(client: WebClient, general: Channel, arguments: dict[str, Any], error: str) -> None:
    assert refusal(client.chat_postMessage, channel=general.id, **arguments) == error


def test_a_message_without_content_is_refused(client: WebClient, general: Channel) -> None:
    assert refusal(client.api_call, "chat.postMessage", json={"channel": general.id, "text": ""}) == "no_text"


def test_text_is_cut_when_posted_and_refused_when_updated(client: WebClient, ada: Person, general: Channel) -> None:
    answer = client.chat_postMessage(channel=general.id, text="x" * 40_001)
    assert answer["warning"] == "message_truncated"
    assert len(ada.sees(general)[0].text) == 40_000
    assert refusal(client.chat_update, channel=general.id, ts=answer["ts"], text="x" * 4_001) == "msg_too_long"
    assert client.chat_update(channel=general.id, ts=answer["ts"], text="x" * 4_000)["ok"]


@pytest.mark.parametrize(
    ("details", "scopes", "error"),
    [
        ({"archived": True}, None, "is_archived"),
        ({"app_in": False}, {"chat:write"}, "not_in_channel"),
        ({"app_in": False, "kind": "private"}, None, "channel_not_found"),
        ({"read_only": True}, None, "restricted_action_read_only_channel"),
        ({}, {"commands"}, "missing_scope"),
    ],
)
def test_places_where_the_app_may_not_post(
    slack: FakeSlack, acme: Workspace, ada: Person, details: dict[str, Any], scopes: set[str] | None, error: str
) -> None:
    channel = acme.channel("place", ada, **details)
    if scopes is not None:
        acme.install(scopes)
    client = WebClient(acme.bot_token, base_url=slack.api_url)
    assert refusal(client.chat_postMessage, channel=channel.id, text="x") == error


def test_a_public_channel_is_open_with_the_scope_for_it_but_not_for_ephemerals(
    acme: Workspace, client: WebClient, ada: Person
) -> None:
    channel = acme.channel("open", ada, app_in=False)
    assert client.chat_postMessage(channel=channel.id, text="x")["ok"]
    assert refusal(client.chat_postEphemeral, channel=channel.id, user=ada.id, text="x") == "not_in_channel"


def test_a_person_as_channel_means_the_direct_messages(
    slack: FakeSlack, client: WebClient, ada: Person, grace: Person
) -> None:
    assert client.chat_postMessage(channel=ada.id, text="psst")["channel"] == ada.dm.id
    assert grace.sees(ada.dm) == []
    slack.app.messages_tab_enabled = False
    assert refusal(client.chat_postMessage, channel=ada.id, text="psst") == "messages_tab_disabled"


def test_another_name_needs_its_scope(slack: FakeSlack, acme: Workspace, general: Channel) -> None:
    acme.install({"chat:write"})
    client = WebClient(acme.bot_token, base_url=slack.api_url)
    assert refusal(client.chat_postMessage, channel=general.id, text="x", username="Ada") == "missing_scope"


def test_a_permalink_leads_into_the_thread(client: WebClient, ada: Person, general: Channel) -> None:
    root = ada.writes("root", general)
    reply = ada.writes("reply", general, root.ts)
    link = client.chat_getPermalink(channel=general.id, message_ts=reply.ts)["permalink"]
    assert link.startswith(f"https://acme.slack.com/archives/{general.id}/p{reply.ts.replace('.', '')}")
    assert f"thread_ts={root.ts}" in link
