"""Where words and phrases of a list stand in a text, in the case in which they are meant as words.

What stays as it stands holds none: quotations, code, links, names. A capital within a sentence makes a word a name, but
where the list has the capital. How much this costs does not grow with the length of the list.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.text.forms import LIST_MARK, WORD, word_before
from core.text.lexicon import lexicon
from core.text.sentences import begins_sentence
from core.text.verbatim import quotation_spans, verbatim_spans

_BETWEEN = frozenset([" ", "\u00a0", "'", "\u2019"])
_HYPHENS = frozenset("-\u2010\u2011")
_BEFORE_CHARS = 24
# In these languages nouns have capitals, so that a capital behind a word tells nothing of names.
_CAPITALISED_NOUNS = frozenset({"de"})
_VOWELS = frozenset("aeiouàâäáéèêëíîïóôöúùûüyœæ")
_SILENT = {"fr": "h"}


@dataclass(frozen=True)
class TermUse:
    """A place where a word of the list stands: the stretch of the text, and the word as the list has it."""

    start: int
    end: int
    text: str
    form: str

    def replaced(self, preferred: str) -> str:
        """Return another word in the case of this one."""
        if self.text.isupper() and not self.form.isupper():
            return preferred.upper()
        if self.text[:1].isupper() and not self.form[:1].isupper():
            return preferred[:1].upper() + preferred[1:]
        return preferred


def find_terms(text: str, forms: Sequence[str], *, language: str, kept: Iterable[str] = ()) -> Iterator[TermUse]:
    """Yield where words of a list are used, from the start of the text to its end, the longest first.

    Args:
        text: what is searched.
        forms: the words and phrases.
        language: of the text.
        kept: phrases in which nothing is found, such as names of people and defined terms.
    """
    found = [use for use in _candidates(text, tuple(forms)) if _is_meant(text, use, language)]
    if not found:
        return
    untouched = [*verbatim_spans(text), *quotation_spans(text), *_spans_of(text, kept)]
    end = 0
    for use in sorted(found, key=lambda use: (use.start, -use.end)):
        is_free = not any(use.start < stop and start < use.end for start, stop in untouched)
        if use.start >= end and is_free:
            end = use.end
            yield use


def goes_with_word_before(text: str, use: TermUse, new: str, language: str) -> bool:
    """Tell whether the word before a place may stay when another word stands there: "a client", but "an employee"."""
    between = text[max(0, use.start - 1) : use.start]
    before = word_before(text, use.start - 1) if between in _BETWEEN else ""
    if not before or _begins_with_vowel(use.text, language) == _begins_with_vowel(new, language):
        return True
    is_elided = between != " " and language != "en"
    return not is_elided and before.casefold() not in lexicon(language).words("articles.before_sound")


def _begins_with_vowel(word: str, language: str) -> bool:
    return word[:1].casefold() in _VOWELS or word[:1].casefold() in _SILENT.get(language, "")


def _candidates(text: str, forms: tuple[str, ...]) -> Iterator[TermUse]:
    index = _index(forms)
    for match in WORD.finditer(text) if index else ():
        for form, offset, pattern in index.get(match[0].casefold(), ()):
            start = match.start() - offset
            if start >= 0 and (found := pattern.match(text, start)) and _stands_alone(text, start, found.end()):
                yield TermUse(start, found.end(), found[0], form)


@lru_cache(maxsize=64)
def _index(forms: tuple[str, ...]) -> Mapping[str, Sequence[tuple[str, int, re.Pattern[str]]]]:
    """Return the forms by their first word, each with where it begins there."""
    found: dict[str, list[tuple[str, int, re.Pattern[str]]]] = defaultdict(list)
    for form in forms:
        if first := WORD.search(form):
            pattern = re.compile(r"\s{1,4}".join(map(re.escape, form.split())), re.I)
            found[first[0].casefold()].append((form, first.start(), pattern))
    return dict(found)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether words begin and end there: "client-side" is another word."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if (before and (before.isalnum() or before == "_")) and text[start].isalnum():
        return False
    if (after and (after.isalnum() or after == "_")) and text[end - 1].isalnum():
        return False
    is_joined = before in _HYPHENS and text[start - 2 : start - 1].isalnum()
    return not is_joined and not (after in _HYPHENS and text[end + 1 : end + 2].isalnum())


def _is_meant(text: str, use: TermUse, language: str) -> bool:
    """Tell whether a word is meant as one, and not as a name or a part of one."""
    words = " ".join(use.text.split())
    if words == use.form:
        is_word = True
    elif words == use.form[:1].upper() + use.form[1:]:
        before = text[max(0, use.start - _BEFORE_CHARS) : use.start]
        is_word = begins_sentence(text, use.start) or bool(LIST_MARK.fullmatch(before.rpartition("\n")[2]))
    else:
        is_word = use.text.isupper() and _line_around(text, use).isupper()
    leads = text.startswith(" ", use.end) and text[use.end + 1 : use.end + 2].isupper()
    leads_name = leads and use.text[:1].isupper() and language not in _CAPITALISED_NOUNS
    return is_word and not (leads_name and not use.text.isupper())


def _line_around(text: str, use: TermUse) -> str:
    end = text.find("\n", use.end)
    return text[text.rfind("\n", 0, use.start) + 1 : end if end >= 0 else len(text)]


def _spans_of(text: str, phrases: Iterable[str]) -> Iterator[tuple[int, int]]:
    for phrase in {phrase for phrase in phrases if phrase.strip()}:
        for match in re.finditer(rf"(?<!\w){re.escape(phrase.strip())}(?!\w)", text):
            yield match.span()
