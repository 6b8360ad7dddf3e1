"""Where a text comes to its matter: behind cake, the match, or a question to all for a thing; or by its own words."""

from collections.abc import Sequence
from dataclasses import replace

from core.text.noun_phrases import noun_phrases
from core.text.statements import Statement, read_statements

# So many turns may come before the matter, and so many times as many then speak of it: fewer behind known small talk.
_MAX_ASIDE_TURNS, _MATTER_SHARE, _CHAT_SHARE = 6, 3, 2
# A sentence that brings up something else has so many words of content.
_MIN_STEMS, _MIN_STEM_CHARS = 4, 4
# What is said first to a question answers it.
_REPLIES = 2
_CALL_WORDS = 2
# The word that leads to the matter is in one of the first sentences of its turn.
_LEADING = 2
# A letter says early what it is about.
_EARLY = 4
# A joke at the end may come back to the first line.
_LAST_TURNS = 2


def matter_of(statements: Sequence[Statement]) -> list[Statement]:
    """Return what a conversation says from where it leaves its small talk on; empty where it opens with its matter.

    Words lead to it ("right."), or it follows on talk of such a kind: "who has my ladder?", "there's cake". What people
    speak of later is no small talk.
    """
    turns = list(dict.fromkeys(statement.turn for statement in statements))
    if len(turns) < 2:
        return []
    opening = [statement for statement in statements if statement.turn == turns[0]]
    chat, known = _small_talk(opening), set[str]()
    for statement in statements:
        at = turns.index(statement.turn)
        if at > _MAX_ASIDE_TURNS or len(turns) - at - 1 < at * (_CHAT_SHARE if chat else _MATTER_SHARE):
            break
        turn = [other for other in statements if other.turn == statement.turn]
        text = " ".join(other.raw for other in turn if other.place >= statement.place)
        may_lead = statement in turn[:_LEADING] and (at or not chat)
        cue = statement.words["phrases.comes_to"].search(text) if may_lead else None
        is_new = chat and at >= _REPLIES and _brings_up(statement, statements[statement.place - 1], known)
        is_first = not (at or known)
        known |= _things(statement)
        later = [other for other in statements if other.turn in turns[at:-_LAST_TURNS]]
        if (cue and is_first) or ((cue or is_new) and not _comes_back(chat or opening, later)):
            matter = read_statements(text[cue.end() if cue else 0 :].lstrip(" .,:!"), statement.words.language)
            if matter and not matter[0].points_back:
                told = [replace(part, speaker=statement.speaker, turn=statement.turn) for part in matter]
                return [*told, *(other for other in statements if other.turn > statement.turn)]
    return []


def _small_talk(opening: Sequence[Statement]) -> list[Statement]:
    """Return the first sentence of a conversation, where it may be small talk by its words; else empty."""
    said = next((statement for statement in opening if not statement.is_empty), opening[0])
    call, _, rest = said.text.partition(", ")
    # "Folks, who has my ladder?"
    parts = (said.text, rest) if len(call.split()) <= _CALL_WORDS else (said.text,)
    return [said] if any(map(said.words["phrases.small_talk"].search, parts)) else []


def _brings_up(statement: Statement, before: Statement, known: set[str]) -> bool:
    """Tell whether a sentence can be read by itself, answers no question and names nothing that was named before it."""
    answers = before.asks and before.turn != statement.turn
    is_new = len(statement.stems) >= _MIN_STEMS and not _things(statement) & known
    return is_new and not answers and not statement.points_back


def _things(statement: Statement) -> set[str]:
    return {stem for stem in statement.stems if len(stem) >= _MIN_STEM_CHARS}


def written_about(statements: Sequence[Statement]) -> str:
    """Return the thing that a letter says it is written about, "" where it does not say so."""
    for statement in statements[:_EARLY]:
        if cue := statement.words["phrases.written_about"].search(statement.text):
            said = statement.text[cue.end() :].strip()
            phrases = noun_phrases(said, statement.words, statement.words.language)
            return phrases[0].text if phrases else ""
    return ""


def _comes_back(opening: Sequence[Statement], later: Sequence[Statement]) -> bool:
    """Tell whether later sentences speak of what the first ones name."""
    words = opening[0].words
    named = {
        part
        for statement in opening
        for phrase in noun_phrases(statement.text, words, words.language)
        for part in phrase.stems
        if not words["phrases.breaks"].fullmatch(part) and part not in words.words("phrases.before_noun")
    }
    return any(named & statement.stems for statement in later if statement.turn != opening[0].turn)
