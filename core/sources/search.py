"""Knowledge for whoever asks: the passages that a question is about, and that all who will read the answer may read.

The index says where words and meaning stand; what is shown is read from the store, where it is seen once more who may
read it now and that the item is still there. So the index may be late, and never wrong.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from core.drafts import DraftSource
from core.embeddings import allowed_embedder, load_embedder
from core.errors import InlaidError, InputError
from core.job import LOCAL_WORKSPACE, Job
from core.llm.ports import Embedder
from core.logs import logger
from core.people import People, load_people
from core.policies.enforcement import Policies, load_policies
from core.policies.resolution import NO_POLICY, PersonPolicy
from core.settings import Settings
from core.sources.clause_links import items_to_look_in, linked_places
from core.sources.former import adopt_documents
from core.sources.fusion import FusedHit, fuse, fuse_wordings
from core.sources.index import open_index
from core.sources.indexing import Indexer
from core.sources.items import ItemStore
from core.sources.model import Hit, IndexQuery, IndexRankings, Reader
from core.sources.ports import PassageIndex
from core.sources.readers import SourceRules, reader_of
from core.sources.reading import PassageReader, ReadItem
from core.sources.sharing import numbers_of, readers_named
from core.sources.store import SourceStore
from core.sources.terms import TermKeys, load_term_keys, question_words
from core.sources.uploads import Uploads
from core.store import Store
from core.store.records import RecordStore
from core.system.connections import PUBLIC, Egress
from core.text.catalogues import N_
from core.text.dating import stated_date
from core.text.language import detect_language
from core.writing.grounded.beside import beginning_of, end_of
from core.writing.grounded.passages import GroundPassage, passages_value

log = logger(__name__)
MAX_FOUND = 6
# More of what several wordings of a question found.
MAX_FURTHER = 2
# Of each language that few of the found places have, its nearest in meaning: an embedder leans to the question's own.
MAX_ABROAD, ABROAD_EACH = 4, 2
# Of what the first places are linked with by the numbers of their clauses.
MAX_LINKED = 4
# Of these the store takes away what was withdrawn meanwhile.
SPARE = 3
# The two rankings are this deep.
DEPTH = 50
SHOWN_SCHEMES = ("http", "https", "file")
ADD = "Add documents with: inlaid sources add PATH; with --shared everybody of your organisation may read them."

NOT_BUILT = N_("The index of the sources is being built, so nothing may be found that is there.")
BUILD = N_("While `inlaid up` runs it is built by itself; `inlaid sources sync` builds it at once.")


@dataclass(frozen=True)
class Sources:
    """Search in what the organisation has written down.

    Args:
        store: the sources.
        items: their items.
        reader: reads texts.
        index: finds places.
        keys: make the terms of sealed sources.
        people: who is who across surfaces.
        records: what sign-ins said of groups.
        embedder: compares by meaning; None for words alone.
        local_person: who works on this machine.
        rules: which sources people may use, and whose texts stay here; None: all that they may read, and none.
        egress: tells hosts of the own network from public ones.
    """

    store: SourceStore
    items: ItemStore
    reader: PassageReader
    index: PassageIndex
    keys: TermKeys
    people: People
    records: RecordStore
    embedder: Callable[[], Embedder] | None = None
    local_person: str = ""
    rules: SourceRules | None = None
    egress: Egress = PUBLIC

    @property
    def indexer(self) -> Indexer:
        """What keeps the index as the store is."""
        return Indexer(self.store, self.items, self.reader, self.index, self.keys, self.embedder, self.rules)

    @property
    def uploads(self) -> Uploads:
        """What takes files that people upload."""
        return Uploads(self.store.database, self.store.cipher)

    def reader_of(self, workspace: str, person: str) -> Reader:
        """Return a person of a surface as a reader, with what is theirs at this moment."""
        return reader_of(self.people, self.records, workspace, person, self.rules)

    def search(
        self,
        workspace: str,
        person: str,
        question: str,
        *,
        limit: int = MAX_FOUND,
        source_ids: frozenset[str] = frozenset(),
        abroad: int = 0,
    ) -> list[Hit]:
        """Return the passages of what a person may read and use, the best first; with `source_ids` of these alone.

        With `abroad` more than these, see `find`.

        Raises:
            PolicyRefused: there are sources, and they may use none.
            StoreOutage: store or index cannot be reached.
        """
        policy = NO_POLICY
        if self.rules:
            self.rules.require_any(workspace, person)
            policy = self.rules.policies.of(workspace, person)
        reader = self.reader_of(workspace, person)
        return self.find([reader], question, limit=limit, source_ids=source_ids, policy=policy, abroad=abroad)

    def find(
        self,
        readers: Sequence[Reader],
        question: str,
        *,
        limit: int = MAX_FOUND,
        source_ids: frozenset[str] = frozenset(),
        policy: PersonPolicy = NO_POLICY,
        abroad: int = 0,
    ) -> list[Hit]:
        """Return the passages that have most to do with a question, the best first.

        Args:
            readers: who asks, and for an answer that others will read, all of those: only what all may read is found.
            question: in whatever language.
            limit: how many.
            source_ids: in these sources only, empty for all.
            policy: of who asks: which models may see the question.
            abroad: how many more at most by meaning alone, of languages that few of those found have.

        Raises:
            StoreOutage: store or index cannot be reached; nothing is lost.
        """
        access = self.items.access_ids(readers)
        if not access:
            return []
        words = self._words(question)
        terms = [term for word in words for term in word]
        query = IndexQuery(terms, self._vector(question, policy), access, source_ids, DEPTH, words)
        rankings = self.index.search(query)
        fused = fuse(rankings, now=time.time(), limit=limit * SPARE)
        beyond = self._further(rankings, fused) if abroad else []
        wanted = {hit.item_id: set[int]() for hit in [*fused, *beyond]}
        for hit in [*fused, *beyond]:
            # The first passage may say when the document was written.
            wanted[hit.item_id] |= {0, hit.ordinal - 1, hit.ordinal, hit.ordinal + 1}
        found = self.reader.read(wanted, readers)
        hits, others = (
            [shown for hit in places if hit.item_id in found and (shown := _hit(found[hit.item_id], hit))]
            for places in (fused, beyond)
        )
        return [*hits[:limit], *_of_other_languages(hits[:limit], others, abroad)]

    def with_linked(
        self, rankings: Sequence[Sequence[Hit]], readers: Sequence[Reader], most: int = MAX_LINKED
    ) -> list[list[Hit]]:
        """Return rankings, each with the passages behind it that its first are linked with by the numbers of clauses.

        Documents are opened once for all rankings.
        """
        looked = items_to_look_in(rankings)
        read = self.reader.read(looked, readers) if looked else {}
        passages = {number: item.passages for number, item in read.items()}
        linked = (
            [
                hit
                for item, at in linked_places(hits, passages, most)
                if (hit := _hit(read[item], FusedHit(item, at, 0.0)))
            ]
            for hits in rankings
        )
        return [[*hits, *more] for hits, more in zip(rankings, linked, strict=True)]

    def _further(self, rankings: IndexRankings, fused: Sequence[FusedHit]) -> list[FusedHit]:
        """Return the places by meaning, where there is more than one language; those that are found anyway first."""
        if len(self.index.languages() - {""}) < 2:
            return []
        known = {(hit.item_id, hit.ordinal): hit for hit in fused}
        places = ((hit.item_id, hit.ordinal) for hit in rankings.by_meaning)
        return [known.get(place) or FusedHit(*place, 0.0) for place in places]

    def passages(
        self, job: Job, question: str, readers: str = "", sources: str = "", wordings: Sequence[str] = ()
    ) -> tuple[str, int]:
        """Return the passages for a job's question as the value of an input, and how many were withheld.

        Args:
            job: whose person asks.
            question: with the subject that it keeps from earlier ones.
            readers: who else will read the answer, see `core.sources.sharing.readers_named`; what not all of them may
                read is withheld.
            sources: ids of sources to look in, with commas between; "" for all.
            wordings: of the same question, for sources in other words or another language.

        Raises:
            PolicyRefused: the person may use none of the sources.
            InputError: nothing is connected that the person may read.
            StoreOutage: store or index cannot be reached.
        """
        chosen = frozenset(filter(None, (source.strip() for source in sources.split(","))))
        questions = [question, *wordings]
        asker = self.reader_of(job.workspace, job.person)
        own = [
            self.search(job.workspace, job.person, words, source_ids=chosen, abroad=MAX_ABROAD) for words in questions
        ]
        [found] = self.with_linked([_merged(own)], [asker])
        if not found and not self.items.access_ids([asker]):
            is_here = (job.workspace, job.person) == (LOCAL_WORKSPACE, self.local_person)
            fix = ADD if is_here else "Ask your administrator to connect documents that everybody may read."
            raise InputError("No sources are connected yet.", fix=fix)
        if not found and self.indexer.has_others():
            raise InputError(NOT_BUILT, fix=BUILD)
        others = readers_named(self.people, self.reader_of, readers)
        if others:
            policy = self.rules.policies.of(job.workspace, job.person) if self.rules else NO_POLICY
            readers_all = [asker, *others]
            theirs = [
                self.find(readers_all, words, source_ids=chosen, policy=policy, abroad=MAX_ABROAD)
                for words in questions
            ]
            [shared] = self.with_linked([_merged(theirs)], readers_all)
            places = {hit.place for hit in shared}
            found, withheld = shared, sum(hit.place not in places for hit in found)
        else:
            withheld = 0
        return passages_value(map(ground, found)), withheld

    def passages_at(
        self, job: Job, cited: Sequence[DraftSource], readers: str = "", sources: str = ""
    ) -> list[GroundPassage]:
        """Return the passages that are cited and that a job's person, and all who will read its answer, may read now.

        Args:
            job: whose person asks.
            cited: from sources.
            readers: who else will read the answer.
            sources: ids of sources to look in, with commas between; "" for all.

        Raises:
            StoreOutage: the store cannot be reached.
        """
        chosen = frozenset(filter(None, (source.strip() for source in sources.split(","))))
        others = readers_named(self.people, self.reader_of, readers)
        hits = [FusedHit(*place, 0.0) for place in dict.fromkeys(map(numbers_of, cited))]
        wanted = {hit.item_id: set[int]() for hit in hits}
        for hit in hits:
            wanted[hit.item_id] |= {0, hit.ordinal - 1, hit.ordinal, hit.ordinal + 1}
        found = self.reader.read(wanted, [self.reader_of(job.workspace, job.person), *others]) if hits else {}
        read = (_hit(found[hit.item_id], hit) for hit in hits if hit.item_id in found)
        return [ground(hit) for hit in read if hit and (not chosen or hit.source_id in chosen)]

    def _words(self, question: str) -> list[Sequence[str]]:
        words = question_words(question, self.index.languages())
        return [[*terms, *self.keys.looked_for(terms)] for terms in words]

    def _vector(self, question: str, policy: PersonPolicy) -> Sequence[float] | None:
        """Return what the question means, None where only words are compared."""
        held = self.index.embedder() if self.embedder else ""
        if not held or self.embedder is None:
            return None
        embedder = allowed_embedder(self.embedder(), policy)
        if embedder.name != held:
            return None
        try:
            return embedder.embed([question], is_query=True)[0]
        except InlaidError as error:
            log.warning("search by words alone: the embedder cannot be used", code=error.code)
            return None


def ground(hit: Hit) -> GroundPassage:
    """Return what was found as a passage that a text may rest on."""
    return GroundPassage(
        0,
        hit.title,
        hit.link,
        hit.text,
        hit.document,
        hit.date,
        hit.place,
        before=end_of(hit.before),
        after=beginning_of(hit.after),
    )


def _of_other_languages(hits: Sequence[Hit], others: Sequence[Hit], most: int) -> list[Hit]:
    """Return the best of other places in languages that have few among the hits."""
    held = Counter(detect_language(hit.text) for hit in hits)
    places, found = {hit.place for hit in hits}, list[Hit]()
    for hit in others:
        language = detect_language(hit.text) if hit.place not in places and len(found) < most else ""
        if language and held[language] < ABROAD_EACH:
            held[language] += 1
            found.append(hit)
    return found


def _merged(rankings: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Return what several wordings of a question found, best first, by reciprocal rank fusion."""
    if len(rankings) == 1:
        return [*rankings[0]]
    places = {hit.place: hit for ranking in rankings for hit in ranking}
    best = fuse_wordings([[hit.place for hit in ranking] for ranking in rankings], MAX_FOUND + MAX_FURTHER)
    return [places[place] for place in best]


def _hit(item: ReadItem, hit: FusedHit) -> Hit | None:
    passage = item.passages.get(hit.ordinal)
    if passage is None:
        return None

    def neighbour(ordinal: int) -> str:
        found = item.passages.get(ordinal)
        return found.text if found and found.heading == passage.heading else ""

    return Hit(
        source_id=item.source_id,
        item_key=item.key,
        ordinal=hit.ordinal,
        title=f"{item.title}, {passage.heading}" if passage.heading else item.title,
        link=shown_link(item.link, passage.place),
        text=passage.text,
        before=neighbour(hit.ordinal - 1),
        after=neighbour(hit.ordinal + 1),
        modified_at=item.modified_at,
        score=hit.score,
        copies=hit.copies,
        document=item.title,
        date=_date(item, passage.heading),
        place=f"{hit.item_id}/{hit.ordinal}",
    )


def _date(item: ReadItem, heading: str) -> str:
    """Return when a passage was written or holds from, so far as it says so: when a file was copied tells nothing."""
    first = item.passages.get(0)
    beginning = f"{first.heading}\n{first.text}" if first else ""
    return stated_date(heading) or stated_date(item.title, beginning)


def shown_link(link: str, place: str = "") -> str:
    """Return where a passage opens; what is neither of the web nor a file is not shown."""
    with suppress(ValueError):
        parts = urlsplit(link)
        if parts.scheme.casefold() in SHOWN_SCHEMES:
            if place.startswith(f"{parts.scheme}://{parts.netloc}/"):
                return place
            return f"{link}#{quote(place, safe='=&!:,;-')}" if place and not parts.fragment else link
    return ""


def load_sources(settings: Settings, store: Store, policies: Policies | None = None) -> Sources:
    """Return the knowledge of an installation; what an earlier version kept of it is brought over.

    Raises:
        StoreOutage: the store cannot be reached.
        SettingsError: the index cannot be used.
    """
    cipher = store.records.cipher
    source_store = SourceStore(store.database, cipher)
    sources = Sources(
        source_store,
        ItemStore(store.database, cipher),
        PassageReader(store.database, cipher),
        open_index(settings, store),
        load_term_keys(cipher),
        load_people(settings, store.records),
        store.records,
        lambda: load_embedder(settings),
        settings.local_person,
        SourceRules(policies or load_policies(settings, store.records), source_store),
        Egress(settings.allowed_hosts),
    )
    adopt_documents(store.records, sources.uploads, sources.indexer)
    return sources
