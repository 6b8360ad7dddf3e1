"""The sentences of a thread that may answer something, each with who wrote it, and whether the sender has read it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from core.text.asks import called_in, is_greeting, is_question, kind_of, without_greeting
from core.text.forms import EMOJI
from core.text.language import detect_language
from core.text.lexicon import WORD_ENDS, by_language, either, either_of, lexicon, patterns_of, whole
from core.text.salutations import LAST_LINE
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.lines import Line
from core.writing.grounded.superseded import has_values
from core.writing.grounded.threads import (
    LINE_BEGINS,
    EarlierMessage,
    ThreadPeople,
    calls_another,
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
# Who agrees says no more of it in so many words, and what they agree to fits before them.
_MAX_ASSENT_WORDS, _MAX_ASKED_CHARS = 15, 200
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
        is_to_another = people.role_of(outer.who) == "owner" and calls_another(outer, others)
        is_shared = not is_to_another and _is_shared(outer, people) and not _INTERNAL.search(message.text)
        line = Line(role, message.who, message.date, language=language)
        text = without_salutation(without_closing(message.text, message.who), people.sender)
        proposed = _proposed(written[number - 1], people) if role == "owner" and number else ""
        for told in _sentences(text, number, line, proposed):
            yield told, is_shared


def _proposed(message: EarlierMessage, people: ThreadPeople) -> str:
    """Return the last question of another's message, "" for none or a long one: "Could we make it 11?"."""
    sentences = split_sentences(message.text) if people.role_of(message.who) != "owner" else []
    asked = [unwrap(sentence) for sentence in sentences if is_question(sentence)]
    return asked[-1] if asked and len(asked[-1]) <= _MAX_ASKED_CHARS else ""


def _is_shared(message: EarlierMessage, people: ThreadPeople) -> bool:
    """Tell whether a message may be quoted to the sender: nothing that its words or its head keep from them."""
    role = people.role_of(message.who)
    names = [name for line in _ADDRESSED.finditer(message.head) for name in re.split("[,;]", line["names"])]
    if role == "sender" or "sender" in {people.role_of(re.sub(r"<[^>]*>|\"", "", name).strip()) for name in names}:
        return True
    is_to_owner = "owner" in map(people.role_of, _called_first(message.text.strip()))
    is_internal = _INTERNAL.search(f"{message.head}\n{message.text}") is not None
    return not (names or is_internal or (role == "other" and is_to_owner))


def _called_first(text: str) -> list[str]:
    """Return whom a message may call as it begins: "Tom, our …", "Hi Tom, our …"."""
    said = without_greeting(text)
    greeting = text.removesuffix(said) or text.partition("\n")[0]
    return [words.rpartition(" ")[2].strip(" ,:!.") for words in (called_in(said), greeting.strip())]


def _sentences(text: str, number: int, line: Line, proposed: str = "") -> Iterator[Line]:
    before = ""
    for place, raw in enumerate(part for sentence in split_sentences(text) for part in _readable(sentence)):
        said = unwrap(raw)
        if is_greeting(f"{said.rstrip(' ,:.!')},") or _SIGNS_OFF.match(said) or signs(said, line.who):
            continue
        # Only the first sentence greets: "Mme Roy, in 3, uses a wheelchair" tells of her.
        sentence = without_greeting(said) if place == 0 or "\n" in raw else said
        # What is agreed to stands before the yes, which says nothing by itself.
        agrees = bool(proposed) and _assents(sentence, line)
        sentence, proposed = f"({proposed}) {sentence}" if agrees else sentence, ""
        # "To all players, and Trudy for the uniforms,"
        calls = place == 0 and sentence.endswith(",") and len(sentence.split()) < _PART_WORDS
        if not calls and _tells(sentence, line.role):
            before = before if points_back(sentence) else ""
            yield replace(line, at=(number, place), sentence=sentence, before=before, agrees=agrees)
        before = sentence


def _assents(sentence: str, line: Line) -> bool:
    is_short = len(sentence.split()) <= _MAX_ASSENT_WORDS and not has_values(replace(line, sentence=sentence))
    return is_short and lexicon(line.language)["conversation.assent"].search(sentence) is not None


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
