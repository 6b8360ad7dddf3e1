"""The planted faults of the writing benchmark: each is where it says, and what became of one is told apart."""

from collections import Counter

import pytest

from benchmarks.writing_items import cases
from benchmarks.writing_planted import KEPT, PASSED, PLANTED, TOLD, VERIFIED, outcome_of, read_lines
from benchmarks.writing_planted_meaning import HONEST_BAR, KINDS, drafts, figures_of, run
from core.drafts import Draft, Finding


def _draft(text: str, *findings: Finding, skeleton: bool = False) -> Draft:
    return Draft(recipe="reply", text=text, findings=findings, skeleton=skeleton)


def _finding(sentence: str, place: str = "", check: str = "facts") -> Finding:
    return Finding(check=check, severity="warn", place=place, sentence=sentence)


def test_every_fault_stands_in_the_draft_of_a_known_case() -> None:
    known = {case.key for case in cases(grounded=False)}
    faults = list(read_lines(PLANTED))
    assert {fault["key"] for fault in faults} <= known
    for fault in faults:
        is_missing = fault["fault"] in {"lost fact", "unanswered ask"}
        assert (fault["words"] in fault["answer"]) is not is_missing, fault["key"]
    counts = Counter(fault["class"] for fault in faults)
    assert all(counts[group] >= least for group, least in {"hard": 16, "injection": 6, "meaning": 18}.items())
    assert {fault["key"][:2] for fault in faults} == {"en", "de", "fr", "es"}


def test_the_verifier_was_asked_about_every_fault_of_meaning() -> None:
    asked = {(line["key"], line["fault"]) for line in read_lines(VERIFIED)}
    assert {(line["key"], line["fault"]) for line in read_lines(PLANTED) if line["class"] == "meaning"} <= asked


@pytest.mark.parametrize(
    ("draft", "outcome"),
    [
        (None, KEPT),
        (_draft("We come at 14:50.", skeleton=True), KEPT),
        (_draft("We come."), KEPT),
        (_draft("We come at 14:50."), PASSED),
        (_draft("We come at 14:50.", _finding("The time “14:50” does not stand in the source.")), TOLD),
        (_draft("We come at 14:50.", _finding("Not said.", place="at 14:50")), TOLD),
        (_draft("We come at 14:50.", _finding("Not said.", place="We come")), PASSED),
        (_draft("We come at 14:50.", _finding("It says “14:50”.", check="injection")), PASSED),
    ],
)
def test_a_fault_counts_as_caught_only_where_a_remark_points_to_it(draft: Draft | None, outcome: str) -> None:
    assert outcome_of(draft, "number", "14:50") == outcome


def test_what_is_missing_is_caught_only_by_a_remark_that_names_it() -> None:
    assert outcome_of(_draft("We come."), "lost fact", "219") == PASSED
    assert outcome_of(_draft("We come.", _finding("“219 Euro” is missing.")), "lost fact", "219") == TOLD


def test_faults_of_meaning_are_told_and_their_honest_twins_are_not() -> None:
    sent = [*drafts()]
    assert all(fault["answer"] != honest["answer"] for fault, honest in zip(sent[::2], sent[1::2], strict=True))
    figures = figures_of(run())
    assert all(count >= 8 for count, _, _ in figures.values())
    least = dict(zip(KINDS, (7, 11, 6, 8, 0, 9), strict=True))
    assert {kind: told >= least[kind] for kind, (_, told, _) in figures.items()} == dict.fromkeys(KINDS, True)
    assert sum(alarms for _, _, alarms in figures.values()) <= HONEST_BAR * len(sent) / 2
