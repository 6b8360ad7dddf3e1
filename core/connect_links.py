"""Links by which somebody signs in at a provider, so that something of theirs is connected: a mailbox, a drive.

A link is made for one person and one thing, and ends with the first thing that is connected by it, or after a day. It
is no proof of who opens it, so it does nothing by itself: a page says whom it is for, and its button binds the sign-in
to the browser by a secret. What comes back from the provider counts only with that secret, once. Where the account is
not known to be that person's, they are asked, and until they say yes it lies sealed under the sign-in, for minutes.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from core.drafts import JsonObject
from core.errors import ForbiddenError, InlaidError, InputError, NotFoundError, SettingsError
from core.job import LOCAL_WORKSPACE
from core.people import load_people
from core.settings import Settings
from core.store.records import RecordStore

LINK_KIND = "connect_link"
FLOW_KIND = "connect_flow"
LINK_SECONDS = 24 * 3600.0
FLOW_SECONDS = 900.0
# For the way from the answer of a provider to the request that bears the browser's secret.
RETURN_SECONDS = 120.0


@dataclass(frozen=True)
class Owner:
    """For whom something is connected. `name` is what to call them, or "" if nobody said."""

    workspace: str
    person: str
    name: str = ""


@dataclass(frozen=True)
class ProviderAccount:
    """Who signed in at a provider.

    Attributes:
        address: the email address, as the provider vouches for it.
        name: what the provider calls them.
        workspace, person: what doors of the installation call them, "" at a provider that is none.
        held: what connecting needs, tokens among it; JSON.
    """

    address: str
    name: str = ""
    workspace: str = ""
    person: str = ""
    held: JsonObject = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Purpose:
    """What people are invited to connect.

    Attributes:
        what: in words, "a mailbox".
        scopes: what the provider is asked for.
        connect: takes what was kept with the link and who signed in, and returns what the page says then; when it
            raises, nothing is kept and the link can be used again.
        refuses_others: whether `connect` itself refuses an account that is not the owner's.
    """

    what: str
    scopes: Sequence[str]
    connect: Callable[[JsonObject, ProviderAccount], str]
    refuses_others: Callable[[Owner], bool] = lambda _owner: False


@dataclass(frozen=True)
class Authority:
    """A provider at whose page people sign in.

    Attributes:
        title: what it is called.
        workspace: under which links and sign-ins are kept.
        sign_in_path: of the page that a link opens.
        signed_in_path: where people come back to.
        begin: takes scopes and the address to come back to, and returns what to keep sealed: among it `state`, and
            `auth_uri`, where the browser goes.
        finish: takes that and what the browser brought back, and returns who signed in; keeps nothing.
        again: words that say how to make a new link.
        require: raises SettingsError where the provider is not set up.
    """

    title: str
    workspace: str
    sign_in_path: str
    signed_in_path: str
    begin: Callable[[Sequence[str], str], JsonObject]
    finish: Callable[[JsonObject, Mapping[str, str]], ProviderAccount]
    again: str
    require: Callable[[], object]


@dataclass(frozen=True)
class LinkPage:
    """What the page of a link says: what is connected, for whom, and where they sign in."""

    what: str
    owner: str
    authority: str


@dataclass(frozen=True)
class Begun:
    """A sign-in that a browser began: where it goes, and the secret that it keeps."""

    auth_uri: str
    browser: str = field(repr=False)


@dataclass(frozen=True)
class Question:
    """An account signed in that is not known to be the owner's. `key` names what waits for the answer."""

    key: str
    address: str
    offer: LinkPage


@dataclass(frozen=True)
class ConnectLinks:
    """Makes links, and takes those back who followed one.

    Args:
        settings: where people come back to, and who runs Inlaid here.
        records: where links are kept.
        authority: where people sign in.
        purposes: what they may be invited to, by name.
    """

    settings: Settings
    records: RecordStore
    authority: Authority
    purposes: Mapping[str, Purpose]

    def invite(self, owner: Owner, data: JsonObject, purpose: str, *, what: str = "") -> str:
        """Return a link for one thing within a day; `what` calls it by more than its purpose does.

        Raises:
            SettingsError: the provider is not set up, or nobody could come back from there.
        """
        self.redirect_uri()
        self.authority.require()
        ticket = secrets.token_urlsafe(32)
        self._put_link(ticket, {"owner": asdict(owner), "data": data, "purpose": purpose, "what": what})
        return f"{self.settings.public_url}{self.authority.sign_in_path}?ticket={ticket}"

    def look(self, ticket: str, session: Owner | None = None) -> LinkPage:
        """Return what a link is for.

        Args:
            ticket: of the link.
            session: whoever is signed in to the console in this browser.

        Raises:
            NotFoundError: the link was used or has expired.
            ForbiddenError: somebody else is signed in.
        """
        link = self._link(ticket)
        owner = Owner(**link["owner"])
        offer = LinkPage(link["what"] or self._purpose(link).what, self.title_of(owner), self.authority.title)
        if session and not self._is_same(owner, session):
            raise ForbiddenError(
                f"This link connects {offer.what} for {offer.owner}. In this browser {self.title_of(session)} is "
                "signed in to the console.",
                fix="Open the link in the browser of whoever it is for, or sign out of the console first.",
            )
        return offer

    def begin(self, ticket: str, session: Owner | None = None) -> Begun:
        """Begin a sign-in, bound to a secret that the browser keeps.

        Raises:
            NotFoundError: the link was used or has expired.
            ForbiddenError: somebody else is signed in to the console.
            OutageError: the provider cannot be reached.
        """
        self.look(ticket, session)
        flow = self.authority.begin(self._purpose(self._link(ticket)).scopes, self.redirect_uri())
        browser = secrets.token_urlsafe(32)
        self._put_flow(str(flow["state"]), {"flow": flow, "ticket": ticket, "browser": _digest(browser)}, FLOW_SECONDS)
        return Begun(str(flow["auth_uri"]), browser)

    def lay_aside(self, answer: Mapping[str, str]) -> str:
        """Keep an answer that came without the browser's secret, and return the key to come back with.

        Raises:
            InputError: it belongs to no sign-in that was begun here.
        """
        kept, key = self._take(answer.get("state", "")), secrets.token_urlsafe(32)
        self._put_flow(key, {**kept, "answer": dict(answer)}, RETURN_SECONDS)
        return key

    def finish(
        self, key: str, browser: str, answer: Mapping[str, str] | None = None, session: Owner | None = None
    ) -> str | Question:
        """Connect what a link was for and return what to say of it, or ask first whether this account is meant.

        Args:
            key: the state of the sign-in, or what `lay_aside` returned.
            browser: the secret of the browser that comes back.
            answer: what it brought back, or None if it was laid aside.
            session: whoever is signed in to the console in it.

        Raises:
            InputError: it belongs to no sign-in that was begun here.
            ForbiddenError: another browser began it, or somebody else is signed in.
            CredentialError: the person or the provider refused.
            InlaidError: it cannot be connected.
        """
        kept = self._take(key, browser)
        if answer is None and "answer" not in kept:
            raise _unknown()
        offer = self.look(kept["ticket"], session)
        account = self.authority.finish(kept["flow"], answer or kept["answer"])
        link = self._link(kept["ticket"])
        owner = Owner(**link["owner"])
        if self._purpose(link).refuses_others(owner) or self._is_owners(owner, account):
            return self._connect(kept["ticket"], account)
        waiting = secrets.token_urlsafe(32)
        asked = {"account": asdict(account), "ticket": kept["ticket"], "browser": kept["browser"]}
        self._put_flow(waiting, asked, FLOW_SECONDS)
        return Question(waiting, account.address, offer)

    def answer(self, key: str, browser: str, *, is_meant: bool, session: Owner | None = None) -> str:
        """Connect with the account that was asked about, or forget it; returns what to say of it, or "" if forgotten.

        Raises:
            InlaidError: as `finish`.
        """
        kept = self._take(key, browser)
        if "account" not in kept:
            raise _unknown()
        if not is_meant:
            return ""
        self.look(kept["ticket"], session)
        return self._connect(kept["ticket"], ProviderAccount(**kept["account"]))

    def title_of(self, owner: Owner) -> str:
        """Return what to call somebody so that they know themselves: name and address, as far as they are known."""
        addresses = self._addresses(owner)
        name = owner.name or (addresses[0] if addresses else owner.person)
        if addresses:
            return name if name == addresses[0] else f"{name} <{addresses[0]}>"
        return name if name == owner.person else f"{name} ({owner.person})"

    def redirect_uri(self) -> str:
        """Return where people come back to; raises SettingsError where they could not."""
        if not self.settings.public_url:
            raise SettingsError(
                f"Nobody could come back from {self.authority.title}'s sign-in.",
                fix="Set INLAID_PUBLIC_URL to the web process.",
            )
        return self.settings.public_url + self.authority.signed_in_path

    def _connect(self, ticket: str, account: ProviderAccount) -> str:
        """Use the link up, and connect; a link of which nothing came is good for another try."""
        link = self._link(ticket)
        purpose = self._purpose(link)
        if self.records.delete(LINK_KIND, self.authority.workspace, _digest(ticket)) != 1:
            raise self._used()
        try:
            return purpose.connect(link["data"], account)
        except InlaidError:
            self._put_link(ticket, link)
            raise

    def _is_owners(self, owner: Owner, account: ProviderAccount) -> bool:
        """Whether an account is known to be somebody's, by its key or by its address."""
        known = {address.casefold() for address in self._addresses(owner)}
        if account.address.casefold() in known:
            return True
        return bool(account.person) and self._is_same(owner, Owner(account.workspace, account.person))

    def _addresses(self, owner: Owner) -> list[str]:
        if (owner.workspace, owner.person) == (LOCAL_WORKSPACE, self.settings.local_person):
            # Without an address of the owner's, the key of the person at this machine only looks like one.
            return [self.settings.owner_address] if self.settings.owner_address else []
        return load_people(self.settings, self.records).addresses(owner.workspace, owner.person)

    def _is_same(self, one: Owner, other: Owner) -> bool:
        people = load_people(self.settings, self.records)
        return people.is_same((one.workspace, one.person), (other.workspace, other.person))

    def _purpose(self, link: JsonObject) -> Purpose:
        purpose = self.purposes.get(str(link["purpose"]))
        if purpose is None:
            raise self._used()
        return purpose

    def _link(self, ticket: str) -> JsonObject:
        record = self.records.get(LINK_KIND, self.authority.workspace, _digest(ticket)) if ticket else None
        if record is None:
            raise self._used()
        return dict(record.data)

    def _used(self) -> NotFoundError:
        return NotFoundError("This link was used or has expired.", fix=self.authority.again)

    def _put_link(self, ticket: str, link: JsonObject) -> None:
        workspace = self.authority.workspace
        self.records.put(LINK_KIND, workspace, _digest(ticket), link, expires_in_seconds=LINK_SECONDS)

    def _put_flow(self, key: str, data: JsonObject, seconds: float) -> None:
        self.records.put(FLOW_KIND, self.authority.workspace, _digest(key), data, expires_in_seconds=seconds)

    def _take(self, key: str, browser: str | None = None) -> JsonObject:
        """Return what waits under a key, for the last time; with a browser's secret only to the browser that began.

        Raises:
            InputError: nothing waits there.
            ForbiddenError: another browser began it.
        """
        workspace, name = self.authority.workspace, _digest(key)
        record = self.records.get(FLOW_KIND, workspace, name) if key else None
        if record is None:
            raise _unknown()
        if browser is not None and not hmac.compare_digest(str(record.data["browser"]), _digest(browser)):
            raise ForbiddenError(
                "This sign-in was begun in another browser.", fix="Open the link again, in the browser that you use."
            )
        if self.records.delete(FLOW_KIND, workspace, name) != 1:
            raise _unknown()
        return dict(record.data)


def _unknown() -> InputError:
    return InputError("This sign-in was finished before or has expired.", fix="Open the link again.")


def _digest(text: str) -> str:
    """Return under what a secret is kept: whoever reads the keys of the store can follow no link."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
