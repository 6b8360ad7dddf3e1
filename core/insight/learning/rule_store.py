"""What was learnt from a person's edits: listed with where it comes from, switched, edited, exported, forgotten."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from core.errors import InputError, NotFoundError
from core.gaps import has_gap
from core.insight.learning.style_rules import KEEP, Evidence, Pair, Wish, find_wishes
from core.insight.report.rollup_store import SumStore
from core.job import Job
from core.outcomes.edits import shown_text
from core.people import Identity, People
from core.store import Store

KIND = "preference"
CONSENT_KIND = "learning_consent"
MOST_JOBS = 200
LONGEST_WORDS_CHARS = 300
State = Literal["offered", "enabled", "disabled"]


@dataclass(frozen=True)
class Preference:
    """A wish of a person, with its proof: of what it was before the person reworded it (`changed_by_hand`)."""

    key: str
    wish: Wish
    state: State
    evidence: Evidence
    surfaces: tuple[str, ...]
    learnt_at: float
    changed_by_hand: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "key": self.key, "words": self.wish.words(), "state": self.state, "rule": asdict(self.wish),
            "evidence": asdict(self.evidence), "surfaces": list(self.surfaces), "learnt_at": self.learnt_at,
            "changed_by_hand": self.changed_by_hand,
        }  # fmt: skip


class Learned:
    """The wishes of people.

    Args:
        store: where drafts, their outcomes and the wishes are.
        people: who is who across surfaces.
    """

    def __init__(self, store: Store, people: People) -> None:
        self._store = store
        self._sums = SumStore(store.database)
        self._people = people

    def find(self, who: Identity) -> list[Preference]:
        """Look through a person's past work for new wishes, and return those that are offered for the first time.

        What the person has decided about a wish before stays as it is.
        """
        known = {one.key for one in self.all(who)}
        pairs = self._pairs(who)
        surfaces = tuple(sorted({pair.surface for pair in pairs}))
        fresh = []
        for wish, evidence in find_wishes(pairs):
            if wish.key not in known:
                offered = Preference(wish.key, wish, "offered", evidence, surfaces, self._store.database.now_seconds())
                self._save(who, offered)
                fresh.append(offered)
        return fresh

    def all(self, who: Identity) -> Sequence[Preference]:
        """Return all wishes of a person, whatever their state."""
        records = self._store.records.list(KIND, workspace=who.workspace, person=who.person)
        return [_preference(record.data) for record in records]

    def enabled(self, who: Identity) -> Sequence[Wish]:
        """Return the wishes that are in force."""
        return [one.wish for one in self.all(who) if one.state == "enabled"]

    def switch(self, who: Identity, key: str, state: State) -> Preference:
        """Enable or disable a wish.

        Raises:
            NotFoundError: the person has none of that name.
        """
        found = self._get(who, key)
        changed = Preference(**{**_fields(found), "state": state})
        self._save(who, changed)
        return changed

    def edit(self, who: Identity, key: str, *, old: str, new: str) -> Preference:
        """Change the words of a wish that replaces or leaves out words.

        Raises:
            NotFoundError: the person has none of that name.
            InputError: it is not about words, or the words cannot be used.
        """
        found = self._get(who, key)
        if found.wish.kind not in {"replace", "delete_sentence", KEEP}:
            raise InputError("This wish has no words to change.", fix="Disable it, or forget it.")
        if not old.strip() or max(len(old), len(new)) > LONGEST_WORDS_CHARS:
            raise InputError("These words cannot be used.", fix="Give some, at most 300 signs.")
        wish = Wish(found.wish.kind, " ".join(old.split()), " ".join(new.split()))
        changed = Preference(**{**_fields(found), "wish": wish, "changed_by_hand": True})
        self._save(who, changed)
        return changed

    def forget(self, who: Identity, key: str | None = None) -> int:
        """Delete one wish, or all of the person's, and return how many that were."""
        keys = [one.key for one in self.all(who)] if key is None else [self._get(who, key).key]
        return sum(self._store.records.delete(KIND, who.workspace, _record_key(who, one)) for one in keys)

    def shares_examples(self, who: Identity) -> bool:
        """Whether the person lets accepted work serve others as examples, under pseudonyms. Not unless they said so."""
        record = self._store.records.get(CONSENT_KIND, who.workspace, who.person)
        return bool(record and record.data.get("examples"))

    def share_examples(self, who: Identity, *, shares: bool) -> None:
        """Note whether the person's accepted work may serve others as examples."""
        self._store.records.put(CONSENT_KIND, who.workspace, who.person, {"examples": shares}, person=who.person)

    def _pairs(self, who: Identity) -> list[Pair]:
        """Return the person's used drafts and decided changes on all surfaces, oldest first."""
        found: list[tuple[float, Pair]] = []
        for workspace, person in self._people.names_of(who):
            jobs = self._sums.used_jobs(workspace, "", person=person, limit=MOST_JOBS, also_refused=True)
            for tally in jobs:
                job = self._store.jobs.get(tally.job_id)
                found += [(job.created_at, pair) for pair in self._pairs_of(job, is_used=tally.outcome != "rejected")]
        return [pair for _at, pair in sorted(found, key=lambda one: one[0])]

    def _pairs_of(self, job: Job, *, is_used: bool) -> list[Pair]:
        """Return the draft with what was used; of a document, each change that something was decided about."""
        if job.draft is not None and job.draft.edits is not None:
            changes = self._store.outcomes.changes_of(job)
            return [Pair(one.proposed, one.used, job.surface, one.before) for one in changes]
        pair = self._pair(job) if is_used else None
        return [pair] if pair else []

    def _pair(self, job: Job) -> Pair | None:
        if job.draft is None or job.draft.skeleton:
            return None
        used = self._store.outcomes.used_text(job)
        draft = shown_text(job.draft)
        if has_gap(draft) and has_gap(draft if used is None else used):
            return None  # it went out with its questions
        return Pair(draft, draft if used is None else used, job.surface)

    def _get(self, who: Identity, key: str) -> Preference:
        record = self._store.records.get(KIND, who.workspace, _record_key(who, key))
        if record is None or record.person != who.person:
            raise NotFoundError("There is no such wish.", fix="List them with: inlaid learned list")
        return _preference(record.data)

    def _save(self, who: Identity, preference: Preference) -> None:
        data = {**_fields(preference), "wish": asdict(preference.wish), "evidence": asdict(preference.evidence)}
        key = _record_key(who, preference.key)
        self._store.records.put(KIND, who.workspace, key, data, person=who.person)


def _record_key(who: Identity, key: str) -> str:
    return f"{who.person}/{key}"


def _fields(preference: Preference) -> dict[str, Any]:
    return {name: getattr(preference, name) for name in Preference.__dataclass_fields__}


def _preference(data: dict[str, Any]) -> Preference:
    made = {**data, "wish": Wish(**data["wish"]), "evidence": Evidence(**data["evidence"])}
    return Preference(**{**made, "surfaces": tuple(data["surfaces"])})
