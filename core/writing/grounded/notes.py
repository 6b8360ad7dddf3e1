"""What a person notes, made a sentence: abbreviations written out, capitals, subjects that notes leave out, stops.

Words stay the person's own; what a rule cannot prove stays as it was noted. The words of each language stand in
`data/LANGUAGE/notes.toml`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.text.asks import asks_for_word, begins_as_question, begins_with_verb, is_question
from core.text.dictionaries import find_dictionary
from core.text.facts import extract_facts
from core.text.forms import BRACKETS
from core.text.language import stop_words
from core.text.lexicon import WORD_BEGINS, WORD_ENDS, by_language, either, whole
from core.text.salutations import clean_name, is_title
from core.text.sentences import unwrap
from core.writing.grounded.asked import Asking, capitalised
from core.writing.grounded.own_words import mended

_DATA = by_language("notes")
_WORD = re.compile(r"(?<![\w'\u2019.@/-])[^\W\d_]{3,}(?![\w@/]|['\u2019-]\w)")
_NAMED = re.compile(r"(?<!\w)[A-ZÀ-ÞŠ][\w\u2019'-]+")
# A stop that ends no sentence: an ordinal behind its article, a title, an abbreviation before a number.
_NO_END = either(_DATA["en"]["before_stop"], r"(?<![\w.])", r"\.\s(?=[\da-zß-ÿ])")
# German writes "the 13th" as "13.".
_ORDINAL = either(
    _DATA["de"]["before_ordinal"],
    r"\b\d{1,2}\.\d{1,2}\.\s(?=[\da-zß-ÿ])|(?:\A|[,;.!?]\s|\b",
    r"\s)(?:[1-9]|[12]\d|3[01])\.\s(?=[a-zß-ÿ])",
)
# A break of lines within a sentence, while it is parted.
_MAX_ACRONYM_CHARS = 3
_KEPT_BLANK = "\u00a0"
_SIGNATURE_LINES = 5
_BEFORE_SENTENCE = '.!?:…\n>•*("“„«¿¡-'
_EDGE = " \t\n,;.!:-"


def words_of(language: str) -> dict[str, Any]:
    """Return what notes of a language look like, those of English for languages without."""
    return _DATA.get(language, _DATA["en"])


def protected(text: str, language: str) -> str:
    """Return a text in which no blank stands behind a stop that ends no sentence; `plain` undoes it."""
    for pattern in (_NO_END, _ORDINAL) if language == "de" else (_NO_END,):
        text = pattern.sub(lambda stop: f"{stop[0][:-1]}{_KEPT_BLANK}", text)
    return text


def plain(text: str) -> str:
    """Return a text with usual blanks."""
    return unwrap(text.replace(_KEPT_BLANK, " "))


def written_out(note: str, language: str) -> str:
    """Return a note with the abbreviations of notes as words."""
    for pattern, form in words_of(language).get("abbreviations", ()):
        note = either([pattern]).sub(form, note)
    return note


@dataclass(frozen=True)
class AnsweredMessage:
    """What is answered: its text, what was written before it, and the names of who wrote it and who answers."""

    text: str
    before: str = ""
    names: str = ""


@dataclass(frozen=True)
class NotesReader:
    """To whom the notes are to be said, and what in them speaks of that person.

    Attributes:
        asking: language and form of address; its `sender` is the reader.
        told: all that is noted.
        known: the message that is answered, with the names in it.
        names: words of the names of reader and owner.
        lead: the gender that the notes give the reader ("ask him"), as its place in the table; None for unknown.
        is_called: whether they call the reader at all ("dile que …", "dis-lui").
        is_led: whether they are told to a writer.
    """

    asking: Asking
    told: str
    known: str
    names: frozenset[str]
    lead: int | None
    is_called: bool
    is_led: bool

    @classmethod
    def of(cls, told: str, message: AnsweredMessage, asking: Asking, leads: Sequence[str]) -> "NotesReader":
        """Read who is meant from the pronouns that directions are given with."""
        genders = words_of(asking.language)["genders"]
        called = (place for lead in leads for place, forms in enumerate(genders) if lead.casefold() in forms)
        is_led = bool(leads) or either([words_of(asking.language)["led"]], WORD_BEGINS).search(told) is not None
        names = frozenset(f"{asking.sender} {message.names}".casefold().split())
        return cls(asking, told, _unsigned(message.text, names), names, next(called, None), is_led, is_led)

    def addressed(self, said: str) -> str:
        """Return what is said with its reader spoken to, "" where it is not sure who is meant."""
        words = words_of(self.asking.language)
        if _calls_reader(said, self.asking):
            return ""
        if self.asking.address != "familiar" and "formal_alike" in words:
            # "Le mando" speaks to who is called "usted", as it stands.
            return said if not whole(words["formal_alike"]).search(said) else ""
        for pattern, form in words.get("formal_turned", ()) if self.asking.address != "familiar" else ():
            said = either([pattern]).sub(form, said)
        hidden: list[str] = []
        masked = _hide(whole([words.get("impersonal", "(?!)")]), said, hidden)
        third = self._third
        first = third.search(masked)
        asks = first and re.match(rf"(?i)\W*{words['asks_them']}[ -]{re.escape(first[0])}(?!\w)", masked)
        if not first:
            return said
        # "Mr Quill comes, he rings first": a subject behind a name is that name's.
        if first[0].casefold() in words["subjects"] and any(
            0 < said.find(one) < first.start() for one in self._named(said)
        ):
            return said
        # "He" may be the reader or somebody of whom the message tells.
        is_sure = self._is_named_lead() or asks or not self._people()
        spoken = self._spoken_to(said, masked, hidden, third)
        # Where both are said alike ("su" in Spanish), it does not matter.
        return spoken if spoken == said or (is_sure and self._means_reader(masked, first)) else ""

    @property
    def _third(self) -> re.Pattern[str]:
        words = words_of(self.asking.language)
        return whole([*map(re.escape, _pronouns(words)), *words.get("also_third", ())])

    def _is_named_lead(self) -> bool:
        """Tell whether the notes call the reader by a pronoun, not only by telling what to say."""
        return self.lead is not None or self.is_called

    def _spoken_to(self, said: str, masked: str, hidden: list[str], third: re.Pattern[str]) -> str:
        words = words_of(self.asking.language)
        mine = words["genders"][self.lead] if self.lead is not None else ()
        if mine and self._named(said):
            others = _pronouns(words) - {*mine}
            masked = _hide(whole([re.escape(one) for one in others]), masked, hidden)
        if "subordinate" in words:
            masked = either([words["subordinate"]]).sub(partial(self._subordinate, words["verbs"], hidden), masked)
        for pattern, form in words["turned"]:
            masked = either([pattern], r"(?<![-\w])").sub(partial(self._turned, form, hidden), masked)
        shown = _shown(masked, hidden)
        for pattern, form in words.get("elided", ()):
            shown = re.sub(pattern, form, shown)
        return "" if third.search(masked) else shown

    def _subordinate(self, verbs: Mapping[str, Sequence[str]], hidden: list[str], found: re.Match[str]) -> str:
        """Return a clause of what the reader does: its verb stands last, and has the ending of its subject."""
        familiar, verb = self.asking.address == "familiar", found["verb"]
        hidden.append("du" if familiar else "Sie")
        endings = verbs.get(verb.casefold()) or (f"{verb[:-1]}en", f"{verb[:-1]}st")
        return f"{found['lead']}\x00{len(hidden) - 1}\x00 {found['mid']}{endings[familiar]}"

    def _turned(self, form: str, hidden: list[str], found: re.Match[str]) -> str:
        """Return what speaks to the reader, hidden from the patterns that follow."""
        hidden.append(found.expand(self._said(form)))
        return f"\x00{len(hidden) - 1}\x00"

    def _said(self, form: str) -> str:
        words, address = words_of(self.asking.language), self.asking.address or "formal"
        extra = {name: words[name][address] for name in ("your", "your_she", "your_many", "acc") if name in words}
        return self.asking.said(form, **extra) + form[len(form.rstrip()) :]

    def _means_reader(self, said: str, first: re.Match[str]) -> bool:
        """Tell whether the pronouns of a clause may be taken for the reader: nobody else was named before."""
        named = self._named(said if self.is_led else self.told)
        if not self.is_led or not named:
            return not named
        before = said[: first.start()]
        mine = words_of(self.asking.language)["genders"][self.lead] if self.lead is not None else [first[0].casefold()]
        # "Solène lui ouvrira": a subject is not its own object.
        is_object = any(before.rstrip().endswith(one) for one in named)
        return first[0].casefold() not in mine or is_object or not any(one in before for one in named)

    def _people(self) -> list[str]:
        """Return the names in the message, but the reader's and the owner's."""
        has_large_nouns = words_of(self.asking.language).get("large_nouns")
        dictionary = find_dictionary(self.asking.language) if has_large_nouns else None
        before = {one: self.known[: one.start()].rstrip(" \t") for one in _NAMED.finditer(self.known)}
        found = [one for one, text in before.items() if text and text[-1] not in _BEFORE_SENTENCE]
        words = {one[0] for one in found if one[0] != one[0].upper() and one[0].casefold() not in self.names}
        moments = {word for one in extract_facts(self.known, self.asking.language).items for word in one.text.split()}
        words -= {one for one in words if is_title(one)}
        if dictionary is None:
            return [*(words - moments)]
        told_of = re.findall(words_of(self.asking.language)["told_of"], self.known)
        return [*told_of, *(one for one in words - moments if not dictionary.knows(one))]

    def _named(self, text: str) -> list[str]:
        """Return the people and things with a name of their own in a text, but the reader, days and months.

        Where nouns have capitals, nobody can be told from them: who is told of ("tell him …") is the reader.
        """
        if self.is_led and words_of(self.asking.language).get("large_nouns"):
            return []
        facts = extract_facts(text, self.asking.language).items
        moments = {word.casefold() for fact in facts for word in fact.text.split()}
        known = self.names | moments | stop_words() | {"i"}
        found = [
            one
            for one in _NAMED.findall(text)
            if re.split("['\u2019]", one.casefold())[0] not in known and one != one.upper()
        ]
        return [one for one in found if not begins_with_verb(one)]


def _unsigned(text: str, names: frozenset[str]) -> str:
    """Return a message without the lines from its signature on."""
    lines = text.rstrip().split("\n")
    signed = [
        at
        for at, line in enumerate(lines)
        if at >= len(lines) - _SIGNATURE_LINES and names & {*line.casefold().split()}
    ]
    return "\n".join(lines[: signed[0]]) if signed and signed[0] else text


def _pronouns(words: dict[str, Any]) -> set[str]:
    return {one for forms in words["genders"] for one in forms}


def _hide(pattern: re.Pattern[str], said: str, hidden: list[str]) -> str:
    """Return a text with a mark for each stretch that patterns are to leave alone."""

    def hide(found: re.Match[str]) -> str:
        hidden.append(found[0])
        return f"\x00{len(hidden) - 1}\x00"

    return pattern.sub(hide, said)


def _shown(said: str, hidden: list[str]) -> str:
    while "\x00" in said:
        said = re.sub(r"\x00(\d+)\x00", lambda place: hidden[int(place[1])], said)
    return said


def _calls_reader(said: str, asking: Asking) -> bool:
    """Tell whether a clause calls its reader by name, who is to be spoken to."""
    names = [re.escape(one) for one in {asking.sender, *clean_name(asking.sender).split()} if len(one) > 1]
    return bool(names) and whole(names).search(said) is not None


def tells_of_reader(said: str, language: str) -> bool:
    """Tell whether a clause tells of its reader as others are told ("the client is annoying")."""
    return whole(words_of(language)["about_reader"]).search(said) is not None


def finished(said: str, asking: Asking, known: str, told: str, *, may_ask: bool = True) -> str:
    """Return a clause as a sentence: with its subject, capitals and stop.

    Args:
        said: what the reader is told.
        asking: the language.
        known: the message and what was written before, whose names keep their capitals.
        told: all that is noted, which tells whether one or many say it.
        may_ask: whether it may be a question without its mark.
    """
    language = asking.language
    said = _with_subject(unwrap(said).strip(" ,;"), language, told)
    said = _with_capitals(said, language, known)
    asks = may_ask and not is_question(said) and not said.endswith("!") and ":" not in said
    # "Qu'elle prenne son temps" and "puede venir" ask nothing.
    asks = asks and ((begins_as_question(said) and language != "es") or (asks_for_word(said) and language != "fr"))
    if asks:
        said = f"{said.rstrip(' .')}{asking.words['mark']}"
    said = f"¿{said}" if language == "es" and is_question(said) and "¿" not in said and asks else said
    return capitalised(mended(said, language)) if said else ""


def _with_subject(said: str, language: str, told: str) -> str:
    words = words_of(language)
    if "bare_subject" not in words:
        return said
    many = bool(whole(words["first_many"]).search(told))
    me = words["first"][many]
    if begins_as_question(said) or is_question(said):
        return said
    if either([words["subjectless"]], after=WORD_ENDS).match(said):
        me = words["first"][0] if re.match(r"(?i)am\b", said) else me
        return f"{capitalised(me)} {said[:1].lower()}{said[1:]}"
    if either([words["continuous"]], after=WORD_ENDS).match(said):
        return f"{'We are' if many else 'I am'} {said[:1].lower()}{said[1:]}"
    if found := re.match(words["bare_subject"], said):
        days = extract_facts(found["noun"], language).items
        return said if days else f"the {said}"
    return said


def _with_capitals(said: str, language: str, known: str) -> str:
    """Return a text with capitals where the message has them, or where the dictionary knows no small form."""
    dictionary = find_dictionary(language)
    names = {one.casefold(): one for one in _NAMED.findall(known) if one != one.upper()}
    written: set[str] = {*re.findall(r"[^\W\d_]{2,}", known)}
    # What the message writes "NDA", and a noun that it never writes small.
    capitals = {one.casefold(): one for one in written if one == one.upper() and one.casefold() not in written}
    nouns_there = {one.casefold() for one in names.values() if language == "de" and _is_inside(one, known)} - written
    small = words_of(language).get("small", ())
    nouns = {found.start("word") for found in _nouns(said, language) if found["word"] not in small}

    def large(found: re.Match[str]) -> str:
        word = found[0]
        if word != word.lower():
            return word
        known_small = dictionary.knows(word) if dictionary else True
        if word in capitals and not (known_small and len(word) > _MAX_ACRONYM_CHARS):
            return capitals[word]
        is_name = word in names and dictionary is not None and not known_small
        is_large = dictionary is not None and not known_small and dictionary.knows(word.capitalize())
        at_noun = found.start() in nouns and dictionary is not None and dictionary.knows(word.capitalize())
        is_name = is_name or word in nouns_there
        is_large = is_large and _may_be_large(language, word) and word not in small
        return word.capitalize() if is_name or is_large or at_noun else word

    said = _WORD.sub(large, said)
    # A word that no dictionary knows, beside a name, belongs to it.
    beside = re.compile(
        r"(?P<before>(?<!\w)[A-Z][\w-]+ )(?P<last>[a-z]{3,})(?![\w'\u2019])|(?<!\w)(?P<first>[a-z]{3,})(?= [A-Z])"
    )

    def joins(found: re.Match[str]) -> str:
        word = found["last"] or found["first"]
        is_part = dictionary is not None and not dictionary.knows(word) and not dictionary.knows(word.capitalize())
        return f"{found['before'] or ''}{word.capitalize() if is_part else word}"

    return beside.sub(joins, said)


def _is_inside(word: str, text: str) -> bool:
    """Tell whether a word stands within a sentence of a text, where only nouns and names are large."""
    return re.search(rf"(?<=[a-zß-ÿ,]\s){re.escape(word)}(?!\w)", text) is not None


def _may_be_large(language: str, word: str) -> bool:
    # French and Spanish write days and months small, and their dictionaries lack what people leave the accent off.
    return language in {"en", "de"} or len(word) > 3


def _nouns(said: str, language: str) -> Iterator[re.Match[str]]:
    """Give the words that stand where German has nouns: between an article and a verb or an end, or before a number."""
    words = words_of(language)
    if words.get("large_nouns"):
        verbs = r"(?= (?:ist|sind|war|wird|kommt|geht|hat|haben|kann|können|muss)(?!\w))"
        yield from re.finditer(rf"(?i)(?<!\w){words['articles']} (?P<word>[a-zäöüß]{{3,}}){verbs}", said)
        yield from re.finditer(r"(?<=\d )(?P<word>tagen)(?!\w)", said)
        yield from re.finditer(rf"(?<!\w)(?P<word>{words['numbered_nouns']})(?= \d)", said)


def numbered(told: str, count: int) -> list[tuple[int, str]]:
    """Return the answers of notes that number them ("1 yes, 2 no"), as `(number, words)`; [] where they do not.

    Args:
        told: the notes.
        count: how many things are asked.
    """
    mark = re.compile(r"(?:(?<=[,;.\n:]\s)|(?<=[;\n])|\A)\s{0,3}(?P<n>[1-9])\s?(?:[.):]|(?=\s))\s{0,3}(?=[^\s])")
    places: list[tuple[int, int, int]] = []
    for found in mark.finditer(told):
        number = int(found["n"])
        if number == (places[-1][0] + 1 if places else 1) and number <= max(count, 1):
            places.append((number, found.start(), found.end()))
    if len(places) < 2:
        return []
    ends = [*(start for _, start, _ in places[1:]), len(told)]
    return [(n, told[begin:end].strip(_EDGE)) for (n, _, begin), end in zip(places, ends, strict=True)]


def listed(told: str, wanted: Sequence[str], says: Callable[[str, str], bool]) -> list[tuple[int, str]]:
    """Return the answers of notes that give one for each thing asked, parted by semicolons, in its order."""
    parts = [part.strip(_EDGE) for part in told.replace("\n", ";").split(";") if part.strip(_EDGE)]
    if len(parts) < 2 or len(parts) != len(wanted):
        return []
    own = [says(part, question) for part, question in zip(parts, wanted, strict=True)]
    return list(enumerate(parts, 1)) if sum(own) >= len(parts) / 2 else []


def is_for_writer(clause: str, language: str) -> bool:
    """Tell whether a clause tells a writer what to do at its end or in brackets: "state the sum", "(Betrag nennen)"."""
    last = either([words_of(language)["writer_last"]], WORD_BEGINS, r"\W{0,3}\Z")
    return any(map(last.search, [clause, *BRACKETS.findall(clause)]))


def manner_of(clause: str, language: str) -> bool:
    """Tell whether a clause is only a wish about tone or length."""
    return either(words_of(language)["manner"]).fullmatch(clause.strip(_EDGE + "?")) is not None
