"""The terms that passages and questions are compared by: stems, numbers and codes; for a sealed source keyed hashes.

A passage is stemmed in its own language, a question in every language that the index holds, since a question in one
language may name a word that stands in a text of another. Numbers and codes stay whole ("iso-27001"), and their parts
are terms too. Accents are folded after stemming. Scripts that write without spaces give pairs of characters.

What the index of a sealed source reveals to somebody who holds its file and not the secret key: how often each word
occurs, which occur together and in which order, and which passages are the same, never which words they are; frequent
words can be guessed by their frequency. Vectors, where they are made, tell roughly what a passage is about to whoever
runs the same model, sealed or not.
"""

import base64
import hashlib
import hmac
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from core.privacy import Cipher
from core.text.content import is_empty_word
from core.text.forms import ALPHANUMERIC
from core.text.language import stop_words, stop_words_of
from core.text.same_words import words_like

_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
MAX_TERM_CHARS = 40
_HASH_BYTES = 10
_MAX_CACHED = 100_000
_MAX_QUESTION_WORDS, _MAX_LIKE = 24, 16
# Words, numbers and codes; what joins their parts is kept when a digit is among them.
_TOKEN = re.compile(r"[^\W_]+(?:[-.,:/_&+@'\u2019][^\W_]+)*")
# From here on scripts write without spaces: Thai, Lao, Khmer; Chinese, Japanese, Korean.
_UNSPACED = (("\u0e00", "\u0eff"), ("\u1780", "\u17ff"), ("\u2e80", "\ud7ff"), ("\uf900", "\ufaff"))
_GROUPED_DIGITS = 3
_stemming = threading.Lock()


_stemmers: dict[str, Any] = {}


class TermKeys:
    """Makes keyed hashes of terms and texts.

    What is indexed is hashed with the newest key, what is looked for with each of them: so what was indexed before a
    rotation is found until it is indexed again. `name` says which key is the newest, for whoever looks after that.

    Args:
        keys: for this purpose alone, newest first; see `load_term_keys`.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = keys
        self.name = hashlib.sha256(self._keys[0]).hexdigest()[:8]

    def hashed(self, terms: Iterable[str]) -> list[str]:
        """Return the hashes of terms that are indexed, in their order."""
        return [_hash(self._keys[0], term) for term in terms]

    def looked_for(self, terms: Iterable[str]) -> list[str]:
        """Return the hashes that terms may have been indexed by."""
        return [_hash(key, term) for term in terms for key in self._keys]

    def digest(self, text: str) -> str:
        """Return what is the same for passages of the same text, whatever their spaces and capitals."""
        plain = " ".join(text.casefold().split())
        return _encoded(hmac.digest(self._keys[0], b"passage " + plain.encode("utf-8", "replace"), "sha256"))


def load_term_keys(cipher: Cipher) -> TermKeys:
    """Return the keys of terms, derived from the secret keys of the store."""
    return TermKeys(cipher.derived_keys("terms of the index of knowledge"))


def passage_terms(text: str, language: str = "") -> list[str]:
    """Return the terms of a passage in their order; its title and heading belong into the text.

    Args:
        text: of the passage.
        language: of the item, ISO 639-1, "" when nobody knows; then words are terms as they are.
    """
    return list(_terms(text, language))


def question_words(question: str, languages: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the words of a question, each as the terms that stand for it in those languages: "vacation" as "leave".

    Args:
        question: what a person wrote; words without content are left out, unless nothing else is said.
        languages: the languages of the passages that are searched, "" among them for those of an unknown language.
    """
    asked = list(dict.fromkeys(languages)) or [""]
    every = list(dict.fromkeys(_tokens(question)))
    telling = [token for token in every if token not in stop_words() and not is_empty_word(token)]
    words = (tuple(dict.fromkeys(_looked_for(token, asked))) for token in telling or every)
    return [terms for word in words if (terms := tuple(filter(None, word)))][:_MAX_QUESTION_WORDS]


def _looked_for(token: str, languages: Sequence[str]) -> Iterator[str]:
    """Yield the terms that a word of a question may stand by: its own, and those of words that say the same."""
    for word in (token, *words_like(token)[:_MAX_LIKE]):
        yield from (_term(word, language) for language in languages)


def _terms(text: str, language: str) -> Iterator[str]:
    empty = stop_words_of(language)
    for token in _tokens(text):
        if token not in empty:
            yield _term(token, language)


def _tokens(text: str) -> Iterator[str]:
    """Yield words in small letters, and codes with their parts."""
    for match in _TOKEN.finditer(unicodedata.normalize("NFC", text).casefold()):
        token = match[0]
        if token.isalpha():
            yield from _pairs(token) if _is_unspaced(token[0]) else (token,)
            continue
        parts = ALPHANUMERIC.findall(token)
        if len(parts) > 1 and any(part[0].isdigit() or part[-1].isdigit() for part in parts):
            yield _number(token, parts)
        yield from parts


def _number(token: str, parts: list[str]) -> str:
    """Return "1,200.50" and "1.200,50" as the same term, and every other code as it is."""
    if not all(part.isdigit() for part in parts) or any(char in "-:/_&+@" for char in token):
        return token
    head, *groups = parts
    if all(len(group) == _GROUPED_DIGITS for group in groups) and len(head) <= _GROUPED_DIGITS:
        return "".join(parts)
    if all(len(group) == _GROUPED_DIGITS for group in groups[:-1]):
        return f"{''.join(parts[:-1])}.{parts[-1]}"
    return token


def _pairs(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    for at in range(len(run) - 1):
        yield run[at : at + 2]


def _is_unspaced(char: str) -> bool:
    return char >= _UNSPACED[0][0] and any(first <= char <= last for first, last in _UNSPACED)


@lru_cache(_MAX_CACHED)
def _term(token: str, language: str) -> str:
    return _folded(_stem(token, language))[:MAX_TERM_CHARS]


def _stem(word: str, language: str) -> str:
    algorithm = _ALGORITHMS.get(language)
    if not algorithm or not word.isalpha():
        return word
    with _stemming:  # a stemmer holds the word that it works on
        if language not in _stemmers:
            import snowballstemmer

            _stemmers[language] = snowballstemmer.stemmer(algorithm)
        return str(_stemmers[language].stemWord(word)) or word


def _folded(word: str) -> str:
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


@lru_cache(_MAX_CACHED)
def _hash(key: bytes, term: str) -> str:
    return _encoded(hmac.digest(key, term.encode("utf-8", "replace"), "sha256"))


def _encoded(digest: bytes) -> str:
    return base64.b32encode(digest[:_HASH_BYTES]).decode().lower()
