"""How a scan goes through its sources: parts of items become jobs, and what the jobs find becomes signals.

Each part is one job on the queue `bulk`, or a share of one where items are short, under a key of its own: whatever is
killed, the next planning finds which parts are done and which jobs wait. A worker does one of these jobs at a time, so
that its death has at most one done again, and a long scan leaves its other threads to people.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TypedDict

from core.drafts import Draft, Item, JsonObject
from core.embeddings import WordEmbedder
from core.errors import InlaidError, NotFoundError
from core.job import SIGNALS, Job, JobRequest, QueueName, Target
from core.llm.ports import Embedder
from core.logs import logger
from core.signals.model import SEVERITIES, Judgement, Scan, ScanFinding
from core.signals.scans import Part, ScanStore
from core.signals.store import SignalStore
from core.sources.items import ItemStore, StoredItem
from core.sources.model import Passage, Reader
from core.sources.reading import PassageReader
from core.sources.store import SourceStore
from core.writing.grounded.corrections import with_what_follows

log = logger(__name__)
SURFACE = SIGNALS
QUEUE: QueueName = "bulk"
# As much as is read well at once, and as many items at most.
JOB_CHARS, JOB_ITEMS = 6_000, 40
PAGE = 200
_MAX_KIND_CHARS = 40


class _StoredPart(TypedDict):
    item: int
    first: int
    passages: int
    hash: str


@dataclass(frozen=True)
class PartVersion:
    """A part of an item as it was planned: how many passages, and the hash of the item's text."""

    passages: int
    content_hash: str


@dataclass(frozen=True)
class SignalsTarget:
    """Which parts of items a job looks through, for which scan; a part is named by item and first passage."""

    scan_id: str
    main_input: str
    parts: Mapping[Part, PartVersion]

    def to_json(self) -> JsonObject:
        """Return it as it is stored with a job."""
        parts: list[_StoredPart] = [
            {"item": item_id, "first": first, "passages": version.passages, "hash": version.content_hash}
            for (item_id, first), version in self.parts.items()
        ]
        return {"kind": SURFACE, "scan": self.scan_id, "input": self.main_input, "parts": parts}

    @classmethod
    def from_json(cls, data: JsonObject) -> "SignalsTarget":
        """Return what `to_json` wrote."""
        parts: list[_StoredPart] = data["parts"]
        return cls(
            data["scan"],
            data["input"],
            {(part["item"], part["first"]): PartVersion(part["passages"], part["hash"]) for part in parts},
        )


@dataclass(frozen=True)
class PartText:
    """A part of an item, as it is read: its passages, and what the item is called."""

    item_id: int
    first: int
    title: str
    passages: Sequence[Passage]
    modified_at: float

    @property
    def text(self) -> str:
        """The part as a model or the rules read it, with its headings."""
        lines, heading = [f"# {self.title}"], ""
        for passage in self.passages:
            if passage.heading != heading:
                heading = passage.heading
                lines.append(f"## {heading}" if heading else "")
            lines.append(passage.text)
        return "\n\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Scanner:
    """Goes through sources.

    Args:
        scans: the scans.
        signals: what they found.
        sources: the sources.
        items: their items.
        reader: reads texts.
    """

    scans: ScanStore
    signals: SignalStore
    sources: SourceStore
    items: ItemStore
    reader: PassageReader

    def jobs(self, scan: Scan, main_input: str, owner: Reader) -> Iterator[JobRequest]:
        """Yield a job for all that a scan has not looked through as it is now, and that its owner may read.

        The same job comes with the same key, so that one that waits already is not stored again.
        """
        waiting: dict[Part, PartVersion] = {}
        chars = 0
        for part, version, size in self._unseen(scan, owner):
            if waiting and (chars + size > JOB_CHARS or len(waiting) >= JOB_ITEMS):
                yield _request(scan, main_input, waiting)
                waiting, chars = {}, 0
            waiting[part] = version
            chars += size
        if waiting:
            yield _request(scan, main_input, waiting)

    def inputs(self, job: Job, owner: Reader) -> JsonObject:
        """Return what a job looks through, with what is gone or withdrawn since left out.

        Raises:
            NotFoundError: nothing of it is left.
        """
        target = SignalsTarget.from_json(job.delivery)
        texts = [found.text for found in self._read(target, owner)]
        if not texts:
            raise NotFoundError("What was to be scanned is gone.", fix="Nothing needs to be done.")
        return {target.main_input: "\n\n".join(texts)}

    def keep(self, job: Job, draft: Draft, owner: Reader, embedder: Embedder | None) -> None:
        """Store what a job found, each as often as it likes.

        Raises:
            NotFoundError: the scan is gone.
        """
        target = SignalsTarget.from_json(job.delivery)
        scan = self.scans.get(target.scan_id).scan
        findings = list(found_in(self._read(target, owner), draft.items or (), draft.model))
        hashes = {part: version.content_hash for part, version in target.parts.items()}
        self.signals.put(scan, hashes, findings, _vectors(findings, embedder))

    def _unseen(self, scan: Scan, owner: Reader) -> Iterator[tuple[Part, PartVersion, int]]:
        allowed = self.items.access_ids([owner])
        for source_id in scan.source_ids:
            try:
                source = self.sources.get(source_id).source
            except NotFoundError:
                continue
            after = 0
            while page := self.items.page(source, after=after, limit=PAGE):
                after = page[-1].id
                readable = [item for item in page if item.passages and item.access_id in allowed]
                seen = self.scans.seen(scan, [item.id for item in readable])
                for item in readable:
                    yield from self._parts(item, source.workspace, seen)

    def _parts(
        self, item: StoredItem, workspace: str, seen: Mapping[Part, str]
    ) -> Iterator[tuple[Part, PartVersion, int]]:
        if item.passages == 1 and seen.get((item.id, 0)) == item.content_hash:
            return
        for first, passages in cut_into_parts(self.reader.all_of(workspace, item.id)):
            if seen.get((item.id, first)) != item.content_hash:
                size = sum(len(passage.text) for passage in passages)
                yield (item.id, first), PartVersion(len(passages), item.content_hash), size

    def _read(self, target: SignalsTarget, owner: Reader) -> list[PartText]:
        wanted: dict[int, list[int]] = {}
        for (item_id, first), version in target.parts.items():
            wanted.setdefault(item_id, []).extend(range(first, first + version.passages))
        items = self.reader.read(wanted, [owner])
        return [
            PartText(item_id, first, items[item_id].title, passages, items[item_id].modified_at)
            for (item_id, first), version in target.parts.items()
            if item_id in items
            and (passages := _numbered(items[item_id].passages, range(first, first + version.passages)))
        ]


def _numbered(passages: Mapping[int, Passage], numbers: Iterable[int]) -> list[Passage]:
    return [passages[number] for number in numbers if number in passages]


def cut_into_parts(passages: Sequence[Passage]) -> Iterator[tuple[int, Sequence[Passage]]]:
    """Yield the passages of an item in parts that one job can read, each with the number of its first passage."""
    first, chars = 0, 0
    for number, passage in enumerate(passages):
        if number > first and chars + len(passage.text) > JOB_CHARS:
            yield first, passages[first:number]
            first, chars = number, 0
        chars += len(passage.text)
    if passages:
        yield first, passages[first:]


def found_in(parts: Sequence[PartText], items: Iterable[Item], model: str = "") -> Iterator[ScanFinding]:
    """Yield the findings of a draft whose quotes stand in the parts; what stands nowhere was not said by anybody.

    Args:
        parts: what was looked through.
        items: of the draft.
        model: that wrote it.
    """
    quoted = [(" ".join(item.quote.split()), item) for item in items if item.quote.strip()]
    for part in parts:
        flat = " ".join(" ".join(passage.text for passage in part.passages).split())
        here = [(quote, item) for quote, item in quoted if quote in flat]
        told = with_what_follows([item for _, item in here], "\n".join(passage.text for passage in part.passages))
        for (quote, item), followed in zip(here, told, strict=True):
            kind = kind_of(item)
            yield ScanFinding(
                kind=kind,
                text=_without_label(item.text, kind),
                quote=quote,
                item_id=part.item_id,
                part=part.first,
                said_at=part.modified_at,
                who=item.who,
                due=item.due,
                why=item.why,
                judgement=judgement_of(item, model),
                later=followed.text.removeprefix(item.text),
                place=next((held.place for held in part.passages if quote in " ".join(held.text.split())), ""),
            )


def judgement_of(item: Item, model: str) -> Judgement | None:
    """Return what a model said of how grave an item is, None where none did."""
    levels = {name: level for level, name in SEVERITIES.items()}
    if item.severity not in levels or not item.severity_why:
        return None
    return Judgement(levels[item.severity], item.severity_why, model or "the model")


def kind_of(item: Item) -> str:
    """Return the kind of an item: what the recipe says, else a label before a colon ("Risk: ..."), else "finding"."""
    label, colon, _ = item.text.partition(":")
    named = item.kind or (label if colon and len(label.split()) == 1 else item.group or "finding")
    return " ".join(named.split()).casefold()[:_MAX_KIND_CHARS]


def _without_label(text: str, kind: str) -> str:
    """Return a finding without the label that only repeats its kind, which is shown beside it."""
    label, _, rest = text.partition(":")
    return rest.strip() or text if label.strip().casefold() == kind else text


def _vectors(findings: Sequence[ScanFinding], embedder: Embedder | None) -> Sequence[Sequence[float]] | None:
    if not findings or embedder is None or isinstance(embedder, WordEmbedder):
        return None
    try:
        # As queries: findings are compared with each other, not a question with a passage.
        return embedder.embed([finding.text for finding in findings], is_query=True)
    except InlaidError as error:
        log.warning("signals are compared by words alone: the embedder cannot be used", code=error.code)
        return None


def _request(scan: Scan, main_input: str, parts: Mapping[Part, PartVersion]) -> JobRequest:
    named = repr([(part, version.content_hash) for part, version in sorted(parts.items(), key=itemgetter(0))]).encode()
    target = SignalsTarget(scan.id, main_input, dict(parts))
    key = f"{scan.id}:{hashlib.sha256(named).hexdigest()[:32]}"
    return scan_request(scan, {"focus": scan.focus} if scan.focus else {}, key, target, QUEUE)


def scan_request(scan: Scan, inputs: JsonObject, key: str, target: Target, queue: QueueName) -> JobRequest:
    """Return the request of a job of a scan; the same key gives the same job."""
    return JobRequest(
        scan.recipe,
        inputs,
        surface=SURFACE,
        person=scan.person,
        workspace=scan.workspace,
        dedupe_key=key,
        queue=queue,
        target=target,
        is_read=True,
    )
