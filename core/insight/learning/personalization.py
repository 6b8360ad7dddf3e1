"""What was learnt, as the pipeline uses it: before a draft which variant and examples, after it the person's wishes."""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cachetools import TTLCache

from core.drafts import Draft, Edit
from core.insight.learning.examples import NO_EXPERIENCE, Examples, Experience
from core.insight.learning.rule_store import Learned
from core.insight.learning.style_rules import Wish, apply_to_change, apply_wish
from core.insight.learning.variants import Variants
from core.job import Job
from core.people import Identity, load_people
from core.recipes.model import SIDE_BY_SIDE, Example, Recipe
from core.settings import Settings
from core.store import Store

HOW_I_WRITE = "Keep to how I write:"
UNDERSTOOD = "I will."
KEEP_SECONDS = 3.0
MOST_KEPT = 500
MOST_PARAGRAPHS = 12


@dataclass(frozen=True)
class Lessons:
    """What is to be minded for one draft.

    Attributes:
        variant: the prompt variant to use, "" for the main prompt.
        order: for a plan that shows several variants: the most promising first.
        examples: past work for larger models.
        wishes: the person's, as rules.
        usual_words: how long the person's own work of this kind mostly is, 0 when that is not known.
    """

    variant: str = ""
    order: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    wishes: tuple[Wish, ...] = ()
    usual_words: int = 0

    @property
    def texts(self) -> list[str]:
        """What is told to a larger model beyond the job: to be looked through for what is personal."""
        return [*self._told, *(text for one in self.examples for text in (one.user, one.assistant))]

    @property
    def _told(self) -> list[str]:
        length = [f"about {self.usual_words} words"] if self.usual_words else []
        return [*(wish.words() for wish in self.wishes), *length]

    def digest(self) -> str:
        """Return the same key for the same lessons: drafts made with others are no answer."""
        told = json.dumps([self.variant, self.order, self.texts])
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    def chosen(self, recipe: Recipe) -> Recipe:
        """Return the recipe with the chosen variant's wording, or with its variants in order."""
        if self.order:
            ordered = {name: recipe.prompt.variants[name] for name in self.order}
            return recipe.model_copy(update={"prompt": recipe.prompt.model_copy(update={"variants": ordered})})
        return recipe.model_copy(update={"prompt": recipe.prompt_for(self.variant)}) if self.variant else recipe

    def taught(self, recipe: Recipe) -> Recipe:
        """Return the recipe as a larger model gets it: with examples of past work and the person's wishes in words."""
        told = "\n".join(f"- {one}" for one in self._told)
        # Examples are taken as they stand, while the system text is a template, in which these words would be code.
        wished = (Example(user=f"{HOW_I_WRITE}\n{told}", assistant=UNDERSTOOD),) if told else ()
        own = (one.model_copy(update={"is_own": True}) for one in self.examples)
        examples = (*recipe.prompt.examples, *own, *wished)
        return recipe.model_copy(update={"prompt": recipe.prompt.model_copy(update={"examples": examples})})


NO_LESSONS = Lessons()


@dataclass(frozen=True)
class _Known:
    """What was read of a person for one recipe."""

    wishes: tuple[Wish, ...] = ()
    experience: Experience = NO_EXPERIENCE


class Learner:
    """Knows what was learnt in an installation. Threads may share it.

    Args:
        variants: chooses between prompt variants.
        learned: the wishes of people.
        examples: past work.
        identity: who a person of a surface is.
        keep_seconds: how long what was read of a person counts, so that a busy worker does not read it for each job.
    """

    def __init__(
        self,
        variants: Variants,
        learned: Learned,
        examples: Examples,
        identity: Callable[[str, str], Identity],
        *,
        keep_seconds: float = KEEP_SECONDS,
    ) -> None:
        self._variants = variants
        self._learned = learned
        self._examples = examples
        self._identity = identity
        self._recent: TTLCache[tuple[str, ...], _Known] = TTLCache(MOST_KEPT, keep_seconds)
        self._lock = threading.Lock()

    def lessons(self, job: Job, recipe: Recipe, inputs: Mapping[str, Any], *, has_large: Callable[[], bool]) -> Lessons:
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
        examples = known.experience.examples(recipe, texts, besides=job.id) if is_wanted else ()
        usual_words = known.experience.usual_words
        if (examples or usual_words) and not has_large():
            examples, usual_words = (), 0
        return Lessons(variant, order, examples, known.wishes, usual_words)

    def _known(self, job: Job, recipe: Recipe, *, with_examples: bool) -> _Known:
        """Return what there is of the person for a recipe, as it was at most some seconds ago."""
        with_wishes = recipe.learning.preferences
        if not with_wishes and not with_examples:
            return _Known()
        key = (job.workspace, job.person, recipe.name, recipe.main_input, f"{with_wishes}{with_examples}")
        with self._lock:
            known = self._recent.get(key)
        if known is None:
            who = self._identity(job.workspace, job.person)
            wishes = tuple(self._learned.enabled(who)) if with_wishes else ()
            found = self._examples.experience(who, job.workspace, recipe) if with_examples else NO_EXPERIENCE
            known = _Known(wishes, found)
            with self._lock:
                self._recent[key] = known
        return known


def _texts(recipe: Recipe, inputs: Mapping[str, Any]) -> list[str]:
    """Return what past work has to be like: the main input, or the longest paragraphs of a document."""
    if text := str(inputs.get(recipe.main_input) or ""):
        return [text]
    paragraphs = [text for one in inputs.get("paragraphs") or () if (text := str(one.get("text", "")).strip())]
    return sorted(paragraphs, key=len, reverse=True)[:MOST_PARAGRAPHS]


def wished(draft: Draft, wishes: tuple[Wish, ...], originals: Mapping[str, str]) -> Draft:
    """Return the draft as the person wishes it, with a notice for each wish that changed something.

    Args:
        draft: checked; wishes touch no facts.
        wishes: the person's, in force.
        originals: the text of each paragraph of a document by its id: what stood there before is not wished away.
    """
    for wish in wishes:
        changed = _with_wish(draft, wish, originals)
        if changed != draft:
            draft = changed.model_copy(update={"notices": (*draft.notices, f"As you wish: {wish.words()}")})
    return draft


def _with_wish(draft: Draft, wish: Wish, originals: Mapping[str, str]) -> Draft:
    update: dict[str, Any] = {"text": apply_wish(wish, draft.text)}
    if draft.text and not update["text"]:
        return draft
    update["alternatives"] = tuple(apply_wish(wish, text) for text in draft.alternatives)
    if draft.edits is not None:
        wished_edits = (_edit_with_wish(edit, wish, originals.get(edit.id, "") or edit.before) for edit in draft.edits)
        # What is left as it was is no change any more.
        update["edits"] = tuple(edit for edit in wished_edits if edit.text is None or edit.text != edit.before)
    return draft.model_copy(update=update)


def _edit_with_wish(edit: Edit, wish: Wish, original: str) -> Edit:
    if not edit.text or not original:
        return edit
    return edit.model_copy(update={"text": apply_to_change(wish, original, edit.text) or edit.text})


def load_learner(settings: Settings, store: Store) -> Learner:
    """Return what an installation has learnt."""
    people = load_people(settings, store.records)
    learned = Learned(store, people)
    return Learner(Variants(store), learned, Examples(store, people, learned), people.identity)
