"""The messages of a thread, with who wrote them and when, and what of a message its sender says in it."""

import re
from dataclasses import dataclass, replace

from core.text.facts import extract_facts
from core.text.language import detect_language
from core.text.lexicon import by_language, either
from core.text.names import find_names
from core.text.sentences import unwrap
from core.text.speakers import split_turns

_DATA = by_language("threads")["en"]
# A line of a mail, quoted or not.
LINE_BEGINS = r"^[> \t]*"
_ANNOUNCING = either(_DATA["announcing"], LINE_BEGINS, r"[ \t]*$", flags=re.I | re.M)
_FORWARDED = re.compile(
    r"(?m)^[> \t]{0,20}-{3,20}(?:[ \t]?[^\n-]{1,60}-{3,20}[ \t]{0,20}$|[ \t]*\n(?=(?:From|Von|De)[ \t]?:))"
)
_MAILBOX = re.compile(r"(?P<name>[^\n<>,:;\"]{2,60})\"? <[^@\s<>]{1,64}@(?P<domain>[^\s<>]{1,255})>")
# A name with a date in brackets, and a colon.
_DATED = re.compile(
    r"(?m)^[> \t]*(?P<who>[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*){0,3})"
    r" ?[(\[](?P<when>[^()\[\]\n]{3,40})[)\]] ?:[ \t]"
)
_MARKS = re.compile(r"(?m)^[ \t]*(?:>[ \t]?)+")


@dataclass(frozen=True)
class EarlierMessage:
    """One earlier message; `who` and `date` as the thread writes them, "" where it does not say, `head` whole."""

    who: str
    date: str
    text: str
    head: str = ""


@dataclass(frozen=True)
class ThreadPeople:
    """Who answers whom, for "as you wrote"."""

    owner: str
    sender: str

    def role_of(self, who: str) -> str:
        """Return which of them somebody is; "other" for a third person, "nobody" where nobody is named."""
        said = set(who.casefold().split())
        for role, name in (("owner", self.owner), ("sender", self.sender)):
            if said and said & {word for word in name.casefold().split() if len(word) > 1}:
                return role
        return "other" if who else "nobody"

    def domains_in(self, thread: str) -> dict[str, set[str]]:
        """Return the mail domains of everybody whom a thread names with an address, by name and by role."""
        found: dict[str, set[str]] = {}
        for one in _MAILBOX.finditer(thread):
            for key in (self.role_of(one["name"].strip()), one["name"].strip()):
                found.setdefault(key, set()).add(one["domain"].casefold())
        return found


def named(thread: list[EarlierMessage], people: ThreadPeople) -> list[EarlierMessage]:
    """Return a thread; of a single message the line above it is its writer, where that is a name."""
    head, mark, text = thread[0].text.partition(":\n")
    is_name = head.strip() in {people.owner, people.sender} or {*head.split()} <= {*find_names(f"that {head}")}
    is_head = len(thread) == 1 and not thread[0].who and mark and head.strip() and is_name
    return [replace(thread[0], who=head.strip(), text=text)] if is_head else thread


def own_part(message: str, sender: str) -> tuple[str, str]:
    """Return what the sender of a message says in it, and the messages below that it answers or forwards."""
    marks = [mark.start() for pattern in (_ANNOUNCING, _FORWARDED) if (mark := pattern.search(message))]
    if not marks:
        return message, ""
    begin = min(marks)
    if any(map(str.isalnum, message[:begin])):
        return message[:begin].rstrip(), message[begin:]
    first, *_ = split_thread(_FORWARDED.sub("", message).lstrip())
    is_own = not sender or ThreadPeople("", sender).role_of(first.who) == "sender"
    return (first.text, "") if is_own else ("", message)


def split_thread(thread: str) -> list[EarlierMessage]:
    """Return the messages of a thread, in its order."""
    language = detect_language(thread)
    for pattern in (_ANNOUNCING, _DATED):
        if marks := list(pattern.finditer(thread)):
            ends = [*(mark.start() for mark in marks[1:]), len(thread)]
            first = thread[: marks[0].start()]
            found = [EarlierMessage("", "", _MARKS.sub("", first))] if first.strip(" >\n") else []
            return found + [
                _written(mark, thread[mark.end() : end], language) for mark, end in zip(marks, ends, strict=True)
            ]
    return [EarlierMessage(turn.speaker, "", turn.text) for turn in split_turns(_MARKS.sub("", thread))]


def _written(mark: re.Match[str], text: str, language: str) -> EarlierMessage:
    parts = {name: part for name, part in mark.groupdict().items() if part}
    who = next((unwrap(part) for name, part in parts.items() if name.startswith("who")), "")
    when, language = next(
        ((part, name[-2:]) for name, part in parts.items() if name.startswith("when")), (mark[0], language)
    )
    dates = [fact.text for fact in extract_facts(when, language).items if fact.kind == "date"]
    who = re.sub(r"<[^>]*>|\[[^\]]*\]|\"", "", who).strip(" ,")
    text = _FORWARDED.sub("", _MARKS.sub("", text))
    return EarlierMessage(who, next(iter(dates), parts.get("when", "")), text, mark[0])
