"""What a draft says stands in its source: facts, names, links, quotations, and who writes to whom."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from core.drafts import GAP, Finding, without_gaps
from core.recipes.render import target_language
from core.text.catalogues import N_
from core.text.dictionaries import Dictionary, find_dictionary
from core.text.facts import Fact, shown_results
from core.text.facts.sums import may_come_to
from core.text.forms import ALPHABETIC, NAME_WORD
from core.text.lexicon import Lexicon, either, either_of, lexicon
from core.text.names import known_name
from core.text.salutations import CLOSING, OPENING, is_given
from core.text.sentences import ends_behind
from core.writing.checks.grounds import Grounds, spaced_words
from core.writing.checks.weekdays import find_wrong_weekdays

# Before a word that only begins a sentence, a line, a heading, a quotation or a bracket.
_BREAKS = frozenset('.!?:…"“”„«»()[]*•>|#¿¡\u2013\u2014-')
_TITLE = either_of("people", "before_names", r"\b", r"\s+(?P<name>[^\W\d_][\w-]+)")
_PERSON_BEFORE = either_of("people", "persons", r"\b", r"\s+\Z")
_BESIDE_CHARS = 40
_ACRONYM_CHARS = 5
# Half of a line in capitals is a title in Title Case.
_TITLE_CASE_SHARE = 0.5
_SCHEMES = ("javascript:", "data:", "vbscript:", "file:")
_LINKS = frozenset({"link", "address"})
# Whoever may be in danger is told whom to call.
_EMERGENCY, _CALL_CHARS = frozenset({"110", "112", "144", "911", "999"}), 40
# "today" is said of anything.
NOT_COMPARED = frozenset({"day"})
_GREETING = either([OPENING], r"^[ \t]*", r"[ ,]+(?P<name>[^\n,:!.?]{1,60})[,:!.]?[ \t]*$", flags=re.I | re.M)
_SIGNATURE = either(
    [CLOSING], r"^[ \t]*+", r"[ \t]*+(?:[,.!][ \t]*+)?\n++[ \t]*+(?P<name>\S[^\n]{0,60})", flags=re.I | re.M
)
# Not names: whoever is greeted so, it is nobody wrong.
_ANYBODY_LIST = (
    "all everyone everybody team colleagues there sir madam folks friends again alle zusammen kollegen kolleginnen"
    " damen herren und and tous toutes à todos todas equipo mr mrs ms dr prof herr frau madame monsieur señor señora"
    " grüße grüßen gruß grüsse sirs parents eltern familien"
)
_ANYBODY = frozenset(_ANYBODY_LIST.split())
_READERS = ("sender_name", "recipient_name", "greeting")
_OWNERS = ("owner_name", "closing")
_QUOTED = re.compile(
    r"[\u201c\u201e]([^\u201c\u201d\u201e\n]{8,600})[\u201d\u201c]|\"([^\"\n]{8,600})\"|«([^«»\n]{8,600})»"
)
_MIN_WORDS = 3
# What facts are called at the place `kind` of a sentence.
_CALLED = N_(
    {
        "number": "number",
        "share": "percentage",
        "measure": "amount",
        "money": "money",
        "percent": "percent",
        "date": "date",
        "time": "time",
        "weekday": "weekday",
        "day": "day",
        "id": "number or name",
        "link": "link",
        "address": "address",
    }
)


def called(fact: Fact) -> str:
    """Return what people call a fact of this kind."""
    if fact.is_bare_moment:
        return _CALLED["number"]
    is_measured = fact.kind == "number" and bool(fact.unit)
    return _CALLED[("share" if fact.unit == "%" else "measure") if is_measured else fact.kind]


def find_invented_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each number, amount, date, time, weekday or id that the source does not hold.

    An amount that may be worked out of it is a remark, and no reason to write the text again. A weekday that its date
    does not fall on is told, too. What is asked in a gap may count what the source only lists.
    """
    asked = [gap.span() for gap in GAP.finditer(text)]
    text = text.replace("[[", "  ").replace("]]", "  ")
    worked_out = shown_results(text)
    said = grounds.facts_of(text)
    counts = {fact for fact in said.items if fact.is_small and any(begin < fact.start < end for begin, end in asked)}
    stated = replace(said, items=tuple(fact for fact in said.items if fact.has_unit or fact not in counts))
    wrong = list(find_wrong_weekdays(grounds, text))
    for fact in stated.missing_from(grounds.facts):
        if fact.kind == "weekday" and any(fact.text in pair.place for pair in wrong):
            continue
        if fact.kind in _LINKS | NOT_COMPARED or (fact.kind == "number" and fact.readings & worked_out):
            continue
        if _is_call_for_help(fact, text) or grounds.facts_in_each_language.hold(fact):
            continue
        kind, is_sum = called(fact), may_come_to(grounds.facts, fact)
        sentence = f"The {kind} “{fact.text}” does not stand in the source."
        if is_sum:
            sentence = f"“{fact.text}” does not stand in the source: it may be worked out, check it."
        yield Finding(check="facts", severity="warn" if is_sum else "repair", place=fact.text, sentence=sentence)
    yield from wrong


def _is_call_for_help(fact: Fact, text: str) -> bool:
    """Tell whether a number is one to call in danger, behind a word for calling."""
    before = text[max(0, fact.start - _CALL_CHARS) : fact.start]
    return fact.text in _EMERGENCY and bool(lexicon("mul")["facts.calls"].search(before))


def find_foreign_links(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each link or mail address that the source does not hold, and for scripts in links."""
    said = grounds.facts_of(text)
    # Without a link in the draft the source need not be read for its facts, which costs more than all else here.
    has_links = any(fact.kind in _LINKS for fact in said.items)
    for fact in said.missing_from(grounds.facts) if has_links else ():
        if fact.kind in _LINKS:
            sentence = f"The {fact.kind} “{fact.text}” does not stand in the source."
            yield Finding(check="links", severity="block", place=fact.text, sentence=sentence)
    folded = text.casefold()
    for scheme in _SCHEMES:
        if f"({scheme}" in folded or f"<{scheme}" in folded:
            sentence = f"A link begins with “{scheme}”, which can run a program."
            yield Finding(check="links", severity="block", place=scheme, sentence=sentence)


def find_invented_names(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each name that the source does not hold; a word of the language translated to is none."""
    language = grounds.language_of(text) or "en"
    dictionary = find_dictionary(language) if target_language(grounds.values) else None
    unknown = [
        (begin, word)
        for begin, word in _names(text, lexicon(language))
        if not (known_name(word, grounds.words) or (dictionary and _is_translated(dictionary, text, begin, word)))
    ]
    for name in _whole_names(text, unknown):
        sentence = f"The name “{name}” does not stand in the source."
        yield Finding(check="names", severity="repair", place=name, sentence=sentence)


def _is_translated(dictionary: Dictionary, text: str, begin: int, word: str) -> bool:
    """Tell whether a word with a capital is one of the language, and nobody's name: no given one, and no "Mr Stone"."""
    is_called = _PERSON_BEFORE.search(text[max(0, begin - _BESIDE_CHARS) : begin])
    return dictionary.knows(word.casefold()) and not is_called and not is_given(word)


def _whole_names(text: str, words: Iterable[tuple[int, str]]) -> list[str]:
    """Return names, each once: words beside each other are one, and a part of a longer name is no other."""
    names: list[str] = []
    end = len(text)
    for begin, word in words:
        if text[end:begin] == " ":
            names[-1] += f" {word}"
        else:
            names.append(word)
        end = begin + len(word)
    parts = {word for name in names if " " in name for word in name.split()}
    return [name for name in dict.fromkeys(names) if name not in parts]


def _names(text: str, known: Lexicon) -> Iterator[tuple[int, str]]:
    """Yield words that can only be names, with their places: in German, where nouns have capitals, behind a title."""
    if known.language == "de":
        titled = ((match.start("name"), match["name"]) for match in _TITLE.finditer(text))
        yield from ((begin, word) for begin, word in titled if word[0].isupper())
        return
    common = {word.casefold() for word in known.words("names.common")}
    common.update(
        word for key in ("facts.months", "facts.weekdays") for phrase in known.words(key) for word in phrase.split()
    )
    for at, line in _lines(text):
        words = list(NAME_WORD.finditer(line))
        capitals = [match for match in words if match[0][0].isupper()]
        if line.startswith("#") or len(capitals) > _TITLE_CASE_SHARE * len(words):
            continue
        for match in capitals:
            word = match[0].removesuffix("'s").removesuffix("\u2019s")
            is_acronym = word.isupper() and len(word) <= _ACRONYM_CHARS
            before = line[: match.start()]
            is_called = _PERSON_BEFORE.search(before[-_BESIDE_CHARS:])
            begins = not is_called and (not before.strip() or ends_behind(before, _BREAKS))
            if not (is_acronym or begins or word.casefold() in common):
                yield at + match.start(), word


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def find_wrong_persons(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for a greeting of somebody whom nothing names, and for a signature that is not the owner's."""
    owners, readers = _words(grounds, _OWNERS), _words(grounds, _READERS)
    if readers:
        readers |= {word.casefold() for word in _person_words(grounds.everything)} - owners
    for match in _GREETING.finditer(text):
        named = {word.casefold() for word in _person_words(match["name"]) if word[0].isupper()} - _ANYBODY
        if readers and named and not named & readers:
            sentence = f"“{match[0].strip()}” greets somebody else than the person you write to."
            yield Finding(check="persons", severity="repair", place=match[0].strip(), sentence=sentence)
    for match in _SIGNATURE.finditer(text):
        named = {word.casefold() for word in _person_words(match["name"])}
        if owners and named and not named & owners:
            sentence = f"“{match['name'].strip()}” stands as the signature, and that is not you."
            yield Finding(check="persons", severity="repair", place=match["name"].strip(), sentence=sentence)


def _words(grounds: Grounds, names: tuple[str, ...]) -> set[str]:
    return {word.casefold() for name in names for word in _person_words(grounds.values.get(name, ""))}


def _person_words(text: str) -> list[str]:
    return [word for word in ALPHABETIC.findall(text) if len(word) > 1]


def find_wrong_quotations(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each quotation of three words or more that is not the source's; "…" leaves words out."""
    said = spaced_words(grounds.everything)
    for match in _QUOTED.finditer(without_gaps(text)):
        quote = next(filter(None, match.groups()))
        parts = map(spaced_words, quote.replace("\u2026", "...").split("..."))
        if len(quote.split()) >= _MIN_WORDS and not all(part in said for part in parts):
            sentence = f"Nobody says “{quote[:120]}” in the source."
            yield Finding(check="quotations", severity="block", place=quote, sentence=sentence)
