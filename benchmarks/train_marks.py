"""Learn which sentences of a text a careful reader would mark, and as what, over what the product reads of each.

    .venv/bin/python -m benchmarks.train_marks [--write] [--kept FILE.npz] [--rows FILE] [--readings FILE ...]

What a colleague would name, and what not, 36 writers say of texts of their own and two readers of those of another
(`mixed`): `data/signals/chosen`, 1,232 of which 454 hold nothing to mark. By these a text holds something or nothing.
Of one that does, the older ones say as much, in which more is marked, and which else count less: `benchmarks.marked`
(`data/signals/marked`, `data/signals/read`), notices, leaflets, contracts and inspections (`data/signals/notices`), and
labelled ones that tell dangers flatly (`data/signals/told_flatly`, in the form of `data/roles`). How much is marked in
each of these is learnt apart, so that they teach what, and not how much. They do not tell a deadline from a duty.

Prints what it comes to by writers left out, a fifth at a time, and which limits show how much in texts that hold
something and in those that do not. `--write` fits on all and puts the weights where the product reads
them. `--kept` keeps what is read of the sentences, since that takes minutes. `--rows` writes those of the chosen texts
as `benchmarks.tuning.labels` reads them, in sets of writers; `--readings` are the log-odds that it gave for sets which
its layers were not tuned on: without them, the weights would learn to believe layers that know their texts. Needs
numpy.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.marked import CHOSEN, DATA, NAMES, READ, MarkedText, read_marked
from benchmarks.train_roles import FOLDS, read_texts
from core.embeddings.e5 import load_e5
from core.text.lexicon import languages
from core.text.statements import Statement
from core.writing.grounded.signals import read_text
from core.writing.roles import marks, roles_of
from core.writing.roles.reading import passage_of_text, read_marks

NOTICES, TOLD_FLATLY = DATA.parent / "notices", DATA.parent / "told_flatly"
WRITTEN = Path(marks.__file__).with_name("marks.json")
# What sentences of a folder count beside those of the chosen ones.
COUNTS = {CHOSEN: 1.0, DATA: 0.2, READ: 0.2, NOTICES: 0.2, TOLD_FLATLY: 0.1}
OLDER = tuple(folder for folder in COUNTS if folder is not CHOSEN)
# What each of the older ones counts times so much, one of the chosen so little, to learn what those mark who mark more.
OLDER_TIMES, CHOSEN_TIMES = 5.0, 0.001
# What is read of a sentence, its vector, its place and length; then the same of its text on the whole, which is known
# of far fewer texts than sentences.
PENALTIES, OF_WHOLE, OF_FOLDER = (10.0, 150.0, 10.0), (40.0, 400.0, 40.0), 0.1
# Into so many sets writers come for tuning.
SETS = 3
VECTOR, PLACE, STEPS, NEAR, WEIGHTY, SHOWN = 384, 3, 15, 1e-4, 2, 10
LIMITS, SURE_LIMITS = (0.2, 0.25, 0.3, 0.4), (0.4, 0.5, 0.6)
DUTY, DEADLINE = (marks.MARKED_AS.index(kind) for kind in ("duty", "deadline"))
_KINDS = {name: kind for kind, name in NAMES.items()}
Table = NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """What is known of a sentence: as what a reader would mark it; None where it may be marked or not."""

    kinds: frozenset[str] | None
    rank: int = 0


@dataclass(frozen=True)
class Text:
    """Sentences and what is known of each; its name, and of which folder it is."""

    name: str
    folder: Path
    statements: Sequence[Statement]
    known: Sequence[Known]

    @property
    def key(self) -> str:
        """What it is kept by."""
        return sha256("\n".join(one.raw for one in self.statements).encode()).hexdigest()

    @property
    def matter(self) -> str:
        """What translations of a text have in common."""
        return "-".join(part for part in self.name.split("-") if part not in languages())


def of_marked(marked: MarkedText, folder: Path) -> Text:
    """Return a marked text; what may stand for a mark is known of no sentence."""
    statements = read_text(marked.text)
    return Text(marked.name, folder, statements, [_known(one, marked) for one in statements])


def _known(one: Statement, marked: MarkedText) -> Known:
    hits = [(rank, quote) for rank, quote in marked.quotes if is_of(one.raw, quote)]
    own = [rank for rank, quote in hits if quote == marked.own.get(rank)]
    kinds = frozenset(_KINDS.get(marked.kinds[rank], marked.kinds[rank]) for rank in own)
    return Known(kinds if kinds or not hits else None, min(own, default=0))


def is_of(raw: str, quote: str) -> bool:
    """Tell whether a sentence is the quote of a mark, or a good part of it."""
    return quote in raw or (raw in quote and len(raw) > len(quote) / 3)


def read_all() -> Iterator[Text]:
    """Yield all texts; labelled sentences of little weight are not known."""
    for folder in (CHOSEN, DATA, READ, NOTICES):
        yield from (of_marked(marked, folder) for marked in read_marked(folder))
    for number, text in enumerate(read_texts(TOLD_FLATLY)):
        kinds = [roles & {*marks.MARKED_AS} for roles in text.roles]
        known = [Known(one if key >= WEIGHTY or not one else None) for one, key in zip(kinds, text.keys, strict=True)]
        yield Text(f"flat-{number}", TOLD_FLATLY, text.statements, known)


def passages_of(text: Text) -> list[str]:
    """Return what the layers for marks read of each sentence."""
    return [passage_of_text(text.statements, at) for at in range(len(text.statements))]


def write_rows(texts: Sequence[Text], path: Path) -> None:
    """Write the sentences of chosen texts for tuning; those of one writer are in one of `SETS` sets."""
    chosen = [text for text in texts if text.folder == CHOSEN]
    writers = groups_of(chosen)
    sets = {writer: f"marks_{number % SETS}" for number, writer in enumerate(sorted(set(writers)))}
    found = [
        {"group": sets[writer], "text": passage, "answers": answers}
        for text, writer in zip(chosen, writers, strict=True)
        for passage, answers in zip(passages_of(text), answers_of(text), strict=True)
    ]
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def answers_of(text: Text) -> Iterator[list[float | None]]:
    """Yield what is known of each sentence, in the order of `reading.read_marks`."""
    holds = float(any(one.kinds for one in text.known))
    for known in text.known:
        kinds = [float(kind in known.kinds) if known.kinds else None for kind in marks.MARKED_AS]
        yield [None if known.kinds is None else float(bool(known.kinds)), holds, *kinds]


def rows_of(texts: Sequence[Text], kept: Path | None, readings: Sequence[Path]) -> list[Table]:
    """Return for each text the inputs of its sentences; of files those that they have."""
    found = dict(np.load(kept)) if kept and kept.exists() else {}
    read = {passage: row for path in readings for passage, row in json.loads(path.read_text(encoding="utf-8")).items()}
    embedder = load_e5()
    for text in texts:
        if text.key not in found:
            roles = roles_of(text.statements, embedder, is_read=True)
            nothing = [()] * len(roles)
            found[text.key] = np.array(marks.rows_of(roles, nothing))
    if kept:
        np.savez_compressed(kept, **found)
    of_marks = [
        [read[passage] for passage in passages] if passages[0] in read else read_marks(text.statements)
        for text, passages in zip(texts, map(passages_of, texts), strict=True)
    ]
    return [
        np.array(marks.beside_whole(np.c_[np.array(reading), found[text.key]].tolist()))
        for text, reading in zip(texts, of_marks, strict=True)
    ]


@dataclass(frozen=True)
class Sentences:
    """All sentences of the texts: inputs, kinds, which kinds are known of each, of which text and what they count."""

    inputs: Table
    kinds: Table
    is_known: NDArray[np.bool_]
    of_text: NDArray[np.int64]
    counts: Table
    of_older: Table

    def of(self, chosen: NDArray[np.bool_]) -> "Sentences":
        """Return those that are chosen."""
        return Sentences(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    @property
    def is_marked(self) -> NDArray[np.bool_]:
        return np.asarray(self.kinds.max(1) > 0)


def sentences_of(texts: Sequence[Text], rows: Sequence[Table]) -> Sentences:
    """Return the sentences of the texts; of older duties that name a day it is not known whether they are deadlines."""
    known = [one.kinds for text in texts for one in text.known]
    kinds = np.array([[float(kind in (told or ())) for kind in marks.MARKED_AS] for told in known])
    of_text = np.repeat(np.arange(len(texts)), [len(text.known) for text in texts])
    folders = [text.folder for text in texts for _ in text.known]
    names_when = [not marks.NAMES_WHEN.isdisjoint(one.values) for text in texts for one in text.statements]
    is_known = np.repeat(np.array([told is not None for told in known])[:, None], kinds.shape[1], 1)
    is_either = np.array(names_when) & np.array([folder != CHOSEN for folder in folders]) & (kinds[:, DUTY] > 0)
    is_known[np.ix_(is_either, [DUTY, DEADLINE])] = False
    of_older = np.array([[float(folder == older) for older in OLDER] for folder in folders])
    counts = np.array([COUNTS[folder] for folder in folders])
    return Sentences(np.vstack(rows), kinds, is_known, of_text, counts, of_older)


def fit(inputs: Table, target: Table, counts: Table, penalties: Table | float = 10.0) -> Table:
    """Return the weights of a logistic regression, the bias last (Newton's steps)."""
    middle, spread = inputs.mean(0), inputs.std(0) + 1e-6
    scaled = np.c_[(inputs - middle) / spread, np.ones(len(inputs))]
    penalty = np.diag(np.r_[np.full(inputs.shape[1], penalties), 1e-6])
    weights = np.zeros(len(penalty))
    for _ in range(STEPS):
        likely = probability(scaled @ weights)
        slope = scaled.T @ (counts * (likely - target)) + penalty @ weights
        bend = (scaled * (counts * likely * (1 - likely))[:, None]).T @ scaled + penalty
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < NEAR:
            break
    plain = weights[:-1] / spread
    return np.asarray(np.r_[plain, weights[-1] - plain @ middle])


def probability(odds: Table) -> Table:
    return np.asarray(1 / (1 + np.exp(-odds)))


def fit_all(given: Sentences) -> Table:
    """Return the weights of all outputs: whether a sentence stands out, is marked, and of which kind one is that is.

    It stands out to those who mark few things; what is marked, those who mark more say as much as these.
    """
    width = given.inputs.shape[1]
    penalties = np.repeat((*PENALTIES, *OF_WHOLE), (width // 2 - VECTOR - PLACE, VECTOR, PLACE) * 2)
    sure = given.of(np.asarray(given.is_known.any(1)))
    by_folder = np.r_[penalties, np.full(len(OLDER), OF_FOLDER)]
    is_marked = sure.is_marked.astype(float)
    strict = fit(np.c_[sure.inputs, sure.of_older], is_marked, sure.counts, by_folder)
    strict = np.r_[strict[:width], strict[-1]]
    more = np.where(sure.of_older.any(1), OLDER_TIMES, CHOSEN_TIMES)
    found = [strict, (strict + fit(sure.inputs, is_marked, sure.counts * more, penalties)) / 2]
    marked = sure.of(sure.is_marked)
    for kind in range(len(marks.MARKED_AS)):
        told = marked.of(marked.is_known[:, kind])
        found.append(fit(told.inputs, told.kinds[:, kind], told.counts, penalties))
    return np.array(found)


def by_others(given: Sentences, groups: Sequence[str]) -> Table:
    """Return what is found of each text by weights that were learnt from those of other groups."""
    of_group = np.array(groups)[given.of_text]
    found = np.zeros((len(given.inputs), 2 + len(marks.MARKED_AS)))
    for group in sorted(set(groups)):
        weights = fit_all(given.of(of_group != group))
        found[of_group == group] = probability(given.inputs[of_group == group] @ weights[:, :-1].T + weights[:, -1])
    return found


def report(name: str, found: Table, given: Sentences) -> None:
    """Print how well marks and kinds are found."""
    is_sure = given.is_known.any(1)
    found, is_marked, kinds = found[is_sure], given.is_marked[is_sure], given.kinds[is_sure]
    print(f"{name}: {len(kinds)} sentences, {is_marked.sum()} to be marked")
    order = np.argsort(-found[:, 1])
    hits = is_marked[order]
    print(f"    average precision {(hits.cumsum() / np.arange(1, len(hits) + 1))[hits].mean():.3f}")
    for limit in LIMITS:
        right = (found[:, 1] >= limit) & is_marked
        precision, recall = right.sum() / (found[:, 1] >= limit).sum(), right.sum() / is_marked.sum()
        print(f"    from {limit}: precision {precision:.3f} recall {recall:.3f}")
    known = is_marked & given.is_known[is_sure][:, DEADLINE]
    best = found[known, 2:].argmax(1)
    print(f"    of the right kind {kinds[known][np.arange(len(best)), best].mean():.3f}")


def report_texts(found: Table, given: Sentences, texts: Sequence[Text]) -> None:
    """Print for pairs of limits what is shown of texts that hold something, and of those that hold nothing."""
    worths = [found[given.of_text == number, :2].T for number in range(len(texts))]
    for limit, surely in product(LIMITS, SURE_LIMITS):
        quiet, others, firsts, ranked, right = list[int](), list[int](), 0, 0, 0
        for (out, worth), text in zip(worths, texts, strict=True):
            places = [place for place in np.argsort(-worth)[:SHOWN] if worth[place] >= limit and out.max() >= surely]
            shown = [text.known[place] for place in places]
            wanted = {one.rank for one in text.known} - {0}
            (others if wanted else quiet).append(len(shown))
            firsts += 1 in {one.rank for one in shown}
            ranked += len({one.rank for one in shown} & wanted)
            right += sum(one.kinds is None or bool(one.kinds) for one in shown)
        empty, at_most_one = (np.mean([count <= most for count in quiet]) for most in (0, 1))
        marked = sum(len({one.rank for one in text.known} - {0}) for text in texts)
        print(
            f"    from {limit} where one reaches {surely}: {right / (sum(quiet) + sum(others)):.2f} right;",
            f"{empty:.2f} of {len(quiet)} with nothing empty, {at_most_one:.2f} with one line at most;",
            f"of {len(others)} others {firsts / len(others):.2f} with the first, {others.count(0)} empty,",
            f"{np.mean(others):.1f} lines, {ranked / marked:.2f} of all marks",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the weights where the product reads them")
    parser.add_argument("--kept", type=Path, help="keep the inputs of the sentences in this file (.npz)")
    parser.add_argument("--rows", type=Path, help="write the sentences for tuning, and nothing else")
    parser.add_argument("--readings", type=Path, nargs="*", default=[], help="log-odds of layers not tuned on them")
    asked = parser.parse_args()
    texts = list(read_all())
    if asked.rows:
        write_rows(texts, asked.rows)
        return
    given = sentences_of(texts, rows_of(texts, asked.kept, asked.readings))
    if asked.write:
        weights = np.array([[float(f"{weight:.4g}") for weight in row] for row in fit_all(given)])
        content = {"bias": weights[:, -1].tolist(), "rows": weights[:, :-1].tolist()}
        WRITTEN.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    is_chosen = given.counts == COUNTS[CHOSEN]
    found = by_others(given, folds_of(texts))
    report("chosen, writers left out", found[is_chosen], given.of(is_chosen))
    report("older ones, five folds", found[~is_chosen], given.of(~is_chosen))
    report_texts(found, given, [text for text in texts if text.folder == CHOSEN])


def groups_of(texts: Sequence[Text]) -> list[str]:
    """Return the writer of each chosen text, by which its name begins, and the fold of an older one."""
    matters = sorted({text.matter for text in texts})
    mixed = np.random.default_rng(0).permutation(len(matters)) % FOLDS
    folds = [str(mixed[matters.index(text.matter)]) for text in texts]
    return [
        text.name.partition("-")[0] if text.folder == CHOSEN else fold for text, fold in zip(texts, folds, strict=True)
    ]


def folds_of(texts: Sequence[Text]) -> list[str]:
    """Return what is left out together: some writers, and some older texts."""
    groups = groups_of(texts)
    places = {group: str(number % FOLDS) for number, group in enumerate(sorted(set(groups)))}
    return [places[group] for group in groups]


if __name__ == "__main__":
    main()
