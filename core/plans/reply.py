"""Replies that claim nothing: thanks, what the thread already answers, and a gap for each other thing asked."""

import re
from collections.abc import Mapping

from core.checks import Grounds, check_draft, passes
from core.checks.language import detect_language
from core.facts.asks import Asked, find_asks, is_for_reader, without_lead_in
from core.facts.content import content_stems
from core.facts.sentences import unwrap
from core.plans.answers import find_answer
from core.plans.direct import skeleton_result, write_directly
from core.plans.gaps import find_gaps, gap
from core.plans.model import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.plans.thanking import thanks
from core.recipes.courtesies import thanks_for_message
from core.recipes.model import Recipe
from core.recipes.render import frame

_NO_WORDS = "Nothing is asked, and the model found no words of thanks that hold to the message."
_UNSAID = "The model did not say what it was told to say."
_LEAST_SAID = 0.5
# What an instruction does with its content: none of it has to stand in the reply.
_WAYS_OF_SAYING = frozenset(content_stems(
    "accept add agree answer ask confirm decline explain friendly kindly mention offer polite politely propose refuse"
    " remind reply respond say suggest tell thank thanks write zusagen absagen schreiben antworten sagen"
))  # fmt: skip
_MOST_ASKS = 5
_MOST_QUESTION_WORDS = 14
# A command without any of these is advice ("See the manual"), not something that the sender waits for.
_WAITED_FOR = re.compile(
    r"(?i)\?\s*$|\b(?:has|have|does|did|is|can|could|would) any(?:one|body)\b"
    r"|\b(?:please|kindly|me|us|need|like you|want you|appreciate|grateful|looking forward|would be|bitte|mir|uns"
    r"|veuillez|merci de|por favor)\b"
)
_WHAT_TO_SAY = {
    "en": "What do you want to reply?", "de": "Was möchten Sie antworten?", "fr": "Que voulez-vous répondre ?",
    "es": "¿Qué quiere responder?",
}  # fmt: skip


def write_reply(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return a reply. With an instruction the model words it; without one nothing is asserted on the owner's behalf."""
    grounds = Grounds(recipe, values, values[recipe.main_input])
    english = grounds.language in {"en", ""}
    if values.get("instruction", "").strip():
        return _from_instruction(recipe, values, ask, options, grounds)
    opening = thanks(grounds, ask) if english else ""
    answered = [_answer_or_gap(asked, values.get("thread", "")) for asked in _asks(grounds.source)]
    by_subject = thanks_for_message(grounds.language, unwrap(values.get("subject", "")))
    result = _result(grounds, opening, answered) if opening else None
    result = result or _result(grounds, by_subject, answered) if answered else result
    if result is None:
        nothing = [gap(_WHAT_TO_SAY.get(grounds.language, _WHAT_TO_SAY["en"]))]
        text = frame(recipe, values, "\n\n".join([by_subject, *nothing]))
        result = skeleton_result(recipe, values, (), _NO_WORDS, text)
    if options.on_token:
        options.on_token(result.text)
    return result


def _result(grounds: Grounds, opening: str, answered: list[str]) -> PlanResult | None:
    """Return the reply when it passes the checks."""
    text = frame(grounds.recipe, grounds.values, "\n\n".join([opening, *answered]))
    findings = check_draft(grounds, text)
    return (
        PlanResult(text=text, findings=findings, gaps=find_gaps(text, grounds.everything)) if passes(findings) else None
    )


def _asks(message: str) -> list[Asked]:
    """Return what the message asks of its reader; questions into the air only when nothing else is asked."""
    found = [one for one in find_asks(message) if one.kind != "commitment" and _WAITED_FOR.search(one.sentence)]
    spoken_to = [one for one in found if one.kind == "request" or is_for_reader(one.sentence)]
    return (spoken_to or found)[:_MOST_ASKS]


def _answer_or_gap(asked: Asked, thread: str) -> str:
    return find_answer(asked.sentence, thread) or gap(_question(asked.sentence))


def _question(sentence: str) -> str:
    line = without_lead_in(unwrap(sentence))
    first = next((at for at, letter in enumerate(line) if letter.isalpha()), 0)
    words = (line[:first] + line[first : first + 1].upper() + line[first + 1 :]).split()
    return " ".join(words[:_MOST_QUESTION_WORDS]) + (" …" if len(words) > _MOST_QUESTION_WORDS else "")


def _from_instruction(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions, grounds: Grounds
) -> PlanResult:
    """Let the model word the instruction; where it fails, the instruction stands as a gap for the person to word."""
    written = write_directly(recipe, values, ask, options)
    if not written.skeleton and _says(written.text, values["instruction"], grounds.language):
        return written
    reason = written.reason or _UNSAID
    lines = [thanks_for_message(grounds.language, unwrap(values.get("subject", ""))), gap(values["instruction"])]
    return skeleton_result(recipe, values, written.notices, reason, frame(recipe, values, "\n\n".join(lines)))


def _says(text: str, instruction: str, language: str) -> bool:
    """Tell whether a reply holds what it was told to say, as far as words of the same language can show it."""
    wanted = set(content_stems(instruction)) - _WAYS_OF_SAYING
    if not wanted or detect_language(instruction) not in {"", language}:
        return True
    return len(wanted.intersection(content_stems(text))) >= _LEAST_SAID * len(wanted)
