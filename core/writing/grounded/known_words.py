"""Whether a question says anything: it has a word that a passage, a language or a dictionary knows."""

from collections.abc import Sequence

from core.text.dictionaries import NAMES, find_dictionary, frequencies
from core.text.language import detect_language
from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.same_words import WORD, content_words, is_said


def says_something(question: str, passages: Sequence[GroundPassage]) -> bool:
    """Tell whether a question has a word that anybody knows: "asdf qwer" has none.

    What no dictionary knows may be the name of something that a passage tells of. In a language without a dictionary
    here nothing can be told, so it has.
    """
    words = content_words(question)
    if len(words) < len(WORD.findall(question)) or detect_language(question) not in {"", *NAMES}:
        return True
    texts = [f"{passage.title} {passage.text}" for passage in passages]
    return any(is_said(word, text) for text in texts for word in words) or any(map(_is_known, words))


def _is_known(word: str) -> bool:
    small = word.casefold()
    if any(small in frequencies(language) for language in NAMES):
        return True
    # Compounds stand in no list, and German nouns in no dictionary without their capital.
    dictionaries = filter(None, map(find_dictionary, NAMES))
    return any(dictionary.knows(small) or dictionary.knows(small.capitalize()) for dictionary in dictionaries)
