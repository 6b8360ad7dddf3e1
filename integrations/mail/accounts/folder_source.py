"""The connector `mailbox`: folders of a connected mailbox, for its owner alone, or for those who share it.

What is attached is an item by itself.

Options of a source: `mailbox`, what the mailbox is called; `folders`, separated by commas ("Sent" is that of sent mail
everywhere); `kind` and `owner`, where it is found, and `rights`. There is one source for a mailbox.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NotRequired, TypedDict

from core.drafts import JsonObject
from core.errors import CursorExpired, InputError, NotFoundError
from core.job import LOCAL_WORKSPACE
from core.people import load_people
from core.policies.enforcement import load_policies
from core.settings import Settings, load_settings
from core.sources.attached import MAX_FILES
from core.sources.management import RIGHTS
from core.sources.model import AccessList, ChangePage, Content, ItemChange, Passage, Source
from core.store.records import RecordStore
from core.text.catalogues import N_
from integrations.mail.accounts.mailboxes import MailboxView, mailbox_views, provider_of
from integrations.mail.isolated import attached_document, parse_message
from integrations.mail.mailbox.folder_pages import INBOX, SENT, FolderMail, FolderPage
from integrations.mail.mailbox.source_readers import OWNER, readers_of, source_id_of
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.attachments import documents_of
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import split_text
from integrations.mail.triage.automated import automated_verdict
from integrations.mail.triage.triage_input import TriageInput

CONNECTOR = "mailbox"
OWNER_READS, MEMBERS_READ = N_("the owner of the mailbox"), N_("the members of the mailbox")
MAX_FOLDERS = 50
MAX_TITLE_CHARS = 200
NO_SUBJECT = "(no subject)"
MAX_NAMED_PEOPLE = 10
# Of what must not be answered, these are still what people wrote.
_KEPT_RULES = frozenset({"own_mail", "copy", "no_reply_text", "mass_mail"})


class _Place(TypedDict):
    """A cursor: how far each folder is read, which of them wait in this round, and whether all was read once.

    One without `reads_files` is of a version that did not read what is attached.
    """

    positions: dict[str, str]
    waiting: list[str]
    is_whole: bool
    reads_files: NotRequired[bool]


class MailboxConnector:
    """See `core.sources.ports.LocatingConnector`.

    Args:
        records: where mailboxes are.
        settings: those of the process by default.
    """

    name = CONNECTOR

    def __init__(self, records: RecordStore, settings: Settings | None = None) -> None:
        self._records = records
        self._settings = settings
        self._read: dict[tuple[str, str], MailMessage] = {}
        # The last mail of which a file was read, since the next file is mostly of it, too.
        self._raw: tuple[str, str, bytes] | None = None

    def locate(self, source: Source) -> Source:
        """Return a source as that of the person's own mailbox, or of one that they share: it belongs to the mailbox.

        Raises:
            NotFoundError: the person has no such mailbox.
            PolicyRefused: they may not have it connected.
        """
        settings, view = self._opened_settings(), self._mailbox(source)
        load_policies(settings, self._records).require_mailbox(view.workspace, view.person, view.kind, view.address)
        folders = _folders(source)
        if not folders or len(folders) > MAX_FOLDERS:
            raise InputError("Which folders are to be read?", fix=f"Name them, such as {SENT}, Projects.")
        # Who shares a mailbox is believed for so long only.
        at_least = int(settings.source_rights_seconds / 2)
        options: JsonObject = {
            "mailbox": view.name,
            "kind": view.kind,
            "folders": ",".join(folders),
            RIGHTS: MEMBERS_READ if view.readers else OWNER_READS,
        }
        return replace(
            source,
            id=source_id_of(view.workspace, view.name),
            workspace=view.workspace,
            person=view.person,
            title=f"Mail of {view.address or view.name}",
            options=options,
            every_seconds=min(source.every_seconds or at_least, at_least) if view.readers else source.every_seconds,
        )

    def _mailbox(self, source: Source) -> MailboxView:
        """Return the mailbox that a source names, of those that are the person's or shared by them."""
        settings = self._opened_settings()
        names = {*load_people(settings, self._records).names(source.workspace, source.person)}
        wanted = str(source.options.get("mailbox") or "").strip().casefold()
        # Whoever works on the server itself may have any mailbox read: for its owner alone, too.
        is_operator = (LOCAL_WORKSPACE, settings.local_person) in names
        for view in mailbox_views(self._records):
            is_theirs = is_operator or not names.isdisjoint(view.owners)
            if is_theirs and wanted in {view.name.casefold(), view.address.casefold()}:
                return view
        fix = "Connect the mailbox first: in the console under Connections, or with inlaid mailbox add."
        raise NotFoundError(f"You have no mailbox {wanted[:80]}.", fix=fix)

    def check(self, source: Source) -> str:
        """Look whether the folders are there."""
        provider, account = self._account(source)
        with provider.open(account) as mailbox:
            known = {name.casefold() for name in (INBOX, SENT, *mailbox.folders())}
            missing = [name for name in _folders(source) if name.casefold() not in known]
            if missing:
                fix = f"Choose from: {SENT}, {', '.join(mailbox.folders())}."
                raise NotFoundError(f"There is no folder {missing[0][:80]} in this mailbox.", fix=fix)
        who = "its members find" if account.readers else "only you find"
        return f"{', '.join(_folders(source))}: {who} what stands there"

    def changes(self, source: Source, cursor: str) -> ChangePage:
        """Return the next page of one folder after the other."""
        place = _place(source, cursor)
        folder = place["waiting"][0]
        provider, account = self._account(source)
        with provider.open(account) as mailbox:
            page: FolderPage = mailbox.folder_page(folder, place["positions"].get(folder, ""))
        owner = OwnerAddresses(name=account.owner_name, address=account.address)
        place["positions"][folder] = page.position
        if page.is_last:
            place["waiting"].pop(0)
        is_last = not place["waiting"]
        is_complete = is_last and not place["is_whole"]
        place["is_whole"] = place["is_whole"] or is_last
        self._read, self._raw = {}, None
        return ChangePage(
            [*self._changes(folder, page, owner), *_gone(folder, page.gone)],
            cursor=json.dumps(place),
            # Those of now: somebody may have joined or left while the page was read.
            access=[self.members(source)],
            is_last=is_last,
            is_complete=is_complete,
            is_surely_empty=is_complete,
        )

    def fetch(self, source: Source, item: ItemChange) -> Content:
        """Return what the sender of a mail wrote now, or a file of it.

        What they quote stands in the mail that it is from.
        """
        folder, uid, *number = item.key.split("\n")
        if number:
            document = attached_document(self._raw_of(source, folder, uid), int(number[0]))
            if document is None:
                raise NotFoundError("This file is not in its mail any more.", fix="The next reading will see it.")
            return Content(document[1], document[0])
        message = self._read.pop((source.id, item.key), None) or self._read.pop(("", item.key), None)
        return Content(passages=mail_passages(message or parse_message(self._raw_of(source, folder, uid))))

    def members(self, source: Source) -> AccessList:
        """Return who may read it, as is told again at each reading: members come and go."""
        provider, account = self._account(source)
        return readers_of(account, provider.proven_address(account), self._opened_settings().source_rights_seconds)

    def _raw_of(self, source: Source, folder: str, uid: str) -> bytes:
        if self._raw is None or self._raw[:2] != (source.id, _key(folder, uid)):
            provider, account = self._account(source)
            with provider.open(account) as mailbox:
                data = mailbox.raw_in(folder, uid)
            if data is None:
                raise NotFoundError("This mail is not there any more.", fix="The next reading will see it.")
            self._raw = source.id, _key(folder, uid), data
        return self._raw[2]

    def _changes(self, folder: str, page: FolderPage, owner: OwnerAddresses) -> list[ItemChange]:
        found = []
        for mail in page.mails:
            if not is_personal(mail.message, owner, folder):
                continue
            key = _key(folder, mail.uid)
            if split_text(mail.message.text).new_text.strip():
                self._read["", key] = mail.message
                found.append(_item(key, mail))
            for number, name in enumerate(documents_of(mail.message)):
                title = f"{name}, attached to {mail.message.subject or NO_SUBJECT}"
                found.append(replace(_item(f"{key}\n{number}", mail), title=title[:MAX_TITLE_CHARS]))
        return found

    def _account(self, source: Source) -> tuple[Any, Any]:
        """Return the provider and the account of a source's mailbox.

        Raises:
            NotFoundError: it is not connected any more.
        """
        provider = provider_of(str(source.options.get("kind", "")), self._records, self._opened_settings())
        return provider, provider.accounts.get(source.workspace, str(source.options.get("mailbox", "")))

    def _opened_settings(self) -> Settings:
        if self._settings is None:
            self._settings = load_settings()
        return self._settings


def is_personal(message: MailMessage, owner: OwnerAddresses, folder: str) -> bool:
    """Whether a mail is from a person: no machine, no list, no spam. Pure."""
    verdict = automated_verdict(TriageInput(message, split_text(message.text), owner, folder=folder))
    return verdict is None or verdict.rule in _KEPT_RULES


def _gone(folder: str, uids: Sequence[str]) -> Iterator[ItemChange]:
    """Yield that mails are gone, each with whatever was attached to it."""
    for uid in uids:
        yield ItemChange(_key(folder, uid))
        yield from (ItemChange(f"{_key(folder, uid)}\n{number}") for number in range(MAX_FILES))


def mail_passages(message: MailMessage) -> list[Passage]:
    """Return a mail as passages: who wrote to whom, and what they wrote now. Pure."""
    people = {"From": (message.sender,), "To": message.to}
    head = [f"{name}: {_names(found)}" for name, found in people.items() if any(map(str, found))]
    head += [f"Date: {message.date:%Y-%m-%d}"] if message.date else []
    return [Passage("\n".join(head) + "\n\n" + split_text(message.text).new_text)]


def _names(people: Sequence[Address]) -> str:
    return ", ".join(str(person) for person in people[:MAX_NAMED_PEOPLE])


def _item(key: str, mail: FolderMail) -> ItemChange:
    at = mail.message.date.timestamp() if mail.message.date else mail.at
    return ItemChange(key, "1", OWNER, mail.message.subject[:MAX_TITLE_CHARS] or NO_SUBJECT, "", at)


def _place(source: Source, cursor: str) -> _Place:
    """Return where a reading goes on; other folders than before begin a new one."""
    folders = _folders(source)
    if not cursor:
        return _Place(positions={}, waiting=folders, is_whole=False, reads_files=True)
    place: _Place = json.loads(cursor)
    if not {*place["positions"], *place["waiting"]} == set(folders):
        raise CursorExpired("Other folders were chosen.", fix="They are read.")
    if not place.get("reads_files"):
        raise CursorExpired("What is attached to mails is read as well.", fix="Nothing to do.")
    return place if place["waiting"] else {**place, "waiting": folders, "is_whole": True}


def _folders(source: Source) -> list[str]:
    names = str(source.options.get("folders") or "").split(",")
    found = [SENT if name.strip().casefold() == SENT.casefold() else name.strip() for name in names if name.strip()]
    return [*dict.fromkeys(found)]


def _key(folder: str, uid: str) -> str:
    return f"{folder}\n{uid}"
