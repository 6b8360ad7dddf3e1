"""Replies that claim nothing: thanks, what the thread already answers, and a gap for each other thing asked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.recipes.model import Recipe
from core.recipes.render import frame
from core.text.asks import find_asks, without_call
from core.text.content import content_stems
from core.text.language import detect_language
from core.text.salutations import continued, salutation, sign_off, thanks_for_message
from core.text.sentences import unwrap
from core.writing.checks import Grounds, check_draft, passes
from core.writing.checks.injection import without_instructions
from core.writing.gaps import cut_at_word, find_gaps, gap
from core.writing.grounded.answers import find_answer
from core.writing.grounded.thanking import thanks
from core.writing.model_lane.direct import write_directly
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.skeleton import skeleton_result

_NO_WORDS = "Nothing is asked, and the model found no words of thanks that hold to the message."
_UNSAID = "The model did not say what it was told to say."
_LEAST_SAID = 0.5
# What an instruction does with its content: none of it has to stand in the reply.
_WAYS_OF_SAYING = frozenset(content_stems(
    "accept add agree answer ask confirm decline explain friendly kindly mention offer polite politely propose refuse"
    " remind reply respond say suggest tell thank thanks write zusagen absagen schreiben antworten sagen"
))  # fmt: skip
_MOST_ASKS = 12
_LONGEST_ASK_CHARS = 160
# What only announces the question behind it ("Two things are open: Which …?").
_ANNOUNCED = re.compile(r"\A[^?:\d]{3,60}:\s+(?=[A-Z¿][^:]*\?\Z)")
# A command without any of these is advice ("See the manual"), not something that the sender waits for.
_WAITED_FOR = re.compile(
    r"(?i)(?<![!?\uff1f])!*+[?\uff1f][!?\uff1f]*+[\"'\u201c\u201d\u2019\u00bb)\]]*+\s*+$"
    r"|\b(?:has|have|does|did|is|can|could|would) any(?:one|body)\b"
    r"|\b(?:please|kindly|me|us|need|like you|want you|appreciate|grateful|looking forward|would be|bitte|mir|uns"
    r"|bräuchten?|brauchen?|benötigen?|veuillez|merci de|besoin|moi|por favor|necesit\w+"
    r"|(?:env[ií]|mand|d[ií]g|conf[ií]rm|av[ií]s)\w*(?:me|nos))\b"
)
# Asked for politeness or effect: nobody waits for the answer.
_RHETORICAL = re.compile(
    r"(?i)\A(?:(?:and |so |but )?(?:how (?:are you|is everything|is life|are things|is it going|do you do)(?: all)?"
    r"(?: doing)?(?: today| these days)?|what['\u2019]?s (?:up|new)|guess what|who (?:knows|cares)|why not|so what"
    r"|right|really|you know|know what i mean|isn['\u2019]t it|wie geht(?:['\u2019]s| es)(?: dir| ihnen| euch)?(?: so)?"
    r"|na und|wer weiß|nicht wahr|oder|(?:comment )?ça va|comment (?:vas-tu|allez-vous)|qui sait|n['\u2019]est-ce pas"
    r"|¿?(?:qué tal|cómo estás?|verdad|quién sabe))\s*\?+)\Z"
)
_MORE = {
    "en": "The message asks more than this. What do you want to reply to the rest?",
    "de": "In der Nachricht wird noch mehr gefragt. Was möchten Sie auf das Übrige antworten?",
    "fr": "Le message demande encore autre chose. Que voulez-vous répondre au reste ?",
    "es": "El mensaje pregunta algo más. ¿Qué quiere responder al resto?",
}  # fmt: skip
_WHAT_TO_SAY = {
    "en": "What do you want to reply?", "de": "Was möchten Sie antworten?", "fr": "Que voulez-vous répondre ?",
    "es": "¿Qué quiere responder?",
}  # fmt: skip


def write_reply(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return a reply. With an instruction the model words it; without one nothing is asserted on the owner's behalf."""
    language = _language(recipe, values)
    values = _with_frame(recipe, values, language)
    grounds = Grounds(recipe, values, values[recipe.main_input])
    safe = _safe(grounds)
    if values.get("instruction", "").strip():
        return _from_instruction(grounds, safe, language, ask, options)
    opening = thanks(safe, ask) if language == "en" else ""
    result = next(filter(None, (_result(grounds, language, parts) for parts in _parts(safe, language, opening))), None)
    if result is None:
        asked = _with_gaps(safe, language) or [_what_to_say(language)]
        text = continued(language, frame(recipe, values, "\n\n".join([_thanks_by_subject(safe, language), *asked])))
        result = skeleton_result(recipe, values, (), _NO_WORDS, text)
    if options.on_token:
        options.on_token(result.text)
    return result


def _language(recipe: Recipe, values: Mapping[str, str]) -> str:
    """Return the language of the reply: that of the message, else of the greeting, the thread, the subject."""
    frame_lines = "\n".join(values.get(name, "") for name in ("greeting", "closing"))
    texts = (values[recipe.main_input], frame_lines, values.get("thread", ""), values.get("subject", ""))
    return next(filter(None, map(detect_language, texts)), "en")


def _with_frame(recipe: Recipe, values: Mapping[str, str], language: str) -> Mapping[str, str]:
    """Return the values, with greeting and closing where the message alone does not tell their language."""
    if detect_language(values[recipe.main_input]) or language == "en":
        return values
    names = (("greeting", salutation, "sender_name"), ("closing", sign_off, "owner_name"))
    known = {place: write(language, values.get(name, "")) for place, write, name in names if recipe.input_named(place)}
    return {**known, **{name: value for name, value in values.items() if value or name not in known}}


def _safe(grounds: Grounds) -> Grounds:
    """Return the grounds without what instructs a model in their foreign texts."""
    foreign = {one.name for one in grounds.recipe.inputs if one.foreign}
    values = {name: without_instructions(value) if name in foreign else value for name, value in grounds.values.items()}
    return Grounds(grounds.recipe, values, values[grounds.recipe.main_input])


def _parts(safe: Grounds, language: str, opening: str) -> Iterator[list[str]]:
    """Yield what a reply may consist of, the best first; what the thread answers may fail where a gap does not."""
    thread = safe.values.get("thread", "")
    gaps = _with_gaps(safe, language)
    if not gaps:
        if opening:
            yield [opening]
        return
    for answered in (_with_gaps(safe, language, thread), gaps) if thread else (gaps,):
        for line in (opening, _thanks_by_subject(safe, language), thanks_for_message(language, "", safe.source)):
            if line:
                yield [line, *answered]


def _with_gaps(safe: Grounds, language: str, thread: str = "") -> list[str]:
    """Return a line for each thing that the message asks, in its order: what the thread answers, else a gap."""
    asked = _asks(safe.source)
    lines = [find_answer(sentence, thread) or gap(_question(sentence)) for sentence in asked[:_MOST_ASKS]]
    return [*lines, gap(_MORE.get(language, _MORE["en"]))] if len(asked) > _MOST_ASKS else lines


def _what_to_say(language: str) -> str:
    return gap(_WHAT_TO_SAY.get(language, _WHAT_TO_SAY["en"]))


def _thanks_by_subject(safe: Grounds, language: str) -> str:
    return thanks_for_message(language, unwrap(safe.values.get("subject", "")), safe.source)


def _result(grounds: Grounds, language: str, parts: list[str]) -> PlanResult | None:
    """Return the reply when it passes the checks."""
    text = continued(language, frame(grounds.recipe, grounds.values, "\n\n".join(parts)))
    findings = check_draft(grounds, text)
    gaps = find_gaps(text, grounds.everything)
    return PlanResult(text=text, findings=findings, gaps=gaps) if passes(findings) else None


def _asks(message: str) -> list[str]:
    """Return the sentences of a message that its sender waits for, each once; the rhetorical only when alone."""
    found = dict.fromkeys(
        one.sentence for one in find_asks(message) if one.kind != "commitment" and _WAITED_FOR.search(one.sentence)
    )
    meant = [sentence for sentence in found if not _RHETORICAL.search(without_call(unwrap(sentence)))]
    return meant or list(found)


def _question(sentence: str) -> str:
    line = _ANNOUNCED.sub("", without_call(unwrap(sentence)))
    first = next((at for at, letter in enumerate(line) if letter.isalpha()), 0)
    return cut_at_word(line[:first] + line[first : first + 1].upper() + line[first + 1 :], _LONGEST_ASK_CHARS)


def _from_instruction(grounds: Grounds, safe: Grounds, language: str, ask: Ask, options: PlanOptions) -> PlanResult:
    """Let the model word the instruction; where it fails, the instruction stands as a gap for the person to word."""
    recipe, values = grounds.recipe, grounds.values
    written = write_directly(recipe, safe.values, ask, options)
    if not written.skeleton and _says(written.text, values["instruction"], language):
        text = continued(language, written.text)
        others = tuple(continued(language, one) for one in written.alternatives)
        # The checks see the message as it came, so that they still tell of what was taken out.
        return replace(written, text=text, alternatives=others, findings=check_draft(grounds, text))
    reason = written.reason or _UNSAID
    body = "\n\n".join([_thanks_by_subject(safe, language), gap(values["instruction"])])
    return skeleton_result(recipe, values, written.notices, reason, continued(language, frame(recipe, values, body)))


def _says(text: str, instruction: str, language: str) -> bool:
    """Tell whether a reply holds what it was told to say, as far as words of the same language can show it."""
    wanted = set(content_stems(instruction)) - _WAYS_OF_SAYING
    if not wanted or detect_language(instruction) not in {"", language}:
        return True
    return len(wanted.intersection(content_stems(text))) >= _LEAST_SAID * len(wanted)
