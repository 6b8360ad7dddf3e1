"""What a pasted value may look like, and what is said of one that cannot be right."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from core.errors import InputError
from core.settings import Settings
from integrations.cli.setup.env_file import EnvFile
from integrations.cli.setup.needs import (
    ADMINS,
    GOOGLE_CLIENT_ID,
    MICROSOFT_CLIENT_ID,
    MICROSOFT_CLIENT_SECRET,
    MICROSOFT_TENANT_ID,
    PUBLIC_URL,
    SLACK_APP_TOKEN,
    SLACK_BOT_TOKEN,
    SLACK_SIGNING_SECRET,
    SetupNeed,
    SetupPart,
    Way,
    begun_parts,
    missing_of,
    needs_of,
    origin_of,
    read_answer,
    way_of,
)
from integrations.cli.setup.state import State

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    "pasted",
    ["xoxb-1-2-a", "  xoxb-1-2-a\n", '"xoxb-1-2-a"', "'xoxb-1-2-a' ", "“xoxb-1-2-a”", "`xoxb-1-2-a`",
     "INLAID_SLACK_BOT_TOKEN=xoxb-1-2-a", "export INLAID_SLACK_BOT_TOKEN='xoxb-1-2-a'"],
)  # fmt: skip
def test_a_value_may_be_pasted_with_what_stands_around_it(pasted: str) -> None:
    assert read_answer(SLACK_BOT_TOKEN, (), pasted) == (SLACK_BOT_TOKEN, "xoxb-1-2-a")


@pytest.mark.parametrize(
    ("need", "pasted", "said"),
    [
        (SLACK_BOT_TOKEN, "xapp-1-canary", "begins with xoxb-"),
        (SLACK_APP_TOKEN, "xoxb-1-canary", "begins with xapp-"),
        (SLACK_SIGNING_SECRET, "xoxb-1234567890123456canary", "no token"),
        (MICROSOFT_CLIENT_SECRET, GUID, "not its Secret ID"),
        (MICROSOFT_TENANT_ID, "canary.onmicrosoft.com", "an id of the form"),
        (GOOGLE_CLIENT_ID, "canary", "googleusercontent"),
        (PUBLIC_URL, "http://canary.example.com", "https"),
        (PUBLIC_URL, "https://user:canary@inlaid.example.com", "https"),
        (PUBLIC_URL, "https://inlaid.example.com/?canary", "without"),
        (SLACK_BOT_TOKEN, "xoxb-1\ncanary", "line break"),
        (SLACK_BOT_TOKEN, "xoxb-1\x1b[31mcanary", "control character"),
        (SLACK_BOT_TOKEN, "xoxb-" + "canary" * 1000, "too long"),
        (SLACK_BOT_TOKEN, "INLAID_GOOGLE_CLIENT_ID=canary", "not asked for"),
        (SLACK_BOT_TOKEN, '"', "xoxb-"),
    ],
)
def test_what_cannot_be_right_is_refused_with_what_is_wanted_and_never_shown(
    need: SetupNeed, pasted: str, said: str
) -> None:
    with pytest.raises(InputError) as refused:
        read_answer(need, (), pasted)
    assert said in str(refused.value)
    assert "canary" not in str(refused.value)
    assert need.name in str(refused.value)


def test_a_line_that_a_script_printed_answers_the_setting_that_it_names() -> None:
    missing = needs_of(SetupPart.WORD, Way.SOCKET)
    assert read_answer(MICROSOFT_TENANT_ID, missing, f"INLAID_MICROSOFT_CLIENT_ID={GUID}") == (
        MICROSOFT_CLIENT_ID,
        GUID,
    )


def test_administrators_are_a_list() -> None:
    assert read_answer(ADMINS, (), "ann@example.com, bob@example.com")[1] == "ann@example.com, bob@example.com"
    assert ADMINS.value_of(Settings(admins=("a@b.example", "c@d.example"))) == "a@b.example,c@d.example"
    with pytest.raises(InputError):
        read_answer(ADMINS, (), "Ann Lee")
    with pytest.raises(InputError):
        read_answer(ADMINS, (), "ann@example.com;bob@example.com")


def test_whoever_gives_a_public_address_is_asked_who_administers() -> None:
    for part, way in ((part, way) for part in SetupPart for way in Way):
        needs = needs_of(part, way)
        assert (PUBLIC_URL in needs) == (ADMINS in needs)


def test_an_address_loses_its_last_slash() -> None:
    assert read_answer(PUBLIC_URL, (), "https://inlaid.example.com/")[1] == "https://inlaid.example.com"


def test_an_address_that_a_platform_could_not_use_is_missing() -> None:
    assert missing_of(SetupPart.GMAIL, Way.SOCKET, Settings(public_url="http://127.0.0.1:8000"))[0] is PUBLIC_URL
    assert PUBLIC_URL not in missing_of(SetupPart.GMAIL, Way.SOCKET, Settings(public_url="https://inlaid.example.com"))
    assert missing_of(SetupPart.IMAP, Way.SOCKET, Settings()) == ()


def test_administrators_by_group_need_not_be_listed() -> None:
    for role, is_asked in (("administrator", False), ("administrator@acme", False), ("analyst", True)):
        settings = Settings(group_roles=(f"{role}=IT",))
        assert (ADMINS in missing_of(SetupPart.WORD, Way.SOCKET, settings)) is is_asked
    state = State(
        (SetupPart.GMAIL,), Way.SOCKET, EnvFile(Path(".env"), ""), Settings(group_roles=("administrator=IT",))
    )
    assert state.to_json()["parts"][0]["set"] == {}


def test_the_settings_tell_what_was_begun_and_how_slack_is_reached() -> None:
    assert (begun_parts(Settings()), way_of(Settings())) == ((), None)
    assert begun_parts(Settings(microsoft_client_id=GUID)) == (SetupPart.WORD, SetupPart.OUTLOOK, SetupPart.MAIL)
    token = SecretStr("x")
    ways = {way_of(one) for one in (
        Settings(slack_app_token=token), Settings(slack_client_id="1.2"),
        Settings(slack_signing_secret=token, slack_bot_token=token),
    )}  # fmt: skip
    assert ways == set(Way)
    # Many workspaces begin with it, too: it was given when the conversation broke off.
    assert way_of(Settings(slack_signing_secret=token)) is None


def test_where_a_setting_comes_from_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert origin_of(PUBLIC_URL, (), Settings()) == ""
    there = Settings(public_url="https://a.example.com")
    assert origin_of(PUBLIC_URL, ("INLAID_PUBLIC_URL",), there) == ".env"
    monkeypatch.setenv("INLAID_PUBLIC_URL", "https://a.example.com")
    assert origin_of(PUBLIC_URL, (), there) == "environment"
    secret = Settings(slack_bot_token=SecretStr("x"))
    assert origin_of(SLACK_BOT_TOKEN, ("INLAID_SLACK_BOT_TOKEN_FILE",), secret) == "file"


def test_each_need_is_a_setting_and_is_secret_where_the_setting_is() -> None:
    needs = {need for part in SetupPart for way in Way for need in needs_of(part, way)}
    assert len(needs) == 12
    for need in needs:
        value = getattr(Settings(), need.name.removeprefix("INLAID_").lower())
        assert isinstance(value, SecretStr) is need.is_secret, need.name
