"""The readers of files, each in a child process with ceilings; `integrations.registry` names them by format.

A file that takes too long or too much memory is refused with a `DocumentError`; see `core.isolation`.
"""

from core.errors import DocumentError
from core.isolation import Boundary
from core.sources.model import FileText
from integrations.sources import plain_text

_FIX = "Split it, or save it again in another program."
_TEXT = Boundary("text file", DocumentError, fix=_FIX, seconds=60)


def read_text(data: bytes) -> FileText:
    """See `plain_text.read_text`."""
    return _TEXT.call(plain_text.read_text, data)


def read_markdown(data: bytes) -> FileText:
    """See `plain_text.read_markdown`."""
    return _TEXT.call(plain_text.read_markdown, data)


def read_csv(data: bytes) -> FileText:
    """See `plain_text.read_csv`."""
    return _TEXT.call(plain_text.read_csv, data)
