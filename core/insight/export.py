"""Accepted work as pairs for training and evaluation: with consent, without names, each once.

A pair is what the recipe tells a model, and what the person used in the end. Only people of the house who let their
work be learnt from are in it (`Learned.shares_examples`), and only texts: no documents, lists or skeletons.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from core.drafts import ChatMessage
from core.errors import InlaidError
from core.insight.cube import date_of, day_of
from core.insight.edits import shown_text
from core.insight.examples import body_of
from core.insight.export_nameless import StillPersonal, nameless_texts, without_stand_ins
from core.insight.fold import installation_salt
from core.insight.learned import Learned
from core.insight.people import Identity, People
from core.jobs import LOCAL_WORKSPACE, Job
from core.recipes.model import Recipe
from core.recipes.render import render_messages, validate_inputs
from core.store import Store
from core.store.insight_tables import tallies
from core.text.language import detect_language

# Of what a person fills in, these are chosen from what the recipe offers: nothing personal, and no other word will do.
_CHOSEN = frozenset({"choice", "flag", "number", "date"})
_USED = "the text that was used"
_GAP = re.compile(r"\[\[[^\[\]]*\]\]")
_MOST_CHARS = 20_000
_LEAST_NAME_CHARS = 3


@dataclass(frozen=True)
class AcceptedPair:
    """One piece of accepted work, nameless.

    Attributes:
        recipe: its name.
        inputs: what the recipe was given.
        messages: what the recipe tells a model with these inputs.
        answer: what the model has to write: without greeting and signature where the recipe sets them.
        used: the whole text that was used.
        language: ISO 639-1, "" when unclear.
        month: when, as YYYY-MM.
        author: a key that tells people apart and nothing else; never written anywhere.
        source: digest of the text that it is about without its names, to keep two answers to it on one side of a split.
        asked: digest of all that was given, to take two answers to the same once.
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

    @property
    def id(self) -> str:
        """Return a name for the pair that its content gives it."""
        told = json.dumps([self.recipe, [message.content for message in self.messages], self.answer])
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
        store: where it is; what was not counted for the report yet (`core.insight.fold`) is not seen.
        people: who is who across surfaces.
        recipes: by name.
    """

    def __init__(self, store: Store, people: People, recipes: Mapping[str, Recipe]) -> None:
        self._store = store
        self._people = people
        self._learned = Learned(store, people)
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
            if who.workspace != LOCAL_WORKSPACE or not self._learned.shares_examples(who):
                found.people_without_consent += 1
                continue
            author = _digest(f"{salt.hex()} {who.person}")
            for job_id in job_ids:
                pair = self._pair(self._store.jobs.get(job_id), author, names)
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

    def _authors(self, recipe: str, first_day: int) -> dict[Identity, list[str]]:
        """Return the jobs of each person whose results were used, oldest first."""
        columns = tallies.c
        statement = (
            sa.select(columns.workspace, columns.person, columns.job_id)
            .where(columns.outcome.in_(("accepted", "edited")), columns.day >= first_day)
            .order_by(columns.day, columns.job_id)
        )
        if recipe:
            statement = statement.where(columns.recipe == recipe)
        with self._store.database.read() as connection:
            rows = connection.execute(statement).all()
        known = {key: self._people.identity(*key) for key in dict.fromkeys((row.workspace, row.person) for row in rows)}
        found: dict[Identity, list[str]] = {}
        for row in rows:
            found.setdefault(known[row.workspace, row.person], []).append(row.job_id)
        return dict(sorted(found.items(), key=lambda one: (one[0].workspace, one[0].person)))

    def _pair(self, job: Job, author: str, names: Collection[str]) -> AcceptedPair | str:
        """Return the pair of a job, or why there is none."""
        recipe = self._recipes.get(job.recipe)
        if recipe is None:
            return "recipe is gone"
        used = self._used(job)
        if used is None:
            return "not a text that was used"
        if _GAP.search(used) or len(used) > _MOST_CHARS:
            return "has gaps or is too long"
        try:
            given = validate_inputs(recipe, job.inputs)
            return _make(recipe, given, used, job, author=author, names=names)
        except StillPersonal:
            return "could not be made nameless"
        except InlaidError:
            return "inputs do not fit the recipe any more"

    def _used(self, job: Job) -> str | None:
        draft = job.draft
        if draft is None or draft.edits is not None or draft.items is not None:
            return None
        used = self._store.outcomes.used_text(job)
        if used is None and not draft.skeleton:
            used = shown_text(draft)
        return used if used and used.strip() else None


def _make(
    recipe: Recipe, given: Mapping[str, str], used: str, job: Job, *, author: str, names: Collection[str]
) -> AcceptedPair:
    types = {one.name: one.type for one in recipe.inputs}
    named = [given[name] for name, kind in types.items() if kind == "person" and given[name]]
    texts = {name: value for name, value in given.items() if value and types[name] not in _CHOSEN}
    hidden = nameless_texts({**texts, _USED: used}, [*named, *names])
    used = hidden.pop(_USED)
    values = {**given, **hidden}
    source = values[recipe.main_input]
    variant = job.draft.variant if job.draft and job.draft.variant in recipe.prompt.variants else ""
    return AcceptedPair(
        recipe=recipe.name,
        inputs={name: value for name, value in values.items() if value},
        messages=tuple(render_messages(recipe, values, variant=variant)),
        answer=body_of(used, recipe, values),
        used=used,
        language=detect_language(source) or detect_language(used),
        month=date_of(day_of(job.created_at)).isoformat()[:7],
        author=author,
        source=_digest(without_stand_ins(source).strip().casefold()),
        asked=_digest(json.dumps([recipe.name, sorted(given.items())])),
    )


def _names_in(person: str) -> Iterator[str]:
    """Yield the words of a mail address that are somebody's name."""
    for word in re.split(r"[^\w]|[\d_]+", person.partition("@")[0]):
        if len(word) >= _LEAST_NAME_CHARS:
            yield word.capitalize()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
