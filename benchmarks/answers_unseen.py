"""Answers to questions that nobody who made the rules had seen: a reader's grades, and what becomes of them now.

    .venv/bin/python -m benchmarks.answers_unseen                       # the reader's grades that are kept
    .venv/bin/python -m benchmarks.answers_unseen --ask 1 [--grade FILE]   # asks a set anew

A reader who knows no code wrote the documents and questions of `data/answers/unseen_N.json`, with the passage that
answers each, and graded the answers: A as is, B usable with a little reading, C useless, H harmful; of what is quoted
whether it holds the fact: y, p (one of several quotes), n, - (nothing quoted). The run `first` of a set is the only one
that is unseen: what was wrong in it was mended afterwards, and `mended` is the same set after that. Set 2 was asked
once, with the rules mended by set 1. Set 3 was asked once with each sentence quoted between its neighbours, set 4 once
after what set 3 showed was mended. Set 7 is for what is said to be the answer, with 20 of 80 that have none, and was
made after its limits were chosen; set 8, with 15 of 60 that have none, after more of the nearest places were shown.
Their kinds tell only whether question and document are in one language, and in set 8 `worded` whether the question
says its thing as the document does.

`--ask` goes the real way (uploaded, indexed, asked, no model) and tells by the passages alone what became of each
question; a quote counts when it has most words of the passage. A set is for development once it was graded.
"""

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.answers import DATA, Question, ask, opened
from core.drafts import Draft
from core.insight.report.figures import share

GRADES = DATA / "unseen_grades.csv"
MIN_USABLE, MIN_CITED, MIN_HONEST = 0.70, 0.95, 0.90
_MOST_WORDS, _MOST_OF_QUOTE, _MIN_WORDS = 0.6, 0.8, 5


@dataclass(frozen=True)
class Graded:
    """What the reader said of one answer: `name` of its set, and in which run it was given."""

    name: str
    run: str
    kind: str
    grade: str
    citation: str


def read_set(name: str) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return the documents of a set by file name, and its questions."""
    held = json.loads((DATA / f"unseen_{name}.json").read_text(encoding="utf-8"))
    return {one["name"]: one["text"] for one in held["documents"]}, held["questions"]


def read_grades() -> list[Graded]:
    """Return what the reader said of all sets."""
    kinds = {path.stem.rpartition("_")[2]: read_set(path.stem.rpartition("_")[2])[1] for path in sets()}
    by_id = {(name, str(one["id"])): str(one["kind"]) for name, asked in kinds.items() for one in asked}
    with GRADES.open(encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    return [Graded(row["set"], row["run"], by_id[row["set"], row["id"]], row["grade"], row["citation"]) for row in rows]


def sets() -> list[Path]:
    """Return the files of the sets."""
    return sorted(DATA.glob("unseen_*.json"))


def print_grades(graded: Sequence[Graded]) -> bool:
    """Print the shares beside the bars and return whether each set's last run reaches them."""
    reached = True
    for name, run in dict.fromkeys((answer.name, answer.run) for answer in graded):
        mine = [answer for answer in graded if (answer.name, answer.run) == (name, run)]
        usable, harmful = (sum(one.grade in letters for one in mine) for letters in ("AB", "H"))
        quoted = [one for one in mine if one.citation != "-"]
        cited, partly = (sum(one.citation in letters for one in quoted) for letters in ("y", "yp"))
        letters = Counter(one.grade for one in mine)
        told = ", ".join(f"{grade} {letters[grade]}" for grade in "ABCH")
        print(f"set {name}, {run}: {len(mine)} questions, {told}")
        found = share(usable, len(mine))
        print(f"  usable {found.value:.0%} (95 %: {found.low:.0%} to {found.high:.0%}; bar {MIN_USABLE:.0%})", end="")
        print(f", harmful {harmful}")
        print(f"  quotes that hold the fact {cited / len(quoted):.0%} (bar {MIN_CITED:.0%}), some of them", end=" ")
        print(f"{partly / len(quoted):.0%}; of what is quoted, unsure ones among it")
        kinds = dict.fromkeys(one.kind for one in mine)
        parts = {kind: [one.grade in "AB" for one in mine if one.kind == kind] for kind in kinds}
        print("  usable by kind:", ", ".join(f"{kind} {sum(part)}/{len(part)}" for kind, part in parts.items()))
        reached = usable / len(mine) >= MIN_USABLE and cited / len(quoted) >= MIN_CITED
    return reached


def holds(quote: str, passage: str) -> bool:
    """Tell whether a quote is the passage, most of it, or cells of its row."""
    words, wanted = _words(quote), _words(passage)
    cells = _words(" ".join(part.partition(": ")[2] or part for part in re.split("; | … ", quote)))
    if cells <= wanted:
        return True
    if "|" in passage or ";" in passage:
        return len(words & wanted) >= 0.9 * len(wanted)
    said = len(words & wanted)
    return said >= _MOST_WORDS * len(wanted) or (len(words) >= _MIN_WORDS and said >= _MOST_OF_QUOTE * len(words))


def _words(text: str) -> set[str]:
    return {*re.findall(r"\w+", text.casefold())}


def became(passages: Sequence[str], draft: Draft) -> str:
    """Return what became of a question whose answer stands in these passages, in none without any."""
    quotes = [source.quote for source in draft.sources if source.quote]
    if not passages:
        return "rightly silent" if not quotes else "none, shown as unsure" if draft.skeleton else "none, said as sure"
    right = [any(holds(quote, passage) for passage in passages) for quote in quotes]
    if not draft.skeleton:
        return "sure and right" if all(right) else "sure, partly right" if any(right) else "sure and wrong"
    return "unsure, right" if right[:1] == [True] else "unsure, right below" if any(right) else "missed"


def claims_told(tally: Mapping[str, int]) -> str:
    """Return how often what is said to be the answer is right, and of what share of the questions that is said."""
    none = ("rightly silent", "none, shown as unsure", "none, said as sure")
    right, partly, wrong, silent, unsure, false = (
        tally.get(outcome, 0) for outcome in ("sure and right", "sure, partly right", "sure and wrong", *none)
    )
    claimed, without = right + partly + wrong + false, silent + unsure + false
    answerable = sum(tally.values()) - without
    lines = [f"said to be the answer: {claimed}, right {share(right + partly, claimed).value:.0%}"] if claimed else []
    lines += [f"answered so: {right + partly} of {answerable} with an answer"]
    lines += [f"not said to be answered: {silent + unsure} of {without} without one (bar {MIN_HONEST:.0%})"]
    return "\n".join(lines)


def ask_set(name: str, grade: Path | None) -> None:
    """Ask the questions of a set, print what became of them, and write what was said."""
    documents, asked = read_set(name)
    tally, worded, sheet = Counter[str](), Counter[str](), list[str]()
    with opened(documents) as session:
        for one in asked:
            question = Question(one["kind"], one["language"], (), frozenset(), one["question"], one["before"])
            draft, _ = ask(session, question, "")
            outcome = became(one["passage"], draft)
            tally[outcome] += 1
            worded[f"worded {one.get('worded', 'as may be')}, {outcome}"] += bool(one["passage"])
            cited = "".join(f"  [{source.number}] {source.title}\n" for source in draft.sources)
            notes = "".join(f"  ({notice})\n" for notice in draft.notices)
            before = f"{one['before']} → " if one["before"] else ""
            sheet.append(f"{one['id']}. {before}{one['question']}\n{draft.text}\n{cited}{notes}")
    for outcome, count in tally.most_common():
        print(f"{outcome:22} {count:3} of {len(asked)}")
    for outcome, count in sorted(worded.items()):
        if count:
            print(f"  {outcome}: {count}")
    print(claims_told(tally))
    if grade:
        grade.write_text("\n".join(sheet), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ask", metavar="SET", default="", choices=["", *(one.stem[7:] for one in sets())])
    parser.add_argument("--grade", type=Path)
    chosen = parser.parse_args()
    if chosen.ask:
        ask_set(chosen.ask, chosen.grade)
        return
    raise SystemExit(0 if print_grades(read_grades()) else 1)


if __name__ == "__main__":
    main()
