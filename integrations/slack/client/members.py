"""Who people are: `users.info`, remembered for an hour so that a busy thread does not use up the rate limit."""

from collections.abc import Callable, Iterable, Mapping
from email.headerregistry import Address
from typing import TYPE_CHECKING, Any, TypedDict, cast

from core.drafts import JsonObject
from core.job import Job
from core.store.records import RecordStore
from core.text.forms import MAIL_ADDRESS
from core.text.sentences import split_sentences
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.client.connections import InstallationScope
from integrations.slack.intent import typed_recipient

if TYPE_CHECKING:
    from slack_sdk import WebClient

KIND = "slack_member"
KEEP_SECONDS = 3600.0
# Whether a remembered person is one of the company that has the app: `core.people` believes only those.
BELONGS = "belongs"
# What is kept of a user object as Slack sends it.
_KEPT = (
    "id",
    "team_id",
    "is_stranger",
    "is_bot",
    "deleted",
    "is_restricted",
    "is_ultra_restricted",
    "is_admin",
    "is_owner",
    "enterprise_user",
    "tz",
    "locale",
)


class SlackMember(TypedDict, total=False):
    """What is remembered of a user; empty for one that Slack does not show.

    Names are those of Slack's user object, but `belongs`: whether the company that has the app is theirs.
    """

    id: str
    team_id: str
    is_stranger: bool
    is_bot: bool
    deleted: bool
    is_restricted: bool
    is_ultra_restricted: bool
    is_admin: bool
    is_owner: bool
    enterprise_user: Mapping[str, object]
    name: str
    display_name: str
    email: str
    title: str
    tz: str
    locale: str
    belongs: bool


class Members:
    """People of one workspace.

    Args:
        client: asks Slack.
        records: remembers.
        home: the installation that the client is for.
    """

    def __init__(self, client: "WebClient", records: RecordStore, scope: InstallationScope) -> None:
        self._client = client
        self._records = records
        self._scope = scope
        self._workspace = scope.team

    def get(self, user_id: str) -> SlackMember:
        """Return what is known of a user; empty for one that Slack does not show.

        Raises:
            SlackOutage: Slack cannot be asked.
            CredentialError: the token was refused.
        """
        if record := self._records.get(KIND, self._workspace, user_id):
            return cast(SlackMember, record.data)
        try:
            user = call(self._client.users_info, user=user_id, include_locale=True)["user"]
        except SlackRefusal:
            return SlackMember()
        kept: JsonObject = {name: user[name] for name in _KEPT if name in user} | {"name": _display_name(user)}
        profile = user.get("profile") or {}
        kept |= {name: str(profile.get(name) or "") for name in ("email", "title", "display_name")}
        kept[BELONGS] = belongs(user, self._scope)
        self._records.put(KIND, self._workspace, user_id, kept, person=user_id, expires_in_seconds=KEEP_SECONDS)
        return cast(SlackMember, kept)

    def name(self, user_id: str) -> str:
        """Return how a user is called, or "" if Slack does not say."""
        return str(self.get(user_id).get("name", ""))

    def address(self, user_id: str) -> str:
        """Return the email address of a person of the company, or "" if Slack does not say (`users:read.email`)."""
        user = self.get(user_id)
        return str(user.get("email", "")) if user.get(BELONGS, True) else ""

    def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """Return names by id."""
        return {user_id: self.name(user_id) for user_id in dict.fromkeys(user_ids)}


def recipient_of(job: Job, members: Callable[[], Members]) -> tuple[str, str] | None:
    """Return name and address of whom a job names as recipient: somebody of the workspace, or a typed address.

    Args:
        job: its input `recipient_name` is the id of a user, or a name that was typed.
        members: gives the people of the workspace; asked only where somebody was picked.
    """
    picked = str(job.inputs.get("recipient_name") or "")
    if not (picked[:1] in {"U", "W"} and picked.isascii() and picked.isalnum() and picked.isupper()):
        wish = str(job.inputs.get("asked_for") or job.inputs.get("brief") or "")
        to = _name_and_address(picked) if picked else ("", typed_recipient(wish))
        return to if _can_be_written(to[1]) else None
    known = members()
    address = known.address(picked)
    return (known.name(picked), address) if _can_be_written(address) else None


def _name_and_address(typed: str) -> tuple[str, str]:
    """Return name and address of a recipient as somebody types one: "Katrin Holt <k@…>"; "" where more is said."""
    found = list(MAIL_ADDRESS.finditer(typed))
    if len({match[0].casefold() for match in found}) != 1:
        return "", ""
    before, between = typed[: found[0].start()].strip(), typed[found[0].end() : found[-1].start()].strip()
    lead = before.removesuffix("mailto:").rstrip(" \t<([")
    name = lead.strip("\"' ")
    is_quoted = lead != name and lead[-1:] in {'"', "'"}
    is_alone = between in {"", "|"} and not typed[found[-1].end() :].strip(" \t\n>)]") and "\n" not in before
    # "Petra not k@…" is more than a name and an address; "petra <k@…>" is not.
    is_name = is_quoted or not (name and _says_more(name, is_marked=before.endswith("<")))
    return (name, found[0][0]) if is_alone and is_name else ("", "")


def _says_more(name: str, *, is_marked: bool) -> bool:
    """Whether what stands before an address, between angle brackets where it `is_marked`, is more than a name."""
    is_sentence = len(split_sentences(name)) > 1 or any(mark in name for mark in ",;:")
    return is_sentence or (not is_marked and name.split()[-1][0].islower())


def _can_be_written(address: str) -> bool:
    """Whether the standard library writes an address into the head of a mail as it is."""
    try:
        return address.isascii() and "@" in address and Address(addr_spec=address).addr_spec == address
    except Exception:  # its parser raises what it comes upon: IndexError, AttributeError, UnboundLocalError
        return False


def belongs(user: Mapping[str, Any], scope: InstallationScope) -> bool:
    """Whether a user of `users.info` is a person of the company that an installation is for, guest or not.

    In a shared channel people of other companies are shown too, `is_stranger` or not; of another Grid organisation
    with an `enterprise_user` of that one (https://docs.slack.dev/reference/objects/user-object).
    """
    if not user or user.get("is_stranger") or user.get("is_bot"):
        return False
    organisation = user.get("enterprise_user")
    if isinstance(organisation, dict) and organisation and scope.enterprise:
        return organisation.get("enterprise_id") == scope.enterprise
    # The workspace of an installation for a whole organisation may be the person's own word: only that proves nothing.
    return not scope.is_org_wide and user.get("team_id") == scope.team


def is_admin(user: Mapping[str, Any]) -> bool:
    """Whether a user of `users.info` administers the workspace."""
    return bool(user.get("is_admin") or user.get("is_owner"))


def is_known_admin(records: RecordStore, workspace: str, user_id: str) -> bool:
    """Whether a person is remembered as an administrator; False when Slack was not asked about them lately."""
    record = records.get(KIND, workspace, user_id)
    return record is not None and is_admin(record.data)


def _display_name(user: Mapping[str, Any]) -> str:
    profile = user.get("profile") or {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return next((str(name) for name in names if name), "")
