"""Noun phrases without a tagger: what stands between a determiner and the next word that cannot belong to it."""

import re
from dataclasses import dataclass

from core.text.content import is_empty_word, stem
from core.text.forms import consists_of, digits_of
from core.text.language import stop_words
from core.text.lexicon import Lexicon, either_of

# "l'" and "d'" are words of their own.
_TOKEN = re.compile(r"\b(?:[dljnstmcDLJNSTMC]|[Qq]u)['\u2019](?=\w)|#?[^\W_][\w.&/+'\u2019-]*[^\W_]|#?[^\W_]|[^\w\s]")
_NUMBER = re.compile(r"#?[A-Z]{0,3}\d[\d.]*[a-z]{0,2}")
_ORDINAL = either_of("cards", "number_ends", r"\d{1,2}\.?", flags=0)
_MIN_DIGITS = 4
_MAX_WORDS, _MAX_LINKED, _MAX_LINKS = 4, 6, 3
# How adjectives end that stand behind their noun.
_ADJECTIVES = {
    "fr": ("el", "elle", "if", "ive", "ique", "eux", "euse", "aux", "al", "ale", "aire", "able", "é", "ée"),
    "es": (
        "al",
        "ar",
        "or",
        "ora",
        "ivo",
        "iva",
        "ico",
        "ica",
        "oso",
        "osa",
        "able",
        "ario",
        "aria",
        "ado",
        "ada",
        "ido",
        "ida",
    ),
}
_GERMAN_ENDINGS, _ADVERB_ENDINGS, _VERB_ENDINGS = ("e", "en", "er", "es", "em"), ("ly", "mente"), ("ed", "ing")
_MIN_STEM_CHARS = 3
_NOMINATIVE = frozenset({"das", "die", "ein", "eine"})


@dataclass(frozen=True)
class NounPhrase:
    """A phrase as it stands in the text, without its determiner, and the stems of its words of content.

    `is_led` says whether a determiner stands before it, `is_linked` whether it belongs to a word before: "of the roof".
    """

    text: str
    stems: tuple[str, ...]
    is_led: bool
    is_linked: bool = False


def noun_phrases(text: str, words: Lexicon, language: str) -> list[NounPhrase]:
    """Return the noun phrases of a sentence in their order, a phrase with its complement before its parts."""
    reader = _Reader([match[0] for match in _TOKEN.finditer(text)], words, language)
    found: list[NounPhrase] = []
    at = 0
    while at < len(reader.tokens):
        led = reader.is_determiner(at)
        begin = at + led
        end = reader.end_of(begin, led=led)
        if end == begin:
            at += 1
            continue
        stops, is_linked = [end], reader.is_link(at - 1)
        for _ in range(_MAX_LINKS):
            stops.append(reader.end_with_link(stops[-1]))
        found += [
            phrase
            for stop in dict.fromkeys(stops[::-1])
            if (phrase := reader.phrase(begin, stop, led=led, is_linked=is_linked))
        ]
        at = end
    return found


class _Reader:
    """Reads phrases off the tokens of one sentence."""

    def __init__(self, tokens: list[str], words: Lexicon, language: str) -> None:
        self.tokens = tokens
        self._language = language
        self._determiners = frozenset(words.words("phrases.determiners"))
        self._links = frozenset(words.words("phrases.links"))
        self._breaks = words["phrases.breaks"]
        self._before_noun = frozenset(words.words("phrases.before_noun"))
        self._nouns_too = frozenset(words.words("phrases.nouns_too"))
        self._is_small = not any(token[:1].isupper() for token in tokens[1:])

    def is_determiner(self, at: int) -> bool:
        return self.tokens[at].casefold() in self._determiners

    def is_link(self, at: int) -> bool:
        return at >= 0 and self.tokens[at].casefold() in self._links

    def end_of(self, begin: int, *, led: bool) -> int:
        """Return where the phrase that begins here ends; `begin` when none does."""
        at = begin
        while at < len(self.tokens) and at - begin < _MAX_WORDS and self._belongs(at, begin, led=led):
            at += 1
        return at

    def end_with_link(self, end: int) -> int:
        """Return where the complement of a phrase ends: "supplier", "supplier for the new packaging"."""
        if end >= len(self.tokens) or self.tokens[end].casefold() not in self._links:
            return end
        begin = end + 1
        while begin < len(self.tokens) and self.is_determiner(begin):
            begin += 1
        stop = self.end_of(begin, led=True)
        # "Round to ordering" is no thing, and "by Friday" says when.
        is_form = self._language == "en" and stop == begin + 1 and self.tokens[begin].endswith("ing")
        # "The hall to pay" is none either.
        is_form = is_form or self._is_infinitive(end, begin)
        # "Rooms 3 and 4" are two.
        listed = self.tokens[stop - 1 : stop + 2 : 2]
        stop = begin if len(listed) == 2 and all(map(_NUMBER.fullmatch, listed)) else stop
        stop = begin if is_form and self.tokens[begin] not in self._nouns_too else stop
        # "Rent of 1,250" lacks its unit and "pavement in c/" its street; "class of 4B" does not.
        is_part = stop == begin + 1 and re.fullmatch(r"#?\d[\d.]*|[a-z]", self.tokens[begin]) is not None
        stop = begin if is_part else stop
        return stop if stop > begin and stop - end <= _MAX_LINKED else end

    def _is_infinitive(self, link: int, begin: int) -> bool:
        """Tell whether a link and what follows it is an English verb: "to pay"."""
        is_next = self._language == "en" and self.tokens[link].casefold() == "to" and begin == link + 1
        return is_next and begin < len(self.tokens) and bool(self._breaks.fullmatch(self.tokens[begin]))

    def phrase(self, begin: int, end: int, *, led: bool, is_linked: bool = False) -> NounPhrase | None:
        tokens = self.tokens[begin:end]
        if self._language == "de" and not self._is_small:
            if tokens[0].islower() and begin and self.tokens[begin - 1].casefold() in _NOMINATIVE:
                tokens = self.tokens[begin - 1 : end]
            while tokens and not tokens[0][0].isupper() and tokens[0] not in _NOMINATIVE:
                tokens = tokens[1:]
        content = [token for token in tokens if self._is_content(token)]
        if not content or not any(len(token) > 2 and not _NUMBER.fullmatch(token) for token in content):
            return None
        text = re.sub(r"(?<=\b[ldLD]['\u2019]) ", "", " ".join(tokens))
        return NounPhrase(text[:1].upper() + text[1:], tuple(stem(token) for token in content), led, is_linked)

    def _is_content(self, token: str) -> bool:
        folded = token.casefold()
        return token[:1].isalnum() and not is_empty_word(folded) and folded not in self._links | self._determiners

    def _belongs(self, at: int, begin: int, *, led: bool) -> bool:
        token, folded = self.tokens[at], self.tokens[at].casefold()
        if _ORDINAL.fullmatch(token) and led and at == begin:
            return True
        if _NUMBER.fullmatch(token):
            return at > begin or (led and at + 1 < len(self.tokens) and self.tokens[at + 1][0].isupper())
        if token[0].isupper() and at > begin and self.tokens[at - 1][0].isupper():
            return True  # Of a name, whatever word it is.
        if not token[0].isalpha() or folded in stop_words() or is_empty_word(folded):
            return False
        if _ends_in(folded, _ADVERB_ENDINGS) and not (led and at == begin):
            return False
        if folded in self._determiners or (self._breaks.fullmatch(folded) and not self._is_noun(at, begin, led=led)):
            return False
        if self._language == "de":
            return self._belongs_in_german(at, begin, led=led)
        if self._language in _ADJECTIVES:
            adjective = token[0].isupper() or folded.removesuffix("s").endswith(_ADJECTIVES[self._language])
            is_noun = all(
                word.casefold() in self._before_noun or _ORDINAL.fullmatch(word) for word in self.tokens[begin:at]
            )
            return led or self._is_numbered(at) if is_noun else adjective
        is_form = _ends_in(folded, _VERB_ENDINGS)
        is_thing = led and at > begin and folded.endswith("ing") and self.tokens[at - 1].casefold() in self._before_noun
        return not (is_form and not is_thing and (at > begin or not led) and not self._follows_noun(at))

    def _is_numbered(self, at: int) -> bool:
        """Tell whether a long number follows, by which the thing is called: "commande 88213"."""
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else ""
        return len(digits_of(following)) >= _MIN_DIGITS and _NUMBER.fullmatch(following) is not None

    def _is_noun(self, at: int, begin: int, *, led: bool) -> bool:
        """Tell whether a word that may be a verb is none: behind an article, or behind a singular."""
        before = self.tokens[at - 1]
        inside = self.tokens[at] in self._nouns_too and before.islower() and not before.endswith("s")
        return led and self._language == "en" and (at == begin or inside)

    def _belongs_in_german(self, at: int, begin: int, *, led: bool) -> bool:
        token = self.tokens[at]
        if token[0].isupper():
            return at > 0 or led or token.endswith(("ung", "heit", "keit", "tion", "ität", "schaft"))
        if self._is_small:
            return led and at == begin
        follows = at + 1 < len(self.tokens) and (self.tokens[at + 1][0].isupper() or self.tokens[at + 1].isdigit())
        is_first = at == begin or self.tokens[at - 1].islower()
        return led and is_first and follows and token.islower() and _ends_in(token, _GERMAN_ENDINGS)

    def _follows_noun(self, at: int) -> bool:
        return (
            at + 1 < len(self.tokens)
            and self.tokens[at + 1][0].isalpha()
            and self.tokens[at + 1].casefold() not in stop_words()
        )


def _ends_in(word: str, endings: tuple[str, ...]) -> bool:
    """Tell whether a plain word has one of the endings behind a stem that is long enough to be one."""
    return consists_of(word, "_") and any(
        word.endswith(ending) and len(word) >= _MIN_STEM_CHARS + len(ending) for ending in endings
    )
