"""Events through a real Bolt app: envelopes, subscriptions, retries, signatures, what the app's calls bring about."""

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.bolt_app import handler_of, new_app
from tests.fakes.slack.person import Person
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.samples import actions, button, modal, plain
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel


@pytest.fixture
def events(app: App) -> list[Json]:
    """Collect the bodies of all events that the app hears of."""
    heard: list[Json] = []
    for kind in (
        "app_mention", "message", "app_home_opened", "app_context_changed", "assistant_thread_started",
        "assistant_thread_context_changed", "agent_session_stopped", "app_uninstalled", "tokens_revoked", "team_join",
    ):  # fmt: skip
        app.event(kind)(lambda body: heard.append(body))
    return heard


def answering(slack: FakeSlack, *statuses: int, headers: dict[str, str] | None = None) -> list[dict[str, str]]:
    """Connect an app that answers with these HTTP statuses in turn; return the headers it was sent."""
    seen: list[dict[str, str]] = []
    left = list(statuses)

    def handle(_body: bytes, sent: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        seen.append(sent)
        return left.pop(0), headers or {}, b""

    slack.connect(handle)
    return seen


def test_the_endpoint_is_challenged_before_it_is_used(slack: FakeSlack, app: App) -> None:
    ack = slack.send_challenge("abc")
    assert (ack.ok, ack.json) == (True, {"challenge": "abc"})


def test_a_mention_arrives_in_its_envelope(acme: Workspace, ada: Person, general: Channel, events: list[Json]) -> None:
    root = ada.writes("root", general)
    delivery = ada.mentions_app("what is new?", general, root.ts)
    assert delivery.ok
    (body,) = events
    assert (body["type"], body["team_id"], body["event_id"]) == ("event_callback", acme.id, delivery.event_id)
    event = body["event"]
    assert (event["type"], event["user"], event["thread_ts"]) == ("app_mention", ada.id, root.ts)
    assert event["text"] == f"<@{acme.bot.id}> what is new?"
    assert body["authorizations"][0]["user_id"] == acme.bot.id


@pytest.mark.parametrize(
    ("kind", "channel_type"), [("public", "channel"), ("private", "group"), ("im", "im"), ("mpim", "mpim")]
)
def test_a_message_event_names_the_type_of_channel(
    acme: Workspace, ada: Person, events: list[Json], kind: Any, channel_type: str
) -> None:
    channel = acme.dm(ada) if kind == "im" else acme.channel("place", ada, kind=kind)
    ada.tells_app(ada.writes("hello", channel))
    assert events[0]["event"]["channel_type"] == channel_type


def test_an_event_is_sent_only_to_an_app_that_subscribes_to_it(
    slack: FakeSlack, ada: Person, events: list[Json]
) -> None:
    slack.app.events.remove("message.im")
    assert ada.writes_to_app("hello").attempts == []
    assert events == []


def test_the_home_event_brings_the_published_view(client: WebClient, ada: Person, events: list[Json]) -> None:
    ada.opens_home()
    client.views_publish(user_id=ada.id, view={"type": "home", "blocks": []})
    ada.opens_home()
    ada.opens_home("messages")
    assert ["view" in body["event"] for body in events] == [False, True, False]
    assert [body["event"]["tab"] for body in events] == ["home", "home", "messages"]


def test_the_older_container_starts_threads_and_changes_context(
    ada: Person, general: Channel, events: list[Json]
) -> None:
    thread = ada.opens_assistant(general).payload["event"]["assistant_thread"]
    ada.changes_context(thread["thread_ts"], general)
    ada.writes_to_app("hello", thread["thread_ts"])
    started, changed, message = [body["event"] for body in events]
    assert started["assistant_thread"]["context"]["channel_id"] == general.id
    assert changed["assistant_thread"]["thread_ts"] == message["thread_ts"] == thread["thread_ts"]
    assert thread["channel_id"] == ada.dm.id


def test_the_agent_container_tells_what_the_person_looks_at(ada: Person, general: Channel, events: list[Json]) -> None:
    ada.looks_at(general)
    ada.looks_at()
    contexts = [body["event"]["context"] for body in events]
    assert contexts[0]["entities"][0]["value"] == general.id
    assert contexts[1] == {}


def test_stop_is_told(client: WebClient, ada: Person, events: list[Json]) -> None:
    question = ada.writes("?", ada.dm)
    ts = client.chat_startStream(channel=ada.dm.id, thread_ts=question.ts, markdown_text="x")["ts"]
    ada.stops(ada.sees(ada.dm)[-1])
    assert events[0]["event"]["streaming_message_ts"] == [ts]


def test_slack_tries_three_times_more_at_once_after_one_and_after_five_minutes(slack: FakeSlack, ada: Person) -> None:
    seen = answering(slack, 500, 500, 500, 500)
    slack.clock.freeze()
    began = slack.clock.now()
    delivery = ada.writes_to_app("hello").run_retries()
    assert not delivery.ok
    assert [headers.get("X-Slack-Retry-Num") for headers in seen] == [None, "1", "2", "3"]
    assert {headers.get("X-Slack-Retry-Reason") for headers in seen[1:]} == {"http_error"}
    assert slack.clock.now() - began == 360


def test_retries_end_with_the_first_acknowledgement(slack: FakeSlack, ada: Person) -> None:
    seen = answering(slack, 500, 200)
    assert ada.writes_to_app("hello").run_retries().ok
    assert len(seen) == 2


def test_an_app_can_ask_for_no_retries(slack: FakeSlack, ada: Person) -> None:
    seen = answering(slack, 500, headers={"X-Slack-No-Retry": "1"})
    ada.writes_to_app("hello").run_retries()
    assert len(seen) == 1


def test_all_deliveries_of_an_event_share_its_id(ada: Person, events: list[Json]) -> None:
    delivery = ada.writes_to_app("hello")
    delivery.send(1, "http_timeout")
    assert [body["event_id"] for body in events] == [delivery.event_id] * 2
    assert ada.writes_to_app("again").event_id != delivery.event_id


def test_an_uninstallation_ends_the_tokens_and_is_told(
    acme: Workspace, client: WebClient, ada: Person, events: list[Json]
) -> None:
    acme.user_token(ada, {"users:read"})
    assert all(delivery.ok for delivery in acme.uninstall())
    revoked, removed = [body["event"] for body in events]
    assert revoked["tokens"] == {"oauth": [ada.id], "bot": [acme.bot.id]}
    assert removed["type"] == "app_uninstalled"


def test_the_app_hears_its_own_messages_when_slack_sends_them(
    slack: FakeSlack, acme: Workspace, client: WebClient, ada: Person, events: list[Json]
) -> None:
    client.chat_postMessage(channel=ada.dm.id, text="mine")
    client.chat_postEphemeral(channel=ada.dm.id, user=ada.id, text="private")
    (delivery,) = slack.outbox.flush()
    assert (delivery.ok, delivery.payload["event"]["bot_id"]) == (True, acme.bot.bot_id)
    assert events == []  # Bolt leaves out what the app itself did


def test_any_other_event_can_be_sent(acme: Workspace, ada: Person, events: list[Json]) -> None:
    assert acme.event({"type": "team_join", "user": {"id": ada.id}}).ok
    assert events[0]["event"]["user"]["id"] == ada.id


def test_a_stranger_in_a_shared_channel_comes_from_another_company(
    slack: FakeSlack, acme: Workspace, ada: Person, events: list[Json]
) -> None:
    other = slack.workspace("Other", installed=False)
    stranger = other.person("Stran Ger")
    shared = acme.channel("shared", ada, stranger)
    stranger.mentions_app("hello", shared)
    (body,) = events
    assert (body["team_id"], body["event"]["user_team"]) == (acme.id, other.id)
    assert body["is_ext_shared_channel"] is True


def test_a_stranger_can_click_and_get_a_modal_of_the_workspace_that_has_the_app(
    slack: FakeSlack, acme: Workspace, client: WebClient, ada: Person, app: App
) -> None:
    stranger = slack.workspace("Other", installed=False).person("Stran Ger")
    shared = acme.channel("shared", ada, stranger)
    heard: list[Json] = []

    def open_one(body: Json) -> None:
        heard.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=modal(submit=plain("Go"), callback_id="cb"))

    app.action("go")(open_one)
    app.view("cb")(lambda body: heard.append(body))
    client.chat_postMessage(channel=shared.id, text="x", blocks=[actions(button())])
    stranger.click(stranger.sees(shared)[0], "go")
    stranger.submit()
    click, submission = heard
    assert (click["team"]["id"], click["user"]["team_id"]) == (acme.id, stranger.user.team.id)
    assert submission["view"]["app_installed_team_id"] == acme.id


def test_the_app_is_told_when_it_gets_too_many_events(slack: FakeSlack, acme: Workspace) -> None:
    answering(slack, 200)
    ack = acme.limits_events()
    assert (ack.ok, ack.payload["type"], ack.payload["minute_rate_limited"] % 60) == (True, "app_rate_limited", 0)


def test_an_organization_installs_once_for_all_its_workspaces(slack: FakeSlack) -> None:
    grid = slack.organization("Grid")
    one, two = slack.workspace("One", grid, installed=False), slack.workspace("Two", grid, installed=False)
    app = new_app(slack, one.install(org_wide=True).token, process_before_response=True)
    slack.connect(handler_of(app))
    heard: list[Json] = []
    app.event("message")(lambda body: heard.append(body))
    app.command("/draft")(lambda body: heard.append(body))
    app.shortcut("short")(lambda body: heard.append(body))
    person = two.person("Grace Hopper")
    person.writes_to_app("hello")
    person.slash("/draft")
    person.shortcut("short")
    event, command, shortcut = heard
    assert (shortcut["team"], shortcut["user"]["team_id"], shortcut["enterprise"]["id"]) == (None, two.id, grid.id)
    assert (event["enterprise_id"], event["team_id"]) == (grid.id, two.id)
    assert event["authorizations"][0]["is_enterprise_install"] is True
    assert (command["enterprise_id"], command["is_enterprise_install"]) == (grid.id, "true")


@pytest.mark.parametrize("way", ["forged", "tampered", "missing", "stale"])
def test_wrong_signatures_reach_nobody(slack: FakeSlack, ada: Person, events: list[Json], way: str) -> None:
    with getattr(slack.signatures, way)():
        attempt = ada.writes_to_app("hello").attempts[0]
    assert (attempt.status, attempt.json) == (401, {"error": "invalid request"})
    assert events == []
    assert ada.writes_to_app("hello").ok


def test_a_signature_ahead_of_time_is_as_wrong_as_a_stale_one(
    slack: FakeSlack, ada: Person, events: list[Json]
) -> None:
    for seconds, status in ((299, 200), (-299, 200), (302, 401), (-302, 401)):
        with slack.signatures.stale(seconds):
            assert ada.writes_to_app("hello").attempts[0].status == status


def test_a_duplicate_is_signed_anew_and_a_replay_is_the_very_same(slack: FakeSlack, ada: Person) -> None:
    seen = answering(slack, 200, 200, 200)
    with slack.signatures.stale(100):
        ack = ada.slash("/draft", "x")
    slack.deliver_again(ack)
    slack.replay(ack)
    stamps = [headers["X-Slack-Request-Timestamp"] for headers in seen]
    assert stamps[0] == stamps[2] != stamps[1]
