"""Connects a mailbox at Gmail: a link to the sign-in, the way back, and the test before anything is saved."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from core.connect_links import Authority, ConnectLinks, Owner, ProviderAccount, Purpose
from core.drafts import JsonObject
from core.errors import ConflictError, CredentialError
from core.policies.enforcement import load_policies
from core.store.due import DueIndex
from core.text.catalogues import N_
from integrations.mail.gmail.accounts import ACCOUNT_KIND, GmailAccount, Google
from integrations.mail.gmail.client import Gmail
from integrations.mail.gmail.reading import aliases_of
from integrations.mail.gmail.sign_in import SCOPES, GoogleClient, Tokens, make_client, new_verifier
from integrations.mail.mailbox.one_way import require_one_way
from integrations.mail.mailbox.visits import SERVERS

SIGN_IN_PATH = "/gmail/sign-in"
SIGNED_IN_PATH = "/gmail/signed-in"
MAILBOX = "mailbox"
# Of two who connect a mailbox at once the second sees what the first has saved.
SAVE_SECONDS = 30.0
_AGAIN = "Make a new one: inlaid mailbox add gmail, or the console's page Connections."


@dataclass(frozen=True)
class GmailConnecting:
    """Connects mailboxes.

    Args:
        google: the way to them.
    """

    google: Google

    @property
    def links(self) -> ConnectLinks:
        """What makes links and takes people back."""
        authority = Authority(
            "Google", "google", SIGN_IN_PATH, SIGNED_IN_PATH, self._begin, self._finish, _AGAIN, self._client
        )
        purposes = {MAILBOX: Purpose(N_("a mailbox"), SCOPES, self._connect)}
        return ConnectLinks(self.google.settings, self.google.records, authority, purposes)

    def invite(self, owner: Owner) -> str:
        """Return a link that is good for one mailbox within a day. Whoever it is for signs in at Google.

        Raises:
            SettingsError: Google is not set up, or nobody could come back from there.
        """
        return self.links.invite(owner, asdict(owner), MAILBOX)

    def _client(self) -> GoogleClient:
        return make_client(self.google.settings)

    def _begin(self, _scopes: Sequence[str], redirect_uri: str) -> JsonObject:
        state, verifier = secrets.token_urlsafe(32), new_verifier()
        there = self._client().authorization(redirect_uri, state, verifier)
        return {"state": state, "verifier": verifier, "auth_uri": there}

    def _finish(self, kept: JsonObject, answer: Mapping[str, str]) -> ProviderAccount:
        """Return who signed in, by the address of the mailbox itself."""
        if answer.get("error") or not answer.get("code"):
            raise CredentialError("The sign-in at Google was declined.", fix="Open the link again, and allow it.")
        signed_in = self._client().finish(answer["code"], self.links.redirect_uri(), str(kept["verifier"]))
        client = self._gmail(signed_in.tokens)
        address = str(client.call(client.users.getProfile(userId="me"))["emailAddress"]).casefold()
        return ProviderAccount(address, signed_in.name, held=asdict(signed_in.tokens))

    def _connect(self, found: JsonObject, signed_in: ProviderAccount) -> str:
        """Test the mailbox of whoever signed in, and save it."""
        owner, tokens = Owner(**found), Tokens(**signed_in.held)
        account = self._test(owner, signed_in, tokens)
        with self.google.records.lock(SERVERS, f"connect gmail:{account.name}", seconds=SAVE_SECONDS):
            self._require_single(account)
            require_one_way(self.google.records, account)
            self.google.tokens.save(account.workspace, account.name, account.person, tokens)
            self.google.accounts.save(account)
        title = self.links.title_of(owner)
        return N_(f"{account.address} is connected for {title}. From now on reply drafts wait among its drafts.")

    def _gmail(self, tokens: Tokens) -> Gmail:
        return Gmail(self.google.settings.google_url, lambda renew=False: tokens.access_token, wait=self.google.wait)

    def _test(self, owner: Owner, signed_in: ProviderAccount, tokens: Tokens) -> GmailAccount:
        """Return the account as Gmail knows it, after a look at everything that will be needed. Nothing is changed."""
        google, client, address = self.google, self._gmail(tokens), signed_in.address
        client.call(client.users.drafts().list(userId="me", maxResults=1))
        policies = load_policies(google.settings, google.records)
        policies.require_mailbox(owner.workspace, owner.person, "gmail", address)
        name, aliases = owner.name or signed_in.name, aliases_of(client, address)
        return GmailAccount(address, owner.person, name, owner.workspace, aliases=aliases)

    def _require_single(self, account: GmailAccount) -> None:
        """Pass when nobody else has connected the mailbox, in any workspace: each thread would get two drafts."""
        google = self.google
        before = google.accounts.find(account.workspace, account.name)
        is_taken = before is not None and before.person != account.person
        for state in DueIndex(google.records.database).standing(ACCOUNT_KIND):
            is_taken |= state.workspace != account.workspace and state.key.casefold() == account.name.casefold()
        if is_taken:
            raise ConflictError(f"{account.name} is connected by somebody else.", fix="Ask them to remove it first.")
