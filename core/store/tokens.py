"""API tokens: each of one person, for some scopes and some time; kept as keyed hashes, and shown once.

A token reads `inlaid_ID_SECRET`. The id finds its row; the secret is compared by its HMAC, whose key is sealed in the
record store. So somebody who can read the database alone can neither use a token nor guess one.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Name, Thing
from core.errors import ConflictError, InputError
from core.store.audit import append
from core.store.records import RecordStore
from core.store.rows import Scope, now
from core.store.tables import api_tokens
from core.text.forms import consists_of

SCOPES = ("jobs", "documents", "sources", "report", "admin", "mcp")
KEY_KIND, KEY_WORKSPACE, KEY = "token_key", "console", "hmac"
PREFIX = "inlaid_"
MAX_NAME_CHARS = 60
MAX_DAYS = 3650
# How often the last use is written at most.
USE_SECONDS = 60.0
# After the prefix stand the id, an underscore and the secret.
_ID_CHARS, _SECRET_CHARS = 12, 43


@dataclass(frozen=True)
class ApiToken:
    """A token without its secret. Times are Unix seconds; `expires_at` and `last_used_at` None for never."""

    id: str
    workspace: str
    person: str
    name: str
    scopes: frozenset[str]
    created_at: float
    expires_at: float | None
    last_used_at: float | None

    def to_json(self) -> dict[str, object]:
        """Return it as commands print it."""
        return {**self.__dict__, "scopes": sorted(self.scopes)}


class TokenStore:
    """The tokens of an installation.

    Args:
        records: of the same database; they keep the key of the hashes.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self._database = records.database

    def add(
        self, workspace: str, person: str, *, name: str, scopes: Sequence[str], days: int | None
    ) -> tuple[ApiToken, str]:
        """Make a token, and return it with what its holder sends; nobody can read that again.

        Args:
            workspace: the person's.
            person: whose it is, as their door calls them.
            name: what it is for.
            scopes: what it may be used for.
            days: how long it holds; None: until it is revoked.

        Raises:
            InputError: one of these cannot be.
        """
        _check(person, name, scopes, days)
        token_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        values = {
            "id": token_id,
            "hash": self._hash(secret),
            "workspace": workspace,
            "person": person.casefold() if "@" in person else person,
            "name": name,
            "scopes": ",".join(sorted(set(scopes))),
        }
        expires = None if days is None else now + days * 86_400.0
        insert = sa.insert(api_tokens).values(**values, created_at=now, expires_at=expires).returning(*api_tokens.c)
        with self._database.write() as connection:
            token = _token(connection.execute(insert).one())
            append(connection, _event("token.added", token, days=days or 0))
        return token, f"{PREFIX}{token_id}_{secret}"

    def find(self, text: str) -> ApiToken | None:
        """Return the token that somebody shows, or None if it is not a token, has expired or was revoked."""
        token_id, secret = _parts(text)
        if not token_id:
            return None
        is_used = sa.case((api_tokens.c.last_used_at > now - USE_SECONDS, 1), else_=0).label("is_used")
        statement = sa.select(api_tokens, is_used).where(api_tokens.c.id == token_id, _is_alive())
        with self._database.read() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None or not hmac.compare_digest(row.hash, self._hash(secret)):
            return None
        if not row.is_used:
            with self._database.write() as connection:
                is_it = api_tokens.c.id == row.id
                connection.execute(sa.update(api_tokens).where(is_it).values(last_used_at=now))
        return _token(row)

    def holds(self, token_id: str) -> ApiToken | None:
        """Return a token by its id while it holds."""
        statement = sa.select(api_tokens).where(api_tokens.c.id == token_id, _is_alive())
        with self._database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return _token(row) if row else None

    def has_any(self) -> bool:
        """Say whether there is a token."""
        with self._database.read() as connection:
            return connection.execute(sa.select(api_tokens.c.id).limit(1)).one_or_none() is not None

    def list(self, *, scope: Scope | None = None, names: Sequence[tuple[str, str]] | None = None) -> Sequence[ApiToken]:
        """Return the tokens of some workspaces, or of a person by their (workspace, person), the newest first."""
        statement = sa.select(api_tokens).order_by(api_tokens.c.created_at.desc(), api_tokens.c.id)
        if scope is not None:
            statement = statement.where(scope.rows(api_tokens.c.workspace))
        if names is not None:
            # An address is one address in capitals, too: earlier versions kept it as it was typed.
            addresses = [(workspace, person.casefold()) for workspace, person in names if "@" in person]
            statement = statement.where(
                sa.tuple_(api_tokens.c.workspace, api_tokens.c.person).in_(list(names))
                | sa.tuple_(api_tokens.c.workspace, sa.func.lower(api_tokens.c.person)).in_(addresses)
            )
        with self._database.read() as connection:
            return [_token(row) for row in connection.execute(statement)]

    def revoke(self, token_id: str) -> bool:
        """End a token at once, and say whether there was one."""
        statement = sa.delete(api_tokens).where(api_tokens.c.id == token_id).returning(*api_tokens.c)
        with self._database.write() as connection:
            row = connection.execute(statement).one_or_none()
            if row:
                append(connection, _event("token.revoked", _token(row)))
        return row is not None

    def _hash(self, secret: str) -> str:
        return hmac.new(self._key(), secret.encode(), hashlib.sha256).hexdigest()

    def _key(self) -> bytes:
        record = self._records.get(KEY_KIND, KEY_WORKSPACE, KEY)
        if record is None:
            with suppress(ConflictError):  # another process was first
                self._records.put(KEY_KIND, KEY_WORKSPACE, KEY, secrets.token_hex(32), expected_version=0)
            record = self._records.get(KEY_KIND, KEY_WORKSPACE, KEY)
            assert record
        return bytes.fromhex(record.data)


def _check(person: str, name: str, scopes: Sequence[str], days: int | None) -> None:
    if not person.strip():
        raise InputError("A token belongs to a person.", fix="Name them by their email address.")
    if not name.strip() or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise InputError("A token needs a name.", fix=f"Say what it is for, in at most {MAX_NAME_CHARS} characters.")
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise InputError("A token needs scopes.", fix=f"Take some of: {', '.join(SCOPES)}.")
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise InputError("That is not a valid lifetime for a token.", fix=f"Take 1 to {MAX_DAYS} days, or none.")


def _is_alive() -> sa.ColumnElement[bool]:
    return sa.or_(api_tokens.c.expires_at.is_(None), api_tokens.c.expires_at > now)


def _parts(text: str) -> tuple[str, str]:
    """Return the id and the secret of a token, both "" for what has another form."""
    token_id, _, secret = text.removeprefix(PREFIX).partition("_")
    is_long_enough = len(token_id) == _ID_CHARS and len(secret) == _SECRET_CHARS
    is_token = is_long_enough and text.startswith(PREFIX) and token_id.isalnum() and consists_of(secret, "-_")
    return (token_id, secret) if is_token and text.isascii() else ("", "")


def _token(row: Any) -> ApiToken:
    return ApiToken(
        id=row.id,
        workspace=row.workspace,
        person=row.person,
        name=row.name,
        scopes=frozenset(row.scopes.split(",")),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )


def _event(action: str, token: ApiToken, **told: object) -> AuditEvent:
    label = f"{token.name} ({token.person})"
    thing = Thing("token", Name(token.workspace, token.person, "token", token.id, label))
    details = {"scopes": sorted(token.scopes), **told}
    return AuditEvent(action, current_actor(token.workspace), thing, details=details, workspace=token.workspace)
