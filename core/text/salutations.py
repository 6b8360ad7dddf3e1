"""Greetings and closings: how those of others are known (`salutations.toml`), and those that code sets, by language."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from core.text.forms import single_spaced, without_accents
from core.text.language import spelled_as
from core.text.lexicon import by_language, either, joined, phrases_beside, whole
from core.text.sentences import ends_behind

Address = Literal["", "familiar", "formal"]

_DATA = by_language("salutations")
_PEOPLE = by_language("people")["en"]
_DEFAULT = "en"
# How letters open and close in any language, whatever the case; each ends at a word.
OPENING = joined(phrases_beside(__file__, "opens"))
# A greeting with the name behind it.
GREETING = either([OPENING], r"\A", r"(?!-?\w)[^,.!?:\n]{0,40}[,!:]\s+")
# A greeting that begins a text, with the many that it is for.
OPENS = either([OPENING], r"\A\s{0,20}", rf"(?!-?\w)(?: {joined(phrases_beside(__file__, 'opens_to'))}(?!\w))?")
CLOSING = joined(phrases_beside(__file__, "closes"))
SHORT_CLOSING = joined([*phrases_beside(__file__, "closes"), *phrases_beside(__file__, "closes_shortly")])
# Any line that may stand above a name.
LAST_LINE = joined([SHORT_CLOSING, *phrases_beside(__file__, "takes_leave")])
CLOSES_OR_TELLS = either(phrases_beside(__file__, "closes_or_tells"))
LEAVES = either([LAST_LINE], r"\A\W*", r"\W*\Z")
# Whose somebody signs as: "Deine Annegret", "Your aunt".
YOURS, SIGNS_FOR = (joined(phrases_beside(__file__, name)) for name in ("signs_as", "signs_for"))
_FAMILIAR, _FORMAL = (
    {code: whole(table[name], flags=0) for code, table in _DATA.items() if name in table}
    for name in ("familiar", "formal")
)
_WOMAN, _MAN = frozenset(_PEOPLE["woman"]), frozenset(_PEOPLE["man"])
# Within a name, before "von" and the like: "Graf" alone is a family name.
_NOBLE_WOMEN, _NOBLE_MEN = frozenset(_PEOPLE["noble_women"]), frozenset(_PEOPLE["noble_men"])
_OF = frozenset({"von", "vom", "zu", "zum", "zur", "de", "van"})
_ACADEMIC: dict[str, str] = _PEOPLE["academic"]
# Titles that are shortened with a stop.
TITLES_WITH_STOP = tuple(_PEOPLE["titles_with_stop"].split())
# Words of a desk's name.
ROLES = frozenset(_PEOPLE["roles"].split())
_COMPANIES = frozenset(_PEOPLE["companies"].split())
_OFFICE = either([_PEOPLE["offices"]], after=r"\Z")
# Titles that stay with the name: "Cllr Mary Byrne".
_CALLED_WITH = frozenset(_PEOPLE["called_with"].split())
# What an English woman is called, as she says it, the last one where she does not.
_COURTESIES: list[str] = _DATA[_DEFAULT]["courtesies"]
# Who speaks so is one person.
_SPEAKS_AS_ONE = whole([word for table in _DATA.values() for word in table.get("speaks_as_one", ())], flags=0)
# Given names that people have, without accents.
_GIVEN = frozenset(by_language("given_names")["en"]["given"].split())
# "VendoSur", "PayPal"; but McKay, DeVito and LaToya.
_TRADE_NAME = re.compile(r"(?!Mc|Mac|De|Di|La|Le|Van|Von|O\b)[A-Z][a-z\u00e0-\u00ff]+[A-Z]\w+")
_AND_FAMILY = either(_PEOPLE["and_family"], r"\s", r"\b(?=\s*(?:,|\Z))")
# What parts a person's name from what stands beside it.
_BESIDE = re.compile(r",\s|\s[\u2013\u2014/|-]\s")
_AND = frozenset({"and", "und", "et", "y", "&"})
# "Laetitia et Emeka", and the small words within a name.
BETWEEN = _AND | {"de", "del", "der", "den", "di", "da", "do", "dos", "la", "le", "van", "von", "zu"}
# From here on scripts do not tell given from family name by their order.
_FIRST_IDEOGRAPH = "\u2e80"
# From here on letters are not Latin ones.
_FIRST_FOREIGN = "\u0250"
# "Sie" at the beginning of a sentence may be "she" or "they".
_BEFORE_SENTENCE = frozenset(".!?:…>")
_SMALL_AFTER_COMMA = either(
    _DATA["de"]["small_after_comma"].split(), r"(?P<greeting>\A[^\n]{1,120},[ \t]*\n+)(?P<word>", r")(?=[ ,])", flags=0
)
ANSWER_SUBJECT = either(_PEOPLE["answer_marks"], r"\A\s*", r"(?:\[\d{1,3}\])?\s?:")
FORWARD_SUBJECT = either(_PEOPLE["forward_marks"], r"\A\s*", r"\s?:")
_MAX_NAME_CHARS, _MIN_CAPITALS, _ADDRESS_CHARS = 60, 3, 5_000
_SIGNATURE_CHARS, _SIGNATURE_LINES, _MAX_SIGNED_WORDS, _LONG_SIGNATURE_LINES = 300, 5, 4, 8


@dataclass(frozen=True)
class Called:
    """What of a person's name a greeting may use; `title` is academic ("Prof. Dr."), `gender` "" where unknown."""

    given: str = ""
    family: str = ""
    title: str = ""
    gender: Literal["", "woman", "man"] = ""


def clean_name(name: str) -> str:
    """Return a display name as one printable line: no address, quotes, brackets or remarks after it."""
    line = "".join(char for char in name.split("\n")[0] if unicodedata.category(char)[0] != "C")
    line = re.sub(r"<[^>]*>|\([^)]*\)|\[[^\]]*\]", " ", line)
    line = _AND_FAMILY.sub("", " ".join(re.sub(r"[\"<>\[\]{}\\]", " ", line).split()))
    return re.sub(r"\A\d+\.\s", "", _given_first(_person_of(line)))[:_MAX_NAME_CHARS].replace("|", " ").strip(" ,;")


def _person_of(line: str) -> str:
    """Return the person's name of a line that may hold more: "Weber, Anna", "Ellis Lettings, Donna", "Lee | Sales"."""
    parts = [part for part in _BESIDE.split(line) if part.strip()]
    people = [part for part in parts if not is_desk(part) and not any(map(str.isdigit, part))]
    if len(parts) < 2 or not people:
        return line
    # "École Jean-Zay, Mme Boutin": whoever has a title is the person.
    if titled := [part for part in people if _begins_with_title(part)]:
        # "Lemke, Dr. Anselm"
        is_family = len(parts) == 2 and titled == parts[1:] and " " not in parts[0]
        return f"{titled[0]} {parts[0]}" if is_family and is_given(titled[0].split()[-1]) else titled[0]
    # "Katrin Vosseler | Personal | Heilbronn"
    is_parted = ", " not in line and len(parts) > 2 and all(word[:1].isupper() for word in people[0].split())
    if len(people) == 1 or len(people) < len(parts) or is_parted:
        return people[0]
    # "Delphine Askelund, Deputy Inspector"
    if " " in people[0] and is_person(people[0]) and not is_person(people[1]):
        return people[0]
    family, comma, given = line.partition(", ")
    is_turned = comma and len(parts) == 2 and " " not in family and len(given.split()) < _MIN_CAPITALS
    if not is_turned:
        return line
    return given if _begins_with_title(given) else f"{given} {family}"


def _begins_with_title(part: str) -> bool:
    """Tell whether a part of a name begins with a title; in "Specht, M." the letter is an initial."""
    first, _, rest = part.partition(" ")
    return is_title(first) and (bool(rest) or len(first.rstrip(".")) > 1)


def is_desk(name: str) -> bool:
    """Tell whether a name is that of a desk, an office or a firm: by one of its words, or by how it ends."""
    words = [word.casefold().replace("\u2019", "'").rpartition("'")[2] for word in name.split()]  # "L'accueil"
    is_couple = bool(name.split()) and (is_title(name.split()[0]) or _names_couple(name.split()))
    is_firm = (not is_couple and "&" in name) or _TRADE_NAME.fullmatch(name.strip()) is not None
    is_firm = is_firm or any(word.rpartition("-")[2] in ROLES for word in words)
    return is_firm or any(word in _COMPANIES or _OFFICE.search(word) for word in words)


def _names_couple(words: Sequence[str]) -> bool:
    """Tell whether words are two given names and a surname: "Lina & Otto Perske"."""
    return len(words) > _MIN_CAPITALS and words[1] == "&" and is_given(words[0]) and is_given(words[2])


def is_called_with(word: str) -> bool:
    """Tell whether a word before a name stays with it in a greeting ("Sister")."""
    return word.rstrip(".").casefold() in _CALLED_WITH


def is_person(name: str) -> bool:
    """Tell whether a name surely is a person's: it begins with a title, an initial, or a given name.

    Of scripts other than the Latin one all count.
    """
    first = next(iter(clean_name(name).split()), "")
    is_other = len(first.rstrip(".")) == 1 or first[:1] >= _FIRST_FOREIGN
    return bool(first) and (is_other or is_title(first) or is_called_with(first) or is_given(first))


def is_given(word: str) -> bool:
    """Tell whether people have a word as a given name, or a part of it."""
    return not _GIVEN.isdisjoint(without_accents(word.casefold()).split("-"))


def _given_first(line: str) -> str:
    """Return a name that begins with its family name in capitals the other way round."""
    first, _, rest = line.partition(" ")
    is_family = (
        not is_desk(line) and len(first) >= _MIN_CAPITALS and first.isupper() and 0 < len(rest.split()) < _MIN_CAPITALS
    )
    is_family = is_family and rest[:1].isupper() and not any(map(str.isupper, rest.split()))
    return f"{rest} {first.title()}" if is_family else line


def read_name(name: str) -> Called:
    """Return the parts of a display name; empty for a bare address, a desk or a service, a flat or a user."""
    words = [word for word in clean_name(name).split() if "@" not in word]
    if is_desk(" ".join(words)) or any(char.isdigit() or char == "_" for word in words for char in word):
        return Called()
    is_couple = len(words) > 2 and is_title(words[0]) and words[1] in _AND
    if words and (is_couple or is_called_with(words[0])):
        return Called(
            " ".join(word.title() if word.isupper() and len(word) >= _MIN_CAPITALS else word for word in words)
        )
    if words and words[0][0] >= _FIRST_IDEOGRAPH:
        return Called(" ".join(words))
    if len(words) > 1 and len(words[0].rstrip(".")) == 1:
        return Called(" ".join(words))
    # "m.okonjo" is the name of a mailbox.
    if len(words) == 1 and words[0].islower() and "." in words[0]:
        return Called()
    titles = []
    while len(words) > 1 and is_title(words[0]):
        titles.append(words.pop(0))
    # "Hans Freiherr von Ahlen": a title of his, and no part of how he is called.
    noble = [
        word for word, after in pairwise(words[1:]) if word.casefold() in _NOBLE_WOMEN | _NOBLE_MEN and after in _OF
    ]
    titles, words = [*titles, *noble], [word for word in words if word not in noble]
    # "Ana y Luis Pérez" are two, "Santiago Ramón y Cajal" is one.
    joined_at = next((at for at, word in enumerate(words[1:-1], 1) if word in _AND and (at == 1 or word != "y")), 0)
    if joined_at and not titles:
        return Called(" ".join(words[: joined_at + 2]))
    words = _given_first(" ".join(words)).split()
    if titles and len(words) == 1:
        return with_titles(Called(family=words[0]), " ".join(titles))
    return with_titles(Called(words[0] if words else "", " ".join(words[1:])), " ".join(titles))


def is_title(word: str) -> bool:
    """Tell whether a word before a name is a title."""
    plain = word.rstrip(".").casefold()
    return plain in _ACADEMIC or plain in _MAN or plain in _WOMAN


def with_titles(called: Called, titles: str) -> Called:
    """Return the person with what the titles tell ("Frau Prof. Dr." is a woman's); given names tell nothing."""
    words = [word.rstrip(".").casefold() for word in titles.split()]
    academic = " ".join(dict.fromkeys(_ACADEMIC[word] for word in words if word in _ACADEMIC))
    is_woman, is_man = {*words} & (_WOMAN | _NOBLE_WOMEN), {*words} & (_MAN | _NOBLE_MEN)
    gender: Literal["", "woman", "man"] = "woman" if is_woman else "man" if is_man else ""
    return Called(called.given, called.family, academic, gender)


def greeting(language: str, address: Address, called: Called, titles: str = "") -> str:
    """Return a greeting line; who writes formally is greeted so, as far as the name allows.

    English has titles only where the person uses one: `titles` are those.
    """
    table = _DATA.get(language, _DATA[_DEFAULT])
    forms: dict[str, str] = table["greetings"]
    form = _formal_form(language, called, titles) if address == "formal" and called.family else ""
    if not form or form not in forms:
        form = "given" if called.given and "given" in forms else "nobody"
        form = "signed" if form == "given" and address == "formal" and "signed" in forms else form
        form = f"nobody_{address}" if form == "nobody" and f"nobody_{address}" in forms else form
        if called.family and not called.given and (named := _formal_form(language, called, titles)) in forms:
            form = named
    title = called.title if language == "de" else called.title.rpartition(" ")[2].rstrip(".")
    said = {word.rstrip(".").casefold() for word in titles.split()}
    courtesy = next((word for word in _COURTESIES if word.casefold() in said), _COURTESIES[-1])
    given = called.given.replace(" & ", f" {table['and']} ")
    parts = {"given": given, "family": called.family, "title": title, "courtesy": courtesy}
    return single_spaced(forms[form].format(**parts))


def _formal_form(language: str, called: Called, titles: str) -> str:
    if language == "en":
        said = {word.rstrip(".").casefold() for word in titles.split()}
        known = "woman" if said & _WOMAN else "man" if said & _MAN else ""
        return "titled" if called.title else known or ("whole" if called.given else "nobody")
    if called.gender:
        return called.gender
    return "titled" if called.title and language == "de" else "whole" if called.given else "nobody"


def address_of(language: str, text: str) -> Address:
    """Return how a text speaks to its reader, "" when it does not show."""
    text = text[:_ADDRESS_CHARS]
    familiar = sum(1 for _ in _FAMILIAR[language].finditer(text)) if language in _FAMILIAR else 0
    found = [match.start() for match in _FORMAL[language].finditer(text)] if language in _FORMAL else []
    if not familiar:
        return "formal" if found else ""
    before = [text[max(0, at - 8) : at] for at in found]
    certain = sum(1 for part in before if part.strip() and not ends_behind(part, _BEFORE_SENTENCE))
    return "familiar" if familiar >= certain else "formal"


def words_of_address(language: str) -> Mapping[str, str]:
    """Return the words by which a language addresses a reader, familiar and formal; empty where it has no two."""
    words: Mapping[str, str] = _DATA.get(language, {}).get("address", {})
    return words


def continued(language: str, text: str) -> str:
    """Return a message whose text goes on after the comma of its greeting as its language writes it."""
    if language != "de":
        return text
    return _SMALL_AFTER_COMMA.sub(lambda match: match["greeting"] + match["word"].lower(), text, count=1)


def first_name(name: str) -> str:
    """Return how to greet a person: the given name, "" for a bare address."""
    called = read_name(name)
    return called.given or called.family


def salutation(language: str, name: str = "", answered: str = "", address: Address = "") -> str:
    """Return a greeting line as formal as `address`, else as the text that is answered.

    Languages without a table greet in English.
    """
    called = Called() if signs_as_desk(name, answered) else read_name(name_signed_with(name, answered) or name)
    titles = " ".join(filter(is_title, (*clean_name(name).split()[:3], *_signed_titles(called, answered))))
    address = address or address_of(language, answered) or signed_address(language, name, answered)
    return greeting(language, address, with_titles(called, titles), titles)


def signs_as_desk(name: str, text: str) -> bool:
    """Tell whether the name of a sender is, or may be, no person's.

    It is not known to be one ("Nordic Supply", "Hinterzarten") and nobody signs with its first word alone, or a desk
    signs ("Recepción" for "Gimnasio Olympo").
    """
    lines = [line.strip() for line in text.rstrip().split("\n")[1:][-_SIGNATURE_LINES:]]
    words = clean_name(name).split()
    if not is_person(name):
        return not (name_signed_with(name, text) or any(signs_alone(name, line) for line in lines))
    desks = [line for line in lines if len(line.split()) <= _MAX_SIGNED_WORDS and is_desk(line.strip(" ,.-"))]
    known = {word for word in words if len(word) > 1}
    # "Mme Boutin, directrice" is no desk.
    return bool(desks) and not any(known & {*line.replace(",", " ").split()} for line in lines)


def name_signed_with(name: str, text: str) -> str:
    """Return the part of a display name with which one person signs whose given name is not known, "" for none.

    Who writes "I" and signs "Glenys Hargreaves", "Glenys" or "G. Hargreaves" for "Revd Glenys Hargreaves" is one.
    """
    words = clean_name(name).split()
    is_known = not words or is_person(name) or is_desk(" ".join(words)) or len(words) > _MAX_SIGNED_WORDS
    said = [] if is_known or not _SPEAKS_AS_ONE.search(text) else _first_of_signature(text)
    at = len(words) - len(said)
    if len(said) > 1 and at >= 0 and [word.casefold() for word in said] == [word.casefold() for word in words[at:]]:
        return " ".join(words[at:])
    is_initial = len(said) > 1 and {*map(len, said[:-1])} == {1} and (said[0], said[-1]) == (words[0][0], words[-1])
    is_short = len(said) == 1 and said[0] in (words[:1] if len(words) == 1 else words[:-1])
    return " ".join(words if is_initial else said) if is_initial or is_short else ""


def _first_of_signature(text: str) -> list[str]:
    """Return the words of the name that stands first below a text; "Borough of Stanmere" is no person's."""
    lines = [line.strip() for line in text.split("\n")[1:] if line.strip()][-_LONG_SIGNATURE_LINES:]
    closed = [at for at, line in enumerate(lines, 1) if at < len(lines) and LEAVES.match(line)]
    # Without closing words the signature begins with the first line that may be a name, and no entry of a list.
    names = (line for line in lines if line[0].isupper() and not any(map(str.isdigit, line)))
    unclosed = (line for line in names if not ends_behind(line, _BEFORE_SENTENCE))
    for line in lines[closed[-1] :][:1] if closed else unclosed:
        said = [word.strip(".") for word in _BESIDE.split(line.partition(" (")[0])[0].strip(" ,.!-").split()]
        small = [word for word in said if word.islower() and word not in BETWEEN]
        if 0 < len(said) <= _MAX_SIGNED_WORDS and len(small) in (0, len(said)):
            return said
    return []


def signs_alone(name: str, line: str) -> bool:
    """Tell whether a line holds the first word alone of a name of several, or how it begins, as people sign."""
    first, *others = clean_name(name).casefold().split() or [""]
    signed = line.casefold().strip(" ,.!-\u2013\u2014").split()
    is_short = 0 < len(signed) < _MIN_CAPITALS and len(signed[-1]) >= min(_MIN_CAPITALS, len(first))
    return bool(others) and is_short and first.startswith(signed[-1]) and not is_desk(" ".join(signed))


def signed_address(language: str, name: str, text: str) -> Address:
    """Return "formal" for a text signed with given and family name, "" else; in English that tells nothing."""
    last = text.rstrip().split("\n")[-_SIGNATURE_LINES:] if language in _FORMAL and language != _DEFAULT else ()
    called = read_name(name)
    whole = f"{called.given} {called.family}"
    signs = bool(called.given and called.family) and any(
        whole in line and len(line.split()) <= _MAX_SIGNED_WORDS for line in last
    )
    signs = signs or bool(last and called.family and text.rstrip(" .\n").endswith(whole))
    return "formal" if signs else ""


def _signed_titles(called: Called, text: str) -> list[str]:
    """Return the words before the name under a text ("Mme Hélène Dupont"), among which a title may be."""
    name = called.family or called.given
    last = text.rstrip()[-_SIGNATURE_CHARS:].split("\n")[-_SIGNATURE_LINES:]
    named = (line.replace(name, "").split() for line in last if name and name in line)
    lines = ([word for word in words if not _is_initial(word, called)] for words in named)
    return next((line[:3] for line in lines if len(line) <= _MAX_SIGNED_WORDS), [])


def _is_initial(word: str, called: Called) -> bool:
    """Tell whether "M." may be short for the given name."""
    return len(word.rstrip(".")) == 1 and called.given.startswith(word[0])


def sign_off(language: str, name: str = "", answered: str = "", address: Address = "") -> str:
    """Return closing words in the register of `address`, else of the text that is answered, and the owner's name."""
    words, signed = closing(language, address or address_of(language, answered), answered), clean_name(name).split()
    # Nobody signs as "Mr", but as "Mr and Mrs Oduya": else only an academic title is a part of how people sign.
    while len(signed) > 1 and signed[0].rstrip(".").casefold() in _WOMAN | _MAN and signed[1] not in _AND:
        signed.pop(0)
    return f"{words}\n{' '.join(signed)}" if signed else words.rstrip(",")


def closing(language: str, address: Address, answered: str = "") -> str:
    """Return the closing words of a language, spelled as what is answered."""
    return spelled_as(answered, _by_address("closings", language, address))


def thanks_for_message(language: str, answered: str = "") -> str:
    """Return a sentence of thanks. `answered` is the message that is thanked for: who says "du" is answered so."""
    return _by_address("thanks", language, address_of(language, answered))


def _by_address(table: str, language: str, address: Address) -> str:
    words: dict[str, str] = _DATA.get(language, _DATA[_DEFAULT])[table]
    return words.get(address or "usual", words["usual"])
