"""The vocabulary of the audit trail: every action that is written down, in one place.

An action has a name that never changes, words for people (a sentence without its subject), and its class in the Open
Cybersecurity Schema Framework (https://schema.ocsf.io, version 1.6.0).
"""

from dataclasses import dataclass
from enum import Enum

from core.text.catalogues import told


class OcsfClass(Enum):
    """A class of OCSF: its number, its category, its name."""

    AUTHENTICATION = (3002, 3, "Authentication")
    ENTITY_MANAGEMENT = (3004, 3, "Entity Management")
    API_ACTIVITY = (6003, 6, "API Activity")
    DATASTORE_ACTIVITY = (6005, 6, "Datastore Activity")


@dataclass(frozen=True)
class Action:
    """One action. `activity` is its number and name within the class."""

    name: str
    title: str
    ocsf: OcsfClass
    activity: tuple[int, str]


_CREATE, _READ, _UPDATE, _DELETE = (1, "Create"), (2, "Read"), (3, "Update"), (4, "Delete")
_ENTITY, _API, _DATA = OcsfClass.ENTITY_MANAGEMENT, OcsfClass.API_ACTIVITY, OcsfClass.DATASTORE_ACTIVITY

_ALL = (
    Action("session.opened", "signed in", OcsfClass.AUTHENTICATION, (1, "Logon")),
    Action("session.renewed", "was asked after at the provider", OcsfClass.AUTHENTICATION, (1, "Logon")),
    Action("session.ended", "ended a session", OcsfClass.AUTHENTICATION, (2, "Logoff")),
    Action("access.refused", "was refused", OcsfClass.AUTHENTICATION, (1, "Logon")),
    Action("access.forbidden", "asked for what they may not", OcsfClass.API_ACTIVITY, (99, "Other")),
    Action("job.requested", "asked for a result", _API, _CREATE),
    Action("job.finished", "wrote a result", _API, _UPDATE),
    Action("job.failed", "could not write a result", _API, _UPDATE),
    Action("job.cancelled", "cancelled a job", _API, _UPDATE),
    Action("job.retried", "tried a job again", _API, _UPDATE),
    Action("job.read", "read another person's job on the command line", _API, _READ),
    Action("job.seen", "looked at another person's draft, without its text", _API, _READ),
    Action("job.listed", "looked at the list of everybody's drafts", _API, _READ),
    Action("data.left", "asked a model elsewhere", _API, _READ),
    Action("result.delivered", "showed a result", _API, _UPDATE),
    Action("result.placed", "placed a result", _DATA, (5, "Write")),
    Action("result.posted", "posted a result", _DATA, (5, "Write")),
    Action("result.withdrawn", "forgot where a result was posted", _DATA, (7, "Delete")),
    Action("result.decided", "decided on a result", _API, _UPDATE),
    Action("recipe.made", "made a recipe", _ENTITY, _CREATE),
    Action("recipe.changed", "changed a recipe", _ENTITY, _UPDATE),
    Action("recipe.removed", "switched a recipe off", _ENTITY, (9, "Disable")),
    Action("recipe.tried", "tried a recipe on past work", _ENTITY, _READ),
    Action("recipe.forgotten", "deleted an old version of a recipe", _ENTITY, _DELETE),
    Action("recipe.restored", "took a changed recipe back", _ENTITY, _DELETE),
    Action("variant.decided", "decided on a variant", _ENTITY, _UPDATE),
    Action("variant.released", "put a variant under test", _ENTITY, _DELETE),
    Action("team.joined", "put a person into a team", _ENTITY, _UPDATE),
    Action("team.left", "took a person out of their team", _ENTITY, _DELETE),
    Action("consent.changed", "changed what may be learnt", _ENTITY, _UPDATE),
    Action("consent.withdrawn", "withdrew what may be learnt", _ENTITY, _DELETE),
    Action("preference.changed", "changed a preference", _ENTITY, _UPDATE),
    Action("preference.removed", "removed a preference", _ENTITY, _DELETE),
    Action("preference.exported", "exported what was learnt", _DATA, (1, "Read")),
    Action("fact.changed", "added or changed a standing fact", _ENTITY, _UPDATE),
    Action("fact.removed", "removed a standing fact", _ENTITY, _DELETE),
    Action("style.learnt", "had a writing style learnt", _ENTITY, _UPDATE),
    Action("style.forgotten", "had a writing style forgotten", _ENTITY, _DELETE),
    Action("source.changed", "added or changed a source", _ENTITY, _UPDATE),
    Action("source.removed", "removed a source", _ENTITY, _DELETE),
    Action("scan.changed", "added or changed a scan of sources", _ENTITY, _UPDATE),
    Action("scan.removed", "removed a scan and what it found", _ENTITY, _DELETE),
    Action("signal.decided", "decided on a signal", _ENTITY, _UPDATE),
    Action("signals.exported", "exported signals", _DATA, (1, "Read")),
    Action("connection.changed", "connected or changed a mailbox", _ENTITY, _UPDATE),
    Action("connection.removed", "removed a mailbox", _ENTITY, _DELETE),
    Action("connection.set", "changed the settings of a mailbox", _ENTITY, _UPDATE),
    Action("connection.reset", "reset the settings of a mailbox", _ENTITY, _DELETE),
    Action("installation.changed", "connected Slack", _ENTITY, _UPDATE),
    Action("installation.removed", "disconnected Slack", _ENTITY, _DELETE),
    Action("person.linked", "linked a sign-in with a person", _ENTITY, _UPDATE),
    Action("person.unlinked", "separated a sign-in from a person", _ENTITY, _DELETE),
    Action("person.grouped", "said other groups at the sign-in", _ENTITY, _UPDATE),
    Action("person.ungrouped", "said no groups any more", _ENTITY, _DELETE),
    Action("person.purged", "deleted all that was kept of a person", _ENTITY, _DELETE),
    Action("person.exported", "exported all that is kept of a person", _DATA, (1, "Read")),
    Action("person.disabled", "ended somebody's access", _ENTITY, (9, "Disable")),
    Action("person.enabled", "let somebody in again", _ENTITY, (8, "Enable")),
    Action("policy.refused", "was refused by a policy", _API, _CREATE),
    Action("policy.changed", "changed the policies", _ENTITY, _UPDATE),
    Action("policy.removed", "deleted an old version of the policies", _ENTITY, _DELETE),
    Action("hold.set", "put a person on a legal hold", _ENTITY, _UPDATE),
    Action("hold.lifted", "lifted a legal hold", _ENTITY, _DELETE),
    Action("jobs.expired", "deleted jobs after their time", _DATA, (7, "Delete")),
    Action("token.added", "made an API token", _ENTITY, _CREATE),
    Action("token.revoked", "revoked an API token", _ENTITY, _DELETE),
    Action("record.changed", "changed what an extension keeps", _ENTITY, _UPDATE),
    Action("record.removed", "removed what an extension kept", _ENTITY, _DELETE),
    Action("model.changed", "changed the models on this machine", _ENTITY, _UPDATE),
    Action("keys.changed", "changed the keys of what is stored", _ENTITY, _UPDATE),
    Action("backup.made", "made a backup", _DATA, (1, "Read")),
    Action("backup.restored", "brought back a backup", _ENTITY, _UPDATE),
    Action("schema.migrated", "brought the tables up to date", _ENTITY, _UPDATE),
    Action("work.exported", "exported accepted work", _DATA, (1, "Read")),
    Action("report.exported", "exported the report", _DATA, (1, "Read")),
    Action("audit.exported", "exported the audit trail", _DATA, (1, "Read")),
    Action("audit.expired", "deleted entries after their time", _DATA, (7, "Delete")),
    Action("earlier.change", "made a change that an earlier version wrote down", _ENTITY, _UPDATE),
)
ACTIONS = {action.name: action for action in _ALL}


def actions_called(text: str) -> list[str]:
    """Return the names of the actions that a name, the first part of one, or some of the words for people mean."""
    called = text.strip().casefold()
    part = called.rstrip("*.")
    if not part:
        return []
    if named := [name for name in ACTIONS if name == called or name.partition(".")[0] == part]:
        return named
    titles = ((action.name, f" {action.title}\n {told(action.title)}".casefold()) for action in _ALL)
    return [name for name, words in titles if f" {called}" in words]


@dataclass(frozen=True)
class RecordActions:
    """What a change of a record of some kind is called, and what its object is. `added` is a new one, "" as `changed`.

    `is_personal`: its key may tell who it belongs to, so that only a pseudonym of it enters the chain.
    `is_of_actor`: it is kept for the whole installation; those see the entry who look after the workspace of who acted.
    `is_home`: its key is WORKSPACE/KEY of the person whom it is about.
    """

    changed: str
    removed: str
    thing: str
    is_personal: bool = True
    added: str = ""
    is_of_actor: bool = False
    is_home: bool = False


AUDITED_RECORDS = {
    "recipe": RecordActions("recipe.changed", "recipe.restored", "recipe", is_personal=False),
    "recipe_version": RecordActions("recipe.changed", "recipe.forgotten", "recipe", is_personal=False),
    "variant": RecordActions("variant.decided", "variant.released", "variant", is_personal=False),
    "team": RecordActions("team.joined", "team.left", "person"),
    "learning_consent": RecordActions("consent.changed", "consent.withdrawn", "person"),
    "preference": RecordActions("preference.changed", "preference.removed", "preference"),
    "standing_fact": RecordActions("fact.changed", "fact.removed", "fact"),
    "grounds_choice": RecordActions("preference.changed", "preference.removed", "person"),
    "language_choice": RecordActions("preference.changed", "preference.removed", "person"),
    "slack_profile": RecordActions("preference.changed", "preference.removed", "profile"),
    "mailbox_voice": RecordActions("style.learnt", "style.forgotten", "mailbox"),
    "person_disabled": RecordActions(
        "person.disabled", "person.enabled", "person", is_personal=False, is_of_actor=True
    ),
    "person_claims": RecordActions("person.grouped", "person.ungrouped", "person"),
    "policy_version": RecordActions("policy.changed", "policy.removed", "policy", is_personal=False),
    "policy_file": RecordActions("policy.changed", "policy.removed", "policy", is_personal=False),
    "legal_hold": RecordActions("hold.set", "hold.lifted", "person", is_home=True),
    "source": RecordActions("source.changed", "source.removed", "source"),
    "mailbox": RecordActions("connection.changed", "connection.removed", "mailbox"),
    "graph_group": RecordActions("connection.changed", "connection.removed", "mailbox_group", is_personal=False),
    "graph_mailbox": RecordActions("connection.changed", "connection.removed", "mailbox"),
    "gmail_mailbox": RecordActions("connection.changed", "connection.removed", "mailbox"),
    "mailbox_preferences": RecordActions("connection.set", "connection.reset", "mailbox"),
    "slack_installation": RecordActions("installation.changed", "installation.removed", "installation"),
    "slack_posted": RecordActions("result.posted", "result.withdrawn", "job", is_personal=False),
    "console_session": RecordActions(
        "session.renewed", "session.ended", "session", is_personal=False, added="session.opened", is_of_actor=True
    ),
}
# What the machinery keeps for itself: where it stopped reading, who holds a lock, what was seen, what is being done.
# No person decides on any of it. A kind that stands nowhere here is an extension's, and written down.
UNAUDITED_RECORDS = frozenset(
    {
        "audit", "audit_forward",  # the trail of an earlier version; how far it was sent on
        "connect_flow", "connect_link", "console_flow",
        "slack_oauth_state",  # sign-ins on their way
        "draft",  # the cache of drafts
        "graph_group_standing",
        "graph_cursor", "graph_lifecycle", "graph_notice", "graph_seen", "graph_subscription", "graph_turn",
        "gmail_tokens", "graph_tokens", "mailbox_token",  # renewed every hour; their mailbox is written down
        "gmail_awaiting", "gmail_cursor", "gmail_decision", "gmail_draft", "gmail_new_draft", "gmail_standing",
        "graph_awaiting", "graph_decision", "graph_new_draft", "graph_standing",
        "mailbox_awaiting", "mailbox_cursor", "mailbox_decision", "mailbox_labels", "mailbox_new_draft", "mailbox_rest",
        "mailbox_standing", "mailbox_open_gaps", "mailbox_thread", "mailbox_watch", "mail_server_rest", "gmail_push",
        "insight",  # the salt of the report
        "lock", "once",
        "recipe_trial",  # the trial is written down, once
        "past_work",  # what an accepted result left behind; the acceptance is written down
        "person_address", "person_link", "person_name", "person_names_listed",  # of an earlier version
        "token_key",  # what the hashes of tokens are made with
        "slack_asked", "slack_continued", "slack_draft_notice", "slack_edit", "slack_member", "slack_own",
        "slack_discarded",  # that a draft was, its outcome says
        "slack_posting",
    }
)  # fmt: skip


def record_actions(kind: str) -> RecordActions | None:
    """Return what a change of a record of this kind is called, or None if it is not written down."""
    if kind in UNAUDITED_RECORDS:
        return None
    return AUDITED_RECORDS.get(kind, RecordActions("record.changed", "record.removed", "record"))
