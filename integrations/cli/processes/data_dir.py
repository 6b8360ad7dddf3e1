"""What `inlaid up` keeps in INLAID_HOME, and the checks that nothing will go wrong there."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from core.errors import InlaidError, SettingsError, StoreFull
from core.system.disk import MEGABYTE, MIN_FREE_BYTES, free_bytes, is_full, require_writable
from core.system.private_files import make_private_file, make_private_folder, open_private

LOCK_FILE = "up.lock"
TOKEN_FILE = "api.token"  # noqa: S105 # the name of a file
MAX_LOG_BYTES = 5 * 1024 * 1024


@contextmanager
def locked_data_dir(home: Path) -> Iterator[None]:
    """Make the data folder if need be, and hold it against a second process tree for as long as the block lasts.

    Raises:
        SettingsError: it cannot be written, or another `inlaid up` or `inlaid demo` holds it.
        StoreFull: its disk is full.
    """
    import fcntl

    with data_dir_errors(home):
        make_private_folder(home)
        make_private_file(home / LOCK_FILE)
        lock = (home / LOCK_FILE).open("a+")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SettingsError(
                f"Inlaid is already up on {home}{_holder(lock)}.", fix="Stop it, or set INLAID_HOME to another folder."
            ) from error
        require_space(home)
        with data_dir_errors(home):
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
        yield


def note_web_url(home: Path, url: str) -> None:
    """Say in the data folder where the web process of its holder is reached."""
    with data_dir_errors(home), (home / LOCK_FILE).open("a") as lock:
        lock.write(f"\n{url}")


def _holder(lock: IO[str]) -> str:
    lock.seek(0)
    pid = lock.readline().strip()
    return f" (process {pid})" if pid.isdecimal() else ""


def holder_of(home: Path) -> str | None:
    """Return where the web process of whoever holds the data folder is, "" for no web, None where nobody holds it."""
    import fcntl

    try:
        with (home / LOCK_FILE).open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return "".join(lock.read().split()[1:])
    except OSError:  # nobody was ever up there, or another user is
        pass
    return None


def require_space(home: Path) -> int:
    """Return how many bytes are free for the data folder.

    Raises:
        StoreFull: too few.
        SettingsError: nothing can be written there, or it cannot be found out.
    """
    with data_dir_errors(home):
        require_writable(home)
    if is_full(home):
        raise _full(home)
    with data_dir_errors(home):
        return free_bytes(home)


def _full(home: Path) -> StoreFull:
    free = f"Free at least {MIN_FREE_BYTES // MEGABYTE} MB there, or set INLAID_HOME to a folder on another disk."
    return StoreFull(f"The disk of INLAID_HOME ({home}) is full.", fix=free)


@contextmanager
def data_dir_errors(home: Path) -> Iterator[None]:
    """Turn what writing in the data folder may raise into one line for a person.

    Raises:
        StoreFull: the disk is full.
        SettingsError: the folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise _translated(home, error) from error


def _translated(home: Path, error: OSError) -> InlaidError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full(home)
    return SettingsError(
        f"INLAID_HOME ({home}) is not writable: {error.strerror}.",
        fix="Make the folder writable, or set INLAID_HOME to another one.",
    )


def api_token(home: Path) -> tuple[str, Path]:
    """Return the API token of this installation and its file, which only its owner can read; made on first use."""
    path = home / TOKEN_FILE
    with data_dir_errors(home):
        try:
            token = path.read_text().strip()
        except FileNotFoundError:
            token = ""
        if not token:
            token = secrets.token_urlsafe(32)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(f"{token}\n")
    return token, path


def open_log(path: Path) -> IO[bytes]:
    """Open a log file for appending, bounded as by `bound_log`."""
    make_private_folder(path.parent)
    bound_log(path)
    return open_private(path, "ab+")


def bound_log(path: Path) -> None:
    """Put what a large log holds aside, in place of what was put aside before, and empty it; whoever appends goes on.

    Where it cannot be put aside, on a full disk say, it is emptied all the same.
    """
    with suppress(OSError):
        if path.stat().st_size > MAX_LOG_BYTES:
            try:
                with path.open("rb") as log, open_private(path.with_suffix(".old.log"), "wb") as aside:
                    shutil.copyfileobj(log, aside)
            finally:
                os.truncate(path, 0)
