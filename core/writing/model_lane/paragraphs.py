"""Several paragraphs of a document in one call: numbered in, numbered out, a reason beside each change.

What is missing or faulty in the answer is asked for once more, with what was wrong; then it stays as it was, or gets
its remarks.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.drafts import ChatMessage, Finding
from core.errors import AnswerCut
from core.llm.sizes import token_count
from core.recipes.model import Example, Recipe
from core.recipes.render import TARGET_LANGUAGE, render_messages
from core.recipes.templates import CLOSE_FENCE, OPEN_FENCE
from core.writing.checks import Grounds
from core.writing.checks.grounds import CONTEXT, LANGUAGE
from core.writing.checks.house_style import find_avoided_terms
from core.writing.fitting import answer_tokens, main_budget_chars
from core.writing.model_lane.cleaning import clean
from core.writing.model_lane.direct import NO_CALL
from core.writing.model_lane.numbering import SAME, NumberedParagraph, numbered, read, with_atoms, without_headings
from core.writing.model_lane.verifier import blocked, cost, judged, problems_for_model, texts_for_model, verified
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

# More at a time makes models skip some, and a stop of the job waits for the whole call.
MAX_TOKENS, MAX_PARAGRAPHS = 2_000, 25
NO_ANSWER = "the model gave no answer for it."
ATOM_LOST = "the new text would have lost a picture, a note or a field."
_TOKENS_A_REASON = 40


@dataclass(frozen=True)
class Rewritten:
    """What came of a paragraph: its new text or the old one, why, what is to be said of it, or why it must stay."""

    text: str
    why: str = ""
    findings: tuple[Finding, ...] = ()
    fault: str = ""
    problems: str = ""

    @property
    def cost(self) -> tuple[int, int, int]:
        """How bad it is: no text at all, then what blocks it, then what speaks against it."""
        return (bool(self.fault), *cost(self.findings))


def groups(places: Sequence[NumberedParagraph], most_tokens: int = MAX_TOKENS) -> Iterator[list[NumberedParagraph]]:
    """Return the paragraphs in groups, each small enough for one call; a long one comes alone."""
    return _grouped(places, most_tokens, lambda place: token_count(place.text) + _TOKENS_A_REASON, MAX_PARAGRAPHS)


def _grouped(
    places: Sequence[NumberedParagraph],
    most: int,
    size_of: Callable[[NumberedParagraph], int],
    most_places: int = sys.maxsize,
) -> Iterator[list[NumberedParagraph]]:
    group: list[NumberedParagraph] = []
    used = 0
    for place in places:
        size = size_of(place)
        if group and (used + size > most or len(group) >= most_places):
            yield group
            group, used = [], 0
        group.append(place)
        used += size
    if group:
        yield group


class Paragraphs:
    """A plan (`core.writing.result.Plan`) for one group; `answers` holds what came of each paragraph by its number."""

    def __init__(self, places: Sequence[NumberedParagraph]) -> None:
        self._places = places
        self.answers: dict[int, Rewritten] = {}
        self.notices: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The paragraphs with their numbers and headings, as the model reads them."""
        return numbered(self._places)

    def __call__(
        self, recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
    ) -> PlanResult:
        """Ask for the group, in parts when it does not fit, and keep the answers.

        Called again, with another model, it asks only for what is still without a text that may be shown.
        """
        budget = main_budget_chars(recipe, {**values, recipe.main_input: ""}, options.budget_chars)
        for part in _grouped(self._open(), budget, lambda place: len(place.text)):
            one = _Call(recipe, values, ask, options)
            self.answers |= one.answers_for(part)
            self.notices = tuple(dict.fromkeys((*self.notices, *one.notices)))
        faults = [self.answers[place.number].fault for place in self._open()]
        return PlanResult(items=(), skeleton=bool(faults), reason=faults[0] if faults else "")

    def _open(self) -> list[NumberedParagraph]:
        return [place for place in self._places if place.number not in self.answers or self.answers[place.number].fault]


class _Call:
    """The calls for one part: the first, and one more for what it left open."""

    def __init__(self, recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions) -> None:
        self._recipe = _with_numbered_example(recipe)
        self._values = values
        self._ask = ask
        self._options = options
        self.notices: tuple[str, ...] = ()

    def answers_for(self, places: Sequence[NumberedParagraph]) -> dict[int, Rewritten]:
        found = self._answers(places, "")
        open_ones = [place for place in places if found[place.number].problems]
        if open_ones:
            problems = "\n".join(f"[{place.number}] {found[place.number].problems}" for place in open_ones)
            try:
                again = self._answers(open_ones, problems)
            except NO_CALL:
                again = {}
            found |= {number: answer for number, answer in again.items() if answer.cost < found[number].cost}
        return self._compared(places, found)

    def _answers(self, places: Sequence[NumberedParagraph], problems: str) -> dict[int, Rewritten]:
        written, is_cut = self._written(places, problems)
        told = read(without_headings(written, places), [place.number for place in places])
        if is_cut and told:
            told.popitem()  # nobody knows where it would have ended
        return {place.number: self._judged(place, *told.get(place.number, ("", ""))) for place in places}

    def _written(self, places: Sequence[NumberedParagraph], problems: str) -> tuple[str, bool]:
        told = numbered(places)
        messages = render_messages(
            self._recipe, {**self._values, self._recipe.main_input: told}, variant=self._options.variant
        )
        why = "" if _translates(self._recipe) else texts_for_model("paragraphs")["why"].lstrip()
        form = texts_for_model("paragraphs")["form"].strip().format(why=why)
        if messages[0].role == "system":
            messages[0] = messages[0].model_copy(update={"content": f"{messages[0].content}\n{form}"})
        else:
            messages.insert(0, ChatMessage(role="system", content=form))
        if problems:
            more = texts_for_model("paragraphs")["again"].format(problems=problems)
            messages[-1] = messages[-1].model_copy(update={"content": f"{messages[-1].content}\n{more.strip()}"})
        try:
            written = self._ask(
                messages,
                max_tokens=answer_tokens(self._recipe, told) + _TOKENS_A_REASON * len(places),
                temperature=self._recipe.decoding.temperature,
                on_token=self._options.on_token,
            )
        except AnswerCut as error:
            return error.text, True
        return written, False

    def _judged(self, place: NumberedParagraph, text: str, why: str) -> Rewritten:
        if not text:
            return Rewritten(place.text, fault=NO_ANSWER, problems=texts_for_model("paragraphs")["missing"])
        if text == SAME:
            return self._unchanged(place)
        whole = with_atoms(text, place.text)
        if whole is None:
            return Rewritten(place.text, fault=ATOM_LOST, problems=texts_for_model("paragraphs")["marks"])
        new = clean(whole, source=place.text)
        if new.strip() == place.text.strip():
            return self._unchanged(place)
        findings = judged(self._grounds(place), new)
        block = blocked(findings)
        problems = " ".join(line.removeprefix("- ") for line in problems_for_model(findings).split("\n"))
        return Rewritten(new, why, findings, fault=block.sentence if block else "", problems=problems)

    def _unchanged(self, place: NumberedParagraph) -> Rewritten:
        """Keep a paragraph; where words are corrected, those that the house style avoids are asked for once more."""
        found = find_avoided_terms(self._grounds(place), place.text) if self._recipe.corrects else ()
        findings = tuple(finding.model_copy(update={"severity": "repair"}) for finding in found)
        return Rewritten(place.text, findings=findings, problems=" ".join(finding.sentence for finding in findings))

    def _grounds(self, place: NumberedParagraph) -> Grounds:
        own = {self._recipe.main_input: place.text, CONTEXT: place.around, LANGUAGE: place.language}
        values = {**self._values, **{name: value for name, value in own.items() if value}}
        return Grounds(self._recipe, values, place.text)

    def _compared(self, places: Sequence[NumberedParagraph], found: dict[int, Rewritten]) -> dict[int, Rewritten]:
        """Have the meaning of all that was changed compared in one call, where that is wanted."""
        changed = [
            place for place in places if found[place.number].text != place.text and not found[place.number].fault
        ]
        if self._options.verify is None or not changed:
            return found
        source = "\n\n".join(place.text for place in changed)
        grounds = Grounds(self._recipe, {**self._values, self._recipe.main_input: source}, source)
        body = "\n\n".join(found[place.number].text for place in changed)
        meaning = verified(grounds, body, self._options.verify)
        self.notices = meaning.notices
        for finding in meaning.findings:
            number = next(
                (
                    paragraph.number
                    for paragraph in changed
                    if finding.place and finding.place in found[paragraph.number].text
                ),
                changed[0].number,
            )
            one = found[number]
            found[number] = replace(one, findings=(*one.findings, finding))
        return found


def _with_numbered_example(recipe: Recipe) -> Recipe:
    """Return the recipe with its examples in the numbered form; past work of the person is in another, and goes."""
    numbered_one = partial(_numbered_example, has_reasons=not _translates(recipe))
    told = [example for example in map(numbered_one, recipe.prompt.examples) if example]
    return recipe.model_copy(update={"prompt": recipe.prompt.model_copy(update={"examples": tuple(told)})})


def _translates(recipe: Recipe) -> bool:
    return recipe.input_named(TARGET_LANGUAGE) is not None


def _numbered_example(one: Example, *, has_reasons: bool) -> Example | None:
    before, opened, rest = one.user.partition(f"{OPEN_FENCE}\n")
    text, closed, after = rest.partition(f"\n{CLOSE_FENCE}")
    if not opened or not closed:
        return one  # no text to work on: what the person wishes of every draft
    if one.is_own or not one.why:
        return None
    user = f"{before}{opened}[1] {text}\n\n[2] {texts_for_model('paragraphs')['unchanged']}{closed}{after}"
    why = f"Why: {one.why}\n" if has_reasons else ""
    return Example(user=user, assistant=f"[1] {one.assistant.strip()}\n{why}[2] {SAME}")
