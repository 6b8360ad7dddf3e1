"""Denials of the source that a draft of the same text has lost: "may not" that became "may"."""

from collections.abc import Iterator, Sequence

from core.drafts import Finding, cut_at_word
from core.recipes.render import target_language
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.sentences import split_sentences, unwrap
from core.writing.checks.grounds import Grounds

_SHOWN_CHARS = 160
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
