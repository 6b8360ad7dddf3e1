"""A mailbox at Microsoft behind the port of mail (`mailbox.provider`)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace

from core.cached_property import cached_property
from core.errors import InlaidError, LimitError, MessageError, NotFoundError
from core.job import Job
from core.system.connections import is_short
from integrations.graph.errors import ChangedError
from integrations.mail.graph import folder_pages
from integrations.mail.graph.accounts import INBOX, GraphAccount, GraphAccounts, MailboxClient, Microsoft
from integrations.mail.graph.change_notifications import ChangeNotifications
from integrations.mail.graph.drafts import GraphDraft, GraphDrafts, recipient
from integrations.mail.graph.placing import GraphPlacing, GraphTarget, turn
from integrations.mail.graph.reading import (
    MAX_MAILS,
    FolderChanges,
    heads_since,
    mime_of,
    read_content,
    read_facts,
    requested,
)
from integrations.mail.mailbox.account import NewDraft
from integrations.mail.mailbox.folder_pages import FolderPage
from integrations.mail.mailbox.mail_targets import number_of
from integrations.mail.mailbox.outcomes import WRITTEN_EFFECT
from integrations.mail.mailbox.pending_drafts import CLOCK_SECONDS, MailHead, OwnDraft, PendingDraft, thread_ids
from integrations.mail.mailbox.preferences import load_preferences
from integrations.mail.mailbox.provider import (
    Arrival,
    DraftState,
    MailTarget,
    NewMessage,
    PlacedDraft,
    PlacedReply,
    ReplyDraft,
)
from integrations.mail.mailbox.triage_records import LabelChange, MailPlace
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.compose import html_body, reply_recipients, written_to

SENT = "sentitems"
DELETED = "deleteditems"
# A mark on older mail than this asks for no draft.
REQUEST_SECONDS = 7 * 24 * 3600.0


@contextmanager
def open_graph(microsoft: Microsoft, account: GraphAccount) -> Iterator["GraphMailbox"]:
    """Return the mailbox for calls; the first of them asks for a token."""
    from_alias = microsoft.settings.microsoft_send_from_alias
    yield GraphMailbox(microsoft.accounts, microsoft.open(account), from_alias=from_alias)


class GraphMailbox:
    """See `mailbox.provider.Mailbox`.

    Args:
        accounts: where positions are kept.
        client: the open mailbox.
        from_alias: whether Exchange lets people send from their aliases.
    """

    has_sent_folder = True
    # Drafts are asked for by their immutable ids, wherever they are.
    missing_seconds = 0.0

    def __init__(self, accounts: GraphAccounts, client: MailboxClient, *, from_alias: bool = False) -> None:
        self._accounts = accounts
        self._from_alias = from_alias
        self._account = client.account
        self._client = client
        self._drafts = GraphDrafts(client)
        self._found: dict[str, GraphDraft | None] = {}

    @cached_property
    def _drafts_folder(self) -> str:
        return self._drafts.drafts_folder_id()

    @cached_property
    def _sent_folder(self) -> str:
        return str(self._client.graph.get(self._client.folder(SENT), select=("id",))["id"])

    @property
    def is_behind(self) -> bool:
        """See `Mailbox`."""
        return is_short()

    def require_labels(self) -> None:
        """Return: every mail at Microsoft can bear categories."""

    def bear(self, labels: Mapping[MailPlace, str]) -> frozenset[MailPlace]:
        """See `Mailbox`."""
        places = [*labels]
        paths = [self._client.message(str(place.uid)) for place in places]
        found = self._client.graph.get_many(paths, select=("categories",))
        borne = set()
        for place, mail in zip(places, found, strict=True):
            if isinstance(mail, NotFoundError):
                continue
            if isinstance(mail, InlaidError):
                raise mail
            if labels[place].casefold() in _folded(mail.get("categories")):
                borne.add(place)
        return frozenset(borne)

    def relabel(self, changes: Sequence[LabelChange]) -> None:
        """See `Mailbox`: a mail's categories are read and written in one, so that what its owner has changed stays."""
        for change in changes:
            for is_last_try in (False, True):
                try:
                    self._relabel(change)
                    break
                except NotFoundError:
                    break
                except ChangedError:
                    if is_last_try:
                        raise

    def _relabel(self, change: LabelChange) -> None:
        found = self._client.graph.get(self._client.message(str(change.place.uid)), select=("categories",))
        before = [str(name) for name in found.get("categories") or ()]
        gone = {label.casefold() for label in change.remove}
        wanted = [name for name in before if name.casefold() not in gone]
        if change.add and change.add.casefold() not in _folded(wanted):
            wanted.append(change.add)
        if wanted != before:
            path, etag = self._client.message(str(change.place.uid)), str(found.get("@odata.etag") or "")
            self._client.graph.patch(path, {"categories": wanted}, if_match=etag)

    def folders(self) -> list[str]:
        """See `Mailbox`."""
        return folder_pages.listed_folders(self._client)

    def folder_page(self, folder: str, position: str) -> FolderPage:
        """See `Mailbox`."""
        return folder_pages.folder_page(self._client, folder, position)

    def raw_in(self, folder: str, uid: str) -> bytes | None:
        """See `Mailbox`; the id is enough, wherever the mail is."""
        return self._raw(uid)

    def new_mail(self) -> Iterator[Arrival]:
        """Yield what Microsoft announced, then what has changed in the folders, which repairs what was missed."""
        yield from self.announced()
        for folder in self._account.folders:
            with self._if_there(folder):
                for mail_id, oldest_at in FolderChanges(self._accounts, self._client, folder).new_ids():
                    yield self._arrival(mail_id, folder, oldest_at=oldest_at)

    def announced(self) -> Iterator[Arrival]:
        """Yield the mails that Microsoft announced."""
        notices = ChangeNotifications(self._accounts.records)
        for notice in notices.of(self._account):
            if is_short():
                return  # the others stay
            yield self._arrival(str(notice.data["id"]), INBOX)
            notices.remove(notice)

    def marked(self, mark: str, *, is_due: Callable[[str], bool]) -> Iterator[Arrival]:
        """See `Mailbox`."""
        for folder in self._account.folders:
            with self._if_there(folder):
                for mail_id in requested(self._client, folder, mark, since_seconds=REQUEST_SECONDS):
                    arrival = self._arrival(mail_id, folder)
                    if is_due(arrival.key):
                        yield arrival

    def _if_there(self, folder: str) -> AbstractContextManager[None]:
        """Leave out a chosen folder that its owner has deleted since."""
        is_chosen = folder != INBOX and bool(self._account.chosen)
        return suppress(NotFoundError) if is_chosen else nullcontext()

    def end_round(self) -> None:
        """See `Mailbox`. What there was no time for is read in the next round; what was read is no failure."""
        self._accounts.end_round(self._account, is_behind=self.is_behind)

    def facts(self, arrival: Arrival) -> Arrival | None:
        """See `Mailbox`."""
        found = read_facts(self._client, str(arrival.uid))
        if found is None or found.is_draft:
            return None
        return replace(
            arrival,
            arrived_at=found.arrived_at,
            conversation=found.conversation,
            message_id=found.message_id,
            subject=found.subject,
            is_answered=found.is_answered,
        )

    def read_new(self, arrival: Arrival) -> NewMessage | None:
        """See `Mailbox`."""
        message = read_content(self._client, str(arrival.uid))
        return NewMessage(message, arrival.message_id) if message else None

    def is_known(self, message_id: str) -> bool:
        """Whether it was decided about: a mail that was exported and imported has another id."""
        return self._accounts.is_known(self._account, message_id)

    def note_known(self, message_id: str) -> None:
        """See `Mailbox`."""
        self._accounts.note_known(self._account, message_id)

    def target_of_new(self, arrival: Arrival, message: MailMessage, *, is_requested: bool) -> GraphTarget:
        """See `Mailbox`."""
        mail_id = str(arrival.uid)
        number = number_of(message, mail_id)
        return GraphTarget(
            self._account.name, mail_id, arrival.conversation, arrival.arrived_at, number, is_requested=is_requested
        )

    def _arrival(self, mail_id: str, folder: str, *, oldest_at: float = 0.0) -> Arrival:
        key = GraphTarget(self._account.name, mail_id).key
        return Arrival(key, mail_id, oldest_at=oldest_at, folder=folder)

    def sent_since(self, at: float, *, limit: int) -> list[MailHead]:
        """See `Mailbox`."""
        return heads_since(self._client, at, folder=SENT, limit=limit)[::-1]

    def mail_since(self, at: float) -> list[MailHead]:
        """Return the mails of all folders: an answer counts wherever a rule has filed it."""
        found = heads_since(self._client, at, limit=MAX_MAILS, sent_folder=self._sent_folder)
        return [head for head in found if not head.is_draft]

    def read(self, head: MailHead) -> MailMessage | None:
        """See `Mailbox`."""
        return self._read(head.ref)

    def raw(self, target: MailTarget) -> bytes | None:
        """See `Mailbox`."""
        return self._raw(str(target.uid))

    def _raw(self, message_id: str) -> bytes | None:
        try:
            return mime_of(self._client, message_id)
        except NotFoundError:
            return None

    def target_of(self, head: MailHead) -> GraphTarget:
        """See `Mailbox`."""
        return GraphTarget(self._account.name, head.ref, head.conversation, head.at)

    def discarded(self, waiting: Sequence[tuple[PendingDraft, Job]]) -> frozenset[str]:
        """See `Mailbox`."""
        arrived_at = min(GraphTarget.from_json(job.delivery).arrived_at or job.created_at for _, job in waiting)
        heads = heads_since(self._client, arrived_at - CLOCK_SECONDS, folder=DELETED, limit=MAX_MAILS)
        deleted = {head.message_id for head in heads if head.message_id and not head.is_draft}
        return frozenset(draft.job for draft, _ in waiting if draft.answers in deleted)

    def look_at(self, drafts: Sequence[PendingDraft]) -> None:
        """See `Mailbox`: twenty in one request."""
        self._found |= self._drafts.get_many([draft.draft.message_id for draft in drafts])

    def draft_state(self, draft: PendingDraft) -> DraftState:
        """See `Mailbox`."""
        found = self._find(draft)
        if found is None:
            return DraftState()
        return DraftState(is_waiting=self._is_waiting(found), is_sent=not found.is_draft, link=found.link)

    def read_draft(self, draft: PendingDraft) -> MailMessage | None:
        """See `Mailbox`."""
        return self._read(draft.draft.message_id)

    def is_untouched(self, draft: PendingDraft) -> bool:
        """See `Mailbox`."""
        found = self._find(draft)
        return found is not None and self._is_waiting(found) and found.digest == draft.draft.content

    def remove_draft(self, draft: PendingDraft) -> None:
        """See `Mailbox`."""
        found = self._find(draft)
        if found is not None and self.is_untouched(draft):
            self._drafts.remove(found)

    def place_reply(self, reply: ReplyDraft) -> PlacedReply:
        """See `Mailbox`."""
        records, source, owner = self._accounts.records, reply.source, reply.owner
        placing = GraphPlacing(
            drafts=self._drafts,
            thread=reply.thread,
            job=reply.job,
            effects=reply.effects,
            target=GraphTarget.from_json(reply.job.delivery),
            ids=thread_ids(source),
            to_all=reply.reply_all,
            own_addresses=frozenset(address.casefold() for address in (owner.address, *owner.aliases)),
            recipients=self._recipients(source, owner, to_all=reply.reply_all),
            time_zone=load_preferences(records, self._account.workspace, self._account.name).timezone,
            sender=self._alias_of(source, owner) if self._from_alias else None,
        )
        with turn(records, self._account.workspace, reply.thread.key, reply.job.id):
            placed, draft_id = placing.run()
        digest = str(reply.effects.get_detail(reply.job, WRITTEN_EFFECT).get("digest", ""))
        return PlacedReply(placed, OwnDraft(draft_id, digest), {"id": draft_id})

    def _alias_of(self, source: MailMessage, owner: OwnerAddresses) -> Address | None:
        """Return the alias that a mail was written to; one that only its owner names may be no address at Exchange."""
        sender = written_to(source, owner)
        return sender if sender.key in self._account.aliases else None

    def _recipients(
        self, source: MailMessage, owner: OwnerAddresses, *, to_all: bool
    ) -> tuple[tuple[Address, ...], tuple[Address, ...]] | None:
        """Return whom the draft goes to where that is not whom Exchange would address it to; None elsewhere."""
        wanted = reply_recipients(source, owner, reply_all=to_all or owner.owns(source.sender))
        theirs, ours = ({address.key for address in listed} for listed in (source.reply_to, wanted[0]))
        is_other = owner.owns(source.sender) or theirs - ours
        return wanted if is_other else None

    def name_of_new(self, mail: NewDraft) -> str:
        """Return the name of the mailbox with the key."""
        return f"{self._account.name}:{_key_of_new(mail)}"

    def place_new(self, mail: NewDraft, *, earlier: str) -> PlacedDraft:
        """See `Mailbox`."""
        made = self._place_new(mail, earlier)
        return PlacedDraft(OwnDraft(made.id, made.digest), made.link)

    def _place_new(self, mail: NewDraft, earlier: str) -> GraphDraft:
        key, folder = _key_of_new(mail), self._drafts_folder
        html = f"<html><body>{html_body(mail.text)}</body></html>"
        subject = " ".join(mail.subject.split())
        found = [
            draft for draft in self._drafts.of_job(key) if draft.is_draft and draft.data.get("parentFolderId") == folder
        ]
        people = {"toRecipients": [recipient(person) for person in mail.to]} if mail.to else {}
        wanted = {"subject": subject, "body": {"contentType": "html", "content": html}, **people}
        for draft in found:
            new = GraphDraft(draft.id, draft.etag, draft.job, {**draft.data, **wanted})
            if draft.digest == new.digest:
                return draft
            if earlier and draft.digest == earlier:
                return self._drafts.write(new, key, subject=subject, **people)
        return self._drafts.create(key, wanted)

    def _find(self, draft: PendingDraft) -> GraphDraft | None:
        draft_id = draft.draft.message_id
        if draft_id not in self._found:
            self._found[draft_id] = self._drafts.get(draft_id)
        return self._found[draft_id]

    def _is_waiting(self, found: GraphDraft) -> bool:
        return found.is_draft and found.data.get("parentFolderId") == self._drafts_folder

    def _read(self, mail_id: str) -> MailMessage | None:
        try:
            return read_content(self._client, mail_id)
        except (LimitError, MessageError):
            return None


def _folded(names: Iterable[object] | None) -> frozenset[str]:
    return frozenset(str(name).casefold() for name in names or ())


def _key_of_new(mail: NewDraft) -> str:
    return f"new:{mail.key}"
