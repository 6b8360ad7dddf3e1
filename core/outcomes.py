"""What people do with drafts, as values: how far and how a text was changed, and which of their acts counts. Pure.

The kinds of change are for the report and for learning, so each is decided by a rule that can be explained.

Every act is kept, but a bare mark that its person takes back; one outcome of a job counts, by these rules:

1. Acts stand in the order in which they happened by the database's clock, however late they arrived.
2. The last act counts, and `expired` only when there is no other.
3. `accepted` after `edited` stays `edited`, with its distance: the edited text was what was used. It becomes
   `accepted` only when it brings the text that was used and that is the draft again.
4. A document's changes are judged one by one (`subject`). Unless the last act was about the whole, the changes
   decide: all taken is `accepted`, none is `rejected`, some is `edited` with the share that was not taken as distance.
5. What was used with the draft's gaps still open in it is `edited` with the label `OPEN_GAPS` and without a distance,
   whatever the surface says: nobody has accepted the questions, and nothing is learnt from them.
6. The ready answers of a draft are part of it: what was used with some of them in place of their gaps, and nothing
   else changed, is `accepted`, and what else was changed is measured from there.
7. Outside events (`subject` "event:NAME") are no outcome; the last value of each counts.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from core.drafts import Draft, without_hints
from core.text.facts import extract_facts
from core.text.forms import EMOJI, LIST_MARK, WORD, with_line_once
from core.text.lexicon import pattern_beside
from core.text.names import find_names, folded_words, known_name
from core.text.sentences import split_paragraphs, split_sentences

KINDS = (
    "facts",
    "names",
    "tone",
    "length",
    "structure",
    "deleted_sentence",
    "added_sentence",
    "wording",
    "punctuation",
)
MAX_CHARS = 20_000
_SAME_SENTENCE = 60
_LENGTH_CHANGE = 0.15
_CONTRACTION = pattern_beside(__file__, "contractions", r"\b\w+['\u2019]", r"\b")
_COURTESY = pattern_beside(__file__, "courtesy", r"\b", r"\b")
_TONE: tuple[Callable[[str], object], ...] = (
    lambda text: text.count("!"),
    lambda text: len(EMOJI.findall(text)),
    lambda text: len(_CONTRACTION.findall(text)),
    lambda text: sorted(word.casefold() for word in _COURTESY.findall(text)),
)
_TOKEN = re.compile(r"\w+(?:['\u2019.-]\w+)*|[^\w\s]")
EVENT = "event"
EVENT_PREFIX = "event:"
EDIT_PREFIX = "edit:"
# Label of an act by which a text went out in which the draft's gaps were still open.
OPEN_GAPS = "open_gaps"
# In the detail of an act: the Message-ID of the mail that was sent.
SENT_AS = "sent_as"


def shown_text(draft: Draft) -> str:
    """Return what a draft says: its text without hints, or the items or changed paragraphs line by line."""
    lines = [*(item.text for item in draft.items or ()), *(edit.text for edit in draft.edits or () if edit.text)]
    return without_hints(draft.text, draft.gaps) if draft.text else "\n".join(lines)


def with_ready_answers(draft: Draft, text: str) -> str:
    """Return what a draft says with those of its ready answers in place of their gaps that a text used holds."""
    shown, at = shown_text(draft), 0
    for gap in draft.questions:
        if gap.place in text or gap.place not in shown:
            continue
        # Two gaps may have the same answers: each has the next one, and what is said to both is said once.
        found = [(place if (place := text.find(said, at)) >= 0 else len(text), said) for said in gap.choices]
        at, said = min(((place, said) for place, said in found if said in text), default=(at, ""))
        if said:
            shown, at = with_line_once(shown.replace(gap.place, said), said), min(at + len(said), len(text))
    return shown


def edit_distance(before: str, after: str) -> float:
    """Return how much of the text was changed: 0 nothing, 1 all."""
    from rapidfuzz.distance import Levenshtein

    return round(Levenshtein.normalized_distance(before, after), 4)


def edit_kinds(before: str, after: str) -> tuple[str, ...]:
    """Return the kinds of change between a draft and what was used, in the order of `KINDS`.

    Args:
        before: the draft.
        after: the text that was used; of both only the first `MAX_CHARS` are looked at.
    """
    before, after = before[:MAX_CHARS].strip(), after[:MAX_CHARS].strip()
    if before == after:
        return ()
    found = [kind for kind, is_so in _RULES.items() if is_so(before, after)]
    if not found:
        found = ["punctuation" if _words(before) == _words(after) else "wording"]
    return tuple(kind for kind in KINDS if kind in found)


def _words(text: str) -> str:
    return "".join(WORD.findall(text)).casefold()


def _changes_facts(before: str, after: str) -> bool:
    old, new = extract_facts(before), extract_facts(after)
    return bool(old.missing_from(new) or new.missing_from(old))


def _changes_names(before: str, after: str) -> bool:
    return _has_other_names(before, after) or _has_other_names(after, before)


def _has_other_names(text: str, other: str) -> bool:
    known = folded_words(other)
    return any(not known_name(name, known) for name in find_names(text))


def _changes_tone(before: str, after: str) -> bool:
    return any(_count(before) != _count(after) for _count in _TONE)


def _changes_length(before: str, after: str) -> bool:
    return abs(len(after) - len(before)) >= _LENGTH_CHANGE * max(len(before), 1)


def _changes_structure(before: str, after: str) -> bool:
    if len(split_paragraphs(before)) != len(split_paragraphs(after)):
        return True
    if _list_entries(before) != _list_entries(after):
        return True
    old, new = split_sentences(before), split_sentences(after)
    return old != new and sorted(old) == sorted(new)


def _list_entries(text: str) -> int:
    return sum(1 for line in text.splitlines() if LIST_MARK.match(line))


def missing_sentences(text: str, other: str) -> list[str]:
    """Return the sentences of a text that the other has neither as they are nor reworded."""
    from rapidfuzz import fuzz

    there = split_sentences(other)
    known = set(there)
    return [
        sentence
        for sentence in split_sentences(text)
        if sentence not in known and not any(fuzz.ratio(sentence, other) >= _SAME_SENTENCE for other in there)
    ]


_RULES: dict[str, Callable[[str, str], bool]] = {
    "facts": _changes_facts,
    "names": _changes_names,
    "tone": _changes_tone,
    "length": _changes_length,
    "structure": _changes_structure,
    "deleted_sentence": lambda before, after: bool(missing_sentences(before, after)),
    "added_sentence": lambda before, after: bool(missing_sentences(after, before)),
}


@dataclass(frozen=True)
class DraftDecision:
    """The last act on a draft, or on one of its changes: its outcome, and the text that it brought, None for none."""

    outcome: str
    text: str | None = None


@dataclass(frozen=True)
class DecidedChange:
    """A change of one paragraph that a person took, refused or reworded.

    Attributes:
        place: of the change in the draft.
        before: the paragraph as it was read.
        proposed: as the draft would have it.
        used: as the person let it stand.
    """

    place: int
    before: str
    proposed: str
    used: str

    @property
    def is_refused(self) -> bool:
        """Whether the paragraph stayed as it was."""
        return self.used == self.before


def decided_changes(
    draft: Draft, whole: DraftDecision | None, single: Mapping[str, DraftDecision]
) -> list[DecidedChange]:
    """Return what was decided about the changes of a draft; remarks and what nobody decided are left out.

    Args:
        draft: with edits.
        whole: the last act on the whole draft, None unless it came after all those on single changes.
        single: the last act on each change, by its place.
    """
    found = []
    for place, edit in enumerate(draft.edits or ()):
        decision = whole or single.get(str(place))
        used = _used(decision, edit.before, edit.text or "") if decision else None
        if edit.text and edit.before and edit.text != edit.before and used is not None:
            found.append(DecidedChange(place, edit.before, edit.text, used))
    return found


def _used(decision: DraftDecision, before: str, proposed: str) -> str | None:
    if decision.outcome == "rejected":
        return before
    if decision.outcome == "accepted":
        return proposed if decision.text is None else decision.text
    return decision.text if decision.outcome == "edited" else None


@dataclass(frozen=True)
class Replacement:
    """Words that were replaced, each with its range in its own text; an insertion comes with the word before it."""

    old: str
    new: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def replacements(before: str, after: str) -> list[Replacement]:
    """Return the stretches of words that differ, in order."""
    old, new = list(_TOKEN.finditer(before)), list(_TOKEN.finditer(after))
    matcher = SequenceMatcher(a=[word[0] for word in old], b=[word[0] for word in new], autojunk=False)
    ranges: list[tuple[int, int, int, int]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        if (i1 == i2 or j1 == j2) and i1 and j1:
            i1, j1 = i1 - 1, j1 - 1
        elif i1 == i2 or j1 == j2:
            i2, j2 = min(i2 + 1, len(old)), min(j2 + 1, len(new))
        if ranges and (i1 < ranges[-1][1] or j1 < ranges[-1][3]):
            # Both took the word between them along: they are one.
            i1, _, j1, _ = ranges.pop()
        ranges.append((i1, i2, j1, j2))
    found = []
    for i1, i2, j1, j2 in ranges:
        if i1 < i2 and j1 < j2:
            ends = (old[i1].start(), old[i2 - 1].end(), new[j1].start(), new[j2 - 1].end())
            found.append(Replacement(before[ends[0] : ends[1]], after[ends[2] : ends[3]], *ends))
    return found


def refused_in(change: DecidedChange) -> list[Replacement]:
    """Return the replacements that were proposed and whose old words still stand."""
    taken = replacements(change.before, change.used)
    return [
        replacement
        for replacement in replacements(change.before, change.proposed)
        if not any(replacement.old_start < other.old_end and other.old_start < replacement.old_end for other in taken)
    ]


def taken_back(text: str, those: Iterable[Replacement]) -> str:
    """Return the changed text with the old words of some of its replacements."""
    for replacement in sorted(those, key=lambda one: -one.new_start):
        text = text[: replacement.new_start] + replacement.old + text[replacement.new_end :]
    return text


def without_change(before: str, after: str, old: str, new: str) -> str:
    """Return the changed text without each change of these old words into these new ones."""
    return taken_back(
        after,
        [
            replacement
            for replacement in replacements(before, after)
            if (replacement.old, replacement.new) == (old, new)
        ],
    )


def last_decisions(acts: Sequence[tuple[str, DraftDecision]]) -> tuple[DraftDecision | None, dict[str, DraftDecision]]:
    """Return the last act on the whole, if it was the last of all, and the last act on each change.

    Args:
        acts: what each was about ("" the whole, else the place of a change) and what was done, oldest first.
    """
    single = {about: decision for about, decision in acts if about}
    whole = acts[-1][1] if acts and not acts[-1][0] else None
    return whole, single


@dataclass(frozen=True)
class Act:
    """One thing that was done with a draft. `happened_at` is Unix seconds; `has_text` tells that it brought a text."""

    outcome: str
    distance: float | None = None
    subject: str = ""
    labels: tuple[str, ...] = ()
    value: float | None = None
    happened_at: float = 0.0
    has_text: bool = False


@dataclass(frozen=True)
class EffectiveOutcome:
    """What a job counts as. `outcome` is "" when nothing was done with it yet.

    `taken` and `refused` count a document's changes, or the entries of a list; `chosen` holds the places of those
    taken. `events` holds the last value of each outside event; "NAME#2" is one about the third entry of a list.
    """

    outcome: str = ""
    distance: float | None = None
    labels: tuple[str, ...] = ()
    taken: int = 0
    refused: int = 0
    chosen: frozenset[str] = frozenset()
    events: dict[str, float] = field(default_factory=dict)


def effective_outcome(acts: Iterable[Act]) -> EffectiveOutcome:
    """Return what the acts on one job come to."""
    ordered = sorted(acts, key=lambda act: act.happened_at)
    events = {act.subject.removeprefix(EVENT_PREFIX): act.value or 0.0 for act in ordered if act.outcome == EVENT}
    decisive = [act for act in ordered if act.outcome not in {EVENT, "expired"}]
    if not decisive:
        has_expired = any(act.outcome == "expired" for act in ordered)
        return EffectiveOutcome("expired" if has_expired else "", events=events)
    by_change = _last_by_change(decisive)
    taken = sum(act.outcome != "rejected" for act in by_change)
    chosen = frozenset(act.subject.removeprefix(EDIT_PREFIX) for act in by_change if act.outcome != "rejected")
    counts = {"taken": taken, "refused": len(by_change) - taken, "chosen": chosen, "events": events}
    if decisive[-1].subject:
        return _from_changes(by_change, counts)
    last = _last_of_whole([act for act in decisive if not act.subject])
    return EffectiveOutcome(last.outcome, last.distance, last.labels, **counts)  # type: ignore[arg-type] # of three kinds


def _last_by_change(acts: Sequence[Act]) -> list[Act]:
    return list({act.subject: act for act in acts if act.subject}.values())


def _last_of_whole(acts: Sequence[Act]) -> Act:
    """Go through the acts in order, holding on to the person's own text."""
    edited: Act | None = None
    counts = acts[0]
    for act in acts:
        if act.outcome == "edited":
            edited = act
        elif act.outcome == "accepted" and act.has_text:
            edited = None
        counts = edited if act.outcome == "accepted" and edited else act
    return counts


def _from_changes(changes: Sequence[Act], counts: dict[str, object]) -> EffectiveOutcome:
    shares = [1.0 if act.outcome == "rejected" else act.distance or 0.0 for act in changes]
    distance = round(sum(shares) / len(shares), 4)
    labels = tuple(dict.fromkeys(label for act in changes for label in act.labels))
    if OPEN_GAPS in labels:
        return EffectiveOutcome("edited", None, labels, **counts)  # type: ignore[arg-type] # of three kinds
    if counts["taken"] == 0:
        return EffectiveOutcome("rejected", None, labels, **counts)  # type: ignore[arg-type] # of three kinds
    return EffectiveOutcome("accepted" if distance == 0 else "edited", distance, labels, **counts)  # type: ignore[arg-type]
