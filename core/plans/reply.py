"""Replies that claim nothing: thanks, what the thread already answers, and a gap for each other thing asked."""

import re
from collections.abc import Mapping

from core.checks import Grounds, check_draft, passes
from core.facts.asks import Asked, find_asks, is_for_reader, without_lead_in
from core.facts.sentences import unwrap
from core.plans.answers import find_answer
from core.plans.direct import skeleton_result, write_directly
from core.plans.gaps import find_gaps, gap
from core.plans.model import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.plans.thanking import thanks
from core.recipes.courtesies import thanks_for_message
from core.recipes.model import Recipe
from core.recipes.render import frame

_MOST_ASKS = 5
_MOST_QUESTION_WORDS = 14
# A command without any of these is advice ("See the manual"), not something that the sender waits for.
_WAITED_FOR = re.compile(
    r"(?i)\?\s*$|\b(?:please|kindly|me|us|need you|like you|want you|appreciate|grateful|looking forward|bitte|mir|uns"
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
    lines = [opening or thanks_for_message(grounds.language, unwrap(values.get("subject", "")))]
    answered = [_answer_or_gap(asked, values.get("thread", "")) for asked in _asks(grounds.source)]
    if not answered and not opening:
        answered = [gap(_WHAT_TO_SAY.get(grounds.language, _WHAT_TO_SAY["en"]))]
    body = "\n\n".join([*lines, *answered])
    if options.on_token:
        options.on_token(body)
    return _result(recipe, values, grounds, body, by_model=bool(opening))


def _result(recipe: Recipe, values: Mapping[str, str], grounds: Grounds, body: str, *, by_model: bool) -> PlanResult:
    text = frame(recipe, values, body)
    findings = check_draft(grounds, text)
    if not passes(findings):
        return skeleton_result(recipe, values, (), findings[0])
    reason = "" if by_model else "The model found no words of thanks that hold to the message."
    return PlanResult(
        text=text, findings=findings, gaps=find_gaps(text, grounds.everything), skeleton=not by_model, reason=reason
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
    words = (line[:1].upper() + line[1:]).split()
    return " ".join(words[:_MOST_QUESTION_WORDS]) + (" …" if len(words) > _MOST_QUESTION_WORDS else "")


def _from_instruction(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions, grounds: Grounds
) -> PlanResult:
    """Let the model word the instruction; where it fails, the instruction stands as a gap for the person to word."""
    written = write_directly(recipe, values, ask, options)
    if not written.skeleton:
        return written
    lines = [thanks_for_message(grounds.language, unwrap(values.get("subject", ""))), gap(values["instruction"])]
    return skeleton_result(recipe, values, written.notices, written.reason, frame(recipe, values, "\n\n".join(lines)))
