"""Labels as IMAP keywords (RFC 9051 section 2.3.2), where a server lets anybody make one."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from imapclient import IMAPClient

from core.errors import SettingsError
from integrations.mail.imap.folders import INBOX
from integrations.mail.mailbox.triage_records import LabelChange, MailPlace
from integrations.mail.message.mime import message_ids, unfold

_ANY = b"\\*"
_ID = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"
_CLOSED = {b"\\noselect", b"\\nonexistent", b"\\drafts", b"\\all"}
# What an atom may not hold.
_NO_ATOM = frozenset('(){%*"\\]')


def keyword_of(label: str) -> str:
    """Return a label as a keyword: an atom, so ASCII and without blanks."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    letters = "".join("" if char in _NO_ATOM or char == ":" else char for char in plain)
    return "-".join(letters.split())


class ImapLabels:
    """The labels of an open mailbox.

    Args:
        client: logged in; folders are selected as they are needed.
    """

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        selected = client.select_folder(INBOX)
        self._uidvalidity = int(selected.get(b"UIDVALIDITY", 1))
        self._takes_any = _ANY in selected.get(b"PERMANENTFLAGS", ())

    def require(self) -> None:
        """Return when the server keeps keywords of any name.

        Raises:
            SettingsError: it does not.
        """
        if not self._takes_any:
            raise SettingsError(
                "The mail server keeps no labels (IMAP keywords) on mails.",
                fix="Switch them off with `inlaid mailbox labels NAME off`; `inlaid mailbox list` shows the same.",
            )

    def bear(self, labels: Mapping[MailPlace, str]) -> frozenset[MailPlace]:
        """See `Mailbox`."""
        uids = {int(place.uid): place for place in labels if place.uidvalidity == self._uidvalidity}
        found = self._client.fetch([*uids], ["FLAGS"]) if uids else {}
        flags = {uid: {flag.lower() for flag in found.get(uid, {}).get(b"FLAGS", ())} for uid in uids}
        return frozenset(
            place for uid, place in uids.items() if keyword_of(labels[place]).lower().encode() in flags[uid]
        )

    def relabel(self, changes: Sequence[LabelChange]) -> None:
        """See `Mailbox`: a command for each label, and for mails that were moved a look into each folder."""
        here = [change for change in changes if change.place.uidvalidity == self._uidvalidity]
        there = self._client.fetch([int(change.place.uid) for change in here], ["UID"]) if here else {}
        adding, removing = _by_keyword(change for change in here if int(change.place.uid) in there)
        for keyword, uids in removing.items():
            self._client.remove_flags(uids, [keyword], silent=True)
        for keyword, uids in adding.items():
            self._client.add_flags(uids, [keyword], silent=True)
        moved = [
            change for change in changes if change.remove and (change not in here or int(change.place.uid) not in there)
        ]
        if moved:
            self._take_from_moved(moved)

    def _take_from_moved(self, moved: Sequence[LabelChange]) -> None:
        """Take labels from mails that their owner has filed elsewhere, which are known by their Message-IDs."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for change in moved:
            for label in change.remove:
                wanted[keyword_of(label)].add(change.place.message_id)
        for flags, _, folder in self._client.list_folders():
            if {flag.lower() for flag in flags} & _CLOSED:
                continue
            selected = self._client.select_folder(folder)
            known = {bytes(flag).lower() for flag in selected.get(b"FLAGS", ())}
            for keyword in [name for name in wanted if name.lower().encode() in known]:
                uids = self._client.search(["KEYWORD", keyword])
                found = self._client.fetch(uids, [_ID]) if uids else {}
                ours = [uid for uid, data in found.items() if _message_id(data) in wanted[keyword]]
                if ours:
                    self._client.remove_flags(ours, [keyword], silent=True)


def _by_keyword(changes: Iterator[LabelChange]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Return the mails by keyword that is put there, and by keyword that is taken away."""
    adding: dict[str, list[int]] = defaultdict(list)
    removing: dict[str, list[int]] = defaultdict(list)
    for change in changes:
        if change.add:
            adding[keyword_of(change.add)].append(int(change.place.uid))
        for label in change.remove:
            removing[keyword_of(label)].append(int(change.place.uid))
    return adding, removing


def _message_id(found: Mapping[bytes, object]) -> str:
    raw = next((value for key, value in found.items() if key.startswith(b"BODY[HEADER") and value), b"")
    ids = message_ids(unfold(raw.decode("ascii", "replace"))) if isinstance(raw, bytes) else ()
    return ids[0] if ids else ""
