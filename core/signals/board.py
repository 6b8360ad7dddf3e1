"""Signals for whoever asks: beginning scans, what a person sees, and deciding on it. Every surface works with this."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.drafts import Draft, JsonObject, cut_at_word
from core.embeddings import allowed_embedder, load_embedder
from core.errors import ForbiddenError, InputError, NotFoundError
from core.job import DIGEST, Job, JobRequest
from core.llm.ports import Embedder
from core.logs import logger
from core.people import Identity, People, load_people
from core.policies.enforcement import load_policies
from core.settings import Settings
from core.signals.digest import DigestSignal, SignalDigest
from core.signals.model import DigestWish, Scan, ScanStatus, Signal, SignalFilter
from core.signals.runs import RunState, RunStore, digest_key
from core.signals.scanning import SURFACE, Scanner, scan_request
from core.signals.scans import ScanStore
from core.signals.schedule import written
from core.signals.store import SignalStore
from core.sources.access import is_on_any, sources_read_by
from core.sources.cited import CitedPassage, open_quoted
from core.sources.items import ItemStore
from core.sources.model import Reader, Source
from core.sources.readers import SourceRules, reader_of
from core.sources.reading import PassageReader
from core.sources.store import SourceStore
from core.store.jobs import JobStore
from core.store.records import RecordStore

log = logger(__name__)
MAX_SOURCES = 100
MAX_TITLE_CHARS = 80
# Of so many sources of others it is shown that they may be scanned.
MAX_OTHERS = 500
MAX_DIGESTED = 2_000
Submit = Callable[[JobRequest], Job]
FindChannel = Callable[[Sequence[Identity], str], str]
"""Returns the id of the Slack channel that somebody with these sign-ins calls so."""


@dataclass(frozen=True)
class ScanStarted:
    """What beginning a scan came to: how many jobs it takes, and how many of them are new."""

    jobs: Sequence[Job]
    new: int


@dataclass(frozen=True)
class SignalBoard:
    """Signals and scans of an installation.

    Args:
        scanner: goes through sources.
        people: who is who.
        records: what sign-ins said of groups.
        jobs: where jobs are.
        embedder: compares findings by meaning; None for words alone.
        rules: which sources people may use, and whose texts stay here; None: all that they may read, and none.
        find_channel: finds the channel that a digest is to go to by its name; None: it is named by its id.
        has_slack: whether Slack is set up, so that a digest can go there.
    """

    scanner: Scanner
    people: People
    records: RecordStore
    jobs: JobStore
    embedder: Callable[[], Embedder] | None = None
    rules: SourceRules | None = None
    find_channel: FindChannel | None = None
    has_slack: bool = True

    @property
    def runs(self) -> RunStore:
        """Runs of scans."""
        return RunStore(self.records.database, self.records.cipher)

    def names(self, workspace: str, person: str) -> list[Identity]:
        """Return the sign-ins of a person."""
        return self.people.names(workspace, person)

    def sources(self, workspace: str, person: str) -> list[Source]:
        """Return what somebody may have scanned: their own sources first, then others that they read."""
        own = [status.source for status in self.scanner.sources.list(names=self.names(workspace, person))]
        with self.records.database.read() as connection:
            read = sources_read_by(connection, self.reader_of(workspace, person))
        others = self.scanner.sources.of_ids(sorted(read - {source.id for source in own})[:MAX_OTHERS])
        return [*own, *(status.source for status in others if status.source.state != "removing")]

    def add(self, scan: Scan) -> Scan:
        """Store a new scan of sources that its owner may see, in the owner's time where it is known.

        Without a title it is called after what it looks through.

        Raises:
            InputError: there is no source, or the schedule is none, or the app is not in the channel of the digest.
            NotFoundError: the owner sees no such source, or no such channel.
            PolicyRefused: the owner may not use a source.
        """
        if not scan.source_ids or len(scan.source_ids) > MAX_SOURCES:
            raise InputError("A scan needs a source.", fix=f"Name 1 to {MAX_SOURCES}: inlaid sources list shows them.")
        titles = [self._require_source(scan, source_id).title for source_id in scan.source_ids]
        title = scan.title or cut_at_word(", ".join(titles), MAX_TITLE_CHARS)
        zone = scan.zone or self.people.time_zone(scan.workspace, scan.person)
        return self.scanner.scans.add(replace(scan, title=title, zone=zone, digest=self._placed(scan)))

    def change(self, scan: Scan) -> None:
        """Store a scan as its owner wants it now; what it found stays. Raises as `add`."""
        if not scan.source_ids or len(scan.source_ids) > MAX_SOURCES:
            raise InputError("A scan needs a source.", fix=f"Choose 1 to {MAX_SOURCES}.")
        before = self.scanner.scans.get(scan.id).scan
        for source_id in set(scan.source_ids) - set(before.source_ids):
            self._require_source(scan, source_id)
        digest, known = scan.digest, before.digest
        if known.channel and digest.channel == known.channel_name:  # not looked up again: Slack may be away
            digest = replace(digest, channel=known.channel, channel_name=known.channel_name)
        elif digest != known:
            digest = self._placed(scan)
        self.scanner.scans.change(replace(scan, schedule=written(scan.schedule), digest=digest))

    def _placed(self, scan: Scan) -> DigestWish:
        """Return where the digest of a new scan goes, its channel by its id."""
        if scan.digest.slack and not self.has_slack:
            fix = "Set it up with: inlaid setup slack, or have the digest sent by mail."
            raise InputError("Slack is not set up, so no digest can go there.", fix=fix)
        named = scan.digest.channel
        if not named.startswith("#"):
            return scan.digest
        if self.find_channel is None:
            fix = "Give its id (C0123ABCD), which stands at the end of the channel's details."
            raise InputError("Channels cannot be found by their name here.", fix=fix)
        channel = self.find_channel(self.names(scan.workspace, scan.person), named)
        return replace(scan.digest, channel=channel, channel_name=named)

    def scans(self, workspace: str, person: str) -> Sequence[ScanStatus]:
        """Return the scans that a person sees, each with why its last digest was not delivered."""
        found = self.scanner.scans.list(self.names(workspace, person))
        return [
            replace(status, digest_error=self.runs.digest_error(status.scan))
            if status.scan.digest.is_wanted
            else status
            for status in found
        ]

    def seen_scan(self, workspace: str, person: str, scan_id: str) -> Scan:
        """Return a scan that a person sees: their own, or a shared one.

        Raises:
            NotFoundError: it does not exist.
        """
        seen = self.scanner.scans.list(self.names(workspace, person))
        found = next((known for known in seen if known.scan.id == scan_id), None)
        if found is None:
            raise NotFoundError(f"There is no scan {scan_id[:40]}.", fix="List them with: inlaid signals scans")
        return found.scan

    def own_scan(self, workspace: str, person: str, scan_id: str) -> Scan:
        """Return a scan of a person.

        Raises:
            NotFoundError: there is none that they see.
            ForbiddenError: it is somebody else's.
        """
        found = self.seen_scan(workspace, person, scan_id)
        if not self.people.is_same((found.workspace, found.person), (workspace, person)):
            raise ForbiddenError("Only the person who added a scan can change it.", fix="Add one of your own.")
        return found

    def remove(self, scan: Scan) -> None:
        """Delete a scan and all that it found."""
        self.scanner.scans.remove(scan)

    def set_active(self, scan: Scan, *, is_active: bool) -> None:
        """Have the schedule of a scan hold, or rest."""
        self.scanner.scans.change(replace(scan, is_active=is_active))

    def begin(self, scan: Scan, main_input: str, submit: Submit) -> ScanStarted:
        """Submit a job for whatever a scan has not looked through; killed in the middle, the next call goes on.

        Args:
            scan: the scan.
            main_input: of its recipe: the one that takes the text.
            submit: stores a job and wakes a worker.

        Raises:
            PolicyRefused: the owner may use none of the sources any more.
        """
        if self.rules:
            self.rules.require_any(scan.workspace, scan.person, scan.source_ids)
        self.scanner.scans.note_begun(scan)
        jobs, new, began = [], 0, time.time()
        for request in self.scanner.jobs(scan, main_input, self.owner_of(scan)):
            job = submit(request)
            if job.state == "delivered":
                # The item has come back to what it was before: under another key it is looked through again.
                job = submit(replace(request, dedupe_key=f"{request.dedupe_key}:{job.id[:18]}"))
            elif job.has_ended:
                job = self.jobs.request_retry(job.id)
            new += int(job.created_at >= began - 1)
            jobs.append(job)
        return ScanStarted(jobs, new)

    def inputs(self, job: Job) -> JsonObject:
        """See `Scanner.inputs`."""
        return self.scanner.inputs(job, self.reader_of(job.workspace, job.person))

    def keep(self, job: Job, draft: Draft) -> None:
        """See `Scanner.keep`."""
        reader = self.reader_of(job.workspace, job.person)
        embedder = self.embedder() if self.embedder else None
        if embedder and self.rules:
            embedder = allowed_embedder(embedder, self.rules.policies.of(job.workspace, job.person))
        self.scanner.keep(job, draft, reader, embedder)

    def go_on(self, main_input: Callable[[Scan], str], submit: Submit, *, limit: int = 10) -> None:
        """Take each run of a schedule as far as it goes now: begin it, or end it and have its digest told.

        Args:
            main_input: gives the input of a scan's recipe that takes the text.
            submit: stores a job and wakes a worker.
            limit: the most runs.
        """
        for scan_id, began_at, state in self.runs.open(limit):
            scan = self.scanner.scans.get(scan_id).scan
            try:
                self._advance(scan, began_at, state, main_input, submit)
            except (InputError, KeyError) as error:
                log.warning("a run of a scan was ended", scan_id=scan.id, reason=type(error).__name__)
                self.runs.advance(scan, began_at, "ended")

    def _advance(
        self, scan: Scan, began_at: float, state: RunState, main_input: Callable[[Scan], str], submit: Submit
    ) -> None:
        if state == "due":
            self.begin(scan, main_input(scan), submit)
            self.runs.advance(scan, began_at, "running")
            return
        if state == "running":
            if self.runs.is_waiting(scan, SURFACE):
                return
            seen = self.scanner.signals.items_of([self.owner_of(scan)], scan)
            self.runs.advance(scan, began_at, "told", seen)
        if scan.digest.is_wanted:
            target = DigestTarget(scan.id, began_at)
            submit(scan_request(scan, {}, digest_key(scan, began_at), target, "background"))  # the same run has one
        self.runs.advance(scan, began_at, "ended")

    def digest(
        self, scan: Scan, reader: tuple[str, str], *, until: float | None = None, others: Sequence[Reader] = ()
    ) -> SignalDigest:
        """Return what the last run of a scan came to, as somebody may read it now.

        Args:
            scan: that they see.
            reader: workspace and person of who reads it.
            until: the beginning of the run that is meant, None for the last.
            others: who will read it too.
        """
        runs = self.runs.told(scan, until)
        last, before = (runs[0] if runs else None), (runs[1] if len(runs) > 1 else None)
        readers = [self.reader_of(*reader), *others]
        wanted = SignalFilter(states=("open", "confirmed"), scan_ids=(scan.id,))
        found = self.scanner.signals.find(readers, self.names(*reader), wanted, limit=MAX_DIGESTED)
        there = self.scanner.signals.items_of(readers, scan)
        told, quiet = [], []
        for signal in found:
            items = there.get(signal.id, frozenset())
            came = items & last.seen.get(signal.id, frozenset()) if last else items
            known = before.seen.get(signal.id, frozenset()) if before else frozenset()
            if fresh := came - known:
                told.append(DigestSignal(signal, "grown" if items & known else "new", len(fresh)))
            elif items & known:
                quiet.append(signal)
        made_at, since = last.began_at if last else None, before.began_at if before else None
        return SignalDigest(scan, made_at, since, told, quiet)

    def find(
        self,
        workspace: str,
        person: str,
        wanted: SignalFilter | None = None,
        *,
        limit: int = 100,
        quotes: int = 1,
        others: Sequence[Reader] = (),
    ) -> list[Signal]:
        """Return what a person sees, the most important first.

        Args:
            workspace: of the person.
            person: who asks.
            wanted: which, None for all that is open or confirmed.
            limit: how many.
            quotes: how many of each, the newest first.
            others: who will read it too: what one of them may not read is left out.
        """
        readers = [self.reader_of(workspace, person), *others]
        chosen = wanted or SignalFilter(states=("open", "confirmed"))
        return self.scanner.signals.find(readers, self.names(workspace, person), chosen, limit=limit, quotes=quotes)

    def kinds(self, workspace: str, person: str) -> list[str]:
        """Return the kinds of what a person sees."""
        return self.scanner.signals.kinds([self.reader_of(workspace, person)], self.names(workspace, person))

    def weeks(self, workspace: str, person: str, wanted: SignalFilter, at: float) -> dict[str, tuple[int, ...]]:
        """Return what was said in each of the last weeks of what a person sees, by kind; see `SignalStore.weeks`."""
        return self.scanner.signals.weeks(
            [self.reader_of(workspace, person)], self.names(workspace, person), wanted, at
        )

    def get(self, workspace: str, person: str, signal_id: str) -> Signal:
        """Return a signal that a person may see.

        Raises:
            NotFoundError: it does not exist.
        """
        readers = [self.reader_of(workspace, person)]
        return self.scanner.signals.get(readers, self.names(workspace, person), signal_id)

    def open_quote(self, workspace: str, person: str, signal_id: str, key: str) -> CitedPassage:
        """Return a quote of a signal at its place, as a person may read it now.

        Raises:
            NotFoundError: they see no such signal or quote.
        """
        quotes = self.get(workspace, person, signal_id).quotes
        number, quote = next(((number, quote) for number, quote in enumerate(quotes, 1) if quote.key == key), (0, None))
        if quote is None:
            raise NotFoundError("This quote is gone, or you may not read it any more.", fix="Look at its signal again.")
        reader, place = self.reader_of(workspace, person), (quote.item_id, quote.part)
        opened = open_quoted(self.scanner.reader, reader, place, quote.quote)
        said_on = datetime.fromtimestamp(quote.said_at, UTC).astimezone().date().isoformat()
        return replace(opened, number=number, title=quote.title, link=quote.link, date=said_on)

    def decide(self, workspace: str, person: str, signal_id: str, state: str, *, owner: str | None = None) -> Signal:
        """Store what a person decided, and return the signal as it is now.

        Raises:
            NotFoundError: they see no such signal.
            InputError: there is no such state.
        """
        self.scanner.signals.decide(self.get(workspace, person, signal_id), state, owner=owner)
        return self.get(workspace, person, signal_id)

    def reader_of(self, workspace: str, person: str) -> Reader:
        """Return a person of a surface as a reader, with what is theirs at this moment."""
        return reader_of(self.people, self.records, workspace, person, self.rules)

    def owner_of(self, scan: Scan) -> Reader:
        """Return the owner of a scan as a reader, with what is theirs at this moment."""
        return self.reader_of(scan.workspace, scan.person)

    def _require_source(self, scan: Scan, source_id: str) -> Source:
        """Return a source; refuse one that is neither the owner's own nor holds anything that they may read."""
        source = self.scanner.sources.get(source_id).source
        if self.rules:
            self.rules.require(scan.workspace, scan.person, source)
        if self.people.is_same((source.workspace, source.person), (scan.workspace, scan.person)):
            return source
        with self.records.database.read() as connection:
            is_reader = is_on_any(connection, source_id, self.owner_of(scan))
        if not is_reader:
            raise NotFoundError(f"There is no source {source_id[:40]}.", fix="List them with: inlaid sources list")
        return source


@dataclass(frozen=True)
class DigestTarget:
    """The digest of a run of a scan."""

    scan_id: str
    began_at: float

    def to_json(self) -> JsonObject:
        """Return it as it is stored with a job."""
        return {"kind": DIGEST, "scan": self.scan_id, "began_at": self.began_at}


def load_board(
    settings: Settings, records: RecordStore, jobs: JobStore, find_channel: FindChannel | None = None
) -> SignalBoard:
    """Return the signals of an installation."""
    database, cipher = records.database, records.cipher
    scans, reader = ScanStore(database, cipher), PassageReader(database, cipher)
    signals = SignalStore(database, cipher, scans, reader)
    sources, people = SourceStore(database, cipher), load_people(settings, records)
    scanner = Scanner(scans, signals, sources, ItemStore(database, cipher), reader)
    rules = SourceRules(load_policies(settings, records, people), sources)
    has_slack = bool(settings.slack_app_token.get_secret_value() or settings.slack_signing_secret.get_secret_value())
    return SignalBoard(
        scanner, people, records, jobs, lambda: load_embedder(settings), rules, find_channel, has_slack=has_slack
    )
