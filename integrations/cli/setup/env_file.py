"""A file of settings (`.env`) that a person wrote: read whole, and changed in the lines that are asked for alone.

Comments, order and everything else stay. What comes out is read back before it takes the place of the file, and the
file is for its owner alone, and for its group where that alone could read it before.
"""

import contextlib
import fcntl
import io
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import ConflictError, InputError
from core.settings.env_file import env_bindings, env_text
from core.system.private_files import FILE_MODE
from core.text.forms import consists_of

# What needs no quotes, here and in the file that Docker Compose reads.


@dataclass(frozen=True)
class EnvFile:
    """What stands in the file; "" where there is none yet."""

    path: Path
    text: str

    @property
    def values(self) -> dict[str, str]:
        """The settings in it by name, as they are read."""
        return _values(self.text)


def read_env_file(path: Path) -> EnvFile:
    """Read the file.

    Raises:
        SettingsError: it cannot be read, is no text, or a line of it is broken (half-written, say).
    """
    return EnvFile(path, env_text(path))


def write_values(before: EnvFile, values: Mapping[str, str]) -> None:
    """Set values in the file and leave the rest as it is; the file is made if need be, and closed to others.

    Args:
        before: the file as the person saw it.
        values: by name.

    Raises:
        ConflictError: somebody else has set one of them to something else meanwhile.
        InputError: the file cannot be written, or a value cannot stand in such a file.
    """
    path = before.path.resolve()  # what a link leads to, not the link
    try:
        with _held(path.parent):
            now = read_env_file(path)
            taken = [name for name in values if now.values.get(name) not in {before.values.get(name), values[name]}]
            if taken:
                raise ConflictError(
                    f"{', '.join(taken)} in {path} was changed by somebody else meanwhile. Nothing was written.",
                    fix="Look at the file, and run this again.",
                )
            _replace(path, changed_text(now.text, values))
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}. Nothing was changed.",
            fix="Run this as the owner of the folder, or name another file with --file.",
        ) from error


def changed_text(text: str, values: Mapping[str, str]) -> str:
    """Return the text with the values set.

    The last line that sets a name is replaced, since it is the one that counts; a name that no line sets comes behind
    the commented-out line of its name, or at the end.

    Raises:
        InputError: a value cannot stand in such a file.
    """
    parts = [binding.original.string for binding in env_bindings(text)]
    for name, value in values.items():
        _set(parts, name, f"{name}={_quoted(name, value)}")
    made = "".join(parts)
    read = _values(made)
    for name, value in values.items():
        if read.get(name) != value:
            raise InputError(
                f"The value of {name} cannot stand in a .env file: it would be read as something else.",
                fix=f"Put it into a file of its own, and name that file in {name}_FILE.",
            )
    return made


def _set(parts: list[str], name: str, line: str) -> None:
    """Set a name in the pieces of a text; each piece is a line with the blank lines before it."""
    of_name = [index for index, part in enumerate(parts) if _name_of(part) == name]
    if of_name:
        old = parts[of_name[-1]]
        blank = old[: len(old) - len(old.lstrip())]
        export = "export " if old.lstrip().startswith("export ") else ""
        parts[of_name[-1]] = f"{blank}{export}{line}{_remark_of(old)}\n"
        return
    if parts and not parts[-1].endswith("\n"):
        parts[-1] += "\n"
    beside = [
        index
        for index, part in enumerate(parts)
        if part.lstrip().startswith("#") and _name_of(part.lstrip().lstrip("#")) == name
    ]
    parts.insert(beside[-1] + 1 if beside else len(parts), f"{line}\n")


def _name_of(part: str) -> str:
    """Return the name that a line sets, "" for none."""
    name, equals, _ = part.lstrip().removeprefix("export ").partition("=")
    return name.strip() if equals else ""


def _remark_of(part: str) -> str:
    """Return the comment behind a value, with the blanks before it; what has a quote behind it is part of the value."""
    line = part.rstrip()
    behind = _end_of_quoted(line)
    found = [at for at in (line.find(" #", behind), line.find("\t#", behind)) if at >= 0]
    if not found:
        return ""
    value = line[: min(found)].rstrip()
    return line[len(value) :]


def _end_of_quoted(line: str) -> int:
    """Return where a value in quotes ends; of one without quotes, where it begins."""
    begin = line.find("=") + 1
    at = begin + len(line[begin:]) - len(line[begin:].lstrip(" \t"))
    if at >= len(line) or line[at] not in "'\"":
        return begin
    quote, at = line[at], at + 1
    while at < len(line) and line[at] != quote:
        at += 2 if line[at] == "\\" else 1
    return at + 1


def _quoted(name: str, value: str) -> str:
    if any(char < " " or char == "\x7f" for char in value):
        raise InputError(f"{name} holds a line break or another control character.", fix="Copy the value once more.")
    if value.isascii() and consists_of(value, "_@%+=:,./~-"):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _values(text: str) -> dict[str, str]:
    """Return the values as the settings read them; variables of this process's environment are not put in."""
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(stream=io.StringIO(text)).items() if value is not None}


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Let one process at a time change files of a folder; leaves nothing behind."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, text: str) -> None:
    """Put a new file into the place of the old one, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError, PermissionError):
            owner = path.stat()  # an administrator's run must not take the file from whoever runs Inlaid
            os.chown(draft, owner.st_uid, owner.st_gid)
            if not owner.st_mode & stat.S_IRWXO:  # else its group can read it because everybody could
                os.chmod(draft, FILE_MODE | (owner.st_mode & stat.S_IRWXG))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
