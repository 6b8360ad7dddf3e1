"""Greetings and closings: how those of others are known (`salutations.toml`), and those that code sets, by language."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

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
AGAIN = whole(phrases_beside(__file__, "again"))
CALLED_ALONE = joined(phrases_beside(__file__, "called_alone"))
INTRODUCES = joined(phrases_beside(__file__, "introduces"))
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
_ACADEMIC: dict[str, str] = _PEOPLE["academic"]
_TITLED = r"(?:dr|prof|professor|professeure?|docteure?|mag)\b"
_BEFORE_TITLE = either(_PEOPLE["before_titles"], r"(?<![\w.])(?:", rf"[ -]{{1,2}}){{1,3}}(?={_TITLED})")
# "Dr. Dr." says one twice; behind "Mag." it is the higher title.
_DEGREES = either(
    [*_PEOPLE["degrees"], r"(?(lower)(?!)|dr\b\.?)"],
    rf"(?<![\w.])(?P<title>(?:(?P<lower>mag\b)|(?!mag){_TITLED})\.?)(?:[ -]{{0,2}}",
    r"){1,8}(?!\w)",
)
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
SPEAKS_AS_ONE = whole([word for table in _DATA.values() for word in table.get("speaks_as_one", ())], flags=0)
# Given names that people have, without accents.
_GIVEN = frozenset(by_language("given_names")["en"]["given"].split())
# "VendoSur", "PayPal"; but McKay, DeVito and LaToya.
_TRADE_NAME = re.compile(r"(?!Mc|Mac|De|Di|La|Le|Van|Von|O\b)[A-Z][a-z\u00e0-\u00ff]+[A-Z]\w+")
_AND_FAMILY = either(_PEOPLE["and_family"], r"\s", r"\b(?=\s*(?:,|\Z))")
# What parts a person's name from what stands beside it.
_BESIDE = re.compile(r",\s|\s[\u2013\u2014/|-]\s")
AND = frozenset({"and", "und", "et", "y", "&"})
# "Laetitia et Emeka", and the small words within a name.
BETWEEN = AND | {"de", "del", "der", "den", "di", "da", "do", "dos", "la", "le", "van", "von", "zu"}
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


@dataclass(frozen=True)
class Called:
    """What of a person's name a greeting may use.

    `title` is academic ("Prof. Dr."), `gender` "" where unknown, `courtesy` what an English woman calls herself.
    """

    given: str = ""
    family: str = ""
    title: str = ""
    gender: Literal["", "woman", "man"] = ""
    courtesy: str = ""


def clean_name(name: str) -> str:
    """Return a display name as one printable line: no address, quotes, brackets or remarks after it."""
    line = "".join(char for char in name.split("\n")[0] if unicodedata.category(char)[0] != "C")
    line = _without_brackets(re.sub(r"<[^>]*>|\[[^\]]*\]", " ", line))
    line = _AND_FAMILY.sub("", " ".join(re.sub(r"[\"<>\[\]{}\\]", " ", line).split()))
    return re.sub(r"\A\d+\.\s", "", _given_first(_person_of(line)))[:_MAX_NAME_CHARS].replace("|", " ").strip(" ,;")


def _without_brackets(line: str) -> str:
    """Return a name without its brackets, or what they hold where only that is a person: "Atelier Nord (Lise Vane)"."""
    outside = re.sub(r"\([^()]*\)", " ", line)
    held = (part for inside in re.findall(r"\(([^()]*)\)", line) for part in _BESIDE.split(inside))
    person = next((part for part in held if any(map(is_given, part.split())) and is_person(part)), "")
    return person if person and not is_person(outside) else outside


def _person_of(line: str) -> str:
    """Return the person's name of a line that may hold more: "Weber, Anna", "Ellis Lettings, Donna", "Lee | Sales"."""
    parts = [part for part in _BESIDE.split(line) if part.strip()]
    people = [part for part in parts if not is_desk(part) and not any(map(str.isdigit, part))]
    if len(parts) < 2 or not people:
        return line
    family, comma, given = line.partition(", ")
    # In "Specht, M." the letter is an initial.
    names = [word for word in given.split() if not is_title(word)] or given.split()[-1:]
    is_turned = bool(comma) and len(parts) == len(people) == 2 and " " not in family and len(names) < _MIN_CAPITALS
    if is_turned and (len(names) == len(given.split()) or is_given(names[-1])):
        return f"{given} {family}"
    return next(filter(is_person, people), people[0] if len(people) < len(parts) else line)


def is_desk(name: str) -> bool:
    """Tell whether a name is that of a desk, an office or a firm: by one of its words, or by how it ends."""
    words = [word.casefold().replace("\u2019", "'").rpartition("'")[2] for word in name.split()]  # "L'accueil"
    # "Lina & Otto Perske"
    is_couple = bool(words) and (is_title(words[0]) or (words[1:2] == ["&"] and all(map(is_given, words[:3:2]))))
    is_firm = ("&" in name and not is_couple) or _TRADE_NAME.fullmatch(name.strip()) is not None
    is_firm = is_firm or any(word.rpartition("-")[2] in ROLES for word in words)
    return is_firm or any(word in _COMPANIES or _OFFICE.search(word) for word in words)


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
    is_family = len(first) >= _MIN_CAPITALS and first.isupper() and not is_desk(line)
    is_given_behind = (
        0 < len(rest.split()) < _MIN_CAPITALS and rest[0].isupper() and not any(map(str.isupper, rest.split()))
    )
    return f"{rest} {_written(first)}" if is_family and is_given_behind else line


def _written(word: str) -> str:
    return word.title() if word.isupper() and len(word) >= _MIN_CAPITALS else word


def plain_titles(name: str) -> str:
    """Return a name with the titles that a greeting says alone: "Dr. Weber" for "Dr. Dr. h.c. Weber"."""
    return _DEGREES.sub(r"\g<title>", _BEFORE_TITLE.sub("", name))


def with_whole_title(language: str, name: str) -> str:
    """Return a name with a title that one language shortens as it greets by it: "Maître Dupont" for "Me Dupont".

    It has to be written so; in other languages "Me" is a name.
    """
    first, _, rest = name.partition(" ")
    whole_title = _DATA.get(language, {}).get("whole_titles", {}).get(first, "")
    return f"{whole_title} {rest}" if whole_title and rest[:1].isupper() else name


def read_name(name: str) -> Called:
    """Return the parts of a display name; empty for a bare address, a desk or a service, a flat or a user."""
    words = [word for word in plain_titles(clean_name(name)).split() if "@" not in word]
    is_mailbox = len(words) == 1 and words[0].islower() and "." in words[0]  # "m.okonjo"
    if (
        not words
        or is_mailbox
        or is_desk(" ".join(words))
        or any(char.isdigit() or char == "_" for char in "".join(words))
    ):
        return Called()
    # "Ana y Luis Pérez" are two, "Santiago Ramón y Cajal" is one.
    joined_at = next((at for at, word in enumerate(words[1:-1], 1) if word in AND and (at == 1 or word != "y")), 0)
    if joined_at:
        at = len(words) if is_title(words[0]) else joined_at + 2
        return Called(" ".join(map(_written, words[:at])), " ".join(map(_written, words[at:])))
    is_initial = len(words) > 1 and len(words[0].rstrip(".")) == 1
    if is_initial or is_called_with(words[0]) or words[0][0] >= _FIRST_IDEOGRAPH:
        return Called(" ".join(map(_written, words)))
    titles = []
    while len(words) > 1 and is_title(words[0]):
        titles.append(words.pop(0))
    words = _given_first(" ".join(words)).split()
    is_family = bool(titles) and len(words) == 1
    called = Called(family=words[0]) if is_family else Called(words[0], " ".join(words[1:]))
    return with_titles(called, " ".join(titles))


def is_title(word: str) -> bool:
    """Tell whether a word before a name is a title."""
    plain = word.rstrip(".").casefold()
    return plain in _ACADEMIC or plain in _MAN or plain in _WOMAN


def with_titles(called: Called, titles: str) -> Called:
    """Return the person with what the titles tell ("Frau Prof. Dr." is a woman's); given names tell nothing."""
    words = [word.rstrip(".").casefold() for word in titles.split()]
    academic = " ".join(dict.fromkeys(_ACADEMIC[word] for word in words if word in _ACADEMIC))
    gender: Literal["", "woman", "man"] = "woman" if {*words} & _WOMAN else "man" if {*words} & _MAN else ""
    courtesy = next((word for word in _COURTESIES if word.casefold() in words), "")
    return Called(called.given, called.family, academic, gender, courtesy)


def greeting(language: str, address: Address, called: Called) -> str:
    """Return a greeting line; who writes formally is greeted so, as far as the name allows."""
    table = _DATA.get(language, _DATA[_DEFAULT])
    forms: dict[str, str] = table["greetings"]
    title = _title_said(table, called)
    wanted = [f"nobody_{address}", "nobody"]
    if called.given:
        wanted = [*(["signed"] if address == "formal" else []), "given", *wanted]
    if called.family and (address == "formal" or not called.given):
        titled = ["titled"] if title else []
        known = [*titled, called.gender] if language == _DEFAULT else [called.gender, *titled]
        known = [f"titled_{called.gender}", *known] if title and called.gender else known
        wanted = [*known, *(["whole"] if called.given else []), *wanted]
    courtesy = called.courtesy or _COURTESIES[-1]
    given = called.given.replace(" & ", f" {table['and']} ")
    parts = {"given": given, "family": called.family, "title": title, "courtesy": courtesy}
    return single_spaced(next(forms[form] for form in wanted if form in forms).format(**parts))


def _title_said(table: Mapping[str, Any], called: Called) -> str:
    """Return the highest title of a person as a language greets by it, "" for none."""
    said = {**table.get("titles", {}), **table.get(f"titles_{called.gender}", {})}
    return next((word for title, word in said.items() if title in called.title.split()), "")


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


def sign_off(language: str, name: str = "", answered: str = "", address: Address = "") -> str:
    """Return closing words in the register of `address`, else of the text that is answered, and the owner's name."""
    shown, firm = clean_name(name), name.partition(", ")[0]
    # "Gillow & Sons, Turret Clocks" is a firm, and what it makes.
    shown = name if "&" in firm and firm != name and is_desk(firm) and not is_person(shown) else shown
    words, signed = closing(language, address or address_of(language, answered), answered), shown.split()
    # Nobody signs as "Mr Tom Ray", but as "Mr and Mrs Oduya" and as "Mr Lowe", whom Germans know by "Lowe".
    least = 1 if language == "de" else 2
    while len(signed) > least and signed[0].rstrip(".").casefold() in _WOMAN | _MAN and signed[1] not in AND:
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
