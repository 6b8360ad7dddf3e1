"""What was written before and answers what a mail asks: whether a reply shows it, and how often it shows another line.

    .venv/bin/python -m benchmarks.earlier [--held-out | --train] [--show] [--json]

Reads benchmarks/data/earlier/LANGUAGE.txt: below `=== NAME` stand what the reader of a mail wrote before (`> SENTENCE`)
and the mail's sentences: 2 asks something, 0 and 1 do not, each with the numbers of the lines that its reader wants to
see beside it (`2 >1,3 | …`). Names that begin with `h-` are held out. Each mail is answered as the product does without
a model. `needed` are the lines that are wanted beside what is asked, `shown` those that stand in its gap, `elsewhere`
those in another one; `of_the_rest` lines that only what is not asked refers to, such as a promise; `lines` stand in any
gap, `irrelevant` are not wanted there; `said` are offered as a ready answer, `said_wrongly` to what they do not answer.

`--train` fits what a line is weighed by on the others and on `data/wants`, by six folds of whole mails. Needs numpy.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.train_roles import fit
from benchmarks.train_wants import FOLDS, Mail, Row, held_out, read_mails
from core.drafts import with_hints
from core.embeddings import load_embedder
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.text.sentences import unwrap
from core.writing.grounded.asked import Asking, asked_in
from core.writing.grounded.earlier import OFFERED
from core.writing.grounded.likely_lines import LikelyLines
from core.writing.plans import PlanOptions, PlanResult, choose_plan

DATA = Path(__file__).parent / "data" / "earlier"
OWNER, SENDER = "Alex Moor", "Robin Vale"
PENALTY, STEPS, HEAD_CHARS = 3.0, 400, 30


@dataclass
class Counts:
    """How many lines were wanted, and what became of them."""

    needed: int = 0
    shown: int = 0
    elsewhere: int = 0
    of_the_rest: int = 0
    rest_shown: int = 0
    lines: int = 0
    irrelevant: list[str] = field(default_factory=list)
    said: int = 0
    said_wrongly: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def is_held_out(mail: Mail) -> bool:
    return mail.name.startswith("h-")


def reply(mail: Mail) -> PlanResult:
    """Return the reply to a mail, its thread before it."""
    recipe = load_recipes()["reply"]
    values = {
        "message": " ".join(statement.raw for statement in mail.statements),
        "thread": f"{OWNER}:\n{' '.join(mail.earlier)}\n\n{SENDER}:\nOK.",
        "sender_name": SENDER,
        "owner_name": OWNER,
    }

    def no_model(*_: object, **__: object) -> str:
        raise AssertionError("The grounded lane asks no model.")

    options = PlanOptions(embedder=partial(load_embedder, Settings(_env_file=None)))
    return choose_plan(recipe.plan, small=True)(recipe, values, no_model, options)


def _holds(text: str, line: str) -> bool:
    """Tell whether a text quotes a line; a long one is cut."""
    line = line.rstrip(".!")
    return line[1 : HEAD_CHARS + 1] in unwrap(text)


def count(counts: Counts, mail: Mail, result: PlanResult) -> None:
    """Add what the reply to a mail shows."""
    asked = [*zip(mail.statements, mail.wants, mail.answers, strict=True)]
    told = {line for _, want, answers in asked if want < 1 for line in answers}
    wanted = {line for _, want, answers in asked if want == 1 for line in answers}
    letter = with_hints(result.text, result.gaps)
    shown = {line for line, text in enumerate(mail.earlier) if _holds(letter, text)}
    counts.of_the_rest += len(told - wanted)
    counts.rest_shown += len((told - wanted) & shown)
    for statement, want, answers in asked:
        gaps = [gap for gap in result.gaps if _same(gap.question, statement.raw)]
        beside = {line for line in answers if any(_holds(gap.question, mail.earlier[line]) for gap in gaps)}
        if want == 1:
            counts.needed += len(answers)
            counts.shown += len(beside)
            counts.elsewhere += len((answers - beside) & shown)
            counts.missed += [
                f"{mail.name}: {statement.raw} | {mail.earlier[line]}" for line in answers - beside - shown
            ]
    for gap in result.gaps:
        fits = {line for statement, _, answers in asked if _same(gap.question, statement.raw) for line in answers} or (
            told | wanted
        )
        lines = {line for line, text in enumerate(mail.earlier) if _holds(gap.question, text)}
        offered = {
            line for line, text in enumerate(mail.earlier) if any(_holds(choice, text) for choice in gap.choices)
        }
        # What a sentence that begins with "It" is quoted with is no line of its own.
        lines -= {line for line in lines - fits if line + 1 in lines & fits}
        counts.lines += len(lines)
        counts.irrelevant += [f"{mail.name}: {gap.question} | {mail.earlier[line]}" for line in lines - fits]
        offered -= {line for line in offered - fits if line + 1 in offered & fits}
        counts.said += len(offered)
        counts.said_wrongly += [f"{mail.name}: {gap.question} | {mail.earlier[line]}" for line in offered - fits]


def _same(question: str, sentence: str) -> bool:
    """Tell whether a gap is for a sentence of a mail, or a part of it."""
    words, asked = sentence.casefold().split(), question.casefold()
    parts = [" ".join(words[at : at + 3]).strip(" ¿?.,") for at in range(max(1, len(words) - 2))]
    return any(part in asked for part in parts)


def rows_of(mail: Mail, *, is_alone: bool) -> Iterator[tuple[int, list[float], bool]]:
    """Yield for each thing that a mail asks, by its place, the signs of each line and whether it answers.

    `is_alone` takes each question for a whole mail, as short ones are.
    """
    embedder, asking = load_embedder(Settings(_env_file=None)), Asking(mail.language)
    asked = {at: asked_in(mail.statements[at].raw, asking) for at, want in enumerate(mail.wants) if want == 1}
    message = "\n".join(one.raw for one in mail.statements)
    whole = LikelyLines(mail.earlier, message, mail.language, embedder, [*asked.values()])
    for at, (statement, want, answers) in enumerate(zip(mail.statements, mail.wants, mail.answers, strict=True)):
        if want == 1:
            own = (statement.raw, mail.language, embedder, [asked[at]])
            signs = (LikelyLines(mail.earlier, *own) if is_alone else whole).signs(statement.raw, asked[at])
            yield from ((at, [*map(float, one)], line in answers) for line, one in signs.items())


def train(others: Sequence[Mail], own: Sequence[Mail]) -> None:
    """Fit what a line is weighed by, and print it with what is shown and offered rightly and wrongly."""
    mails = [mail for mail in (*others, *own) if mail.earlier]
    found = [
        (at, place + 500 * is_alone, row, is_right)
        for at, mail in enumerate(mails)
        for is_alone in (False, True)
        for place, row, is_right in rows_of(mail, is_alone=is_alone)
    ]
    asked = np.array([mail * 1000 + place for mail, place, *_ in found])
    inputs = np.array([row for _, _, row, _ in found], np.float32)
    targets = np.array([[is_right] for *_, is_right in found], np.float32)
    middle, spread = inputs.mean(0), inputs.std(0) + 1e-9
    scaled = ((inputs - middle) / spread).astype(np.float32)
    held = np.array([is_held_out(mails[at]) for at, *_ in found])
    folds = np.random.default_rng(1).permutation(len(mails)) % FOLDS
    of_mail = np.array([folds[at] for at, *_ in found])
    scores = np.zeros(len(found))
    scores[~held] = held_out(scaled[~held], targets[~held], of_mail[~held], PENALTY)
    weights, bias = fit(scaled[~held], targets[~held], PENALTY, STEPS)
    scores[held] = 1 / (1 + np.exp(-(scaled[held] @ weights + bias)[:, 0]))
    is_own = np.array([mails[at] in own for at, *_ in found])
    alone = np.array([place >= 500 for _, place, *_ in found])
    for head, some in (("of wants", ~is_own), ("of earlier", is_own & ~held), ("held out", held)):
        _report(head, asked[some & ~alone], scores[some & ~alone], targets[some & ~alone, 0])
        _report(f"{head}, alone", asked[some & alone], scores[some & alone], targets[some & alone, 0])
    raw = weights[:, 0] / spread
    print("WEIGHTS =", tuple(round(float(one), 3) for one in raw))
    print("BIAS =", round(float(bias[0] - raw @ middle), 3))


def _report(head: str, asked: Row, scores: Row, right: Row) -> None:
    ones = np.unique(asked)
    best = np.array([max(np.flatnonzero(asked == one), key=lambda row: scores[row]) for one in ones])
    answered = sum(bool(right[asked == one].any()) for one in ones)
    print(f"{head}: {len(ones)} things asked, {answered} answered before")
    for least in (0.1, 0.15, 0.25, 0.3, 0.4, OFFERED, 0.7):
        some = best[scores[best] >= least]
        print(f"    from {least:.2f}: {int(right[some].sum())} right, {len(some) - int(right[some].sum())} wrong")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held-out", action="store_true", help="only the mails that are held out; else the others")
    parser.add_argument("--train", action="store_true", help="fit the weights")
    parser.add_argument("--show", action="store_true", help="print each reply")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    mails = read_mails(DATA)
    if arguments.train:
        train(read_mails(), mails)
        return
    counts = Counts()
    for mail in mails:
        if is_held_out(mail) is arguments.held_out:
            result = reply(mail)
            count(counts, mail, result)
            if arguments.show:
                print(f"\n=== {mail.name}", *mail.earlier, "--", with_hints(result.text, result.gaps), sep="\n")
                print(*(f"    {gap.question} -> {gap.choices}" for gap in result.gaps), sep="\n")
    figures = {name: len(value) if isinstance(value, list) else value for name, value in vars(counts).items()}
    if not arguments.json:
        for name in ("missed", "irrelevant", "said_wrongly"):
            print(f"{name}:", *getattr(counts, name), sep="\n  ")
    print(json.dumps(figures, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
