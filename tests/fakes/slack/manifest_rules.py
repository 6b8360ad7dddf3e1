"""apps.manifest.validate: what Slack refuses in an app manifest (slackapi/manifest-schema, version 2)."""

import re

from tests.fakes.slack.call import Call
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.shapes import Anything, Chars, Flag, Items, OneOf, Record, Shape, Whole, wrong

MAX_URL_CHARS = 2000
WORDS = Items(Chars(255), 1000, 0)
URL = Chars(MAX_URL_CHARS)
PROMPTS = Items(Record({"title!": Chars(3000), "message!": Chars(3000)}), 4, 0)

DISPLAY = Record(
    {
        "name!": Chars(35),
        "description": Chars(140),
        "long_description": Chars(4000, 175),
        "background_color": Chars(7, 4),
    }
)
SHORTCUT = Record(
    {"name!": Chars(24), "type!": OneOf(("message", "global")), "callback_id!": Chars(255), "description!": Chars(150)}
)
COMMAND = Record(
    {
        "command!": Chars(32),
        "url": URL,
        "description!": Chars(2000),
        "usage_hint": Chars(1000, 0),
        "should_escape": Flag(),
    }
)
FEATURES = Record(
    {
        "app_home": Record(
            {
                "home_tab_enabled": Flag(),
                "messages_tab_enabled": Flag(),
                "messages_tab_read_only_enabled": Flag(),
            }
        ),
        "bot_user": Record({"display_name!": Chars(80), "always_online": Flag()}),
        "shortcuts": Items(SHORTCUT, 10, 0),
        "slash_commands": Items(COMMAND, 50, 0),
        "unfurl_domains": Items(Chars(255), 5, 0),
        "assistant_view": Record({"assistant_description!": Chars(300), "suggested_prompts": PROMPTS}),
        "agent_view": Record(
            {
                "agent_description": Chars(300),
                "suggested_prompts": PROMPTS,
                "actions": Items(Record({"name!": Chars(255), "description!": Chars(3000)}), 100, 0),
            }
        ),
    }
)
OAUTH = Record(
    {
        "redirect_urls": Items(URL, 1000, 0),
        "scopes": Record(dict.fromkeys(("bot", "user", "bot_optional", "user_optional"), WORDS)),
        "token_management_enabled": Flag(),
        "pkce_enabled": Flag(),
    }
)
EVENT_NAMES = Items(Chars(255), 100, 0)
FLAGS: dict[str, Shape] = {
    name: Flag()
    for name in (
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
        "is_hosted",
        "is_mcp_enabled",
    )
}
SETTINGS = Record(
    {
        **FLAGS,
        "event_subscriptions": Record(
            {
                "request_url": URL,
                "bot_events": EVENT_NAMES,
                "user_events": EVENT_NAMES,
                "metadata_subscriptions": Anything(),
            }
        ),
        "interactivity": Record({"is_enabled!": Flag(), "request_url": URL, "message_menu_options_url": URL}),
        "allowed_ip_address_ranges": WORDS,
        "function_runtime": Chars(64),
        "incoming_webhooks": Anything(),
    }
)
MANIFEST = Record(
    {
        "_metadata": Record({"major_version": Whole(1, 2), "minor_version": Whole()}),
        "display_information!": DISPLAY,
        "features": FEATURES,
        "oauth_config": OAUTH,
        "settings": SETTINGS,
    }
)


def validate_manifest(call: Call) -> Json:
    """apps.manifest.validate: nothing, or every fault with its place."""
    faults = faults_in_manifest(call.structure("manifest"))
    if faults:
        raise Refused("invalid_manifest", errors=faults)
    return {"errors": []}


def faults_in_manifest(manifest: object) -> list[Json]:
    """Return what Slack would refuse in a manifest, each with `message` and `pointer`."""
    found = list(MANIFEST.check(manifest, ""))
    if not found and isinstance(manifest, dict):
        found += faults_between_parts(manifest)
    return [{"message": message, "pointer": pointer} for message, pointer in map(parted, found)]


def faults_between_parts(manifest: Json) -> list[str]:
    """Return what is wrong with values that are long or short enough."""
    faults = []
    colour = manifest["display_information"].get("background_color", "#000000")
    if not re.fullmatch(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?", colour):
        faults.append(wrong("must be a colour", "/display_information/background_color"))
    for number, command in enumerate(manifest.get("features", {}).get("slash_commands", [])):
        if not re.fullmatch(r"/\S+", command["command"]):
            faults.append(wrong("must begin with a slash", f"/features/slash_commands/{number}/command"))
    return faults


def parted(fault: str) -> tuple[str, str]:
    """Return a complaint's message and pointer."""
    message, _, pointer = fault.partition(" [json-pointer:")
    return message, pointer.rstrip("]")
