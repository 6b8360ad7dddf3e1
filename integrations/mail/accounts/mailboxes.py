"""All connected mailboxes, of whatever kind, as the command line, the console and the metrics show them."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from core.errors import NotFoundError
from core.settings import Settings
from core.store.records import RecordStore
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts
from integrations.mail.graph.mailbox import GraphProvider
from integrations.mail.graph.opening import Microsoft
from integrations.mail.graph.sync import Mailboxes, forget_mailbox
from integrations.mail.imap.accounts import WATCH_KIND, Account, Accounts
from integrations.mail.imap.mailbox import ImapProvider
from integrations.mail.imap.sync import sync_mailbox
from integrations.mail.mailbox.backoff import Backoff, Place, Rests
from integrations.mail.mailbox.preferences import (
    PREFERENCES_KIND,
    Preferences,
    changed,
    load_preferences,
    now,
    save_preferences,
)
from integrations.mail.mailbox.style_learning import learn_style
from integrations.mail.mailbox.style_store import forget_voice, load_exchanges, load_voice
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from integrations.mail.mailbox.triage_round import Submit
from integrations.mail.reply.writing_style import Voice

# Mail is looked for each minute at least; a mailbox that was not for so long is stuck.
LATE_SECONDS = 900.0


@dataclass(frozen=True)
class MailboxView:
    """One mailbox and how its connection stands. Times are Unix seconds, 0 for never.

    Args:
        name: what it is called in commands.
        kind: `imap` or `graph`.
        workspace: its tenant.
        person: whose it is.
        address: its mail address.
        place: where it is, for a person to read.
        notices: how new mail is noticed: `idle`, `poll`, `subscription`; "" when it is not looked at yet.
        checked_at: when it was last read.
        noticed_at: when its server last told of new mail.
        drafted_at: when the last draft was put there.
        renews_at: when IDLE or the subscription is due to be renewed.
        error: what is wrong and what to do, as `InlaidError.to_json`.
        failures: how often in a row it could not be reached, and `failing_since` when that began.
        next_try_at: when it is tried again; 0 while nothing is put off.
        preferences: what its owner has set.
    """

    name: str
    kind: str
    workspace: str
    person: str
    address: str
    place: str
    notices: str
    checked_at: float
    noticed_at: float
    drafted_at: float
    renews_at: float
    error: dict[str, str] | None
    preferences: Preferences
    failures: int = 0
    failing_since: float = 0.0
    next_try_at: float = 0.0

    @property
    def trouble(self) -> str:
        """Since when, how often, and when the next try is, in a sentence; "" while nothing is put off."""
        if self.next_try_at <= time.time():
            return ""
        again = f"The next try is at {_clock(self.next_try_at)}."
        if not self.failures:
            return f"Its server did not answer in other mailboxes. {again}"
        times = "once" if self.failures == 1 else f"{self.failures} times"
        return f"It failed {times} since {_clock(self.failing_since)}. {again}"

    @property
    def state(self) -> str:
        """One word: `error`, `paused`, `quiet`, `new`, `late` or `ok`."""
        if self.error:
            return "error"
        if self.preferences.paused:
            return "paused"
        if self.preferences.is_quiet(now()):
            return "quiet"
        if not self.checked_at:
            return "new"
        return "late" if time.time() > self.checked_at + LATE_SECONDS else "ok"

    def to_json(self) -> dict[str, Any]:
        """Return what `inlaid mailbox list --json` prints of it."""
        shown = {name: value for name, value in asdict(self).items() if name not in {"workspace", "preferences"}}
        return {**shown, "state": self.state, "trouble": self.trouble, "settings": self.preferences.to_json()}


def mailbox_views(records: RecordStore, *, workspace: str | None = None) -> list[MailboxView]:
    """Return all mailboxes, or those of one workspace, by kind and name."""
    imap, graph = Accounts(records), GraphAccounts(records)
    rests = Backoff(records).all()
    views = [_with_rest(_imap_view(imap, one), one.place, rests) for one in imap.list()]
    views += [_with_rest(_graph_view(graph, one), one.place, rests) for one in graph.list()]
    return [one for one in views if workspace in {None, one.workspace}]


def _with_rest(view: MailboxView, place: Place, rests: Rests) -> MailboxView:
    rest = rests.of(place)
    if rest is None:
        return replace(view, next_try_at=rests.until(place))
    return replace(
        view, error=view.error or rest.error, failures=rest.failures, failing_since=rest.since,
        next_try_at=rests.until(place),
    )  # fmt: skip


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def find_mailbox(records: RecordStore, workspace: str, name: str) -> MailboxView:
    """Return one mailbox.

    Raises:
        NotFoundError: there is none of that name.
    """
    for view in mailbox_views(records, workspace=workspace):
        if view.name == name:
            return view
    raise NotFoundError(f"No mailbox called {name} is connected.", fix="List mailboxes with: inlaid mailbox list")


def change_preferences(records: RecordStore, view: MailboxView, **changes: Any) -> Preferences:
    """Change those settings that are not None, and return all. Withdrawn consent also deletes what was learnt.

    Raises:
        InputError: one of them cannot be; the text names it.
    """
    value = changed(view.preferences, **changes)
    save_preferences(records, view.workspace, view.name, value, person=view.person)
    if not value.learns_voice:
        forget_voice(records, view.workspace, view.name)
    if view.kind == "imap":
        # Whoever watches it takes it anew, by these settings, and looks for what came while it was left alone.
        records.delete(WATCH_KIND, view.workspace, view.name)
    return value


def voice_of(records: RecordStore, workspace: str, address: str) -> Voice | None:
    """Return what was learnt of how the owner of a mail address writes, None when nothing was."""
    views = [one for one in mailbox_views(records, workspace=workspace) if one.address.casefold() == address.casefold()]
    found = (load_voice(records, workspace, one.name) for one in views if address)
    return next((voice for voice in found if voice), None)


def learn_mailbox(settings: Settings, records: RecordStore, view: MailboxView) -> Voice:
    """Learn now how the owner writes, from their sent mail, and return it.

    Raises:
        InputError: they have not agreed, or there is no folder of sent mail.
        LimitError: it is being learnt right now.
        InlaidError: the mailbox cannot be read.
    """
    if view.kind == "imap":
        return learn_style(records, ImapProvider(records), Accounts(records).get(view.workspace, view.name))
    microsoft = Microsoft(settings, records)
    return learn_style(records, GraphProvider(microsoft), microsoft.accounts.get(view.workspace, view.name))


def shown_voice(records: RecordStore, view: MailboxView) -> dict[str, Any]:
    """Return all that was learnt of how the owner writes, and whether they agree to it."""
    voice = load_voice(records, view.workspace, view.name)
    return {
        "mailbox": view.name,
        "consent": view.preferences.learns_voice,
        "voice": voice.model_dump(mode="json") if voice else None,
        "examples": [one.model_dump(mode="json") for one in load_exchanges(records, view.workspace, view.name)],
    }


def judged_mails(records: RecordStore, view: MailboxView, *, limit: int) -> Sequence[TriageRecord]:
    """Return the newest decisions about the mails of a mailbox, newest first."""
    account: Account | GraphAccount
    if view.kind == "imap":
        account = Accounts(records).get(view.workspace, view.name)
    else:
        account = GraphAccounts(records).get(view.workspace, view.name)
    return TriageRecords(records, account).newest(limit=limit)


def read_mailbox(settings: Settings, records: RecordStore, view: MailboxView, submit: Submit) -> Sequence[TriageRecord]:
    """Look for new mail now, submit a job for each that needs an answer, and return what was decided.

    Raises:
        LimitError: the mailbox is being read right now by somebody else.
        InlaidError: it cannot be read.
    """
    if view.kind == "imap":
        imap = Accounts(records)
        return sync_mailbox(imap, imap.get(view.workspace, view.name), submit)
    microsoft = Microsoft(settings, records)
    return Mailboxes(microsoft, submit).sync(microsoft.accounts.get(view.workspace, view.name))


def remove_mailbox(settings: Settings, records: RecordStore, view: MailboxView) -> None:
    """Forget a mailbox and everything stored about its mail. The mailbox stays as it is."""
    if view.kind == "imap":
        imap = Accounts(records)
        imap.remove(imap.get(view.workspace, view.name))
    else:
        microsoft = Microsoft(settings, records)
        forget_mailbox(microsoft, microsoft.accounts.get(view.workspace, view.name))
    forget_voice(records, view.workspace, view.name)
    records.delete(PREFERENCES_KIND, view.workspace, view.name)


def _imap_view(accounts: Accounts, account: Account) -> MailboxView:
    cursor, status = accounts.cursor(account), accounts.status(account)
    return MailboxView(
        name=account.name,
        kind="imap",
        workspace=account.workspace,
        person=account.person,
        address=account.address,
        place=f"{account.host}:{account.port}",
        notices=status.mode,
        checked_at=cursor.checked_at,
        noticed_at=status.noticed_at,
        drafted_at=status.drafted_at,
        renews_at=status.renews_at,
        error=cursor.error or status.error,
        preferences=load_preferences(accounts.records, account.workspace, account.name),
    )


def _graph_view(accounts: GraphAccounts, account: GraphAccount) -> MailboxView:
    status = accounts.status(account)
    return MailboxView(
        name=account.name,
        kind="graph",
        workspace=account.workspace,
        person=account.person,
        address=account.address,
        place="Microsoft 365",
        notices="subscription" if status.renews_at else "poll" if status.checked_at else "",
        checked_at=status.checked_at,
        noticed_at=status.noticed_at,
        drafted_at=status.drafted_at,
        renews_at=status.renews_at,
        error=status.error,
        preferences=load_preferences(accounts.records, account.workspace, account.name),
    )
