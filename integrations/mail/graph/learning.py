"""Sent mail of a mailbox at Microsoft, for learning how its owner writes. It is read, never written."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from core.errors import InlaidError
from core.system.deadline import is_short
from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.graph.judging import is_lasting
from integrations.mail.graph.opening import Box, Microsoft
from integrations.mail.graph.reading import read_content
from integrations.mail.mailbox.style_learning import LOOK_BACK_SECONDS, MOST_MAILS, learn_from
from integrations.mail.message.message import Message
from integrations.mail.reply.writing_style import Voice

SENT = "sentitems"
_PER_PAGE = 100


def learn_from_microsoft(microsoft: Microsoft, account: GraphAccount) -> Voice:
    """Learn from the newest sent mails, store what was learnt, and return it.

    Raises:
        InputError: the person has not agreed.
        LimitError: it is being learnt right now.
        InlaidError: the mailbox cannot be read.
    """
    return learn_from(microsoft.records, account, _newest(microsoft, account))


def _newest(microsoft: Microsoft, account: GraphAccount) -> Iterator[Message]:
    box = microsoft.open(account)
    # What is sorted by has to stand first in the filter: https://learn.microsoft.com/graph/api/user-list-messages
    since = datetime.fromtimestamp(time.time() - LOOK_BACK_SECONDS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    options = {
        "$filter": f"receivedDateTime ge {since}", "$orderby": "receivedDateTime desc", "$select": "id",
        "$top": _PER_PAGE,
    }  # fmt: skip
    for one in islice(box.graph.paged(f"{box.folder(SENT)}/messages", params=options), MOST_MAILS):
        if is_short():
            return  # what there was time for is the newest
        message = _read(box, str(one["id"]))
        if message:
            yield message


def _read(box: Box, message_id: str) -> Message | None:
    """Return a mail; None when it is gone, or when this one cannot be read."""
    try:
        return read_content(box, message_id)
    except InlaidError as error:
        if is_lasting(error):
            raise
        return None
