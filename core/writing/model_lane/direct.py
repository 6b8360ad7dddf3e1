"""The direct way: the model writes, the checks look at its words, one repair round, and the person decides.

Only what no person may get is kept back (`core.writing.model_lane.verifier`); a skeleton is given when nothing else is.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.drafts import GAP, ChatMessage, Finding, Gap, Item, find_gaps, gap, with_choices
from core.errors import AnswerCut, InputError, LimitError, ModelAnswerError, OutageError
from core.recipes.model import CHAT, AnswerPart, Recipe
from core.recipes.render import framed, own_lines, render_messages
from core.text.catalogues import N_
from core.text.lexicon import pattern_beside
from core.writing.checks import Grounds
from core.writing.checks.grounds import CONTEXT
from core.writing.checks.residue import recites
from core.writing.fitting import answer_tokens, fit_values, main_budget_chars, split_to_fit
from core.writing.grounded.beside import with_beside
from core.writing.grounded.knowledge import resting_on, usable, with_facts
from core.writing.grounded.passages import PASSAGES, in_words, read_passages
from core.writing.model_lane.cleaning import CHECK as CUT_CHECK
from core.writing.model_lane.cleaning import as_chat, clean, cut_at, whole_sentences
from core.writing.model_lane.listing import list_items, unknown_details
from core.writing.model_lane.verifier import blocked, cost, judged, problems_for_model, remarks, verified
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.subject import skeleton_result, subject_for

_SUBJECT = pattern_beside(__file__, "subject", r"[\s#*_]{0,10}", r"[\s*_]{0,5}[:\uff1a](?P<subject>[^\n]{0,1000})")
# What stands above the subject is a preface.
_MAX_LINES_ABOVE = 3
_BULLETS, _BOXES = frozenset(["- ", "* ", "\u2022 "]), frozenset(["", " ", "x", "X"])
_MAX_SUBJECT_CHARS, _MAX_WHO_CHARS, _MAX_DUE_CHARS, _MAX_QUESTION_CHARS = 200, 60, 60, 300
_NOT_IN_NAMES = frozenset(".;(\n")
_STRONG, _BEHIND_DUE = "**", "*.;,! \t"
_MAX_ANSWERS = 6
_QUOTES = "*_\"'\u201c\u201d\u201e\u00ab\u00bb "
NOTHING_CAME = N_("The model wrote nothing that could be used.")
# What speaks against one call and not against the text that is there already.
NO_CALL = (OutageError, ModelAnswerError, LimitError, InputError)
_MIN_SHARE_LEFT = 0.5


@dataclass(frozen=True)
class AnswerParts:
    """An answer taken apart. `gaps` are those with ready answers; each stands as `[[question]]` in the body."""

    body: str = ""
    subject: str = ""
    tasks: tuple[Item, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def gaps_of(self, text: str, source: str) -> tuple[Gap, ...]:
        """Return the gaps of the finished text, with the ready answers of those that have some."""
        answers = {gap.place: gap.choices for gap in self.gaps}
        found = find_gaps(text, source)
        return tuple(gap.model_copy(update={"choices": answers.get(gap.place, ())}) for gap in found)


def split_answer(written: str, wanted: Collection[AnswerPart] = ()) -> AnswerParts:
    """Return the parts of an answer that a recipe asks for (`Output.parts`); ready answers are read in any."""
    subject, body = _subject(written) if "subject" in wanted else ("", written)
    boxed = [_boxed(line) if "tasks" in wanted else (line, "") for line in body.split("\n")]
    tasks = tuple(_task(said.rstrip()) for _, said in boxed if said)
    body = "\n".join(mark + said for mark, said in boxed)
    gaps: list[Gap] = []

    def without_answers(match: re.Match[str]) -> str:
        question, bar, offered = match[1].partition("|")
        if not (bar and offered and 0 < len(question) <= _MAX_QUESTION_CHARS) or "\n" in match[1]:
            return match[0]
        answers = tuple(part for part in map(str.strip, offered.split("|")) if part)[:_MAX_ANSWERS]
        place = gap(question.strip())
        gaps.append(Gap(place=place, question=place[2:-2], choices=answers))
        return place

    return AnswerParts(GAP.sub(without_answers, body), subject, tasks, tuple(gaps))


def _boxed(line: str) -> tuple[str, str]:
    """Return the bullet of a task line ("- [ ] Call Ann") and what it says behind its box; any other line and ""."""
    bullet, _, rest = line.partition("[")
    box, _, behind = rest.partition("]")
    said = behind.lstrip(" \t")
    is_task = bullet.lstrip(" \t") in _BULLETS and box in _BOXES and said != behind and not said[:1].isspace()
    return (bullet, said) if is_task and said else (line, "")


def _subject(written: str) -> tuple[str, str]:
    lines = written.lstrip().split("\n")
    for number, line in enumerate(lines[: _MAX_LINES_ABOVE + 1]):
        if match := _SUBJECT.match(line):
            subject = " ".join(match["subject"].strip(_QUOTES).split())
            return subject[:_MAX_SUBJECT_CHARS], "\n".join(lines[number + 1 :]).strip()
    return "", written


def _task(line: str) -> Item:
    """Return a task line as data: who before a colon, until when in the brackets at the end."""
    who, colon, rest = line.partition(":")
    # "**Ben:** send it" is marked as "**Ben**: send it" is.
    rest = rest.removeprefix(_STRONG) if who.startswith(_STRONG) else rest
    is_name = who.strip() and len(who) <= _MAX_WHO_CHARS and who[0] != "," and _NOT_IN_NAMES.isdisjoint(who)
    has_who = colon and is_name and rest[:1] in {" ", "\t"} and rest.strip()
    rest = rest.lstrip() if has_who else line
    text, _, due = rest.rstrip(_BEHIND_DUE).removesuffix(")").rpartition("(")
    is_short = 0 < len(due) <= _MAX_DUE_CHARS and not {")", "\n"} & set(due)
    has_due = rest.rstrip(_BEHIND_DUE).endswith(")") and text.strip() and is_short
    text = text.rstrip("* \t") if rest.rstrip(" .").endswith(_STRONG) else text
    return Item(
        text=(text if has_due else rest).strip(),
        who=who.strip("* \t") if has_who else "",
        due=due.strip("* \t") if has_due else "",
    )


@dataclass(frozen=True)
class _Try:
    """A text of the model: as it was written, its body, the body within its frame, and what is to be said of it."""

    written: str
    body: str
    text: str
    findings: tuple[Finding, ...]
    notices: tuple[str, ...] = ()
    parts: AnswerParts = field(default_factory=AnswerParts)


def write_directly(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Let the model write the whole text, and return it with what the checks say."""
    if recipe.output.format == "items":
        return list_items(recipe, values, ask, options)
    own_words = Grounds(recipe, values, "").own_words
    passages = usable(read_passages(values.get(PASSAGES, "")), own_words)
    if values.get(PASSAGES):
        passages = with_beside(passages, options.budget_chars - sum(map(len, values.values())))
        values = {**values, PASSAGES: in_words(values[PASSAGES], passages)}
    source = values[recipe.main_input]
    # A new version of a draft is one text, whatever it was made from.
    is_long = not options.turns and len(source) > main_budget_chars(recipe, values, options.budget_chars)
    if is_long and recipe.output.apply_to == "paragraphs":
        return _write_in_pieces(recipe, values, ask, options)
    if is_long and 0 < recipe.output.max_ratio < 1:
        return _write_from_parts(recipe, values, ask, options)
    shown = values if options.shows_context else {name: value for name, value in values.items() if name != CONTEXT}
    fitted, notices = fit_values(recipe, shown, options.budget_chars)
    grounds = Grounds(recipe, values, source)
    best = _written(recipe, fitted, grounds, ask, options)
    notices = (*notices, *best.notices)
    if not best.body:
        return skeleton_result(recipe, values, notices, NOTHING_CAME)
    if finding := blocked(best.findings):
        return skeleton_result(recipe, values, notices, finding)
    gaps = best.parts.gaps_of(best.text, grounds.everything)
    said = with_choices(best.body, gaps)
    result = PlanResult(
        text=best.text,
        items=best.parts.tasks if "tasks" in recipe.output.parts else None,
        subject=subject_for(recipe, values, best.body, best.parts.subject),
        findings=remarks((*best.findings, *_of_tasks(best.parts.tasks, grounds))),
        sources=resting_on(said, passages, _given(values)) if passages else (),
        gaps=gaps,
        notices=notices,
    )
    return with_facts(result, passages, own_words) if passages else result


def _given(values: Mapping[str, str]) -> str:
    return "\n".join(value for name, value in values.items() if name != PASSAGES)


def _of_tasks(tasks: Sequence[Item], grounds: Grounds) -> list[Finding]:
    return [finding for task in tasks for finding in unknown_details(task, grounds)]


def _written(recipe: Recipe, values: Mapping[str, str], grounds: Grounds, ask: Ask, options: PlanOptions) -> _Try:
    """Return the first text, or its repair where that is better."""
    messages = render_messages(recipe, values, variant=options.variant, turns=options.turns)
    first = _write(recipe, messages, grounds, ask, options)
    if not first.body:
        return _write(recipe, messages, grounds, ask, options)
    problems = problems_for_model(first.findings)
    if not problems or not recipe.prompt_for(options.variant).repair:
        return first
    repair = (first.written.strip(), problems)
    again = render_messages(recipe, values, variant=options.variant, turns=options.turns, repair=repair)
    try:
        second = _write(recipe, again, grounds, ask, options)
    except NO_CALL:
        return first
    if not _is_better(second, first, grounds):
        return first
    parts = replace(second.parts, subject=second.parts.subject or first.parts.subject)
    return replace(second, parts=parts)


def _is_better(second: _Try, first: _Try, grounds: Grounds) -> bool:
    """Tell whether a repair mends more than it breaks: it may recite what it was told, or leave half of it out."""
    objections = [finding.sentence for finding in first.findings]
    if not second.body or recites(second.body, objections, grounds):
        return False
    is_gutted = len(second.body) < _MIN_SHARE_LEFT * len(first.body) and not blocked(first.findings)
    return not is_gutted and cost(second.findings) < cost(first.findings)


def _write(recipe: Recipe, messages: Sequence[ChatMessage], grounds: Grounds, ask: Ask, options: PlanOptions) -> _Try:
    decoding = recipe.decoding
    cut: tuple[Finding, ...] = ()
    try:
        written = ask(
            messages,
            max_tokens=answer_tokens(recipe, grounds.source),
            temperature=decoding.temperature,
            stop=decoding.stop,
            prefill=recipe.prompt.prefill,
            on_token=options.on_token,
        )
    except AnswerCut as error:
        written = whole_sentences(error.text)
        cut = (cut_at(written),)
    # In a new version a greeting may be what the person wants.
    is_chat = bool(grounds.values.get(CHAT)) and not options.turns
    one = _judged(recipe, written, grounds, is_chat=is_chat)
    one = replace(one, findings=(*one.findings, *(cut if one.body else ())))
    if not one.body or blocked(one.findings) or options.verify is None:
        return one
    meaning = verified(grounds, one.body, options.verify)
    return replace(one, findings=(*one.findings, *meaning.findings), notices=meaning.notices)


def _judged(recipe: Recipe, written: str, grounds: Grounds, *, is_chat: bool) -> _Try:
    written = recipe.prompt.prefill + written
    parts = split_answer(written, recipe.output.parts)
    opening, closing = own_lines(recipe, grounds.values)
    body = clean(parts.body, source=grounds.source, opens=bool(opening), closes=bool(closing))
    body = as_chat(body, grounds.own_words) if is_chat else body
    text = framed(opening, body, closing) if body else ""
    return _Try(written, body, text, judged(grounds, body, parts.gaps), parts=parts)


def _write_from_parts(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions) -> PlanResult:
    """Condense a text that is too long for one prompt: each part for itself, then what came of them."""
    parts = _pieces(recipe, values, ask, replace(options, verify=None))
    sound = [part.text for part in parts if not part.skeleton]
    missing = [part.reason for part in parts if part.skeleton]
    count, total = len(missing), len(parts)
    notices = (N_(f"{count} of {total} parts of the text are not covered: {missing[0]}"),) if missing else ()
    cut = [finding.sentence for part in parts for finding in part.findings if finding.check == CUT_CHECK]
    if not sound:
        return skeleton_result(recipe, values, notices, missing[0])
    whole = write_directly(recipe, {**values, recipe.main_input: "\n\n".join(sound)}, ask, options)
    return replace(whole, notices=(*notices, *cut, *whole.notices))


def _write_in_pieces(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions) -> PlanResult:
    """Write a long text piece by piece; a piece of which nothing came stays as it was."""
    results = _pieces(recipe, values, ask, options)
    kept = [result for result in results if result.skeleton]
    count, total = len(kept), len(results)
    notices = (N_(f"{count} of {total} parts are unchanged: {kept[0].reason}"),) if kept else ()
    return PlanResult(
        text="\n\n".join(result.text for result in results),
        findings=tuple(dict.fromkeys(finding for result in results for finding in result.findings)),
        notices=(*notices, *dict.fromkeys(notice for result in results for notice in result.notices)),
        skeleton=len(kept) == len(results),
        reason=kept[0].reason if kept else "",
    )


def _pieces(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions) -> list[PlanResult]:
    budget = main_budget_chars(recipe, values, options.budget_chars)
    results: list[PlanResult] = []
    for piece in split_to_fit(values[recipe.main_input], budget):
        one = write_directly(recipe, {**values, recipe.main_input: piece}, ask, options)
        results.append(PlanResult(text=piece, skeleton=True, reason=one.reason) if one.skeleton else one)
    return results
