"""Denials of the source that a draft of the same text has lost: "may not" that became "may"."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.drafts import Finding, cut_at_word
from core.recipes.render import target_language
from core.text.content import content_stems
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.sentences import split_behind, split_sentences, unwrap
from core.text.wishes import readings
from core.writing.checks.grounds import Grounds

_SHOWN_CHARS, _MIN_WORDS, _ALIKE = 160, 2, 0.65
_WORDS, _LIMITS = "negations.words", ("ceiling", "floor")


def find_lost_negations(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each place that the source denies and the draft does not, in these or other words.

    Sentences are compared where both texts have as many, else lines, else the whole.
    """
    language = grounds.language or detect_language(text)
    source, draft = lexicon(language), lexicon(target_language(grounds.values) or language)
    if not draft.words(_WORDS):
        return
    for said, written in _beside(grounds.source, text):
        word, denies = _compared(said, source, written, draft)
        if word and not denies:
            yield _finding(word, unwrap(written))


def find_quote_denied(quote: str, text: str, language: str) -> Iterator[Finding]:
    """Yield a finding for a sentence of an answer in a language that does not deny what the words that it quotes do."""
    source, draft = lexicon(detect_language(quote) or language), lexicon(language)
    word, denies = _compared(quote, source, text, draft)
    # Of several clauses the answer may rest on another.
    is_one_clause = not any(mark in quote for mark in ",;:")
    if word and is_one_clause and not denies and draft.words(_WORDS):
        yield _finding(word, text)


def find_dropped_denials(before: str, text: str, wish: str) -> Iterator[Finding]:
    """Yield a remark for each sentence of a new version, in the same language, that says what the draft before denied.

    Sentences and clauses are held against those before that have most words in common with them; what a wish speaks
    of may say the opposite.
    """
    language = detect_language(before)
    known, wanted = lexicon(language), {*content_stems(wish)}
    if language != detect_language(text) or _tells_little(wish):
        return
    stay = [part for sentence in split_sentences(before) for part in _parts(sentence, known) if not part.stems & wanted]
    for place in split_sentences(text):
        if word := next(filter(None, (_dropped(part, stay, place, known) for part in _parts(place, known))), ""):
            shown = cut_at_word(unwrap(place), _SHOWN_CHARS)
            sentence = f"The version before says “{word}” here, this one does not: “{shown}”."
            yield Finding(check="negations", severity="warn", place=unwrap(place), sentence=sentence)


class _Part(NamedTuple):
    """A sentence or one clause of it, with the stems of its words."""

    text: str
    stems: set[str]

    def likeness(self, other: "_Part") -> float:
        """Return how many of the words of the longer one stand in both; one word alone tells nothing."""
        return len(self.stems & other.stems) / max(len(self.stems), len(other.stems), _MIN_WORDS)


def _parts(sentence: str, known: Lexicon) -> list[_Part]:
    """Return a sentence, and its clauses."""
    clauses = (clause for part in split_behind(sentence, ",;:") for clause in known["small_words.but"].split(part))
    return [_Part(text, {*content_stems(text)}) for text in (sentence, *clauses)]


def _dropped(part: _Part, stay: Sequence[_Part], place: str, known: Lexicon) -> str:
    """Return what denies in the part before that is most like one of the new text, "" where nothing is lost."""
    said = max(stay, key=part.likeness, default=None)
    if said is None or part.likeness(said) < _ALIKE:
        return ""
    word, denies = _compared(said.text, known, place, known)
    # "Not on Monday" may go with its Monday.
    is_there = bool(word) and part.stems.issuperset(content_stems(said.text.partition(word)[2])[:1])
    return word if is_there and not denies else ""


def _tells_little(wish: str) -> bool:
    """Tell whether a wish says what is to be said in words that name nothing: "say that we can"."""
    tells = any(change.kind == "tells" for change in readings(wish)[0])
    return tells and len(content_stems(wish)) <= 1


def _compared(said: str, source: Lexicon, written: str, draft: Lexicon) -> tuple[str, bool]:
    """Return what denies something in a source, "" for nothing, and whether a draft beside it denies something."""
    word, keys = _denial(said, source)
    return word, _others(written, draft) > _others(said, source) or any(draft[key].search(written) for key in keys)


def _finding(word: str, place: str) -> Finding:
    sentence = f"The source says “{word}” here, the draft does not: “{cut_at_word(place, _SHOWN_CHARS)}”."
    return Finding(check="negations", severity="repair", place=place, sentence=sentence)


def without_limits(text: str, known: Lexicon) -> str:
    """Return a text with blanks in place of denials that are a limit: "no later"."""
    for limit in _LIMITS:
        text = known[f"negations.{limit}s"].sub(lambda match: " " * len(match[0]), text)
    return text


def _denial(text: str, known: Lexicon) -> tuple[str, Sequence[str]]:
    """Return what denies something, "" for nothing, and the lists of what may stand for it: of a limit any limit."""
    said = known["negations.phrases"].sub(" ", text)
    if word := known[_WORDS].search(without_limits(said, known)):
        return word[0], (_WORDS,)
    limits = {limit: found[0] for limit in _LIMITS if (found := known[f"negations.{limit}s"].search(said))}
    return unwrap(next(iter(limits.values()), "")), (_WORDS, *(f"negations.{limit}" for limit in limits))


def _others(text: str, known: Lexicon) -> int:
    """Return how many words may deny something as well: "forbidden", and "discount", too."""
    return sum(1 for _ in known["negations.others"].finditer(text))


def _beside(source: str, draft: str) -> Iterator[tuple[str, str]]:
    """Yield what stands beside each other in both texts, in the smallest parts of which both have as many."""
    for said, written in _paired(_lines(source), _lines(draft)) or [(source, draft)]:
        yield from _paired(split_sentences(said), split_sentences(written)) or [(said, written)]


def _paired(said: list[str], written: list[str]) -> list[tuple[str, str]]:
    return list(zip(said, written, strict=True)) if len(said) == len(written) else []


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]
