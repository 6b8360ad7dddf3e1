"""What the readers of PowerPoint and Excel files share: the checks of their archive, and what damage is called."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import DocumentError, InlaidError

MAX_ENTRIES = 20_000
# Libraries inflate each entry as far as it says and no further, so its own word is a bound.
MAX_TOTAL_BYTES = 500 * 2**20
_SAVE_AGAIN = "Open it, save it again under another name, and connect that."


@contextmanager
def opened(data: bytes, what: str) -> Iterator[io.BytesIO]:
    """Give a file to a library once its archive was looked at.

    Args:
        data: the file.
        what: the thing as a person calls it, "Excel file".

    Raises:
        DocumentError: it is damaged, or holds more than can be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
            raise DocumentError(f"This {what} holds too much.", fix="Split it, or save it without its pictures.")
        yield io.BytesIO(data)
    except (InlaidError, MemoryError):
        raise
    except Exception as error:  # the libraries tell of damage by whatever error they meet
        raise DocumentError(f"This {what} is damaged.", fix=_SAVE_AGAIN) from error
