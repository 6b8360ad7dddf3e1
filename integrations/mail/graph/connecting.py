"""Connects a mailbox at Microsoft: a link to the sign-in, the way back, and the test before anything is saved."""

from dataclasses import asdict, dataclass, replace

from core.connect_links import ConnectLinks, Owner, Purpose
from core.drafts import JsonObject
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.job import LOCAL_WORKSPACE
from core.people import load_people, shared_mailbox
from core.policies.enforcement import load_policies
from core.text.catalogues import N_
from integrations.graph.client import segment
from integrations.graph.errors import ConsentError
from integrations.graph.invitations import MAILBOX, microsoft_links, microsoft_purpose
from integrations.graph.sign_in import GraphPerson
from integrations.mail.graph.accounts import (
    INBOX,
    SCOPES,
    SHARED_SCOPES,
    GraphAccount,
    MailboxClient,
    Member,
    Microsoft,
)
from integrations.mail.graph.change_notifications import ChangeNotifications
from integrations.mail.graph.shared import KEEP_AS, SharedMailboxes
from integrations.mail.graph.subscriptions import MISSED
from integrations.mail.mailbox.one_way import require_one_way
from integrations.mail.message.addresses import parse_addresses

SHARED = "shared mailbox"
# Stands where the key of a subscription stands in an event of one.
CONNECTED = "connected"
# As much as recipes take.
MAX_ROLE_CHARS = 200
_PROFILE = ("mail", "userPrincipalName", "displayName", "jobTitle", "proxyAddresses")
_MAX_ALIASES = 50


@dataclass(frozen=True)
class Invitation:
    """For whom a mailbox is to be connected, and how."""

    person: str
    owner_name: str = ""
    folders: tuple[str, ...] = (INBOX,)
    workspace: str = LOCAL_WORKSPACE


@dataclass(frozen=True)
class GraphConnecting:
    """Connects mailboxes.

    Args:
        microsoft: the way to them.
    """

    microsoft: Microsoft

    @property
    def links(self) -> ConnectLinks:
        """What makes links and takes people back."""
        purposes = {MAILBOX: self.purpose, SHARED: self.shared_purpose}
        return microsoft_links(self.microsoft.settings, self.microsoft.records, purposes)

    @property
    def purpose(self) -> Purpose:
        """What people are invited to."""
        settings, records = self.microsoft.settings, self.microsoft.records
        return microsoft_purpose(settings, records, N_("a mailbox"), SCOPES, self._connect)

    def invite(self, invitation: Invitation) -> str:
        """Return a link that is good for one mailbox within a day. Whoever it is for signs in at Microsoft.

        Raises:
            SettingsError: Microsoft 365 is not set up, or nobody could come back from there.
        """
        owner = Owner(invitation.workspace, invitation.person, invitation.owner_name)
        return self.links.invite(owner, asdict(invitation), MAILBOX)

    @property
    def shared_purpose(self) -> Purpose:
        """What those are invited to who read a mailbox that others have shared with them."""
        settings, records = self.microsoft.settings, self.microsoft.records
        what, scopes = "a shared mailbox", SHARED_SCOPES
        return microsoft_purpose(settings, records, what, scopes, self._connect_shared, keep_as=KEEP_AS)

    def invite_to_shared(self, invitation: Invitation, address: str) -> str:
        """Return a link by which a member connects a shared mailbox, or joins those who have. Raises as `invite`.

        Raises:
            InputError: this is no address.
        """
        parsed = parse_addresses(address)
        if len(parsed) != 1 or "@" not in parsed[0].key:
            raise InputError(f"{address[:80]} is no address of a mailbox.", fix="Give it as name@example.com.")
        owner = Owner(invitation.workspace, invitation.person, invitation.owner_name)
        data = {**asdict(invitation), "shared": parsed[0].key}
        return self.links.invite(owner, data, SHARED, what=N_(f"the shared mailbox {parsed[0].key}"))

    def _connect_shared(self, found: JsonObject, signed_in: GraphPerson) -> str:
        """Test a shared mailbox with the sign-in of one of its members, and let them in."""
        address, shared = str(found["shared"]), SharedMailboxes(self.microsoft)
        member = Member(str(found["workspace"]), str(found["person"]), signed_in.account)
        account = shared.find(address) or GraphAccount(
            address=address,
            person=shared_mailbox(address),
            folders=tuple(found["folders"]),
            workspace=member.workspace,
        )
        account = self.test(replace(account, members=(member,)), member.name)
        joined = shared.join(shared.find(*account.addresses) or account, member)
        self._begin(joined)
        owner = self.links.title_of(Owner(member.workspace, member.person, str(found["owner_name"])))
        others = len(joined.members) - 1
        read_by = f" {others} more read it too." if others else ""
        return (
            f"{joined.address} is connected for {owner}.{read_by} Reply drafts wait in its Drafts folder, one for each "
            "thread, whoever of you opens it."
        )

    def _connect(self, found: JsonObject, signed_in: GraphPerson) -> str:
        """Test the mailbox of whoever signed in, and save it."""
        account = GraphAccount(
            address=signed_in.address,
            person=str(found["person"]),
            signed_in=signed_in.account,
            owner_name=str(found["owner_name"]) or signed_in.name,
            folders=tuple(found["folders"]),
            workspace=str(found["workspace"]),
        )
        account = self.test(account)
        self.save(account)
        owner = self.links.title_of(Owner(account.workspace, account.person, str(found["owner_name"])))
        return N_(f"{account.address} is connected for {owner}. From now on reply drafts wait in its Drafts folder.")

    def _require_free(self, account: GraphAccount) -> None:
        """A mailbox is connected once: nobody may take somebody else's, and two of them would write two drafts."""
        people = load_people(self.microsoft.settings, self.microsoft.records)
        for before in self.microsoft.accounts.list():
            if not before.addresses & account.addresses or (before.members and account.members):
                continue  # whoever connects a shared mailbox once more joins it
            is_same = people.is_same((before.workspace, before.person), (account.workspace, account.person))
            if not is_same:
                raise ConflictError(
                    f"{account.name} is connected by somebody else.", fix="Ask them to remove it first."
                )
            is_other = before.workspace != account.workspace or before.name.casefold() != account.name.casefold()
            if is_other or bool(before.members) != bool(account.members):
                raise ConflictError(f"{before.name} is connected already.", fix="Remove it first.")

    def test(self, account: GraphAccount, who: tuple[str, str] | None = None) -> GraphAccount:
        """Return the account as Microsoft knows it, ready to be saved.

        Args:
            account: the mailbox.
            who: connects it, by default the person whose it is.

        Raises:
            PolicyRefused: its owner may not connect it.
            ConflictError: it is connected already, by somebody else or in another way.
            InlaidError: the mailbox cannot be used.
        """
        found = check_mailbox(self.microsoft.open(account))
        policies = load_policies(self.microsoft.settings, self.microsoft.records)
        self._require_free(found)
        require_one_way(self.microsoft.records, found)
        policies.require_mailbox(*(who or (found.workspace, found.person)), "graph", found.address)
        return found

    def save(self, account: GraphAccount) -> None:
        """Save a mailbox that was tested, and have a worker look after it as soon as one is woken."""
        self.microsoft.accounts.save(account)
        self._begin(account)

    def _begin(self, account: GraphAccount) -> None:
        ChangeNotifications(self.microsoft.records).store_lifecycle(account.workspace, account.name, CONNECTED, MISSED)


def check_mailbox(client: MailboxClient) -> GraphAccount:
    """Return the account as Microsoft knows it, after a look at everything that will be needed. Nothing is changed.

    Raises:
        ConsentError: a permission is missing.
        NotFoundError: there is no such mailbox or folder.
        InlaidError: Microsoft refuses or cannot be reached.
    """
    account = client.account
    try:
        if account.signed_in:
            me = client.graph.get("/me", select=_PROFILE)
            address = str(me.get("mail") or me.get("userPrincipalName") or account.address)
            role = " ".join(str(me.get("jobTitle") or "").split())[:MAX_ROLE_CHARS]
            account = replace(account, address=address, owner_role=role, aliases=_aliases(me, address))
        elif account.members:
            account = _named(client)
        for folder in (*account.folders, "drafts"):
            _require_folder(client, folder)
        _require_writing(client)
    except ForbiddenError as error:
        fix = "An administrator grants Mail.ReadWrite and Mail.Read for this mailbox; see deploy/entra."
        if account.members:
            fix = "Whoever looks after the mailbox gives you full access to it in Exchange."
        raise ConsentError(f"Microsoft does not let Inlaid into {account.address}: {error.message}", fix=fix) from error
    return account


def _named(client: MailboxClient) -> GraphAccount:
    """Return a shared mailbox by its main address, where its members may read its entry in the directory."""
    account = client.account
    try:
        entry = client.graph.get(client.root, select=_PROFILE)
    except (ForbiddenError, NotFoundError):  # without User.ReadBasic.All; the folders tell whether it is there
        return account
    address = next((parsed.key for parsed in parse_addresses(str(entry.get("mail") or ""))), account.address)
    aliases = dict.fromkeys((*_aliases(entry, address), account.address.casefold()))
    further = tuple(alias for alias in aliases if alias != address.casefold())
    return replace(account, address=address, person=shared_mailbox(address), aliases=further)


def _aliases(me: JsonObject, address: str) -> tuple[str, ...]:
    """Return the further addresses that reach a mailbox, as the directory knows them."""
    listed = [str(proxy) for proxy in me.get("proxyAddresses") or ()]
    found = [proxy.partition(":")[2] for proxy in listed if proxy.partition(":")[0].lower() == "smtp"]
    found.append(str(me.get("userPrincipalName") or ""))
    parsed = parse_addresses(", ".join(found))
    return tuple(alias.key for alias in parsed if alias.key != address.casefold())[:_MAX_ALIASES]


def _require_folder(client: MailboxClient, folder: str) -> None:
    try:
        client.graph.get(client.folder(folder), select=("id",))
    except NotFoundError as error:
        raise NotFoundError(
            f"{client.account.address} has no mailbox there, or no folder {folder}.",
            fix="Check the address and --folder.",
        ) from error


def _require_writing(client: MailboxClient) -> None:
    """Ask for a change of a mail that does not exist: permissions are looked at first."""
    try:
        client.graph.patch(f"{client.root}/messages/{segment('AAAA')}", {"categories": []})
    except ForbiddenError:
        raise
    except (NotFoundError, InputError):
        return
