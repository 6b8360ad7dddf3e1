"""The text of a draft as others get to read it: without what waits for its writer, and with the names of who is quoted.

Pure: a draft in, a draft out.
"""

import re
from dataclasses import dataclass

from core.drafts import GAP, Draft, DraftSource, has_gap, without_gaps, without_hints
from core.recipes.model import ASK
from core.text.catalogues import gettext
from core.text.forms import with_single_blank_lines
from core.text.statements import is_frame
from core.writing.numbering import numbered_from_one

# The address of a message in Slack, whose title is who wrote it, or the conversation.
_MESSAGE = "/archives/"
_ENDS, _NAMED_BEFORE = (".", "!", "?"), (":", "“", "„", "«", '"', "»")


@dataclass(frozen=True)
class Doubt:
    """What is asked before a draft is posted: in a few words, and what others would get to read."""

    title: str
    text: str


def doubt_about(draft: Draft) -> Doubt | None:
    """Return what is asked before a draft is posted; None where it is ready, as far as anybody knows.

    Hints are left out whatever is answered, so nothing is asked for them.
    """
    asked = _unhinted(draft)
    within = len(GAP.findall(_without_notes(asked)))
    left_out = len(GAP.findall(asked)) - within
    said = []
    if left_out:
        said.append(gettext("Questions to you are left out (%(count)s).") % {"count": left_out})
    if within:
        said.append(gettext("A gap within a sentence stays: everybody would read its question."))
    if said:
        title = gettext("Post it with a gap?") if within else gettext("Post it without what is open?")
        return Doubt(title, " ".join(said))
    if not draft.skeleton:
        return None
    if draft.recipe == ASK:
        text = gettext("No source surely answers this. Everybody would read what comes nearest.")
        return Doubt(gettext("Post an answer that is not sure?"), text)
    return Doubt(
        gettext("Post it unfinished?"), gettext("It still needs your words. Everybody would read it as it is.")
    )


def as_posted(draft: Draft) -> Draft:
    """Return a draft as it is posted: no gap by itself, and whoever is quoted named.

    A gap within a sentence stays, since the sentence says nothing without it.
    """
    if not draft.text:
        return draft
    text = _without_notes(_unhinted(draft))
    for source in draft.sources:
        text = _with_speaker(text, source)
    return numbered_from_one(draft.model_copy(update={"text": text}))


def own_words(draft: Draft) -> str:
    """Return the gap with what its person told that waits in a draft's text to be put right, "" for none."""
    return next((gap.question for gap in draft.gaps if gap.is_own and gap.place in draft.text), "")


def is_unwritten(draft: Draft) -> bool:
    """Whether nothing can be posted: no word is left, or a greeting and a closing around gaps that are left out.

    Nor is anything where its person's own words would be left out.
    """
    if draft.items is not None or own_words(draft):
        return bool(own_words(draft))
    left = as_posted(draft).text
    return is_empty(left) or (has_gap(draft.text) and not has_gap(left) and is_frame(left))


def is_empty(text: str) -> bool:
    """Whether a text says nothing."""
    return not any(map(str.isalnum, without_gaps(text)))


def _unhinted(draft: Draft) -> str:
    """Return the text of a draft without hints, also where its person has joined one with another line."""
    text = without_hints(draft.text, draft.gaps)
    for hint in draft.hints:
        text = re.sub(rf" ?{re.escape(hint.place)}", "", text)
    return text


def _without_notes(text: str) -> str:
    """Return a text without the gaps that are no part of a sentence: questions and notes to its writer."""
    if not GAP.search(text):
        return text
    lines = GAP.sub(lambda gap: " ".join(gap[0].split()), text).split("\n")
    kept = [_without_gaps_by_themselves(line) if GAP.search(line) else line for line in lines]
    return with_single_blank_lines("\n".join(line for line in kept if line is not None)).strip()


def _without_gaps_by_themselves(line: str) -> str | None:
    """Return a line without its gaps between sentences; None where nothing is left of it."""
    kept, at = "", 0
    for gap in GAP.finditer(line):
        kept += line[at : gap.start()]
        after = line[gap.end() :].lstrip(" .")
        begins = is_empty(kept) or kept.rstrip().endswith(_ENDS)
        if begins and (not after or after[0].isupper() or after.startswith("[[")):
            at = len(line) - len(after)
        else:
            kept, at = f"{kept}{gap[0]}", gap.end()
    left = f"{kept}{line[at:]}".rstrip()
    return None if is_empty(left) and not GAP.search(left) else left


def _with_speaker(text: str, source: DraftSource) -> str:
    """Return a text in which what a message says has its writer before it: who posts it is not the "I" in it."""
    said = next((words for words in (source.supports, source.quote) if words and words in text), "")
    if not said or _MESSAGE not in source.link or f"[{source.number}]" not in text:
        return text
    before, _, after = text.partition(said)
    if before.rpartition("\n")[2].rstrip().endswith(_NAMED_BEFORE):
        return text
    quoted = f"“{said}”" if source.quote in said else said
    return f"{before}{source.title}: {quoted}{after}"
