"""What a person is called in a thread: how they sign, and how they were greeted there before."""

import re
from collections.abc import Collection, Sequence

from core.text.forms import WORD, without_accents
from core.text.language import detect_language
from core.text.lexicon import WORD_ENDS, either
from core.text.salutations import (
    BETWEEN,
    CLOSING,
    LEAVES,
    OPENING,
    SHORT_CLOSING,
    SIGNS_FOR,
    YOURS,
    Address,
    Called,
    clean_name,
    first_name,
    greeting,
    is_called_with,
    is_desk,
    is_person,
    is_title,
    name_signed_with,
    read_name,
    signed_address,
    signs_alone,
    signs_as_desk,
    with_titles,
)

_MAX_CLOSING_WORDS = 5
_SIGNATURE_LINES, _MAX_NAME_WORDS, _MAX_LINE_CHARS, _MAX_GREETING_CHARS = 4, 4, 120, 60
_SHORT_CHARS, _TITLED_WORDS, _PAIR_WORDS = 2, 2, 3
_IN_NAMES = str.maketrans("", "", "'\u2019-")
_AND = frozenset(["and", "und", "et", "y", "&"])
_CLOSED = either([SHORT_CLOSING], r"\W*", r"(?!\w)[ \t]*[,!.]?[ \t]*")
# "Deine Annegret", "Your aunt".
_YOURS = either([YOURS], r"\A", r"\s+(?=(?-i:[^\W\d_a-zß-ÿ]))")
# "i. A.", "p.p."
_SIGNS_FOR = either([SIGNS_FOR], r"\A", r"(?!\w)[ \t,]*")
_BESIDE_NAME = re.compile(r", | [|\u2013\u2014/-] | \(")
_CLOSES = either([CLOSING], r"\W*", WORD_ENDS)
# "Bis dahin eine schöne Zeit und sonnige Grüße"
_ENDS_CLOSING = either([CLOSING], r"(?<!\w)", r"\W*\Z")
# "Hi Ann,", "Buenos días, Ana:", "Hello Ann" on a line of its own.
_GREETED = either([OPENING], r"\s*", r"(?![\w-])(?:,? [^\n,:!?¿]{1,40})?(?:[,:!.]|(?=[ \t]*\n))")


def signed_name(text: str, name: str) -> str:
    """Return the name under a message as its sender wrote it, "" where no line there surely is one.

    Args:
        text: the message.
        name: what their mail program calls them; a name below that shares no word with it counts only where it stands
            apart, behind a closing or an empty line.
    """
    lines = text.rstrip().split("\n")
    known = _words(name)
    apart = ""
    for at in range(max(1, len(lines) - _SIGNATURE_LINES), len(lines)):
        said = lines[at].strip(" -\u2013\u2014~,\t")
        is_closed = (closed := _CLOSED.match(said)) is not None and closed.end() < len(said)
        said = said[closed.end() :].strip() if closed and is_closed else said
        # "Marlies Pütz, Hörakustikmeisterin"
        said = _BESIDE_NAME.split(_YOURS.sub("", said), maxsplit=1)[0].strip()
        is_for = any(map(_SIGNS_FOR.match, (said, lines[at - 1].strip())))
        said = _SIGNS_FOR.sub("", said).strip()
        if not _is_name(said) or is_desk(said) or all(map(is_title, said.split())):
            continue
        if known & _words(said):
            # A firm stands below whoever writes for it.
            return apart if apart and known <= _words(said) else said
        # "Im Auftrag, Kersten": who signs for another so does it with the family name.
        if is_for and len(said.split()) == 1:
            continue
        # What ends with a comma closes: "Besos,".
        is_apart = (
            is_closed
            or is_for
            or (_stands_apart(lines, at, known) and not lines[at].rstrip().endswith(",") and _may_sign(said, name))
        )
        apart = apart or (said if is_apart else "")
    return apart


def _may_sign(said: str, name: str) -> bool:
    """Tell whether a line may be how a person signs: one word only where people are called so, or it begins alike."""
    is_one = len(said.split()) == 1 and is_person(name)
    return not is_one or is_person(said) or any(word[0] == said[0].casefold() for word in _words(name))


def _is_name(line: str) -> bool:
    words = line.split()
    if not 0 < len(words) <= _MAX_NAME_WORDS or _CLOSES.match(line) or LEAVES.match(line):
        return False
    named = [word for word in words if word.casefold() not in BETWEEN]
    return bool(named) and words[0] in named and all(map(_may_be_name, named))


def _may_be_name(word: str) -> bool:
    """Tell whether a word is of letters and begins with a capital, as O'Neil, Anne-Marie and J. do."""
    letters = word.removesuffix(".").translate(_IN_NAMES)
    return letters.isalpha() and word[0].isalpha() and not word[0].islower()


def _stands_apart(lines: Sequence[str], at: int, known: Collection[str]) -> bool:
    """Tell whether a line stands behind an empty or a closing one, or is one name at the very end."""
    before, is_last = lines[at - 1].strip(), at == len(lines) - 1
    is_one = len(lines[at].split()) == 1
    closes = bool(_CLOSES.match(before) or _ENDS_CLOSING.search(before[:_MAX_LINE_CHARS])) or (
        is_one and is_last and _is_short(before)
    )
    closes = closes or (at > 1 and not lines[at - 2].strip() and _may_close(before, known))
    return closes or (not before and (is_last or (is_one and _may_be_short(lines[at].strip(), known))))


def _may_close(line: str, known: Collection[str]) -> bool:
    """Tell whether a line behind an empty one closes in whatever words: "See you in the drink,", "Herzlich"."""
    words = line.split()
    is_name = len(words) > 1 and all(word[:1].isupper() for word in words)
    is_like_one = line.endswith((",", "!")) or len(words) == 1
    return (
        0 < len(words) <= _MAX_CLOSING_WORDS
        and is_like_one
        and not (is_name or is_desk(line) or _words(line).intersection(known))
    )


def _may_be_short(line: str, known: Collection[str]) -> bool:
    """Tell whether a line may be short for one of the words of a name ("Bev")."""
    return any(word[:_SHORT_CHARS] == line.casefold()[:_SHORT_CHARS] for word in known)


def _is_short(line: str) -> bool:
    return len(line.split()) <= _MAX_NAME_WORDS and not line.endswith(("?", ".", ":"))


def _words(name: str) -> set[str]:
    return {word for word in WORD.findall(without_accents(name.casefold())) if len(word) > 1}


def called_as(name: str, text: str) -> Called | None:
    """Return what a greeting may call a person by their own signature, None where that tells less than their name.

    Who signs with one name is called by it, unless that is the family name of a mail program's "Anna Weber". What is
    signed by a name that may be a firm's or a place's tells nothing.
    """
    signed = signed_name(text, name).rstrip(".")
    # "Nele und Hannes", signed "Nele, Hannes & Jonte"
    pair = name.split()
    if len(pair) == _PAIR_WORDS and pair[1] in _AND and is_person(pair[0]) and signed in {"", pair[0], name}:
        return Called(name)
    is_one = is_person(signed) or is_person(name) or signs_alone(name, signed)
    if not (is_one or name_signed_with(name, text)):
        return None
    words = [word for word in signed.split() if not is_title(word)]
    if any(map(is_called_with, words)):
        return Called(signed)
    if any(word in _AND for word in words):
        return Called(" ".join(words))
    if words and len(words) < len(signed.split()) and not _words(clean_name(name)) & _words(signed):
        return read_name(signed)  # "Miss Achebe-Lloyd" of a school
    if not words or any(len(word.rstrip(".")) == 1 for word in words):
        return None
    if len(words) == 1:
        return None if signs_with_family(words[0], name) or len(words) < len(signed.split()) else Called(words[0])
    if len(words[0]) <= _SHORT_CHARS:  # "Mª Luz"
        return Called(" ".join(words))
    return Called(words[0], " ".join(words[1:])) if len(words) == len(signed.split()) else None


def signs_with_family(signed: str, name: str) -> bool:
    """Tell whether who signs so does it with the family name: "Weber" of "Anna Weber", "Sander" of "Elektro Sander".

    "Anna" is the given name of "Nagy Anna" and of "J. Anna".
    """
    *before, last = clean_name(name).split() or [""]
    if not before or signed.casefold() != last.casefold() or name.startswith(f"{signed},"):
        return False
    others = [word for word in before if len(word.rstrip(".")) > 1]
    return not is_person(last) or any(map(is_person, others)) or is_desk(" ".join(others))


def short_name(name: str, text: str) -> str:
    """Return how a person is called shortly: as they sign, else by their given name; "" for a desk without a name."""
    called = called_as(name, text)
    return called.given if called else "" if signs_as_desk(name, text) else first_name(name)


def given_name_greeted(text: str, owner: str) -> str:
    """Return the owner's given name where a message greets by it alone ("Bonjour Omar,"), "" elsewhere."""
    given = read_name(owner).given
    found = re.match(rf"(?i)\s*(?P<before>(?:[^\W\d_]+ ){{0,2}}){re.escape(given)}[ \t]*(?:[,:!.]|$|\n)", text)
    return given if given and found and not any(map(is_title, found["before"].split())) else ""


def greeted_before(language: str, name: str, text: str, own: Sequence[str]) -> str:
    """Return the line by which a person was greeted last, "" where none of the messages calls them.

    Args:
        language: that of the reply.
        name: the person's.
        text: what they write now.
        own: what its owner wrote to them before, oldest first.
    """
    signed = signed_name(text, name)
    # Of a firm it may be another who writes now than who was greeted before.
    is_another = bool(_words(signed)) and not is_person(name) and not _words(name) & _words(signed)
    known = _words(signed if is_another else f"{name} {signed}")
    for message in reversed(own):
        line = message.lstrip()[:_MAX_LINE_CHARS]
        found = _GREETED.match(line)
        said_words = found[0].strip(" ,:!").split() if found else []
        # "Bonjour Monsieur,": to whoever it was, so only where that fits.
        gender = read_name(name).gender
        is_titled = len(said_words) == _TITLED_WORDS and with_titles(Called(), said_words[-1]).gender == gender != ""
        if found and len(found[0]) <= _MAX_GREETING_CHARS and (is_titled or known & _words(found[0])):
            said = _first_sentence(found[0].strip(), known)
            if said.endswith("."):  # "Hi all. Ann comes later."
                continue
            mark = "" if said[-1] in ",:!" else ":" if language == "es" else ","
            return f"{said}{mark}" if detect_language(message) in {"", language} else ""
    return ""


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
    address = address or ("" if is_person(name) else signed_address(language, name, text))
    is_other = (
        ", " in clean_name(name)
        or read_name(name) == Called()
        or not _words(clean_name(name)) & _words(signed_name(text, name))
    )
    tells_more = called and (not (called.family and address == "formal") or is_other)
    return greeting(language, address, called) if called and tells_more else ""
