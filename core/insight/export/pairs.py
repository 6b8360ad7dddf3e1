"""Accepted work as pairs for training and evaluation: with consent, without names, each once.

A pair is what the recipe tells a model, and what the person used in the end; of a document, each change that they took,
refused or reworded is one. Where they used something else than was drafted, the pair also says what they did not want.
Only people of the installation who consent are in it (`RuleStore.shares_examples`); no lists or skeletons.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.drafts import ChatMessage, has_gap, without_signature
from core.errors import InlaidError
from core.insight.export.anonymize import StillPersonal, anonymized_texts, without_stand_ins
from core.insight.learning.examples import body_of
from core.insight.learning.rule_store import RuleStore
from core.insight.report.cube import date_of, day_of
from core.insight.report.rollup import installation_salt
from core.job import LOCAL_WORKSPACE, Job
from core.outcomes import shown_text
from core.people import Identity, People
from core.policies.enforcement import Policies
from core.recipes.model import Recipe
from core.recipes.render import render_messages, validate_inputs
from core.store import Store
from core.store.tables import tallies
from core.text.language import detect_language

# Of what a person fills in, these are chosen from what the recipe offers: nothing personal, and no other word will do.
_CHOSEN = frozenset({"choice", "flag", "number", "date"})
_USED = "the text that was used"
_REFUSED = "the text that was not wanted"
_MAX_CHARS = 20_000
_MIN_NAME_CHARS = 3


@dataclass(frozen=True)
class AcceptedPair:
    """One piece of accepted work, nameless.

    Attributes:
        recipe: its name.
        inputs: what the recipe was given.
        messages: what the recipe tells a model with these inputs.
        answer: what the model has to write: without greeting and signature where the recipe sets them.
        used: the whole text that was used.
        language: ISO 639-1, or "" if unclear.
        month: when, as YYYY-MM.
        author: a key that tells people apart and nothing else; never written anywhere.
        source: digest of the text that it is about without its names, to keep two answers to it on one side of a split.
        asked: digest of all that was given, to take two answers to the same once.
        refused: what a model would have written for what the person did not want, "" for none: the draft that they
            changed, the change that they refused, the paragraph that they took a change for.
        is_example: whether the answer is one to learn by itself; not where a change was refused.
    """

    recipe: str
    inputs: Mapping[str, str]
    messages: tuple[ChatMessage, ...]
    answer: str
    used: str
    language: str
    month: str
    author: str
    source: str
    asked: str
    refused: str = ""
    is_example: bool = True

    @property
    def id(self) -> str:
        """Return a name for the pair that its content gives it."""
        told = json.dumps([self.recipe, [message.content for message in self.messages], self.answer, self.refused])
        return _digest(told)[:16]


@dataclass
class AcceptedWork:
    """The pairs, in the order of their ids, and why others were left out."""

    pairs: list[AcceptedPair] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    people: int = 0
    people_without_consent: int = 0


class Exporter:
    """Collects accepted work.

    Args:
        store: where it is; what was not counted for the report yet (`core.insight.report.rollup`) is not seen.
        people: who is who across surfaces.
        recipes: by name.
        policies: from whom nothing may be learnt.
    """

    def __init__(
        self, store: Store, people: People, recipes: Mapping[str, Recipe], policies: Policies | None = None
    ) -> None:
        self._store = store
        self._people = people
        self._rules = RuleStore(store, people, policies)
        self._recipes = recipes

    def collect(self, *, recipe: str = "", first_day: int = 0) -> AcceptedWork:
        """Return the pairs of everybody who consents.

        Args:
            recipe: only this one; "" for all.
            first_day: only work from this day on (days since 1970).
        """
        found = AcceptedWork()
        salt = installation_salt(self._store)
        newest: dict[str, AcceptedPair] = {}
        authors = self._authors(recipe, first_day)
        names = [name for who in authors for name in _names_in(who.person)]
        for who, job_ids in authors.items():
            if who.workspace != LOCAL_WORKSPACE or not self._rules.shares_examples(who):
                found.people_without_consent += 1
                continue
            author = _digest(f"{salt.hex()} {who.person}")
            for job_id, is_used in job_ids:
                for pair in self._pairs(self._store.jobs.get(job_id), author, names, is_used=is_used):
                    if isinstance(pair, AcceptedPair):
                        # Jobs come oldest first: of two answers to the same question the newer one stays.
                        found.left_out["duplicate"] += pair.asked in newest
                        newest[pair.asked] = pair
                    else:
                        found.left_out[pair] += 1
        found.pairs = sorted(newest.values(), key=lambda pair: pair.id)
        found.people = len({pair.author for pair in found.pairs})
        found.left_out = +found.left_out
        return found

    def _authors(self, recipe: str, first_day: int) -> dict[Identity, list[tuple[str, bool]]]:
        """Return the jobs of each person that something was decided about, oldest first, and whether they were used."""
        columns = tallies.c
        statement = (
            sa.select(columns.workspace, columns.person, columns.job_id, columns.outcome)
            .where(columns.outcome.in_(("accepted", "edited", "rejected")), columns.day >= first_day)
            .order_by(columns.day, columns.job_id)
        )
        if recipe:
            statement = statement.where(columns.recipe == recipe)
        with self._store.database.read() as connection:
            rows = connection.execute(statement).all()
        known = {key: self._people.identity(*key) for key in dict.fromkeys((row.workspace, row.person) for row in rows)}
        found: dict[Identity, list[tuple[str, bool]]] = {}
        for row in rows:
            found.setdefault(known[row.workspace, row.person], []).append((row.job_id, row.outcome != "rejected"))
        return dict(sorted(found.items(), key=lambda entry: (entry[0].workspace, entry[0].person)))

    def _pairs(self, job: Job, author: str, names: Collection[str], *, is_used: bool) -> Iterator[AcceptedPair | str]:
        """Yield the pairs of a job, or why there are none. Of a rejected document only single changes give pairs."""
        if not is_used and (job.draft is None or job.draft.edits is None):
            return
        recipe = self._recipes.get(job.recipe)
        if recipe is None:
            yield "recipe is gone"
            return
        works = self._works(job, recipe)
        if not works:
            yield "not a text that was used"
        for work in works:
            if has_gap(work.used) or max(len(work.used), len(work.refused)) > _MAX_CHARS:
                yield "has gaps or is too long"
                continue
            try:
                yield _make(recipe, work, job, author=author, names=names)
            except StillPersonal:
                yield "could not be made nameless"
            except InlaidError:
                yield "inputs do not fit the recipe any more"

    def _works(self, job: Job, recipe: Recipe) -> "list[_Work]":
        draft = job.draft
        if draft is None or (draft.items is not None and draft.edits is None):
            return []
        if draft.edits is not None:
            known = {field.name for field in recipe.inputs}
            given = {name: value for name, value in job.inputs.items() if name in known}
            return [
                _Work(
                    {**given, recipe.main_input: change.before},
                    change.used,
                    change.proposed if change.used != change.proposed else change.before,
                    is_example=not change.is_refused,
                )
                for change in self._store.outcomes.changes_of(job)
            ]
        shown = "" if draft.skeleton else without_signature(shown_text(draft), draft.signature)
        used = without_signature(self._store.outcomes.used_text(job) or shown, draft.signature)
        # A skeleton is no wording that anybody could be told not to write.
        return [_Work(job.inputs, used, shown if shown != used else "")] if used.strip() else []


@dataclass(frozen=True)
class _Work:
    """What was given, what was used, and what the person did not want of it."""

    given: Mapping[str, Any]
    used: str
    refused: str
    is_example: bool = True


def _make(recipe: Recipe, work: _Work, job: Job, *, author: str, names: Collection[str]) -> AcceptedPair:
    given = validate_inputs(recipe, work.given)
    types = {field.name: field.type for field in recipe.inputs}
    named = [given[name] for name, kind in types.items() if kind == "person" and given[name]]
    texts = {name: value for name, value in given.items() if value and types[name] not in _CHOSEN}
    hidden = anonymized_texts({**texts, _USED: work.used, _REFUSED: work.refused}, [*named, *names])
    used, refused = hidden.pop(_USED), hidden.pop(_REFUSED)
    values = {**given, **hidden}
    source = values[recipe.main_input]
    variant = job.draft.variant if job.draft and job.draft.variant in recipe.prompt.variants else ""
    answer = body_of(used, recipe, values)
    return AcceptedPair(
        recipe=recipe.name,
        inputs={name: value for name, value in values.items() if value},
        messages=tuple(render_messages(recipe, values, variant=variant)),
        answer=answer,
        used=used,
        language=detect_language(source) or detect_language(used),
        month=date_of(day_of(job.created_at)).isoformat()[:7],
        author=author,
        source=_digest(without_stand_ins(source).strip().casefold()),
        asked=_digest(json.dumps([recipe.name, sorted(given.items())])),
        refused=unwanted if (unwanted := body_of(refused, recipe, values)) != answer else "",
        is_example=work.is_example,
    )


def _names_in(person: str) -> Iterator[str]:
    """Yield the words of an email address that are somebody's name."""
    for word in re.split(r"[^\w]|[\d_]+", person.partition("@")[0]):
        if len(word) >= _MIN_NAME_CHARS:
            yield word.capitalize()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
