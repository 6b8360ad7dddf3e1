"""Texts and tokens are encrypted before they reach the database (Fernet: AES-128-CBC with HMAC-SHA256).

The newest key encrypts, every listed key decrypts, so keys rotate without a pause. Each sealed value begins with the
name of its key, a hash: so what a key still seals can be counted without opening anything. The workspace is part of
what is sealed: a row copied to another workspace does not open there.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from core.errors import SettingsError
from core.privacy.key_command import VARIABLE as COMMAND_VARIABLE
from core.privacy.key_command import FollowedKeys, key_command
from core.settings import Settings
from core.system.private_files import make_private_folder
from core.text.catalogues import N_

KEY_FILE = "secret.key"
VARIABLE = "INLAID_SECRET_KEYS"
NAME_CHARS = 8
# Not a letter of a Fernet token, so values from before keys had names are told apart.
MARK = b":"


_json = json.JSONEncoder(ensure_ascii=False).encode

ChangedKeys = Callable[[], Sequence[str] | None]


def new_key() -> str:
    """Return a key that nobody has yet."""
    return Fernet.generate_key().decode()


class KeyFile:
    """Reads and extends the file.

    Args:
        home: the data folder.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / KEY_FILE
        self._seen: tuple[int, int] | None = None

    def exists(self) -> bool:
        """Say whether there is one."""
        return self.path.exists()

    def ensured(self) -> Sequence[str]:
        """Return the keys; the file is made when there is none.

        Raises:
            SettingsError: it cannot be read or made, or holds no key.
        """
        try:
            if not self.exists():
                self._create()
            self._seen = self._state()
            keys = self._read()
        except OSError as error:
            raise SettingsError(
                f"The key file {self.path} cannot be used: {error.strerror}.", fix="Make INLAID_HOME writable."
            ) from error
        if not keys:
            raise SettingsError(f"The key file {self.path} is empty.", fix=_put_back(self.path))
        return keys

    def changed(self) -> Sequence[str] | None:
        """Return the keys when the file is another than the last time, or None if not, or when it cannot be read."""
        try:
            state = self._state()
            if state == self._seen:
                return None
            self._seen = state
            return self._read() or None
        except OSError:
            return None

    def put_first(self, key: str) -> None:
        """Add a key that seals from now on; the others still open. The file is replaced whole."""
        draft = self._draft("\n".join([key, *self.ensured(), ""]))
        draft.replace(self.path)

    def _read(self) -> Sequence[str]:
        return self.path.read_text(errors="replace").split()

    def _state(self) -> tuple[int, int]:
        state = self.path.stat()
        return state.st_mtime_ns, state.st_ino

    def _create(self) -> None:
        """Write a new key under a private name, then link it into place: two first starts end with one key."""
        make_private_folder(self.path.parent)
        draft = self._draft(new_key())
        try:
            os.link(draft, self.path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    def _draft(self, text: str) -> Path:
        draft = self.path.with_name(f".{KEY_FILE}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return draft


def key_name(key: str) -> str:
    """Return what a key is called in the values that it seals, in logs and in messages; it does not betray the key."""
    return hashlib.sha256(b"inlaid key " + key.encode()).hexdigest()[:NAME_CHARS]


@dataclass(frozen=True)
class _KeyRing:
    """Keys by their names, newest first."""

    keys: dict[str, Fernet]
    secrets: Sequence[bytes]

    @property
    def newest(self) -> str:
        return next(iter(self.keys))


def _put_back(path: Path) -> str:
    """Return what to do about a key file that is gone or damaged: another key would open nothing that is stored."""
    return N_(f"Put back your copy of it at {path}. A new key cannot read what is stored.")


def _key_ring(keys: Sequence[str], place: str) -> _KeyRing:
    try:
        return _KeyRing({key_name(key): Fernet(key) for key in keys}, [key.encode() for key in keys])
    except ValueError as error:
        new = N_("Put back the key that was in use. For a new installation create one with: inlaid keys new")
        fix = new if place == VARIABLE else _put_back(Path(place))
        raise SettingsError(N_(f"{place} holds something that is not a key."), fix=fix) from error


class Cipher:
    """Seals JSON values for one workspace at a time.

    Args:
        keys: Fernet keys, newest first.
        changed_keys: returns the keys when they are others than the last time, else None; asked at each use.
        missing_key: the same, asked when a value names a key that is not listed; it may take a while.
        place: the setting or the file that has the keys, for messages.
    """

    def __init__(
        self,
        keys: Sequence[str],
        *,
        changed_keys: ChangedKeys = lambda: None,
        missing_key: ChangedKeys = lambda: None,
        place: str = VARIABLE,
    ) -> None:
        self.place = place
        self._ring = _key_ring(keys, place)
        self._changed_keys = changed_keys
        self._missing_key = missing_key

    @property
    def names(self) -> Sequence[str]:
        """The names of the keys, newest first."""
        return tuple(self._current().keys)

    def derived_keys(self, purpose: str) -> Sequence[bytes]:
        """Return a key for another purpose from each of the keys, newest first; it does not betray the key."""
        return [hmac.digest(key, purpose.encode(), "sha256") for key in self._current().secrets]

    def seal(self, workspace: str, value: object) -> bytes:
        """Return the encrypted JSON form of `value`, bound to the workspace."""
        return self._encrypt(_json([workspace, value]).encode())

    def open(self, workspace: str, sealed: bytes) -> Any:
        """Return the value.

        Raises:
            SettingsError: no listed key opens it, or it was sealed for another workspace.
        """
        owner, value = json.loads(self._decrypt(sealed))
        _check_owner(owner, workspace)
        return value

    def seal_bytes(self, workspace: str, data: bytes) -> bytes:
        """Return the encrypted bytes, bound to the workspace."""
        return self._encrypt(workspace.encode() + b"\0" + data)

    def open_bytes(self, workspace: str, sealed: bytes) -> bytes:
        """Return the bytes.

        Raises:
            SettingsError: as for `open`.
        """
        owner, _, data = self._decrypt(sealed).partition(b"\0")
        _check_owner(owner.decode(), workspace)
        return data

    def reseal(self, sealed: bytes) -> bytes:
        """Return the same value sealed with the newest key.

        Raises:
            SettingsError: no listed key opens it.
        """
        return self._encrypt(self._decrypt(sealed))

    def can_open(self, sealed: bytes) -> bool:
        """Say whether a listed key opens the value, whosever it is."""
        try:
            self._decrypt(sealed)
        except SettingsError:
            return False
        return True

    def _current(self) -> _KeyRing:
        return self._take(self._changed_keys())

    def _take(self, keys: Sequence[str] | None) -> _KeyRing:
        if keys:
            self._ring = _key_ring(keys, self.place)
        return self._ring

    def _encrypt(self, data: bytes) -> bytes:
        ring = self._current()
        return ring.newest.encode() + MARK + ring.keys[ring.newest].encrypt(data)

    def _decrypt(self, sealed: bytes) -> bytes:
        name, mark, token = sealed.partition(MARK)
        ring = self._current()
        if not mark:
            return self._first_opened(tuple(ring.keys.values()), sealed)
        key_name = name.decode(errors="replace")
        key = ring.keys.get(key_name) or self._take(self._missing_key()).keys.get(key_name)
        return self._first_opened((key,) if key else (), token)

    def _first_opened(self, keys: Sequence[Fernet], token: bytes) -> bytes:
        for key in keys:
            try:
                return key.decrypt(token)
            except InvalidToken:
                continue
        raise SettingsError(
            N_(f"A stored value cannot be decrypted with the keys in {self.place}."),
            fix=N_("Add the key that was in use when it was stored; `inlaid keys status` names it."),
        )


def _check_owner(owner: str, workspace: str) -> None:
    if owner != workspace:
        raise SettingsError("A stored value belongs to another workspace.", fix="Restore the row from a backup.")


def load_cipher(settings: Settings) -> Cipher:
    """Return the cipher of INLAID_SECRET_KEYS, of what INLAID_SECRET_KEYS_COMMAND prints, else of the key file.

    The command is run again now and then, and the file in INLAID_HOME followed when it changes.

    For SQLite, which one machine uses, the file is made on first use; whether a lost one may be made anew,
    `core.store.open_store` asks before.

    Raises:
        SettingsError: the keys cannot be used; or there are none and a database is shared, so that each machine would
            make one of its own.
    """
    if settings.secret_keys and settings.secret_keys_command:
        raise SettingsError("INLAID_SECRET_KEYS and INLAID_SECRET_KEYS_COMMAND are both set.", fix="Keep one of them.")
    if settings.secret_keys_command:
        followed = FollowedKeys(key_command(settings.secret_keys_command))
        return Cipher(
            followed.keys, changed_keys=followed.changed, missing_key=followed.missing, place=COMMAND_VARIABLE
        )
    if settings.secret_keys:
        return Cipher([key.get_secret_value() for key in settings.secret_keys])
    file = KeyFile(settings.home)
    if settings.is_shared and not file.exists():
        raise SettingsError(
            "INLAID_SECRET_KEYS is not set, and a database server needs the same key for every process.",
            fix="Create one with `inlaid keys new`, set it for all of them, and keep a copy apart from the backups.",
        )
    return Cipher(file.ensured(), changed_keys=file.changed, place=str(file.path))
