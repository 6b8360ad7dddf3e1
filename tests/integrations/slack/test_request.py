"""The installation that a request came through, its person and place; nothing of it has to be there."""

import json
from typing import Any

import pytest

from integrations.slack.request import (
    SlackInstallation,
    SlackRequest,
    at_installation,
    private_metadata,
    read_request,
    with_installation,
)

COMMAND = {"team_id": "T1", "user_id": "U1", "channel_id": "C1", "trigger_id": "1.2", "response_url": "https://h"}
CLICK = {
    "type": "block_actions",
    "team": {"id": "T1", "enterprise_id": "E1"},
    "user": {"id": "U1", "team_id": "T2"},
    "container": {"channel_id": "C1"},
    "actions": [{"action_id": "edit", "value": "job"}, {"value": "other"}],
}
EVENT = {
    "team_id": "T9",
    "authorizations": [{"team_id": "T1", "enterprise_id": None, "is_enterprise_install": False}],
    "event": {"type": "message", "user": "U1", "channel": "D1", "team": "T9"},
}


def test_a_command_names_its_parts_on_top() -> None:
    request = read_request(COMMAND)
    assert (request.team, request.user, request.channel) == ("T1", "U1", "C1")
    assert (request.trigger_id, request.response_url, request.enterprise) == ("1.2", "https://h", "")


def test_of_a_button_the_first_element_counts_and_the_persons_own_workspace_is_told() -> None:
    request = read_request(CLICK)
    assert (request.team, request.enterprise, request.user_team) == ("T1", "E1", "T2")
    assert (request.channel, request.action_value) == ("C1", "job")


def test_an_event_belongs_to_the_installation_that_is_authorized() -> None:
    request = read_request(EVENT)
    assert (request.team, request.user, request.channel, request.user_team) == ("T1", "U1", "D1", "")


def test_in_a_shared_channel_the_workspace_on_top_may_be_anothers() -> None:
    shared = {**EVENT, "is_ext_shared_channel": True, "authorizations": [{"enterprise_id": "E1"}]}
    request = read_request(shared)
    assert (request.team, request.enterprise, request.user_team) == ("E1", "E1", "T9")


def test_an_event_of_a_whole_organisation_says_so() -> None:
    authorization = {"team_id": "", "enterprise_id": "E1", "is_enterprise_install": True}
    request = read_request({**EVENT, "team_id": "", "authorizations": [authorization]})
    assert (request.team, request.is_org_wide) == ("E1", True)


ONE = SlackInstallation("T1", "")
GRID = SlackInstallation("T1", "E1")
ORG = SlackInstallation("E1", "E1", is_org_wide=True)


@pytest.mark.parametrize(
    ("own", "named", "expected"),
    [
        (ONE, ("T1", "", ""), ("T1", "", "")),
        (ONE, ("T1", "", "T9"), ("T1", "", "T9")),
        # What names another workspace is of somebody from there.
        (ONE, ("T9", "", ""), ("T1", "", "T9")),
        (ONE, ("T9", "E9", ""), ("T1", "", "T9")),
        (ONE, ("T9", "E9", "T8"), ("T1", "", "T8")),
        (ONE, ("", "", ""), ("T1", "", "")),
        (GRID, ("T1", "E1", "T2"), ("T1", "E1", "T2")),
        # Another workspace of one's own organisation says nothing of who it is.
        (GRID, ("T2", "E1", ""), ("T1", "E1", "")),
        (GRID, ("T9", "E9", ""), ("T1", "E1", "T9")),
        (GRID, ("T9", "", ""), ("T1", "E1", "T9")),
        (ORG, ("T1", "E1", ""), ("T1", "E1", "")),
        (ORG, ("E1", "E1", ""), ("E1", "E1", "")),
        (ORG, ("T9", "E9", ""), ("E1", "E1", "T9")),
    ],
)
def test_with_one_installation_requests_are_its_own_whatever_they_name(
    own: SlackInstallation, named: tuple[str, str, str], expected: tuple[str, str, str]
) -> None:
    team, enterprise, user_team = named
    request = at_installation(SlackRequest({}, team, "U1", enterprise, user_team), own)
    assert (request.team, request.enterprise, request.user_team) == expected


def test_a_view_belongs_to_the_installation_that_opened_it() -> None:
    opened = with_installation(SlackRequest({}, "T1", "U1", "E1"), {"type": "modal", "private_metadata": '{"job":"7"}'})
    assert private_metadata(opened) == {"team": "T1", "enterprise": "E1", "job": "7"}
    request = read_request({"team": {"id": "T2"}, "user": {"id": "U1"}, "view": opened})
    assert (request.team, request.enterprise) == ("T1", "E1")


def test_a_view_without_our_names_is_that_of_where_the_app_is_installed() -> None:
    body = {"team": {"id": "T2"}, "user": {"id": "U1"}, "view": {"app_installed_team_id": "T1"}}
    assert read_request(body).team == "T1"


@pytest.mark.parametrize("text", ["", "not json", "[1]", json.dumps("x"), None, 3])
def test_metadata_that_is_not_ours_is_empty(text: Any) -> None:
    assert private_metadata({"private_metadata": text}) == {}


@pytest.mark.parametrize("broken", ["team", "user", "container", "actions", "event", "authorizations", "view"])
@pytest.mark.parametrize("value", [None, 3, "x", [], [3], {}])
def test_broken_parts_are_missing_parts(broken: str, value: Any) -> None:
    request = read_request({**CLICK, **EVENT, broken: value})
    assert {type(part) for part in (request.team, request.user, request.channel, request.action_value)} == {str}
