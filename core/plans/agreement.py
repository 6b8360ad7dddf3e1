"""Agreement in English: a verb with its subject, a noun with its number word, the form that a helping verb takes."""

import re
from collections.abc import Iterator

from core.plans.proposals import Proposal, Put, Rule, cased
from core.plans.spelling import frequencies
from core.plans.verbs import (
    BASE_OF_THIRD,
    BASES,
    PARTICIPLE_OF_PAST,
    base_of_gerund,
    base_of_past,
    plural_of,
    singular_of,
    third_person,
)
from core.plans.wordpairs import pair_count

_NOT = r"(?: ?n['\u2019]t| not)"
_MODAL = r"(?:can|could|should|must|may|might|would|shall|cannot)"
# Where a clause begins, so that the word after it is its subject.
_CLAUSE = (
    r"(?:^|(?<=[.!?;:,] )|(?<=\band )|(?<=\bbut )|(?<=\bbecause )|(?<=\bif )|(?<=\bwhen )|(?<=\bso )|(?<=\bwhat )"
    r"|(?<=\bhow )|(?<=\bwhy )|(?<=\bthan ))"
)
# What may follow a noun that ends its phrase.
_END = (
    r"(?= ?[.,;:!?)]| (?:is|are|was|were|do|does|has|have|can|will|in|on|at|of|for|to|from|that|which|who|and|or)\b|$)"
)
_MANY = r"(?:many|several|few|various|two|three|four|five|six|seven|eight|nine|ten)"
_UNCOUNTED = "information|homework|advice|equipment|furniture|knowledge|software|feedback|luggage|traffic|pollution"
_DET = r"(?:the|a|an|this|that|my|your|his|her|our|their|each|every)"
_OBJECT = r"(?= (?:the|a|an|my|your|his|her|our|their|us|me|him|them|it|to|that|more|many|much|all|some|every)\b)"
_AUXILIARY = {
    "is": "are",
    "was": "were",
    "has": "have",
    "does": "do",
    "are": "is",
    "were": "was",
    "have": "has",
    "do": "does",
}
# A plural after these is right: "a few weeks", "a two hours' walk".
_NOT_AN_ADJECTIVE_LIST = "few lot number dozen hundred thousand million couple great good two three variety"
_NOT_AN_ADJECTIVE = frozenset(_NOT_AN_ADJECTIVE_LIST.split())
_FREQUENT_PLURAL = 3_000_000
_PLURALS = frozenset(
    {"people", "children", "men", "women", "feet", "teeth", "mice", "data", "staff", "police", "media"}
)
_SCALES = frozenset({"million", "billion", "thousand", "hundred", "dozen"})


def _rule(pattern: str, put: Put, why: str) -> Rule:
    return Rule(re.compile(rf"(?im)(?<![\w'\u2019-]){pattern}"), put, why)


def _base_after(match: re.Match[str]) -> str:
    """Put "did not developed", "will understood", "doesn't likes" right: the base form follows a helping verb."""
    word = match["verb"].casefold()
    base = BASE_OF_THIRD.get(word, "") or base_of_past(word)
    # "May was cold", "Will told us": with a capital it is a month or a man.
    return f"{match['before']}{base}" if base and base != word and match["before"][0].islower() else ""


def _base_after_to(match: re.Match[str]) -> str:
    base = base_of_gerund(match["verb"].casefold())
    return f"{match['before']}{base}" if base else ""


def _participle(match: re.Match[str]) -> str:
    form = PARTICIPLE_OF_PAST.get(match["verb"].casefold(), "")
    return f"{match['before']}{form}" if form else ""


def _third(match: re.Match[str]) -> str:
    word = match["verb"].casefold()
    return f"{match['before']}{third_person(word)}" if word in BASES else ""


def _plural_verb(match: re.Match[str]) -> str:
    word = match["verb"].casefold()
    base = _AUXILIARY.get(word, "") or BASE_OF_THIRD.get(word, "")
    return f"{match['before']}{base}" if base else ""


def _singular_verb(match: re.Match[str]) -> str:
    return f"{match['before']}{cased(_AUXILIARY[match['verb'].casefold()], match['verb'])}"


def _third_after_noun(match: re.Match[str]) -> str:
    noun = match["noun"].casefold()
    return _third(match) if plural_of(noun) and not pair_count(noun, match["verb"]) else ""


def _doesnt(match: re.Match[str]) -> str:
    noun = match["noun"].casefold()
    return f"{match['before']}does{match['not']}" if plural_of(noun) and not singular_of(noun) else ""


def _plural_noun(match: re.Match[str]) -> str:
    noun = match["noun"].casefold()
    plural = plural_of(noun)
    known = plural and (pair_count(match["number"], plural) or pair_count("the", plural))
    if not known or singular_of(noun) or noun in _SCALES or noun in _PLURALS:
        return ""
    return f"{match['before']}{cased(plural, match['noun'])}"


def _is_noun(word: str) -> bool:
    return frequencies().get(plural_of(word), 0) > _FREQUENT_PLURAL if word else False


def _singular_noun(match: re.Match[str]) -> str:
    """Put "every students" and "a whole articles" right, not "a test asserts", where the word is a verb."""
    singular = singular_of(match["noun"].casefold())
    adjective = (match.groupdict().get("adjective") or "").strip().casefold()
    if not singular or singular in BASES or adjective in _NOT_AN_ADJECTIVE or _is_noun(adjective):
        return ""
    return f"{match['before']}{singular}"


_RULES = (
    _rule(rf"(?<!the )(?<!a )(?P<before>{_MODAL}{_NOT}? )to (?=[a-z]+\b)", r"\g<before>", "no “to” after this verb"),
    _rule(rf"(?P<before>(?:{_MODAL}|will)(?:{_NOT})? )(?P<verb>\w+ed){_OBJECT}", _base_after,
          "the base form follows this verb"),
    _rule(rf"(?P<before>(?:{_MODAL}|will)(?:{_NOT})? )(?P<verb>\w+(?<!ed))\b", _base_after,
          "the base form follows this verb"),
    _rule(rf"(?P<before>(?:do|does|did){_NOT} )(?:to )?(?P<verb>\w+)", _base_after, "the base form follows “do”"),
    _rule(r"(?P<before>(?:want|wants|wanted|would like|need|needs|decided|hope|able|going|have|has|had|prefer) to )"
          r"(?P<verb>\w+ing)\b", _base_after_to, "“to” takes the base form"),
    _rule(r"(?P<before>(?:has|have|had|having|['\u2019]ve)(?: not| never| already| just| also| always)? )(?P<verb>\w+)",
          _participle, "the participle follows “have”"),
    _rule(rf"{_CLAUSE}(?P<before>(?:he|she|it) )(?P<verb>\w+)", _third, "the verb agrees with its subject"),
    _rule(rf"{_CLAUSE}(?P<before>(?:i|you|we|they) )(?P<verb>\w+s)\b", _plural_verb,
          "the verb agrees with its subject"),
    _rule(r"(?P<before>(?:he|she|it) )(?P<verb>do|have)(?= ?n['\u2019]t| (?:not|to|a|an|the|been|many|much|more|no)\b)",
          _singular_verb, "the verb agrees with its subject"),
    _rule(rf"(?P<before>(?:the|this|my|your|his|her|our|their) (?P<noun>[a-z]+) )do(?P<not>{_NOT})", _doesnt,
          "the verb agrees with its subject"),
    _rule(rf"{_CLAUSE}(?P<before>{_DET} (?P<noun>[a-z]+) )(?P<verb>[a-z]+){_OBJECT}", _third_after_noun,
          "the verb agrees with its subject"),
    _rule(r"(?P<before>there )(?P<verb>is|was|has)(?= (?:to+ )?(?:many|several|two|three|four|five|various|lots of)\b)",
          _plural_verb, "several things take “are”"),
    _rule(r"(?<!of )(?P<before>(?:people|children|men|women) )(?P<verb>is|was|has|does|\w+s)\b", _plural_verb,
          "the noun is a plural"),
    _rule(r"(?P<before>(?:all|most|many|some|several|both) (?:of )?(?:the |these |those |our |my )?(?:\w+ )?[a-z]+s )"
          r"(?P<verb>is|was|has|does)\b", _plural_verb, "the verb agrees with its subject"),
    _rule(r"(?P<before>(?:the|a|this) (?:list|number one|group|set|box|series|collection|quality|price|use|lack|result"
          r"|amount|cost) of (?:the )?[a-z]+s )(?P<verb>are|were|have|do)\b(?! not?\b)", _singular_verb,
          "the verb agrees with its subject"),
    _rule(r"(?P<before>(?:each|one|neither) of (?:the|these|those|our|my|your|their) (?:\w+ )?[a-z]+s )"
          r"(?P<verb>have|are|were|do)\b", _singular_verb, "the verb agrees with its subject"),
    _rule(rf"(?P<before>(?P<number>{_MANY}) )(?P<noun>[a-z]{{3,}}){_END}", _plural_noun, "the noun is a plural here"),
    _rule(rf"(?P<before>one of (?P<number>the|my|our|his|her|their|these|those) (?:most \w+ |\w+ )?)"
          rf"(?P<noun>[a-z]{{3,}}){_END}", _plural_noun, "the noun is a plural here"),
    _rule(r"(?P<before>(?:every|each|another) )(?P<noun>[a-z]+s)\b(?! of)", _singular_noun,
          "the noun is a singular here"),
    _rule(r"(?P<before>\ban? (?P<adjective>[a-z]+ )?)(?P<noun>[a-z]{4,}s)"
          r"(?= ?[.,;!?)]| (?:of|that|which|in|for|is|was)\b)", _singular_noun, "the noun is a singular here"),
    _rule(rf"(?P<noun>{_UNCOUNTED})s\b", r"\g<noun>", "the noun has no plural"),
    _rule(rf"many (?=(?:{_UNCOUNTED})s?\b)", "much ", "the noun is not counted"),
    _rule(r"(?<!of )(?<!indigenous )peoples"
          r"(?= (?:who|are|have|do|can|think|want|like|should|and|in|that|will)\b| ?[.,])", "people",
          "“people” is a plural"),
    _rule(r"(child)(?:s|rens)\b(?!['\u2019])", r"\1ren", "the plural is irregular"),
    _rule(r"((?:wo)?men)s\b(?!['\u2019])", r"\1", "the plural is irregular"),
)  # fmt: skip


def find_disagreements(text: str) -> Iterator[Proposal]:
    """Give the corrections of forms that do not agree, for an English text."""
    for rule in _RULES:
        yield from rule.proposals(text)
