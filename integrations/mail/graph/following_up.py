"""Follow-up drafts for questions that were sent from a mailbox at Microsoft and that nobody answered.

All folders are looked through, so that an answer counts wherever a rule has filed it. When one comes after all, the
draft is taken back, unless its owner has changed it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from core.errors import InlaidError
from core.store import Store
from integrations.graph.client import Json
from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.graph.drafts import Drafts
from integrations.mail.graph.judging import KIND, Submit, is_lasting
from integrations.mail.graph.learning import SENT
from integrations.mail.graph.opening import Box, Microsoft
from integrations.mail.graph.outcomes import awaited, take_back
from integrations.mail.graph.reading import read_content, seconds_of
from integrations.mail.headers import message_ids
from integrations.mail.message import Message
from integrations.mail.open_questions import RECIPE, Asking, follow_up_when_due, span_of

# MAPI PidTagInReplyToId and PidTagInternetReferences, [MS-OXPROPS]: sent mail has no internetMessageHeaders.
IN_REPLY_TO = "String 0x1042"
REFERENCES = "String 0x1039"
_SELECT = "id,conversationId,internetMessageId,isDraft,parentFolderId,receivedDateTime"
_EXPAND = f"singleValueExtendedProperties($filter=id eq '{IN_REPLY_TO}' or id eq '{REFERENCES}')"
_PER_PAGE = 200
# Newest first: a question is only seen when everything that came after it was.
_MOST_MAILS = 4000


def follow_up_all_microsoft(microsoft: Microsoft, store: Store, submit: Submit) -> None:
    """Look for open questions in every mailbox whose owner wants that, once an hour.

    Raises:
        StoreOutage: nothing can be stored.
    """
    for account in microsoft.accounts.list():
        error = microsoft.accounts.standing(account).error
        look = partial(follow_up_microsoft, microsoft, store, account, submit)
        follow_up_when_due(store.records, account, error, look)


def follow_up_microsoft(microsoft: Microsoft, store: Store, account: GraphAccount, submit: Submit) -> int:
    """Submit a follow-up for each question that is open for long enough, and return how many that are.

    Raises:
        InlaidError: the mailbox cannot be read.
    """
    box, span = microsoft.open(account), span_of(store.records, account)
    sent_folder = str(box.graph.get(box.folder(SENT), select=("id",))["id"])
    mails = [one for one in _since(box, span.since) if not one.is_draft]
    settled = frozenset(message_id for one in mails for message_id in one.answers)
    due = [
        one for one in mails
        if one.folder == sent_folder and one.at <= span.until and one.message_id and one.message_id not in settled
    ]  # fmt: skip
    asking = Asking(store.records, account, submit)
    made = sum(_ask(box, asking, one) for one in due)
    for waiting in awaited(store.records, account):
        if waiting.answers in settled and store.jobs.get(waiting.job).recipe == RECIPE:
            take_back(store, Drafts(box), account, waiting)
    return made


@dataclass(frozen=True)
class _Mail:
    id: str
    conversation: str
    message_id: str
    folder: str
    at: float
    is_draft: bool
    answers: frozenset[str]


def _since(box: Box, since: float) -> list[_Mail]:
    moment = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    options = {
        "$filter": f"receivedDateTime ge {moment}", "$orderby": "receivedDateTime desc", "$select": _SELECT,
        "$expand": _EXPAND, "$top": _PER_PAGE,
    }  # fmt: skip
    return [_mail(one) for one in islice(box.graph.paged(f"{box.root}/messages", params=options), _MOST_MAILS)]


def _mail(found: Json) -> _Mail:
    named = " ".join(str(one.get("value") or "") for one in found.get("singleValueExtendedProperties") or ())
    return _Mail(
        id=str(found["id"]),
        conversation=str(found.get("conversationId") or ""),
        message_id=str(found.get("internetMessageId") or ""),
        folder=str(found.get("parentFolderId") or ""),
        at=seconds_of(str(found.get("receivedDateTime") or "")),
        is_draft=bool(found.get("isDraft")),
        answers=frozenset(message_ids(named)),
    )


def _ask(box: Box, asking: Asking, mail: _Mail) -> bool:
    message = _read(box, mail)
    if message is None:
        return False
    delivery = {"kind": KIND, "account": box.account.name, "id": mail.id, "conversation": mail.conversation}
    return asking.ask(message, mail.message_id, {**delivery, "arrived_at": mail.at, "number": 0})


def _read(box: Box, mail: _Mail) -> Message | None:
    try:
        return read_content(box, mail.id)
    except InlaidError as error:
        if is_lasting(error):
            raise
        return None
