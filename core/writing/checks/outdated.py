"""What a draft has from an earlier message of a thread and a later one gives anew or takes back: "520, not 540".

"Please forget the £100" gives nothing in its place; what it takes back is in `withdrawn`.
"""

from collections import deque
from collections.abc import Iterator, Sequence

from core.drafts import Finding, cut_at_word
from core.text.facts import Fact
from core.text.sentences import split_sentences
from core.writing.checks.grounds import WISHES, Grounds
from core.writing.checks.said import Said, messages_of, shares_words
from core.writing.checks.withdrawn import find_withdrawn

_SHOWN_CHARS = 160
# A correction is held against so many messages before it that give what the draft gives.
_MAX_GIVERS = 12
# What stands for something by itself; a bare number has to be named again by what corrects it.
_VALUES = frozenset({"money", "percent", "time", "date"})


def find_outdated_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a remark for each value of an earlier message that a later one corrects, and the draft still gives.

    So for what its own writer takes back (`find_withdrawn`).

    One that gives the new value, too, tells both. The earlier message, the later one and the draft's sentence share
    words, or the later one names the old value. What the person tells to write holds.
    """
    own = grounds.given_facts(f"{grounds.instruction}\n{grounds.values.get(WISHES, '')}")
    messages = messages_of(grounds)
    yield from find_withdrawn(grounds, text, messages)
    draft, lines, told = grounds.facts_of(text), split_sentences(text), set[str]()
    givers: deque[tuple[Said, Sequence[Fact]]] = deque(maxlen=_MAX_GIVERS)
    for later in messages:
        for earlier, given in givers if later.corrects else ():
            for old in (fact for fact in given if fact.text not in told):
                anew = _instead(old, earlier, later)
                if not anew or any(map(draft.hold, anew)):
                    continue
                if place := next((line for line in lines if _tells(grounds, line, old, earlier)), ""):
                    told.add(old.text)
                    sentence = f"“{old.text}” was corrected later: “{cut_at_word(later.whole, _SHOWN_CHARS)}”."
                    yield Finding(check="outdated", severity="warn", place=place, sentence=sentence)
        held = (fact for facts in later.values.values() for fact in facts if draft.hold(fact))
        if given := [fact for fact in held if fact.text not in told and not own.hold(fact)]:
            givers.append((later, given))


def _instead(old: Fact, earlier: Said, later: Said) -> Sequence[Fact]:
    """Return the values that a later statement gives in the place of one of an earlier statement; [] where it stays."""
    kind = (old.category, old.unit)
    again = later.values.get(kind, ())
    is_named = any(old.readings & fact.readings for fact in again)
    if not again or not (is_named or (old.category in _VALUES and _is_about(old, earlier, later))):
        return []
    # Of another unit counts only what is new beside one of this.
    new = [fact for fact in later.facts.missing_from(earlier.facts) if fact in later.stretches]
    is_new = any((fact.category, fact.unit) == kind for fact in new)
    return [fact for fact in new if is_new and fact.category == old.category]


def _is_about(old: Fact, earlier: Said, later: Said) -> bool:
    """Tell whether the words of a later statement stand around this value of an earlier one, and no other of its kind.

    That holds only where it does not name one of them.
    """
    facts, again = earlier.values[old.category, old.unit], later.values[old.category, old.unit]
    if any(fact.readings & other.readings for fact in facts for other in again):
        return False
    around = (fact for fact in (old, *facts) if shares_words(earlier.stretches[fact], later.words))
    return next(around, None) is old and all(fact == old for fact in around)


def _tells(grounds: Grounds, sentence: str, old: Fact, earlier: Said) -> bool:
    """Tell whether a sentence of a draft gives a value and shares a word with what it was first said in."""
    return grounds.facts_of(sentence).hold(old) and shares_words(sentence, earlier.words)
