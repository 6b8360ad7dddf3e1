"""Denials of the source that a draft of the same text has lost: "may not" that became "may"."""

from collections.abc import Iterator

from core.drafts import Finding, cut_at_word
from core.recipes.render import target_language
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.sentences import split_sentences, unwrap
from core.writing.checks.grounds import Grounds

_SHOWN_CHARS = 160


def find_lost_negations(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each place that the source denies and the draft does not, in these or other words.

    Sentences are compared where both texts have as many, else lines, else the whole.
    """
    language = grounds.language or detect_language(text)
    source, draft = lexicon(language), lexicon(target_language(grounds.values) or language)
    for said, written in _beside(grounds.source, text):
        if (word := _denial(said, source)) and not _denies(written, draft):
            place = unwrap(written)
            sentence = f"The source says “{word}” here, the draft does not: “{cut_at_word(place, _SHOWN_CHARS)}”."
            yield Finding(check="negations", severity="repair", place=place, sentence=sentence)


def _denial(text: str, known: Lexicon) -> str:
    """Return the first word that denies something, but for what is a limit: "not later than"."""
    found = known["negations.words"].search(known["negations.limits"].sub(" ", text))
    return found[0] if found else ""


def _denies(text: str, known: Lexicon) -> bool:
    return any(known[f"negations.{name}"].search(text) for name in ("words", "others"))


def _beside(source: str, draft: str) -> Iterator[tuple[str, str]]:
    """Yield what stands beside each other in both texts, in the smallest parts of which both have as many."""
    for said, written in _paired(_lines(source), _lines(draft)) or [(source, draft)]:
        yield from _paired(split_sentences(said), split_sentences(written)) or [(said, written)]


def _paired(said: list[str], written: list[str]) -> list[tuple[str, str]]:
    return list(zip(said, written, strict=True)) if len(said) == len(written) else []


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]
