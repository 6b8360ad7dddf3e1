"""The signals of an installation: findings come in and become matters, readers see what they may read of them.

Nothing that a reader sees of a signal comes from an item that they may not read: not its words, not a count, not its
severity. Decisions are everybody's: who may see a signal may decide on it.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NotRequired, TypedDict

import sqlalchemy as sa

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Name, Thing
from core.errors import InputError, NotFoundError
from core.job import new_id
from core.privacy import Cipher
from core.signals.merging import Matter, matter_of, names_value, pack, same_matter, unpack
from core.signals.model import STATES, Judgement, Scan, ScanFinding, Signal, SignalFilter, SignalQuote
from core.signals.ranking import TREND_SECONDS, learnt, trend_of
from core.signals.readable import counted, readable, seen
from core.signals.scans import Part, ScanStore
from core.sources.access import some
from core.sources.model import Reader
from core.sources.reading import PassageReader
from core.sources.search import shown_link
from core.store.audit import append
from core.store.engine import Database
from core.store.rows import now
from core.store.tables import source_items
from core.store.tables.signals import signal_parts, signal_quotes, signal_scans, signals
from core.text.quote_links import link_to_quote

_MAX_QUOTES = 50


class _Detail(TypedDict):
    owner: str
    text: str


class _Quote(TypedDict):
    quote: str
    text: str
    who: str
    due: str
    why: str
    place: NotRequired[str]
    severity_why: NotRequired[str]
    judged_by: NotRequired[str]


class SignalStore:
    """Signals.

    Args:
        database: where.
        cipher: seals quotes, bound to the scan's workspace.
        scans: the scans.
        reader: tells what items are called and who may read them.
    """

    def __init__(self, database: Database, cipher: Cipher, scans: ScanStore, reader: PassageReader) -> None:
        self.database = database
        self.cipher = cipher
        self.scans = scans
        self._reader = reader

    def put(
        self,
        scan: Scan,
        parts: Mapping[Part, str],
        findings: Sequence[ScanFinding],
        vectors: Sequence[Sequence[float]] | None,
    ) -> None:
        """Store what was found in parts of items, in place of what was found there before; all or nothing.

        Args:
            scan: whose.
            parts: the parts that were looked through, with the hashes of their items.
            findings: in them.
            vectors: of the findings' texts, None without embeddings.
        """
        with self.database.write() as connection:
            # One after the other for each scan: two that find the same matter at once would make two of it.
            turn = sa.select(signal_scans.c.id).where(signal_scans.c.id == scan.id).with_for_update()
            if connection.execute(turn).first() is None:
                return
            there = set[int]()
            for ids in some(sorted({item_id for item_id, _ in parts})):
                living = sa.select(source_items.c.id).where(source_items.c.id.in_(ids))
                there.update(connection.execute(living).scalars())
            parts = {part: content_hash for part, content_hash in parts.items() if part[0] in there}
            self._forget(connection, scan, parts)
            known = self._known(connection, scan)
            for number, finding in enumerate(findings):
                if finding.item_id in there:
                    self._place(connection, scan, finding, pack(vectors[number]) if vectors else None, known)
            self._delete_empty(connection, scan)
            # What is new is ranked by what was decided before.
            self._learn(connection, scan, {finding.kind for finding in findings})
            rows = [
                {"scan_id": scan.id, "item_id": item_id, "part": part, "content_hash": content_hash}
                for (item_id, part), content_hash in parts.items()
            ]
            if rows:
                connection.execute(sa.insert(signal_parts), rows)

    def find(
        self,
        readers: Sequence[Reader],
        names: Sequence[tuple[str, str]],
        wanted: SignalFilter,
        *,
        limit: int = 100,
        quotes: int = 1,
    ) -> list[Signal]:
        """Return signals of a person's scans and of those that are shared, the most important first.

        Args:
            readers: all who will read the list: what one of them may not read is not in it.
            names: the sign-ins of whose scans they are.
            wanted: which.
            limit: how many.
            quotes: how many of each, the newest first.
        """
        scans = {status.scan.id: status.scan for status in self.scans.list(names)}
        at = time.time()
        first, sources = [*islice(self._matching(readers, scans, wanted, at), limit)], wanted.source_ids
        return self._with_quotes(first, scans, readers, at, quotes=quotes, source_ids=sources)

    def kinds(self, readers: Sequence[Reader], names: Sequence[tuple[str, str]]) -> list[str]:
        """Return the kinds of the signals that `find` would return in whatever state, by their names."""
        scan_ids = [status.scan.id for status in self.scans.list(names)]
        statement = (
            sa.select(signals.c.kind)
            .distinct()
            .join(signal_quotes, signal_quotes.c.signal_id == signals.c.id)
            .join(source_items, source_items.c.id == signal_quotes.c.item_id)
            .where(readable(readers), signals.c.scan_id.in_(scan_ids))
        )
        with self.database.read() as connection:
            return sorted(connection.execute(statement).scalars())

    def weeks(
        self, readers: Sequence[Reader], names: Sequence[tuple[str, str]], wanted: SignalFilter, at: float
    ) -> dict[str, tuple[int, ...]]:
        """Return for each kind how many quotes of wanted signals were said in each of the last weeks, the oldest first.

        `at` is now, in Unix seconds; a kind of which nothing was said in them is left out.
        """
        scans = {status.scan.id: status.scan for status in self.scans.list(names)}
        kinds = {signal.id: signal.kind for signal in self._matching(readers, scans, wanted, at)}
        statement = (
            sa.select(signal_quotes.c.signal_id, signal_quotes.c.said_at)
            .join(source_items, source_items.c.id == signal_quotes.c.item_id)
            .where(readable(readers), signal_quotes.c.said_at > at - TREND_SECONDS)
        )
        if wanted.source_ids:
            statement = statement.where(source_items.c.source_id.in_(wanted.source_ids))
        times: dict[str, list[float]] = {}
        with self.database.read() as connection:
            for ids in some([*kinds]):
                for row in connection.execute(statement.where(signal_quotes.c.signal_id.in_(ids))):
                    times.setdefault(kinds[row.signal_id], []).append(row.said_at)
        return {kind: trend_of(moments, at) for kind, moments in sorted(times.items())}

    def items_of(self, readers: Sequence[Reader], scan: Scan) -> dict[str, frozenset[int]]:
        """Return the items of each open or confirmed signal of a scan that all the readers may read now."""
        statement = (
            sa.select(signal_quotes.c.signal_id, signal_quotes.c.item_id)
            .join(source_items, source_items.c.id == signal_quotes.c.item_id)
            .join(signals, signals.c.id == signal_quotes.c.signal_id)
            .where(readable(readers), signals.c.scan_id == scan.id, signals.c.state.in_(("open", "confirmed")))
        )
        found: dict[str, set[int]] = {}
        with self.database.read() as connection:
            for row in connection.execute(statement):
                found.setdefault(row.signal_id, set()).add(row.item_id)
        return {signal_id: frozenset(items) for signal_id, items in found.items()}

    def get(self, readers: Sequence[Reader], names: Sequence[tuple[str, str]], signal_id: str) -> Signal:
        """Return a signal with its quotes.

        Raises:
            NotFoundError: there is none that they may read.
        """
        scans = {status.scan.id: status.scan for status in self.scans.list(names)}
        if scans and readers:
            statement = seen(readers, [*scans], SignalFilter()).where(signals.c.id == signal_id)
            with self.database.read() as connection:
                row = connection.execute(statement).one_or_none()
            at = time.time()
            if row is not None:
                return self._with_quotes([counted(row, at)], scans, readers, at, quotes=_MAX_QUOTES)[0]
        raise NotFoundError(f"There is no signal {signal_id[:40]}.", fix="List them with: inlaid signals list")

    def decide(self, signal: Signal, state: str, *, owner: str | None = None) -> None:
        """Store what somebody who may see a signal decided; it teaches how others are ranked.

        Args:
            signal: as `get` returned it.
            state: one of `STATES`.
            owner: who takes care of it, None for who did before.

        Raises:
            InputError: there is no such state.
        """
        if state not in STATES:
            raise InputError(f"{state[:20]!r} is no state.", fix=f"Take one of: {', '.join(STATES)}.")
        scan = self.scans.get(signal.scan_id).scan
        with self.database.write() as connection:
            row = connection.execute(sa.select(signals.c.detail).where(signals.c.id == signal.id)).one()
            detail: _Detail = self.cipher.open(scan.workspace, row.detail)
            if owner is not None:
                detail["owner"] = owner
            values = {"state": state, "detail": self.cipher.seal(scan.workspace, detail), "changed_at": now}
            connection.execute(sa.update(signals).where(signals.c.id == signal.id).values(values))
            self._learn(connection, scan, [signal.kind])
            actor = current_actor(scan.workspace)
            thing = Thing("signal", Name(scan.workspace, scan.person, "signal", signal.id))
            told = {"state": state, "kind": signal.kind if signal.kind.isidentifier() else "other"}
            append(connection, AuditEvent("signal.decided", actor, thing, details=told, workspace=scan.workspace))

    def _learn(self, connection: sa.Connection, scan: Scan, kinds: Collection[str]) -> None:
        """Rank the open signals of some kinds by what was decided on others like them."""
        mine = sa.and_(signals.c.scan_id == scan.id, signals.c.kind.in_(sorted(kinds)))
        rows = connection.execute(sa.select(signals.c.id, signals.c.kind, signals.c.state).where(mine)).all()
        if all(row.state == "open" for row in rows):
            return
        known = self._known(connection, scan)
        for kind in kinds:
            states = {row.id: row.state for row in rows if row.kind == kind}
            for signal_id, preference in learnt({at: known[at] for at in states}, states).items():
                changed = sa.update(signals).where(signals.c.id == signal_id).values(preference=preference)
                connection.execute(changed)

    def _forget(self, connection: sa.Connection, scan: Scan, parts: Mapping[Part, str]) -> None:
        """Delete what was found in these parts before, and in parts of the items as they no longer are."""
        mine = sa.select(signals.c.id).where(signals.c.scan_id == scan.id)
        for item_id, content_hash in dict.fromkeys((item_id, kept) for (item_id, _), kept in parts.items()):
            again = [part for known, part in parts if known == item_id]
            seen = sa.and_(signal_parts.c.scan_id == scan.id, signal_parts.c.item_id == item_id)
            is_old = sa.or_(signal_parts.c.content_hash != content_hash, signal_parts.c.part.in_(again))
            connection.execute(sa.delete(signal_parts).where(seen, is_old))
            kept = sa.select(signal_parts.c.part).where(seen)
            gone = sa.and_(signal_quotes.c.item_id == item_id, signal_quotes.c.part.not_in(kept))
            connection.execute(sa.delete(signal_quotes).where(gone, signal_quotes.c.signal_id.in_(mine)))

    def _known(self, connection: sa.Connection, scan: Scan) -> dict[str, Matter]:
        statement = sa.select(signals.c.id, signals.c.kind, signals.c.detail, signals.c.vector)
        known = {}
        for row in connection.execute(statement.where(signals.c.scan_id == scan.id)):
            detail: _Detail = self.cipher.open(scan.workspace, row.detail)
            known[row.id] = matter_of(row.kind, detail["text"], unpack(row.vector))
        return known

    def _place(
        self,
        connection: sa.Connection,
        scan: Scan,
        finding: ScanFinding,
        vector: bytes | None,
        known: dict[str, Matter],
    ) -> None:
        matter = matter_of(finding.kind, finding.text, unpack(vector))
        signal_id = same_matter(matter, known)
        if not signal_id:
            signal_id = new_id()
            detail: _Detail = {"owner": "", "text": finding.text}
            row: dict[str, Any] = {"id": signal_id, "scan_id": scan.id, "kind": finding.kind, "state": "open"}
            row["detail"] = self.cipher.seal(scan.workspace, detail)
            connection.execute(sa.insert(signals).values(**row, vector=vector, created_at=now, changed_at=now))
            known[signal_id] = matter
        quote: _Quote = {
            "quote": finding.quote,
            "text": finding.text + finding.later,
            "who": finding.who,
            "due": finding.due,
            "why": finding.why,
            "place": finding.place,
        }
        if judged := finding.judgement:
            quote |= {"severity_why": judged.why, "judged_by": judged.by}
        key = {"signal_id": signal_id, "item_id": finding.item_id, "quote_hash": finding.quote_hash}
        same = sa.and_(*(signal_quotes.c[name] == value for name, value in key.items()))
        connection.execute(sa.delete(signal_quotes).where(same))
        values = {
            "part": finding.part,
            "has_value": int(bool(finding.due) or names_value(finding.quote)),
            "severity": finding.judgement.severity if finding.judgement else 0,
            "said_at": finding.said_at or now,
            "detail": self.cipher.seal(scan.workspace, quote),
        }
        connection.execute(sa.insert(signal_quotes).values(**key, **values))

    def _delete_empty(self, connection: sa.Connection, scan: Scan) -> None:
        """Delete open signals of which no quote is left; a decision is kept, since the matter may come again."""
        quoted = sa.exists().where(signal_quotes.c.signal_id == signals.c.id)
        empty = sa.and_(signals.c.scan_id == scan.id, signals.c.state == "open", sa.not_(quoted))
        connection.execute(sa.delete(signals).where(empty))

    def _matching(
        self, readers: Sequence[Reader], scans: Mapping[str, Scan], wanted: SignalFilter, at: float
    ) -> Iterator[Signal]:
        """Return the wanted signals of scans without their words, the most important first."""
        chosen = [scan_id for scan_id in scans if not wanted.scan_ids or scan_id in wanted.scan_ids]
        if not chosen or not readers:
            return iter(())
        with self.database.read() as connection:
            rows = connection.execute(seen(readers, chosen, wanted)).all()
        found = sorted((counted(row, at) for row in rows), key=lambda signal: (-signal.rank, signal.id))
        return self._owned(found, scans, wanted.owner.casefold()) if wanted.owner else iter(found)

    def _owned(self, found: Sequence[Signal], scans: Mapping[str, Scan], letters: str) -> Iterator[Signal]:
        """Yield the signals in the name of whose owner these letters stand."""
        details = dict[str, bytes]()
        with self.database.read() as connection:
            for ids in some([signal.id for signal in found]):
                statement = sa.select(signals.c.id, signals.c.detail).where(signals.c.id.in_(ids))
                details |= {row.id: row.detail for row in connection.execute(statement)}
        for signal in found:
            detail = self.cipher.open(scans[signal.scan_id].workspace, details[signal.id])
            if letters in str(detail["owner"]).casefold():
                yield signal

    def _with_quotes(
        self,
        found: Sequence[Signal],
        scans: Mapping[str, Scan],
        readers: Sequence[Reader],
        at: float,
        *,
        quotes: int,
        source_ids: Collection[str] = (),
    ) -> list[Signal]:
        """Return the signals with trend, text and newest quotes, of these sources alone if some are named."""
        rows: dict[str, list[Any]] = {signal.id: [] for signal in found}
        statement = (
            sa.select(signal_quotes, signals.c.detail.label("decided"))
            .join(source_items, source_items.c.id == signal_quotes.c.item_id)
            .join(signals, signals.c.id == signal_quotes.c.signal_id)
            .where(readable(readers))
            .order_by(signal_quotes.c.said_at.desc())
        )
        if source_ids:
            statement = statement.where(source_items.c.source_id.in_(source_ids))
        with self.database.read() as connection:
            for ids in some([*rows]):
                for row in connection.execute(statement.where(signal_quotes.c.signal_id.in_(ids))):
                    rows[row.signal_id].append(row)
        wanted = {row.item_id for theirs in rows.values() for row in theirs[:quotes]}
        items = self._reader.read(dict.fromkeys(wanted, ()), readers)
        titles = {item_id: (item.title, item.link) for item_id, item in items.items()}
        shown = (
            self._shown(signal, scans[signal.scan_id], rows[signal.id], titles, at, quotes)
            for signal in found
            if rows[signal.id]
        )
        return [signal for signal in shown if signal]

    def _shown(
        self,
        signal: Signal,
        scan: Scan,
        rows: Sequence[Any],
        titles: Mapping[int, tuple[str, str]],
        at: float,
        quotes: int,
    ) -> Signal | None:
        opened: list[tuple[_Quote, Any]] = [
            (self.cipher.open(scan.workspace, row.detail), row) for row in rows[:quotes] if row.item_id in titles
        ]
        if not opened:
            return None
        said = list[SignalQuote]()
        for quote, row in opened:
            title, link = titles[row.item_id]
            words, who, due = (quote[name] for name in ("quote", "who", "due"))
            place = link_to_quote(shown_link(link, quote.get("place", "")), words)
            said.append(SignalQuote(words, title, place, who, due, row.said_at, row.item_id, row.part))
        first = opened[0][0]
        owner = str(self.cipher.open(scan.workspace, rows[0].decided)["owner"])
        gravest = max(rows, key=lambda row: row.severity)
        judgement = self._judgement(scan, gravest) if gravest.severity else None
        trend = trend_of([row.said_at for row in rows], at)
        told = replace(signal, text=first["text"], why=first["why"], owner=owner, trend=trend)
        return replace(told, quotes=tuple(said), judgement=judgement)

    def _judgement(self, scan: Scan, row: Any) -> Judgement:
        detail: _Quote = self.cipher.open(scan.workspace, row.detail)
        return Judgement(row.severity, detail.get("severity_why", ""), detail.get("judged_by", ""))
