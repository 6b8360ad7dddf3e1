"""Hostile files, and the sentence with which one is refused."""

import io
import struct
import time
import tracemalloc
import zipfile

import pytest

from core.errors import DocumentError
from integrations.documents import read_document
from tests.integrations.documents.build import (
    archive,
    document,
    files_of,
    p,
    run,
)


def refused(data: bytes) -> str:
    """Return why a file is refused, having checked that this took neither long nor much memory."""
    tracemalloc.start()
    begin = time.thread_time()
    with pytest.raises(DocumentError) as error:
        read_document(data)
    seconds = time.thread_time() - begin
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 2
    assert peak_bytes < 200_000_000
    assert error.value.message.endswith(".")
    return error.value.message


def replaced(name: str, content: bytes) -> bytes:
    """Return a package in which one part has other content."""
    return archive({**files_of(document(p(run("A B")))), name: content})


def bomb(name: str, size_bytes: int, declared_bytes: int | None = None) -> bytes:
    """Return a package with an entry of zeros, perhaps one that declares another size than it has."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for other, content in files_of(document(p(run("A B")))).items():
            package.writestr(other, content)
        with package.open(name, "w") as entry:
            for _ in range(size_bytes // 1_000_000):
                entry.write(bytes(1_000_000))
    data = out.getvalue()
    if declared_bytes is not None:
        true = struct.pack("<L", size_bytes // 1_000_000 * 1_000_000)
        data = data.replace(true, struct.pack("<L", declared_bytes))
    return data
