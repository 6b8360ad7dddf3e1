"""The sentences of a thread that may answer something, each with who wrote it, and whether the sender has read it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from core.text.asks import called_in, is_greeting, is_question, kind_of, without_greeting
from core.text.forms import EMOJI, WORD
from core.text.language import detect_language
from core.text.lexicon import WORD_ENDS, by_language, either, either_of, patterns_of, whole
from core.text.salutations import LAST_LINE
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.lines import Line
from core.writing.grounded.proposals import answered_third, assents, proposed_before
from core.writing.grounded.threads import (
    LINE_BEGINS,
    EarlierMessage,
    ThreadPeople,
    called_another,
    messages_of,
    signs,
    third_names,
    without_closing,
    without_salutation,
)

_DATA = by_language("threads")["en"]
_ADDRESSED = either([_DATA["addressed"]], LINE_BEGINS, flags=re.I | re.M)
_INTERNAL = whole(_DATA["internal"])
# "Kind regards, Ann Weber, Year 6 lead"
_NAMED = r"(?-i:[^\W\d_a-zß-ÿ])[\w.'\u2019-]{0,30}+"
_SIGNS_OFF = either(
    [LAST_LINE], r"\W{0,4}", rf"(?:[,!.]? {_NAMED}(?:,? {_NAMED}){{0,7}}(?:,(?: \w+){{1,3}})?)?\W{{0,4}}\Z"
)
_POINTS_BACK = either_of("replies", "points_back", after=WORD_ENDS)
_MIN_WORDS, _MAX_WORDS, _PART_WORDS, _REST_WORDS = 2, 90, 15, 4
# What denies, or sets a condition for, all that follows it in its sentence.
_TURNS = either(
    [patterns_of("occasions", "negations"), patterns_of("replies", "conditions"), "only|nur|seulement|s[óo]lo"],
    r"(?<!\w)",
    r"(?!\w)",
)
# Where who makes no stop may be cut.
_PARTS = either([r"(?<=[,;:])\s", r"\s(?=(?:[\u2013\u2014-]|and|but|so|und|aber|et|mais|y|pero)\s)"])


def lines_of_thread(thread: str, people: ThreadPeople) -> Iterator[tuple[Line, bool]]:
    """Yield the lines of a thread, each with whether it may be quoted to the sender."""
    language = detect_language(thread)
    written = messages_of(thread, people)
    others = third_names(written, people)
    for number, message in enumerate(written):
        role = people.role_of(message.who)
        outer = message.carrier or message
        another = called_another(outer, others) if people.role_of(outer.who) == "owner" else ""
        is_shared = not another and _is_shared(outer, people) and not _INTERNAL.search(message.text)
        text = without_salutation(without_closing(message.text, message.who), people.sender)
        # "Thank you Ann, …" says to whom by itself.
        is_named = any(word in without_greeting(text.strip()).partition("\n")[0] for word in WORD.findall(another))
        to = "" if is_named else another or answered_third(text, written[:number], message, people)
        line = Line(role, message.who, message.date, language=language, to=to)
        proposed = proposed_before(written[:number], message, people) if role == "owner" and not another else ""
        for told in _sentences(text, number, line, proposed):
            yield told, is_shared


def _is_shared(message: EarlierMessage, people: ThreadPeople) -> bool:
    """Tell whether a message may be quoted to the sender: nothing that its words or its head keep from them."""
    role = people.role_of(message.who)
    names = [name for line in _ADDRESSED.finditer(message.head) for name in re.split("[,;]", line["names"])]
    if role == "sender" or "sender" in {people.role_of(re.sub(r"<[^>]*>|\"", "", name).strip()) for name in names}:
        return True
    is_to_owner = _is_for_owner(message.text, people)
    is_internal = _INTERNAL.search(f"{message.head}\n{message.text}") is not None
    return not (names or is_internal or (role == "other" and is_to_owner))


def _is_for_owner(text: str, people: ThreadPeople) -> bool:
    """Tell whether a message calls the owner as it begins, and not the sender: "Tom, our …", "Hi Tom, our …"."""
    begin = re.split(r"[,:!\n]|(?<=\w{3})\.|\s[-\u2013]\s", text.strip(), maxsplit=1)[0]
    greeting = begin if is_greeting(f"{begin},") else ""
    names = [called_in(without_greeting(text.strip())), *WORD.findall(greeting)]
    roles = {people.role_of(name.rpartition(" ")[2]) for name in names}
    return "owner" in roles and "sender" not in roles


def _sentences(text: str, number: int, line: Line, proposed: str = "") -> Iterator[Line]:
    before = ""
    for place, raw in enumerate(part for sentence in split_sentences(text) for part in _readable(sentence)):
        said = unwrap(raw)
        if is_greeting(f"{said.rstrip(' ,:.!')},") or _SIGNS_OFF.match(said) or signs(said, line.who):
            continue
        # Only the first sentence greets: "Mme Roy, in 3, uses a wheelchair" tells of her.
        sentence = without_greeting(said) if place == 0 or "\n" in raw else said
        asked, proposed = proposed if proposed and assents(sentence, line.language) else "", ""
        # "To all players, and Trudy for the uniforms,"
        calls = place == 0 and sentence.endswith(",") and len(sentence.split()) < _PART_WORDS
        if not calls and _tells(sentence, line.role):
            before = before if points_back(sentence) else ""
            yield replace(line, at=(number, place), sentence=sentence, before=before, asked=asked)
        before = sentence


def _readable(sentence: str) -> Iterator[str]:
    """Yield a sentence, in parts where it is longer than a line shows: who dictates makes no stop.

    Behind words that deny or set a condition nothing is cut off: it would say the contrary.
    """
    begin, is_long = 0, len(sentence.split()) > _MAX_WORDS
    for cut in _PARTS.finditer(sentence) if is_long else ():
        parts = (sentence[begin : cut.start()], sentence[cut.end() :])
        if _TURNS.search(parts[0]):
            break
        if all(len(part.split()) >= least for part, least in zip(parts, (_PART_WORDS, _REST_WORDS), strict=True)):
            yield parts[0]
            begin = cut.end()
    yield sentence[begin:]


def _tells(sentence: str, role: str) -> bool:
    """Tell whether a sentence may answer: it tells something; who asks for something now asked for it then too."""
    said = EMOJI.sub("", sentence)  # ":+1:" ends with a colon, too
    least = _MIN_WORDS - any(map(str.isdigit, said))
    fits = least <= len(said.split()) <= _MAX_WORDS and not (said.startswith(">") or said.rstrip().endswith(":"))
    kind = kind_of(sentence)
    return fits and not is_question(sentence) and not (kind == "request" and role in {"sender", "nobody"})


def points_back(sentence: str) -> bool:
    """Tell whether a sentence begins with a word for what the one before it names."""
    found = _POINTS_BACK.match(sentence)
    # Before a noun of its own it is an article: "Das Angebot gilt bis Freitag."
    return found is not None and not sentence[found.end() :].lstrip()[:1].isupper()
