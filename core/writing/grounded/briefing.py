"""Turn a brief ("tell Anna the meeting moves to Thursday") into sentences to its reader, clause by clause, by rule."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.text.names import find_names
from core.text.salutations import clean_name
from core.text.sentences import split_sentences, unwrap

_CLAUSE = re.compile(r"(?:(?<!\s)\s++)?+;\s*+"
                     r"|,\s++(?:and\s++)?(?=(?:ask|tell|remind|thank|suggest|decline|invite|apologi[sz]e|offer)\b)"
                     r"|(?<!\s)\s++and\s++(?=(?:ask|tell|remind|thank|suggest|apologi[sz]e)\b)", re.I)  # fmt: skip
_WRITE_TO = re.compile(
    r"(?i)^(?:please\s+)?(?:write|send|draft|compose|prepare)\s+(?:an?\s+)?(?:\w+\s+){0,3}?(?:e-?mail|mail|message|note"
    r"|letter|reply)\b(?:\s+to\s+(?-i:[A-Z])[\w.'-]*(?:\s+(?-i:[A-Z])[\w.'-]*)*)?[\s,:]*(?:(?:to|and|saying|telling\s+\w+)\s+)?"
)
# Whom the brief speaks of: a pronoun, a name, or a plain word such as "support".
_PRONOUNS = "him|her|them|everyone|everybody|all|the\\s+\\w+"
_DAYS = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|June|July|August|September|October"
_DAYS += "|November|December"
_NAME = f"(?-i:[A-Z])[\\w.'-]*(?:\\s+(?!(?:{_DAYS}|I)\\b)(?-i:[A-Z])[\\w.'-]*)*"
_ONLY_WRITE = re.compile(
    r"(?i)(?:please\s+)?(?:(?:write|send|draft|compose|prepare)\s+(?:an?\s+)?(?:\w+\s+)?(?:e-?mail|mail|message|note|letter)"
    rf"(?:\s+to\s+(?:him|her|them|{_NAME}))?|write\s+(?:to\s+)?(?:him|her|them|{_NAME}))"
)
_WHOM = rf"(?:(?P<whom>{_PRONOUNS}|{_NAME})\s+)?"
_WHOM_ANY = rf"(?:(?P<whom>{_PRONOUNS}|{_NAME}|\w+)\s+)?"
_ADVERB = r"(?:(?:already|also|still|just|now|really|always|often|never|only)\s+)?"
_VERB = r"(?:(can|could|will|would|should|may|might|must)|(is|was|has|does)|(\w+?)(e?s))\b"
_SUBJECT = re.compile(rf"(?i)\b(?:he|she)\s+({_ADVERB}){_VERB}")
_CLIPPED = re.compile(r"(?i)\b(?:he|she)['\u2019](s(?=\s+(?:been|got|had)\b)|s|ll|d)\b")
_TO_YOU = {"is": "are", "was": "were", "has": "have", "does": "do"}
# What follows "her" where it is no owner of a thing: "suits her in the morning", "send her the plan".
_OBJECT = re.compile(
    r"(?i)\b(?:him\b|her\b(?=\s*(?:[.,;:!?)]|\Z)|\s+(?:the|an?|this|that|these|those|some|any|my|our|your|in|on|at|by|for"
    r"|from|to|with|about|of|if|when|whether|because|since|so|and|or|but|as|too|well|again|soon|now|today|tomorrow"
    r"|before|after|until|then|back|there|here|know|what|how|why|where|directly|personally"
    r"|(?:best|better|more|most)(?=\s*(?:[.,;:!?]|\Z)))\b))"
)
# "Them" may be things, but not where something suits them.
_PEOPLE = re.compile(
    r"(?i)\b((?:suits?|interests?|(?:works?|convenient|possible|good|fine|okay|ok|all right) (?:for|with))\s+)them\b"
)
_THIRD_PERSON = re.compile(r"(?i)\b(?:he|she|him|her|his|hers|himself|herself)\b")
_SOMEBODY = re.compile(
    r"(?i)\b(?:boss|manager|colleague|assistant|customer|client|guest|brother|sister|wife|husband|son|daughter|mother"
    r"|father|friend|doctor|lawyer|teacher|man|woman|partner|somebody|someone)\b"
)
_ADDRESSING = re.compile(
    r"(?i)\b(?:please|ask|tell|inform|let|remind|thank|suggest|propose|decline|accept|invite|congratulate|confirm|offer"
    r"|write|send|apologi[sz]e)\s+(?:to\s+)?(?:the\s+\w+\s+)?"
)


@dataclass(frozen=True)
class _Reader:
    """Whom the brief is written to: `name` as the person gave it, and whether the brief speaks of others too."""

    name: str
    others: bool

    def is_called(self, whom: str | None) -> bool:
        """Tell whether a clause that speaks to `whom` speaks to the reader; without a name anybody may be the one."""
        plain = (whom or "").casefold()
        named = plain[:1].isalpha() and plain not in _PLAIN_WHOM and whom != plain
        return not named or not self.name or set(plain.split()) <= set(self.name.casefold().split())


_PLAIN_WHOM = frozenset({"him", "her", "them", "everyone", "everybody", "all"})


def _reader_of(brief: str, name: str) -> _Reader:
    """Return the reader; without a name given, the first whom the brief names."""
    whom = next((match["whom"] or "" for pattern, _ in _RULES if (match := pattern.match(brief.strip()))
                 and "whom" in pattern.groupindex), "")  # fmt: skip
    own = {word.casefold() for word in (name or whom).split()}
    said = _ADDRESSING.sub("so ", brief)
    others = [one for one in find_names(said) if one.casefold().removesuffix("'s") not in own and one.isalpha()]
    return _Reader(clean_name(name), bool(others) or bool(_SOMEBODY.search(said)))


def _to_reader(clause: str, reader: _Reader) -> str:
    """Put what is said of the reader to the reader: their name, and "she" or "he" where nobody else is spoken of."""
    clause = _named_to_you(clause, reader.name)
    if reader.others:
        return clause
    said = _CLIPPED.sub(lambda match: {"ll": "you will", "d": "you would"}.get(match[1], "you are"), clause)
    said = _SUBJECT.sub(lambda match: f"you {match[1]}{_verb_of_you(*match.groups()[1:])}", said)
    said = _PEOPLE.sub(r"\1you", _OBJECT.sub("you", said))
    said = re.sub(r"(?i)\b(?:his|her)\b(?= \w)", "your", said)
    said = re.sub(r"(?i)\b(?:him|her)self\b", "yourself", said)
    # Half of it would be said of two people.
    return clause if _THIRD_PERSON.search(said) else said


def _named_to_you(clause: str, name: str) -> str:
    """Put "you" for the reader's name, "your" for what is theirs."""
    words = name.split()
    if not words:
        return clause
    rest = "".join(rf"(?:\s+{re.escape(word)})?" for word in words[1:])
    called = rf"(?<![\w.@-])(?<!the )(?<!The ){re.escape(words[0])}{rest}(?![\w@-])(?!\s+(?!{_DAYS})[A-Z])"
    clause = re.sub(rf"{called}['\u2019]s(?= \w)", "your", clause)
    clause = re.sub(rf"{called}\s+({_ADVERB}){_VERB}", _subject_to_you, clause)
    return re.sub(rf"{called}(?!['\u2019.]\w)", "you", clause)


def _subject_to_you(match: re.Match[str]) -> str:
    return f"you {match[1]}{_verb_of_you(*match.groups()[1:])}"


def _verb_of_you(modal: str | None, irregular: str | None, stem: str | None, ending: str | None) -> str:
    """Return a verb of the third person in the form that goes with "you"."""
    if modal or irregular:
        return modal or _TO_YOU[str(irregular).casefold()]
    stem = stem or ""
    return stem + ("e" if ending == "es" and not stem.endswith(("s", "x", "ch", "sh", "o")) else "")


_RULES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(rf"(?i)^(?:tell|inform|let)\s+{_WHOM_ANY}(?:know\s+)?(?:that\s+)?(?=\S+\s)"), lambda rest: f"{rest}."),
    (re.compile(rf"(?i)^remind\s+{_WHOM_ANY}(?:that\s+)"), lambda rest: f"I would like to remind you that {rest}."),
    (re.compile(rf"(?i)^remind\s+{_WHOM_ANY}(?=(?:to|of|about)\s)"),
     lambda rest: f"I would like to remind you {rest}."),
    (re.compile(rf"(?i)^ask\s+{_WHOM_ANY}(?=(?:when|where|who|what|which|how|whether|if|why)\b)"),
     lambda rest: f"Could you please tell me {rest}?"),
    (re.compile(rf"(?i)^ask\s+{_WHOM_ANY}(?:for\s+)"), lambda rest: f"Could you please send {rest}?"),
    (re.compile(rf"(?i)^ask\s+{_WHOM_ANY}(?:to\s+)"), lambda rest: f"Could you please {rest}?"),
    (re.compile(rf"(?i)^thank\s+{_WHOM}(?=for\s)"), lambda rest: f"Thank you {rest}."),
    (re.compile(rf"(?i)^(?:apologi[sz]e|say sorry)\s+(?:to\s+{_WHOM})?(?=that\s|for\s)"),
     lambda rest: f"I apologize {rest}."),
    (re.compile(r"(?i)^decline\s+"), lambda rest: f"Unfortunately, I have to decline {rest}."),
    (re.compile(r"(?i)^accept\s+"), lambda rest: f"I am glad to accept {rest}."),
    (re.compile(r"(?i)^(?:suggest|propose)\s+"), lambda rest: f"I suggest {rest}."),
    (re.compile(rf"(?i)^invite\s+{_WHOM}(?=to\s)"), lambda rest: f"I would like to invite you {rest}."),
    (re.compile(rf"(?i)^congratulate\s+{_WHOM}(?=on\s)"), lambda rest: f"Congratulations {rest}."),
    (re.compile(r"(?i)^confirm\s+(?:that\s+)"), lambda rest: f"I confirm that {rest}."),
    (re.compile(r"(?i)^confirm\s+"), lambda rest: f"I confirm {rest}."),
    (re.compile(r"(?i)^offer\s+"), lambda rest: f"I can offer {rest}."),
)  # fmt: skip


def brief_to_sentences(brief: str, reader: str = "") -> str:
    """Return the brief as sentences to its reader; lists keep their lines, unknown clauses their words.

    `reader` is the name of whom it goes to: what the brief says of them is said to them.
    """
    blocks: list[str] = []
    whom = _reader_of(brief, reader)
    for line in brief.strip().split("\n"):
        plain = unwrap(line)
        if re.match(r"(?:[-*\u2022]|\d{1,3}[.)])\s", plain) or plain.endswith(":"):
            blocks.append(plain)
        elif plain:
            blocks.append(" ".join(_sentence(part, whom) for part in _clauses(plain)))
    return "\n".join(blocks)


def _clauses(line: str) -> list[str]:
    parts = [part for sentence in split_sentences(line) for part in _CLAUSE.split(sentence) if part.strip(" .,;")]
    return [part for part in parts if not _ONLY_WRITE.fullmatch(part.strip(" .,;:"))] or parts


def _sentence(clause: str, reader: _Reader) -> str:
    end = "?" if clause.endswith("?") else ""
    plain = _WRITE_TO.sub("", clause.strip()).strip(" .,;?!") or clause.strip()
    for pattern, put in _RULES:
        match = pattern.match(plain)
        if match and plain[match.end() :].strip():
            rest = plain[match.end() :].strip()
            called = reader.is_called(match.groupdict().get("whom"))
            return _capital(put(_to_reader(rest, reader) if called else rest))
    return _capital(plain) + (end or ".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
