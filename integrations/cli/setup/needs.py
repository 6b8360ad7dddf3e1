"""What each platform needs: its settings, where a person finds each, and what a value of it looks like."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.errors import InputError
from core.settings.secret_files import file_variable
from core.text.catalogues import N_

if TYPE_CHECKING:
    from core.settings import Settings

MAX_VALUE_CHARS = 4096
# Straight ones, and those that chats and word processors make of them.
_QUOTES = "'\"`\u201c\u201d\u2018\u2019\u00ab\u00bb"
_GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class SetupPart(StrEnum):
    """What can be set up."""

    SLACK = "slack"
    WORD = "word"
    OUTLOOK = "outlook"
    MAIL = "mail"
    GMAIL = "gmail"
    IMAP = "imap"


class Way(StrEnum):
    """How Slack and Inlaid meet: Inlaid connects, Slack calls, or Slack calls and any workspace installs."""

    SOCKET = "socket"
    HTTPS = "https"
    MANY = "many"


OF_MICROSOFT = (SetupPart.WORD, SetupPart.OUTLOOK, SetupPart.MAIL)
TITLES = N_(
    {
        SetupPart.SLACK: "Slack",
        SetupPart.WORD: "Word (Microsoft 365)",
        SetupPart.OUTLOOK: "Outlook (Microsoft 365)",
        SetupPart.MAIL: "mail at Microsoft 365",
        SetupPart.GMAIL: "mail at Gmail or Google Workspace",
        SetupPart.IMAP: "mail at any IMAP server",
    }
)


@dataclass(frozen=True)
class SetupNeed:
    """A setting that a person has to give.

    Attributes:
        name: the variable.
        where: where its value is found.
        form: what a value looks like, in words.
        pattern: the same as a regular expression.
        is_secret: it is neither shown nor echoed.
    """

    name: str
    where: str
    form: str
    pattern: str
    is_secret: bool = False

    def value_of(self, settings: "Settings") -> str:
        """Return the value that is in force, "" for none."""
        value = getattr(settings, self.name.removeprefix("INLAID_").lower())
        if isinstance(value, tuple):
            return ",".join(value)
        return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)


PUBLIC_URL = SetupNeed(
    "INLAID_PUBLIC_URL",
    "the https address at which your reverse proxy or tunnel answers for the web process",
    "an https address without ? and #",
    r"https://[^\s/?#@]+(/[^\s?#]*)?",
)
SLACK_APP_TOKEN = SetupNeed(
    "INLAID_SLACK_APP_TOKEN",
    "Basic Information > App-Level Tokens > Generate, with the scope connections:write",
    "a token that begins with xapp-",
    r"xapp-\S+",
    is_secret=True,
)
SLACK_BOT_TOKEN = SetupNeed(
    "INLAID_SLACK_BOT_TOKEN",
    "Install App > Bot User OAuth Token, after the app was installed",
    "a token that begins with xoxb-",
    r"xoxb-\S+",
    is_secret=True,
)
SLACK_SIGNING_SECRET = SetupNeed(
    "INLAID_SLACK_SIGNING_SECRET",
    "Basic Information > App Credentials > Signing Secret",
    "about 32 letters and digits, and no token (xoxb-, xapp-)",
    r"(?!xox|xapp)[0-9A-Za-z]{16,}",
    is_secret=True,
)
SLACK_CLIENT_ID = SetupNeed(
    "INLAID_SLACK_CLIENT_ID",
    "Basic Information > App Credentials > Client ID",
    "two numbers with a dot between",
    r"\d+\.\d+",
)
SLACK_CLIENT_SECRET = SetupNeed(
    "INLAID_SLACK_CLIENT_SECRET",
    "Basic Information > App Credentials > Client Secret",
    "about 32 letters and digits",
    r"(?!xox|xapp)[0-9A-Za-z]{16,}",
    is_secret=True,
)
MICROSOFT_TENANT_ID = SetupNeed(
    "INLAID_MICROSOFT_TENANT_ID",
    "the script prints it; by hand: App registration > Overview > Directory (tenant) ID",
    "an id of the form 01234567-89ab-cdef-0123-456789abcdef",
    _GUID,
)
MICROSOFT_CLIENT_ID = SetupNeed(
    "INLAID_MICROSOFT_CLIENT_ID",
    "the script prints it; by hand: App registration > Overview > Application (client) ID",
    MICROSOFT_TENANT_ID.form,
    _GUID,
)
MICROSOFT_CLIENT_SECRET = SetupNeed(
    "INLAID_MICROSOFT_CLIENT_SECRET",
    "the script prints it once; by hand: Certificates & secrets > New client secret > Value",
    "the secret's Value, not its Secret ID, which is a plain id",
    rf"(?!{_GUID}$)\S{{8,}}",
    is_secret=True,
)
ADMINS = SetupNeed(
    "INLAID_ADMINS",
    "the address with which you sign in, and those of other administrators, with commas: else nobody sees models, "
    "people and audit in the console",
    "mail addresses, or object ids of Entra, with commas between",
    r"[^\s,;]+(, ?[^\s,;]+)*",
)
GOOGLE_CLIENT_ID = SetupNeed(
    "INLAID_GOOGLE_CLIENT_ID",
    "Google Auth Platform > Clients > your client > Client ID",
    "it ends with .apps.googleusercontent.com",
    r"\S+\.apps\.googleusercontent\.com",
)
GOOGLE_CLIENT_SECRET = SetupNeed(
    "INLAID_GOOGLE_CLIENT_SECRET",
    "the same page > Client secret",
    "a word of at least 8 signs",
    r"(?!\S*googleusercontent)\S{8,}",
    is_secret=True,
)
_SLACK = {
    Way.SOCKET: (SLACK_APP_TOKEN, SLACK_BOT_TOKEN),
    Way.HTTPS: (PUBLIC_URL, SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN, ADMINS),
    Way.MANY: (PUBLIC_URL, SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, ADMINS),
}
_MICROSOFT = (PUBLIC_URL, MICROSOFT_TENANT_ID, MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET, ADMINS)


def needs_of(part: SetupPart, way: Way) -> tuple[SetupNeed, ...]:
    """Return what a part needs, in the order in which it is come by."""
    if part is SetupPart.SLACK:
        return _SLACK[way]
    if part in OF_MICROSOFT:
        return _MICROSOFT
    return (PUBLIC_URL, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, ADMINS) if part is SetupPart.GMAIL else ()


def missing_of(part: SetupPart, way: Way, settings: "Settings") -> tuple[SetupNeed, ...]:
    """Return what a part still needs: what is not set, and an address that the platform could not use."""

    def is_met(need: SetupNeed) -> bool:
        if need is ADMINS:
            return settings.has_administrator
        value = need.value_of(settings)
        return value.startswith("https://") if need is PUBLIC_URL else bool(value)

    return tuple(need for need in needs_of(part, way) if not is_met(need))


def begun_parts(settings: "Settings") -> tuple[SetupPart, ...]:
    """Return the parts that some setting is there for."""
    own = {
        SetupPart.SLACK: (SLACK_APP_TOKEN, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_CLIENT_ID),
        **dict.fromkeys(OF_MICROSOFT, (MICROSOFT_TENANT_ID, MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET)),
        SetupPart.GMAIL: (GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET),
    }
    return tuple(part for part, needs in own.items() if any(need.value_of(settings) for need in needs))


def way_of(settings: "Settings") -> Way | None:
    """Return how Slack is reached, as far as the settings tell; None while they do not.

    The signing secret alone does not: both ways over https begin with it.
    """
    if SLACK_APP_TOKEN.value_of(settings):
        return Way.SOCKET
    if SLACK_CLIENT_ID.value_of(settings):
        return Way.MANY
    is_https = SLACK_SIGNING_SECRET.value_of(settings) and SLACK_BOT_TOKEN.value_of(settings)
    return Way.HTTPS if is_https else None


def usual_way(settings: "Settings") -> Way:
    """Return the way that fits an installation whose settings do not tell: over https where it is reached so."""
    return Way.HTTPS if settings.public_url.startswith("https://") else Way.SOCKET


def read_answer(asked: SetupNeed, missing: Iterable[SetupNeed], text: str) -> tuple[SetupNeed, str]:
    """Return which setting somebody answered, and the value.

    What was pasted may stand in quotes, and may be a whole line `NAME=value` of what a script printed; then it may be
    any of the missing ones.

    Raises:
        InputError: it cannot be such a value. The message never shows it.
    """
    text, need = text.strip(), asked
    name, equals, value = text.removeprefix("export ").partition("=")
    if equals and name.strip().startswith("INLAID_"):
        named = [need for need in (asked, *missing) if need.name == name.strip()]
        if not named:
            raise InputError(f"{name.strip()} is not asked for here.", fix=f"Give the value of {asked.name}.")
        text, need = value.strip(), named[0]
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text) or len(text) > MAX_VALUE_CHARS:
        raise InputError(
            f"This cannot be {need.name}: it has a line break or control character in it, or is too long.",
            fix="Copy it once more, alone.",
        )
    if not re.fullmatch(need.pattern, text):
        raise InputError(f"This cannot be {need.name}.", fix=f"It is {need.form}.")
    return need, text.rstrip("/") if need is PUBLIC_URL else text


def origin_of(need: SetupNeed, in_file: Iterable[str], settings: "Settings") -> str:
    """Return where a setting comes from: `environment`, `file`, the .env file by `.env`, or "" while it is not set."""
    import os

    if not need.value_of(settings):
        return ""
    if file_variable(need.name.removeprefix("INLAID_").lower()) in {*os.environ, *in_file}:
        return "file"
    return "environment" if os.environ.get(need.name) else ".env"
