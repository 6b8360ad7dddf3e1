"""What an owner notes in shorthand: each clause stands in the gap of the thing asked that it belongs to.

Word for word and as a note of theirs: nothing of it is said to the reader before its owner has written it out.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import mul

from core.drafts import MAX_GAP_CHARS, cut_at_word
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.text.facts import extract_facts
from core.text.forms import DIGITS
from core.text.lexicon import whole
from core.text.sentences import unwrap
from core.writing.grounded.answers import asks_fact, holds_kind
from core.writing.grounded.asked import Asking
from core.writing.grounded.directions import DirectionPart
from core.writing.grounded.notes import manner_of, plain, protected
from core.writing.grounded.own_words import is_private, private_mark
from core.writing.grounded.same_words import is_said, telling_words

PLACED = "To write your notes out takes you or a larger model. Each stands at what it seems to answer."
BESIDE = "To write your notes out takes you or a larger model. These found no place in the draft: “{notes}”."
HIDDEN = "What you told holds something that its reader is not to know. It stands nowhere in the draft: “{notes}”."
_MAX_NOTE_CHARS = 400
_SENTENCE_END = re.compile(r"(?<=[.!?;])(?<!\b[^\W\d]\.)[ \t]+|\n+")
_CLAUSE_END = re.compile(r"(?<=,)\s+|(?<!\s)\s++(?:[-\u2013\u2014]|/)\s+")
# What a shared word, a fact of the kind that is asked for and the order of the message are worth beside the nearness.
_WORD, _NUMBER, _KIND, _NEXT, _STAY, _TOLD, _OPEN = 0.04, 0.03, 0.015, 0.006, 0.015, -0.015, 0.01
# By how much the best place has to be better than any other; a clause that shares no word has to be nearer.
_MARGIN, _MARGIN_BY_MEANING, _LEAVES, _MAX_WORDS = 0.012, 0.014, 0.03, 2.0
# So few words may only point to the sentence before ("don't tell her").
_POINTING_WORDS, _BARE_WORDS = 0, 2
_BRACKETED = re.compile(r"\(.*\)", re.S)
_DATE = re.compile(r"\d{1,2}\.(?:\d{1,2}\.)?")
# A price may lack its currency.
_SUM = re.compile(r"\d{3,5}|\d{1,3}[.,]\d{2}")
_DASH = " \u2013"
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
    aside = [one for one in known if _BRACKETED.fullmatch(one.rstrip(" .")) or manner_of(one, spoken)]
    found = [_clauses(one) for one in known if one not in aside]
    at = _Matcher(parts, [clause for clauses in found for clause in clauses], spoken, asking, embedder).places(found)
    notes: dict[int, list[str]] = {}
    for clauses, places in zip(found, at, strict=True):
        for run in _runs(places):
            said = " ".join(clauses[one] for one in run).strip(_EDGE)
            notes.setdefault(places[run[0]], []).append(said)
    beside = [*notes.pop(-1, []), *aside]
    shown, cut = [], list[str]()
    for number, part in enumerate(parts):
        one = _with_note(part, _joined(notes.get(number, ())), asking)
        cut += [one.notes] if one.notes and one.notes not in one.text else []
        shown.append(one)
    # What a message only tells was listed for who noted nothing of it.
    shown = [one for one in shown if one.notes or not one.is_told] or shown
    return Placed(tuple(shown), _joined([*cut, *beside]), " ".join(hidden))


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
    lead = f"{question}{'' if question[-1:] in '?.!' else _DASH} "
    plain_note = unwrap(note.translate({ord("["): "(", ord("]"): ")"}))
    line = f"{lead}{form.format(note=cut_at_word(plain_note, MAX_GAP_CHARS - len(lead) - len(form)))}"
    one = part.gap.model_copy(update={"place": f"[[{line}]]", "question": line, "choices": ()})
    return replace(part, text=one.place, gap=one, notes=plain_note, sources=())


def _without_private(told: str, languages: set[str]) -> tuple[list[str], list[str]]:
    """Return the sentences of notes that may stand in a draft, and those that may not."""
    sentences = list[str]()
    for piece in _split(protected(told, ""), _SENTENCE_END):
        # "14.3. we can do it": German writes a date with its stop.
        if sentences and _DATE.fullmatch(sentences[-1]):
            sentences[-1] += f" {plain(piece).strip()}"
        elif piece.strip(_EDGE + "."):
            sentences.append(plain(piece).strip())
    private = [any(is_private(one, code) for code in languages) for one in sentences]
    if not any(private) and any(is_private(told, code) for code in languages):
        return [], sentences
    for at, one in enumerate(sentences):
        marks = [found for code in languages if (found := private_mark(one, code))]
        if not marks:
            continue
        # "The others cancelled. Don't tell her." and "Internal: they cancelled".
        rest = telling_words(min((one.replace(mark, " ") for mark in marks), key=len))
        if len(rest) <= _POINTING_WORDS and at:
            private[at - 1] = True
        if one.endswith(":") and at + 1 < len(sentences):
            private[at + 1] = True
    kept = [one for one, hides in zip(sentences, private, strict=True) if not hides]
    return kept, [one for one, hides in zip(sentences, private, strict=True) if hides]


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
        self._near = _nearness(clauses, [self._asked[at] for at in self._open], embedder)

    def places(self, sentences: Sequence[Sequence[str]]) -> list[list[int]]:
        """Return the number of the part to which each clause belongs, -1 for none."""
        last, found = -1, list[list[int]]()
        for clauses in sentences:
            places: list[int] = []
            for clause in clauses:
                place = self._place(clause, last, places[-1] if places else -1)
                # What fits nothing goes on with what stands before it in its sentence.
                place = places[-1] if place < 0 and places else place
                last = place if place >= 0 else last
                places.append(place)
            # ... or leads to what follows.
            first = next((one for one in places if one >= 0), -1)
            found.append([first if one < 0 else one for one in places])
        # What is left belongs rather to what is still open.
        self._filled = {one for places in found for one in places}
        for at, clauses in enumerate(sentences):
            if found[at] and found[at][0] < 0:
                found[at] = [self._place(" ".join(clauses), -1, -1, clauses[0])] * len(clauses)
        return found

    def _place(self, clause: str, last: int, before: int, near: str = "") -> int:
        if len(self._open) == 1:
            return self._open[0]
        if before >= 0 and len(clause.split()) < _BARE_WORDS:
            return before
        scores = {at: self._score(clause, at, last, near or clause) + _STAY * (at == before) for at in self._open}
        ranked = sorted(scores, key=lambda at: -scores[at])
        if not ranked:
            return -1
        ahead = scores[ranked[0]] - scores[ranked[1]]
        shares = self._shared(clause, ranked[0]) > 0
        if before >= 0 and not shares and ahead < _LEAVES:
            return before
        return ranked[0] if ahead >= (_MARGIN if shares else _MARGIN_BY_MEANING) else -1

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
        """Return what the words and numbers are worth that a clause shares with what is asked, and with little else."""
        words = [one for one in telling_words(clause) if not DIGITS.search(one)]
        weights = (1 / self._count(one) for one in words if is_said(one, self._asked[at]))
        numbers = {*DIGITS.findall(clause)} & {*DIGITS.findall(self._asked[at])}
        return _WORD * min(sum(weights), _MAX_WORDS) + _NUMBER * bool(numbers)

    def _count(self, word: str) -> int:
        return sum(is_said(word, self._asked[at]) for at in self._open) or 1


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
