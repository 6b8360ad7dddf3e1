"""The style rules of people: found, listed with their evidence, switched, edited, exported, forgotten."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

import sqlalchemy as sa

from core.drafts import JsonObject, has_gap, without_signature
from core.errors import InputError, NotFoundError
from core.insight.learning.style_rules import KEEP, DraftPair, RuleEvidence, StyleRule, find_rules
from core.insight.report.cube import day_of
from core.insight.report.rollup_store import RollupStore
from core.job import Job
from core.outcomes import shown_text
from core.people import Identity, People
from core.policies.enforcement import Policies
from core.store import Store
from core.store.tables import tallies

KIND = "preference"
CONSENT_KIND = "learning_consent"
MAX_JOBS = 200
MAX_WORDS_CHARS = 300
State = Literal["offered", "enabled", "disabled"]


@dataclass(frozen=True)
class LearnedRule:
    """A person's rule with its evidence, which is that of the rule before it was reworded (`changed_by_hand`)."""

    key: str
    rule: StyleRule
    state: State
    evidence: RuleEvidence
    surfaces: tuple[str, ...]
    learnt_at: float
    changed_by_hand: bool = False

    def to_json(self) -> JsonObject:
        """Return the public form."""
        return {
            "key": self.key,
            "words": self.rule.words(),
            "state": self.state,
            "rule": asdict(self.rule),
            "evidence": asdict(self.evidence),
            "surfaces": list(self.surfaces),
            "learnt_at": self.learnt_at,
            "changed_by_hand": self.changed_by_hand,
        }


class RuleStore:
    """The style rules of people.

    Args:
        store: where drafts, their outcomes and the rules are.
        people: who is who across surfaces.
        policies: from whom nothing may be learnt; None: from everybody something may.
    """

    def __init__(self, store: Store, people: People, policies: Policies | None = None) -> None:
        self._store = store
        self._rollup = RollupStore(store.database)
        self._people = people
        self._policies = policies

    def may_learn(self, who: Identity) -> bool:
        """Whether anything may be learnt from a person's work, and used for them."""
        return self._policies is None or self._policies.may_learn(*who)

    def find(self, who: Identity) -> list[LearnedRule]:
        """Look through a person's past work for new rules, and return those that are offered for the first time.

        What the person has decided about a rule stays as it is.
        """
        if not self.may_learn(who):
            return []
        known = {learned.key for learned in self.all(who)}
        pairs = self._pairs(who)
        surfaces = tuple(sorted({pair.surface for pair in pairs}))
        fresh = []
        for rule, evidence in find_rules(pairs):
            if rule.key not in known:
                offered = LearnedRule(rule.key, rule, "offered", evidence, surfaces, self._store.database.now_seconds())
                self._save(who, offered)
                fresh.append(offered)
        return fresh

    def all(self, who: Identity) -> Sequence[LearnedRule]:
        """Return all rules of a person, whatever their state."""
        records = self._store.records.list(KIND, workspace=who.workspace, person=who.person)
        return [_learned_rule(record.data) for record in records]

    def enabled(self, who: Identity) -> Sequence[StyleRule]:
        """Return the rules that are in force."""
        if not self.may_learn(who):
            return []
        return [learned.rule for learned in self.all(who) if learned.state == "enabled"]

    def switch(self, who: Identity, key: str, state: State) -> LearnedRule:
        """Enable or disable a rule.

        Raises:
            NotFoundError: the person has none of that name.
            PolicyRefused: nothing may be learnt from them.
        """
        if state == "enabled":
            self._require(who)
        found = self._get(who, key)
        changed = replace(found, state=state)
        self._save(who, changed)
        return changed

    def edit(self, who: Identity, key: str, *, old: str, new: str) -> LearnedRule:
        """Change the words of a rule that replaces or leaves out words.

        Raises:
            NotFoundError: the person has none of that name.
            InputError: it is not about words, or the words cannot be used.
        """
        found = self._get(who, key)
        if found.rule.kind not in {"replace", "delete_sentence", KEEP}:
            raise InputError("This style rule has no words to change.", fix="Disable it, or forget it.")
        if not old.strip() or max(len(old), len(new)) > MAX_WORDS_CHARS:
            raise InputError("These words cannot be used.", fix="Give some, at most 300 characters.")
        rule = StyleRule(found.rule.kind, " ".join(old.split()), " ".join(new.split()))
        changed = replace(found, rule=rule, changed_by_hand=True)
        self._save(who, changed)
        return changed

    def forget(self, who: Identity, key: str | None = None) -> int:
        """Delete one rule, or all of the person's, and return how many that were."""
        keys = [learned.key for learned in self.all(who)] if key is None else [self._get(who, key).key]
        return sum(self._store.records.delete(KIND, who.workspace, _record_key(who, found)) for found in keys)

    def shares_examples(self, who: Identity) -> bool:
        """Whether the person lets accepted work serve others as examples, under pseudonyms. Not unless they said so."""
        record = self._store.records.get(CONSENT_KIND, who.workspace, who.person)
        return bool(record and record.data.get("examples")) and self.may_learn(who)

    def share_examples(self, who: Identity, *, shares: bool) -> None:
        """Note whether the person's accepted work may serve others as examples.

        Raises:
            PolicyRefused: nothing may be learnt from them.
        """
        if shares:
            self._require(who)
        self._store.records.put(CONSENT_KIND, who.workspace, who.person, {"examples": shares}, person=who.person)

    def _require(self, who: Identity) -> None:
        if self._policies:
            self._policies.require_learning(*who)

    def _pairs(self, who: Identity) -> list[DraftPair]:
        """Return the person's used drafts and decided changes on all surfaces, oldest first."""
        found: list[tuple[float, DraftPair]] = []
        for workspace, person in self._people.names_of(who):
            jobs = self._rollup.used_jobs(workspace, "", person=person, limit=MAX_JOBS, also_refused=True)
            for metrics in jobs:
                job = self._store.jobs.get(metrics.job_id)
                found += [(job.created_at, pair) for pair in self._pairs_of(job, is_used=metrics.outcome != "rejected")]
        return [pair for _at, pair in sorted(found, key=lambda entry: entry[0])]

    def _pairs_of(self, job: Job, *, is_used: bool) -> list[DraftPair]:
        """Return the draft with what was used; of a document, each change that something was decided about."""
        if job.draft is not None and job.draft.edits is not None:
            changes = self._store.outcomes.changes_of(job)
            return [DraftPair(change.proposed, change.used, job.surface, change.before) for change in changes]
        pair = self._pair(job) if is_used else None
        return [pair] if pair else []

    def _pair(self, job: Job) -> DraftPair | None:
        if job.draft is None or job.draft.skeleton:
            return None
        draft, used = shown_text(job.draft), self._store.outcomes.used_text(job)
        draft, used = (
            without_signature(text, job.draft.signature) for text in (draft, draft if used is None else used)
        )
        if has_gap(draft) and has_gap(used):
            return None  # it went out with its questions
        return DraftPair(draft, used, job.surface)

    def _get(self, who: Identity, key: str) -> LearnedRule:
        record = self._store.records.get(KIND, who.workspace, _record_key(who, key))
        if record is None or record.person != who.person:
            raise NotFoundError("There is no such style rule.", fix="List them with: inlaid learned list")
        return _learned_rule(record.data)

    def _save(self, who: Identity, learned: LearnedRule) -> None:
        data = asdict(learned)
        data["wish"] = data.pop("rule")  # its name in stored records
        key = _record_key(who, learned.key)
        self._store.records.put(KIND, who.workspace, key, data, person=who.person)


def _record_key(who: Identity, key: str) -> str:
    return f"{who.person}/{key}"


def _learned_rule(data: JsonObject) -> LearnedRule:
    stored = dict(data)
    rule, evidence = StyleRule(**stored.pop("wish")), RuleEvidence(**stored.pop("evidence"))
    return LearnedRule(**{**stored, "rule": rule, "evidence": evidence, "surfaces": tuple(stored["surfaces"])})


ONCE_SECONDS = 20 * 3600.0
RECENT_DAYS = 2
MAX_PEOPLE = 50


def offer_rules(store: Store, people: People, policies: Policies | None = None) -> int:
    """Offer the rules that recent edits support, and return how many are new. Each person's work is read once a day.

    Rules of people from whom nothing may be learnt any more are deleted.

    Raises:
        StoreOutage: the database cannot be used.
    """
    columns = tallies.c
    recent = day_of(store.database.now_seconds()) - RECENT_DAYS
    statement = (
        sa.select(columns.workspace, columns.person)
        .where(columns.outcome.in_(("edited", "rejected")), columns.day >= recent)
        .distinct()
    )
    with store.database.read() as connection:
        found = connection.execute(statement).all()
    learned, offered, looked = RuleStore(store, people, policies), 0, 0
    for who in {people.identity(workspace, person) for workspace, person in found}:
        if looked == MAX_PEOPLE:
            break
        if store.records.first_time(who.workspace, f"learn:{who.person}", within_seconds=ONCE_SECONDS):
            looked += 1
            if learned.may_learn(who):
                offered += len(learned.find(who))
            else:
                learned.forget(who)
    return offered
