"""Denials of the source that a draft of the same text has lost: "may not" that became "may"."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.drafts import Finding, cut_at_word, without_gaps
from core.recipes.render import target_language
from core.text.asks import is_question
from core.text.content import content_stems
from core.text.language import detect_language
from core.text.lexicon import Lexicon, either_of, lexicon
from core.text.sentences import split_behind, split_sentences, unwrap
from core.text.speakers import split_turns
from core.text.wishes import readings
from core.writing.checks.aligned import MIN_SHARED, Part, parts_of, word_beginnings
from core.writing.checks.grounds import Grounds

_SHOWN_CHARS, _SURELY_ALIKE = 160, 0.6
_CONDITION = either_of("replies", "conditions", r"\b", r"\b")
_WORDS, _LIMITS = "negations.words", ("ceiling", "floor")
# A sentence of which less is denied says something else, too.
_TASK, _TOLD = "[ ]", 1 / 3
# What stands further from a denial tells nothing of what it denies; so a text of denials costs no more than its length.
_NEAR_CHARS = 400


def find_lost_negations(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each place where the source denies and the draft does not, in these or other words.

    Where the draft says the whole text again, sentences are compared where both have as many, else lines; in the
    language of the source each part is held against those that have most of its words, and may deny nothing else.
    What a title or a shorter text says of what is denied, in few of its words, is a remark.
    """
    language = grounds.language or detect_language(text)
    target = target_language(grounds.values)
    source, draft = lexicon(language), lexicon(target or language)
    if not draft.words(_WORDS):
        return
    told = set[str]()
    for said, written in _beside(grounds.source, text) if grounds.recipe.output.max_ratio > 1 else ():
        word, denies = _compared(said, source, written, draft)
        if word and not denies:
            told.add(unwrap(written))
            yield _finding(word, unwrap(written))
    if not target and detect_language(text) in {"", language}:
        given = "\n\n".join(turn.text for turn in split_turns(grounds.everything))
        # In notes of one's own each line is a matter of its own.
        given = given if grounds.is_foreign else "\n\n".join(_lines(given))
        for part, word, denied in _turned(given, without_gaps(text), source):
            if not any(part.text in place for place in told):
                told.add(part.text)
                yield _finding(word, part.text) if denied else _finding_of_new(word, part.text)
        for line, word in _affirmed(given, without_gaps(text), source) if _is_shorter(grounds) else ():
            if not any(line in place or place in line for place in told):
                yield _finding(word, line).model_copy(update={"severity": "warn"})


def _is_shorter(grounds: Grounds) -> bool:
    """Tell whether a recipe makes a title, or a shorter text of a whole one."""
    return grounds.recipe.plan == "title" or 0 < grounds.recipe.output.max_ratio <= 1


def _affirmed(source: str, draft: str, known: Lexicon) -> Iterator[tuple[str, str]]:
    """Yield sentences of a draft that say what one of its source denies and none says, and the word that denies it.

    All words of a short one, as a title is, are denied there, or the sentence says all that one clause denies.
    """
    said = [sentence for sentence in split_sentences(source) if not is_question(sentence)]
    found = (denial for each in said if not _CONDITION.search(each) for denial in _denials(each, known))
    denials = [denial for denial in found if not known["negations.lacking"].search(denial.word)]
    sure = [{*word_beginnings(sentence)} for sentence in said if not _may_deny(sentence, known)]
    told = (sentence for line in _lines(draft) if _TASK not in line for sentence in split_sentences(line))
    for sentence in told:
        words = {*word_beginnings(sentence)}
        is_told = len(words) >= MIN_SHARED and not (_may_deny(sentence, known) or is_question(sentence))
        for denial in denials if is_told else ():
            denied = words if words <= denial.rest else denial.clause
            is_said = len(denied) >= max(MIN_SHARED, len(words) * _TOLD) and denial.behind in words and denied <= words
            if is_said and not any(denied <= other for other in sure):
                yield unwrap(sentence), denial.word
                break


def _turned(source: str, draft: str, known: Lexicon) -> Iterator[tuple[Part, str, bool]]:
    """Yield parts of a draft that say the opposite of what they are nearest to in a source.

    Beside them stands the word that denies, and whether that is the source's.
    """
    given, written = (
        [part for part in parts_of(text, known) if not is_question(part.sentence)] for text in (source, draft)
    )
    denied, denies = (
        {found.head for part in parts for found in _denials(part.text, known)} for parts in (given, written)
    )
    for part in written:
        near = part.nearest(given) if not part.text.endswith(":") else []
        if not near or _is_conditional(near[0]) != _is_conditional(part):
            continue
        mine, theirs = _denials(part.text, known), [_denials(other.text, known) for other in near]
        is_sure = part.likeness(near[0]) >= _SURELY_ALIKE
        if all(theirs) and _denies_less(part, mine, theirs[0], known):
            for denial in theirs[0]:
                if denial.head in part.words - denies and (is_sure or denial.before in part.words | {""}):
                    yield part, denial.word, True
                    break
        elif mine and _is_added(mine[0], near, known, is_sure=is_sure) and mine[0].head not in denied:
            yield part, mine[0].word, False


def _denies_less(part: Part, mine: Sequence["_Denial"], theirs: Sequence["_Denial"], known: Lexicon) -> bool:
    """Tell whether a part denies nothing, or of what its source denies only what another word does: "not … without"."""
    if not mine:
        # "Pupils below 90 % shall not, save …, go": what is denied stands behind another clause, in a draft maybe, too.
        is_ahead = not all(denial.behind for denial in theirs)
        return not _may_deny(part.sentence if is_ahead else f"{part.before}{part.text}", known)
    kept, denied = ({(denial.word.casefold(), denial.head) for denial in found} for found in (mine, theirs))
    words = {word for word, _ in kept}
    is_less = kept < denied and not words & {word for word, _ in denied - kept}
    return is_less and _others(part.text, known) == 0 and not _may_deny(part.before, known)


def _is_added(denial: "_Denial", near: Sequence[Part], known: Lexicon, *, is_sure: bool) -> bool:
    """Tell whether a denial behind something stands in nothing that its part may say again, but what it denies does."""
    is_said = (is_sure or bool(denial.before)) and denial.head in near[0].words
    return is_said and not any(_may_deny(other.sentence, known) for other in near)


class _Denial(NamedTuple):
    """A word that denies, and the beginnings of what stands before and behind it: a word, its clause, its text.

    The text goes as far as something else is said instead: "not on Monday but on Tuesday".
    """

    word: str
    before: str
    behind: str
    clause: frozenset[str] = frozenset()
    rest: frozenset[str] = frozenset()

    @property
    def head(self) -> str:
        """What is denied."""
        return self.behind or self.before


def _denials(text: str, known: Lexicon) -> list[_Denial]:
    """Return what denies something in a text; a name such as "N'Diaye" does not."""
    said = without_limits(known["negations.phrases"].sub(" ", known["negations.joining"].sub(" ", text)), known)
    found = []
    for match in known[_WORDS].finditer(said):
        ahead, rest = _near(said, match)
        rest = known["negations.more"].sub(" ", rest)
        clause, whole = next(iter(split_behind(rest, ",:;")), ""), _before_turn(rest, known)
        read = {part: word_beginnings(part) for part in {ahead, rest, clause, whole}}
        before, behind = read[ahead], read[rest]
        if (before or behind) and not any(map(str.isupper, match[0][1:])):
            parts = (frozenset(read[clause]), frozenset(read[whole]))
            found.append(_Denial(match[0], "".join(before[-1:]), "".join(behind[:1]), *parts))
    return found


def _near(text: str, match: re.Match[str]) -> tuple[str, str]:
    """Return what stands before and behind a place of a text, in whole words, as far as it tells something of it."""
    begin, end = match.start() - _NEAR_CHARS, match.end() + _NEAR_CHARS
    before, behind = text[max(0, begin) : match.start()], text[match.end() : end]
    return before.partition(" ")[2] if begin > 0 else before, behind.rpartition(" ")[0] if end < len(text) else behind


def _before_turn(text: str, known: Lexicon) -> str:
    """Return what a text says before it says something else instead."""
    said = text.partition(";")[0]
    for turn in ("small_words.but", "negations.turning"):
        said = known[turn].split(said, 1)[0]
    return said


def _may_deny(text: str, known: Lexicon) -> bool:
    return bool(known[_WORDS].search(text)) or _others(text, known) > 0


def _is_conditional(part: Part) -> bool:
    return bool(_CONDITION.search(part.text))


def find_quote_denied(quote: str, text: str, language: str) -> Iterator[Finding]:
    """Yield a finding for a sentence of an answer in a language that does not deny what the words that it quotes do."""
    source, draft = lexicon(detect_language(quote) or language), lexicon(language)
    word, denies = _compared(quote, source, text, draft)
    # Of several clauses the answer may rest on another.
    is_one_clause = not any(mark in quote for mark in ",;:")
    if word and is_one_clause and not denies and draft.words(_WORDS):
        yield _finding(word, text)


def find_dropped_denials(before: str, text: str, wish: str) -> Iterator[Finding]:
    """Yield a remark for each sentence of a new version, in the same language, that says what the draft before denied.

    What a wish speaks of may say the opposite.
    """
    language, wanted, told = detect_language(before), {*word_beginnings(wish)}, set[str]()
    if language != detect_language(text) or _tells_little(wish):
        return
    for part, word, is_lost in _turned(before, text, lexicon(language)):
        if is_lost and part.sentence not in told and not part.words & wanted:
            told.add(part.sentence)
            shown = cut_at_word(part.sentence, _SHOWN_CHARS)
            sentence = f"The version before says “{word}” here, this one does not: “{shown}”."
            yield Finding(check="negations", severity="warn", place=part.sentence, sentence=sentence)


def _tells_little(wish: str) -> bool:
    """Tell whether a wish says what is to be said in words that name nothing: "say that we can"."""
    tells = any(change.kind == "tells" for change in readings(wish)[0])
    return tells and len(content_stems(wish)) <= 1


def _compared(said: str, source: Lexicon, written: str, draft: Lexicon) -> tuple[str, bool]:
    """Return what denies something in a source, "" for nothing, and whether a draft beside it denies something."""
    word, keys = _denial(said, source)
    return word, _others(written, draft) > _others(said, source) or any(draft[key].search(written) for key in keys)


def _finding_of_new(word: str, place: str) -> Finding:
    sentence = f"The draft says “{word}” here, the source does not: “{cut_at_word(place, _SHOWN_CHARS)}”."
    return Finding(check="negations", severity="repair", place=place, sentence=sentence)


def _finding(word: str, place: str) -> Finding:
    sentence = f"The source says “{word}” here, the draft does not: “{cut_at_word(place, _SHOWN_CHARS)}”."
    return Finding(check="negations", severity="repair", place=place, sentence=sentence)


def without_limits(text: str, known: Lexicon) -> str:
    """Return a text with blanks in place of denials that are a limit: "no later"."""
    for limit in _LIMITS:
        text = known[f"negations.{limit}s"].sub(lambda match: " " * len(match[0]), text)
    return text


def _denial(text: str, known: Lexicon) -> tuple[str, Sequence[str]]:
    """Return what denies something, "" for nothing, and the lists of what may stand for it: of a limit any limit."""
    said = known["negations.phrases"].sub(" ", text)
    if word := known[_WORDS].search(without_limits(said, known)):
        return word[0], (_WORDS,)
    limits = {limit: found[0] for limit in _LIMITS if (found := known[f"negations.{limit}s"].search(said))}
    return unwrap(next(iter(limits.values()), "")), (_WORDS, *(f"negations.{limit}" for limit in limits))


def _others(text: str, known: Lexicon) -> int:
    """Return how many words may deny something as well: "forbidden", and "discount", too."""
    return sum(1 for _ in known["negations.others"].finditer(text))


def _beside(source: str, draft: str) -> Iterator[tuple[str, str]]:
    """Yield what stands beside each other in both texts, in the smallest parts of which both have as many."""
    for said, written in _paired(_lines(source), _lines(draft)):
        yield from _paired(split_sentences(said), split_sentences(written))


def _paired(said: list[str], written: list[str]) -> list[tuple[str, str]]:
    return list(zip(said, written, strict=True)) if len(said) == len(written) else []


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]
