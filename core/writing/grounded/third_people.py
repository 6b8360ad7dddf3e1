"""Third people who read a mail along: what is asked of them is not asked of its reader."""

import re
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from core.text.asks import called_in
from core.text.sentences import split_paragraphs, split_sentences, unwrap
from core.writing.grounded.asked import found_in
from core.writing.grounded.threads import ThreadPeople, messages_of

_MARKED = re.compile(r"(?<!\w)@([^\W\d_][\w'-]*)")


def third_people(values: Mapping[str, str]) -> set[str]:
    """Return the words of the names of those who wrote in the thread or get the mail, too."""
    people = ThreadPeople(values.get("owner_name", ""), values.get("sender_name", ""))
    written = messages_of(values.get("thread", ""), people)
    names = [*(message.who for message in written), *values.get("recipients", "").split(",")]
    known = f"{people.owner} {people.sender}".casefold().split()
    return {word for name in names for word in name.casefold().split() if people.role_of(name) == "other"} - {*known}


def asked_of_others(source: str, wanted: Collection[str], others: AbstractSet[str]) -> set[str]:
    """Return what of the things that a message asks is asked of third people, by name or behind it in its paragraph."""
    found = {line for line in wanted if _calls(line, others)}
    for paragraph in split_paragraphs(source) if others else ():
        is_theirs = False
        for sentence in map(unwrap, split_sentences(paragraph)):
            asked = {line for line in wanted if found_in(line, sentence)}
            if called_in(sentence):
                is_theirs = bool(asked) and _calls(sentence, others)
            found |= asked if is_theirs else set()
    return found


def _calls(line: str, others: AbstractSet[str]) -> bool:
    # "@Olaf, @Karin: are you coming?" calls both.
    marked = {name.casefold() for name in _MARKED.findall(line)}
    return not others.isdisjoint(called_in(line).casefold().split()) and marked <= others
