"""Answers from connected documents: are they right, is each sentence supported, is "not found" honest, and how fast?

    .venv/bin/python -m benchmarks.answers [--held-out] [--model NAME] [--show] [--grade FILE]

The documents of `data/answers` (handbooks, memos, tables, minutes, mails, in four languages) go through the real way:
uploaded, read by the readers of their formats, indexed, searched, answered by the recipe `ask`. Of each question the
data says which words an answer must hold ("28 & 26": both, in this order) and from which documents; one without words
is answered nowhere. The half for development is asked by default; `--held-out` asks the other, and is not read by
whoever changes the forms.

A sentence counts as supported when its quote stands in the document that it cites and, in a model's own words, when
every fact of it does. A citation is right when its document is one that answers. `--grade` writes the answers with
their questions and nothing else, for a reader's grades.
"""

import argparse
import csv
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.drafts import Draft
from core.principals import EVERYBODY
from core.settings import Settings
from core.sources.uploads import Upload
from core.text.facts import extract_facts
from core.text.sentences import unwrap
from integrations.cli.local_runner import LocalSession
from integrations.registry import open_sync

DATA = Path(__file__).parent / "data" / "answers"
BARS = {"supported": 0.95, "cited rightly": 0.95, "honest not found": 0.90}
EMBED_SECONDS = 1_800.0


@dataclass(frozen=True)
class Question:
    """What is asked, the words that an answer holds, the documents that hold them, and what was asked before it."""

    kind: str
    language: str
    words: tuple[str, ...]
    documents: frozenset[str]
    text: str
    before: str


@dataclass
class Tally:
    """What became of the questions, of the sentences and of the citations."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    sentences: Counter[bool] = field(default_factory=Counter)
    citations: Counter[bool] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


def read_documents() -> dict[str, str]:
    """Return the documents by file name."""
    parts = (DATA / "documents.txt").read_text(encoding="utf-8").split("=== ")[1:]
    return {name: text for name, _, text in (part.partition("\n") for part in parts)}


def read_questions(*, held_out: bool) -> list[Question]:
    """Return one half of the questions."""
    with (DATA / "questions.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Question(
            row["kind"], row["language"], tuple(filter(None, row["answer"].split(" & "))),
            frozenset(filter(None, row["documents"].split(";"))), row["question"], row["before"],
        )
        for number, row in enumerate(rows)
        if bool(number % 2) is held_out
    ]  # fmt: skip


@contextmanager
def opened(documents: Mapping[str, str]) -> Iterator[LocalSession]:
    """Give an installation of its own that knows the documents."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        with LocalSession(settings, lambda _kind, _data: None) as session:
            sources = session.pipeline.sources
            assert sources
            shared = sources.uploads.source_for("local", "", readers=[EVERYBODY])
            sources.uploads.put(shared, [Upload(name, text.encode()) for name, text in documents.items()])
            done = open_sync(sources).work(shared.id)
            assert done
            assert done.error is None, done.error
            sources.indexer.embed(EMBED_SECONDS)
            assert not sources.index.stats().without_vector, "on a busy machine some passages have no vector yet"
            yield session


def ask(session: LocalSession, question: Question, model: str) -> tuple[Draft, float]:
    """Return the answer and how many seconds it took."""
    inputs = {"question": question.text}
    if question.before:
        inputs["follows"] = session.ask("ask", {"question": question.before}, model=model).id
    started = time.perf_counter()
    job = session.ask("ask", inputs, model=model)
    assert job.draft
    return job.draft, time.perf_counter() - started


def outcome(question: Question, draft: Draft) -> str:
    """Return right, partly (one of several values), wrong, nearest (shown as no sure answer), or none."""
    text = unwrap(draft.text)
    if draft.skeleton:
        return "nearest" if question.words and all(word in text for word in question.words[:1]) else "none"
    places = [_place(text, word) for word in question.words]
    if not places:
        return "wrong"
    if all(place >= 0 for place in places) and places == sorted(places):
        return "right"
    return "partly" if places[0] >= 0 else "wrong"


def _place(text: str, word: str) -> int:
    found = re.search(rf"(?i)(?<!\w){re.escape(word)}(?!\w)", text)
    return found.start() if found else -1


def count(question: Question, draft: Draft, documents: Mapping[str, str], tally: Tally) -> None:
    """Count the sentences and citations of an answer; what is shown as no answer claims nothing."""
    for source in () if draft.skeleton else draft.sources:
        name = next((name for name in documents if source.title.startswith(name)), "")
        held = _plain(documents.get(name, ""))
        facts = extract_facts(source.supports).missing_from(extract_facts(f"{name} {documents.get(name, '')}"))
        is_held = all(part in held for part in _cells(source.quote)) and not facts
        tally.sentences[is_held] += 1
        tally.citations[name.rsplit(".", 1)[0] in question.documents] += 1


def _cells(quote: str) -> list[str]:
    """Return a quote in the parts that stand so in its file: a row of a table is told with the names of its columns."""
    cells = re.split("; | … ", quote)
    return [_plain(cell.partition(": ")[2] or cell) for cell in cells] if len(cells) > 1 else [_plain(quote)]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def run(*, held_out: bool, model: str, shows: bool, grade: Path | None) -> bool:
    """Ask, print, and return whether the bars are reached."""
    documents, questions, tally = read_documents(), read_questions(held_out=held_out), Tally()
    sheet = []
    with opened(documents) as session:
        for question in questions:
            draft, seconds = ask(session, question, model)
            became = outcome(question, draft)
            tally.outcomes.setdefault(question.kind, Counter())[became] += 1
            tally.seconds.append(seconds)
            count(question, draft, documents, tally)
            asked = f"{question.before} → {question.text}" if question.before else question.text
            cited = "\n".join(f"  [{source.number}] {source.title}" for source in draft.sources)
            sheet.append(f"Q: {asked}\nA: {draft.text}\n{cited}\n" + "".join(f"  ({n})\n" for n in draft.notices))
            if shows and became != ("right" if question.words else "none"):
                print(f"{question.kind} {became.upper()} wants {question.words or '-'}\n{sheet[-1]}")
    if grade:
        random.Random(7).shuffle(sheet)
        grade.write_text("\n".join(sheet), encoding="utf-8")
    return report(tally)


def report(tally: Tally) -> bool:
    """Print the shares and return whether the bars are reached."""
    for kind, outcomes in tally.outcomes.items():
        print(f"{kind:8}", ", ".join(f"{name} {number}" for name, number in outcomes.most_common()))
    answerable = sum((found for kind, found in tally.outcomes.items() if kind != "none"), Counter[str]())
    none = tally.outcomes["none"]
    shares = {
        "supported": tally.sentences[True] / max(tally.sentences.total(), 1),
        "cited rightly": tally.citations[True] / max(tally.citations.total(), 1),
        "honest not found": (none.total() - none["wrong"]) / max(none.total(), 1),
        "answered rightly": answerable["right"] / max(answerable.total(), 1),
        "answered wrongly": answerable["wrong"] / max(answerable.total(), 1),
    }
    for name, share in shares.items():
        print(f"{name:17} {share:6.1%}", f"(bar {BARS[name]:.0%})" if name in BARS else "")
    print(f"seconds: median {statistics.median(tally.seconds):.2f}, most {max(tally.seconds):.2f}")
    return all(shares[name] >= bar for name, bar in BARS.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--model", default="", help="an endpoint of the settings; by default the route of `ask`")
    parser.add_argument("--show", action="store_true", help="print what is not right (not with --held-out)")
    parser.add_argument("--grade", type=Path)
    chosen = parser.parse_args()
    shows = chosen.show and not chosen.held_out
    reached = run(held_out=chosen.held_out, model=chosen.model, shows=shows, grade=chosen.grade)
    raise SystemExit(0 if reached else 1)


if __name__ == "__main__":
    main()
