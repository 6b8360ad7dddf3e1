"""The client of one mailbox at Microsoft: calls with the right token, and the paths in it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from core.cached_property import cached_property
from core.settings import Settings
from core.store.records import RecordStore
from integrations.graph.client import Graph, segment
from integrations.graph.sign_in import SignIn, make_sign_in
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts

# The smallest permissions that read mail, receive notifications and store drafts. None of them can send.
SCOPES = ("Mail.Read", "Mail.ReadWrite", "User.Read")


@dataclass(frozen=True)
class MailboxClient:
    """Calls to one mailbox."""

    graph: Graph
    account: GraphAccount

    @property
    def root(self) -> str:
        """What every path in this mailbox begins with."""
        return "/me" if self.account.signed_in else f"/users/{segment(self.account.address)}"

    def message(self, message_id: str) -> str:
        """Return the path of a mail."""
        return f"{self.root}/messages/{segment(message_id)}"

    def folder(self, name: str) -> str:
        """Return the path of a folder."""
        return f"{self.root}/mailFolders/{segment(name)}"


@dataclass(frozen=True)
class Microsoft:
    """The way to all mailboxes at Microsoft.

    Args:
        settings: whose app, where Graph is, and where Microsoft reaches the web process.
        records: where mailboxes and tokens are kept.
        wait: called with the seconds to wait when Microsoft asks for it.
    """

    settings: Settings
    records: RecordStore
    wait: Callable[[float], None] = time.sleep

    @cached_property
    def sign_in(self) -> SignIn:
        """The app registration; raises SettingsError when there is none."""
        return make_sign_in(self.settings, self.records)

    @property
    def accounts(self) -> GraphAccounts:
        """The connected mailboxes."""
        return GraphAccounts(self.records)

    @property
    def is_set_up(self) -> bool:
        """Whether there is an app registration."""
        return bool(self.settings.microsoft_client_id and self.settings.microsoft_client_secret.get_secret_value())

    def open(self, account: GraphAccount) -> MailboxClient:
        """Return the mailbox for calls; the first of them asks for a token.

        Raises:
            SettingsError: Microsoft 365 is not set up.
        """
        token = self.sign_in.of_person(account.signed_in, SCOPES) if account.signed_in else self.sign_in.of_app()
        return MailboxClient(Graph(self.settings.microsoft_graph_url, token, wait=self.wait), account)
