"""Which language a text is in: by script first, then by stop words. No model, no download."""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.text.catalogues import current_locale
from core.text.forms import LETTERS
from core.text.lexicon import either, joined, lists_beside, whole

# What `detect_language` can find.
LANGUAGE_NAMES = {
    "English": "en",
    "German": "de",
    "French": "fr",
    "Spanish": "es",
    "Italian": "it",
    "Portuguese": "pt",
    "Dutch": "nl",
    "Swedish": "sv",
    "Danish": "da",
    "Polish": "pl",
    "Russian": "ru",
    "Greek": "el",
    "Arabic": "ar",
    "Hebrew": "he",
    "Korean": "ko",
    "Japanese": "ja",
    "Chinese": "zh",
    "Thai": "th",
    "Hindi": "hi",
    "Armenian": "hy",
    "Georgian": "ka",
    "Bengali": "bn",
    "Tamil": "ta",
}
_STOP_WORDS, _TELLING_WORDS = (
    {code: " ".join(lines).split() for code, lines in lists_beside(__file__, name).items()}
    for name in ("stop_words", "telling_words")
)


def _languages_by_word(*tables: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for code, words in table.items():
            for word in dict.fromkeys(words):
                found[word] = (*found.get(word, ()), code) if code not in found.get(word, ()) else found[word]
    return found


_BY_WORD = _languages_by_word(_STOP_WORDS)
_BY_TELLING_WORD = _languages_by_word(_STOP_WORDS, _TELLING_WORDS)
_OPENS = {
    code: [*forms, *lists_beside(__file__, "opens_too").get(code, ())]
    for code, forms in lists_beside(str(Path(__file__).with_name("salutations.py")), "opens").items()
    if code != "mul"
}
_GREETINGS = "|".join(f"(?P<{code}>{joined(forms)})" for code, forms in _OPENS.items())
_GREETING = either([_GREETINGS], r"\A\s*+", r"(?:\Z|(?:[ \t]+[\w.'\u2019-]{1,30}){0,4}+[ \t]*+[,!:\n])")
_GREETING_SCORE = 1.5
_WITHOUT_ESZETT = whole(lists_beside(__file__, "without_eszett")["de"], flags=0)
_LETTERS = {
    "ß": "de",
    "ñ": "es",
    "¿": "es",
    "ł": "pl",
    "ę": "pl",
    "ą": "pl",
    "ż": "pl",
    "ś": "pl",
    "ã": "pt",
    "õ": "pt",
    "å": "sv",
    "ø": "da",
    "ü": "de",
    "œ": "fr",
    "ê": "fr",
}
_SCRIPTS = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "BENGALI": "bn",
    "TAMIL": "ta",
}
_SAMPLE_CHARS = 4000
_MIN_SCORE = 1.5
# Short texts in these are taken for a neighbour's (Spanish for Portuguese) more often than the other way round.
_USUAL, _RARE_SHARE = frozenset({"en", "de", "fr", "es"}), 0.7
_LEAD = 1.25
# Behind a greeting, what is no accident, and how much more of another language it has.
_FEW_WORDS, _FAR_LEAD = 0.9, 2.0
# So many words of one language alone are no name or quotation in another.
_SURE_WORDS = 3


def stop_words() -> frozenset[str]:
    """Return the words that carry no content in any of the languages known here."""
    return frozenset(_BY_WORD)


@functools.cache
def stop_words_of(language: str) -> frozenset[str]:
    """Return the words of one language that carry no content; none where it is not known here."""
    return frozenset(_STOP_WORDS.get(language, ()))


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of a text's language, "" when it is too short or unclear.

    Only the first 4,000 characters are looked at; links and addresses are left out.
    """
    return _detect(text[:_SAMPLE_CHARS])


def is_surely(text: str, language: str, other: str) -> bool:
    """Tell whether a short text is in a language rather than in the other: its words tell, and none otherwise."""
    told = Counter(
        code
        for word in LETTERS.findall(_without_quotations(text))
        if len(codes := {language, other}.intersection(_BY_TELLING_WORD.get(word.casefold(), ()))) == 1
        for code in codes
    )
    return told[language] >= _SURE_WORDS and not told[other]


def _without_quotations(text: str) -> str:
    return re.sub(r"[„“\"«][^„“”\"«»]{1,200}[“”\"»]", " ", text)


@functools.lru_cache(maxsize=256)
def _detect(text: str) -> str:
    """Detect it once for each text: prompt, frame and checks of a draft all ask."""
    sample = _without_links(text)
    script = _script(sample)
    if script != "LATIN":
        return _SCRIPTS.get(script, "")
    scores, greeting = _scores(sample), _GREETING.match(text)
    if greeting and greeting.lastgroup:
        # Who greets in one language and goes on in another writes in the other.
        behind, named = _scores(_without_links(text[greeting.end() :])), greeting.lastgroup
        is_other = max(behind.values()) > max(_FEW_WORDS, _FAR_LEAD * behind[named])
        scores[named] += _GREETING_SCORE * (1.0 if named in _USUAL else _RARE_SHARE)
        scores = behind if is_other else scores
    (best, score), (_, second) = sorted(scores.items(), key=lambda pair: -pair[1])[:2]
    return best if score >= _MIN_SCORE and score >= second * _LEAD else ""


def _without_links(text: str) -> str:
    return " ".join(word for word in text.split() if "//" not in word and "@" not in word)


def _scores(text: str) -> dict[str, float]:
    """Return how much the words and letters of a text speak for each language."""
    scores = dict.fromkeys(_STOP_WORDS, 0.0)
    for word, count in Counter(LETTERS.findall(text)).items():
        codes = _BY_TELLING_WORD.get(word.casefold(), ())
        for code in codes:
            scores[code] += count / len(codes)
    folded = text.casefold()
    for letter in _LETTERS.keys() & set(folded):
        scores[_LETTERS[letter]] += 0.5 * min(2, folded.count(letter))
    for code in scores.keys() - _USUAL:
        scores[code] *= _RARE_SHARE
    return scores


def language_or_spoken(*texts: str) -> str:
    """Return the language of the first text that shows its own, else the one in which the person is spoken to."""
    return next(filter(None, map(detect_language, texts)), current_locale())


def _script(sample: str) -> str:
    counts: dict[str, int] = {}
    for char, count in Counter(sample).items():
        if char.isalpha():
            name = "LATIN" if char < "\u0250" else unicodedata.name(char, "").partition(" ")[0]
            counts[name] = counts.get(name, 0) + count
    if not counts:
        return ""
    # Japanese mixes kana into Chinese characters; any kana tells.
    if counts.get("HIRAGANA", 0) + counts.get("KATAKANA", 0) > 2:
        return "HIRAGANA"
    return max(counts, key=lambda name: counts[name])


def is_language_code(text: str) -> bool:
    """Tell whether a text has the form of an ISO 639-1 code: "en"."""
    return len(text) == 2 and text.isascii() and text.isalpha() and text.islower()


def spelled_as(text: str, words: str) -> str:
    """Return words of ours as a text is spelled: with "ss" for "ß" where it is German as the Swiss write it."""
    is_swiss = "ß" not in text and _WITHOUT_ESZETT.search(text)
    return words.replace("ß", "ss") if is_swiss else words
