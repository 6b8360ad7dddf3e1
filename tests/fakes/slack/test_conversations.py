"""Reading through the real client: threads and histories with their pages, channels, and who may look."""

from typing import Any

import pytest
from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.samples import refusal
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel


def client_with(slack: FakeSlack, acme: Workspace, *scopes: str) -> WebClient:
    acme.install(scopes)
    return WebClient(acme.bot_token, base_url=slack.api_url, retry_handlers=[])


def test_a_thread_is_read_page_by_page_oldest_first(
    client: WebClient, ada: Person, grace: Person, general: Channel
) -> None:
    root = ada.writes("root", general)
    for number in range(25):
        grace.writes(f"reply {number}", general, root.ts)
    ada.writes("elsewhere", general)
    texts: list[str] = []
    pages = 0
    for answer in client.conversations_replies(channel=general.id, ts=root.ts, limit=10):
        pages += 1
        texts += [message["text"] for message in answer["messages"]]
    assert pages == 3
    assert texts == ["root", *[f"reply {number}" for number in range(25)]]


def test_a_thread_tells_its_root_and_who_began_it(
    client: WebClient, ada: Person, grace: Person, general: Channel
) -> None:
    root = ada.writes("root", general)
    reply = grace.writes("reply", general, root.ts)
    first, second = client.conversations_replies(channel=general.id, ts=reply.ts)["messages"]
    assert (first["reply_count"], first["thread_ts"], first["latest_reply"]) == (1, root.ts, reply.ts)
    assert (second["parent_user_id"], second["thread_ts"], second["user"]) == (ada.id, root.ts, grace.id)


def test_an_unknown_thread_or_cursor_is_refused(client: WebClient, ada: Person, general: Channel) -> None:
    root = ada.writes("root", general)
    assert refusal(client.conversations_replies, channel=general.id, ts="1.0") == "thread_not_found"
    assert refusal(client.conversations_replies, channel=general.id, ts=root.ts, cursor="?") == "invalid_cursor"
    assert refusal(client.conversations_replies, channel=general.id, ts=root.ts, limit=1001) == "invalid_limit"
    assert refusal(client.conversations_history, channel=general.id, oldest="soon") == "invalid_ts_oldest"


def test_history_is_newest_first_without_replies_and_bounded(client: WebClient, ada: Person, general: Channel) -> None:
    one, two, three = (ada.writes(text, general) for text in ("one", "two", "three"))
    ada.writes("reply", general, one.ts)
    answer = client.conversations_history(channel=general.id)
    assert [message["text"] for message in answer["messages"]] == ["three", "two", "one"]
    bounded = client.conversations_history(channel=general.id, oldest=one.ts, latest=three.ts)
    assert [message["ts"] for message in bounded["messages"]] == [two.ts]
    inclusive = client.conversations_history(channel=general.id, oldest=two.ts, latest=two.ts, inclusive=True, limit=1)
    assert [message["ts"] for message in inclusive["messages"]] == [two.ts]


def test_ephemeral_messages_are_in_no_history(client: WebClient, ada: Person, general: Channel) -> None:
    client.chat_postEphemeral(channel=general.id, user=ada.id, text="for you")
    assert client.conversations_history(channel=general.id)["messages"] == []


def test_an_app_outside_the_marketplace_gets_fifteen_objects(
    slack: FakeSlack, client: WebClient, ada: Person, general: Channel
) -> None:
    slack.app.outside_marketplace = True
    for number in range(20):
        ada.writes(str(number), general)
    answer = client.conversations_history(channel=general.id, limit=100)
    assert (len(answer["messages"]), answer["has_more"]) == (15, True)


@pytest.mark.parametrize(
    ("details", "error"),
    [({"app_in": False}, "not_in_channel"), ({"app_in": False, "kind": "private"}, "channel_not_found")],
)
def test_channels_that_the_app_is_not_in(
    acme: Workspace, client: WebClient, ada: Person, details: dict[str, Any], error: str
) -> None:
    channel = acme.channel("place", ada, **details)
    root = ada.writes("root", channel)
    assert refusal(client.conversations_replies, channel=channel.id, ts=root.ts) == error
    assert refusal(client.conversations_history, channel=channel.id) == error


@pytest.mark.parametrize(
    ("kind", "history", "read"),
    [
        ("public", "channels:history", "channels:read"),
        ("private", "groups:history", "groups:read"),
        ("im", "im:history", "im:read"),
        ("mpim", "mpim:history", "mpim:read"),
    ],
)
def test_each_kind_of_channel_has_scopes_of_its_own(
    slack: FakeSlack, acme: Workspace, ada: Person, kind: Any, history: str, read: str
) -> None:
    channel = acme.channel("place", ada, kind=kind)
    assert refusal(client_with(slack, acme, read).conversations_history, channel=channel.id) == "missing_scope"
    assert client_with(slack, acme, history).conversations_history(channel=channel.id)["ok"]
    assert refusal(client_with(slack, acme, history).conversations_info, channel=channel.id) == "missing_scope"
    assert client_with(slack, acme, read).conversations_info(channel=channel.id)["channel"]["is_member"]


def test_a_user_token_reads_what_the_person_can_read(
    slack: FakeSlack, acme: Workspace, ada: Person, grace: Person
) -> None:
    secret = acme.channel("secret", ada, kind="private", app_in=False)
    ada.writes("hush", secret)
    scopes = ("groups:history",)
    own = WebClient(acme.user_token(ada, scopes), base_url=slack.api_url)
    other = WebClient(acme.user_token(grace, scopes), base_url=slack.api_url)
    assert own.conversations_history(channel=secret.id)["messages"][0]["text"] == "hush"
    assert refusal(other.conversations_history, channel=secret.id) == "channel_not_found"


def test_channels_are_listed_with_pages_and_types(acme: Workspace, client: WebClient, ada: Person) -> None:
    for name in ("one", "two", "three"):
        acme.channel(name, ada)
    hidden = acme.channel("hidden", ada, kind="private", app_in=False)
    mine = acme.channel("mine", ada, kind="private")
    acme.channel("old", ada, archived=True)
    names = [c["name"] for page in client.conversations_list(limit=2, exclude_archived=True) for c in page["channels"]]
    assert sorted(names) == ["one", "three", "two"]
    private = [c["id"] for c in client.conversations_list(types="private_channel")["channels"]]
    assert private == [mine.id]
    assert hidden.id not in private
    assert refusal(client.conversations_list, types="secret_channel") == "invalid_types"


def test_members_come_in_pages_and_include_the_bot(acme: Workspace, client: WebClient) -> None:
    people = [acme.person(f"Person {number}") for number in range(5)]
    channel = acme.channel("team", *people)
    pages = [list(page["members"]) for page in client.conversations_members(channel=channel.id, limit=4)]
    found = [member for page in pages for member in page]
    assert len(pages) == 2
    assert set(found) == {person.id for person in people} | {acme.bot.id}


def test_direct_messages_open_once(acme: Workspace, client: WebClient, ada: Person, grace: Person) -> None:
    first = client.conversations_open(users=ada.id)["channel"]["id"]
    again = client.conversations_open(users=ada.id, return_im=True)["channel"]
    assert (again["id"], again["user"], again["is_im"]) == (first, ada.id, True)
    assert client.conversations_open(users=f"{ada.id},{grace.id}")["channel"]["id"] != first
    leaver = acme.person("Le Aver", deactivated=True)
    assert refusal(client.conversations_open, users=leaver.id) == "user_disabled"
    assert refusal(client.conversations_open, users="U404") == "user_not_found"
    assert refusal(client.conversations_open, users=",".join([ada.id] * 9)) == "too_many_users"
    assert refusal(client.api_call, "conversations.open") == "users_list_not_supplied"


def test_the_app_joins_public_channels_only(acme: Workspace, client: WebClient, ada: Person) -> None:
    channel = acme.channel("open", ada, app_in=False)
    assert client.conversations_join(channel=channel.id)["channel"]["is_member"]
    assert client.conversations_history(channel=channel.id)["ok"]
    direct = acme.channel("", ada, kind="mpim")
    assert refusal(client.conversations_join, channel=direct.id) == "method_not_supported_for_channel_type"
