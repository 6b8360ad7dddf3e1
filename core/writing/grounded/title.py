"""A title in the words of the text: the sentence that says most, early ones first, as a headline. Rules alone.

Small models asked for a title go on with the mail instead; a larger one is asked (the direct plan).
"""

import math
import re
from collections.abc import Mapping

from core.recipes.model import Recipe
from core.text.content import content_stems
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds, check_draft, passes
from core.writing.grounded.headline import headline
from core.writing.grounded.weighing import word_weights
from core.writing.model_lane.cleaning import clean
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.skeleton import skeleton_result

# Quoted lines, addresses, the heads of forwarded mails, what lists add below.
_NOISE = re.compile(
    r"(?im)https?://\S+|www\.\S+|(?<!\S)[^\s@]++@[^\s.]++\.\S++|^[ \t]*[>|#].*$|^-- ?$|^[ \t]*-{2,}.*$"
    r"|^.{0,80}\b(?:wrote|writes|schrieb|a écrit|escribió) ?:.*$|^once upon a time.*$|\[non-text portions[^\]]{0,200}\]"
    r"|^(?:from|to|cc|date|sent|subject|user-agent|message-id|von|an|datum|betreff):.*$"
)
_MOST_SENTENCES = 12
_LEAST_WORDS = 2
_LENGTH_EXPONENT = 0.5
# How fast later sentences lose against earlier ones.
_FADING_SENTENCES = 2.0
_MOST_ALTERNATIVES = 2
_SHORT_WORDS, _SHORT_SHARE = 2, 0.7


def make_title(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the best headline that passes the checks, with further ones as alternatives."""
    del ask
    grounds = Grounds(recipe, values, values[recipe.main_input])
    sound: list[PlanResult] = []
    for text in title_candidates(grounds.source, english=grounds.language in {"en", ""}):
        findings = check_draft(grounds, text)
        if passes(findings):
            sound.append(PlanResult(text=text, findings=findings))
        if len(sound) > _MOST_ALTERNATIVES:
            break
    if not sound:
        return skeleton_result(recipe, values, (), "No sentence of the text makes a title.")
    if options.on_token:
        options.on_token(sound[0].text)
    others = tuple(one.text for one in sound[1:])
    return PlanResult(text=sound[0].text, findings=sound[0].findings, alternatives=others)


def title_candidates(text: str, *, english: bool) -> list[str]:
    """Return headlines of the text, the best first."""
    plain = _NOISE.sub(" ", text[:20_000])
    plain = clean(plain, opens=True, closes=True) or plain
    weights = word_weights(plain)
    scored: dict[str, float] = {}
    for place, sentence in enumerate(split_sentences(plain)[:_MOST_SENTENCES]):
        line = headline(unwrap(sentence), english=english)
        words = len(line.split())
        if words >= _LEAST_WORDS:
            worth = sum(weights.get(stem, 0.0) for stem in set(content_stems(line))) / words**_LENGTH_EXPONENT
            worth *= _SHORT_SHARE if words <= _SHORT_WORDS else 1.0
            scored.setdefault(line, worth * math.exp(-place / _FADING_SENTENCES))
    return sorted(scored, key=lambda line: -scored[line])
