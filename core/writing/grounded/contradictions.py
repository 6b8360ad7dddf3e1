"""Two passages that say different amounts, dates or times of the same thing. Doubtful pairs are not told."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from core.drafts import Item
from core.text.content import content_stems
from core.text.facts import extract_facts
from core.text.facts.model import Fact
from core.text.lexicon import languages, lexicon
from core.text.sentences import split_sentences, unwrap

_KINDS = frozenset({"money", "percent", "date", "time"})
_LEAST_WORDS, _MOST_CLAIMS = 2, 400


@dataclass(frozen=True)
class _Claim:
    sentence: str
    fact: Fact
    words: frozenset[str]


def find_contradictions(source: str, language: str) -> Iterator[Item]:
    """Give an item for each pair: what differs, and both passages word for word."""
    code = language if language in languages() else "en"
    claims = list(_claims(source, code))[:_MOST_CLAIMS]
    for first, second in combinations(claims, 2):
        if _contradict(first, second):
            yield Item(
                text=f"{first.fact.text} ↔ {second.fact.text}: “{unwrap(first.sentence)}”",
                quote=second.sentence,
                why=lexicon(code).wording("consistency.contradiction_why"),
                group=lexicon(code).wording("consistency.contradiction_name"),
            )


def _claims(source: str, language: str) -> Iterator[_Claim]:
    for sentence in dict.fromkeys(split_sentences(source)):
        facts = [fact for fact in extract_facts(sentence, language).items if not fact.is_weak]
        if len(facts) == 1 and facts[0].category in _KINDS:
            words = content_stems(sentence.replace(facts[0].text, " "))
            if len(words) >= _LEAST_WORDS:
                yield _Claim(sentence, facts[0], frozenset(words))


def _contradict(first: _Claim, second: _Claim) -> bool:
    """Tell whether two claims say the same in the same words, and differ in their figure."""
    same = first.words == second.words and first.fact.category == second.fact.category
    return same and not first.fact.readings & second.fact.readings
