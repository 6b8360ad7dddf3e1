"""Texts and tokens are encrypted before they reach the database (Fernet: AES-128-CBC with HMAC-SHA256).

The newest key encrypts, every listed key decrypts, so keys rotate without a pause. The workspace is part of
what is sealed: a row copied to another workspace does not open there.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.errors import SettingsError
from core.private_files import make_private_folder
from core.settings import Settings

KEY_FILE = "secret.key"


class Cipher:
    """Seals JSON values for one workspace at a time.

    Args:
        keys: Fernet keys, newest first.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise SettingsError(
                "INLAID_SECRET_KEYS holds something that is not a Fernet key.",
                fix="Make one with: python -c 'from cryptography.fernet import Fernet; "
                "print(Fernet.generate_key().decode())'",
            ) from error

    def seal(self, workspace: str, value: object) -> bytes:
        """Return the encrypted JSON form of `value`, bound to the workspace."""
        return self._fernet.encrypt(json.dumps([workspace, value], ensure_ascii=False).encode())

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
        return self._fernet.encrypt(workspace.encode() + b"\0" + data)

    def open_bytes(self, workspace: str, sealed: bytes) -> bytes:
        """Return the bytes.

        Raises:
            SettingsError: as for `open`.
        """
        owner, _, data = self._decrypt(sealed).partition(b"\0")
        _check_owner(owner.decode(), workspace)
        return data

    def rotate(self, sealed: bytes) -> bytes:
        """Return the value sealed with the newest key."""
        return self._fernet.rotate(sealed)

    def _decrypt(self, sealed: bytes) -> bytes:
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise SettingsError(
                "A stored value cannot be decrypted with the keys in INLAID_SECRET_KEYS.",
                fix="Add the key that was in use when it was stored.",
            ) from error


def _check_owner(owner: str, workspace: str) -> None:
    if owner != workspace:
        raise SettingsError("A stored value belongs to another workspace.", fix="Restore the row from a backup.")


def load_cipher(settings: Settings) -> Cipher:
    """Return the cipher of INLAID_SECRET_KEYS, else of the key file in INLAID_HOME (made on first use, mode 0600)."""
    if settings.secret_keys:
        return Cipher([key.get_secret_value() for key in settings.secret_keys])
    path = settings.home / KEY_FILE
    if not path.exists():
        _create_key_file(path)
    return Cipher(path.read_text().split())


def _create_key_file(path: Path) -> None:
    """Write a new key under a private name, then link it into place: two first starts end with one key."""
    make_private_folder(path.parent)
    draft = path.with_name(f".{KEY_FILE}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(Fernet.generate_key())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
