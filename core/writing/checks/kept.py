"""What must stay has stayed in a draft: the hard facts of its source, and defined terms."""

from collections.abc import Iterator, Sequence

from core.drafts import Finding
from core.text.content import content_stems
from core.text.definitions import find_definitions, has_term, is_quoted
from core.text.dictionaries import find_dictionary
from core.text.facts import Fact, Facts, extract_facts
from core.text.language import detect_language
from core.text.lexicon import either_of, lexicon
from core.text.sentences import split_sentences
from core.writing.checks.fidelity import NOT_COMPARED, called
from core.writing.checks.grounds import CONTEXT, FROM_THREAD, Grounds
from core.writing.grounded.occasions import is_negated

_MOMENTS = frozenset({"date", "weekday"})
_IN_WORDS = _MOMENTS | {"time"}
_BEFORE_CHARS = 40
_NOT_SO = either_of("replies", "not_so", r"(?<!\w)", r"(?!\w)")
# What a scan reads for letters.
_LETTERS = (str.maketrans("01", "ol"), str.maketrans("01", "oi"))


def find_lost_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each hard fact of the source that the draft no longer holds, and was not asked to change.

    Much of a conversation is for those alone who talk: a message that is made of it may leave out anything.
    """
    if grounds.values.get(FROM_THREAD):
        return
    said = grounds.facts_of(text)
    has_words = bool(lexicon(grounds.language_of(text)).words("facts.months"))
    missing = [
        fact
        for fact in grounds.source_facts.missing_from(said)
        if fact.kind not in NOT_COMPARED
        and (has_words or _is_in_figures(fact))
        and not _is_misread(fact, grounds.language)
    ]
    for fact in _unchanged(missing, grounds.source_facts, _asked_for(grounds, said), said):
        kind = called(fact)
        sentence = f"The {kind} “{fact.text}” of the source is missing."
        yield Finding(check="kept", severity="repair", sentence=sentence)


def find_untold_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a remark for each hard fact that the person told for a reply and that the draft does not say.

    What they do not want said, or have taken back, is no such fact: "don't mention the discount", "3 pm, not 5 pm".
    """
    language = detect_language(grounds.instruction) or grounds.language
    sentences = [line for line in split_sentences(grounds.instruction) if not is_negated(language, line)]
    told = "\n".join(line for line in sentences if not _NOT_SO.search(line))
    for fact in grounds.given_facts(told).missing_from(grounds.facts_of(text)):
        if not fact.is_weak and fact.kind not in NOT_COMPARED:
            sentence = f"The {called(fact)} “{fact.text}” that you told is missing."
            yield Finding(check="told", severity="warn", sentence=sentence)


def find_exchanged_facts(before: str, text: str, wishes: str) -> Iterator[Finding]:
    """Yield a finding for each hard fact of a version that another took the place of, which no wish names."""
    language = detect_language(text)
    old, new = extract_facts(before, language), extract_facts(text, language)
    asked = extract_facts(wishes, detect_language(wishes) or language)
    # "Thursday instead" changes the date, too.
    is_moved = any(fact.kind in _MOMENTS for fact in asked.items)
    lost = [fact for fact in old.missing_from(new) if _is_telling(fact) and not asked.hold(fact)]
    lost = [fact for fact in lost if not (is_moved and fact.kind in _MOMENTS)]
    for fact in filter(_is_telling, new.missing_from(old.together_with(asked))):
        exchanged = next((other for other in lost if _takes_place_of(fact, other)), None)
        if exchanged:
            lost.remove(exchanged)
            was, became = (each.text.rstrip(".") for each in (exchanged, fact))
            sentence = f"“{was}” became “{became}”, which you did not ask for."
            yield Finding(check="kept", severity="warn", place=fact.text, sentence=sentence)


def _is_telling(fact: Fact) -> bool:
    """Tell whether a fact says more than a bare number."""
    return not fact.is_weak and (fact.kind != "number" or fact.has_unit or bool(fact.unit))


def _is_in_figures(fact: Fact) -> bool:
    """Tell whether a fact is found again in a language whose words for numbers and moments nobody knows."""
    return fact.kind not in _IN_WORDS and any(map(str.isdecimal, fact.text))


def _is_misread(fact: Fact, language: str) -> bool:
    """Tell whether an id is a word in which a scan took a letter for a figure: "dr0it"."""
    is_wordlike = fact.kind == "id" and fact.text.islower() and fact.text[-1].isalpha()
    dictionary = find_dictionary(language) if is_wordlike else None
    return dictionary is not None and any(dictionary.knows(fact.text.translate(letters)) for letters in _LETTERS)


def _asked_for(grounds: Grounds, said: Facts) -> list[Fact]:
    """Return the facts of a draft that stand in what its person wants changed, and not in the source."""
    wanted, before = grounds.given_facts(grounds.instruction), grounds.source_facts
    if not wanted.items:
        return []
    # "By 11 May" keeps the year that the source says.
    both = before.together_with(wanted)
    return [fact for fact in said.items if both.hold(fact) and not before.hold(fact)]


def _unchanged(missing: Sequence[Fact], source: Facts, new: Sequence[Fact], said: Facts) -> list[Fact]:
    """Return missing facts but for those whose places new ones took: each took that before which most alike is said."""
    left = list(missing)
    for fact in new:
        stems = _stems_before(fact, said)
        fitting = [other for other in left if _takes_place_of(fact, other)]
        if fitting:
            left.remove(max(fitting, key=lambda other: len(stems & _stems_before(other, source))))
    # "Friday, 4 May" became "11 May".
    is_moved = any(fact.kind in _MOMENTS for fact in new)
    return [fact for fact in left if not (is_moved and fact.kind == "weekday")]


def _stems_before(fact: Fact, of: Facts) -> set[str]:
    return {*content_stems(of.source[max(0, fact.start - _BEFORE_CHARS) : fact.start])}


def _takes_place_of(new: Fact, old: Fact) -> bool:
    """Tell whether a fact is of the kind of another: an amount does not take the place of a number of months."""
    return new.kind == old.kind and new.unit == old.unit and new.has_unit == old.has_unit


def find_changed_terms(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each term that the source defines no more, or uses and the draft writes otherwise."""
    defined = dict.fromkeys(definition.term for definition in find_definitions(grounds.source))
    for term in defined:
        if not is_quoted(text, term):
            sentence = f"The definition of the term “{term}” is missing."
            yield Finding(check="terms", severity="block", sentence=sentence)
    # A recipe that shortens may leave a term out with what it stands in; it may not write it otherwise.
    keeps_all = not 0 < grounds.recipe.output.max_ratio < 1
    around = dict.fromkeys(definition.term for definition in find_definitions(grounds.values.get(CONTEXT, "")))
    for term in (term for term in around if term not in defined):
        is_gone = has_term(grounds.source, term) and not has_term(text, term)
        if is_gone and (keeps_all or term.casefold() in text.casefold()):
            sentence = f"The document defines the term “{term}”, which must be written just so."
            yield Finding(check="terms", severity="block", sentence=sentence)
