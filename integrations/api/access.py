"""Authentication: bearer tokens, each of one person (RFC 6750), and sessions of the browser on this machine.

People of Microsoft 365 come with a token that Entra issued for this API: their workspace is their organisation.
"""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from core.errors import CredentialError, ForbiddenError, SettingsError
from core.job import LOCAL_WORKSPACE
from core.people import People, load_people
from core.settings import Settings
from core.store.claims import keep_claims
from core.store.records import RecordStore
from core.store.sessions import SessionPerson, Sessions
from core.store.tokens import PREFIX, TokenStore
from integrations.api.sessions import OneTimeCodes
from integrations.graph.bearer import EntraCaller, EntraTokens, entra_tokens, looks_like_jwt

Remember = Callable[[EntraCaller], None]
MAX_MET = 10_000
TOKEN_FILE = "api.token"  # noqa: S105 - the name of a file
SESSION_PREFIX = "local."


@dataclass(frozen=True)
class CallerIdentity:
    """A person of a workspace.

    `assertion` is the token of Entra that proved it, for calls on the person's behalf; `proof` the digest of one of our
    own tokens (`Access.person_of` tells whether it still holds).

    A token of the environment, a session and somebody of Microsoft 365 may everything that their person may; a token
    of a person only what it was made for.
    """

    person: str
    workspace: str = LOCAL_WORKSPACE
    assertion: str = field(default="", repr=False)
    proof: str = field(default="", repr=False, compare=False)


class Access:
    """Knows persons by their tokens.

    Args:
        tokens: each `token` or `token=address`; a bare token is a person of its own.
        codes: let in the browser on this machine, or None if the installation is not that of one person alone.
        entra: verifies the tokens of people of Microsoft 365, or None if they do not come in.
        sessions: where the bearers of the pane in that browser are.
        tokens_of: the tokens that persons made; each is for some scopes.
        remember: notes the address and the groups that somebody of Entra came in with.

    Raises:
        SettingsError: an entry has no token.
    """

    def __init__(
        self,
        tokens: Iterable[str],
        codes: OneTimeCodes | None = None,
        entra: EntraTokens | None = None,
        sessions: Sessions | None = None,
        remember: Remember | None = None,
        tokens_of: TokenStore | None = None,
    ) -> None:
        self._persons = dict(_entry(text) for text in tokens)
        self.codes = codes
        self._sessions = sessions
        self._entra = entra
        self._remember = remember
        self._tokens = tokens_of
        self._met: OrderedDict[tuple[str, str], object] = OrderedDict()

    def identify(self, authorization: str | None, scope: str) -> CallerIdentity:
        """Return the person whose token the header carries. The first one of Entra's asks the authority for its keys.

        Args:
            authorization: the header.
            scope: what the token has to be made for, one of `core.store.tokens.SCOPES`.

        Raises:
            CredentialError: no token, or one that is not known.
            ForbiddenError: the token is not for this.
            ForbiddenError, OutageError: see `EntraTokens.caller`.
        """
        if self._tokens and PREFIX in (authorization or ""):
            return self._by_own_token(self._tokens, authorization or "", scope)
        if not self._persons and not self._entra:
            raise CredentialError(
                "This server has no API tokens.", fix="Set INLAID_API_TOKENS on the server and restart it."
            )
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise CredentialError("A bearer token is needed.", fix="Send the header Authorization: Bearer TOKEN.")
        if self._sessions and token.startswith(SESSION_PREFIX):
            return self._by_session(self._sessions, token.removeprefix(SESSION_PREFIX))
        if self._entra and looks_like_jwt(token):
            caller = self._entra.caller(token)
            self._meet(caller)
            return CallerIdentity(caller.oid, caller.tenant, token)
        return self._by_token(token)

    def _meet(self, caller: EntraCaller) -> None:
        """Remember as whom somebody signed in, once for each process and whenever that changes."""
        key, said = (caller.tenant, caller.oid), (caller.address, caller.groups)
        if self._remember is None or self._met.get(key) == said:
            return
        self._remember(caller)
        self._met[key] = said
        if len(self._met) > MAX_MET:
            self._met.popitem(last=False)

    def _by_own_token(self, tokens: TokenStore, authorization: str, scope: str) -> CallerIdentity:
        kind, _, text = authorization.partition(" ")
        token = tokens.find(text.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise CredentialError(
                "The bearer token is not known, or has expired.", fix="Make a new one on the console's page API tokens."
            )
        if scope not in token.scopes:
            raise ForbiddenError(f"This token is not for {scope}.", fix=f"Make one with the scope {scope}.")
        return CallerIdentity(token.person, token.workspace, proof=f"{PREFIX}{token.id}")

    def person_of(self, proof: str) -> str | None:
        """Return the person of a token, by its digest or id, or None if this server no longer has the token."""
        if proof.startswith(PREFIX):
            token = self._tokens.holds(proof.removeprefix(PREFIX)) if self._tokens else None
            return token.person if token else None
        return self._persons.get(bytes.fromhex(proof))

    @property
    def here(self) -> CallerIdentity | None:
        """The person at this machine, where the installation is theirs alone."""
        if self.codes is None:
            return None
        proof, person = next(iter(self._persons.items()))
        return CallerIdentity(person, proof=proof.hex())

    def still_holds(self, who: SessionPerson) -> bool:
        """Say whether what somebody came in by still lets them in; not for people of Microsoft 365."""
        return self.person_of(who.proof) == who.person and (who.way == "token" or self.codes is not None)

    def _by_session(self, sessions: Sessions, secret: str) -> CallerIdentity:
        who = sessions.find(secret)
        if who is None or who.way != "pane" or not self.still_holds(who):
            raise CredentialError("The session has ended.", fix="Load the page again.")
        return CallerIdentity(who.person, proof=who.proof)

    def _by_token(self, token: str) -> CallerIdentity:
        """Return the person of one of our own tokens. Every token is compared, in constant time."""
        given = _digest(token)
        found = [person for known, person in self._persons.items() if hmac.compare_digest(known, given)]
        if not found:
            fix = "Use one that `inlaid tokens add` made, one of INLAID_API_TOKENS, or that of the file api.token."
            raise CredentialError("The bearer token is not known.", fix=fix)
        return CallerIdentity(found[0], proof=given.hex())


def load_access(settings: Settings, records: RecordStore | None = None) -> Access:
    """Return the access of INLAID_API_TOKENS, else of the token file that `inlaid up` makes in INLAID_HOME.

    Only an installation for the person at this machine alone gives sessions: no other token, no public address.
    People of Microsoft 365 come in where their organisation is set. `records` is where sessions are.
    """
    entra = entra_tokens(settings)
    remember = _remembering(load_people(settings, records), records) if records else None
    own_tokens = TokenStore(records) if records else None
    path = settings.home / TOKEN_FILE
    token = path.read_text().strip() if path.is_file() else ""
    own = f"{token}={settings.local_person}"
    tokens = [secret.get_secret_value() for secret in settings.api_tokens]
    if tokens and tokens not in ([own], [token]):
        return Access(tokens, entra=entra, remember=remember, tokens_of=own_tokens)
    if not token:
        return Access([], entra=entra, remember=remember, tokens_of=own_tokens)
    codes = None if settings.public_url else OneTimeCodes(token)
    return Access([own], codes, entra, Sessions(records) if records and codes else None, remember, own_tokens)


def _remembering(people: People, records: RecordStore) -> Remember:
    """Return what notes the address that somebody of Entra came in with, and their groups where the token says any."""

    def remember(caller: EntraCaller) -> None:
        people.remember(caller.tenant, caller.oid, caller.address)
        if caller.groups is not None:
            keep_claims(records, caller.tenant, caller.oid, caller.groups)

    return remember


def split_entry(text: str) -> tuple[str, str | None]:
    """Split `token=address`, None for a bare token; the padding of a base64 token is not an address."""
    head, _, address = text.rpartition("=") if not text.endswith("=") else (text, "", "")
    return (head, address.strip()) if head else ("" if "=" in text else text, None)


def _entry(text: str) -> tuple[bytes, str]:
    token, address = split_entry(text)
    if not token.strip("="):
        raise SettingsError("INLAID_API_TOKENS holds an entry without a token.", fix="Write it as token=address.")
    digest = _digest(token)
    return digest, f"token:{digest.hex()[:16]}" if address is None else address


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
