"""How a request to a model server proves who asks: a key from the environment or a file, or an OAuth token."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

from core.drafts import JsonObject
from core.errors import CredentialError, ModelOutage
from core.llm.models_file import EndpointEntry, OAuth

Credentials = Callable[[], dict[str, str]]

TOKEN_TIMEOUT_SECONDS = 10.0
# A token that ends while a request is under way would be refused half-way.
RENEW_BEFORE_SECONDS = 120.0
USUAL_TOKEN_SECONDS = 600.0


def credentials_of(entry: EndpointEntry) -> Credentials:
    """Return what gives the headers of each request; files are read each time, so that a rotated key counts."""
    if entry.oauth:
        return _Tokens(entry, entry.oauth).headers
    if entry.key_env:
        return lambda: key_headers(_from_environment(entry, entry.key_env), entry.key_header)
    if entry.key_file:
        path = entry.key_file
        return lambda: key_headers(_from_file(entry, path), entry.key_header)
    return dict


def key_headers(key: str, header: str = "") -> dict[str, str]:
    """Return the headers of a key: a bearer token, or alone in a header of its own (Azure's `api-key`)."""
    if not key:
        return {}
    return {header: key} if header else {"Authorization": f"Bearer {key}"}


def _from_environment(entry: EndpointEntry, name: str) -> str:
    key = os.environ.get(name, "")
    if not key:
        raise CredentialError(
            f"The endpoint {entry.name} has no key: {name} is not set.", fix=f"Set {name}.", of_server=True
        )
    return key


def _from_file(entry: EndpointEntry, path: Path) -> str:
    try:
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    if not key:
        raise CredentialError(
            f"The endpoint {entry.name} has no key: {path} cannot be read.", fix="Check key_file.", of_server=True
        )
    return key


class _Tokens:
    """Fetches a token and keeps it until shortly before it ends."""

    def __init__(self, entry: EndpointEntry, oauth: OAuth) -> None:
        self._entry = entry
        self._oauth = oauth
        self._token = ""
        self._renew_at = 0.0
        self._fetching = threading.Lock()

    def headers(self) -> dict[str, str]:
        with self._fetching:
            if time.monotonic() >= self._renew_at:
                self._fetch()
            return key_headers(self._token, self._entry.key_header)

    def _fetch(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._oauth.client_id,
            "client_secret": self._secret(),
            "scope": self._oauth.scope,
        }
        refused = CredentialError(
            f"No token for the endpoint {self._entry.name}: {self._oauth.token_url} refuses.",
            fix=f"Check {self._entry.setting('oauth')}.",
            of_server=True,
        )
        try:
            answer = httpx2.post(self._oauth.token_url, data=form, timeout=TOKEN_TIMEOUT_SECONDS)
            if answer.status_code < 500 and answer.status_code != 200:
                raise refused
            answer.raise_for_status()
            granted: JsonObject = answer.json()
            self._token = str(granted["access_token"])
            lasts_seconds = float(granted.get("expires_in") or USUAL_TOKEN_SECONDS)
        except (httpx2.HTTPError, ValueError) as error:
            raise ModelOutage(
                f"No token for the endpoint {self._entry.name}: {self._oauth.token_url} does not answer.",
                fix="Try again later.",
            ) from error
        except (KeyError, TypeError) as error:
            raise refused from error
        self._renew_at = time.monotonic() + max(0.0, lasts_seconds - RENEW_BEFORE_SECONDS)

    def _secret(self) -> str:
        if self._oauth.client_secret_file:
            return _from_file(self._entry, self._oauth.client_secret_file)
        return _from_environment(self._entry, self._oauth.client_secret_env)
