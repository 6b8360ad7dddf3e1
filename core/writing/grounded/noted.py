"""What an owner notes in shorthand: each clause stands in the gap of the thing asked that it belongs to.

Word for word and as a note of theirs: nothing of it is said to the reader before its owner has written it out. Thanks
and apologies stand in a gap at the beginning; what belongs to nothing that is asked, and what is to be asked, at the end.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from operator import mul

from core.drafts import MAX_GAP_CHARS, Gap, cut_at_word, gap
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.text.facts import extract_facts
from core.text.forms import DIGITS
from core.text.lexicon import WORD_ENDS, either_of, whole
from core.text.sentences import unwrap
from core.writing.grounded.answers import asks_fact, holds_kind
from core.writing.grounded.asked import Asking
from core.writing.grounded.directions import DirectionPart
from core.writing.grounded.notes import BRACKETS, manner_of, plain, protected, words_of
from core.writing.grounded.own_words import is_private, private_marks
from core.writing.grounded.same_words import is_said, telling_words

PLACED = "To write your notes out takes you or a larger model. Each stands at what it seems to answer."
BESIDE = "To write your notes out takes you or a larger model. These found no place in the draft: “{notes}”."
HIDDEN = "What you told holds something that its reader is not to know. It stands nowhere in the draft: “{notes}”."
_MAX_NOTE_CHARS = 400
_SENTENCE_END = re.compile(r"(?<=[.!?;])(?<!\b[^\W\d]\.)[ \t]+|\n+")
_CLAUSE_END = re.compile(r"(?<=,)\s+|(?<!\s)\s++(?:[-\u2013\u2014]|/)\s+")
# What a shared word, a fact of the kind that is asked for and the order of the message are worth beside the nearness.
_WORD, _NUMBER, _LONG_NUMBER, _KIND, _NEXT, _STAY, _TOLD, _OPEN = 0.04, 0.03, 0.045, 0.015, 0.006, 0.015, -0.015, 0.01
# By how much the best place has to be better than any other; a clause that shares no word has to be nearer.
_MARGIN, _MARGIN_BY_MEANING, _MARGIN_ACROSS, _LEAVES, _MAX_WORDS = 0.012, 0.018, 0.022, 0.03, 2.0
_BARE_WORDS, _FEW_WORDS, _COURTESY_WORDS, _MANY_CLAUSES = 2, 3, 6, 4
# Places of what answers nothing of the message.
_LAST, _FIRST = -1, -2
_BRACKETED = re.compile(r"\(.*\)", re.S)
_DATE = re.compile(r"\d{1,2}\.(?:\d{1,2}\.)?")
_DAY = r"[0-3]?\d\.(?:0?[1-9]|1[0-2])\.\Z"
# "Tue 8.12. 14h": a time belongs to its day. "Not the 13.3. I am away": a day that begins its clause goes on.
_ENDS_AS_DATE, _BEGINS_AS_DATE = re.compile(rf"(?<![\d.]){_DAY}"), re.compile(rf"(?:\A|[,;]\s){_DAY}")
_HOUR = re.compile(r"\s*(?:(?:um|ab|at) )?\d{1,2}(?:[:.h]| ?uhr)")
# A price may lack its currency.
_SUM = re.compile(r"\d{3,5}|\d{1,3}[.,]\d{2}")
_ENDS_AS_ORDINAL, _ABBREVIATED = re.compile(r"(?<![\d.])\d\.\Z"), re.compile(r"\s*[^\W\d]{1,4}\.(?!\w)")
_DASH = " \u2013"
# Words that name nothing themselves; those for telling and answering tell nothing apart.
_POINTS = either_of("notes", "points", after=WORD_ENDS)
# "Say that I know one of them, not who": who it is stands before it.
_NOT_WHO = re.compile(r"(?i)\b(?:not who|nicht wer|pas qui|no qui[eé]n)\W*\Z")
_SPEAKS = either_of("notes", "speaks", after=WORD_ENDS)
_EDGE = " \t\n,;-\u2013\u2014"


@dataclass(frozen=True)
class Placed:
    """Where notes stand.

    `parts` are those of the reply, `beside` are notes that fit nothing, `hidden` those that nobody else is to know.
    """

    parts: tuple[DirectionPart, ...]
    beside: str
    hidden: str

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what the owner is told of the notes."""
        said = ((HIDDEN, self.hidden), (BESIDE, self.beside))
        shown = [form.format(notes=_shown(notes)) for form, notes in said if notes]
        return tuple(shown) if self.beside or not any(one.notes for one in self.parts) else (*shown, PLACED)


def _shown(notes: str) -> str:
    return cut_at_word(unwrap(notes).replace("”", '"'), _MAX_NOTE_CHARS)


def place_notes(
    parts: Sequence[DirectionPart],
    told: str,
    spoken: str,
    asking: Asking,
    embedder: Callable[[], Embedder] | None,
) -> Placed:
    """Return the gaps of a reply with the notes that belong to each, and without ready answers.

    Args:
        parts: the gaps, each with what it asks (`asked`).
        told: the notes.
        spoken: their language.
        asking: the language of the message.
        embedder: compares meanings; None compares words alone.
    """
    known, hidden = _without_private(told, {spoken, asking.language})
    # What stands in brackets may be a remark, and a wish about tone answers nothing.
    aside, found = list[str](), list[list[str]]()
    for one in known:
        clauses, manner = _without_manner(one, spoken)
        aside += manner
        found += [clauses] if clauses else []
    at = _Matcher(parts, [clause for clauses in found for clause in clauses], spoken, asking, embedder).places(found)
    notes: dict[int, list[str]] = {}
    for clauses, places in zip(found, at, strict=True):
        for run in _runs(places):
            said = " ".join(clauses[one] for one in run).strip(_EDGE)
            notes.setdefault(places[run[0]], []).append(said)
    first, last = (_note_alone(_joined(notes.pop(place, ())), asking) for place in (_FIRST, _LAST))
    shown, cut = [], list[str]()
    for number, part in enumerate(parts):
        one = _with_note(part, _joined(notes.get(number, ())), asking)
        cut += [one.notes] if one.notes and one.notes not in one.text else []
        shown.append(one)
    # What a message only tells was listed for who noted nothing of it.
    shown = [one for one in shown if one.notes or not one.is_told] or shown
    return Placed((*first, *shown, *last), _joined([*cut, *aside]), " ".join(hidden))


def _without_manner(sentence: str, spoken: str) -> tuple[list[str], list[str]]:
    """Return the clauses of a sentence without those about tone, and these; what follows such a wish explains it."""
    clauses = _clauses(sentence)
    if _BRACKETED.fullmatch(sentence.rstrip(" .")) or manner_of(sentence, spoken) or manner_of(clauses[0], spoken):
        return [], [sentence]
    manner = [one for one in clauses if manner_of(one, spoken)]
    return [one for one in clauses if one not in manner], manner


def _note_alone(note: str, asking: Asking) -> list[DirectionPart]:
    """Return the gap of a note that answers nothing of the message; none for none."""
    if not note:
        return []
    part = _with_note(DirectionPart("", gap=Gap(place=gap(""), question="")), note, asking)
    return [replace(part, text=part.gap.place)] if part.gap else []


def _joined(notes: Sequence[str]) -> str:
    """Return notes in one line, each with the stop that it has."""
    return " ".join(one if one[-1:] in ".!?" or one is notes[-1] else f"{one};" for one in notes)


def _with_note(part: DirectionPart, note: str, asking: Asking) -> DirectionPart:
    """Return a gap with a note; where both are too long, the note is cut and never the question."""
    if part.gap is None:
        return part
    if not note:
        return replace(part, gap=part.gap.model_copy(update={"choices": ()}))
    question, words = part.gap.question, asking.words
    form = words.get("noted_familiar", words["noted"]) if asking.address == "familiar" else words["noted"]
    lead = f"{question}{'' if question[-1:] in '?.!' else _DASH} " if question else ""
    plain_note = unwrap(note.translate({ord("["): "(", ord("]"): ")"}))
    line = f"{lead}{form.format(note=cut_at_word(plain_note, MAX_GAP_CHARS - len(lead) - len(form)))}"
    one = part.gap.model_copy(update={"place": f"[[{line}]]", "question": line, "choices": ()})
    return replace(part, text=one.place, gap=one, notes=plain_note, sources=())


def _without_private(told: str, languages: set[str]) -> tuple[list[str], list[str]]:
    """Return the sentences of notes that may stand in a draft, and those that may not."""
    sentences = list[str]()
    for piece in _split(protected(told, ""), _SENTENCE_END):
        # "14.3. we can do it": German writes a date with its stop.
        if sentences and _goes_on(sentences[-1], piece):
            sentences[-1] += f" {plain(piece).strip()}"
        elif piece.strip(_EDGE + "."):
            sentences.append(plain(piece).strip())
    read = [_parted(one, languages) for one in sentences]
    if not any(hidden for _, hidden in read) and any(is_private(told, code) for code in languages):
        return [], sentences
    for at, one in enumerate(sentences):
        # "The others cancelled. Don't tell her." and "Internal: they cancelled".
        if at and (_only_points(one, languages) or _NOT_WHO.search(one)):
            read[at - 1] = ("", sentences[at - 1])
        if read[at][1] and one.endswith(":") and at + 1 < len(sentences):
            read[at + 1] = ("", sentences[at + 1])
    return [kept for kept, _ in read if kept], [hidden for _, hidden in read if hidden]


def _goes_on(sentence: str, piece: str) -> bool:
    """Tell whether the stop of a date or an ordinal ("2. kl.") ends no sentence."""
    if _DATE.fullmatch(sentence) or _BEGINS_AS_DATE.search(sentence):
        return True
    is_ordinal = _ENDS_AS_ORDINAL.search(sentence) and _ABBREVIATED.match(piece)
    return bool(is_ordinal or (_ENDS_AS_DATE.search(sentence) and _HOUR.match(piece)))


def _parted(sentence: str, languages: set[str]) -> tuple[str, str]:
    """Return what of a sentence may stand in a draft, and what nobody else is to read.

    That is the whole sentence with a mark; of a long one the clause with it and those on both sides; a remark in
    brackets alone where it holds its secret itself ("(worth 800, don't tell)").
    """
    aside = [found[0] for found in BRACKETS.finditer(sentence) if _is_secret_aside(found[1], languages)]
    rest = sentence
    for one in aside:
        rest = re.sub(r"\s+(?=[.,;!?])", "", unwrap(rest.replace(one, " ")))
    clauses = _clauses(rest)
    marked = [at for at, one in enumerate(clauses) if _marks(one, languages)]
    marked = marked or (list(range(len(clauses))) if _marks(rest, languages) else [])
    if marked and len(clauses) < _MANY_CLAUSES:
        return "", sentence
    hidden = {at + step for at in marked for step in (-1, 0, 1)}
    kept = [one for at, one in enumerate(clauses) if at not in hidden]
    said = " ".join(kept).strip(_EDGE) if hidden else rest
    if not any(map(telling_words, kept)) and (hidden or aside):
        return "", sentence
    return said, " ".join([*(one for at, one in enumerate(clauses) if at in hidden), *aside])


def _is_secret_aside(said: str, languages: set[str]) -> bool:
    """Tell whether a remark in brackets holds its secret itself, and points at none."""
    begins = [said.find(mark) for mark in _marks(said, languages)]
    return bool(begins) and _tells_something(said[: min(begins)])


def _marks(text: str, languages: set[str]) -> list[str]:
    return [mark for code in languages for mark in private_marks(text, code)]


def _only_points(sentence: str, languages: set[str]) -> bool:
    """Tell whether a sentence only says that what stands before it is private ("don't tell her")."""
    marks = _marks(sentence, languages)
    for mark in marks:
        sentence = sentence.replace(mark, " ")
    return bool(marks) and not _tells_something(sentence)


def _tells_something(said: str) -> bool:
    return any(not _POINTS.fullmatch(word) for word in telling_words(said)) or DIGITS.search(said) is not None


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
        # What is left belongs rather to what is still open.
        self._filled = {one for places in found for one in places}
        for at, clauses in enumerate(sentences):
            if found[at][0] == _LAST and not self._asks_back.match(clauses[0]):
                found[at] = [self._place(" ".join(clauses), -1, -1, clauses[0])] * len(clauses)
        return found

    def _thanks_or_regrets(self, clause: str) -> bool:
        """Tell whether a clause is a courtesy about nothing that is asked."""
        is_short = len(clause.split()) <= _COURTESY_WORDS
        return bool(self._courtesy.match(clause)) and is_short and not any(self._shared(clause, at) for at in self._open)

    def _place(self, clause: str, last: int, before: int, near: str = "") -> int:
        if len(self._open) == 1:
            return self._open[0]
        if before >= 0 and (len(clause.split()) < _BARE_WORDS or self._sticks.match(clause)):
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
        if before >= 0 and ahead < _LEAVES and not self._words_shared(clause, ranked[0]):
            return before
        by_meaning = _MARGIN_BY_MEANING if self._spoken == self._asking.language else _MARGIN_ACROSS
        if ahead >= (_MARGIN if shares else by_meaning):
            return ranked[0]
        # What is only told beside a question is about the same.
        near = [at for at in ranked if scores[ranked[0]] - scores[at] < _MARGIN and self._words_shared(clause, at)]
        asked = [at for at in near if at not in self._told]
        return asked[0] if len(asked) == 1 else -1

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


@functools.lru_cache(4_096)
def _plain(text: str) -> str:
    """Return a text without accents."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _tells_sum(clause: str, language: str) -> bool:
    facts = extract_facts(clause, language).items
    return any(fact.category == "money" or _SUM.fullmatch(fact.text) for fact in facts)


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
