"""A recipe over a document: paragraph by paragraph as new text, or over the whole of it as comments.

The model sees text and answers with text; ids, places and the document itself never reach it.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Levenshtein

from core.drafts import Draft, Edit, Item
from core.errors import InlaidError, InputError, LimitError, ModelAnswerError, ModelOutage, ModelTooSmall
from core.ports import Progress
from core.recipes.model import Recipe
from core.recipes.render import validate_inputs
from core.text.language import detect_language
from core.text.sentences import split_sentences
from core.writing.checks import passes
from core.writing.checks.grounds import CONTEXT, LANGUAGE
from core.writing.grounded.spelling import REPEATED, repeated_words
from core.writing.lanes import for_documents, only_large
from core.writing.plans import PlanResult
from core.writing.result import CHANGED
from core.writing.surroundings import Surroundings
from core.writing.writer import Writer, write_text

ATOM = "\ufffc"
PARALLEL_PARAGRAPHS = 2
TRIES = 3
FIRST_WAIT_SECONDS = 0.5
STEP = "Working through the paragraphs"
OVER_THE_CAP = "the change would be larger than the cap allows."
# A recipe that leaves a text nearly as long as it is corrects it.
_CORRECTS_FROM_RATIO = 0.8
_WORD = re.compile(r"\w", re.UNICODE)
NO_SENTENCE = "headings, table cells, names, dates and lines without a sentence are not put in a small model's words."
_LEAST_SENTENCE_WORDS, _LEAST_SMALL_SHARE = 5, 0.5
# A paragraph of so many words tells its language by itself, whatever its document is written in.
_LONG_WORDS = 12


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a document, as the surface read it.

    Attributes:
        id: names it.
        hash: of what was read.
        text: what it says.
        heading_level: 0 for what is no heading.
        language: the code of the language that it is marked with, "" for none.
        is_label: it is a caption or stands in a table.
    """

    id: str
    hash: str
    text: str
    heading_level: int = 0
    language: str = ""
    is_label: bool = False


@dataclass(frozen=True)
class _Kept:
    """A paragraph that stays, and why; "" when there is nothing to say."""

    reason: str
    error: InlaidError | None = None


def edit_document(
    recipe: Recipe, inputs: Mapping[str, Any], paragraphs: Sequence[Paragraph], model: Writer, progress: Progress
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
    cap = _cap(given.pop("max_change", recipe.output.max_change))
    worth = [paragraph for paragraph in paragraphs if _WORD.search(paragraph.text)]
    if recipe.output.apply_to != "paragraphs":
        return _comment(recipe, given, worth, model)
    surroundings = Surroundings(worth) if recipe.input_named(CONTEXT) else None
    around = {one.id: surroundings.around(number) for number, one in enumerate(worth)} if surroundings else {}
    languages = _languages(worth, recipe.languages)
    repeated = repeated_words("\n".join(one.text for one in worth)) if _corrects(recipe) else ()
    worth = [paragraph for paragraph in worth if _may_change(recipe, paragraph)]
    model.end_calls_with("\n")
    edits: list[Edit] = []
    kept: Counter[str] = Counter()
    results = _each_paragraph(recipe, given, worth, _Beside(around, languages, " ".join(repeated)), model)
    for done, result in enumerate(results):
        progress.say(STEP, done=done, total=len(worth))
        if isinstance(result, Edit):
            edits.append(result)
        elif isinstance(result.error, LimitError) and not edits:
            raise result.error  # with nothing to show for it, the job has failed
        elif result.reason:
            kept[result.reason] += 1
    progress.say(STEP, done=len(worth), total=len(worth))
    edits = _within_cap(edits, worth, cap, kept)
    findings = tuple(finding for edit in edits for finding in edit.findings)
    return Draft(recipe=recipe.name, edits=tuple(edits), findings=findings, notices=_notices(edits, worth, kept))


def _may_change(recipe: Recipe, paragraph: Paragraph) -> bool:
    """Tell whether a recipe has anything to do here: a heading is corrected or translated, never said otherwise."""
    return not paragraph.heading_level or _corrects(recipe) or not recipe.output.same_language


def _corrects(recipe: Recipe) -> bool:
    return recipe.output.min_ratio >= _CORRECTS_FROM_RATIO


def _is_prose(paragraph: Paragraph) -> bool:
    """Tell whether there is a sentence here, and not a title, a name, an amount or a date alone."""
    if paragraph.heading_level or paragraph.is_label:
        return False
    return any(map(_is_sentence, split_sentences(paragraph.text)))


def _is_sentence(text: str) -> bool:
    words = text.split()
    small = sum(1 for word in words if word[:1].islower())
    ends = text.rstrip(" \t\"'\u201d\u00bb\u201c)")[-1:] in {".", "!", "?", ":", ";", "\u2026"}
    return ends and len(words) >= _LEAST_SENTENCE_WORDS and small >= _LEAST_SMALL_SHARE * len(words)


def _languages(paragraphs: Sequence[Paragraph], with_rules: Sequence[str]) -> dict[str, str]:
    """Return the language of each paragraph by its id: as a rule that of its document.

    What a mark says counts where it is not the one that the whole document bears: programs mark everything with the
    language of their own. A short paragraph that seems to be in a language without rules is left alone.
    """
    own = {one.id: detect_language(one.text) for one in paragraphs}
    marks = Counter[str]()
    found = Counter[str]()
    for one in paragraphs:
        marks[one.language] += len(one.text)
        found[own[one.id]] += len(one.text) if own[one.id] else 0
    usual_mark, whole = (max(counts, key=lambda code: counts[code], default="") for counts in (marks, found))
    whole = whole or usual_mark

    def language_of(one: Paragraph) -> str:
        if own[one.id] and (len(one.text.split()) >= _LONG_WORDS or own[one.id] not in with_rules):
            return own[one.id]
        return one.language if one.language and one.language != usual_mark else whole

    return {one.id: language_of(one) for one in paragraphs}


@dataclass(frozen=True)
class _Beside:
    """What a paragraph's place in its document tells, by the paragraph's id."""

    around: Mapping[str, str]
    languages: Mapping[str, str]
    repeated: str = ""


def _cap(value: Any) -> float:
    try:
        cap = float(value)
    except (TypeError, ValueError):
        cap = -1.0
    if not 0.0 < cap <= 1.0:
        raise InputError("max_change: Please give a share above 0 and up to 1.", fix="For example 0.3 for 30 %.")
    return cap


def _each_paragraph(
    recipe: Recipe,
    inputs: Mapping[str, Any],
    worth: Sequence[Paragraph],
    beside: _Beside,
    model: Writer,
) -> Iterator[Edit | _Kept]:
    """Work on a few paragraphs at a time and give the results in the document's order."""
    with ThreadPoolExecutor(PARALLEL_PARAGRAPHS, thread_name_prefix="paragraph") as pool:
        pending = []
        for paragraph in worth:
            given = {**inputs, recipe.main_input: paragraph.text}
            if paragraph.id in beside.around:
                given.setdefault(CONTEXT, beside.around[paragraph.id])
            language = {LANGUAGE: beside.languages[paragraph.id], REPEATED: beside.repeated}
            pending.append(pool.submit(_edit_paragraph, recipe, given, language, paragraph, model))
        try:
            for future in pending:
                yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _edit_paragraph(
    recipe: Recipe, inputs: Mapping[str, Any], language: Mapping[str, str], paragraph: Paragraph, model: Writer
) -> Edit | _Kept:
    values = {**validate_inputs(recipe, inputs), **language}
    is_free = _corrects(recipe) or _is_prose(paragraph)
    try:
        result = _run_patiently(recipe if is_free else only_large(recipe), values, model)
    except ModelTooSmall as error:
        return _Kept(error.message if is_free else NO_SENTENCE)
    except (ModelAnswerError, LimitError) as error:
        return _Kept(error.message, error)
    if result.skeleton:
        return _Kept(result.reason)
    if result.text.strip() == paragraph.text.strip():
        return _Kept(next(iter(result.notices), ""))
    if result.text.count(ATOM) != paragraph.text.count(ATOM):
        return _Kept("the new text would have lost a picture, a note or a field.")
    sentences = [finding.sentence for finding in result.findings]
    if not passes(result.findings):
        return _Kept(sentences[0])
    return Edit(
        id=paragraph.id,
        hash=paragraph.hash,
        before=paragraph.text,
        text=result.text,
        share=round(Levenshtein.normalized_distance(paragraph.text, result.text), 4),
        reason=" ".join([*(one for one in result.notices if CHANGED in one), *sentences]),
        findings=result.findings,
    )


def _run_patiently(recipe: Recipe, values: Mapping[str, str], model: Writer) -> PlanResult:
    """Try a paragraph again after a fault, so that one hiccup does not cost the whole document."""
    for failures in range(TRIES - 1):
        try:
            return model.run(recipe, values)
        except (ModelOutage, ModelAnswerError):
            threading.Event().wait(FIRST_WAIT_SECONDS * 2**failures)
    return model.run(recipe, values)


def _within_cap(edits: Sequence[Edit], worth: Sequence[Paragraph], cap: float, kept: Counter[str]) -> list[Edit]:
    """Return the edits that keep each paragraph, and the document so far, within the cap."""
    chars = {paragraph.id: len(paragraph.text) for paragraph in worth}
    left = cap * sum(chars.values())
    within: list[Edit] = []
    for edit in edits:
        changed = edit.share * chars[edit.id]
        if edit.share <= cap and changed <= left:
            left -= changed
            within.append(edit)
        else:
            kept[OVER_THE_CAP] += 1
    return within


def _notices(edits: Sequence[Edit], worth: Sequence[Paragraph], kept: Counter[str]) -> tuple[str, ...]:
    chars = {paragraph.id: len(paragraph.text) for paragraph in worth}
    changed = sum(edit.share * chars[edit.id] for edit in edits)
    share = changed / max(1, sum(chars.values()))
    whole = f"{len(edits)} of {len(worth)} paragraphs changed, {share:.1%} of the text."
    reasons = (f"{count} of {len(worth)} left as they are: {reason}" for reason, count in kept.most_common())
    return (whole, *reasons)


def _comment(recipe: Recipe, inputs: Mapping[str, Any], worth: Sequence[Paragraph], model: Writer) -> Draft:
    """Run a recipe for whole texts over the document, and put what it says beside the text as comments."""
    if not worth:
        return Draft(recipe=recipe.name, edits=(), notices=("The document has no text.",))
    whole = "\n\n".join(paragraph.text for paragraph in worth)
    draft = write_text(recipe, {**inputs, recipe.main_input: whole}, model)
    if draft.items is None:
        first = worth[0]
        edits = [] if draft.gaps else [Edit(id=first.id, hash=first.hash, before=first.text, comment=draft.text)]
    else:
        edits = [edit for item in draft.items if (edit := _beside_quote(item, worth))]
    return draft.model_copy(update={"edits": tuple(edits)})


def _beside_quote(item: Item, worth: Sequence[Paragraph]) -> Edit | None:
    """Return the comment beside the paragraph that the item quotes, None when its quote spans several."""
    details = ", ".join(part for part in (item.who, item.due) if part)
    for paragraph in worth:
        if item.quote and item.quote in paragraph.text:
            quote = item.quote if paragraph.text.count(item.quote) == 1 else ""
            comment = f"{item.text} ({details})" if details else item.text
            where = {"id": paragraph.id, "hash": paragraph.hash, "before": paragraph.text}
            return Edit(**where, comment=comment, quote=quote)
    return None
