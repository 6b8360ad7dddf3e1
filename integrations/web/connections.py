"""The web process's wiring of the console's page of connections: mailboxes of all kinds, and the platforms."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from core.connect_links import Owner
from core.drafts import JsonObject
from core.errors import ConflictError, InlaidError, NotFoundError
from core.events.streams import forget_events
from core.job import LOCAL_WORKSPACE, Job, JobRequest
from core.people import People, load_people
from core.policies.enforcement import Policies
from core.settings import Settings
from core.sources.management import SourceManager
from core.store import Store
from core.store.records import RecordStore
from core.text.catalogues import N_, told
from integrations.console.context import FormError, ImapForm, MailboxDetails, MailboxSummary, Platforms, Visitor
from integrations.mail.accounts.chosen_folders import choose_folders
from integrations.mail.accounts.draft_anyway import (
    CANNOT_HAVE_DRAFT,
    acknowledge_mail,
    draft_anyway,
    open_gaps,
)
from integrations.mail.accounts.groups import group_mailboxes
from integrations.mail.accounts.mailboxes import (
    MailboxView,
    change_preferences,
    judged_mails,
    learn_mailbox,
    leave_mailbox,
    mail_labels,
    mailbox_views,
    read_mailbox,
    remove_mailbox,
    shown_style,
)
from integrations.mail.accounts.removal import mails_deleted
from integrations.mail.gmail import connecting as gmail
from integrations.mail.gmail.accounts import Google
from integrations.mail.graph.accounts import INBOX, Microsoft
from integrations.mail.graph.connecting import GraphConnecting, Invitation
from integrations.mail.graph.groups import MailGroups
from integrations.mail.imap.accounts import ANY_HOST, Accounts, ImapAccount, read_grant
from integrations.mail.imap.connecting import connect_mailbox, renew_login
from integrations.mail.mailbox.preferences import FieldError, changed
from integrations.mail.mailbox.triage_records import alerts_of, draft_statuses
from integrations.mail.message.addresses import parse_sender
from integrations.mail.reply.compose import ONLY_GAPS
from integrations.mail.triage.decide import SUSPICIOUS
from integrations.slack import INSTALL_PATH
from integrations.slack.client.installations import BOT
from integrations.slack.client.installations import KIND as INSTALLATION_KIND
from integrations.sources.drive_sign_in import DriveSignIns

DECISIONS_SHOWN = 20


@dataclass(frozen=True)
class WebConnections:
    """See `integrations.console.context.ConsoleConnections`.

    Args:
        settings: of the process.
        store: where mailboxes, installations and jobs are.
        submit: stores a job and has a worker look at it.
        is_only_one: whether the installation is one person's, who then owns every local mailbox.
        policies: which mailboxes people may connect, and from whom something may be learnt.
    """

    settings: Settings
    store: Store
    submit: Callable[[JobRequest], Job]
    is_only_one: bool
    policies: Policies

    @property
    def records(self) -> RecordStore:
        """Where mailboxes and installations are."""
        return self.store.records

    @property
    def people(self) -> People:
        """Who is who."""
        return load_people(self.settings, self.records)

    @property
    def has_microsoft(self) -> bool:
        """Whether mailboxes of Microsoft 365 can be connected."""
        return Microsoft(self.settings, self.records).is_set_up and bool(self.settings.public_url)

    @property
    def has_google(self) -> bool:
        """Whether mailboxes at Gmail can be connected."""
        return Google(self.settings, self.records).is_set_up and bool(self.settings.public_url)

    def mailboxes(self, visitor: Visitor) -> Sequence[MailboxSummary]:
        """Return the visitor's mailboxes, and those that they look after as an administrator."""
        return [self._card(view, visitor) for view in mailbox_views(self.records) if self._sees(visitor, view)]

    def find(self, visitor: Visitor, name: str, person: str) -> MailboxSummary:
        """Return one of them."""
        return self._card(self._view(visitor, name, person), visitor)

    def details(self, card: MailboxSummary, visitor: Visitor, before: int = 0) -> MailboxDetails:
        """Return what only the owner of a mailbox sees, of its mails those after the `before` newest."""
        view, end = self._own(visitor, card.name), before + DECISIONS_SHOWN
        found = judged_mails(self.records, view, limit=end + 1)
        judged = found[before:end]
        known = draft_statuses(self.store, judged)
        labels = mail_labels(self.store, view, judged)
        decisions = [
            {
                "at": record.at,
                "subject": record.subject,
                "named": record.message_id or record.uid,  # folders of IMAP number their mails alike
                "is_suspicious": record.decision.get("rule") == SUSPICIOUS and not record.job,
                "sender": record.sender,
                "sender_address": parse_sender(record.sender).key,
                "job": record.job,
                **record.decision,
                "became": known[record.job].words if record.job in known else "",
                "can_have_draft": not record.job and record.decision.get("rule") not in CANNOT_HAVE_DRAFT,
                "is_left": record.job in known and known[record.job].placed == ONLY_GAPS,
                "alerts": [told(alert) for alert in alerts_of(record, known.get(record.job))],
                "label": label,
            }
            for record, label in zip(judged, labels, strict=True)
        ]
        shown, warnings = shown_style(self.records, view), open_gaps(self.records, view)
        return MailboxDetails(shown["voice"], shown["examples"], decisions, end if len(found) > end else 0, warnings)

    def add_imap(self, visitor: Visitor, form: ImapForm) -> str:
        """Test a mailbox, save it, and return its name."""
        grant = read_grant(form.token) if form.token else None
        account = ImapAccount(
            host=form.host,
            port=form.port,
            user=form.user,
            password="" if grant else form.password,
            login="oauth" if grant else "password",
            security="none" if form.security == "none" else "tls",
            person=visitor.person,
            address=form.address or (form.user if "@" in form.user else visitor.address),
            workspace=visitor.workspace,
            # Filling in a form of this server does not give the rights of the account that runs it.
            reach=ANY_HOST if self.is_only_one else ",".join(self.settings.allowed_hosts),
        )
        account = Accounts(self.records).as_before(account)
        address = form.address or account.address
        account = replace(account, port=form.port, address=address, owner_name=form.owner_name)

        def require_free() -> None:
            self._require_free(visitor, account.name)

        with _fields_named():
            connected, _ = connect_mailbox(
                self.records, account, grant, policies=self.policies, before_saving=require_free
            )
            return connected.name

    def renew_login(self, visitor: Visitor, name: str, *, password: str, token: str) -> None:
        """Test the visitor's mailbox with a new password or access token, and save that alone."""
        view = self._own(visitor, name)
        account = Accounts(self.records).get(view.workspace, view.name)
        renew_login(self.records, account, password=password, grant=read_grant(token) if token else None)

    def microsoft_link(self, visitor: Visitor, shared: str) -> str:
        """Return where the visitor connects a mailbox at Microsoft 365, theirs or one that is shared with them."""
        invitation = Invitation(visitor.person, visitor.own_name, workspace=visitor.workspace)
        connecting = GraphConnecting(Microsoft(self.settings, self.records))
        return connecting.invite_to_shared(invitation, shared) if shared else connecting.invite(invitation)

    def google_link(self, visitor: Visitor) -> str:
        """Return where the visitor connects a mailbox at Gmail."""
        owner = Owner(visitor.workspace, visitor.person, visitor.own_name)
        return gmail.GmailConnecting(Google(self.settings, self.records)).invite(owner)

    def change(self, visitor: Visitor, name: str, changes: Mapping[str, Any]) -> None:
        """Change settings of the visitor's mailbox; the mailbox is asked whether folders are there."""
        with _fields_named():
            view, further = self._own(visitor, name), dict(changes)
            folders = further.pop("folders", view.preferences.folders)
            changed(view.preferences, **further)  # a wrong field leaves the folders as they are too
            if folders != view.preferences.folders:
                choose_folders(self.settings, self.records, view, folders)
                view = self._own(visitor, name)
            change_preferences(self.records, view, **further)

    def check(self, visitor: Visitor, name: str) -> int:
        """Look for new mail now, and return how many mails were looked at."""
        return len(read_mailbox(self.settings, self.records, self._own(visitor, name), self.submit))

    def groups(self) -> Sequence[JsonObject] | None:
        """Return the groups of Entra whose members' mailboxes are connected; None where Microsoft is not set up."""
        return MailGroups(self.records).to_json() if Microsoft(self.settings, self.records).is_set_up else None

    def connect_group(self, wanted: str) -> None:
        """Connect the mailboxes of a group, by name or id, after a test of one of them."""
        group_mailboxes(self.settings, self.records).add(wanted, (INBOX,))

    def end_group(self, name: str) -> None:
        """Forget a group with the mailboxes that it connected."""
        group = MailGroups(self.records).find(name)
        if group is None:
            raise NotFoundError("There is no such group.", fix="The page of connections shows those there are.")
        group_mailboxes(self.settings, self.records).end(group)

    def draft_anyway(self, visitor: Visitor, name: str, mail: str) -> None:
        """Have a draft made for a mail of the visitor's mailbox that got none; one of a mail like fraud only warns."""
        view = self._own(visitor, name)
        self.policies.require_mailbox(view.workspace, view.person, view.kind, view.address)
        draft_anyway(self.settings, self.records, view, mail, self.submit)

    def acknowledge_gaps(self, visitor: Visitor, name: str, mail: str) -> None:
        """Note that the visitor knows that a mail was answered with a question to them still in it."""
        acknowledge_mail(self.records, self._own(visitor, name), mail)

    def learn_voice(self, visitor: Visitor, name: str) -> None:
        """Note consent, and learn how the owner writes from their sent mail."""
        view = self._own(visitor, name)
        self.policies.require_learning(view.workspace, view.person)
        change_preferences(self.records, view, learns_voice=True)
        learn_mailbox(self.settings, self.records, view)

    def forget_voice(self, visitor: Visitor, name: str) -> None:
        """Withdraw consent, and delete what was learnt."""
        change_preferences(self.records, self._own(visitor, name), learns_voice=False)

    def remove(self, visitor: Visitor, name: str, person: str) -> None:
        """Forget a mailbox: one's own, or one that the visitor administers. A member of a shared one leaves it."""
        view = self._view(visitor, name, person)
        theirs = [reader for reader in view.readers if self.people.is_same(reader, (visitor.workspace, visitor.person))]
        with mails_deleted(self.records, self.people) as removed:
            if theirs:
                leave_mailbox(self.settings, self.records, view, theirs)
            else:
                remove_mailbox(self.settings, self.records, view)
        forget_events(self.settings.broker_url, removed.job_ids)

    def leave(self, names: Sequence[tuple[str, str]]) -> None:
        """Forget all mailboxes of (workspace, person), at Microsoft too; for a person who is deleted."""
        leave_mailboxes(self.settings, self.records, names)

    def platforms(self, visitor: Visitor) -> Platforms:
        """Return how the platforms are connected, with the workspaces that the visitor administers."""
        settings = self.settings
        installed = [record for record in self.records.list(INSTALLATION_KIND) if record.key == BOT]
        found = [record for record in installed if visitor.administers(record.workspace)]
        teams = [
            str(record.data.get("team_name") or record.data.get("enterprise_name") or record.workspace)
            for record in found
        ]
        if settings.slack_bot_token.get_secret_value():
            teams.append(N_("the one of INLAID_SLACK_BOT_TOKEN"))
        by_oauth = settings.slack_client_id and settings.slack_client_secret.get_secret_value()
        return Platforms(
            teams,
            INSTALL_PATH if by_oauth else "",
            _standing(settings, "MICROSOFT", is_set_up=Microsoft(settings, self.records).is_set_up),
            _standing(settings, "GOOGLE", is_set_up=Google(settings, self.records).is_set_up),
        )

    def _card(self, view: MailboxView, visitor: Visitor) -> MailboxSummary:
        shown = {name: value for name, value in view.to_json().items() if name in MailboxSummary.__dataclass_fields__}
        is_imap = view.kind == "imap"
        login = Accounts(self.records).get(view.workspace, view.name).login if is_imap else ""
        return MailboxSummary(**shown, login=login, is_own=self._owns(visitor, view))

    def _sees(self, visitor: Visitor, view: MailboxView) -> bool:
        return visitor.administers(view.workspace) or self._owns(visitor, view)

    def _owns(self, visitor: Visitor, view: MailboxView) -> bool:
        if view.workspace == LOCAL_WORKSPACE and self.is_only_one and visitor.is_admin:
            return True
        return any(self.people.is_same(owner, (visitor.workspace, visitor.person)) for owner in view.owners)

    def _own(self, visitor: Visitor, name: str) -> MailboxView:
        for view in mailbox_views(self.records):
            if view.name == name and self._owns(visitor, view):
                return view
        raise NotFoundError("You have no such mailbox connected.", fix="The Connections page shows yours.")

    def _view(self, visitor: Visitor, name: str, person: str) -> MailboxView:
        for view in mailbox_views(self.records):
            if (view.name, view.person) == (name, person) and visitor.administers(view.workspace):
                return view
        return self._own(visitor, name)

    def _require_free(self, visitor: Visitor, name: str) -> None:
        """A mailbox is kept by its name: nobody may put another in the place of somebody else's."""
        for view in mailbox_views(self.records, workspace=visitor.workspace):
            if view.name == name and not self._owns(visitor, view):
                raise ConflictError(f"{name} is connected by somebody else.", fix="Ask them to remove it first.")


def _standing(settings: Settings, name: str, *, is_set_up: bool) -> str:
    """Return how a platform is connected at which people sign in for their mailboxes."""
    if not is_set_up:
        return N_(f"not set up: INLAID_{name}_CLIENT_ID and _CLIENT_SECRET are missing")
    if not settings.public_url:
        return N_("half set up: without INLAID_PUBLIC_URL people cannot return from the sign-in")
    return N_("set up")


@contextmanager
def _fields_named() -> Iterator[None]:
    """Say of an error about a field that it is one of the form."""
    try:
        yield
    except FieldError as error:
        raise FormError(error.field, error.message, fix=error.fix) from error


def source_sign_ins(settings: Settings, manager: SourceManager, people: People) -> DriveSignIns:
    """Return what adds drives with the sign-in of the person they are read for."""
    return DriveSignIns(settings, manager, people)


def leave_mailboxes(settings: Settings, records: RecordStore, names: Sequence[tuple[str, str]]) -> int:
    """Forget all mailboxes of some names of a person, and return how many there were.

    Where Microsoft cannot be reached, its subscription runs out.
    """
    theirs = [view for view in mailbox_views(records) if set(view.owners) & set(names)]
    for view in theirs:
        with suppress(InlaidError):
            leave_mailbox(settings, records, view, names)
    return len(theirs)
