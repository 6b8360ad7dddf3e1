"""What was learnt, as the pipeline uses it: variant and examples before a draft, the person's style rules after it."""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from cachetools import TTLCache

from core.drafts import Draft, Edit
from core.insight.learning.examples import NO_EXPERIENCE, PAST_WORK_KIND, Examples, Experience, PastWork
from core.insight.learning.rule_store import CONSENT_KIND, RuleStore
from core.insight.learning.rule_store import KIND as RULE_KIND
from core.insight.learning.style_rules import KEEP, StyleRule, apply_rule, apply_to_change
from core.insight.learning.variants import Variants
from core.job import Job
from core.people import Identity, People
from core.policies.enforcement import Policies
from core.policies.style import HouseTerm
from core.recipes.model import SIDE_BY_SIDE, Example, Recipe
from core.store import Store
from core.store.engine import Database
from core.store.prepared import Prepared
from core.store.tables import people as person_table
from core.store.tables import records, sign_ins, tallies
from core.text.catalogues import N_
from core.text.language import detect_language
from core.text.terms import find_terms

HOW_I_WRITE = "Keep to how I write:"
UNDERSTOOD = "I will."
KEEP_SECONDS = 3.0
MAX_KEPT = 500
MAX_PARAGRAPHS = 12


@dataclass(frozen=True)
class Personalization:
    """What was learnt that matters for one draft.

    Attributes:
        variant: the prompt variant to use, "" for the main prompt.
        order: for a plan that shows several variants: the most promising first.
        examples: past work for larger models.
        rules: the person's style rules.
        usual_words: how long the person's own work of this kind mostly is, 0 when that is not known.
    """

    variant: str = ""
    order: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    rules: tuple[StyleRule, ...] = ()
    usual_words: int = 0

    @property
    def texts(self) -> list[str]:
        """What a larger model is told beyond the job; it is searched for personal data."""
        return [*self._told, *(text for example in self.examples for text in (example.user, example.assistant))]

    @property
    def _told(self) -> list[str]:
        length = [f"about {self.usual_words} words"] if self.usual_words else []
        return [*(rule.words() for rule in self.rules), *length]

    def digest(self) -> str:
        """Return a key that differs with what was learnt: a cached draft answers only for the same."""
        told = json.dumps([self.variant, self.order, self.texts])
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    def under(self, recipe: Recipe, inputs: Mapping[str, Any]) -> "Personalization":
        """Return it without the wishes that bring, or keep, a word which the recipe's house style avoids."""
        terms = recipe.house.of(detect_language("\n".join(_texts(recipe, inputs)))).terms
        rules = tuple(rule for rule in self.rules if not _is_avoided(rule, terms))
        return replace(self, rules=rules)

    def with_variant(self, recipe: Recipe) -> Recipe:
        """Return the recipe with the chosen variant's wording, or with its variants in order."""
        if self.order:
            ordered = {name: recipe.prompt.variants[name] for name in self.order}
            return recipe.model_copy(update={"prompt": recipe.prompt.model_copy(update={"variants": ordered})})
        return recipe.model_copy(update={"prompt": recipe.prompt_for(self.variant)}) if self.variant else recipe

    def with_examples(self, recipe: Recipe) -> Recipe:
        """Return the recipe as a larger model gets it: with examples of past work and the person's rules in words."""
        if not (self.examples or self._told):
            return recipe
        told = "\n".join(f"- {line}" for line in self._told)
        # Examples are taken literally, while the system text is a template, in which these words would be code.
        apply_rules = (Example(user=f"{HOW_I_WRITE}\n{told}", assistant=UNDERSTOOD),) if told else ()
        own = (example.model_copy(update={"is_own": True}) for example in self.examples)
        examples = (*recipe.prompt.examples, *own, *apply_rules)
        return recipe.model_copy(update={"prompt": recipe.prompt.model_copy(update={"examples": examples})})


NO_PERSONALIZATION = Personalization()


@dataclass(frozen=True)
class _Known:
    """What was read of a person for one recipe."""

    rules: tuple[StyleRule, ...] = ()
    experience: Experience = NO_EXPERIENCE


class Personalizer:
    """Knows what was learnt in an installation. Threads may share it.

    Args:
        variants: chooses between prompt variants.
        rules: the style rules of people.
        examples: past work.
        identity: who a person of a surface is.
        is_anything: whether there can be anything of a person, in a workspace, for a recipe, by their names.
        may_learn: whether anything may be learnt from a person, and used for them.
        keep_seconds: how long what was read of a person counts, so that a busy worker does not read it for each job.
    """

    def __init__(  # noqa: PLR0913 - every outside thing has a name
        self,
        variants: Variants,
        rules: RuleStore,
        examples: Examples,
        identity: Callable[[str, str], Identity],
        *,
        is_anything: Callable[[str, str, str], bool] = lambda _workspace, _person, _recipe: True,
        may_learn: Callable[[str, str], bool] = lambda _workspace, _person: True,
        keep_seconds: float = KEEP_SECONDS,
    ) -> None:
        self._is_anything = is_anything
        self._may_learn = may_learn
        self._variants = variants
        self._rules = rules
        self._examples = examples
        self._identity = identity
        self._recent: TTLCache[tuple[str, ...], _Known] = TTLCache(MAX_KEPT, keep_seconds)
        self._lock = threading.Lock()

    def personalization(
        self, job: Job, recipe: Recipe, inputs: Mapping[str, Any], *, has_large: Callable[[], bool]
    ) -> Personalization:
        """Return what is to be minded for a draft.

        Args:
            job: for whom.
            recipe: what for; it says what it allows.
            inputs: with the main input as text.
            has_large: tells whether a larger model may be asked, since only these get examples; asked only when needed.
        """
        order: tuple[str, ...] = ()
        variant = ""
        if recipe.plan == SIDE_BY_SIDE:
            order = tuple(self._variants.order(job.workspace, recipe))
        else:
            variant = self._variants.next(job.workspace, recipe)
        texts = _texts(recipe, inputs)
        is_wanted = recipe.learning.examples and recipe.output.format == "text" and bool(texts)
        known = self._known(job, recipe, with_examples=is_wanted)
        past = known.experience
        examples = past.examples(recipe, texts, besides=job.work_id, is_chat=job.is_chat) if is_wanted else ()
        usual_words = known.experience.usual_words
        if (examples or usual_words) and not has_large():
            examples, usual_words = (), 0
        return Personalization(variant, order, examples, known.rules, usual_words)

    def past_work(self, job: Job, recipe: Recipe) -> Sequence[PastWork]:
        """Return the person's own past work of a recipe, none where nothing may be learnt from it."""
        return self._known(job, recipe, with_examples=True).experience.own

    def _known(self, job: Job, recipe: Recipe, *, with_examples: bool) -> _Known:
        """Return what there is of the person for a recipe, as it was at most some seconds ago."""
        with_rules = recipe.learning.preferences
        if not (with_rules or with_examples) or not self._may_learn(job.workspace, job.person):
            return _Known()
        key = (job.workspace, job.person, recipe.name, recipe.main_input, f"{with_rules}{with_examples}")
        with self._lock:
            known = self._recent.get(key)
        if known is None:
            known = _Known()
            if self._is_anything(job.workspace, job.person, recipe.name):
                who = self._identity(job.workspace, job.person)
                rules = tuple(self._rules.enabled(who)) if with_rules else ()
                found = self._examples.experience(who, job.workspace, recipe) if with_examples else NO_EXPERIENCE
                known = _Known(rules, found)
            with self._lock:
                self._recent[key] = known
        return known


def _anything() -> sa.Executable:
    """Return the statement of `AnythingLearnt`, built once."""
    place, who, folded, recipe = (sa.bindparam(name, type_=sa.Text()) for name in ("place", "who", "folded", "recipe"))
    mine, other = sign_ins.alias(), sign_ins.alias()
    is_mine = sa.and_(mine.c.workspace == place, mine.c.subject == folded)
    linked = sa.join(mine, other, mine.c.person_id == other.c.person_id)
    at_home = sa.join(mine, person_table, mine.c.person_id == person_table.c.id)
    theirs = sa.union(
        sa.select(place.label("workspace"), who.label("person")),
        sa.select(place, folded),
        sa.select(other.c.workspace, other.c.subject).select_from(linked).where(is_mine),
        sa.select(person_table.c.workspace, person_table.c.key).select_from(at_home).where(is_mine),
    ).cte("theirs")

    def has(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        is_theirs = sa.and_(table.c.workspace == theirs.c.workspace, table.c.person == theirs.c.person)
        return sa.exists(sa.select(1).select_from(theirs.join(table, is_theirs)).where(*conditions))

    kept = has(records, sa.or_(records.c.kind == RULE_KIND, records.c.kind == PAST_WORK_KIND))
    is_used = sa.or_(tallies.c.outcome == "accepted", tallies.c.outcome == "edited")
    used = has(tallies, tallies.c.recipe == recipe, is_used)
    shared = sa.exists(sa.select(1).select_from(records).where(records.c.kind == CONSENT_KIND))
    return sa.select(sa.or_(kept, used, shared))


_ANYTHING = Prepared(_anything())


@dataclass(frozen=True)
class AnythingLearnt:
    """Asks in one question whether there can be anything of somebody; the most have nothing, and each job asks.

    Their names are all that any link gives them, also one that is not believed: then what follows finds nothing.
    """

    database: Database

    def __call__(self, workspace: str, person: str, recipe: str) -> bool:
        """Return whether there is a rule or a work of a person, or somebody shares theirs."""
        folded = person.casefold() if "@" in person else person
        asked = {"place": workspace, "who": person, "folded": folded, "recipe": recipe}
        with self.database.read() as connection:
            return bool(_ANYTHING.one_or_none(connection, asked)[0])


def _is_avoided(rule: StyleRule, terms: Sequence[HouseTerm]) -> bool:
    """Tell whether a wish brings a word that the house style avoids; what is to stay as it is counts as brought."""
    kept, lost = (rule.old, rule.new) if rule.kind == KEEP else (rule.new, rule.old)
    forms = tuple(term.avoided for term in terms)
    brought, gone = ({use.form for use in find_terms(text, forms, language="")} for text in (kept, lost))
    return bool(brought - gone)


def _texts(recipe: Recipe, inputs: Mapping[str, Any]) -> list[str]:
    """Return what past work has to be like: the main input, or the longest paragraphs of a document."""
    if text := str(inputs.get(recipe.main_input) or ""):
        return [text]
    paragraphs = [
        text for paragraph in inputs.get("paragraphs") or () if (text := str(paragraph.get("text", "")).strip())
    ]
    return sorted(paragraphs, key=len, reverse=True)[:MAX_PARAGRAPHS]


def apply_rules(draft: Draft, rules: tuple[StyleRule, ...], originals: Mapping[str, str]) -> Draft:
    """Return the draft with the person's rules applied, and a notice for each rule that changed something.

    Args:
        draft: checked; rules touch no facts.
        rules: the person's, in force.
        originals: the text of each paragraph of a document by its id: what was there before the change stays.
    """
    for rule in rules:
        changed = _with_rule(draft, rule, originals)
        if changed != draft:
            draft = changed.model_copy(update={"notices": (*draft.notices, N_(f"As you wish: {rule.words()}"))})
    return draft


def _with_rule(draft: Draft, rule: StyleRule, originals: Mapping[str, str]) -> Draft:
    update: dict[str, object] = {"text": apply_rule(rule, draft.text)}
    if draft.text and not update["text"]:
        return draft
    update["alternatives"] = tuple(apply_rule(rule, text) for text in draft.alternatives)
    if draft.edits is not None:
        changed_edits = (_edit_with_rule(edit, rule, originals.get(edit.id, "") or edit.before) for edit in draft.edits)
        # An edit that leaves the text as it was is no edit.
        update["edits"] = tuple(edit for edit in changed_edits if edit.text is None or edit.text != edit.before)
    return draft.model_copy(update=update)


def _edit_with_rule(edit: Edit, rule: StyleRule, original: str) -> Edit:
    if not edit.text or not original:
        return edit
    return edit.model_copy(update={"text": apply_to_change(rule, original, edit.text) or edit.text})


def load_personalizer(store: Store, policies: Policies, people: People) -> Personalizer:
    """Return what an installation has learnt."""
    learned = RuleStore(store, people, policies)
    examples = Examples(store, people, learned)
    is_anything = AnythingLearnt(store.database)
    return Personalizer(
        Variants(store), learned, examples, people.identity, is_anything=is_anything, may_learn=policies.may_learn
    )
