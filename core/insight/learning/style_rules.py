"""Style rules that a person's edits repeat: found, put into words, and tried on edits they were not found in. Pure.

Code applies a rule, so it works with any model. A rule is found in one half of the person's past work and tried on the
other: it is offered only when it brings those drafts nearer to what the person used in the end. Rules never touch
facts: what holds a number, date, link or address is not replaced. On screen a rule is called a wish.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import median

from core.outcomes import DecidedChange, edit_distance, refused_in, taken_back, without_change
from core.text.catalogues import N_
from core.text.facts import extract_facts
from core.text.forms import EMOJI, with_single_blank_lines
from core.text.lexicon import pattern_beside
from core.text.sentences import split_sentences

MIN_TIMES = 3
MIN_HELD_OUT = 4
# To leave words as they were is safe: it takes fewer cases.
MIN_REFUSALS = 2
KEEP = "keep"
# How often a rule must be right for each time that it is wrong.
RIGHT_TO_WRONG = 3
MAX_RULES = 12
MAX_PAIRS = 200
MAX_CHANGES = 400
_MAX_CHARS = 6000
_MAX_WORDS = 8
_COURTESY = pattern_beside(__file__, "courtesy")
_TOKEN = re.compile(r"\w+(?:['\u2019.-]\w+)*[.!?,;:]?|[^\w\s]+")


@dataclass(frozen=True)
class DraftPair:
    """A draft and what was used in its place; the same text twice when it was used as it was.

    Of a change of a document `before` is the paragraph as it was; "" of a text.
    """

    draft: str
    used: str
    surface: str = ""
    before: str = ""


@dataclass(frozen=True)
class StyleRule:
    """A rule. `old` and `new` are words (`replace`, `keep`), or a sentence (`delete_sentence`, without `new`).

    `keep` is about changes of documents: `old` is not changed into `new`.
    """

    kind: str
    old: str = ""
    new: str = ""

    @property
    def key(self) -> str:
        """A short name that is the same for the same rule."""
        return hashlib.blake2b(f"{self.kind}\0{self.old}\0{self.new}".encode(), digest_size=6).hexdigest()

    def words(self) -> str:
        """Return the rule in words, for a person and for a large model."""
        told = {
            "no_exclamation": N_("No exclamation marks."),
            "no_emoji": N_("No emoji."),
            "no_courtesies": N_("Shorter: no courtesies such as “I hope this helps.”"),
            "replace": N_(f"Write “{self.new}” instead of “{self.old}”."),
            "delete_sentence": N_(f"Leave out “{self.old}”"),
            KEEP: N_(f"Leave “{self.old}” as it is: never change it to “{self.new}”."),
        }
        return told[self.kind]


@dataclass(frozen=True)
class RuleEvidence:
    """How a rule did on edits that it was not found in: medians of the edit distance before and after."""

    tried: int
    better: int
    worse: int
    before: float
    after: float

    def is_proof_of(self, least: int) -> bool:
        """Whether the rule may be offered: enough cases, a lower median, and rarely wrong."""
        return (
            self.tried >= least and self.after < self.before and self.better >= RIGHT_TO_WRONG * max(self.worse, 1) - 1
        )


def apply_rule(rule: StyleRule, text: str) -> str:
    """Return the text with the rule applied."""
    return _APPLY[rule.kind](rule, text)


def apply_to_change(rule: StyleRule, before: str, after: str) -> str:
    """Return a changed paragraph with the rule applied; what was there before the change stays."""
    if rule.kind == KEEP:
        return without_change(before, after, rule.old, rule.new)
    return after if apply_rule(rule, before) != before else apply_rule(rule, after)


def find_rules(pairs: Sequence[DraftPair]) -> list[tuple[StyleRule, RuleEvidence]]:
    """Return the rules that a person's past work supports, the most useful first.

    Args:
        pairs: the person's drafts with what was used, oldest first, those used unchanged among them.
    """
    short = [pair for pair in pairs if max(len(pair.draft), len(pair.used)) <= _MAX_CHARS]
    texts, changes = ([pair for pair in short if bool(pair.before) == is_change] for is_change in (False, True))
    # Separately: a long document must not crowd out everything else.
    parts = (texts[-MAX_PAIRS:], changes[-MAX_CHANGES:])
    known, held_out = ([pair for part in parts for pair in part[start::2]] for start in (0, 1))
    proven = [(rule, evidence_for(rule, held_out)) for rule in _candidates(known)]
    kept = [pair for pair in proven if pair[1].is_proof_of(MIN_REFUSALS if pair[0].kind == KEEP else MIN_HELD_OUT)]
    return sorted(kept, key=lambda pair: -pair[1].better)[:MAX_RULES]


def evidence_for(rule: StyleRule, pairs: Iterable[DraftPair]) -> RuleEvidence:
    """Try a rule on past work. Only drafts that it would have changed count."""
    before, after = [], []
    for pair in pairs:
        changed = apply_to_change(rule, pair.before, pair.draft) if pair.before else apply_rule(rule, pair.draft)
        if changed != pair.draft:
            before.append(edit_distance(pair.draft, pair.used))
            after.append(edit_distance(changed, pair.used))
    if not before:
        return RuleEvidence(0, 0, 0, 0.0, 0.0)
    better = sum(new < old for old, new in zip(before, after, strict=True))
    worse = sum(new > old for old, new in zip(before, after, strict=True))
    return RuleEvidence(len(before), better, worse, median(before), median(after))


def _candidates(pairs: Sequence[DraftPair]) -> list[StyleRule]:
    """Return the rules that several edits follow."""
    found: Counter[StyleRule] = Counter()
    for pair in pairs:
        if pair.draft != pair.used:
            found.update(set(_seen_in(pair)))
    least = {rule: MIN_REFUSALS if rule.kind == KEEP else MIN_TIMES for rule in found}
    return [rule for rule, times in found.most_common(4 * MAX_RULES) if times >= least[rule]]


def _seen_in(pair: DraftPair) -> Iterable[StyleRule]:
    return _seen_in_change(pair) if pair.before else _seen_in_text(pair)


def _seen_in_change(pair: DraftPair) -> Iterable[StyleRule]:
    """Return each change that was refused, and then what the person did with the others."""
    refused = refused_in(DecidedChange(0, pair.before, pair.draft, pair.used))
    for change in refused:
        if max(len(change.old.split()), len(change.new.split())) <= _MAX_WORDS:
            yield StyleRule(KEEP, change.old, change.new)
    kept = taken_back(pair.draft, refused)
    if kept != pair.used:
        yield from _seen_in_text(DraftPair(kept, pair.used))


def _seen_in_text(pair: DraftPair) -> Iterable[StyleRule]:
    if "!" in pair.draft and "!" not in pair.used:
        yield StyleRule("no_exclamation")
    if EMOJI.search(pair.draft) and not EMOJI.search(pair.used):
        yield StyleRule("no_emoji")
    if len(pair.used) < len(pair.draft) and courtesies(pair.draft) and not courtesies(pair.used):
        yield StyleRule("no_courtesies")
    kept = set(split_sentences(pair.used))
    for sentence in split_sentences(pair.draft):
        if sentence not in kept and sentence not in pair.used and _is_free(sentence):
            yield StyleRule("delete_sentence", sentence)
    yield from _replacements(pair)


def _replacements(pair: DraftPair) -> Iterable[StyleRule]:
    """Return each stretch of words that became another; an insertion takes the word after it along."""
    old, new = _TOKEN.findall(pair.draft), _TOKEN.findall(pair.used)
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag in {"equal", "delete"}:
            continue
        if tag == "insert":
            i2, j2 = i2 + 1, j2 + 1
        before, after = " ".join(old[i1:i2]), " ".join(new[j1:j2])
        if i2 - i1 <= _MAX_WORDS and j2 - j1 <= _MAX_WORDS and before and _is_harmless(before, after):
            yield StyleRule("replace", before, after)


def _is_harmless(before: str, after: str) -> bool:
    """Whether a replacement is about wording: more than signs, no facts, and no rule of another kind."""
    has_letters = any(sign.isalpha() for sign in before) and any(sign.isalpha() for sign in after)
    is_mark = before.replace("!", ".") == after
    return has_letters and not is_mark and _is_free(before) and _is_free(after)


def _is_free(text: str) -> bool:
    return not extract_facts(text).items


def _without_exclamation(_rule: StyleRule, text: str) -> str:
    return re.sub(r"(?<!!)!++(?=[\"'\u201d\u2019)\]]*(?:\s|$))", ".", text)


def _without_emoji(_rule: StyleRule, text: str) -> str:
    return EMOJI.sub("", text)


def _replaced(rule: StyleRule, text: str) -> str:
    if rule.new and rule.old in rule.new and rule.new in text:
        return text  # the rule is kept already
    words = r"\s+".join(re.escape(word) for word in rule.old.split())
    start = r"(?<!\w)" if rule.old[:1].isalnum() else ""
    end = r"(?!\w)" if rule.old[-1:].isalnum() else ""
    return re.sub(f"{start}{words}{end}", lambda _match: rule.new, text)


def _without_sentence(rule: StyleRule, text: str) -> str:
    return _cut(text, rule.old) if rule.old in split_sentences(text) else text


def _without_courtesies(_rule: StyleRule, text: str) -> str:
    for sentence in courtesies(text):
        text = _cut(text, sentence)
    return text


def courtesies(text: str) -> list[str]:
    """Return the sentences that are mere politeness: they hold no fact and ask nothing in particular."""
    found = [sentence for sentence in split_sentences(text) if _COURTESY.match(sentence) and not sentence.endswith("?")]
    return [sentence for sentence in found if _is_free(sentence)]


def _cut(text: str, sentence: str) -> str:
    """Return the text without a sentence, and without the blank or empty line that it leaves."""
    at = text.index(sentence)
    before, after = text[:at].rstrip(" \t"), text[at + len(sentence) :].lstrip(" \t")
    is_inside = before and after and not before.endswith("\n") and not after.startswith("\n")
    return with_single_blank_lines(f"{before} {after}" if is_inside else before + after).strip()


_APPLY: dict[str, Callable[[StyleRule, str], str]] = {
    "no_exclamation": _without_exclamation,
    "no_emoji": _without_emoji,
    "replace": _replaced,
    "delete_sentence": _without_sentence,
    "no_courtesies": _without_courtesies,
    # Without the text before the change there is nothing to keep.
    KEEP: lambda _rule, text: text,
}
