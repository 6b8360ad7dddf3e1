"""When a mail that was saved as a file was written: its file is as old as the day on which somebody saved it."""

import time
from datetime import UTC
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

from core.sources.formats import SUFFIXES, suffix_of

# The fields of a mail that came a long way fill some twenty thousand bytes.
HEAD_BYTES = 2**17
_MAX_AHEAD_SECONDS = 86_400.0


def is_mail(file_name: str) -> bool:
    """Whether a file holds one mail as it was sent, by its name."""
    return SUFFIXES.get(suffix_of(file_name)) == "eml"


def sent_at(data: bytes) -> float:
    """Return when a mail says that it was sent, in Unix seconds; 0 where it does not say, or names a day to come.

    Args:
        data: the mail, or its first `HEAD_BYTES`.
    """
    head = BytesHeaderParser().parsebytes(data[:HEAD_BYTES])
    for written in head.get_all("Date", []):
        try:
            date = parsedate_to_datetime(str(written)[:200])
            # A zone of -0000 says that the sender's zone is not known.
            seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return seconds if 0 < seconds <= time.time() + _MAX_AHEAD_SECONDS else 0.0
    return 0.0
