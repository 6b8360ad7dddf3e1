"""What those who get a mail may not read of what it rests on: told to whoever sends it, and never in the mail.

People send mails beyond the organisation, where nobody may read a source by right, so nothing is refused: the person
who sends decides. What stands on public web pages is open to all; a host of the own network is none of those.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from core.drafts import RECIPIENTS_CHECK, Draft, Finding
from core.sources.model import EVERYBODY, Reader, Source, declared_access, workspace_principal
from core.sources.reading import ReadItem
from core.sources.search import Sources
from core.sources.sharing import reader_named
from core.text.catalogues import N_

# What a surface gives of whom a draft goes to, for this job only: a list of `Recipient`.
GOES_TO = "goes_to"
# So many are looked up; whoever else gets it counts as somebody who may read nothing.
MAX_LOOKED_UP = 50
MAX_NAMED = 3
MAX_NAME_CHARS = 80
# Connectors that read without a sign-in, by addresses of the web.
WEB = frozenset({"web"})


class Recipient(NamedTuple):
    """Somebody who gets a mail; `is_inside` tells whether their address is one of the sender's organisation."""

    address: str
    name: str = ""
    is_inside: bool = False


@dataclass(frozen=True)
class RecipientRights:
    """Tells what recipients may not read.

    Args:
        sources: what the organisation has written down; None: there is nothing.
    """

    sources: Sources | None

    def findings(self, sender: tuple[str, str], recipients: Sequence[Recipient], draft: Draft) -> tuple[Finding, ...]:
        """Return a remark for each group of people that may not read what a draft rests on.

        Args:
            sender: workspace and person.
            recipients: who gets it.
            draft: of a mail.
        """
        titles = {source.place: source.title for source in draft.sources if source.place}
        groups: dict[tuple[str, ...], list[str]] = {}
        for place, names in self.unreadable(sender, recipients, titles).items():
            groups.setdefault(tuple(names), []).append(titles[place])
        return tuple(_finding(told, names) for names, told in groups.items())

    def remarked(
        self,
        draft: Draft,
        sender: tuple[str, str],
        recipients: Sequence[Recipient],
        before: Draft | None = None,
        *,
        is_mail: bool = False,
    ) -> Draft:
        """Return a draft with these remarks.

        Where nobody says who gets it, with those of the version before, and of what a mail rests on besides who of the
        organisation may read that.
        """
        titles = {source.place: source.title for source in draft.sources if source.place}
        if not titles:
            return draft
        if recipients:
            found = self.findings(sender, recipients, draft)
        else:
            told = before.sources if before else ()
            kept = before.findings if before else ()
            found = tuple(finding for finding in kept if finding.check == RECIPIENTS_CHECK)
            known = {source.place for source in told}
            further = {place: title for place, title in titles.items() if place not in known}
            found = (*found, *(self._to_whomever(sender, further) if is_mail else ()))
        return draft.model_copy(update={"findings": (*draft.findings, *found)}) if found else draft

    def _to_whomever(self, sender: tuple[str, str], titles: Mapping[str, str]) -> Iterator[Finding]:
        """Yield what is to be thought of before a mail goes to anybody: sources by title that are not public."""
        inside = self.unreadable(sender, [Recipient("", is_inside=True)], titles)
        outside = self.unreadable(sender, [Recipient("")], titles)
        if few := [title for place, title in titles.items() if place in inside]:
            told = _named(few)
            yield _remark(N_(f"Rests on {told}, which not everybody of your organisation may read. See who gets it."))
        if house := [title for place, title in titles.items() if place in outside and place not in inside]:
            told = _named(house)
            yield _remark(N_(f"Rests on {told}, which only your organisation may read. See who gets it."))

    def unreadable(
        self, sender: tuple[str, str], recipients: Sequence[Recipient], places: Collection[str]
    ) -> Mapping[str, Sequence[str]]:
        """Return who may not read a passage now, by the places of those that not everybody may read."""
        numbers = {place: int(place.partition("/")[0]) for place in places}
        items = dict.fromkeys(numbers.values(), ())
        if not items or not recipients or self.sources is None:
            return {}
        reading, found = self.sources.reader, dict[str, list[str]]()
        there = reading.read(items)
        public = {item for item, read in there.items() if _is_public(self.sources, read)}
        closed = {item: () for item in items if item not in public}
        for number, recipient in enumerate(recipients):
            is_looked_up = closed and number < MAX_LOOKED_UP
            theirs = reading.read(closed, [_reader(self.sources, sender, recipient)]) if is_looked_up else {}
            for place, item in numbers.items():
                if item in closed and item not in theirs:
                    found.setdefault(place, []).append(_told_as(recipient))
        return found


def _is_public(sources: Sources, item: ReadItem) -> bool:
    """Whether everybody in the world may read an item: a page of a public host, which nobody here is kept from."""
    source = sources.store.get(item.source_id).source
    return (
        source.connector in WEB
        and _is_for_all_here(source)
        and sources.egress.is_surely_public(urlsplit(item.key).hostname or "")
    )


def _is_for_all_here(source: Source) -> bool:
    return not declared_access(source).principals.isdisjoint({EVERYBODY, workspace_principal(source.workspace)})


def _told_as(recipient: Recipient) -> str:
    """Return what the sender knows somebody by: from outside the address alone, since they chose the name."""
    told = (recipient.is_inside and recipient.name) or recipient.address
    return told if len(told) <= MAX_NAME_CHARS else f"{told[:MAX_NAME_CHARS]}…"


def _reader(sources: Sources, sender: tuple[str, str], recipient: Recipient) -> Reader:
    known = Reader(frozenset())  # without an address: anybody
    if recipient.address:
        known = reader_named(sources.people, sources.reader_of, recipient.address)
    if not recipient.is_inside:
        return known
    common = {workspace_principal(sender[0])} | ({EVERYBODY} if sources.people.is_own(*sender) else set())
    return Reader(known.principals | common, known.refused_sources)


def without_recipients(given: Mapping[str, Any]) -> tuple[list[Recipient], dict[str, Any]]:
    """Return whom a draft goes to, as a surface told it, and what else it told."""
    found = [Recipient(*recipient) for recipient in given.get(GOES_TO) or ()]
    return found, {name: value for name, value in given.items() if name != GOES_TO}


def _named(titles: Iterable[str]) -> str:
    told = [f"“{title}”" for title in dict.fromkeys(titles)]
    return ", ".join([*told[:MAX_NAMED], *(["…"] if len(told) > MAX_NAMED else [])])


def _remark(sentence: str) -> Finding:
    return Finding(check=RECIPIENTS_CHECK, severity="warn", sentence=sentence)


def _finding(titles: Iterable[str], names: Sequence[str]) -> Finding:
    told = _named(titles)
    named, count = ", ".join(names[:MAX_NAMED]), len(names) - MAX_NAMED
    if count > 0:
        sentence = N_(f"Rests on {told}, which {named} and {count} more may not read.")
    else:
        sentence = N_(f"Rests on {told}, which {named} may not read.")
    return _remark(sentence)
