"""Labels as IMAP keywords (RFC 9051 section 2.3.2), where a server lets anybody make one."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

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


_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def keyword_of(label: str) -> str:
    """Return a label as a keyword: an atom, so ASCII and without blanks."""
    return _atom(label.translate(_GERMAN))


def _keywords_of(label: str) -> set[str]:
    """Return the keywords by which a label may stand on a mail; earlier versions wrote "a" for "ä"."""
    return {keyword_of(label), _atom(label)}


def _atom(label: str) -> str:
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
        self._takes_any = _ANY in client.select_folder(INBOX).get(b"PERMANENTFLAGS", ())

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
        bearing = set[MailPlace]()
        for places in self._by_folder(labels):
            found = self._client.fetch([int(place.uid) for place in places], ["FLAGS"])
            for place in places:
                flags = {flag.lower() for flag in found.get(int(place.uid), {}).get(b"FLAGS", ())}
                if keyword_of(labels[place]).lower().encode() in flags:
                    bearing.add(place)
        return frozenset(bearing)

    def relabel(self, changes: Sequence[LabelChange]) -> None:
        """See `Mailbox`: a command for each label and folder, and for mails that were moved a look into each folder."""
        wanted, done = {change.place: change for change in changes}, set[MailPlace]()
        for places in self._by_folder(wanted):
            there = self._client.fetch([int(place.uid) for place in places], ["UID"])
            here = [place for place in places if int(place.uid) in there]
            done.update(here)
            adding, removing = _by_keyword(wanted[place] for place in here)
            for keyword, uids in removing.items():
                self._client.remove_flags(uids, [keyword], silent=True)
            for keyword, uids in adding.items():
                self._client.add_flags(uids, [keyword], silent=True)
        moved = [change for change in changes if change.remove and change.place not in done]
        if moved:
            self._take_from_moved(moved)

    def _by_folder(self, places: Iterable[MailPlace]) -> Iterator[list[MailPlace]]:
        """Yield the mails of each folder whose numbering still holds, with the folder selected."""
        by_folder: dict[str, list[MailPlace]] = defaultdict(list)
        for place in places:
            by_folder[place.folder].append(place)
        for folder, here in by_folder.items():
            if folder and not self._client.folder_exists(folder):
                continue
            uidvalidity = int(self._client.select_folder(folder or INBOX).get(b"UIDVALIDITY", 1))
            if held := [place for place in here if place.uidvalidity == uidvalidity]:
                yield held

    def _take_from_moved(self, moved: Sequence[LabelChange]) -> None:
        """Take labels from mails that their owner has filed elsewhere, which are known by their Message-IDs."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for change in moved:
            for label in change.remove:
                for keyword in _keywords_of(label):
                    wanted[keyword].add(change.place.message_id)
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
            for keyword in _keywords_of(label):
                removing[keyword].append(int(change.place.uid))
    return adding, removing


def _message_id(found: Mapping[bytes, object]) -> str:
    raw = next((value for key, value in found.items() if key.startswith(b"BODY[HEADER") and value), b"")
    ids = message_ids(unfold(raw.decode("ascii", "replace"))) if isinstance(raw, bytes) else ()
    return ids[0] if ids else ""
