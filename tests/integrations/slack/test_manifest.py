"""The manifest says what the app answers, in the form that Slack takes.

`python -m tests.integrations.slack.test_manifest` writes deploy/slack/manifest.yaml again.
"""

import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.recipes.loader import load_recipes
from integrations.slack.listeners.table import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, SUBMISSIONS
from integrations.slack.manifest import REVISION, SCOPES, bot_scopes, make_manifest, to_yaml
from tests.fakes.slack.manifest_rules import faults_in_manifest

FILE = Path(__file__).parents[3] / "deploy/slack/manifest.yaml"
HEAD = """\
# Made from integrations/slack/listeners/table.py; written by `python -m tests.integrations.slack.test_manifest`.
# Replace https://inlaid.example.com by your address; `inlaid slack manifest --url ...` does that for you.
"""
# Slack's limits: https://docs.slack.dev/reference/app-manifest
KNOWN = {
    "": {"_metadata", "display_information", "features", "oauth_config", "settings"},
    "features": {"app_home", "bot_user", "shortcuts", "slash_commands", "agent_view", "assistant_view"},
    "oauth_config": {"redirect_urls", "scopes"},
    "settings": {
        "event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled",
    },
}  # fmt: skip
RECIPES = frozenset(load_recipes())
KINDS = [
    make_manifest(RECIPES),
    make_manifest(RECIPES, socket_mode=True),
    make_manifest(RECIPES, agent=False),
    make_manifest(RECIPES, one_workspace=True),
]


def expected_file() -> str:
    return HEAD + to_yaml(make_manifest(RECIPES))


def test_the_file_is_what_the_listeners_say() -> None:
    assert FILE.read_text() == expected_file()


def test_what_the_manifest_says_has_a_revision_of_its_own() -> None:
    """When this fails, what the manifest says has changed: raise REVISION, and write the new digest down here."""
    said = "".join(to_yaml(kind).replace(f"minor_version: {REVISION}", "") for kind in KINDS)
    assert (REVISION, hashlib.sha256(said.encode()).hexdigest()[:16]) == (2, "555615acbfbbd83a")
    assert {kind["_metadata"]["minor_version"] for kind in KINDS} == {REVISION}


def test_a_token_that_is_set_by_hand_does_not_expire() -> None:
    """A fixed bot token cannot be renewed, and one workspace sends nobody through OAuth."""
    kinds = {"many": KINDS[0], "socket": KINDS[1], "one": KINDS[3]}
    assert {name: kind["settings"]["token_rotation_enabled"] for name, kind in kinds.items()} == {
        "many": True, "socket": False, "one": False
    }  # fmt: skip
    assert {name for name, kind in kinds.items() if "redirect_urls" in kind["oauth_config"]} == {"many"}


@pytest.mark.parametrize("manifest", KINDS)
def test_the_yaml_reads_back_as_the_same_manifest(manifest: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(manifest)) == manifest


@pytest.mark.parametrize("manifest", KINDS)
def test_every_part_is_known_and_within_slacks_limits(manifest: dict[str, Any]) -> None:
    assert set(manifest) == KNOWN[""]
    for part in ("features", "oauth_config", "settings"):
        assert set(manifest[part]) <= KNOWN[part]
    features = manifest["features"]
    assert len(features["shortcuts"]) <= 10
    assert len(features["slash_commands"]) <= 50
    assert all(len(feature["name"]) <= 24 and len(feature["description"]) <= 150 for feature in features["shortcuts"])
    assert all(
        len(feature["command"]) <= 32 and feature["command"].startswith("/") for feature in features["slash_commands"]
    )
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(features.get("agent_view", {}).get("agent_description", "")) <= 300


@pytest.mark.parametrize("manifest", KINDS)
def test_slack_would_take_it(manifest: dict[str, Any]) -> None:
    assert faults_in_manifest(manifest) == []


def test_every_command_and_shortcut_that_is_answered_is_named() -> None:
    features = make_manifest(RECIPES | {"ask"})["features"]
    assert [feature["command"] for feature in features["slash_commands"]] == [command.name for command in COMMANDS]
    assert [feature["callback_id"] for feature in features["shortcuts"]] == [
        shortcut.callback_id for shortcut in SHORTCUTS
    ]


def test_a_command_whose_recipe_is_not_installed_is_not_offered() -> None:
    features = make_manifest(RECIPES - {"ask"})["features"]
    assert "/ask" not in [feature["command"] for feature in features["slash_commands"]]


def test_the_two_kinds_of_pane_share_every_other_event() -> None:
    agent, assistant = (
        make_manifest(RECIPES, agent=agent)["settings"]["event_subscriptions"]["bot_events"] for agent in (True, False)
    )
    assert set(agent) | set(assistant) == {event.name for event in EVENTS}
    assert {"message.im", "app_mention", "app_home_opened", "tokens_revoked"} <= set(agent) & set(assistant)


def test_socket_mode_needs_no_address() -> None:
    assert "https://" not in to_yaml(make_manifest(RECIPES, socket_mode=True))


def test_each_scope_has_a_reason_and_none_lets_the_app_read_everything() -> None:
    assert set(bot_scopes()) >= set(SCOPES)
    assert all(len(reason) > 10 for reason in SCOPES.values())
    assert not {"channels:join", "search:read", "admin"} & set(bot_scopes())


def test_no_id_is_listed_twice() -> None:
    for table in (
        [command.name for command in COMMANDS],
        [shortcut.callback_id for shortcut in SHORTCUTS],
        [submission.callback_id for submission in SUBMISSIONS],
        [action.action_id for action in ACTIONS],
        [event.name for event in EVENTS],
    ):
        assert len(table) == len(set(table))


if __name__ == "__main__":
    FILE.write_text(expected_file())
