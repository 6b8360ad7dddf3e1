"""What a person wants to say as the message itself: only where it is written out in sentences to its reader.

Notes hold directions to a writer, tone words and remarks meant for nobody else. Rules that take them out miss some, and
one that goes out does harm; so notes need a model that writes.
"""

import re
from collections.abc import Sequence
from typing import Any

from core.text.facts import extract_facts
from core.text.language import detect_language
from core.text.lexicon import WORD_ENDS, by_language, either, joined, patterns_of, whole
from core.text.salutations import GREETING, OPENS
from core.text.sentences import ends_sentence, split_sentences, unwrap

_DATA = by_language("briefs")
# "So" and "do" in small letters are mostly no days.
_MIN_WORDS, _SHORT_DAY, _MOST_GREETING_WORDS = 3, 2, 5
_LARGE_DAYS = frozenset({"en", "de"})
_ENDS, _CLOSING = ".!?…:", '"”“»)'
# Where a sentence of notes ends, though the next begins small; not behind "Mr." or "17.".
_STOP = either([r"(?<=[^\W\d_]{3}[.!?])\s+"])
_NAME = re.compile(r"[A-ZÀ-Þ][\w-]+[,!:] ")
_EDGE = " ,;:.!?-"
_CLAUSE_END = either([r"(?<![,;:.!?])[,;:.!?]++(?=\s|\Z)", rf"\s{patterns_of('small_words', 'and')}\s", r"\n"])


def as_message(text: str, usual: str = "", reader: str = "") -> tuple[str, str]:
    """Return the greeting that a text has and the words after it, ("", "") where it is no message to its reader.

    `usual` is the language where the words do not tell theirs; by the name of the `reader` any greeting is known ("Hoi
    Flurin,"). Who is called "he" may be the reader. A hurried message may begin small and end without a stop.
    """
    language = detect_language(text) or usual
    words: dict[str, Any] = _DATA.get(language, _DATA["en"])
    directing = [_DATA[language]] if language in _DATA else list(_DATA.values())
    greeted, told = _greeting_of(text.strip(), reader)
    said = f"{told[:1].upper()}{told[1:]}" if greeted else told
    sentences = [unwrap(sentence) for sentence in split_sentences(said)]
    is_written_out = bool(sentences) and all(_is_whole(sentence, words) for sentence in sentences)
    is_plain = is_written_out and not any(_is_for_writer(said, text) for text in directing)
    if not is_plain and not _is_letter(greeted, sentences, language or "en"):
        return "", ""
    said = mended(said, language if language in _DATA else "en")
    # German goes on in small letters below a greeting.
    goes_on = greeted and language == "de" and told[:1].islower()
    return greeted, f"{told[:1]}{said[1:]}" if goes_on else said


def _greeting_of(text: str, reader: str) -> tuple[str, str]:
    """Return the greeting of a text, also with a comma before the name ("Hola, Gema:"), and what stands behind it."""
    names = [re.escape(word) for word in reader.split() if len(word) > 1]
    called = re.match(rf"(?:\w+\.? ){{1,3}}{joined(names)}[,!:]\s+", text) if names else None
    found = GREETING.match(text) or called
    # "Hi yes I take the key," is more than a greeting.
    if not found or len(found[0].split()) > _MOST_GREETING_WORDS:
        return "", text
    named = _NAME.match(text, found.end()) if found[0].rstrip().endswith(",") else None
    end = named.end() if named else found.end()
    return text[:end].strip(), text[end:]


def mended(said: str, language: str) -> str:
    """Return a text with a capital at its beginning, in weekdays and for the English "I", and a stop at its end."""
    if language in _LARGE_DAYS:
        days = (fact for fact in extract_facts(said, language).items if fact.kind == "weekday")
        days = (day for day in days if len(day.text) > _SHORT_DAY and (language == "en" or day.text[-1] != "s"))
        for day in days:
            said = f"{said[: day.start]}{said[day.start].upper()}{said[day.start + 1 :]}"
    first = re.sub(r"(?<![\w'\u2019])i(?=['\u2019\s])", "I", said) if language == "en" else said
    return f"{first[:1].upper()}{first[1:]}{'' if ends_sentence(said, _ENDS, _CLOSING) else '.'}"


def is_manner(clause: str, language: str) -> bool:
    """Tell whether a clause is only a wish about tone or length."""
    return either(_DATA.get(language, _DATA["en"])["manner"]).fullmatch(clause.replace(",", "")) is not None


def parted(text: str, language: str) -> tuple[list[str], str]:
    """Return the clauses at the edges of a text's sentences that say how to write, and the text without them."""
    words = _DATA.get(language, _DATA["en"])
    how = either([*words["manner"], *words["how"]])
    directions, kept = list[str](), list[str]()
    for sentence in (part for line in text.splitlines() for part in _STOP.split(line)):
        clauses = [(clause.start(), clause[0].strip(_EDGE)) for clause in re.finditer(r"[^,]+", sentence)]
        told = [how.fullmatch(clause) is not None for _, clause in clauses]
        first = told.index(False) if False in told else len(told)
        last = len(told) - (told[::-1].index(False) if False in told else 0)
        begin, end = (clauses[at][0] if at < len(clauses) else len(sentence) for at in (first, last))
        directions += [part for part in (sentence[:begin].strip(" ,"), sentence[end:].strip(" ,")) if part]
        stop = sentence[-1] if end < len(sentence) and sentence[-1] in _ENDS else ""
        kept.append(f"{sentence[begin:end].strip(' ,')}{stop}" if first < last else "")
    return directions, " ".join(filter(None, kept)) if directions else text


def _is_aside(sentence: str, language: str) -> bool:
    """Tell whether a sentence may be a remark or a wish for nobody but a writer."""
    words = _DATA.get(language, _DATA["en"])
    is_private = whole([*words["private"], *words["uncommitted"], *words["grumbles"]]).search(sentence) is not None
    return "(" in sentence or is_private or is_manner(sentence.strip(_EDGE), language)


def _is_letter(greeted: str, sentences: Sequence[str], language: str) -> bool:
    """Tell whether sentences behind a greeting are a letter: who writes "Dear Alan" writes to him.

    Not where one of them keeps from somebody what they are not to know, or says how to write.
    """
    words = _DATA.get(language, _DATA["en"])
    meant, directs = whole(words["may_be_reader"]), either([joined(words["directs"]) + WORD_ENDS])
    asides = [sentence for sentence in sentences if _is_aside(sentence, language)]
    asks_reader = either([words["asks_reader"]])
    is_kept = any(meant.search(sentence) or not asks_reader.match(sentence) for sentence in asides)
    is_directed = any(directs.match(sentence) and meant.search(sentence) for sentence in sentences)
    # "lieber verlängern, 150 kg" greets nobody.
    opens = OPENS.match(greeted)
    greets = bool(opens and not greeted[opens.end() :].strip(_EDGE)) or greeted.rpartition(" ")[2][:1].isupper()
    return bool(greeted and sentences) and greets and not (is_kept or is_directed)


def _is_for_writer(text: str, words: dict[str, Any]) -> bool:
    """Tell whether a text directs a writer, or holds what its reader is not to know."""
    private = whole([*words["private"], *words["uncommitted"], *words["grumbles"], *words["may_be_reader"]])
    return private.search(text) is not None or _directs(text, words)


def directs_writer(text: str, language: str) -> bool:
    """Tell whether a clause of a text says how to write."""
    return _directs(text, _DATA.get(language, _DATA["en"]))


def _directs(text: str, words: dict[str, Any]) -> bool:
    return any(_directing(words).match(clause.strip(_EDGE)) for clause in _CLAUSE_END.split(text))


def _directing(words: dict[str, Any]) -> re.Pattern[str]:
    directs = rf"(?:{words['leads']} ){{0,2}}{joined(words['directs'])}{WORD_ENDS}"
    return either([directs, rf"{joined(words['manner'])}\Z"])


def _is_whole(sentence: str, words: dict[str, Any]) -> bool:
    speaks = either(words["speaker"], after=WORD_ENDS).match(sentence) is not None
    first = sentence.lstrip('"“„«¿¡( ')[:1]
    written = (first.isdecimal() or (first.isalpha() and not first.islower())) and ends_sentence(
        sentence, _ENDS, _CLOSING
    )
    return len(sentence.split()) >= _MIN_WORDS - speaks and (speaks or written)
