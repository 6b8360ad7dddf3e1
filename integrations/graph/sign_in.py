"""Signing in at Microsoft through msal: for a person, for the app itself, and on behalf of a caller.

msal's ways: https://learn.microsoft.com/entra/msal/python. An app object of msal is made for each use, because it holds
one token cache; what it learnt of the authority is shared by all.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from core.drafts import JsonObject
from core.errors import CredentialError, InputError, SettingsError
from core.ports import Token
from core.settings import Settings
from core.store.records import RecordStore
from core.text.catalogues import N_
from integrations.graph.errors import authority_errors, required
from integrations.graph.tokens import TokenCaches, cached_token
from integrations.graph.transport import MsalHttp, shared_http

if TYPE_CHECKING:
    from msal import ConfidentialClientApplication

MICROSOFT = "https://login.microsoftonline.com"
ANY_ORGANISATION = "organizations"
APP_ACCOUNT = "app"
# Longer than this no token lives that was got on behalf of somebody.
ASSERTION_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class GraphPerson:
    """A person who signed in.

    `account` is what `of_person` wants; `tenant` and `oid` together are the person's key. `groups` are object ids and
    names of app roles, as far as the token lists them (https://learn.microsoft.com/entra/identity-platform/optional-claims).
    """

    account: str
    tenant: str
    oid: str
    address: str
    name: str
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SignInGrant:
    """What a sign-in gave: who it is, and msal's cache of their tokens. `owner` is as in `TokenCaches.save`."""

    who: GraphPerson
    tokens: str = field(repr=False)
    owner: str = ""

    def to_json(self) -> JsonObject:
        """Return what can be kept sealed until it is known whether it is wanted."""
        return {"who": {**asdict(self.who), "groups": sorted(self.who.groups)}, "tokens": self.tokens}

    @classmethod
    def of_json(cls, data: JsonObject, keep_as: str = "") -> "SignInGrant":
        """Return it again; with `keep_as` before the account its tokens are kept apart from those of other sign-ins."""
        who = GraphPerson(**{**data["who"], "groups": frozenset(data["who"]["groups"])})
        owner = f"{who.tenant}/{who.oid}" if keep_as else ""
        return cls(replace(who, account=keep_as + who.account), str(data["tokens"]), owner)


class GraphSignIn:
    """The app registration, and everybody who has signed in with it.

    Args:
        client_id: application id.
        client_secret: its secret.
        authority: `https://host/tenant`.
        graph_url: base of Graph, for the scope of app-only tokens.
        tokens: where tokens are kept.
        http: the client to reach the authority with; one is made by default.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        authority: str,
        graph_url: str,
        tokens: TokenCaches,
        http: httpx.Client | None = None,
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._authority = authority
        parts = urlsplit(graph_url)
        self._all_scopes = f"{parts.scheme}://{parts.netloc}/.default"
        self._tokens = tokens
        self._http = http
        self._http_cache: dict[str, Any] = {}

    def begin(self, scopes: Sequence[str], redirect_uri: str, *, login_hint: str = "", claims: str = "") -> JsonObject:
        """Return a flow to keep sealed until the person comes back; its `auth_uri` is where the browser goes.

        Raises:
            OutageError: the authority cannot be reached.
        """
        with authority_errors():
            return self._app().initiate_auth_code_flow(  # type: ignore[no-any-return]
                list(scopes),
                redirect_uri=redirect_uri,
                login_hint=login_hint or None,
                prompt="select_account",
                response_mode="form_post",  # the code comes in a body, not in an address that is logged on the way
                claims_challenge=claims or None,
            )

    def finish(self, flow: Mapping[str, Any], form: Mapping[str, str]) -> GraphPerson:
        """Take the form that the browser brought back, keep the tokens, and return who it is.

        Raises:
            InlaidError: as `exchange`.
        """
        grant = self.exchange(flow, form)
        self.keep(grant)
        return grant.who

    def exchange(self, flow: Mapping[str, Any], form: Mapping[str, str]) -> "SignInGrant":
        """Take the form that the browser brought back, and return who it is, with their tokens. Nothing is kept.

        Raises:
            CredentialError: the person or the authority refused.
            InputError: it does not belong to this flow.
        """
        from msal import SerializableTokenCache

        cache = SerializableTokenCache()
        with authority_errors():
            app = self._app(cache)
            try:
                result = app.acquire_token_by_auth_code_flow(dict(flow), dict(form))
            except ValueError as error:
                raise InputError(
                    "This answer belongs to no sign-in of ours.", fix="Begin the sign-in again."
                ) from error
            accounts = app.get_accounts()
        claims = required(result).get("id_token_claims") or {}
        if not accounts or not claims.get("oid") or not claims.get("tid"):
            raise CredentialError("Microsoft did not say who signed in.", fix="Use a work or school account.")
        account, address = str(accounts[0]["home_account_id"]), str(claims.get("preferred_username", ""))
        name = str(claims.get("name", ""))
        who = GraphPerson(account, str(claims["tid"]), str(claims["oid"]), address, name, _groups(claims))
        return SignInGrant(who, str(cache.serialize()))

    def keep(self, grant: "SignInGrant") -> None:
        """Keep the tokens of somebody who signed in."""
        self._tokens.put(grant.who.account, grant.tokens, owner=grant.owner)

    def forget(self, account: str) -> None:
        """Forget the tokens of an account."""
        self._tokens.forget(account)

    def holds(self, account: str) -> bool:
        """Whether the tokens of an account are kept, so that something can be asked with them."""
        cache = self._tokens.read(account)
        return next(iter(cache.search(cache.CredentialType.REFRESH_TOKEN, query={})), None) is not None

    def groups_now(self, account: str, scopes: Sequence[str]) -> frozenset[str]:
        """Ask whether an account lives on, and return the groups that its token lists now.

        Raises:
            CredentialError: it does not, or the person has to sign in again.
            OutageError: the authority cannot be reached; nothing is known.
        """
        with self._tokens.changing(account) as cache, authority_errors():
            app = self._app(cache)
            known = app.get_accounts()
            result = known and app.acquire_token_silent_with_error(list(scopes), account=known[0], force_refresh=True)
            return _groups(required(result or None).get("id_token_claims") or {})

    def of_person(self, account: str, scopes: Sequence[str]) -> Token:
        """Return the token source of a person who signed in.

        It raises CredentialError when the person must sign in again, OutageError when the authority is down.
        """

        def token(renew: bool = False) -> str:
            if not renew and (found := cached_token(self._tokens.read(account), scopes)):
                return found
            with self._tokens.changing(account) as cache, authority_errors():
                app = self._app(cache)
                known = app.get_accounts()
                result = known and app.acquire_token_silent_with_error(
                    list(scopes), account=known[0], force_refresh=renew
                )
                return str(required(result or None)["access_token"])

        return token

    def of_app(self) -> Token:
        """Return the token source of the app itself, with all application permissions that it has been granted."""

        def token(renew: bool = False) -> str:
            if not renew and (found := cached_token(self._tokens.read(APP_ACCOUNT), [self._all_scopes])):
                return found
            with self._tokens.changing(APP_ACCOUNT) as cache, authority_errors():
                app = self._app(cache)
                if renew:
                    app.remove_tokens_for_client()
                return str(required(app.acquire_token_for_client([self._all_scopes]))["access_token"])

        return token

    def on_behalf_of(self, assertion: str, scopes: Sequence[str], *, claims: str = "") -> Token:
        """Return the token source for whoever called us with this token (already verified by the caller).

        It raises ConsentError, with the `claims` to ask for, when the person has to do something first.
        """
        digest = hashlib.sha256("\n".join((assertion, *sorted(scopes), claims)).encode()).hexdigest()
        account = f"on-behalf-of:{digest}"

        def token(renew: bool = False) -> str:
            cache = self._tokens.read(account)
            if not renew and (found := cached_token(cache, scopes)):
                return found
            with authority_errors():
                result = self._app(cache).acquire_token_on_behalf_of(
                    assertion, list(scopes), claims_challenge=claims or None
                )
            found = str(required(result)["access_token"])
            self._tokens.save(account, cache, seconds=ASSERTION_SECONDS, owner=_bearer(assertion))
            return found

        return token

    def _app(self, cache: Any = None) -> "ConfidentialClientApplication":
        from msal import ConfidentialClientApplication

        return ConfidentialClientApplication(
            self._client_id,
            client_credential=self._client_secret,
            authority=self._authority,
            # The authority is the administrator's choice: nothing is asked about it at Microsoft.
            instance_discovery=False,
            token_cache=cache,
            http_client=MsalHttp(self._http or shared_http()),
            http_cache=self._http_cache,
        )


def _bearer(assertion: str) -> str:
    """Return `tenant/oid` of a token that its taker has verified, "" where it says neither."""
    import jwt

    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.PyJWTError:
        return ""
    return f"{claims['tid']}/{claims['oid']}" if {"tid", "oid"} <= claims.keys() else ""


def _groups(claims: Mapping[str, Any]) -> frozenset[str]:
    listed = [*(claims.get("groups") or ()), *(claims.get("roles") or ())]
    return frozenset(str(group) for group in listed)


def make_sign_in(settings: Settings, records: RecordStore) -> GraphSignIn:
    """Return the sign-in of the settings.

    Raises:
        SettingsError: client id or secret are missing.
    """
    secret = settings.microsoft_client_secret.get_secret_value()
    if not settings.microsoft_client_id or not secret:
        raise SettingsError(
            "Microsoft 365 is not set up.",
            fix="Set INLAID_MICROSOFT_CLIENT_ID and INLAID_MICROSOFT_CLIENT_SECRET; see deploy/entra.",
        )
    return GraphSignIn(
        settings.microsoft_client_id,
        secret,
        authority=authority_of(settings),
        graph_url=settings.microsoft_graph_url,
        tokens=TokenCaches(records),
    )


def authority_of(settings: Settings) -> str:
    """Return `https://host/tenant`: who signs people in and issues tokens."""
    return settings.microsoft_authority or f"{MICROSOFT}/{settings.microsoft_tenant_id or ANY_ORGANISATION}"


def check_microsoft(settings: Settings, records: RecordStore) -> str:
    """Return the status of the app registration.

    Raises:
        SettingsError: a setting is missing or refused.
        OutageError: the authority cannot be reached.
    """
    if not settings.microsoft_client_id and not settings.microsoft_client_secret.get_secret_value():
        return N_("Not set up. The way there: deploy/entra/README.md.")
    sign_in, authority = make_sign_in(settings, records), authority_of(settings)
    if authority.endswith(f"/{ANY_ORGANISATION}"):
        sign_in.begin(("User.Read",), settings.public_url)
        return N_(f"{authority} answers; the secret is tried when somebody signs in.")
    sign_in.of_app()(True)
    return N_(f"{authority} answers and takes the secret.")
