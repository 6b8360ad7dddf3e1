"""Conversations about a draft: what is said next gives a new version, an answer, or the version before.

Each version is a job of its own, which names the one that it refines; so each has its outcome, its delivery and its
end, and a chain of them tells what "undo" means.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.drafts import Draft, JsonObject, Usage, with_text, without_hints
from core.errors import ConflictError, InputError, LimitError, NotFoundError, UnreadableJob
from core.job import (
    CAUTION,
    OPEN_EDITS,
    REFINES,
    WISH,
    Job,
    recipe_inputs,
)
from core.llm.models_file import ModelsFile
from core.outcomes import effective_outcome
from core.people import People
from core.policies.resolution import PersonPolicy
from core.recipes.model import Recipe
from core.runner.conversations import FOLLOWS, SMALL_TALK, line_said
from core.store.jobs import JobStore
from core.store.outcomes import OutcomeStore
from core.text.card_wishes import read_decision
from core.text.catalogues import N_
from core.text.lexicon import lexicon
from core.text.wishes import is_brief, is_change, read_act, spoken_language
from core.writing.explanation import explain
from core.writing.grounded.fill import GIVEN, label_of, named_gaps
from core.writing.grounded.labels import MAX_VALUE_CHARS
from core.writing.lanes import Lane, lane_with
from core.writing.refining import Refinement

MAX_WISH_CHARS = 4000
MAX_VERSIONS = 50
# Of more open changes the job itself tells whether rules can say any of them otherwise.
MAX_TRIED = 200


@dataclass(frozen=True)
class RefineReply:
    """What comes of what somebody said about a draft.

    Attributes:
        inputs: of the job that makes the new version; None where nothing is made.
        answer: what to say instead.
        decide: what becomes of open changes of a document: accepted, rejected, or undo for what was done last.
        edits: the places of those changes among the draft's.
    """

    inputs: JsonObject | None = None
    answer: str = ""
    decide: str = ""
    edits: tuple[int, ...] = ()


def wish_hint(recipe: Recipe | None, models: ModelsFile, policy: PersonPolicy) -> str:
    """Return what a form for wishes gives as examples: only what can be done to such a draft; no server is asked."""
    if recipe and recipe.input_named(FOLLOWS):
        return N_("For example: drop the price; or: undo, why?")
    if recipe and lane_with(recipe, models, policy) == "model":
        return N_("For example: shorter, in German, drop the price, use Thursday instead; or: undo, why?")
    return N_("For example: drop the price, use chairs instead of tables, without the greeting; or: undo, why?")


@dataclass(frozen=True)
class Refinements:
    """Knows the versions of drafts.

    Args:
        jobs: every job.
        outcomes: what people made of their drafts.
        people: who is who, since a version may be asked for by another door.
    """

    jobs: JobStore
    outcomes: OutcomeStore
    people: People

    def reply(
        self, job: Job, recipe: Recipe, said: str, lane: Lane, *, may_ask: bool = True, text: str = ""
    ) -> RefineReply:
        """Return what is to be done when a job's person says something about its draft.

        Args:
            job: of the person who speaks.
            recipe: that it is of.
            said: their words.
            lane: of the models that would make the new version.
            may_ask: whether what is no change of an answer is the next question, and not a change that fails.
            text: the draft as its person has it, where they changed it and nothing is stored of that.

        Raises:
            InputError: nothing was said, or rules make nothing of it and no model is there that could.
            LimitError: too much was said, or too often.
            ConflictError: there is no draft, or no version before or after it, or it is of a kind that has none.
        """
        wish = said.strip()
        draft = require_refinable(job, wish)
        act = read_act(wish)
        if act in SMALL_TALK:
            return RefineReply(answer=line_said(wish, act, draft))
        asks = may_ask and recipe.input_named(FOLLOWS) is not None
        if act == "why" and not (asks and not is_brief(wish)):
            used = self._as_used(job, draft, text)
            return RefineReply(answer=explain(used, spoken_language(wish, beside=draft.text)))
        chain = self.versions(job)
        if len(chain) >= MAX_VERSIONS:
            raise LimitError(f"A draft has at most {MAX_VERSIONS} versions.", fix="Begin a new draft.")
        versions, place = _history(chain)
        if act == "undo" and not place:
            raise ConflictError("This is the first version of the draft.", fix="Say what should change in it.")
        if act == "redo" and place + 1 == len(versions):
            raise ConflictError("This is the newest version of the draft.", fix="Say what should change in it.")
        if asks and act in ("change", "why") and not is_change(wish):
            return RefineReply({**recipe_inputs(job.inputs), recipe.main_input: wish, FOLLOWS: job.id})
        if act not in ("undo", "redo") and (lane == "grounded" or recipe.plan == "answer"):
            _require_possible([self._as_used(job, draft, text)], recipe, wish)
        return RefineReply({**job.inputs, REFINES: job.id, WISH: wish})

    def reply_on_edits(
        self, job: Job, recipe: Recipe, said: str, open_places: Sequence[int], lane: Lane
    ) -> RefineReply:
        """Return what is to be done when a job's person says something about the open changes of a document.

        Args:
            job: of the person who speaks.
            recipe: that it is of.
            said: their words.
            open_places: of the changes that are not decided, among the draft's.
            lane: of the models that would make the new version.

        Raises:
            InputError, LimitError, ConflictError: as `reply`.
        """
        wish = said.strip()
        draft = require_refinable(job, wish, on_edits=True)
        edits = draft.edits or ()
        words = lexicon(spoken_language(wish, beside=" ".join(edit.before for edit in edits[:3])))
        if decision := read_decision(wish):
            chosen = decision.chosen(edits, open_places)
            if decision.outcome and chosen:
                return RefineReply(decide=decision.outcome, edits=tuple(chosen))
            # Who means all of them is only left without any where all are decided.
            none = "none" if decision.about else "all_decided"
            wording = "unclear" if chosen is None else none
            can = words.wording("cards.can")
            return RefineReply(answer=words.wording(f"cards.{wording}").format(what=decision.about, can=can))
        act = read_act(wish)
        if act in SMALL_TALK or act == "why":
            return RefineReply(answer=explain(draft, words.language) if act == "why" else line_said(wish, act, draft))
        if act == "redo":
            return RefineReply(answer=words.wording("cards.no_redo"))
        if act == "undo":
            return RefineReply(decide="undo")
        if not open_places:
            raise ConflictError(
                "No change is open.", fix="Run it again on the document, with your wish as instruction."
            )
        if len(self.versions(job)) >= MAX_VERSIONS:
            raise LimitError(f"A draft has at most {MAX_VERSIONS} versions.", fix="Begin a new draft.")
        texts = [edits[place].text for place in open_places]
        if lane == "grounded" and len(texts) <= MAX_TRIED:
            changed = [Draft(recipe=job.recipe, text=text) for text in texts if text]
            _require_possible(changed, recipe, wish, can=words.wording("cards.can"))
        # By place: a paragraph may have several comments, and so its id several changes.
        return RefineReply({**job.inputs, REFINES: job.id, WISH: wish, OPEN_EDITS: [*open_places]})

    def typed_words(self, job: Job, text: str) -> str:
        """Return what a job's person made of its draft, where that is not what is stored of it; "" for nothing.

        Args:
            job: with the draft.
            text: the draft as its person has it.
        """
        if job.draft is None:
            return ""
        words = without_hints(text, job.draft.gaps)
        known = self.outcomes.own_text(job) or without_hints(job.draft.text, job.draft.gaps)
        return "" if words.strip() in {"", known.strip()} else words.strip("\n")

    def note_refined(self, job: Job, reply: RefineReply) -> None:
        """Count a version as replaced where a reply makes another one of it, see `note_replaced`."""
        if reply.inputs and REFINES in reply.inputs:
            self.note_replaced(job)

    def note_replaced(self, job: Job, *, is_unused: bool = False) -> None:
        """Count a version as replaced by another one, unless its person used it.

        What they did with it is its use, but for their text of it where it `is_unused`: the surface knows that it never
        left.
        """
        acts = self.outcomes.acts_of([job.id])[job.id]
        is_text = all(act.has_text for act in acts if act.outcome == "accepted")
        theirs = {"edited", "accepted"} if is_text else {"edited"}
        if not acts or (is_unused and effective_outcome(acts).outcome in theirs):
            self.outcomes.add(job, "regenerated", person=job.person, distance=None, detail={"refined": True})

    def versions(self, job: Job) -> list[Job]:
        """Return a job and those that it goes back to, the oldest first; what was deleted ends it.

        Raises:
            NotFoundError: the version before is somebody else's.
        """
        names, found = self.people.names(job.workspace, job.person), [job]
        while found[0].refines and len(found) < MAX_VERSIONS:
            try:
                before = self.jobs.get(found[0].refines)
            except (NotFoundError, UnreadableJob):
                break
            if (before.workspace, before.person) not in names:
                raise NotFoundError("There is no such job.", fix="Refine a draft of your own.")
            found.insert(0, before)
        return found

    def of(self, job: Job) -> Refinement | Draft | None:
        """Return what a job's draft is made from: a refinement; a draft that is taken again.

        None where it is made from its inputs: a first version, or one with more values for a form.

        Raises:
            ConflictError: the version before has been deleted.
        """
        if not job.refines or not job.wish:
            return None
        chain = self.versions(job)
        before = chain[-2] if len(chain) > 1 else None
        if before is None or before.draft is None:
            raise ConflictError("The draft before this has been deleted.", fix="Begin a new draft.")
        versions, place = _history(chain)
        if (act := read_act(job.wish)) in ("undo", "redo"):
            chosen = versions[place].job
            if chosen.draft is None:
                raise ConflictError("That version has been deleted.", fix="Say what should change in this one.")
            words = line_said(job.wish, "undone" if act == "undo" else "redone", chosen.draft)
            told = {"job_id": job.id, "usage": Usage(), "notices": (words,)}
            return self._as_used(chosen, chosen.draft).model_copy(update=told)
        wishes = tuple(version.wish for version in versions[:-1] if version.wish)
        draft = self._as_used(before, before.draft)
        if draft.edits is not None:
            wanted = {*job.inputs.get(OPEN_EDITS, ())}
            draft = draft.model_copy(
                update={"edits": tuple(edit for place, edit in enumerate(draft.edits) if place in wanted)}
            )
        return Refinement(draft, job.wish, wishes, is_own=draft.text != before.draft.text)

    def _as_used(self, job: Job, draft: Draft, text: str | None = "") -> Draft:
        """Return a draft as its person left it; `text` is what they have in front of them, where it is known."""
        text = text or (self.outcomes.own_text(job) if draft.edits is None else None)
        return draft if text is None or text == draft.text else with_text(draft, text)


def with_values(job: Job, values: Sequence[str]) -> RefineReply:
    """Return what fills a form once more, with values that its person gives for fields that were open.

    Args:
        job: of the draft before.
        values: for its open fields, in their order; empty ones stay open.

    Raises:
        InputError: no value is given, or one is too long.
        ConflictError: the version was changed by a wish, which would be lost.
    """
    if job.inputs.get(WISH):
        raise ConflictError(
            "This version was changed by a wish, which filling it in would undo.",
            fix="Fill in the version before, then change it.",
        )
    if any(len(value) > MAX_VALUE_CHARS for value in values):
        raise InputError("A value is too long.", fix=f"Say it in {MAX_VALUE_CHARS} characters.")
    left = named_gaps(job.draft) if job.draft else []
    said = [(label_of(field), " ".join(value.split())) for field, value in zip(left, values, strict=False)]
    lines = [f"{label}: {value}" for label, value in said if value]
    if not lines:
        raise InputError("Nothing is filled in.", fix="Write a value into at least one field.")
    given = "\n".join(filter(None, (str(job.inputs.get(GIVEN) or ""), *lines)))
    return RefineReply({**job.inputs, GIVEN: given, REFINES: job.id, WISH: ""})


def _require_possible(drafts: Sequence[Draft], recipe: Recipe, wish: str, can: str = "") -> None:
    """Refuse a wish that rules can do nothing for in any of the texts: so it is no version, and counts as none.

    Args:
        drafts: with the texts.
        recipe: that they are of.
        wish: what is said about them.
        can: what can be said instead, where that is not what can be said of a draft.

    Raises:
        InputError: it says why, and what can be said instead.
    """
    refusal: InputError | None = None
    for draft in drafts:
        refusal = Refinement(draft, wish).refusal(recipe)
        if refusal is None:
            return
    if refusal:
        raise InputError(refusal.message, fix=can or refusal.fix)


def require_refinable(job: Job, wish: str, *, on_edits: bool = False) -> Draft:
    """Return the draft that something is said about; with `on_edits` about the changes of a document.

    Raises:
        InputError, LimitError, ConflictError: see `Refinements.reply`.
    """
    if not wish:
        raise InputError(
            "Say what should change in the draft.", fix="For example: drop the price, or: without the greeting."
        )
    if len(wish) > MAX_WISH_CHARS:
        raise LimitError(
            f"What you said has {len(wish):,} characters; {MAX_WISH_CHARS:,} are taken.", fix="Say it in fewer words."
        )
    if job.draft is None:
        fix = "Wait until it is there." if not job.has_ended else "Begin a new draft."
        raise ConflictError(f"The job is {job.state} and has no draft.", fix=fix)
    if job.delivery.get(CAUTION):
        fix = "Ask its sender by a way that you know, then write the answer yourself."
        raise ConflictError("The mail looks like fraud, so its draft only warns.", fix=fix)
    if (job.draft.edits is not None) is not on_edits:
        fix = "Run it again on the document, with what you want as its instruction."
        raise ConflictError("Changes of a document are taken or refused one by one.", fix=fix)
    return job.draft


@dataclass(frozen=True)
class _Version:
    """A version: the job that holds it as it is now, and what was said for it."""

    job: Job
    wish: str = ""


def _history(chain: Sequence[Job]) -> tuple[list[_Version], int]:
    """Return the versions that a chain of jobs leads to, without those that were replaced, and where it stands."""
    versions, place = [_Version(chain[0])], 0
    for job in chain[1:]:
        act = read_act(job.wish)
        if act in ("undo", "redo"):
            place = max(place - 1, 0) if act == "undo" else min(place + 1, len(versions) - 1)
            if job.draft:  # it is the same version, which its person may have edited since
                versions[place] = replace(versions[place], job=job)
        elif _says_the_same(job.draft, versions[place].job.draft):
            versions[place] = replace(versions[place], job=job)  # nothing to go back from
        else:
            versions = [*versions[: place + 1], _Version(job, job.wish)]
            place += 1
    return versions, place


def can_go_back(chain: Sequence[Job]) -> bool:
    """Say whether an undo brings back another version than the last of a chain, whose oldest comes first."""
    return _history(chain)[1] > 0


def _says_the_same(one: Draft | None, other: Draft | None) -> bool:
    said = [(draft.text, draft.items, draft.edits) for draft in (one, other) if draft is not None]
    return len(said) == 2 and said[0] == said[1]
