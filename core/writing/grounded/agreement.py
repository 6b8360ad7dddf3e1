"""What does not go with the words beside it in French and Spanish: verbs, participles and determiners of another form.

LanguageTool's word lists (`core.text.morphology`) tell what a word can be. A remark is given only where no word of the
phrase can be anything else that would make it sound; none is a correction.
"""

from collections.abc import Callable, Iterator, Sequence

from core.text.lexicon import either, expression, lists_beside
from core.text.morphology import form
from core.writing.grounded.french_agreement import FRENCH
from core.writing.grounded.grammar import Correction
from core.writing.grounded.spanish_agreement import SPANISH
from core.writing.grounded.word_forms import TABLES, Word, begins_clause, remark, table, words_of

_MAX_INSIDE_WORDS = 7


def find_disagreements(text: str, language: str) -> Iterator[Correction]:
    """Give the words that do not go with those beside them, with what may be meant."""
    checks = _CHECKS.get(language, ())
    words = words_of(text, language) if checks else []
    for check in checks:
        yield from check(text, words)


def _moods(language: str) -> Callable[[str, Sequence[Word]], Iterator[Correction]]:
    """Return the check that finds an indicative where a subjunctive must stand."""

    def find(text: str, words: Sequence[Word]) -> Iterator[Correction]:
        places = {word.start: at for at, word in enumerate(words)}
        for name in ("wishes", "concessions"):
            phrases = lists_beside(TABLES, name).get(language, ())
            for match in either(map(expression, phrases)).finditer(text) if phrases else ():
                first = places.get(match.start())
                behind = next((at for at, word in enumerate(words) if word.start >= match.end()), len(words))
                is_asked = "?" in text[match.end() :].partition("\n")[0].partition(".")[0]
                if first is None or is_asked or (name == "concessions" and not begins_clause(words, first, language)):
                    continue
                verb = _first_verb(words, behind, language)
                if verb is not None:
                    yield from remark(language, verb.start, verb.end, _subjunctive(verb, language), "subjunctive")

    return find


def _first_verb(words: Sequence[Word], at: int, language: str) -> Word | None:
    """Return the verb of the clause that begins at a place, None where that is not sure."""
    inside = table("inside", language)
    for place in range(at, min(at + _MAX_INSIDE_WORDS, len(words))):
        word, before = words[place], words[place - 1]
        if not word.is_next:
            return None
        leads = place > at and before.has("D", "P", "J") and word.has("N", "J")
        if word.said in inside or leads or word.has("D") or (not word.verbs() and word.has("N", "J", "P", "A")):
            continue
        is_verb = word.is_verb_only or (place > at and before.said in inside and not before.has("D"))
        return word if is_verb and word.verbs() else None
    return None


def _subjunctive(verb: Word, language: str) -> str:
    """Return the subjunctive of a present indicative, "" where it may be one."""
    verbs = verb.verbs()
    present = next((reading for reading in verbs if reading.mood == "ind pres"), None)
    if present is None or any(reading.mood.startswith("sub") for reading in verbs):
        return ""
    return form(present._replace(mood="sub pres"), language)


_Check = Callable[[str, Sequence[Word]], Iterator[Correction]]
_CHECKS: dict[str, Sequence[_Check]] = {"fr": (*FRENCH, _moods("fr")), "es": (*SPANISH, _moods("es"))}
