"""Tokens and refusals of the authority."""

import base64
import json
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.microsoft.people import Person
from tests.fakes.microsoft.wire import Answer

if TYPE_CHECKING:
    from tests.fakes.microsoft.service import FakeMicrosoft

ACCESS_SECONDS = 3600
GRAPH_AUDIENCE = "https://graph.microsoft.com"


class Refusing(Exception):
    """The token endpoint does not give a token."""

    def __init__(
        self, error: str, number: int, words: str, *, status: int = 400, suberror: str = "", claims: str = ""
    ) -> None:
        super().__init__(error)
        trace = str(uuid.uuid4())
        self.status = status
        self.body: dict[str, Any] = {
            "error": error,
            "error_description": f"AADSTS{number}: {words} Trace ID: {trace} Timestamp: 2026-11-24 12:00:00Z",
            "error_codes": [number],
            "timestamp": "2026-11-24 12:00:00Z",
            "trace_id": trace,
            "correlation_id": str(uuid.uuid4()),
        }
        self.body |= {"suberror": suberror} if suberror else {}
        self.body |= {"claims": claims} if claims else {}

    def answer(self) -> Answer:
        return Answer(self.status, self.body)


@dataclass(frozen=True)
class Grant:
    """What a person granted. `generation` is that of their sessions when they did."""

    person: Person
    scopes: frozenset[str]
    generation: int
    nonce: str = ""


class Tokens:
    """Issues tokens and takes refresh tokens back."""

    def __init__(self, microsoft: "FakeMicrosoft") -> None:
        self._microsoft = microsoft
        self._refreshing: dict[str, Grant] = {}
        self.issued = 0

    def issue(self, grant: Grant) -> dict[str, Any]:
        """Return what the token endpoint answers for a person."""
        microsoft, person = self._microsoft, grant.person
        self.issued += 1
        info = {"uid": person.oid, "utid": microsoft.tenant}
        refresh_token = secrets.token_urlsafe(40)
        self._refreshing[refresh_token] = grant
        groups = sorted(key for key, members in microsoft.groups.items() if person.oid in members)
        whose = {"preferred_username": person.address, "name": person.name}
        identity: dict[str, Any] = {"aud": microsoft.app.client_id, **whose}
        identity |= {"groups": groups} if groups else {}
        return {
            "token_type": "Bearer",
            "scope": " ".join(sorted(grant.scopes)),
            "expires_in": ACCESS_SECONDS,
            "ext_expires_in": ACCESS_SECONDS,
            "access_token": self._sign({"aud": GRAPH_AUDIENCE, "scp": " ".join(sorted(grant.scopes))}, grant),
            "refresh_token": refresh_token,
            "id_token": self._sign({**identity, "nonce": grant.nonce}, grant),
            "client_info": base64.urlsafe_b64encode(json.dumps(info).encode()).rstrip(b"=").decode(),
        }

    def issue_for_app(self, roles: Iterable[str]) -> dict[str, Any]:
        """Return what the token endpoint answers for the app itself."""
        self.issued += 1
        claims = {"aud": GRAPH_AUDIENCE, "roles": sorted(roles), "idtyp": "app"}
        token = self._microsoft.keys.sign({**self._standard(), **claims})
        return {"token_type": "Bearer", "expires_in": ACCESS_SECONDS, "access_token": token}

    def redeem(self, refresh_token: str) -> Grant:
        """Take a refresh token, which is good once."""
        grant = self._refreshing.pop(refresh_token, None)
        if grant is None:
            raise Refusing("invalid_grant", 70000, "Provided grant is invalid or malformed.", suberror="bad_token")
        if grant.generation != grant.person.generation and grant.person.consented and not grant.person.trouble:
            raise Refusing("invalid_grant", 50173, "The provided grant has expired due to it being revoked.")
        return grant

    def for_api(self, person: Person, *, scope: str = "access_as_user", **changes: Any) -> str:
        """Return a token with which a client calls our own API (the assertion of on-behalf-of)."""
        claims = {"aud": self._microsoft.app.client_id, "scp": scope, "name": person.name}
        claims |= {"preferred_username": person.address}
        return self._sign({**claims, **changes}, Grant(person, frozenset(), person.generation))

    def _sign(self, claims: dict[str, Any], grant: Grant) -> str:
        person = grant.person
        whose = {"oid": person.oid, "sub": person.oid, "upn": person.address, "generation": grant.generation}
        return self._microsoft.keys.sign({**self._standard(), **whose, **claims})

    def _standard(self) -> dict[str, Any]:
        now = int(self._microsoft.clock.now())
        microsoft = self._microsoft
        times = {"iat": now, "nbf": now, "exp": now + ACCESS_SECONDS}
        return {
            **times,
            "iss": microsoft.entra.issuer(),
            "tid": microsoft.tenant,
            "ver": "2.0",
            "uti": secrets.token_hex(4),
        }
