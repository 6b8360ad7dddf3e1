"""Who does what in a draft is who said so in the talk that it is made of, or was asked to."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.cached_property import cached_property
from core.drafts import Finding, cut_at_word, without_gaps
from core.text.forms import ALPHABETIC, WORD
from core.text.lexicon import either
from core.text.salutations import is_called_with, is_title
from core.text.sentences import split_behind, split_sentences, unwrap
from core.text.speakers import Turn, split_talk
from core.writing.checks.aligned import word_beginnings
from core.writing.checks.grounds import Grounds

_SHOWN_CHARS, _MIN_NAME_CHARS, _MIN_WORDS, _MAX_BEFORE = 160, 3, 2, 2
# Somebody else's words weigh so much, and those of whom the draft names at most such a share of it.
_MIN_WEIGHT, _MAX_SHARE = 3.0, 0.25
# So few words answer what was said before them.
_ANSWER_WORDS = 6


def find_wrong_doers(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each clause that names one person first and says what another said, or was asked, alone."""
    talk = _Talk(split_talk(grounds.source))
    for line in without_gaps(text).split("\n") if talk.names else ():
        for said in (piece for sentence in split_sentences(line) for piece in split_behind(sentence, ";")):
            if (named := talk.first_named(said)) and (other := talk.better_than(*named)):
                place = unwrap(said)
                shown, name = cut_at_word(place, _SHOWN_CHARS), named[0]
                sentence = f"“{shown}”: in the source {other} says this, and {name} has no part in it."
                yield Finding(check="doers", severity="repair", place=place, sentence=sentence)


@dataclass(frozen=True)
class _Talk:
    """The turns of a talk, with the words of each and who is named in it."""

    turns: list[Turn]

    @cached_property
    def names(self) -> Mapping[str, re.Pattern[str]]:
        """What each speaker is called by: the words of their names that no other has; {} for fewer than two people."""
        speakers = {turn.speaker: _name_words(turn.speaker) for turn in self.turns if turn.speaker}
        counts = Counter(word for words in speakers.values() for word in words)
        own = {name: [word for word in words if counts[word] == 1] for name, words in speakers.items()}
        found = {name: either(map(re.escape, words), r"(?<!\w)", r"(?!\w)") for name, words in own.items() if words}
        return found if len(found) > 1 else {}

    @cached_property
    def words(self) -> list[frozenset[str]]:
        called = {word for turn in self.turns for word in word_beginnings(turn.speaker)}
        return [frozenset(word_beginnings(turn.text)) - called for turn in self.turns]

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """What each word tells: the more, the fewer turns have it."""
        counts = Counter(word for words in self.words for word in words)
        return {word: math.log(1 + len(self.turns) / count) for word, count in counts.items()}

    def first_named(self, said: str) -> tuple[str, frozenset[str]] | None:
        """Return whom alone a sentence names, at the beginning of a clause, and its words from there on."""
        named = [name for name, pattern in self.names.items() if pattern.search(said)]
        clauses = split_behind(said, ",")
        for at, clause in enumerate(clauses if len(named) == 1 else ()):
            match = self.names[named[0]].search(clause)
            before = ALPHABETIC.findall(clause[: match.start()]) if match else []
            # A title, or the given name.
            if match and len(before) <= _MAX_BEFORE and all(word[0].isupper() for word in before):
                return named[0], frozenset(word_beginnings(" ".join(clauses[at:]))) & self.weights.keys()
        return None

    def better_than(self, name: str, words: frozenset[str]) -> str:
        """Return who said these words, or was asked, where the person named has hardly anything to do with them."""
        if len(words) < _MIN_WORDS:
            return ""
        best = max((other for other in self.names if other != name), key=lambda other: self._weight(other, words))
        weight = self._weight(best, words)
        is_other = weight >= _MIN_WEIGHT and self._weight(name, words, answers=True) <= _MAX_SHARE * weight
        return best if is_other else ""

    def _weight(self, name: str, words: frozenset[str], *, answers: bool = False) -> float:
        """Return what the words tell that a person says in one turn, or hears with their name, or answers shortly."""
        theirs = [turn.speaker == name or bool(self.names[name].search(turn.text)) for turn in self.turns]
        shortly = [are and answers and len(said) <= _ANSWER_WORDS for are, said in zip(theirs, self.words, strict=True)]
        known = (
            said
            for said, are, answered in zip(self.words, theirs, [*shortly[1:], False], strict=True)
            if are or answered
        )
        return max((sum(self.weights[word] for word in words & said) for said in known), default=0.0)


def _name_words(name: str) -> set[str]:
    """Return the words of a name in small letters, without titles and what stands in brackets."""
    words = (match[0].casefold() for match in WORD.finditer(name.partition(" (")[0]))
    return {word for word in words if len(word) >= _MIN_NAME_CHARS and not (is_title(word) or is_called_with(word))}
