"""Connects a mailbox at Microsoft: a link to the sign-in, the way back, and the test before anything is saved."""

from dataclasses import asdict, dataclass, replace

from core.connect_links import ConnectLinks, Owner, Purpose
from core.drafts import JsonObject
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.job import LOCAL_WORKSPACE
from core.people import load_people
from core.policies.enforcement import load_policies
from integrations.graph.client import segment
from integrations.graph.errors import ConsentError
from integrations.graph.invitations import MAILBOX, microsoft_links, microsoft_purpose
from integrations.graph.sign_in import SignedIn
from integrations.mail.graph.accounts import INBOX, SCOPES, GraphAccount, MailboxClient, Microsoft
from integrations.mail.graph.change_notifications import ChangeNotifications
from integrations.mail.graph.subscriptions import MISSED
from integrations.mail.message.addresses import parse_addresses

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
class Connecting:
    """Connects mailboxes.

    Args:
        microsoft: the way to them.
    """

    microsoft: Microsoft

    @property
    def links(self) -> ConnectLinks:
        """What makes links and takes people back."""
        return microsoft_links(self.microsoft.settings, self.microsoft.records, {MAILBOX: self.purpose})

    @property
    def purpose(self) -> Purpose:
        """What people are invited to."""
        settings, records = self.microsoft.settings, self.microsoft.records
        return microsoft_purpose(settings, records, "a mailbox", SCOPES, self._connect)

    def invite(self, invitation: Invitation) -> str:
        """Return a link that is good for one mailbox within a day. Whoever it is for signs in at Microsoft.

        Raises:
            SettingsError: Microsoft 365 is not set up, or nobody could come back from there.
        """
        owner = Owner(invitation.workspace, invitation.person, invitation.owner_name)
        return self.links.invite(owner, asdict(invitation), MAILBOX)

    def _connect(self, found: JsonObject, signed_in: SignedIn) -> str:
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
        self._require_free(account)
        self.save(account)
        owner = self.links.title_of(Owner(account.workspace, account.person, str(found["owner_name"])))
        return f"{account.address} is connected for {owner}. From now on reply drafts wait in its Drafts folder."

    def _require_free(self, account: GraphAccount) -> None:
        """A mailbox is kept by its name: nobody may put another in the place of somebody else's."""
        before = self.microsoft.accounts.find(account.workspace, account.name)
        people = load_people(self.microsoft.settings, self.microsoft.records)
        names = (account.workspace, account.person)
        if before and not people.is_same((before.workspace, before.person), names):
            raise ConflictError(f"{account.name} is connected by somebody else.", fix="Ask them to remove it first.")

    def test(self, account: GraphAccount) -> GraphAccount:
        """Return the account as Microsoft knows it, ready to be saved.

        Raises:
            PolicyRefused: its owner may not connect it.
            InlaidError: the mailbox cannot be used.
        """
        found = check_mailbox(self.microsoft.open(account))
        policies = load_policies(self.microsoft.settings, self.microsoft.records)
        policies.require_mailbox(found.workspace, found.person, "graph", found.address)
        return found

    def save(self, account: GraphAccount) -> None:
        """Save a mailbox that was tested, and have a worker look after it as soon as one is woken."""
        self.microsoft.accounts.save(account)
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
        for folder in (*account.folders, "drafts"):
            _require_folder(client, folder)
        _require_writing(client)
    except ForbiddenError as error:
        raise ConsentError(
            f"Microsoft does not let Inlaid into {account.address}: {error.message}",
            fix="An administrator grants Mail.ReadWrite and Mail.Read for this mailbox; see deploy/entra.",
        ) from error
    return account


def _aliases(me: JsonObject, address: str) -> tuple[str, ...]:
    """Return the further addresses that reach a mailbox, as the directory knows them."""
    listed = [str(proxy) for proxy in me.get("proxyAddresses") or ()]
    found = [proxy.partition(":")[2] for proxy in listed if proxy.partition(":")[0].lower() == "smtp"]
    found.append(str(me.get("userPrincipalName") or ""))
    parsed = parse_addresses(", ".join(found))
    return tuple(one.key for one in parsed if one.key != address.casefold())[:_MAX_ALIASES]


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
