"""French verbs and participles that do not go with their subject, their auxiliary or the object before them."""

from collections.abc import Iterator, Sequence

from core.text.morphology import Reading, form
from core.writing.grounded.grammar import Correction
from core.writing.grounded.word_forms import (
    BREAKS,
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

# Behind these forms no noun stands without a verb: "vous devez les envoyés".
_LEADING = (
    "devez",
    "dois",
    "doit",
    "devons",
    "doivent",
    "pouvez",
    "peux",
    "peut",
    "pouvons",
    "peuvent",
    "vais",
    "va",
    "allons",
    "allez",
    "vont",
)


def _plurals(text: str, words: Sequence[Word]) -> Iterator[Correction]:
    del text
    for at, word in enumerate(words):
        if word.said not in table("plural", "fr") or not begins_clause(words, at, "fr"):
            continue
        head = subject_head(words, at, "fr", "p")
        place, _ = verb_behind(words, past_noun(words, head, "fr"), "fr") if head > 0 else (-1, [])
        if place <= 0:
            continue
        verb = words[place]
        genders = {reading.gender for reading in words[head].can_be if reading.kind == "N"}
        if verb.is_verb_only or (place == head + 1 and _is_no_second_noun(verb, genders)):
            yield from remark("fr", verb.start, verb.end, plural_form(verb, "fr"), "plural_verb")


def _is_no_second_noun(verb: Word, genders: set[str]) -> bool:
    """Tell whether "manques" in "les places manques" can be no noun beside a noun: the gender is another."""
    nouns = [reading for reading in verb.can_be if reading.kind == "N"]
    others = [reading for reading in verb.can_be if reading.kind != "N" and not reading.is_finite]
    return (
        bool(nouns and verb.verbs())
        and not others
        and all(reading.number == "p" and reading.gender and reading.gender not in genders for reading in nouns)
        and not any(reading.lemma in table("second_nouns", "fr") for reading in nouns)
    )


def _persons(text: str, words: Sequence[Word]) -> Iterator[Correction]:
    """Find "nous" forms without "nous": "Les coupes ont été commandées et arriverons jeudi"."""
    del text
    for at, word in enumerate(words):
        is_first = word.is_verb_only and {(reading.person, reading.number) for reading in word.can_be} == {("1", "p")}
        if not (is_first and at and word.is_next and words[at - 1].said in ("et", "mais", "puis", "ou")):
            continue
        before = list[Word]()
        for other in reversed(words[:at]):
            before.append(other)
            if not BREAKS.isdisjoint(other.gap):
                break
        is_plural = any(
            reading.person == "3" and reading.number == "p" for other in before for reading in other.verbs()
        )
        is_plural = is_plural or before[-1].said in table("plural", "fr")
        if is_plural and not {"nous", "moi", "toi", "vous"} & {other.said for other in before}:
            yield from remark("fr", word.start, word.end, plural_form(word, "fr"), "plural_verb")


def _participles(text: str, words: Sequence[Word]) -> Iterator[Correction]:
    for at in range(1, len(words) - 1):
        word, before, last = words[at], words[at - 1], words[at - 2]
        if not word.is_next or not before.is_next:
            continue
        # "a donc autoriser": an adverb stands between "avoir" and a participle only.
        is_infinitive = word.said.endswith("er") and [reading.mood for reading in word.can_be] == ["inf"]
        is_adverb = before.has("A") and before.said not in ("à", "de", "pas", "plus", "rien", "que", "y", "en")
        if is_infinitive and is_adverb and last.said in ("ai", "as", "a", "avons", "avez", "ont", "avait", "avaient"):
            end = "és" if at > 2 and words[at - 3].said in ("nous", "les", "vous") else "é"
            yield from remark("fr", word.start, word.end, word.said[:-2] + end, "participle")
        # "préférez les réglés": a pronoun, and what is no noun.
        wants = any(reading.lemma in table("wanting", "fr") for reading in last.verbs())
        is_noun = word.has("N", "D") and last.said not in _LEADING
        is_participle = word.said.endswith(("é", "és", "ée", "ées")) and not is_noun
        is_participle = is_participle and any(reading.mood == "ppa" for reading in word.can_be)
        if (
            wants
            and is_participle
            and before.said in ("les", "le", "la", "l", "nous", "vous", "me", "te", "lui", "leur")
        ):
            yield from remark("fr", word.start, word.end, word.said.rstrip("es").rstrip("é") + "er", "infinitive")
        yield from _behind_object(text, words, at)


def _behind_object(text: str, words: Sequence[Word], at: int) -> Iterator[Correction]:
    """Find "cette pièce, je l'ai envoyé": the participle goes with the noun that the pronoun stands for."""
    word, before, last = words[at], words[at - 1], words[at - 2]
    masculine = [reading for reading in word.can_be if reading.mood == "ppa" and reading.gender == "m"]
    has_avoir = any(reading.lemma == "avoir" for reading in before.verbs())
    if at < 3 or not masculine or not has_avoir or last.said not in ("l", "les"):
        return
    begin, _ = sentence_of(text, word)
    sentence = [other for other in words[: at - 2] if other.start >= begin]
    number = "s" if last.said == "l" else "p"
    nouns = _named_nouns(sentence, number)
    if nouns and all(noun.gender == "f" for noun in nouns) and (number == "p" or _leads(sentence)):
        right = form(masculine[0]._replace(number=number, gender="f"), "fr")
        yield from remark("fr", word.start, word.end, right, "participle_of_object")


def _named_nouns(words: Sequence[Word], number: str) -> list[Reading]:
    """Return the nouns of a number (s, p) that stand behind a determiner among some words."""
    return [
        reading
        for place, other in enumerate(words)
        if place and words[place - 1].has("D") and other.is_next
        for reading in other.can_be
        if reading.kind == "N" and (reading.number == number or not reading.number)
    ]


def _leads(sentence: Sequence[Word]) -> bool:
    """Tell whether a noun and a comma stand right before the subject: "cette pièce, je"."""
    if len(sentence) < 3 or sentence[-1].gap != ", " or not sentence[-1].has("R") or not sentence[-3].has("D"):
        return False
    return sentence[-2].said != "chose" and all(r.gender == "f" for r in sentence[-2].can_be if r.kind == "N")


FRENCH = (_plurals, _persons, _participles)
