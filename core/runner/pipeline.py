"""The product in one page: a recipe and its inputs go in, a checked draft comes out."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from core.drafts import Draft, JsonObject
from core.embeddings import allowed_embedder, load_embedder
from core.errors import InlaidError, InputError, NotFoundError, PolicyRefused
from core.insight.learning.personalization import (
    NO_PERSONALIZATION,
    Personalization,
    Personalizer,
    apply_rules,
    load_personalizer,
)
from core.job import CAUTION, SIGNALS, TRIAL, CallCount, Job, JobLimits, load_job_limits, recipe_inputs
from core.llm.budget import Meter, Spending
from core.llm.endpoint import Endpoint
from core.llm.ports import Embedder
from core.llm.routes import Models, Route
from core.people import People, load_people
from core.policies.enforcement import Policies, load_policies
from core.ports import KeepingProgress, Progress
from core.privacy.pseudonyms import Pseudonyms
from core.recipes.book import RecipeBook
from core.recipes.model import CHAT, Recipe
from core.recipes.render import with_language
from core.recipes.trials import recipe_on_trial
from core.runner.conversations import EARLIER, FOLLOWS, SAID, SUMMARY, Conversations, answer_where_asked, said_back
from core.runner.draft_cache import DraftCache, request_key
from core.runner.expansion import NOT_WORDED, KnownWordings, SilentProgress
from core.runner.grounds import ATTACHED, MAX_SAID, Filled, GroundFinder, nearest, past_answers
from core.runner.refinements import Refinements
from core.settings import Settings
from core.sources.facts import StandingFacts
from core.sources.recipients import Recipient, RecipientRights, without_recipients
from core.sources.search import Sources, load_sources
from core.store import Store
from core.text.catalogues import N_
from core.text.near_names import near_fix
from core.text.same_words import content_words
from core.writing.caution import cautioned
from core.writing.document_paragraphs import Paragraph
from core.writing.document_refining import refine_document
from core.writing.documents import edit_document, recounted
from core.writing.filling import with_places
from core.writing.grounded.corrections import with_corrections
from core.writing.grounded.follow_ups import read_after
from core.writing.grounded.passages import GroundPassage, passages_value, read_passages
from core.writing.grounded.unanswered import SOURCES, WITHHELD
from core.writing.house_style import signed, with_house_frame
from core.writing.metered_chat import MeteredChat
from core.writing.numbering import numbered_from_one
from core.writing.refining import Refinement
from core.writing.route_runner import RouteRunner, write_text
from core.writing.token_display import TokenDisplay

# How far the seeds of two drafts of the same inputs lie apart; each call of a draft takes the next one.
SEEDS_OF_A_DRAFT = 1000
# The input that tells a model the day of the request (2026-03-31).
TODAY = "today"
# The inputs that name who will read the result beside the person who asks, and the sources to look in.
READERS = "readers"


@dataclass(frozen=True)
class _Work:
    """One draft to be written."""

    job: Job
    recipe: Recipe
    inputs: Mapping[str, Any]
    route: Route
    personalization: Personalization
    refinement: Refinement | None

    @property
    def told(self) -> Sequence[str]:
        """What models are told besides the inputs."""
        return (*self.personalization.texts, *(self.refinement.texts if self.refinement else ()))


@dataclass(frozen=True)
class Pipeline:
    """Writes drafts.

    Args:
        recipes: by name.
        models: the endpoints, and each recipe's route over them.
        spending: budgets and the book of calls; None: nobody pays.
        cache: drafts of identical requests; None: every draft is written.
        personalizer: variants under test, past work and style rules of people; None: nothing is learnt.
        sources: finds passages for a recipe that answers from connected sources; None: there are none.
        limits: how large a job may be; None: as large as it is.
        embedder: gives what compares texts by meaning; None: they are compared by their words.
        policies: which models a person may use; None: all.
        grounds: finds what drafts may rest on; None: only what was given.
        conversations: finds what was asked before; None: each question stands by itself.
        refinements: finds what a new version is made from; None: each draft is a first version.
        worded: other wordings of questions that were asked a moment ago.
    """

    recipes: Mapping[str, Recipe]
    models: Models
    spending: Spending | None = None
    cache: DraftCache | None = None
    personalizer: Personalizer | None = None
    sources: Sources | None = None
    limits: JobLimits | None = None
    embedder: Callable[[], Embedder] | None = None
    policies: Policies | None = None
    grounds: GroundFinder | None = None
    conversations: Conversations | None = None
    refinements: Refinements | None = None
    worded: KnownWordings = field(default_factory=KnownWordings)

    def generate(self, job: Job, further: Mapping[str, Any], progress: Progress) -> Draft:
        """Return the draft of a job.

        Args:
            job: what was asked.
            further: inputs that the surface read in the worker; `paragraphs` makes it a document job, and `goes_to`
                says who will get it.
            progress: hears of each step, and stops the work by raising.

        Raises:
            InlaidError: see `core.errors`; retryable ones are worth another try.
        """
        recipe, further = self._recipe(job), dict(further)
        if courtesy := said_back(job, recipe):
            return courtesy
        if (said := further.pop(SAID, "")) and not job.refines and self._may_summarize(job):
            question = str(job.inputs.get(recipe.main_input, ""))
            return answer_where_asked(
                lambda one, given: self.generate(one, given, progress), job, question, said, further
            )
        if self.policies:
            recipe = recipe.in_house_style(self.policies.of(job.workspace, job.person).style)
        refinement = self.refinements.of(job) if self.refinements and job.surface != TRIAL else None
        if isinstance(refinement, Draft):
            return refinement
        goes_to, given = without_recipients({**recipe_inputs(job.inputs), **further})
        grounded, notices = self._grounded(job, recipe, with_places(recipe, with_language(recipe, given)), goes_to)
        inputs = with_house_frame(recipe, grounded)
        if self.limits:
            self.limits.require(inputs)
        route = self._route(job, recipe)
        personalization = self._personalization(job, recipe, inputs, route)
        recipe = personalization.with_variant(recipe)
        if job.surface == SIGNALS and recipe.plan_in_sources:
            recipe = recipe.model_copy(update={"plan": recipe.plan_in_sources})
        cache = self.cache if recipe.cache and job.surface != TRIAL and refinement is None else None
        key = request_key(recipe, inputs, route, personalization.digest()) if cache else ""
        draft = cache.find(job, key) if cache and not job.again else None

        def ruled(written: Draft) -> Draft:
            return _ruled(written, notices, personalization, recipe, inputs)

        if draft is None:
            draft = self._write(_Work(job, recipe, inputs, route, personalization, refinement), progress, ruled)
            if cache:
                cache.keep(job, key, draft)
        draft, before = numbered_from_one(ruled(draft)), refinement.draft if refinement else None
        sender, rights = (job.workspace, job.person), RecipientRights(self.sources)
        draft = rights.remarked(draft, sender, goes_to, before, is_mail=job.is_mail)
        return signed(_warned(draft, inputs), recipe, inputs) if job.is_mail else _warned(draft, inputs)

    def _may_summarize(self, job: Job) -> bool:
        """Tell whether a person may have a conversation told in short."""
        return self.policies is None or self.policies.of(job.workspace, job.person).recipe(SUMMARY) is None

    def _route(self, job: Job, recipe: Recipe) -> Route:
        """Return the models for a job: of the recipe's route those that the person may use.

        Raises:
            PolicyRefused: none is left.
        """
        route = self.models.route(recipe.name, job.model)
        if self.policies is None:
            return route
        entries = [endpoint.entry for endpoint in (*route.endpoints, *route.fallback)]
        self.policies.require_models(job.workspace, job.person, recipe.name, entries)
        return route.allowed(self.policies.of(job.workspace, job.person))

    def _embedder(self, job: Job) -> Callable[[], Embedder] | None:
        """Return what gives the embedder that may see this person's texts."""
        if self.embedder is None or self.policies is None:
            return self.embedder
        given, policy = self.embedder, self.policies.of(job.workspace, job.person)
        return lambda: allowed_embedder(given(), policy)

    def _grounded(self, job: Job, recipe: Recipe, inputs: JsonObject, goes_to: Sequence[Recipient]) -> Filled:
        """Fill in what the recipe wants from sources, and the day of the request, unless somebody has filled them."""
        if job.is_chat and recipe.input_named(CHAT):
            inputs = {**inputs, CHAT: "yes"}
        if recipe.input_named(TODAY) and not inputs.get(TODAY):
            inputs = {**inputs, TODAY: time.strftime("%Y-%m-%d", time.localtime(job.created_at))}
        if self.conversations and recipe.input_named(EARLIER) and inputs.get(FOLLOWS) and not inputs.get(EARLIER):
            inputs = {**inputs, EARLIER: self.conversations.earlier(job, recipe, str(inputs[FOLLOWS]))}
        if not recipe.retrieve or inputs.get(recipe.retrieve) or self.sources is None:
            if self.grounds is None:
                return Filled(inputs)
            return self.grounds.fill_in(
                job, recipe, inputs, goes_to, lambda text: self._wordings(job, recipe, inputs, text) or ()
            )
        came = str(inputs.pop(ATTACHED, ""))
        asked = str(inputs.get(recipe.main_input, ""))
        question = read_after(asked, str(inputs.get(EARLIER) or "").splitlines())
        readers, chosen = (str(inputs.get(name) or "") for name in (READERS, SOURCES))
        wordings = self._wordings(job, recipe, inputs, question)
        try:
            value, withheld = self.sources.passages(job, question, readers, chosen, wordings or ())
        except (InputError, PolicyRefused):
            if not came and content_words(question):  # nothing is there to answer from; "what is that?" has no answer
                raise
            value, withheld = passages_value([]), 0
        told = {WITHHELD: str(withheld)} if withheld and recipe.input_named(WITHHELD) else {}
        said = [passage for passage in read_passages(came) if passage.text] if came else []
        beside = with_corrections(nearest(said, [question], MAX_SAID), said, question)
        if self.conversations and question != asked and inputs.get(FOLLOWS):
            # What was cited a moment ago may say the same of what is asked now.
            cited = self.conversations.cited(job, str(inputs[FOLLOWS]))
            beside = [*self.sources.passages_at(job, cited, readers, chosen), *beside]
        found = {**inputs, recipe.retrieve: _with_further(value, beside), **told}
        return Filled(found, (NOT_WORDED,) if wordings is None else ())

    def _wordings(self, job: Job, recipe: Recipe, inputs: JsonObject, question: str) -> Sequence[str] | None:
        """Return other wordings of a question, where a larger model may be asked that the person may use.

        None where that one did not answer in time.

        Raises:
            PolicyRefused: the person may use no model of the recipe's.
        """
        endpoint = _large(self._route(job, recipe)) if self.sources else None
        if endpoint is None or self.sources is None:
            return []
        hidden = None if endpoint.entry.is_local else pseudonyms_of(recipe, inputs)
        meter = Meter(self.spending, job, endpoint.entry, None) if self.spending else None
        display = TokenDisplay(SilentProgress(), are_paragraphs=False)
        chat = MeteredChat(endpoint, display, seed=recipe.decoding.seed, meter=meter, pseudonyms=hidden)
        return self.worded.of(question, self.sources.index.languages(), endpoint.name, chat.ask)

    def _personalization(self, job: Job, recipe: Recipe, inputs: Mapping[str, Any], route: Route) -> Personalization:
        if self.personalizer is None:
            return NO_PERSONALIZATION
        found = self.personalizer.personalization(job, recipe, inputs, has_large=lambda: _has_large(route))
        if job.surface == TRIAL:
            found = replace(found, variant="")  # a trial is of the main prompt, and no experiment
        return found.under(recipe, inputs) if recipe.house else found

    def _write(self, work: _Work, progress: Progress, ruled: Callable[[Draft], Draft]) -> Draft:
        """Return what the models write; `ruled` is what becomes of it, also of what a cancelled job leaves."""
        started = time.monotonic()
        recipe, inputs, writer = work.recipe, dict(work.inputs), self._writer(work, progress)

        def made(draft: Draft) -> Draft:
            usage = writer.usage.model_copy(update={"seconds": round(time.monotonic() - started, 3)})
            why = writer.escalations or draft.escalations  # of a draft that stays as it was
            by = {"job_id": work.job.id, "model": writer.model, "escalations": why, "usage": usage}
            variant = work.personalization.variant
            told = {"recipe_version": recipe.version, "prompt_hash": recipe.prompt_hash(variant), "variant": variant}
            return draft.model_copy(update={**by, **told, "house_style": recipe.house.digest})

        if isinstance(progress, KeepingProgress):
            progress.completes(lambda partial: ruled(made(partial)))
        paragraphs = inputs.pop("paragraphs", None)
        if paragraphs is None:
            progress.say(N_("Writing"))
            draft = write_text(recipe, inputs, writer, work.refinement)
        else:
            document = [Paragraph(**paragraph) for paragraph in paragraphs]
            if work.refinement:
                draft = refine_document(recipe, inputs, document, work.refinement, writer, progress)
            else:
                draft = edit_document(recipe, inputs, document, writer, progress)
        return made(draft)

    def _writer(self, work: _Work, progress: Progress) -> RouteRunner:
        """Return the route's models: each with its meter, and those elsewhere behind the same pseudonyms."""
        recipe, job, route = work.recipe, work.job, work.route
        pseudonyms = pseudonyms_of(recipe, work.inputs, work.told)
        seed = recipe.decoding.seed + SEEDS_OF_A_DRAFT * job.again
        display = TokenDisplay(progress, are_paragraphs=bool(work.inputs.get("paragraphs")))
        calls = CallCount(self.limits.model_calls) if self.limits else None

        def metered(endpoint: Endpoint) -> MeteredChat:
            meter = Meter(self.spending, job, endpoint.entry, calls) if self.spending else None
            hidden = None if endpoint.entry.is_local else pseudonyms
            return MeteredChat(endpoint, display, seed=seed, meter=meter, pseudonyms=hidden)

        chats, fallback = ([metered(writer) for writer in part] for part in (route.endpoints, route.fallback))
        examples, embedder = work.personalization.with_examples, self._embedder(job)
        return RouteRunner(chats, fallback, for_large=examples, verify=route.verify, embedder=embedder)

    def _recipe(self, job: Job) -> Recipe:
        """Return what a job is done with: also one that was switched off meanwhile, and a text that is being tried.

        Raises:
            NotFoundError: there is none, or the trial is over.
        """
        book = self.recipes
        if not isinstance(book, RecipeBook):
            return self.recipe(job.recipe)
        if job.surface == TRIAL:
            return recipe_on_trial(book.records, job)
        return book.for_job(job.recipe) or self.recipe(job.recipe)

    def recipe(self, name: str) -> Recipe:
        """Return a recipe that may be asked for.

        Raises:
            NotFoundError: there is none of that name; the fix lists what there is.
        """
        try:
            return self.recipes[name]
        except KeyError:
            raise NotFoundError(f"There is no recipe called {name}.", fix=near_fix(name, self.recipes)) from None


def _with_further(value: str, passages: Sequence[GroundPassage]) -> str:
    """Return a value with the passages that it does not hold."""
    known = read_passages(value)
    held = {passage.place for passage in known if passage.place}
    further = [passage for passage in passages if passage.place not in held]
    return passages_value([*known, *further]) if further else value


def _warned(draft: Draft, inputs: Mapping[str, Any]) -> Draft:
    return cautioned(draft, str(inputs.get(CAUTION) or ""))


def _ruled(draft: Draft, notices: tuple[str, ...], by: Personalization, recipe: Recipe, inputs: JsonObject) -> Draft:
    texts = {str(paragraph["id"]): str(paragraph["text"]) for paragraph in inputs.get("paragraphs") or ()}
    written = draft.model_copy(update={"notices": (*draft.notices, *notices)})
    return recounted(apply_rules(written, by.rules, texts), written, recipe, inputs)


def _has_large(route: Route) -> bool:
    """Tell whether a larger model is on the route, as far as its server answers."""
    return _large(route) is not None


def _large(route: Route) -> Endpoint | None:
    """Return the first larger model of the route, None where none is known to be one."""
    try:
        return next((endpoint for endpoint in route.endpoints if not endpoint.is_small), None)
    except InlaidError:
        return None


def open_pipeline(
    settings: Settings,
    store: Store,
    models: Models,
    policies: Policies | None = None,
    people: People | None = None,
) -> Pipeline:
    """Return the pipeline of the settings, with its budgets and its cache in the store.

    Args:
        settings: of the installation.
        store: where everything is kept.
        models: the endpoints.
        policies: what people may; those of the settings by default.
        people: who is who; by default as the store says at each look.

    Raises:
        RecipeError: a recipe file cannot be used.
    """
    recipes = RecipeBook(settings.recipes_dir, store.records)
    models.log_unused(recipes)
    people = people or load_people(settings, store.records)
    policies = policies or load_policies(settings, store.records, people)
    spending = Spending(store.usage, models.file.budgets, names=people.names, policy=policies.of)
    cache = DraftCache(store.records, settings.kept_cache_seconds)
    personalizer, sources = load_personalizer(store, policies, people), load_sources(settings, store, policies)
    limits, embedder = load_job_limits(settings), partial(load_embedder, settings)
    facts, past = StandingFacts(store.records, people, policies), past_answers(recipes, personalizer.past_work)
    grounds = GroundFinder(facts, policies, sources, past, leaves_out=settings.mail_sources == "leave_out")
    talks, refined = Conversations(store.jobs, people), Refinements(store.jobs, store.outcomes, people)
    return Pipeline(
        recipes, models, spending, cache, personalizer, sources, limits, embedder, policies, grounds, talks, refined
    )


def pseudonyms_of(recipe: Recipe, inputs: Mapping[str, Any], told: Sequence[str] = ()) -> Pseudonyms:
    """Return the placeholders for what is personal in a job's inputs; nothing is looked for until they are needed.

    `told` is what a model is told besides the inputs.
    """
    names = [str(inputs.get(field.name) or "") for field in recipe.inputs if field.type == "person"]
    paragraphs = inputs.get("paragraphs") or ()
    texts = [str(value) for name, value in inputs.items() if name != "paragraphs" and value]
    return Pseudonyms(names, [*texts, *told, *(str(paragraph.get("text", "")) for paragraph in paragraphs)])
