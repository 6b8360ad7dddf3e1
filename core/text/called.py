"""What a person is called in a thread: how they sign, and how they were greeted there before."""

import re
from collections.abc import Collection, Sequence

from core.text.forms import WORD, without_accents
from core.text.language import detect_language
from core.text.lexicon import by_language, either, whole
from core.text.salutations import (
    AGAIN,
    AND,
    BETWEEN,
    CALLED_ALONE,
    CLOSING,
    INTRODUCES,
    LAST_LINE,
    LEAVES,
    OPENING,
    SHORT_CLOSING,
    SIGNS_FOR,
    SPEAKS_AS_ONE,
    YOURS,
    Address,
    Called,
    address_of,
    clean_name,
    greeting,
    is_called_with,
    is_desk,
    is_person,
    is_title,
    plain_titles,
    read_name,
    with_titles,
    with_whole_title,
)
from core.text.sentences import split_sentences

_SIGNATURE_LINES, _MAX_NAME_WORDS, _MAX_CLOSING_WORDS, _MAX_LINE_CHARS, _MAX_GREETING_CHARS = 5, 4, 5, 120, 60
_MIN_SHORT_CHARS, _TITLED_WORDS = 3, 2
_IN_NAMES = str.maketrans("", "", "'\u2019-")
# Before a name in its line: "LG Bashar", "Deine Annegret", "i. A. Petra Ohlsen".
_CLOSED, _LED = (either([before], r"\A\W*", r"(?!\w)[ \t]*[,!.]?[ \t]*") for before in (SHORT_CLOSING, LAST_LINE))
_YOURS = either([YOURS], r"\A", r"\s+(?=(?-i:[^\W\d_a-zß-ÿ]))")
_SIGNS_FOR = either([SIGNS_FOR], r"\A", r"(?!\w)[ \t,]*")
# "Marlies Pütz, Hörakustikmeisterin"
_BESIDE_NAME = re.compile(r", | [|\u2013\u2014/-] | \(")
# "Maribel 655 20 14 98"
_NUMBER = either([r"[ ,;:]{1,3}\+?\(?\d[\d /.()-]{5,30}"], after=r"\Z")
# "Bis dahin eine schöne Zeit und sonnige Grüße"
_CLOSES = whole([CLOSING])
# "Hi Ann,", "Buenos días, Ana:", "Hello Ann" on a line of its own.
_GREETED = either([OPENING], r"\s*", r"(?![\w-])(?:,? [^\n,:!?¿]{1,40})?(?:[,:!.]|(?=[ \t]*\n))")
# "Madame,", "Bonjour Madame,", "Profesor, buenas tardes."
_TITLE_ALONE = either(
    [rf"(?:{OPENING},?\s+)?(?P<title>{CALLED_ALONE})(?:, {OPENING})?"], r"\s*", r"(?![\w-])[ \t]*(?:[,:!.]|(?=\n))"
)


_DICTATED = frozenset(word for table in by_language("salutations").values() for word in table.get("dictated", ()))


def signed_name(text: str, name: str) -> str:
    """Return the name under a message as its sender wrote it, "" where no line there surely is one.

    Args:
        text: the message.
        name: what their mail program calls them; a name below that shares no word with it counts only where it stands
            apart, behind a closing or an empty line. A firm stands below whoever writes for it.
    """
    lines = text.rstrip().split("\n")
    # "It leaks. Can you come? Ann": who writes in one go signs behind the last sentence; "Hna. Ana" is a name.
    *before, last = split_sentences(lines[-1]) if len(lines[-1].split()) > _MAX_NAME_WORDS else [""]
    lines[-1:] = [" ".join(before), last] if before else lines[-1:]
    known, apart = _words(name), ""
    for at in range(max(1, len(lines) - _SIGNATURE_LINES), len(lines)):
        line = _NUMBER.sub("", lines[at].strip(" -\u2013\u2014~,\t"))
        said = _SIGNS_FOR.sub("", _LED.sub("", line, count=1))
        said = _BESIDE_NAME.split(_YOURS.sub("", said), maxsplit=1)[0].strip()
        is_short = any(word.startswith(said.casefold()) for word in known) and len(said) >= _MIN_SHORT_CHARS
        is_behind = bool(before) and at == len(lines) - 1 and not _CLOSED.match(line)
        is_mark = said.casefold() in _DICTATED
        if is_mark or not (_is_name(said) or is_short) or is_desk(said) or (is_behind and not _words(said) <= known):
            continue
        if is_short or known & _words(said):
            return apart if apart and known <= _words(said) and not is_person(name) else said
        is_for = any(map(_SIGNS_FOR.match, (line, lines[at - 1].strip())))
        if is_for and " " not in said:  # who signs for another so does it with the family name
            continue
        if is_for or _CLOSED.match(line) or (_stands_apart(lines, at, said) and _may_sign(said, name)):
            apart = apart or said
    return apart


def _may_sign(said: str, name: str) -> bool:
    """Tell whether a line may be how a person signs: one word only where people are called so, or it begins alike."""
    is_one = len(said.split()) == 1 and is_person(name)
    return not is_one or is_person(said) or any(word[0] == said[0].casefold() for word in _words(name))


def _is_name(line: str) -> bool:
    words = line.split()
    if not 0 < len(words) <= _MAX_NAME_WORDS or LEAVES.match(line) or all(map(is_title, words)):
        return False
    named = [word for word in words if word.casefold() not in BETWEEN]
    return bool(named) and words[0] in named and all(map(_may_be_name, named))


def _may_be_name(word: str) -> bool:
    """Tell whether a word is of letters and begins with a capital, as O'Neil, Anne-Marie and J. do."""
    letters = word.removesuffix(".").translate(_IN_NAMES)
    return letters.isalpha() and word[0].isalpha() and not word[0].islower()


def _stands_apart(lines: Sequence[str], at: int, said: str) -> bool:
    """Tell whether a line stands behind a closing one, in whatever words, or behind an empty one, whole or last."""
    before, is_last = lines[at - 1].strip(), at == len(lines) - 1
    if lines[at].rstrip().endswith(","):  # it closes itself: "Besos,"
        return False
    if not before:
        return is_last or len(said.split()) > 1
    is_short = len(before.split()) <= _MAX_CLOSING_WORDS and at > 1 and not lines[at - 2].strip()
    closes = is_short and (before.endswith((",", "!")) or (is_last and not before.endswith((".", "?", ":"))))
    return closes or bool(LEAVES.match(before) or _CLOSES.search(before[:_MAX_LINE_CHARS]))


def _words(name: str) -> set[str]:
    return {word for word in WORD.findall(without_accents(name.casefold())) if len(word) > 1}


def _is_one(name: str, signed: str, text: str) -> bool:
    """Tell whether a name is one person's: known as such, or they sign with its first word, or say "I" and sign so."""
    if is_person(name) or signs_alone(name, signed):
        return True
    said, shown = signed.casefold().split(), clean_name(name).casefold().split()
    is_part = bool(shown) and all(word in shown or word.rstrip(".") == shown[0][0] for word in said)
    # "Nilda Quispe" is the beginning of Nilda Quispe Mamani.
    begins = len(said) > 1 and shown[: len(said)] == said
    is_shown = said == shown or (is_part and (len(said) > 1) == (said[-1:] == shown[-1:])) or begins
    return _introduces_as(shown, name, text) or (bool(said) and is_shown and SPEAKS_AS_ONE.search(text) is not None)


def _introduces_as(shown: Sequence[str], name: str, text: str) -> bool:
    """Tell whether somebody says in a text that they are called by the first of some words: "soy Choni"."""
    is_known = len(shown) > 1 and not is_desk(name)
    return is_known and either([re.escape(shown[0])], rf"(?<!\w){INTRODUCES} ", r"(?!\w)").search(text) is not None


def signs_alone(name: str, signed: str) -> bool:
    """Tell whether somebody signs with the first word alone of a name of several, or with how it begins."""
    first, *others = clean_name(name).casefold().split() or [""]
    is_short = len(signed) >= min(_MIN_SHORT_CHARS, len(first)) and first.startswith(signed.casefold())
    return bool(others) and is_short and not is_desk(signed)


def called_as(name: str, text: str) -> Called | None:
    """Return what a greeting may call a person by their own signature, None where that tells less than their name.

    Who signs with one name is called by it, unless that is the family name of a mail program's "Anna Weber". What is
    signed by a name that may be a firm's or a place's tells nothing.
    """
    signed = signed_name(text, name).rstrip(".")
    words = signed.split()
    is_own = bool(_words(name) & _words(signed))
    is_pair = any(word in AND for word in name.split()) and not is_desk(name)
    if not _words(signed) or (is_pair and not _writes_for(name, signed)):
        return None
    if words[0][0].islower():
        is_given_name = len(words) == 1 and is_own and is_person(signed) and not signs_with_family(signed, name)
        written = (word for word in clean_name(name).split() if _words(word) == _words(signed))
        return Called(next(written, signed).capitalize()) if is_given_name else None
    if not (is_person(signed) or _is_one(name, signed, text)):
        return None
    if any(word in AND or word == "Mª" or is_called_with(word) for word in words):
        return Called(signed)
    if any(is_title(word) or len(word.rstrip(".")) == 1 for word in words):
        return None if _words(clean_name(name)) & _words(signed) else read_name(signed)
    if len(words) == 1 and signs_with_family(signed, name):
        return None
    return Called(words[0], " ".join(words[1:]))


def _writes_for(name: str, signed: str) -> bool:
    """Tell whether another signs for two people: "Mónica" for "Mr. & Mrs. Halloran"."""
    is_pair = any(word in AND for word in name.split())
    return is_pair and is_person(signed) and bool(_words(signed)) and not _words(name) & _words(signed)


def signs_with_family(signed: str, name: str) -> bool:
    """Tell whether who signs so does it with the family name: "Weber" of "Anna Weber", "Sander" of "Elektro Sander".

    "Anna" is the given name of "Nagy Anna" and of "J. Anna".
    """
    *before, last = clean_name(name).split() or [""]
    if not before or signed.casefold() != last.casefold() or name.startswith(f"{signed},"):
        return False
    others = [word for word in before if len(word.rstrip(".")) > 1]
    return not is_person(last) or any(map(is_person, others)) or is_desk(" ".join(others))


def _shown_name(name: str, text: str) -> Called:
    """Return the parts of a name as far as a person has it: who is known for one, or signs as one does."""
    signed = signed_name(text, name)
    if not _is_one(name, signed, text) or _writes_for(name, signed):
        return Called()
    # Of "Revd Ottilia Quarrell" no list knows the title.
    is_own = " " in signed and bool(_words(name) & _words(signed))
    is_whole = not is_person(name) and is_own and all(len(word.rstrip(".")) > 1 for word in signed.split())
    return read_name(signed if is_whole else name)


def short_name(name: str, text: str) -> str:
    """Return how a person is called shortly: as they sign, else by their given name; "" for a desk without a name."""
    called = called_as(name, text) or _shown_name(name, text)
    return called.given or called.family


def salutation(language: str, name: str = "", answered: str = "", address: Address = "") -> str:
    """Return a greeting line as formal as `address`, else as the text that is answered; a desk is not called.

    Languages without a table greet in English.
    """
    name = with_whole_title(language, name)
    called = _shown_name(name, answered)
    signed, known = signed_name(answered, name), _words(f"{called.given} {called.family}")
    # Below "le saluda Yessenia" the last line may thank "Sr. Edwin".
    words = (
        *plain_titles(clean_name(name)).split()[:3],
        *(signed.split() if not known or known & _words(signed) else ()),
    )
    titles = " ".join(word for word in words if is_title(word) and not _is_initial(word, called))
    address = address or address_of(language, answered) or signed_address(language, name, answered)
    return greeting(language, address, with_titles(called, titles))


def _is_initial(word: str, called: Called) -> bool:
    """Tell whether "M." may be short for the given name."""
    return len(word.rstrip(".")) == 1 and called.given.startswith(word[0])


def signed_address(language: str, name: str, text: str) -> Address:
    """Return "formal" for a text signed with the family name, "" else; in English that tells nothing."""
    called, signed = read_name(name), signed_name(text, name).rstrip(".")
    is_family = len(signed.split()) > 1 or signs_with_family(signed, name)
    return "formal" if language != "en" and is_family and _words(called.family) & _words(signed) else ""


def given_name_greeted(text: str, owner: str) -> str:
    """Return the owner's given name where a message greets by it alone ("Bonjour Omar,"), "" elsewhere."""
    given = read_name(owner).given
    found = re.match(rf"(?i)\s*(?P<before>(?:[^\W\d_]+ ){{0,2}}){re.escape(given)}[ \t]*(?:[,:!.]|$|\n)", text)
    return given if given and found and not any(map(is_title, found["before"].split())) else ""


def greeted_before(language: str, name: str, text: str, own: Sequence[str], *, is_known: bool = False) -> str:
    """Return the line by which a person was greeted last, "" where none of the messages calls them.

    Args:
        language: that of the reply.
        name: the person's.
        text: what they write now.
        own: what its owner wrote to them before, oldest first.
        is_known: whether it surely was them to whom it was written: then a title without a name is theirs.
    """
    signed = signed_name(text, name)
    # Of a firm it may be another who writes now than who was greeted before.
    is_another = bool(_words(signed)) and not is_person(name) and not _words(name) & _words(signed)
    known = _words(signed if is_another else f"{name} {signed}")
    for message in reversed(own):
        found = _GREETED.match(message.lstrip()[:_MAX_LINE_CHARS])
        said_words = found[0].strip(" ,:!").split() if found else []
        # "Bonjour Monsieur,": to whoever it was, so only where that fits.
        gender = read_name(name).gender
        is_titled = len(said_words) == _TITLED_WORDS and with_titles(Called(), said_words[-1]).gender == gender != ""
        said = _by_title(message, name) if is_known else ""
        if said:
            return _closed(language, said) if detect_language(message) in {"", language} else ""
        if found and len(found[0]) <= _MAX_GREETING_CHARS and (is_titled or known & _words(found[0])):
            said = _first_sentence(found[0].strip(), known)
            if said.endswith(".") or AGAIN.search(said):  # "Hi all. Ann comes later.", "Hi again Ann,"
                continue
            return _closed(language, said) if detect_language(message) in {"", language} else ""
    return ""


def _by_title(message: str, name: str) -> str:
    """Return how a message greets by a title alone that may be that of somebody, "" where it does not."""
    found = _TITLE_ALONE.match(message.lstrip()[:_MAX_GREETING_CHARS])
    genders = {with_titles(Called(), found["title"]).gender, read_name(name).gender} - {""} if found else set[str]()
    return found[0].strip().rstrip(".") if found and len(genders) < _TITLED_WORDS else ""


def _closed(language: str, said: str) -> str:
    """Return a greeting with the mark that stands behind one."""
    return said if said[-1] in ",:!" else f"{said}{':' if language == 'es' else ','}"


def _first_sentence(line: str, known: Collection[str]) -> str:
    """Return a greeting without what follows the name behind which it stops: "Hola, Graciano. Va el presupuesto:"."""
    words = line.split()
    names = {word for word in known if not (is_title(word) or is_called_with(word))}
    stops = (at for at, word in enumerate(words) if word.endswith(".") and names & _words(word))
    end = next(stops, len(words))
    return line if end == len(words) else " ".join(words[: end + 1]).rstrip(".")


def signed_greeting(language: str, address: Address, name: str, text: str) -> str:
    """Return a greeting by how a person signs, "" where that tells no more than their name."""
    # "Sr. Benedikta" is a nun in German, elsewhere mostly a man whose name is Spanish.
    if language == "de" and address != "familiar" and name.startswith("Sr. ") and read_name(name) != Called():
        return greeting(language, "formal", Called(name))
    called = called_as(name, text)
    if called is None:
        return ""
    address = address or ("" if is_person(name) else signed_address(language, name, text))
    tells_more = not called.family or address != "formal" or not is_person(name)
    is_other = not _words(clean_name(name)) & _words(f"{called.given} {called.family}")
    return greeting(language, address, called) if tells_more or is_other else ""
