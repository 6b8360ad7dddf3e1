"""What a draft says again though who said it took it back in a later message: "please forget the £100"."""

import functools
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.drafts import GAP, Finding, cut_at_word
from core.text.asks import is_question
from core.text.forms import WHOLE_WORD
from core.text.language import detect_language
from core.text.lexicon import NOTHING, Lexicon, either, expression, lexicon
from core.text.same_words import is_said, is_time_unit
from core.text.sentences import split_sentences, unwrap
from core.writing.checks.grounds import WISHES, Grounds
from core.writing.checks.said import Said, shares_words

_SHOWN_CHARS, _QUOTED_CHARS = 160, 100
_PERHAPS, _PROMISED, _MESSAGE = "corrections.no_more", "corrections.promised", "corrections.message"
# What takes something back outright, what may do so, and with these what a draft says when it does so itself.
_OUTRIGHT = ("corrections.taken_back", "corrections.called_off")
_DENIES = (_PERHAPS, "conversation.refusal", "conversation.open")
# What sounds like the former, what denies it, and where the clause of both ends.
_SOUNDS, _NOT, _JOINS, _ENDS = "corrections.not_taken", "negations.words", "small_words.joins", ",;:.!?\u2026()\n"
# What denies it stands among so many words before it, "not want to", or behind it: "vergessen Sie nicht".
_BEFORE, _BEHIND, _NEAR_CHARS = 3, 2, 200
# What promises something, among the statements of the message before.
_PROMISES = ("promise", "offer", "short_promise")
# Who names one of these needs no other word of what is taken back.
_AMOUNTS = frozenset({"money", "percent"})
# Without a value sentences that say the same share so many words; of many words one more.
_FEW, _MANY, _MAX_GIVERS = 2, 4, 12


class _Taken(NamedTuple):
    """What a message takes back: the statement before it, and the words by which it names that, if by words."""

    earlier: Said
    later: Said
    words: Sequence[str]


def find_withdrawn(grounds: Grounds, text: str, messages: Sequence[Said]) -> Iterator[Finding]:
    """Yield a remark for each sentence of a draft that says again what a message took back, at its first place.

    The message is by who said it, and names a value or the words of what it takes back, or calls it a promise. Who said
    it again after that, or the draft's own person who tells to write it, is believed.
    """
    lines, told = split_sentences(text), set[str]()
    own = f"{grounds.instruction}\n{grounds.values.get(WISHES, '')}"
    found = [taken for taken in _taken_back(messages, lines) if not _is_told(own, taken)]
    denied = _denied(grounds, lines) if found else set()
    for taken in found:
        again = (line for at, line in enumerate(lines) if at not in denied and _same(line, taken))
        if (place := next(again, "")) and place not in told:
            told.add(place)
            old, new = unwrap(taken.earlier.statement.raw), taken.later.whole
            sentence = f"“{cut_at_word(old, _QUOTED_CHARS)}” was taken back later: “{cut_at_word(new, _SHOWN_CHARS)}”."
            yield Finding(check="outdated", severity="warn", place=place, sentence=sentence)


def _taken_back(messages: Sequence[Said], lines: Sequence[str]) -> list[_Taken]:
    """Return what of the messages that a draft may say again was taken back, and not said once more after that."""
    givers, taken = deque[Said](maxlen=_MAX_GIVERS), dict[Said, _Taken]()
    for at, later in enumerate(messages):
        if later.statement.asks:
            continue
        if _takes_or_may(later.statement.raw, later.statement.words):
            taken = {found.earlier: found for found in _named(messages, at, givers)} | taken
            continue
        for earlier, found in [*taken.items()]:
            if found.later.message != later.message and _is_by(later, earlier) and _same(later.statement.raw, found):
                del taken[earlier]
        if any(_says(line, later) for line in lines):
            givers.append(later)
    return [*taken.values()]


def _named(messages: Sequence[Said], at: int, givers: Sequence[Said]) -> Iterator[_Taken]:
    """Yield what a statement takes back: what it names by a value or in words, else what its message speaks of."""
    later = messages[at]
    own = [earlier for earlier in givers if _is_by(later, earlier)]
    is_outright = _takes(later.statement.raw, later.statement.words)
    words, promised = _subject(later)
    found = [_Taken(earlier, later, ()) for earlier in own if _names_value(later, earlier)]
    if not found and words:
        least = (len(words) + 1) // 2 if is_outright else min(_FEW, len(words))
        shared = ((earlier, _said_in(words, earlier)) for earlier in own)
        found = [_Taken(earlier, later, named) for earlier, named in shared if len(named) >= least]
    if not found and is_outright and (promised or not words):
        beside = [said for said in messages[max(0, at - 1) : at + 2] if said.message == later.message and said != later]
        named = [word for said in beside for word in _subject(said)[0]]
        found = [_Taken(earlier, later, here) for earlier in own if (here := _said_in(named, earlier))]
        found = found or [
            _Taken(earlier, later, ()) for earlier in _last_promise(messages[:at], later) if earlier in own
        ]
    yield from found


def _subject(said: Said) -> tuple[Sequence[str], bool]:
    """Return the words that tell what is taken back, and whether that is called a promise or the like."""
    promised, message = (set(said.statement.words.wording(key).split()) for key in (_PROMISED, _MESSAGE))
    empty = promised | message | _words_of_cues(said.statement.words.language)
    kept = [word for word in said.words if word.casefold() not in empty and not is_time_unit(word)]
    return kept, not promised.isdisjoint(WHOLE_WORD.findall(said.statement.raw.casefold()))


@functools.cache
def _words_of_cues(language: str) -> frozenset[str]:
    known = lexicon(language)
    phrases = (phrase for cue in (*_OUTRIGHT, _PERHAPS) for phrase in known.words(cue))
    return frozenset(word for phrase in phrases for word in WHOLE_WORD.findall(phrase.casefold()))


def _said_in(words: Sequence[str], earlier: Said) -> list[str]:
    return [word for word in words if is_said(word, earlier.statement.raw)]


def _last_promise(before: Sequence[Said], later: Said) -> list[Said]:
    """Return what the last message of somebody promises, where that is one thing."""
    own = [said for said in before if said.message != later.message and _is_by(later, said)]
    last = [said for said in own if said.message == own[-1].message]
    promises = [said for said in last if any(map(said.statement.has, _PROMISES)) or len(last) == 1]
    return promises if len(promises) == 1 else []


def _is_by(one: Said, other: Said) -> bool:
    """Tell whether two statements are by one person, whom a message may call by a part of the name."""
    mine, theirs = ({*said.above.casefold().split()} for said in (one, other))
    return mine <= theirs or theirs <= mine


def _names_value(later: Said, earlier: Said) -> bool:
    """Tell whether a statement names an amount of an earlier one, or another value and a word of it."""
    shared = {
        category
        for (category, unit), facts in later.values.items()
        for old in earlier.values.get((category, unit), ())
        if any(fact.readings & old.readings for fact in facts)
    }
    return bool(shared & _AMOUNTS or (shared and shares_words(earlier.statement.raw, _subject(later)[0])))


def _says(line: str, earlier: Said) -> bool:
    """Tell whether a sentence says what a statement does: a value and a word, or most words; days tell nothing."""
    held = any(fact.text in line for facts in earlier.values.values() for fact in facts)
    words = [word for word in earlier.words if not is_time_unit(word)]
    shared = sum(is_said(word, line) for word in words)
    return shared >= (1 if held else _FEW if len(words) < _MANY else _FEW + 1)


def _same(line: str, taken: _Taken) -> bool:
    """Tell whether a sentence says what was taken back, and none of the values that stand in its place."""
    if not _says(line, taken.earlier) or (taken.words and not shares_words(line, taken.words)):
        return False
    new = taken.later.facts.missing_from(taken.earlier.facts)
    named = [fact for facts in taken.later.values.values() for fact in facts if fact not in new]
    # What is called no more than a promise has to be told with its values, or without any in all its words.
    named = named or [fact for facts in taken.earlier.values.values() for fact in facts]
    is_all = all(is_said(word, line) for word in taken.earlier.words)
    is_named = bool(taken.words) or (any(fact.text in line for fact in named) if named else is_all)
    return is_named and not any(fact.text in line for fact in new if (fact.category, fact.unit) in taken.earlier.values)


def _is_told(own: str, taken: _Taken) -> bool:
    """Tell whether the draft's person tells to say what was taken back: by a value of it, or in words."""
    values = any(fact.text in own for facts in taken.earlier.values.values() for fact in facts)
    return (values or _same(own, taken)) and not _denies(own, lexicon(detect_language(own)))


def _denied(grounds: Grounds, lines: Sequence[str]) -> set[int]:
    """Return the places of the lines that ask, leave a gap, deny, or stand beside a line that takes the same back."""
    found = set[int]()
    for at, line in enumerate(lines):
        words = lexicon(grounds.language_of(line))
        if _denies(line, words):
            found |= {at, at - 1} | ({at + 1} if _takes(line, words) else set())
        if (
            is_question(line)
            or GAP.search(line)
            or words["negations.words"].search(words["negations.phrases"].sub(" ", line))
        ):
            found.add(at)
    return found


def _denies(line: str, words: Lexicon) -> bool:
    return _takes(line, words) or any(words[cue].search(line) for cue in _DENIES)


def _takes_or_may(text: str, words: Lexicon) -> bool:
    return _takes(text, words) or words[_PERHAPS].search(words[_SOUNDS].sub(" ", text)) is not None


def _takes(text: str, words: Lexicon) -> bool:
    """Tell whether a sentence takes something back outright, and does not deny that: "do not forget the £100"."""
    denying, plain = _outright(words.language)
    said = words[_SOUNDS].sub(" ", text)
    return denying.search(said) is not None or any(not _is_denied(said, cue, words) for cue in plain.finditer(said))


@functools.cache
def _outright(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what takes back outright in a language, as two patterns: what denies by itself, "no longer", and else."""
    known = lexicon(language)
    phrases = [phrase for cue in _OUTRIGHT for phrase in known.words(cue)]
    denying = [phrase for phrase in phrases if known[_NOT].search(phrase)]
    plain = [phrase for phrase in phrases if phrase not in denying]
    both = [either(map(expression, found)) if found else NOTHING for found in (denying, plain)]
    return both[0], both[1]


def _is_denied(text: str, cue: re.Match[str], words: Lexicon) -> bool:
    """Tell whether the clause around words denies them: before or among them, directly behind them or at its end."""
    before, behind = text[max(0, cue.start() - _NEAR_CHARS) : cue.start()], text[cue.end() : cue.end() + _NEAR_CHARS]
    before = before[max(before.rfind(mark) for mark in _ENDS) + 1 :]
    behind = behind[: min((at for mark in _ENDS if (at := behind.find(mark)) >= 0), default=len(behind))]
    first, last = words[_JOINS].split(before)[-1].split(), words[_JOINS].split(behind)[0].split()
    near = (*first[-_BEFORE:], cue[0], *last[:_BEHIND], *last[_BEHIND:][-1:])
    return any(words[_NOT].search(part) for part in near)
