"""What is kept of people, place by place: what it is, for how long, what an export holds of it, what a purge leaves.

A test holds the inventory and the code together: a table, or a kind of record, without its row here fails. A kind of an
extension, which cannot have one, is exported whole and deleted with its person.
"""

from dataclasses import dataclass
from typing import Literal

WITH_JOB = "as long as its job"
UNTIL_REMOVED = "until it is removed, or its person is purged"
UNTIL_END = "until it expires"
MACHINERY = "It holds no data of a person."
CREDENTIALS = "Credentials are of no use to the person, and of much use to a thief."

# The person's own text and facts; without secrets; or not at all, for the reason that `why` gives.
Exported = Literal["whole", "without secrets", "not"]
# Deleted; kept without the person; not theirs.
Purged = Literal["deleted", "nameless", "not theirs"]


@dataclass(frozen=True)
class StoredKind:
    """A table or a kind of record.

    Attributes:
        what: it holds, for people.
        kept: for how long.
        exported: how much of it an export of a person holds.
        purged: what a purge of the person does with it.
        why: it is not exported.
        secrets: names of fields that never leave, at any depth.
        is_of_mailbox: it is nobody's by its own, and goes with the mailbox that its data names as `account`.
    """

    what: str
    kept: str = UNTIL_REMOVED
    exported: Exported = "whole"
    purged: Purged = "deleted"
    why: str = ""
    secrets: frozenset[str] = frozenset()
    is_of_mailbox: bool = False


def _secret(what: str, *fields: str, kept: str = UNTIL_REMOVED) -> StoredKind:
    return StoredKind(what, kept, "without secrets", secrets=frozenset(fields))


def _credentials(what: str, kept: str = UNTIL_REMOVED) -> StoredKind:
    return StoredKind(what, kept, "not", why=CREDENTIALS)


def _machinery(what: str, why: str = MACHINERY, purged: Purged = "not theirs") -> StoredKind:
    return StoredKind(what, UNTIL_END, "not", purged, why)


def _of_mailbox(what: str, why: str) -> StoredKind:
    return StoredKind(what, UNTIL_END, "not", "deleted", why, is_of_mailbox=True)


_READING = "It says which mails were read, by number; the mails are in the mailbox."

TABLES = {
    "job": StoredKind("jobs: what was asked for, and the draft", "until INLAID_RETENTION ends it, or a purge"),
    "effect": StoredKind("what a job did outside: drafts stored, answers shown", WITH_JOB),
    "blob": StoredKind("documents and other files of jobs", WITH_JOB),
    "outcome": StoredKind("what was done with a draft", WITH_JOB),
    "record": StoredKind("settings, wishes, sources and others: see the kinds of records"),
    "model_call": StoredKind(
        "what calls of models cost, without texts", "until the workspace is left", purged="nameless"
    ),
    "person": StoredKind("the person behind the sign-ins"),
    "sign_in": StoredKind("the names by which doors know the person"),
    "audit_entry": StoredKind("who did what and when, without texts", "INLAID_AUDIT_DAYS", purged="nameless"),
    "audit_pending": _machinery("entries of the audit trail for some seconds", "They are in the trail by then."),
    "audit_name": StoredKind("whom the pseudonyms of the audit trail stand for", "INLAID_AUDIT_DAYS"),
    "audit_head": _machinery("where the audit trail ends"),
    "api_token": _secret("API tokens, without what their holders send", "hash"),
    "schema_compatibility": _machinery("the version of the tables"),
    "write_probe": _machinery("rows that find out whether there is room"),
    "insight_mark": _machinery("jobs that the report has to count again", purged="deleted"),
    "insight_tally": StoredKind("what each job counts for in the report", WITH_JOB),
    "insight_sum": _machinery("sums of the report", "They name nobody: people are counted by salted hashes."),
    "source": StoredKind("sources of knowledge that the person added"),
    "source_item": StoredKind("what stands in these sources, as far as nobody else may read it"),
    "source_block": StoredKind("the texts of these sources"),
    "source_upload": StoredKind("files that were uploaded, until they are read", UNTIL_END),
    "signal_scan": StoredKind("scans of sources that the person added"),
    "signal": StoredKind("what these scans found, and what was decided on it"),
    "signal_quote": StoredKind("the words that it rests on"),
    "signal_run": _machinery("when scans ran, and which numbers of items they came to", purged="deleted"),
    "signal_part": _machinery("which parts of sources were looked through", purged="deleted"),
    "access_list": _machinery("lists of who may read", purged="deleted"),
    "access_principal": _machinery("who is on these lists", "The places that the lists come from tell.", "deleted"),
    "insight_trial": StoredKind("how often a variant of a recipe served the person", UNTIL_REMOVED),
}

RECORDS = {
    "audit": _machinery("the trail of an earlier version", "It is in the audit trail by then."),
    "audit_forward": _machinery("how far the audit trail was sent on"),
    "connect_flow": _machinery("a sign-in on its way, for something to be connected", "It ends within minutes."),
    "connect_link": _machinery("a link to connect something by", "It ends within the day."),
    "console_flow": _machinery("a sign-in on its way", "It ends within minutes."),
    "console_session": _secret("sessions of the console", "proof", "account", kept="12 hours"),
    "draft": StoredKind("drafts kept for identical requests", "INLAID_CACHE_SECONDS"),
    "gmail_awaiting": StoredKind("drafts in a mailbox at Gmail that wait for their person", UNTIL_END),
    "gmail_cursor": _machinery("how far a mailbox was read", _READING, "deleted"),
    "gmail_decision": StoredKind("what was decided about a mail, and why", UNTIL_END),
    "gmail_draft": _machinery("which drafts at Gmail are ours", _READING, "deleted"),
    "gmail_mailbox": StoredKind("mailboxes at Gmail"),
    "gmail_new_draft": StoredKind("the newest draft of a thread", UNTIL_END),
    "gmail_push": _machinery("whether Gmail tells of new mail through Pub/Sub"),
    "gmail_standing": StoredKind("how a mailbox at Gmail does"),
    "gmail_tokens": _credentials("tokens of Google"),
    "graph_awaiting": StoredKind("drafts in a mailbox at Microsoft that wait for their person", UNTIL_END),
    "graph_cursor": _machinery("how far a mailbox was read", _READING, "deleted"),
    "graph_decision": StoredKind("what was decided about a mail, and why", UNTIL_END),
    "graph_group": _machinery("groups whose members' mailboxes are connected"),
    "graph_group_standing": _machinery("how the groups do"),
    "graph_lifecycle": _of_mailbox("news of a subscription", "It ends within days."),
    "graph_mailbox": StoredKind("mailboxes at Microsoft"),
    "graph_new_draft": StoredKind("the newest draft of a thread", UNTIL_END),
    "graph_notice": _of_mailbox("news of mail", _READING),
    "graph_seen": _machinery("mails that were decided about", _READING, "deleted"),
    "graph_standing": StoredKind("how a mailbox at Microsoft does"),
    "graph_subscription": _of_mailbox("what Microsoft is asked to announce", CREDENTIALS),
    "graph_tokens": _credentials("tokens of Microsoft"),
    "graph_turn": _machinery("which job writes into a thread"),
    "grounds_choice": StoredKind("whether the person's drafts may rest on what is known"),
    "insight": _machinery("the salt of the report"),
    "language_choice": StoredKind("in which language the person wants to be spoken to"),
    "learning_consent": StoredKind("what the person lets others learn from"),
    "legal_hold": _machinery("that nothing of a person is deleted", "Whoever set it tells of it."),
    "lock": _machinery("who does something right now", purged="deleted"),
    "mail_server_rest": _machinery("mail servers that are left alone for a while"),
    "mailbox": _secret("mailboxes by IMAP", "password"),
    "mailbox_awaiting": StoredKind("drafts in a mailbox that wait for their person", UNTIL_END),
    "mailbox_cursor": _machinery("how far a mailbox was read", _READING, "deleted"),
    "mailbox_decision": StoredKind("what was decided about a mail, and why", UNTIL_END),
    "mailbox_labels": StoredKind("labels that mails of a mailbox bear"),
    "mailbox_new_draft": StoredKind("the newest draft of a thread", UNTIL_END),
    "mailbox_open_gaps": StoredKind("how many gaps a draft has that waits", UNTIL_END),
    "mailbox_preferences": StoredKind("settings of a mailbox"),
    "mailbox_rest": _machinery("mailboxes that are left alone for a while", purged="deleted"),
    "mailbox_standing": StoredKind("how a mailbox does"),
    "mailbox_thread": _machinery("which job writes into a thread", purged="deleted"),
    "mailbox_token": _credentials("tokens of a mail server"),
    "mailbox_voice": StoredKind("how the person writes"),
    "mailbox_watch": _machinery("which processes watch mailboxes"),
    "once": _machinery("what was done already", purged="deleted"),
    "past_work": StoredKind("examples from the person's own mail"),
    "person_address": StoredKind("of an earlier version: addresses of a person"),
    "person_claims": StoredKind("groups and roles that the person's sign-ins said"),
    "person_disabled": _machinery("that the person may not come in", "people.json says so.", "deleted"),
    "person_link": StoredKind("of an earlier version: sign-ins of a person"),
    "person_name": StoredKind("of an earlier version: names of a person"),
    "person_names_listed": _machinery("of an earlier version: that names were listed"),
    "policy_file": _machinery("the policies of the file, as they were last good", "They belong to the installation."),
    "policy_version": _machinery("policies of this installation", "They belong to the installation.", "nameless"),
    "preference": StoredKind("wishes, and what was learnt from edits"),
    "recipe": _machinery("recipes of this installation", "They belong to the installation.", "nameless"),
    "recipe_trial": StoredKind("texts of recipes that the person tried on past work", "7 days"),
    "recipe_version": _machinery("versions of recipes", "They belong to the installation.", "nameless"),
    "slack_asked": _machinery(
        "for which recipe the app asked somebody for a text", "It ends within the hour.", "deleted"
    ),
    "slack_continued": StoredKind("where in Slack the person goes on with drafts", UNTIL_END),
    "slack_discarded": StoredKind("drafts that were discarded in Slack", UNTIL_END),
    "slack_edit": StoredKind("drafts as they were edited in Slack", UNTIL_END),
    "slack_draft_notice": StoredKind("which message in Slack told of a draft in a mailbox", UNTIL_END),
    "slack_installation": _credentials("tokens of Slack"),
    "slack_member": StoredKind("what Slack says of the person", UNTIL_END),
    "slack_oauth_state": _machinery("an installation on its way", "It ends within minutes."),
    "slack_own": _machinery("whose the bot token in the settings is"),
    "slack_posted": StoredKind("drafts that were posted in Slack", UNTIL_END),
    "slack_posting": _machinery("drafts that are being posted"),
    "slack_profile": StoredKind("settings in Slack"),
    "source": StoredKind("of an earlier version: documents that the person alone may read"),
    "standing_fact": StoredKind("texts with a name that drafts may use"),
    "team": StoredKind("the team that the person counts for"),
    "token_key": _machinery("with what tokens are hashed"),
    "variant": _machinery("decisions on variants of recipes", "They belong to the installation.", "nameless"),
}

# Outside the database, under INLAID_HOME and at the broker, stand only: the index of sources, which is made from their
# texts; the progress of jobs, which ends with the hour; identifiers of jobs that wait; logs of identifiers and codes.

EXTENSION = StoredKind("what an extension keeps")


def record_place(kind: str) -> StoredKind:
    """Return what is known of a kind of records."""
    return RECORDS.get(kind, EXTENSION)
