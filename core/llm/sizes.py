"""What follows from how large a model is: its lane, its usual window, and how many tokens a text is about to it.

Only the server knows the number of tokens, and it is asked afterwards.
"""

import re
from collections import Counter
from functools import lru_cache

# Below about a billion parameters no model writes what a person would send.
SMALL_PARAMETERS = 1e9
USUAL_WINDOW_TOKENS, USUAL_LARGE_WINDOW_TOKENS = 8192, 32_768
_PARAMETERS = re.compile(r"(?i)(?<![\w.])(\d{1,4}(?:\.\d+)?)([mb])(?![a-z])")
# Characters to a token, measured by their makers for the vocabularies of 100,000 to 260,000 entries that models of
# about a billion parameters and up have; on the low side, so that a prompt that should fit does.
_LATIN = 3.5
_BY_SCRIPT: tuple[tuple[str, str, float], ...] = (
    ("\u0370", "\u052f", 2.0),  # Greek, Cyrillic
    ("\u0530", "\u08ff", 1.5),  # Armenian, Hebrew, Arabic
    ("\u0900", "\u1cff", 1.0),  # the scripts of India and South-East Asia, Georgian
    ("\u1f00", "\u1fff", 2.0),  # Greek with its accents
    ("\u2600", "\u27bf", 0.4),  # emoji
    ("\u3000", "\u9fff", 1.0),  # Chinese, Japanese
    ("\uac00", "\ud7ff", 1.0),  # Korean
    ("\uf900", "\ufaff", 1.0),
    ("\uff00", "\uffef", 1.0),
    ("\U00010000", "\U0010ffff", 0.4),  # what vocabularies know byte by byte
)
_LAST_LATIN = "\u036f"
# Small vocabularies were made from English; they know every other script byte by byte.
_SMALL_LATIN, _SMALL_OTHERS = 2.0, 0.4


@lru_cache(maxsize=64)
def is_small_by_name(name: str) -> bool:
    """Tell from names such as `SmolLM2-135M-Instruct` or `qwen2.5:0.5b`; a name without a size counts as large."""
    match = _PARAMETERS.search(name)
    if not match:
        return False
    return float(match[1]) * (1e6 if match[2].lower() == "m" else 1e9) < SMALL_PARAMETERS


def usual_window_tokens(*, is_small: bool) -> int:
    """Return the context window of a model of which nobody tells it."""
    return USUAL_WINDOW_TOKENS if is_small else USUAL_LARGE_WINDOW_TOKENS


def token_count(text: str, *, is_small: bool = False) -> int:
    """Return about how many tokens a text is, rather too many than too few."""
    latin_chars, tokens = len(text), 0.0
    if not text.isascii():
        chars: Counter[float] = Counter()
        for char, count in Counter(text).items():
            if char > _LAST_LATIN and (rate := _rate(char)):
                chars[_SMALL_OTHERS if is_small else rate] += count
        latin_chars -= chars.total()
        tokens = sum(count / rate for rate, count in chars.items())
    return int(tokens + latin_chars / (_SMALL_LATIN if is_small else _LATIN)) + 1


def _rate(char: str) -> float:
    """Return how many characters of the script of one a token is about, 0 for Latin and what is like it."""
    return next((rate for first, last, rate in _BY_SCRIPT if first <= char <= last), 0.0)


def chars_per_token(text: str, *, is_small: bool = False) -> float:
    """Return how many characters of a text such as this a token is about."""
    return len(text) / token_count(text, is_small=is_small) if text else _SMALL_LATIN if is_small else _LATIN
