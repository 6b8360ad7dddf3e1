"""All connected mailboxes, of whatever provider, as the command line, the console and the metrics show them.

`mail_providers` is the one table of providers: another one is a folder and a line there.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.drafts import JsonObject
from core.errors import InlaidError, InputError, LimitError, NotFoundError, SettingsError
from core.policies.enforcement import load_policies
from core.settings import Settings
from core.sources.store import SourceStore
from core.store import Store
from core.store.records import RecordsAtOnce, RecordStore
from core.text.catalogues import N_
from integrations.mail.gmail.provider import GmailProvider
from integrations.mail.graph.accounts import Microsoft
from integrations.mail.graph.provider import GraphProvider
from integrations.mail.graph.shared import SharedMailboxes
from integrations.mail.imap.provider import ImapProvider
from integrations.mail.mailbox.account import A, MailboxAccount
from integrations.mail.mailbox.labels import end_labels, forget_labels, label_error, mail_states, put_labels
from integrations.mail.mailbox.mail_state import danger_words
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.preferences import (
    LABELS_ENDING,
    PREFERENCES_KIND,
    Preferences,
    changed,
    load_preferences,
    now,
    save_preferences,
)
from integrations.mail.mailbox.provider import Provider, Submit
from integrations.mail.mailbox.source_readers import source_id_of
from integrations.mail.mailbox.style_learning import forget_style, learn_style, load_examples, load_style
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords, clock
from integrations.mail.mailbox.visits import Backoff, Cooldowns
from integrations.mail.reply.writing_style import WritingStyle


def mail_providers(records: RecordStore, settings: Settings | None = None) -> tuple[Provider[Any], ...]:
    """Return all providers, in the order in which their mailboxes are listed.

    Args:
        records: where mailboxes are kept.
        settings: those of the process by default.
    """
    return (ImapProvider(records, settings), GraphProvider(records, settings), GmailProvider(records, settings))


def provider_of(kind: str, records: RecordStore, settings: Settings | None = None) -> Provider[Any]:
    """Return the provider of mailboxes of that kind."""
    return next(provider for provider in mail_providers(records, settings) if provider.kind == kind)


# Mail is looked for each quarter of an hour at least, and each half hour where a subscription tells of it; a mailbox
# that was not for so long is stuck.
LATE_SECONDS, LATE_SUBSCRIBED_SECONDS = 1200.0, 2400.0


@dataclass(frozen=True)
class MailboxView:
    """One mailbox and how its connection stands. Times are Unix seconds, 0 for never.

    Args:
        name: what it is called in commands.
        kind: `imap`, `graph` or `gmail`.
        workspace: its tenant.
        person: whose it is.
        address: its mail address.
        place: where it is, for a person to read.
        notices: how new mail is noticed: `idle`, `poll`, `subscription`; "" when it is not looked at yet.
        checked_at: when it was last read.
        noticed_at: when its server last announced new mail.
        drafted_at: when the last draft was put there.
        renews_at: when IDLE or the subscription is due to be renewed.
        error: what is wrong and what to do, as `InlaidError.to_json`.
        failures: how often in a row it could not be reached, and `failing_since` when that began.
        next_try_at: when it is tried again; 0 while nothing is put off.
        preferences: what its owner has set.
        labels_error: why its mails bear no labels although its owner wants them, as `InlaidError.to_json`.
        readers: each (workspace, person) that shares it; none where it is one person's.
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
    labels_error: dict[str, str] | None = None
    readers: tuple[tuple[str, str], ...] = ()

    @property
    def owners(self) -> tuple[tuple[str, str], ...]:
        """Who may see what was decided about its mail, and change its settings."""
        return self.readers or ((self.workspace, self.person),)

    @property
    def trouble(self) -> str:
        """Since when, how often, and when the next try is, in a sentence; "" while nothing is put off."""
        if self.next_try_at <= time.time():
            return ""
        at, since = clock(self.next_try_at), clock(self.failing_since)
        if not self.failures:
            return N_(f"Its server did not answer in other mailboxes. The next try is at {at}.")
        if self.failures == 1:
            return N_(f"It failed once since {since}. The next try is at {at}.")
        return N_(f"It failed {self.failures} times since {since}. The next try is at {at}.")

    @property
    def labels(self) -> str:
        """Whether its mails bear labels, in words; "" where they are off."""
        language, error = self.preferences.labels, self.labels_error
        if error:
            return " ".join(f"no labels: {error['message']} {error['fix']}".split()).removesuffix(".")
        if language == LABELS_ENDING:
            return "labels are being taken away"
        return f"labels ({language})" if language else ""

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
        late_seconds = LATE_SUBSCRIBED_SECONDS if self.notices == "subscription" else LATE_SECONDS
        return "late" if time.time() > self.checked_at + late_seconds else "ok"

    def to_json(self) -> JsonObject:
        """Return what `inlaid mailbox list --json` prints of it."""
        shown = {name: value for name, value in asdict(self).items() if name not in {"workspace", "preferences"}}
        shown["readers"] = [person for _, person in self.readers]
        said = {"state": self.state, "trouble": self.trouble, "labels": self.labels}
        return {**shown, **said, "settings": self.preferences.to_json()}


def mailbox_views(records: RecordStore, *, workspace: str | None = None) -> list[MailboxView]:
    """Return all mailboxes, or those of one workspace, by kind and name."""
    cooldowns = Backoff(records).all()
    return [
        _view(provider, account, cooldowns)
        for provider in mail_providers(RecordsAtOnce(records))
        for account in provider.accounts.list()
        if workspace in {None, account.workspace}
    ]


def _view(provider: Provider[A], account: A, cooldowns: Cooldowns) -> MailboxView:
    connection, rest = provider.connection(account), cooldowns.of(account.place)
    records = provider.accounts.records
    preferences = load_preferences(records, account.workspace, account.name)
    return MailboxView(
        name=account.name,
        kind=provider.kind,
        workspace=account.workspace,
        person=account.person,
        address=account.address,
        place=connection.place,
        notices=connection.notices,
        checked_at=connection.checked_at,
        noticed_at=connection.status.noticed_at,
        drafted_at=connection.status.drafted_at,
        renews_at=connection.status.renews_at,
        error=connection.error or (rest.error if rest else None),
        preferences=preferences,
        failures=rest.failures if rest else 0,
        failing_since=rest.since if rest else 0.0,
        next_try_at=cooldowns.until(account.place),
        labels_error=label_error(records, account.workspace, account.name) if preferences.labels else None,
        readers=account.readers,
    )


@dataclass(frozen=True)
class ServerView:
    """A mail server, or a tenant of a provider, that is left alone for a while. Times are Unix seconds.

    Args:
        name: what it is.
        failures: how often in a row it failed, in any of its mailboxes, and `failing_since` when that began.
        next_try_at: when one of its mailboxes is tried again.
        error: what went wrong last, as `InlaidError.to_json`.
    """

    name: str
    failures: int
    failing_since: float
    next_try_at: float
    error: dict[str, str]

    @property
    def trouble(self) -> str:
        """What is wrong and when it is tried again, in sentences."""
        times = "once" if self.failures == 1 else f"{self.failures} times"
        what = f"{self.error['message']} It failed {times} since {clock(self.failing_since)}."
        return f"{what} The next try is at {clock(self.next_try_at)}; mailboxes elsewhere go on."


def resting_servers(records: RecordStore) -> list[ServerView]:
    """Return the mail servers whose mailboxes are all left alone for a while, by name."""
    cooldowns, at = Backoff(records).all(), time.time()
    return [
        ServerView(name, rest.failures, rest.since, rest.until, rest.error)
        for name, rest in sorted(cooldowns.servers.items())
        if cooldowns.server_until(name) > at
    ]


def find_mailbox(records: RecordStore, workspace: str, name: str, kind: str = "") -> MailboxView:
    """Return one mailbox, of that kind where one is given.

    Raises:
        NotFoundError: nothing has that name.
    """
    for provider in mail_providers(records):
        if kind in {"", provider.kind} and (account := provider.accounts.find(workspace, name)):
            return _view(provider, account, Backoff(records).near(account.place))
    raise NotFoundError(f"No mailbox called {name} is connected.", fix="List mailboxes with: inlaid mailbox list")


def change_preferences(records: RecordStore, view: MailboxView, **changes: Any) -> Preferences:
    """Change those settings that are not None, and return all. Withdrawn consent also deletes what was learnt.

    Raises:
        InputError: one of them cannot be; the text names it.
    """
    if changes.get("learns_voice") and view.readers:
        raise InputError(
            "What several people write is not learnt from.", fix="Learn from a mailbox that is one person's."
        )
    value = changed(view.preferences, **changes)
    save_preferences(records, view.workspace, view.name, value, person=view.person)
    if not value.learns_voice:
        forget_style(records, view.workspace, view.name)
    provider, account = _opened(records, view)
    provider.take_preferences(account)
    return value


def style_of(records: RecordStore, workspace: str, address: str) -> WritingStyle | None:
    """Return what was learnt of how the owner of a mail address writes, None when nothing was."""
    views = [
        view for view in mailbox_views(records, workspace=workspace) if view.address.casefold() == address.casefold()
    ]
    found = (load_style(records, workspace, view.name) for view in views if address)
    return next((style for style in found if style), None)


def learn_mailbox(settings: Settings, records: RecordStore, view: MailboxView) -> WritingStyle:
    """Learn now how the owner writes, from their sent mail, and return it.

    Raises:
        InputError: they have not agreed, or there is no folder of sent mail.
        PolicyRefused: nothing may be learnt from them.
        LimitError: it is being learnt right now.
        InlaidError: the mailbox cannot be read.
    """
    load_policies(settings, records).require_learning(view.workspace, view.person)
    provider, account = _opened(records, view, settings)
    return learn_style(records, provider, account)


def shown_style(records: RecordStore, view: MailboxView) -> JsonObject:
    """Return all that was learnt of how the owner writes, and whether they agree to it."""
    style = load_style(records, view.workspace, view.name)
    return {
        "mailbox": view.name,
        "consent": view.preferences.learns_voice,
        "voice": style.model_dump(mode="json") if style else None,
        "examples": [example.model_dump(mode="json") for example in load_examples(records, view.workspace, view.name)],
    }


def judged_mails(records: RecordStore, view: MailboxView, *, limit: int) -> Sequence[TriageRecord]:
    """Return the newest decisions about the mails of a mailbox, newest first."""
    _, account = _opened(records, view)
    return TriageRecords(records, account).newest(limit=limit)


def mail_labels(store: Store, view: MailboxView, judged: Sequence[TriageRecord]) -> list[str]:
    """Return in words what is to be done about each of these mails, newest first; "" where nothing is."""
    _, account = _opened(store.records, view)
    return [
        ", ".join(filter(None, (danger_words(record, state), state.words())))
        for record, state in zip(judged, mail_states(store, account, judged), strict=True)
    ]


def change_labels(settings: Settings, store: Store, view: MailboxView, language: str) -> Preferences:
    """Put labels on the mails of a mailbox, in a language, or take them away (`off`), now.

    What is left when it breaks off, a worker does.

    Raises:
        SettingsError: mails there can bear no labels; then none are wanted any more.
        InlaidError: the mailbox cannot be changed now.
    """
    records = store.records
    value = change_preferences(records, view, labels=language)
    provider, account = _opened(records, view, settings)
    try:
        put_labels(store, provider, account)
    except SettingsError:
        save_preferences(records, view.workspace, view.name, replace(value, labels=""), person=view.person)
        forget_labels(records, view.workspace, view.name)
        raise
    return load_preferences(records, view.workspace, view.name)


def read_mailbox(settings: Settings, records: RecordStore, view: MailboxView, submit: Submit) -> Sequence[TriageRecord]:
    """Look for new mail now, submit a job for each that needs an answer, and return what was decided.

    Raises:
        PolicyRefused: its owner may not have it connected any more.
        LimitError: the mailbox is being read right now by somebody else.
        InlaidError: it cannot be read.
    """
    load_policies(settings, records).require_mailbox(view.workspace, view.person, view.kind, view.address)
    provider, account = _opened(records, view, settings)
    return provider.sync(account, submit)


def settle_mailbox(settings: Settings, store: Store, view: MailboxView) -> None:
    """Look now what became of the drafts that wait in a mailbox, unless somebody is looking right now.

    Raises:
        InlaidError: it cannot be read, or may not be any more.
    """
    load_policies(settings, store.records).require_mailbox(view.workspace, view.person, view.kind, view.address)
    with suppress(LimitError):
        settle_drafts(store, *_opened(store.records, view, settings), is_asked=True)


def remove_mailbox(settings: Settings, records: RecordStore, view: MailboxView) -> None:
    """Forget a mailbox and everything stored about its mail. The mailbox stays as it is, without our labels."""
    provider, account = _opened(records, view, settings)
    others = [other for other in mail_providers(records, settings) if other.kind != view.kind]
    if any(other.accounts.find(view.workspace, view.name) for other in others):
        provider.forget(account)  # what is kept under the name alone is the other's, which stays
        return
    with suppress(InlaidError):  # nobody is kept from leaving by a server that does not answer
        end_labels(records, provider, account)
    forget_labels(records, view.workspace, view.name)
    provider.forget(account)
    forget_source(records, view)
    forget_style(records, view.workspace, view.name)
    records.delete(PREFERENCES_KIND, view.workspace, view.name)


def leave_mailbox(
    settings: Settings, records: RecordStore, view: MailboxView, names: Sequence[tuple[str, str]]
) -> None:
    """Forget a mailbox for some people: one that others share with them stays connected for those.

    Raises:
        LimitError: another of its members is joining or leaving right now.
    """
    if view.readers and view.kind == "graph":
        shared = SharedMailboxes(Microsoft(settings, records))
        if shared.leave(shared.microsoft.accounts.get(view.workspace, view.name), names):
            return
    remove_mailbox(settings, records, view)


def forget_source(records: RecordStore, view: MailboxView) -> None:
    """Have what is known of a mailbox's folders be deleted."""
    sources = SourceStore(records.database, records.cipher)
    with suppress(NotFoundError):
        source = sources.get(source_id_of(view.workspace, view.name)).source
        sources.change(replace(source, state="removing"))


def _opened(
    records: RecordStore, view: MailboxView, settings: Settings | None = None
) -> tuple[Provider[Any], MailboxAccount]:
    """Return the provider of a mailbox, and its account as it is stored."""
    provider = provider_of(view.kind, records, settings)
    return provider, provider.accounts.get(view.workspace, view.name)
