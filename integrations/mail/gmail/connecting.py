"""Connects a mailbox at Gmail: a link to the sign-in, the way back, and the test before anything is saved.

A link is good for a day, and for one mailbox. What comes back belongs to the sign-in that was begun, once.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from core.drafts import JsonObject
from core.errors import ConflictError, CredentialError, InputError, NotFoundError, SettingsError
from core.job import LOCAL_WORKSPACE
from core.policies.enforcement import load_policies
from integrations.mail.gmail.accounts import GmailAccount, Google
from integrations.mail.gmail.client import Gmail
from integrations.mail.gmail.sign_in import GoogleClient, SignedIn, make_client, new_verifier

WORKSPACE = "google"
INVITATION_KIND = "gmail_invitation"
FLOW_KIND = "gmail_flow"
INVITATION_SECONDS = 24 * 3600.0
FLOW_SECONDS = 900.0
SIGN_IN_PATH = "/gmail/sign-in"
SIGNED_IN_PATH = "/gmail/signed-in"


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
    def _client(self) -> GoogleClient:
        return make_client(self.google.settings)

    def invite(self, invitation: Invitation) -> str:
        """Return a link that is good for one mailbox within a day. Whoever opens it signs in at Google.

        Raises:
            SettingsError: Google is not set up, or nobody could come back from there.
        """
        self._redirect_uri()
        assert self._client
        ticket = secrets.token_urlsafe(32)
        self._put(INVITATION_KIND, ticket, asdict(invitation), INVITATION_SECONDS)
        return f"{self.google.settings.public_url}{SIGN_IN_PATH}?ticket={ticket}"

    def begin(self, ticket: str) -> str:
        """Return where the browser goes to sign in.

        Raises:
            NotFoundError: the link was used or has expired.
        """
        self._invitation(ticket)
        state, verifier = secrets.token_urlsafe(32), new_verifier()
        self._put(FLOW_KIND, state, {"ticket": ticket, "verifier": verifier}, FLOW_SECONDS)
        return self._client.authorization(self._redirect_uri(), state, verifier)

    def finish(self, answer: Mapping[str, str]) -> str:
        """Take what the browser brought back from Google, connect the mailbox, and return what to say of it.

        Raises:
            InputError: it belongs to no sign-in that was begun here.
            CredentialError: the person or Google refused.
            PolicyRefused: its owner may not connect it.
            InlaidError: the mailbox cannot be used.
        """
        state = answer.get("state", "")[:200]
        begun = self._read(FLOW_KIND, state)
        if not begun or self.google.records.delete(FLOW_KIND, WORKSPACE, state) != 1:
            raise InputError("This sign-in was finished before or has expired.", fix="Open the link again.")
        if answer.get("error") or not answer.get("code"):
            raise CredentialError("The sign-in at Google was declined.", fix="Open the link again, and allow it.")
        ticket = str(begun["ticket"])
        found = Invitation(**self._invitation(ticket))
        signed_in = self._client.finish(answer["code"], self._redirect_uri(), str(begun["verifier"]))
        account = self._test(found, signed_in)
        self._save(account, signed_in)
        self.google.records.delete(INVITATION_KIND, WORKSPACE, ticket)
        return f"{account.address} is connected. From now on reply drafts wait among its drafts."

    def _test(self, found: Invitation, signed_in: SignedIn) -> GmailAccount:
        """Return the account as Gmail knows it, after a look at everything that will be needed. Nothing is changed."""
        google, token = self.google, signed_in.tokens.access_token
        client = Gmail(google.settings.google_url, lambda renew=False: token, wait=google.wait)
        address = str(client.call(client.users.getProfile(userId="me"))["emailAddress"]).casefold()
        client.call(client.users.drafts().list(userId="me", maxResults=1))
        policies = load_policies(google.settings, google.records)
        policies.require_mailbox(found.workspace, found.person, "gmail", address)
        before = google.accounts.find(found.workspace, address)
        if before and before.person != found.person:
            raise ConflictError(f"{address} is connected by somebody else.", fix="Ask them to remove it first.")
        return GmailAccount(address, found.person, found.owner_name or signed_in.name, found.workspace)

    def _save(self, account: GmailAccount, signed_in: SignedIn) -> None:
        self.google.tokens.save(account.workspace, account.name, account.person, signed_in.tokens)
        self.google.accounts.save(account)

    def _invitation(self, ticket: str) -> JsonObject:
        found = self._read(INVITATION_KIND, ticket)
        if not found:
            raise NotFoundError(
                "This link was used or has expired.",
                fix="Make a new one: inlaid mailbox add gmail, or the console's page Connections.",
            )
        return found

    def _redirect_uri(self) -> str:
        if not self.google.settings.public_url:
            raise SettingsError(
                "Nobody could come back from Google's sign-in.", fix="Set INLAID_PUBLIC_URL to the web process."
            )
        return self.google.settings.public_url + SIGNED_IN_PATH

    def _put(self, kind: str, key: str, data: JsonObject, seconds: float) -> None:
        self.google.records.put(kind, WORKSPACE, key, data, expires_in_seconds=seconds)

    def _read(self, kind: str, key: str) -> JsonObject:
        record = self.google.records.get(kind, WORKSPACE, key) if key else None
        return dict(record.data) if record else {}
