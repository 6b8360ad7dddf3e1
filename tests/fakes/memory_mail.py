"""A provider of mailboxes in memory: see `integrations.mail.mailbox.provider`. It passes the suite of the real ones."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, ClassVar

from core.errors import CursorExpired, NotFoundError
from core.job import Job
from core.ports import SurfaceContext
from core.store.records import RecordStore
from integrations.mail.isolated import parse_message, reply_file
from integrations.mail.mailbox.account import AccountParts, AccountStore, NewDraft
from integrations.mail.mailbox.folder_pages import SENT, FolderMail, FolderPage
from integrations.mail.mailbox.pending_drafts import MailHead, OwnDraft, PendingDraft, ThreadClaim, thread_ids
from integrations.mail.mailbox.preferences import Preferences, load_preferences
from integrations.mail.mailbox.provider import (
    Arrival,
    Connection,
    DraftState,
    MailboxNeed,
    MailTarget,
    NewMessage,
    PlacedDraft,
    PlacedReply,
    ReplyDraft,
    Submit,
)
from integrations.mail.mailbox.surface import ReplySurface
from integrations.mail.mailbox.triage_records import LabelChange, MailPlace, TriageRecord
from integrations.mail.mailbox.triage_round import TriageRound
from integrations.mail.mailbox.visits import MailboxPlace
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.message.mime import own_message_id
from integrations.mail.reply.compose import REQUESTED, bare_subject, compose_new, draft_id

_uids = count(1)


@dataclass(frozen=True)
class MemoryAccount(AccountParts):
    kinds_begin_with: ClassVar[str] = "memory"
    stored_as: ClassVar[str] = "memory_mailbox"

    name: str
    person: str
    workspace: str = "local"
    owner_name: str = ""
    owner_role: str = ""

    @property
    def address(self) -> str:
        return self.name

    @property
    def place(self) -> MailboxPlace:
        return MailboxPlace("memory", self.workspace, self.name, self.person, "memory")


class MemoryAccounts(AccountStore[MemoryAccount]):
    kind: ClassVar[str] = "memory_mailbox"
    namespace: ClassVar[str] = "memory"

    def load(self, data: dict[str, Any]) -> MemoryAccount:
        return MemoryAccount(**data)


@dataclass
class StoredMail:
    """A mail in a folder."""

    data: bytes
    folder: str
    at: float = field(default_factory=time.time)
    uid: int = field(default_factory=lambda: next(_uids))
    marks: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)

    @property
    def message(self) -> MailMessage:
        return parse_message(self.data)

    @property
    def digest(self) -> str:
        mail = self.message
        return repr((mail.subject, mail.header("to"), mail.text.split()))


@dataclass
class MemoryServer:
    """All mail of one person; `seen` is the uid up to which it was read, and `names` are empty folders."""

    mails: list[StoredMail] = field(default_factory=list)
    seen: int = 0
    names: set[str] = field(default_factory=set)

    def of(self, folder: str) -> list[StoredMail]:
        return [mail for mail in self.mails if mail.folder == folder]


@dataclass(frozen=True)
class MemoryTarget:
    account: str
    uid: int
    arrived_at: float = 0.0
    is_requested: bool = False
    uidvalidity: None = None

    @property
    def key(self) -> str:
        return f"memory:{self.account}:{self.uid}"

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "MemoryTarget":
        return cls(str(data["account"]), int(data["uid"]), float(data["arrived_at"]), bool(data.get(REQUESTED)))

    def to_json(self) -> dict[str, Any]:
        requested = {REQUESTED: True} if self.is_requested else {}
        place = {"account": self.account, "uid": self.uid, "arrived_at": self.arrived_at}
        return {"kind": "memory_mail", **place, **requested}


class MemoryMailbox:
    """See `mailbox.provider.Mailbox`."""

    is_behind = False
    has_sent_folder = True
    missing_seconds = 0.0

    def __init__(self, account: MemoryAccount, server: MemoryServer, folders: Sequence[str] = ()) -> None:
        self._account = account
        self._server = self.server = server
        self._looked_after = {"inbox", *(folder.casefold() for folder in folders)}

    def require_labels(self) -> None:
        """Every mail takes labels."""

    def bear(self, labels: Mapping[MailPlace, str]) -> frozenset[MailPlace]:
        found = {mail.uid: mail.labels for mail in self._server.mails}
        return frozenset(place for place, label in labels.items() if label in found.get(int(place.uid), ()))

    def relabel(self, changes: Sequence[LabelChange]) -> None:
        for change in changes:
            for mail in self._server.mails:
                if mail.uid == change.place.uid:
                    mail.labels -= {*change.remove}
                    mail.labels |= {change.add} - {""}

    def folders(self) -> list[str]:
        return sorted(
            {"Inbox", *self._server.names, *(mail.folder.title() for mail in self._server.mails)}
            - {"Drafts", "Trash", "Junk"}
        )

    def folder_page(self, folder: str, position: str) -> FolderPage:
        if folder not in {SENT, *self.folders()}:
            raise NotFoundError(f"There is no folder {folder}.", fix=f"Choose from: {', '.join(self.folders())}.")
        before: dict[str, Any] = json.loads(position) if position else {"uidvalidity": 1, "seen": []}
        if before["uidvalidity"] != 1:
            raise CursorExpired("It is numbered anew.")
        there = {str(mail.uid): mail for mail in self._server.of(folder.casefold())}
        new = [uid for uid in there if uid not in before["seen"]]
        mails = [FolderMail(uid, there[uid].at, there[uid].message) for uid in new]
        gone = [uid for uid in before["seen"] if uid not in there]
        return FolderPage(mails, gone, json.dumps({"uidvalidity": 1, "seen": [*there]}), is_last=True)

    def raw_in(self, folder: str, uid: str) -> bytes | None:
        found = (mail for mail in self._server.of(folder.casefold()) if str(mail.uid) == uid)
        return next((mail.data for mail in found), None)

    def new_mail(self) -> Iterator[Arrival]:
        own = [mail for mail in self._server.mails if mail.folder in self._looked_after]
        for mail in [one for one in own if one.uid > self._server.seen]:
            yield self._arrival(mail)
            self._server.seen = mail.uid

    def marked(self, mark: str, *, is_due: Callable[[str], bool]) -> Iterator[Arrival]:
        arrivals = (self._arrival(mail) for mail in self._server.of("inbox") if mark in mail.marks)
        yield from (arrival for arrival in arrivals if is_due(arrival.key))

    def end_round(self) -> None:
        """Nothing is to be kept."""

    def facts(self, arrival: Arrival) -> Arrival | None:
        found = next((mail for mail in self._server.mails if mail.uid == arrival.uid), None)
        return replace(arrival, arrived_at=found.at) if found else None

    def read_new(self, arrival: Arrival) -> NewMessage | None:
        found = next((mail.message for mail in self._server.mails if mail.uid == arrival.uid), None)
        return NewMessage(found, found.message_id) if found else None

    def is_known(self, message_id: str) -> bool:
        del message_id
        return False

    def note_known(self, message_id: str) -> None:
        """A uid is never given anew."""

    def target_of_new(self, arrival: Arrival, message: MailMessage, *, is_requested: bool) -> MemoryTarget:
        del message
        return MemoryTarget(self._account.name, int(arrival.uid), arrival.arrived_at, is_requested)

    def sent_since(self, at: float, *, limit: int) -> list[MailHead]:
        return [head for head in self._heads("sent") if head.at >= at][-limit:]

    def mail_since(self, at: float) -> list[MailHead]:
        return [head for folder in ("inbox", "sent") for head in self._heads(folder) if head.at >= at]

    def read(self, head: MailHead) -> MailMessage | None:
        return next((mail.message for mail in self._server.mails if str(mail.uid) == head.ref), None)

    def raw(self, target: MailTarget) -> bytes | None:
        return next((mail.data for mail in self._server.of("inbox") if mail.uid == target.uid), None)

    def target_of(self, head: MailHead) -> MemoryTarget:
        return MemoryTarget(self._account.name, int(head.ref), head.at)

    def discarded(self, waiting: Sequence[tuple[PendingDraft, Job]]) -> frozenset[str]:
        ids = {mail.message.message_id for mail in self._server.of("trash")}
        return frozenset(draft.job for draft, _ in waiting if draft.answers in ids)

    def look_at(self, drafts: Sequence[PendingDraft]) -> None:
        """They are at hand."""

    def draft_state(self, draft: PendingDraft) -> DraftState:
        return DraftState(is_waiting=self._find(draft.draft) is not None)

    def read_draft(self, draft: PendingDraft) -> MailMessage | None:
        found = self._find(draft.draft)
        return found.message if found else None

    def is_untouched(self, draft: PendingDraft) -> bool:
        found = self._find(draft.draft)
        return found is not None and found.digest == draft.draft.content

    def remove_draft(self, draft: PendingDraft) -> None:
        found = self._find(draft.draft)
        if found is not None and self.is_untouched(draft):
            self._server.mails.remove(found)

    def place_reply(self, reply: ReplyDraft) -> PlacedReply:
        data = reply_file(reply.source, reply.owner, reply.job, reply_all=reply.reply_all)
        new = StoredMail(data, "drafts")
        draft = OwnDraft(draft_id(reply.owner, reply.job), new.digest)
        target = MemoryTarget.from_json(reply.job.delivery)
        order = (target.arrived_at, target.uid)
        earlier = reply.thread.claim(ThreadClaim(reply.job.id, order, draft))
        if earlier is None:
            return PlacedReply("superseded", draft, {})
        if self._find(draft) is None:
            ids, ours = thread_ids(reply.source), {draft.message_id: draft.content for draft in earlier}
            of_thread = [one for one in self._server.of("drafts") if ids & {*one.message.references}]
            if any(ours.get(one.message.message_id) != one.digest for one in of_thread):
                return PlacedReply("left_to_person", draft, {})
            self._server.mails = [mail for mail in self._server.mails if mail not in of_thread]
            self._server.mails.append(new)
        return PlacedReply("placed", draft, {})

    def name_of_new(self, mail: NewDraft) -> str:
        return own_message_id("memory", mail.key)

    def place_new(self, mail: NewDraft, *, earlier: str) -> PlacedDraft:
        owner = Address(name=self._account.owner_name, address=self._account.address)
        name = self.name_of_new(mail)
        new = StoredMail(
            compose_new(mail.to, mail.subject, mail.text, owner=owner, message_id=name, date=datetime.now(UTC)),
            "drafts",
        )
        mine = [one for one in self._server.of("drafts") if one.message.message_id == name]
        if not any(one.digest == new.digest for one in mine):
            replaced = [one for one in mine if one.digest == earlier]
            self._server.mails = [mail for mail in self._server.mails if mail not in replaced]
            self._server.mails.append(new)
        return PlacedDraft(OwnDraft(name, new.digest))

    def _find(self, draft: OwnDraft) -> StoredMail | None:
        mine = (one for one in self._server.of("drafts") if one.message.message_id == draft.message_id)
        return next(mine, None)

    def _arrival(self, mail: StoredMail) -> Arrival:
        key = MemoryTarget(self._account.name, mail.uid).key
        return Arrival(key, mail.uid, arrived_at=mail.at, folder="INBOX")

    def _heads(self, folder: str) -> list[MailHead]:
        return [_head(mail) for mail in self._server.of(folder)]


def _head(mail: StoredMail) -> MailHead:
    message = mail.message
    recipients = frozenset(address.key for address in (*message.to, *message.cc))
    before = frozenset(one for one in (message.in_reply_to, *message.references) if one)
    return MailHead(
        str(mail.uid), message.message_id, before, bare_subject(message.subject), recipients, mail.at,
        folder=mail.folder, is_sent=mail.folder == "sent",
    )  # fmt: skip


@dataclass
class MemoryProvider:
    """See `mailbox.provider.Provider`."""

    records: RecordStore
    servers: dict[str, MemoryServer]
    kind: str = "memory"

    @property
    def accounts(self) -> MemoryAccounts:
        return MemoryAccounts(self.records)

    def target(self, delivery: Mapping[str, Any]) -> MemoryTarget:
        return MemoryTarget.from_json(delivery)

    @contextmanager
    def open(self, account: MemoryAccount) -> Iterator[MemoryMailbox]:
        chosen = load_preferences(self.records, account.workspace, account.name).folders
        yield MemoryMailbox(account, self.servers[account.name], chosen)

    def connection(self, account: MemoryAccount) -> Connection:
        status = self.accounts.status(account)
        return Connection("memory", "poll", status.checked_at, status.error, status)

    def proven_address(self, account: MemoryAccount) -> str:
        return account.address

    def need(self, account: MemoryAccount, preferences: Preferences) -> MailboxNeed:
        return MailboxNeed(reads=True)

    def sync(self, account: MemoryAccount, submit: Submit) -> list[TriageRecord]:
        with self.open(account) as mailbox:
            return TriageRound(self.records, account, mailbox, submit).run()

    def catch_up(self, account: MemoryAccount, submit: Submit) -> None:
        self.sync(account, submit)

    def watch(self, wake: Callable[[], object], stopping: threading.Event) -> None:
        """There is nothing to wait at."""

    def await_outcomes(self, account: MemoryAccount) -> None:
        """Return: nobody tells."""

    def take_preferences(self, account: MemoryAccount) -> None:
        """Each round reads them."""

    def forget(self, account: MemoryAccount) -> None:
        self.accounts.remove(account)


class MemorySurface(ReplySurface):
    def __init__(self, servers: dict[str, MemoryServer], *, patience_seconds: float) -> None:
        super().__init__(patience_seconds=patience_seconds)
        self._servers = servers

    def provider(self, context: SurfaceContext) -> MemoryProvider:
        return MemoryProvider(context.records, self._servers)
