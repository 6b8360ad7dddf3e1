"""Where a conversation comes to its matter, behind what people say before: "right. has anyone looked at the winch"."""

from collections.abc import Sequence
from dataclasses import replace

from core.text.noun_phrases import noun_phrases
from core.text.statements import Statement, read_statements

# So many turns may come before the matter, and so many times as many turns then speak of it.
_MAX_ASIDE_TURNS, _MATTER_SHARE = 6, 3
# The word that leads to the matter is in one of the first sentences of its turn.
_LEADING = 2
# A letter says early what it is about.
_EARLY = 4
# A joke at the end may come back to the first line.
_LAST_TURNS = 2


def matter_of(statements: Sequence[Statement]) -> list[Statement]:
    """Return what a conversation says where it leaves its small talk; empty where it opens with its matter.

    What others speak of later is no small talk.
    """
    turns = list(dict.fromkeys(statement.turn for statement in statements))
    for at, turn in enumerate(turns[: _MAX_ASIDE_TURNS + 1]):
        said = [statement for statement in statements if statement.turn == turn]
        for number, statement in enumerate(said[:_LEADING]):
            text = " ".join(other.raw for other in said[number:])
            cue = statement.words["phrases.comes_to"].search(text)
            if not cue or len(turns) - at - 1 < at * _MATTER_SHARE or _comes_back(statements, turns[at:-_LAST_TURNS]):
                continue
            matter = read_statements(text[cue.end() :].lstrip(" .,:!"), statement.words.language)
            return [replace(told, speaker=statement.speaker) for told in matter]
    return []


def written_about(statements: Sequence[Statement]) -> list[Statement]:
    """Return the thing that somebody says they write about, with what leads to it; empty where they do not say it."""
    for statement in statements[:_EARLY]:
        if cue := statement.words["phrases.written_about"].search(statement.text):
            said = statement.text[cue.end() :].strip()
            phrase = next(iter(noun_phrases(said, statement.words, statement.words.language)), None)
            end = said.casefold().find(phrase.text.casefold()) + len(phrase.text) if phrase else 0
            return [replace(statement, place=0, text=said[:end])] if end else []
    return []


def _comes_back(statements: Sequence[Statement], turns: Sequence[int]) -> bool:
    """Tell whether in some turns others speak of what the first turn names."""
    opening = [statement for statement in statements if statement.turn == statements[0].turn]
    words = opening[0].words
    named = {
        part
        for statement in opening
        for phrase in noun_phrases(statement.text, words, words.language)
        for part in phrase.stems
        if not words["phrases.breaks"].fullmatch(part) and part not in words.words("phrases.before_noun")
    }
    return any(
        named & statement.stems
        for statement in statements
        if statement.turn in turns and statement.turn != opening[0].turn and statement.speaker != opening[0].speaker
    )
