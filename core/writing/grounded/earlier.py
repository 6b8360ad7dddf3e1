"""What earlier messages and passages say to a question: the words themselves, with who wrote them and when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.drafts import Source
from core.text.facts import extract_facts
from core.text.lexicon import by_language, joined
from core.text.sentences import unwrap
from core.writing.grounded.answers import find_answer
from core.writing.grounded.passages import read_passages
from core.writing.grounded.questions import Asking

_ANNOUNCING = re.compile(rf"(?im)^[> \t]*{joined(by_language('threads')['en']['announcing'])}[ \t]*$")
_MARKS = re.compile(r"(?m)^[ \t]*(?:>[ \t]?)+")


@dataclass(frozen=True)
class Written:
    """One earlier message; `who` and `date` as the thread writes them, "" where it does not say."""

    who: str
    date: str
    text: str


@dataclass(frozen=True)
class People:
    """Who answers whom, for "as you wrote"."""

    owner: str
    sender: str


def split_thread(thread: str) -> list[Written]:
    """Return the messages of a thread, in its order."""
    marks = list(_ANNOUNCING.finditer(thread))
    if not marks:
        return [Written("", "", _MARKS.sub("", thread))]
    ends = [*(mark.start() for mark in marks[1:]), len(thread)]
    first = thread[: marks[0].start()]
    found = [Written("", "", _MARKS.sub("", first))] if first.strip(" >\n") else []
    return found + [_written(mark, thread[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]


def _written(mark: re.Match[str], text: str) -> Written:
    who = next((unwrap(part) for name, part in mark.groupdict().items() if name.startswith("who") and part), "")
    dates = [fact.text for fact in extract_facts(mark[0]).items if fact.kind == "date"]
    who = re.sub(r"<[^>]*>|\[[^\]]*\]|\"", "", who).strip(" ,")
    return Written(who, dates[0] if dates else "", _MARKS.sub("", text))


def find_ground(question: str, thread: str, passages: str, people: People, asking: Asking) -> tuple[str, Source] | None:
    """Return the line that answers from what was written before, with its source; None where nothing surely does."""
    return next(_grounds(question, thread, passages, people, asking), None)


def _grounds(question: str, thread: str, passages: str, people: People, asking: Asking) -> Iterator[tuple[str, Source]]:
    words = asking.words
    for one in split_thread(thread) if thread.strip() else []:
        if sentence := find_answer(question, one.text):
            quote = asking.said(words["quote"], quote=sentence)
            when = words["when"].format(date=one.date) if one.date else ""
            line = asking.said(words["said"][_role(one.who, people)], quote=quote, when=when, who=one.who)
            title = ", ".join(part for part in (one.who, one.date) if part) or "Earlier messages"
            yield line, Source(number=1, title=title, quote=sentence, supports=line)
    for passage in read_passages(passages) if passages.strip() else []:
        if sentence := find_answer(question, passage.text):
            quote = asking.said(words["quote"], quote=sentence)
            line = asking.said(words["said"]["source"], quote=quote, title=passage.title)
            yield line, Source(number=1, title=passage.title, link=passage.link, quote=sentence, supports=line)


def _role(who: str, people: People) -> str:
    said = set(who.casefold().split())
    for role, name in (("owner", people.owner), ("sender", people.sender)):
        if said and said & {word for word in name.casefold().split() if len(word) > 1}:
            return role
    return "other" if who else "nobody"
