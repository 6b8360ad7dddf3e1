"""People through the real client: names and addresses, guests, strangers, leavers; and tokens that do not work."""

from typing import Any

import pytest
from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.samples import refusal
from tests.fakes.slack.workspace import Workspace


def test_a_user_has_names_zone_and_locale(acme: Workspace, client: WebClient) -> None:
    person = acme.person(
        "Zoë Ångström", email="zoe@x.example", tz="America/New_York", tz_offset_seconds=-18000, locale="de-DE"
    )
    user = client.users_info(user=person.id, include_locale=True)["user"]
    assert (user["real_name"], user["profile"]["email"], user["locale"]) == ("Zoë Ångström", "zoe@x.example", "de-DE")
    assert (user["tz"], user["tz_offset"]) == ("America/New_York", -18000)
    assert "locale" not in client.users_info(user=person.id)["user"]


@pytest.mark.parametrize("field", ["is_restricted", "is_ultra_restricted"])
def test_guests_are_marked(acme: Workspace, client: WebClient, field: str) -> None:
    guest = acme.person("Guest")
    setattr(guest.user, field, True)
    user = client.users_info(user=guest.id)["user"]
    assert user["is_restricted"]
    assert user["is_ultra_restricted"] == (field == "is_ultra_restricted")


def test_a_leaver_is_found_by_id_and_not_by_address(acme: Workspace, client: WebClient) -> None:
    leaver = acme.person("Le Aver", deactivated=True)
    assert client.users_info(user=leaver.id)["user"]["deleted"]
    assert refusal(client.users_lookupByEmail, email=leaver.user.email) == "users_not_found"


def test_somebody_is_found_by_address_whatever_its_case(client: WebClient, ada: Person) -> None:
    assert client.users_lookupByEmail(email=ada.user.email.upper())["user"]["id"] == ada.id
    assert refusal(client.users_lookupByEmail, email="nobody@x.example") == "users_not_found"


def test_an_address_needs_its_scope(slack: FakeSlack, acme: Workspace, ada: Person) -> None:
    acme.install({"users:read"})
    client = WebClient(acme.bot_token, base_url=slack.api_url)
    assert "email" not in client.users_info(user=ada.id)["user"]["profile"]
    assert refusal(client.users_lookupByEmail, email=ada.user.email) == "missing_scope"


def test_strangers_are_visible_once_they_share_a_channel(
    slack: FakeSlack, acme: Workspace, client: WebClient, ada: Person
) -> None:
    stranger = slack.workspace("Other", installed=False).person("Stran Ger")
    assert refusal(client.users_info, user=stranger.id) == "user_not_found"
    shared = acme.channel("shared", ada, stranger)
    shown = client.users_info(user=stranger.id)["user"]
    assert (shown["team_id"], "is_stranger" in shown) == (stranger.user.team.id, False)
    channel = client.conversations_info(channel=shared.id)["channel"]
    assert channel["is_ext_shared"]
    assert stranger.user.team.id in channel["shared_team_ids"]


def test_everybody_is_listed(acme: Workspace, client: WebClient, ada: Person, grace: Person) -> None:
    members = [member["id"] for page in client.users_list(limit=1) for member in page["members"]]
    assert set(members) == {ada.id, grace.id, acme.bot.id}


def test_the_app_knows_itself_its_bot_and_its_workspace(acme: Workspace, client: WebClient) -> None:
    me = client.auth_test()
    assert (me["team_id"], me["user_id"], me["bot_id"]) == (acme.id, acme.bot.id, acme.bot.bot_id)
    assert client.bots_info(bot=me["bot_id"])["bot"]["user_id"] == acme.bot.id
    assert client.team_info()["team"]["domain"] == "acme"
    assert refusal(client.bots_info, bot="B404") == "bot_not_found"


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-unknown", "invalid_auth")])
def test_tokens_that_never_were(slack: FakeSlack, token: str, error: str) -> None:
    assert refusal(WebClient(token, base_url=slack.api_url).auth_test) == error


def test_tokens_that_ended(slack: FakeSlack, acme: Workspace, client: WebClient) -> None:
    other = WebClient(slack.workspace("Other").bot_token, base_url=slack.api_url)
    acme.revoke_tokens()
    assert refusal(client.auth_test) == "token_revoked"
    assert other.auth_test()["ok"]
    fresh = WebClient(acme.install().token, base_url=slack.api_url)
    assert fresh.auth_test()["ok"]
    acme.uninstall()
    assert refusal(fresh.auth_test) == "account_inactive"


def test_the_token_of_somebody_who_left_does_not_work(slack: FakeSlack, acme: Workspace, ada: Person) -> None:
    client = WebClient(acme.user_token(ada, {"users:read"}), base_url=slack.api_url)
    assert client.users_info(user=ada.id)["ok"]
    ada.user.deactivated = True
    assert refusal(client.users_info, user=ada.id) == "account_inactive"


def test_a_workspace_cannot_reach_into_another(slack: FakeSlack, client: WebClient) -> None:
    other = slack.workspace("Other")
    person = other.person("Some Body")
    channel = other.channel("general", person)
    assert refusal(client.chat_postMessage, channel=channel.id, text="x") == "channel_not_found"
    assert refusal(client.chat_postMessage, channel=person.id, text="x") == "channel_not_found"
    assert refusal(client.users_info, user=person.id) == "user_not_found"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMesage", {}, "unknown_method"),
        ("views.open", {"view": "{}"}, "not_allowed_token_type"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
    ],
)
def test_methods_know_their_names_and_tokens(
    slack: FakeSlack, acme: Workspace, ada: Person, method: str, arguments: dict[str, Any], error: str
) -> None:
    client = WebClient(acme.user_token(ada, {"chat:write"}), base_url=slack.api_url)
    assert refusal(client.api_call, method, params=arguments) == error


def test_an_org_wide_token_acts_in_every_workspace_of_the_organization(slack: FakeSlack) -> None:
    grid = slack.organization("Grid")
    one, two = slack.workspace("One", grid, installed=False), slack.workspace("Two", grid, installed=False)
    elsewhere = slack.workspace("Elsewhere")
    client = WebClient(one.install(org_wide=True).token, base_url=slack.api_url)
    me = client.auth_test()
    assert (me["is_enterprise_install"], me["enterprise_id"], me["team_id"]) == (True, grid.id, grid.id)
    for workspace in (one, two):
        channel = workspace.channel("general", workspace.person())
        assert client.chat_postMessage(channel=channel.id, text="x", team_id=workspace.id)["ok"]
        assert workspace.is_org_wide
    assert client.users_list(team_id=two.id)["ok"]
    assert refusal(client.users_list) == "missing_argument"
    assert refusal(client.users_list, team_id=elsewhere.id) == "team_access_not_granted"
    assert refusal(client.chat_postMessage, channel="general", text="x") == "team_not_found"
