"""A recipe over a document: as new text of its paragraphs, or over the whole of it as comments.

A model that writes gets several paragraphs a call, rules work paragraph by paragraph. The model sees text and answers
with text; ids, places and the document itself never reach it.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

from core.drafts import Draft, Edit, Finding
from core.errors import InlaidError, InputError, LimitError, ModelAnswerError, ModelOutage, ModelTooSmall
from core.ports import Progress
from core.recipes.model import Recipe
from core.recipes.render import validate_inputs
from core.text.catalogues import N_
from core.text.forms import WORD
from core.writing.checks import passes
from core.writing.checks.grounds import CONTEXT, INSTRUCTION, LANGUAGE, Grounds
from core.writing.checks.house_style import CHECK as HOUSE_STYLE
from core.writing.checks.injection import find_instructions
from core.writing.document_comments import comments_beside, is_remarked, without_said
from core.writing.document_notices import NO_SENTENCE, changed_note, notices_of, unplaced
from core.writing.document_paragraphs import (
    Paragraph,
    ParagraphContext,
    headings_over,
    languages_of,
    may_be_prose,
    without_objects,
)
from core.writing.filling import fill_document
from core.writing.grounded.proofread import CHECK as LIKELY_FAULT
from core.writing.grounded.proofread import checked_note
from core.writing.grounded.spelling import REPEATED, repeated_words
from core.writing.lanes import for_documents, only_large
from core.writing.model_lane.numbering import ATOM, NumberedParagraph
from core.writing.model_lane.paragraphs import ATOM_LOST, Paragraphs, Rewritten, groups
from core.writing.model_lane.verifier import remarks
from core.writing.result import CHANGED
from core.writing.route_runner import RouteRunner, write_text

PARALLEL_CALLS = 2
_MAX_PENDING = 4 * PARALLEL_CALLS
TRIES = 3
FIRST_WAIT_SECONDS = 0.5
STEP = N_("Working through the paragraphs")
OVER_THE_CAP = N_("the change would be larger than the cap allows.")
SAID = N_("What the comments there say already is not said again.")

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class _Kept:
    """A paragraph that stays, and why; "" when there is nothing to say."""

    reason: str
    error: InlaidError | None = None


@dataclass(frozen=True)
class _Work:
    """What is done to a document: the recipe, its inputs, the models, the document around, its languages."""

    recipe: Recipe
    inputs: Mapping[str, Any]
    model: RouteRunner
    surroundings: ParagraphContext | None
    languages: Mapping[str, str]
    repeated: str = ""

    def values(self, text: str, around: str) -> dict[str, str]:
        """Return the validated inputs for a text of the document."""
        given = {**self.inputs, self.recipe.main_input: text}
        if around:
            given.setdefault(CONTEXT, around)
        return validate_inputs(self.recipe, given)

    def heading_above(self, number: int) -> str:
        """Return the headings right above a paragraph, where these are not worked on themselves."""
        return "" if _works_on_words(self.recipe) or not self.surroundings else self.surroundings.heading_above(number)

    def around(self, first: int, last: int) -> str:
        """Return what a writer should know of the place of some paragraphs."""
        return self.surroundings.around(first, last) if self.surroundings else ""


def edit_document(
    recipe: Recipe, inputs: Mapping[str, Any], paragraphs: Sequence[Paragraph], model: RouteRunner, progress: Progress
) -> Draft:
    """Return the draft with its edits; what has no sound new text stays as it is and is counted in the notices.

    `max_change` among the inputs (0..1) caps the share of a paragraph, and of the document, that may be rewritten.

    Raises:
        InputError: an input cannot be used, or the models are too small for the recipe.
        ModelOutage: the model is down for longer than a few tries.
        LimitError: a budget was used up before anything was changed; later ones leave the rest as it is.
    """
    recipe = for_documents(recipe)
    model.require_for(recipe, inputs)
    given = dict(inputs)
    cap = cap_of(given.pop("max_change", recipe.output.max_change))
    worth = [paragraph for paragraph in paragraphs if _is_read(recipe, paragraph)]
    if recipe.fills:
        return _with_headings(fill_document(recipe, given, paragraphs, model), headings_over(paragraphs))
    headings = headings_over(worth)
    if recipe.output.apply_to != "paragraphs":
        return _with_headings(_comment(recipe, given, worth, model), headings)
    surroundings = ParagraphContext(worth) if recipe.input_named(CONTEXT) else None
    repeated = " ".join(repeated_words("\n".join(paragraph.text for paragraph in worth))) if recipe.corrects else ""
    work = _Work(recipe, given, model, surroundings, languages_of(worth, recipe.languages), repeated)
    edits: list[Edit] = []
    kept: Counter[str] = Counter()
    model.end_calls_with("\n")
    done = [number for number, paragraph in enumerate(worth) if _may_change(recipe, paragraph)]
    budget = ChangeBudget(cap, changeable := worked_on(recipe, worth))
    results = _in_groups(work, worth, done, kept) if model.writes(recipe) else _one_by_one(work, worth, done)
    for count, result in enumerate(results):
        progress.say(STEP, done=count, total=len(done))
        if isinstance(result, Edit):
            if not budget.admits(result):
                kept[OVER_THE_CAP] += 1
                continue
            edits.append(result.model_copy(update={"where": headings[result.id]}))
            progress.found(edits[-1])
        elif isinstance(result.error, LimitError) and not edits:
            raise result.error  # with nothing to show for it, the job has failed
        elif result.reason:
            kept[result.reason] += 1
    progress.say(STEP, done=len(done), total=len(done))
    findings = (*(finding for edit in edits for finding in edit.findings), *_instructions(recipe, worth, edits))
    notices = (*notices_of(edits, changeable, kept), *unplaced(given.get(INSTRUCTION) or "", paragraphs, edits))
    if recipe.corrects and kept.total() < len(done):
        notices += (checked_note("\n".join(paragraph.text for paragraph in worth)),)
    return Draft(recipe=recipe.name, edits=tuple(edits), findings=findings, notices=notices)


def _instructions(recipe: Recipe, paragraphs: Sequence[Paragraph], edits: Sequence[Edit]) -> Iterator[Finding]:
    """Yield the warnings of paragraphs that speak to a model and have no edit to say so at."""
    told = {edit.id for edit in edits if any(finding.check == "injection" for finding in edit.findings)}
    for paragraph in paragraphs:
        if paragraph.id not in told:
            yield from find_instructions(Grounds(recipe, {}, paragraph.text), "")


def worked_on(recipe: Recipe, paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs that a recipe may change."""
    return [paragraph for paragraph in paragraphs if _is_read(recipe, paragraph) and _may_change(recipe, paragraph)]


def _is_read(recipe: Recipe, paragraph: Paragraph) -> bool:
    """Tell whether it has words that a recipe reads: those at the margin are part of no train of thought."""
    return bool(WORD.search(paragraph.text)) and (not paragraph.is_margin or _works_on_words(recipe))


def _may_change(recipe: Recipe, paragraph: Paragraph) -> bool:
    """Tell whether a recipe has anything to do here: a heading is corrected or translated, never said otherwise."""
    return not paragraph.heading_level or _works_on_words(recipe)


def _works_on_words(recipe: Recipe) -> bool:
    """Tell whether a recipe corrects or translates: then it works on headings, names and cells, too."""
    return recipe.corrects or not recipe.output.same_language


def cap_of(value: Any) -> float:
    """Return the share of a document that may be rewritten.

    Raises:
        InputError: it is none.
    """
    try:
        cap = float(value)
    except (TypeError, ValueError):
        cap = -1.0
    if not 0.0 < cap <= 1.0:
        raise InputError("max_change: Please give a share above 0 and up to 1.", fix="For example 0.3 for 30 %.")
    return cap


def _in_groups(
    work: _Work, worth: Sequence[Paragraph], numbers: Sequence[int], kept: Counter[str]
) -> Iterator[Edit | _Kept]:
    """Let a model work on several paragraphs at a time; what holds no sentence is not shown to one that rewrites."""
    prose = [number for number in numbers if _works_on_words(work.recipe) or may_be_prose(worth[number])]
    if len(prose) < len(numbers):
        kept[NO_SENTENCE] += len(numbers) - len(prose)
    places = [
        NumberedParagraph(
            number + 1,
            worth[number].text,
            language=work.languages[worth[number].id],
            heading=work.heading_above(number),
            around=work.around(number, number),
        )
        for number in prose
    ]
    jobs = [(group, [worth[place.number - 1] for place in group]) for group in groups(places)]
    yield from (edit for group in in_order(lambda job: _edit_group(work, *job), jobs) for edit in group)


def _edit_group(work: _Work, group: Sequence[NumberedParagraph], paragraphs: Sequence[Paragraph]) -> list[Edit | _Kept]:
    plan = Paragraphs(group)
    values = work.values(plan.text, work.around(group[0].number - 1, group[-1].number - 1))
    values[LANGUAGE] = group[0].language
    try:
        patiently(lambda: work.model.run(only_large(work.recipe), values, plan=plan))
    except (ModelAnswerError, LimitError) as error:
        return [_Kept(error.message, error)] * len(group)
    answers = (plan.answers[place.number] for place in group)
    return [_edit_of(paragraph, answer) for paragraph, answer in zip(paragraphs, answers, strict=True)]


def _edit_of(paragraph: Paragraph, one: Rewritten) -> Edit | _Kept:
    if one.fault or one.text == paragraph.text:
        return _comment_beside(paragraph, one.findings) or _Kept(one.fault)
    return _edit(paragraph, one.text, one.why, remarks(one.findings))


def _comment_beside(paragraph: Paragraph, findings: Sequence[Finding]) -> Edit | _Kept | None:
    """Return what is said of a paragraph that stays as it is, as a comment that is not there yet; None for nothing."""
    told = [finding for finding in findings if finding.check in (HOUSE_STYLE, LIKELY_FAULT)]
    if not told:
        return None
    quote = told[0].place if len(told) == 1 and paragraph.text.count(told[0].place) == 1 else ""
    edit = paragraph.with_comment(without_objects(" ".join(finding.sentence for finding in told)), quote)
    return _Kept(SAID) if is_remarked(edit, paragraph) else edit


def _edit(paragraph: Paragraph, text: str, reason: str, findings: tuple[Finding, ...]) -> Edit:
    said = (finding.model_copy(update={"sentence": without_objects(finding.sentence)}) for finding in findings)
    return paragraph.with_text(text, without_objects(reason), tuple(said))


def _one_by_one(work: _Work, worth: Sequence[Paragraph], numbers: Sequence[int]) -> Iterator[Edit | _Kept]:
    yield from in_order(lambda number: _edit_paragraph(work, worth[number], work.around(number, number)), numbers)


def _edit_paragraph(work: _Work, paragraph: Paragraph, around: str) -> Edit | _Kept:
    beside = {LANGUAGE: work.languages[paragraph.id], REPEATED: work.repeated}
    values = {**work.values(paragraph.text, around), **beside}
    try:
        result = patiently(lambda: work.model.run(work.recipe, values))
    except (ModelTooSmall, ModelAnswerError, LimitError) as error:
        return _Kept(error.message, error)
    if result.skeleton:
        return _Kept(result.reason)
    if result.text.strip() == paragraph.text.strip():
        return _comment_beside(paragraph, result.findings) or _Kept(next(iter(result.notices), ""))
    if result.text.count(ATOM) != paragraph.text.count(ATOM):
        return _Kept(ATOM_LOST)
    if not passes(result.findings):
        return _Kept(result.findings[0].sentence)
    why = " ".join(notice for notice in result.notices if CHANGED in notice)
    return _edit(paragraph, result.text, why, result.findings)


_Job = TypeVar("_Job")


def in_order(work: Callable[[_Job], _Result], jobs: Sequence[_Job]) -> Iterator[_Result]:
    """Do a few jobs at a time and give their results in order; who stops listening stops the rest."""
    with ThreadPoolExecutor(PARALLEL_CALLS, thread_name_prefix="paragraph") as pool:
        # Not all at once: the first result of a long document is not to wait for thousands to be handed out.
        waiting, pending = iter(jobs), deque[Future[_Result]]()
        try:
            for job in waiting:
                pending.append(pool.submit(copy_context().run, work, job))
                if len(pending) >= _MAX_PENDING:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def patiently(work: Callable[[], _Result]) -> _Result:
    """Try again after a fault, so that one hiccup does not cost the whole document."""
    for failures in range(TRIES - 1):
        try:
            return work()
        except (ModelOutage, ModelAnswerError):
            threading.Event().wait(FIRST_WAIT_SECONDS * 2**failures)
    return work()


class ChangeBudget:
    """How much of a document may still change: no more than a share of each paragraph, and of all of them."""

    def __init__(self, cap: float, paragraphs: Sequence[Paragraph]) -> None:
        self._cap = cap
        self._chars = {paragraph.id: len(paragraph.text) for paragraph in paragraphs}
        self._left = cap * sum(self._chars.values())

    def admits(self, edit: Edit) -> bool:
        """Tell whether an edit keeps within it, and count it then."""
        changed = edit.share * self._chars[edit.id]
        if edit.share > self._cap or changed > self._left:
            return False
        self._left -= changed
        return True

    def exchanges(self, edit: Edit, other: Edit) -> bool:
        """Tell whether another edit keeps within it in the place of one that was counted, and count it then."""
        self._left += edit.share * self._chars[edit.id]
        if self.admits(other):
            return True
        self._left -= edit.share * self._chars[edit.id]
        return False


def recounted(draft: Draft, before: Draft, recipe: Recipe, inputs: Mapping[str, Any]) -> Draft:
    """Return a draft some of whose edits were taken out since, with the note that counts them as it is now."""
    if draft.edits is None or before.edits is None or len(draft.edits) == len(before.edits):
        return draft
    worth = worked_on(for_documents(recipe), [Paragraph(**paragraph) for paragraph in inputs["paragraphs"]])
    old, new = changed_note(before.edits, worth), changed_note(draft.edits, worth)
    return draft.model_copy(update={"notices": tuple(new if note == old else note for note in draft.notices)})


def _comment(recipe: Recipe, inputs: Mapping[str, Any], worth: Sequence[Paragraph], model: RouteRunner) -> Draft:
    """Run a recipe for whole texts over the document, and put what it says beside the text as comments."""
    if not worth:
        return Draft(recipe=recipe.name, edits=(), notices=(N_("The document has no text."),))
    whole = "\n\n".join(paragraph.text for paragraph in worth)
    draft = write_text(recipe, {**inputs, recipe.main_input: whole}, model)
    if draft.items is None:
        if (said := " ".join(draft.text.split())) and _stands(said, worth):
            notice = N_(f"“{said}” stands there already, and nothing else is suggested.")
            return draft.model_copy(update={"text": "", "edits": (), "notices": (*draft.notices, notice)})
        edits = [] if draft.gaps or draft.skeleton else [worth[0].with_comment(draft.text)]
    else:
        edits = comments_beside(draft.items, worth)
    new = without_said(edits, worth, draft.items or ())
    notices = (*draft.notices, *([SAID] if len(new) < len(edits) else []))
    return draft.model_copy(update={"edits": tuple(new), "notices": notices})


def _stands(said: str, worth: Sequence[Paragraph]) -> bool:
    """Tell whether a paragraph says just that, or a heading says it with more."""
    texts = ((" ".join(paragraph.text.split()), paragraph.heading_level) for paragraph in worth)
    return any(said == text or (level and said in text) for text, level in texts)


def _with_headings(draft: Draft, headings: Mapping[str, str]) -> Draft:
    edits = [edit.model_copy(update={"where": headings[edit.id]}) for edit in draft.edits or ()]
    return draft.model_copy(update={"edits": tuple(edits)})
