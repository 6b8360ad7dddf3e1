"""Follow-up drafts for questions in sent mail that nobody answered for as many days as their owner has set.

Each question gets one at most: its Message-ID is the key of the job. When an answer comes after all, the draft is taken
back, unless its owner has changed it.
"""

import time
from dataclasses import dataclass

import structlog
from imapclient import IMAPClient

from core.errors import ConflictError, CredentialError, InlaidError, LimitError, StoreOutage
from core.jobs import JobRequest
from core.store import Store
from integrations.mail.follow_up import follow_up_inputs, open_question
from integrations.mail.imap.accounts import Account, Accounts
from integrations.mail.imap.awaiting import awaited
from integrations.mail.imap.drafts import DraftsFolder
from integrations.mail.imap.folders import folders_of_received
from integrations.mail.imap.opening import open_account
from integrations.mail.imap.sent import Sent, SentFolder, headers_since
from integrations.mail.imap.sync import Submit
from integrations.mail.preferences import load_preferences, now
from integrations.mail.replying import owner_of
from integrations.mail.surface import KIND, SOURCE_FILE
from integrations.mail.voices import load_voice

log = structlog.get_logger(__name__)

RECIPE = "compose"
DAY_SECONDS = 24 * 3600.0
# A question that has been open for longer when follow-ups are switched on is left alone.
LATEST_DAYS = 7
EVERY_SECONDS = 3600.0


def follow_up_all(store: Store, submit: Submit) -> None:
    """Look for open questions in every mailbox whose owner wants that, once an hour.

    Raises:
        StoreOutage: nothing can be stored.
    """
    accounts = Accounts(store.records)
    for account in accounts.list():
        preferences = load_preferences(store.records, account.workspace, account.name)
        error = accounts.cursor(account).error
        refused = error is not None and error["code"] == CredentialError.code
        if refused or not preferences.follow_up_days or preferences.rests(now()):
            continue
        if not store.records.first_time(account.workspace, f"follow up:{account.name}", within_seconds=EVERY_SECONDS):
            continue
        try:
            follow_up(store, account, submit)
        except LimitError:
            continue
        except StoreOutage:
            raise
        except InlaidError as failure:
            log.warning("open questions not looked for", code=failure.code, workspace=account.workspace)


def follow_up(store: Store, account: Account, submit: Submit) -> int:
    """Submit a follow-up for each question that is open for long enough, and return how many that are.

    Raises:
        InlaidError: see `open_mailbox`.
    """
    days = load_preferences(store.records, account.workspace, account.name).follow_up_days
    since = time.time() - (days + LATEST_DAYS) * DAY_SECONDS
    with open_account(store.records, account) as client:
        return _Round(store, account, submit, client).run(since, until=time.time() - days * DAY_SECONDS)


@dataclass(frozen=True)
class _Round:
    store: Store
    account: Account
    submit: Submit
    client: IMAPClient

    def run(self, since: float, *, until: float) -> int:
        received = [
            one for folder in folders_of_received(self.client) for one in headers_since(self.client, folder, since)
        ]
        folder = SentFolder(self.client)
        sent = folder.since(since)
        # An own mail that goes on with the thread has asked again, or settled it.
        settled = frozenset(message_id for one in (*received, *sent) for message_id in one.answers)
        due = [one for one in sent if one.at <= until and one.message_id and one.message_id not in settled]
        made = sum(self._ask(folder, one) for one in due)
        self._take_back(settled)
        return made

    def _ask(self, folder: SentFolder, mail: Sent) -> bool:
        account, records = self.account, self.store.records
        message = folder.read(mail.uid)
        if message is None:
            return False
        aliases = load_preferences(records, account.workspace, account.name).aliases
        owner = owner_of(message, name=account.owner_name, address=account.address, aliases=aliases)
        question = open_question(message, owner)
        if not question:
            return False
        request = JobRequest(
            RECIPE,
            dict(follow_up_inputs(message, question, owner, load_voice(records, account.workspace, account.name))),
            surface=KIND,
            person=account.person,
            workspace=account.workspace,
            dedupe_key=f"follow-up:{account.name}:{mail.message_id}",
            queue="background",
            delivery={"kind": KIND, "account": account.name, "arrived_at": mail.at, "uid": mail.uid},
            blobs={SOURCE_FILE: message.model_dump_json().encode()},
        )
        try:
            self.submit(request)
        except ConflictError:  # made before, in other words
            return False
        return True

    def _take_back(self, settled: frozenset[str]) -> None:
        """Remove follow-ups to questions that have their answer; what became of them is then found as always."""
        answered = [one for one in awaited(self.store.records, self.account) if one.answers in settled]
        follow_ups = [one for one in answered if self.store.jobs.get(one.job).recipe == RECIPE]
        if not follow_ups:
            return
        folder = DraftsFolder(self.client)
        waiting = folder.waiting()
        for one in follow_ups:
            mine = [draft for draft in waiting if draft.message_id == one.draft.message_id]
            folder.remove([draft for draft in mine if folder.compare(draft, one.draft.content) == "unchanged"])
