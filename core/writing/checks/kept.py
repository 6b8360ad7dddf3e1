"""What must stay has stayed in a draft: the hard facts of its source, and defined terms."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from core.drafts import Finding
from core.text.content import content_stems
from core.text.definitions import find_definitions, has_term, is_quoted
from core.text.dictionaries import find_dictionary
from core.text.facts import Fact, Facts
from core.text.forms import ALPHABETIC, DIGITS
from core.text.lexicon import lexicon
from core.text.sentences import split_sentences
from core.writing.checks.fidelity import NOT_COMPARED, called
from core.writing.checks.grounds import CONTEXT, FROM_THREAD, Grounds

# "Friday, 4 May" becomes "11 May".
_MOMENTS = frozenset({"date", "weekday"})
_IN_WORDS = _MOMENTS | {"time"}
_MAX_BETWEEN_CHARS, _NEAR_CHARS = 12, 40


def find_lost_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each hard fact of the source that the draft no longer holds, and was not asked to change.

    Much of a conversation is for those alone who talk: a message that is made of it may leave out anything.
    """
    if grounds.values.get(FROM_THREAD):
        return
    said = grounds.facts_of(text)
    has_words = bool(lexicon(grounds.language_of(text)).words("facts.months"))
    missing = [fact for fact in grounds.source_facts.missing_from(said) if has_words or _is_in_figures(fact)]
    changed = _changed(missing, grounds.source_facts, _asked_for(grounds, said), said)
    for fact in missing:
        if fact.kind == "id" and _is_read_right(fact.text, text, grounds.language):
            continue
        if fact.kind not in NOT_COMPARED and not _is_among(fact, changed):
            kind = called(fact)
            sentence = f"The {kind} “{fact.text}” of the source is missing."
            yield Finding(check="kept", severity="repair", sentence=sentence)


def _is_in_figures(fact: Fact) -> bool:
    """Tell whether a fact is found again in a language whose words for numbers and moments nobody knows."""
    return fact.kind not in _IN_WORDS and any(map(str.isdecimal, fact.text))


def _is_read_right(token: str, text: str, language: str) -> bool:
    """Tell whether a token is a word with a figure that a scan took for a letter, and a text has the word: "dr0it"."""
    letters = token.replace("0", "", 1) if "0" in token else token.replace("1", "", 1)
    is_misread = len(letters) == len(token) - 1 and letters.isalpha() and token[0].isalpha() and token[-1].isalpha()
    dictionary = find_dictionary(language) if is_misread else None
    words = {token.replace("0", "o").replace("1", letter) for letter in "li"}
    return dictionary is not None and any(map(dictionary.knows, words.intersection(ALPHABETIC.findall(text))))


def _asked_for(grounds: Grounds, said: Facts) -> list[Fact]:
    """Return the facts of a draft that stand in what its person wants changed, and not in the source."""
    wanted, before = grounds.instruction_facts, grounds.source_facts
    if not wanted.items:
        return []
    # "By 11 May" keeps the year that the source says.
    both = before.together_with(wanted)
    named = (fact for fact in said.items if wanted.hold(fact) or (both.hold(fact) and not before.hold(fact)))
    return [fact for fact in named if not any(fact.readings & known.readings for known in before.items)]


class _Place(NamedTuple):
    """Where a text says a fact, with the weekday of a date, and the words around it."""

    facts: list[Fact]
    near: set[str]
    sentence: set[str]

    def alike(self, other: "_Place") -> tuple[int, int]:
        """Return how much of what stands around is the same, in the order in which it counts."""
        return len(self.near & other.near), len(self.sentence & other.sentence)


def _changed(missing: Iterable[Fact], source: Facts, new: list[Fact], said: Facts) -> list[Fact]:
    """Return the facts of a source whose places new ones took: each took one, that of which most alike is said.

    Where a new fact is said again, it takes another only if that is the one that most alike is said of.
    """
    gone = {fact.text for fact in missing} if new else set()
    old = _places([fact for fact in source.items if fact.text in gone], source.source)
    changed: list[Fact] = []
    told: list[Fact] = []
    for place in _places(new, said.source):
        first = place.facts[0]
        fitting = [other for other in old if _takes_place_of(first, other.facts[0])]
        free = [other for other in fitting if not _is_among(other.facts[0], changed)]
        taken = [other for other in fitting if _is_among(other.facts[0], changed)] if _is_among(first, told) else []
        told.append(first)
        best = max([*taken, *free], key=place.alike, default=None)
        if best and not _is_among(best.facts[0], changed):
            changed += best.facts
    return changed


def _is_among(fact: Fact, others: Iterable[Fact]) -> bool:
    return any(
        fact.kind == other.kind and fact.unit == other.unit and not fact.readings.isdisjoint(other.readings)
        for other in others
    )


def _places(facts: list[Fact], text: str) -> list[_Place]:
    """Return the places of facts in a text: "Friday, 4 May" is one."""
    places: list[_Place] = []
    sentences = _sentences(text)
    start, sentence, stems = 0, "", set[str]()
    for previous, fact in zip([None, *facts], facts, strict=False):
        while start + len(sentence) <= fact.start:
            start, sentence = next(sentences, (fact.start, fact.text))
            stems = {*content_stems(sentence)}
        if previous and _are_one(previous, fact) and len(places[-1].facts) == 1:
            places[-1].facts.append(fact)
        else:
            begin = max(0, fact.start - start)
            end = begin + len(fact.text)
            before, after = sentence[max(0, begin - _NEAR_CHARS) : begin], sentence[end : end + _NEAR_CHARS]
            # Beyond a comma or a number stands what is said of another fact.
            words = (DIGITS.split(before.rpartition(",")[2])[-1], DIGITS.split(after.partition(",")[0])[0])
            places.append(_Place([fact], {*content_stems(" ".join(words))}, stems))
    return places


def _are_one(first: Fact, second: Fact) -> bool:
    """Tell whether two facts are a date and its weekday."""
    between = second.start - first.start - len(first.text)
    return {first.kind, second.kind} == _MOMENTS and between <= _MAX_BETWEEN_CHARS


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    end = 0
    for sentence in split_sentences(text):
        start = text.index(sentence, end)
        end = start + len(sentence)
        yield start, sentence


def _takes_place_of(new: Fact, old: Fact) -> bool:
    """Tell whether a fact is of the kind of another: an amount does not take the place of a number of months."""
    is_moment = {new.kind, old.kind} <= _MOMENTS
    return is_moment or (new.kind == old.kind and new.unit == old.unit and new.has_unit == old.has_unit)


def find_changed_terms(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each term that the source defines no more, or uses and the draft writes otherwise."""
    defined = [definition.term for definition in find_definitions(grounds.source)]
    for term in defined:
        if not is_quoted(text, term):
            sentence = f"The definition of the term “{term}” is missing."
            yield Finding(check="terms", severity="block", sentence=sentence)
    # A recipe that shortens may leave a term out with what it stands in; it may not write it otherwise.
    keeps_all = not 0 < grounds.recipe.output.max_ratio < 1
    for term in {
        definition.term: None
        for definition in find_definitions(grounds.values.get(CONTEXT, ""))
        if definition.term not in defined
    }:
        is_gone = has_term(grounds.source, term) and not has_term(text, term)
        if is_gone and (keeps_all or term.casefold() in text.casefold()):
            sentence = f"The document defines the term “{term}”, which must be written just so."
            yield Finding(check="terms", severity="block", sentence=sentence)
