"""apps.manifest.validate through the real client: a manifest passes, and each fault is named with its place."""

import copy
import json
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.samples import refusal
from tests.fakes.slack.workspace import Workspace

COMMAND = {"command": "/draft", "description": "Draft a text", "should_escape": False}
SHORTCUT = {"name": "Summarize", "type": "message", "callback_id": "summarize", "description": "Summarize this"}
GOOD: Json = {
    "_metadata": {"major_version": 2},
    "display_information": {"name": "Inlaid", "background_color": "#112233"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "bot_user": {"display_name": "Inlaid"},
        "shortcuts": [SHORTCUT],
        "slash_commands": [COMMAND],
        "agent_view": {"agent_description": "Writes"},
    },
    "oauth_config": {"scopes": {"bot": ["commands"]}},
    "settings": {"interactivity": {"is_enabled": True}, "socket_mode_enabled": True},
}


@pytest.fixture
def validator(slack: FakeSlack, acme: Workspace) -> WebClient:
    return WebClient(acme.config_grant(acme.person()).token, base_url=slack.api_url)


def test_a_good_manifest_passes(validator: WebClient) -> None:
    assert validator.apps_manifest_validate(manifest=json.dumps(GOOD))["ok"]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/display_information/name", "x" * 36),
        ("/display_information/description", "x" * 141),
        ("/display_information/background_color", "red"),
        ("/features/slash_commands", [COMMAND] * 51),
        ("/features/slash_commands/0/command", "draft"),
        ("/features/shortcuts", [SHORTCUT] * 11),
        ("/features/shortcuts/0/name", "x" * 25),
        ("/features/shortcuts/0/type", "channel"),
        ("/features/bot_user/display_name", "x" * 81),
        ("/features/agent_view/agent_description", "x" * 301),
        ("/settings/interactivity/is_enabled", "yes"),
    ],
)
def test_a_fault_is_named_with_its_place(validator: WebClient, pointer: str, value: Any) -> None:
    manifest: Any = copy.deepcopy(GOOD)
    *path, last = pointer.strip("/").split("/")
    place = manifest
    for step in path:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value
    with pytest.raises(SlackApiError) as caught:
        validator.apps_manifest_validate(manifest=json.dumps(manifest))
    assert caught.value.response["error"] == "invalid_manifest"
    assert [error["pointer"] for error in caught.value.response["errors"]] == [pointer]


def test_unknown_fields_are_faults_everywhere(validator: WebClient) -> None:
    manifest = {**GOOD, "settings": {**GOOD["settings"], "socket_mode": True}}
    with pytest.raises(SlackApiError) as caught:
        validator.apps_manifest_validate(manifest=json.dumps(manifest))
    (error,) = caught.value.response["errors"]
    assert error == {"message": "invalid additional property: socket_mode", "pointer": "/settings"}


def test_only_a_configuration_token_validates(client: WebClient) -> None:
    assert refusal(client.apps_manifest_validate, manifest="{}") == "not_allowed_token_type"
