"""What a part of a draft says again of its source: the parts that have most of its words, in one language."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.text.content import content_stems
from core.text.lexicon import Lexicon
from core.text.sentences import split_behind, split_sentences, unwrap

# Forms of one word begin alike.
_KEPT_CHARS = 5
# So many words stand in both, and such a share of those of the longer one; others are as near within a tenth.
MIN_SHARED, _ALIKE, _NEAR = 2, 0.5, 0.1


@dataclass(frozen=True)
class Part:
    """A sentence or one clause of it, with the beginnings of its words; `sentence` ends at a semicolon, too."""

    text: str
    sentence: str
    words: frozenset[str]

    @property
    def before(self) -> str:
        """What its sentence says before it."""
        return self.sentence.partition(self.text)[0]

    def likeness(self, other: "Part") -> float:
        """Return how many of the words of the longer one stand in both, 0 to 1; one word alone tells nothing."""
        shared = len(self.words & other.words)
        return shared / max(len(self.words), len(other.words)) if shared >= MIN_SHARED else 0.0

    def nearest(self, source: Sequence["Part"]) -> list["Part"]:
        """Return the parts of a source that it may say again, the nearest first; [] where it says none."""
        alike = sorted(((self.likeness(other), at) for at, other in enumerate(source)), key=lambda pair: -pair[0])
        best = alike[0][0] if alike else 0.0
        return [source[at] for likeness, at in alike if likeness >= best - _NEAR] if best >= _ALIKE else []


def word_beginnings(text: str) -> list[str]:
    """Return the beginnings of the words that carry content, in order: forms of one word have the same."""
    return [stem[:_KEPT_CHARS] for stem in content_stems(text)]


def parts_of(text: str, known: Lexicon) -> list[Part]:
    """Return the sentences of a text and their clauses, each once, but those of less than two words of content."""
    pieces = (piece for sentence in dict.fromkeys(split_sentences(text)) for piece in split_behind(sentence, ";"))
    found = []
    for sentence in dict.fromkeys(pieces):
        clauses = (clause for part in split_behind(sentence, ",:") for clause in known["small_words.but"].split(part))
        for part in dict.fromkeys(map(unwrap, (sentence, *clauses))):
            words = frozenset(word_beginnings(known["negations.words"].sub(" ", part)))
            if len(words) >= MIN_SHARED:
                found.append(Part(part, sentence, words))
    return found
