"""Who does what in a talk: a draft that gives to one speaker what another one says they will do, or is asked to do."""

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from core.cached_property import cached_property
from core.drafts import Finding, Item, cut_at_word
from core.text.forms import WORD
from core.text.same_words import is_said, telling_words
from core.text.sentences import split_sentences, unwrap, without_list_mark
from core.text.speakers import split_talk
from core.text.statements import Statement, read_statements
from core.writing.checks.grounds import Grounds

_SHOWN_CHARS, _MAX_CALL_WORDS, _MIN_SPEAKERS = 160, 3, 2
# So many words of a task stand in a statement, and such a share of them; others are as near within the last share.
_MIN_WORDS, _ALIKE, _NEAR = 2, 0.4, 0.7
# With these a sentence in the first person tells no deed.
_UNSURE = ("proposal", "open", "refusal")
_AGREES = ("promise", "short_promise")
# So soon after it is said who does something, somebody else may take it over.
_NEAR_TURNS = 3
_KEPT_TALKS = 8


class _Deed(NamedTuple):
    """Who does something, and the words of the talk that say so."""

    who: str
    quote: str


@dataclass(frozen=True, eq=False)
class _Talk:
    """The statements of a talk, and the words by which each of its speakers is known."""

    statements: Sequence[Statement]
    speakers: tuple[str, ...]

    @cached_property
    def _words(self) -> dict[str, frozenset[str]]:
        """The words of each speaker's name that no other one has."""
        words = {speaker: {word.casefold() for word in WORD.findall(speaker)} for speaker in self.speakers}
        counts = Counter(word for known in words.values() for word in known)
        return {speaker: frozenset(word for word in known if counts[word] == 1) for speaker, known in words.items()}

    def named_in(self, text: str) -> set[str]:
        """Return the speakers of whom a text says a word of their name."""
        said = {word.casefold() for word in WORD.findall(text)}
        return {speaker for speaker, known in self._words.items() if said & known}

    def led_by(self, sentence: str) -> tuple[str, str]:
        """Return the speaker whose name a sentence begins with, and what it says behind it; "" for none."""
        words, known = sentence.split(" "), {word for speaker in self.speakers for word in WORD.findall(speaker)}
        names = [*takewhile(lambda word: word[:1].isalnum() and {*WORD.findall(word)} & known, words)]
        named = self.named_in(" ".join(names)) if len(names) < len(words) else set()
        return (named.pop(), " ".join(words[len(names) :])) if len(named) == 1 else ("", "")

    def doer_of(self, said: Statement) -> str:
        """Return who surely does what a statement tells: who says so, is called by name, or agrees; "" for nobody."""
        if said.has("no_promise") or said.has("conditional"):
            return ""
        others, answer = self.named_in(said.raw) - {said.speaker}, self._answer(said)
        # "Shall I call them?" is nobody else's, and not yet theirs.
        if said.words["speakers.oneself"].search(said.raw):
            is_sure = said.has("promise") or not (others or any(map(said.has, _UNSURE)) or _denies(said))
            return said.speaker if is_sure and not said.asks else ""
        is_request = said.asks or said.has("request")
        if not is_request or len(others) > 1 or (answer and answer.has("refusal")):
            return ""
        if others and self._calls(said.raw):
            return others.pop()
        agrees = answer is not None and not answer.asks and any(map(answer.has, _AGREES))
        return answer.speaker if answer and agrees and others <= {answer.speaker} else ""

    def may_do(self, said: Statement) -> set[str]:
        """Return all who may do what a statement tells."""
        doer, answer = self.doer_of(said), self._answer(said)
        if doer == said.speaker:
            return {doer} | self.named_in(said.raw)
        agrees = {answer.speaker} if answer and any(map(answer.has, (*_AGREES, "assent"))) else set[str]()
        turn = (other.raw for other in self.statements if other.turn == said.turn)
        return {doer or said.speaker, *agrees}.union(*map(self.named_in, turn))

    def other_doer(self, who: str, task: str, places: Sequence[Statement]) -> _Deed | None:
        """Return who else does a task by the statements that tell of it; None where it may be who is said to."""
        if any(who in self.may_do(said) for said in places):
            return None
        deeds = {doer: said for said in places if (doer := self.doer_of(said))}
        # "Send Faye the photos" is what Faye asks for.
        if len(deeds) != 1 or self.named_in(task) & {*deeds}:
            return None
        ((doer, said),) = deeds.items()
        words = self._words_of(task)
        behind = (other for other in self.statements if other.turn >= said.turn)
        if any(self._passes_on(other, said, doer, who, words) for other in behind):
            return None
        return _Deed(doer, unwrap(said.raw))

    def _passes_on(self, other: Statement, said: Statement, doer: str, who: str, words: Sequence[str]) -> bool:
        """Tell whether a statement may give a deed to somebody else: it names them for it, or they take it."""
        count = sum(is_said(word, other.raw) for word in words)
        tells, away = count >= min(_MIN_WORDS, len(words)), other.turn - said.turn
        is_near = away <= _NEAR_TURNS and (count > 0 or other.points_back)
        named = self.named_in(other.raw) - {doer, other.speaker}
        if named and (tells or (who in named and is_near)):
            return True
        if other.speaker != who or other.asks or not away:
            return False
        # Who says yes to "I'll call them" leaves it to them; to "I'll call them, or will you?" they may not.
        before = (line for line in self.statements if line.turn == other.turn - 1 and line.speaker == doer)
        asked = away <= _NEAR_TURNS and any(line.asks or line.has("request") for line in before)
        if asked and any(map(other.has, (*_AGREES, "assent"))):
            return True
        takes = any(other.words[f"speakers.{kind}"].search(other.raw) for kind in ("oneself", "taken"))
        return takes and (tells or away == 1 or (is_near and other.points_back))

    def told_of(self, task: str) -> list[Statement]:
        """Return the statements that tell of a task, by its words; [] where none surely does."""
        # Behind it stands until when: "(by Friday)".
        task = task.rpartition(" (")[0] if task.endswith(")") else task
        words = self._words_of(task)
        if len(words) < _MIN_WORDS:
            return []
        counts = [sum(is_said(word, said.raw) for word in words) for said in self.statements]
        best = max(counts, default=0)
        is_sure = best >= max(_MIN_WORDS, _ALIKE * len(words))
        near = zip(self.statements, counts, strict=True)
        return [said for said, count in near if is_sure and count >= _NEAR * best]

    def _words_of(self, task: str) -> list[str]:
        return [word for word in telling_words(task) if not self.named_in(word)]

    def _answer(self, said: Statement) -> Statement | None:
        """Return the first statement of the turn behind that of a statement."""
        return next((other for other in self.statements[said.place + 1 :] if other.turn > said.turn), None)

    def _calls(self, raw: str) -> bool:
        """Tell whether a sentence calls somebody: "Ann, can you …", "can you …, Ann?"."""
        parts = raw.split(",")
        ends = (part for part in (parts[0], parts[-1]) if len(parts) > 1 and len(part.split()) <= _MAX_CALL_WORDS)
        return any(map(self.named_in, ends))


def _denies(said: Statement) -> bool:
    return bool(said.words["negations.words"].search(said.raw))


@functools.lru_cache(_KEPT_TALKS)
def _read_talk(source: str, language: str) -> _Talk | None:
    speakers = tuple(dict.fromkeys(turn.speaker for turn in split_talk(source) if turn.speaker))
    return _Talk(read_statements(source, language), speakers) if len(speakers) >= _MIN_SPEAKERS else None


def find_wrong_doers(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a remark for each sentence or task that begins with a speaker and tells what another one does.

    It holds where the source is a talk. Whoever may be meant is nobody wrong: who says it, who is named there, and who
    agrees to it.
    """
    talk = _read_talk(grounds.source, grounds.language or "en")
    lines = (unwrap(without_list_mark(line)).removeprefix("[ ] ") for line in text.split("\n")) if talk else ()
    for sentence in (sentence for line in lines for sentence in split_sentences(line)):
        who, task = talk.led_by(sentence) if talk else ("", "")
        if talk and who and (deed := talk.other_doer(who, task, talk.told_of(task))):
            yield _finding(who, deed, sentence, place=sentence)


def find_wrong_doer(grounds: Grounds, item: Item) -> Iterator[Finding]:
    """Yield a remark for a task with a quote from a talk that another speaker does by it."""
    talk = _read_talk(grounds.source, grounds.language or "en")
    named = talk.named_in(item.who) if talk else set[str]()
    quote = unwrap(item.quote).rstrip(".")
    if not talk or len(named) != 1 or not quote:
        return
    places = [said for said in talk.statements if quote in unwrap(said.raw) or unwrap(said.raw) in quote]
    if deed := talk.other_doer(who := named.pop(), item.text, places):
        yield _finding(who, deed, item.text, place=item.who)


def _finding(who: str, deed: _Deed, said: str, *, place: str) -> Finding:
    said, quote = (cut_at_word(text, _SHOWN_CHARS) for text in (said, deed.quote))
    sentence = f"“{said}”: by the text it is {deed.who}, not {who}: “{quote}”."
    return Finding(check="doers", severity="warn", place=place, sentence=sentence)
