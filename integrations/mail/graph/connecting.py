"""Connects a mailbox at Microsoft: a link to the sign-in, the way back, and the test before anything is saved."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from core.drafts import JsonObject
from core.errors import ForbiddenError, InputError, NotFoundError, SettingsError
from core.job import LOCAL_WORKSPACE
from core.policies.enforcement import load_policies
from integrations.graph.client import segment
from integrations.graph.errors import ConsentError
from integrations.mail.graph.accounts import INBOX, SCOPES, GraphAccount, MailboxClient, Microsoft
from integrations.mail.graph.change_notifications import MISSED, ChangeNotifications

WORKSPACE = "microsoft"
INVITATION_KIND = "graph_invitation"
FLOW_KIND = "graph_flow"
INVITATION_SECONDS = 24 * 3600.0
FLOW_SECONDS = 900.0
# Stands where the key of a subscription stands in an event of one.
CONNECTED = "connected"
SIGN_IN_PATH = "/graph/sign-in"
# As much as recipes take.
MAX_ROLE_CHARS = 200
SIGNED_IN_PATH = "/graph/signed-in"


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

    def invite(self, invitation: Invitation) -> str:
        """Return a link that is good for one mailbox within a day. Whoever opens it signs in at Microsoft.

        Raises:
            SettingsError: Microsoft 365 is not set up, or nobody could come back from there.
        """
        self._redirect_uri()
        assert self.microsoft.sign_in
        ticket = secrets.token_urlsafe(32)
        self._put(INVITATION_KIND, ticket, asdict(invitation), INVITATION_SECONDS)
        return f"{self.microsoft.settings.public_url}{SIGN_IN_PATH}?ticket={ticket}"

    def begin(self, ticket: str) -> str:
        """Return where the browser goes to sign in.

        Raises:
            NotFoundError: the link was used or has expired.
            OutageError: Microsoft cannot be reached.
        """
        if not self._read(INVITATION_KIND, ticket):
            raise NotFoundError("This link was used or has expired.", fix="Make a new one: inlaid mailbox add graph")
        flow = self.microsoft.sign_in.begin(SCOPES, self._redirect_uri())
        self._put(FLOW_KIND, str(flow["state"]), {"flow": flow, "ticket": ticket}, FLOW_SECONDS)
        return str(flow["auth_uri"])

    def finish(self, form: Mapping[str, str]) -> GraphAccount:
        """Take what the browser brought back from Microsoft, test the mailbox, and save it.

        Raises:
            InputError: it belongs to no sign-in that was begun here.
            CredentialError: the person or Microsoft refused.
            InlaidError: the mailbox cannot be used.
        """
        state = form.get("state", "")[:200]
        begun = self._read(FLOW_KIND, state)
        if not begun or self.microsoft.records.delete(FLOW_KIND, WORKSPACE, state) != 1:
            raise InputError("This sign-in was finished before or has expired.", fix="Open the link again.")
        found = self._read(INVITATION_KIND, str(begun["ticket"]))
        if not found:
            raise NotFoundError("This link was used or has expired.", fix="Make a new one: inlaid mailbox add graph")
        signed_in = self.microsoft.sign_in.finish(begun["flow"], form)
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
        self.microsoft.records.delete(INVITATION_KIND, WORKSPACE, str(begun["ticket"]))
        return account

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

    def _redirect_uri(self) -> str:
        public_url = self.microsoft.settings.public_url
        if not public_url:
            raise SettingsError(
                "Nobody could come back from Microsoft's sign-in.", fix="Set INLAID_PUBLIC_URL to the web process."
            )
        return public_url + SIGNED_IN_PATH

    def _put(self, kind: str, key: str, data: JsonObject, seconds: float) -> None:
        self.microsoft.records.put(kind, WORKSPACE, key, data, expires_in_seconds=seconds)

    def _read(self, kind: str, key: str) -> JsonObject:
        record = self.microsoft.records.get(kind, WORKSPACE, key) if key else None
        return dict(record.data) if record else {}


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
            me = client.graph.get("/me", select=("mail", "userPrincipalName", "displayName", "jobTitle"))
            address = str(me.get("mail") or me.get("userPrincipalName") or account.address)
            role = " ".join(str(me.get("jobTitle") or "").split())[:MAX_ROLE_CHARS]
            account = replace(account, address=address, owner_role=role)
        for folder in (*account.folders, "drafts"):
            _require_folder(client, folder)
        _require_writing(client)
    except ForbiddenError as error:
        raise ConsentError(
            f"Microsoft does not let Inlaid into {account.address}: {error.message}",
            fix="An administrator grants Mail.ReadWrite and Mail.Read for this mailbox; see deploy/entra.",
        ) from error
    return account


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
