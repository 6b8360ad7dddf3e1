"""What a draft says stands in its source: facts, names, links, quotations, who did what, promises and claims.

And what must stay has stayed: numbers, names and defined terms.
"""

import re
from collections.abc import Iterable, Iterator

from core.drafts import Finding, without_gaps
from core.recipes.render import target_language
from core.text.catalogues import N_
from core.text.content import content_stems
from core.text.definitions import find_definitions, has_term, is_quoted
from core.text.dictionaries import find_dictionary
from core.text.facts import Fact, Facts, shown_results
from core.text.forms import ALPHABETIC, NAME_WORD, WORD
from core.text.language import detect_language
from core.text.lexicon import Lexicon, either, either_of, lexicon
from core.text.names import known_name
from core.text.salutations import CLOSING, OPENING
from core.text.sentences import ends_behind, split_sentences, unwrap
from core.writing.checks.grounds import CONTEXT, FROM_THREAD, Grounds

# Before a word that only begins a sentence, a line, a heading, a quotation or a bracket.
_BREAKS = frozenset('.!?:…"“”„«»()[]*•>|#¿¡\u2013\u2014-')
_TITLE = either_of("people", "before_names", r"\b", r"\s+(?P<name>[^\W\d_][\w-]+)")
_ACRONYM_CHARS = 5
# Half of a line in capitals is a title in Title Case.
_TITLE_CASE_SHARE = 0.5
_SCHEMES = ("javascript:", "data:", "vbscript:", "file:")
_LINKS = frozenset({"link", "address"})
# "today" is said of anything.
_NOT_COMPARED = frozenset({"day"})
# "Friday, 4 May" becomes "11 May".
_MOMENTS = frozenset({"date", "weekday"})
_AFTER_CHARS, _MAX_REST_CHARS = 30, 300
_SAYING = N_(
    {
        "promises": "“{place}” is a promise that you did not make.",
        "consent": "“{place}” agrees in your name.",
        "availability": "“{place}” speaks for your calendar.",
        "approval": "“{place}” says that something was approved or paid.",
        "apology": "“{place}” apologises in your name.",
    }
)
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
# A word in small letters, from the first to the last, with one 0 or 1 in it.
_MISREAD = re.compile(r"(?![^01]*+[01][^01]*+[01])[^\W\d_]++[01][^\W\d_]++")
_MIN_WORDS = 3
# How far apart two words of a quotation may stand in the source.
_MAX_LEFT_OUT = 25
_MAX_STARTS = 200
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


def _called(fact: Fact) -> str:
    if fact.is_bare_moment:
        return _CALLED["number"]
    is_measured = fact.kind == "number" and bool(fact.unit)
    return _CALLED[("share" if fact.unit == "%" else "measure") if is_measured else fact.kind]


def find_invented_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each number, amount, date, time, weekday or id that the source does not hold."""
    worked_out = shown_results(text)
    for fact in grounds.facts_of(text).missing_from(grounds.facts):
        if fact.kind not in _LINKS | _NOT_COMPARED and not (fact.kind == "number" and fact.readings & worked_out):
            kind = _called(fact)
            sentence = f"The {kind} “{fact.text}” does not stand in the source."
            yield Finding(check="facts", severity="repair", place=fact.text, sentence=sentence)


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


def find_lost_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each hard fact of the source that the draft no longer holds, and was not asked to change.

    Much of a conversation is for those alone who talk: a message that is made of it may leave out anything.
    """
    if grounds.values.get(FROM_THREAD):
        return
    said = grounds.facts_of(text)
    new = _asked_for(grounds, said)
    for fact in grounds.source_facts.missing_from(said):
        if fact.kind in _NOT_COMPARED or (fact.kind == "id" and _is_read_right(fact.text, text, grounds.language)):
            continue
        if not any(_takes_place_of(given, fact) for given in new):
            kind = _called(fact)
            sentence = f"The {kind} “{fact.text}” of the source is missing."
            yield Finding(check="kept", severity="repair", sentence=sentence)


def _is_read_right(token: str, text: str, language: str) -> bool:
    """Tell whether a token is a word with a figure that a scan took for a letter, and a text has the word: "dr0it"."""
    dictionary = find_dictionary(language) if _MISREAD.fullmatch(token) else None
    words = {token.replace("0", "o").replace("1", letter) for letter in "li"}
    return dictionary is not None and any(map(dictionary.knows, words.intersection(ALPHABETIC.findall(text))))


def _asked_for(grounds: Grounds, said: Facts) -> list[Fact]:
    """Return the facts of a draft that stand in what its person wants changed, and not in the source."""
    wanted, before = grounds.instruction_facts, grounds.source_facts
    if not wanted.items:
        return []
    # "By 11 May" keeps the year that the source says.
    both = before.together_with(wanted)
    named = (fact for fact in said.items if wanted.hold(fact) or (both.hold(fact) and not before.hold(fact)))
    return [fact for fact in named if not any(fact.readings & known.readings for known in before.items)]


def _takes_place_of(new: Fact, old: Fact) -> bool:
    """Tell whether a fact is of the kind of another: an amount does not take the place of a number of months."""
    is_moment = {new.kind, old.kind} <= _MOMENTS
    return is_moment or (new.kind == old.kind and new.unit == old.unit and new.has_unit == old.has_unit)


def find_invented_names(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each name that the source does not hold; a word of the language translated to is none."""
    language = grounds.language_of(text) or "en"
    dictionary = find_dictionary(language) if target_language(grounds.values) else None
    unknown = [
        (begin, word)
        for begin, word in _names(text, lexicon(language))
        if not (known_name(word, grounds.words) or (dictionary is not None and dictionary.knows(word.casefold())))
    ]
    for name in _whole_names(text, unknown):
        sentence = f"The name “{name}” does not stand in the source."
        yield Finding(check="names", severity="repair", place=name, sentence=sentence)


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
        yield from ((match.start("name"), match["name"]) for match in _TITLE.finditer(text))
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
            begins = not before.strip() or ends_behind(before, _BREAKS)
            if not (is_acronym or begins or word.casefold() in common):
                yield at + match.start(), word


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def find_attachment_claims(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding where the draft says that something is attached and the person did not say so."""
    own = grounds.own_words
    if lexicon(detect_language(own) or grounds.language or "en")["claims.attachment_words"].search(own):
        return
    for match, _ in _phrases(grounds, text, "attachments"):
        sentence = f"“{match}” speaks of an attachment, and there is none."
        yield Finding(check="attachments", severity="repair", place=match, sentence=sentence)


def find_promises(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each promise or the like that the owner said nothing of; consent only where they say nothing.

    What shares a word with what they said is theirs. A promise that binds to nothing does so by a day.
    """
    known = lexicon(detect_language(text) or grounds.language or "en")
    told = grounds.instruction or ("" if grounds.foreign_words else grounds.own_words)
    if lexicon("mul")["claims.assent"].search(told):  # to whatever the message asks
        return
    own = {*content_stems(told)}
    for kind in (kind for kind in _SAYING if not (told and kind == "consent")):
        for match, after in _phrases(grounds, text, kind):
            is_bound = known["claims.deadlines"].search(after)
            is_harmless = not is_bound and known["claims.harmless"].search(f"{match}{after[:_AFTER_CHARS]}")
            # "Not me" has no word to share.
            is_refusal = told and known["negations.words"].search(f"{match}{after}")
            is_told = is_refusal or not own.isdisjoint(content_stems(f"{match}{after}"))
            if not (is_harmless or is_told or grounds.stands(match)):
                sentence = _SAYING[kind].format(place=match)
                yield Finding(check="promises", severity="repair", place=match, sentence=sentence)


def _phrases(grounds: Grounds, text: str, kind: str) -> Iterator[tuple[str, str]]:
    """Yield what the text claims of a kind, each wording once, and the rest of its sentence."""
    said = without_gaps(text)
    known = lexicon(detect_language(said) or grounds.language or "en")
    matches = {match[0]: match for match in known[f"claims.{kind}"].finditer(said)}
    for match in matches.values():
        rest = next(iter(split_sentences(said[match.end() : match.end() + _MAX_REST_CHARS])), "")
        yield " ".join(match[0].split()), f" {unwrap(rest)}"


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
    """Yield a finding for each quotation of three words or more that the source does not hold in this order."""
    quotes = [next(part for part in match.groups() if part) for match in _QUOTED.finditer(without_gaps(text))]
    if not quotes:
        return
    said = [word.casefold() for word in WORD.findall(grounds.everything)]
    places: dict[str, list[int]] = {}
    for at, word in enumerate(said):
        places.setdefault(word, []).append(at)
    for quote in quotes:
        words = [word.casefold() for word in WORD.findall(quote)]
        if len(words) >= _MIN_WORDS and not stands_in_order(words, said, places):
            sentence = f"Nobody says “{quote[:120]}” in the source."
            yield Finding(check="quotations", severity="block", place=quote, sentence=sentence)


def stands_in_order(words: list[str], said: list[str], places: dict[str, list[int]]) -> bool:
    """Tell whether the words come in the source in this order, none far from the one before it."""
    return any(_goes_on(words, said, start) for start in places.get(words[0], ())[:_MAX_STARTS])


def _goes_on(words: list[str], said: list[str], start: int) -> bool:
    at = start
    for word in words[1:]:
        window = said[at + 1 : at + 2 + _MAX_LEFT_OUT]
        if word not in window:
            return False
        at += 1 + window.index(word)
    return True


def find_changed_terms(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each term that the source defines no more, or uses and the draft writes otherwise."""
    defined = [definition.term for definition in find_definitions(grounds.source)]
    for term in defined:
        if not is_quoted(text, term):
            sentence = f"The definition of the term “{term}” is missing."
            yield Finding(check="terms", severity="block", sentence=sentence)
    # A recipe that shortens may leave a term out with what it stands in; it may not write it otherwise.
    keeps_all = not 0 < grounds.recipe.output.max_ratio < 1
    for term in {
        definition.term: None
        for definition in find_definitions(grounds.values.get(CONTEXT, ""))
        if definition.term not in defined
    }:
        is_gone = has_term(grounds.source, term) and not has_term(text, term)
        if is_gone and (keeps_all or term.casefold() in text.casefold()):
            sentence = f"The document defines the term “{term}”, which must be written just so."
            yield Finding(check="terms", severity="block", sentence=sentence)
