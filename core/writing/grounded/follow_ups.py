"""What a question means after earlier ones: "And in the second year?" asks what was asked before, of another year.

A follow-up is read in several ways, the likeliest first; the first one that the passages answer counts.
"""

import re
from collections.abc import Sequence

from core.text.lexicon import WORD_ENDS, by_language, either, joined, whole
from core.text.names import find_names
from core.writing.grounded.same_words import WORD, content_words, telling_words

_DATA = by_language("questions")["en"]
_BEFORE = rf"(?:{joined(_DATA['prepositions'])}\s{{1,3}})?"
_ASKING = rf"{_BEFORE}{joined([*_DATA['words'], *_DATA['moment_words']])}(?!\w)"
_LEAD = either(_DATA["leads"], r"\A[\s¿]{0,3}", r"[\s,:]{1,3}")
_ASKS = either([_ASKING], r"\A[\s¿]{0,3}")
_POINTS = whole(_DATA["pronouns"])
_PREPOSITION = either(_DATA["prepositions"], r"\A", WORD_ENDS)
_PARTS = either([_ASKING], r",?\s{1,3}(?:and|und|et|y|e)\s{1,3}(?=", ")")
_MAX_SHORT_WORDS, _MAX_POINTING_WORDS, _MAX_PARTS = 3, 3, 3


def split_question(question: str) -> list[str]:
    """Return the questions that are asked in one: "How long is it, and who approves it?" are two."""
    parts = [part.strip(" ,") for part in _PARTS.split(question, maxsplit=_MAX_PARTS - 1)]
    if len(parts) == 1 or any(len(part.split()) == 1 for part in parts):
        return [question]  # "When and where is the seminar?" asks both of one thing.
    return [part if part.endswith("?") else f"{part}?" for part in parts]


def readings(question: str, earlier: Sequence[str]) -> list[str]:
    """Return what a question may mean, the likeliest first; one that stands by itself is returned alone.

    All begin with a capital: what compares meanings would tell a question from the same one in small letters.

    Args:
        question: what is asked now.
        earlier: what was asked before, the oldest first.
    """
    found = _readings(_begun_alike(question), [*map(_begun_alike, earlier)])
    return list(dict.fromkeys(map(_begun_alike, found)))


def both_forms(question: str) -> list[str]:
    """Return a question with a capital at its beginning and without: an embedder tells them apart, people do not."""
    begin = next((place for place, char in enumerate(question) if char.isalpha()), 0)
    head, letter, rest = question[:begin], question[begin : begin + 1], question[begin + 1 :]
    return [f"{head}{letter.upper()}{rest}", f"{head}{letter.lower()}{rest}"]


def _begun_alike(question: str) -> str:
    return both_forms(question)[0]


def _readings(question: str, earlier: Sequence[str]) -> list[str]:
    rest, has_lead = _without_lead(question)
    if not earlier or not _is_follow_up(rest, has_lead=has_lead):
        return [question]
    before = _standalone(earlier).rstrip("?!. ")
    if _ASKS.match(rest):
        with_subject = f"{rest.rstrip('?!. ')} {' '.join(content_words(before))}?"
        found = [rest, with_subject] if _says_enough(rest) else [with_subject, rest]
    else:
        named = rest.rstrip("?!. ")
        part, *others = _parts_before(before, named)
        found = [*_replaced(part, named), *(_replaced(other, named)[0] for other in others), rest]
    if len(telling_words(rest)) <= 1:
        # By itself "And in Dublin?" asks for anything that is said of Dublin.
        found = [reading for reading in found if reading != rest] or found
    return found


def looked_for(question: str, earlier: Sequence[str]) -> str:
    """Return the words that passages for a question are searched by: a follow-up with those of what it follows."""
    found = readings(question, earlier)
    return found[0] if len(found) == 1 else " ".join(dict.fromkeys(" ".join(found).split()))


def _standalone(earlier: Sequence[str]) -> str:
    before = earlier[0]
    for question in earlier[1:]:
        before = readings(question, [before])[0]
    return before


def _parts_before(before: str, rest: str) -> list[str]:
    """Return the questions that were asked in one, the likeliest that a follow-up goes on from first: mostly the last.

    "And in Paris?" goes on from one that names another place with the same word.
    """
    first, *others = (part.rstrip("?!. ") for part in split_question(before))
    parts = [*reversed([readings(part, [first])[0].rstrip("?!. ") for part in others]), first]
    preposition = _PREPOSITION.match(rest)
    return sorted(parts, key=lambda part: preposition is not None and not _places_of(preposition[0], part))


def _places_of(word: str, text: str) -> list[int]:
    return [match.start() for match in re.finditer(rf"(?i)(?<!\w){re.escape(word)}(?!\w)", text)]


def _without_lead(question: str) -> tuple[str, bool]:
    lead = _LEAD.match(question)
    return (question[lead.end() :], True) if lead else (question, False)


def _is_follow_up(rest: str, *, has_lead: bool) -> bool:
    return has_lead or len(rest.split()) <= _MAX_SHORT_WORDS or not _says_enough(rest)


def points_elsewhere(question: str) -> bool:
    """Tell whether a question in the middle of a message is about what was said before: "And what does that cost?"."""
    return not _says_enough(question)


def _says_enough(rest: str) -> bool:
    """Tell whether a question says what it is about: it does not point to something with next to no other word."""
    words = telling_words(rest)
    return bool(words) and not (_POINTS.search(rest) and len(words) <= _MAX_POINTING_WORDS)


def _replaced(before: str, rest: str) -> list[str]:
    """Return an earlier question with a part of it exchanged for what a follow-up names, and with it added."""
    added = f"{before} {rest}?"
    preposition = _PREPOSITION.match(rest)
    phrases = _phrases(before)
    exchanged = f"{before[: phrases[-1][0]]}{rest}{before[phrases[-1][1] :]}?" if phrases else added
    # "And the suite?" may stand for the thing, and not for the time that the question names behind it.
    things = [phrase for phrase in phrases[:-1] if not _is_behind_preposition(before[: phrase[0]])]
    also = [f"{before[: things[-1][0]]}{rest}{before[things[-1][1] :]}?"] if things else []
    if preposition:
        same = _places_of(preposition[0], before)
        if not same or not same[-1]:
            return [added, exchanged]
        behind = before[_end_of_object(before, same[-1] + len(preposition[0])) :]
        return [f"{before[: same[-1]]}{rest}{behind}?", added]
    if names := _names(before) if _names(rest) else ():
        begin, end = before.find(names[0]), before.rfind(names[-1]) + len(names[-1])
        return [f"{before[:begin]}{_bare(rest)}{before[end:]}?", exchanged, added]
    return [exchanged, *also, added]


def _phrases(before: str) -> list[tuple[int, int]]:
    """Return where the words with content begin and end, those that stand beside each other together."""
    content = {word.casefold() for word in content_words(before)}
    runs = re.finditer(r"(?:\w[\w'\u2019-]*\s?)+", before)
    return [span for run in runs for span in _content_runs(run, content)]


def _end_of_object(before: str, start: int) -> int:
    """Return where the name, or else the phrase, behind a preposition ends."""
    name = next(iter(find_names(before[start:])), "")
    if name and before[start:].lstrip().startswith(name):
        return before.index(name, start) + len(name)
    return next((end for begin, end in _phrases(before) if begin >= start), len(before))


def _is_behind_preposition(lead: str) -> bool:
    """Tell whether what follows begins behind a preposition, with an article or without."""
    last = re.findall(r"\w+", lead)[-2:]
    return any(_PREPOSITION.match(f"{word} ") for word in last)


def _content_runs(run: re.Match[str], content: set[str]) -> list[tuple[int, int]]:
    words = WORD.finditer(run.string, run.start(), run.end())
    found: list[tuple[int, int]] = []
    for word in words:
        if word[0].casefold() not in content:
            continue
        if found and not run.string[found[-1][1] : word.start()].strip():
            found[-1] = (found[-1][0], word.end())
        else:
            found.append((word.start(), word.end()))
    return found


def _names(question: str) -> tuple[str, ...]:
    """Return the names in a question, of which the first word is none."""
    return find_names(f"{question[:1].lower()}{question[1:]}")


def _bare(rest: str) -> str:
    """Return a name without its possessive ending: the question that takes it has one."""
    return re.sub(r"['\u2019]s\Z", "", rest)
