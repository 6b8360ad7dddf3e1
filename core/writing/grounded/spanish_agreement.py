"""Spanish verbs and determiners that do not go with the words beside them, and accents that make another word."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from core.text.morphology import form
from core.writing.grounded.grammar import Correction
from core.writing.grounded.word_forms import (
    Word,
    begins_clause,
    past_noun,
    plural_form,
    remark,
    sentence_of,
    subject_head,
    table,
    verb_behind,
)

_OTHERS = ("tanto", "tanta", "tantos", "tantas", "cuanto", "cuanta", "cuantos", "cuantas", "poco", "poca", "mismo")


def _plurals(text: str, words: Sequence[Word]) -> Iterator[Correction]:
    del text
    for at, word in enumerate(words):
        if not begins_clause(words, at, "es") or "\u00bf" in word.gap:
            continue
        head = subject_head(words, at, "es", "p") if word.said in table("plural", "es") else -1
        behind = past_noun(words, head, "es") if head > 0 else at + 1
        if head < 0 and word.said not in table("plural_alone", "es"):
            continue
        place, between = verb_behind(words, behind, "es")
        # "Las llaves la tiene Ana": of the pronoun and the verb one is wrong.
        pronoun = place if place > 0 and words[place].said in ("la", "lo") else -1
        place = place + 1 if pronoun > 0 else place
        if not 0 < place < len(words) or not words[place].is_next:
            continue
        verb = words[place]
        is_verb = verb.is_verb_only or (between and between[-1] in ("no", "se")) or pronoun > 0
        if not is_verb or not any(reading.person == "3" for reading in verb.verbs()):
            continue
        right = plural_form(verb, "es")
        start = words[pronoun].start if pronoun > 0 else verb.start
        if right and pronoun > 0:
            right = f"{words[pronoun].said}s {verb.said}"
        yield from remark("es", start, verb.end, right, "plural_verb")


def _determiners(text: str, words: Sequence[Word]) -> Iterator[Correction]:
    del text
    for before, word in pairwise(words):
        if not word.is_next:
            continue
        firsts = [reading for reading in before.can_be if reading.kind in "DR" and reading.number and reading.gender]
        if before.said in ("otros", "otras", "unos", "unas") and word.said in _OTHERS and firsts:
            right = f"{word.said[:-2] if word.said.endswith('s') else word.said[:-1]}{before.said[-2:]}"
            if right != word.said:
                yield from remark("es", word.start, word.end, right, "number")


def _articles(text: str, words: Sequence[Word]) -> Iterator[Correction]:
    """Find "adjunto la copias": behind a verb or a preposition "la" is no pronoun of the verb "copias"."""
    del text
    for at in range(2, len(words)):
        word, article, before = words[at], words[at - 1], words[at - 2]
        if article.said not in ("la", "el", "un", "una", "las", "los") or not (word.is_next and article.is_next):
            continue
        is_led = before.has("P") or any(reading.person == "1" for reading in before.verbs())
        nouns = [reading for reading in word.can_be if reading.kind == "N"]
        number = "p" if article.said.endswith("s") else "s"
        is_other = nouns and all(reading.number and reading.number != number for reading in nouns)
        can_be_else = any(reading.kind not in ("N", "V") for reading in word.can_be)
        if is_led and is_other and word.verbs() and not can_be_else and number == "s":
            right = {"la": "las", "el": "los", "un": "unos", "una": "unas"}[article.said]
            yield from remark("es", article.start, word.end, f"{right} {word.said}", "number")


def _pasts(text: str, words: Sequence[Word]) -> Iterator[Correction]:
    """Find "el técnico ya aviso a": who did it stands before, so that "-o" is "-ó"."""
    del text
    for at, word in enumerate(words):
        if word.said not in table("singular", "es") or not begins_clause(words, at, "es"):
            continue
        head = subject_head(words, at, "es", "s")
        if head < 0:
            continue
        place, between = head + 1, list[str]()
        while (
            place < len(words) and words[place].is_next and words[place].said in ("ya", "no", "nos", "le", "les", "se")
        ):
            between.append(words[place].said)
            place += 1
        if place >= len(words) or not words[place].is_next:
            continue
        verb = words[place]
        first = next(
            (reading for reading in verb.verbs() if reading.mood == "ind pres" and reading.person == "1"), None
        )
        if first and verb.said.endswith("o") and (between or verb.is_verb_only):
            right = form(first._replace(mood="ind psim", person="3"), "es")
            if right == f"{verb.said[:-1]}\u00f3":
                yield from remark("es", verb.start, verb.end, right, "past")


def _asked(text: str, words: Sequence[Word]) -> Iterator[Correction]:
    """Find "quién no pueda venir, que avise": a subjunctive behind it asks nothing."""
    changes = dict(line.split(" => ") for line in table("asked", "es"))
    for at, word in enumerate(words):
        if word.said not in changes or not begins_clause(words, at, "es"):
            continue
        begin, end = sentence_of(text, word)
        verb = next((other for other in words[at + 1 : at + 4] if other.verbs()), None)
        if verb is None or not {"?", "!", "\u00bf", "\u00a1"}.isdisjoint(text[max(0, begin - 1) : end]):
            continue
        moods = {reading.mood for reading in verb.verbs()}
        if "sub pres" in moods and moods <= {"sub pres", "imp"} and verb.is_verb_only:
            right = changes[word.said]
            right = right.capitalize() if text[word.start].isupper() else right
            yield from remark("es", word.start, word.end, right, "asks_nothing")


def _reasons(text: str, words: Sequence[Word]) -> Iterator[Correction]:
    """Find "por qué" where nothing asks, and a reason is given."""
    for at in range(2, len(words) - 1):
        word, before = words[at], words[at - 1]
        if word.said != "qué" or before.said != "por" or not word.is_next or not words[at + 1].is_next:
            continue
        begin, end = sentence_of(text, word)
        asking = table("asking", "es")
        is_asked = any(
            reading.lemma in asking for other in words[: at - 1] if other.start >= begin for reading in other.can_be
        )
        is_said = (before.is_next or before.gap == ", ") and len(words[at - 2].said) > 1
        if is_asked or not is_said or not {"?", "\u00bf"}.isdisjoint(text[max(0, begin - 1) : end]):
            continue
        if words[at + 1].verbs() or words[at + 1].has("D", "R"):
            yield from remark("es", before.start, word.end, "porque", "asks_nothing")


SPANISH = (
    _plurals, _determiners, _articles, _pasts, _asked, _reasons,
)  # fmt: skip
