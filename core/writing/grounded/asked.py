"""What a message asks of its reader: the sentences that ask, in the order of the message."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.text.asks import (
    asks_for_word,
    asks_unmarked,
    begins_as_question,
    find_due,
    find_wanted,
    is_question,
    kind_of,
    without_call,
)
from core.text.facts import extract_facts
from core.text.forms import LINK, MAIL_ADDRESS
from core.text.lexicon import WORD_BEGINS, by_language, either, either_of, joined, lexicon, whole
from core.text.salutations import Address
from core.text.same_words import telling_words
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.occasions import (
    Occasion,
    find_desires,
    find_requests,
    only_introduces,
    says_relative_day,
)

_DATA, _ASKS = by_language("replies"), by_language("asks")
_MIN_WORDS, _MIN_JOINED, _MAX_CLOSING_WORDS, _SHORT_NAME_CHARS, _MAX_JOINED_CHARS = 4, 3, 8, 3, 600
DAYS = frozenset({"date", "weekday", "day"})
# Characters by which a sentence is known again.
_HEAD_CHARS, _END_CHARS = 25, 50
_AND = either_of("small_words", "joins", r"\A\s*", " ")
_BETWEEN_QUESTIONS = either_of("small_words", "joins", ",? ", " ")


@dataclass(frozen=True)
class Asking:
    """How a message asks: its language, how formal it is and what it is for its reader.

    `offered` are the dates to choose from, for a question that does not repeat them, `listed` those in lines of their
    own, `refused` what others than the sender wrote that names a day as impossible; `sender` is who asks; `is_disputed`
    says that the owner objected before to what they are to pay, `is_first` that nothing was written before, `is_sad`
    that the message tells of a death or an illness. `source` is the message, for what it says of its dates.
    """

    language: str
    address: Address = ""
    occasion: Occasion = ""
    offered: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    sender: str = ""
    is_disputed: bool = False
    is_first: bool = True
    is_sad: bool = False
    source: str = ""

    @property
    def words(self) -> dict[str, Any]:
        """The table of the language, the English one for languages without."""
        return _DATA.get(self.language, _DATA["en"])

    @property
    def pronouns(self) -> Mapping[str, str]:
        """What the reader is called, by register; who shows none is answered formally."""
        forms: dict[str, dict[str, str]] = self.words.get("address", {})
        return forms.get(self.address or "formal", {})

    @property
    def grave(self) -> re.Pattern[str]:
        """What is to be seen whatever is asked: deaths, illness, refusals, prohibitions, secrets."""
        return whole([*self.words["grave"], *self.words["ill"]])

    def tells_ill(self, text: str) -> bool:
        """Tell whether a text tells of a death or an illness."""
        return whole(self.words["ill"]).search(text) is not None

    def form(self, name: str) -> str:
        """Return an entry of the table as it speaks to its reader."""
        usual: str = self.words[name]
        return self.words.get(f"{name}_familiar", usual) if self.address == "familiar" else usual

    def said(self, pattern: str, **parts: str) -> str:
        """Return a phrase of the table with its places filled."""
        known = {**self.pronouns, **{name.capitalize(): capitalised(word) for name, word in self.pronouns.items()}}
        return unwrap(pattern.format(**{**known, **parts}))


def greets_familiarly(text: str, given: str, asking: Asking) -> bool:
    """Tell whether a message greets its reader by the given name or a short form of it, or ends, as friends do."""
    words, closings = asking.words.get("familiar_greeting"), asking.words.get("familiar_closing", ())
    ends = closings and re.search(rf"(?im)^\W*{joined(closings)}(?!\w).{{0,30}}$", text)
    name = rf"(?:{re.escape(given)}|{re.escape(given[:_SHORT_NAME_CHARS])}\w{{0,3}})"
    return bool(ends or (words and given and re.match(rf"(?i)\W*{words} {name}[ \t]*[,:!.\n]", text)))


def things_asked(text: str, asking: Asking, wishes: Sequence[str] = ()) -> list[str]:
    """Return the sentences in which a message asks something, in its order.

    `wishes` are sentences that want something in ways that no table knows (`read_mail`).
    """
    wanted = find_wanted(text).all
    told = [*find_requests(asking.language, text), *find_desires(asking.language, text), *wishes]
    told = [line for line in told if not closes(line, asking)]
    opens = [line for line in wanted if len(line.split()) > _MAX_CLOSING_WORDS or not closes(line, asking)]
    # "Please answer by Friday." is asked where nothing else is.
    wanted = tuple(opens) if opens or told else wanted
    more = [line for line in dict.fromkeys(told) if not any(line in other or other in line for other in wanted)]
    asked = _in_order(text, wanted, more, asking.language)
    return [line for line in asked if not only_introduces(asking.language, without_call(line))] or asked


def closes(line: str, asking: Asking) -> bool:
    """Tell whether a sentence that looks like a wish only closes a message, hopes, thanks or asks for an answer."""
    said = without_call(line)
    # "Could you let me know by Thursday?"
    asks = [asking.words["asks_to_tell"], *([] if is_question(line) else [asking.words["asks_reply"]])]
    wants_reply = either(asks, r"\W{0,8}", r"\W*\Z")
    if wants_reply.match(unwrap(said.replace(find_due(line), ""))):
        return True
    return not is_question(line) and either(asking.words["closings"], r"\W{0,8}").match(said) is not None


def not_among(sentences: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return the sentences of a message that nothing of `wanted` comes from."""
    heads = [head for line in wanted if (head := letters_of(line)[:_HEAD_CHARS])]
    return [sentence for sentence in sentences if not any(head in letters_of(sentence) for head in heads)]


def without_parts(sentences: Sequence[str]) -> list[str]:
    """Return sentences without the longer ones that another one says, but perhaps for a greeting before them."""
    plain = {sentence: f" {letters_of(sentence)} " for sentence in dict.fromkeys(sentences)}

    def is_part(sentence: str, other: str) -> bool:
        """Tell whether another one says a sentence, or the sentence only has a greeting before the other one."""
        said, told = plain[sentence], plain[other]
        return said != told and (said.endswith(told) or (said[-_END_CHARS:] in told and not told.endswith(said)))

    return [
        sentence
        for sentence in plain
        if len(sentence.split()) < _MIN_WORDS
        or not any(is_part(sentence, other) for other in plain if other != sentence)
    ]


def found_in(part: str, text: str) -> bool:
    """Tell whether a text holds one of the things that a message asks, by how it begins or, led by others, ends."""
    return begins_or_ends(letters_of(part), letters_of(text))


def begins_or_ends(asked: str, letters: str) -> bool:
    """Tell the same of both as `letters_of` returns them."""
    if len(asked) <= _HEAD_CHARS:
        return bool(asked) and f" {asked} " in f" {letters} "
    return f" {asked[:_HEAD_CHARS]}" in f" {letters}" or f"{asked[-_HEAD_CHARS:]} " in f"{letters} "


def letters_of(text: str) -> str:
    """Return the words of a text in small letters, by which a sentence is known again."""
    return re.sub(r"\W+", " ", text).strip().casefold()


def _in_order(text: str, wanted: Sequence[str], wishes: Sequence[str], language: str) -> list[str]:
    """Return what is wanted as the text has it, questions with their mark."""
    plain = unwrap(text)
    found = sorted([*wanted, *wishes], key=plain.find) if wishes else wanted
    return [f"{question.rstrip(' .,;:')}?" if lacks_mark(question, language) else question for question in found]


def lacks_mark(sentence: str, language: str) -> bool:
    """Tell whether a sentence is a question without its mark; Spanish ones have it ("Podría verlo el martes")."""
    begins = begins_as_question(sentence) or begins_as_question(_AND.sub("", without_call(sentence)))
    # "Was ich bräuchte, wäre eine Palette."
    tells = asks_for_word(sentence) and "," in sentence and sentence.endswith(".")
    return language != "es" and begins and not (tells or is_question(sentence))


def clause_of(sentence: str, asking: Asking) -> str:
    """Return what somebody wants to be told ("whether it stays" of "could you tell me whether …"), "" for nothing."""
    words = asking.words
    told = re.search(rf"(?i)(?<!\w){words['telling']}[^?.]{{0,40}}?\s(?P<clause>{words['clause']})", unwrap(sentence))
    return told["clause"].rstrip(" ?.") if told else ""


def stated_in(sentence: str, asking: Asking) -> str:
    """Return what is to be confirmed ("the order has left" of "could you confirm that …"), "" for nothing."""
    words = asking.words
    thing = rf"[^?]{{0,20}}?\s{words['that']}\s(?P<clause>.+)"
    stated = either([words["telling"]], WORD_BEGINS, thing).search(unwrap(sentence))
    return stated["clause"] if stated else ""


def asked_in(sentence: str, asking: Asking) -> str:
    """Return what is asked, without what only leads to it ("can you tell me whether", "could you confirm that")."""
    sentence = unwrap(sentence)
    return clause_of(sentence, asking) or stated_in(sentence, asking) or without_call(sentence)


def questions_within(sentence: str, language: str) -> list[str]:
    """Return the questions that "and" joins in one sentence ("what is the fee, and is there a cloakroom?")."""
    line = unwrap(sentence)
    for join in _BETWEEN_QUESTIONS.finditer(line):
        first, rest = line[: join.start()], line[join.end() :]
        asks = begins_as_question(rest) or asks_for_word(rest) or lexicon(language)["questions.asking"].match(rest)
        # "When and where" is one question, "what do I bring and when does it begin" is two.
        is_whole = telling_words(first) or len(first.split()) >= _MIN_WORDS
        if asks and is_whole and (is_question(line) or begins_as_question(line) or asks_for_word(line)):
            return [f"{first}?", *questions_within(rest, language)]
    return [line]


def with_joined_apart(text: str, language: str) -> str:
    """Return a text in which each question has its mark, and those that one sentence joins are sentences of their own.

    Each has a verb of its own: "Can we come on Friday and is parking free?", but not "Can I come and bring my dog?".
    """
    table, told, at = _ASKS.get(language, {}), list[str](), 0
    for sentence in split_sentences(text) if "direct" in table else ():
        begin = text.index(sentence, at)
        marked = f"{sentence}{Asking(language).words['mark']}" if asks_unmarked(sentence) else sentence
        is_short = is_question(marked) and len(sentence) <= _MAX_JOINED_CHARS
        told += [text[at:begin], _apart(marked, language, table) if is_short else sentence]
        at = begin + len(sentence)
    return "".join([*told, text[at:]])


def _apart(sentence: str, language: str, table: Mapping[str, Sequence[str]]) -> str:
    direct, verbs = (either(patterns, r"\A\W{0,3}") for patterns in (table["direct"], table["second"]))
    joins = sorted(lexicon(language).words("small_words.joins"))
    for join in either(joins, r"(?:,?\s+(?P<join>", r")|,)\s+").finditer(sentence):
        first, rest = without_call(sentence[: join.start()].rpartition(": ")[2]), sentence[join.end() :]
        is_for_word = asks_for_word(first)
        is_verb_first = not is_for_word and any(begins.match(first) for begins in (direct, verbs))
        # "Are you and is your wife coming?" asks one thing of two.
        asks = (is_verb_first and len(letters_of(first).split()) >= _MIN_JOINED) or (
            is_for_word and direct.match(first)
        )
        # Behind a mere comma, or where the first asks for a word, "is the door wide" may go on with it.
        asks_too = direct.match(rest) or (is_verb_first and join["join"] and verbs.match(rest))
        # "When are you putting it up, is it still Friday?"
        asks_too = asks_too and (join["join"] or not whole(table["back"]).match(rest))
        if asks and asks_too and not whole(table["embeds"]).search(first):
            begins = "¿" if language == "es" and "¿" not in rest else ""
            second = f"{join['join'] or ''} {_apart(rest, language, table)}".strip()
            second = capitalised(f"{begins}{second}")
            return f"{sentence[: join.start()]}{Asking(language).words['mark']} {second}"
    return sentence


def with_questions_apart(text: str) -> str:
    """Return a text in which lines that ask and have no mark are paragraphs of their own, unless a program broke them.

    Where the next word would have had room in its line, a person ended it.
    """
    parts = text.split("\n\n")
    # What is led by a colon is a list.
    is_led = [False, *(part.rstrip().endswith(":") for part in parts)]
    return "\n\n".join(
        part if led or ":\n" in part else _questions_apart(part) for part, led in zip(parts, is_led, strict=False)
    )


def _questions_apart(paragraph: str) -> str:
    lines = paragraph.split("\n")
    widest = max(map(len, lines))
    pairs = [(line, after) for line, after in pairwise(lines) if line.strip() and after.strip()]
    if not any(len(f"{line.rstrip()} {after.split()[0]}") <= widest for line, after in pairs):
        return paragraph
    asks = (
        after
        for line, after in pairs
        if any(asking(after.strip()) for asking in (begins_as_question, asks_for_word))
        and not line.rstrip().endswith(",")
    )
    apart = {*asks}
    return "\n".join(f"\n{line}" if line in apart else line for line in lines)


def asks_outright(sentence: str, asking: Asking) -> bool:
    """Tell whether a sentence asks something, or wants it in so many words."""
    line = without_call(unwrap(sentence))
    # What is asked may stand behind a colon.
    asks_word = any(map(asks_for_word, (line, line.rpartition(": ")[2])))
    asks = is_question(line) or begins_as_question(line) or asks_word or clause_of(line, asking)
    return bool(asks or kind_of(sentence) == "request" or find_requests(asking.language, line))


def capitalised(line: str) -> str:
    """Return a line with its first letter large; an address stays as it is."""
    if LINK.match(line) or MAIL_ADDRESS.match(line):
        return line
    first = next((at for at, letter in enumerate(line) if letter.isalnum()), 0)
    return line[:first] + line[first : first + 1].upper() + line[first + 1 :]


def is_relative(line: str, asking: Asking) -> bool:
    """Tell whether a line says a day as "tomorrow" does: it is another one for who reads it later."""
    # "Por la mañana" is no "mañana".
    line = either([asking.words["day_parts"]]).sub("", line)
    days = (fact.kind == "day" for fact in extract_facts(line, asking.language).items)
    return any(days) or says_relative_day(asking.language, line)
