"""Another tone, sentence by sentence and by rule first, so that facts and layout stay."""

import re
from collections.abc import Callable, Mapping

from core.recipes.model import Recipe
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds, check_draft, passes
from core.writing.grounded.grammar import apply, propose
from core.writing.grounded.proofread import reasons
from core.writing.grounded.tidying import finished, is_english, with_apostrophes
from core.writing.grounded.tone import retone
from core.writing.lanes import needs_large, too_small
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_LONGEST_SENTENCE_CHARS = 2000
_ONLY_TIDIED = "No rule for this tone applies: only the typing was corrected."
_NO_RULE = "No rule for this tone applies to the text, and to say it freely needs a larger model."
_PROSE = re.compile(r"\A(?>.*?[^\W\d_]{2})(?>.*[.!?])\s*+$", re.S)


def rewrite(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the text in the tone that was asked for, by rule. English is freed of typing errors first.

    Raises:
        ModelTooSmall: no rule applies, or there is an instruction: that takes a model that can write.
    """
    del ask, options
    source = values[recipe.main_input]
    grounds = Grounds(recipe, values, source)
    if needs_large(recipe, values):
        raise too_small(recipe)
    has_rules = grounds.language in {"en", ""}
    tidied, notices = _tidied(source, grounds)
    text = _by_rule(tidied, values["tone"]) if has_rules else source
    findings = check_draft(grounds, text)
    if text == source or not passes(findings):
        raise too_small(recipe, _NO_RULE)
    told = notices if text != tidied else (*notices, _ONLY_TIDIED)
    return PlanResult(text=text, findings=findings, notices=told)


def _tidied(source: str, grounds: Grounds) -> tuple[str, tuple[str, ...]]:
    """Return the text without its typing errors, and what was corrected; as it is when a check objects."""
    if not is_english(source, grounds.language):
        return source, ()
    spelled = with_apostrophes(source)
    corrections = propose(spelled)
    text = _each_sentence(apply(spelled, corrections), finished)
    return (text, tuple(reasons(spelled, corrections))) if passes(check_draft(grounds, text)) else (source, ())


def _by_rule(source: str, tone: str) -> str:
    def put(sentence: str) -> str:
        line = unwrap(sentence)
        new = retone(line, tone) if _PROSE.search(sentence) else line
        return new if new != line else sentence

    return _each_sentence(source, put)


def _each_sentence(source: str, put: Callable[[str], str]) -> str:
    """Return the text with each sentence put anew, and what stands between them as it was."""
    pieces: list[str] = []
    at = 0
    for sentence in split_sentences(source):
        begin = source.find(sentence, at)
        pieces += [source[at:begin], put(sentence) if len(sentence) <= _LONGEST_SENTENCE_CHARS else sentence]
        at = begin + len(sentence)
    return "".join([*pieces, source[at:]])
