"""Names of people, firms and products: capitalised words that do not merely begin a sentence."""

import re

from core.text.forms import ALPHABETIC, NAME_WORD
from core.text.sentences import ends_behind

# Behind these the first word has a capital whatever it is.
_BREAKS = frozenset('.!?:;…"“”„«»()[]*•>|-')
# Capitalised without being a name: pronoun, courtesy and mail words, and what other checks look at.
_COMMON_LIST = (
    "i i'm i'll i've i'd mr mrs ms dr prof hi hello dear hey thanks thank best kind regards sincerely cheers yours re"
    " fwd ok okay yes no monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur fri sat sun"
    " january february march april may june july august september october november december am pm"
    " english german french spanish subject faq asap fyi pdf url id it tv"
)
_COMMON = frozenset(_COMMON_LIST.split())
# In these languages nouns are capitalised, so a capital says nothing.
_CAPITALISED_NOUNS = frozenset({"de"})


def folded_words(text: str) -> frozenset[str]:
    """Return all words of a text in small letters, also without a possessive ending and by hyphen parts."""
    words: set[str] = set()
    for match in re.finditer(r"[\w'\u2019&-]++", text):
        word = match[0].casefold().replace("\u2019", "'").strip("'-")
        words.update({word, word.removesuffix("'s"), word.removesuffix("s")})
        words.update(word.split("-"))
        if not word.isalpha():
            words.update(ALPHABETIC.findall(word))
    return frozenset(words)


def find_names(text: str, language: str = "en") -> tuple[str, ...]:
    """Return the capitalised words inside sentences, in order, without repeats.

    The first word of a sentence, line or quotation counts only when another capitalised word follows it.
    """
    if language in _CAPITALISED_NOUNS:
        return ()
    matches = list(NAME_WORD.finditer(text))
    names: dict[str, None] = {}
    for index, match in enumerate(matches):
        word = match[0]
        if not word[0].isupper() or _plain(word) in _COMMON:
            continue
        before = text[max(0, match.start() - 3) : match.start()]
        if match.start() == 0 or ends_behind(before, _BREAKS):
            after = matches[index + 1] if index + 1 < len(matches) else None
            adjacent = after and text[match.end() : after.start()] == " " and after[0][0].isupper()
            if not adjacent or after is None or _plain(after[0]) in _COMMON or after[0].isupper():
                continue
        names[word] = None
    return tuple(names)


def _plain(word: str) -> str:
    return word.casefold().replace("\u2019", "'").removesuffix("'s")


def known_name(name: str, known: frozenset[str]) -> bool:
    """Tell whether a form of the name is among the folded words of a source."""
    plain = _plain(name)
    parts = [part for part in plain.replace("&", "-").split("-") if part]
    return plain in known or plain.removesuffix("s") in known or (len(parts) > 1 and known.issuperset(parts))
