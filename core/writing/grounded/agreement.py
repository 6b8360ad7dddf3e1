"""Agreement in English: a verb with its subject, a noun with its number word, the form that a helping verb takes."""

import re
from collections.abc import Iterator

from core.writing.grounded.proposals import Proposal, Put, Rule
from core.writing.grounded.verbs import BASE_OF_THIRD, PARTICIPLE_OF_PAST, base_of_gerund, base_of_past

_NOT = r"(?: ?n['\u2019]t| not)"
_MODAL = r"(?:can|could|should|must|may|might|would|shall|cannot)"
_UNCOUNTED = "information|homework|advice|equipment|furniture|knowledge|software|feedback|luggage|pollution"
_OBJECT = r"(?= (?:the|a|an|my|your|his|her|our|their|us|me|him|them|it|to|that|more|many|much|all|some|every)\b)"
_PLURAL = {"is": "are", "was": "were"}
_SINGULAR = {"are": "is", "were": "was", "have": "has", "do": "does"}


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


# Only rules whose every correction of sound texts by others was right, or that made none: see DECISIONS.
_RULES = (
    _rule(rf"(?<!the )(?<!a )(?P<before>{_MODAL}{_NOT}? )to (?=[a-z]+\b)", r"\g<before>", "no “to” after this verb"),
    _rule(rf"(?P<before>(?:{_MODAL}|will)(?:{_NOT})? )(?P<verb>\w+ed){_OBJECT}", _base_after,
          "the base form follows this verb"),
    _rule(rf"(?P<before>(?:{_MODAL}|will)(?:{_NOT})? )(?P<verb>\w+(?<!ed))(?![\w-])", _base_after,
          "the base form follows this verb"),
    _rule(rf"(?P<before>(?:do|does|did){_NOT} )(?:to )?(?P<verb>\w+)", _base_after, "the base form follows “do”"),
    _rule(r"(?P<before>(?:want|wants|wanted|would like|needs|decided|hope|able|prefer) to )"
          r"(?P<verb>\w+ing)\b", _base_after_to, "“to” takes the base form"),
    _rule(r"(?P<before>(?:(?:has|have|had|having) (?:not|never|already|just|also|always)|['\u2019]ve"
          r"|(?:should|would|could|must|might|may|not) have) )(?P<verb>\w+)",
          _participle, "the participle follows “have”"),
    _rule(r"(?P<before>there )(?P<verb>is|was)"
          r"(?= (?:to+ )?(?:many|several|two|three|four|five|various|lots of)(?![\w-]))",
          lambda match: f"{match['before']}{_PLURAL[match['verb'].casefold()]}", "several things take “are”"),
    _rule(r"(?:^|(?<=[.!?] ))(?P<before>(?:each|one|neither) of"
          r" (?:the|these|those|our|my|your|their) (?:\w+ )?[a-z]+s )"
          r"(?P<verb>have|are|were|do)\b", lambda match: f"{match['before']}{_SINGULAR[match['verb'].casefold()]}",
          "the verb agrees with its subject"),
    _rule(rf"(?P<noun>{_UNCOUNTED})s\b", r"\g<noun>", "the noun has no plural"),
    _rule(rf"many (?=(?:{_UNCOUNTED})s?\b)", "much ", "the noun is not counted"),
    _rule(r"((?-i:child))(?:s|rens)\b(?!['\u2019])", r"\1ren", "the plural is irregular"),
)  # fmt: skip


def find_disagreements(text: str) -> Iterator[Proposal]:
    """Give the corrections of forms that do not agree, for an English text."""
    for rule in _RULES:
        yield from rule.proposals(text)
