"""Links by which somebody signs in at Microsoft for something of theirs to be connected: a mailbox, a drive.

A link is good for a day, and for one thing. Whoever opens it is led to Microsoft's sign-in; what comes back belongs to
the sign-in that was begun, once. What is to be connected is kept sealed with the link.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.drafts import JsonObject
from core.errors import InputError, NotFoundError, SettingsError
from core.settings import Settings
from core.store.records import RecordStore
from integrations.graph.sign_in import SignedIn, SignIn, make_sign_in

WORKSPACE = "microsoft"
INVITATION_KIND = "graph_invitation"
FLOW_KIND = "graph_flow"
INVITATION_SECONDS = 24 * 3600.0
FLOW_SECONDS = 900.0
SIGN_IN_PATH = "/graph/sign-in"
SIGNED_IN_PATH = "/graph/signed-in"
# What an invitation is for when it does not say.
MAILBOX = "mailbox"
_USED = "This link was used or has expired."


@dataclass(frozen=True)
class Purpose:
    """What people are invited to connect.

    Attributes:
        scopes: what is asked for.
        connect: takes what was kept with the link and who signed in, and returns what the page says then; when it
            raises, the link can be used again.
        keep_as: put before the account under which the tokens are kept, "" for those of every sign-in.
    """

    scopes: Sequence[str]
    connect: Callable[[JsonObject, SignedIn], str]
    keep_as: str = ""


@dataclass(frozen=True)
class Invitations:
    """Makes links, and takes those back who followed one.

    Args:
        settings: whose app, and where people come back to.
        records: where links are kept.
        again: words that say how to make a new link.
    """

    settings: Settings
    records: RecordStore
    again: str = "Make a new one: inlaid mailbox add graph"

    @property
    def sign_in(self) -> SignIn:
        """The app registration; raises SettingsError when there is none."""
        return make_sign_in(self.settings, self.records)

    def invite(self, data: JsonObject, purpose: str = MAILBOX) -> str:
        """Return a link for one thing within a day.

        Raises:
            SettingsError: Microsoft 365 is not set up, or nobody could come back from there.
        """
        self._redirect_uri()
        assert self.sign_in
        ticket = secrets.token_urlsafe(32)
        self._put(INVITATION_KIND, ticket, {**data, "purpose": purpose}, INVITATION_SECONDS)
        return f"{self.settings.public_url}{SIGN_IN_PATH}?ticket={ticket}"

    def begin(self, ticket: str, purposes: Mapping[str, Purpose]) -> str:
        """Return where the browser goes to sign in.

        Raises:
            NotFoundError: the link was used or has expired.
            OutageError: Microsoft cannot be reached.
        """
        purpose = self._purpose(self._read(INVITATION_KIND, ticket), purposes)
        flow = self.sign_in.begin(purpose.scopes, self._redirect_uri())
        self._put(FLOW_KIND, str(flow["state"]), {"flow": flow, "ticket": ticket}, FLOW_SECONDS)
        return str(flow["auth_uri"])

    def finish(self, form: Mapping[str, str], purposes: Mapping[str, Purpose]) -> str:
        """Take what the browser brought back from Microsoft, connect what it was for, and return what to say of it.

        Raises:
            InputError: it belongs to no sign-in that was begun here.
            CredentialError: the person or Microsoft refused.
            InlaidError: it cannot be connected.
        """
        state = form.get("state", "")[:200]
        begun = self._read(FLOW_KIND, state)
        if not begun or self.records.delete(FLOW_KIND, WORKSPACE, state) != 1:
            raise InputError("This sign-in was finished before or has expired.", fix="Open the link again.")
        ticket = str(begun["ticket"])
        found = self._read(INVITATION_KIND, ticket)
        purpose = self._purpose(found, purposes)
        words = purpose.connect(found, self.sign_in.finish(begun["flow"], form, keep_as=purpose.keep_as))
        self.records.delete(INVITATION_KIND, WORKSPACE, ticket)
        return words

    def _purpose(self, found: JsonObject, purposes: Mapping[str, Purpose]) -> Purpose:
        purpose = purposes.get(str(found.get("purpose", MAILBOX))) if found else None
        if purpose is None:
            raise NotFoundError(_USED, fix=self.again)
        return purpose

    def _redirect_uri(self) -> str:
        if not self.settings.public_url:
            raise SettingsError(
                "Nobody could come back from Microsoft's sign-in.", fix="Set INLAID_PUBLIC_URL to the web process."
            )
        return self.settings.public_url + SIGNED_IN_PATH

    def _put(self, kind: str, key: str, data: JsonObject, seconds: float) -> None:
        self.records.put(kind, WORKSPACE, key, data, expires_in_seconds=seconds)

    def _read(self, kind: str, key: str) -> JsonObject:
        record = self.records.get(kind, WORKSPACE, key) if key else None
        return dict(record.data) if record else {}
