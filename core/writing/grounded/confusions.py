"""Words that are taken for each other: patterns that are never right, and pairs told apart by their neighbours."""

import re
from collections.abc import Iterator

from core.writing.grounded.proposals import Proposal, Put, Rule, cased
from core.writing.grounded.wordpairs import pair_count

_DET = r"(?:the|a|an|this|that|these|those|my|your|his|her|our|their|its|all|any|some|every|each)"
_PRONOUN = r"(?:i|you|he|she|it|we|they)"
_COUNT = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|many|several|some)"
_NOT = r"(?: n['\u2019]t|n['\u2019]t)"
_BE = r"(?:is|are|was|were|be|been)"


def _rule(pattern: str, put: Put, why: str) -> Rule:
    return Rule(re.compile(rf"(?i)(?<![\w'\u2019-]){pattern}"), put, why)


RULES = (
    _rule(rf"(t)heir(?= (?:{_BE}|isn['\u2019]t|aren['\u2019]t|will be|has been|have been)\b)", r"\1here",
          "“there” is meant"),
    _rule(r"(t)here(?= own\b)", r"\1heir", "“their” is meant"),
    _rule(r"(for|of|with|in|on|about|to|from|at|by) you['\u2019]re(?! \w+ing\b)(?= [a-z])",
          r"\1 your", "“your” is meant"),
    _rule(r"(y)our(?= (?:going to\b|welcome(?: ?[.,!]|$)))", r"\1ou're", "“you are” is meant"),
    _rule(r"(i)ts(?= (?:a|an|not(?! being)|been|because|possible to|important to)(?![\w-]))", r"\1t's",
          "“it is” takes an apostrophe"),
    _rule(r"(other|rather|better|worse|larger|smaller|higher|lower|fewer|taller) then"
          rf"(?= (?:{_DET}|{_PRONOUN}|before|ever|expected|usual|last|one|two|three|many|most|others)\b)",
          r"\1 than", "a comparison takes “than”"),
    _rule(rf"((?:{_BE}|it['\u2019]s|far|much) (?:\w+ly )?)to(?= (?:much|late|early|expensive|often|slow"
          r"|difficult|complicated|tired|busy|hot|cold)\b(?!-| \d))", r"\1too", "“too” is meant"),
    _rule(rf"((?:not|never|to|will|would|can|could|may|might|don['\u2019]t|do{_NOT}|{_PRONOUN}) )loose"
          rf"(?= (?:{_DET}|them|money|weight|track|control|time|interest|hope|sight|touch)\b)", r"\1lose",
          "“lose” is meant"),
    _rule(r"((?:no|an|the|any|little|big|great|negative|positive|side|adverse|significant|strong|bad|good|same) )affect"
          r"(?=s? (?:on|of|in)\b|s?[ ]?[.,])", r"\1effect", "the noun is “effect”"),
    _rule(r"((?:we|i|you|they|to|can|will|could|would) )here(?= (?:from|about|that|of|you|him|them|it|the|a)\b)",
          r"\1hear", "“hear” is meant"),
    _rule(r"((?:^|[.!?] )there )where(?= (?:only|many|no|some|a|an|two|three|four|five|several|few|not)\b)", r"\1were",
          "“were” is meant"),
    _rule(r"((?:we|they|you|there) )where(?= (?:not|able|also|too|very|\w+ing|\w+ed|happy|told|given)\b)", r"\1were",
          "“were” is meant"),
    _rule(r"(w)ether\b", r"\1hether", "“whether” is meant"),
    _rule(r"(w)ich\b", r"\1hich", "“which” is meant"),
    _rule(r"(f)elt asleep\b", r"\1ell asleep", "one falls asleep"),
    _rule(rf"((?:^|[.!?,] |when |where |and |but |because )(?:{_PRONOUN}|people) )(?:(?:was|were) )?use to"
          r"(?= [a-z]+\b)", r"\1used to", "“used to” is meant"),
    _rule(rf"since(?= {_COUNT} (?:years|months|weeks|days|hours|minutes)\b(?! (?:ago|before|after|until|of)))",
          lambda match: cased("for", match[0]), "a length of time takes “for”"),
    _rule(r"(discuss(?:es|ed|ing)?) about(?= [a-z])", r"\1", "“discuss” takes no “about”"),
    _rule(r"((?:the )?)most of (?=(?:people|students|children|companies|teachers|women|men|countries|visitors)\b)",
          "most ", "“most” takes no “of” here"),
    _rule(r"((?:i|we|you|they) )(?:am|are) (?=agree\b)", r"\1", "“agree” takes no “am”"),
    _rule(r"more (better|worse|easier|cheaper|faster|slower|happier|safer|healthier|stronger)\b", r"\1",
          "the word compares already"),
)  # fmt: skip
# Told apart by what stands before and after; the first is put right only where the second is far more usual.
_PAIRS = {
    "form": "from", "where": "were", "they": "their", "quiet": "quite", "though": "through",
    "trough": "through", "lead": "led", "past": "passed", "live": "life", "loss": "lose", "brake": "break",
    "manger": "manager", "sing": "sign", "costumer": "customer", "costumers": "customers", "custome": "custom",
    "thing": "think", "weather": "whether", "fro": "for", "nit": "not", "bee": "been", "advise": "advice",
    "lifes": "lives", "te": "the", "fo": "of", "ot": "to", "calender": "calendar",
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019][a-z]+)?")
_UNSEEN_COUNT = 2e6
_LEAST_RATIO = 2000.0


def find_confusions(text: str) -> Iterator[Proposal]:
    """Give the corrections of confused words in an English text."""
    for rule in RULES:
        yield from rule.proposals(text)
    words = list(_WORD.finditer(text))
    for at in range(1, len(words) - 1):
        other = _PAIRS.get(words[at][0].casefold())
        before, after = words[at - 1], words[at + 1]
        beside = text[before.end() : words[at].start()] == text[words[at].end() : after.start()] == " "
        if other and beside and _is_likelier(other, words[at][0], before[0], after[0]):
            why = f"“{other}” is meant"
            yield Proposal(words[at].start(), words[at].end(), cased(other, words[at][0]), why)


def _is_likelier(other: str, word: str, before: str, after: str) -> bool:
    """Tell whether another word is usual on both sides, and this one far less so."""
    if not pair_count(before, other) or not pair_count(other, after) or pair_count(before, word):
        return False
    ours = max(pair_count(before, word), _UNSEEN_COUNT) * max(pair_count(word, after), _UNSEEN_COUNT)
    return pair_count(before, other) * pair_count(other, after) / ours >= _LEAST_RATIO
