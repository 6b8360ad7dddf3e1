"""The terms of an agreement, an offer or rules: what one gets, pays and has to do, word for word, in order.

A term is one wherever it stands, and it stands in a clause that is quoted whole (DECISIONS 426, 435).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from statistics import fmean

from core.text.sentences import ends_sentence, unwrap
from core.text.statements import Statement
from core.writing.grounded.signals import item_of, kept_quiet, left_out, read_roles, says_something
from core.writing.result import PlanOptions, PlanResult
from core.writing.roles import RoledSentence
from core.writing.roles.marks import is_dangerous, is_grave

# Where sentences bind so much on the whole, a text sets terms, and so much where its first lines call it a contract,
# an offer or rules. What binds less than the last only tells of something. Of readers' documents contracts, offers and
# terms came to the first; notices and procedures to .27 at most.
_BINDS, _CALLED, _ONLY_TELLS, _WARNS = 0.25, 0.12, 0.05, 0.1
_FIRST_LINES, _MAX_TITLE_CHARS = 3, 200
# Fewer sentences say on the whole what a text is only beside its title; fewer words are the name of a clause.
_MIN_SENTENCES, _FEW, _MIN_WORDS, _MAX_TERMS = 10, 4, 4, 24
# A clause is shown whole, and a longer paragraph in parts.
_MAX_CLAUSE_CHARS, _MAX_CHARS, _MAX_HEADING_WORDS, _MAX_LABEL_WORDS = 600, 6_000, 6, 3
_NUMBER = r"(?:§+ ?)?\(?(?:\d{1,3}\w?|[a-zA-Z]|[IVX]{1,5})(?:\.\d{1,3}){0,3}[.):]?"
_BEGINS_NUMBERED = r"(?:[^\W\d_]{1,10} |§+ ?)?\d"
# The share of clauses from which on a list looks whole.
_MOSTLY = 0.6
_EDGE, _NOTHING = " .:", (False, -1.0)
_KIND = "term"


@dataclass(frozen=True)
class _Clause:
    """A paragraph of a text, or a part of a long one: its heading and number, its sentences, how it stands there."""

    heading: str
    number: str
    said: tuple[RoledSentence, ...]
    quote: str

    @property
    def text(self) -> str:
        """What it says, in one line."""
        heading = f"{self.heading.strip(_EDGE)}:" if self.heading else ""
        return " ".join(
            filter(None, [unwrap(heading), self.number, *(sentence.statement.quoted for sentence in self.said)])
        )

    @property
    def is_marked(self) -> bool:
        """Whether it has a number or a label before figures, as the clauses of agreements and offers have."""
        label, colon, rest = self.said[0].statement.raw.partition(":")
        is_labelled = colon and len(label.split()) <= _MAX_LABEL_WORDS and any(map(str.isdigit, rest))
        return bool(self.number or is_labelled or re.match(_BEGINS_NUMBERED, self.heading))


def list_terms(source: str, options: PlanOptions) -> PlanResult | None:
    """Return the clauses of a text that sets terms, the weightiest of many, each whole; None for any other text."""
    sentences = read_roles(source, options)
    if not _sets_terms(source, sentences):
        return None
    quiet = kept_quiet(sentences)
    # What comes first, then what binds, each by how much.
    weights = {
        said.place: (is_first, _weight(said))
        for said in sentences
        if (is_first := said.place in quiet or _comes_first(said)) or (_binds_or_warns(said) and _tells(said.statement))
    }
    clauses = {clause.text: clause for clause in _clauses(sentences, source)}
    heaviest = {
        text: max(clause.said, key=lambda said: weights.get(said.place, _NOTHING)) for text, clause in clauses.items()
    }
    known = [text for text, said in heaviest.items() if said.place in weights or clauses[text].is_marked]
    frame = {text for text, _clause in takewhile(lambda told: _names_only(told[1]), [*clauses.items()][:_FIRST_LINES])}
    told = {text: heaviest[text] for text in _without_holes([*clauses], known) if text not in frame}
    ranked = sorted(told, key=lambda text: weights.get(told[text].place, _NOTHING), reverse=True)
    shown = set(ranked[: _count_within(ranked, _MAX_CHARS)][:_MAX_TERMS])
    items = (
        item_of([said], said, _KIND).model_copy(update={"text": text, "quote": clauses[text].quote})
        for text, said in told.items()
        if text in shown
    )
    notices = (sentences[0].statement.words.wording("signals.partial"), *left_out(sentences, len(told) - len(shown)))
    return PlanResult(items=tuple(items), notices=notices)


def _without_holes(clauses: Sequence[str], told: Sequence[str]) -> Sequence[str]:
    """Return what is told with the clauses between: where most are, who reads takes them for all.

    What is offered often stands above its price, line by line.
    """
    begin, end = (clauses.index(told[at]) for at in (0, -1)) if told else (0, -1)
    if len(told) < _MOSTLY * (end + 1 - begin):
        return told
    while begin and clauses[begin - 1][:1].isdigit():
        begin -= 1
    return clauses[begin : end + 1]


def _count_within(texts: Sequence[str], max_chars: int) -> int:
    """Return how many of the first texts have so many characters together."""
    return sum(total <= max_chars for total in accumulate(map(len, texts)))


def _clauses(sentences: Sequence[RoledSentence], source: str) -> Iterator[_Clause]:
    """Yield the paragraphs of a text with the headings above them, long ones in parts."""
    heading, number, run, start, end, told = "", "", list[RoledSentence](), 0, 0, False
    # A heading with figures that nothing stands under says something itself.
    alone: list[_Clause] = []
    for sentence in sentences:
        raw = sentence.statement.raw
        begin = max(source.find(raw, end), end)
        between, mark = source[end:begin], source[source.rfind("\n", 0, begin) + 1 : begin].strip()
        mark = mark if _is_number(mark) else ""
        is_long = sum(len(part.statement.raw) for part in [*run, sentence]) > _MAX_CLAUSE_CHARS
        if run and ("\n" in between or is_long):
            yield _Clause(heading, number, tuple(run), source[start:end])
            heading, number, run = "", "", []
        start, end = start if run else begin, begin + len(raw)
        if not run and (_is_heading(raw) or (mark and _leads(raw, source[end:]))):
            yield from alone
            heading = f"{mark} {raw}".strip()
            alone = [_Clause("", mark, (sentence,), raw)] if any(map(str.isdigit, raw)) else []
            continue
        alone = []
        # A title stands apart from the first of the numbered clauses below it, and calls the whole an agreement.
        is_title = (
            heading and not run and ((mark and "\n\n" in between) or (not told and _is_title(sentences, heading)))
        )
        heading, told = "" if is_title else heading, True
        number = number if run else mark
        run.append(sentence)
    if run:
        yield _Clause(heading, number, tuple(run), source[start:end])
    yield from alone


def _is_heading(raw: str) -> bool:
    """Tell whether words name what follows: few, or in capitals, no sentence, and nothing behind a label."""
    if raw.partition(":")[2].strip() and not re.match(_BEGINS_NUMBERED, raw):
        return False
    return (len(raw.split()) <= _MAX_HEADING_WORDS or raw.isupper()) and not ends_sentence(raw.strip())


def _leads(raw: str, behind: str) -> bool:
    """Tell whether a few words in a line of their own, "3. Liability.", name what stands below without a number.

    That is a sentence: where to sign is none.
    """
    rest, _line, below = behind.partition("\n")
    line = below.strip().partition("\n")[0]
    says = ends_sentence(line) or len(line.split()) > _MAX_HEADING_WORDS
    return len(raw.split()) <= _MAX_LABEL_WORDS and not rest.strip() and says and not _is_number(line.split()[0])


def _is_number(word: str) -> bool:
    return re.fullmatch(_NUMBER, word) is not None


def _is_title(sentences: Sequence[RoledSentence], line: str) -> bool:
    """Tell whether a line calls the text an agreement, an offer or rules, and says nothing with figures."""
    words = sentences[0].statement.words
    return not any(map(str.isdigit, line)) and words["signals.sets_terms"].search(line) is not None


def _names_only(clause: _Clause) -> bool:
    """Tell whether a clause is a title or says who the parties are: a day or any other figure may begin a term."""
    parties = clause.said[0].statement.words["signals.parties"]

    def names(one: RoledSentence) -> bool:
        raw = one.statement.raw
        label, colon, _name = raw.partition(":")
        # What binds is a term, too: tenants who are liable jointly.
        is_label = bool(colon) and len(label.split()) <= _MAX_LABEL_WORDS and one.read_scores["duty"] < _CALLED
        is_parties = _is_title(clause.said, clause.text) and parties.search(raw) is not None
        return is_label or is_parties or (not ends_sentence(raw.strip()) and _is_title(clause.said, raw))

    return not clause.number and not any(map(str.isdigit, clause.text)) and all(map(names, clause.said))


def _sets_terms(source: str, sentences: Sequence[RoledSentence]) -> bool:
    """Tell whether the sentences of a text bind on the whole; what its title calls an agreement may bind less."""
    if not sentences or not sentences[0].reading:
        return False
    title = " ".join(filter(None, source.splitlines()[:_FIRST_LINES]))[:_MAX_TITLE_CHARS]
    is_called = sentences[0].statement.words["signals.sets_terms"].search(title) is not None
    is_long = len(sentences) >= _MIN_SENTENCES
    binds = fmean(sentence.read_scores["duty"] for sentence in sentences)
    return (is_called or is_long) and len(sentences) >= _FEW and binds >= (_CALLED if is_called and is_long else _BINDS)


def _binds_or_warns(one: RoledSentence) -> bool:
    return one.read_scores["duty"] >= _ONLY_TELLS or one.read_scores["risk"] >= _WARNS


def _comes_first(one: RoledSentence) -> bool:
    """Tell whether a sentence names a price, binds most, or tells of what may hurt somebody."""
    return "money" in one.statement.values or is_grave(one.statement) or is_dangerous(one)


def _tells(one: Statement) -> bool:
    return says_something(one) and len(one.text.split()) >= _MIN_WORDS


def _weight(one: RoledSentence) -> float:
    return (one.read_scores["duty"] + one.read_scores["risk"]) * one.importance
