"""What knowledge is made of, as values: sources, items, passages, readers.

A **source** is a place that knowledge comes from (a folder, a site, a channel, a mailbox, a page). It holds **items**
(a file, a message thread, a page), each with its text as **passages**, the pieces that are found and cited. Who may
read an item is an **access list** of **principals**; a **reader** is somebody with the principals that are theirs now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.drafts import JsonObject
from core.principals import (
    EVERYBODY,
    address_principal,
    group_principal,
    person_principal,
    workspace_principal,
)

SourceState = Literal["active", "paused", "removing"]


@dataclass(frozen=True)
class Reader:
    """Somebody who asks, or one of those who will read an answer: what is theirs at this moment.

    Attributes:
        principals: all of them, `EVERYBODY` among them for the organisation's own people.
        refused_sources: by id, those that policies keep from them, whatever its access lists say.
    """

    principals: frozenset[str]
    refused_sources: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AccessList:
    """Who may read: `key` names it within its source, so that many items share one and a change is one row.

    A reader may read when one of the principals is theirs. What was told holds for `believed_seconds`, 0 for good: then
    nobody may read until it is told again.
    """

    key: str
    principals: frozenset[str]
    believed_seconds: float = 0.0


@dataclass(frozen=True)
class Source:
    """A place that knowledge comes from.

    Attributes:
        id: of the source.
        workspace: where it was added; with `person` the owner's sign-in.
        person: who added it.
        connector: the name of the connector that reads it, "folder".
        title: what people call it.
        options: what the connector needs to find it, sealed in the store; no secrets, those are with the sign-in. One
            that is read with a person's own sign-in names it as `account`, and stops when that person leaves.
        state: `removing` until the last passage is gone.
        every_seconds: how often it is synced, 0 for when somebody asks.
        cursor: where the connector goes on, "" for the beginning; whatever the connector wrote.
        is_sealed: whether the index holds words as keyed hashes only.
    """

    id: str
    workspace: str
    person: str
    connector: str
    title: str
    options: JsonObject = field(default_factory=dict)
    state: SourceState = "active"
    every_seconds: int = 0
    cursor: str = ""
    is_sealed: bool = True


def declared_access(source: Source) -> AccessList:
    """Return who may read a source whose place knows no rights of its own, such as a folder.

    Its option `readers` lists principals; without it, only the person who added the source may.
    """
    named = source.options.get("readers")
    readers = [str(reader) for reader in named] if isinstance(named, list) else []
    return AccessList("readers", frozenset(readers or [person_principal(source.workspace, source.person)]))


@dataclass(frozen=True)
class Passage:
    """A piece of an item's text. `place` says where it stands, for a link: page, sheet, anchor; "" for nowhere."""

    text: str
    heading: str = ""
    place: str = ""


@dataclass(frozen=True)
class FileText:
    """What a file says.

    Attributes:
        sections: in order, each of any length; passages are cut from them.
        remark: a sentence on what was left out, for whoever looks after the source; "" for nothing.
    """

    sections: Sequence[Passage]
    remark: str = ""


@dataclass(frozen=True)
class ItemChange:
    """What a connector tells of an item: that it is there, or gone.

    Attributes:
        key: its name within the source, that never changes: a path, a drive item's id, a thread's time stamp.
        version: an eTag, hash or time; while it is the same nothing is fetched. "" when it is gone.
        access: who may read it, by the key of an access list.
        title: what people call it.
        link: where they open it, "" for nowhere; only http, https and file links are shown.
        modified_at: Unix seconds, 0 when nothing says.
    """

    key: str
    version: str = ""
    access: str = ""
    title: str = ""
    link: str = ""
    modified_at: float = 0.0

    @property
    def is_gone(self) -> bool:
        """Whether the item was deleted at its source."""
        return not self.version


@dataclass(frozen=True)
class ChangePage:
    """A page of changes, as a connector gives them.

    Attributes:
        changes: in any order; the same item twice is allowed, the last one counts.
        access: the access lists that are new or changed; one that is not told stays as it was.
        cursor: goes on after this page; stored once the page is indexed, so a killed sync repeats one page at most.
        is_last: whether nothing more waits now.
        is_complete: whether the pages since the one asked for with cursor "" named every item there is: then what they
            did not name is gone.
        is_surely_empty: whether the place itself said that it holds nothing, so that it is not taken for a drive that
            is not connected.
    """

    changes: Sequence[ItemChange]
    cursor: str
    access: Sequence[AccessList] = ()
    is_last: bool = True
    is_complete: bool = False
    is_surely_empty: bool = False


@dataclass(frozen=True)
class Content:
    """What was fetched of an item: bytes with a file name that says the format, or passages that are made already.

    `same_as` is the key of another item of the source that holds the same, so that this one needs no passages.
    """

    data: bytes = b""
    file_name: str = ""
    passages: Sequence[Passage] = ()
    same_as: str = ""


@dataclass(frozen=True)
class Hit:
    """A passage that was found.

    Attributes:
        source_id: the source.
        item_key: the item within it.
        ordinal: which passage of the item, from 0.
        title: of the item, with the heading behind a comma.
        link: where it opens, at its place where the item knows places.
        text: the passage.
        before: the passage before it under the same heading, "" for none.
        after: the passage behind it under the same heading, "" for none.
        modified_at: of the item, Unix seconds, 0 when nothing says.
        score: by reciprocal rank fusion; only the order within one search means something.
        copies: how many more items hold the same text.
        document: the item's title alone.
        date: when it was written or holds from: a day (2026-01-12) or a year, by its own words.
        place: where the store holds it, which tells who may read it.
    """

    source_id: str
    item_key: str
    ordinal: int
    title: str
    link: str
    text: str
    before: str = ""
    after: str = ""
    modified_at: float = 0.0
    score: float = 0.0
    copies: int = 0
    document: str = ""
    date: str = ""
    place: str = ""


@dataclass(frozen=True)
class IndexedPassage:
    """A passage as the index holds it: never its words when the source is sealed.

    Attributes:
        ordinal: which passage of the item, from 0.
        terms: stems, or keyed hashes of stems, in the order of the text.
        vector: of the embedder named in the index, None while it waits to be embedded.
        digest: the same for passages of the same text, for folding duplicates; in a conversation it also tells the
            neighbours that its vector rests on (`core.sources.neighbours`).
    """

    ordinal: int
    terms: Sequence[str]
    vector: Sequence[float] | None = None
    digest: str = ""


@dataclass(frozen=True)
class WaitingPassage:
    """A passage that waits for its vector; the digest tells whether its text has changed by then."""

    item_id: int
    ordinal: int
    digest: str


@dataclass(frozen=True)
class IndexedItem:
    """An item for the index; it replaces what the index held of the item.

    Attributes:
        item_id: the number of the item's row in the store, unique over all sources.
        source_id: the source.
        access_id: the number of the access list's row in the store.
        modified_at: Unix seconds.
        passages: in order.
        language: that the terms were stemmed in, "" when unknown; the index tells which ones it holds.
    """

    item_id: int
    source_id: str
    access_id: int
    modified_at: float
    passages: Sequence[IndexedPassage]
    language: str = ""


@dataclass(frozen=True)
class IndexQuery:
    """What is looked for.

    Attributes:
        terms: stems or hashes, both kinds together where sources of both kinds are searched.
        vector: of the question, None without embeddings.
        access_ids: the access lists whose items the reader may see; nothing else is ever returned.
        source_ids: only those, empty for all.
        limit: how many places of each of the two rankings.
        words: the same terms by the word of the question that each of them stands for; without it, each for its own.
    """

    terms: Sequence[str]
    vector: Sequence[float] | None
    access_ids: frozenset[int]
    source_ids: frozenset[str] = frozenset()
    limit: int = 50
    words: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class IndexHit:
    """A place in the index. `digest` as in `IndexedPassage`; the lists are ranked, so it carries no score."""

    item_id: int
    ordinal: int
    digest: str
    modified_at: float


@dataclass(frozen=True)
class IndexRankings:
    """The two rankings of one query, best first; empty where there is no such engine or nothing was found.

    Attributes:
        by_words: the places that hold words of the question.
        by_meaning: the places that are near to it.
        shares: for each place in `by_words`, how much of the question it holds: 0 for none of its words, 1 for all,
            rare ones counting more; empty when nobody says.
    """

    by_words: Sequence[IndexHit] = ()
    by_meaning: Sequence[IndexHit] = ()
    shares: Sequence[float] = ()


__all__ = [
    "EVERYBODY",
    "AccessList",
    "ChangePage",
    "Content",
    "FileText",
    "Hit",
    "IndexHit",
    "IndexQuery",
    "IndexRankings",
    "IndexedItem",
    "IndexedPassage",
    "ItemChange",
    "Passage",
    "Reader",
    "Source",
    "SourceState",
    "WaitingPassage",
    "address_principal",
    "group_principal",
    "person_principal",
    "workspace_principal",
]
