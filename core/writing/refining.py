"""A new version of a draft: what its person said about it, done by the model that writes, or else by rules.

The model gets the prompt of the draft once more, then the draft as its own answer, then the wish: so it keeps the
context, and the checks hold the new text against the same source, with the wish among the person's own words.
"""

import functools
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from core.drafts import ChatMessage, Draft, Gap, without_gaps, without_signature
from core.errors import InputError
from core.recipes.model import Recipe, RecipeInput
from core.recipes.render import TARGET_LANGUAGE
from core.recipes.templates import as_data, fenced
from core.text.asks import begins_as_question, is_question
from core.text.facts import extract_facts
from core.text.language import LANGUAGE_NAMES, detect_language
from core.text.lexicon import by_language, lexicon
from core.text.numbered_answers import kind_of_answer
from core.text.same_words import is_said, telling_words
from core.text.sentences import split_sentences
from core.text.wishes import points_at, readings, says_more, speaks_of_draft, spoken_language, wished_language
from core.writing.checks.grounds import INSTRUCTION, WISHES
from core.writing.checks.kept import find_exchanged_facts
from core.writing.checks.negation import find_dropped_denials
from core.writing.grounded.own_words import as_message, mended
from core.writing.grounded.picked import quoted
from core.writing.grounded.refine import RefinedDraft, refine_by_rule
from core.writing.grounded.reply import TO_PUT_RIGHT
from core.writing.model_lane.direct import write_directly
from core.writing.plans import PLANS
from core.writing.result import DEFAULT_OPTIONS, Ask, Plan, PlanOptions, PlanResult

# What compares a text with its source alone cannot tell a wish from a fault.
_SOURCE_CHECKS = frozenset({"kept", "told", "negations", "restyled", "length", "unchanged", "echo", "line"})
# So many words that begin with a number and lack their stop are a message in a hurry.
_HURRIED_WORDS = 5


@dataclass(frozen=True)
class Refinement:
    """What a new version is made from.

    Attributes:
        draft: the version before, as the person has it now.
        wish: what they said about it.
        before: what they said about the versions before that, the oldest first.
        is_own: whether the person changed the text of the version before: then it is their own word.
    """

    draft: Draft
    wish: str
    before: tuple[str, ...] = ()
    is_own: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """What a model is told beyond the job's inputs; it is searched for personal data."""
        items = (item.text for item in self.draft.items or ())
        return (self.wish, *self.before, self.draft.subject or "", self.text, *items)

    @property
    def text(self) -> str:
        """The text of the version before, without what code put below it."""
        return without_signature(self.draft.text, self.draft.signature)

    @property
    def language(self) -> str:
        """The code of the language that the new version is in.

        "" where the old one does not tell it, or the wish is in a language whose words for "into" no rule knows.
        """
        if wished := wished_language(self.wish):
            return wished
        changes = (change for reading in readings(self.wish) for change in reading)
        is_read = detect_language(self.wish) in by_language("wishes") or any(each.kind != "other" for each in changes)
        return detect_language(self.text) if is_read else ""

    def _words(self, wording: str) -> str:
        """Return what is said beside the draft, in the language that its person speaks in."""
        return lexicon(spoken_language(self.wish, beside=self.text)).wording(f"talk.{wording}")

    def recipe(self, recipe: Recipe) -> Recipe:
        """Return the recipe as it makes a new version: the text stands whole, and a wish outweighs the source."""
        said = RecipeInput(name=WISHES, title="What to change", type="text")
        unfit = _SOURCE_CHECKS if self.language else {*_SOURCE_CHECKS, "language"}
        checks = tuple(use for use in recipe.checks if use.name not in unfit)
        frame = recipe.frame.model_copy(update={"own_opening": "", "own_closing": ""})
        output = recipe.output.model_copy(update={"same_language": False})
        inputs = (*recipe.inputs, said)
        return recipe.model_copy(update={"inputs": inputs, "checks": checks, "frame": frame, "output": output})

    def values(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return the inputs of a job with what was said among them."""
        own = (without_gaps(self.text),) if self.is_own else ()  # a gap is asked still, and no word of theirs
        told = {WISHES: "\n".join((*own, *self.before, self.wish))}
        name = next((name for name, code in LANGUAGE_NAMES.items() if code == self.language), "")
        return {**values, **told, **({TARGET_LANGUAGE: name} if name else {})}

    def turns(self, recipe: Recipe) -> tuple[ChatMessage, ...]:
        """Return the conversation after the first prompt: the draft, and what is said about it."""
        prompt = _prompt()
        is_list = recipe.output.format == "items"
        name = next((name for name, code in LANGUAGE_NAMES.items() if code == wished_language(self.wish)), "")
        said = prompt["list" if is_list else "text"].format(
            wish=fenced(as_data(self.wish)),
            language=f" {prompt['language'].format(language=name)}" if name else "",
            form=f"{prompt['subject']}\n" if "subject" in recipe.output.parts and self.draft.subject else "",
        )
        written = _as_list(self.draft, recipe) if is_list else self._as_answer(recipe)
        return (
            ChatMessage(role="assistant", content=as_data(written)),
            ChatMessage(role="user", content=" ".join(said.split(" "))),
        )

    def _as_answer(self, recipe: Recipe) -> str:
        text = self.text
        for gap in self.draft.gaps:
            if gap.choices:
                text = text.replace(gap.place, f"[[{' | '.join((gap.question, *gap.choices))}]]")
        subject = self.draft.subject if "subject" in recipe.output.parts else None
        return f"Subject: {subject}\n\n{text}" if subject else text

    def plan(self, recipe: Recipe, *, is_small: bool) -> Plan:
        """Return the way to the new version: by rule where a model is small, and for answers, whose quotes stay."""
        return self._by_rule if is_small or recipe.plan == "answer" else self._by_model

    def _by_rule(
        self, recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
    ) -> PlanResult:
        try:
            refined = self._by_words(recipe)
        except InputError:
            told = self._told_anew(recipe, values, ask, options)
            if told is None:
                raise
            return told
        # What is left of the wish may be for a larger model.
        left = next(iter(refined.refused), "")
        return replace(_as_result(refined.draft), skeleton=bool(left), reason=left)

    def _by_words(self, recipe: Recipe) -> RefinedDraft:
        draft = self.draft.model_copy(update={"text": self.text})
        return refine_by_rule(draft, self.wish, is_quoted=recipe.plan == "answer")

    def refusal(self, recipe: Recipe) -> InputError | None:
        """Return why rules make nothing of the wish; None where they do, or where only the job can tell."""
        if recipe.plan == "reply" and (_is_told(self.wish) or self._own_words()):
            return None
        try:
            self._by_words(recipe)
        except InputError as error:
            return InputError(self._words("unchanged").format(why=error.message), fix=error.fix)
        return None

    def unchanged(self, error: InputError) -> Draft:
        """Return the draft as it was, with a line that says why nothing of the wish was done."""
        said = self._words("unchanged").format(why=f"{error.message} {error.fix or ''}".strip())
        earlier = tuple(table["unchanged"].partition("{why}")[0] for table in by_language("talk").values())
        notices = () if self.before else self.draft.notices
        kept = (notice for notice in notices if not notice.startswith(earlier))
        return self.draft.model_copy(update={"text": self.text, "notices": (*kept, said)})

    def _told_anew(
        self, recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions
    ) -> PlanResult | None:
        """Return the reply that says what its person says now, too, or in its place; None where rules are not sure."""
        own = self._own_words()
        if recipe.plan != "reply" or not (own or _is_told(self.wish)):
            return None
        if own and (self.is_own or self.before):  # what stands in the draft by now is theirs, too
            return self._with_own(own)
        earlier = (values.get(INSTRUCTION, ""), *filter(_is_told, self.before)) if says_more(self.wish) else ()
        told = "\n".join(filter(None, (*earlier, own or self.wish)))
        result = PLANS[recipe.plan](recipe, {**values, INSTRUCTION: told}, ask, options)
        if TO_PUT_RIGHT in result.notices:
            return self._with_own(own) if own else None
        return replace(result, notices=(*result.notices, *(() if earlier else (self._words("told_anew"),))))

    def _own_words(self) -> str:
        """Return the wish where it plainly is what its person says to their reader; "" where it may be about the draft.

        Only a draft that still asks something waits for that. Where it holds their words already, to be put right, they
        may speak of these.
        """
        said, usual = self.wish.strip(), detect_language(self.text)
        is_read = any(change.kind != "other" for reading in readings(said) for change in reading)
        has_told = any(gap.is_own for gap in self.draft.gaps)
        if is_read or has_told or speaks_of_draft(said) or points_at(said):
            return ""
        if not _tells_reader(said, self.draft.questions) or detect_language(said) not in (usual, ""):
            return ""
        is_hurried = said[0].isdecimal() and len(said.split()) >= _HURRIED_WORDS
        return as_message(said, usual)[1] or (as_message(mended(said, usual), usual)[1] if is_hurried else "")

    def _with_own(self, own: str) -> PlanResult:
        draft = self.draft.model_copy(update={"text": self.text})
        return _as_result(refine_by_rule(draft, f"add: {own}").draft)

    def _by_model(
        self, recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
    ) -> PlanResult:
        result = write_directly(recipe, values, ask, replace(options, turns=self.turns(recipe)))
        if result.skeleton:
            notices = (*result.notices, self._words("unchanged").format(why=result.reason))
            stays = _as_result(self.draft.model_copy(update={"text": self.text}))
            return replace(stays, notices=notices, skeleton=True, reason=result.reason, cause=result.cause)
        if self.draft.subject and "subject" not in recipe.output.parts:
            result = replace(result, subject=self.draft.subject)
        dropped = find_dropped_denials(self.text, result.text, self.wish)
        exchanged = find_exchanged_facts(self.text, result.text, "\n".join((*self.before, self.wish)))
        result = replace(result, findings=tuple(dict.fromkeys((*result.findings, *dropped, *exchanged))))
        is_same = bool(result.text) and result.text.split() == self.text.split()
        return replace(result, notices=(*result.notices, self._words("same"))) if is_same else result


def _is_told(wish: str) -> bool:
    """Tell whether a wish says what somebody is to be told or asked."""
    return any(change.kind == "tells" for change in readings(wish)[0])


def _tells_reader(said: str, asked: Sequence[Gap]) -> bool:
    """Tell whether words say something about what is asked, or name a date, a time or a number; no question does."""
    sentences = split_sentences(said)
    if not asked or any(is_question(sentence) or begins_as_question(sentence) for sentence in sentences):
        return False
    opens, _, behind = said.partition(" ")
    if behind and kind_of_answer(opens.rstrip(",.!")) in ("yes", "no"):
        return True
    facts = extract_facts(said).items
    # "One of them" and "may" are mostly no facts.
    is_fact = any(fact.kind in ("weekday", "day", "time") or re.search(r"\d", fact.text) for fact in facts)
    return is_fact or any(is_said(word, said) for gap in asked for word in telling_words(quoted(gap)))


def _as_result(draft: Draft) -> PlanResult:
    return PlanResult(
        text=draft.text,
        items=draft.items,
        subject=draft.subject,
        findings=draft.findings,
        sources=draft.sources,
        gaps=draft.gaps,
        notices=draft.notices,
    )


def _as_list(draft: Draft, recipe: Recipe) -> str:
    fields = [*recipe.output.fields]
    return json.dumps(
        {"items": [{name: getattr(item, name) for name in fields} for item in draft.items or ()]}, ensure_ascii=False
    )


@functools.cache
def _prompt() -> Mapping[str, str]:
    text = files("core.writing").joinpath("refining.toml").read_text(encoding="utf-8")
    return {key: str(value).strip() for key, value in tomllib.loads(text).items()}
