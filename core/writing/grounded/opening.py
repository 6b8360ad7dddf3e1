"""What a conversation opens with: where it comes to its matter behind small talk, and the clause that states it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.text.lexicon import either_of, pattern_beside
from core.text.noun_phrases import noun_phrases
from core.text.statements import Statement, read_statements

# So many turns may come before the matter, and so many times as many then speak of it: fewer behind known small talk.
_MAX_ASIDE_TURNS, _MATTER_SHARE, _CHAT_SHARE = 6, 3, 2
# A sentence that brings up something else has so many words of content.
_MIN_STEMS, _MIN_STEM_CHARS = 4, 4
# What is said first to a question answers it.
_REPLIES = 2
_CALL_WORDS = 2
# A clause that can be a title; a whole sentence may have three words.
_MIN_WORDS, _MIN_CLAUSE_STEMS, _MAX_CLAUSE_CHARS, _CHATTER = 4, 2, 70, 2
_MIN_SENTENCE_WORDS = 3
_COMMAS = re.compile(r"[,;] | [-\u2013\u2014] ")
# What takes back some of what was said before it, and who says "I" of themselves alone.
_LIMITS = pattern_beside(__file__, "limits", r"\A", r"\b")
_SAYS_I = pattern_beside(__file__, "says_i", r"(?<!\w)", r"(?!\w)")
_QUESTION_BEHIND = either_of("asks", "question_words", r"\A", r"\b")
# The word that leads to the matter is in one of the first sentences of its turn.
_LEADING = 2
# A letter says early what it is about.
_EARLY = 4
# A joke at the end may come back to the first line.
_LAST_TURNS = 2


def matter_of(statements: Sequence[Statement]) -> list[Statement]:
    """Return what a conversation says where it leaves its small talk; empty where it opens with its matter.

    Words lead to it ("right."), or it follows on talk of such a kind: "who has my ladder?", "there's cake". What people
    speak of later is no small talk.
    """
    turns = list(dict.fromkeys(statement.turn for statement in statements))
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
                return [replace(told, speaker=statement.speaker) for told in matter]
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


def written_about(statements: Sequence[Statement]) -> list[Statement]:
    """Return the thing that somebody says they write about, with what leads to it; empty where they do not say it."""
    for statement in statements[:_EARLY]:
        if cue := statement.words["phrases.written_about"].search(statement.text):
            said = statement.text[cue.end() :].strip()
            phrase = next(iter(noun_phrases(said, statement.words, statement.words.language)), None)
            end = said.casefold().find(phrase.text.casefold()) + len(phrase.text) if phrase else 0
            return [replace(statement, place=0, speaker="", text=said[:end])] if end else []
    return []


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


def opening_clause(stated: Sequence[Statement], topic: str) -> str:
    """Return the clause that a conversation opens with, where it is short and can be read by itself; else ""."""
    for statement in stated:
        if topic and (statement.text.rstrip(".!:") == topic or statement.text.endswith(":")):
            return ""
        # "What time do we leave?" names no matter.
        told = _told_before(statement)
        is_none = statement.is_empty or statement.has("gathers") or (statement.asks and not (topic or told))
        if is_none or len(statement.stems) < _MIN_CLAUSE_STEMS:
            continue
        whole, clauses = statement.text if statement.text.count(",") < _CHATTER else "", _clauses(statement.text)
        # "I popped in, the hall is taken" says it behind its comma.
        texts = (whole, *clauses) if _begins_with_pronoun(statement) else (*clauses, *([] if told else [whole]))
        found = (replace(statement, text=text.strip("\u00bf?. ")) for text in texts)
        if clause := next((clause for clause in found if _opens(clause, statement)), None):
            is_first = statement is stated[0]
            tells = " " not in topic or (told and is_first) or _tells_more(statement, topic, is_first=is_first)
            # A notice is told by its whole first sentence alone: "To reset the alarm, …" names nothing.
            is_said = clause.speaker or (" " not in topic and f"{clause.text}." == statement.text)
            is_readable = is_said and not (clause.points_back or clause.is_empty or says_i(clause)) and tells
            return clause.text[:1].upper() + clause.text[1:] if is_readable else ""
    return ""


def _tells_more(sentence: Statement, topic: str, *, is_first: bool) -> bool:
    """Tell whether the clause of a sentence is a better title than its topic, which no question's is."""
    text = sentence.text.casefold()
    asks = sentence.asks or sentence.has("who_asked") or sentence.words["phrases.small_talk"].search(text)
    return not (asks or _begins_with_pronoun(sentence)) and (is_first or topic.casefold() in text)


def _begins_with_pronoun(sentence: Statement) -> bool:
    return sentence.text.split()[0].casefold() in sentence.words.words("phrases.pronouns")


def says_i(sentence: Statement) -> bool:
    """Tell whether somebody speaks of themselves."""
    return bool(_SAYS_I.search(sentence.text))


def _told_before(sentence: Statement) -> str:
    """Return what a question tells before it asks, "" where it only asks: "Nico is ill tomorrow, who can come?"."""
    first, comma, rest = sentence.text.partition(", ")
    is_told = comma and sentence.asks and _QUESTION_BEHIND.search(rest) and not _QUESTION_BEHIND.search(first)
    return first if is_told else ""


def _clauses(text: str) -> list[str]:
    """Return a sentence up to its first comma, and what stands on either side of its colon likewise.

    What takes some of it back stays with it: "The client took plan B, but for the stairs".
    """
    parts = ((part, _COMMAS.search(part)) for part in (text, *text.split(": ")))
    return [part[: cut.start()] if cut and not _LIMITS.search(part[cut.end() :]) else part for part, cut in parts]


def _opens(clause: Statement, sentence: Statement) -> bool:
    """Tell whether a clause is long enough and not too long; a whole sentence may be "Water is off."."""
    is_whole = (
        f"{clause.text}." == sentence.text
        and len(clause.text.split()) >= _MIN_SENTENCE_WORDS
        and "," not in clause.text
    )
    says = len(clause.stems) >= _MIN_CLAUSE_STEMS and (is_whole or not _is_short(clause.text))
    return says and len(clause.text) <= _MAX_CLAUSE_CHARS


def _is_short(text: str) -> bool:
    return len(text.split()) < _MIN_WORDS
