"""Replies that rest on what is known: how many things asked get an answer with its ground, and how many a wrong one.

    .venv/bin/python -m benchmarks.grounds [--held-out | --firms] [--show] [--json]

The mails of `data/grounds` ask four small firms for what stands in 40 documents, in their thread, in a file that came
with them, in a standing fact or in a past answer; about a quarter asks for what stands nowhere, or only seems to stand
somewhere: another year, another product, another person, an older list. Half of them is held out. `--firms` asks those
of `data/firms` instead, of four other firms, for development.

The documents are read by the folder connector into a real store and index, searched for each thing asked, and the
reply is the grounded lane's. `answered` is the share of the things that have an answer whose words stand in the reply
itself; `offered` those that its gap offers; `wrong` the share of all things asked where the reply says something that
rests on a ground and is no answer (bars: at least 70 % answered, at most 1 % wrong). `without` are the same mails with
nothing but their thread. `--show` prints each reply.
"""

import argparse
import csv
import json
import os
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from core.embeddings import load_embedder
from core.insight.learning.examples import PastWork
from core.job import LOCAL_WORKSPACE, Job
from core.people import load_people
from core.policies.enforcement import load_policies
from core.recipes.loader import load_recipes
from core.recipes.model import Recipe
from core.runner.grounds import ATTACHED, GroundFinder
from core.settings import Settings
from core.sources.facts import StandingFact, StandingFacts
from core.sources.model import Source
from core.sources.search import load_sources
from core.store import Store, open_store
from core.text.sentences import unwrap
from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.plans import PlanOptions, PlanResult, choose_plan
from integrations.registry import open_sources, open_sync

DATA = Path(__file__).parent / "data" / "grounds"
FIRMS = Path(__file__).parent / "data" / "firms"
OWNERS = {"en": "Ruth Alder", "de": "Ines Rehwald", "fr": "Claire Lemoine", "es": "Marta Ibarra"}
TODAY = "2026-11-26"
PERSON = "owner"
MIN_ANSWERED, MAX_WRONG = 0.70, 0.01


@dataclass(frozen=True)
class Mail:
    """A mail; `answers` are the words that answer each thing asked, [] for what nothing answers.

    `fits` are words of sentences that belong to an answer, such as an exception.
    """

    id: str
    language: str
    sender: str
    subject: str
    text: str
    thread: str
    files: list[dict[str, str]]
    answers: list[list[str]]
    held_out: bool
    fits: tuple[str, ...] = ()


@dataclass
class Counts:
    """What became of the things asked."""

    asked: int = 0
    answerable: int = 0
    answered: int = 0
    offered: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def shares(self) -> dict[str, Any]:
        return {
            "asked": self.asked,
            "answerable": self.answerable,
            "answered": round(self.answered / max(1, self.answerable), 3),
            "offered": round(self.offered / max(1, self.answerable), 3),
            "wrong": round(len(self.wrong) / max(1, self.asked), 3),
        }


def read_mails(path: Path = DATA / "mails.jsonl") -> list[Mail]:
    return [Mail(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def read_firm_mails(path: Path = FIRMS / "mails.tsv") -> list[Mail]:
    """Return the mails for development; "a & b | c" are the answers to two things asked, "-" is for none."""
    mails = []
    with path.open(encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            text = row["text"].replace("\\n", "\n")
            parts = [] if row["answers"] == "-" else row["answers"].split(" | ")
            answers = [part.split(" & ") for part in parts] or [[]]
            name, sender = f"{row['language']}-firm-{number}", text.splitlines()[-1]
            mails.append(Mail(name, row["language"], sender, "Question", text, "", [], answers, held_out=False))
    return mails


def documents(folder: Path = DATA) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((folder / "documents.toml").read_text(encoding="utf-8"))["document"]
    return found


@contextmanager
def knowing(known: Sequence[dict[str, Any]]) -> Iterator[GroundFinder]:
    """Yield what finds grounds in the documents: read, indexed and embedded in a home of their own."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), local_person=PERSON, _env_file=None)
        store = open_store(settings)
        try:
            yield _finder(settings, store, Path(home) / "documents", known)
        finally:
            store.close()


def _finder(settings: Settings, store: Store, folder: Path, known: Sequence[dict[str, Any]]) -> GroundFinder:
    people, policies = load_people(settings, store.records), load_policies(settings, store.records)
    sources, facts = load_sources(settings, store), StandingFacts(store.records, people, policies)
    folder.mkdir()
    works = []
    for document in known:
        text = document["text"].strip()
        if document["kind"] == "fact":
            phrases = tuple(document.get("phrases", ()))
            facts.put(people.identity(LOCAL_WORKSPACE, PERSON), StandingFact(document["title"], text, phrases))
        elif document["kind"] == "past":
            subject = document["title"].split(" ", 3)[-1]
            works.append(PastWork(subject, text, is_own=True, subject=subject, day=document["date"]))
        else:
            path = folder / f"{document['title']}.md"
            path.write_text(text + "\n", encoding="utf-8")
            at = time.mktime(time.strptime(document["date"], "%Y-%m-%d"))
            os.utime(path, (at, at))
    source = Source("", LOCAL_WORKSPACE, PERSON, "folder", "Documents", {"path": str(folder)})
    status, _ = open_sources(sources).add(source)
    while (piece := open_sync(sources).work(status.source.id)) and piece.more:
        pass
    sources.indexer.embed(600)
    return GroundFinder(facts, policies, sources, lambda _job, _recipe: works)


def inputs_of(mail: Mail) -> dict[str, Any]:
    files = [GroundPassage(0, file["name"], "", file["text"], kind="file") for file in mail.files]
    return {
        "message": mail.text,
        "thread": mail.thread,
        "subject": mail.subject,
        "sender_name": mail.sender,
        "owner_name": OWNERS[mail.language],
        "today": TODAY,
        **({ATTACHED: passages_value(files)} if files else {}),
    }


def finder_job() -> Job:
    """Return a job of the owner, of which only who asks matters here."""
    return Job(
        "job", LOCAL_WORKSPACE, PERSON, "cli", "reply", "interactive", "running", {}, {}, "", None, None, 0, 0, 0,
        False, 0.0, None, None, None,
    )  # fmt: skip


def reply(mail: Mail, recipe: Recipe, finder: GroundFinder | None, options: PlanOptions) -> PlanResult:
    job = finder_job()
    inputs = inputs_of(mail)
    inputs = finder.fill_in(job, recipe, inputs).inputs if finder else {**inputs, ATTACHED: ""}
    values = {name: str(value) for name, value in inputs.items() if name != ATTACHED}

    def no_model(*_: Any, **__: Any) -> str:
        raise AssertionError("The grounded lane asks no model.")

    return choose_plan(recipe.plan, small=True)(recipe, values, no_model, options)


def count(counts: Counts, mail: Mail, result: PlanResult) -> None:
    """Add what a reply says: each answer that its mail has, and each line that rests on something and is none."""
    said = unwrap(result.text)
    for gap in result.gaps:
        said = said.replace(gap.place, "")
    offers = " ".join(choice for gap in result.gaps for choice in gap.choices)
    expected = [answer for answers in mail.answers for answer in answers]
    counts.asked += len(mail.answers)
    counts.answerable += len(expected)
    for answer in expected:
        counts.answered += answer in said
        counts.offered += answer not in said and answer in unwrap(offers)
        if answer not in said:
            counts.missed.append(f"{mail.id}: {answer}{' (offered)' if answer in unwrap(offers) else ''}")
    quotes = dict.fromkeys(unwrap(source.quote) for source in result.sources)
    fits = (*expected, *mail.fits)
    counts.wrong += [f"{mail.id}: {quote}" for quote in quotes if not any(answer in quote for answer in fits)]


def measure(mails: Sequence[Mail], finder: GroundFinder | None, options: PlanOptions, *, shows: bool) -> Counts:
    counts, recipe = Counts(), load_recipes()["reply"]
    for mail in mails:
        result = reply(mail, recipe, finder, options)
        count(counts, mail, result)
        if shows:
            print(f"\n=== {mail.id} {mail.sender}\n{mail.text}\n--- reply\n{result.text}")
            print(*(f"    [{source.title}] {source.link}" for source in result.sources), sep="\n")
            print(*(f"    {gap.question} -> {gap.choices}" for gap in result.gaps), sep="\n")
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held-out", action="store_true", help="only the mails that are held out; else the others")
    parser.add_argument("--all", action="store_true", help="all mails")
    parser.add_argument("--show", action="store_true", help="print each reply")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--firms", action="store_true", help="the mails and documents for development")
    arguments = parser.parse_args()
    mails = [mail for mail in read_mails() if arguments.all or mail.held_out is arguments.held_out]
    mails = read_firm_mails() if arguments.firms else mails
    with knowing(documents(FIRMS if arguments.firms else DATA)) as finder:
        options = PlanOptions(embedder=partial(load_embedder, Settings(_env_file=None)))
        began = time.monotonic()
        known = measure(mails, finder, options, shows=arguments.show)
        seconds = (time.monotonic() - began) / len(mails)
    without = measure(mails, None, options, shows=False)
    result = {"mails": len(mails), **known.shares(), "seconds_each": round(seconds, 2), "without": without.shares()}
    result["holds"] = result["answered"] >= MIN_ANSWERED and result["wrong"] <= MAX_WRONG
    if not arguments.json:
        print("Missed:", *known.missed, sep="\n  ")
        print("Wrong:", *known.wrong, sep="\n  ")
    print(json.dumps(result, indent=None if arguments.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
