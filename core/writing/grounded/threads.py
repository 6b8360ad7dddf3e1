"""The messages of a thread, with who wrote them and when, and what of a message its sender says in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from core.text.asks import asks_for_word, asks_unmarked, find_wanted, is_greeting, is_question
from core.text.facts import extract_facts
from core.text.forms import BRACKETS, QUOTE_MARKS, QUOTED_ONLY, WORD, without_accents
from core.text.language import detect_language
from core.text.lexicon import by_language, either
from core.text.salutations import CLOSES_OR_TELLS, LAST_LINE, LEAVES, is_called_with, is_person, is_title
from core.text.sentences import ends_sentence, split_paragraphs, split_sentences, unwrap
from core.text.speakers import name_alone, split_turns

_DATA = by_language("threads")["en"]
# A line of a mail, quoted or not.
LINE_BEGINS = r"^[> \t]*"
_ANNOUNCING = either(_DATA["announcing"], LINE_BEGINS, r"[ \t]*$", flags=re.I | re.M)
_FORWARDED = either(
    _DATA["from"],
    r"^[> \t]{0,20}-{3,20}(?:[ \t]?[^\n-]{1,60}-{3,20}[ \t]{0,20}$|[ \t]*\n(?=",
    "[ \t]?:))",
    flags=re.M,
)
# A name with a date in brackets, and a colon; the mark of a quotation is no date.
_DATED = re.compile(
    r"(?m)^[> \t]*(?P<who>[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*){0,3})"
    rf"(?! ?{re.escape(QUOTED_ONLY)}) ?"
    r"[(\[](?P<when>[^()\[\]\n]{3,40})[)\]] ?:[ \t]"
)
# A message calls its reader with so many words; a name of fewer letters is shortened no further.
_MAX_CALL_WORDS, _MIN_NAME_CHARS = 4, 3
_POSTSCRIPT = either([r"p\.? ?[sd]\b", r"n\.? ?b\b", "post ?scriptum"])
# How a message ends that came without the breaks of its lines, or from nobody knows whom: "… Who drives? Regards Tom".
_ENDS = either(
    [rf"(?P<closing>{LAST_LINE})(?P<mark>[,.!]?)"],
    r"(?:(?<=[.?!])[ \t]+|\n[^\S\n]*)",
    r"(?P<names>(?:\s+(?-i:[A-ZÀ-Þ][\w.'\u2019-]*|de|del|den|der|di|la|van|von|zu)){0,5})\Z",
)
_MAX_END_CHARS = 300
# How a message ends: so many lines with so few words.
_CLOSING_LINES, _SIGNED_WORDS, _GREETING_WORDS, _UNKNOWN_GREETING_WORDS, _NICKNAME_WORDS = 5, 6, 8, 5, 3
# A whole family signs with more; "Hannah (plot 27)" still signs, "(please send it to my brother)" asks.
_FAMILY_WORDS, _BRACKETED_WORDS = 12, 2
_INITIALS = 2


@dataclass(frozen=True)
class EarlierMessage:
    """One earlier message; `who` and `date` as the thread writes them, "" where it does not say, `head` whole.

    `carrier` is the message that it is forwarded in: who may read that reads this.
    """

    who: str
    date: str
    text: str
    head: str = ""
    carrier: "EarlierMessage | None" = None


@dataclass(frozen=True)
class ThreadPeople:
    """Who answers whom, for "as you wrote"."""

    owner: str
    sender: str

    def role_of(self, who: str) -> str:
        """Return which of them somebody is; "other" for a third person, "nobody" where nobody is named.

        Who bears one of the two names is that one, however near the other name is: Daniela Roth writes to Daniel Roth.
        """
        named, names = who.replace(QUOTED_ONLY, ""), {"owner": self.owner, "sender": self.sender}
        said = {*_untitled(named)}
        same = [role for role, name in names.items() if said and said == {*_untitled(name)}]
        same = same or [role for role, name in names.items() if is_same_name(named, name)]
        # "Herr Roth" and "Frau Roth" are two, who writes to themselves is one.
        is_clear = len(same) == 1 or self.owner.casefold() == self.sender.casefold()
        bare = named.strip().casefold()
        same = same if is_clear else [role for role, name in names.items() if bare == name.casefold()]
        return same[0] if same else "other" if who else "nobody"


def is_same_name(who: str, name: str) -> bool:
    """Tell whether two names may be one person's: "Keith Lee" and "Joanna Lee" only share a family."""
    one, other = ({*_untitled(part)} for part in (who, name))
    apart = [(mine, theirs) for mine in one - other for theirs in other - one]
    # "K. Lee", and "Nica" for Nicanor
    is_short = any(len(short) != 2 and long.startswith(short) for pair in apart for short, long in (pair, pair[::-1]))
    return bool(one & {word for word in other if len(word) > 1}) and (not apart or is_short)


def messages_of(thread: str, people: ThreadPeople) -> list[EarlierMessage]:
    """Return the messages of a thread, in its order, none of an empty one; whoever is known may have any name."""
    if not thread.strip():
        return []
    known = {people.owner, people.sender} - {""}
    blocks = [*_blocks(thread, known)]
    is_headed = len(blocks) > 1 and not blocks[0].text.strip()
    if is_headed and any(block.who in known for block in blocks):
        return _unfolded(blocks[1:], people)
    written = split_thread(thread)
    return _unfolded(blocks[1:] if is_headed and len(written) == 1 else written, people)


def _unfolded(written: Sequence[EarlierMessage], people: ThreadPeople) -> list[EarlierMessage]:
    """Return messages, each behind those that are forwarded within it and were not written in the thread before.

    What stands there as the owner's is only quoted, whoever passes it on.
    """
    found, said = list[EarlierMessage](), set[str]()
    for message in written:
        own, *inner = split_thread(message.text) if _ANNOUNCING.search(message.text) else [message]
        if own.who == message.who or not own.who:
            mails = [mail for mail in inner if mail.who and not _spoken(mail.text) <= said]
            found += [replace(mail, who=_quoted(mail.who, people), carrier=message) for mail in mails]
            message = replace(message, text=without_mark(own.text).rstrip(" -\n")) if inner else message
        found.append(message)
        said |= _spoken(message.text)
    return found


def _quoted(who: str, people: ThreadPeople) -> str:
    is_own = people.role_of(who) == "owner" and QUOTED_ONLY not in who
    return f"{who} {QUOTED_ONLY}" if is_own else who


def _spoken(text: str) -> set[str]:
    """Return the words of each sentence."""
    return {" ".join(WORD.findall(sentence.casefold())) for sentence in split_sentences(text)} - {""}


def _blocks(thread: str, known: AbstractSet[str]) -> Iterator[EarlierMessage]:
    """Yield what stands below each line that is only a name, of a third person behind an empty line; first the rest."""
    who, lines, is_empty = "", list[str](), True
    for line in thread.splitlines(keepends=True):
        # "Sr. Soto:" right below who wrote greets.
        is_apart = not "".join(lines[-1:]).strip() and not (who and is_empty)
        name, mark, rest = line.rpartition(":")
        name = name if mark and not rest.strip() else ""
        if name in known or (is_apart and name and name_alone(line)):
            yield EarlierMessage(who, "", "".join(lines))
            who, lines, is_empty = name, [], True
        else:
            lines.append(line)
            is_empty = is_empty and not line.strip()
    yield EarlierMessage(who, "", "".join(lines))


def third_names(written: Sequence[EarlierMessage], people: ThreadPeople) -> dict[str, str]:
    """Return the words of the names of the third people who wrote in a thread, none of the sender's, with the names."""
    others = [name for name in dict.fromkeys(message.who for message in written) if people.role_of(name) == "other"]
    sender = _words_of(people.sender)
    return {word: name for name in others for word in _words_of(name) - sender}


def called_another(message: EarlierMessage, others: Mapping[str, str]) -> str:
    """Return which third person a message of a thread calls as it begins ("Hola Vale, …"), "" for none."""
    begin = re.split(r"[,:!\n]|(?<=\w{4})\.", message.text.strip(), maxsplit=1)[0]
    called = _untitled(" ".join(begin.split()[:_MAX_CALL_WORDS]))
    # "Will do" calls no William, "Hola Vale" does Valentina.
    shortened = [word for word in called if len(word) >= _MIN_NAME_CHARS] if is_greeting(f"{begin},") else []
    found = [others[word] for word in called if word in others]
    found += [name for said in shortened for word, name in others.items() if word.startswith(said)]
    return found[0] if found else ""


def own_part(message: str, sender: str) -> tuple[str, str]:
    """Return what the sender of a message says in it, and what was written before: marked lines, mails below."""
    message, between = _without_quoted(message)
    if between:
        said, below = own_part(message, sender)
        return said, below or between
    marks = [mark.start() for pattern in (_ANNOUNCING, _FORWARDED) if (mark := pattern.search(message))]
    if not marks:
        return message, ""
    begin = min(marks)
    if any(map(str.isalnum, message[:begin])):
        return message[:begin].rstrip(), message[begin:]
    first, *_ = split_thread(_FORWARDED.sub("", message).lstrip())
    is_own = not sender or ThreadPeople("", sender).role_of(first.who) == "sender"
    return (first.text, "") if is_own else ("", message)


def answers_between(message: str, sender: str) -> list[tuple[str, str]]:
    """Return of each place where a message answers lines between which it is written their question and the answer."""
    said = unwrap(without_closing(own_part(message, sender)[0], sender))
    lines, found = _read_quoted(message), list[tuple[str, str]]()
    runs = [(is_quoted, "\n".join(line for _, line in run)) for is_quoted, run in groupby(lines, lambda one: one[0])]
    for number, ((is_quoted, quoted), (_, below)) in enumerate(pairwise(runs), 2):
        plain = QUOTE_MARKS.sub("", _ANNOUNCING.sub("", quoted))
        sentences = [unwrap(sentence) for sentence in split_sentences(plain) if is_quoted]
        # Below the last one the message goes on with what is new.
        answers = split_paragraphs(below)
        answer = unwrap(" ".join(answers if number < len(runs) else answers[:1]))
        if sentences and answer and answer in said:
            found.append((next(filter(is_question, reversed(sentences)), sentences[-1]), answer))
    return found


def _without_quoted(message: str) -> tuple[str, str]:
    """Return a message without the marked lines that stand between its own, and these.

    Marked lines that nothing announces are taken out wherever they stand.
    """
    lines = _read_quoted(message)
    first = next((at for at, (is_quoted, _) in enumerate(lines) if is_quoted), len(lines))
    goes_on = any(not is_quoted and any(map(str.isalnum, line)) for is_quoted, line in lines[first:])
    is_announced = any(is_quoted and _ANNOUNCING.search(line) for is_quoted, line in lines)
    own = "\n".join("" if is_quoted else line for is_quoted, line in lines)
    if first == len(lines) or not any(map(str.isalnum, own)) or (is_announced and not goes_on):
        return message, ""
    return own, "\n".join(line for is_quoted, line in lines if is_quoted)


def _read_quoted(message: str) -> list[tuple[bool, str]]:
    """Return the lines of a message, each with whether it is marked as quoted or announces such lines."""
    lines = message.split("\n")
    marked = [bool(QUOTE_MARKS.match(line)) for line in lines]
    for number, line in enumerate(lines[:-1]):
        marked[number] |= marked[number + 1] and _ANNOUNCING.match(line) is not None
    return [*zip(marked, lines, strict=True)]


def is_forwarded(message: str) -> bool:
    """Tell whether a program's mark of a forwarded mail stands in a message."""
    return _FORWARDED.search(message) is not None


def without_mark(thread: str) -> str:
    """Return a text without the marks of quoted lines and of forwarded mails."""
    return _FORWARDED.sub("", QUOTE_MARKS.sub("", thread))


def split_thread(thread: str) -> list[EarlierMessage]:
    """Return the messages of a thread, in its order."""
    language = detect_language(thread)
    for pattern in (_ANNOUNCING, _DATED):
        if marks := list(pattern.finditer(thread)):
            ends = [*(mark.start() for mark in marks[1:]), len(thread)]
            first = thread[: marks[0].start()]
            found = [EarlierMessage("", "", QUOTE_MARKS.sub("", first))] if first.strip(" >\n") else []
            return found + [
                _written(mark, thread[mark.end() : end], language) for mark, end in zip(marks, ends, strict=True)
            ]
    return [EarlierMessage(turn.speaker, "", turn.text) for turn in split_turns(QUOTE_MARKS.sub("", thread))]


def _written(mark: re.Match[str], text: str, language: str) -> EarlierMessage:
    parts = {name: part for name, part in mark.groupdict().items() if part}
    who = next((unwrap(part) for name, part in parts.items() if name.startswith("who")), "")
    when, language = next(
        ((part, name[-2:]) for name, part in parts.items() if name.startswith("when")), (mark[0], language)
    )
    dates = [fact.text for fact in extract_facts(when, language).items if fact.kind == "date"]
    who = re.sub(r"<[^>]*>|\[[^\]]*\]|\"", "", who).strip(" ,")
    return EarlierMessage(who, next(iter(dates), parts.get("when", "")), without_mark(text), mark[0])


def without_closing(text: str, sender: str) -> str:
    """Return a message without its last lines that greet, sign or say where its sender is found: nothing there asks.

    Args:
        text: what the sender wrote.
        sender: their name; what they call themselves may be another.
    """
    lines = text.rstrip().split("\n")
    words = {word for word in _words_of(sender) if len(word) > 1}
    last = [at for at, line in enumerate(lines) if line.strip()][-_CLOSING_LINES:]
    # "Name: Eva Kern" is a field of a form, and what it asks may stand below.
    names = (at for at in last if at and _may_sign(lines, at))
    signed = (at for at in names if words & _words_of(lines[at]))
    end = next(signed, len(lines) - (_is_nickname(lines) or _is_shortened(lines[-1], words)))
    before = max((at for at in range(end) if lines[at].strip()), default=0)
    # "On Tuesday I have no tools.", "can come thurs after 5 to look" are as short as a greeting.
    told = lines[before].rstrip()
    is_bare = not told.endswith(".") and _is_short(told, _UNKNOWN_GREETING_WORDS)
    takes_leave = _leaves(told) or told.endswith(",") or is_bare
    is_greeted = takes_leave and _is_short(told, _GREETING_WORDS) and not (find_wanted(told).all or asks_unmarked(told))
    end = before if end < len(lines) and is_greeted else end
    # What comes to somebody's mind below their name may ask, too.
    below = split_paragraphs("\n".join(lines[end:]))[1:]
    asks = (part for part in below if find_wanted(part).all or asks_for_word(part.rpartition(": ")[2]))
    behind = dict.fromkeys([*filter(_POSTSCRIPT.match, below), *asks])
    kept = "\n\n".join(["\n".join(lines[:end]).rstrip() or text, *behind])
    return kept if kept != text.rstrip() else _without_end(kept, words)


def _may_sign(lines: Sequence[str], at: int) -> bool:
    """Tell whether a line may be a signature; below a closing it may name a whole family."""
    line = BRACKETS.sub(lambda found: found[0] if len(found[0].split()) > _BRACKETED_WORDS else "", lines[at])
    above = next((other for other in reversed(lines[:at]) if other.strip()), "")
    most = _FAMILY_WORDS if _leaves(above) and "(" not in line else _SIGNED_WORDS
    return _is_short(line, most) and ": " not in line


def _without_end(text: str, sender: AbstractSet[str]) -> str:
    """Return a message without a closing at its very end; "Which hotel? Best Western Berlin" has none.

    `sender` are the words of its sender's name.
    """
    end = _ENDS.search(text, max(0, len(text) - _MAX_END_CHARS))
    if end is None:
        return text
    names = end["names"]
    is_apart = not names or end["mark"] == "," or "\n" in names[: -len(names.strip())]
    is_signed = is_person(names) and not CLOSES_OR_TELLS.fullmatch(end["closing"])
    is_closing = is_apart or is_signed or not sender.isdisjoint(_words_of(names))
    return text[: end.start()].rstrip() if is_closing else text


def without_salutation(text: str, reader: str) -> str:
    """Return a message without a first line that only greets its reader, by name or not."""
    first, _, rest = text.lstrip().partition("\n")
    first = first.lstrip("\u00a1")
    names, said = _words_of(reader), _words_of(first)
    is_apart = first.rstrip().endswith((",", ":")) or rest.startswith("\n")
    is_apart = is_apart and not first.rstrip().endswith((".", "?", "!"))
    is_name = said <= names and first.rstrip().endswith("!")
    calls = bool(said & names) and (is_name or (len(said - names) <= 1 and is_apart))
    greets = all(is_greeting(f"{part.strip(' :!')},") for part in first.rstrip(" ,").split(","))
    # "Hello the sink leaks" greets and tells.
    greets = greets and (is_apart or len(said) <= _NICKNAME_WORDS + 1)
    return rest.lstrip() if rest.strip() and (calls or greets) else text


def signs(sentence: str, who: str) -> bool:
    """Tell whether a sentence is no more than the name of who wrote it, and of their firm perhaps."""
    names = {word for word in _words_of(who) if len(word) > 1}
    is_short = len(sentence.split()) <= _SIGNED_WORDS and not ends_sentence(sentence)
    return is_short and bool(names & _words_of(sentence))


def _words_of(line: str) -> set[str]:
    return {*WORD.findall(without_accents(line.casefold()))}


def _untitled(name: str) -> list[str]:
    return [without_accents(word) for word in WORD.findall(name.casefold()) if not is_title(word)]


def _is_short(line: str, most_words: int) -> bool:
    """Tell whether a line has few words and no stop of a sentence."""
    # "Dr. Ann Lee" and "J. Lee" are no two sentences, nor are "Th. Lee" and "A.-L. Lee".
    stops = [(words[-1], len(words)) for part in line.split(". ")[:-1] if (words := part.split())]
    is_one = all(
        sum(map(str.isalpha, word)) <= (_INITIALS if number == 1 else 1) or is_title(word) or is_called_with(word)
        for word, number in stops
    )
    is_plain = is_one and not line.rstrip().endswith(("?", "!", ":"))
    return len(line.split()) <= most_words and is_plain


def _is_shortened(line: str, names: AbstractSet[str]) -> bool:
    """Tell whether a line is one of some names, shortened: "Nica" for Nicanor, "Cata (and Mati)", "G."."""
    said = WORD.findall(without_accents(line.casefold()))
    called = [word for word in said if len(word) >= _MIN_NAME_CHARS or len(said) == 1]
    is_few = 0 < len(called) <= len(said) <= _NICKNAME_WORDS
    return is_few and all(any(name.startswith(word) for name in names) for word in called)


def _leaves(line: str) -> bool:
    """Tell whether a line closes: "Gracias, besos"."""
    parts = [part for part in re.split(r"[,.!] ", line.strip()) if part]
    return bool(parts) and all(map(LEAVES.match, parts))


def _is_nickname(lines: list[str]) -> bool:
    """Tell whether a message ends with a line of its own that may be what its sender is called."""
    if len(lines) < 2:
        return False
    is_apart = not lines[-2].strip() or lines[-2].rstrip().endswith(",") or _leaves(lines[-2])
    return is_apart and _is_short(lines[-1], _NICKNAME_WORDS) and not re.search(r"\d|[.!?]\s*\Z", lines[-1])
