"""What an owner notes in shorthand: each clause stands beside the gap of the thing asked that it belongs to.

Word for word, and never in the draft: what of it its reader may know, no rule can tell. Thanks and apologies come
first; what belongs to nothing that is asked, and what is to be asked, comes last.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from operator import mul

from core.drafts import MAX_GAP_CHARS, Gap, cut_at_word, gap
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.text.catalogues import N_
from core.text.facts import extract_facts
from core.text.forms import DIGITS
from core.text.lexicon import WORD_ENDS, either, either_of, whole
from core.text.sentences import unwrap
from core.writing.grounded.answers import asks_fact, holds_kind
from core.writing.grounded.asked import Asking
from core.writing.grounded.directions import DirectionPart
from core.writing.grounded.notes import manner_of, plain, protected, words_of
from core.writing.grounded.own_words import private_marks
from core.writing.grounded.same_words import is_said, telling_words

PLACED = N_(
    "Your notes stand beside the gaps that they seem to answer, and none in the draft: to write them out takes you or "
    "a larger model. All of them: “{notes}”."
)
_MAX_NOTE_CHARS = 400
_SENTENCE_END = re.compile(r"(?<=[.!?;])(?<!\.\.\.)(?<!\b[^\W\d]\.)[ \t]+|\n+")
_CLAUSE_END = re.compile(r"(?<=,)\s+|(?<!\s)\s++(?:[-\u2013\u2014]|/)\s+")
# What a shared word, a fact of the kind that is asked for and the order of the message are worth beside the nearness.
_WORD, _NUMBER, _LONG_NUMBER, _KIND, _NEXT, _STAY, _TOLD, _OPEN = 0.04, 0.03, 0.045, 0.015, 0.006, 0.015, -0.015, 0.01
# By how much the best place has to be better than any other: more where no word is shared, and across languages.
_MARGIN, _MARGIN_BY_MEANING, _MARGIN_ACROSS, _MAX_WORDS = 0.012, 0.018, 0.022, 2.0
# A gap that has no note is offered a doubtful one that is so near to it.
_NEAR_ENOUGH = 0.81
_BARE_WORDS, _FEW_WORDS, _COURTESY_WORDS = 2, 3, 6
# Places of what answers nothing of the message.
_LAST, _FIRST = -1, -2
_DAY = r"[0-3]?\d\.(?:0?[1-9]|1[0-2])\."
_HOUR = either_of("small_words", "hour_leads", r"\s{0,9}(?:", r" )?\d{1,2}(?:[:.h]| ?uhr)").pattern
# What has a stop and goes on behind it, where the line breaks: a day that begins its clause ("13.3. I am away"), one
# with its time ("Tue 8.12. 14h"), and an ordinal ("2. kl.").
_GOES_ON = either(
    [
        r"\A\d{1,2}\.(?:\d{1,2}\.)?\n",
        rf"(?:\A|[,;]\s){_DAY}\n",
        rf"(?<![\d.]){_DAY}\n{_HOUR}",
        r"(?<![\d.])\d\.\n\s{0,3}[^\W\d]{1,4}\.(?!\w)",
    ],
    flags=0,
)
_DASH = " \u2013"
# Words for telling and answering tell nothing apart.
_SPEAKS = either_of("notes", "speaks", after=WORD_ENDS)
_EDGE = " \t\n,;-\u2013\u2014"


def notice_of(notes: str) -> str:
    """Return what the owner is told of their notes."""
    return PLACED.format(notes=cut_at_word(unwrap(notes).replace("”", '"'), _MAX_NOTE_CHARS))


def place_notes(
    parts: Sequence[DirectionPart],
    told: str,
    spoken: str,
    asking: Asking,
    embedder: Callable[[], Embedder] | None,
) -> list[DirectionPart]:
    """Return the gaps of a reply with the notes that belong to each, and without ready answers.

    Args:
        parts: the gaps, each with what it asks (`asked`).
        told: the notes.
        spoken: their language.
        asking: the language of the message.
        embedder: compares meanings; None compares words alone.
    """
    # A wish about tone answers nothing.
    found = [clauses for one in _sentences(told) if (clauses := _without_manner(one, spoken))]
    at = _Matcher(parts, [clause for clauses in found for clause in clauses], spoken, asking, embedder).places(found)
    notes: dict[int, list[str]] = {}
    for clauses, places in zip(found, at, strict=True):
        for run in _runs(places):
            said = " ".join(clauses[one] for one in run).strip(_EDGE)
            notes.setdefault(places[run[0]], []).append(said)
    ends = {_FIRST: "noted_first", _LAST: "noted_last"}
    first, last = (_note_alone(_joined(notes.pop(at, ())), name, asking) for at, name in ends.items())
    shown = [_with_note(part, _joined(notes.get(number, ())), asking) for number, part in enumerate(parts)]
    # What a message only tells was listed for who noted nothing of it.
    shown = [one for one in shown if one.notes or not one.is_told] or shown
    return [*first, *shown, *last]


def _joined(notes: Sequence[str]) -> str:
    """Return notes in one line, each with the stop that it has."""
    return " ".join(one if one[-1:] in ".!?" or one is notes[-1] else f"{one};" for one in notes)


def _without_manner(sentence: str, spoken: str) -> list[str]:
    """Return the clauses of a sentence without those about tone; what follows one that begins with it explains it."""
    clauses = _clauses(sentence)
    if manner_of(sentence, spoken) or manner_of(clauses[0], spoken):
        return []
    return [one for one in clauses if not manner_of(one, spoken)]


def _note_alone(note: str, name: str, asking: Asking) -> list[DirectionPart]:
    """Return the gap of a note that answers nothing of the message; none for none."""
    if not note:
        return []
    forms = asking.words
    question = forms.get(f"{name}_familiar", forms[name]) if asking.address == "familiar" else forms[name]
    one = Gap(place=gap(question), question=question)
    return [_with_note(DirectionPart(one.place, gap=one), note, asking)]


def _with_note(part: DirectionPart, note: str, asking: Asking) -> DirectionPart:
    """Return a gap with a note beside it; where both are too long, the note is cut and never the question."""
    if part.gap is None:
        return part
    if not note:
        return replace(part, gap=part.gap.model_copy(update={"choices": ()}))
    question, words = part.gap.question, asking.words
    form = words.get("noted_familiar", words["noted"]) if asking.address == "familiar" else words["noted"]
    lead = f"{question}{'' if question[-1:] in '?.!' else _DASH} "
    plain_note = unwrap(note)
    line = f"{lead}{form.format(note=cut_at_word(plain_note, MAX_GAP_CHARS - len(lead) - len(form)))}"
    one = part.gap.model_copy(update={"question": line, "choices": ()})
    return replace(part, gap=one, notes=plain_note, sources=())


def _sentences(told: str) -> list[str]:
    """Return the sentences of notes."""
    sentences = list[str]()
    for piece in _split(protected(told, ""), _SENTENCE_END):
        # "14.3. we can do it": German writes a date with its stop.
        if sentences and _GOES_ON.search(f"{sentences[-1]}\n{piece}"):
            sentences[-1] += f" {plain(piece).strip()}"
        elif piece.strip(_EDGE + "."):
            sentences.append(plain(piece).strip())
    return sentences


def _split(text: str, border: re.Pattern[str]) -> list[str]:
    """Return the pieces between borders that stand in no bracket."""
    pieces, begin = list[str](), 0
    for found in border.finditer(text):
        before = text[: found.start()]
        if before.count("(") <= before.count(")"):
            pieces.append(text[begin : found.end()])
            begin = found.end()
    return [*pieces, text[begin:]]


def _clauses(sentence: str) -> list[str]:
    """Return the clauses of a sentence; a bare "yes" belongs to what follows it."""
    found, lead = list[str](), ""
    for piece in _split(sentence, _CLAUSE_END):
        if len(f"{lead}{piece}".split()) <= _BARE_WORDS and not DIGITS.search(piece) and not telling_words(piece):
            lead += piece
        else:
            found.append(f"{lead}{piece}".strip())
            lead = ""
    if lead.strip(_EDGE):
        found = [*found[:-1], f"{found[-1]} {lead}".strip()] if found else [lead.strip()]
    return found


def _runs(places: Sequence[int]) -> Iterator[list[int]]:
    """Give the numbers of clauses that stand side by side at one place."""
    run: list[int] = []
    for number, place in enumerate(places):
        if run and places[run[-1]] != place:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


class _Matcher:
    """Finds what each clause of notes answers.

    Args:
        parts: the gaps.
        clauses: all clauses of the notes.
        spoken: the language of the notes.
        asking: the language of the message.
        embedder: compares meanings.
    """

    def __init__(
        self,
        parts: Sequence[DirectionPart],
        clauses: Sequence[str],
        spoken: str,
        asking: Asking,
        embedder: Callable[[], Embedder] | None,
    ) -> None:
        self._asked = [one.asked if one.gap else "" for one in parts]
        self._open = [at for at, one in enumerate(parts) if one.gap]
        self._told = {at for at, one in enumerate(parts) if one.is_told}
        self._spoken, self._asking = spoken, asking
        self._filled: set[int] = set()
        self._asks_back = whole(words_of(spoken)["asks_back"])
        self._courtesy = whole(words_of(spoken)["courtesy"])
        self._sticks = whole(words_of(spoken)["sticks"])
        self._near = _nearness(clauses, [self._asked[at] for at in self._open], embedder)

    def places(self, sentences: Sequence[Sequence[str]]) -> list[list[int]]:
        """Return the number of the part to which each clause belongs, `_FIRST` and `_LAST` for none."""
        last, found = -1, list[list[int]]()
        for clauses in sentences:
            if found and _only_warns(clauses, self._spoken):
                found.append([found[-1][-1]] * len(clauses))
                continue
            places = [_LAST] * len(clauses) if self._asks_back.match(clauses[0]) else list[int]()
            if not places and self._thanks_or_regrets(clauses[0]):
                places = [_FIRST]
            for clause in clauses[len(places) :]:
                place = self._place(clause, last, places[-1] if places else -1)
                # What fits nothing goes on with what stands before it in its sentence.
                place = places[-1] if place < 0 and places else place
                last = place if place >= 0 else last
                places.append(place)
            # ... or leads to what follows.
            first = next((one for one in places if one >= 0 or one == _FIRST), -1)
            follows_short = last >= 0 and len(" ".join(sentences[len(found) - 1]).split()) <= _FEW_WORDS
            if first == _LAST and follows_short and not any(map(self._tells, clauses)):
                first = last  # "Brive yes!! the 6th of Nov."
            found.append([first if one == _LAST else one for one in places])
        return self._with_left(sentences, found)

    def _with_left(self, sentences: Sequence[Sequence[str]], found: list[list[int]]) -> list[list[int]]:
        """Put what is left beside the questions without a note, the nearest pair first."""
        self._filled = {one for places in found for one in places}
        left = {at for at, places in enumerate(found) if places[0] == _LAST and self._may_answer(sentences[at])}
        empty = {at for at in self._open if at not in self._filled | self._told}
        pairs = sorted(
            ((self._score(sentences[one][0], at, -1, sentences[one][0]), one, at) for one in left for at in empty),
            reverse=True,
        )
        for score, one, at in pairs:
            if score >= _NEAR_ENOUGH and one in left and at in empty:
                found[one] = [at] * len(sentences[one])
                left.discard(one)
                empty.discard(at)
        for at in sorted(left):
            place = self._place(" ".join(sentences[at]), -1, -1, sentences[at][0])
            found[at] = [place if place >= 0 else _LAST] * len(sentences[at])
        for at, clauses in enumerate(sentences):
            if at and _only_warns(clauses, self._spoken):
                found[at] = [found[at - 1][-1]] * len(clauses)
        return found

    def _may_answer(self, clauses: Sequence[str]) -> bool:
        """Tell whether a sentence asks nothing back and bears no mark of a private remark, which stands by itself."""
        return not self._asks_back.match(clauses[0]) and not private_marks(" ".join(clauses), self._spoken)

    def _thanks_or_regrets(self, clause: str) -> bool:
        """Tell whether a clause is a courtesy about nothing that is asked."""
        is_short = len(clause.split()) <= _COURTESY_WORDS
        return (
            bool(self._courtesy.match(clause)) and is_short and not any(self._shared(clause, at) for at in self._open)
        )

    def _place(self, clause: str, last: int, before: int, near: str = "") -> int:
        if len(self._open) == 1:
            return self._open[0]
        is_bare = len(clause.split()) < _BARE_WORDS or _only_warns([clause], self._spoken)
        if before >= 0 and (is_bare or self._sticks.match(clause)):
            return before
        # Who goes on to tell a day means no other day of the message.
        numbers = set[str]() if before >= 0 else self._numbers(clause, self._spoken)
        scores = {
            at: self._score(clause, at, last, near or clause)
            + _STAY * (at == before)
            + self._worth(numbers & self._numbers(self._asked[at], self._asking.language))
            for at in self._open
        }
        ranked = sorted(scores, key=lambda at: -scores[at])
        if not ranked:
            return -1
        ahead = scores[ranked[0]] - scores[ranked[1]]
        numbered = bool(numbers & self._numbers(self._asked[ranked[0]], self._asking.language))
        shares = numbered or self._shared(clause, ranked[0]) > 0
        # Only a word of another question takes a clause from its sentence.
        if before >= 0 and not self._words_shared(clause, ranked[0]):
            return before
        by_meaning = _MARGIN_BY_MEANING if self._spoken == self._asking.language else _MARGIN_ACROSS
        if ahead >= (_MARGIN if shares else by_meaning):
            return ranked[0]
        # What is only told beside a question is about the same.
        close = [at for at in ranked if scores[ranked[0]] - scores[at] < _MARGIN and self._words_shared(clause, at)]
        questions = [at for at in close if at not in self._told]
        return questions[0] if len(questions) == 1 else -1

    def _score(self, clause: str, at: int, last: int, near_as: str) -> float:
        asked = self._asked[at]
        kind = asks_fact(asked) and holds_kind(clause, asked, self._asking.language)
        kind = kind or (
            whole(self._asking.words["sums"]).search(asked) is not None and _tells_sum(clause, self._spoken)
        )
        near = self._near.get((near_as, asked), 0.0) + _OPEN * (
            bool(self._filled) and at not in self._filled | self._told
        )
        follows = last >= 0 and at == next((one for one in self._open if one > last), -1)
        return near + self._shared(clause, at) + _KIND * kind + _NEXT * follows + _TOLD * (at in self._told)

    def _shared(self, clause: str, at: int) -> float:
        """Return what the words are worth that a clause shares with what is asked, and with little else."""
        weights = (1 / self._count(one) for one in self._words_shared(clause, at))
        return _WORD * min(sum(weights), _MAX_WORDS)

    def _tells(self, clause: str) -> bool:
        """Tell whether a clause says more than a moment or a number."""
        for fact in extract_facts(clause, self._spoken).items:
            clause = clause.replace(fact.text, " ")
        return bool(telling_words(clause))

    def _worth(self, numbers: AbstractSet[str]) -> float:
        """Return what shared numbers are worth: two digits are rarely the same by chance."""
        return (_NUMBER if all(len(one) == 1 for one in numbers) else _LONG_NUMBER) * bool(numbers)

    def _numbers(self, text: str, language: str) -> set[str]:
        """Return the numbers and weekdays of a text, by what they are in any language."""
        days = (one for one in extract_facts(text, language).items if one.kind == "weekday")
        return {*DIGITS.findall(text), *(str(reading) for day in days for reading in day.readings)}

    def _words_shared(self, clause: str, at: int) -> list[str]:
        words = [one for one in telling_words(clause) if not DIGITS.search(one) and not _SPEAKS.fullmatch(one)]
        asked = self._asked[at]
        # Who notes in a hurry leaves accents off.
        return [one for one in words if is_said(one, asked) or is_said(_plain(one), _plain(asked))]

    def _count(self, word: str) -> int:
        return sum(is_said(word, self._asked[at]) for at in self._open) or 1


def _only_warns(clauses: Sequence[str], language: str) -> bool:
    """Tell whether a sentence only says that the one before it is private: it stands with it."""
    said = " ".join(clauses)
    marks = private_marks(said, language)
    for mark in marks:
        said = said.replace(mark, " ")
    return bool(marks) and len(telling_words(said)) < _BARE_WORDS


@functools.lru_cache(4_096)
def _plain(text: str) -> str:
    """Return a text without accents."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _tells_sum(clause: str, language: str) -> bool:
    facts = extract_facts(clause, language).items
    return any(fact.category == "money" or _may_be_price(fact.text) for fact in facts)


def _may_be_price(text: str) -> bool:
    """Tell whether a number may be a price that lacks its currency: "120", "79.90"."""
    before, mark, cents = text.replace(",", ".").partition(".")
    has_cents = cents.isdecimal() and len(cents) == 2
    return before.isdecimal() and (has_cents and len(before) <= 3 if mark else 3 <= len(before) <= 5)


def _nearness(
    clauses: Sequence[str], asked: Sequence[str], embedder: Callable[[], Embedder] | None
) -> dict[tuple[str, str], float]:
    """Return how near each clause is in meaning to each thing asked; none without a model."""
    if embedder is None or len(asked) < 2 or not clauses:
        return {}
    try:
        vectors = embedder().embed([*clauses, *asked], is_query=True)
    except InlaidError:
        return {}
    said, wanted = vectors[: len(clauses)], vectors[len(clauses) :]
    return {
        (clause, question): float(sum(map(mul, one, two)))
        for clause, one in zip(clauses, said, strict=True)
        for question, two in zip(asked, wanted, strict=True)
    }
