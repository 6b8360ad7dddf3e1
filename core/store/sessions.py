"""Who is signed in: a secret names a record that ends after some hours and can be ended at once.

A session says who somebody is and how they came in, never what they may do: that is asked again at each request. Where
a provider vouches for an account, it is asked again each hour, and the session ends when the account has ended.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

from core.audit.acting import note_person
from core.errors import ConflictError, CredentialError, OutageError
from core.store.claims import keep_claims
from core.store.records import Record, RecordStore

KIND = "console_session"
WORKSPACE = "console"
LIFE_SECONDS = 12 * 3600
# How long a provider's word on an account is taken, and when it is asked again after it did not answer.
CHECK_SECONDS = 3600.0
RETRY_SECONDS = 300.0
COOKIE = "inlaid_console"
MAX_DEVICE_CHARS = 300

# By a token, in the browser on this machine, at Microsoft 365, at the OpenID provider; `pane` is the pane in that
# browser.
Way = Literal["token", "here", "microsoft", "openid", "pane"]


@dataclass(frozen=True)
class SessionPerson:
    """Who came in.

    Attributes:
        workspace: where they are known: a tenant, the OpenID provider, or the local workspace.
        person: what they are called there.
        way: how they came in.
        name: what to call them, or "" if nobody said.
        address: their email address, or "" if nobody vouches for one.
        proof: the digest of the token that they came in with, or "" if it was no token of ours.
        groups: what the provider's token said of their groups and roles.
        account: with what the provider is asked again: a refresh token, or the key of Microsoft's token cache.
    """

    workspace: str
    person: str
    way: Way
    name: str = ""
    address: str = ""
    proof: str = field(default="", repr=False)
    groups: tuple[str, ...] = ()
    account: str = field(default="", repr=False)


# Asks a provider again; raises CredentialError when the account has ended, OutageError when nothing is known.
Renewal = Callable[[SessionPerson], SessionPerson]


@dataclass(frozen=True)
class Session:
    """One session as it is listed. Times are Unix seconds; `device` is what the browser calls itself."""

    id: str
    way: Way
    device: str
    started_at: float


class Sessions:
    """Sessions in the record store.

    Args:
        records: where they are kept, sealed.
        renewals: how an account is asked for again, by the way in.
        clock: Unix seconds.
    """

    def __init__(
        self,
        records: RecordStore,
        renewals: Mapping[Way, Renewal] | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._records = records
        self._renewals = renewals or {}
        self._clock = clock

    def open(self, who: SessionPerson, *, device: str = "") -> str:
        """Begin a session and return its secret, which no other session has."""
        secret = secrets.token_urlsafe(32)
        self._begin(secret, who, {"device": device[:MAX_DEVICE_CHARS]})
        return secret

    def open_pane(self, browser: str, who: SessionPerson, *, device: str = "") -> tuple[str, float]:
        """Return the secret of the pane's session in a signed-in browser, and how many seconds are left of it.

        A browser that opens the pane again gets the session that it has. Its secret is made of the browser's and of a
        number in its record, so that it is kept nowhere; one that was ended does not come back.

        Args:
            browser: the secret of the session with which the browser is signed in.
            who: whose session that is.
            device: what the browser calls itself.
        """
        pane = replace(who, way="pane")
        for record in self._records.list(KIND, workspace=WORKSPACE, person=pane.person):
            if record.data.get("browser") == _key(browser) and _who(record) == pane:
                left = record.data["started_at"] + LIFE_SECONDS - self._clock()
                return _pane_secret(browser, record.data["seed"]), left
        seed = secrets.token_urlsafe(16)
        secret = _pane_secret(browser, seed)
        self._begin(secret, pane, {"device": device[:MAX_DEVICE_CHARS], "browser": _key(browser), "seed": seed})
        return secret, LIFE_SECONDS

    def _begin(self, secret: str, who: SessionPerson, told: Mapping[str, str]) -> None:
        note_person(who.workspace, who.person, who.name or who.address)
        now = self._clock()
        times = {"started_at": now, "check_at": now + CHECK_SECONDS}
        data = {"who": asdict(who), **told, **times}
        self._records.put(
            KIND,
            WORKSPACE,
            _key(secret),
            data,
            person=who.person,
            expires_in_seconds=LIFE_SECONDS,
            told={"way": who.way},
        )
        self._keep_claims(who)

    def find(self, secret: str) -> SessionPerson | None:
        """Return whose session the secret names, or None if there is none, or it or the account has ended."""
        record = self._records.get(KIND, WORKSPACE, _key(secret)) if secret else None
        who = _who(record) if record else None
        if record is None or who is None or self._has_ended(record.data.get("browser")):
            return None
        renew = self._renewals.get(who.way)
        is_due = record.data.get("check_at", 0.0) <= self._clock()
        return self._renewed(record, who, renew) if renew and is_due else who

    def _has_ended(self, browser: str | None) -> bool:
        """Tell whether the sign-in of a browser, by which a session was opened, has ended."""
        return browser is not None and self._records.get(KIND, WORKSPACE, browser) is None

    def _renewed(self, record: Record, who: SessionPerson, renew: Renewal) -> SessionPerson | None:
        """Ask the provider again. Of requests that come at once one does; the others go on with what was known."""
        try:
            version = self._keep(record, who, RETRY_SECONDS, version=record.version)
        except ConflictError:
            return who
        try:
            known = replace(renew(who), workspace=who.workspace, person=who.person)
        except CredentialError:
            self._records.delete(KIND, WORKSPACE, record.key)
            return None
        except OutageError:
            return who
        self._keep_claims(known)
        with suppress(ConflictError):  # it was ended meanwhile
            self._keep(record, known, CHECK_SECONDS, version=version)
        return known

    def _keep_claims(self, who: SessionPerson) -> None:
        """Keep the groups that the provider said; who showed a token of Entra's has no account that says any."""
        if who.way == "openid" or (who.way == "microsoft" and who.account):
            keep_claims(self._records, who.workspace, who.person, who.groups)

    def _keep(self, record: Record, who: SessionPerson, seconds: float, *, version: int) -> int:
        now = self._clock()
        data = {**record.data, "who": asdict(who), "check_at": now + seconds}
        left = record.data["started_at"] + LIFE_SECONDS - now
        return self._records.put(
            KIND, WORKSPACE, record.key, data, person=who.person, expires_in_seconds=left, expected_version=version
        )

    def close(self, secret: str) -> None:
        """End a session."""
        self._records.delete(KIND, WORKSPACE, _key(secret))

    def of(self, workspace: str, person: str) -> Sequence[Session]:
        """Return the living sessions of a person, the newest first."""
        found = [
            Session(record.key, record.data["who"]["way"], record.data["device"], record.data["started_at"])
            for record in self._records.list(KIND, workspace=WORKSPACE, person=person)
            if record.data.get("who", {}).get("workspace") == workspace
        ]
        return sorted(found, key=lambda one: one.started_at, reverse=True)

    def revoke(self, workspace: str, person: str, session_id: str) -> bool:
        """End one session of a person, and say whether there was one."""
        is_theirs = any(session.id == session_id for session in self.of(workspace, person))
        return is_theirs and self._records.delete(KIND, WORKSPACE, session_id) > 0


def end_all(records: RecordStore, names: Sequence[tuple[str, str]]) -> list[str]:
    """End the sessions of some (workspace, person), and return with what account each was asked after."""
    accounts = []
    for person in dict.fromkeys(person for _, person in names):
        for record in records.list(KIND, workspace=WORKSPACE, person=person):
            who = record.data.get("who", {})  # an earlier version did not write it
            if not who or (who["workspace"], person) in names:
                records.delete(KIND, WORKSPACE, record.key)
                accounts.append(str(who.get("account", "")))
    return accounts


def session_id(secret: str) -> str:
    """Return by which id a session is listed."""
    return _key(secret)


def _who(record: Record) -> SessionPerson | None:
    """Return whose session a record is, or None: an earlier version did not write how the person came in."""
    who = record.data.get("who")
    return SessionPerson(**{**who, "groups": tuple(who.get("groups", ()))}) if who else None


def _pane_secret(browser: str, seed: str) -> str:
    return hmac.new(browser.encode("utf-8", "replace"), f"pane\0{seed}".encode(), hashlib.sha256).hexdigest()


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
