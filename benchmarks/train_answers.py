"""Write the questions that the layers which rank answers are trained on, as `benchmarks.tuning.lists` reads them.

    .venv/bin/python -m benchmarks.train_answers QUESTIONS.json

Reads `data/answers/learnt/WRITER.jsonl`, a document a line with questions and the passages that answer them (none where
the document does not say), and `data/answers/unseen_*.json`, except the last ones, which are only judged by. A sixth of
each writer's documents is kept apart, too. Documents are read as the product reads them, sentence by sentence.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.text.sentences import unwrap
from core.writing.grounded.passages import passages_value, read_passages, read_sentences

DATA = Path(__file__).parent / "data" / "answers"
# Of each writer's documents every so many is kept apart, and the newest unseen lots as a whole.
EVERY, JUDGED_LOTS = 6, frozenset({"unseen_4", "unseen_5", "unseen_6", "unseen_7"})
# A quote and a sentence are one if so many of their words are shared, or if one of so many characters is in the other.
SHARED_WORDS, CONTAINED_CHARS = 0.75, 12


@dataclass(frozen=True)
class Asked:
    """A question about a document, and the passages that answer it."""

    question: str
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A document with what is asked about it."""

    group: str
    id: str
    name: str
    text: str
    asked: tuple[Asked, ...]


def read_documents(folder: Path = DATA) -> Iterator[Document]:
    """Yield the documents: those of writers, then the unseen lots."""
    for path in sorted((folder / "learnt").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            asked = tuple(Asked(each["question"], tuple(each["quotes"])) for each in one["questions"])
            yield Document(path.stem, one["id"], one["name"], one["text"], asked)
    for path in sorted(folder.glob("unseen_*.json")):
        lot = json.loads(path.read_text(encoding="utf-8"))
        for one in lot["documents"]:
            asked = tuple(
                Asked(each["question"], tuple(each["passage"]))
                for each in lot["questions"]
                if (each["document"] or [None])[0] == one["name"]
            )
            yield Document(path.stem, f"{path.stem}-{one['name']}", one["name"], one["text"], asked)


def sentences_of(name: str, text: str) -> list[dict[str, str]]:
    """Return the sentences of a document with title, heading and the sentence before."""
    title = re.sub(r"\.\w{2,5}$", "", name).replace("_", " ")
    (passage,) = read_passages(passages_value([(title, "", text)]))
    found: list[dict[str, str]] = []
    before = ""
    for heading, written in read_sentences(passage.text):
        sentence = unwrap(written)
        found.append({"title": title, "heading": heading, "before": before, "sentence": sentence})
        before = sentence
    return found


def is_quoted(sentence: str, quotes: Sequence[str]) -> bool:
    """Whether a sentence is among the quotes, whatever its marks and spaces."""
    shown = _words_of(sentence)
    return any(_are_one(shown, _words_of(quote)) for quote in quotes)


def _words_of(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).casefold().strip()


def _are_one(one: str, other: str) -> bool:
    if not one or not other:
        return False
    shorter, longer = sorted((one, other), key=len)
    if one == other or (len(shorter) > CONTAINED_CHARS and shorter in longer):
        return True
    words, others = set(one.split()), set(other.split())
    return len(words & others) / len(words | others) >= SHARED_WORDS


def lists_of(documents: Sequence[Document]) -> tuple[dict[str, Any], Counter[str]]:
    """Return what training reads, and by group how many questions have a quote that no sentence holds."""
    sentences, questions, lost = {}, [], Counter[str]()
    for one in documents:
        sentences[one.id] = sentences_of(one.name, one.text)
        for each in one.asked:
            right = [at for at, each_ in enumerate(sentences[one.id]) if is_quoted(each_["sentence"], each.quotes)]
            if each.quotes and not right:
                lost[one.group] += 1
                continue
            questions.append({"group": one.group, "document": one.id, "question": each.question, "right": right})
    apart = [
        one.id
        for at, one in enumerate(documents)
        if one.group in JUDGED_LOTS or (not one.group.startswith("unseen") and at % EVERY == EVERY - 1)
    ]
    return {"documents": sentences, "questions": questions, "apart": apart}, lost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    found, lost = lists_of(list(read_documents()))
    asked.out.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    print(f"{len(found['documents'])} documents, {len(found['questions'])} questions, {len(found['apart'])} apart")
    print("quotes that no sentence holds:", dict(lost))


if __name__ == "__main__":
    main()
