"""Connects a mailbox at Gmail: a link to the sign-in, the way back, and the test before anything is saved."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from core.connect_links import Authority, ConnectLinks, Owner, ProviderAccount, Purpose
from core.drafts import JsonObject
from core.errors import ConflictError, CredentialError
from core.job import LOCAL_WORKSPACE
from core.policies.enforcement import load_policies
from integrations.mail.gmail.accounts import GmailAccount, Google
from integrations.mail.gmail.client import Gmail
from integrations.mail.gmail.sign_in import SCOPES, GoogleClient, Tokens, make_client, new_verifier

SIGN_IN_PATH = "/gmail/sign-in"
SIGNED_IN_PATH = "/gmail/signed-in"
MAILBOX = "mailbox"
_AGAIN = "Make a new one: inlaid mailbox add gmail, or the console's page Connections."


@dataclass(frozen=True)
class Invitation:
    """For whom a mailbox is to be connected."""

    person: str
    owner_name: str = ""
    workspace: str = LOCAL_WORKSPACE


@dataclass(frozen=True)
class Connecting:
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
        purposes = {MAILBOX: Purpose("a mailbox", SCOPES, self._connect)}
        return ConnectLinks(self.google.settings, self.google.records, authority, purposes)

    def invite(self, invitation: Invitation) -> str:
        """Return a link that is good for one mailbox within a day. Whoever it is for signs in at Google.

        Raises:
            SettingsError: Google is not set up, or nobody could come back from there.
        """
        owner = Owner(invitation.workspace, invitation.person, invitation.owner_name)
        return self.links.invite(owner, asdict(invitation), MAILBOX)

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
        invitation, tokens = Invitation(**found), Tokens(**signed_in.held)
        account = self._test(invitation, signed_in, tokens)
        self.google.tokens.save(account.workspace, account.name, account.person, tokens)
        self.google.accounts.save(account)
        owner = self.links.title_of(Owner(account.workspace, account.person, invitation.owner_name))
        return f"{account.address} is connected for {owner}. From now on reply drafts wait among its drafts."

    def _gmail(self, tokens: Tokens) -> Gmail:
        return Gmail(self.google.settings.google_url, lambda renew=False: tokens.access_token, wait=self.google.wait)

    def _test(self, found: Invitation, signed_in: ProviderAccount, tokens: Tokens) -> GmailAccount:
        """Return the account as Gmail knows it, after a look at everything that will be needed. Nothing is changed."""
        google, client, address = self.google, self._gmail(tokens), signed_in.address
        client.call(client.users.drafts().list(userId="me", maxResults=1))
        policies = load_policies(google.settings, google.records)
        policies.require_mailbox(found.workspace, found.person, "gmail", address)
        before = google.accounts.find(found.workspace, address)
        if before and before.person != found.person:
            raise ConflictError(f"{address} is connected by somebody else.", fix="Ask them to remove it first.")
        return GmailAccount(address, found.person, found.owner_name or signed_in.name, found.workspace)
