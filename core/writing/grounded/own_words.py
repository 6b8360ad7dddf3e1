"""What a person wants to say as the message itself: only where it is written out in sentences to its reader.

Notes hold directions to a writer, tone words and remarks meant for nobody else. Rules that take them out miss some, and
one that goes out does harm; so notes need a model that writes.
"""

import re
from collections.abc import Collection
from typing import Any

from core.text.facts import extract_facts
from core.text.language import detect_language
from core.text.lexicon import WORD_ENDS, by_language, either, joined, patterns_of, whole
from core.text.salutations import GREETING
from core.text.sentences import ends_sentence, split_sentences, unwrap

_DATA = by_language("briefs")
# "So" and "do" in small letters are mostly no days.
_MIN_WORDS, _SHORT_DAY = 3, 2
_LARGE_DAYS = frozenset({"en", "de"})
_ENDS, _CLOSING = ".!?…:", '"”“»)'
_CLAUSE_END = either([r"(?<![,;:.!?])[,;:.!?]++(?=\s|\Z)", rf"\s{patterns_of('small_words', 'and')}\s", r"\n"])


def as_message(text: str, usual: str = "", *, others: Collection[str] = ()) -> tuple[str, str]:
    """Return the greeting that a text has and the words after it, ("", "") where it is no message to its reader.

    `usual` is the language where the words do not tell theirs. Who is called "he" may be the reader, unless he
    is among the `others` (see `may_mean_reader`). A hurried message may begin small and end without a stop.
    """
    language = detect_language(text) or usual
    words: dict[str, Any] = _DATA.get(language, _DATA["en"])
    directing = [_DATA[language]] if language in _DATA else list(_DATA.values())
    greeted = GREETING.match(text.strip())
    said = text.strip()[greeted.end() :] if greeted else text.strip()
    said = f"{said[:1].upper()}{said[1:]}" if greeted else said
    sentences = [unwrap(sentence) for sentence in split_sentences(said)]
    is_written_out = bool(sentences) and all(_is_whole(sentence, words) for sentence in sentences)
    if not is_written_out or any(_is_for_writer(said, text, others) for text in directing):
        return "", ""
    return greeted[0].strip() if greeted else "", mended(said, language if language in _DATA else "en")


def mended(said: str, language: str) -> str:
    """Return a text with a capital at its beginning, in weekdays and for the English "I", and a stop at its end."""
    if language in _LARGE_DAYS:
        days = (fact for fact in extract_facts(said, language).items if fact.kind == "weekday")
        days = (day for day in days if len(day.text) > _SHORT_DAY and (language == "en" or day.text[-1] != "s"))
        for day in days:
            said = f"{said[: day.start]}{said[day.start].upper()}{said[day.start + 1 :]}"
    first = re.sub(r"(?<![\w'\u2019])i(?=['\u2019\s])", "I", said) if language == "en" else said
    return f"{first[:1].upper()}{first[1:]}{'' if ends_sentence(said, _ENDS, _CLOSING) else '.'}"


def is_private(text: str, language: str) -> bool:
    """Tell whether a text holds what its reader is not to know."""
    return whole(_DATA.get(language, _DATA["en"])["private"]).search(text) is not None


def leaves_topic(sentence: str, language: str) -> bool:
    """Tell whether a private sentence says of what it names that nothing is answered: it hides nothing before it."""
    return either(_DATA.get(language, _DATA["en"])["leaves_topic"]).match(sentence) is not None


def private_marks(note: str, language: str) -> list[str]:
    """Return the words of a note in shorthand that tell, or may tell, that it is not for its reader."""
    words = _DATA.get(language, _DATA["en"])
    return [found[0] for found in whole([*words["private"], *words["hides"]]).finditer(note)]


def says_nothing_yet(text: str, language: str) -> bool:
    """Tell whether a text holds a remark that nothing is promised: no secret, and no sentence for its reader."""
    return whole(_DATA.get(language, _DATA["en"])["uncommitted"]).search(text) is not None


def grumbles(text: str, language: str) -> bool:
    """Tell whether a text grumbles: nothing that its reader should get, though nobody says so."""
    return whole(_DATA.get(language, _DATA["en"])["grumbles"]).search(text) is not None


def may_mean_reader(text: str, language: str) -> frozenset[str]:
    """Return by which words ("he", "she") a text speaks of somebody who may be its reader."""
    forms: dict[str, list[str]] = _DATA.get(language, _DATA["en"])["may_be_reader"]
    return frozenset(name for name, words in forms.items() if whole(words).search(text))


def names_others(sentence: str, language: str) -> frozenset[str]:
    """Return the words ("he", "she") of a sentence that begin a clause and speak of another, who is named before it.

    Of "my son says that he is mad" nobody knows who is.
    """
    words = _DATA.get(language, _DATA["en"])
    found = set[str]()
    for name, others in words["names_other"].items():
        other, meant = (whole(forms).search(sentence) for forms in (others, words["may_be_reader"][name]))
        if other and meant and other.end() <= meant.start():
            breaks = [part.end() for part in _CLAUSE_END.finditer(sentence, other.end(), meant.start())]
            if breaks and not sentence[breaks[-1] : meant.start()].strip():
                found.add(name)
    return frozenset(found)


def directs_writer(clause: str, language: str) -> bool:
    """Tell whether a clause begins as what directs a writer."""
    return _directing(_DATA.get(language, _DATA["en"])).match(clause.strip(" ,;:.!?-")) is not None


def _is_for_writer(text: str, words: dict[str, Any], others: Collection[str]) -> bool:
    """Tell whether a text directs a writer, or holds what its reader is not to know."""
    directs = _directing(words)
    clauses = (clause.strip(" ,;:.!?-") for clause in _CLAUSE_END.split(text))
    may_be_reader = [form for name, forms in words["may_be_reader"].items() if name not in others for form in forms]
    return bool(
        whole([*words["private"], *words["uncommitted"], *may_be_reader]).search(text)
        or any(map(directs.match, clauses))
    )


def _directing(words: dict[str, Any]) -> re.Pattern[str]:
    return either([joined(words["directs"]) + WORD_ENDS, rf"{joined(words['manner'])}\Z"])


def _is_whole(sentence: str, words: dict[str, Any]) -> bool:
    speaks = either(words["speaker"], after=WORD_ENDS).match(sentence) is not None
    first = sentence.lstrip('"“„«¿¡( ')[:1]
    written = (first.isdecimal() or (first.isalpha() and not first.islower())) and ends_sentence(
        sentence, _ENDS, _CLOSING
    )
    return len(sentence.split()) >= _MIN_WORDS - speaks and (speaks or written)
