"""Brings a file from the Hub, or any address, whole and with the hash that it should have.

The Hub answers with a redirect to its store, and tells size, SHA-256 and commit in `X-Linked-Size`, `X-Linked-Etag` and
`X-Repo-Commit` (https://huggingface.co/docs/hub/models-downloading). The address in the store ends after a while, so
each attempt asks the Hub again. What has arrived stays in a `.part` file, and the next attempt continues from there.
"""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx2

from core.errors import InlaidError, InputError, OutageError
from core.llm.ladder.gguf import MAGIC, gigabytes
from core.llm.ladder.sources import OTHER_WAYS, ModelSource, hub_headers, refusal, unreachable
from core.system.private_files import open_private

Report = Callable[[int, int], None]
"""Hears how many bytes are here, and how many there are (0: not told)."""

SILENCE_SECONDS = 30.0
SPARE_BYTES = 64 * 2**20
MAX_REDIRECTS = 6
MAX_FRUITLESS_ATTEMPTS = 4
PAUSE_SECONDS = 0.2
_SHA256_CHARS, _HEX = 64, frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Remote:
    """A file as its server describes it; where it gives no value, SHA-256 and commit are "" and the size is 0."""

    sha256: str
    size_bytes: int
    commit: str

    @classmethod
    def of(cls, answer: httpx2.Response, known: "Remote | None") -> Self:
        """Read the headers of an answer; what an earlier redirect has told stands."""
        tag = answer.headers.get("x-linked-etag", "").removeprefix("W/").strip('"')
        size: str = answer.headers.get("x-linked-size", "")
        if not size and answer.status_code == 200:
            size = answer.headers.get("content-length", "")
        return cls(
            (known and known.sha256) or (tag if len(tag) == _SHA256_CHARS and set(tag) <= _HEX else ""),
            (known and known.size_bytes) or (int(size) if size.isdecimal() else 0),
            (known and known.commit) or answer.headers.get("x-repo-commit", "")[:40],
        )


@dataclass(frozen=True)
class Fetched:
    """A file that is here."""

    path: Path
    sha256: str
    size_bytes: int
    commit: str = ""


def fetch(source: ModelSource, folder: Path, report: Report, *, known_sha256: str = "") -> Fetched | None:
    """Bring the file of a source into the folder, under a name that begins with a dot; None: it is the known one.

    Raises:
        OutageError: no way there, the line was cut too often, or the disk is full; what is here is gone on with.
        NotFoundError: the file is gone. CredentialError: it is gated. InputError: it is not what it should be.
    """
    with httpx2.Client(timeout=SILENCE_SECONDS) as client:
        return _Download(client, source, folder, report).run(known_sha256)


def disk_full(folder: Path, needed_bytes: int) -> OutageError:
    """Return the error for a disk without room."""
    return OutageError(
        f"The disk of {folder} is full: {gigabytes(shutil.disk_usage(folder).free)} are free,"
        f" {gigabytes(needed_bytes)} are needed.",
        fix="Free that much, or set INLAID_HOME to a folder on another disk.",
    )


class _Download:
    def __init__(self, client: httpx2.Client, source: ModelSource, folder: Path, report: Report) -> None:
        self._client = client
        self._source = source
        self._folder = folder
        self._report = report

    def run(self, known_sha256: str) -> Fetched | None:
        remote = self._located()
        if remote.sha256 and remote.sha256 == known_sha256:
            return None
        key = hashlib.sha256((remote.sha256 or f"{self._source.url} {remote.size_bytes}").encode()).hexdigest()[:16]
        part = self._folder / f".{self._source.name}.{key}.part"
        self._require_space(part, remote)
        fruitless = 0
        while True:
            before = _size(part)
            try:
                self._attempt(part, remote)
                break
            except httpx2.TransportError as error:
                fruitless = 0 if _size(part) > before else fruitless + 1
                if fruitless == MAX_FRUITLESS_ATTEMPTS:
                    raise self._given_up(part, remote) from error
                time.sleep(PAUSE_SECONDS * 2**fruitless)
            except OSError as error:
                raise self._unwritable(part, remote, error) from error
        return self._checked(part, remote)

    def _located(self) -> Remote:
        """Follow the redirects with requests for the head alone."""
        url = self._source.url
        known: Remote | None = None
        for _ in range(MAX_REDIRECTS):
            try:
                answer = self._client.head(url, headers={**hub_headers(url), "Accept-Encoding": "identity"})
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise unreachable(url) from error
            if answer.status_code in {405, 501}:  # no heads alone here
                return known or Remote("", 0, "")
            if answer.status_code >= 400:
                raise refusal(self._source, answer)
            known = Remote.of(answer, known)
            if not answer.is_redirect or (known.sha256 and known.size_bytes):
                return known
            url = self._next(url, answer)
        raise InputError(f"{self._source.origin} redirects in a circle.", fix=OTHER_WAYS)

    def _next(self, url: str, answer: httpx2.Response) -> str:
        following = urljoin(url, answer.headers.get("location", ""))
        if urlsplit(following).scheme != "https" and urlsplit(url).scheme == "https":
            raise InputError(f"{urlsplit(url).netloc} redirects to an address that is not safe.", fix=OTHER_WAYS)
        return following

    def _require_space(self, part: Path, remote: Remote) -> None:
        needed_bytes = max(0, remote.size_bytes - _size(part)) + SPARE_BYTES
        if shutil.disk_usage(self._folder).free < needed_bytes:
            raise disk_full(self._folder, needed_bytes)

    def _attempt(self, part: Path, remote: Remote) -> None:
        """Fetch what is missing; following the redirects again."""
        url, here = self._source.url, _size(part)
        if remote.size_bytes and here >= remote.size_bytes:
            return
        for _ in range(MAX_REDIRECTS):
            headers = {**hub_headers(url), "Accept-Encoding": "identity"}
            headers |= {"Range": f"bytes={here}-"} if here else {}
            with self._client.stream("GET", url, headers=headers) as answer:
                if answer.is_redirect:
                    url = self._next(url, answer)
                    continue
                if answer.status_code == 416 and not remote.size_bytes:  # it was whole already
                    return
                if answer.status_code >= 500 or answer.status_code == 429:
                    raise httpx2.ReadError(f"status {answer.status_code}")
                if answer.status_code >= 400:
                    raise refusal(self._source, answer)
                self._take(part, answer, remote, here if answer.status_code == 206 else 0)
                return

    def _take(self, part: Path, answer: httpx2.Response, remote: Remote, here: int) -> None:
        with open_private(part, "r+b" if here else "wb") as file:
            file.seek(here)
            for chunk in answer.iter_bytes():
                if not here and not MAGIC.startswith(chunk[: len(MAGIC)]):
                    part.unlink()
                    raise InputError(f"{self._source.origin} is not a GGUF file.", fix=OTHER_WAYS)
                file.write(chunk)
                file.flush()  # what is here is here, however this process ends
                here += len(chunk)
                if remote.size_bytes and here > remote.size_bytes:
                    part.unlink()
                    raise InputError(f"{self._source.origin} is longer than its server said.", fix="Try again later.")
                self._report(here, remote.size_bytes)
            os.fsync(file.fileno())
        if here < remote.size_bytes:
            raise httpx2.ReadError("cut")

    def _given_up(self, part: Path, remote: Remote) -> OutageError:
        here = gigabytes(_size(part))
        of = f" of {gigabytes(remote.size_bytes)}" if remote.size_bytes else ""
        return OutageError(
            f"The line to {urlsplit(self._source.url).netloc} kept breaking; {here}{of} are here.",
            fix="Run the same command again: it continues from there.",
        )

    def _unwritable(self, part: Path, remote: Remote, error: OSError) -> InlaidError:
        missing_bytes = max(0, remote.size_bytes - _size(part)) + SPARE_BYTES
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            part.unlink(missing_ok=True)  # the rest of the installation needs the room
            return disk_full(self._folder, missing_bytes)
        return InputError(f"{self._folder} cannot be written: {error.strerror}.", fix="Make INLAID_HOME writable.")

    def _checked(self, part: Path, remote: Remote) -> Fetched:
        with part.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if remote.sha256 and found != remote.sha256:
            part.unlink()
            raise InputError(
                f"{self._source.origin} arrived damaged: its SHA-256 is {found[:12]}…, not {remote.sha256[:12]}….",
                fix="Nothing was installed. Try again; if it keeps happening, the download is being altered.",
            )
        return Fetched(part, found, _size(part), remote.commit)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
