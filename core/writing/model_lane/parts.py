"""The parts of a model's answer beside its text: a subject line, tasks, ready answers within gaps. One form, read here.

A subject is the first line, `Subject: ...`; a task a line `- [ ] who: what (until when)`; a gap may offer answers to
pick as `[[question | answer | answer]]`.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from core.drafts import Gap, Item, find_gaps, gap
from core.recipes.model import AnswerPart

_SUBJECT = re.compile(
    r"(?i)[\s#*_]{0,10}(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|temat|emne|件名|主题)"
    r"[\s*_]{0,5}[:\uff1a](?P<subject>[^\n]{0,1000})"
)
# What stands above the subject is a preface.
_MAX_LINES_ABOVE = 3
_TASK = re.compile(r"(?m)^(?P<mark>[ \t]*[-*\u2022] )\[[ xX]?\][ \t]+(?P<line>\S[^\n]*+)")
_WHO = re.compile(r"(?P<who>[^\s:.,;(][^:.;(\n]{0,58}?)[ \t]?:[ \t]+(?P<rest>\S.*)", re.S)
_DUE = re.compile(r"(?P<rest>.*\S)[ \t]*\((?P<due>[^()\n]{1,60})\)\.?", re.S)
_OFFERING = re.compile(r"\[\[(?P<question>[^\[\]\n|]{1,300})\|(?P<answers>[^\[\]\n]{1,1500})\]\]")
_MAX_SUBJECT_CHARS = 200
_MAX_ANSWERS = 6
_QUOTES = "*_\"'\u201c\u201d\u201e\u00ab\u00bb "


@dataclass(frozen=True)
class Parts:
    """An answer taken apart. `gaps` are those with ready answers; each stands as `[[question]]` in the body."""

    body: str = ""
    subject: str = ""
    tasks: tuple[Item, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def gaps_of(self, text: str, source: str) -> tuple[Gap, ...]:
        """Return the gaps of the finished text, with the ready answers of those that have some."""
        answers = {one.place: one.choices for one in self.gaps}
        found = find_gaps(text, source)
        return tuple(one.model_copy(update={"choices": answers.get(one.place, ())}) for one in found)


def split_answer(written: str, wanted: Collection[AnswerPart] = ()) -> Parts:
    """Return the parts of an answer that a recipe asks for (`Output.parts`); ready answers are read in any."""
    subject, body = _subject(written) if "subject" in wanted else ("", written)
    tasks = tuple(_task(match["line"].rstrip()) for match in _TASK.finditer(body)) if "tasks" in wanted else ()
    body = _TASK.sub(lambda match: match["mark"] + match["line"], body) if "tasks" in wanted else body
    gaps: list[Gap] = []

    def without_answers(match: re.Match[str]) -> str:
        answers = tuple(part for part in map(str.strip, match["answers"].split("|")) if part)[:_MAX_ANSWERS]
        place = gap(match["question"].strip())
        gaps.append(Gap(place=place, question=place[2:-2], choices=answers))
        return place

    return Parts(_OFFERING.sub(without_answers, body), subject, tasks, tuple(gaps))


def _subject(written: str) -> tuple[str, str]:
    lines = written.lstrip().split("\n")
    for number, line in enumerate(lines[: _MAX_LINES_ABOVE + 1]):
        if match := _SUBJECT.match(line):
            subject = " ".join(match["subject"].strip(_QUOTES).split())
            return subject[:_MAX_SUBJECT_CHARS], "\n".join(lines[number + 1 :]).strip()
    return "", written


def _task(line: str) -> Item:
    """Return a task line as data: who before a colon, until when in the brackets at the end."""
    who = _WHO.fullmatch(line)
    rest = who["rest"] if who else line
    due = _DUE.fullmatch(rest)
    return Item(
        text=(due["rest"] if due else rest).strip(), who=who["who"].strip("* ") if who else "",
        due=due["due"] if due else "",
    )  # fmt: skip
