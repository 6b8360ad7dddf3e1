"""Labels of a brief with their values: at the beginning of a line, or of a clause within one.

"Customer: Contoso" on a line of its own names itself. Within a line only the names that are asked for count, where a
clause begins with one and says its value: "…, the price is 300 euros". A value is what stands there up to the end of
its clause; where that end is unsure, or the value is, nothing is taken.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from core.drafts import Item, readable
from core.text.content import content_stems
from core.text.facts import extract_facts
from core.text.lexicon import WORD_BEGINS, WORD_ENDS, pattern_beside, phrases_beside
from core.text.sentences import split_sentences, unwrap, without_stop
from core.writing.blanks import DUE

NEAR, MAX_VALUE_CHARS = 85, 400
_MAX_LABEL_CHARS, _MAX_SAID_WORDS = 60, 8
_LIST_MARKS, _SENTENCE_ENDS, _CLAUSE_ENDS = " \t>*•-", (".", "!", "?"), (",", ";")
_LINKS = frozenset(phrases_beside(__file__, "links"))
_ARTICLES = frozenset(phrases_beside(__file__, "articles"))
# What links a name to a figure right behind it: "Deposit 300 euros".
_FIGURE, _FIGURE_WORDS, _AROUND = "#", 2, ".,;:!?()“”„\"'"
_CURRENCIES, _BEFORE_FIGURES = "€$£", frozenset(phrases_beside(__file__, "before_figures"))
_LEADS_FIGURES = frozenset(phrases_beside(__file__, "leads_figures"))
_MAX_REFERENCE_WORDS, _MAX_SIGN_CHARS = 5, 4
_JOINS = frozenset(phrases_beside(__file__, "joins"))
_UNSURE = frozenset(phrases_beside(__file__, "unsure"))
# What leads from a noun to what it is of.
_OF = pattern_beside(__file__, "of", WORD_BEGINS, r"(?=\s|['\u2019])")
_TYPED, _NEXT, _LANGUAGES = ("date", "money"), "Then more.", ("de", "en", "es", "fr")
_WITHIN_NUMBERS = str.maketrans("", "", ".,' ")
_AGAINST = pattern_beside(__file__, "against", WORD_BEGINS, WORD_ENDS)


class Labelled(NamedTuple):
    """A label, the value behind it, and the words that say both."""

    label: str
    value: str
    quote: str


class _Head(NamedTuple):
    """A name at the beginning of a clause: where it begins, where its value would, and what links the two."""

    name: str
    begin: int
    end: int
    link: str
    is_sentence: bool


def spoken(name: str) -> str:
    """Return a field's name as a person says it: `customer_name` is "customer name"."""
    return readable(name).replace("-", " ").lower()


def likeness(name: str, other: str) -> float:
    """Return how alike two names are, their words in any order, from 0 to 100."""
    from rapidfuzz.fuzz import token_sort_ratio

    return token_sort_ratio(name, other)


def labelled(text: str, names: Sequence[str] = ()) -> Iterator[Labelled]:
    """Yield each label with its value; within a line those of `names` only."""
    said: dict[int, list[str]] = {}
    for name in sorted(map(spoken, names), key=lambda name: -len(name.split())):
        said.setdefault(len(name.split()), []).append(name)
    lines = text.split("\n")
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        heads = list(_heads(line, said))
        # A line that begins with its only label is its value as a whole.
        if any(line[: head.begin].strip(_LIST_MARKS) or head.link not in ("", ":") for head in heads):
            yield from _within(line, heads)
        elif names and line.rstrip().endswith(":") and ":" not in following:
            # A label with its value on the line below.
            told = (Labelled(label, value, value) for label, value, _quote in _line(f"{line} {following.strip()}"))
            yield from (pair for pair in told if any(likeness(spoken(name), pair.label) >= NEAR for name in names))
        else:
            yield from _line(line)


def _line(line: str) -> Iterator[Labelled]:
    label, colon, value = line.lstrip(_LIST_MARKS).partition(":")
    label, value = label.rstrip(), value.strip()
    is_name = 0 < len(label) <= _MAX_LABEL_CHARS and (label[0].isalpha() or label[0] == "_")
    if colon and is_name and 0 < len(value) <= MAX_VALUE_CHARS:
        yield Labelled(spoken(label), value, line.strip())


def _within(line: str, heads: Sequence[_Head]) -> Iterator[Labelled]:
    for at, head in enumerate(heads):
        is_figure = head.link == _FIGURE
        is_said = head.link not in ("", ":", "=")
        # Behind a comma a word that links to nothing may belong to an address or a list.
        ends = [later.begin for later in heads[at + 1 :] if later.link or later.is_sentence or is_said]
        rest = line[head.end : min(ends, default=len(line))]
        first = next(iter(split_sentences(rest)), "")
        # What follows a figure behind a comma is no part of it.
        said, _comma, more = first.partition(", ") if is_figure else (first, "", "")
        clause = _without_join(said)
        # The dot before an "and" ends no sentence: "St. Mary & Co. and …".
        value = without_stop(clause) if clause == said else clause.strip(" ,;:")
        led = split_sentences(line[: head.begin])[-1:] if is_said and not head.is_sentence else []
        is_sure = _is_sure(value, " ".join((*led, more))) and not first.endswith("?")
        # "A rent of 900 euros was refused": what is denied of a figure may be said anywhere in its sentence.
        is_denied = is_figure and _AGAINST.search(" ".join((*led, *split_sentences(line[head.end :])[:1])))
        is_taken = (
            is_sure and not is_denied and (not is_figure or _is_figure(value))
            if is_said
            else len(value) <= MAX_VALUE_CHARS
        )
        if head.link and value and is_taken:
            quote = line[head.begin : line.index(value, head.end) + len(value)]
            yield Labelled(head.name, value, quote)


def _heads(line: str, names: Mapping[int, Sequence[str]]) -> Iterator[_Head]:
    """Yield the names that begin a clause of a line, and those with a figure behind a "with"."""
    words = [(found.start(), found.group()) for found in re.finditer(r"[^\s:=]+|[:=]", line)]
    last = 0
    for at, (begin, word) in enumerate(words):
        behind = words[at + 1 :] if word.lower() in _ARTICLES else words[at:]
        if begin >= last and (found := _named(behind, names)):
            link, end = _link(line, behind, found[1])
            is_led = link == _FIGURE and at > 0 and words[at - 1][1].lower() in _LEADS_FIGURES
            # "For Weber with file number 7" speaks of it, "they have a flat with a rent of 900 euros" of another one.
            if _begins_clause(words, at) or (
                is_led and (len(behind) == len(words) - at or _begins_clause(words, at - 1))
            ):
                yield _Head(found[0], begin, end, link, _begins_sentence(words, at))
                last = end


def _begins_sentence(words: Sequence[tuple[int, str]], at: int) -> bool:
    return not any(word.strip(_LIST_MARKS) for _begin, word in words[:at]) or words[at - 1][1].endswith(_SENTENCE_ENDS)


def _begins_clause(words: Sequence[tuple[int, str]], at: int) -> bool:
    before = words[at - 1][1].lower() if at else ""
    return _begins_sentence(words, at) or before.endswith(_CLAUSE_ENDS) or before in _JOINS


def _link(line: str, words: Sequence[tuple[int, str]], count: int) -> tuple[str, int]:
    """Return what links a name of so many words to its value, and where that would begin."""
    ends = [begin + len(word) for begin, word in words[count - 1 : count + 1]]
    link = words[count][1].lower() if count < len(words) else ""
    if link in _LINKS or link in (":", "="):
        return link, ends[1]
    end = ends[1] if link in _BEFORE_FIGURES else ends[0]
    return (_FIGURE, end) if _begins_figure(line[end:].lstrip()) else ("", ends[0])


def _begins_figure(text: str) -> bool:
    code, _blank, amount = text.partition(" ")
    is_amount = len(code) == 3 and code.isupper() and amount[:1].isdigit()
    return text[:1].isdigit() or text.startswith(tuple(_CURRENCIES)) or is_amount


def _named(words: Sequence[tuple[int, str]], names: Mapping[int, Sequence[str]]) -> tuple[str, int] | None:
    """Return the name that words begin with, and how many words it is; of several the longest."""
    from rapidfuzz.fuzz import token_sort_ratio
    from rapidfuzz.process import extractOne

    for count, alike in names.items():
        begin = spoken(" ".join(word for _at, word in words[:count]))
        best = extractOne(begin, alike, scorer=token_sort_ratio, score_cutoff=NEAR)
        if 0 < count <= len(words) and best:
            return best[0], count
    return None


def _is_figure(value: str) -> bool:
    """Tell whether a value is one fact, a number with one word, or a reference such as "412 O 26/26"."""
    is_fact = any(fact.text == value for fact in extract_facts(value).items)
    words = value.split()
    signs = [word for word in words if not word[0].isdigit()]
    is_reference = len(words) <= _MAX_REFERENCE_WORDS and all(
        len(sign) <= _MAX_SIGN_CHARS and sign[0].isupper() for sign in signs
    )
    return is_fact or (value[:1].isdigit() and (len(words) <= _FIGURE_WORDS or is_reference))


def plain_value(value: str) -> str:
    """Return a value as it fills a blank: in one line, without the stop that ends its only sentence."""
    line = unwrap(value)
    ends = line.endswith(".") and not line.endswith("..") and split_sentences(f"{line} {_NEXT}") == [line, _NEXT]
    return line[:-1].rstrip() if ends else line


def of_kind(value: str, kind: str, language: str, *, is_strict: bool) -> str:
    """Return what of a value may stand where a day or an amount does, by `kind` "date" or "money", "" for nothing.

    `is_strict`: words alone are none, and of an amount and the day on which it is due each stands by itself. Else only
    what is nothing but a fact of the other kind is refused.
    """
    due = DUE.search(value) if is_strict else None
    part = value if due is None else value[due.end() :] if kind == "date" else value[: due.start()]
    part = part.strip(" ,;:")
    # A line alone may be too short to tell its language, and the name of a month tells it.
    read = (extract_facts(part, code).items for code in dict.fromkeys((language, *_LANGUAGES)))
    facts = max(read, key=lambda facts: sum(fact.category in _TYPED for fact in facts))
    own, others = ([fact for fact in facts if fact.category in kinds] for kinds in ({kind}, {*_TYPED} - {kind}))
    if not is_strict:
        return "" if any(fact.text == part for fact in others) else value
    is_number = kind == "money" and part.translate(_WITHIN_NUMBERS).isdecimal()
    return part if is_number or (len({fact.text for fact in own}) == 1 and not others) else ""


def is_headed(name: str, label: str) -> bool:
    """Tell whether a label is the head of a longer name: of "subject of the mandate", of "start date"."""
    before, _blank, rest = name.partition(f"{label} ")
    is_first = not before and rest.split()[:1] != [] and _OF.match(rest) is not None
    return is_first or (name.endswith(f" {label}") and not _OF.search(name.removesuffix(label)))


def chosen_option(label: str, options: Sequence[str], brief: str) -> Item | None:
    """Return the option that a brief names, None where it names none or several, or speaks of one with a doubt.

    Where nothing stands behind the label, an option counts wherever the brief says its words, unless these are small
    ones such as yes and no, or its sentence asks, or may speak against it.
    """
    said = [line for line in labelled(brief, [label]) if likeness(spoken(label), line.label) >= NEAR]
    pool = [(line.value, line.quote) for line in said] or [(text, text) for text in split_sentences(brief)]
    found: dict[str, str] = {}
    for option in options:
        for text, quote in pool if said or content_stems(option) else ():
            if said and _plain(text) == _plain(option):
                return Item(text=option, quote=quote, field=label)
            if f" {_plain(option)} " in f" {_plain(text)} ":
                if _UNSURE & {*_plain(text).split()} or _AGAINST.search(text) or text.rstrip().endswith("?"):
                    return None
                found[option] = quote
    return Item(text=next(iter(found)), quote=next(iter(found.values())), field=label) if len(found) == 1 else None


def _plain(text: str) -> str:
    return " ".join(word.strip(_AROUND) for word in text.casefold().split())


def _without_join(value: str) -> str:
    """Return a value without the "and" that leads to the next label."""
    words = value.rsplit(maxsplit=1)
    return words[0] if len(words) > 1 and words[1].lower() in _JOINS else value


def _is_sure(value: str, led: str = "") -> bool:
    """Tell whether what a sentence says of a name is a value: a name or a figure, and nothing that may not be of it.

    `led` is what its sentence says before the name: a condition or a doubt holds for the value, too.
    """
    words = value.split()
    # One capital is part of a reference, "412 O 26/26", and none of the small words.
    known = [word.strip(",;:").lower() for word in words if not (len(word) == 1 and word.isupper())]
    if {word.lower().strip(",;:") for word in led.split()} & _UNSURE:
        return False
    inner = words[1:] if known and known[0] in _ARTICLES else words
    is_name = bool(inner) and not inner[0].strip("“„«\"'(€$£").islower()
    is_whole = not any(word.endswith(_CLAUSE_ENDS) for word in words) and len(words) <= _MAX_SAID_WORDS
    return is_name and is_whole and not {*known} & (_UNSURE | _LINKS)
