"""What a conversation opens with: where it comes to its matter behind small talk, and the clause that states it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.text.noun_phrases import noun_phrases
from core.text.statements import Statement, read_statements

# So many turns may come before the matter, and so many times as many then speak of it.
_MAX_ASIDE_TURNS, _MATTER_SHARE = 6, 2
# A clause that can be a title; a whole sentence may have three words.
_MIN_WORDS, _MIN_STEMS, _MAX_CLAUSE_CHARS, _CHATTER = 4, 2, 70, 2
_MIN_SENTENCE_WORDS = 3
_COMMAS = re.compile(r"[,;] | [-\u2013\u2014] ")
# A letter says early what it is about.
_EARLY = 4


def matter_of(statements: Sequence[Statement]) -> list[Statement]:
    """Return what a conversation says behind the first words that lead to its matter ("right."), empty for none."""
    turns = list(dict.fromkeys(statement.turn for statement in statements))
    for statement in statements:
        at = turns.index(statement.turn)
        if at > _MAX_ASIDE_TURNS or len(turns) - at - 1 < at * _MATTER_SHARE:
            break
        rest = (said.raw for said in statements if said.turn == statement.turn and said.place >= statement.place)
        text = " ".join(rest)
        if cue := statement.words["phrases.comes_to"].search(text):
            matter = read_statements(text[cue.end() :].lstrip(" .,:!"), statement.words.language)
            if matter and not matter[0].points_back:
                return [replace(told, speaker=statement.speaker) for told in matter]
    return []


def written_about(statements: Sequence[Statement]) -> list[Statement]:
    """Return the thing that somebody says they write about, with what leads to it; empty where they do not say it."""
    for statement in statements[:_EARLY]:
        if cue := statement.words["phrases.written_about"].search(statement.text):
            said = statement.text[cue.end() :].strip()
            phrase = next(iter(noun_phrases(said, statement.words, statement.words.language)), None)
            end = said.casefold().find(phrase.text.casefold()) + len(phrase.text) if phrase else 0
            return [replace(statement, place=0, speaker="", text=said[:end])] if end else []
    return []


def opening_clause(stated: Sequence[Statement], topic: str) -> str:
    """Return the clause that a conversation opens with, where it is short and can be read by itself; else ""."""
    for statement in stated:
        # "What time do we leave?" names no matter.
        is_none = statement.is_empty or statement.has("gathers") or (statement.asks and not topic)
        if is_none or len(statement.stems) < _MIN_STEMS:
            continue
        whole = statement.text if statement.text.count(",") < _CHATTER else ""
        texts = (_COMMAS.split(statement.text)[0], whole)
        found = (replace(statement, text=text.strip("\u00bf?. ")) for text in texts)
        if clause := next((clause for clause in found if _opens(clause, statement)), None):
            tells = " " not in topic or _tells_more(statement, topic, is_first=statement is stated[0])
            # A notice is told by its whole first sentence alone: "To reset the alarm, …" names nothing.
            is_said = clause.speaker or (" " not in topic and f"{clause.text}." == statement.text)
            is_readable = is_said and not (clause.points_back or clause.is_empty) and tells
            return clause.text[:1].upper() + clause.text[1:] if is_readable else ""
    return ""


def _tells_more(sentence: Statement, topic: str, *, is_first: bool) -> bool:
    """Tell whether the clause of a sentence is a better title than its topic, which no question's is."""
    is_weak = sentence.text.split()[0].casefold() in sentence.words.words("phrases.pronouns")
    asks = sentence.asks or sentence.has("who_asked")
    return not (asks or is_weak) and (is_first or topic.casefold() in sentence.text.casefold())


def _opens(clause: Statement, sentence: Statement) -> bool:
    """Tell whether a clause is long enough and not too long; a whole sentence may be "Water is off."."""
    is_whole = f"{clause.text}." == sentence.text and "," not in clause.text
    is_long = len(clause.text.split()) >= (_MIN_SENTENCE_WORDS if is_whole else _MIN_WORDS)
    return is_long and len(clause.stems) >= _MIN_STEMS and len(clause.text) <= _MAX_CLAUSE_CHARS
