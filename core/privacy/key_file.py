"""The keys of a one-person installation: a file in INLAID_HOME, one key a line, newest first, for its owner alone."""

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet

from core.errors import SettingsError
from core.system.private_files import make_private_folder

KEY_FILE = "secret.key"


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
            keys = self.path.read_text().split()
        except OSError as error:
            raise SettingsError(
                f"The key file {self.path} cannot be used: {error.strerror}.", fix="Make INLAID_HOME writable."
            ) from error
        if not keys:
            raise SettingsError(f"The key file {self.path} is empty.", fix="Restore it from a backup.")
        return keys

    def changed(self) -> Sequence[str] | None:
        """Return the keys when the file is another than the last time, None when not, or when it cannot be read."""
        try:
            state = self._state()
            if state == self._seen:
                return None
            self._seen = state
            return self.path.read_text().split() or None
        except OSError:
            return None

    def put_first(self, key: str) -> None:
        """Add a key that seals from now on; the others still open. The file is replaced whole."""
        draft = self._draft("\n".join([key, *self.ensured(), ""]))
        draft.replace(self.path)

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
